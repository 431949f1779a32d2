//! Why a proposal is refused, in words for the analyst.

use std::fmt;

/// One reason against a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// There is nothing.
    Empty,
    /// More letters than 1.3 times the sentence's.
    TooLong(usize, usize),
    /// Less than half of the sentence.
    TooShort,
    /// More sentences than there were, and one more.
    TooManySentences,
    /// A character that shows nothing, or none of Indonesian writing; by its code.
    Character(String),
    /// Signs of a markup.
    Markup(String),
    /// A link, an address, an account.
    Address(String),
    /// A sentence without a citation; its first words.
    NoCitation(String),
    /// Evidence that does not exist.
    UnknownCitation(u32),
    /// A number that is in neither.
    NewNumber(String),
    /// A number that counts something else now.
    MovedNumber(String),
    /// A number that is gone.
    LostNumber(String),
    /// A name, a place, an agency that is in neither, or put together anew.
    NewName(String),
    /// A name that is gone.
    LostName(String),
    /// A word that is in neither and says something.
    NewWord(String),
    /// A word that says something and is gone.
    LostWord(String),
    /// A word that decides about truth.
    Verdict(String),
    /// A word that judges.
    Judgement(String),
    /// A "belum" or "tidak" more or less.
    Negation,
    /// A caution that is gone.
    LostCaution(String),
    /// A quotation that is not the sentence's.
    NewQuote(String),
    /// A quotation that is gone or changed.
    LostQuote(String),
}

impl Objection {
    /// A short, stable name, for tests and statistics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong(..) => "too_long",
            Self::TooShort => "too_short",
            Self::TooManySentences => "too_many_sentences",
            Self::Character(_) => "character",
            Self::Markup(_) => "markup",
            Self::Address(_) => "address",
            Self::NoCitation(_) => "no_citation",
            Self::UnknownCitation(_) => "unknown_citation",
            Self::NewNumber(_) => "new_number",
            Self::MovedNumber(_) => "moved_number",
            Self::LostNumber(_) => "lost_number",
            Self::NewName(_) => "new_name",
            Self::LostName(_) => "lost_name",
            Self::NewWord(_) => "new_word",
            Self::LostWord(_) => "lost_word",
            Self::Verdict(_) => "verdict",
            Self::Judgement(_) => "judgement",
            Self::Negation => "negation",
            Self::LostCaution(_) => "lost_caution",
            Self::NewQuote(_) => "new_quote",
            Self::LostQuote(_) => "lost_quote",
        }
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("usulan kosong"),
            Self::TooLong(has, max) => write!(f, "usulan {has} huruf, paling banyak {max}"),
            Self::TooShort => f.write_str("usulan kurang dari separuh kalimat asal; ada isi yang hilang"),
            Self::TooManySentences => f.write_str("usulan memuat lebih banyak kalimat daripada aslinya"),
            Self::Character(code) => write!(f, "ada huruf tersembunyi atau huruf asing ({code})"),
            Self::Markup(sign) => write!(f, "ada tanda format \"{sign}\""),
            Self::Address(word) => write!(f, "ada tautan, alamat, atau akun \"{word}\""),
            Self::NoCitation(start) => write!(f, "kalimat \"{start}\" tidak menyebut nomor bukti"),
            Self::UnknownCitation(number) => write!(f, "bukti [{number}] tidak ada"),
            Self::NewNumber(number) => write!(f, "angka \"{number}\" tidak ada di kalimat asal atau buktinya"),
            Self::MovedNumber(number) => write!(f, "angka \"{number}\" kini menerangkan hal lain"),
            Self::LostNumber(number) => write!(f, "angka \"{number}\" hilang"),
            Self::NewName(name) => write!(f, "nama \"{name}\" tidak ada di kalimat asal atau buktinya"),
            Self::LostName(name) => write!(f, "nama \"{name}\" hilang"),
            Self::NewWord(word) => {
                write!(f, "kata \"{word}\" menambah isi yang tidak ada di kalimat asal atau buktinya")
            }
            Self::LostWord(word) => write!(f, "kata \"{word}\" hilang, padahal berarti"),
            Self::Verdict(word) => {
                write!(f, "kata \"{word}\" memutus benar atau salah; itu hanya boleh dilakukan petugas")
            }
            Self::Judgement(word) => write!(f, "kata \"{word}\" menilai, padahal kalimat asal tidak"),
            Self::Negation => f.write_str("\"belum\", \"tidak\", atau \"bukan\" bertambah atau hilang"),
            Self::LostCaution(word) => write!(f, "kata kehati-hatian \"{word}\" hilang"),
            Self::NewQuote(quote) => write!(f, "kutipan \"{quote}\" bukan kutipan kalimat asal"),
            Self::LostQuote(quote) => write!(f, "kutipan \"{quote}\" hilang atau berubah"),
        }
    }
}
