//! The fields of the claim index, and how a fact-check fills them.

use model::{FactCheck, FactCheckId};
use tantivy::{
    TantivyDocument, Term,
    schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value},
    tokenizer::RAW_TOKENIZER_NAME,
};

/// Raise it whenever the same fact-check would be indexed differently; an older index is then rebuilt.
pub(super) const VERSION: &str = "claims 1";

/// Bytes of a fact-check's text that are indexed; the claim and the finding stand in the first few thousand.
const TEXT_BYTES_MAX: usize = 50_000;

/// Every field of the index.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) title: Field,
    pub(super) text: Field,
    id: Field,
    check: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let indexed = |tokenizer: &str, option| {
            TextOptions::default()
                .set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option))
        };
        // Words are cut before they come here, by the function that the judge uses too; a space is what is left between them.
        let words = indexed("whitespace", IndexRecordOption::WithFreqs);
        Self {
            title: schema.add_text_field("title", words.clone()),
            text: schema.add_text_field("text", words),
            id: schema.add_text_field("id", indexed(RAW_TOKENIZER_NAME, IndexRecordOption::Basic)),
            check: schema.add_bytes_field("check", STORED),
            schema: schema.build(),
        }
    }

    /// The term that finds one fact-check.
    pub(super) fn id_term(&self, id: &FactCheckId) -> Term {
        Term::from_field_text(self.id, &id_text(id))
    }

    pub(super) fn document(&self, check: &FactCheck) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.id, id_text(&check.id));
        let text = &check.text[..check.text.floor_char_boundary(TEXT_BYTES_MAX)];
        document.add_text(self.title, text::claim_words(&check.title).join(" "));
        document.add_text(self.text, text::claim_words(text).join(" "));
        let json = serde_json::to_vec(check).expect("a fact-check has no maps and no other keys than texts");
        document.add_bytes(self.check, &json);
        document
    }

    /// The fact-check that a document was made from.
    pub(super) fn check(&self, document: &TantivyDocument) -> tantivy::Result<FactCheck> {
        let json = document.get_first(self.check).and_then(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(json).map_err(|error| {
            tantivy::TantivyError::InternalError(format!("a stored fact-check cannot be read: {error}"))
        })
    }
}

/// Some publishers use whole addresses as ids, and a term has a longest length.
fn id_text(id: &FactCheckId) -> String {
    if id.as_str().len() <= 256 { id.0.clone() } else { blake3::hash(id.as_str().as_bytes()).to_string() }
}
