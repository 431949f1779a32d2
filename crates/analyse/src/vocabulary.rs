//! The words that lexicons know, and the ways in which a written word reaches one of them.
//!
//! Fixed once built: looking up allocates nothing and needs no cache, so threads share it without a lock.

use rustc_hash::FxHashMap;

/// A known word; 0 stands for any other.
pub(crate) type WordId = u32;

/// How far a written word is from the known word that it was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Distance {
    /// As written, or a chat spelling of it.
    Spelling,
    /// With a particle or possessive behind it ("banjirnya", "rusaklah").
    Clitic,
    /// With prefixes or suffixes ("kerusakan", "mengecewakan").
    Affix,
}

/// Known words and chat spellings.
#[derive(Default)]
pub(crate) struct Vocabulary {
    ids: FxHashMap<Box<str>, WordId>,
    /// One bit for each [`shape`] of a known word. Most forms that are tried are no words, and one look here says so;
    /// without it a quarter of the whole analysis went into looking up words that are not there.
    shapes: Vec<u64>,
    /// Plain forms of chat spellings, by the id of the spelling.
    plain: FxHashMap<WordId, Box<[WordId]>>,
    /// Hash of each known word, as `features` hashes it.
    hashes: Vec<u32>,
    /// Words that mean something alone: reaching another word through their affixes would be wrong.
    alone: Vec<bool>,
}

/// What a written word can be read as.
#[derive(Clone, Copy)]
pub(crate) struct Meaning<'v> {
    /// The word as written, 0 where no lexicon has it.
    pub exact: WordId,
    /// Plain words of a chat spelling.
    pub plain: &'v [WordId],
    /// The word that it is a form of, 0 where it is none.
    pub base: WordId,
    /// How far `base` is.
    pub distance: Distance,
}

impl Vocabulary {
    /// The id of a word, given out on first sight.
    pub fn intern(&mut self, word: &str) -> WordId {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = self.ids.len() as WordId + 1;
        self.ids.insert(word.into(), id);
        self.shapes.resize(SHAPES / 64, 0);
        self.shapes[shape(word) / 64] |= 1 << (shape(word) % 64);
        self.alone.resize(id as usize + 1, false);
        self.hashes.resize(id as usize + 1, crate::features::hash_of(word.as_bytes()));
        id
    }

    /// Says that a word means something by itself.
    pub fn set_alone(&mut self, id: WordId) {
        self.alone[id as usize] = true;
    }

    /// Adds a chat spelling.
    pub fn add_spelling(&mut self, spelling: &str, plain: Vec<WordId>) {
        let id = self.intern(spelling);
        self.set_alone(id);
        self.plain.insert(id, plain.into());
    }

    /// The id of a known word, 0 for any other.
    pub fn id(&self, word: &str) -> WordId {
        let shape = shape(word);
        match self.shapes.get(shape / 64) {
            Some(bits) if bits >> (shape % 64) & 1 == 1 => self.ids.get(word).copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// The hash of a known word, as `features` hashes it.
    pub fn hash(&self, id: WordId) -> u32 {
        self.hashes[id as usize]
    }

    /// Reads a normalised word.
    pub fn read(&self, word: &str) -> Meaning<'_> {
        let exact = self.id(word);
        if exact != 0 && self.alone[exact as usize] {
            let plain = self.plain.get(&exact).map_or(&[][..], |plain| plain);
            // "pelayanannya" may be in one list and "pelayanan" in another.
            let base = word.strip_suffix("nya").and_then(|shorter| self.known(shorter)).unwrap_or(0);
            return Meaning { exact, plain, base, distance: Distance::Clitic };
        }
        let (base, distance) = self.base_of(word).unwrap_or((0, Distance::Spelling));
        Meaning { exact, plain: &[], base, distance }
    }

    /// The known word that this one is a form of. Nearest form first: stretched ending, clitic, suffix, prefix.
    fn base_of(&self, word: &str) -> Option<(WordId, Distance)> {
        if word.len() < 5 || word.len() > 24 || !word.bytes().all(|b| b.is_ascii_lowercase() || b == b'2') {
            return None;
        }
        let bytes = word.as_bytes();
        if let Some(once) = word.strip_suffix('2') {
            return self.known(once).map(|id| (id, Distance::Clitic));
        }
        if bytes[word.len() - 1] == bytes[word.len() - 2]
            && let Some(id) = self.known(&word[..word.len() - 1])
        {
            return Some((id, Distance::Spelling));
        }
        let mut stem = word;
        for clitic in ["nya", "lah", "kah", "pun", "ku", "mu", "ny", "x"] {
            if let Some(shorter) = word.strip_suffix(clitic).filter(|shorter| shorter.len() >= 3) {
                if let Some(id) = self.known(shorter) {
                    return Some((id, Distance::Clitic));
                }
                stem = shorter;
                break;
            }
        }
        let suffixed = ["kan", "an", "in", "i"].into_iter().filter_map(|suffix| stem.strip_suffix(suffix));
        [stem]
            .into_iter()
            .chain(suffixed)
            .filter(|part| part.len() >= 4)
            .find_map(|part| self.known(part).or_else(|| self.without_prefix(part)).map(|id| (id, Distance::Affix)))
    }

    /// A word that means something alone and is no chat spelling.
    fn known(&self, word: &str) -> Option<WordId> {
        let id = self.id(word);
        (id != 0 && self.alone[id as usize] && !self.plain.contains_key(&id)).then_some(id)
    }

    fn without_prefix(&self, word: &str) -> Option<WordId> {
        let long_enough = |rest: &&str| rest.len() >= 4;
        // A nasal prefix may have swallowed the first letter of the root: "memukul" from "pukul", "menolak" from "tolak".
        let nasal: [(&str, &str); 10] = [
            ("meng", "k"),
            ("meny", "s"),
            ("mem", "p"),
            ("men", "t"),
            ("peng", "k"),
            ("peny", "s"),
            ("pem", "p"),
            ("pen", "t"),
            ("nge", ""),
            ("ng", "k"),
        ];
        for (prefix, letter) in nasal {
            let Some(rest) = word.strip_prefix(prefix).filter(|rest| rest.len() >= 3) else { continue };
            if let Some(id) = Some(rest).filter(long_enough).and_then(|rest| self.known(rest)) {
                return Some(id);
            }
            if !letter.is_empty() {
                let mut root = [0_u8; 24];
                let length = rest.len() + 1;
                root[0] = letter.as_bytes()[0];
                root[1..length].copy_from_slice(rest.as_bytes());
                let root = std::str::from_utf8(&root[..length]).expect("only ASCII letters were copied");
                if let Some(id) = self.known(root) {
                    return Some(id);
                }
            }
        }
        ["di", "ter", "ber", "ke", "se", "me", "per", "pe", "memper", "diper", "keter", "keber"]
            .into_iter()
            .filter_map(|prefix| word.strip_prefix(prefix))
            .filter(long_enough)
            .find_map(|rest| self.known(rest))
    }
}

/// How many shapes are told apart.
const SHAPES: usize = 1 << 16;

/// A cheap number from the length and four of the letters.
fn shape(word: &str) -> usize {
    let bytes = word.as_bytes();
    let at = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let letters = at(0) | at(1) << 8 | at(2) << 16 | at(bytes.len().saturating_sub(1)) << 24;
    let mixed = (letters ^ (bytes.len() as u32) << 11).wrapping_mul(0x9e37_79b1);
    (mixed >> 16) as usize % SHAPES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_words_reach_known_ones() {
        let mut vocabulary = Vocabulary::default();
        for word in ["rusak", "banjir", "kecewa", "pukul", "tidak", "sesal", "beruang", "uang"] {
            let id = vocabulary.intern(word);
            vocabulary.set_alone(id);
        }
        let tidak = vocabulary.id("tidak");
        vocabulary.add_spelling("gak", vec![tidak]);
        let base = |word: &str| {
            let meaning = vocabulary.read(word);
            (meaning.base, meaning.distance)
        };
        assert_eq!(base("banjirnya"), (vocabulary.id("banjir"), Distance::Clitic));
        assert_eq!(base("kerusakan"), (vocabulary.id("rusak"), Distance::Affix));
        assert_eq!(base("mengecewakan"), (vocabulary.id("kecewa"), Distance::Affix));
        assert_eq!(base("memukul"), (vocabulary.id("pukul"), Distance::Affix));
        assert_eq!(base("menyesal"), (vocabulary.id("sesal"), Distance::Affix));
        assert_eq!(base("rusakk"), (vocabulary.id("rusak"), Distance::Spelling));
        assert_eq!(base("beruang").0, 0);
        assert_eq!(vocabulary.read("gak").plain, [tidak]);
        assert_eq!(vocabulary.read("sekolah").exact, 0);
    }
}
