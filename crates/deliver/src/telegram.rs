//! Telegram, through a bot of the office's own. Written after core.telegram.org/bots/api.
//!
//! A message with a file is sent in two calls where its text is longer than a caption: the files first, then the text.
//! Telegram knows no key by which a repeated call could be recognised, so what fails between two calls is sent again
//! as a whole by whoever does not remember the first. It is the upload that is likely to fail (size, time), and the
//! text that is not: with the files first, most failures leave nothing behind. What went out is remembered as long as
//! the program runs, so that only a restart between two calls repeats a file. And what is read stands last in the
//! chat, where the phone opens it.

use crate::channel::Build;
use crate::http::{self, Field};
use crate::telegram_text::{self, CAPTION_MAX, TEXT_MAX};
use crate::{Channel, Fault, File, Message, Receipt};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{DeliveryKey, Kind};
use net::{Body, HostPort, Request, Secret, SecretRef};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What a bot may upload to api.telegram.org; a server of one's own takes 2,000 MB.
const FILE_MEGABYTES: u32 = 50;
/// Deliveries remembered between two calls; each is forgotten when it is done.
const REMEMBERED_MAX: usize = 10_000;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "telegram",
    summary: "sends text and files to chats through a Telegram bot",
    example: r#"token = "env:PESUT_TELEGRAM_TOKEN"
"#,
    build: |table, context| {
        let options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        http::address(&options.base_url, &options.allow_private).map_err(|unfit| unfit.of_key("base_url"))?;
        Ok(Box::new(Telegram { options, client: context.client.clone(), sent: Mutex::default() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The bot's token.
    token: SecretRef,
    /// The server; the office may run its own.
    #[serde(default = "public_server")]
    base_url: String,
    /// A server of one's own that is inside.
    #[serde(default)]
    allow_private: Vec<HostPort>,
    /// The largest file that the server takes.
    #[serde(default = "file_megabytes")]
    file_megabytes_max: u32,
    /// Time for one upload.
    #[serde(default = "timeout")]
    timeout_seconds: u32,
    /// True where phones stay quiet unless it is urgent.
    #[serde(default)]
    silent: bool,
}

fn public_server() -> String {
    "https://api.telegram.org".to_owned()
}

fn file_megabytes() -> u32 {
    FILE_MEGABYTES
}

fn timeout() -> u32 {
    120
}

struct Telegram {
    options: Options,
    client: net::Client,
    /// How many calls of a delivery have been taken, and the last message's number.
    sent: Mutex<BTreeMap<DeliveryKey, Progress>>,
}

#[derive(Clone, Default)]
struct Progress {
    calls: usize,
    number: Option<i64>,
    notes: Vec<String>,
}

/// One call to the bot's interface.
enum Call<'a> {
    Text(telegram_text::Text),
    Document(&'a File, Option<telegram_text::Text>),
}

/// What a call came to, where Telegram did not take it.
enum Failed {
    Fault(Fault),
    /// The markup is not Telegram's: it goes as plain text.
    Markup,
    /// The file is too large, or none that it takes: the text goes without it.
    File(String),
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    description: String,
    #[serde(default, deserialize_with = "lenient")]
    parameters: Parameters,
}

/// Errors tell their cause even where what goes along with them has a shape that we do not know.
fn lenient<'de, D: Deserializer<'de>>(source: D) -> Result<Parameters, D::Error> {
    let value = Value::deserialize(source)?;
    Ok(Parameters {
        retry_after: value["retry_after"].as_i64(),
        migrate_to_chat_id: value["migrate_to_chat_id"].as_i64(),
    })
}

#[derive(Default)]
struct Parameters {
    retry_after: Option<i64>,
    migrate_to_chat_id: Option<i64>,
}

impl Channel for Telegram {
    fn warnings(&self, message: &Message, _: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        for file in message.files.iter().filter(|file| self.is_too_large(file)) {
            warnings.push(format!(
                "Berkas {} berukuran {}, sedangkan batas Telegram {} MB: berkas itu tidak ikut, teksnya tetap terkirim. \
                 Kecilkan berkasnya atau kirim lewat surel.",
                file.name,
                http::size_words(file.bytes.len()),
                self.options.file_megabytes_max
            ));
        }
        if message.files.is_empty() && !message.urgent {
            warnings.push(
                "Tidak ada PDF: hanya teks yang terkirim. Buat PDF lebih dahulu bila lampiran diperlukan.".to_owned(),
            );
        }
        if telegram_text::of(message).fit(TEXT_MAX, !message.files.is_empty()).1 {
            warnings.push(format!(
                "Teks lebih panjang dari {TEXT_MAX} huruf, batas Telegram: kelebihannya dipotong. Isi lengkapnya ada di \
                 berkas yang menyertai; ringkas teksnya bila tidak ada berkas."
            ));
        }
        warnings
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        let digits = recipient.strip_prefix('-').unwrap_or(recipient);
        let is_number = (1..=19).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = recipient.strip_prefix('@').is_some_and(|name| {
            (5..=32).contains(&name.len())
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if is_number || is_name {
            return Ok(());
        }
        Err(format!(
            "\"{}\" bukan nomor obrolan Telegram seperti -1001234567890 atau nama kanal seperti @kanal_kantor",
            http::cut(recipient, 60)
        ))
    }

    fn receipt_name(&self, _: &DeliveryKey) -> Option<String> {
        // Telegram gives a number only once it has taken a message, and knows no name of ours.
        None
    }

    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        async move {
            let outcome = self.deliver(message, key).await;
            if matches!(outcome, Ok(_) | Err(Fault::Never { .. })) {
                self.remember(key, None);
            }
            outcome
        }
        .boxed()
    }
}

impl Telegram {
    fn is_too_large(&self, file: &File) -> bool {
        file.bytes.len() as u64 > u64::from(self.options.file_megabytes_max) * 1_000_000
    }

    async fn deliver(&self, message: &Message, key: &DeliveryKey) -> Result<Receipt, Fault> {
        let token = self.token()?;
        let mut progress = self.progress(key);
        let calls = self.calls(message);
        for (position, call) in calls.iter().enumerate().skip(progress.calls) {
            let quiet = self.options.silent && !message.urgent;
            match self.call(call, &key.recipient, &token, quiet).await {
                Ok((number, notes)) => {
                    progress.number = number.or(progress.number);
                    progress.notes.extend(notes);
                }
                Err(Failed::File(reason)) => progress.notes.push(reason),
                Err(Failed::Fault(fault)) => return Err(fault),
                Err(Failed::Markup) => {
                    return Err(Fault::Never { reason: "Telegram menolak bentuk teksnya".to_owned() });
                }
            }
            progress.calls = position + 1;
            self.remember(key, Some(progress.clone()));
        }
        for file in message.files.iter().filter(|file| self.is_too_large(file)) {
            let size = http::size_words(file.bytes.len());
            progress.notes.push(format!("berkas {} ({size}) tidak ikut: melebihi batas Telegram", file.name));
        }
        if telegram_text::of(message).fit(TEXT_MAX, !message.files.is_empty()).1 {
            progress.notes.push("teks dipotong pada batas Telegram".to_owned());
        }
        Ok(Receipt { name: progress.number.map(|number| number.to_string()), notes: progress.notes })
    }

    /// The token, in the only form that it can have: it becomes part of an address.
    fn token(&self) -> Result<Secret, Fault> {
        let secret = http::secret(&self.options.token)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-');
        if secret.reveal().bytes().all(plain) {
            return Ok(secret);
        }
        Err(Fault::Later { reason: "token bot bukan token (angka, titik dua, huruf)".to_owned(), after: None })
    }

    /// What is sent, in order.
    fn calls<'a>(&self, message: &'a Message) -> Vec<Call<'a>> {
        let files: Vec<&File> = message.files.iter().filter(|file| !self.is_too_large(file)).collect();
        let text = telegram_text::of(message);
        let as_caption = text.length() <= CAPTION_MAX && !files.is_empty();
        let last = files.len().saturating_sub(1);
        let mut calls: Vec<Call<'a>> = files
            .into_iter()
            .enumerate()
            .map(|(position, file)| Call::Document(file, (as_caption && position == last).then(|| text.clone())))
            .collect();
        if !as_caption {
            calls.push(Call::Text(text.fit(TEXT_MAX, !message.files.is_empty()).0));
        }
        calls
    }

    /// Makes one call; what Telegram does not take as it is goes in a plainer form.
    async fn call(
        &self,
        call: &Call<'_>,
        chat: &str,
        token: &Secret,
        quiet: bool,
    ) -> Result<(Option<i64>, Vec<String>), Failed> {
        match self.attempt(call, chat, token, quiet, true).await {
            Err(Failed::Markup) => {
                let number = self.attempt(call, chat, token, quiet, false).await?;
                Ok((number, vec!["dikirim tanpa huruf tebal: Telegram menolak bentuk teksnya".to_owned()]))
            }
            // The caption is all the text that there is: it must not be lost with the file.
            Err(Failed::File(reason)) => match call {
                Call::Document(_, Some(text)) => {
                    let text = Call::Text(text.clone());
                    let (number, mut notes) = Box::pin(self.call(&text, chat, token, quiet)).await?;
                    notes.push(reason);
                    Ok((number, notes))
                }
                _ => Err(Failed::File(reason)),
            },
            outcome => Ok((outcome?, Vec::new())),
        }
    }

    async fn attempt(
        &self,
        call: &Call<'_>,
        chat: &str,
        token: &Secret,
        quiet: bool,
        markup: bool,
    ) -> Result<Option<i64>, Failed> {
        let (method, body) = match call {
            Call::Text(text) => ("sendMessage", text_body(text, chat, quiet, markup)),
            Call::Document(file, caption) => {
                ("sendDocument", document_body(file, caption.as_ref(), chat, quiet, markup))
            }
        };
        let request = Request {
            body: Some(body),
            secret_path: Some(token.clone()),
            accept: Some("application/json".to_owned()),
            max_bytes: Some(http::ANSWER_BYTES_MAX),
            allow_private: self.options.allow_private.clone(),
            once: true,
            timeout: Some(Duration::from_secs(self.options.timeout_seconds.into())),
            ..Request::new(format!("{}/bot{{secret}}/{method}", self.options.base_url.trim_end_matches('/')))
        };
        let response = self.client.send(&request).await.map_err(|error| Failed::Fault(http::no_answer(&error)))?;
        let answer: Option<Answer> = serde_json::from_slice(&response.body).ok();
        match answer {
            Some(answer) if response.is_success() && answer.ok => Ok(answer.result["message_id"].as_i64()),
            None if response.is_success() => Err(Failed::Fault(Fault::Unknown {
                reason: "jawaban Telegram tidak terbaca; kiriman mungkin sudah sampai".to_owned(),
            })),
            Some(answer) => Err(refused(call, chat, &response, &answer, token)),
            None => Err(Failed::Fault(http::refused(&response, ""))),
        }
    }

    fn progress(&self, key: &DeliveryKey) -> Progress {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned().unwrap_or_default()
    }

    fn remember(&self, key: &DeliveryKey, progress: Option<Progress>) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Some(progress) => {
                if sent.len() >= REMEMBERED_MAX {
                    sent.clear();
                }
                sent.insert(key.clone(), progress);
            }
            None => {
                sent.remove(key);
            }
        }
    }
}

fn text_body(text: &telegram_text::Text, chat: &str, quiet: bool, markup: bool) -> Body {
    let mut body = json!({
        "chat_id": chat,
        "text": if markup { text.html().to_owned() } else { text.plain() },
        // A preview would show somebody else's picture under the office's words.
        "link_preview_options": { "is_disabled": true },
        "disable_notification": quiet,
    });
    if markup {
        body["parse_mode"] = json!("HTML");
    }
    Body::json(body.to_string())
}

fn document_body(file: &File, caption: Option<&telegram_text::Text>, chat: &str, quiet: bool, markup: bool) -> Body {
    let quiet = if quiet { "true" } else { "false" };
    let words = caption.map(|text| if markup { text.html().to_owned() } else { text.plain() });
    let mut fields = vec![Field::Text("chat_id", chat), Field::Text("disable_notification", quiet)];
    if let Some(words) = &words {
        fields.push(Field::Text("caption", words));
        if markup {
            fields.push(Field::Text("parse_mode", "HTML"));
        }
    }
    fields.push(Field::File("document", file));
    http::form(&fields)
}

/// What Telegram's refusal means. It tells most causes apart by words only.
fn refused(call: &Call<'_>, chat: &str, response: &net::Response, answer: &Answer, token: &Secret) -> Failed {
    let said = http::echo(&answer.description, &[token]);
    let words = answer.description.to_lowercase();
    let never = |reason: String| Failed::Fault(Fault::Never { reason });
    if let Some(new) = answer.parameters.migrate_to_chat_id {
        return never(format!("grup {chat} sudah menjadi supergrup; ganti penerimanya dengan {new}"));
    }
    let is_document = matches!(call, Call::Document(..));
    match response.status {
        429 => Failed::Fault(Fault::Later {
            reason: "Telegram meminta jeda (HTTP 429)".to_owned(),
            after: answer.parameters.retry_after.map(http::pause).or_else(|| http::retry_after(response)),
        }),
        400 if words.contains("can't parse entities") => Failed::Markup,
        413 if is_document => Failed::File("berkas tidak ikut: terlalu besar bagi Telegram".to_owned()),
        400 if is_document && (words.contains("file") || words.contains("document")) => {
            Failed::File(format!("berkas tidak ikut: ditolak Telegram (\"{said}\")"))
        }
        400 if words.contains("chat not found") => never(format!(
            "obrolan {chat} tidak ditemukan; periksa nomornya, dan pastikan bot sudah menjadi anggota atau sudah disapa"
        )),
        401 | 404 => never("token bot ditolak Telegram; periksa token dan base_url".to_owned()),
        403 => {
            never(format!("bot tidak boleh menulis ke {chat}: diblokir, dikeluarkan, atau belum disapa (\"{said}\")"))
        }
        _ => Failed::Fault(http::refused(response, &said)),
    }
}
