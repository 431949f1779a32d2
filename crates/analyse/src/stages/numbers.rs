//! Quantities with their unit and the year that they are of; sums that cannot be right are reported.
//!
//! Telephone numbers, dates, clock times, house numbers and the numbers of laws are digits, but no quantities.

use super::NoOptions;
use crate::reading::Reading;
use crate::{Build, Stage, options};
use model::{Analysis, Kind, Number, Problem, Span};
use text::words::is_stop_word;
use values::{digit_word, indonesian, is_clock, is_grouped, is_number_word, scale};

mod sums;

mod values;

pub(crate) const KIND: Kind<Build> = Kind {
    name: "numbers",
    summary: "finds quantities with unit and reference year, flags sums that cannot be right",
    example: "",
    build: |table| options::<NoOptions>(table).map(|_| Box::new(Numbers) as Box<dyn Stage>),
};

struct Numbers;

/// Quantities listed of one document; a longer list is a table.
const MAX_NUMBERS: usize = 40;

impl Stage for Numbers {
    fn run(&self, reading: &Reading<'_>, analysis: &mut Analysis) {
        let quantities = Search { reading, private: &analysis.personal_data }.quantities();
        let problems = sums::impossible(reading, &quantities);
        analysis.problems.extend(problems.into_iter().map(|reason| Problem::new("numbers", reason)));
        analysis.numbers.extend(quantities.into_iter().take(MAX_NUMBERS).map(|found| found.number));
    }
}

/// A quantity and which words it is.
#[derive(Clone, Debug)]
pub(super) struct Quantity {
    pub number: Number,
    /// First entry, the word "Rp" included.
    pub first: u32,
    /// Last entry, scale and unit included.
    pub last: u32,
}

/// A value as written, before its unit is read.
struct Value {
    value: f64,
    /// Last entry.
    last: u32,
    money: bool,
    /// With separators or a scale, or in words of several parts: certainly a quantity.
    formatted: bool,
    /// Written in letters.
    spelled: bool,
}

/// Words before a number that make it a name, a place, a time or a reference.
const NAMING: &str = "nomor no nmr pasal ayat bab huruf rt rw km kilometer jalan jl jln gang gg blok kav tanggal tgl pukul \
    jam kelas semester gelombang angkatan jilid seri versi level tipe type edisi eselon golongan grade \
    komisi sma smp sd sdn smpn sman smkn smk mtsn man tk era generasi ke covid pp uu perda pergub \
    perwali perbup perpres permen inpres kepmen halaman lantai kode pos simpang ring hubungi telepon \
    telp hp wa call center kodim korem yonif industri society nik loket dermaga dikreg bis";

/// Years behind these are years, not quantities.
const BEFORE_YEAR: &str = "tahun pada sejak sepanjang per hingga sampai dari selama periode kuartal triwulan semester akhir \
    awal pertengahan ke";

/// Words before a number that has no unit and is a quantity all the same.
const STATING: &str = "sebanyak mencapai sekitar menjadi sebesar total jumlah jumlahnya skor nilai angka target rata indeks \
    tercatat totalnya dari ke capaian lebih kurang hampir";

/// Words that give a bare number the unit of an index.
const INDEX: &str = "indeks skor ipm ikip ikp imdi spbe indeksnya skornya";

const MONTHS: &str = "januari februari pebruari maret april mei juni juli agustus september oktober november nopember \
    desember jan feb mar apr jun jul agu ags sep okt nov des";

/// Words between two numbers of which the first has the unit of the second ("dari 10 menjadi 15 persen").
const JOINING: &str = "dari hingga sampai menjadi ke atau dan sd s d";

struct Search<'r, 'a> {
    reading: &'r Reading<'a>,
    private: &'r [model::PersonalData],
}

impl Search<'_, '_> {
    /// Every quantity, in order.
    fn quantities(&self) -> Vec<Quantity> {
        let mut found: Vec<Quantity> = Vec::new();
        let mut at = 0;
        while (at as usize) < self.reading.entries.len() && found.len() < 4 * MAX_NUMBERS {
            match self.quantity(at) {
                Some(quantity) => {
                    at = quantity.last + 1;
                    found.push(quantity);
                }
                None => at += 1,
            }
        }
        self.share_units(&mut found);
        found.retain(|found| found.number.unit.as_deref() != Some(BARE));
        let years: Vec<Option<i16>> = found.iter().map(|quantity| self.year(quantity, &found)).collect();
        for (quantity, year) in found.iter_mut().zip(years) {
            quantity.number.year = year;
        }
        found
    }

    fn quantity(&self, at: u32) -> Option<Quantity> {
        let digits = self.written(at).bytes().any(|byte| byte.is_ascii_digit());
        if !digits && !is_number_word(self.written(at)) {
            return None;
        }
        let value = if digits { self.in_digits(at)? } else { self.in_words(at)? };
        if self.is_reference(at, &value) {
            return None;
        }
        let (mut unit, mut last) = self.unit(&value);
        if value.spelled {
            // "dua dari tiga anak" is a share.
            if let Some((share, end)) = self.share(&value) {
                return Some(self.build(at, end, share, Some("bagian".to_owned())));
            }
            if unit.is_none() || value.value < 2.0 && !value.formatted {
                return None;
            }
        }
        if unit.is_none() && !value.formatted {
            // A bare number may still get the unit of the next one.
            let before = self.before(at);
            let stated = is_in(STATING, &before) || self.is_index(at);
            let joined =
                self.word(value.last + 1).is_some_and(|word| is_in(JOINING, &word)) || self.gap(value.last + 1) == "-";
            if !stated && !joined {
                return None;
            }
            if !stated {
                unit = Some(BARE.to_owned());
            }
        }
        if unit.is_none() && self.is_index(at) && value.value <= 100.0 {
            unit = Some("indeks".to_owned());
        }
        last = last.max(value.last);
        let first = if value.money && at > 0 && self.written(at - 1).eq_ignore_ascii_case("rp") { at - 1 } else { at };
        Some(self.build(first, last, value.value, unit))
    }

    fn build(&self, first: u32, last: u32, value: f64, unit: Option<String>) -> Quantity {
        let entries = &self.reading.entries;
        let mut end = entries[last as usize].end as usize;
        if unit.as_deref() == Some("persen") && self.reading.text[end..].trim_start().starts_with('%') {
            end = self.reading.text[..].len() - self.reading.text[end..].trim_start().len() + 1;
        }
        let number = Number {
            value: (value * 1e6).round() / 1e6,
            unit,
            year: None,
            start: entries[first as usize].start,
            end: end as u32,
        };
        Quantity { number, first, last }
    }

    fn written(&self, at: u32) -> &str {
        self.reading.written(at)
    }

    /// A word in lower case, where no sentence ends before it.
    fn word(&self, at: u32) -> Option<String> {
        let entry = self.reading.entries.get(at as usize)?;
        (!entry.breaks).then(|| self.written(at).to_lowercase())
    }

    fn before(&self, at: u32) -> String {
        if at == 0 || self.reading.entries[at as usize].breaks {
            String::new()
        } else {
            self.written(at - 1).to_lowercase()
        }
    }

    /// What stands between an entry and the one before it.
    fn gap(&self, at: u32) -> &str {
        let entries = &self.reading.entries;
        let Some(entry) = entries.get(at as usize) else { return "" };
        let from = if at == 0 { 0 } else { entries[at as usize - 1].end };
        self.reading.text.get(from as usize..entry.start as usize).unwrap_or("")
    }

    fn in_digits(&self, at: u32) -> Option<Value> {
        let written = self.written(at);
        let lower = written.to_lowercase();
        let (mut body, mut money) = (lower.as_str(), false);
        for mark in ["rp", "idr"] {
            if let Some(rest) = body.strip_prefix(mark).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
                (body, money) = (rest, true);
            }
        }
        money |= self.before(at) == "rp" && matches!(self.gap(at), " " | ". " | "." | "");
        let digits = body.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(body.len());
        let (digits, suffix) = body.split_at(digits);
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (mut value, grouped) = indonesian(digits)?;
        let mut last = at;
        let mut formatted = grouped || money;
        if !suffix.is_empty() {
            match scale(suffix) {
                Some(factor) => {
                    value *= factor;
                    formatted = true;
                }
                // "12km" is a measure, "5G" and "2x" are not.
                None => return self.units(suffix).map(|_| Value { value, last, money, formatted, spelled: false }),
            }
        }
        // "1.5" is a decimal where a scale or a unit follows, otherwise a version or a time.
        let dotted = digits.contains('.') && !is_grouped(digits);
        while let Some(factor) = self.word(last + 1).filter(|_| self.gap(last + 1) == " ").and_then(|word| scale(&word))
        {
            value *= factor;
            last += 1;
            formatted = true;
        }
        if dotted && !formatted && !self.has_unit_behind(last) {
            return None;
        }
        Some(Value { value, last, money, formatted, spelled: false })
    }

    fn in_words(&self, at: u32) -> Option<Value> {
        let (mut total, mut group, mut digit) = (0.0, 0.0, None::<f64>);
        let mut last = None;
        let mut parts = 0;
        for next in at..at + 12 {
            let Some(word) = (if next == at { Some(self.written(at).to_lowercase()) } else { self.word(next) }) else {
                break;
            };
            if next > at && self.gap(next) != " " {
                break;
            }
            match word.as_str() {
                "belas" if digit.is_some() => group += 10.0 + digit.take().unwrap_or(0.0),
                "puluh" if digit.is_some() => group += 10.0 * digit.take().unwrap_or(0.0),
                "ratus" if digit.is_some() => group += 100.0 * digit.take().unwrap_or(0.0),
                "sepuluh" if digit.is_none() => group += 10.0,
                "sebelas" if digit.is_none() => group += 11.0,
                "seratus" if digit.is_none() => group += 100.0,
                "seribu" => total += 1e3,
                "sejuta" => total += 1e6,
                "setengah" | "separuh" if parts == 0 => digit = Some(0.5),
                "sepertiga" if parts == 0 => digit = Some(1.0 / 3.0),
                "seperempat" if parts == 0 => digit = Some(0.25),
                "pertiga" if digit.is_some() => digit = digit.map(|digit| digit / 3.0),
                "perempat" if digit.is_some() => digit = digit.map(|digit| digit / 4.0),
                "perlima" if digit.is_some() => digit = digit.map(|digit| digit / 5.0),
                word => match (digit_word(word), scale(word)) {
                    (Some(value), _) if digit.is_none() => digit = Some(value),
                    (_, Some(factor)) if parts > 0 && word != "rb" && word != "jt" => {
                        total += (group + digit.take().unwrap_or(0.0)) * factor;
                        group = 0.0;
                    }
                    _ => break,
                },
            }
            parts += 1;
            last = Some(next);
        }
        let value = total + group + digit.unwrap_or(0.0);
        let last = last.filter(|_| value > 0.0)?;
        Some(Value { value, last, money: false, formatted: parts > 1, spelled: true })
    }

    /// Whether the digits are a name, a date, a time, a score or part of something longer.
    fn is_reference(&self, at: u32, value: &Value) -> bool {
        let entry = self.reading.entries[at as usize];
        let end = self.reading.entries[value.last as usize].end;
        let overlaps = |span: &Span| span.start < end && entry.start < span.end;
        let private = |data: &model::PersonalData| data.start < end && entry.start < data.end;
        if self.reading.addresses.iter().any(overlaps) || self.private.iter().any(private) {
            return true;
        }
        let before = self.before(at);
        if value.spelled {
            return matches!(before.as_str(), "salah" | "setengah") || before != "ke" && is_in(NAMING, &before);
        }
        let text = self.reading.text;
        let (left, right) = (&text[..entry.start as usize], &text[end as usize..]);
        let per = value.money && right.starts_with('/') && right[1..].starts_with(char::is_alphabetic);
        if left.ends_with(['#', '@', '/', '_', '=']) || right.starts_with(['/', ':', '_']) && !per {
            return true;
        }
        let gap = self.gap(at);
        let numeric = |at: u32| {
            self.word(at).is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')))
        };
        // "Covid-19", "ke-34", "17-07-2025", "menang 2-1"; a range with a unit behind it is none of them.
        if gap == "-" && (!numeric(at - 1) || at > 1 && self.gap(at - 1) == "-" || !self.has_unit_behind(value.last)) {
            return true;
        }
        if right.starts_with('-') && right[1..].starts_with(|c: char| c.is_ascii_digit()) {
            let next = value.last + 1;
            let range = self.gap(next) == "-"
                && numeric(next)
                && self.gap(next + 1) != "-"
                && (self.has_unit_behind(next) || value.money);
            if !range {
                return true;
            }
        }
        // "1." and "2)" before the items of a list.
        let opens_line = entry.start == 0 || left.ends_with('\n');
        if opens_line && right.starts_with(['.', ')']) && !value.formatted {
            return true;
        }
        let next = self.word(value.last + 1).unwrap_or_default();
        if is_in(MONTHS, &next) && self.gap(value.last + 1).trim().is_empty() {
            return true;
        }
        if is_in(NAMING, &before) && !value.money && !(before == "ke" && self.is_index(at)) {
            return true;
        }
        let written = self.written(at);
        let plain = written.bytes().all(|byte| byte.is_ascii_digit());
        if plain && written.len() > 1 && written.starts_with('0') || plain && written.len() > 12 {
            return true;
        }
        if is_clock(written)
            && (matches!(next.as_str(), "wita" | "wib" | "wit") || !value.formatted)
            && !self.has_unit_behind(value.last)
        {
            return true;
        }
        let is_year = plain && value.last == at && written.len() == 4 && matches!(&written[..2], "19" | "20");
        if is_year {
            let unit = self.word(at + 1).filter(|_| self.gap(at + 1) == " ").and_then(|word| self.units(&word));
            return unit.is_none() || is_in(BEFORE_YEAR, &before);
        }
        // "(40)" is an age, "ayat (2)" a paragraph.
        gap.ends_with('(') && right.starts_with(')') && !value.formatted
    }

    fn has_unit_behind(&self, last: u32) -> bool {
        let end = self.reading.entries[last as usize].end as usize;
        let next = self.word(last + 1).filter(|_| self.gap(last + 1) == " ");
        self.reading.text[end..].trim_start_matches(' ').starts_with('%')
            || next.is_some_and(|word| scale(&word).is_some() || self.units(&word).is_some())
    }

    fn units(&self, words: &str) -> Option<&str> {
        self.reading.tables.units.get(words).map(String::as_str)
    }

    /// The unit behind a value and its last entry.
    fn unit(&self, value: &Value) -> (Option<String>, u32) {
        let last = value.last;
        if value.money {
            return (Some("rupiah".to_owned()), last + u32::from(self.word(last + 1).as_deref() == Some("rupiah")));
        }
        let end = self.reading.entries[last as usize].end as usize;
        if self.reading.text[end..].trim_start_matches(' ').starts_with('%') {
            return (Some("persen".to_owned()), last);
        }
        let suffix = self.written(last).trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        if !value.spelled
            && !suffix.is_empty()
            && let Some(unit) = self.units(&suffix.to_lowercase())
        {
            return (Some(unit.to_owned()), last);
        }
        let mut at = last + 1;
        if matches!(self.word(at).as_deref(), Some("lebih" | "an")) {
            at += 1;
        }
        if self.gap(at) != " " {
            return (None, last);
        }
        let words: Vec<String> =
            (at..at + 3).map_while(|next| self.word(next).filter(|_| next == at || self.gap(next) == " ")).collect();
        for length in (1..=words.len()).rev() {
            if let Some(unit) = self.units(&words[..length].join(" ")) {
                return (Some(unit.to_owned()), at + length as u32 - 1);
            }
        }
        match words.first() {
            Some(noun) if self.is_noun(at, noun) => (Some(noun.clone()), at),
            _ => (None, last),
        }
    }

    /// A word that may be what is counted: written small, no function word, no verb.
    fn is_noun(&self, at: u32, word: &str) -> bool {
        const VERBS: [&str; 5] = ["men", "mem", "meng", "ber", "ter"];
        const OTHERS: &str = "belum sudah akan tidak bukan juga saja siang sore malam pagi gara lagi dulu kering penuh selamat \
    meninggal agar lalu kemudian silam mendatang adalah jadi naik turun lebih kurang per hingga sampai \
    menjadi ikut wita wib wit yang arah mata";
        self.written(at).starts_with(char::is_lowercase)
            && word.len() >= 3
            && word.chars().all(char::is_alphabetic)
            && !is_in(OTHERS, word)
            && !is_stop_word(word)
            && !VERBS.iter().any(|prefix| word.starts_with(prefix) && word.len() > prefix.len() + 3)
            && !(word.starts_with("di") && word.len() > 5)
            && digit_word(word).is_none()
            && !is_in(MONTHS, word)
    }

    /// "dua dari tiga": a share, and its last entry.
    fn share(&self, value: &Value) -> Option<(f64, u32)> {
        if value.value < 1.0 {
            return Some((value.value, value.last)).filter(|_| self.word(value.last + 1).as_deref() == Some("dari"));
        }
        if self.word(value.last + 1).as_deref() != Some("dari") {
            return None;
        }
        let whole = self.in_words(value.last + 2)?;
        (value.value < whole.value && whole.value <= 10.0)
            .then(|| ((value.value / whole.value * 1000.0).round() / 1000.0, whole.last))
    }

    /// True where an index is spoken of shortly before.
    fn is_index(&self, at: u32) -> bool {
        let (from, _) = self.reading.sentence(at);
        (from.max(at.saturating_sub(14))..at).any(|before| is_in(INDEX, &self.written(before).to_lowercase()))
    }

    /// "10 hingga 15 persen", "12 dari 45 sekolah": the first has the unit of the second.
    fn share_units(&self, found: &mut [Quantity]) {
        for at in (1..found.len()).rev() {
            let (left, right) = found.split_at_mut(at);
            let (first, second) = (&mut left[at - 1], &right[0]);
            let open = first.number.unit.as_deref().is_none_or(|unit| unit == BARE);
            let apart = second.first.saturating_sub(first.last);
            let between: Vec<String> = (first.last + 1..second.first).filter_map(|at| self.word(at)).collect();
            let joins = apart == 1 && matches!(self.gap(second.first), "-" | "–" | " - " | " – ")
                || (2..=3).contains(&apart) && between.iter().all(|word| is_in(JOINING, word) || word == "dari");
            if open && joins && !self.reading.breaks_within(first.last, second.first) {
                first.number.unit = second.number.unit.clone();
            }
        }
    }

    /// The year that a quantity is of: in brackets behind it, or the one that its sentence names.
    fn year(&self, quantity: &Quantity, all: &[Quantity]) -> Option<i16> {
        let behind = &self.reading.text[quantity.number.end as usize..];
        if let Some(inside) = behind.trim_start().strip_prefix('(').and_then(|inside| inside.split(')').next()) {
            let year = inside.strip_prefix("tahun ").or(inside.strip_prefix("per ")).unwrap_or(inside);
            if let Some(year) = as_year(year) {
                return Some(year);
            }
        }
        let (from, to) = self.reading.sentence(quantity.first);
        let years: Vec<(u32, i16)> = (from..=to).filter_map(|at| Some((at, self.named_year(at)?))).collect();
        let clause = |at: u32| (from + 1..=at).filter(|&at| self.gap(at).contains([',', ';'])).count();
        let own = clause(quantity.first);
        let distance =
            |at: u32| if at > quantity.last { at - quantity.last } else { quantity.first.saturating_sub(at) };
        let beside = years.iter().filter(|(at, _)| clause(*at) == own).min_by_key(|(at, _)| distance(*at));
        // "Sepanjang 2024, …": a year with no quantity of its own is that of the clauses behind it.
        let opening = || {
            years.iter().rev().find(|(at, _)| {
                *at < quantity.first
                    && !all.iter().any(|other| (from..=to).contains(&other.first) && clause(other.first) == clause(*at))
            })
        };
        beside.or_else(opening).map(|(_, year)| *year)
    }

    /// A year that something is of: "tahun 2024", "pada 2024", "Maret 2024", "tahun lalu" beside a day of publication.
    fn named_year(&self, at: u32) -> Option<i16> {
        let before = self.before(at);
        if let Some(year) = as_year(self.written(at)) {
            let slashed = self.gap(at).contains('/') || self.gap(at) == "-" || self.gap(at + 1) == "/";
            // "UU Nomor 14 Tahun 2008" is the name of a law.
            let law = before == "tahun"
                && at >= 3
                && self.written(at - 2).bytes().all(|b| b.is_ascii_digit())
                && matches!(
                    self.written(at - 3).to_lowercase().as_str(),
                    "nomor" | "no" | "uu" | "pp" | "perda" | "pergub" | "perpres"
                );
            let day = is_in(MONTHS, &before) && at >= 2 && self.written(at - 2).bytes().all(|b| b.is_ascii_digit());
            let compared = at >= 2
                && before == "tahun"
                && matches!(
                    self.written(at - 2).to_lowercase().as_str(),
                    "dibanding" | "dibandingkan" | "ketimbang" | "dari" | "sejak"
                );
            let known = is_in(MONTHS, &before)
                || matches!(
                    before.as_str(),
                    "tahun"
                        | "pada"
                        | "per"
                        | "sepanjang"
                        | "selama"
                        | "di"
                        | "kuartal"
                        | "semester"
                        | "i"
                        | "ii"
                        | "iii"
                        | "iv"
                        | "akhir"
                        | "awal"
                        | "target"
                        | "apbd"
                        | "apbn"
                );
            return (known && !slashed && !law && !day && !compared).then_some(year);
        }
        let published = self.reading.document.published_day()?.year();
        if before != "tahun" {
            return None;
        }
        match self.written(at).to_lowercase().as_str() {
            "ini" => Some(published),
            "lalu" | "sebelumnya" => Some(published - 1),
            "depan" => Some(published + 1),
            _ => None,
        }
        .filter(|_| {
            at < 2
                || !self.written(at - 2).bytes().all(|b| b.is_ascii_digit())
                    && digit_word(&self.written(at - 2).to_lowercase()).is_none()
        })
    }
}

/// True for a word of a list, which is one string for the reader's sake.
fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Stands for a unit that only the next number can tell.
const BARE: &str = "?";

fn as_year(word: &str) -> Option<i16> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|year| (1900..2100).contains(year))
}
