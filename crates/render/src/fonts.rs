//! The embedded typeface: the same two weights for paper, for the screen, and for measuring text in pictures.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontVariations};

/// Regular and semibold, in that order.
pub(crate) static PAPER: LazyLock<[Font; 2]> = LazyLock::new(|| {
    let files: [&'static [u8]; 2] =
        [include_bytes!("../fonts/inter-regular.otf"), include_bytes!("../fonts/inter-semibold.otf")];
    files.map(|file| Font::new(Bytes::new(file), 0).expect("the embedded fonts are well-formed"))
});

/// `@font-face` rules that hold the fonts themselves, so that a page asks nobody for them.
pub(crate) static SCREEN: LazyLock<String> = LazyLock::new(|| {
    let files: [(u16, &[u8]); 2] =
        [(400, include_bytes!("../fonts/inter-regular.woff2")), (600, include_bytes!("../fonts/inter-semibold.woff2"))];
    files
        .map(|(weight, file)| {
            let data = STANDARD.encode(file);
            format!("@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/woff2;base64,{data}) format(\"woff2\")}}\n")
        })
        .concat()
});

/// True where the paper can show the character.
pub(crate) fn has_glyph(c: char) -> bool {
    PAPER.iter().all(|font| font.info().coverage.contains(u32::from(c)))
}

/// The heavier weight, ready to measure.
static HEAVY: LazyLock<FontInstance> = LazyLock::new(|| {
    let [_, heavy] = &*PAPER;
    heavy.clone().instantiate(FontVariant::default(), Abs::pt(1.0), &FontVariations::default())
});

/// Width of a text in em, set in the heavier weight with figures of one width, so that it is never wider than this.
pub(crate) fn width(text: &str) -> f64 {
    let advance = |c: char| {
        let glyph = HEAVY.ttf().glyph_index(if c.is_ascii_digit() { '0' } else { c })?;
        HEAVY.x_advance(glyph.0)
    };
    // What has no glyph here is an emoji or another script on a screen: about a square.
    text.chars().map(|c| advance(c).map_or(1.1, |em| em.get())).sum()
}
