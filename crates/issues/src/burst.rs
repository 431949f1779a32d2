//! Bursts: a sudden rise, by two rules, neither of which a daily or weekly rhythm can meet.
//!
//! Citizens: one hour against the twelve before it. Outlets: one day against the fourteen before it. Both must lie above
//! what chance makes of the longer stretch once in a thousand times, and be twice the same stretch of yesterday and of
//! last week, where these are known: every newsroom starts at eight, and every price list comes on Monday.

use crate::{
    movement::Context,
    series::{Cap, DAY_HOURS, Series, Utterance, WEEK_HOURS},
    usual::{Usual, Z_BURST},
    wording::decimal,
};
use jiff::Timestamp;
use model::{Burst, BurstRule};
use std::collections::BTreeSet;

/// Hours before the last one that a citizens' burst is measured by, and how many of them must be known.
const HOURS_BEFORE: usize = 12;
const HOURS_KNOWN: usize = 6;
/// Days before the last one that outlets' bursts are measured by, and how many of them must be known.
const DAYS_BEFORE: usize = 14;
const DAYS_KNOWN: usize = 3;
/// Fewer are a coincidence; the same number below which the domain notes want groups suppressed.
const VOICES_MIN: f32 = 5.0;
/// One outlet that follows its own report all day is no burst.
const OUTLETS_MIN: usize = 3;
const ARTICLES_OF_AN_OUTLET: Cap = Cap { voices: 3, hours: DAY_HOURS as u32 };
/// So many times the same stretch of yesterday and of last week.
const TIMES: f32 = 2.0;

/// Bursts of an issue in the reported stretch, at most one a rule: the steepest.
pub(crate) fn bursts(utterances: &[Utterance], context: &Context) -> Vec<Burst> {
    [social(utterances, context), editorial(utterances, context)].into_iter().flatten().collect()
}

fn social(utterances: &[Utterance], context: &Context) -> Option<Burst> {
    let public = utterances.iter().copied().filter(|utterance| utterance.public && utterance.earned);
    let series = Series::of(public, Cap::HOUR, context.now(), &context.reception);
    let hours = series.back(context.window.from);
    let steep = (0..hours).filter_map(|back| Rise::of(&series, back, 1, HOURS_BEFORE, HOURS_KNOWN));
    let rise = steep.max_by(|a, b| a.steepness.total_cmp(&b.steepness).then(b.back.cmp(&a.back)))?;
    let at = series.moment(rise.back);
    let words = format!(
        "{} suara warga dalam 1 jam sampai {}; biasanya {} per jam (n={} jam){}",
        decimal(rise.observed),
        context.clock(at),
        decimal(rise.usual.mean),
        rise.usual.n,
        rise.checks("jam yang sama")
    );
    Some(rise.burst(BurstRule::Social, at, words))
}

fn editorial(utterances: &[Utterance], context: &Context) -> Option<Burst> {
    // An outlet stands where an account would, so that it is heard up to its cap.
    let articles = utterances.iter().copied().filter(|utterance| !utterance.public && utterance.earned);
    let articles = articles.map(|article| Utterance { author: Some(article.source), ..article });
    let articles: Vec<Utterance> = articles.collect();
    let now = context.now();
    let series = Series::of(articles.iter().copied(), ARTICLES_OF_AN_OUTLET, now, &context.reception);
    let rise = Rise::of(&series, 0, DAY_HOURS, DAYS_BEFORE, DAYS_KNOWN)?;
    let is_new = |article: &&Utterance| !article.copy && article.at <= now && article.at > series.moment(DAY_HOURS);
    let outlets = articles.iter().filter(is_new).map(|article| article.source).collect::<BTreeSet<_>>().len();
    let words = format!(
        "{} berita dari {outlets} media dalam 24 jam sampai {}; biasanya {} per hari (n={} hari){}",
        decimal(rise.observed),
        context.clock(now),
        decimal(rise.usual.mean),
        rise.usual.n,
        rise.checks("24 jam yang sama")
    );
    (outlets >= OUTLETS_MIN).then(|| rise.burst(BurstRule::Editorial, now, words))
}

/// A short stretch far above the longer one before it.
struct Rise {
    back: usize,
    observed: f32,
    usual: Usual,
    yesterday: Option<f32>,
    last_week: Option<f32>,
    /// Distance from the mean on the square-root scale, on which scatter is the same everywhere.
    steepness: f32,
}

impl Rise {
    fn of(series: &Series<'_>, back: usize, hours: usize, before: usize, known: usize) -> Option<Self> {
        let observed = series.stretch(back, hours).voices;
        if observed < VOICES_MIN {
            return None;
        }
        let base: Vec<_> = (1..=before).filter_map(|times| series.known(back + times * hours, hours)).collect();
        let usual = Usual::of(&base).filter(|usual| usual.n >= known)?;
        // For a stretch of a day, yesterday is part of the base; one that was as loud is the same rise going on.
        let same = |ago: usize| series.known(back + ago, hours).map(|stretch| stretch.voices / stretch.coverage);
        let (yesterday, last_week) = (same(DAY_HOURS), same(WEEK_HOURS));
        let rhythm = [yesterday, last_week].into_iter().flatten().any(|earlier| observed < TIMES * earlier);
        let steepness = observed.sqrt() - usual.mean.sqrt();
        let sudden = observed > usual.range(1.0, Z_BURST).1 && !rhythm;
        sudden.then_some(Self { back, observed, usual, yesterday, last_week, steepness })
    }

    fn checks(&self, same: &str) -> String {
        let known = [("kemarin", self.yesterday), ("pekan lalu", self.last_week)];
        let known: Vec<String> =
            known.iter().filter_map(|(when, voices)| Some(format!("{when} {}", decimal((*voices)?)))).collect();
        if known.is_empty() { String::new() } else { format!("; {same} {}", known.join(", ")) }
    }

    fn burst(&self, rule: BurstRule, at: Timestamp, words: String) -> Burst {
        Burst {
            rule,
            observed: self.observed,
            expected: self.usual.mean,
            yesterday: self.yesterday,
            last_week: self.last_week,
            at,
            words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Reception;
    use jiff::ToSpan as _;
    use model::Window;

    fn end() -> Timestamp {
        "2026-11-19T22:00:00Z".parse().unwrap()
    }

    fn at(minutes_ago: i64) -> Timestamp {
        end().checked_sub(minutes_ago.minutes()).unwrap()
    }

    fn context(days: usize) -> Context {
        let window = Window { from: at(24 * 60), to: end() };
        let reception = Reception::complete(end(), 10, 24 * days);
        Context { window, now: None, offset_seconds: 8 * 3600, zone_label: "WITA".to_owned(), reception }
    }

    fn post(minutes_ago: i64, author: u64) -> Utterance {
        Utterance { at: at(minutes_ago), public: true, earned: true, copy: false, author: Some(author), source: 1 }
    }

    fn article(minutes_ago: i64, source: u64) -> Utterance {
        Utterance { at: at(minutes_ago), public: false, earned: true, copy: false, author: None, source }
    }

    #[test]
    fn an_hour_of_many_accounts_is_a_burst_and_of_one_is_none() {
        let crowd: Vec<_> = (0..9).map(|n| post(61 + n, n as u64)).chain([post(200, 77)]).collect();
        let found = bursts(&crowd, &context(8));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].rule, found[0].observed), (BurstRule::Social, 9.0));
        assert_eq!(
            found[0].words,
            "9 suara warga dalam 1 jam sampai 05.00 WITA; biasanya 0 per jam (n=12 jam); \
             jam yang sama kemarin 0, pekan lalu 0"
        );
        let one: Vec<_> = (0..59).map(|n| post(61 + n, 7)).collect();
        assert_eq!(bursts(&one, &context(8)), []);
    }

    #[test]
    fn what_comes_every_day_or_every_week_is_no_burst() {
        for days in [1, 7] {
            let crowd = |ago: i64| (0..9).map(move |n| post(61 + n + ago * 1440, n as u64 + 100 * ago as u64));
            let both: Vec<_> = crowd(0).chain(crowd(days)).collect();
            assert_eq!(bursts(&both, &context(8)), [], "{days}");
        }
    }

    #[test]
    fn outlets_burst_by_the_day() {
        let day = |ago: i64, articles: i64, outlets: u64| {
            (0..articles).map(move |n| article(300 + n + ago * 1440, n as u64 % outlets))
        };
        let quiet = || (1..14).flat_map(|ago| day(ago, 1, 1));
        let found = bursts(&day(0, 8, 4).chain(quiet()).collect::<Vec<_>>(), &context(15));
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .words
                .starts_with("8 berita dari 4 media dalam 24 jam sampai 06.00 WITA; biasanya 1 per hari (n=14 hari)")
        );
        let two_outlets: Vec<_> = day(0, 8, 2).chain(quiet()).collect();
        assert_eq!(bursts(&two_outlets, &context(15)), [], "two outlets, three articles of each heard");
        let second_day: Vec<_> = day(0, 8, 4).chain(day(1, 8, 4)).chain(quiet()).collect();
        assert_eq!(bursts(&second_day, &context(15)), [], "yesterday was as loud");
        assert_eq!(bursts(&day(0, 8, 4).collect::<Vec<_>>(), &context(3)), [], "two days are no base");
    }
}
