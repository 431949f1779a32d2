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

/// True for a signature with a name in it: not only titles, not a program's.
pub(super) fn is_person(signature: &str) -> bool {
    let words = words(signature);
    !words.is_empty() && !words.iter().all(|word| MACHINES.contains(&word.as_str()))
}

/// True where two signatures may be one person's: the same words in any order, case and spacing, titles aside, or one
/// the shorter form of the other.
pub(super) fn may_be_same(first: &str, second: &str) -> bool {
    let (first, second) = (words(first), words(second));
    let (shorter, longer) = if first.len() <= second.len() { (&first, &second) } else { (&second, &first) };
    first.concat() == second.concat() || shorter.iter().all(|word| longer.iter().any(|other| fits(word, other)))
}

/// The same word, or the other's initial.
fn fits(word: &str, other: &str) -> bool {
    let is_initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    word == other || is_initial(word, other) || is_initial(other, word)
}

/// The words of a name, small and plain.
fn words(signature: &str) -> Vec<String> {
    let plain: String = signature.chars().flat_map(char::to_lowercase).filter_map(plain).collect();
    let words = plain.split_whitespace().filter(|word| !TITLES.contains(word));
    let words: Vec<&str> = words.collect();
    // A lone "M" is somebody's initial; before other words it is the first name.
    let spelled = |word: &&str| {
        let is_muhammad = words.len() > 1 && MUHAMMAD.contains(word);
        if is_muhammad { "muhammad".to_owned() } else { (*word).to_owned() }
    };
    words.iter().map(spelled).collect()
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
        // "S.Kom." and "A.Rahman" stay one word; the words run together are compared as well.
        '.' | '\'' | '’' | '`' => None,
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
        for nobody in ["", "  ", "Dr. H.", "pesut", "Sistem Otomatis", "...", "Sdr."] {
            assert!(!is_person(nobody), "{nobody}");
        }
        assert!(is_person("Rina"));
        assert!(is_person("H. Mesin Rahmat"));
    }
}
