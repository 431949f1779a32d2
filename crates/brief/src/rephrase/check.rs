//! Whether a proposal says what the sentence says and nothing else.

use super::tokens::{self, Sentence, Token};
use super::wording::{CAUTIONS, DENIALS, JUDGEMENTS, NUMBERS, PLAIN, SAME, VERDICTS};
use super::{Evidence, Objection};
use std::collections::BTreeSet;

/// Letters beside ASCII's that Indonesian writing, names in it and our own sentences use.
const LETTERS: &str = "éèêëáàâäçñóòôöúùûüíìîïÉ“”‘’–—…×°·−½";
/// More letters are not looked at.
const LENGTH_MAX: usize = 8_000;
/// Signs of markup, of templates and of programs.
const MARKUP: &[char] = &['<', '>', '{', '}', '*', '_', '#', '`', '|', '\\', '~', '^', '$', '=', '[', ']', '@'];

/// Refuses a proposal that is more, less or other than the sentence, with every reason. `without_citations` gives
/// the words of one that passes.
///
/// # Errors
/// The reasons against it.
pub fn check(original: &str, proposed: &str, evidence: &[Evidence]) -> Result<(), Vec<Objection>> {
    let mut objections = Vec::new();
    let length = proposed.chars().count();
    // Nobody wants the other reasons against a book.
    if length > LENGTH_MAX {
        return Err(vec![Objection::TooLong(length, LENGTH_MAX)]);
    }
    let sentences = tokens::sentences(proposed);
    let plain = tokens::without_citations(proposed);
    measure(original, &plain, &sentences, &mut objections);
    let (kept, rest) = quotes(original, &plain, &mut objections);
    characters(original, proposed, &rest, &kept, &mut objections);
    for sentence in &sentences {
        citations(sentence, evidence, &mut objections);
        let allowed = Allowed::new(original, sentence, evidence);
        words(&tokens::tokens(&tokens::quotes(&sentence.text).1), &allowed, &mut objections);
    }
    losses(original, &rest, &mut objections);
    let mut seen = BTreeSet::new();
    objections.retain(|objection| seen.insert(objection.to_string()));
    if objections.is_empty() { Ok(()) } else { Err(objections) }
}

fn measure(original: &str, plain: &str, sentences: &[Sentence], objections: &mut Vec<Objection>) {
    let (had, has) = (original.chars().count(), plain.chars().count());
    // 1.3 times, in whole letters; a very short sentence has room for a word.
    let max = (had * 13 / 10).max(had + 12);
    if has == 0 {
        objections.push(Objection::Empty);
    }
    if has > max {
        objections.push(Objection::TooLong(has, max));
    }
    if has * 2 < had {
        objections.push(Objection::TooShort);
    }
    if sentences.len() > tokens::sentences(original).len() + 1 {
        objections.push(Objection::TooManySentences);
    }
}

/// Compares quotations, which stay as they are; gives back those and the words around them.
fn quotes(original: &str, plain: &str, objections: &mut Vec<Objection>) -> (Vec<String>, String) {
    let ((had, _), (has, rest)) = (tokens::quotes(original), tokens::quotes(plain));
    let short = |quote: &String| quote.chars().take(60).collect::<String>();
    objections.extend(has.iter().filter(|quote| !had.contains(quote)).map(|quote| Objection::NewQuote(short(quote))));
    objections.extend(had.iter().filter(|quote| !has.contains(quote)).map(|quote| Objection::LostQuote(short(quote))));
    (has.into_iter().filter(|quote| had.contains(quote)).collect(), rest)
}

/// Looks at single characters: hidden ones nowhere, foreign ones and markup nowhere but in a quotation that is kept.
fn characters(original: &str, proposed: &str, rest: &str, kept: &[String], objections: &mut Vec<Objection>) {
    let code = |c: char| Objection::Character(format!("U+{:04X}", u32::from(c)));
    let is_bad = |c: &char| tokens::is_hidden(*c) || c.is_control();
    objections.extend(proposed.trim().chars().filter(is_bad).map(code));
    // A sign of our own sentence, such as the one of "n = 25", may stand as often as it does there.
    let own = tokens::quotes(original).1;
    let is_own = |c: char| (1..=own.matches(c).count()).contains(&rest.matches(c).count());
    let is_known = |c: char| c.is_ascii() || LETTERS.contains(c) || is_own(c);
    objections.extend(rest.chars().filter(|c| !is_known(*c) && !is_bad(c)).map(code));
    objections
        .extend(rest.chars().filter(|c| MARKUP.contains(c) && !is_own(*c)).map(|c| Objection::Markup(c.to_string())));
    if kept.is_empty() && rest.trim_start().starts_with(['-', '•', '+']) {
        objections.push(Objection::Markup("-".to_owned()));
    }
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    // The name of an outlet may be its address.
    let known: BTreeSet<String> = own.split_whitespace().map(bare).collect();
    let is_address = |word: &&str| {
        let low = word.to_lowercase();
        let is_link = low.contains("://") || low.contains("www.") || low.contains("http") || low.contains('@');
        is_link || has_domain(&low) && !known.contains(&bare(word))
    };
    objections.extend(rest.split_whitespace().filter(is_address).map(|word| Objection::Address(word.to_owned())));
}

/// A point between two letters: "contoh.go.id", "bit.ly/x". Dates and hours have digits there.
fn has_domain(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    chars.windows(4).any(|four| {
        let dot = if four[1] == '.' { Some((four[0], four[2], four[3])) } else { None };
        dot.is_some_and(|(before, after, next)| {
            before.is_alphanumeric() && after.is_alphabetic() && next.is_alphabetic()
        })
    })
}

fn citations(sentence: &Sentence, evidence: &[Evidence], objections: &mut Vec<Objection>) {
    if sentence.cited.is_empty() {
        let start: Vec<&str> = sentence.text.split_whitespace().take(4).collect();
        objections.push(Objection::NoCitation(start.join(" ")));
    }
    let is_unknown = |number: &&u32| !evidence.iter().any(|known| known.number == **number);
    objections.extend(sentence.cited.iter().filter(is_unknown).map(|number| Objection::UnknownCitation(*number)));
}

/// What one sentence may be made of.
struct Allowed {
    /// The sentence as it stands, without quotations.
    own: Vec<Token>,
    /// The same and the evidence that is cited, each for itself.
    sources: Vec<Vec<Token>>,
    /// Every word of the sources.
    words: BTreeSet<String>,
}

impl Allowed {
    fn new(original: &str, sentence: &Sentence, evidence: &[Evidence]) -> Self {
        let own = tokens::tokens(&tokens::quotes(original).1);
        let cited = evidence.iter().filter(|known| sentence.cited.contains(&known.number));
        let mut sources = vec![own.clone()];
        sources.extend(cited.map(|known| tokens::tokens(&known.text)));
        let words: BTreeSet<String> = sources.iter().flatten().map(|token| token.low.clone()).collect();
        Self { own, sources, words }
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    fn says(&self, word: &str) -> bool {
        self.own.iter().any(|token| token.low == word)
    }

    /// True for a word that adds nothing: it, its root or one that means the same is in a source.
    fn covers(&self, word: &str) -> bool {
        PLAIN.contains(&word)
            || self.has(word)
            || self.words.iter().flat_map(|known| known.split('-')).any(|known| is_alike(known, word))
    }

    /// True where a number stands beside the same word as in a source.
    fn places(&self, number: &str, before: Option<&str>, after: Option<&str>) -> bool {
        let alike = |one: Option<&str>, other: Option<&str>| matches!((one, other), (Some(one), Some(other)) if is_alike(one, other));
        self.sources.iter().any(|source| {
            source.iter().enumerate().filter(|(_, token)| token.low == number).any(|(at, token)| {
                let had_before = at.checked_sub(1).filter(|_| token.joined).map(|at| source[at].low.as_str());
                let had_after = source.get(at + 1).filter(|next| next.joined).map(|next| next.low.as_str());
                // What follows a number is what it counts. What stands before it only leads up to it, unless nothing
                // follows; a number that stands alone between signs counts nothing that could be exchanged.
                match (had_before, had_after) {
                    (None, None) => true,
                    (Some(_), None) => alike(had_before, before),
                    (_, Some(word)) if PLAIN.contains(&word) => alike(had_after, after) || alike(had_before, before),
                    (_, Some(_)) => alike(had_after, after),
                }
            })
        })
    }

    /// True where two words stand side by side in a source.
    fn joins(&self, one: &str, other: &str) -> bool {
        let pair = |pair: &[Token]| pair[0].text == one && pair[1].text == other && pair[1].joined;
        self.sources.iter().any(|source| source.windows(2).any(pair))
    }

    fn has_capital(&self, text: &str) -> bool {
        self.sources.iter().flatten().any(|token| token.text == text)
    }
}

/// True for two words of which one adds nothing to the other.
fn is_alike(one: &str, other: &str) -> bool {
    one == other
        || SAME.iter().any(|group| group.contains(&one) && group.contains(&other))
        || tokens::same_root(one, other)
}

fn words(found: &[Token], allowed: &Allowed, objections: &mut Vec<Objection>) {
    for (at, token) in found.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &found[at]).filter(|_| token.joined);
        let after = found.get(at + 1).filter(|next| next.joined);
        let low = token.low.as_str();
        let is_number_word = low.split('-').any(|part| NUMBERS.contains(&part));
        if token.is_number() || is_number_word {
            if !allowed.has(low) {
                objections.push(Objection::NewNumber(token.text.clone()));
            } else if !allowed.places(
                low,
                before.map(|token| token.low.as_str()),
                after.map(|token| token.low.as_str()),
            ) {
                objections.push(Objection::MovedNumber(token.text.clone()));
            }
        } else if VERDICTS.contains(&low) && !allowed.says(low) {
            objections.push(Objection::Verdict(token.text.clone()));
        } else if JUDGEMENTS.contains(&low) && !allowed.says(low) {
            objections.push(Objection::Judgement(token.text.clone()));
        } else if token.is_capital() && !token.first {
            name(token, before, allowed, objections);
        } else if !low.split('-').all(|part| allowed.covers(part)) && !allowed.covers(low) {
            let known = if token.is_capital() { Objection::NewName } else { Objection::NewWord };
            objections.push(known(token.text.clone()));
        }
    }
}

/// A capital inside a sentence: a name is in a source as it is written, and beside the name that it stands beside there.
fn name(token: &Token, before: Option<&Token>, allowed: &Allowed, objections: &mut Vec<Objection>) {
    if !allowed.has_capital(&token.text) {
        objections.push(Objection::NewName(token.text.clone()));
    }
    if let Some(before) = before.filter(|before| before.is_capital() && !before.is_number()) {
        let is_opening = before.first && PLAIN.contains(&before.low.as_str());
        if !is_opening && !allowed.joins(&before.text, &token.text) {
            objections.push(Objection::NewName(format!("{} {}", before.text, token.text)));
        }
    }
}

/// What the sentence had and the proposal has not: figures, names, words, denials and cautions.
fn losses(original: &str, rest: &str, objections: &mut Vec<Objection>) {
    let had = tokens::tokens(&tokens::quotes(original).1);
    let has = tokens::tokens(rest);
    let count = |list: &[Token], low: &str| list.iter().filter(|token| token.low == low).count();
    for token in &had {
        let is_figure = token.is_number() || token.low.split('-').any(|part| NUMBERS.contains(&part));
        if is_figure && count(&has, &token.low) < count(&had, &token.low) {
            objections.push(Objection::LostNumber(token.text.clone()));
        }
        let is_name = token.is_capital() && !token.first && !token.is_number();
        if is_name && !has.iter().any(|kept| kept.text.to_lowercase() == token.low && kept.is_capital()) {
            objections.push(Objection::LostName(token.text.clone()));
        }
    }
    let says = |token: &&Token| !token.is_number() && !PLAIN.contains(&token.low.as_str());
    let is_kept =
        |lost: &Token| has.iter().filter(|kept| is_alike(&kept.low, &lost.low)).count() >= count(&had, &lost.low);
    // "Empat klaim perlu diverifikasi" without its "perlu" says the contrary.
    let lost =
        had.iter().filter(says).filter(|token| !token.is_capital() || token.first).filter(|token| !is_kept(token));
    objections.extend(lost.map(|token| Objection::LostWord(token.text.clone())));
    denials(&had, &has, objections);
    for group in CAUTIONS {
        let of = |list: &[Token]| list.iter().find(|token| group.contains(&token.low.as_str())).cloned();
        if let (Some(lost), None) = (of(&had), of(&has)) {
            objections.push(Objection::LostCaution(lost.text));
        }
    }
}

/// Every denial stays, and denies what it denied: near each stands a word that stood behind one before.
fn denials(had: &[Token], has: &[Token], objections: &mut Vec<Objection>) {
    let is_denial = |token: &&Token| DENIALS.contains(&token.low.as_str());
    let is_content = |token: &&Token| !PLAIN.contains(&token.low.as_str()) && !is_denial(token);
    let behind: Vec<&Token> = (0..had.len())
        .filter(|at| is_denial(&&had[*at]))
        .flat_map(|at| had[at + 1..].iter().filter(is_content).take(1))
        .collect();
    let is_kept = |at: usize| {
        let near = has[at + 1..].iter().filter(is_content).take(2);
        let mut near = near.chain(has[..at].iter().rev().filter(is_content).take(2));
        // Where nothing stood behind it, anything may stand near it.
        behind.is_empty() || near.any(|token| behind.iter().any(|denied| is_alike(&denied.low, &token.low)))
    };
    let kept = (0..has.len()).filter(|at| is_denial(&&has[*at])).all(is_kept);
    if had.iter().filter(is_denial).count() != has.iter().filter(is_denial).count() || !kept {
        objections.push(Objection::Negation);
    }
}
