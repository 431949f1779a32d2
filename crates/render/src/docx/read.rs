//! A document of ours that somebody has edited, read back: every text that may be changed, as it stands now.
//!
//! A text belongs to the paragraph that its content control or its bookmark stands in. Whatever a person writes in
//! that paragraph counts, inside the control or behind it; labels and references are known by their styles. What word
//! processors rename (style ids) or lose (one of the two marks) does no harm.

use super::package::BRIEF_PROPERTY;
use super::parts;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// What a file may measure, packed and unpacked; a brief of ours has some 100 KiB.
const BYTES_MAX: u64 = 20 << 20;
/// Files in the container.
const ENTRIES_MAX: usize = 2_000;
/// Elements within elements.
const DEPTH_MAX: usize = 200;
/// A longer text is no sentence of a brief.
const TEXT_MAX: usize = 20_000;

/// Why a document could not be read back.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is too large to be one of ours.
    #[error("document is larger than {} MiB", BYTES_MAX >> 20)]
    Large,
    /// It is no DOCX.
    #[error("file is not a DOCX document (save it as .docx, not .doc or .odt)")]
    Container(#[source] Option<zip::result::ZipError>),
    /// Its text is damaged.
    #[error("document is damaged: {0}")]
    Damaged(String),
    /// Nothing in it is marked as a part of a brief.
    #[error("document has no marked texts, so it was not made from a brief or its marks were lost")]
    NotOurs,
}

/// Every marked text of the document: the part (a JSON pointer into the brief) and the text as it stands now.
///
/// A text that somebody has emptied is there, and empty; one whose paragraph is gone is not.
pub fn read_back(docx: &[u8]) -> Result<Vec<(String, String)>, ReadError> {
    let mut archive = open(docx)?;
    let document = entry(&mut archive, "word/document.xml")?.ok_or(ReadError::Container(None))?;
    let styles = entry(&mut archive, "word/styles.xml")?.unwrap_or_default();
    let mut scan = Scan { roles: roles(&styles)?, ..Scan::default() };
    walk(&document, |event| scan.take(event))?;
    if scan.texts.is_empty() {
        return Err(ReadError::NotOurs);
    }
    let mut texts = scan.texts;
    let mut now = |part: &str| texts.remove(part).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(scan.order.into_iter().map(|part| (now(&part), part)).map(|(text, part)| (part, text)).collect())
}

/// Which brief and edition the document was made from (`harian-2026-11-20/1`), where it says so.
pub fn made_from(docx: &[u8]) -> Result<Option<String>, ReadError> {
    let mut archive = open(docx)?;
    let Some(custom) = entry(&mut archive, "docProps/custom.xml")? else { return Ok(None) };
    let (mut ours, mut value) = (false, String::new());
    walk(&custom, |event| {
        match event {
            Event::Start(tag) if name(tag) == "property" => {
                ours = attribute(tag, "name").as_deref() == Some(BRIEF_PROPERTY);
            }
            Event::Text(text) if ours => value.push_str(&text.xml10_content()),
            _ => {}
        }
        Ok(())
    })?;
    Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
}

fn open(docx: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    if docx.len() as u64 > BYTES_MAX {
        return Err(ReadError::Large);
    }
    let archive = ZipArchive::new(Cursor::new(docx)).map_err(|error| ReadError::Container(Some(error)))?;
    if archive.len() > ENTRIES_MAX { Err(ReadError::Large) } else { Ok(archive) }
}

/// One file of the container, as far as the limit goes.
fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, ReadError> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut bytes = Vec::new();
    // The size in the directory is a claim; what comes out of the packing counts.
    let read = file.take(BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| ReadError::Damaged(format!("{name} cannot be unpacked ({error})")))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(ReadError::Large);
    }
    String::from_utf8(bytes).map(Some).map_err(|_| ReadError::Damaged(format!("{name} is not UTF-8")))
}

/// Hands every event of a document on. No DTD, so that no entity can grow.
fn walk(xml: &str, mut take: impl FnMut(&Event<'_>) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    loop {
        let event = reader.read_event().map_err(|error| ReadError::Damaged(error.to_string()))?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::DocType(_) => return Err(ReadError::Damaged("it declares a document type".to_owned())),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(ReadError::Damaged("it is nested too deeply".to_owned()));
        }
        take(&event)?;
    }
}

fn name<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.local_name().into_inner()
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut found = attributes.with_checks(false).flatten();
    let value = found.find(|attribute| attribute.key.local_name().into_inner() == wanted)?;
    value.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// What a stretch of text is, by its character style.
#[derive(Clone, Copy, Default, PartialEq)]
enum Role {
    /// Anybody's words.
    #[default]
    Words,
    /// A label of ours.
    Label,
    /// Numbers of clippings; whoever writes on behind them writes in their style.
    References,
}

/// Roles of our character styles by their ids, which word processors may change; they keep the names.
fn roles(styles: &str) -> Result<BTreeMap<String, Role>, ReadError> {
    let (mut roles, mut id) = (BTreeMap::new(), String::new());
    walk(styles, |event| {
        match event {
            Event::Start(tag) if name(tag) == "style" => id = attribute(tag, "styleId").unwrap_or_default(),
            Event::Start(tag) if name(tag) == "name" => {
                match attribute(tag, "val").as_deref() {
                    Some("Pesut Rujukan") => roles.insert(id.clone(), Role::References),
                    Some(name) if name.starts_with("Pesut ") => roles.insert(id.clone(), Role::Label),
                    _ => None,
                };
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(roles)
}

/// What somebody wrote behind " 1–3, 7".
fn behind_references(text: &str) -> &str {
    let number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | ',' | '–' | '-');
    let typed = text.trim_start_matches(number);
    let from = text.len() - typed.len();
    // The space before the first word belongs to it.
    if typed.chars().any(char::is_alphabetic) { &text[text[..from].rfind(' ').unwrap_or(from)..] } else { "" }
}

/// Where the reader stands in the document.
#[derive(Default)]
struct Scan {
    /// Styles of what is no part.
    roles: BTreeMap<String, Role>,
    /// Parts in the order of the document.
    order: Vec<String>,
    texts: BTreeMap<String, String>,
    /// Parts whose content control has come: a copy of one says nothing.
    controlled: BTreeSet<String>,
    /// Open content controls, the innermost last; those that are none of ours are `None`.
    controls: Vec<Control>,
    /// Open bookmarks of ours, by their ids.
    bookmarks: Vec<(String, String)>,
    /// Open paragraphs: one may stand in a text box of another.
    paragraphs: Vec<Open>,
    /// Elements whose content was deleted or is said twice.
    skipped: usize,
    in_text: bool,
    /// Of the open run.
    role: Role,
}

#[derive(Default)]
struct Control {
    part: Option<String>,
    /// The words in it are an invitation to write, not a text.
    placeholder: bool,
}

/// A paragraph: its stretches of text, and which parts are marked in it.
#[derive(Default)]
struct Open {
    chunks: Vec<(Option<String>, Role, String)>,
    parts: BTreeSet<String>,
}

impl Scan {
    fn take(&mut self, event: &Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag.local_name().into_inner())?,
            Event::Text(text) if self.in_text => self.write(&text.xml10_content()),
            Event::CData(text) if self.in_text => self.write(&text.xml10_content()),
            Event::GeneralRef(reference) if self.in_text => {
                let named = reference.xml10_content();
                let c = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(&named).unwrap_or_default().to_owned(),
                };
                self.write(&c);
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        match name(tag) {
            "p" => self.paragraphs.push(Open::default()),
            "r" => self.role = Role::Words,
            "rStyle" => {
                let role = attribute(tag, "val").and_then(|style| self.roles.get(&style));
                self.role = role.copied().unwrap_or_default();
            }
            "t" => self.in_text = true,
            "tab" | "br" | "cr" => self.write(" "),
            "noBreakHyphen" => self.write("-"),
            // What was deleted with the changes recorded, and the second version of what has two.
            "del" | "moveFrom" | "Fallback" => self.skipped += 1,
            "sdt" => self.controls.push(Control::default()),
            "tag" => {
                let part = attribute(tag, "val").filter(|tag| parts::is_part(tag));
                if let (Some(part), Some(control)) = (part, self.controls.last_mut()) {
                    control.part = Some(part);
                }
            }
            "showingPlcHdr" => {
                if let Some(control) = self.controls.last_mut() {
                    control.placeholder = true;
                }
            }
            "sdtContent" => {
                let Some(part) = self.controls.last().and_then(|control| control.part.clone()) else { return };
                if self.controlled.insert(part.clone()) {
                    self.found(&part);
                } else if let Some(control) = self.controls.last_mut() {
                    control.part = None;
                }
            }
            "bookmarkStart" => {
                let part = attribute(tag, "name").and_then(|name| parts::part_of_bookmark(&name));
                if let (Some(part), Some(id)) = (part, attribute(tag, "id")) {
                    self.found(&part);
                    self.bookmarks.push((id, part));
                }
            }
            "bookmarkEnd" => {
                let id = attribute(tag, "id");
                self.bookmarks.retain(|(open, _)| Some(open) != id.as_ref());
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.close(paragraph)?;
                }
            }
            "r" => self.role = Role::Words,
            "t" => self.in_text = false,
            "del" | "moveFrom" | "Fallback" => self.skipped = self.skipped.saturating_sub(1),
            "sdt" => {
                self.controls.pop();
            }
            _ => {}
        }
        Ok(())
    }

    /// A mark stands here, around text or not: somebody may have emptied it.
    fn found(&mut self, part: &str) {
        if !self.texts.contains_key(part) {
            self.order.push(part.to_owned());
            self.texts.insert(part.to_owned(), String::new());
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.parts.insert(part.to_owned());
        }
    }

    fn write(&mut self, text: &str) {
        let controls = self.controls.iter().rev();
        let placeholder = self.controls.last().is_some_and(|control| control.placeholder);
        let owner = controls.into_iter().find_map(|control| control.part.clone());
        let owner = owner.or_else(|| self.bookmarks.last().map(|(_, part)| part.clone()));
        let Some(paragraph) = self.paragraphs.last_mut().filter(|_| self.skipped == 0 && !placeholder) else { return };
        if let Some(part) = owner.as_ref().filter(|_| !text.trim().is_empty()) {
            paragraph.parts.insert(part.clone());
        }
        paragraph.chunks.push((owner, self.role, text.to_owned()));
    }

    /// Gives the text of a paragraph to the part that it holds, or to each of several what stands in its marks.
    fn close(&mut self, paragraph: Open) -> Result<(), ReadError> {
        let alone = if paragraph.parts.len() == 1 { paragraph.parts.first() } else { None };
        for (owner, role, text) in &paragraph.chunks {
            let (part, text) = match (owner, role) {
                (Some(part), _) => (Some(part), text.as_str()),
                (None, Role::Words) => (alone, text.as_str()),
                (None, Role::References) => (alone, behind_references(text)),
                (None, Role::Label) => (None, ""),
            };
            let Some(whole) = part.and_then(|part| self.texts.get_mut(part)) else { continue };
            whole.push_str(text);
            if whole.len() > TEXT_MAX {
                return Err(ReadError::Damaged("a text is too long".to_owned()));
            }
        }
        for part in &paragraph.parts {
            if let Some(whole) = self.texts.get_mut(part) {
                whole.push(' ');
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_references_are_words() {
        assert_eq!(behind_references(" 1–3, 7"), "");
        assert_eq!(behind_references(" 1–3 dan ini"), " dan ini");
        assert_eq!(behind_references("tetapi"), "tetapi");
    }
}
