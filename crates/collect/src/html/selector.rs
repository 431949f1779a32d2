//! `h2.title a`: as much CSS as naming the links of a section page needs.

use super::Tag;

/// A path of `tag.class#id` steps; each may be an element inside the one before, at any depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector(Vec<Step>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Step {
    name: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

impl Selector {
    /// Reads a selector, or says which part of it is not understood.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let steps: Vec<Step> = text.split_whitespace().map(step).collect::<Result<_, _>>()?;
        if steps.is_empty() { Err("it is empty".to_owned()) } else { Ok(Self(steps)) }
    }

    /// True where the path from the page's root to an element goes through all steps in their order.
    pub(crate) fn matches<'a>(&self, path: impl Iterator<Item = &'a Tag>) -> bool {
        let mut steps = self.0.iter().peekable();
        for tag in path {
            if steps.peek().is_some_and(|step| step.matches(tag)) {
                steps.next();
            }
        }
        steps.peek().is_none()
    }
}

impl Step {
    fn matches(&self, tag: &Tag) -> bool {
        self.name.as_deref().is_none_or(|name| name == tag.name)
            && self.id.as_deref().is_none_or(|id| tag.attribute("id") == Some(id))
            && self.classes.iter().all(|class| tag.has_class(class))
    }
}

fn step(text: &str) -> Result<Step, String> {
    let known = |c: char| c.is_alphanumeric() || "-_.#".contains(c);
    if !text.chars().all(known) {
        return Err(format!(
            "\"{text}\" is not understood; known are names, classes and ids such as \"div.list\", \"#isi\""
        ));
    }
    let mut step = Step::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (mark, body) = match rest.as_bytes()[0] {
            mark @ (b'.' | b'#') => (mark, &rest[1..]),
            _ => (b' ', rest),
        };
        let end = body.find(['.', '#']).unwrap_or(body.len());
        let (word, after) = body.split_at(end);
        if word.is_empty() {
            return Err(format!("\"{text}\" has an empty name"));
        }
        match mark {
            b'.' => step.classes.push(word.to_owned()),
            b'#' => step.id = Some(word.to_owned()),
            _ => step.name = Some(word.to_ascii_lowercase()),
        }
        rest = after;
    }
    Ok(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Piece, pieces};

    #[test]
    fn matches_paths() {
        let path: Vec<Tag> = pieces("<div id=isi class='daftar besar'><ul><h2 class=judul><a>")
            .filter_map(|piece| if let Piece::Open(tag) = piece { Some(tag) } else { None })
            .collect();
        let matches = |text: &str| Selector::parse(text).unwrap().matches(path.iter());
        for text in ["a", "h2 a", ".judul a", "div.daftar.besar#isi h2.judul a", "#isi", "H2"] {
            assert!(matches(text), "{text}");
        }
        for text in ["p", "a h2", ".judul div", "div.kecil a", "h2#isi"] {
            assert!(!matches(text), "{text}");
        }
        for text in ["", "a[href]", "ul > li", "a..b", "a."] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }
}
