//! `effect`: what was said before and after a clarification.
//!
//! Times are compared, causes are not proven: an issue that fell already would have gone on falling. So the hours after
//! are held against the way of the two stretches before, and few items are not judged at all.

use crate::words;
use jiff::{SignedDuration, Timestamp};
use model::{Clarification, Coverage, DocumentKey, Effect, EffectFinding, EffectSide, Record, Tone, Window};
use std::collections::{BTreeMap, BTreeSet};

/// Hours compared on either side: a whole day, so that nights and mornings weigh the same.
const HOURS: u16 = 24;
/// Fewer items than these on both sides together are not judged.
const ITEMS_MIN: u32 = 10;
/// The way of the stretches before is carried on no further than this, down or up.
const WAY: (f32, f32) = (0.25, 2.0);
/// Standard deviations of a count that chance may make; a count of n items varies by about its square root.
const CHANCE: f32 = 2.0;
/// Share of a side without usable data from which on it is not judged.
const GAP_SHARE: f64 = 0.25;
/// Items of one account that count on one side; a single voice is no conversation.
const ACCOUNT_ITEMS: u32 = 3;
const TITLE_CHARS: usize = 80;

/// One item of the issue, in what the comparison looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectItem {
    /// When it counts.
    pub at: Timestamp,
    /// Whether its tone is unfavourable; absent where it has none.
    pub unfavourable: Option<bool>,
    /// True where it carries the claim.
    pub carries_claim: bool,
    /// Hash of its account's pseudonym, for the cap only.
    pub author: Option<u64>,
}

/// How a clarification is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectOptions {
    /// Hours compared on either side.
    pub hours: u16,
}

impl Default for EffectOptions {
    fn default() -> Self {
        Self { hours: HOURS }
    }
}

/// The records of an issue as items: earned and citizens' only, without spam. `carrying` are the claim's documents.
///
/// What the office publishes itself, or pays for, is no echo of it. Near-copies are the caller's to leave out.
pub fn effect_items(records: &[Record], carrying: &[DocumentKey]) -> Vec<EffectItem> {
    let carrying: BTreeSet<&DocumentKey> = carrying.iter().collect();
    let counted = records.iter().filter(|r| r.coverage == Coverage::Earned && r.spam.is_none() && !r.withdrawn);
    counted
        .map(|record| EffectItem {
            at: record.at,
            unfavourable: record.tone.map(|tone| matches!(tone, Tone::Negatif | Tone::BerpotensiNegatif)),
            carries_claim: carrying.contains(&record.key()),
            author: record.author_pseudonym.as_deref().map(hash),
        })
        .collect()
}

/// Compares the hours before a clarification with those after it.
///
/// `items` are those of its issue, from twice the hours before on; `gaps` the times in which so many sources were missing
/// that figures mean nothing (a frame's windows that are gaps); `now` is when it is measured.
pub fn effect(
    clarification: &Clarification,
    items: &[EffectItem],
    gaps: &[Window],
    now: Timestamp,
    options: &EffectOptions,
) -> Effect {
    let at = clarification.published_at;
    let span = SignedDuration::from_hours(i64::from(options.hours.max(1)));
    let sides = [(at - span - span, at - span), (at - span, at), (at, at + span)];
    let [earlier, before, after] = sides.map(|(from, to)| side(items, from, to));
    let expected = expected(earlier.items, before.items);
    let missing = sides[1..].iter().any(|side| share_of_gaps(gaps, *side) >= GAP_SHARE);
    let hindrance = if now < at + span {
        Some(Hindrance::TooEarly)
    } else if missing {
        Some(Hindrance::Missing)
    } else {
        (before.items + after.items < ITEMS_MIN).then_some(Hindrance::TooFew)
    };
    let finding = match hindrance {
        Some(_) => EffectFinding::BelumDapatDinilai,
        None => finding(after.items, expected.unwrap_or(before.items as f32)),
    };
    let mut effect = Effect {
        clarification: clarification.clone(),
        hours: options.hours.max(1),
        before,
        after,
        expected,
        finding,
        words: Vec::new(),
    };
    effect.words = sentences(&effect, hindrance);
    effect
}

/// Why a clarification cannot be judged.
#[derive(Clone, Copy, PartialEq)]
enum Hindrance {
    TooEarly,
    Missing,
    TooFew,
}

/// FNV-1a: tells accounts apart and names none.
fn hash(pseudonym: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    pseudonym.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

fn share_of_gaps(gaps: &[Window], (from, to): (Timestamp, Timestamp)) -> f64 {
    let covered = |gap: &Window| gap.to.min(to).duration_since(gap.from.max(from)).as_secs_f64().max(0.0);
    gaps.iter().map(covered).sum::<f64>() / to.duration_since(from).as_secs_f64().max(1.0)
}

/// From (exclusive) to (inclusive), as windows count everywhere; one account counts up to its cap.
fn side(items: &[EffectItem], from: Timestamp, to: Timestamp) -> EffectSide {
    let mut side = EffectSide::default();
    let mut spoken: BTreeMap<u64, u32> = BTreeMap::new();
    for item in items.iter().filter(|item| from < item.at && item.at <= to) {
        if let Some(author) = item.author {
            let count = spoken.entry(author).or_default();
            *count += 1;
            if *count > ACCOUNT_ITEMS {
                continue;
            }
        }
        side.items += 1;
        side.toned += u32::from(item.unfavourable.is_some());
        side.unfavourable += u32::from(item.unfavourable == Some(true));
        side.claim_items += u32::from(item.carries_claim);
    }
    side
}

/// Items to be expected had the way of the two stretches before gone on; absent without a base.
fn expected(earlier: u32, before: u32) -> Option<f32> {
    (earlier >= ITEMS_MIN).then(|| before as f32 * (before as f32 / earlier as f32).clamp(WAY.0, WAY.1))
}

/// Above or below by more than chance; counts vary by about their square root on both sides.
fn finding(after: u32, expected: f32) -> EffectFinding {
    let after = after as f32;
    let chance = CHANCE * (after + expected).max(1.0).sqrt();
    if after < expected - chance {
        EffectFinding::LebihRendah
    } else if after > expected + chance {
        EffectFinding::LebihTinggi
    } else {
        EffectFinding::SesuaiArah
    }
}

fn sentences(effect: &Effect, hindrance: Option<Hindrance>) -> Vec<String> {
    let Effect { hours, before, after, .. } = effect;
    let title = words::quote(&effect.clarification.title, TITLE_CHARS);
    let (n_before, n_after) = (words::number(before.items), words::number(after.items));
    if let Some(hindrance) = hindrance {
        let why = match hindrance {
            Hindrance::TooEarly => format!("belum {hours} jam sejak terbit; sejauh ini {n_after} item"),
            Hindrance::Missing => "sebagian sumber tidak terbaca pada jam yang dibandingkan".to_owned(),
            Hindrance::TooFew => format!("jumlahnya terlalu kecil ({n_before} item sebelum, {n_after} sesudah)"),
        };
        return vec![format!("Klarifikasi {title}: belum dapat dinilai, {why}.")];
    }
    let mut out = vec![format!(
        "Klarifikasi {title}: {n_before} item dalam {hours} jam sebelum terbit, {n_after} item dalam {hours} jam sesudahnya."
    )];
    out.push(way(effect));
    if before.toned >= ITEMS_MIN && after.toned >= ITEMS_MIN {
        out.push(format!(
            "Nada negatif atau berpotensi negatif: {} dari {} item sebelum, {} dari {} sesudah.",
            words::number(before.unfavourable),
            words::number(before.toned),
            words::number(after.unfavourable),
            words::number(after.toned)
        ));
    }
    if before.claim_items + after.claim_items >= ITEMS_MIN {
        let (before, after) = (words::number(before.claim_items), words::number(after.claim_items));
        out.push(format!("Item yang memuat klaimnya: {before} sebelum, {after} sesudah."));
    }
    out.push("Ini perbandingan waktu, bukan bukti sebab.".to_owned());
    out
}

/// What the hours after say against what the hours before made likely.
fn way(effect: &Effect) -> String {
    let Some(expected) = effect.expected else {
        let compared = match effect.finding {
            EffectFinding::LebihRendah => "Jumlahnya lebih rendah daripada sebelumnya",
            EffectFinding::LebihTinggi => "Jumlahnya lebih tinggi daripada sebelumnya",
            _ => "Perubahannya masih dalam batas kebetulan",
        };
        return format!("{compared}; arah sebelum terbit tidak dapat dihitung.");
    };
    let likely = words::decimal(expected);
    match effect.finding {
        EffectFinding::LebihRendah => {
            format!("Bila arah dua periode sebelumnya berlanjut, sekitar {likely} item; kenyataannya lebih rendah.")
        }
        EffectFinding::LebihTinggi => {
            format!("Bila arah dua periode sebelumnya berlanjut, sekitar {likely} item; kenyataannya lebih tinggi.")
        }
        _ if expected < effect.before.items as f32 => {
            format!(
                "Isu sudah menurun sebelum terbit: tanpa klarifikasi pun sekitar {likely} item; pengaruhnya tidak terlihat."
            )
        }
        _ => format!("Bila arah dua periode sebelumnya berlanjut, sekitar {likely} item; pengaruhnya tidak terlihat."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    /// A clarification at hour 100 with so many items in each of the three stretches.
    fn measured(counts: [u32; 3], now: i64) -> Effect {
        let at = |second: i64| Timestamp::from_second(second).expect("in range");
        let clarification = Clarification {
            decision: "d-1".into(),
            issue: "i-1".into(),
            claim: None,
            published_at: at(100 * HOUR),
            title: "Jadwal pasokan".to_owned(),
            url: None,
        };
        let starts = [52 * HOUR, 76 * HOUR, 100 * HOUR];
        let items: Vec<EffectItem> = starts
            .into_iter()
            .zip(counts)
            .flat_map(|(start, count)| (1..=count).map(move |n| start + i64::from(n)))
            .map(|second| EffectItem { at: at(second), unfavourable: Some(true), carries_claim: true, author: None })
            .collect();
        effect(&clarification, &items, &[], at(now * HOUR), &EffectOptions::default())
    }

    #[test]
    fn a_fall_that_had_begun_is_not_claimed() {
        let falling = measured([80, 40, 20], 124);
        assert_eq!((falling.finding, falling.expected), (EffectFinding::SesuaiArah, Some(20.0)));
        assert!(falling.words[1].contains("sudah menurun sebelum terbit"), "{:?}", falling.words);
        let steady = measured([80, 80, 20], 124);
        assert_eq!(steady.finding, EffectFinding::LebihRendah);
        assert_eq!(steady.words.last().map(String::as_str), Some("Ini perbandingan waktu, bukan bukti sebab."));
        assert_eq!(measured([40, 40, 120], 124).finding, EffectFinding::LebihTinggi);
    }

    #[test]
    fn one_account_is_one_voice() {
        let at = |second: i64| Timestamp::from_second(second).expect("in range");
        let item = |second| EffectItem { at: at(second), unfavourable: None, carries_claim: false, author: Some(7) };
        let items: Vec<EffectItem> = (1..1000).map(item).collect();
        assert_eq!(side(&items, at(0), at(1000)).items, ACCOUNT_ITEMS);
    }

    #[test]
    fn few_items_and_few_hours_are_not_judged() {
        let few = measured([9, 5, 4], 124);
        assert_eq!(few.finding, EffectFinding::BelumDapatDinilai);
        assert!(few.words[0].contains("5 item sebelum, 4 sesudah"), "{:?}", few.words);
        let early = measured([80, 80, 3], 110);
        assert_eq!(early.finding, EffectFinding::BelumDapatDinilai);
        assert!(early.words[0].contains("belum 24 jam"), "{:?}", early.words);
    }

    #[test]
    fn without_a_base_only_the_two_sides_are_compared() {
        let young = measured([2, 60, 20], 130);
        assert_eq!((young.finding, young.expected), (EffectFinding::LebihRendah, None));
        assert!(young.words[1].ends_with("tidak dapat dihitung."), "{:?}", young.words);
    }

    #[test]
    fn missing_sources_make_no_effect() {
        let at = |hour: i64| Timestamp::from_second(hour * HOUR).expect("in range");
        let clarification = measured([0; 3], 124).clarification;
        let item = |second| EffectItem {
            at: at(80) + SignedDuration::from_secs(second),
            unfavourable: None,
            carries_claim: false,
            author: None,
        };
        let items: Vec<EffectItem> = (0..60).map(item).collect();
        let gap = Window { from: at(101), to: at(120) };
        let effect = effect(&clarification, &items, &[gap], at(124), &EffectOptions::default());
        assert_eq!(effect.finding, EffectFinding::BelumDapatDinilai);
    }
}
