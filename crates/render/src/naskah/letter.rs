//! What every naskah dinas has: letterhead, head, numbered parts, signature and copies.

use super::{DATE, NAME, NIP, NUMBER, SIGNATURE, sender};
use crate::Error;
use crate::docx::body::{Body, Column, Count, Paragraph, Piece};
use crate::docx::brief_name;
use crate::docx::package::{About, Numbers, Package};
use crate::words;
use model::Brief;

/// Between the margins, in twentieths of a point: A4, three centimetres on the left for the binder, two elsewhere.
pub(super) const WIDTH: u32 = 9_071;
const SECTION: &str = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHeader\"/>\
    <w:headerReference w:type=\"first\" r:id=\"rIdFirst\"/><w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/>\
    <w:footerReference w:type=\"first\" r:id=\"rIdFooter\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
    <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1701\" w:header=\"510\" w:footer=\"510\" \
    w:gutter=\"0\"/><w:titlePg/></w:sectPr>";

/// A naskah as it grows.
pub(super) struct Letter<'a> {
    pub body: Body,
    brief: &'a Brief,
}

/// A line of the head: its label and its value.
pub(super) enum Field {
    Words(&'static str, String),
    Parameter(&'static str, &'static str),
}

impl<'a> Letter<'a> {
    /// Letterhead and title.
    pub(super) fn new(brief: &'a Brief, title: &str) -> Self {
        let mut body = Body::default();
        let header = &brief.header;
        body.add(&Paragraph::text("Kop", header.government.to_uppercase()));
        body.add(&Paragraph::text("KopInstansi", header.office.to_uppercase()));
        for line in header.letterhead.iter().take(4) {
            body.add(&Paragraph::text("KopAlamat", words::cut(line, 120)));
        }
        body.add(&Paragraph::text("KopGaris", ""));
        body.add(&Paragraph::text("Title", title));
        Self { body, brief }
    }

    /// Label, colon, value; then the line that ends the head.
    pub(super) fn head(&mut self, fields: &[Field]) {
        let columns = [1_500, 260, WIDTH - 1_760].map(|width| Column { label: "", width, figures: false });
        let rows: Vec<_> = fields
            .iter()
            .map(|field| {
                let (label, value) = match field {
                    Field::Words(label, value) => (label, or_dash(value)),
                    Field::Parameter(label, parameter) => (label, (*parameter).to_owned()),
                };
                [(*label).to_owned(), ":".to_owned(), value].map(|text| vec![Paragraph::text("Kepala", text)]).to_vec()
            })
            .collect();
        self.body.add_table(&columns, &rows);
        self.body.add(&Paragraph::text("Garis", ""));
    }

    /// Whom it goes to, as every head begins.
    pub(super) fn to(&self) -> Field {
        let to = &self.brief.header.correspondence.to;
        Field::Words("Yth.", if to.is_empty() { "[tujuan diisi di Srikandi]".to_owned() } else { to.clone() })
    }

    pub(super) fn from(&self) -> Field {
        Field::Words("Dari", sender(self.brief).to_owned())
    }

    /// One copy is named in the head, several at the end.
    pub(super) fn copies(&self) -> Field {
        let value = match self.brief.header.correspondence.copies.as_slice() {
            [one] => one.clone(),
            [] => String::new(),
            _ => "daftar pada akhir naskah".to_owned(),
        };
        Field::Words("Tembusan", value)
    }

    pub(super) fn date(&self) -> Field {
        Field::Parameter("Tanggal", DATE)
    }

    pub(super) fn number(&self) -> Field {
        Field::Parameter("Nomor", NUMBER)
    }

    /// A numbered part.
    pub(super) fn part(&mut self, title: &str) {
        self.body.add(&Paragraph::text("Heading1", title));
    }

    /// A paragraph under a part; nothing where there are no words.
    pub(super) fn words(&mut self, text: &str) {
        if !text.is_empty() {
            self.body.add(&Paragraph::text("Isi", text));
        }
    }

    /// The same in several character styles.
    pub(super) fn pieces(&mut self, pieces: Vec<Piece>) {
        self.body.add(&Paragraph::new("Isi", pieces));
    }

    /// A heading within a part.
    pub(super) fn under(&mut self, title: &str) {
        self.body.add(&Paragraph::text("SubJudul", title));
    }

    /// The words that end the paper.
    pub(super) fn end(&mut self, text: &str) {
        self.body.add(&Paragraph::text("Penutup", text));
    }

    /// A paragraph between opening and end that belongs to no part.
    pub(super) fn plain(&mut self, text: &str) {
        self.body.add(&Paragraph::text("Normal", text));
    }

    /// A numbered list, or what stands where there is nothing to tell.
    pub(super) fn list(&mut self, items: &[Vec<Piece>], nothing: &str) {
        match items {
            [] => self.words(nothing),
            items => self.body.add_numbered(items),
        }
    }

    /// The signature, for Srikandi to fill in, and who gets a copy.
    pub(super) fn sign(&mut self) {
        let signatory = self.brief.header.signatory.clone().unwrap_or_default();
        let position = if signatory.position.is_empty() { "[jabatan penanda tangan]" } else { &signatory.position };
        let mut lines = vec![Piece::Text("", format!("{position},"))];
        lines.extend(["", SIGNATURE, "", NAME].map(|text| Piece::Text("", text.to_owned())));
        self.body.add(&Paragraph::text("Jeda", ""));
        for line in lines {
            self.body.add(&Paragraph::new("Tanda", vec![line]));
        }
        if !signatory.rank.is_empty() {
            self.body.add(&Paragraph::text("Tanda", signatory.rank));
        }
        let nip = vec![Piece::Text("", "NIP ".to_owned()), Piece::Text("", NIP.to_owned())];
        self.body.add(&Paragraph::new("TandaAkhir", nip));
        let copies = &self.brief.header.correspondence.copies;
        if !copies.is_empty() {
            self.body.add(&Paragraph::text("Tembusan", "Tembusan:"));
        }
        for (copy, number) in copies.iter().take(12).zip(1..) {
            self.body.add(&Paragraph::text("Tembusan", format!("{number}. {}", words::cut(copy, 160))));
        }
    }

    /// The file.
    pub(super) fn pack(self, title: &str) -> Result<Vec<u8>, Error> {
        let (document, links, lists) = self.body.finish();
        let header = &self.brief.header;
        let warning = running(&warning(self.brief));
        Package {
            document: format!("<w:body>{document}{SECTION}</w:body>"),
            styles: include_str!("../../templates/docx/styles-naskah.xml"),
            headers: [warning.clone(), warning],
            footer: foot(),
            links,
            lists,
            numbers: Numbers::Letters,
            about: About {
                title: title.to_owned(),
                creator: header.office.clone(),
                at: header.window.to,
                brief: brief_name(self.brief),
            },
        }
        .pack()
    }
}

/// An approved brief gives a clean concept; any other says on every page what it is.
fn warning(brief: &Brief) -> String {
    let header = &brief.header;
    let draft = (!header.state.is_final()).then_some("KONSEP: ringkasan belum disetujui");
    let sample = header.fictional.then_some("Data contoh (fiktif)");
    draft.into_iter().chain(sample).collect::<Vec<_>>().join(" · ")
}

fn running(warning: &str) -> String {
    let mut body = Body::default();
    body.add(&Paragraph::new("Header", vec![Piece::Tab, Piece::Text("PesutDraf", warning.to_owned())]));
    body.finish().0
}

fn foot() -> String {
    let mut body = Body::default();
    let pieces = vec![
        Piece::Tab,
        Piece::Text("", "halaman ".to_owned()),
        Piece::Page(Count::This),
        Piece::Text("", " dari ".to_owned()),
        Piece::Page(Count::All),
    ];
    body.add(&Paragraph::new("Footer", pieces));
    body.finish().0
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "–".to_owned() } else { words::cut(text, 300) }
}

/// A sentence that ends: texts of decisions and reasons come without a full stop at times.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '?', '!', '”', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// The same with a capital at its beginning.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    ended(&(first + letters.as_str()))
}

/// At most two sentences, as the law on copyright allows to quote them.
pub(super) fn excerpt(text: &str) -> String {
    let mut ends = text.match_indices(['.', '?', '!']).map(|(at, stop)| at + stop.len());
    let mut stops = ends.by_ref().filter(|at| text[*at..].starts_with(' '));
    let end = stops.nth(1).unwrap_or(text.len());
    words::cut(&text[..end], 500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("warga menunggu pukul 08.30 WITA"), "Warga menunggu pukul 08.30 WITA.");
        assert_eq!((ended("Kapan?"), ended("")), ("Kapan?".into(), String::new()));
    }

    #[test]
    fn an_excerpt_has_two_sentences() {
        assert_eq!(
            excerpt("Pukul 06.00 air naik. Warga mengungsi. Posko penuh."),
            "Pukul 06.00 air naik. Warga mengungsi."
        );
        assert_eq!(excerpt("Satu kalimat."), "Satu kalimat.");
    }
}
