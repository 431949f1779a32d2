//! What an outlet wraps around its articles, taken off: share lines, widgets, lists of other articles, comment notices.
//!
//! Bylines, publication lines, tags and the outlet's name in the dateline are not thrown away: they become fields.
//! The patterns are data (`boilerplate.tsv` of each language); this file only knows what each action does.

use crate::html;
use crate::lexicons::{LexiconError, Lexicons, Row};
use model::NEXT_PAGE;
use regex::{Regex, RegexSet, RegexSetBuilder};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// A text cut down to what its writer wrote, and what was found around it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Cleaned {
    /// Paragraphs in order.
    pub lines: Vec<String>,
    pub title: Option<String>,
    pub byline: Option<String>,
    pub editor: Option<String>,
    pub site: Option<String>,
    /// The publication line, as written.
    pub published: Option<String>,
    pub tags: Vec<String>,
    /// A language model's own marks stood in the text.
    pub pasted: bool,
}

/// The compiled patterns of every language of the region, with the names that datelines are read by.
#[derive(Debug)]
pub(crate) struct Boilerplate {
    /// Patterns that a whole line must match, tried together.
    set: RegexSet,
    rules: Vec<Rule>,
    /// The highest limit of all rules.
    longest: usize,
    /// Patterns that are cut out wherever they stand.
    inline: Vec<Regex>,
    /// Patterns that are cut off the end of a closing paragraph.
    tails: Vec<Regex>,
    outlets: FxHashSet<String>,
    places: FxHashSet<String>,
}

#[derive(Debug)]
struct Rule {
    action: Action,
    /// The pattern on its own, where its groups become fields.
    fields: Option<Regex>,
    /// Longer lines, in bytes, are the writer's own however they begin.
    limit: usize,
}

/// What is done with a line that matches.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    /// The line goes.
    Line,
    /// The line and everything after it go.
    Cut,
    /// The line goes, and the headline below it where it names none itself.
    SeeAlso,
    /// The line goes and its named groups become fields.
    Field,
}

/// A paragraph at least this long shows that the article has begun, so that what follows may be cut off.
const PARAGRAPH: usize = 80;

/// Limit of a row that names none.
const LIMIT: usize = 250;

/// Lines at the top among which a plain text's title is looked for.
const HEAD: usize = 6;

impl Boilerplate {
    pub(crate) fn new(lexicons: &Lexicons) -> Result<Self, LexiconError> {
        let (mut rules, mut inline, mut tails) = (Vec::new(), Vec::new(), Vec::new());
        let mut lines = Vec::new();
        for row in &lexicons.boilerplate {
            let mut whole_line = |action| {
                lines.push(row);
                let limit = match row.get("limit") {
                    "" => LIMIT,
                    limit => limit
                        .parse()
                        .map_err(|_| bad(FILE, row, "limit", format!("\"{limit}\" is not a number of bytes")))?,
                };
                let fields = if action == Action::Field { Some(pattern(FILE, row, LINE.0, LINE.1)?) } else { None };
                Ok::<_, LexiconError>(Rule { action, fields, limit })
            };
            match row.get("action") {
                "line" => rules.push(whole_line(Action::Line)?),
                "cut" => rules.push(whole_line(Action::Cut)?),
                "see_also" => rules.push(whole_line(Action::SeeAlso)?),
                "field" => rules.push(whole_line(Action::Field)?),
                "inline" => inline.push(pattern(FILE, row, "", "")?),
                "tail" => tails.push(pattern(FILE, row, r"(?:", r")\.?$")?),
                other => {
                    let known = "line, cut, see_also, field, inline, tail";
                    return Err(bad(FILE, row, "action", format!("unknown action \"{other}\"; known: {known}")));
                }
            }
        }
        // The default of 2 MB is too small for so many patterns: the automaton would be thrown away and rebuilt on every line.
        let set =
            RegexSetBuilder::new(lines.iter().map(|row| source(row, LINE.0, LINE.1))).dfa_size_limit(8 << 20).build();
        let set = match set {
            Ok(set) => set,
            // The set does not say which pattern is wrong; on its own each one does.
            Err(error) => {
                let wrong = lines.iter().find_map(|row| pattern(FILE, row, LINE.0, LINE.1).err());
                return Err(wrong.unwrap_or(LexiconError::Toml { file: FILE.to_owned(), reason: error.to_string() }));
            }
        };
        let region = &lexicons.region;
        let hosts = region.media.iter().filter_map(|medium| medium.host.trim_start_matches("www.").split('.').next());
        let names = region.media.iter().map(|medium| medium.name.as_str());
        let places = region.places.iter().flat_map(|place| [place.name.as_str(), place.short.as_str()]);
        let terms = lexicons.place_terms.iter().map(|term| term.words.as_str());
        Ok(Self {
            set,
            longest: rules.iter().map(|rule| rule.limit).max().unwrap_or(0),
            rules,
            inline,
            tails,
            outlets: names.chain(hosts).map(letters).collect(),
            places: places.chain(terms).chain([region.title.as_str()]).map(letters).collect(),
        })
    }

    /// Takes the wrapping off. `titled` is false where the text may begin with its own title (a plain text file).
    pub(crate) fn clean(&self, text: &str, titled: bool) -> Cleaned {
        let mut cleaned = Cleaned::default();
        let lines = self.body(text, &mut cleaned);
        cleaned.lines =
            if titled { lines.into_iter().map(|line| line.text).collect() } else { self.head(lines, &mut cleaned) };
        if cleaned.pasted {
            for line in &mut cleaned.lines {
                *line = EMPHASIS.replace_all(line, "$1").into_owned();
            }
        }
        self.sign_off(&mut cleaned.lines);
        if let Some(first) = cleaned.lines.first_mut()
            && let Some((site, rest)) = self.dateline(first)
        {
            *first = rest;
            cleaned.site = Some(site);
        }
        cleaned.lines.retain(|line| !line.is_empty());
        if let Some((name, outlet)) = cleaned.byline.as_deref().and_then(|byline| byline.split_once('/'))
            && self.is_outlet(outlet)
        {
            cleaned.site.get_or_insert(outlet.trim().to_owned());
            cleaned.byline = Some(name.trim().to_owned());
        }
        cleaned
    }

    /// The lines that no pattern takes away.
    fn body(&self, text: &str, cleaned: &mut Cleaned) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut begun = false;
        let mut skip_headline = false;
        let mut cut = false;
        for raw in text.lines() {
            // What follows a page ends with that page.
            if raw == NEXT_PAGE {
                (begun, skip_headline, cut) = (false, false, false);
                continue;
            }
            if cut {
                continue;
            }
            // Only the head of a text is asked how its words were spaced.
            let mut line =
                Line { text: html::tidy(raw), spread: if lines.len() < HEAD { spread(raw) } else { Vec::new() } };
            if memchr::memchr2(b'(', b'[', line.text.as_bytes()).is_some() {
                for pattern in &self.inline {
                    if pattern.is_match(&line.text) {
                        line.text = html::tidy(&pattern.replace_all(&line.text, " "));
                    }
                }
            }
            if let Some(plain) = without_marks(&line.text) {
                cleaned.pasted = true;
                line.text = plain;
            }
            if line.text.is_empty() {
                continue;
            }
            if std::mem::take(&mut skip_headline) && is_headline(&line.text) {
                continue;
            }
            let Some(rule) = self.rule(&line.text) else {
                begun |= line.text.len() >= PARAGRAPH;
                lines.push(line);
                continue;
            };
            match rule.action {
                Action::Cut if begun => cut = true,
                Action::Line | Action::Cut => {}
                Action::SeeAlso => skip_headline = line.text.trim_end_matches([':', ' ']).len() < 20,
                Action::Field => take_fields(rule.fields.as_ref(), &line.text, cleaned),
            }
        }
        lines
    }

    /// The first row that takes this line away.
    fn rule(&self, line: &str) -> Option<&Rule> {
        if line.len() > self.longest {
            return None;
        }
        self.set.matches(line).iter().map(|index| &self.rules[index]).find(|rule| line.len() <= rule.limit)
    }

    /// Title and rubrics at the top of a plain text; returns the lines below them.
    fn head(&self, lines: Vec<Line>, cleaned: &mut Cleaned) -> Vec<String> {
        let rubrics =
            lines.iter().take(HEAD).take_while(|line| !line.spread.is_empty() || is_rubric(&line.text)).count();
        let title = match lines.get(rubrics) {
            Some(line) if is_headline(&line.text) && !self.has_dateline(&line.text) => Some(rubrics),
            // A title may be as short as a rubric; a place name alone is neither.
            _ => rubrics.checked_sub(1).filter(|&last| {
                let line = &lines[last];
                line.spread.is_empty() && line.text.contains(' ') && !self.has_dateline(&line.text)
            }),
        };
        // A lone line is a message and not a title; what follows must be text.
        let title = title
            .filter(|&title| lines[title + 1..].iter().any(|line| line.text.len() > 40 || ends_sentence(&line.text)));
        let Some(title) = title else {
            return lines.into_iter().filter(|line| line.spread.is_empty()).map(|line| line.text).collect();
        };
        let mut lines = lines.into_iter();
        for line in lines.by_ref().take(title) {
            cleaned.tags.extend(if line.spread.is_empty() { vec![line.text] } else { line.spread });
        }
        cleaned.title = lines.next().map(|line| line.text);
        lines.map(|line| line.text).collect()
    }

    /// Reporters' initials at the end of the closing paragraphs: "… tutupnya. (abc/de)".
    fn sign_off(&self, lines: &mut Vec<String>) {
        let closing = lines.len().saturating_sub(2);
        for line in &mut lines[closing..] {
            for pattern in &self.tails {
                let Some(found) = pattern.find(line) else { continue };
                // Only after a full stop: "Ibu Kota Nusantara (IKN)" ends a sentence with its acronym.
                let kept = line[..found.start()].trim_end();
                if kept.is_empty() || ends_sentence(kept) {
                    line.truncate(kept.len());
                }
            }
        }
        lines.retain(|line| !line.is_empty());
    }

    /// The outlet in a dateline ("NAMA.CO, Samarinda – …") and the line without it; the town stays, for it says where.
    fn dateline(&self, line: &str) -> Option<(String, String)> {
        let (head, mark, body) = match DATELINE.captures(line) {
            Some(found) => (found.get(1)?.as_str(), found.get(2)?.as_str().trim(), found.get(3)?.as_str()),
            // A line of its own above the first paragraph.
            None => (line, "", ""),
        };
        let parts = origins(head);
        let site = parts.iter().position(|part| self.is_outlet(part) && !self.is_place(part)).or_else(|| {
            // An outlet that no list knows still stands before a town that one does; its name is short.
            (parts.len() == 2
                && parts[0].split(' ').count() <= 2
                && !body.is_empty()
                && !self.is_place(parts[0])
                && self.is_place(parts[1]))
            .then_some(0)
        })?;
        let alone = |index: usize, part: &str| index == site || self.is_place(part);
        if body.is_empty() && !parts.iter().enumerate().all(|(index, part)| alone(index, part)) {
            return None;
        }
        let places: Vec<&str> =
            parts.iter().enumerate().filter(|(index, _)| *index != site).map(|(_, part)| *part).collect();
        let rest = if places.is_empty() { body.to_owned() } else { format!("{} {mark} {body}", places.join(", ")) };
        Some((parts[site].to_owned(), rest.trim_end().to_owned()))
    }

    /// Whether a line begins with where it comes from, as paragraphs do and titles do not.
    fn has_dateline(&self, line: &str) -> bool {
        let head = DATELINE.captures(line).and_then(|found| found.get(1)).map_or(line, |head| head.as_str());
        let parts = origins(head);
        let known = !parts.is_empty() && parts.iter().all(|part| self.is_outlet(part) || self.is_place(part));
        known || self.dateline(line).is_some()
    }

    fn is_place(&self, name: &str) -> bool {
        self.places.contains(&letters(name))
    }

    /// A host name, or the name of an outlet in the region's list.
    fn is_outlet(&self, name: &str) -> bool {
        static HOST: LazyLock<Regex> = LazyLock::new(|| {
            let pattern = r"(?i)^(?:[a-z0-9-]+\.)+(?:com|co|id|net|org|info|news|tv|online|web|press|media)(?:\.id)?$";
            Regex::new(pattern).expect("a fixed pattern compiles")
        });
        HOST.is_match(name.trim()) || self.outlets.contains(&letters(name))
    }
}

/// "OUTLET, Town – text": what stands before the first dash, the dash, and the text.
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^(\(?[\p{Lu}\d][^–—:;!?“”\n]{1,58}?)(\s+[-–—]{1,2}\s*|[–—]\s*|-{1,2}\s+)(\S.*)$";
    Regex::new(pattern).expect("a fixed pattern compiles")
});

/// The names in the head of a dateline; none where it is too long to be one.
fn origins(head: &str) -> Vec<&str> {
    let parts: Vec<&str> =
        head.split([',', '(', ')', '|', '/']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let fits = parts.len() <= 3 && parts.iter().all(|part| part.split(' ').count() <= 4);
    if fits { parts } else { Vec::new() }
}

/// A line with what its spacing said before it was tidied.
struct Line {
    text: String,
    /// The groups of words that more than one space sets apart, where there are several: a row of tags or a menu.
    spread: Vec<String>,
}

fn spread(raw: &str) -> Vec<String> {
    static GAP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s{2,}|\t").expect("a fixed pattern compiles"));
    if raw.len() > 300 {
        return Vec::new();
    }
    let parts: Vec<String> = GAP.split(raw).map(html::tidy).filter(|part| !part.is_empty()).collect();
    if parts.len() < 3 { Vec::new() } else { parts }
}

/// A category above a title: a few words that are no sentence.
fn is_rubric(line: &str) -> bool {
    line.len() <= 40 && line.split(' ').count() <= 3 && !line.ends_with(|c: char| c.is_ascii_punctuation())
}

/// Whether a line can be a title: a handful of words, capital first, no full stop at the end.
fn is_headline(line: &str) -> bool {
    let words = line.split(' ').count();
    let stops = line.ends_with(['.', ',', ';', ':']) && !line.ends_with("...");
    // "iOS", "e-KTP": the capital may be the second letter.
    let capital = |c: char| c.is_uppercase() || c.is_numeric();
    (3..=25).contains(&words)
        && (12..=180).contains(&line.chars().count())
        && !stops
        && line.chars().filter(|c| c.is_alphanumeric()).take(2).any(capital)
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '”', '’', '\'', ')']).ends_with(['.', '!', '?', '…'])
}

/// Copies the named groups of a line's pattern into the fields; a field that has a value keeps it.
fn take_fields(pattern: Option<&Regex>, line: &str, cleaned: &mut Cleaned) {
    let Some(found) = pattern.and_then(|pattern| pattern.captures(line)) else { return };
    let group = |name: &str| {
        let text = found.name(name)?.as_str().trim();
        (1..=FIELD).contains(&text.len()).then(|| text.to_owned())
    };
    cleaned.byline = cleaned.byline.take().or_else(|| group("byline"));
    cleaned.editor = cleaned.editor.take().or_else(|| group("editor"));
    cleaned.site = cleaned.site.take().or_else(|| group("site"));
    cleaned.published = cleaned.published.take().or_else(|| group("published"));
    let tags = group("tags").unwrap_or_default();
    cleaned.tags.extend(tags.split([',', ';', '#']).map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned));
}

/// Emphasis in a text that is known to be pasted; elsewhere an asterisk may be the writer's.
static EMPHASIS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\*([^*\s](?:[^*\n]*[^*\s])?)\*").expect("a fixed pattern compiles"));

/// A line without the marks that a language model writes and a newsroom never does: "**tebal**", "## Judul", "【4†source】".
fn without_marks(line: &str) -> Option<String> {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"【[^【】]{1,40}】|:?contentReference\[oaicite:\d+\](?:\{index=\d+\})?|^#{1,4} |\*\*(?P<bold>[^*\n]{1,200})\*\*";
        Regex::new(pattern).expect("a fixed pattern compiles")
    });
    if memchr::memchr3(b'*', b'#', b'[', line.as_bytes()).is_none() && !line.contains('【') {
        return None;
    }
    MARKS.is_match(line).then(|| html::tidy(&MARKS.replace_all(line, "$bold")))
}

/// Letters and digits alone, in lower case: how names are compared.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Longer than any name or list of tags.
const FIELD: usize = 300;

/// What makes a pattern one of a whole line.
const LINE: (&str, &str) = ("^(?:", ")$");

const FILE: &str = "boilerplate.tsv";

/// Compiles the cell `pattern` of a row, case ignored.
pub(crate) fn pattern(file: &str, row: &Row, before: &str, after: &str) -> Result<Regex, LexiconError> {
    Regex::new(&source(row, before, after)).map_err(|error| {
        // The library's message spans lines and repeats the pattern; its last line says what is wrong.
        let reason = error.to_string();
        bad(file, row, "pattern", reason.lines().last().unwrap_or_default().trim().to_owned())
    })
}

fn source(row: &Row, before: &str, after: &str) -> String {
    // Word borders of ASCII letters: the Unicode ones are many times slower on lines with curly quotes.
    let pattern = row.get("pattern").replace(r"\b", r"(?-u:\b)");
    format!("(?i){before}{pattern}{after}")
}

pub(crate) fn bad(file: &str, row: &Row, column: &str, reason: String) -> LexiconError {
    LexiconError::Cell { file: file.to_owned(), line: row.line, column: column.to_owned(), reason }
}
