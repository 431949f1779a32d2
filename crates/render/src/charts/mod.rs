//! The small pictures: each an SVG that says its figures in words too.
//!
//! Drawn twice from one description: for the screen with CSS colours that follow light and dark, for paper with fixed
//! ones. Meaning never rests on colour alone: shapes, hatching, order and written figures carry it as well.

mod bars;
mod days;
mod heat;
mod ink;
mod spark;
mod spread;
mod tiles;
mod tone;
mod trend;

pub(crate) use bars::bars;
pub(crate) use days::{Day, days};
pub(crate) use heat::shade;
pub(crate) use spark::spark;
pub(crate) use spread::spread;
pub(crate) use tiles::tiles;
pub(crate) use tone::tone;
pub(crate) use trend::{SMALL, WIDE, trend};

use crate::paper::Mark;
use serde::Serialize;

/// Finds the mark of a figure by its id.
pub(crate) type Marks<'a> = &'a dyn Fn(&str) -> Option<Mark>;

/// A finished picture.
#[derive(Clone, Serialize)]
pub(crate) struct Chart {
    /// For HTML, set inline.
    #[serde(skip)]
    pub screen: String,
    /// For the PDF.
    pub paper: String,
    /// The figures in words, for those who do not see it.
    pub alt: String,
    /// In pixels of the HTML page.
    pub width: f64,
    pub height: f64,
}

/// Width of a picture that fills half the page, or a phone.
pub(crate) const HALF: f64 = 340.0;
