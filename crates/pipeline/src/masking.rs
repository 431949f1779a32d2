//! Names of private people in what is shown.
//!
//! Documents keep them, because messages of one fraud are known by the account holder whom they share; whatever leaves
//! the office does not.

use model::{Brief, Record, SourceKind};
use serde_json::Value;
use std::borrow::Cow;

/// What stands in place of a name.
const MASK: &str = "[nama]";

/// Fields that machines read: identities and addresses keep every letter.
const AS_THEY_ARE: [&str; 14] = [
    "id",
    "key",
    "url",
    "source",
    "documents",
    "at",
    "from",
    "to",
    "date",
    "section",
    "layout",
    "hash",
    "code",
    "part",
];

/// A text without the names of private people.
pub(crate) fn shown(text: &str, kind: SourceKind) -> Cow<'_, str> {
    let names = text::private_names(text, kind);
    if names.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
    for name in names {
        out.push_str(&text[copied..name.start]);
        out.push_str(MASK);
        copied = name.end;
    }
    Cow::Owned(out + &text[copied..])
}

/// A document as it may be quoted.
pub(crate) fn record(record: &mut Record) {
    let kind = record.kind;
    let change = |text: &mut String| {
        if let Cow::Owned(masked) = shown(text, kind) {
            *text = masked;
        }
    };
    record.title.iter_mut().for_each(change);
    change(&mut record.text);
    record.quotes.iter_mut().for_each(|quote| change(&mut quote.text));
}

/// A brief as it may leave: sentences of issues and claims come from documents as they are.
pub(crate) fn brief(brief: &Brief) -> Brief {
    fn walk(value: &mut Value) {
        match value {
            Value::String(text) => {
                // A sentence does not say any more whose words it repeats; citizens' are read most strictly.
                if let Cow::Owned(masked) = shown(text, SourceKind::Post) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Object(fields) => {
                fields
                    .iter_mut()
                    .filter(|(name, _)| !AS_THEY_ARE.contains(&name.as_str()))
                    .for_each(|(_, item)| walk(item));
            }
            _ => {}
        }
    }
    let plain = "a brief is plain data";
    let mut value = serde_json::to_value(brief).expect(plain);
    walk(&mut value);
    serde_json::from_value(value).expect(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_behind_its_cue_is_not_shown() {
        assert_eq!(shown("rek 1 a.n. Paijo Uji, cepat", SourceKind::Post), "rek 1 a.n. [nama], cepat");
        assert!(matches!(shown("Banjir di Samarinda", SourceKind::Post), Cow::Borrowed(_)));
    }
}
