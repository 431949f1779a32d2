//! One connection to the mail server, and one mail over it, step by step.
//!
//! lettre's transport sends a mail in one call, whose error does not tell whether the final dot had left. Its steps do:
//! what fails before the dot has not arrived, what is lost after it may have.

use super::letter::clean;
use super::lines::Lines;
use super::options::{Options, Security, host};
use super::words::{Refusal, lost};
use crate::Fault;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use net::SecretRef;
use std::fmt::Display;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};

/// Bytes of a mail handed over at once.
const CHUNK_BYTES: usize = 64 << 10;
/// The slowest line that is believed, in bytes a second; a mail has time for its size on it.
const BYTES_PER_SECOND_MIN: u64 = 16 << 10;

/// A connection on which mails can be sent.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    timeout: Duration,
    answer_timeout: Duration,
    /// Mails tried over it.
    pub(super) used: u32,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) struct Closed {
    /// In words for the operator.
    pub(super) reason: String,
    /// True where only somebody can mend it: a password, a certificate. Asked again at once it would lock the account.
    pub(super) lasting: bool,
}

/// Why a mail did not go.
#[derive(Debug)]
pub(super) enum Failure {
    /// This mail alone; the connection serves the next one.
    Mail(Fault),
    /// The connection is of no use any more.
    Broken {
        /// What is known of this mail.
        fault: Fault,
        /// True where nothing of the mail's content had left: another connection may be tried at once.
        untouched: bool,
    },
}

impl Session {
    /// Connects, protects the way and logs in.
    pub(super) async fn open(options: &Options, tls: Option<&TlsParameters>) -> Result<Self, Closed> {
        let timeout = Duration::from_secs(options.timeout_seconds.into());
        let closed = |refusal| closed(options, refusal);
        let hello = options.helo.clone().map_or_else(ClientId::default, ClientId::Domain);
        let addresses = resolve(options, timeout).await.map_err(closed)?;
        let mut connection = match (options.security, tls) {
            (Security::Tls, Some(tls)) => {
                let connect =
                    AsyncSmtpConnection::connect_tokio1(&addresses[..], None, &hello, Some(tls.clone()), None);
                within(timeout, connect).await.map_err(closed)?
            }
            _ => {
                let stream = connect(&addresses, timeout).await.map_err(closed)?;
                let greet = AsyncSmtpConnection::connect_with_transport(Box::new(Lines::new(stream)), &hello);
                within(timeout, greet).await.map_err(closed)?
            }
        };
        if options.security == Security::Starttls {
            if !connection.can_starttls() {
                return Err(missing(options, "STARTTLS; tanpa itu surat tidak dikirim, periksa `security` dan porta"));
            }
            let tls = tls.expect("made for every protected way").clone();
            within(timeout, connection.starttls(tls, &hello)).await.map_err(closed)?;
        }
        let answer_timeout = Duration::from_secs(options.answer_timeout_seconds.into());
        let mut session = Self { connection, timeout, answer_timeout, used: 0 };
        session.log_in(options).await?;
        Ok(session)
    }

    async fn log_in(&mut self, options: &Options) -> Result<(), Closed> {
        let (Some(user), Some(password)) = (&options.user, &options.password) else { return Ok(()) };
        // Read anew for every connection: it may be changed while the program runs.
        let secret = |kept: &SecretRef| {
            let reason = |error| format!("kata sandi server surel tidak terbaca: {error}");
            kept.read().map_err(|error| Closed { reason: reason(error), lasting: true })
        };
        let user = match user.parse::<SecretRef>() {
            Ok(kept) => secret(&kept)?.reveal().to_owned(),
            Err(_) => user.clone(),
        };
        let credentials = Credentials::new(user, secret(password)?.reveal().to_owned());
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        if self.connection.server_info().get_auth_mechanism(&mechanisms).is_none() {
            return Err(missing(options, "cara masuk (AUTH PLAIN atau LOGIN); periksa `security` dan porta"));
        }
        match within(self.timeout, self.connection.auth(&mechanisms, &credentials)).await {
            Ok(_) => Ok(()),
            // What the server says here is not repeated: some say back what was sent.
            Err(Refusal::Code { code, .. }) => Err(Closed {
                reason: format!("server surel menolak masuk ({code}); periksa `user` dan `password`"),
                lasting: code >= 500,
            }),
            Err(refusal) => Err(closed(options, refusal)),
        }
    }

    /// Sends one mail to one recipient.
    pub(super) async fn send(&mut self, from: &Address, to: &Address, mail: &[u8]) -> Result<(), Failure> {
        self.used += 1;
        // A refused sender concerns every recipient, and the operator can mend it: none is given up for it.
        let mail_from = Mail::new(Some(from.clone()), Vec::new());
        self.step(mail_from).await.map_err(|refusal| before(refusal, "pengirim", "; periksa `from`", |_| false))?;
        if let Err(refusal) = self.step(Rcpt::new(to.clone(), Vec::new())).await {
            return Err(self.after(before(refusal, "penerima", "", |code| code >= 500)).await);
        }
        match self.step(Data).await {
            Ok(response) if u16::from(response.code()) == 354 => self.content(mail).await,
            Ok(response) => Err(odd(&response)),
            Err(refusal) => Err(self.after(before(refusal, "surel", "", |code| code >= 500)).await),
        }
    }

    /// The content and the answer to it.
    async fn content(&mut self, mail: &[u8]) -> Result<(), Failure> {
        // lettre asks for the next part once more when it has written the last; the final dot follows.
        let all_left = AtomicBool::new(false);
        let mut parts = mail.chunks(CHUNK_BYTES);
        let parts = std::iter::from_fn(|| {
            let part = parts.next();
            all_left.store(part.is_none(), Ordering::Relaxed);
            part
        });
        let limit = self.answer_timeout + Duration::from_secs(mail.len() as u64 / BYTES_PER_SECOND_MIN);
        let answer = within(limit, self.connection.message_iter(parts)).await;
        let all_left = all_left.load(Ordering::Relaxed);
        match answer {
            Ok(response) if (200..300).contains(&u16::from(response.code())) => Ok(()),
            Ok(response) => Err(Failure::Broken {
                fault: Fault::Unknown { reason: format!("jawaban server tidak wajar ({})", response.code()) },
                untouched: false,
            }),
            // 421 here is an answer too: not taken. It is left for later, and not pressed on the server at once.
            Err(Refusal::Code { code, said }) => Err(match verdict(code, "surel", &said, "", code >= 500) {
                Failure::Broken { fault, .. } => Failure::Broken { fault, untouched: false },
                failure => failure,
            }),
            Err(Refusal::Lost { reason, .. }) if all_left => Err(Failure::Broken {
                fault: Fault::Unknown {
                    reason: format!("{reason} sebelum server memastikan; surel mungkin sudah diterima"),
                },
                untouched: false,
            }),
            Err(Refusal::Lost { reason, .. }) => Err(self.cut_short(reason).await),
        }
    }

    /// The server hung up within the content; it may have said why before.
    async fn cut_short(&mut self, reason: String) -> Failure {
        let fault = match within(self.timeout, self.connection.read_response()).await {
            Err(Refusal::Code { code, said }) => match verdict(code, "surel", &said, "", code >= 500) {
                Failure::Mail(fault) | Failure::Broken { fault, .. } => fault,
            },
            _ => later(format!("{reason} di tengah isi surel")),
        };
        Failure::Broken { fault, untouched: false }
    }

    /// Clears a refused mail away, so that the next one begins anew.
    async fn after(&mut self, failure: Failure) -> Failure {
        match failure {
            Failure::Mail(fault) if self.step(Rset).await.is_err() => Failure::Broken { fault, untouched: false },
            failure => failure,
        }
    }

    async fn step<C: Display>(&mut self, command: C) -> Result<Response, Refusal> {
        within(self.timeout, self.connection.command(command)).await
    }

    /// Takes leave, as a polite client does; the answer does not matter.
    pub(super) async fn close(mut self) {
        let _ = self.step(Quit).await;
    }
}

/// A command refused before any content left.
fn before(refusal: Refusal, what: &str, hint: &str, never: impl Fn(u16) -> bool) -> Failure {
    match refusal {
        Refusal::Code { code, said } => verdict(code, what, &said, hint, never(code)),
        Refusal::Lost { reason, .. } => Failure::Broken { fault: later(reason), untouched: true },
    }
}

/// What a code means. 421 is the server's farewell at any step (RFC 5321, 3.8).
fn verdict(code: u16, what: &str, said: &str, hint: &str, never: bool) -> Failure {
    let reason = format!("server surel menolak {what} ({code} {said}){hint}");
    match (code, never) {
        (421, _) => Failure::Broken { fault: later(reason), untouched: true },
        (_, true) => Failure::Mail(Fault::Never { reason }),
        (_, false) => Failure::Mail(later(reason)),
    }
}

/// An answer that does not belong here: whatever follows could be misread.
fn odd(response: &Response) -> Failure {
    let said = clean(&response.message().collect::<Vec<_>>().join(" "));
    let reason = format!("server surel menjawab di luar aturan ({} {said})", response.code());
    Failure::Broken { fault: later(reason), untouched: false }
}

fn later(reason: String) -> Fault {
    Fault::Later { reason, after: None }
}

async fn resolve(options: &Options, timeout: Duration) -> Result<Vec<SocketAddr>, Refusal> {
    let failed =
        || Refusal::Lost { reason: "nama server tidak ditemukan; periksa ejaannya dan DNS".to_owned(), lasting: false };
    let found = tokio::time::timeout(timeout, lookup_host((host(&options.server), options.server.port()))).await;
    let addresses: Vec<SocketAddr> = found.map_err(|_| failed())?.map_err(|_| failed())?.collect();
    if addresses.is_empty() { Err(failed()) } else { Ok(addresses) }
}

async fn connect(addresses: &[SocketAddr], timeout: Duration) -> Result<TcpStream, Refusal> {
    match tokio::time::timeout(timeout, TcpStream::connect(addresses)).await {
        Ok(Ok(stream)) => {
            // The final dot is a small packet behind a large one, and would wait 40 ms for each mail.
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(error)) => {
            let (reason, lasting) = lost(&error);
            Err(Refusal::Lost { reason, lasting })
        }
        Err(_) => Err(silent(timeout)),
    }
}

/// Waits for a step, but not for ever.
async fn within<T>(
    timeout: Duration,
    step: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Refusal> {
    match tokio::time::timeout(timeout, step).await {
        Ok(done) => done.map_err(Refusal::from),
        Err(_) => Err(silent(timeout)),
    }
}

fn silent(timeout: Duration) -> Refusal {
    Refusal::Lost { reason: format!("server tidak menjawab dalam {} detik", timeout.as_secs()), lasting: false }
}

fn closed(options: &Options, refusal: Refusal) -> Closed {
    let server = &options.server;
    match refusal {
        Refusal::Code { code, said } => {
            Closed { reason: format!("server surel {server} menolak sambungan ({code} {said})"), lasting: false }
        }
        Refusal::Lost { reason, lasting } => Closed { reason: format!("server surel {server}: {reason}"), lasting },
    }
}

fn missing(options: &Options, what: &str) -> Closed {
    Closed { reason: format!("server surel {} tidak menawarkan {what}", options.server), lasting: true }
}
