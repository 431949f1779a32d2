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
    let mut pieces: Vec<Piece> = Vec::new();
    let chars: Vec<char> = query.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let position = at + 1;
        let kind =
            match chars[at] {
                c if c.is_whitespace() => {
                    at += 1;
                    continue;
                }
                '(' => Kind::Open,
                ')' => Kind::Close,
                '-' | '+'
                    if chars
                        .get(at + 1)
                        .is_some_and(|next| !next.is_whitespace() && !matches!(next, ')' | '-' | '+')) =>
                {
                    if chars[at] == '-' { Kind::Not } else { Kind::Plus }
                }
                quote if is_quote(quote) => {
                    let Some(length) = chars[position..].iter().position(|c| is_quote(*c)) else {
                        return Err(QueryError::new(position, "tanda kutip tidak ditutup"));
                    };
                    at = position + length;
                    Kind::Quoted(chars[position..at].iter().collect())
                }
                _ => {
                    let end = (at..chars.len()).find(|&end| ends_word(chars[end])).unwrap_or(chars.len());
                    let colon = (at..end).find(|&colon| chars[colon] == ':');
                    match colon.filter(|&colon| names_column(&chars, at, colon)) {
                        Some(colon) => {
                            let name = chars[at..colon].iter().collect();
                            at = colon;
                            Kind::Column(name)
                        }
                        None => {
                            let word: String = chars[at..end].iter().collect();
                            at = end - 1;
                            match word.as_str() {
                                "DAN" | "AND" => Kind::And,
                                "ATAU" | "OR" => Kind::Or,
                                "BUKAN" | "NOT" => Kind::Not,
                                _ => Kind::Word(word),
                            }
                        }
                    }
                }
            };
        at += 1;
        let is_value = matches!(pieces.last(), Some(Piece { kind: Kind::Column(_), .. }));
        if is_value || !is_punctuation(&kind) {
            pieces.push(Piece { position, kind });
        }
    }
    Ok(pieces)
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// `nada:` names a column; `10:30` and `https://…` do not.
fn names_column(chars: &[char], start: usize, colon: usize) -> bool {
    let is_name = start < colon && chars[start..colon].iter().all(|c| c.is_alphabetic() || *c == '_');
    is_name && chars.get(colon + 1..colon + 3) != Some(&['/', '/'])
}

fn is_punctuation(kind: &Kind) -> bool {
    matches!(kind, Kind::Word(word) if !word.contains('*') && text::words::tokens(word).next().is_none())
}
