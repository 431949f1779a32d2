//! `Situation`: what the general rules ask about an issue, and the words that its reasons are filled with.

use crate::{
    movement::{self, Direction, Movement},
    view::{self, View},
    words,
};
use model::{Authority, Claim, ClaimStatus, Issue, IssueId, PlayClass, Risk, SourceKind, TopicId, When};

/// Regencies and cities from which on a matter is spoken of widely.
const WIDE_PLACES: usize = 3;
/// Places named in a sentence.
const PLACES_SHOWN: usize = 4;
const QUESTION_CHARS: usize = 110;
/// Stands where nothing is known: people fill it, nothing is invented.
const UNKNOWN: &str = "[…]";

/// What is known of an issue when its answer is chosen.
pub(crate) struct Situation<'a> {
    topics: &'a [TopicId],
    pub(crate) class: PlayClass,
    /// Whose power it is; what no topic claims is taken as the office's own.
    pub(crate) authority: Authority,
    risk: Risk,
    /// The claim's status; absent where nothing is claimed.
    claim: Option<ClaimStatus>,
    answered: bool,
    asked: bool,
    complaints: u32,
    question: Option<String>,
    serta_merta: bool,
    outlets: bool,
    places: Vec<String>,
    sources: usize,
    movement: Movement,
    direction: Direction,
    items: u32,
    claim_items: u32,
    topic: Option<String>,
    /// Who holds the power, in words.
    holders: String,
    /// Who prepares or carries out.
    lead: String,
    deadline: String,
}

impl<'a> Situation<'a> {
    pub(crate) fn of(view: &View<'a>, issue: &'a Issue) -> Self {
        let topic = view.topic(issue);
        let authority = topic.map_or(Authority::Provinsi, |topic| topic.authority);
        let row = topic.and_then(|topic| view.input.tables.topics.iter().find(|row| row.key == topic.id.as_str()));
        Self {
            topics: &issue.topics,
            class: view.class(issue),
            authority,
            risk: issue.risk,
            claim: claim_status(view, issue).or_else(|| partly(view, issue)),
            answered: is_answered(view, issue),
            asked: view::wants_answer(issue),
            complaints: row.map_or(0, |row| row.complaints),
            question: issue.questions.first().map(|question| words::quote(&question.text, QUESTION_CHARS)),
            serta_merta: topic.is_some_and(|topic| topic.serta_merta),
            outlets: issue.sources.iter().any(|source| matches!(source.kind, SourceKind::News | SourceKind::Broadcast)),
            places: view.place_names(&issue.places),
            sources: issue.sources.len(),
            movement: Movement::of(issue),
            direction: movement::direction(&issue.trend),
            items: issue.count,
            claim_items: issue.needs_verification,
            topic: topic.map(|topic| view.topic_label(&topic.id)),
            holders: view.holder_words(issue),
            lead: view.lead_of(issue).to_owned(),
            deadline: view.due(issue).map_or_else(|| UNKNOWN.to_owned(), |due| view.due_words(due)),
        }
    }

    /// True where the office's own government can act alone.
    pub(crate) fn is_own(&self) -> bool {
        self.authority == Authority::Provinsi
    }

    /// True for a claim, whether somebody has judged it or not.
    pub(crate) fn is_claim(&self) -> bool {
        self.claim.is_some_and(|claim| !matches!(claim, ClaimStatus::Benar | ClaimStatus::SengketaKebijakan))
    }

    /// True while a claim waits for a person's verdict.
    pub(crate) fn is_claim_open(&self) -> bool {
        self.claim.is_some_and(is_open)
    }

    /// The sort of matter that its messages are framed as: a dispute about a policy is answered as one wherever it is.
    pub(crate) fn message_class(&self) -> PlayClass {
        let kept = matches!(self.class, PlayClass::Pemilu | PlayClass::Anak);
        let disputed = self.claim == Some(ClaimStatus::SengketaKebijakan);
        if disputed && !kept { PlayClass::Kebijakan } else { self.class }
    }

    /// True where everything that a rule asks holds.
    pub(crate) fn meets(&self, when: &When) -> bool {
        let is = |asked: Option<bool>, so: bool| asked.is_none_or(|asked| asked == so);
        let among = |list: &[TopicId]| list.is_empty() || self.topics.iter().any(|topic| list.contains(topic));
        among(&when.topics)
            && (when.classes.is_empty() || when.classes.contains(&self.class))
            && !when.not_classes.contains(&self.class)
            && (when.authority.is_empty() || when.authority.contains(&self.authority))
            && when.risk_min.is_none_or(|least| self.risk >= least)
            && when.risk_max.is_none_or(|most| self.risk <= most)
            && (when.claims.is_empty() || self.claim.is_some_and(|claim| when.claims.contains(&claim)))
            && is(when.own, self.is_own())
            && is(when.claim_open, self.is_claim_open())
            && is(when.answered, self.answered)
            && is(when.asked, self.asked)
            && is(when.complaints, self.complaints > 0)
            && is(when.questions, self.question.is_some())
            && is(when.serta_merta, self.serta_merta)
            && is(when.outlets, self.outlets)
            && is(when.wide, self.places.len() >= WIDE_PLACES)
            && is(when.new, self.movement == Movement::New)
            && is(when.rising, matches!(self.direction, Direction::Up(_)))
            && is(when.falling, matches!(self.direction, Direction::Down(_)))
    }

    /// A text of the guide with its words in braces filled from the issue; what is not known becomes "[…]".
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, behind)) = after.split_once('}') else { break };
            out.push_str(&self.word(name).unwrap_or_else(|| UNKNOWN.to_owned()));
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    fn word(&self, name: &str) -> Option<String> {
        match name {
            "item" => Some(words::number(self.items)),
            // A person may have put a claim into the queue that no signal had found.
            "item_klaim" => Some(words::number(self.claim_items.max(1))),
            "aduan" => Some(words::number(self.complaints)),
            "topik" => self.topic.clone(),
            // "Kewenangan: lintas kewenangan" would say the word twice.
            "kewenangan" if self.authority == Authority::Campuran => Some("lintas instansi".to_owned()),
            "kewenangan" => Some(self.authority.label().to_owned()),
            "pemilik" => Some(self.holders.clone()),
            "penyiap" => Some(self.lead.clone()),
            "status" => self.claim.map(|claim| claim.label().to_owned()),
            "sumber" => Some(words::small(self.sources)),
            "wilayah" => (!self.places.is_empty()).then(|| words::short_list(&self.places, PLACES_SHOWN)),
            "pertanyaan" => self.question.clone(),
            "tenggat" => Some(self.deadline.clone()),
            _ => None,
        }
    }
}

/// True for a claim that waits for a person's verdict.
pub(crate) fn is_open(claim: ClaimStatus) -> bool {
    matches!(claim, ClaimStatus::PerluVerifikasi | ClaimStatus::MenungguKonfirmasi)
}

/// The status of the claim that the issue is: what people said of it, otherwise what most of its items carry.
///
/// A false claim that a few posts of a real shortage carry says nothing of the shortage. Of several claims the one that is
/// furthest from being closed speaks: what is open stays open.
pub(crate) fn claim_status(view: &View<'_>, issue: &Issue) -> Option<ClaimStatus> {
    let queued = view.input.claims.iter().filter(|claim| is_the_issue(claim, issue)).map(|claim| claim.status);
    let open = |status: &ClaimStatus| !matches!(status, ClaimStatus::KlarifikasiTerbit | ClaimStatus::Ditutup);
    let judged = queued.clone().filter(open).min_by_key(|status| (status.is_verdict(), *status));
    let closed = || queued.max();
    judged.or_else(closed).or_else(|| view::is_claim(issue).then_some(ClaimStatus::PerluVerifikasi))
}

/// What people found to be right or disputed in part of an issue: it is answered like the whole.
fn partly(view: &View<'_>, issue: &Issue) -> Option<ClaimStatus> {
    let found = [ClaimStatus::SengketaKebijakan, ClaimStatus::Benar];
    let queued = view.input.claims.iter().filter(|claim| belongs(claim, issue)).map(|claim| claim.status);
    queued.filter(|status| found.contains(status)).max()
}

/// True where the claim is what the issue is about: most of its documents carry it, or a person opened it for the issue
/// without any.
pub(crate) fn is_the_issue(claim: &Claim, issue: &Issue) -> bool {
    let many = u32::try_from(claim.documents.len()).unwrap_or(u32::MAX).saturating_mul(2) > issue.total;
    belongs(claim, issue) && (claim.documents.is_empty() || many || view::is_claim(issue))
}

fn belongs(claim: &Claim, issue: &Issue) -> bool {
    let of = |id: &IssueId| *id == issue.id;
    claim.issue.as_ref().is_some_and(of)
        || claim.story.as_ref().is_some_and(|story| issue.stories.iter().any(|other| other.id == *story))
}

/// True where an official answer is out: found in the material, or recorded by a person.
pub(crate) fn is_answered(view: &View<'_>, issue: &Issue) -> bool {
    let published = |claim: &Claim| is_the_issue(claim, issue) && claim.status == ClaimStatus::KlarifikasiTerbit;
    issue.official_response.is_some() || view.input.claims.iter().any(published) || view.clarification(issue).is_some()
}
