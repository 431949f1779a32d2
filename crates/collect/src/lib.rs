//! The world to `RawItem`s: feeds, sites and files, in bounded batches.
//!
//! Invariant: nothing is interpreted here. An item leaves as its source gave it, with the source's own id and dates,
//! and the cursor of a source travels with the items that it covers, so that whoever stores them can commit both at once.

mod collector;

mod error;

mod options;

mod connector;

mod ledger;

mod interface;

mod followed;

mod feed;

mod wordpress;

mod imap;
mod mastodon;

mod bluesky;

mod telegram;

mod youtube;

mod x;

mod graph;

mod facebook;

mod instagram;

mod threads;

mod lapor;

mod manual;

mod file;

mod import;

mod format;

mod archive;

mod folder;

mod ndjson;

mod csv;

mod xlsx;

mod html_table;

mod header;

mod exports;

mod rows;

mod columns;

mod words;

mod dates;

mod html;

mod addresses;

mod articles;

mod sitemap;

mod page;

mod gdelt;

mod googlenews;

mod discover;

pub use collector::{Batch, BuildContext, Collector, Context, Emit, Outcome, Skipped, Source};
pub use connector::{Build, Connector, Evidence};
pub use discover::{Candidate, Discovery, Verdict, discover};
pub use error::{BoxError, Error};
pub use exports::Export;
pub use feed::{FeedEntry, parse_feed};
pub use format::{Format, FormatEntry};
pub use import::{ImportOptions, import};
pub use ledger::{Account, Ledger, MemoryLedger};

/// Every way of collecting; adding one is a file with a `CONNECTOR`, its `mod` line above and its line here.
#[rustfmt::skip]
pub const COLLECTORS: &[Connector] = &[
    feed::CONNECTOR,
    wordpress::CONNECTOR,
    sitemap::CONNECTOR,
    page::CONNECTOR,
    mastodon::CONNECTOR,
    bluesky::CONNECTOR,
    telegram::CONNECTOR,
    youtube::CONNECTOR,
    x::CONNECTOR,
    facebook::CONNECTOR,
    instagram::CONNECTOR,
    threads::CONNECTOR,
    gdelt::CONNECTOR,
    googlenews::CONNECTOR,
    lapor::CONNECTOR,
    imap::CONNECTOR,
    manual::CONNECTOR,
    file::CONNECTOR,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn build(connector: &Connector, table: &str) -> Result<Box<dyn Collector>, String> {
        let context = BuildContext { base: ".".as_ref(), zone: &jiff::tz::TimeZone::UTC };
        (connector.kind.build)(&table.parse().expect("valid TOML"), &context)
    }

    #[test]
    fn every_example_builds() {
        for connector in COLLECTORS {
            let kind = &connector.kind;
            let collector = build(connector, kind.example).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
            assert!(!connector.limits.is_empty() && !connector.terms.is_empty(), "{}", kind.name);
            assert!(kind.example.contains(&format!("kind = \"{}\"", kind.name)));
            assert!(!collector.source().name.as_str().is_empty());
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_the_known_ones() {
        for connector in COLLECTORS {
            let error = build(connector, &format!("{}\nulr = 1", connector.kind.example)).err().expect("refused");
            assert!(error.contains("`ulr`") && error.contains("`source_kind`"), "{error}");
        }
    }

    #[test]
    fn a_wrong_value_is_named() {
        let feed = |line: &str| {
            build(&COLLECTORS[0], &format!("kind = \"feed\"\nname = \"x\"\n{line}")).err().expect("refused")
        };
        assert!(feed("").contains("missing field `url`"));
        assert!(feed("url = \"media.example\"").starts_with("`url` is"));
        assert!(
            feed("url = \"https://media.example/\"\nsource_kind = \"blog\"")
                .starts_with("`source_kind`: unknown variant `blog`")
        );
        let private = feed("url = \"https://media.example/\"\nallow_private = [\"localhost\"]");
        assert!(private.starts_with("`allow_private") && private.contains("host:port"), "{private}");
    }
}
