//! The pages of one article: sites spread it over several for their advertisements, and readers want it whole.

use super::Articles;
use crate::{Error, addresses, html};
use net::Response;
use std::collections::BTreeSet;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// Further pages that are joined to the first.
const FURTHER_MAX: u32 = 10;
/// Most bytes of a joined article.
const BYTES_MAX: usize = 20 << 20;
/// Shorter pieces of text are menus and captions, which stand on every page.
const PIECE_CHARS_MIN: usize = 60;

/// The bodies of an article's pages, and why some are missing.
pub(super) async fn join(
    articles: &Articles<'_>,
    first: Response,
    left: &mut i32,
) -> Result<(Vec<u8>, Option<String>), Error> {
    let Ok(address) = Url::parse(&first.final_url) else { return Ok((first.body, None)) };
    let mut page = read(&first);
    let first_pieces = pieces(&first);
    if let Some(whole) = page.links.iter().find(|link| addresses::is_full_view(&address, &link.url)) {
        *left -= 1;
        // A full view that fails, or is none, is no loss: the pages are there.
        if let Ok(response) = articles.page(whole.url.as_str()).await?
            && pieces(&response).len() >= first_pieces.len()
        {
            return Ok((response.body, None));
        }
    }
    let mut body = first.body;
    for number in 2..2 + FURTHER_MAX {
        let Some(next) = numbered(&page, &address, number) else { return Ok((body, None)) };
        *left -= 1;
        let response = match articles.page(next.as_str()).await? {
            Ok(response) => response,
            Err(failure) => return Ok((body, Some(format!("page {number} of it is missing: {}", failure.reason())))),
        };
        // Some pagers turn comments or repeat the article: what has the first page's text is no further page of it.
        let again = pieces(&response).intersection(&first_pieces).count();
        if !first_pieces.is_empty() && again * 5 >= first_pieces.len() * 4 {
            return Ok((body, None));
        }
        if body.len() + response.body.len() > BYTES_MAX {
            return Ok((body, Some(format!("only its first {} pages were read, for their size", number - 1))));
        }
        body.extend([b"\n", model::NEXT_PAGE.as_bytes(), b"\n"].concat());
        page = read(&response);
        body.extend(response.body);
    }
    let more = numbered(&page, &address, 2 + FURTHER_MAX).is_some();
    Ok((body, more.then(|| format!("only its first {} pages were read", 1 + FURTHER_MAX))))
}

impl super::Failure {
    fn reason(self) -> String {
        match self {
            Self::Failed(reason) | Self::Absent(reason) | Self::Busy(reason) | Self::Final(reason) => reason,
        }
    }
}

fn read(response: &Response) -> html::Page {
    html::read(&response.body, response.charset.as_deref(), &response.final_url)
}

/// The address of page `number`, as the page before it gives it.
fn numbered(page: &html::Page, article: &Url, number: u32) -> Option<Url> {
    let related = page.related("next").map(|(_, url)| url);
    let mut all = related.chain(page.links.iter().map(|link| &link.url));
    all.find(|url| addresses::page_number(article, url) == Some(number)).cloned()
}

/// The longer pieces of a page's text that lead nowhere.
fn pieces(response: &Response) -> BTreeSet<u64> {
    let mut inside_link = false;
    let text = html::decode(&response.body, response.charset.as_deref());
    html::pieces(&text)
        .filter_map(|piece| {
            match piece {
                html::Piece::Open(tag) if matches!(tag.name.as_str(), "a" | "title") => inside_link = true,
                html::Piece::Close(name) if matches!(name.as_str(), "a" | "title") => inside_link = false,
                html::Piece::Text(text) if !inside_link && text.len() >= PIECE_CHARS_MIN => {
                    let text = html::squeezed(&text);
                    return (text.chars().count() >= PIECE_CHARS_MIN).then(|| xxh3_64(text.as_bytes()));
                }
                _ => {}
            }
            None
        })
        .collect()
}
