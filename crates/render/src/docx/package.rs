//! The container of an office document: its parts, how they hang together, and the same bytes every time.
//!
//! Written by hand: docx-rs numbers paragraphs with a counter of the process (no two runs give the same bytes) and
//! knows neither repeated header rows, nor a language, nor the name of a content control; see decision 0014.

use super::xml::escaped;
use crate::Error;
use jiff::Timestamp;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Everything that one document consists of.
pub(crate) struct Package {
    /// `word/document.xml`.
    pub document: String,
    /// `word/styles.xml`.
    pub styles: &'static str,
    /// Content of the header of every page but the first, and of the first.
    pub headers: [String; 2],
    /// Content of the footer.
    pub footer: String,
    /// Web addresses, in the order of their ids (`rIdL0` …).
    pub links: Vec<String>,
    /// How many numbered lists begin anew.
    pub lists: usize,
    /// How they are numbered.
    pub numbers: Numbers,
    /// What a file manager shows.
    pub about: About,
}

/// Properties of the document.
pub(crate) struct About {
    pub title: String,
    pub creator: String,
    /// The end of the brief's window: no clock, so that the same brief gives the same bytes.
    pub at: Timestamp,
    /// Which brief it was made from: `harian-2026-11-20/1`.
    pub brief: String,
}

/// How lists are numbered; the numbers are those of `numbering.xml`.
#[derive(Clone, Copy)]
pub(crate) enum Numbers {
    /// 1., 2., 3.
    Digits = 1,
    /// a., b., c. below numbered parts.
    Letters = 3,
}

/// The first list number that a document may use; those below are of `numbering.xml` itself.
pub(crate) const FIRST_LIST: usize = 10;

/// The property that says which brief a document was made from.
pub(crate) const BRIEF_PROPERTY: &str = "pesut-ringkasan";

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
                 xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

impl Package {
    /// The file.
    pub(crate) fn pack(self) -> Result<Vec<u8>, Error> {
        let part = |element: &str, content: &str| format!("{HEAD}<w:{element} {W}>{content}</w:{element}>");
        let parts = [
            ("[Content_Types].xml", include_str!("../../templates/docx/content-types.xml").to_owned()),
            ("_rels/.rels", include_str!("../../templates/docx/rels.xml").to_owned()),
            ("docProps/core.xml", self.core()),
            ("docProps/app.xml", include_str!("../../templates/docx/app.xml").to_owned()),
            ("docProps/custom.xml", self.custom()),
            ("word/document.xml", part("document", &self.document)),
            ("word/_rels/document.xml.rels", self.relations()),
            ("word/styles.xml", self.styles.to_owned()),
            ("word/numbering.xml", self.numbering()),
            ("word/settings.xml", include_str!("../../templates/docx/settings.xml").to_owned()),
            ("word/header1.xml", part("hdr", &self.headers[0])),
            ("word/header2.xml", part("hdr", &self.headers[1])),
            ("word/footer1.xml", part("ftr", &self.footer)),
        ];
        // The lowest time that the format knows, for a file made by no clock.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let written = parts.iter().try_for_each(|(name, content)| {
            zip.start_file(*name, options)?;
            Ok(zip.write_all(content.as_bytes())?)
        });
        written.and_then(|()| zip.finish()).map(Cursor::into_inner).map_err(Error::Pack)
    }

    fn core(&self) -> String {
        let (title, creator, at) = (escaped(&self.about.title), escaped(&self.about.creator), self.about.at);
        // Whole seconds: fractions are no W3CDTF that every reader takes.
        let at = at.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!(
            "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title>\
             <dc:creator>{creator}</dc:creator><dc:language>id-ID</dc:language>\
             <dcterms:created xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:created>\
             <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{at}</dcterms:modified></cp:coreProperties>"
        )
    }

    fn custom(&self) -> String {
        let brief = escaped(&self.about.brief);
        format!(
            "{HEAD}<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" \
             xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\">\
             <property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"2\" name=\"{BRIEF_PROPERTY}\">\
             <vt:lpwstr>{brief}</vt:lpwstr></property></Properties>"
        )
    }

    fn relations(&self) -> String {
        const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let fixed = [
            ("rIdStyles", "styles", "styles.xml"),
            ("rIdNumbering", "numbering", "numbering.xml"),
            ("rIdSettings", "settings", "settings.xml"),
            ("rIdHeader", "header", "header1.xml"),
            ("rIdFirst", "header", "header2.xml"),
            ("rIdFooter", "footer", "footer1.xml"),
        ];
        let fixed = fixed
            .map(|(id, kind, target)| format!("<Relationship Id=\"{id}\" Type=\"{KIND}/{kind}\" Target=\"{target}\"/>"))
            .concat();
        let links: String = self
            .links
            .iter()
            .enumerate()
            .map(|(index, link)| {
                let target = escaped(link);
                format!(
                    "<Relationship Id=\"rIdL{index}\" Type=\"{KIND}/hyperlink\" Target=\"{target}\" \
                     TargetMode=\"External\"/>"
                )
            })
            .collect();
        format!(
            "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             {fixed}{links}</Relationships>"
        )
    }

    /// Every numbered list is an instance of its own, because a list of a word processor goes on where the last ended.
    fn numbering(&self) -> String {
        let kind = self.numbers as u8;
        let lists: String = (FIRST_LIST..FIRST_LIST + self.lists)
            .map(|id| {
                format!(
                    "<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{kind}\"/><w:lvlOverride w:ilvl=\"0\">\
                     <w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>"
                )
            })
            .collect();
        include_str!("../../templates/docx/numbering.xml").replace("<!-- lists -->", &lists)
    }
}
