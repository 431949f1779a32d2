//! A query cut into pieces, each with its place.

use super::QueryError;

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its first character, counted from 1.
    pub(crate) position: usize,
    pub(crate) kind: Kind,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `+`: wanted although it is a common word.
    Plus,
    /// `name:`
    Column(String),
    Word(String),
    Quoted(String),
}

/// Cuts a query; punctuation that stands alone says nothing and is left out.
pub(crate) fn pieces(query: &str) -> Result<Vec<Piece>, QueryError> {
    let chars: Vec<char> = query.chars().collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = piece(&chars[at..]).ok_or_else(|| QueryError::new(at + 1, "tanda kutip tidak ditutup"))?;
        let is_value = matches!(pieces.last(), Some(Piece { kind: Kind::Column(_), .. }));
        if is_value || !is_punctuation(&kind) {
            pieces.push(Piece { position: at + 1, kind });
        }
        at += length;
    }
    Ok(pieces)
}

/// The piece that begins here and its length; `None` where a quotation does not end.
fn piece(rest: &[char]) -> Option<(Kind, usize)> {
    let is_sign = rest.get(1).is_some_and(|next| !next.is_whitespace() && !matches!(next, ')' | '-' | '+'));
    Some(match rest[0] {
        '(' => (Kind::Open, 1),
        ')' => (Kind::Close, 1),
        '-' if is_sign => (Kind::Not, 1),
        '+' if is_sign => (Kind::Plus, 1),
        quote if is_quote(quote) => {
            let length = rest[1..].iter().position(|c| is_quote(*c))?;
            (Kind::Quoted(rest[1..=length].iter().collect()), length + 2)
        }
        _ => word(rest),
    })
}

fn word(rest: &[char]) -> (Kind, usize) {
    let ends = |c: &char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(*c);
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    let colon = rest[..length].iter().position(|c| *c == ':');
    if let Some(colon) = colon.filter(|&colon| names_column(rest, colon)) {
        return (Kind::Column(rest[..colon].iter().collect()), colon + 1);
    }
    let word: String = rest[..length].iter().collect();
    let kind = match word.as_str() {
        "DAN" | "AND" => Kind::And,
        "ATAU" | "OR" => Kind::Or,
        "BUKAN" | "NOT" => Kind::Not,
        _ => Kind::Word(word),
    };
    (kind, length)
}

/// `nada:` names a column; `10:30` and `https://…` do not.
fn names_column(rest: &[char], colon: usize) -> bool {
    let is_name = colon > 0 && rest[..colon].iter().all(|c| c.is_alphabetic() || *c == '_');
    is_name && rest.get(colon + 1..colon + 3) != Some(&['/', '/'])
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

fn is_punctuation(kind: &Kind) -> bool {
    matches!(kind, Kind::Word(word) if !word.contains('*') && text::words::tokens(word).next().is_none())
}
