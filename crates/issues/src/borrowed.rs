//! Borrowed authority: posts that speak in the name of an office through contacts that are not its own.
//!
//! A forged letter travels as copies, which are no voices, and often without a word of criticism, so the rules of volume
//! and tone do not see it. What counts here is how many accounts pass it on. The machine says no more than that somebody
//! must check it.

use crate::docs::Doc;
use model::{Record, Region, SourceKind};
use std::collections::BTreeSet;
use text::words;

/// Signals of borrowed authority, and those that come with it.
const BORROWED: &[&str] = &["imperson_agency", "lookalike_domain"];
const BESIDE: &[&str] = &["nonofficial_contact"];
/// "Beberapa unggahan": one account with a strange message is a complaint or a question.
const ACCOUNTS_MIN: usize = 2;
/// From so many accounts on it spreads; fewer are a coincidence.
const ACCOUNTS_OF_A_SPREAD: usize = 5;
/// A message in the name of the head of government need not spread so far; a third account makes it more than a pair.
const ACCOUNTS_OF_THE_HEAD: usize = 3;

/// What is passed on in somebody else's name.
pub(crate) struct Borrowed {
    /// Posts, copies and all.
    pub(crate) posts: usize,
    accounts: usize,
    regencies: usize,
    /// True where outlets write about it too.
    reported: bool,
    of_the_head: bool,
}

impl Borrowed {
    /// What the documents of the last window pass on; nothing of one account alone.
    pub(crate) fn of(docs: &[Doc<'_>], region: &Region) -> Option<Self> {
        let has = |record: &Record, ids: &[&str]| record.signals.iter().any(|signal| ids.contains(&signal.id.as_str()));
        let now: Vec<&Doc<'_>> = docs.iter().filter(|doc| doc.now).collect();
        let posts: Vec<&Record> = now.iter().filter(|doc| doc.public()).map(|doc| doc.record).collect();
        if !posts.iter().any(|record| has(record, BORROWED)) {
            return None;
        }
        let posts: Vec<&Record> =
            posts.into_iter().filter(|record| has(record, BORROWED) || has(record, BESIDE)).collect();
        // A message without an account came through an import; each is somebody's.
        let account = |record: &&Record| record.author_pseudonym.clone().unwrap_or_else(|| record.key().to_string());
        let accounts = posts.iter().map(account).collect::<BTreeSet<_>>().len();
        let regency = |record: &&Record| -> Vec<String> {
            let of = record.places.iter().filter_map(|place| region.regency_of(place));
            of.map(|place| place.code.as_str().to_owned()).collect()
        };
        let found = Self {
            accounts,
            regencies: posts.iter().flat_map(regency).collect::<BTreeSet<_>>().len(),
            reported: now.iter().any(|doc| doc.article() && doc.record.kind != SourceKind::Factcheck),
            of_the_head: posts.iter().filter(|record| names_a_head(record, &region.risk_words.heads)).count() * 2
                > posts.len(),
            posts: posts.len(),
        };
        (accounts >= ACCOUNTS_MIN).then_some(found)
    }

    /// True where it is passed on by many, or by some in several places or beside the press.
    pub(crate) fn spreads(&self) -> bool {
        self.accounts >= ACCOUNTS_OF_A_SPREAD
            || self.accounts >= ACCOUNTS_OF_THE_HEAD && (self.of_the_head || self.regencies >= 2 || self.reported)
    }

    pub(crate) fn reasons(&self) -> Vec<String> {
        // Below five, a count of accounts could be read as a list of people.
        let accounts = if self.accounts >= ACCOUNTS_OF_A_SPREAD {
            format!("{} akun", self.accounts)
        } else {
            "beberapa akun".to_owned()
        };
        let mut reasons = vec![format!(
            "{} unggahan dari {accounts} mencatut instansi atau memakai kontak tidak resmi; perlu verifikasi",
            self.posts
        )];
        if self.of_the_head {
            reasons.push("mengatasnamakan kepala pemerintahan".to_owned());
        }
        reasons
    }
}

fn names_a_head(record: &Record, heads: &[String]) -> bool {
    words::tokens(&record.text).any(|token| heads.iter().any(|head| *head == words::normalise(token.text)))
}
