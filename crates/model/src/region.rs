//! `Region`: what belongs to one office's province, as data. No crate knows a province by name.

use crate::{AgencyId, Guide, PlaceCode, PlayClass, ProgrammeId, SignalId, TopicId, Wording};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A province and its office, read from `lexicons/regions/<name>/`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Folder name, such as `kaltim`.
    pub name: String,
    /// "Kalimantan Timur".
    pub title: String,
    /// "Pemerintah Provinsi Kalimantan Timur".
    pub government: String,
    /// "Dinas Komunikasi dan Informatika".
    pub office: String,
    /// Code of the whole region, such as `64`.
    pub code: PlaceCode,
    /// IANA zone, such as `Asia/Makassar`.
    pub zone: String,
    /// How the zone is printed, such as "WITA".
    pub zone_label: String,
    /// ISO 639-3 codes of the language folders that apply, main language first.
    pub languages: Vec<String>,
    /// Hosts and host endings of official sites, such as `kaltimprov.go.id`.
    pub official_hosts: Vec<String>,
    /// Contacts that are official although they look private (a free mail address, a short link).
    pub official_contacts: Vec<String>,
    /// Topics, in the order of the file.
    pub topics: Vec<Topic>,
    /// Places of the region, parents before children.
    pub places: Vec<Place>,
    /// Agencies.
    pub agencies: Vec<Agency>,
    /// Who held which public office when, as far as the office keeps a list.
    #[serde(default)]
    pub office_holders: Vec<OfficeHolder>,
    /// Programmes, indices, systems.
    pub programmes: Vec<Programme>,
    /// Outlets and official sites that are known.
    pub media: Vec<Medium>,
    /// Indices that the office is measured by, in the order of the registry.
    #[serde(default)]
    pub kpis: Vec<Kpi>,
    /// What to do about a topic.
    pub playbook: Vec<Play>,
    /// What to do about any issue, in any region.
    #[serde(default)]
    pub guide: Guide,
    /// Which agency governs which regency or city.
    #[serde(default)]
    pub governments: Vec<(PlaceCode, AgencyId)>,
    /// Regencies and cities in which many people have no internet connection.
    #[serde(default)]
    pub low_coverage: Vec<PlaceCode>,
    /// Labels of hoax signals for people: id, label.
    pub signals: Vec<SignalLabel>,
    /// Words of its languages that the contents of issues are read by.
    #[serde(default)]
    pub wording: Wording,
    /// Words that risk is weighed by, of every language of the region.
    #[serde(default)]
    pub risk_words: RiskWords,
}

impl Region {
    /// The topic with this id.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// The place with this code.
    pub fn place(&self, code: &PlaceCode) -> Option<&Place> {
        self.places.iter().find(|place| place.code == *code)
    }

    /// The agency with this id.
    pub fn agency(&self, id: &AgencyId) -> Option<&Agency> {
        self.agencies.iter().find(|agency| agency.id == *id)
    }

    /// The play for this topic.
    pub fn play(&self, id: &TopicId) -> Option<&Play> {
        self.playbook.iter().find(|play| play.topic == *id)
    }

    /// The regency or city in which a place lies; `None` for the whole region and for places elsewhere.
    pub fn regency_of(&self, code: &PlaceCode) -> Option<&Place> {
        let mut place = self.place(code)?;
        while place.level != PlaceLevel::Regency {
            place = self.place(place.parent.as_ref()?)?;
        }
        Some(place)
    }
}

/// A topic of the region's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// Machine name.
    pub id: TopicId,
    /// Words for people.
    pub label: String,
    /// Two or three words for a heading: "Kelangkaan BBM"; the label where absent.
    #[serde(default)]
    pub short: String,
    /// One line on what belongs to it.
    pub definition: String,
    /// The agency of the province that leads.
    pub lead: AgencyId,
    /// Other agencies concerned.
    pub others: Vec<AgencyId>,
    /// Whose power it is.
    pub authority: Authority,
    /// True where the law wants an announcement at once when safety is threatened.
    pub serta_merta: bool,
    /// 1 (low) to 4 (very high).
    pub sensitivity: u8,
}

/// Whose power a matter is; decides between "laksanakan" and "koordinasikan".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The province's own.
    Provinsi,
    /// A regency's or city's.
    KabKota,
    /// Central government's.
    Pusat,
    /// A state-owned company's.
    Bumn,
    /// An independent body's.
    Mandiri,
    /// Shared.
    Campuran,
}

impl Authority {
    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Provinsi => "provinsi",
            Self::KabKota => "kabupaten/kota",
            Self::Pusat => "pusat",
            Self::Bumn => "BUMN",
            Self::Mandiri => "lembaga mandiri",
            Self::Campuran => "lintas kewenangan",
        }
    }
}

/// A place of the region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Kemendagri code with dots.
    pub code: PlaceCode,
    /// Official name, "Kota Samarinda".
    pub name: String,
    /// Short name, "Samarinda".
    pub short: String,
    /// Level.
    pub level: PlaceLevel,
    /// The place that it lies in.
    pub parent: Option<PlaceCode>,
    /// Column and row on the tile map, for regencies and cities.
    pub tile: Option<(u8, u8)>,
}

/// Levels of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceLevel {
    /// The whole region, or an area of its own beside the regencies.
    Province,
    /// Kabupaten or kota.
    Regency,
    /// Kecamatan.
    District,
    /// Desa or kelurahan.
    Village,
}

/// An agency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agency {
    /// Machine name.
    pub id: AgencyId,
    /// Full name.
    pub name: String,
    /// Short name for tables.
    pub short: String,
    /// Whose agency it is.
    pub level: Authority,
    /// What it answers for.
    pub field: String,
}

/// Somebody in a public office between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfficeHolder {
    /// The office, as [`crate::PersonFinding::role`] has it.
    pub role: String,
    /// The holder's name, as reports write it.
    pub name: String,
    /// First day on which the office was theirs; open where absent.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day; open where absent.
    #[serde(default)]
    pub valid_to: Option<Date>,
}

impl OfficeHolder {
    /// True for a day on which the office was theirs.
    pub fn held_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// A programme, index or system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Programme {
    /// Machine name.
    pub id: ProgrammeId,
    /// Full name.
    pub name: String,
    /// `programme`, `index`, `system`, `award` …
    pub kind: String,
}

/// An outlet or official site that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Medium {
    /// Host name, or the source name where it has none.
    pub host: String,
    /// Name for people.
    pub name: String,
    /// Town.
    pub base: String,
    /// `online`, `daily`, `agency`, `network`, `government`, `radio`, `tv`, `factcheck`.
    pub kind: String,
    /// The government's own.
    pub official: bool,
    /// Grade A, B or C, where known.
    pub grade: Option<String>,
    /// The day on which the grade was given or confirmed.
    pub graded_at: Option<Date>,
    /// Status with the press council, where known.
    pub press_council: Option<String>,
}

/// An index that the office is measured by, with every year that the registry knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kpi {
    /// Machine name, as [`Programme::id`] where texts are searched for it.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Words by which texts name it; the acronym exactly as written.
    #[serde(default)]
    pub words: Vec<String>,
    /// The index that continues it by another method; the two are never joined.
    #[serde(default)]
    pub successor: Option<String>,
    /// Its years, oldest first; a figure of an unknown year stands before all others.
    pub years: Vec<KpiYear>,
}

impl Kpi {
    /// The last year that has a figure.
    pub fn latest(&self) -> Option<&KpiYear> {
        self.years.iter().rev().find(|year| !year.value.is_empty() || year.rank.is_some())
    }

    /// The year before one, where both were measured by the same method.
    pub fn before(&self, year: &KpiYear) -> Option<&KpiYear> {
        let known = |other: &&KpiYear| other.year.is_some() && other.year < year.year && !other.value.is_empty();
        self.years.iter().rev().find(known).filter(|other| other.method == year.method)
    }

    /// True where the method of a year is not that of the year before it.
    pub fn breaks_at(&self, year: &KpiYear) -> bool {
        let before = self.years.iter().rev().find(|other| other.year.is_some() && other.year < year.year);
        year.year.is_some() && before.is_some_and(|other| other.method != year.method)
    }
}

/// What an index was in one year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiYear {
    /// The year that it is about; absent where the source gives none.
    #[serde(default)]
    pub year: Option<i16>,
    /// Who publishes it.
    pub publisher: String,
    /// Which version of the method.
    #[serde(default)]
    pub method: String,
    /// The figure as it is printed, with a decimal comma: "69,11", "82 dari 375 badan publik".
    #[serde(default)]
    pub value: String,
    /// The rank among those compared.
    #[serde(default)]
    pub rank: Option<u16>,
    /// The national mean or another figure to compare with, as it is printed.
    #[serde(default)]
    pub national: String,
    /// The day on which it was published.
    #[serde(default)]
    pub published: Option<Date>,
    /// Where the registry has it from.
    pub source: String,
    /// What a reader must know.
    #[serde(default)]
    pub note: String,
}

/// What to do about a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// The topic; `umum` is the fallback.
    pub topic: TopicId,
    /// The sort of matter, which the general rules go by.
    #[serde(default)]
    pub class: PlayClass,
    /// Who holds the power, in the order in which they are asked; found by the topic's list where empty.
    #[serde(default)]
    pub coordinate: Vec<AgencyId>,
    /// The decision asked of leadership, as a request; its first clause carries it.
    pub decision: String,
    /// The same where an official answer is out already; a general request to renew it where empty.
    #[serde(default)]
    pub renewal: String,
    /// Hours after the cut-off until which it is wanted.
    pub deadline_hours: u8,
    /// What waiting costs.
    pub cost_of_waiting: String,
    /// Key message for the public.
    pub message: String,
    /// Who should speak.
    pub spokesperson: String,
    /// Through which channels.
    pub channels: String,
    /// What may go wrong.
    pub risk_note: String,
}

/// Words that risk is weighed by, in plain lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RiskWords {
    /// Victims, evacuation, collapse.
    pub threats: Vec<String>,
    /// What takes such a word back.
    pub denials: Vec<String>,
    /// Heads of government, in whose name a message may be forged.
    pub heads: Vec<String>,
    /// How the roles of the region's key speakers begin.
    pub key_roles: Vec<String>,
    /// How the roles of the nation's key speakers begin.
    pub national_roles: Vec<String>,
}

/// A hoax signal's label and a lay explanation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalLabel {
    /// Which signal.
    pub id: SignalId,
    /// Words for people.
    pub label: String,
    /// Why it is a reason to check, in a few words.
    #[serde(default)]
    pub why: String,
    /// How anybody can check it.
    #[serde(default)]
    pub check: String,
}
