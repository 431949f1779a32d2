//! One address for one page, however it was shared.

use url::Url;

/// Addresses longer than this are somebody's data, not a page.
const MAX_LENGTH: usize = 4096;

/// Query keys that say how a reader came to the page and not what is on it.
const TRACKING: &[&str] = &[
    "_ga",
    "_gl",
    "dclid",
    "fb_action_ids",
    "fb_action_types",
    "fb_source",
    "fbclid",
    "ftag",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "hsctatracking",
    "igsh",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mibextid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ref_src",
    "ref_url",
    "s_cid",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "wickedid",
    "yclid",
];
const TRACKING_STARTS: &[&str] = &["utm_", "at_", "hsa_", "pk_", "mtm_", "matomo_"];

/// The address without tracking parameters, fragment, credentials and default port; `None` for what is not http(s).
pub fn canonical_url(address: &str) -> Option<String> {
    parse(address).map(String::from)
}

/// [`canonical_url`] for who needs the parts.
pub(crate) fn parse(address: &str) -> Option<Url> {
    let address = address.trim();
    if address.len() > MAX_LENGTH {
        return None;
    }
    clean(Url::parse(address).ok()?)
}

/// A link found on a page, resolved against the page's address.
pub(crate) fn resolve(base: Option<&Url>, link: &str) -> Option<Url> {
    let link = link.trim();
    if link.len() > MAX_LENGTH || link.starts_with('#') {
        return None;
    }
    clean(Url::options().base_url(base).parse(link).ok()?)
}

fn clean(mut url: Url) -> Option<Url> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(&kept));
    }
    Some(url)
}

fn is_tracking(pair: &str) -> bool {
    let key = pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    TRACKING.contains(&key.as_str()) || TRACKING_STARTS.iter().any(|start| key.starts_with(start))
}

/// The host without what only tells a device apart.
pub(crate) fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    ["www.", "m.", "amp.", "mobile."].iter().find_map(|start| host.strip_prefix(start)).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_address() {
        let canonical = |address| canonical_url(address);
        let page = Some("https://berita.example/banjir?id=7".to_owned());
        assert_eq!(canonical("HTTPS://Berita.Example:443/banjir?utm_source=wa&id=7&fbclid=x#komentar"), page);
        assert_eq!(canonical("  https://pengguna:sandi@berita.example/banjir?id=7"), page);
        assert_eq!(canonical("http://berita.example"), Some("http://berita.example/".into()));
        assert_eq!(canonical("http://berita.example/?utm_medium=a"), Some("http://berita.example/".into()));
    }

    #[test]
    fn only_web_addresses() {
        for address in
            ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "berita.example", "", "http://"]
        {
            assert_eq!(canonical_url(address), None, "{address}");
        }
        assert_eq!(canonical_url(&format!("https://a.example/{}", "x".repeat(5000))), None);
    }

    #[test]
    fn links_are_resolved() {
        let base = Url::parse("https://www.berita.example/2026/banjir/").unwrap();
        let resolve = |link| resolve(Some(&base), link).map(String::from);
        assert_eq!(resolve("../foto?utm_source=x"), Some("https://www.berita.example/2026/foto".into()));
        assert_eq!(resolve("//lain.example/a"), Some("https://lain.example/a".into()));
        assert_eq!(resolve("#atas"), None);
        assert_eq!(bare_host(&base), "berita.example");
    }
}
