//! Weak signals: small things that grow fast. A list to read, not an alarm: most of them come to nothing.

use crate::{
    movement::Context,
    series::{Cap, DAY_HOURS, Series, Utterance},
    usual::{Usual, Z_USUAL},
};
use std::collections::BTreeSet;

/// Several independent accounts or outlets; one of them with many posts is one.
const SPEAKERS_MIN: usize = 3;
/// From so many voices on a matter is not small, and the other rules see it.
const VOICES_BELOW: f32 = 15.0;
/// Fast is doubling,
const TIMES: f32 = 2.0;
/// over so many days of quiet before.
const DAYS_BEFORE: usize = 6;
const DAYS_KNOWN: usize = 2;

/// True for a matter with few voices that has doubled: from yesterday to today, or from the first half of the day to the
/// second. What is new today and does not grow is the day's news and no signal.
pub(crate) fn is_weak_signal(utterances: &[Utterance], context: &Context) -> bool {
    let now = context.now();
    let heard: Vec<Utterance> = utterances
        .iter()
        .copied()
        .filter(|utterance| utterance.earned && !utterance.copy && utterance.at <= now)
        .collect();
    let series = Series::of(heard.iter().copied(), Cap::DAY, now, &context.reception);
    let Some(today) = series.known(0, DAY_HOURS) else { return false };
    let begin = series.moment(DAY_HOURS);
    let speakers: BTreeSet<u64> =
        heard.iter().filter(|utterance| utterance.at > begin).map(Utterance::speaker).collect();
    if speakers.len() < SPEAKERS_MIN || today.voices >= VOICES_BELOW {
        return false;
    }
    let base: Vec<_> = (2..=1 + DAYS_BEFORE).filter_map(|day| series.known(day * DAY_HOURS, DAY_HOURS)).collect();
    let Some(usual) = Usual::of(&base).filter(|usual| usual.n >= DAYS_KNOWN) else { return false };
    let half = DAY_HOURS / 2;
    let doubled =
        |before: Option<f32>, after: f32| before.is_some_and(|before| before >= 1.0 && after >= TIMES * before);
    let yesterday = series.known(DAY_HOURS, DAY_HOURS).map(|stretch| stretch.voices);
    let first_half = series.known(half, half).map(|stretch| stretch.voices);
    let grows = doubled(yesterday, today.voices) || doubled(first_half, series.stretch(0, half).voices);
    grows && today.voices > usual.range(1.0, Z_USUAL).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Reception;
    use jiff::{Timestamp, ToSpan as _};
    use model::Window;

    fn weak(voices: &[(i64, u64)]) -> bool {
        let end: Timestamp = "2026-11-19T22:00:00Z".parse().unwrap();
        let at = |hours: i64| end.checked_sub(hours.hours()).unwrap();
        let context = Context {
            window: Window { from: at(24), to: end },
            now: None,
            offset_seconds: 0,
            zone_label: String::new(),
            reception: Reception::complete(end, 10, 24 * 9),
        };
        let said = |&(hours, author): &(i64, u64)| Utterance {
            at: at(hours),
            public: true,
            earned: true,
            copy: false,
            author: Some(author),
            source: 1,
        };
        is_weak_signal(&voices.iter().map(said).collect::<Vec<_>>(), &context)
    }

    #[test]
    fn few_independent_voices_that_double() {
        assert!(weak(&[(30, 1), (40, 2), (20, 3), (9, 4), (5, 5), (2, 6)]), "two yesterday, four today");
        assert!(weak(&[(20, 1), (9, 2), (5, 3), (2, 4)]), "one before noon, three after");
    }

    #[test]
    fn one_account_the_news_of_a_day_and_old_matters_are_none() {
        assert!(!weak(&[(30, 1), (20, 2), (9, 2), (5, 2), (2, 2)]), "one account");
        assert!(!weak(&[(20, 1), (19, 2), (18, 3), (17, 4), (2, 5)]), "told at noon, then over");
        assert!(!weak(&[(50, 1), (60, 2), (75, 9), (80, 3), (99, 4), (30, 1), (9, 2), (5, 3)]), "as on other days");
        assert!(!weak(&[]));
    }
}
