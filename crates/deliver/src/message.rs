//! What leaves, before anybody is addressed.

/// One message for any number of recipients. Every channel takes the form that it can carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Names the message for good: the same edition of the same brief always has the same.
    pub id: String,
    /// Subject of a mail, first line of a note. May come from the world: any length, any characters.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML, for mail; absent for short notices.
    pub html: Option<String>,
    /// The same in the few tags that Telegram knows.
    pub telegram_html: Option<String>,
    /// The same in at most 1,200 characters, for messengers; `text` where absent.
    pub short_text: Option<String>,
    /// Files that go along.
    pub files: Vec<File>,
    /// When the edition was approved, or the notice written: the `Date` of a mail, so that a repeat bears the same. The
    /// time of sending where absent.
    pub at: Option<jiff::Timestamp>,
    /// True for what cannot wait: alerts, and notices to the operator.
    pub urgent: bool,
}

/// A file that goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, such as `2026-11-20.pdf`.
    pub name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: std::sync::Arc<[u8]>,
}
