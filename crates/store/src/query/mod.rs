//! Queries as officials write them, checked before anything is searched.
//!
//! ```text
//! banjir samarinda              both words, in any form
//! "jalan rusak"                 the words in this order
//! banjir ATAU longsor           either; also OR
//! banjir -sepak DAN BUKAN bola  not these; also AND, NOT
//! pembang*                      words that begin so
//! topik:banjir wilayah:samarinda nada:(negatif ATAU "berpotensi negatif") sejak:2025-07-01
//! *                             everything
//! ```
//!
//! `BUKAN` binds strongest, then `DAN` (or nothing between words), then `ATAU`.

mod lexer;
mod parser;
mod values;
mod vocabulary;

pub use vocabulary::{Facet, Vocabulary};

use crate::index::{Word, words};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A checked query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(crate) expression: Expression,
}

/// Why a query cannot be answered, in words for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (huruf ke-{position})")]
pub struct QueryError {
    /// The character of the query, counted from 1, at which it goes wrong.
    pub position: usize,
    /// What is wrong, and what is known.
    pub message: String,
}

impl QueryError {
    fn new(position: usize, message: impl Into<String>) -> Self {
        Self { position, message: message.into() }
    }

    /// A beginning that fits too many words.
    pub(crate) fn too_many_words(prefix: &str, most: usize, position: usize) -> Self {
        Self::new(
            position,
            format!("\"{prefix}*\" cocok dengan lebih dari {most} kata; tulis awalan yang lebih panjang"),
        )
    }
}

/// What a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    All,
    Text(Text),
    /// One of these values.
    Facet {
        facet: Facet,
        values: BTreeSet<String>,
    },
    /// A source whose name begins so.
    SourcePrefix {
        prefix: String,
        position: usize,
    },
    /// Days of the documents, both ends included.
    Days {
        from: Option<Date>,
        to: Option<Date>,
    },
    /// Days of the events, both ends included.
    EventDays {
        from: Date,
        to: Date,
    },
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

/// Words to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// These stems one after the other; never empty.
    Words { stems: Vec<String>, stop_word: bool, within: In },
    /// Words that begin so.
    Prefix { prefix: String, position: usize, within: In },
}

/// Where words are to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum In {
    Everywhere,
    Title,
}

impl Text {
    /// The words of a text as the index knows them; `None` where there are none.
    fn words(text: &str, within: In) -> Option<Self> {
        let words: Vec<Word> = words(text).collect();
        let stop_word = matches!(words.as_slice(), [word] if text::words::is_stop_word(&word.whole));
        let stems: Vec<_> = words.into_iter().map(|word| word.stem).collect();
        (!stems.is_empty()).then_some(Self::Words { stems, stop_word, within })
    }

    pub(crate) fn within(&self) -> In {
        match self {
            Self::Words { within, .. } | Self::Prefix { within, .. } => *within,
        }
    }
}

impl Query {
    /// Reads a query; names of topics, places and the like are looked up in the vocabulary.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, QueryError> {
        Ok(Self { expression: parser::parse(text, vocabulary)? })
    }

    /// The query that everything answers.
    pub fn all() -> Self {
        Self { expression: Expression::All }
    }

    /// The words that a snippet should show.
    pub(crate) fn sought(&self) -> crate::index::Sought {
        let mut sought = crate::index::Sought::default();
        let mut open = vec![&self.expression];
        while let Some(expression) = open.pop() {
            match expression {
                Expression::And(parts) | Expression::Or(parts) => open.extend(parts),
                Expression::Text(Text::Words { stems, .. }) => sought.stems.extend(stems.iter().cloned()),
                Expression::Text(Text::Prefix { prefix, .. }) => drop(sought.prefixes.insert(prefix.clone())),
                // What is not wanted is not shown.
                _ => {}
            }
        }
        sought
    }
}
