//! Single-byte encodings that the web never took over: DOS, EBCDIC, old Macintosh, and a few national ones.

/// One a line: labels, a tab, and the characters; the file's head says where they come from.
const PAGES: &str = include_str!("codepages.txt");

/// The characters of a code page: of bytes 128 to 255, or of all where it is EBCDIC.
pub(super) fn page(label: &str) -> Option<&'static str> {
    let label = label.strip_prefix("x-").filter(|_| !label.starts_with("x-mac")).unwrap_or(label);
    let lines = PAGES.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .find(|(labels, _)| labels.split(' ').any(|known| known == label))
        .map(|(_, page)| page)
}

/// Whether a page covers all 256 bytes.
pub(super) fn is_ebcdic(page: &str) -> bool {
    page.chars().nth(128).is_some()
}

/// Reads bytes with a page.
pub(super) fn decode(page: &str, bytes: &[u8]) -> String {
    let characters: Vec<char> = page
        .chars()
        .map(|c| match c {
            '\u{2409}' => '\t',
            '\u{240a}' => '\n',
            '\u{240d}' => '\r',
            _ => c,
        })
        .collect();
    let first = 256 - characters.len().min(256);
    bytes
        .iter()
        .map(|byte| usize::from(*byte).checked_sub(first).map_or(char::from(*byte), |at| characters[at]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_whole() {
        let mut pages = 0;
        for (labels, page) in
            PAGES.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('\t').expect("two columns"))
        {
            assert!(matches!(page.chars().count(), 128 | 256), "{labels}");
            assert!(!decode(page, &[0, 64, 127, 128, 255]).is_empty());
            pages += 1;
        }
        assert!(pages >= 30);
        assert_eq!(page("ibm850").map(is_ebcdic), Some(false));
        assert_eq!(page("cp037").map(is_ebcdic), Some(true));
    }
}
