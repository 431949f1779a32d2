//! Five hard questions for each urgent issue, answered by sentences of documents or not at all.
//!
//! What is asked is data of the guide; what citizens ask most comes first, in their words. An answer is quoted with its
//! source, or says "Data belum ada" and whom to ask. Nothing is concluded here.

use crate::{
    followup, phrases,
    references::{References, Source},
    situation::{self, Situation},
    view::{self, View, fact},
    voices, words,
};
use jiff::Timestamp;
use model::{
    AnswerFrom, AskWhom, Claim, Coverage, HardQuestion, Issue, IssueQuestions, QuestionAnswer, Record, Section,
    Sentence, SourceKind, Statement,
};
use std::cell::RefCell;

/// Questions for an issue, and how many of them are the citizens' own.
const QUESTIONS: usize = 5;
const OWN: usize = 2;
/// Sentences of a document that are read, and characters of one that answers.
const SENTENCES_READ: usize = 40;
const ANSWER_CHARS: std::ops::RangeInclusive<usize> = 20..=320;
const QUOTE_CHARS: usize = 200;
const QUESTION_CHARS: usize = 110;
/// Words shorter than this say little about the matter.
const WORD_CHARS: usize = 4;

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

/// A sentence that may answer, with whose it is.
struct Told<'a> {
    text: &'a str,
    words: Vec<String>,
    /// True for words of an office or office holder.
    official: bool,
    at: Timestamp,
    /// "Kepala Dinas …, Nama" or the outlet.
    voice: String,
    source: Source<'a>,
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
        let mut told = statements(view, issue);
        told.extend(view.records_of(issue).filter(|record| answers(record)).flat_map(|record| quotes(view, record)));
        for record in view.records_of(issue).filter(|record| answers(record)) {
            told.extend(sentences(view, record));
        }
        told.extend(issue.summary.iter().filter(|said| view.record(&said.document.key).is_none()).filter_map(|said| {
            let document = &said.document;
            let outlet = matches!(document.kind, SourceKind::News | SourceKind::Broadcast | SourceKind::Official);
            (outlet && document.coverage != Coverage::Advertorial).then(|| Told {
                text: &said.text,
                words: phrases::words_of(&said.text),
                official: document.coverage == Coverage::Official,
                at: document.at,
                voice: view.source_name(&document.key.source).to_owned(),
                source: Source::Exemplar(document),
            })
        }));
        told.retain(|told| told.at <= view.window.to);
        // Stable: sentences of one document stay in their order.
        told.sort_by_key(|told| (!told.official, std::cmp::Reverse(told.at)));
        Self {
            view,
            issue,
            situation: Situation::of(view, issue),
            told,
            matter: matter(view, issue),
            used: RefCell::default(),
        }
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
            AnswerFrom::Sebaran => Some(self.spread(references)),
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
        let told = self.first(|told| self.tells(question, told))?;
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
        let wording = &self.view.input.region.wording;
        let numbers = wording.list("number");
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

    /// Since when, how many, where.
    fn spread(&self, references: &mut References<'_>) -> Statement {
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
        fact(text, self.proof(references))
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
        words.filter(|word| word.chars().count() >= WORD_CHARS && !asking(word) && !common.contains(word)).collect()
    }
}

/// Words of office holders; what citizens say is no answer.
fn statements<'a>(view: &'a View<'a>, issue: &'a Issue) -> Vec<Told<'a>> {
    let said = issue.statements.iter().filter(|said| {
        let document = &said.document;
        !document.kind.is_public_voice() && document.coverage != Coverage::Advertorial
    });
    let told = said.flat_map(|said| {
        let role = said.role.as_deref().filter(|role| !voices::is_private(role));
        role.map(|role| {
            let voice = voices::speaker_words(&said.speaker, Some(role), said.document.kind);
            spoken(&said.text, is_office(view, role), said.document.at, voice, Source::Exemplar(&said.document))
        })
        .into_iter()
        .flatten()
    });
    told.collect()
}

/// The sentences of what somebody said, each of which can answer another question.
fn spoken<'a>(
    text: &'a str,
    official: bool,
    at: Timestamp,
    voice: String,
    source: Source<'a>,
) -> impl Iterator<Item = Told<'a>> {
    phrases::sentences(text).into_iter().map(move |text| {
        let (words, voice) = (phrases::words_of(text), voice.clone());
        Told { text, words, official, at, voice, source }
    })
}

/// Words of office holders in a clipping; an issue keeps only the few that are said most often.
fn quotes<'a>(view: &'a View<'a>, record: &'a Record) -> impl Iterator<Item = Told<'a>> {
    record.quotes.iter().flat_map(|quote| {
        let role = quote.role.as_deref().filter(|role| !voices::is_private(role));
        role.map(|role| {
            let voice = voices::speaker_words(&quote.speaker, Some(role), record.kind);
            spoken(&quote.text, is_office(view, role), record.at, voice, Source::Clipping(record))
        })
        .into_iter()
        .flatten()
    })
}

/// True for the role of an office; where no language lists offices, for any public role.
fn is_office(view: &View<'_>, role: &str) -> bool {
    let offices = view.input.region.wording.list("office");
    offices.is_empty() || phrases::any(&phrases::words_of(role), offices, &[])
}

/// True for a document of an office or an outlet that nobody paid for and nobody has to check.
fn answers(record: &Record) -> bool {
    let speaks =
        record.coverage == Coverage::Official || matches!(record.kind, SourceKind::News | SourceKind::Broadcast);
    speaks
        && record.coverage != Coverage::Advertorial
        && !record.kind.is_public_voice()
        && (record.coverage == Coverage::Official || !record.needs_verification())
}

fn sentences<'a>(view: &'a View<'a>, record: &'a Record) -> impl Iterator<Item = Told<'a>> {
    let private = |quote: &&model::QuoteNote| quote.role.as_deref().is_none_or(voices::is_private);
    let private: Vec<&str> = record.quotes.iter().filter(private).map(|quote| quote.speaker.as_str()).collect();
    let persons = view.input.region.wording.list("person");
    let official = record.coverage == Coverage::Official;
    let name = view.source_name(&record.source);
    let voice = if official { format!("{name} (rilis resmi)") } else { name.to_owned() };
    phrases::sentences(&record.text).into_iter().take(SENTENCES_READ).filter_map(move |text| {
        let words = phrases::words_of(text);
        let quotable = ANSWER_CHARS.contains(&text.chars().count())
            && !text.contains(['[', '@', '?'])
            && !private.iter().any(|name| text.contains(name))
            && !phrases::any(&words, persons, &[]);
        quotable.then(|| Told {
            text,
            words,
            official,
            at: record.at,
            voice: voice.clone(),
            source: Source::Clipping(record),
        })
    })
}

/// Words of the topic and the title that name the matter: no places, no common words.
fn matter(view: &View<'_>, issue: &Issue) -> Vec<String> {
    let region = view.input.region;
    let topic = view.topic(issue).map(|topic| format!("{} {}", topic.short, topic.label)).unwrap_or_default();
    let places: Vec<String> = region
        .places
        .iter()
        .filter(|place| issue.places.contains(&place.code) || place.tile.is_some())
        .flat_map(|place| phrases::words_of(&place.short))
        .collect();
    let common = region.wording.list("common");
    let text = format!("{topic} {}", issue.title);
    let is_acronym = |word: &&str| word.len() > 2 && word.chars().all(char::is_uppercase);
    let acronyms: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(is_acronym).map(str::to_lowercase).collect();
    let mut words: Vec<String> = phrases::words_of(&text)
        .into_iter()
        .filter(|word| {
            let names = word.chars().count() >= WORD_CHARS || acronyms.contains(word);
            names && !places.contains(word) && !common.contains(word) && !word.starts_with(|c: char| c.is_ascii_digit())
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}
