//! `explain`: the documents behind a figure of a brief, and whether they add up.

use crate::{Error, Office, frame};
use model::{
    Brief, BriefKind, ClaimId, DocumentKey, Figure, Frame, Issue, IssueId, Record, SourceKind, SpeechAct, Tone, Window,
};
use std::collections::{BTreeMap, BTreeSet};

/// One account counts so often a window, as where issues are weighed.
const VOICES_OF_ONE: u32 = issues::Cap::DAY.voices;

/// Figures that anybody can ask for, and the columns of the facts that they are counted by.
const COLUMNS: &[(&str, &str)] = &[
    ("nada", "tone"),
    ("topik", "topics"),
    ("wilayah", "places"),
    ("sumber", "source"),
    ("jenis", "kind"),
    ("liputan", "coverage"),
    ("asal", "voice"),
    ("instansi", "agencies"),
    ("bahasa", "language"),
    ("sinyal", "signals"),
];

/// Figures without a value of their own.
const PLAIN: &[(&str, &str, &str)] = &[
    ("total", "all", ""),
    ("belum_pasti", "unsure", "tone"),
    ("perlu_periksa", "needs_verification", "true"),
    ("tanpa_tanggal", "dated", "false"),
    ("tanpa_wilayah", "places", ""),
    ("spam", "spam", "true"),
];

/// What stands behind a figure.
#[derive(Debug, Default)]
pub struct Explained {
    /// The figure as the brief shows it; absent where this brief does not show it.
    pub figure: Option<Figure>,
    /// What the documents add up to, in the figure's unit.
    pub counted: u64,
    /// The documents, as many as were asked for; all are counted.
    pub documents: Vec<Behind>,
    /// For figures that count issues, stories or outlets: each with its documents.
    pub groups: Vec<(String, u64)>,
}

/// A document behind a figure.
#[derive(Debug)]
pub struct Behind {
    /// The document.
    pub record: Record,
    /// Why it is listed although the figure does not count it.
    pub left_out: Option<&'static str>,
}

impl Explained {
    /// True where the documents are as many as the brief says, and where the brief says nothing.
    pub fn adds_up(&self) -> bool {
        self.figure.as_ref().is_none_or(|figure| u64::from(figure.value) == self.counted)
    }
}

/// A figure's name taken apart: `isu:ID/asal:public` is what is counted and what narrows it.
struct Asked<'a> {
    name: &'a str,
    value: &'a str,
    narrowed: Vec<(&'a str, &'a str)>,
}

impl<'a> Asked<'a> {
    fn parse(id: &'a str) -> Self {
        let (mut rest, mut narrowed) = (id, Vec::new());
        // From the right, because a source's name may hold a stroke.
        while let Some((head, tail)) = rest.rsplit_once('/') {
            let (name, value) = tail.split_once(':').unwrap_or((tail, ""));
            if !matches!(name, "nada" | "asal" | "hari" | "pekan") {
                break;
            }
            narrowed.push((name, value));
            rest = head;
        }
        let (name, value) = rest.split_once(':').unwrap_or((rest, ""));
        Self { name, value, narrowed }
    }
}

impl Office {
    /// The documents behind a figure of a brief, by the figure's id; or behind any column and value, such as
    /// `instansi:bpbd`, that the brief does not show.
    ///
    /// At most `listed` documents are given back; however many there are, all are counted.
    ///
    /// # Errors
    /// The figure is unknown, or something derived cannot be read.
    pub fn explain(&self, brief: &Brief, id: &str, listed: usize) -> Result<Explained, Error> {
        let figure = brief.figures.iter().find(|figure| figure.id == id).cloned();
        let asked = Asked::parse(id);
        let mut found = match (asked.name, asked.value) {
            ("isu", "") | ("cerita", _) | ("salinan", _) => self.grouped(brief, asked.name, listed)?,
            ("isu", issue) => self.of_issue(brief, &issue.into(), &asked, listed)?,
            ("media", _) | ("sumber", "") => self.of_sources(brief, asked.name, listed)?,
            ("klaim", claim) => self.of_claim(brief, &claim.into(), listed)?,
            ("terlambat", _) => self.documents(&self.late(brief.header.date, &self.frame_of(brief))?, listed)?,
            _ => self.of_columns(brief, &asked, listed)?,
        };
        found.figure = figure;
        Ok(found)
    }

    fn frame_of(&self, brief: &Brief) -> Frame {
        let mut frame = frame::frame(brief.header.date, self.brief_options.cut_off_time(), &self.zone);
        if let Some(last) = frame.windows.last_mut() {
            last.window = brief.header.window;
        }
        frame
    }

    fn documents(&self, keys: &[DocumentKey], listed: usize) -> Result<Explained, Error> {
        let records = self.records_with(&keys[..keys.len().min(listed)])?;
        let documents = records.into_iter().map(|record| Behind { record, left_out: None }).collect();
        Ok(Explained { counted: keys.len() as u64, documents, ..Explained::default() })
    }

    /// What the window counts, without spam.
    fn counted_keys(&self, brief: &Brief) -> Result<Vec<DocumentKey>, Error> {
        let keys = self.facts.keys(&brief.header.window, &self.lexicons.region, "all", "", usize::MAX)?;
        self.within_issue(brief, keys)
    }

    fn of_columns(&self, brief: &Brief, asked: &Asked<'_>, listed: usize) -> Result<Explained, Error> {
        let plain = PLAIN.iter().find(|(name, ..)| *name == asked.name).map(|(_, column, value)| (*column, *value));
        let column = COLUMNS.iter().find(|(word, column)| *word == asked.name || *column == asked.name);
        let (column, value) = match (asked.name, plain, column) {
            (_, Some(plain), _) => plain,
            ("aduan", ..) => ("topics", asked.value),
            ("hari", ..) => ("all", ""),
            (_, _, Some((_, column))) => (*column, asked.value),
            _ => return Err(Error::Figure { name: asked.name.to_owned() }),
        };
        let window = match asked.name {
            "hari" => self.day(asked.value).ok_or_else(|| Error::Figure { name: asked.value.to_owned() })?,
            _ => brief.header.window,
        };
        let keys = self.facts.keys(&window, &self.lexicons.region, column, value, usize::MAX)?;
        let keys = self.within_issue(brief, keys)?;
        if asked.narrowed.is_empty() && asked.name != "aduan" {
            return self.documents(&keys, listed);
        }
        // Tones of paid and official items are asked for under their own origin.
        let apart = asked.narrowed.iter().any(|(name, _)| *name == "asal") || asked.name == "asal";
        let searcher = self.index.searcher();
        let mut found = Explained::default();
        for key in &keys {
            let Some(record) = searcher.get(key)? else { continue };
            let counts = (asked.name != "aduan" || is_complaint(&record))
                && asked.narrowed.iter().all(|(name, value)| narrows(&record, name, value, apart));
            if counts {
                found.counted += 1;
                if found.documents.len() < listed {
                    found.documents.push(Behind { record, left_out: None });
                }
            }
        }
        Ok(found)
    }

    /// A brief about one issue counts only what belongs to it.
    fn within_issue(&self, brief: &Brief, keys: Vec<DocumentKey>) -> Result<Vec<DocumentKey>, Error> {
        let card = brief.alerts.iter().chain(&brief.top_issues).next();
        let Some(card) = card.filter(|_| brief.header.kind == BriefKind::Isu) else { return Ok(keys) };
        let issues = self.issues_behind(brief)?;
        let members: BTreeSet<DocumentKey> = issues
            .iter()
            .filter(|issue| issue.id == card.id)
            .flat_map(|issue| issue.stories.iter().flat_map(|story| story.members.iter().cloned()))
            .collect();
        Ok(keys.into_iter().filter(|key| members.contains(key)).collect())
    }

    fn day(&self, date: &str) -> Option<Window> {
        Some(frame::window(date.parse().ok()?, self.brief_options.cut_off_time(), &self.zone))
    }

    fn of_issue(&self, brief: &Brief, id: &IssueId, asked: &Asked<'_>, listed: usize) -> Result<Explained, Error> {
        let issues = self.issues_behind(brief)?;
        let issue = issues.iter().find(|issue| issue.id == *id);
        let issue = issue.ok_or_else(|| Error::Figure { name: format!("isu:{id}") })?;
        let keys: Vec<DocumentKey> = issue.stories.iter().flat_map(|story| story.members.iter().cloned()).collect();
        let mut records = self.records_with(&keys)?;
        records.sort_by_cached_key(|record| (record.at, record.key()));
        let day = asked.narrowed.iter().find(|(name, _)| *name == "hari").and_then(|(_, date)| self.day(date));
        let week = asked.narrowed.iter().any(|(name, _)| *name == "pekan");
        let window = day.unwrap_or(brief.header.window);
        let apart = asked.narrowed.iter().any(|(name, _)| *name == "asal");
        let inside = |record: &Record| week || window.contains(record.at);
        let copies = self.copies()?;
        let mut said: BTreeMap<String, u32> = BTreeMap::new();
        let mut documents: Vec<Behind> = records
            .into_iter()
            .filter(|record| {
                inside(record) && asked.narrowed.iter().all(|(name, value)| narrows(record, name, value, apart))
            })
            .map(|record| {
                // Figures of days are voices; all others are items.
                let left_out = day.and_then(|_| unheard(&record, &copies, &mut said));
                Behind { record, left_out }
            })
            .collect();
        let counted = documents.iter().filter(|behind| behind.left_out.is_none()).count() as u64;
        documents.truncate(listed);
        Ok(Explained { counted, documents, ..Explained::default() })
    }

    fn copies(&self) -> Result<BTreeSet<DocumentKey>, Error> {
        let members = self.members(None)?;
        Ok(members.into_iter().filter(|member| member.copy_of.is_some()).map(|member| member.key).collect())
    }

    /// Issues, stories or copies of the window.
    fn grouped(&self, brief: &Brief, name: &str, listed: usize) -> Result<Explained, Error> {
        let issues = self.issues_behind(brief)?;
        let inside: BTreeSet<DocumentKey> = self.counted_keys(brief)?.into_iter().collect();
        let now = |issue: &Issue| {
            issue.stories.iter().flat_map(|story| &story.members).filter(|key| inside.contains(key)).count() as u64
        };
        let mut found = Explained::default();
        match name {
            "isu" => {
                let counted = issues.iter().map(|issue| (issue.title.clone(), now(issue)));
                found.groups = counted.filter(|(_, count)| *count > 0).collect();
                found.counted = found.groups.len() as u64;
            }
            "cerita" => {
                let stories = issues.iter().flat_map(|issue| &issue.stories);
                let counted = stories.map(|story| {
                    let count = story.members.iter().filter(|key| inside.contains(key)).count() as u64;
                    (story.title.clone(), count)
                });
                found.groups = counted.filter(|(_, count)| *count > 0).collect();
                found.counted = found.groups.len() as u64;
            }
            _ => {
                let copies = self.copies()?;
                let copied: Vec<DocumentKey> = inside.intersection(&copies).cloned().collect();
                return self.documents(&copied, listed);
            }
        }
        Ok(found)
    }

    /// Distinct sources of the window, or outlets only.
    fn of_sources(&self, brief: &Brief, name: &str, listed: usize) -> Result<Explained, Error> {
        let rows = brief.numbers.tables.sources.iter().filter(|row| row.count > 0);
        let mut found = self.documents(&self.counted_keys(brief)?, listed)?;
        let outlet = |kind: SourceKind| matches!(kind, SourceKind::News | SourceKind::Broadcast);
        if name == "media" {
            found.documents.retain(|behind| outlet(behind.record.kind));
        }
        let wanted = rows.filter(|row| name != "media" || outlet(row.kind));
        found.groups = wanted.map(|row| (row.source.to_string(), u64::from(row.count))).collect();
        found.counted = found.groups.len() as u64;
        Ok(found)
    }

    fn of_claim(&self, brief: &Brief, id: &ClaimId, listed: usize) -> Result<Explained, Error> {
        let item = brief.watch.iter().find(|item| item.id == id.as_str());
        let item = item.ok_or_else(|| Error::Figure { name: format!("klaim:{id}") })?;
        self.documents(&item.documents, listed)
    }
}

fn is_complaint(record: &Record) -> bool {
    record.kind == SourceKind::Complaint || record.speech_act == Some(SpeechAct::Aduan)
}

/// Whether a document meets what narrows a figure. Tones of paid and official items stand apart from the main figure.
fn narrows(record: &Record, name: &str, value: &str, apart: bool) -> bool {
    match name {
        "nada" => {
            let main = record.coverage == model::Coverage::Earned;
            record.tone == Tone::ALL.into_iter().find(|tone| tone.as_str() == value) && (apart || main)
        }
        "asal" => voice(record) == value,
        _ => true,
    }
}

/// Who paid for or made it, as in the table of coverage.
fn voice(record: &Record) -> &'static str {
    match record.coverage {
        model::Coverage::Advertorial => "advertorial",
        model::Coverage::Official => "official",
        model::Coverage::Earned if record.kind.is_public_voice() => "public",
        model::Coverage::Earned => "earned_media",
    }
}

/// Why a document is no voice: a copy, or one account too often.
fn unheard(record: &Record, copies: &BTreeSet<DocumentKey>, said: &mut BTreeMap<String, u32>) -> Option<&'static str> {
    if copies.contains(&record.key()) {
        return Some("salinan");
    }
    let author = record.author_pseudonym.clone()?;
    let count = said.entry(author).or_default();
    *count += 1;
    (*count > VOICES_OF_ONE).then_some("akun yang sama, dibatasi")
}

/// The words that `explain` knows, for whoever asks for another.
pub(crate) fn known() -> String {
    let plain = PLAIN.iter().map(|(name, ..)| *name);
    let apart = ["aduan", "hari", "isu", "cerita", "salinan", "media", "klaim", "terlambat"];
    plain.chain(COLUMNS.iter().map(|(name, _)| *name)).chain(apart).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figures_name_is_taken_apart_from_the_right() {
        let asked = Asked::parse("sumber:Media A/B/asal:advertorial/nada:negatif");
        assert_eq!((asked.name, asked.value), ("sumber", "Media A/B"));
        assert_eq!(asked.narrowed, [("nada", "negatif"), ("asal", "advertorial")]);
        let asked = Asked::parse("total");
        assert_eq!((asked.name, asked.value, asked.narrowed.len()), ("total", "", 0));
    }
}
