//! Invented records, a tiny province, and figures counted the slow and obvious way.

#![allow(dead_code, missing_docs)]

use jiff::{Timestamp, ToSpan as _, civil::date, tz::TimeZone};
use model::*;
use std::collections::{BTreeMap, BTreeSet};

/// The office's zone of every test: eight hours east, so that windows from six to six touch two local dates.
pub fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// Windows of one day each that end at six in the morning, the last on 20 November 2026.
pub fn frame(days: i64) -> Frame {
    let windows = (0..days)
        .map(|back| {
            let date = date(2026, 11, 20).saturating_sub((days - 1 - back).days());
            let to = date.at(6, 0, 0, 0).to_zoned(zone()).unwrap().timestamp();
            let from = to.checked_sub(24.hours()).unwrap();
            FrameWindow { date, window: Window { from, to }, missing_sources: vec![], gap: false }
        })
        .collect();
    Frame { windows }
}

/// Two regencies with a district and a village, a third without anything, and an area beside them.
pub fn region() -> Region {
    let place = |code: &str, level, parent: Option<&str>| Place {
        code: code.into(),
        name: code.to_owned(),
        short: code.to_owned(),
        level,
        parent: parent.map(PlaceCode::from),
        tile: None,
    };
    Region {
        code: "91".into(),
        places: vec![
            place("91", PlaceLevel::Province, None),
            place("91.IKN", PlaceLevel::Province, Some("91")),
            place("91.01", PlaceLevel::Regency, Some("91")),
            place("91.02", PlaceLevel::Regency, Some("91")),
            place("91.03", PlaceLevel::Regency, Some("91")),
            place("91.01.01", PlaceLevel::District, Some("91.01")),
            place("91.01.01.2001", PlaceLevel::Village, Some("91.01.01")),
            place("91.02.01", PlaceLevel::District, Some("91.02")),
        ],
        ..Region::default()
    }
}

/// A small generator of numbers: the tests need the same records every time, not good randomness.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % below
    }
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len() as u64) as usize].clone()
    }
    fn some<T: Clone + Ord>(&mut self, from: &[T]) -> Vec<T> {
        let mut chosen = BTreeSet::new();
        for _ in 0..self.roll(3) {
            chosen.insert(self.pick(from));
        }
        chosen.into_iter().collect()
    }
}

/// Records of ten days around the frame; some replace earlier ones and move to another day, some are withdrawn.
pub fn records(seed: u64, count: u64) -> Vec<Record> {
    let mut dice = Dice(seed);
    let end = frame(1).windows[0].window.to;
    let ids = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let mut records: Vec<Record> = Vec::new();
    for sequence in 1..=count {
        // On the full minute, so that some fall exactly on the edges of windows.
        let at = end.checked_sub((dice.roll(10 * 24 * 60) as i64).minutes()).unwrap();
        let replaces = (sequence > 10 && dice.roll(12) == 0).then(|| 1 + dice.roll(sequence - 1));
        records.push(Record {
            sequence,
            replaces,
            withdrawn: replaces.is_some() && dice.roll(4) == 0,
            id: format!("d{sequence}").as_str().into(),
            source: dice.pick(&ids(&["harian", "kabar", "radio", "warga", "dinas"])).into(),
            kind: dice.pick(&SourceKind::ALL),
            at,
            day: at.to_zoned(zone()).date(),
            dated: dice.roll(10) != 0,
            first_seen_at: at.checked_add((dice.roll(2 * 24 * 60) as i64).minutes()).unwrap(),
            lang: dice.pick(&ids(&["ind", "bjn", "und"])),
            coverage: dice.pick(&[Coverage::Earned, Coverage::Earned, Coverage::Advertorial, Coverage::Official]),
            tone: dice.pick(&Tone::ALL.map(Some).into_iter().chain([None]).collect::<Vec<_>>()),
            topics: dice.some(&["banjir".into(), "listrik".into(), "demo".into()]),
            places: dice.some(
                &["91.01", "91.01.01", "91.01.01.2001", "91.02.01", "91", "91.IKN", "31.71"].map(PlaceCode::from),
            ),
            agencies: dice.some(&["bpbd".into(), "pln".into()]),
            speech_act: dice.pick(&[None, Some(SpeechAct::Aduan), Some(SpeechAct::Informasi)]),
            spam: (dice.roll(8) == 0).then_some(Spam::Gambling),
            unsure: dice.some(&ids(&["tone", "topics"])),
            signals: dice
                .some(&ids(&["forward", "capitals"]))
                .into_iter()
                .map(|id| SignalNote { id: id.into(), why: "contoh".to_owned() })
                .collect(),
            verification_score: if dice.roll(5) == 0 { 0.5 } else { 0.0 },
            ..Record::default()
        });
    }
    records
}

/// The figures as the documentation of `Tables` words them, one loop a figure.
pub fn by_hand(records: &[Record], frame: &Frame, region: &Region) -> Tables {
    let replaced: BTreeSet<u64> = records.iter().filter_map(|r| r.replaces).collect();
    let current: Vec<&Record> = records.iter().filter(|r| !r.withdrawn && !replaced.contains(&r.sequence)).collect();
    let window = frame.windows.last().unwrap().window;
    let inside = |w: Window, spam: bool| -> Vec<&Record> {
        current.iter().copied().filter(|r| w.contains(r.at) && r.spam.is_some() == spam).collect()
    };
    let known = |position: usize| {
        let w = &frame.windows[position];
        !w.gap && inside(w.window, false).len() + inside(w.window, true).len() > 0
    };
    let count = frame.windows.len();
    let now = inside(window, false);
    let before = (count > 1 && known(count - 2)).then(|| inside(frame.windows[count - 2].window, false));
    let everything: Vec<&Record> = frame.windows.iter().flat_map(|w| inside(w.window, false)).collect();
    let main_tone = |rows: &[&Record]| {
        let mut tone = ToneCount::default();
        for record in rows.iter().filter(|r| r.coverage == Coverage::Earned) {
            record.tone.into_iter().for_each(|t| tone.add(t));
        }
        tone
    };
    let tone_of = |coverage: Coverage| {
        let mut tone = ToneCount::default();
        for record in now.iter().filter(|r| r.coverage == coverage) {
            record.tone.into_iter().for_each(|t| tone.add(t));
        }
        tone
    };
    let complaint = |r: &Record| r.kind == SourceKind::Complaint || r.speech_act == Some(SpeechAct::Aduan);
    let row = |key: &str, has: &dyn Fn(&Record) -> bool| {
        let rows: Vec<&Record> = now.iter().copied().filter(|r| has(r)).collect();
        CountRow {
            key: key.to_owned(),
            count: rows.len() as u32,
            previous: before.as_ref().map(|before| before.iter().filter(|r| has(r)).count() as u32),
            tone: main_tone(&rows),
            complaints: rows.iter().filter(|r| complaint(r)).count() as u32,
        }
    };
    let frequent = |keys: &dyn Fn(&Record) -> Vec<String>| {
        let all: BTreeSet<String> = now.iter().flat_map(|r| keys(r)).collect();
        let mut rows: Vec<CountRow> = all.iter().map(|key| row(key, &|r| keys(r).contains(key))).collect();
        rows.sort_by(|a, b| b.count.cmp(&a.count).then(a.key.cmp(&b.key)));
        rows
    };
    let voice = |r: &Record| match r.coverage {
        Coverage::Advertorial => "advertorial",
        Coverage::Official => "official",
        Coverage::Earned if r.kind.is_public_voice() => "public",
        Coverage::Earned => "earned_media",
    };
    let regencies = |r: &Record| -> BTreeSet<String> {
        r.places.iter().filter_map(|code| region.regency_of(code)).map(|place| place.code.0.clone()).collect()
    };
    let seen: BTreeSet<String> = everything.iter().flat_map(|r| regencies(r)).collect();
    let all_regencies: BTreeSet<String> =
        region.places.iter().filter(|p| p.level == PlaceLevel::Regency).map(|p| p.code.0.clone()).collect();
    let names: BTreeSet<&SourceName> = everything.iter().map(|r| &r.source).collect();
    let mut sources: Vec<SourceRow> = names
        .into_iter()
        .map(|name| {
            let of = |rows: &[&Record]| rows.iter().filter(|r| r.source == *name).count() as u32;
            let mine: Vec<&Record> = everything.iter().copied().filter(|r| r.source == *name).collect();
            let mine_now: Vec<&Record> = now.iter().copied().filter(|r| r.source == *name).collect();
            let mut kinds: BTreeMap<SourceKind, u32> = BTreeMap::new();
            mine.iter().for_each(|r| *kinds.entry(r.kind).or_default() += 1);
            let most = kinds.values().max().copied().unwrap();
            SourceRow {
                source: name.clone(),
                kind: *kinds.iter().find(|(_, n)| **n == most).unwrap().0,
                count: of(&now),
                advertorial: mine_now.iter().filter(|r| r.coverage == Coverage::Advertorial).count() as u32,
                previous: if count > 1 { of(&inside(frame.windows[count - 2].window, false)) } else { 0 },
                last_at: mine.iter().map(|r| r.at).max().unwrap(),
                active_windows: frame.windows[..count - 1].iter().filter(|w| of(&inside(w.window, false)) > 0).count()
                    as u32,
                tone: main_tone(&mine_now),
            }
        })
        .collect();
    sources.sort_by(|a, b| (b.count, b.previous, &a.source).cmp(&(a.count, a.previous, &b.source)));
    Tables {
        window,
        total: now.len() as u32,
        previous_total: before.as_ref().map(|before| before.len() as u32),
        outlets: now
            .iter()
            .filter(|r| matches!(r.kind, SourceKind::News | SourceKind::Broadcast))
            .map(|r| &r.source)
            .collect::<BTreeSet<_>>()
            .len() as u32,
        sources_spoke: now.iter().map(|r| &r.source).collect::<BTreeSet<_>>().len() as u32,
        spam: inside(window, true).len() as u32,
        undated: now.iter().filter(|r| !r.dated).count() as u32,
        late: 0,
        unsure: now.iter().filter(|r| r.unsure.iter().any(|u| u == "tone")).count() as u32,
        needs_verification: now.iter().filter(|r| r.needs_verification()).count() as u32,
        tone: tone_of(Coverage::Earned),
        tone_advertorial: tone_of(Coverage::Advertorial),
        tone_official: tone_of(Coverage::Official),
        coverage: ["earned_media", "advertorial", "official", "public"]
            .map(|key| row(key, &|r| voice(r) == key))
            .to_vec(),
        kinds: SourceKind::ALL
            .map(|kind| row(kind.as_str(), &|r| r.kind == kind))
            .into_iter()
            .filter(|row| row.count > 0 || row.previous.unwrap_or(0) > 0)
            .collect(),
        topics: frequent(&|r| r.topics.iter().map(|t| t.0.clone()).collect()),
        places: seen.iter().map(|key| row(key, &|r| regencies(r).contains(key))).collect(),
        without_place: now.iter().filter(|r| r.places.is_empty()).count() as u32,
        agencies: frequent(&|r| r.agencies.iter().map(|a| a.0.clone()).collect()),
        languages: frequent(&|r| vec![r.lang.clone()]),
        signals: frequent(&|r| r.signals.iter().map(|s| s.id.0.clone()).collect()),
        sources,
        days: (0..count)
            .map(|position| {
                let w = &frame.windows[position];
                let rows = if known(position) { inside(w.window, false) } else { vec![] };
                DayRow {
                    date: w.date,
                    total: known(position).then_some(rows.len() as u32),
                    tone: main_tone(&rows),
                    sources: rows.iter().map(|r| &r.source).collect::<BTreeSet<_>>().len() as u32,
                }
            })
            .collect(),
        places_without_data: all_regencies.difference(&seen).cloned().collect(),
    }
}

/// What `Facts::late` promises, one record at a time.
pub fn late_by_hand(records: &[Record], frame: &Frame, received: Window) -> Vec<DocumentKey> {
    let replaced: BTreeSet<u64> = records.iter().filter_map(|r| r.replaces).collect();
    let (first, last) = (frame.windows[0].window, frame.windows.last().unwrap().window);
    let is_late = |r: &&Record| {
        let counts = !r.withdrawn && !replaced.contains(&r.sequence) && r.spam.is_none();
        counts && received.contains(r.first_seen_at) && (r.at <= first.from || !r.dated && r.at <= last.from)
    };
    records.iter().filter(is_late).map(Record::key).collect()
}

pub fn open(folder: &std::path::Path) -> facts::Facts {
    match facts::Facts::open(folder).unwrap() {
        facts::Opened::Ready(facts) => facts,
        facts::Opened::SetAside { reason, .. } => panic!("set aside: {reason}"),
    }
}

/// Writes the records in batches of a size.
pub fn write(facts: &facts::Facts, records: &[Record], size: usize) {
    for batch in records.chunks(size) {
        facts.write(batch, batch[0].sequence, batch[batch.len() - 1].sequence).unwrap();
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
