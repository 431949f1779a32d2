//! `SourceHealth` and `SourceGap`: whether each source answered, so that "no data" is never read as "no talk".

use crate::{SourceKind, SourceName, Window};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known about one source at the end of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceHealth {
    /// The source, as the pipeline names it.
    pub name: SourceName,
    /// What sort of voice it is.
    pub kind: SourceKind,
    /// Whether the last attempt worked.
    pub state: SourceState,
    /// Why it did not, in a few words for an operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as one of a few faults, for words in the office's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// When it last answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// When it was last asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt_at: Option<Timestamp>,
    /// Items received in the last attempt.
    pub received: u64,
    /// Items that could not be read in the last attempt.
    pub skipped: u64,
    /// Items left out by rule in the last attempt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub left_out: u64,
    /// Grows with every failure by how much it weighs, and is 0 after a success.
    #[serde(default, skip_serializing_if = "is_default")]
    pub soft_failures: f64,
    /// Since when it has not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When its newest item was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_at: Option<Timestamp>,
    /// When it is asked next, where something decides that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl SourceHealth {
    /// A source that has never been asked.
    pub fn unknown(name: SourceName, kind: SourceKind) -> Self {
        Self {
            name,
            kind,
            state: SourceState::New,
            reason: None,
            fault: None,
            last_success_at: None,
            last_attempt_at: None,
            received: 0,
            skipped: 0,
            left_out: 0,
            soft_failures: 0.0,
            failing_since: None,
            newest_at: None,
            next_attempt_at: None,
        }
    }
}

/// The outcome of the last attempt, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It was never asked.
    New,
    /// It answered.
    Ok,
    /// It answered, but some items could not be read.
    Partial,
    /// It answers, but has said nothing for much longer than it usually does.
    Silent,
    /// It did not answer.
    Failed,
    /// It has not answered for so long that it is only asked once a day.
    Retired,
    /// An operator switched it off.
    Disabled,
}

impl SourceState {
    /// Every state, in the order in which lists show them.
    pub const ALL: [Self; 7] =
        [Self::New, Self::Ok, Self::Partial, Self::Silent, Self::Failed, Self::Retired, Self::Disabled];

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Silent => "silent",
            Self::Failed => "failed",
            Self::Retired => "retired",
            Self::Disabled => "disabled",
        }
    }

    /// The name shown to officials.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "belum dibaca",
            Self::Ok => "terbaca",
            Self::Partial => "terbaca sebagian",
            Self::Silent => "terbaca, tidak biasanya diam",
            Self::Failed => "gagal",
            Self::Retired => "gagal lama, dicoba sehari sekali",
            Self::Disabled => "dimatikan",
        }
    }

    /// True where the source should have answered and did not.
    pub fn is_down(self) -> bool {
        matches!(self, Self::Failed | Self::Retired)
    }
}

/// Why a source could not be read, as far as an office needs to tell faults apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Its name is not found.
    Dns,
    /// It refuses or breaks off connections.
    Connection,
    /// Its certificate or encryption is wrong.
    Tls,
    /// It does not answer in time.
    Timeout,
    /// It asks to come back later.
    Busy,
    /// It asks robots to stay away.
    Robots,
    /// It answers with an error of its own.
    Server,
    /// What is asked for is not there.
    Missing,
    /// It wants a login or a permission that the office does not have.
    Permission,
    /// What came is not what was promised, or cannot be read.
    Unreadable,
    /// It sends more than is taken.
    TooLarge,
    /// The allowance of a paid or rationed interface is used up.
    Allowance,
    /// The pipeline is wrong about it: an address inside the office, a secret that is not set.
    Setup,
    /// Nobody asked it: the program did not run.
    NotRunning,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 14] = [
        Self::Dns,
        Self::Connection,
        Self::Tls,
        Self::Timeout,
        Self::Busy,
        Self::Robots,
        Self::Server,
        Self::Missing,
        Self::Permission,
        Self::Unreadable,
        Self::TooLarge,
        Self::Allowance,
        Self::Setup,
        Self::NotRunning,
    ];

    /// The name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Busy => "busy",
            Self::Robots => "robots",
            Self::Server => "server",
            Self::Missing => "missing",
            Self::Permission => "permission",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too_large",
            Self::Allowance => "allowance",
            Self::Setup => "setup",
            Self::NotRunning => "not_running",
        }
    }

    /// The words shown to officials.
    pub fn label(self) -> &'static str {
        match self {
            Self::Dns => "nama situs tidak ditemukan",
            Self::Connection => "sambungan ditolak atau terputus",
            Self::Tls => "sertifikat situs bermasalah",
            Self::Timeout => "situs tidak menjawab tepat waktu",
            Self::Busy => "situs meminta dicoba lagi nanti",
            Self::Robots => "situs meminta tidak dibaca oleh program",
            Self::Server => "situs sedang mengalami galat",
            Self::Missing => "alamatnya tidak ada lagi",
            Self::Permission => "izin atau kunci akses tidak berlaku",
            Self::Unreadable => "isinya tidak dapat dibaca",
            Self::TooLarge => "isinya terlalu besar",
            Self::Allowance => "jatah hari ini habis",
            Self::Setup => "pengaturan sumber perlu diperbaiki",
            Self::NotRunning => "program tidak berjalan",
        }
    }
}

/// A time in which a source could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceGap {
    /// The source.
    pub source: SourceName,
    /// Its last success before, or the first attempt that failed.
    pub started_at: Timestamp,
    /// When it answered again; absent while the gap lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// True where what was published meanwhile could still be fetched afterwards.
    pub filled: bool,
    /// Why it could not be read.
    pub fault: Fault,
}

impl SourceGap {
    /// How much of a window it covers, 0 to 1; a filled gap covers nothing.
    pub fn share(&self, window: &Window) -> f64 {
        let whole = window.to.duration_since(window.from).as_secs_f64();
        if self.filled || whole <= 0.0 {
            return 0.0;
        }
        let (from, to) = (self.started_at.max(window.from), self.ended_at.unwrap_or(window.to).min(window.to));
        (to.duration_since(from).as_secs_f64() / whole).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_covers_its_share_of_a_window() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let window = Window { from: at(24), to: at(48) };
        let gap = |from, to: Option<i64>| SourceGap {
            source: "a".into(),
            started_at: at(from),
            ended_at: to.map(at),
            filled: false,
            fault: Fault::Dns,
        };
        assert_eq!(gap(12, Some(36)).share(&window), 0.5);
        assert_eq!(gap(42, None).share(&window), 0.25);
        assert_eq!(gap(0, Some(24)).share(&window), 0.0);
        assert_eq!(gap(50, None).share(&window), 0.0);
        assert_eq!(SourceGap { filled: true, ..gap(0, None) }.share(&window), 0.0);
    }
}
