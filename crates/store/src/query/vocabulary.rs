//! `Vocabulary`: the names that a query may use for what the region's lists know by id.

use model::{Coverage, PlaceCode, Polarity, Region, SourceKind, Spam, SpeechAct, Tone};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! facets {
    ($($(#[$doc:meta])* $name:ident $field:literal $column:literal;)*) => {
        /// A property of documents with exact values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Facet { $($(#[$doc])* $name,)* }

        impl Facet {
            /// Every facet.
            pub const ALL: [Self; [$($field),*].len()] = [$(Self::$name),*];

            /// The name in JSON and the index.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $field,)* }
            }

            /// The name in queries.
            pub fn column(self) -> &'static str {
                match self { $(Self::$name => $column,)* }
            }
        }
    };
}

facets! {
    /// Who published it.
    Source "source" "sumber";
    /// What sort of voice it is.
    Kind "kind" "jenis";
    /// Earned, paid or official.
    Coverage "coverage" "liputan";
    /// Tone towards the government.
    Tone "tone" "nada";
    /// Polarity of the text.
    Sentiment "sentiment" "sentimen";
    /// Language.
    Lang "lang" "bahasa";
    /// Topic.
    Topic "topic" "topik";
    /// Place, and every place around it.
    Place "place" "wilayah";
    /// Agency.
    Agency "agency" "instansi";
    /// Programme, index or system.
    Programme "programme" "program";
    /// What the text does.
    SpeechAct "speech_act" "ujaran";
    /// Why it is spam.
    Spam "spam" "spam";
    /// Hoax signal.
    Signal "signal" "sinyal";
}

const LANGUAGES: [(&str, &str); 15] = [
    ("ind", "indonesia"),
    ("jav", "jawa"),
    ("sun", "sunda"),
    ("bjn", "banjar"),
    ("bug", "bugis"),
    ("mad", "madura"),
    ("min", "minangkabau"),
    ("min", "minang"),
    ("ban", "bali"),
    ("ace", "aceh"),
    ("bbc", "batak toba"),
    ("nij", "ngaju"),
    ("msa", "melayu"),
    ("eng", "inggris"),
    ("und", "tidak pasti"),
];

/// How many known names an error lists.
const LISTED_MAX: usize = 12;

/// Names for the values of facets. One name may stand for several values: two villages, one name.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    names: BTreeMap<Facet, BTreeMap<String, BTreeSet<String>>>,
    /// What an error lists, as people write it.
    shown: BTreeMap<Facet, BTreeSet<String>>,
}

impl Default for Vocabulary {
    /// What every region shares.
    fn default() -> Self {
        let mut known = Self { names: BTreeMap::new(), shown: BTreeMap::new() };
        for kind in SourceKind::ALL {
            known.value(Facet::Kind, kind.as_str(), kind.label());
        }
        for (coverage, label) in
            [(Coverage::Earned, "mandiri"), (Coverage::Advertorial, "berbayar"), (Coverage::Official, "resmi")]
        {
            known.value(Facet::Coverage, coverage.as_str(), label);
            known.name(Facet::Coverage, coverage.label(), coverage.as_str());
        }
        for tone in Tone::ALL {
            known.value(Facet::Tone, tone.as_str(), tone.label());
        }
        for (polarity, label) in
            [(Polarity::Negative, "negatif"), (Polarity::Neutral, "netral"), (Polarity::Positive, "positif")]
        {
            known.value(Facet::Sentiment, polarity.as_str(), label);
        }
        for act in [
            SpeechAct::Aduan,
            SpeechAct::Aspirasi,
            SpeechAct::Pertanyaan,
            SpeechAct::Apresiasi,
            SpeechAct::Opini,
            SpeechAct::Informasi,
            SpeechAct::Promosi,
        ] {
            known.value(Facet::SpeechAct, act.as_str(), act.as_str());
        }
        for (spam, label) in [
            (Spam::Gambling, "judi"),
            (Spam::Pornography, "pornografi"),
            (Spam::Loans, "pinjaman"),
            (Spam::Promotion, "promosi"),
        ] {
            known.value(Facet::Spam, spam.as_str(), label);
            known.name(Facet::Spam, "ya", spam.as_str());
        }
        for (code, label) in LANGUAGES {
            known.value(Facet::Lang, code, label);
        }
        known
    }
}

impl Vocabulary {
    /// What every region shares, and the names of one region's lists.
    pub fn new(region: &Region) -> Self {
        let mut known = Self::default();
        for topic in &region.topics {
            known.value(Facet::Topic, topic.id.as_str(), &topic.label);
        }
        for place in &region.places {
            known.value(Facet::Place, place.code.as_str(), &place.short);
            known.name(Facet::Place, &place.name, place.code.as_str());
        }
        for agency in &region.agencies {
            known.value(Facet::Agency, agency.id.as_str(), &agency.short);
            known.name(Facet::Agency, &agency.name, agency.id.as_str());
        }
        for programme in &region.programmes {
            known.value(Facet::Programme, programme.id.as_str(), &programme.name);
        }
        for signal in &region.signals {
            known.value(Facet::Signal, signal.id.as_str(), &signal.label);
        }
        for medium in &region.media {
            // A pipeline may name an outlet either way.
            for source in [&medium.host, &medium.name] {
                known.name(Facet::Source, &medium.host, &source.to_lowercase());
                known.name(Facet::Source, &medium.name, &source.to_lowercase());
            }
        }
        known
    }

    /// Adds another name of a place, such as an alias of the gazetteer.
    pub fn add_place(&mut self, name: &str, code: &PlaceCode) {
        self.name(Facet::Place, name, code.as_str());
    }

    /// Makes a value known by its id and its label.
    fn value(&mut self, facet: Facet, id: &str, label: &str) {
        self.name(facet, id, id);
        self.name(facet, label, id);
        let by_id = matches!(facet, Facet::Tone | Facet::Topic | Facet::Agency | Facet::Programme | Facet::Signal);
        let shown = if by_id { id } else { label };
        // As it has to be written.
        let shown = if shown.contains(' ') { format!("\"{shown}\"") } else { shown.to_owned() };
        self.shown.entry(facet).or_default().insert(shown);
    }

    fn name(&mut self, facet: Facet, name: &str, value: &str) {
        self.names.entry(facet).or_default().entry(normal(name)).or_default().insert(value.to_owned());
    }

    /// The values that a name stands for.
    pub(super) fn values(&self, facet: Facet, name: &str) -> BTreeSet<String> {
        let values = |name: &str| self.names.get(&facet)?.get(name).cloned();
        let name = normal(name);
        // "kab. x" is how people write "Kabupaten X".
        let full = || name.strip_prefix("kab. ").or(name.strip_prefix("kab ")).map(|rest| format!("kabupaten {rest}"));
        values(&name).or_else(|| values(&full()?)).unwrap_or_default()
    }

    /// Says that a name is unknown, and which ones are known: those that look alike, or else the first ones.
    pub(super) fn unknown(&self, facet: Facet, name: &str) -> String {
        let name = name.trim();
        let column = facet.column();
        let wanted = normal(name);
        let empty = BTreeSet::new();
        let shown = self.shown.get(&facet).unwrap_or(&empty);
        let alike: Vec<_> = shown.iter().filter(|known| is_alike(&wanted, &normal(known.trim_matches('"')))).collect();
        let (word, list) = if alike.is_empty() { ("dikenal", shown.iter().collect()) } else { ("mirip", alike) };
        if list.is_empty() {
            return format!("{column} \"{name}\" tidak dikenal");
        }
        let more = if list.len() > LISTED_MAX { ", …" } else { "" };
        let list: Vec<_> = list.into_iter().take(LISTED_MAX).map(String::as_str).collect();
        format!("{column} \"{name}\" tidak dikenal; yang {word}: {}{more}", list.join(", "))
    }
}

/// Case, underscores and doubled spaces do not matter in a name.
fn normal(name: &str) -> String {
    let name = name.to_lowercase().replace(['_', '-'], " ");
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True where one contains the other or few letters differ.
fn is_alike(wanted: &str, known: &str) -> bool {
    if wanted.chars().count() < 3 {
        return known.starts_with(wanted);
    }
    known.contains(wanted) || wanted.contains(known) || distance(wanted, known) <= wanted.chars().count() / 3
}

/// Letters to add, drop or change to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    // Nobody mistypes a page; the bound keeps the cost of a hostile name small.
    for (i, a) in one.chars().take(64).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_whatever_their_case() {
        let known = Vocabulary::default();
        for name in ["berpotensi_negatif", "Berpotensi Negatif", " berpotensi-negatif "] {
            assert_eq!(known.values(Facet::Tone, name), BTreeSet::from(["berpotensi_negatif".to_owned()]), "{name}");
        }
        assert_eq!(known.values(Facet::Spam, "ya").len(), 4);
    }

    #[test]
    fn unknown_names_bring_the_known_ones_to_mind() {
        let known = Vocabulary::default();
        let message = known.unknown(Facet::Tone, "negatip");
        assert_eq!(message, "nada \"negatip\" tidak dikenal; yang mirip: negatif");
        let message = known.unknown(Facet::Coverage, "xyz");
        assert_eq!(message, "liputan \"xyz\" tidak dikenal; yang dikenal: berbayar, mandiri, resmi");
        assert_eq!(known.unknown(Facet::Topic, "x"), "topik \"x\" tidak dikenal");
    }

    #[test]
    fn distances() {
        for (one, other, expected) in [("", "ab", 2), ("banjir", "banjr", 1), ("bbm", "mbb", 2), ("a", "a", 0)] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}
