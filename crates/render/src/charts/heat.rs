//! Shades for tables of counts: the figure stands in the cell, the shade only leads the eye to it.

/// 0 for nothing, then 1 to 4 by share of the largest count in the table.
pub(crate) fn shade(count: u32, most: u32) -> u8 {
    match (count, u64::from(count) * 4) {
        (0, _) => 0,
        (_, four) if four <= u64::from(most) => 1,
        (_, four) if four <= u64::from(most) * 2 => 2,
        (_, four) if four <= u64::from(most) * 3 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_by_share_of_the_largest() {
        assert_eq!([0, 1, 25, 26, 75, 76, 100].map(|count| shade(count, 100)), [0, 1, 1, 2, 3, 4, 4]);
        assert_eq!((shade(0, 0), shade(u32::MAX, u32::MAX)), (0, 4));
    }
}
