//! `Tables`: every figure of a brief, counted from the facts.

use crate::{SourceKind, SourceName, Tone};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A stretch of time: after `from`, up to and including `to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Exclusive.
    pub from: Timestamp,
    /// Inclusive.
    pub to: Timestamp,
}

impl Window {
    /// True where the moment lies in the window.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from < at && at <= self.to
    }
}

/// Counts by tone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToneCount {
    /// Favourable.
    pub positif: u32,
    /// Reports without judging.
    pub netral: u32,
    /// May turn.
    pub berpotensi_negatif: u32,
    /// Unfavourable.
    pub negatif: u32,
}

impl ToneCount {
    /// Adds one item.
    pub fn add(&mut self, tone: Tone) {
        *self.get_mut(tone) += 1;
    }

    /// The count of one tone.
    pub fn get(&self, tone: Tone) -> u32 {
        match tone {
            Tone::Positif => self.positif,
            Tone::Netral => self.netral,
            Tone::BerpotensiNegatif => self.berpotensi_negatif,
            Tone::Negatif => self.negatif,
        }
    }

    /// The place of one tone's count.
    pub fn get_mut(&mut self, tone: Tone) -> &mut u32 {
        match tone {
            Tone::Positif => &mut self.positif,
            Tone::Netral => &mut self.netral,
            Tone::BerpotensiNegatif => &mut self.berpotensi_negatif,
            Tone::Negatif => &mut self.negatif,
        }
    }

    /// Items that touch the government at all.
    pub fn n(&self) -> u32 {
        Tone::ALL.into_iter().map(|tone| self.get(tone)).sum()
    }
}

/// One row of a table: something, how often now, how often the window before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRow {
    /// What is counted: a topic id, place code, kind, coverage, signal …
    pub key: String,
    /// Items in the window.
    pub count: u32,
    /// Items in the window before; `None` where that window has no data.
    pub previous: Option<u32>,
    /// Tone of the earned and public items among them.
    pub tone: ToneCount,
    /// Complaints among them.
    pub complaints: u32,
}

/// One source in the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// The source.
    pub source: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Items in the window.
    pub count: u32,
    /// Paid items among them.
    pub advertorial: u32,
    /// Items in the window before.
    pub previous: u32,
    /// Its last item in all the windows looked at.
    pub last_at: Timestamp,
    /// Windows of the frame, before the last, in which it spoke.
    pub active_windows: u32,
    /// Tone of its earned items.
    pub tone: ToneCount,
}

/// One window of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// The local date on which it ends.
    pub date: Date,
    /// Items, or `None` where nothing at all is known of the window.
    pub total: Option<u32>,
    /// Tone of the earned and public items.
    pub tone: ToneCount,
    /// Sources that spoke in it.
    pub sources: u32,
}

/// Every figure of a brief. Spam is counted in `spam` only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tables {
    /// What is counted.
    pub window: Window,
    /// Items without spam.
    pub total: u32,
    /// Items of the window before; `None` where it has no data.
    pub previous_total: Option<u32>,
    /// Distinct outlets (news, broadcast) that spoke.
    pub outlets: u32,
    /// Distinct sources of any kind that spoke.
    pub sources_spoke: u32,
    /// Spam items left out of every other figure.
    pub spam: u32,
    /// Items counted on the day they were first seen because they carry no date.
    pub undated: u32,
    /// Items that were received for this brief but are dated before its week, or undated and from before its window;
    /// counted nowhere else.
    pub late: u32,
    /// Items whose tone was given below its threshold.
    pub unsure: u32,
    /// Items with personal data removed or signals to check.
    pub needs_verification: u32,
    /// Tone of earned and public items; the main figure.
    pub tone: ToneCount,
    /// Tone of paid items, shown apart.
    pub tone_advertorial: ToneCount,
    /// Tone of official releases, shown apart.
    pub tone_official: ToneCount,
    /// Keys: `earned_media`, `advertorial`, `official`, `public`.
    pub coverage: Vec<CountRow>,
    /// Keys: names of `SourceKind`.
    pub kinds: Vec<CountRow>,
    /// Keys: topic ids, most frequent first. An item with two topics counts in both.
    pub topics: Vec<CountRow>,
    /// Keys: codes of regencies and cities (districts count in theirs), by code; places outside the region are left out.
    pub places: Vec<CountRow>,
    /// Items without any place.
    pub without_place: u32,
    /// Keys: agency ids, most frequent first.
    pub agencies: Vec<CountRow>,
    /// Keys: language codes, most frequent first.
    pub languages: Vec<CountRow>,
    /// Keys: signal ids, most frequent first.
    pub signals: Vec<CountRow>,
    /// Every source that spoke in any window of the frame, most frequent first.
    pub sources: Vec<SourceRow>,
    /// One row a window of the frame, oldest first.
    pub days: Vec<DayRow>,
    /// Keys: regency codes that no source covered in any window of the frame: "tanpa data", not zero.
    pub places_without_data: Vec<String>,
}

/// What a period of windows shows, counted in one pass. Spam is in no figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodTables {
    /// One entry a window, oldest first.
    pub windows: Vec<PeriodDay>,
    /// Items of the stretch before; `None` where nothing at all is known of it.
    pub previous_total: Option<u32>,
    /// Keys: topic ids, most frequent first. An item with two topics counts in both.
    pub topics: Vec<PeriodCount>,
    /// Keys: names of outlets (news, broadcast), most frequent first.
    pub outlets: Vec<PeriodCount>,
    /// Keys: codes of regencies and cities, most frequent first.
    pub places: Vec<PeriodCount>,
}

/// One window of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodDay {
    /// Items, or `None` where nothing at all is known of the window.
    pub total: Option<u32>,
    /// Tone of the earned and public items.
    pub tone: ToneCount,
    /// By who paid for or made them; adds up to the total.
    pub coverage: crate::CoverageCount,
}

/// Something that is counted over a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodCount {
    /// What is counted.
    pub key: String,
    /// Items in the period.
    pub count: u32,
    /// Items in the stretch before; `None` where nothing is known of it.
    pub previous: Option<u32>,
    /// Tone of the earned and public items among them.
    pub tone: ToneCount,
    /// Paid items among them.
    pub advertorial: u32,
    /// Items a window.
    pub series: Vec<u32>,
}

impl PeriodCount {
    /// Adds the figures of another.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.advertorial += other.advertorial;
        if let Some(previous) = other.previous {
            self.previous = Some(self.previous.unwrap_or(0) + previous);
        }
        for tone in Tone::ALL {
            *self.tone.get_mut(tone) += other.tone.get(tone);
        }
        self.series.resize(self.series.len().max(other.series.len()), 0);
        self.series.iter_mut().zip(&other.series).for_each(|(sum, count)| *sum += count);
    }
}
