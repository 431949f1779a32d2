//! `Guide`: what to do about an issue in any region, as data. The topics' own plays stay with the region.

use crate::{Authority, ClaimStatus, Holiday, OfficeHours, Risk, TopicId};
use serde::{Deserialize, Serialize};

/// The general rules of response, read from `lexicons/playbook/`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guide {
    /// What can be done at all, with its words.
    pub options: Vec<OptionText>,
    /// Which of it fits when; the first rule that holds for an option speaks for it, and the order is the precedence.
    pub rules: Vec<Rule>,
    /// By when, by level.
    pub deadlines: Vec<LevelDeadline>,
    /// When the office works.
    pub hours: OfficeHours,
    /// Days on which it does not.
    pub holidays: Vec<Holiday>,
    /// Key messages to fill, by the sort of matter.
    pub messages: Vec<MessageFrame>,
    /// Hard questions that a leader is asked, in the order of importance.
    pub questions: Vec<HardQuestion>,
    /// What silence costs, by the sort of matter, where no play says so.
    pub waiting: String,
    /// Channels that reach people without an internet connection.
    pub offline_channels: String,
}

impl Guide {
    /// The words of an option.
    pub fn option(&self, kind: ResponseKind) -> Option<&OptionText> {
        self.options.iter().find(|text| text.option == kind)
    }

    /// The frame of the key messages: of an open claim, of the sort of matter, or the general one.
    pub fn message(&self, class: PlayClass, claim: bool) -> Option<&MessageFrame> {
        let found = |class: PlayClass, claim: bool| {
            self.messages.iter().find(move |frame| frame.class == class && frame.claim == claim)
        };
        let open = if claim { found(class, true).or_else(|| found(PlayClass::Umum, true)) } else { None };
        open.or_else(|| found(class, false)).or_else(|| found(PlayClass::Umum, false))
    }

    /// By when an issue of this level wants its answer.
    pub fn deadline(&self, risk: Risk) -> Option<&LevelDeadline> {
        self.deadlines.iter().find(|deadline| deadline.risk == risk)
    }
}

/// What an office can do about an issue. There is no other answer: nothing here acts against those who speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseKind {
    /// Pass questions on and stay neutral; all that is offered where there is an election.
    JagaNetralitas,
    /// Ask those who know before saying anything.
    Verifikasi,
    /// Announce at once what threatens life or public order.
    PengumumanSertaMerta,
    /// Repair what people rightly complain about.
    PerbaikiLayanan,
    /// Ask those who hold the power.
    Koordinasi,
    /// Explain a policy that is disputed or misunderstood.
    JelaskanKebijakan,
    /// Answer.
    Klarifikasi,
    /// Renew an answer that is already out.
    PerbaruiKeterangan,
    /// Right of reply to an outlet, then the press council.
    HakJawab,
    /// Hand fraud, impersonation and harm to children to those whom the law names for it.
    SalurkanResmi,
    /// Prepare data, questions and answers.
    SiapkanBahan,
    /// Hand complaints to whoever can repair.
    TeruskanAduan,
    /// Speak before the press.
    KonferensiPers,
    /// Watch.
    Pantau,
}

impl ResponseKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::JagaNetralitas,
        Self::Verifikasi,
        Self::PengumumanSertaMerta,
        Self::PerbaikiLayanan,
        Self::Koordinasi,
        Self::JelaskanKebijakan,
        Self::Klarifikasi,
        Self::PerbaruiKeterangan,
        Self::HakJawab,
        Self::SalurkanResmi,
        Self::SiapkanBahan,
        Self::TeruskanAduan,
        Self::KonferensiPers,
        Self::Pantau,
    ];
}

/// Sorts of matters that are answered in the same way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayClass {
    /// No sort of its own.
    #[default]
    Umum,
    /// A danger to life or health.
    Bahaya,
    /// Goods, energy, water: what is where, and when.
    Pasokan,
    /// A service that people use.
    Layanan,
    /// A rule or a programme that is debated.
    Kebijakan,
    /// Demands and land: what is heard in meetings.
    Aspirasi,
    /// A matter before investigators or courts.
    Hukum,
    /// Fraud and impersonation.
    Penipuan,
    /// Harm to children.
    Anak,
    /// The press.
    Pers,
    /// Achievements and information worth telling.
    Informasi,
    /// Elections.
    Pemilu,
}

/// The words of one option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionText {
    /// Which option.
    pub option: ResponseKind,
    /// What it is called in a brief.
    pub name: String,
    /// What may go wrong when it is done.
    pub risk_of_acting: String,
    /// What belongs to it, in order; places to fill stand between square brackets.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// One rule: when it holds, an option is advised or advised against, for a reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which option it speaks for.
    pub option: ResponseKind,
    /// For it or against it.
    pub advice: Advice,
    /// Why, or why not; words in braces are filled from the issue.
    pub reason: String,
    /// What must hold, all of it; nothing means always.
    #[serde(default)]
    pub when: When,
    /// True where no later rule is asked once it holds.
    #[serde(default)]
    pub last: bool,
}

/// Whether a rule speaks for its option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// It fits.
    Anjurkan,
    /// It does not, now.
    Tolak,
}

/// What must hold for a rule; an absent condition asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// One of these topics.
    pub topics: Vec<TopicId>,
    /// One of these sorts of matters.
    pub classes: Vec<PlayClass>,
    /// None of these sorts.
    pub not_classes: Vec<PlayClass>,
    /// One of these powers.
    pub authority: Vec<Authority>,
    /// Whether the office's own government can act alone.
    pub own: Option<bool>,
    /// At least so bad.
    pub risk_min: Option<Risk>,
    /// At most so bad.
    pub risk_max: Option<Risk>,
    /// The claim has one of these statuses.
    pub claims: Vec<ClaimStatus>,
    /// Whether a claim waits for a person's verdict.
    pub claim_open: Option<bool>,
    /// Whether an official answer is out.
    pub answered: Option<bool>,
    /// Whether the matter asks for an answer at all.
    pub asked: Option<bool>,
    /// Whether citizens complained.
    pub complaints: Option<bool>,
    /// Whether citizens ask something that can be quoted.
    pub questions: Option<bool>,
    /// Whether the topic is one that the law wants announced at once.
    pub serta_merta: Option<bool>,
    /// Whether outlets carry it.
    pub outlets: Option<bool>,
    /// Whether it is spoken of in several regencies and cities.
    pub wide: Option<bool>,
    /// Whether it was not there before.
    pub new: Option<bool>,
    /// Whether it has risen for three days.
    pub rising: Option<bool>,
    /// Whether it has fallen for three days.
    pub falling: Option<bool>,
}

/// By when an issue of one level wants its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelDeadline {
    /// Which level.
    pub risk: Risk,
    /// How the time runs.
    pub clock: DeadlineClock,
    /// Hours; absent where the clock is the day.
    #[serde(default)]
    pub hours: u8,
}

/// How the time of a deadline runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineClock {
    /// Day and night.
    Jalan,
    /// In office hours only.
    Kerja,
    /// Until the office closes on the same day, or on the next one on which it works.
    HariYangSama,
}

/// Three key messages to fill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageFrame {
    /// The sort of matter.
    pub class: PlayClass,
    /// True for the frame of a claim that nobody has judged yet.
    #[serde(default)]
    pub claim: bool,
    /// What is known.
    pub known: String,
    /// What is being done, by whom, until when.
    pub doing: String,
    /// What the public should do, and where to ask.
    pub asking: String,
}

/// A hard question that a leader is asked about a matter, and what in the documents answers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HardQuestion {
    /// Machine name.
    pub id: String,
    /// Sorts of matters that it is asked about; any where empty.
    pub classes: Vec<PlayClass>,
    /// True where it is asked about a claim that circulates, false about everything else.
    pub claim: bool,
    /// Whether it is asked only where an official answer is out, or only where none is.
    pub answered: Option<bool>,
    /// The question, as a citizen or a journalist would put it.
    pub question: String,
    /// What is lacking, behind "Data belum ada: ".
    pub missing: String,
    /// Who is asked where the documents hold no answer.
    pub ask: AskWhom,
    /// What answers it.
    pub answer: AnswerFrom,
    /// Entries of `unknowns.tsv` whose words answer it.
    pub slots: Vec<String>,
    /// Words that answer it besides; `#` stands for a number.
    pub words: Vec<String>,
    /// Words in whose sentence nothing is answered.
    pub denied: Vec<String>,
    /// True where a sentence with figures is wanted before one with numbers in words.
    pub figures: bool,
    /// True where the sentence must also name the matter itself, because its words alone could be about anything.
    pub about: bool,
    /// True where it only says what answers a question of citizens in their own words; it is never asked by itself.
    pub own: bool,
    /// Sorts of things that citizens ask for by it, as `questions.tsv` calls them.
    pub kinds: Vec<String>,
}

/// Who is asked where the documents hold no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskWhom {
    /// Those who hold the power over the matter.
    #[default]
    Pemilik,
    /// The agency that prepares or carries out.
    Penyiap,
}

/// What answers a hard question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFrom {
    /// A sentence of an office or an outlet that has the words.
    #[default]
    Kalimat,
    /// Only a sentence of an office or an office holder that has them.
    Resmi,
    /// Times and counts of the documents: since when, how many, where.
    Sebaran,
    /// The first official answer, with the hours that it took.
    Jawaban,
    /// What people decided about the claim, or what its owner says.
    Putusan,
}
