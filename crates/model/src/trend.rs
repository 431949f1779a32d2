//! `Trend`, `Burst`, `Coordination`: how much is said, against what is usual, and how much of it is one voice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was said in a stretch of time against what is usual there at that weekday and hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Voices in the stretch: copies once, one account up to its cap.
    pub observed: f32,
    /// What is usual; absent without a base to compare with.
    pub expected: Option<f32>,
    /// Lower and upper end of what is still usual; wider where sources were missing.
    pub low: f32,
    /// Upper end.
    pub high: f32,
    /// Share of the usual sources that were received in the stretch, 0 to 1.
    pub coverage: f32,
    /// True where the stretch is not over yet.
    pub partial: bool,
    /// Where it goes.
    pub direction: Direction,
    /// Likes, shares and comments that its items had, and views; absent where no source counts them.
    pub reach: Option<u64>,
    /// The arithmetic in Indonesian.
    pub words: String,
}

/// Where a trend goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Nothing to compare with, or too little was received.
    #[default]
    Unknown,
    /// Below what is usual.
    Falling,
    /// Within what is usual.
    Steady,
    /// Above what is usual.
    Rising,
}

/// A sudden rise, by one of the two rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// Which rule.
    pub rule: BurstRule,
    /// Voices in the short stretch.
    pub observed: f32,
    /// What the long stretch makes usual for so much time.
    pub expected: f32,
    /// Voices in the same stretch yesterday, where it is known.
    pub yesterday: Option<f32>,
    /// Voices in the same stretch a week ago, where it is known.
    pub last_week: Option<f32>,
    /// When the short stretch ends.
    pub at: Timestamp,
    /// The arithmetic in Indonesian.
    pub words: String,
}

/// Rules of sudden rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BurstRule {
    /// Citizens' posts and comments: the last hour against the twelve before it.
    Social,
    /// Outlets: the last day against the fourteen before it.
    Editorial,
}

/// Signs that part of a conversation is not many people speaking for themselves. About the conversation; names nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordination {
    /// Posts of the last window that carry the signs.
    pub posts: u32,
    /// Posts of the last window in all.
    pub posts_total: u32,
    /// `posts` of `posts_total`, 0 to 1.
    pub share: f32,
    /// Accounts behind them; absent below five, since a handful could be recognised.
    pub accounts: Option<u32>,
    /// What was seen: one Indonesian sentence a sign.
    pub signs: Vec<String>,
    /// Texts that were repeated, masked, without names.
    pub examples: Vec<String>,
}
