//! The named cues of `signal_cues.tsv` that the rules of signals ask for, beside further words of the signals.

use crate::matcher::{Hit, Use};
use crate::reading::Reading;

/// What a phrase tells about who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Tell {
    /// Forbids or denies: a report, whatever link it quotes.
    Forbids,
    /// Speaks of a scam as a scam.
    Warns,
    /// Asks whether something is true.
    Asks,
    /// Those who must warn: weather service, disaster agency, rescue.
    Emergency,
    /// Missing people, blood, lost things.
    Seeks,
    /// Old material that says so.
    Archive,
    /// An ordinary offer.
    Sells,
    /// Wants personal data.
    Data,
    /// Wants money.
    Money,
    /// A contact within a platform.
    InApp,
    /// A bank or firm in whose name others write.
    Brand,
    /// A prize or a gift: a promise only in an office's name.
    Prize,
}

impl Tell {
    /// All of them with their names in the lexicons.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::Forbids, "larangan"),
        (Self::Warns, "peringatan"),
        (Self::Asks, "bertanya"),
        (Self::Emergency, "darurat_resmi"),
        (Self::Seeks, "dicari"),
        (Self::Archive, "arsip"),
        (Self::Sells, "jualan"),
        (Self::Data, "minta_data"),
        (Self::Money, "minta_uang"),
        (Self::InApp, "kontak_aplikasi"),
        (Self::Brand, "merek"),
        (Self::Prize, "hadiah"),
    ];
}

/// What of `signal_cues.tsv` stands in a text.
pub(super) struct Tells {
    /// First place of each tell.
    places: [Option<Hit>; Tell::ALL.len()],
    /// Signals by name, with their places.
    pub signals: Vec<(String, Hit)>,
}

impl Tells {
    pub fn of(reading: &Reading<'_>) -> Self {
        let mut found = Self { places: [None; Tell::ALL.len()], signals: Vec::new() };
        if reading.hits(Use::SignalCue).is_empty() {
            return found;
        }
        let rules = reading.tables.rules(Use::SignalCue);
        for term in reading.terms(Use::SignalCue) {
            let Some(name) = term.rule.target.map(|target| &rules.targets[target]) else { continue };
            match Tell::ALL.iter().position(|(_, tell)| tell == name) {
                Some(at) => found.places[at] = found.places[at].or(Some(term.hit)),
                None => found.signals.push((name.clone(), term.hit)),
            }
        }
        found
    }

    /// True where a tell stands anywhere.
    pub fn has(&self, tell: Tell) -> bool {
        self.at(tell).is_some()
    }

    /// The first place of a tell.
    pub fn at(&self, tell: Tell) -> Option<Hit> {
        self.places[tell as usize]
    }
}
