//! What leaves: an edition of a brief, a notice about an alert, a word to the operator, each as one message.

use crate::Error;
use deliver::{File, Message};
use model::{AlertNotice, Brief};
use store::OperatorNotice;

/// The name of the message that an edition makes: `harian-2026-11-20/1`.
pub(crate) fn brief_id(brief: &Brief, edition: u16) -> String {
    format!("{}/{edition}", brief.header.id)
}

/// The name of the message that a notice makes; alert, cause, level and occasion name it for good.
pub(crate) fn notice_id(notice: &AlertNotice) -> String {
    let (alert, cause) = (&notice.alert, notice.cause.as_str());
    let id = format!("peringatan/{}/{cause}/{}/{}", alert.id, alert.risk.as_str(), notice.occasion);
    id.trim_end_matches('/').to_owned()
}

/// An edition of a brief with the files that a way out asks for.
pub(crate) fn of_brief(brief: &Brief, edition: u16, formats: &[String]) -> Result<Message, Error> {
    let text = |name: &str| -> Result<Option<String>, Error> {
        let Some(output) = output(name) else { return Ok(None) };
        Ok(Some(String::from_utf8_lossy(&(output.kind.build)(brief)?).into_owned()))
    };
    let mut files = Vec::with_capacity(formats.len());
    for format in formats {
        let output = output(format).ok_or_else(|| Error::Format { name: format.clone() })?;
        files.push(File {
            name: file_name(brief, edition, output),
            media_type: output.media_type.to_owned(),
            bytes: (output.kind.build)(brief)?.into(),
        });
    }
    Ok(Message {
        id: brief_id(brief, edition),
        subject: subject(brief, edition),
        text: text("txt")?.unwrap_or_default(),
        html: text("mail")?,
        telegram_html: text("telegram")?,
        short_text: None,
        files,
        // Its own, so that a repeat bears the same.
        at: brief.header.workflow.last().map(|step| step.at),
        urgent: false,
    })
}

fn output(name: &str) -> Option<&'static render::Output> {
    render::OUTPUTS.iter().find(|output| output.kind.name == name)
}

/// "Ringkasan Isu Harian – Jumat, 20 November 2026", with what a reader must know of it first.
pub(crate) fn subject(brief: &Brief, edition: u16) -> String {
    let header = &brief.header;
    let mark = match edition {
        0 => "DRAF – ".to_owned(),
        1 => String::new(),
        2 => "RALAT – ".to_owned(),
        more => format!("RALAT {} – ", more - 1),
    };
    let fictional = if header.fictional { "[DATA FIKTIF] " } else { "" };
    format!("{fictional}{mark}{} – {}", header.title, header.date_words)
}

/// The name of a file; a correction never takes the name of what it corrects.
pub(crate) fn file_name(brief: &Brief, edition: u16, output: &render::Output) -> String {
    let name = output.file_name(brief);
    let mark = match edition {
        0 => "-draf".to_owned(),
        1 => return name,
        2 => "-ralat".to_owned(),
        more => format!("-ralat-{}", more - 1),
    };
    let stem = render::file_stem(brief);
    let rest = name.strip_prefix(&stem).unwrap_or(output.suffix);
    format!("{stem}{mark}{rest}")
}

/// A notice about an alert; it has no file and waits for nobody.
pub(crate) fn of_notice(notice: &AlertNotice) -> Message {
    let alert = &notice.alert;
    Message {
        id: notice_id(notice),
        subject: format!("{} {}: {}", alert.risk.mark(), alert.risk.as_str().to_uppercase(), alert.title),
        text: notice.text.clone(),
        at: Some(notice.at),
        urgent: true,
        ..Message::default()
    }
}

/// A word to whoever keeps the program running.
pub(crate) fn of_operator(notice: &OperatorNotice) -> Message {
    Message {
        id: notice.id.clone(),
        subject: format!("Pesut: {}", notice.subject),
        text: notice.text.clone(),
        at: Some(notice.at),
        urgent: true,
        ..Message::default()
    }
}
