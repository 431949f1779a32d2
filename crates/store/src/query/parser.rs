//! Pieces of a query to what it asks for, within bounds.

use super::{
    Expression, Facet, In, QueryError, Text, Vocabulary,
    lexer::{self, Kind, Piece},
    values,
};

const QUERY_BYTES_MAX: usize = 10_000;
const CLAUSES_MAX: usize = 200;
const NESTING_MAX: usize = 32;
/// Shorter beginnings fit half of the dictionary.
const PREFIX_CHARS_MIN: usize = 2;

type Parsed = Result<Expression, QueryError>;

/// Reads a whole query.
pub(super) fn parse(query: &str, vocabulary: &Vocabulary) -> Parsed {
    if query.len() > QUERY_BYTES_MAX {
        let message = format!("kueri terlalu panjang: {} bita, paling banyak {QUERY_BYTES_MAX}", query.len());
        return Err(QueryError::new(1, message));
    }
    let pieces = lexer::pieces(query)?;
    if pieces.is_empty() {
        return Err(QueryError::new(1, "kueri kosong; tulis * untuk melihat semua dokumen"));
    }
    let end = query.chars().count() + 1;
    let mut parser = Parser { vocabulary, pieces: pieces.into_iter().peekable(), end, clauses: 0, nesting: 0 };
    let expression = parser.alternatives(Column::Text(In::Everywhere))?;
    match parser.pieces.next() {
        // Only a closing bracket stops the outermost level.
        Some(piece) => Err(QueryError::new(piece.position, "kurung tutup tanpa kurung buka")),
        None => Ok(expression),
    }
}

/// What a word means where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Text(In),
    Facet(Facet),
    Since,
    Until,
    EventDay,
}

struct Parser<'a> {
    vocabulary: &'a Vocabulary,
    pieces: std::iter::Peekable<std::vec::IntoIter<Piece>>,
    /// The position behind the last character.
    end: usize,
    clauses: usize,
    nesting: usize,
}

impl Parser<'_> {
    fn alternatives(&mut self, column: Column) -> Parsed {
        let mut parts = vec![self.conjunction(column)?];
        while self.next_if(&Kind::Or) {
            parts.push(self.conjunction(column)?);
        }
        Ok(one_or(parts, Expression::Or))
    }

    fn conjunction(&mut self, column: Column) -> Parsed {
        let mut parts = vec![self.operand(column)?];
        loop {
            let joined = self.next_if(&Kind::And);
            match self.pieces.peek().map(|piece| &piece.kind) {
                None | Some(Kind::Or | Kind::Close) if !joined => break,
                // Where an operand is missing, `operand` says so.
                _ => parts.push(self.operand(column)?),
            }
        }
        // "di" stands in nearly every text; it must not hide the one in which it does not.
        if !parts.iter().all(is_stop_word) {
            parts.retain(|part| !is_stop_word(part));
        }
        Ok(one_or(parts, Expression::And))
    }

    fn operand(&mut self, column: Column) -> Parsed {
        let Some(Piece { position, kind }) = self.pieces.next() else {
            return Err(QueryError::new(self.end, "kueri belum selesai: masih ada kata yang ditunggu"));
        };
        match kind {
            Kind::Not => Ok(Expression::Not(Box::new(self.deeper(position, |parser| parser.operand(column))?))),
            Kind::Plus => {
                let mut wanted = self.deeper(position, |parser| parser.operand(column))?;
                if let Expression::Text(Text::Words { stop_word, .. }) = &mut wanted {
                    *stop_word = false;
                }
                Ok(wanted)
            }
            Kind::Open => self.group(position, column),
            Kind::Column(name) => {
                if column != Column::Text(In::Everywhere) {
                    let message = format!("kolom \"{name}\" tidak dapat berada di dalam kolom lain");
                    return Err(QueryError::new(position, message));
                }
                let column = values::column(&name).map_err(|message| QueryError::new(position, message))?;
                self.value(position, &name, column)
            }
            Kind::Word(word) => self.word(position, &word, column),
            Kind::Quoted(words) => self.leaf(position, &words, column),
            Kind::Close => Err(QueryError::new(position, "kurung tutup di tempat kata")),
            Kind::And | Kind::Or => Err(QueryError::new(position, "DAN/ATAU harus berada di antara dua kata")),
        }
    }

    /// What follows `name:`.
    fn value(&mut self, position: usize, name: &str, column: Column) -> Parsed {
        match self.pieces.next() {
            Some(Piece { position, kind: Kind::Open }) => self.group(position, column),
            Some(Piece { position, kind: Kind::Word(word) }) => self.word(position, &word, column),
            Some(Piece { position, kind: Kind::Quoted(words) }) => self.leaf(position, &words, column),
            _ => Err(QueryError::new(position, format!("kolom \"{name}\" belum diisi"))),
        }
    }

    fn group(&mut self, position: usize, column: Column) -> Parsed {
        let inner = self.deeper(position, |parser| parser.alternatives(column))?;
        match self.next_if(&Kind::Close) {
            true => Ok(inner),
            false => Err(QueryError::new(position, "kurung buka tidak ditutup")),
        }
    }

    fn word(&mut self, position: usize, word: &str, column: Column) -> Parsed {
        let Some(beginning) = word.strip_suffix('*') else {
            if word.contains('*') {
                return Err(QueryError::new(position, "tanda * hanya boleh di akhir kata"));
            }
            return self.leaf(position, word, column);
        };
        self.count(position, 1)?;
        match column {
            _ if beginning.contains('*') => Err(QueryError::new(position, "tanda * hanya boleh satu, di akhir kata")),
            Column::Text(_) if beginning.is_empty() => Ok(Expression::All),
            Column::Text(_) | Column::Facet(Facet::Source) if beginning.chars().count() < PREFIX_CHARS_MIN => {
                Err(QueryError::new(position, format!("awalan sebelum * paling sedikit {PREFIX_CHARS_MIN} huruf")))
            }
            Column::Text(within) => {
                let prefix = text::words::normalise(beginning).into_owned();
                Ok(Expression::Text(Text::Prefix { prefix, position, within }))
            }
            Column::Facet(Facet::Source) => Ok(Expression::SourcePrefix { prefix: beginning.to_lowercase(), position }),
            _ => Err(QueryError::new(position, "tanda * tidak dapat dipakai di kolom ini")),
        }
    }

    /// A word, a phrase, or the value of a column.
    fn leaf(&mut self, position: usize, text: &str, column: Column) -> Parsed {
        let expression = match column {
            Column::Text(within) => match Text::words(text, within) {
                Some(text) => Expression::Text(text),
                None => return Err(QueryError::new(position, format!("\"{text}\" tidak memuat kata"))),
            },
            _ => values::value(column, text, self.vocabulary).map_err(|message| QueryError::new(position, message))?,
        };
        let clauses = match &expression {
            Expression::Text(Text::Words { stems, .. }) => stems.len(),
            Expression::Facet { values, .. } => values.len(),
            _ => 1,
        };
        self.count(position, clauses)?;
        Ok(expression)
    }

    fn count(&mut self, position: usize, clauses: usize) -> Result<(), QueryError> {
        self.clauses += clauses;
        match self.clauses > CLAUSES_MAX {
            true => Err(QueryError::new(position, format!("kueri memuat lebih dari {CLAUSES_MAX} kata atau nilai"))),
            false => Ok(()),
        }
    }

    fn deeper(&mut self, position: usize, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.nesting == NESTING_MAX {
            return Err(QueryError::new(position, format!("kueri bersusun lebih dari {NESTING_MAX} tingkat")));
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    fn next_if(&mut self, kind: &Kind) -> bool {
        self.pieces.next_if(|piece| piece.kind == *kind).is_some()
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

fn is_stop_word(expression: &Expression) -> bool {
    matches!(expression, Expression::Text(Text::Words { stop_word: true, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_query_makes_it_panic() {
        const PARTS: [&str; 36] = [
            "(",
            ")",
            "\"",
            "“",
            "-",
            "+",
            "*",
            ":",
            " ",
            "DAN",
            "ATAU",
            "BUKAN",
            "NOT",
            "topik:",
            "nada:",
            "sejak:",
            "sampai:2025-02-30",
            "judul:",
            "wilayah:64.",
            "sumber:a*",
            "banjir",
            "di",
            "pembang*",
            "é",
            "😀",
            "\u{0}",
            "\u{1}a*",
            "https://a.b",
            "10:30",
            "#x",
            "a-b",
            "--",
            "x*y",
            "2025",
            "kejadian:2025-07",
            "\n",
        ];
        let vocabulary = Vocabulary::default();
        let mut state = 42_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let length = random(12);
            let query: String = (0..length).map(|_| PARTS[random(PARTS.len())]).collect();
            match parse(&query, &vocabulary) {
                Ok(_) => read += 1,
                Err(error) => assert!(error.position <= query.chars().count() + 1, "{query}"),
            }
        }
        assert!(read > 1_000, "{read}");
    }

    #[test]
    fn queries_are_bounded() {
        let refused = |query: &str| parse(query, &Vocabulary::default()).unwrap_err().message;
        assert!(refused(&"a".repeat(10_001)).contains("10001 bita"));
        assert!(refused(&"a ".repeat(201)).contains("lebih dari 200"));
        assert!(refused(&format!("\"{}\"", "a ".repeat(201))).contains("lebih dari 200"));
        assert!(refused(&"(".repeat(33)).contains("32 tingkat"));
        assert!(refused(&format!("{}a", "BUKAN ".repeat(33))).contains("32 tingkat"));
        let deepest = format!("{}a{}", "(".repeat(32), ")".repeat(32));
        assert!(parse(&deepest, &Vocabulary::default()).is_ok());
    }
}
