//! Sums that cannot be right. A false alarm costs more than a miss, so only plain contradictions count.

use super::Quantity;
use crate::reading::Reading;

/// Problems reported of one document.
const MAX_PROBLEMS: usize = 5;

/// What is wrong with the quantities of a text, in words.
pub(super) fn impossible(reading: &Reading<'_>, found: &[Quantity]) -> Vec<String> {
    let mut problems = Vec::new();
    for (at, quantity) in found.iter().enumerate() {
        problems.extend(listed(reading, quantity, found.get(at + 1)));
        problems.extend(parts(reading, quantity, &found[at + 1..]));
        problems.extend(share_of(reading, &found[at..]));
    }
    let mut from = 0;
    while from < found.len() {
        let (_, last) = reading.sentence(found[from].first);
        let to = from + found[from..].partition_point(|quantity| quantity.first <= last);
        problems.extend(shares(reading, &found[from..to.max(from + 1)]));
        problems.extend(totals(reading, &found[from..to.max(from + 1)]));
        from = to.max(from + 1);
    }
    problems.truncate(MAX_PROBLEMS);
    problems
}

/// The quantity as written.
fn shown<'a>(reading: &Reading<'a>, quantity: &Quantity) -> &'a str {
    &reading.text[quantity.number.start as usize..quantity.number.end as usize]
}

fn between<'a>(reading: &Reading<'a>, a: &Quantity, b: &Quantity) -> &'a str {
    reading.text.get(a.number.end as usize..b.number.start as usize).unwrap_or("")
}

/// "empat tantangan, yaitu …" with three of them behind it.
fn listed(reading: &Reading<'_>, quantity: &Quantity, next: Option<&Quantity>) -> Option<String> {
    const OPENING: [&str; 7] =
        [" yaitu ", " yakni ", " ialah ", " meliputi ", " mencakup ", " terdiri dari ", " terdiri atas "];
    const OPEN_ENDED: [&str; 9] = [
        "antara lain",
        "di antaranya",
        "diantaranya",
        "seperti",
        "misalnya",
        "termasuk",
        "salah satunya",
        "dan lain",
        "dll",
    ];
    let stated = quantity.number.value;
    let unit = quantity.number.unit.as_deref()?;
    if !(2.0..=10.0).contains(&stated) || stated.fract() != 0.0 || class(unit) != Class::Count {
        return None;
    }
    let (_, last) = reading.sentence(quantity.first);
    let end = reading.entries[last as usize].end as usize;
    let tail = reading.text.get(quantity.number.end as usize..end)?;
    const REACH: usize = 80;
    let opening = OPENING.iter().filter_map(|word| tail.find(word).map(|at| (at, at + word.len())));
    let colon = tail.find(": ").map(|at| (at, at + 2));
    let (marker, start) = opening.chain(colon).min().filter(|(at, _)| *at <= REACH)?;
    let begins = quantity.number.end as usize + marker;
    let other_number = next.is_some_and(|next| (next.number.start as usize) < begins + (end - begins));
    if other_number || OPEN_ENDED.iter().any(|word| tail.contains(word)) {
        return None;
    }
    let items = items(&tail[start..])?;
    (items < stated as usize)
        .then(|| format!("impossible count: the text says \"{}\" but lists {items}", shown(reading, quantity)))
}

/// How many things a list names, where that is beyond doubt: commas between them, the last behind ", dan" or ", serta".
fn items(list: &str) -> Option<usize> {
    const CLAUSE: [&str; 17] = [
        "yang",
        "sehingga",
        "karena",
        "agar",
        "untuk",
        "dengan",
        "termasuk",
        "seperti",
        "yaitu",
        "yakni",
        "sedangkan",
        "namun",
        "tetapi",
        "kata",
        "ujar",
        "jelas",
        "di",
    ];
    if list.contains(['(', '"', '“', ';', ':']) {
        return None;
    }
    let parts: Vec<&str> = list.split(", ").map(str::trim).collect();
    let last = parts.last()?;
    let tail = last.strip_prefix("serta ").or(last.strip_prefix("dan "))?;
    let first_word = |part: &str| part.split(' ').next().unwrap_or_default().to_lowercase();
    let mut bare: Vec<&str> = parts[..parts.len() - 1].to_vec();
    bare.push(tail);
    if bare.len() < 2 || bare.iter().any(|part| part.is_empty() || CLAUSE.contains(&first_word(part).as_str())) {
        return None;
    }
    let joined = |part: &&str| [" dan ", " serta ", " atau "].iter().any(|word| part.contains(word));
    // "etika dan budaya" may be two of them, unless every item is something to do: then "dan" joins what it is done to.
    let verbs = bare.iter().all(|part| first_word(part).starts_with("me") && first_word(part).len() > 4);
    (verbs || !bare.iter().any(joined)).then_some(bare.len())
}

/// What can be added to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Money,
    Percent,
    Measure,
    Count,
    Other,
}

fn class(unit: &str) -> Class {
    match unit {
        "rupiah" | "dolar" => Class::Money,
        "persen" => Class::Percent,
        "ton" | "kilogram" | "kuintal" | "gram" | "liter" | "kiloliter" | "barel" | "meter" | "meter kubik"
        | "meter persegi" | "kilometer" | "hektare" | "megawatt" => Class::Measure,
        "detik" | "menit" | "jam" | "hari" | "hari kerja" | "pekan" | "bulan" | "tahun" | "dekade" | "kali"
        | "kali lipat" | "derajat" | "derajat celsius" | "poin" | "poin persen" | "indeks" | "peringkat" | "bagian" => {
            Class::Other
        }
        _ => Class::Count,
    }
}

/// Households hold people, districts hold villages: numbers of both stand side by side without being parts of one whole.
fn holds_others(unit: &str) -> bool {
    matches!(unit, "kk" | "keluarga" | "rumah" | "rt" | "desa" | "kelurahan" | "kecamatan" | "kabupaten" | "kampung")
}

/// "45 orang, terdiri dari 30 pria dan 25 wanita": the parts are more than the whole.
fn parts(reading: &Reading<'_>, whole: &Quantity, rest: &[Quantity]) -> Option<String> {
    const OPENING: [&str; 5] = ["terdiri dari", "terdiri atas", "dengan rincian", "rinciannya", "yang terbagi atas"];
    let unit = whole.number.unit.as_deref()?;
    let kind = class(unit);
    let first = rest.first()?;
    let gap = between(reading, whole, first);
    let opens = OPENING.iter().any(|word| gap.trim_end().trim_end_matches([':', ' ']).ends_with(word));
    if kind == Class::Other || !opens || gap.len() > 60 || gap.contains(['.', '\n', '(']) && !gap.contains("(") {
        return None;
    }
    let (_, last) = reading.sentence(whole.first);
    let mut sum = 0.0;
    let mut count = 0;
    let mut before: Option<&Quantity> = None;
    for part in rest.iter().take_while(|part| part.first <= last) {
        let part_unit = part.number.unit.as_deref()?;
        let gap = before.map_or("", |before| between(reading, before, part));
        if gap.contains(['(', ')', ';']) || gap.len() > 50 {
            break;
        }
        if class(part_unit) != kind || kind == Class::Measure && part_unit != unit {
            return None;
        }
        if kind == Class::Count && part_unit != unit && (holds_others(part_unit) || holds_others(unit)) {
            return None;
        }
        sum += part.number.value;
        count += 1;
        before = Some(part);
    }
    (count >= 2 && sum > whole.number.value * 1.01 && kind != Class::Percent)
        .then(|| format!("impossible sum: the parts of \"{}\" add up to {}", shown(reading, whole), plain(sum)))
}

/// "310 dari 500 responden atau 72 persen": the share is another one.
fn share_of(reading: &Reading<'_>, found: &[Quantity]) -> Option<String> {
    let [first, second, third, ..] = found else { return None };
    let percent = |quantity: &Quantity| quantity.number.unit.as_deref() == Some("persen");
    let joins = |gap: &str| {
        let words = gap.trim_matches([' ', ',', '(', ')']);
        matches!(
            words,
            "atau" | "atau sekitar" | "atau sebesar" | "atau setara" | "atau mencapai" | "yakni" | "yaitu" | ""
        ) && gap.contains(|c: char| c.is_alphabetic() || c == '(')
    };
    let of = |gap: &str| matches!(gap.trim(), "dari" | "dari total" | "dari sekitar" | "dari jumlah");
    let (part, whole, share) =
        if percent(third) && of(between(reading, first, second)) && joins(between(reading, second, third)) {
            (first, second, third)
        } else if percent(first) && joins(between(reading, first, second)) && of(between(reading, second, third)) {
            (second, third, first)
        } else {
            return None;
        };
    let counted = |quantity: &Quantity| {
        quantity.number.unit.as_deref().is_some_and(|unit| !matches!(class(unit), Class::Percent | Class::Other))
    };
    let is = part.number.value / whole.number.value * 100.0;
    let off = (is - share.number.value).abs();
    (counted(part) && counted(whole) && is.is_finite() && off > 2.0 && off > share.number.value * 0.05).then(|| {
        format!(
            "impossible share: {} of {} is {} percent, not \"{}\"",
            shown(reading, part),
            shown(reading, whole),
            plain((is * 10.0).round() / 10.0),
            shown(reading, share)
        )
    })
}

/// Shares that a sentence calls parts of one whole, and that are more than the whole.
fn shares(reading: &Reading<'_>, sentence: &[Quantity]) -> Option<String> {
    const WHOLE: [&str; 8] =
        ["sisanya", "terdiri dari", "terdiri atas", "komposisi", "dengan rincian", "rinciannya", "terbagi", "proporsi"];
    const CHANGE: [&str; 11] = [
        "naik",
        "turun",
        "meningkat",
        "menurun",
        "tumbuh",
        "menjadi",
        "masing",
        "dibanding",
        "target",
        "bunga",
        "diskon",
    ];
    let percents: Vec<&Quantity> = sentence.iter().filter(|one| one.number.unit.as_deref() == Some("persen")).collect();
    let [first, .., last] = percents[..] else { return None };
    let (from, to) = reading.sentence(first.first);
    let text = reading.text[reading.entries[from as usize].start as usize..reading.entries[to as usize].end as usize]
        .to_lowercase();
    let sum: f64 = percents.iter().map(|one| one.number.value).sum();
    let meant = WHOLE.iter().any(|word| text.contains(word)) && !CHANGE.iter().any(|word| text.contains(word));
    (meant && sum > 102.0 && percents.iter().all(|one| one.number.value <= 100.0)).then(|| {
        format!(
            "impossible sum: the shares from \"{}\" to \"{}\" add up to {} percent",
            shown(reading, first),
            shown(reading, last),
            plain(sum)
        )
    })
}

/// "62 persen atau 310 responden …, 38 persen atau 250 responden …": two shares of one population imply two totals.
fn totals(reading: &Reading<'_>, sentence: &[Quantity]) -> Option<String> {
    let mut implied: Vec<(&Quantity, &str, f64)> = Vec::new();
    for pair in sentence.windows(2) {
        let gap = between(reading, &pair[0], &pair[1]);
        let words = gap.trim_matches([' ', ',', '(']);
        let joins = matches!(words, "atau" | "atau sekitar" | "atau sebanyak") || words.is_empty() && gap.contains('(');
        let (share, amount) = match (pair[0].number.unit.as_deref(), pair[1].number.unit.as_deref()) {
            (Some("persen"), Some(unit)) if unit != "persen" => (&pair[0], &pair[1]),
            (Some(unit), Some("persen")) if unit != "persen" => (&pair[1], &pair[0]),
            _ => continue,
        };
        let unit = amount.number.unit.as_deref()?;
        if joins && class(unit) == Class::Count && share.number.value > 0.0 {
            implied.push((amount, unit, amount.number.value / share.number.value * 100.0));
        }
    }
    implied.windows(2).find_map(|pair| {
        let [(first, unit, a), (second, other, b)] = pair else { return None };
        let apart = (a - b).abs() / a.max(*b);
        (unit == other && apart > 0.1).then(|| {
            format!(
                "impossible total: \"{}\" and \"{}\" with their shares imply {} and {}",
                shown(reading, first),
                shown(reading, second),
                plain(a.round()),
                plain(b.round())
            )
        })
    })
}

/// A number without needless decimals.
fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") }
}
