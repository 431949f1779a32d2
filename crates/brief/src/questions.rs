//! Five hard questions for each urgent issue, answered by sentences of documents or not at all.
//!
//! What is asked is data of the guide; what citizens ask most comes first, in their words. An answer is quoted with its
//! source, or says "Data belum ada" and whom to ask. Nothing is concluded here.

use crate::{
    evidence::{self, Told},
    followup, phrases,
    references::References,
    situation::{self, Situation},
    view::{self, View, fact},
    words,
};
use model::{
    AnswerFrom, AskWhom, Claim, HardQuestion, Issue, IssueQuestions, QuestionAnswer, Section, Sentence, Statement,
};
use std::cell::RefCell;

/// Questions for an issue, and how many of them are the citizens' own.
const QUESTIONS: usize = 5;
const OWN: usize = 2;
const QUOTE_CHARS: usize = 200;
const QUESTION_CHARS: usize = 110;

/// The urgent issues' questions, in the order of the alerts.
pub(crate) fn compose(view: &View<'_>, references: &mut References<'_>) -> Vec<IssueQuestions> {
    let asked = view.urgent().iter().map(|issue| IssueQuestions {
        issue: issue.id.clone(),
        title: view.heading(issue, QUESTION_CHARS),
        risk: issue.risk,
        items: of_issue(view, issue, references),
    });
    asked.filter(|questions| !questions.items.is_empty()).collect()
}

fn of_issue(view: &View<'_>, issue: &Issue, references: &mut References<'_>) -> Vec<QuestionAnswer> {
    let desk = Desk::new(view, issue);
    let own: Vec<(&Sentence, &str)> = desk.own();
    let covered = |question: &&HardQuestion| {
        question.kinds.is_empty() || !own.iter().any(|(_, kind)| question.kinds.iter().any(|other| other == kind))
    };
    let mut out: Vec<QuestionAnswer> =
        own.iter().map(|(question, kind)| desk.citizens(question, kind, references)).collect();
    let general: Vec<&HardQuestion> = desk.fitting().filter(covered).collect();
    let limit = view.input.options.layout.limit(Section::Questions, QUESTIONS).clamp(1, QUESTIONS);
    out.truncate(limit);
    let room = limit - out.len();
    out.extend(general.into_iter().take(room).map(|question| desk.general(question, references)));
    out
}

/// Everything that questions about one issue are answered from.
struct Desk<'a> {
    view: &'a View<'a>,
    issue: &'a Issue,
    situation: Situation<'a>,
    /// Official words first, then the latest first.
    told: Vec<Told<'a>>,
    /// Words that name the matter.
    matter: Vec<String>,
    /// Sentences that have answered a question.
    used: RefCell<Vec<&'a str>>,
}

impl<'a> Desk<'a> {
    fn new(view: &'a View<'a>, issue: &'a Issue) -> Self {
        let matter = evidence::matter(view, issue);
        let told = evidence::told(view, issue, &matter);
        Self { view, issue, situation: Situation::of(view, issue), told, matter, used: RefCell::default() }
    }

    /// Questions of the guide that fit the issue, the hardest first.
    fn fitting(&self) -> impl Iterator<Item = &'a HardQuestion> {
        let claim = self.situation.is_claim();
        let answered = situation::is_answered(self.view, self.issue);
        let class = self.situation.class;
        self.view.input.region.guide.questions.iter().filter(move |question| {
            !question.own
                && question.claim == claim
                && (question.classes.is_empty() || question.classes.contains(&class))
                && question.answered.is_none_or(|so| so == answered)
        })
    }

    /// What citizens ask in so many words, one question for each thing that is asked.
    fn own(&self) -> Vec<(&'a Sentence, &'a str)> {
        let wording = &self.view.input.region.wording;
        let mut out: Vec<(&Sentence, &str)> = Vec::new();
        for question in &self.issue.questions {
            let said = phrases::words_of(&question.text);
            let kind = wording.questions.iter().find(|asking| phrases::any(&said, &asking.words, &[]));
            let Some(kind) = kind.filter(|kind| kind.slot.is_some() || self.situation.is_claim()) else { continue };
            let plain = question.text.trim_end().ends_with('?')
                && question.text.chars().count() <= QUESTION_CHARS
                && !question.text.contains(['[', '@']);
            if plain && out.len() < OWN && out.iter().all(|(_, other)| *other != kind.kind) {
                out.push((question, &kind.kind));
            }
        }
        out
    }

    /// A question of citizens: what answers it must also speak of what they ask about.
    fn citizens(&self, asked: &Sentence, kind: &str, references: &mut References<'_>) -> QuestionAnswer {
        let about = self.content(&asked.text);
        let of_kind = |question: &&HardQuestion| question.kinds.iter().any(|other| other == kind);
        let own = self.view.input.region.guide.questions.iter().filter(|question| question.own);
        let general = own.filter(|_| !self.situation.is_claim()).find(of_kind).or_else(|| self.fitting().find(of_kind));
        let found = general.filter(|question| question.answer != AnswerFrom::Sebaran).and_then(|question| {
            let akin = |told: &Told<'_>| told.words.iter().any(|word| about.iter().any(|w| phrases::is_akin(word, w)));
            self.first(|told| self.tells(question, told) && akin(told))
        });
        let judged = general.filter(|question| question.answer == AnswerFrom::Putusan).and_then(|_| self.verdict());
        let (answer, missing) = match (judged, found) {
            (Some(text), _) => (fact(text, self.proof(references)), false),
            (None, Some(told)) => (self.quoted(told, references), false),
            (None, None) => {
                let lacks = general.map(|question| question.missing.as_str()).filter(|lacks| !lacks.is_empty());
                let lacks = lacks.unwrap_or("jawaban resmi atas pertanyaan ini");
                (self.lacking(&self.situation.fill(lacks), AskWhom::Pemilik), true)
            }
        };
        let question = format!("Warga bertanya: {}", words::quote(&words::capital(&asked.text), QUESTION_CHARS));
        QuestionAnswer { question, answer, missing, asked: Some(asked.count).filter(|count| *count > 0) }
    }

    /// A question of the guide.
    fn general(&self, question: &HardQuestion, references: &mut References<'_>) -> QuestionAnswer {
        let answer = match question.answer {
            AnswerFrom::Sebaran => Some(self.spread(question, references)),
            AnswerFrom::Jawaban => self.answered(references),
            AnswerFrom::Putusan => match self.verdict() {
                Some(text) => Some(fact(text, self.proof(references))),
                None => self.found(question, references),
            },
            AnswerFrom::Kalimat | AnswerFrom::Resmi => self.found(question, references),
        };
        let missing = answer.is_none();
        let lacking = || match question.answer {
            AnswerFrom::Jawaban => self.late(question),
            _ => self.lacking(&self.situation.fill(&question.missing), question.ask),
        };
        QuestionAnswer {
            question: self.situation.fill(&question.question),
            answer: answer.unwrap_or_else(lacking),
            missing,
            asked: None,
        }
    }

    fn found(&self, question: &HardQuestion, references: &mut References<'_>) -> Option<Statement> {
        let counted = |told: &Told<'a>| question.figures && self.tells_in(question, told, &[]);
        let told = self.first(counted).or_else(|| self.first(|told| self.tells(question, told)))?;
        Some(self.quoted(told, references))
    }

    /// The first sentence that fits and has not answered another question; one that has, where there is no other.
    fn first(&self, fits: impl Fn(&Told<'a>) -> bool) -> Option<&Told<'a>> {
        let used = self.used.borrow();
        let fresh = self.told.iter().find(|told| fits(told) && !used.contains(&told.text));
        fresh.or_else(|| self.told.iter().find(|told| fits(told)))
    }

    /// True where a sentence has words that answer the question and none that deny it.
    fn tells(&self, question: &HardQuestion, told: &Told<'_>) -> bool {
        self.tells_in(question, told, self.view.input.region.wording.list("number"))
    }

    /// The same with numbers in figures and in these words.
    fn tells_in(&self, question: &HardQuestion, told: &Told<'_>, numbers: &[String]) -> bool {
        let wording = &self.view.input.region.wording;
        let slots = || wording.slots.iter().filter(|slot| question.slots.contains(&slot.id));
        let says = phrases::any(&told.words, &question.words, numbers)
            || slots().any(|slot| phrases::any(&told.words, &slot.words, numbers));
        let denies = phrases::any(&told.words, &question.denied, &[])
            || slots().any(|slot| phrases::any(&told.words, &slot.denied, &[]));
        let officially = matches!(question.answer, AnswerFrom::Resmi | AnswerFrom::Putusan);
        // What an office says in the matter is about it.
        let names_it = || told.words.iter().any(|word| self.matter.iter().any(|other| phrases::is_akin(word, other)));
        says && !denies && (told.official || !officially) && (!question.about || told.official || names_it())
    }

    fn quoted(&self, told: &Told<'a>, references: &mut References<'_>) -> Statement {
        self.used.borrow_mut().push(told.text);
        let quote = words::quote(told.text, QUOTE_CHARS);
        let text = match told.official {
            true => format!("{}: {quote}", told.voice),
            false => format!("Menurut {}, belum dipastikan sumber resmi: {quote}", told.voice),
        };
        fact(words::sentence(text), references.cite_sources([told.source]))
    }

    /// What people decided about the claim that the issue is.
    fn verdict(&self) -> Option<String> {
        let claims = self.view.input.claims.iter().filter(|claim| situation::is_the_issue(claim, self.issue));
        let (claim, verdict) = claims.filter_map(|claim: &Claim| Some((claim, claim.verdict()?))).next()?;
        let at = claim.answered_at().map_or_else(String::new, |at| format!(", {}", self.view.at_words(at)));
        Some(format!("Putusan petugas: “{}”{at}.", verdict.label()))
    }

    /// Since when, how many items, where; and how many people or places, where somebody tells it.
    fn spread(&self, question: &HardQuestion, references: &mut References<'_>) -> Statement {
        let (view, issue) = (self.view, self.issue);
        let places = view.place_names(&issue.places);
        let places = match places.is_empty() {
            true => "wilayah belum disebut".to_owned(),
            false => format!("wilayah yang disebut: {}", words::short_list(&places, 4)),
        };
        let windows = words::small(view.input.frame.windows.len());
        let (now, all) = (words::number(issue.count), words::number(issue.total));
        let counted = match issue.count >= issue.total {
            true => format!("{now} item, seluruhnya pada periode ini"),
            false => format!("{now} item pada periode ini dan {all} item dalam {windows} hari"),
        };
        let text = format!("Pertama terbaca {}; {counted}; {places}.", view.at_words(issue.first_seen));
        let mut refs = self.proof(references);
        if question.slots.is_empty() && question.words.is_empty() {
            return fact(text, refs);
        }
        let Some(told) = self.found(question, references) else {
            return fact(format!("{text} Belum terbaca {}.", self.situation.fill(&question.missing)), refs);
        };
        refs.extend(told.refs);
        refs.sort_unstable();
        refs.dedup();
        fact(format!("{text} {}", told.text), refs)
    }

    /// The first official answer that was read, with the hours that it took.
    fn answered(&self, references: &mut References<'_>) -> Option<Statement> {
        let (view, issue) = (self.view, self.issue);
        let (at, said, refs) = match &issue.official_response {
            Some(response) => (response.at, "Jawaban resmi terbaca", references.cite_all([response])),
            None => (view.clarification(issue)?.published_at, "Jawaban resmi dicatat petugas, terbit", Vec::new()),
        };
        let hours = followup::hours_between(issue.first_seen, at);
        let took = match at <= issue.first_seen {
            true => "sebelum isu ini ramai".to_owned(),
            false => format!("{} jam sesudah isu pertama terbaca", words::number(hours)),
        };
        Some(fact(format!("{said} {}, {took}.", view.at_words(at)), refs))
    }

    /// No answer is out: since when the matter is known, and who can say why.
    fn late(&self, question: &HardQuestion) -> Statement {
        let since = self.view.at_words(self.issue.first_seen);
        let hours = words::number(followup::hours_between(self.issue.first_seen, self.view.window.to));
        let missing = self.situation.fill(&question.missing);
        self.lacking(&format!("{missing}; isu terbaca sejak {since}, {hours} jam sebelum batas data"), question.ask)
    }

    fn lacking(&self, what: &str, ask: AskWhom) -> Statement {
        let whom = match ask {
            AskWhom::Pemilik => self.view.holder_words(self.issue),
            AskWhom::Penyiap => self.view.lead_of(self.issue).to_owned(),
        };
        fact(format!("Data belum ada: {}. Tanyakan kepada {whom}.", words::clause(what)), Vec::new())
    }

    fn proof(&self, references: &mut References<'_>) -> Vec<u32> {
        references.cite_all(view::proof(self.issue))
    }

    /// Words of a question that say what is asked about.
    fn content(&self, text: &str) -> Vec<String> {
        let wording = &self.view.input.region.wording;
        let asking = |word: &str| wording.questions.iter().any(|kind| kind.words.iter().any(|other| other == word));
        let common = wording.list("common");
        let words = phrases::words_of(text).into_iter();
        words
            .filter(|word| word.chars().count() >= evidence::WORD_CHARS && !asking(word) && !common.contains(word))
            .collect()
    }
}
