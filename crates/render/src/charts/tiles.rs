//! The tile map: every regency and city a tile of one size near its true place, with its count.

use super::ink::{Anchor, Ink, Svg, fit};
use super::{Chart, HALF, Marks};
use crate::words;
use model::Tile;

const HEIGHT: f64 = 35.0;
const GAP: f64 = 3.0;

/// Draws the tiles. Shades go by quarter of the areas that were spoken of; zero is empty, "tanpa data" is hatched.
pub(crate) fn tiles(tiles: &[Tile], marks: Marks<'_>) -> Chart {
    let columns = f64::from(tiles.iter().map(|tile| tile.column).max().unwrap_or(0)) + 1.0;
    let rows = f64::from(tiles.iter().map(|tile| tile.row).max().unwrap_or(0)) + 1.0;
    let width = (HALF + GAP) / columns - GAP;
    let mut positive: Vec<u32> = tiles.iter().filter_map(|tile| tile.count).filter(|count| *count > 0).collect();
    positive.sort_unstable();

    let mut svg = Svg::new();
    for tile in tiles {
        let (x, y) = (f64::from(tile.column) * (width + GAP), f64::from(tile.row) * (HEIGHT + GAP));
        let ink = match tile.count {
            None => {
                svg.hatch(x, y, width, HEIGHT, Ink::Line);
                svg.frame(x, y, width, HEIGHT, Ink::Line);
                svg.rect(x + 4.0, y + 4.0, width - 8.0, HEIGHT - 8.0, Ink::Ground);
                Ink::Soft
            }
            Some(0) => {
                svg.frame(x, y, width, HEIGHT, Ink::Line);
                Ink::Soft
            }
            Some(count) => {
                let (fill, on) = shade(count, &positive);
                svg.rect(x, y, width, HEIGHT, fill);
                on
            }
        };
        svg.text(x + 6.0, y + 14.5, &fit(&tile.name, width - 8.0), Anchor::Start, false, ink);
        let count = tile.count.map_or_else(|| "tanpa data".to_owned(), words::number);
        svg.marked(marks(&format!("wilayah:{}", tile.code)), |svg| {
            svg.text(x + 6.0, y + 29.0, &fit(&count, width - 8.0), Anchor::Start, tile.count.is_some(), ink);
        });
    }
    svg.finish(HALF, rows * (HEIGHT + GAP) - GAP, alt(tiles))
}

/// The quarter of the areas with items that this count belongs to; equal counts share a shade.
fn shade(count: u32, positive: &[u32]) -> (Ink, Ink) {
    let below = positive.partition_point(|other| *other < count);
    match below * 4 / positive.len().max(1) {
        0 => (Ink::Map1, Ink::OnMap1),
        1 => (Ink::Map2, Ink::OnMap2),
        2 => (Ink::Map3, Ink::OnMap3),
        _ => (Ink::Map4, Ink::OnMap4),
    }
}

fn alt(tiles: &[Tile]) -> String {
    let parts: Vec<_> = tiles
        .iter()
        .map(|tile| format!("{} {}", tile.name, tile.count.map_or_else(|| "tanpa data".to_owned(), words::number)))
        .collect();
    format!("Item per kabupaten/kota: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_by_quarters_and_nothing_is_not_zero() {
        let counts = [4, 12, 19, 21, 26, 31, 63, 171, 214];
        let shades: Vec<_> = counts.iter().map(|count| shade(*count, &counts).0).collect();
        assert_eq!((shades[0], shades[3], shades[8]), (Ink::Map1, Ink::Map2, Ink::Map4));
        let tile = |count, column| Tile { code: "64.72".into(), name: "A".into(), column, row: 0, count };
        let chart = tiles(&[tile(None, 0), tile(Some(0), 1)], &|_| None);
        assert_eq!(chart.alt, "Item per kabupaten/kota: A tanpa data, A 0");
        assert!(chart.paper.contains("tanpa data"));
    }
}
