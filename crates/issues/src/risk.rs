//! Risk: how bad an issue is, and why, with its figures.
//!
//! Levels and triggers are those of the office's crisis guide (`risk_levels.tsv` of the domain notes: a rise above
//! twice the week's mean or a sensitive matter in three outlets; spread over regencies or channels; a threat to safety
//! or an announcement that the law wants at once). Where the guide gives no number the constant says where it is from.
//!
//! Only what was earned or said by citizens counts, each voice once: no number of advertorials, releases or copies
//! raises an issue.

use crate::{docs::Doc, window::Movement, window::Windows};
use model::{Coverage, Region, Risk, SourceKind, ToneCount, Topic};
use std::collections::{BTreeMap, BTreeSet};
use text::words;

/// Guide, kuning: "kenaikan >2x rata-rata 7 hari".
const RISE: f32 = 2.0;
/// Fewer voices are a coincidence; the same number below which the domain notes want groups suppressed.
const VOICES_MIN: usize = 5;
/// Guide, kuning: "isu sensitif muncul di >=3 media unik"; sensitive is "tinggi" in the region's list of topics.
const SENSITIVE: u8 = 3;
const OUTLETS: usize = 3;
/// Guide, oranye: "menyebar lintas kab/kota atau kanal"; across is two places, and more channels than press and public.
const PLACES: usize = 2;
const CHANNELS: usize = 3;
/// Guide, oranye: "bukan sekadar 1 artikel": a place counts with two voices.
const VOICES_OF_A_PLACE: usize = 2;
/// Guide, hijau: below 20 %. It names no share above which tone is bad; half of it is by any reading.
const NEGATIVE_HIGH: f32 = 0.5;
/// One voice in so many must touch the government. The guide is about its own risks and says nothing of sport or stars.
const GOVERNMENT_SHARE: usize = 4;
/// Guide, merah: "isu viral": twice the rise and four times the voices of kuning, on a very sensitive topic.
const RISE_CRISIS: f32 = 4.0;
const VOICES_CRISIS: usize = 20;
const VERY_SENSITIVE: u8 = 4;
/// Guide, merah: "ancaman keselamatan": a rising matter of public safety with so many voices, or so many that speak of
/// victims. One accident with one victim is told by fewer independent voices.
const VOICES_SAFETY: usize = 10;
const VOICES_OF_VICTIMS: usize = 3;

/// Words of victims, evacuation and collapse in the lead of a text (Perki 1/2021: what must be announced at once).
const THREAT_WORDS: &[&str] = &[
    "darurat",
    "dievakuasi",
    "evakuasi",
    "hanyut",
    "keracunan",
    "korban",
    "luka",
    "luka-luka",
    "meninggal",
    "mengungsi",
    "pengungsi",
    "roboh",
    "runtuh",
    "tenggelam",
    "terisolasi",
    "terjebak",
    "tewas",
    "tertimbun",
];
/// Bytes of a text in which they are looked for.
const LEAD_BYTES: usize = 600;

/// Weighs an issue. `answered` tells whether an official response stands in it.
pub(crate) fn assess(
    docs: &[Doc<'_>],
    windows: &Windows<'_>,
    topic: Option<&Topic>,
    region: &Region,
    answered: bool,
) -> (Risk, Vec<String>) {
    let facts = Facts::of(docs, windows, region);
    let level = facts.level(topic);
    let mut reasons = facts.reasons(level, topic);
    if level > Risk::Hijau {
        let answer = if answered { "sudah ada keterangan resmi" } else { "belum ada keterangan resmi" };
        reasons.push(answer.to_owned());
    }
    (level, reasons)
}

/// What risk rests on.
struct Facts {
    /// Items of the last window that are no voices, by what they are.
    left_out: BTreeMap<&'static str, usize>,
    /// Voices that count in the last window.
    voices: usize,
    movement: Movement,
    outlets: usize,
    /// Regencies with enough voices.
    places: usize,
    channels: BTreeSet<SourceKind>,
    tone: ToneCount,
    victims: usize,
}

impl Facts {
    fn of(docs: &[Doc<'_>], windows: &Windows<'_>, region: &Region) -> Self {
        let counted: Vec<&Doc<'_>> = docs.iter().filter(|doc| doc.voice && doc.earned()).collect();
        let now: Vec<&Doc<'_>> = counted.iter().copied().filter(|doc| doc.now).collect();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut tone = ToneCount::default();
        for doc in &now {
            let regencies = doc.record.places.iter().filter_map(|place| region.regency_of(place));
            let regencies: BTreeSet<&str> = regencies.map(|place| place.code.as_str()).collect();
            regencies.into_iter().for_each(|place| *places.entry(place).or_default() += 1);
            doc.record.tone.into_iter().for_each(|of| tone.add(of));
        }
        let mut left_out = BTreeMap::new();
        docs.iter()
            .filter(|doc| doc.now)
            .filter_map(why_left_out)
            .for_each(|why| *left_out.entry(why).or_default() += 1);
        let is_outlet = |doc: &&&Doc<'_>| matches!(doc.record.kind, SourceKind::News | SourceKind::Broadcast);
        Self {
            left_out,
            voices: now.len(),
            movement: Movement::of(&windows.trend(counted.iter().map(|doc| doc.record.at))),
            outlets: now.iter().filter(is_outlet).map(|doc| &doc.record.source).collect::<BTreeSet<_>>().len(),
            places: places.values().filter(|voices| **voices >= VOICES_OF_A_PLACE).count(),
            channels: now.iter().map(|doc| doc.record.kind).collect(),
            tone,
            victims: now.iter().filter(|doc| speaks_of_victims(doc)).count(),
        }
    }

    fn level(&self, topic: Option<&Topic>) -> Risk {
        let sensitivity = topic.map_or(0, |topic| topic.sensitivity);
        let rising = self.rises_above(RISE) && self.voices >= VOICES_MIN;
        let widely_told = sensitivity >= SENSITIVE && self.outlets >= OUTLETS;
        if self.is_praise()
            || !self.concerns_government()
            || !(rising || widely_told || self.is_negative() && self.spreads())
        {
            return Risk::Hijau;
        }
        let sensitive_enough = sensitivity >= SENSITIVE || self.voices >= VOICES_CRISIS;
        let threatens = self.voices >= VOICES_SAFETY || self.victims >= VOICES_OF_VICTIMS;
        if topic.is_some_and(|topic| topic.serta_merta) && rising && sensitive_enough && threatens {
            return Risk::Merah;
        }
        let viral = self.rises_above(RISE_CRISIS) && self.voices >= VOICES_CRISIS;
        if viral && sensitivity >= VERY_SENSITIVE && self.places >= PLACES {
            return Risk::Merah;
        }
        if self.spreads() && (rising || self.is_negative()) { Risk::Oranye } else { Risk::Kuning }
    }

    /// More than so many times the usual; a matter that nobody spoke of before rises above everything.
    fn rises_above(&self, times: f32) -> bool {
        match self.movement {
            Movement::Unknown => false,
            Movement::New { .. } => true,
            Movement::Times { ratio, .. } => ratio > times,
        }
    }

    fn spreads(&self) -> bool {
        self.voices >= VOICES_MIN && (self.places >= PLACES || self.channels.len() >= CHANNELS)
    }

    fn is_negative(&self) -> bool {
        self.tone.n() as usize >= VOICES_MIN && self.negative_share() >= NEGATIVE_HIGH
    }

    fn negative_share(&self) -> f32 {
        (self.tone.negatif + self.tone.berpotensi_negatif) as f32 / self.tone.n().max(1) as f32
    }

    /// Whether enough of its voices touch the government at all: a football match may fill the day and is no issue here.
    fn concerns_government(&self) -> bool {
        self.tone.n() as usize * GOVERNMENT_SHARE >= self.voices
    }

    /// Nothing but favourable and plain words: an award may be everywhere and is no crisis.
    fn is_praise(&self) -> bool {
        let tone = self.tone;
        tone.negatif + tone.berpotensi_negatif == 0 && tone.positif > 0 && tone.positif * 2 >= self.voices as u32
    }

    fn reasons(&self, level: Risk, topic: Option<&Topic>) -> Vec<String> {
        if level == Risk::Hijau {
            return vec![self.why_normal()];
        }
        let mut reasons = Vec::new();
        let serta_merta = topic.is_some_and(|topic| topic.serta_merta);
        if self.voices >= VOICES_MIN && self.rises_above(RISE) {
            reasons.extend(self.rise_in_words());
        }
        if serta_merta {
            reasons.push("topik keselamatan (serta-merta)".to_owned());
            if self.victims > 0 {
                reasons.push(format!("{} item menyebut korban, pengungsian, atau kedaruratan", self.victims));
            }
        }
        if self.places >= PLACES {
            reasons.push(format!("menyebar di {} kabupaten/kota", self.places));
        }
        if self.channels.len() >= CHANNELS {
            let names: Vec<&str> = self.channels.iter().map(|kind| kind.label()).collect();
            reasons.push(format!("ramai di {} jenis kanal ({})", names.len(), names.join(", ")));
        }
        if topic.is_some_and(|topic| topic.sensitivity >= SENSITIVE) && self.outlets >= OUTLETS {
            reasons.push(format!("topik sensitif diangkat {} media", self.outlets));
        }
        if self.is_negative() {
            let (share, n) = ((self.negative_share() * 100.0).round(), self.tone.n());
            reasons.push(format!("{share}% bernada negatif atau berpotensi negatif (n={n})"));
        }
        reasons
    }

    fn why_normal(&self) -> String {
        let (voices, left_out) = (self.voices, self.left_out());
        match self.movement {
            _ if voices == 0 && left_out.is_empty() => "tidak ada item baru dalam periode ini".to_owned(),
            _ if voices == 0 => format!("tidak ada suara mandiri{left_out}"),
            _ if self.is_praise() => {
                format!("bernada positif atau netral saja ({} positif dari {voices} item{left_out})", self.tone.positif)
            }
            _ if !self.concerns_government() && voices >= VOICES_MIN => {
                format!("{} dari {voices} item menyinggung pemerintah{left_out}", self.tone.n())
            }
            Movement::Unknown => format!("{voices} item, belum ada hari sebelumnya sebagai pembanding{left_out}"),
            Movement::Times { mean, .. } if voices >= VOICES_MIN => {
                format!("volume biasa: {voices} item, rata-rata sebelumnya {}{left_out}", decimal(mean))
            }
            _ => format!("volume kecil: {voices} item{left_out}"),
        }
    }

    /// ", di luar 2 rilis resmi, 3 salinan": what is counted as items and not as voices.
    fn left_out(&self) -> String {
        let parts: Vec<String> = self.left_out.iter().map(|(what, count)| format!("{count} {what}")).collect();
        if parts.is_empty() { String::new() } else { format!(", di luar {}", parts.join(", ")) }
    }

    fn rise_in_words(&self) -> Option<String> {
        let (voices, counted) = (self.voices, self.left_out());
        match self.movement {
            Movement::Unknown => None,
            Movement::New { windows } => {
                let before = in_words(windows);
                Some(format!("baru muncul: {voices} item, tidak ada dalam {before} hari sebelumnya{counted}"))
            }
            // "60 kali" of almost nothing impresses more than it says.
            Movement::Times { mean, windows, .. } if mean < 1.0 => Some(format!(
                "naik dari rata-rata {} menjadi {voices} item sehari (dibanding {} hari sebelumnya{counted})",
                decimal(mean),
                in_words(windows)
            )),
            Movement::Times { ratio, mean, windows } => Some(format!(
                "naik {}× dari rata-rata {} hari sebelumnya ({voices} item, biasanya {}{counted})",
                decimal(ratio),
                in_words(windows),
                decimal(mean)
            )),
        }
    }
}

fn why_left_out(doc: &Doc<'_>) -> Option<&'static str> {
    match doc.record.coverage {
        Coverage::Official => Some("rilis resmi"),
        Coverage::Advertorial => Some("advertorial"),
        Coverage::Earned if doc.copy => Some("salinan"),
        Coverage::Earned if !doc.voice => Some("unggahan berulang satu akun"),
        Coverage::Earned => None,
    }
}

fn speaks_of_victims(doc: &Doc<'_>) -> bool {
    let record = doc.record;
    let lead = &record.text[..record.text.floor_char_boundary(LEAD_BYTES)];
    [record.title.as_deref().unwrap_or_default(), lead]
        .into_iter()
        .flat_map(words::tokens)
        .any(|token| THREAT_WORDS.contains(&words::normalise(token.text).as_ref()))
}

/// One decimal place, with the comma of Indonesian numbers.
fn decimal(value: f32) -> String {
    format!("{value:.1}").replace('.', ",")
}

fn in_words(number: usize) -> String {
    const WORDS: [&str; 11] =
        ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
