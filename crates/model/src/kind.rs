//! `Kind`: one entry of an open list (collectors, stages, outputs).
//!
//! The lists are explicit slices, so that everything the program can do is readable in one place;
//! the reference is printed from them and a test builds every `example`.

/// One named way of doing something: its name in a pipeline file, what it does, a working example, and how it is built.
pub struct Kind<B> {
    /// The name used in a pipeline file and in error messages.
    pub name: &'static str,
    /// One line for the reference, in the third person.
    pub summary: &'static str,
    /// TOML that builds as it stands; printed in the reference and built by a test.
    pub example: &'static str,
    /// Builds the thing; the shape of this function belongs to the crate that owns the list.
    pub build: B,
}
