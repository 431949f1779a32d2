//! Figures as Indonesian words write them.

/// One decimal place with a comma; none where it is a whole number.
pub(crate) fn decimal(value: f32) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.replace('.', ","), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decimal_mark_is_a_comma() {
        assert_eq!([4.0, 0.25, 12.34, 0.96].map(decimal), ["4", "0,2", "12,3", "1"]);
    }
}
