//! Mail by SMTP: one mail a recipient, so that nobody sees the others, all over one connection.
//!
//! The guard of `net`, which keeps addresses found in the world from reaching inside, does not apply here: the one
//! address that is connected to is written in the pipeline by the operator, and the office's mail server mostly stands
//! inside. No proxy either: proxies carry the web.

mod address;

mod letter;

mod options;

mod lines;

mod session;

mod words;

use crate::{BuildContext, Channel, ChannelKind, Fault, Message, Receipt};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use lettre::transport::smtp::client::TlsParameters;
use model::{DeliveryKey, Kind};
use options::{Options, Sender};
use session::{Closed, Failure, Session};
use tokio::sync::Mutex;

/// Connections that may fail in a row in one round before the round is over for this server.
const FAILED_IN_A_ROW_MAX: u32 = 3;
/// Gmail shows no more of a body than these bytes, with a link to the rest that few follow on a telephone.
const BODY_BYTES_SHOWN: usize = 102 << 10;
/// From here on mail programs cut a subject (Outlook).
const SUBJECT_CHARS_SHOWN: usize = 255;

pub(crate) const KIND: ChannelKind = Kind {
    name: "smtp",
    summary: "sends a mail to each recipient: HTML with a plain alternative, and the files",
    example: r#"kind = "smtp"
server = "surat.kantor.example:465"
security = "tls"
user = "ringkasan@kantor.example"
password = "env:KATA_SANDI_SURAT"
from = "ringkasan@kantor.example"
from_name = "Ringkasan Isu Publik"
reply_to = "humas@kantor.example"
"#,
    build: |mut table, context| {
        table.remove("kind");
        let options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        Ok(Box::new(Smtp::new(options, context)?))
    },
};

/// One mail server with one sender.
struct Smtp {
    options: Options,
    sender: Sender,
    tls: Option<TlsParameters>,
    round: Mutex<Round>,
}

/// What lasts from mail to mail until [`Channel::finish`].
#[derive(Default)]
struct Round {
    session: Option<Session>,
    failed_in_a_row: u32,
    /// Why the server is not asked again in this round: five hundred recipients must not be five hundred logins with a
    /// wrong password.
    over: Option<String>,
}

impl Smtp {
    fn new(options: Options, context: &BuildContext<'_>) -> Result<Self, String> {
        options.check()?;
        let sender = options.sender()?;
        let tls = options.tls(context.base)?;
        Ok(Self { options, sender, tls, round: Mutex::default() })
    }

    async fn hand_over(&self, message: &Message, key: &DeliveryKey) -> Result<Receipt, Fault> {
        let to = address::parse(&key.recipient).map_err(|reason| Fault::Never { reason })?;
        let name = self.name(key);
        let mail = letter::write(&self.sender, message, &to, &name, Timestamp::now());
        let mut round = self.round.lock().await;
        loop {
            // Out of the round while it is in use: whoever drops this future leaves no half-spoken connection behind.
            let mut session = self.session(&mut round).await?;
            let was_used = session.used > 0;
            match session.send(&self.sender.from.email, &to, &mail).await {
                Ok(()) => {
                    round.session = Some(session);
                    return Ok(Receipt { name: Some(name), notes: notes(message) });
                }
                Err(Failure::Mail(fault)) => {
                    round.session = Some(session);
                    return Err(fault);
                }
                // Servers close what lay idle, or what carried enough: that is no fault of this mail.
                Err(Failure::Broken { untouched: true, .. }) if was_used => {}
                Err(Failure::Broken { fault, .. }) => return Err(fault),
            }
        }
    }

    /// The open connection, or a new one.
    async fn session(&self, round: &mut Round) -> Result<Session, Fault> {
        match round.session.take() {
            Some(session) if session.used < self.options.mails_per_connection => return Ok(session),
            // Now and not after its last mail: that one had to be recorded first.
            Some(session) => session.close().await,
            None => {}
        }
        if let Some(reason) = &round.over {
            return Err(Fault::Later { reason: reason.clone(), after: None });
        }
        match Session::open(&self.options, self.tls.as_ref()).await {
            Ok(session) => {
                round.failed_in_a_row = 0;
                Ok(session)
            }
            Err(Closed { reason, lasting }) => {
                round.failed_in_a_row += 1;
                if lasting || round.failed_in_a_row >= FAILED_IN_A_ROW_MAX {
                    round.over = Some(reason.clone());
                }
                // Later even where only somebody can mend it: that somebody may do so within the hour of tries.
                Err(Fault::Later { reason, after: None })
            }
        }
    }

    fn name(&self, key: &DeliveryKey) -> String {
        letter::name(&key.message, &key.recipient, self.sender.from.email.domain())
    }
}

impl Channel for Smtp {
    fn warnings(&self, message: &Message, _recipient: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        let has_words = |text: &str| !text.trim().is_empty();
        if !has_words(&message.text) && !message.html.as_deref().is_some_and(has_words) {
            warnings.push("surel kosong; isi ringkasan dahulu, atau kirim bila memang hanya lampiran".to_owned());
        }
        let subject = letter::subject_line(&message.subject);
        let length = subject.chars().count();
        if subject.is_empty() {
            warnings.push("judul surel kosong; tambahkan judul agar tidak dianggap surel sampah".to_owned());
        } else if length > SUBJECT_CHARS_SHOWN {
            warnings.push(format!(
                "judul surel {length} huruf; sebagian aplikasi hanya menampilkan {SUBJECT_CHARS_SHOWN}, pendekkan bila perlu"
            ));
        }
        let body = message.html.as_ref().map_or(0, String::len);
        if body > BODY_BYTES_SHOWN {
            warnings.push(format!(
                "isi surel {} kB; Gmail memotong tampilan sesudah {} kB, sertakan PDF agar pembaca melihat semuanya",
                body >> 10,
                BODY_BYTES_SHOWN >> 10
            ));
        }
        let bytes = letter::bytes(message);
        if bytes > self.options.bytes_max {
            warnings.push(format!(
                "surel {}, batas {}; kurangi lampiran, atau naikkan `bytes_max` bila server menerimanya",
                megabytes(bytes),
                megabytes(self.options.bytes_max)
            ));
        }
        warnings
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        address::parse(recipient).map(|_| ())
    }

    fn receipt_name(&self, key: &DeliveryKey) -> Option<String> {
        Some(self.name(key))
    }

    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        Box::pin(self.hand_over(message, key))
    }

    fn finish(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let round = std::mem::take(&mut *self.round.lock().await);
            if let Some(session) = round.session {
                session.close().await;
            }
        })
    }
}

fn notes(message: &Message) -> Vec<String> {
    let is_cut = letter::clean(&message.subject).chars().count() > letter::SUBJECT_CHARS_MAX;
    is_cut.then(|| format!("judul dipotong menjadi {} huruf", letter::SUBJECT_CHARS_MAX)).into_iter().collect()
}

/// "24,1 MB".
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6).replace('.', ",")
}
