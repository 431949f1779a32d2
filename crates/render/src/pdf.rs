//! PDF: typst as a library, in a world that holds one template, one JSON file and the embedded fonts.

use crate::paper::Paper;
use crate::{Error, Output, Render, clean, fonts};
use model::{Brief, Kind};
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub(crate) const OUTPUT: Output = Output { kind: KIND, suffix: ".pdf", media_type: "application/pdf" };

const KIND: Kind<Render> = Kind {
    name: "pdf",
    summary: "typesets the brief on A4, the leader's page first",
    example: r#"formats = ["pdf"]"#,
    build: render,
};

/// The rules that the paper keeps, best first. The first holds for every case of the tests: an archive can keep it
/// (PDF/A-2a) and a screen reader can follow it (PDF/UA-1). The rest is for what nobody has thought of: a paper that
/// misses a rule is still better than none at 07.30.
const STANDARDS: [&[PdfStandard]; 3] = [&[PdfStandard::A_2a, PdfStandard::Ua_1], &[PdfStandard::Ua_1], &[]];

/// The paper, as a tagged PDF/A that a screen reader can follow.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let document = typeset(brief)?;
    let mut bytes = Err(Error::Typeset(String::new()));
    for standards in STANDARDS {
        bytes = typst_pdf::pdf(&document, &options(brief, standards)).map_err(|errors| refused(&errors));
        if bytes.is_ok() {
            break;
        }
    }
    let bytes = bytes?;
    // A server sets a brief a day for years; what typst remembers of earlier ones would only grow.
    typst::comemo::evict(0);
    Ok(bytes)
}

fn typeset(brief: &Brief) -> Result<PagedDocument, Error> {
    let brief = Brief { stories: Vec::new(), ..brief.clone() }; // five thousand rows that no page shows
    let paper = Paper::new(&clean::for_paper(&brief, &fonts::has_glyph)?);
    let world = Desk { paper: Bytes::new(serde_json::to_vec(&paper)?) };
    typst::compile::<PagedDocument>(&world).output.map_err(|errors| refused(&errors))
}

/// Date and identifier come from the brief, never from a clock, so that the same brief gives the same bytes.
fn options(brief: &Brief, standards: &[PdfStandard]) -> PdfOptions {
    let to = brief.header.window.to.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |value: i8| value.unsigned_abs();
    let date = Datetime::from_ymd_hms(
        i32::from(to.year()),
        part(to.month()),
        part(to.day()),
        part(to.hour()),
        part(to.minute()),
        part(to.second()),
    );
    PdfOptions {
        ident: Smart::Custom(format!("{} {} {}", brief.header.office, brief.header.title, brief.header.date)),
        timestamp: date.map(Timestamp::new_utc),
        standards: PdfStandards::new(standards).unwrap_or_default(),
        ..PdfOptions::default()
    }
}

fn refused(errors: &[SourceDiagnostic]) -> Error {
    Error::Typeset(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(fonts::PAPER.iter())));
static TEMPLATE: LazyLock<Source> =
    LazyLock::new(|| Source::new(id("brief.typ"), include_str!("../templates/brief.typ").to_owned()));

fn id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("the names are constants")).intern()
}

/// All that the typesetter can reach: there is no file system, no network and no clock behind it.
struct Desk {
    paper: Bytes,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, wanted: FileId) -> FileResult<Source> {
        if wanted == TEMPLATE.id() { Ok(TEMPLATE.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, wanted: FileId) -> FileResult<Bytes> {
        if wanted == id("brief.json") { Ok(self.paper.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::PAPER.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use typst::layout::{Frame, FrameItem};

    fn case(name: &str) -> Brief {
        let file = format!("{}/../../tests/cases/render/{name}/brief.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    }

    /// What stands on each page, without spaces, because those are gaps and not letters on paper.
    fn pages(brief: &Brief) -> Vec<String> {
        fn read(frame: &Frame, out: &mut String) {
            for (_, item) in frame.items() {
                match item {
                    FrameItem::Group(group) => read(&group.frame, out),
                    FrameItem::Text(text) => {
                        out.extend(text.text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}'))
                    }
                    _ => {}
                }
            }
        }
        let document = typeset(brief).unwrap();
        let read = document.pages().iter().map(|page| {
            let mut text = String::new();
            read(&page.frame, &mut text);
            text
        });
        read.collect()
    }

    /// Page one is whole and alone on its sheet, and no page is empty.
    fn leader_page_stands_alone(pages: &[String]) {
        assert!(pages[0].contains("Keyakinandata:") && pages[0].contains(&format!("halaman1dari{}", pages.len())));
        assert!(pages[1].contains("1Identitas") && !pages[0].contains("1Identitas"));
        assert!(pages.iter().all(|page| page.chars().count() > 100));
    }

    #[test]
    fn pages_follow_the_order_of_the_office() {
        let pages = pages(&case("penuh"));
        leader_page_stands_alone(&pages);
        assert_eq!(pages.len(), 10);
        assert!(pages[0].contains("▲MERAH") && pages[0].contains("Sebelum10.00WITA") && pages[0].contains("(n=388)"));
        assert!(pages.iter().all(|page| page.contains("Datacontoh(fiktif)")));
        let rest = pages[1..].concat();
        let titles = [
            "1Identitas",
            "2Ringkasan",
            "4Tanya",
            "7Perkembangan",
            "11Isuperlu",
            "17Metode",
            "NamaPejabat",
            "18Suntingan",
            "19Lampiran",
        ];
        let places: Vec<_> = titles.iter().map(|title| rest.find(title).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn only_a_draft_carries_the_watermark() {
        let mut brief = case("penuh");
        let drawn = |brief: &Brief| pages(brief).iter().filter(|page| page.matches("DRAF").count() > 1).count();
        let draft = drawn(&brief);
        assert!(draft > 0 && pages(&brief).iter().all(|page| page.contains("DRAF")));
        brief.header.state = model::BriefState::Disetujui;
        brief.header.status = "FINAL".to_owned();
        let last = pages(&brief);
        assert!(last.iter().all(|page| !page.contains("DRAF")) && !last.concat().contains("Suntingan"));
    }

    #[test]
    fn an_archive_and_a_screen_reader_can_keep_it() {
        for name in ["penuh", "kosong", "musuh"] {
            let brief = case(name);
            let kept = typst_pdf::pdf(&typeset(&brief).unwrap(), &options(&brief, STANDARDS[0]));
            assert!(kept.is_ok(), "{name}: {}", refused(&kept.err().unwrap_or_default()));
        }
    }

    #[test]
    fn parts_that_are_not_shown_leave_no_way_to_them() {
        let mut brief = case("penuh");
        brief.layout.sections.retain(|entry| entry.section != model::Section::Appendix);
        brief.layout.sections.reverse();
        let pages = pages(&brief);
        assert!(pages.concat().contains("1Suntingan") && !pages.concat().contains("Lampirankliping"));
    }

    #[test]
    fn an_empty_brief_says_so() {
        let pages = pages(&case("kosong"));
        leader_page_stands_alone(&pages);
        assert!(pages[0].contains("Databelumada") && !pages.concat().contains("fiktif"));
    }

    #[test]
    fn hostile_text_is_only_text() {
        let pages = pages(&case("musuh"));
        leader_page_stands_alone(&pages);
        for literal in
            ["#read(\"/etc/passwd\")", "{{7*7}}", "<script>alert(1)</script>", "$x$*tebal*_miring_`kode`@rujuk<ref-1>"]
        {
            assert!(pages.concat().contains(literal), "{literal}");
        }
    }

    #[test]
    fn page_one_holds_with_every_text_at_its_limit() {
        let mut brief = case("penuh");
        let long = "Menindaklanjuti wewenang menyeluruh ".repeat(60);
        let statement =
            |refs: &[u32]| model::Statement { text: long.clone(), refs: refs.to_vec(), ..Default::default() };
        brief.alerts.push(brief.alerts[0].clone());
        for issue in &mut brief.alerts {
            issue.title = long.clone();
            issue.movement = long.clone();
            issue.facts = vec![long.clone(); 3];
            issue.summary = vec![statement(&[1, 3, 5, 7, 9]); 3];
        }
        brief.decisions.push(brief.decisions[0].clone());
        for asked in &mut brief.decisions {
            for text in [&mut asked.text, &mut asked.owner, &mut asked.deadline, &mut asked.cost_of_waiting] {
                text.clone_from(&long);
            }
        }
        for issue in &mut brief.alerts {
            if let Some(told) = &mut issue.continued {
                told.words.clone_from(&long);
                told.new = vec![statement(&[1, 3, 5]); 4];
            }
        }
        brief.corrections.extend(brief.corrections.clone());
        brief.corrections.extend(brief.corrections.clone());
        for correction in &mut brief.corrections {
            for text in [&mut correction.wrong, &mut correction.right, &mut correction.by] {
                text.clone_from(&long);
            }
        }
        brief.header.letterhead = vec![long.clone(); 3];
        brief.bluf = vec![statement(&[1, 3, 5, 7, 9]); 5];
        brief.confidence.sentences = vec![long.clone(); 9];
        let header = &mut brief.header;
        for text in [
            &mut header.title,
            &mut header.government,
            &mut header.office,
            &mut header.date_words,
            &mut header.cut_off_words,
        ] {
            text.clone_from(&long);
        }
        for row in &mut brief.numbers.coverage {
            row.label.clone_from(&long);
        }
        leader_page_stands_alone(&pages(&brief));
    }
}
