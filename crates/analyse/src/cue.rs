//! The named cues that stages ask for, as `cue_terms.tsv` names them.

/// What a phrase does in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Cue {
    /// Names government, an office holder or a public service.
    Government,
    /// Complains of something that should work.
    Complaint,
    /// Says that people complain: a report's words about others, where [`Cue::Complaint`] has the complainer's own.
    Reported,
    /// Says that nobody answered.
    Unanswered,
    /// Officials contradict each other.
    Contradiction,
    /// Blames or criticises.
    Blame,
    /// Praises.
    Praise,
    /// Says that something is being done.
    Handled,
    /// Praise that is probably irony.
    Irony,
    /// Bad things that praise cannot be about.
    BadThing,
    /// Wishes.
    Wish,
    /// Asks.
    Question,
    /// Thanks.
    Thanks,
    /// Marks an opinion.
    Opinion,
    /// Advertises.
    Promotion,
    /// Denies, warns or reports: words of somebody who writes about a hoax or a scam.
    Warning,
    /// Asks for money, data or a click.
    Request,
    /// An accident, a crime or a disaster.
    Event,
    /// Satire that says so.
    Satire,
}

impl Cue {
    /// All of them with their names in the lexicons.
    pub const ALL: [(Self, &'static str); 19] = [
        (Self::Government, "pemerintah"),
        (Self::Complaint, "aduan"),
        (Self::Reported, "aduan_diberitakan"),
        (Self::Unanswered, "tanpa_tanggapan"),
        (Self::Contradiction, "bertentangan"),
        (Self::Blame, "menyalahkan"),
        (Self::Praise, "dipuji"),
        (Self::Handled, "ditangani"),
        (Self::Irony, "sarkasme"),
        (Self::BadThing, "hal_buruk"),
        (Self::Wish, "aspirasi"),
        (Self::Question, "pertanyaan"),
        (Self::Thanks, "apresiasi"),
        (Self::Opinion, "opini"),
        (Self::Promotion, "promosi"),
        (Self::Warning, "bantahan"),
        (Self::Request, "permintaan"),
        (Self::Event, "peristiwa"),
        (Self::Satire, "satir"),
    ];
}
