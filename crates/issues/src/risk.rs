//! Risk: how bad an issue is.
//!
//! Levels and triggers are those of the office's crisis guide (`risk_levels.tsv` of the domain notes: a rise above
//! twice the week's mean or a sensitive matter in three outlets; spread over regencies or channels; a threat to safety
//! or an announcement that the law wants at once). Where the guide gives no number the constant says where it is from.
//!
//! Only what was earned or said by citizens counts, each voice once: no number of advertorials, releases or copies
//! raises an issue. The one exception is what is passed on in the government's name, see `borrowed`.

use crate::{
    borrowed::Borrowed,
    docs::Doc,
    movement::Movement,
    outlets, themes,
    usual::{Z_BURST, Z_USUAL, chance},
    window::{Change, Windows},
};
use jiff::Timestamp;
use model::{Coverage, Region, Risk, RiskWords, SourceKind, ToneCount, Topic};
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
/// Guide, oranye: "bukan sekadar 1 artikel": a place and a channel count with two voices.
const VOICES_OF_A_PLACE: usize = 2;
/// Guide, oranye: "narasumber kunci; bukan sekadar 1 artikel": a key speaker counts in two outlet groups.
const OUTLETS_OF_A_SPEAKER: usize = 2;
/// Guide, hijau: below 20 %. It names no share above which tone is bad; half of it is by any reading.
const NEGATIVE_LOW: f32 = 0.2;
const NEGATIVE_HIGH: f32 = 0.5;
/// Guide, kuning: "beri tahu OPD … hari yang sama": a working day without an official word, and the day is over.
const SILENCE_HOURS: i64 = 8;
/// Twice the voices of a rise: what may become a crisis, and what is owed an answer by the evening, is more than five
/// people. Where the topic is not sensitive it takes as many as a crisis: twelve posts about potholes are a bad week.
const VOICES_OF_ORANGE: usize = 10;
/// One voice in so many must touch the government. The guide is about its own risks and says nothing of sport or stars.
const GOVERNMENT_SHARE: usize = 4;
/// Guide, merah: "isu viral nasional": twice the rise of kuning in several places on a very sensitive topic, and somebody
/// of the nation speaks about it; or, where nobody does, so many voices that a province cannot make them unnoticed. Two
/// towns that queue for fuel are loud and are no national crisis.
const RISE_CRISIS: f32 = 4.0;
const VOICES_CRISIS: usize = 20;
const VOICES_VIRAL: usize = 200;
const VERY_SENSITIVE: u8 = 4;
/// Guide, merah: "ancaman keselamatan": a rising matter of public safety with so many voices, and so many of them that
/// speak of victims. One accident with one victim is told by fewer independent voices, and a dry tap by as many that
/// speak of none.
const VOICES_SAFETY: usize = 10;
const VOICES_OF_VICTIMS: usize = 3;
/// A topic of which nothing but praise and programmes comes: tourism, awards.
const HARMLESS: u8 = 1;

/// So many words before a word of victims a denial takes it back.
const DENIAL_WORDS: usize = 4;
/// Bytes of a text in which words of victims are looked for.
const LEAD_BYTES: usize = 600;

/// One issue, with everything that its risk is weighed by.
pub(crate) struct Matter<'a, 'r> {
    pub(crate) docs: &'a [Doc<'r>],
    /// For each document the story that it belongs to.
    pub(crate) stories: &'a [usize],
    pub(crate) windows: &'a Windows<'a>,
    pub(crate) topic: Option<&'a Topic>,
    pub(crate) region: &'a Region,
    pub(crate) movement: &'a Movement,
    /// Whether an official response stands in it.
    pub(crate) answered: bool,
}

/// Weighs an issue: its level, and why, one Indonesian clause a reason.
pub(crate) fn assess(matter: &Matter<'_, '_>) -> (Risk, Vec<String>) {
    let facts = Facts::of(matter);
    let level = facts.level();
    let reasons = facts.reasons(level, matter.movement);
    (level, reasons)
}

/// What risk rests on.
pub(crate) struct Facts {
    /// Items of the last window that are no voices, by what they are.
    pub(crate) left_out: BTreeMap<&'static str, usize>,
    /// Voices that count in the last window.
    pub(crate) voices: usize,
    pub(crate) change: Change,
    /// True where it is more than twice the usual, and more than chance makes of the usual, or came in a burst.
    pub(crate) rising: bool,
    /// The same where chance makes so much of the usual once in a thousand times: hundreds of issues are looked at every
    /// day, and one in forty of them is above its usual for nothing.
    surely: bool,
    pub(crate) outlets: usize,
    /// Regencies with enough voices.
    pub(crate) places: usize,
    /// Voices that tell of one story in one place, where these are most.
    loudest_event: usize,
    /// Channels with enough voices.
    pub(crate) channels: BTreeSet<SourceKind>,
    /// Whether somebody of the nation speaks about it.
    national: bool,
    /// Roles of key speakers that several publishers quote.
    pub(crate) speakers: BTreeSet<String>,
    pub(crate) tone: ToneCount,
    pub(crate) victims: usize,
    pub(crate) borrowed: Option<Borrowed>,
    /// Whole hours without an official word since the matter was more than a coincidence; none where there is one.
    pub(crate) silence: Option<i64>,
    pub(crate) answered: bool,
    sensitivity: u8,
    pub(crate) serta_merta: bool,
}

impl Facts {
    fn of(matter: &Matter<'_, '_>) -> Self {
        let Matter { docs, windows, topic, region, movement, answered, .. } = *matter;
        let counted: Vec<&Doc<'_>> = docs.iter().filter(|doc| doc.voice && doc.earned()).collect();
        let now: Vec<&Doc<'_>> = counted.iter().copied().filter(|doc| doc.now).collect();
        let mut tone = ToneCount::default();
        let mut channels: BTreeMap<SourceKind, usize> = BTreeMap::new();
        for doc in &now {
            doc.record.tone.into_iter().for_each(|of| tone.add(of));
            *channels.entry(doc.record.kind).or_default() += 1;
        }
        let mut left_out = BTreeMap::new();
        docs.iter()
            .filter(|doc| doc.now)
            .filter_map(why_left_out)
            .for_each(|why| *left_out.entry(why).or_default() += 1);
        let (places, loudest_event) = spread(matter);
        let change = windows.change(&windows.trend(counted.iter().map(|doc| doc.record.at)));
        Self {
            left_out,
            voices: now.len(),
            rising: now.len() >= VOICES_MIN && rises(now.len(), change, movement, Z_USUAL),
            surely: now.len() >= VOICES_MIN && rises(now.len(), change, movement, Z_BURST),
            change,
            outlets: outlets::groups(&now, region).len(),
            places,
            loudest_event,
            channels: channels
                .into_iter()
                .filter(|(_, voices)| *voices >= VOICES_OF_A_PLACE)
                .map(|(kind, _)| kind)
                .collect(),
            national: !key_speakers(&now, region, &region.risk_words.national_roles).is_empty(),
            speakers: key_speakers(&now, region, &region.risk_words.key_roles),
            tone,
            victims: now.iter().filter(|doc| speaks_of_victims(doc, &region.risk_words)).count(),
            borrowed: Borrowed::of(docs, region),
            silence: windows.heard_until().filter(|_| !answered).and_then(|end| silence(&now, end)),
            answered,
            sensitivity: topic.map_or(0, |topic| topic.sensitivity),
            serta_merta: topic.is_some_and(|topic| topic.serta_merta),
        }
    }

    fn level(&self) -> Risk {
        let by_voices = self.level_by_voices();
        let by_borrowing = self
            .borrowed
            .as_ref()
            .map_or(Risk::Hijau, |borrowed| if borrowed.spreads() { Risk::Oranye } else { Risk::Kuning });
        by_voices.max(by_borrowing)
    }

    fn level_by_voices(&self) -> Risk {
        let rising = self.rising && self.is_weighty();
        if self.is_praise()
            || !self.concerns_government()
            || !(rising || self.is_widely_told() || self.is_negative() && self.spreads())
        {
            return Risk::Hijau;
        }
        let surely = rising && self.surely;
        if surely && (self.is_crisis_of_safety() || self.is_viral()) {
            return Risk::Merah;
        }
        // What a governor or a minister speaks about is no longer one office's matter; what nobody answers is worse
        // tomorrow. Both only where the topic is sensitive and many are against: a minister who says how to apply for
        // an allowance is no crisis.
        let lifted =
            self.sensitivity >= SENSITIVE && self.is_against() && (self.has_key_speaker() || self.is_silence_bad());
        // A complaint that is no louder than every week is to be worked on, however far it is spread.
        let spread = self.spreads() && (self.is_against() || self.sensitivity >= VERY_SENSITIVE);
        let least = if self.sensitivity >= SENSITIVE { VOICES_OF_ORANGE } else { VOICES_CRISIS };
        let may_become_a_crisis = self.voices >= least && (spread || lifted) || self.threatens();
        if surely && may_become_a_crisis { Risk::Oranye } else { Risk::Kuning }
    }

    /// Enough to be more than the day's news: of a festival or one accident there may be many times none.
    fn is_weighty(&self) -> bool {
        let harmless = (1..=HARMLESS).contains(&self.sensitivity) && !self.is_against();
        !harmless && (self.sensitivity >= SENSITIVE || self.is_against() || self.voices >= VOICES_SAFETY)
    }

    /// Guide, hijau: below 20 % of the tone are against.
    fn is_against(&self) -> bool {
        self.tone.n() as usize >= VOICES_MIN && self.negative_share() > NEGATIVE_LOW
    }

    fn threatens(&self) -> bool {
        // Of plain topics only one event can be a crisis, not the accidents of a day together.
        let sensitive = self.sensitivity >= SENSITIVE || self.loudest_event >= VOICES_CRISIS;
        self.serta_merta && sensitive && self.victims >= VOICES_OF_VICTIMS
    }

    /// Victims, and either more voices than one accident has, or voices against those who should help.
    fn is_crisis_of_safety(&self) -> bool {
        self.threatens() && (self.voices >= VOICES_SAFETY || self.is_negative())
    }

    fn is_viral(&self) -> bool {
        let loud = self.national && self.voices >= VOICES_CRISIS || self.voices >= VOICES_VIRAL;
        loud && self.sensitivity >= VERY_SENSITIVE && self.has_places() && self.rises_above(RISE_CRISIS)
    }

    /// More than so many times the mean of the week; a matter that nobody spoke of before rises above everything.
    fn rises_above(&self, times: f32) -> bool {
        rises_above(self.change, times)
    }

    pub(crate) fn is_widely_told(&self) -> bool {
        self.sensitivity >= SENSITIVE && self.outlets >= OUTLETS
    }

    fn spreads(&self) -> bool {
        self.voices >= VOICES_MIN && (self.has_places() || self.has_channels())
    }

    pub(crate) fn has_places(&self) -> bool {
        self.places >= PLACES
    }

    pub(crate) fn has_channels(&self) -> bool {
        self.channels.len() >= CHANNELS
    }

    pub(crate) fn has_key_speaker(&self) -> bool {
        self.national || !self.speakers.is_empty()
    }

    /// A working day without an answer.
    fn is_silence_bad(&self) -> bool {
        self.silence.is_some_and(|hours| hours >= SILENCE_HOURS)
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.tone.n() as usize >= VOICES_MIN && self.negative_share() >= NEGATIVE_HIGH
    }

    pub(crate) fn negative_share(&self) -> f32 {
        (self.tone.negatif + self.tone.berpotensi_negatif) as f32 / self.tone.n().max(1) as f32
    }

    /// Whether enough of its voices touch the government at all: a football match may fill the day and is no issue here.
    pub(crate) fn concerns_government(&self) -> bool {
        self.tone.n() as usize * GOVERNMENT_SHARE >= self.voices
    }

    /// Nothing but favourable and plain words: an award may be everywhere and is no crisis.
    pub(crate) fn is_praise(&self) -> bool {
        let tone = self.tone;
        tone.negatif + tone.berpotensi_negatif == 0 && tone.positif > 0 && tone.positif * 2 >= self.voices as u32
    }

    /// Enough voices for a comparison to mean anything.
    pub(crate) fn has_voices(&self) -> bool {
        self.voices >= VOICES_MIN
    }
}

fn rises_above(change: Change, times: f32) -> bool {
    match change {
        Change::Unknown => false,
        Change::New { .. } => true,
        Change::Times { ratio, .. } => ratio > times,
    }
}

/// More than twice the week's mean and more than chance makes of it; or, of a day that still runs, more than twice what is
/// usual by now; or a burst.
///
/// Chance alone, not the scatter of the days before: the third day of a flood lies within what two days of flood make
/// of a week, and is a flood all the same.
fn rises(voices: usize, change: Change, movement: &Movement, z: f32) -> bool {
    let by_chance = match change {
        Change::Times { mean, windows, .. } => voices as f32 <= chance(mean, windows, z),
        Change::Unknown | Change::New { .. } => false,
    };
    rises_above(change, RISE) && !by_chance || movement.rises_already(RISE) || !movement.bursts.is_empty()
}

/// Regencies over which one matter is spread, and the voices of its loudest event. What has one cause everywhere is spread
/// wherever it is spoken of; of incidents and local services only one story can be spread, and only what it tells of one
/// place is one event: five accidents in five towns are five accidents.
fn spread(matter: &Matter<'_, '_>) -> (usize, usize) {
    let wide = matter.topic.is_some_and(|topic| themes::is_wide(&topic.id, matter.region));
    let mut stories: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    let voices = |(doc, _): &(&Doc<'_>, &usize)| doc.now && doc.voice && doc.earned();
    for (doc, &story) in matter.docs.iter().zip(matter.stories).filter(voices) {
        let places = stories.entry(if wide { 0 } else { story }).or_default();
        let regencies = doc.record.places.iter().filter_map(|place| matter.region.regency_of(place));
        let regencies: BTreeSet<&str> = regencies.map(|place| place.code.as_str()).collect();
        regencies.into_iter().for_each(|place| *places.entry(place).or_default() += 1);
    }
    let enough =
        |places: &BTreeMap<&str, usize>| places.values().filter(|voices| **voices >= VOICES_OF_A_PLACE).count();
    let loudest = stories.values().flat_map(BTreeMap::values).max().copied();
    (stories.values().map(enough).max().unwrap_or(0), loudest.unwrap_or(0))
}

/// Hours between the voice that made the matter more than a coincidence and the last that is known.
fn silence(now: &[&Doc<'_>], end: Timestamp) -> Option<i64> {
    let mut times: Vec<Timestamp> = now.iter().map(|doc| doc.record.at).collect();
    times.sort_unstable();
    times.get(VOICES_MIN - 1).map(|began| end.duration_since(*began).as_hours())
}

/// Roles of key speakers that at least two publishers quote.
fn key_speakers(now: &[&Doc<'_>], region: &Region, roles: &[String]) -> BTreeSet<String> {
    let mut quoted: BTreeMap<String, Vec<&Doc<'_>>> = BTreeMap::new();
    for &doc in now.iter().filter(|doc| doc.article()) {
        for role in doc.record.quotes.iter().filter_map(|quote| quote.role.as_deref()) {
            if roles.iter().any(|key| role.to_lowercase().starts_with(key.as_str())) {
                quoted.entry(role.to_owned()).or_default().push(doc);
            }
        }
    }
    let several = |docs: &Vec<&Doc<'_>>| outlets::groups(docs, region).len() >= OUTLETS_OF_A_SPEAKER;
    quoted.into_iter().filter(|(_, docs)| several(docs)).map(|(role, _)| role).collect()
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

fn speaks_of_victims(doc: &Doc<'_>, words: &RiskWords) -> bool {
    let record = doc.record;
    let lead = &record.text[..record.text.floor_char_boundary(LEAD_BYTES)];
    [record.title.as_deref().unwrap_or_default(), lead].into_iter().any(|text| tells_of_victims(text, words))
}

/// A word of the list that is not denied: "tidak ada korban" is the opposite.
fn tells_of_victims(text: &str, risk: &RiskWords) -> bool {
    let is_one_of = |list: &[String], word: &str| list.iter().any(|known| known == word);
    let words: Vec<_> = words::tokens(text).map(|token| words::normalise(token.text)).collect();
    words.iter().enumerate().any(|(position, word)| {
        let before = &words[position.saturating_sub(DENIAL_WORDS)..position];
        is_one_of(&risk.threats, word) && !before.iter().any(|word| is_one_of(&risk.denials, word))
    })
}

#[cfg(test)]
mod tests {
    use model::RiskWords;

    #[test]
    fn a_denied_victim_is_none() {
        let list = |words: &str| words.split(' ').map(str::to_owned).collect();
        let words = RiskWords {
            threats: list("terluka korban mengungsi"),
            denials: list("tidak nihil"),
            ..RiskWords::default()
        };
        let tells = |text: &str| super::tells_of_victims(text, &words);
        assert!(tells("Dua pekerja terluka saat tongkang hanyut"));
        assert!(!tells("Tidak ada warga yang terluka"));
        assert!(!tells("Kebakaran padam, nihil korban"));
        assert!(tells("Bantuan tidak datang. Warga sudah tiga hari mengungsi di masjid"));
    }
}
