//! Whether two signatures are two people. Where two are needed, one person in two spellings must not do.
//!
//! In doubt they are one: whoever is really another person signs with the full name, and the second pair of eyes is
//! worth that trouble.

/// Words beside a name that are no part of it: forms of address, religious and academic titles, degrees.
const TITLES: &[&str] = &[
    "sdr", "sdri", "saudara", "saudari", "bapak", "bpk", "bp", "pak", "ibu", "bu", "tn", "ny", "nn", "h", "hj", "haji",
    "hajjah", "kh", "ust", "dr", "drs", "dra", "drg", "ir", "prof", "apt", "ns", "se", "sh", "st", "si", "sip", "sos",
    "ssos", "skom", "kom", "spd", "spt", "skm", "ssi", "stp", "sstp", "sik", "mm", "mh", "mt", "msi", "mkom", "mpd",
    "map", "mikom", "ikom", "ak", "phd", "md", "nip", "plt", "plh", "pj",
];

/// Spellings of the commonest first name, which is often cut short.
const MUHAMMAD: &[&str] =
    &["m", "muh", "moh", "mohd", "mhd", "moch", "moc", "much", "mohammad", "mohamad", "muhamad", "mochamad"];

/// Signatures of programs; nothing that a machine decides is a person's decision.
const MACHINES: &[&str] =
    &["pesut", "mesin", "sistem", "system", "otomatis", "automatic", "bot", "machine", "anonim", "anonymous"];

/// True for a signature with a name in it: not only titles and initials, not a program's.
pub(super) fn is_person(signature: &str) -> bool {
    words(signature).iter().any(|word| word.chars().count() > 1 && !MACHINES.contains(&word.as_str()))
}

/// True where two signatures may be one person's: the same words in any order, case and spacing, titles aside, or one
/// the shorter form of the other.
pub(super) fn may_be_same(first: &str, second: &str) -> bool {
    let (first, second) = (words(first), words(second));
    let within = |some: &[String], all: &[String]| some.iter().all(|word| all.iter().any(|other| fits(word, other)));
    first.concat() == second.concat() || within(&first, &second) || within(&second, &first)
}

/// The same word, or the other's initial.
fn fits(word: &str, other: &str) -> bool {
    let is_initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    word == other || is_initial(word, other) || is_initial(other, word)
}

/// The words of a name, small and plain, without titles.
fn words(signature: &str) -> Vec<String> {
    let (name, behind) = signature.split_once(',').unwrap_or((signature, ""));
    // Behind a comma stand degrees ("S.Kom., M.Si.") or, in lists, the first name.
    let behind = behind.split_whitespace().filter(|word| !word.contains('.'));
    let words: Vec<String> = name.split_whitespace().chain(behind).flat_map(parts).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !TITLES.contains(word)).collect();
    // A lone "M" is somebody's initial; before other words it is the first name.
    let is_muhammad = |word: &str| words.len() > 1 && MUHAMMAD.contains(&word);
    words.iter().map(|word| if is_muhammad(word) { "muhammad" } else { word }.to_owned()).collect()
}

/// The parts of one word: "S.Kom." is one title, "M.Rizal" are two names.
fn parts(word: &str) -> Vec<String> {
    let plain: String = word.chars().flat_map(char::to_lowercase).filter_map(plain).collect();
    let whole: String = plain.chars().filter(|c| *c != '.').collect();
    match TITLES.contains(&whole.trim()) {
        true => Vec::new(),
        false => plain.split(['.', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect(),
    }
}

/// A letter without its mark, a space for what stands between words, nothing for what is not seen.
fn plain(c: char) -> Option<char> {
    match c {
        'à'..='å' | 'а' => Some('a'),
        'è'..='ë' | 'е' => Some('e'),
        'ì'..='ï' | 'і' => Some('i'),
        'ò'..='ö' | 'о' => Some('o'),
        'ù'..='ü' => Some('u'),
        'с' => Some('c'),
        'р' => Some('p'),
        'ñ' => Some('n'),
        c if c.is_alphanumeric() => Some(c),
        '.' => Some('.'),
        '\'' | '’' | '`' => None,
        c if c.is_whitespace() || c.is_ascii_punctuation() || matches!(c, '–' | '—' | '·') => Some(' '),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_in_many_spellings() {
        for (first, second) in [
            ("Rina Contoh", "rina contoh"),
            ("Rina Contoh", "  Rina   CONTOH "),
            ("Rina Contoh", "Sdri. Rina Contoh, S.Kom., M.Si."),
            ("Rina Contoh", "Hj. Rina Contoh"),
            ("Rina Contoh", "Contoh, Rina"),
            ("Rina Contoh", "Rinacontoh"),
            ("Rina Contoh", "Rina"),
            ("Rina Contoh", "R. Contoh"),
            ("Rina Contoh", "Rina Contoh (NIP 1990)"),
            ("Rina Contoh", "Rìna Contoh"),
            ("Rina Contoh", "Ri\u{200b}na Contoh"),
            ("Rina Contoh", "Rinа Contoh"),
            ("Dr. H. M. Uji Coba", "Muhammad Uji Coba"),
            ("M.Uji", "M. Uji"),
            ("Rina Contoh", "Rina, S.Farm."),
            ("Rina Contoh S.Kom", "Rina"),
            ("Ni'mah Contoh", "Nimah Contoh"),
        ] {
            assert!(may_be_same(first, second), "{first} / {second}");
            assert!(may_be_same(second, first), "{second} / {first}");
        }
    }

    #[test]
    fn two_people() {
        for (first, second) in [
            ("Rina Contoh", "Budi Contoh"),
            ("Rina Contoh", "Rini Contoh"),
            ("H. Rina Contoh", "H. Budi Uji"),
            ("Muhammad Uji", "Muhammad Coba"),
        ] {
            assert!(!may_be_same(first, second), "{first} / {second}");
        }
    }

    #[test]
    fn a_signature_needs_a_name() {
        for nobody in ["", "  ", "Dr. H.", "S.Kom.", "R.", "pesut", "Sistem Otomatis", "...", "Sdr."] {
            assert!(!is_person(nobody), "{nobody}");
        }
        assert!(is_person("Rina"));
        assert!(is_person("H. Mesin Rahmat"));
    }
}
