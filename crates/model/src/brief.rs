//! `Brief`: everything a brief says, before anything is drawn. The JSON output is this value.
//!
//! Invariant: a statement that rests on documents names them in `refs`; renderers add no words or figures of their own
//! beyond fixed headings, and change none.

use crate::{
    BriefId, BriefKind, Clarification, Correction, Correspondence, CoverageCount, DayCount, DocumentKey, IssueId,
    Layout, PlaceCode, ResponseKind, Revision, Risk, Signatory, SourceHealth, SourceKind, SourceName, Tables, TaskId,
    ToneCount, TopicId, Window, WorkflowStep,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A brief of one local date. Sections stand in the order of `layout`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// 1. Who, what, when, which period.
    pub header: Header,
    /// Which sections are shown, in which order, under which headings.
    #[serde(default)]
    pub layout: Layout,
    /// How far the data can be trusted; stands at the foot of page one.
    pub confidence: Confidence,
    /// 2. The answer first: at most five lines.
    pub bluf: Vec<Statement>,
    /// What leadership is asked to decide, most urgent first; at most three.
    pub decisions: Vec<DecisionAsked>,
    /// 3. Urgent issues (merah, oranye), at most three.
    pub alerts: Vec<IssueCard>,
    /// Five hard questions for each urgent issue, with answers that rest on evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<IssueQuestions>,
    /// 4. Figures of the window with their charts' data.
    pub numbers: Numbers,
    /// Indices of the office's registry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kpis: Vec<KpiLine>,
    /// Tables over weeks or months; of weekly and monthly briefs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// 5. Main issues, three to seven, most serious first; includes the urgent ones by reference only.
    pub top_issues: Vec<IssueCard>,
    /// 6. Outlets and channels.
    pub sources: Vec<SourceLine>,
    /// 7. Office holders and institutions quoted.
    pub speakers: Vec<SpeakerLine>,
    /// 8. Claims that need verification; never a verdict.
    pub watch: Vec<WatchItem>,
    /// 9. Citizens' complaints and wishes, aggregated.
    pub aspirations: Vec<AspirationLine>,
    /// 10. Positive information worth telling, with or without sufficient evidence.
    pub positive: Vec<PositiveLine>,
    /// 11. Analysis, facts and assessments marked apart.
    pub analysis: Vec<Statement>,
    /// 12. Options for a response, one block an issue.
    pub recommendations: Vec<Recommendation>,
    /// 13. What became of yesterday's tasks.
    pub followup: Vec<Statement>,
    /// The tasks behind section 13.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskLine>,
    /// What clarifications did, as far as it can be measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// 14. Method and limits.
    pub method: Method,
    /// 15. Clippings, numbered; `Statement::refs` point here.
    pub references: Vec<Reference>,
    /// How many items the clippings were chosen from.
    pub references_total: u32,
    /// One row a story, for the table of clippings; at most 5,000, the most important first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stories: Vec<StoryRow>,
    /// Every figure that is shown, under the name by which its documents can be listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// What people changed in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<Revision>,
    /// What was wrong in an edition that has left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
}

/// A figure of a brief. The documents behind it can be listed by its id, and there are as many as it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// `total`, `nada:negatif`, `topik:banjir`, `isu:ID`, `isu:ID/nada:negatif`, `klaim:ID` … in the words of the query
    /// language.
    pub id: String,
    /// Where it is shown: the name of its section.
    pub section: crate::Section,
    /// What it counts, in words: "Item bernada negatif".
    pub label: String,
    /// How many.
    pub value: u32,
    /// What it counts: "item", "media", "isu", "cerita", "suara".
    pub unit: String,
    /// The window before, where it was looked at.
    pub previous: Option<u32>,
}

/// One story of the window, for tables of clippings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoryRow {
    /// Its number in the list, from 1.
    pub number: u32,
    /// The document that stands for it.
    pub key: DocumentKey,
    /// Title or first words.
    pub title: String,
    /// Who published it first; "warga" for a citizen's post.
    pub source: String,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// When it first came out in the window.
    pub at: Timestamp,
    /// Its address; absent for citizens' posts.
    pub url: Option<String>,
    /// The issue that it belongs to, by title.
    pub issue: String,
    /// Tone in words, or empty.
    pub tone: String,
    /// Topic label, or empty.
    pub topic: String,
    /// Place name, or empty.
    pub place: String,
    /// "liputan mandiri", "advertorial (berbayar)" or "rilis resmi".
    pub coverage: String,
    /// Items of the window in it, copies included.
    pub items: u32,
    /// Distinct outlets among them.
    pub outlets: u32,
}

/// Hard questions about one urgent issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssueQuestions {
    /// The issue.
    pub issue: IssueId,
    /// Its title.
    pub title: String,
    /// How bad.
    pub risk: Risk,
    /// Five questions, the hardest first.
    pub items: Vec<QuestionAnswer>,
}

/// A question that a leader may be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionAnswer {
    /// The question, as a citizen or a journalist would put it.
    pub question: String,
    /// What the documents allow to answer; "Data belum ada: …" where they allow nothing.
    pub answer: Statement,
    /// True where the documents hold no answer.
    pub missing: bool,
    /// How many people asked it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<u32>,
}

/// An index of the office's registry, never joined across a change of method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiLine {
    /// Its id in the registry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who publishes it.
    pub publisher: String,
    /// The year that it is about; 0 where the source gives none, which a note says.
    pub year: i16,
    /// Which version of the method.
    pub method: String,
    /// "69,11".
    pub value: String,
    /// "peringkat 13", or empty.
    pub rank: String,
    /// The value before by the same method: "82,25 (2024)"; empty across a change of method.
    pub previous: String,
    /// Where the registry has it from.
    pub source: String,
    /// What a reader must know: a change of method, a figure that is out of date.
    pub notes: Vec<String>,
    /// Claims in the window that cite the index without its year or publisher, or with an older figure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale_claims: Vec<Statement>,
}

/// What a stretch of weeks or months shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// The windows that it consists of, oldest first: days of a week or of a month.
    pub windows: Vec<PeriodWindow>,
    /// Sentences over the tables.
    pub sentences: Vec<Statement>,
    /// Topics, most frequent first.
    pub topics: Vec<PeriodRow>,
    /// Outlets, most frequent first.
    pub outlets: Vec<PeriodRow>,
    /// Regencies and cities.
    pub places: Vec<PeriodRow>,
    /// Issues, most serious first.
    pub issues: Vec<PeriodIssue>,
    /// How fast the office answered.
    pub responses: ResponseTimes,
}

/// One window of a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodWindow {
    /// The local date on which it ends.
    pub date: Date,
    /// "Sen 16/11".
    pub label: String,
    /// Items, or `None` where nothing is known of it.
    pub total: Option<u32>,
    /// Tone of the earned and public items.
    pub tone: ToneCount,
    /// By who paid for or made them.
    pub coverage: CoverageCount,
    /// True where most of the usual sources are missing.
    pub gap: bool,
}

/// A row of a table over a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodRow {
    /// Machine key.
    pub key: String,
    /// Words for it.
    pub label: String,
    /// Items in the period.
    pub count: u32,
    /// Items in the period before, or no data.
    pub previous: Option<u32>,
    /// Tone of the earned and public items among them.
    pub tone: ToneCount,
    /// Paid items among them.
    pub advertorial: u32,
    /// Items a window, in the order of `Period::windows`; `None` where a window has no data.
    pub series: Vec<Option<u32>>,
}

/// An issue over a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodIssue {
    /// The issue.
    pub id: IssueId,
    /// Its title.
    pub title: String,
    /// The worst that it was.
    pub risk: Risk,
    /// Items in the period.
    pub count: u32,
    /// Windows in which it had items.
    pub days: u32,
    /// "16–20 November".
    pub span_words: String,
    /// How it stands at the end: "dijawab resmi", "belum dijawab", "mereda".
    pub outcome: String,
}

/// How fast people answered, in hours; medians with n.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResponseTimes {
    /// From an alert to the person who took it.
    pub acknowledged: Option<Median>,
    /// From an alert to the first official answer or clarification.
    pub answered: Option<Median>,
    /// From a claim in the queue to a person's verdict.
    pub verified: Option<Median>,
    /// Tasks that were done in time, and all that fell due.
    pub tasks_in_time: u32,
    /// Tasks that fell due in the period.
    pub tasks_due: u32,
    /// The same in sentences; says "data belum ada" where there is nothing.
    pub sentences: Vec<Statement>,
}

/// A median with its n.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Median {
    /// Hours.
    pub hours: f32,
    /// How many it is made of.
    pub n: u32,
}

/// An issue that an earlier brief has told already, and what is new in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Continued {
    /// The brief that told it last.
    pub brief: BriefId,
    /// Its date.
    pub date: Date,
    /// "dilaporkan sejak 18 November".
    pub words: String,
    /// How it stood there.
    pub risk: Risk,
    /// What is new since; "tidak ada perkembangan baru" where nothing is.
    pub new: Vec<Statement>,
}

/// A step in the spread of a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpreadPoint {
    /// When.
    pub at: Timestamp,
    /// "19 Nov 14.05".
    pub at_words: String,
    /// What sort of voice carried it.
    pub kind: SourceKind,
    /// The outlet or office; absent for citizens.
    pub source: Option<SourceName>,
    /// What happened: "pertama terbaca", "dimuat media", "cek fakta", "klarifikasi resmi", "putusan petugas".
    pub label: String,
    /// Items up to then.
    pub count: u32,
}

/// Who made the brief, for which period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// "Pemerintah Provinsi …".
    pub government: String,
    /// "Dinas …".
    pub office: String,
    /// Which brief it is: its name in the pipeline and its date.
    #[serde(default)]
    pub id: BriefId,
    /// What sort of brief.
    #[serde(default)]
    pub kind: BriefKind,
    /// 1 for the first, one more for every correction.
    #[serde(default = "first_edition")]
    pub edition: u16,
    /// Lines of the letterhead below government and office: address, telephone, site.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letterhead: Vec<String>,
    /// Who signs, where the office says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatory: Option<Signatory>,
    /// How the naskah dinas made from it are addressed.
    #[serde(default)]
    pub correspondence: Correspondence,
    /// Who read and approved it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workflow: Vec<WorkflowStep>,
    /// "Ringkasan Isu Harian".
    pub title: String,
    /// Day of the year, as the number of the brief.
    pub number: u16,
    /// The brief's local date.
    pub date: Date,
    /// "Jumat, 20 November 2026".
    pub date_words: String,
    /// "19 November 2026 06.00 – 20 November 2026 06.00 WITA".
    pub period_words: String,
    /// "06.00 WITA".
    pub cut_off_words: String,
    /// The window.
    pub window: Window,
    /// "WITA".
    pub zone_label: String,
    /// How far it has come; a draft until a person approves.
    #[serde(default)]
    pub state: crate::BriefState,
    /// The same in the words on the paper: `DRAF`, `FINAL`, `RALAT`.
    pub status: String,
    /// "Biasa" unless the pipeline says otherwise.
    pub classification: String,
    /// The unit that prepares it.
    pub prepared_by: String,
    /// True where the data is the invented sample; renderers say so on every page.
    pub fictional: bool,
}

fn first_edition() -> u16 {
    1
}

/// How far the data can be trusted, in one word and plain sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confidence {
    /// `tinggi`, `sedang` or `rendah`.
    pub level: String,
    /// Sources that were expected.
    pub expected: u32,
    /// Sources that were received.
    pub received: u32,
    /// What is missing, stale, unsure or capped; one sentence each.
    pub sentences: Vec<String>,
}

/// A sentence with its documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// One plain Indonesian sentence (or two).
    pub text: String,
    /// Whether it reports or judges.
    #[serde(default)]
    pub nature: Nature,
    /// Numbers of the references it rests on.
    #[serde(default)]
    pub refs: Vec<u32>,
}

/// Facts and assessments are never mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Counted or quoted.
    #[default]
    Fakta,
    /// The office's reading of it.
    Penilaian,
}

/// A decision asked of leadership.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionAsked {
    /// What to decide, as a request.
    pub text: String,
    /// "10.00 WITA".
    pub deadline: String,
    /// Who carries it out.
    pub owner: String,
    /// What waiting costs.
    pub cost_of_waiting: String,
    /// The issue it answers.
    pub issue: IssueId,
}

/// An issue as it stands in the brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssueCard {
    /// The issue.
    pub id: IssueId,
    /// Its title.
    pub title: String,
    /// How bad.
    pub risk: Risk,
    /// "naik 6,2× dari biasa", "hari ke-3", "stabil".
    pub movement: String,
    /// Why that level, with figures.
    pub risk_reasons: Vec<String>,
    /// Two or three sentences: what happened, who asks what, whether it was answered.
    pub summary: Vec<Statement>,
    /// The small facts line: "58 item", "9 media", "41 unggahan warga", "kewenangan: …", "PJ …", "jawab ≤ 07.30".
    pub facts: Vec<String>,
    /// Items in the window.
    pub count: u32,
    /// Documents over the week.
    pub total: u32,
    /// Seven-day line.
    pub trend: Vec<DayCount>,
    /// Tone of earned and public items.
    pub tone: ToneCount,
    /// Who paid for or made them.
    pub coverage: CoverageCount,
    /// How outlets frame it: one line a group with its example.
    pub framing: Vec<Statement>,
    /// Quotations, with speaker and reference.
    pub quotes: Vec<QuoteLine>,
    /// Regencies and cities concerned, by name.
    pub places: Vec<String>,
    /// Its first topic.
    pub topic: Option<TopicId>,
    /// True where the topic is one of public safety that the law wants announced at once.
    pub serta_merta: bool,
    /// Set where an earlier brief has told it already: "lanjutan".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continued: Option<Continued>,
}

/// A quotation in the brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// The words.
    pub text: String,
    /// "Kepala Dinas …, Nama" or "warga" for a citizen.
    pub speaker: String,
    /// Where it stands.
    pub refs: Vec<u32>,
}

/// Figures of the window; the tables with what charts need beside them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// "612 item · 94 isu · 31 media …" as sentences.
    pub sentences: Vec<Statement>,
    /// Number of issues.
    pub issues: u32,
    /// Number of stories.
    pub stories: u32,
    /// Near-copies that are counted once a story.
    pub copies: u32,
    /// Every table.
    pub tables: Tables,
    /// Rows of the coverage table, labelled.
    pub coverage: Vec<LabelledRow>,
    /// The most frequent topics, labelled; at most eight.
    pub topics: Vec<LabelledRow>,
    /// Tiles of the map, in their places.
    pub tiles: Vec<Tile>,
}

/// A table row with its label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelledRow {
    /// Machine key.
    pub key: String,
    /// Words for it.
    pub label: String,
    /// Items in the window.
    pub count: u32,
    /// Items in the window before, or no data.
    pub previous: Option<u32>,
    /// Tone of earned and public items among them.
    pub tone: ToneCount,
}

/// One regency or city on the tile map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Its code.
    pub code: PlaceCode,
    /// Short name.
    pub name: String,
    /// Column, from 0 in the west.
    pub column: u8,
    /// Row, from 0 in the north.
    pub row: u8,
    /// Items, or `None` for "tanpa data".
    pub count: Option<u32>,
}

/// One outlet or channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceLine {
    /// Its name.
    pub name: String,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Registry note: grade, Dewan Pers status, official or not; "belum tercatat" where unknown.
    pub registry: String,
    /// Items in the window.
    pub count: u32,
    /// Paid items among them.
    pub advertorial: u32,
    /// Tone of its earned items.
    pub tone: ToneCount,
}

/// An office holder or institution that was quoted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeakerLine {
    /// Name.
    pub name: String,
    /// Public role as the documents give it.
    pub role: String,
    /// Quotations in the window.
    pub quotes: u32,
    /// A typical quotation.
    pub example: String,
    /// Where.
    pub refs: Vec<u32>,
}

/// A claim to verify.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchItem {
    /// The claim in the queue; empty where it was found among the clippings only.
    #[serde(default)]
    pub id: String,
    /// How it spread, oldest first; at most twelve points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<SpreadPoint>,
    /// What is claimed, in its own words.
    pub claim: String,
    /// How it stands: "perlu verifikasi" until a person decides otherwise.
    pub status: String,
    /// Signals in plain words.
    pub signals: Vec<String>,
    /// Items that carry it.
    pub count: u32,
    /// These items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentKey>,
    /// Whom to ask.
    pub ask: String,
    /// Until when.
    pub deadline: String,
    /// A fact-check of the same matter, if one was received.
    pub related_factcheck: Option<Statement>,
    /// What people decided about it and what is still wanted, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Where it stands.
    pub refs: Vec<u32>,
}

/// A theme of complaints or wishes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AspirationLine {
    /// The theme.
    pub theme: String,
    /// Its topic.
    #[serde(default)]
    pub topic: TopicId,
    /// Complaints in the window.
    pub count: u32,
    /// The agency that answers for it.
    pub agency: String,
    /// An example without names.
    pub example: Option<Statement>,
}

/// Positive information worth telling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PositiveLine {
    /// What it is.
    pub text: String,
    /// "cukup", or what is missing ("bukti kurang: tahun dan penerbit").
    pub evidence: String,
    /// Items by who paid for or made them.
    pub coverage: CoverageCount,
    /// Where it stands.
    pub refs: Vec<u32>,
}

/// Options for a response to one issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The issue.
    pub issue: IssueId,
    /// Its title.
    pub title: String,
    /// How bad.
    pub risk: Risk,
    /// Whose power it is: "laksanakan" for the office's own, "koordinasikan" for others'.
    pub authority: String,
    /// Who prepares or carries it out, and with whom: "Dinas … menyiapkan bahan; koordinasikan dengan …".
    #[serde(default)]
    pub owner: String,
    /// Options: the recommended one first, then others that fit, then those advised against.
    pub options: Vec<ResponseOption>,
    /// Key message for the public.
    pub message: String,
    /// Three key messages to fill: what is known, what is being done, what the public can do. What nobody has told yet
    /// stands between square brackets.
    #[serde(default)]
    pub messages: Vec<String>,
    /// Who should speak: a role, never a person.
    pub spokesperson: String,
    /// Through which channels.
    pub channels: String,
    /// When.
    pub time: String,
    /// The same as a moment; absent where the level sets none.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    /// What may go wrong with the matter as such.
    pub risk_note: String,
    /// What may go wrong when the recommended option is done.
    #[serde(default)]
    pub risk_of_acting: String,
    /// What it costs to do nothing.
    #[serde(default)]
    pub risk_of_waiting: String,
    /// Numbers of the references that it rests on.
    #[serde(default)]
    pub refs: Vec<u32>,
}

/// One option with its reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseOption {
    /// Which one; absent in briefs of older versions.
    #[serde(default)]
    pub kind: Option<ResponseKind>,
    /// "klarifikasi", "pantau", "koordinasi dengan pemilik kewenangan" …
    pub name: String,
    /// Why, or why not.
    pub reason: String,
    /// True for the one recommended.
    pub recommended: bool,
    /// True where it is advised against, for now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejected: bool,
    /// What belongs to it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
}

/// A task as it stands in the brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskLine {
    /// Which task.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// The agency or unit that does it.
    pub owner: String,
    /// How it stands.
    pub state: TaskState,
    /// Until when.
    pub deadline: Timestamp,
    /// The same in words.
    pub deadline_words: String,
    /// Whole hours since then, where it is over.
    pub overdue_hours: Option<u32>,
    /// What proves that it was done.
    pub proof: Option<String>,
    /// The issue that it answers.
    pub issue: Option<IssueId>,
}

/// How a task stands at the cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Its time is over.
    LewatTenggat,
    /// Said to be done, without proof.
    BuktiKurang,
    /// Given or being done.
    Berjalan,
    /// Done, with proof.
    Selesai,
    /// No longer wanted.
    Dibatalkan,
}

/// What was said before and after a clarification. A comparison of times, never a proof of cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What was published.
    pub clarification: Clarification,
    /// Hours compared on either side.
    pub hours: u16,
    /// The hours before.
    pub before: EffectSide,
    /// The hours after, as far as they are over.
    pub after: EffectSide,
    /// Items to be expected after it had the way of the two stretches before gone on; absent without enough of them.
    pub expected: Option<f32>,
    /// What the comparison allows to say.
    pub finding: EffectFinding,
    /// The same in sentences, with figures.
    pub words: Vec<String>,
}

/// What was said on one side of a clarification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectSide {
    /// Items of the issue that were earned or said by citizens.
    pub items: u32,
    /// Those with a tone among them.
    pub toned: u32,
    /// Those with an unfavourable tone among these.
    pub unfavourable: u32,
    /// Items that carry the claim.
    pub claim_items: u32,
}

/// What a comparison allows to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectFinding {
    /// Too few items, too little time, or sources were missing.
    #[default]
    BelumDapatDinilai,
    /// Fewer than the way before made likely.
    LebihRendah,
    /// As the way before made likely: a fall, if there is one, had begun already.
    SesuaiArah,
    /// More than the way before made likely.
    LebihTinggi,
}

/// The note of a shift that ends for the one that begins; one page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// When it was made.
    pub at: Timestamp,
    /// "Jumat, 20 November 2026 pukul 16.00 WITA".
    pub at_words: String,
    /// "Dinas …".
    pub office: String,
    /// Alerts that are open, most serious first.
    pub alerts: Vec<String>,
    /// Claims that wait, with their clock.
    pub claims: Vec<String>,
    /// Tasks that are open, by deadline.
    pub tasks: Vec<String>,
    /// Small matters that grow.
    pub weak_signals: Vec<String>,
    /// Sources that are down.
    pub sources: Vec<String>,
    /// What falls due before the next shift ends.
    pub tonight: Vec<String>,
    /// Who has taken what.
    pub acknowledged: Vec<String>,
}

/// Method and limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// How the brief was made and what it cannot say, one sentence each.
    pub sentences: Vec<String>,
    /// Every source of the pipeline with its state.
    pub health: Vec<SourceHealth>,
    /// Sources that were down, with the reason, in words.
    pub failed: Vec<String>,
    /// Times within the window in which a source could not be read and that were not made good, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<String>,
    /// Sources that usually speak but said nothing in the window, with the time of their last item.
    pub silent: Vec<String>,
    /// Version of the program and of the lexicons.
    pub version: String,
}

/// A numbered clipping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Its number.
    pub number: u32,
    /// The document.
    pub key: DocumentKey,
    /// Title or first words.
    pub title: String,
    /// Who published it.
    pub source: String,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// When it counts.
    pub at: Timestamp,
    /// "20 Nov 2026 05.12" or "tanpa tanggal; diterima 20 Nov 2026".
    pub at_words: String,
    /// Its address.
    pub url: Option<String>,
    /// Tone in words, or empty.
    pub tone: String,
    /// Topic label, or empty.
    pub topic: String,
    /// Place name, or empty.
    pub place: String,
    /// "liputan mandiri", "advertorial (berbayar)" or "rilis resmi".
    pub coverage: String,
    /// True where it was received in the window but is dated before it; counted in no figure.
    pub late: bool,
}
