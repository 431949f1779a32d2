//! XML as text: names are ours, values are escaped, and what XML 1.0 forbids is left out.

/// A document that grows.
#[derive(Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// Opens an element.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, ">");
    }

    /// An element without content.
    pub(crate) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, "/>");
    }

    /// Closes an element.
    pub(crate) fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// Text between tags.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.push_str(&escaped(text));
    }

    /// XML that is finished.
    pub(crate) fn raw(&mut self, xml: &str) {
        self.0.push_str(xml);
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push_str(&format!(" {key}=\"{}\"", escaped(value)));
        }
        self.0.push_str(end);
    }
}

/// Text as XML takes it. `>` is escaped as well, so that no text can hold `]]>`.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars().filter(|c| allowed(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// Char in <https://www.w3.org/TR/xml/#charsets>; one of the others makes a word processor offer a repair.
fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_forbidden_characters_dropped() {
        let mut xml = Xml::default();
        xml.open("w:t", &[("a", "\"<x>\"&")]);
        xml.text("</w:t>\u{0}\u{8}\u{1f}\u{ffff}]]>✓");
        xml.close("w:t");
        assert_eq!(xml.finish(), "<w:t a=\"&quot;&lt;x&gt;&quot;&amp;\">&lt;/w:t&gt;]]&gt;✓</w:t>");
    }
}
