//! The form itself: lines of `Kunci: nilai`, then `Isi:` and free text until a line of dashes.

use crate::dates;
use crate::options::web_address;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

const ENTRIES_MAX: usize = 500;
const TEXT_MAX: usize = 64 << 10;
/// Longest value of a line; more is a text in the wrong place.
const VALUE_MAX: usize = 500;

/// Where something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Radio,
    Television,
    Print,
    Tip,
}

impl Channel {
    const KNOWN: &str = "radio, tv, cetak, tip";

    fn read(value: &str) -> Option<Self> {
        Some(match value.to_lowercase().as_str() {
            "radio" | "siaran radio" => Self::Radio,
            "tv" | "televisi" | "siaran tv" => Self::Television,
            "cetak" | "koran" | "surat kabar" | "majalah" | "tabloid" | "media cetak" => Self::Print,
            "tip" | "wa" | "whatsapp" | "pesan" | "pesan wa" | "laporan warga" | "info warga" => Self::Tip,
            _ => return None,
        })
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Radio => "radio",
            Self::Television => "tv",
            Self::Print => "cetak",
            Self::Tip => "tip",
        }
    }
}

/// One entry that says everything it must.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    /// The line it begins at, from 1.
    pub(super) line: u64,
    pub(super) channel: Channel,
    pub(super) number: Option<String>,
    pub(super) medium: Option<String>,
    pub(super) programme: Option<String>,
    pub(super) date: Timestamp,
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) text: String,
    pub(super) withdrawn: bool,
}

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Channel,
    Number,
    Medium,
    Programme,
    Date,
    Clock,
    Title,
    Url,
    Withdrawn,
    Text,
    /// Who wrote it down, and who sent it: read past.
    Person,
}

impl Key {
    const KNOWN: &str = "Jenis, Nomor, Media, Program, Tanggal, Jam, Judul, Tautan, Petugas, Dicabut, Isi";

    fn read(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let name = name.trim_start_matches(['*', '-', '•', '_']).trim_end_matches(['*', '_', '.']).trim();
        Some(match name {
            "jenis" | "kanal" | "tipe" | "jenis media" => Self::Channel,
            "nomor" | "no" | "nomor catatan" => Self::Number,
            "media" | "nama media" | "stasiun" | "sumber" => Self::Medium,
            "program" | "rubrik" | "acara" | "halaman" | "nama program" => Self::Programme,
            "tanggal" | "tgl" | "hari/tanggal" | "hari, tanggal" | "tanggal siar" | "tanggal terbit" | "waktu" => {
                Self::Date
            }
            "jam" | "pukul" => Self::Clock,
            "judul" | "topik" | "perihal" => Self::Title,
            "tautan" | "link" | "url" => Self::Url,
            "dicabut" | "batal" => Self::Withdrawn,
            "isi" | "ringkasan" | "isi berita" | "isi pesan" | "pesan" | "teks" => Self::Text,
            "petugas" | "pencatat" | "dicatat oleh" | "pengirim" | "pelapor" | "nama pengirim" | "no hp"
            | "nomor hp" => Self::Person,
            _ => return None,
        })
    }
}

/// Reads every entry of a file; one that lacks something is a problem, and the others go on.
pub(super) fn read(text: &str, zone: &TimeZone) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for draft in drafts(text) {
        if entries.len() == ENTRIES_MAX {
            let reason = format!("hanya {ENTRIES_MAX} catatan pertama dibaca; bagi menjadi beberapa berkas");
            problems.push(Problem { line: draft.line, reason });
            break;
        }
        match draft.finish(zone) {
            Ok(Some(entry)) => entries.push(entry),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    (entries, problems)
}

/// An entry as it stands in the file.
#[derive(Default)]
struct Draft {
    line: u64,
    values: BTreeMap<Key, (u64, String)>,
    text: String,
    /// The first thing that is wrong with it.
    problem: Option<Problem>,
    in_text: bool,
}

impl Draft {
    fn take(&mut self, number: u64, line: &str) {
        if self.in_text {
            self.text.push_str(line);
            self.text.push('\n');
            return;
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        if self.line == 0 {
            self.line = number;
        }
        let Some((name, value)) = line.split_once(':') else {
            return self
                .wrong(number, format!("\"{}\" bukan baris formulir; teks bebas ditulis sesudah Isi:", short(line)));
        };
        let Some(key) = Key::read(name) else {
            return self
                .wrong(number, format!("\"{}\" tidak dikenal; yang dikenal: {}", short(name.trim()), Key::KNOWN));
        };
        let value = value.trim();
        match key {
            Key::Text => {
                self.in_text = true;
                self.text = if value.is_empty() { String::new() } else { format!("{value}\n") };
            }
            Key::Person => {}
            _ if value.chars().count() > VALUE_MAX => {
                self.wrong(number, format!("\"{}\" terlalu panjang", name.trim()))
            }
            _ if value.is_empty() => {}
            _ => {
                if self.values.insert(key, (number, value.to_owned())).is_some() {
                    self.wrong(
                        number,
                        format!("\"{}\" tertulis dua kali; pisahkan catatan dengan baris ---", name.trim()),
                    );
                }
            }
        }
    }

    fn wrong(&mut self, line: u64, reason: String) {
        self.problem.get_or_insert(Problem { line, reason });
    }

    fn value(&self, key: Key) -> Option<String> {
        self.values.get(&key).map(|(_, value)| value.clone())
    }

    /// The entry, nothing for a form that nobody filled in, or what is wrong.
    fn finish(self, zone: &TimeZone) -> Result<Option<Entry>, Problem> {
        let text = self.text.trim().to_owned();
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        if self.values.is_empty() && text.is_empty() {
            return Ok(None);
        }
        let at = |key: Key| self.values.get(&key).map_or(self.line, |(line, _)| *line);
        let wrong = |key: Key, reason: String| Problem { line: at(key), reason };
        let missing = |name: &str, what: &str| Problem { line: self.line, reason: format!("{name} belum diisi{what}") };

        let channel =
            self.value(Key::Channel).ok_or_else(|| missing("Jenis", &format!("; pilih {}", Channel::KNOWN)))?;
        let channel = Channel::read(&channel).ok_or_else(|| {
            wrong(
                Key::Channel,
                format!("Jenis \"{}\" tidak dikenal; yang dikenal: {}", short(&channel), Channel::KNOWN),
            )
        })?;
        let example = ", contoh: 20 November 2026 07.15 WITA";
        let date = self.value(Key::Date).ok_or_else(|| missing("Tanggal", example))?;
        let moment = match self.value(Key::Clock) {
            Some(clock) => format!("{date} {clock}"),
            None => date.clone(),
        };
        let moment = dates::parse(&moment, zone)
            .ok_or_else(|| wrong(Key::Date, format!("Tanggal \"{}\" tidak terbaca{example}", short(&moment))))?;
        let medium = self.value(Key::Medium);
        if medium.is_none() && channel != Channel::Tip {
            return Err(missing("Media", " (nama stasiun atau surat kabar)"));
        }
        let withdrawn = self.value(Key::Withdrawn).is_some_and(|value| value.to_lowercase().starts_with('y'));
        if text.is_empty() && !withdrawn {
            return Err(missing("Isi", "; tulis ringkasannya sesudah Isi:"));
        }
        if text.len() > TEXT_MAX {
            return Err(wrong(Key::Text, "Isi lebih dari 64 KiB; ringkaskan".to_owned()));
        }
        let url = self.value(Key::Url).filter(|url| url != "-");
        if let Some(url) = url.as_deref().filter(|url| web_address(url).is_err()) {
            return Err(wrong(
                Key::Url,
                format!("Tautan \"{}\" bukan alamat, contoh: https://media.example/berita", short(url)),
            ));
        }
        Ok(Some(Entry {
            line: self.line,
            channel,
            number: self.value(Key::Number),
            medium,
            programme: self.value(Key::Programme),
            date: moment,
            title: self.value(Key::Title),
            url,
            text,
            withdrawn,
        }))
    }
}

/// Divides a file at its lines of dashes.
fn drafts(text: &str) -> Vec<Draft> {
    let mut drafts = vec![Draft::default()];
    for (number, line) in text.lines().enumerate() {
        let dashes = line.trim();
        if dashes.len() >= 3 && dashes.bytes().all(|byte| byte == b'-') {
            drafts.push(Draft::default());
        } else if let Some(draft) = drafts.last_mut() {
            draft.take(number as u64 + 1, line);
        }
    }
    drafts
}

fn short(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    if start.len() < text.len() { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Entry, String> {
        let zone = TimeZone::get("Asia/Makassar").expect("bundled");
        let (mut entries, problems) = read(text, &zone);
        match problems.into_iter().next() {
            Some(problem) => Err(format!("{}: {}", problem.line, problem.reason)),
            None => Ok(entries.pop().expect("one entry")),
        }
    }

    #[test]
    fn reads_a_form_and_its_free_text() {
        let entry = one(
            "Jenis: Radio\nMedia: Radio Tepian\nTanggal: 20 November 2026 07.15 WITA\nPetugas: Fulan\n\nIsi:\nWarga bertanya: kapan surut?\n\nNomor: bukan kunci lagi\n",
        );
        let entry = entry.expect("a whole form");
        assert_eq!((entry.line, entry.channel), (1, Channel::Radio));
        assert_eq!(entry.date.to_string(), "2026-11-19T23:15:00Z");
        assert_eq!(entry.text, "Warga bertanya: kapan surut?\n\nNomor: bukan kunci lagi");
        assert!(!format!("{entry:?}").contains("Fulan"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let form = |lines: &str| one(&format!("Jenis: tip\n{lines}\nIsi: Air naik.")).expect_err("wrong");
        assert!(form("Tangal: 20 November 2026").starts_with("2: \"Tangal\" tidak dikenal; yang dikenal: Jenis"));
        assert!(form("Judul: Banjir").starts_with("1: Tanggal belum diisi"));
        assert!(form("Tanggal: kemarin").starts_with("2: Tanggal \"kemarin\" tidak terbaca"));
        assert!(form("Tanggal: 20/11/2026\nTautan: media").starts_with("3: Tautan"));
        assert!(form("Tanggal: 20/11/2026\nTanggal: 21/11/2026").contains("dua kali"));
        assert!(form("air naik").contains("bukan baris formulir"));
        assert!(
            one("Jenis: podcast\nTanggal: 20/11/2026\nIsi: x").expect_err("wrong").contains("radio, tv, cetak, tip")
        );
        assert!(one("Jenis: tv\nTanggal: 20/11/2026\nIsi: x").expect_err("wrong").contains("Media belum diisi"));
    }

    #[test]
    fn the_form_of_the_guide_reads() {
        let guide = include_str!("../../../../docs/panduan/catatan-manual.md");
        let form = guide.split("```").find(|block| block.trim_start().starts_with("Jenis:")).expect("a form to copy");
        let (entries, problems) = read(form, &TimeZone::UTC);
        assert_eq!((entries.len(), problems), (2, Vec::new()));
    }
}
