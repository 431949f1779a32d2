//! The body of an office document: paragraphs, tables, links and the texts that a person may change.

use super::package::FIRST_LIST;
use super::parts::{self, Part};
use super::xml::Xml;
use std::collections::BTreeSet;

/// A stretch of text within a paragraph.
#[derive(Clone)]
pub(crate) enum Piece {
    /// Words, in a character style; those of [`FIXED`] are read over when the file comes back.
    Text(&'static str, String),
    /// A text that a person may change.
    Part(Part),
    /// Words that lead to a web address or to a bookmark of the document.
    Link(&'static str, String, Target),
    /// To the next tab stop.
    Tab,
    /// The number of the page, or how many there are.
    Page(Count),
}

/// Where a link leads.
#[derive(Clone)]
pub(crate) enum Target {
    Web(String),
    Inside(String),
}

/// A number that the word processor knows.
#[derive(Clone, Copy)]
pub(crate) enum Count {
    This,
    All,
}

/// The character style of plain words beside a text that may be changed.
pub(crate) const FIXED: &str = "PesutTetap";

/// A paragraph: its style and what stands in it.
#[derive(Clone)]
pub(crate) struct Paragraph {
    pub style: &'static str,
    pub pieces: Vec<Piece>,
}

/// A column of a table, as wide as its share.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a> {
    pub label: &'a str,
    /// Twentieths of a point.
    pub width: u32,
    pub figures: bool,
}

/// The content of a document as it grows.
#[derive(Default)]
pub(crate) struct Body {
    xml: Xml,
    bookmarks: u32,
    /// Web addresses, in the order of their ids.
    pub links: Vec<String>,
    /// Numbered lists so far.
    pub lists: usize,
    /// Parts that stand in the document already: each is marked once, where it comes first.
    marked: BTreeSet<String>,
}

impl Paragraph {
    pub(crate) fn new(style: &'static str, pieces: Vec<Piece>) -> Self {
        Self { style, pieces }
    }

    /// Words in the style of the paragraph.
    pub(crate) fn text(style: &'static str, text: impl Into<String>) -> Self {
        Self::new(style, vec![Piece::Text("", text.into())])
    }
}

impl Body {
    /// Adds a paragraph.
    pub(crate) fn add(&mut self, paragraph: &Paragraph) {
        self.paragraph(paragraph, None, None);
    }

    /// Adds a paragraph that links can lead to.
    pub(crate) fn add_anchored(&mut self, paragraph: &Paragraph, anchor: &str) {
        self.paragraph(paragraph, Some(anchor), None);
    }

    /// Adds a numbered list that begins at 1.
    pub(crate) fn add_numbered(&mut self, items: &[Vec<Piece>]) {
        let list = FIRST_LIST + self.lists;
        self.lists += 1;
        for pieces in items {
            self.paragraph(&Paragraph::new("ListNumber", pieces.clone()), None, Some(list));
        }
    }

    /// Adds a table whose header row stands on every page that it reaches.
    pub(crate) fn add_table(&mut self, columns: &[Column<'_>], rows: &[Vec<Vec<Paragraph>>]) {
        let headed = columns.iter().any(|column| !column.label.is_empty());
        self.open_table(columns, if headed { "TabelPesut" } else { "TableNormal" });
        if headed {
            let cells: Vec<_> = columns
                .iter()
                .map(|column| {
                    let style = if column.figures { "KepalaAngka" } else { "KepalaTabel" };
                    vec![Paragraph::text(style, column.label)]
                })
                .collect();
            self.row(columns, &cells, None, true);
        }
        for cells in rows {
            self.row(columns, cells, None, false);
        }
        self.xml.close("w:tbl");
    }

    /// Adds a table whose rows links can lead to.
    pub(crate) fn add_anchored_table(
        &mut self,
        columns: &[Column<'_>],
        rows: &[(Option<String>, Vec<Vec<Paragraph>>)],
    ) {
        let labels: Vec<_> = columns
            .iter()
            .map(|column| {
                vec![Paragraph::text(if column.figures { "KepalaAngka" } else { "KepalaTabel" }, column.label)]
            })
            .collect();
        self.open_table(columns, "TabelPesut");
        self.row(columns, &labels, None, true);
        for (anchor, cells) in rows {
            self.row(columns, cells, anchor.as_deref(), false);
        }
        self.xml.close("w:tbl");
    }

    /// What was written.
    pub(crate) fn finish(self) -> (String, Vec<String>, usize) {
        (self.xml.finish(), self.links, self.lists)
    }

    fn open_table(&mut self, columns: &[Column<'_>], style: &str) {
        let xml = &mut self.xml;
        let width = columns.iter().map(|column| column.width).sum::<u32>().to_string();
        xml.open("w:tbl", &[]);
        xml.open("w:tblPr", &[]);
        xml.leaf("w:tblStyle", &[("w:val", style)]);
        xml.leaf("w:tblW", &[("w:w", &width), ("w:type", "dxa")]);
        // Widths are ours: what a word processor makes of long words differs from one to the next.
        xml.leaf("w:tblLayout", &[("w:type", "fixed")]);
        let look = [("w:val", "0420"), ("w:firstRow", "1"), ("w:noHBand", "0"), ("w:noVBand", "1")];
        xml.leaf("w:tblLook", &look);
        xml.close("w:tblPr");
        xml.open("w:tblGrid", &[]);
        for column in columns {
            xml.leaf("w:gridCol", &[("w:w", &column.width.to_string())]);
        }
        xml.close("w:tblGrid");
    }

    fn row(&mut self, columns: &[Column<'_>], cells: &[Vec<Paragraph>], anchor: Option<&str>, header: bool) {
        self.xml.open("w:tr", &[]);
        self.xml.open("w:trPr", &[]);
        self.xml.leaf("w:cantSplit", &[]);
        if header {
            self.xml.leaf("w:tblHeader", &[]);
        }
        self.xml.close("w:trPr");
        for (index, column) in columns.iter().enumerate() {
            self.xml.open("w:tc", &[]);
            self.xml.open("w:tcPr", &[]);
            self.xml.leaf("w:tcW", &[("w:w", &column.width.to_string()), ("w:type", "dxa")]);
            if header {
                self.xml.leaf("w:vAlign", &[("w:val", "bottom")]);
            }
            self.xml.close("w:tcPr");
            let anchor = anchor.filter(|_| index == 0);
            match cells.get(index).map(Vec::as_slice) {
                // A cell without a paragraph is what word processors call damage.
                None | Some([]) => self.paragraph(&Paragraph::text("IsiTabel", ""), anchor, None),
                Some(paragraphs) => paragraphs.iter().for_each(|paragraph| self.paragraph(paragraph, anchor, None)),
            }
            self.xml.close("w:tc");
        }
        self.xml.close("w:tr");
    }

    fn paragraph(&mut self, paragraph: &Paragraph, anchor: Option<&str>, list: Option<usize>) {
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.leaf("w:pStyle", &[("w:val", paragraph.style)]);
        if let Some(list) = list {
            self.xml.open("w:numPr", &[]);
            self.xml.leaf("w:ilvl", &[("w:val", "0")]);
            self.xml.leaf("w:numId", &[("w:val", &list.to_string())]);
            self.xml.close("w:numPr");
        }
        self.xml.close("w:pPr");
        if let Some(anchor) = anchor {
            let id = self.open_bookmark(anchor);
            self.close_bookmark(&id);
        }
        // LibreOffice 7.4 cannot save a paragraph with two controls in it: the first of them is the one that can change.
        let mut marked = false;
        for piece in &paragraph.pieces {
            match piece {
                Piece::Part(part) if !marked && self.marked.insert(part.pointer.clone()) => {
                    marked = true;
                    self.marked_part(part);
                }
                piece => self.piece(piece),
            }
        }
        self.xml.close("w:p");
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(style, text) => self.run(style, text),
            Piece::Part(part) => self.run(FIXED, &part.text),
            Piece::Link(style, text, target) => self.link(style, text, target),
            Piece::Tab => self.xml.raw("<w:r><w:tab/></w:r>"),
            Piece::Page(count) => {
                let instruction = match count {
                    Count::This => " PAGE ",
                    Count::All => " NUMPAGES ",
                };
                self.xml.open("w:fldSimple", &[("w:instr", instruction)]);
                self.run("", "1");
                self.xml.close("w:fldSimple");
            }
        }
    }

    /// A content control around the text, and a bookmark around the control: word processors keep one or the other.
    fn marked_part(&mut self, part: &Part) {
        let bookmark = parts::bookmark(&part.pointer).map(|name| self.open_bookmark(&name));
        self.xml.open("w:sdt", &[]);
        self.xml.open("w:sdtPr", &[]);
        self.xml.leaf("w:alias", &[("w:val", &part.label)]);
        self.xml.leaf("w:tag", &[("w:val", &part.pointer)]);
        self.xml.leaf("w:id", &[("w:val", &(100_000 + self.marked.len()).to_string())]);
        // The words may change, the frame around them may not go.
        self.xml.leaf("w:lock", &[("w:val", "sdtLocked")]);
        self.xml.close("w:sdtPr");
        self.xml.open("w:sdtContent", &[]);
        self.run("", &part.text);
        self.xml.close("w:sdtContent");
        self.xml.close("w:sdt");
        if let Some(id) = bookmark {
            self.close_bookmark(&id);
        }
    }

    fn link(&mut self, style: &str, text: &str, target: &Target) {
        match target {
            Target::Web(address) => {
                let id = format!("rIdL{}", self.links.len());
                self.links.push(address.clone());
                self.xml.open("w:hyperlink", &[("r:id", &id), ("w:history", "1")]);
            }
            Target::Inside(anchor) => self.xml.open("w:hyperlink", &[("w:anchor", anchor), ("w:history", "1")]),
        }
        self.run(style, text);
        self.xml.close("w:hyperlink");
    }

    fn run(&mut self, style: &str, text: &str) {
        self.xml.open("w:r", &[]);
        if !style.is_empty() {
            self.xml.open("w:rPr", &[]);
            self.xml.leaf("w:rStyle", &[("w:val", style)]);
            self.xml.close("w:rPr");
        }
        self.xml.open("w:t", &[("xml:space", "preserve")]);
        self.xml.text(text);
        self.xml.close("w:t");
        self.xml.close("w:r");
    }

    fn open_bookmark(&mut self, name: &str) -> String {
        self.bookmarks += 1;
        let id = self.bookmarks.to_string();
        self.xml.leaf("w:bookmarkStart", &[("w:id", &id), ("w:name", name)]);
        id
    }

    fn close_bookmark(&mut self, id: &str) {
        self.xml.leaf("w:bookmarkEnd", &[("w:id", id)]);
    }
}
