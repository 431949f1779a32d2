//! How an issue moves: against its usual level, since when, and over the last three days.

use crate::words;
use model::{DayCount, Issue, Risk};

/// From this multiple of the usual level an issue is said to rise by it.
const RISE_SHARP: f32 = 2.0;
/// Of fewer voices a multiple says nothing: one after a quiet week is no sixfold rise.
const RISE_VOICES: u32 = 5;
/// A multiple of less than this mean a day impresses more than it says.
const MEAN_MIN: f32 = 1.0;
/// Between these two multiples an issue is called steady.
const RISE_MILD: f32 = 1.25;
const FALL: f32 = 0.75;
/// A day belongs to the current wave where it has at least this share of the wave's peak.
const WAVE_SHARE: f32 = 0.25;
/// A wave of fewer days is not called by its day.
const WAVE_DAYS: usize = 2;

/// What the trend says of the last window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Movement {
    /// No window before it is known.
    NoBase,
    /// Nothing in the known windows before it.
    New,
    /// At least twice the usual level; the day of its wave where it has lasted.
    Sharp { times: f32, day: Option<usize> },
    /// Day of a wave that began inside the frame.
    Day(usize),
    /// Somewhat above the usual level.
    Rising,
    /// Below it.
    Falling,
    /// Neither.
    Steady,
    /// Within what is usual at its weekday and hours, whatever the mean of the week.
    Usual,
}

impl Movement {
    pub(crate) fn of(issue: &Issue) -> Self {
        let before: Vec<u32> = earlier(&issue.trend).iter().filter_map(|day| day.count).collect();
        if before.is_empty() {
            return Self::NoBase;
        }
        if before.iter().all(|count| *count == 0) {
            return Self::New;
        }
        // A card that says "naik 2,2×" beside the reason "volume biasa" contradicts itself.
        if is_usual(issue) {
            return Self::Usual;
        }
        let day = wave_day(&issue.trend);
        match issue.rise {
            Some(times) if times >= RISE_SHARP && voices(issue) >= RISE_VOICES => {
                match day.filter(|day| *day > WAVE_DAYS) {
                    day if mean(issue).is_some_and(|mean| mean >= MEAN_MIN) => Self::Sharp { times, day },
                    Some(day) => Self::Day(day),
                    None => Self::Rising,
                }
            }
            rise => match (day, rise) {
                (Some(day), _) => Self::Day(day),
                (None, Some(rise)) if rise >= RISE_MILD => Self::Rising,
                (None, Some(rise)) if rise <= FALL => Self::Falling,
                (None, Some(_)) => Self::Steady,
                (None, None) => Self::NoBase,
            },
        }
    }

    /// The few words beside the risk level; a multiple is told with the mean that it is a multiple of.
    pub(crate) fn label(self, voices: u32, mean: Option<f32>) -> String {
        // The voices stand beside their mean, because the line of the week ends at another figure where releases are in it.
        let base = mean.map_or_else(
            || " dari biasa".to_owned(),
            |mean| format!(" ({} suara, rata-rata {})", words::number(voices), words::decimal(mean)),
        );
        match self {
            Self::NoBase => "belum ada pembanding".to_owned(),
            Self::New => "baru".to_owned(),
            Self::Sharp { times, day: None } => format!("naik {}{base}", words::times(times)),
            Self::Sharp { times, day: Some(day) } => format!("hari ke-{day}, naik {}{base}", words::times(times)),
            Self::Day(day) => format!("hari ke-{day}"),
            Self::Rising => "naik".to_owned(),
            Self::Falling => "turun".to_owned(),
            Self::Steady => "stabil".to_owned(),
            Self::Usual => "dalam kisaran biasa".to_owned(),
        }
    }
}

/// The predicate of a sentence about the issue, with its figures: "naik 6,2× dari biasa menjadi 58 suara".
///
/// One sentence makes one comparison: a rise against the week beside a higher figure of yesterday contradicts itself.
pub(crate) fn predicate(issue: &Issue) -> String {
    let count = words::number(issue.count);
    // The trend counts voices, and a day is compared with a day of the same count.
    let today = issue.trend.last().and_then(|day| day.count);
    let yesterday = earlier(&issue.trend)
        .last()
        .and_then(|day| day.count)
        .filter(|yesterday| Some(*yesterday) != today)
        .map_or_else(String::new, |count| format!(" (kemarin {})", words::number(count)));
    let (voices, usual) = (voices(issue), usual(voices(issue), issue.rise));
    let heard = words::number(voices);
    let today = today.map_or_else(|| heard.clone(), words::number);
    match Movement::of(issue) {
        Movement::NoBase => format!("tercatat {count} item tanpa pembanding"),
        Movement::New => format!("baru muncul dengan {count} item"),
        Movement::Sharp { times, day } => {
            let day = day.map_or_else(String::new, |day| format!(" pada hari {}", words::ordinal(day)));
            let base = mean(issue)
                .map_or_else(|| "biasa".to_owned(), |mean| format!("rata-rata {} suara", words::decimal(mean)));
            format!("naik {} dari {base} menjadi {heard} suara{day}", words::times(times))
        }
        Movement::Day(day) => format!("memasuki hari {} dengan {today} suara{yesterday}", words::ordinal(day)),
        Movement::Rising => format!("naik menjadi {heard} suara{usual}"),
        Movement::Falling => format!("turun menjadi {heard} suara{usual}"),
        Movement::Steady => format!("stabil pada {heard} suara{usual}"),
        Movement::Usual => format!("tetap dalam kisaran biasa dengan {heard} suara{usual}"),
    }
}

/// The same without figures, for the few lines in which a day is told: figures stand beside them.
pub(crate) fn brief_predicate(issue: &Issue) -> String {
    match Movement::of(issue) {
        Movement::NoBase => "muncul tanpa pembanding".to_owned(),
        Movement::New => "baru muncul".to_owned(),
        Movement::Sharp { day: None, .. } => "naik tajam".to_owned(),
        Movement::Sharp { day: Some(day), .. } => format!("memasuki hari {}, jauh di atas biasa,", words::ordinal(day)),
        Movement::Day(day) => format!("memasuki hari {}", words::ordinal(day)),
        Movement::Rising => "naik".to_owned(),
        Movement::Falling => "turun".to_owned(),
        Movement::Steady => "stabil".to_owned(),
        Movement::Usual => "dalam kisaran biasa".to_owned(),
    }
}

/// The mean that a rise is a multiple of, where it is another figure than the count: " (rata-rata 6,2 sehari)".
fn usual(voices: u32, rise: Option<f32>) -> String {
    let mean = rise.filter(|rise| *rise > 0.0).map(|rise| words::decimal(voices as f32 / rise));
    mean.filter(|mean| *mean != words::number(voices))
        .map_or_else(String::new, |mean| format!(" (rata-rata {mean} sehari)"))
}

/// The voices that the rise is measured by: earned ones, copies once, one account up to its cap.
pub(crate) fn voices(issue: &Issue) -> u32 {
    let last = issue.trend.last().and_then(|day| day.count).unwrap_or(issue.count);
    // Voices are whole, and far below the range in which a float loses whole numbers.
    issue.usual.as_ref().map_or(last, |usual| usual.observed.round().max(0.0) as u32)
}

/// Says what the seven-day line ends on where the rise is measured by fewer voices: the line counts releases too.
pub(crate) fn chart_words(issue: &Issue) -> Option<String> {
    let drawn = issue.trend.last().and_then(|day| day.count)?;
    let own = issue.coverage.official + issue.coverage.advertorial;
    let measured = voices(issue);
    (issue.usual.is_some() && own > 0 && drawn > measured).then(|| {
        format!("grafik {} suara termasuk rilis, {} tanpa rilis", words::number(drawn), words::number(measured))
    })
}

/// The mean that the rise is a multiple of, which weighs each day by what was received of it.
pub(crate) fn mean(issue: &Issue) -> Option<f32> {
    issue.rise.filter(|rise| *rise > 0.0).map(|rise| voices(issue) as f32 / rise)
}

/// True where the last window is within its usual range and no reason of the level tells a rise.
fn is_usual(issue: &Issue) -> bool {
    let rises = issue.risk > Risk::Hijau && issue.risk_reasons.iter().any(|reason| reason.starts_with("naik "));
    issue.usual.as_ref().is_some_and(|usual| usual.direction == model::Direction::Steady) && !rises
}

/// The windows before the last.
pub(crate) fn earlier(trend: &[DayCount]) -> &[DayCount] {
    trend.split_last().map_or(&[], |(_, before)| before)
}

/// The number of the last day in the current wave; `None` where it has just begun or is older than the frame.
///
/// A gap inside a wave is bridged: a source that was down does not end a flood.
fn wave_day(trend: &[DayCount]) -> Option<usize> {
    let peak = trend.iter().filter_map(|day| day.count).max()?;
    let high = (peak as f32 * WAVE_SHARE).max(1.0);
    let mut days = 0;
    for (back, day) in trend.iter().rev().enumerate() {
        match day.count {
            Some(count) if count as f32 >= high => days = back + 1,
            None if days > 0 => {}
            _ => break,
        }
    }
    (WAVE_DAYS..trend.len()).contains(&days).then_some(days)
}

/// Where the last three days point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up([u32; 3]),
    Down([u32; 3]),
    Unclear([u32; 3]),
    /// One of the three days is missing.
    Unknown,
}

/// The direction of the last three windows; it names none where they disagree.
pub(crate) fn direction(trend: &[DayCount]) -> Direction {
    let [.., a, b, c] = trend else { return Direction::Unknown };
    let (Some(a), Some(b), Some(c)) = (a.count, b.count, c.count) else { return Direction::Unknown };
    let days = [a, b, c];
    if a <= b && b < c {
        Direction::Up(days)
    } else if a >= b && b > c {
        Direction::Down(days)
    } else {
        Direction::Unclear(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(counts: &[Option<u32>]) -> Vec<DayCount> {
        let first = jiff::civil::Date::constant(2026, 11, 14);
        first
            .series(jiff::Span::new().days(1))
            .zip(counts)
            .map(|(date, count)| DayCount { date, count: *count })
            .collect()
    }

    #[test]
    fn a_wave_is_counted_from_its_first_high_day() {
        let rising = trend(&[Some(0), Some(0), Some(1), Some(0), Some(10), Some(25), Some(40)]);
        assert_eq!(wave_day(&rising), Some(3));
        let bridged = trend(&[Some(0), Some(0), Some(1), Some(12), None, Some(25), Some(40)]);
        assert_eq!(wave_day(&bridged), Some(4));
        let always = trend(&[Some(9); 7]);
        assert_eq!(wave_day(&always), None);
        let first_day = trend(&[Some(1), Some(0), Some(1), Some(0), Some(1), Some(0), Some(40)]);
        assert_eq!(wave_day(&first_day), None);
    }

    #[test]
    fn a_rise_or_fall_is_told_against_what_it_was_measured_by() {
        assert_eq!(usual(4, Some(0.64)), " (rata-rata 6,3 sehari)");
        assert_eq!(usual(4, Some(1.0)), "");
        assert_eq!(usual(0, Some(0.0)), "");
        assert_eq!(usual(4, None), "");
    }

    #[test]
    fn three_days_point_somewhere_or_nowhere() {
        assert_eq!(direction(&trend(&[Some(1), Some(4), Some(9)])), Direction::Up([1, 4, 9]));
        assert_eq!(direction(&trend(&[Some(9), Some(9), Some(2)])), Direction::Down([9, 9, 2]));
        assert_eq!(direction(&trend(&[Some(9), Some(2), Some(5)])), Direction::Unclear([9, 2, 5]));
        assert_eq!(direction(&trend(&[Some(9), None, Some(5)])), Direction::Unknown);
    }
}
