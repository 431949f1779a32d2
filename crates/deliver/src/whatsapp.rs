//! WhatsApp, through the Business Cloud API. Written after Meta's documentation (error codes as of May 2026) and never run
//! against the service: what the office's own number, template and token allow shows with the first message.
//!
//! An office writes first, and whoever writes first may only fill in a template that Meta has approved. The brief is a
//! document in the template's head, uploaded beforehand: an upload delivers nothing, so that repeating it harms nobody,
//! and what delivers is one call. An answer says that Meta has taken the message; that a phone has received it is
//! told by a webhook only, which we do not run.

mod codes;

use crate::channel::Build;
use crate::http::{self, Field};
use crate::{Channel, Fault, File, Message, Receipt};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::{DeliveryKey, Kind};
use net::{Body, HostPort, Request, Response, Secret, SecretRef};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The largest document (developers.facebook.com/docs/whatsapp/cloud-api/reference/media).
const FILE_BYTES_MAX: usize = 100_000_000;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "whatsapp",
    summary: "sends an approved template with a PDF through the WhatsApp Business Cloud API (never run against the service)",
    example: r#"phone_number_id = "106540352242922"
token = "env:PESUT_WHATSAPP_TOKEN"
template = "ringkasan_pagi"
parameters = ["subject", "text"]
"#,
    build: |table, context| {
        let options: Options = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        options.check()?;
        Ok(Box::new(WhatsApp { options, client: context.client.clone() }))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// The id of the office's number, as the app's dashboard shows it; not the number itself.
    phone_number_id: String,
    /// A token of a system user with `whatsapp_business_messaging`.
    token: SecretRef,
    /// The approved template.
    template: String,
    /// The template for what has no PDF; the same without its document where absent.
    template_without_document: Option<String>,
    /// The language that the template was approved in.
    #[serde(default = "indonesian")]
    language: String,
    /// What fills the places of the template's text, in their order.
    #[serde(default = "subject_and_text")]
    parameters: Vec<Parameter>,
    /// The most letters of one parameter: a template's text has 1,024 with everything in it.
    #[serde(default = "parameter_chars")]
    parameter_chars_max: usize,
    /// False where the template has no document in its head.
    #[serde(default = "yes")]
    document: bool,
    /// Version of the Graph API.
    #[serde(default = "version")]
    version: String,
    /// The interface.
    #[serde(default = "graph")]
    base_url: String,
    /// A relay of the office's own.
    #[serde(default)]
    allow_private: Vec<HostPort>,
    /// Time for one call.
    #[serde(default = "timeout")]
    timeout_seconds: u32,
}

/// What may stand in a place of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Parameter {
    Subject,
    Text,
}

fn indonesian() -> String {
    "id".to_owned()
}

fn subject_and_text() -> Vec<Parameter> {
    vec![Parameter::Subject, Parameter::Text]
}

fn parameter_chars() -> usize {
    700
}

fn yes() -> bool {
    true
}

fn version() -> String {
    "v23.0".to_owned()
}

fn graph() -> String {
    "https://graph.facebook.com".to_owned()
}

fn timeout() -> u32 {
    120
}

impl Options {
    fn check(&self) -> Result<(), String> {
        http::address(&self.base_url, &self.allow_private).map_err(|unfit| unfit.of_key("base_url"))?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&self.phone_number_id) {
            return Err("`phone_number_id` is the number's id in the app's dashboard, digits only".to_owned());
        }
        if !self.version.strip_prefix('v').is_some_and(|rest| rest.split('.').all(digits)) {
            return Err("`version` is a version of the Graph API such as \"v23.0\"".to_owned());
        }
        if self.template.is_empty() || self.parameters.len() > 10 || !(1..=1_024).contains(&self.parameter_chars_max) {
            return Err("`template` is needed, with at most 10 `parameters` of 1 to 1024 letters".to_owned());
        }
        Ok(())
    }
}

struct WhatsApp {
    options: Options,
    client: net::Client,
}

impl Channel for WhatsApp {
    fn warnings(&self, message: &Message, _: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.options.document && pdf(message).is_none() && self.options.template_without_document.is_none() {
            warnings.push(format!(
                "Templat \"{}\" memuat dokumen, tetapi kiriman ini tanpa PDF: WhatsApp mungkin menolaknya. Buat PDF lebih \
                 dahulu, atau isi template_without_document.",
                self.options.template
            ));
        }
        if let Some(file) = pdf(message).filter(|file| self.options.document && file.bytes.len() > FILE_BYTES_MAX) {
            warnings.push(format!(
                "Berkas {} berukuran {}, sedangkan batas WhatsApp 100 MB: berkas itu tidak ikut. Kecilkan berkasnya atau \
                 kirim lewat surel.",
                file.name,
                http::size_words(file.bytes.len())
            ));
        }
        if self.fill(message).1 {
            warnings.push(format!(
                "Teks lebih panjang dari {} huruf, batas templat: kelebihannya dipotong. Isi lengkapnya ada di PDF.",
                self.options.parameter_chars_max
            ));
        }
        warnings
    }

    fn check_recipient(&self, recipient: &str) -> Result<(), String> {
        number(recipient).map(|_| ()).ok_or_else(|| {
            format!(
                "\"{}\" bukan nomor WhatsApp; tulis dengan kode negara, misalnya +62 811 0000 0000",
                http::cut(recipient, 40)
            )
        })
    }

    fn receipt_name(&self, key: &DeliveryKey) -> Option<String> {
        // Travels as `biz_opaque_callback_data`; Meta hands it back in its webhooks, and does not use it against repeats.
        Some(http::stable_name(key))
    }

    fn send<'a>(&'a self, message: &'a Message, key: &'a DeliveryKey) -> BoxFuture<'a, Result<Receipt, Fault>> {
        self.deliver(message, key).boxed()
    }
}

impl WhatsApp {
    async fn deliver(&self, message: &Message, key: &DeliveryKey) -> Result<Receipt, Fault> {
        let to = number(&key.recipient)
            .ok_or_else(|| Fault::Never { reason: "penerima bukan nomor WhatsApp".to_owned() })?;
        let token = http::secret(&self.options.token)?;
        let (parameters, cut) = self.fill(message);
        let mut notes = Vec::new();
        if cut {
            notes.push("teks dipotong pada batas templat".to_owned());
        }
        let document = match pdf(message).filter(|_| self.options.document) {
            Some(file) if file.bytes.len() > FILE_BYTES_MAX => {
                notes.push(format!("berkas {} tidak ikut: melebihi 100 MB", file.name));
                None
            }
            Some(file) => Some((self.upload(file, &token).await?, file)),
            None => None,
        };
        let body = self.template(&to, &parameters, document, &http::stable_name(key));
        let answer = self.post("messages", Body::json(body.to_string()), &token).await?;
        let name = answer["messages"][0]["id"].as_str().map(|id| http::cut(id, 200));
        Ok(Receipt { name, notes })
    }

    /// Uploads a document and gives back its id.
    async fn upload(&self, file: &File, token: &Secret) -> Result<String, Fault> {
        let fields = [
            Field::Text("messaging_product", "whatsapp"),
            Field::Text("type", &file.media_type),
            Field::File("file", file),
        ];
        // Nothing has been delivered yet, whatever became of the upload.
        let answer = self.post("media", http::form(&fields), token).await.map_err(|fault| match fault {
            Fault::Unknown { .. } => {
                Fault::Later { reason: "PDF belum terunggah ke WhatsApp: jawabannya hilang".to_owned(), after: None }
            }
            fault => fault,
        })?;
        let id = answer["id"].as_str().filter(|id| id.len() <= 200).map(str::to_owned);
        id.ok_or_else(|| Fault::Later { reason: "WhatsApp tidak memberi nomor unggahan".to_owned(), after: None })
    }

    async fn post(&self, path: &str, body: Body, token: &Secret) -> Result<Value, Fault> {
        let Options { base_url, version, phone_number_id, .. } = &self.options;
        let request = Request {
            body: Some(body),
            secret_headers: vec![("authorization", Secret::new(format!("Bearer {}", token.reveal())))],
            max_bytes: Some(http::ANSWER_BYTES_MAX),
            allow_private: self.options.allow_private.clone(),
            once: true,
            timeout: Some(Duration::from_secs(self.options.timeout_seconds.into())),
            ..Request::new(format!("{}/{version}/{phone_number_id}/{path}", base_url.trim_end_matches('/')))
        };
        let response = self.client.send(&request).await.map_err(|error| http::no_answer(&error))?;
        let answer: Option<Value> = serde_json::from_slice(&response.body).ok();
        match answer {
            Some(answer) if response.is_success() && answer["error"].is_null() => Ok(answer),
            None if response.is_success() => Err(Fault::Unknown {
                reason: "jawaban WhatsApp tidak terbaca; kiriman mungkin sudah sampai".to_owned(),
            }),
            answer => Err(refused(&response, &answer.unwrap_or_default(), token)),
        }
    }

    /// What stands in the template's places, and whether anything was cut.
    fn fill(&self, message: &Message) -> (Vec<String>, bool) {
        let mut cut = false;
        let fill = |parameter: &Parameter| {
            let text = match parameter {
                Parameter::Subject => &message.subject,
                Parameter::Text => message.short_text.as_ref().unwrap_or(&message.text),
            };
            let flat = flat(text);
            let fits = http::cut(&flat, self.options.parameter_chars_max);
            cut |= fits != flat;
            fits
        };
        (self.options.parameters.iter().map(fill).collect(), cut)
    }

    fn template(&self, to: &str, parameters: &[String], document: Option<(String, &File)>, name: &str) -> Value {
        let mut components = Vec::new();
        let mut template = &self.options.template;
        match document {
            Some((id, file)) => components.push(json!({
                "type": "header",
                "parameters": [{ "type": "document", "document": { "id": id, "filename": file.name } }],
            })),
            None => template = self.options.template_without_document.as_ref().unwrap_or(template),
        }
        let words: Vec<Value> = parameters.iter().map(|text| json!({ "type": "text", "text": text })).collect();
        if !words.is_empty() {
            components.push(json!({ "type": "body", "parameters": words }));
        }
        json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to,
            "type": "template",
            "template": { "name": template, "language": { "code": self.options.language }, "components": components },
            "biz_opaque_callback_data": name,
        })
    }
}

/// The first PDF.
fn pdf(message: &Message) -> Option<&File> {
    message.files.iter().find(|file| file.media_type == "application/pdf")
}

/// In one line with single blanks: a parameter with a line break, a tab or five blanks is refused (132018). Lines are kept
/// apart by a middle dot, since what was a heading would otherwise run into the sentence below it.
fn flat(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let flat = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" · ");
    // An empty parameter is refused as well.
    if flat.is_empty() { "-".to_owned() } else { flat }
}

/// A number in the form that the interface takes: country code and digits. A leading zero is Indonesia's.
fn number(recipient: &str) -> Option<String> {
    let written: String = recipient.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let digits = match (written.strip_prefix('+'), written.strip_prefix('0')) {
        (Some(rest), _) => rest.to_owned(),
        (None, Some(rest)) => format!("62{rest}"),
        (None, None) => written,
    };
    // E.164: at most 15 digits, and no country code starts with 0.
    let fits = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !digits.starts_with('0')).then_some(digits)
}

/// What a refusal means: by Meta's code where there is one, by the status where there is none.
fn refused(response: &Response, answer: &Value, token: &Secret) -> Fault {
    let error = &answer["error"];
    let details = error["error_data"]["details"].as_str().or_else(|| error["message"].as_str()).unwrap_or_default();
    let said = http::echo(details, &[token]);
    let Some(code) = error["code"].as_i64() else { return http::refused(response, &said) };
    let words = if said.is_empty() { String::new() } else { format!(": \"{said}\"") };
    match codes::meaning(code) {
        codes::Meaning::Later(reason) => {
            Fault::Later { reason: format!("{reason} (WhatsApp {code}){words}"), after: http::retry_after(response) }
        }
        codes::Meaning::Never(reason) => Fault::Never { reason: format!("{reason} (WhatsApp {code}){words}") },
        codes::Meaning::Unlisted => match http::refused(response, &said) {
            Fault::Never { reason } => Fault::Never { reason: format!("{reason} (WhatsApp {code})") },
            fault => fault,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_many_ways() {
        for written in ["0811-0000-0000", "+62 811 0000 0000", "62 811 0000 0000", "(0811) 0000.0000"] {
            assert_eq!(number(written).as_deref(), Some("6281100000000"), "{written}");
        }
        for wrong in ["", "humas", "+0811", "0811", "+62811000000000000", "@kanal", "0811٠٠٠٠٠٠٠"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_parameter_is_one_line() {
        assert_eq!(flat("Satu\r\n\n\tdua     tiga\u{a0}\u{2003}empat\n"), "Satu · dua tiga empat");
        assert_eq!(flat(" \n"), "-");
    }
}
