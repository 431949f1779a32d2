//! Rows of any table to items: what their cells mean together.
//!
//! NDJSON, CSV and XLSX differ only in how a row is read; from here on they are the same.

use crate::columns::{COLUMNS, Column};
use crate::{dates, words};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Author, BodyFormat, DocumentId, Engagement, RawItem, SourceKind, SourceName};
use std::borrow::Cow;
use xxhash_rust::xxh3::Xxh3;

/// One row, its cells by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row<'a> {
    cells: [Cow<'a, str>; COLUMNS],
}

/// Why there is no item.
pub(crate) type Reason = Cow<'static, str>;

/// The tag of what passes on another's words.
const REPOST: &str = "repost";
/// The most tags of one item.
const TAGS_MAX: usize = 64;

/// What a row takes from its surroundings.
#[derive(Clone)]
pub(crate) struct Surroundings<'o> {
    pub(crate) source: SourceName,
    /// True where a row's own source does not count.
    pub(crate) force_source: bool,
    pub(crate) kind: Option<SourceKind>,
    pub(crate) zone: Cow<'o, TimeZone>,
    /// True where other dates of the file show that the month comes before the day.
    pub(crate) month_first: bool,
    pub(crate) fetched_at: Timestamp,
}

impl<'a> Row<'a> {
    /// Fills a cell; of several columns with the same meaning the first that says something counts.
    pub(crate) fn set(&mut self, column: Column, value: Cow<'a, str>) {
        if let Some(cell) = self.cells.get_mut(column as usize)
            && cell.is_empty()
            && !value.trim().is_empty()
        {
            *cell = value;
        }
    }

    /// Puts a value in place of what a cell said.
    pub(crate) fn put(&mut self, column: Column, value: Cow<'a, str>) {
        if let Some(cell) = self.cells.get_mut(column as usize) {
            *cell = value;
        }
    }

    /// Puts a value behind what a cell says.
    pub(crate) fn add(&mut self, column: Column, value: Cow<'a, str>) {
        match self.cells.get_mut(column as usize) {
            Some(cell) if !cell.is_empty() && !value.trim().is_empty() => {
                *cell = Cow::Owned(format!("{cell};{value}"));
            }
            _ => self.set(column, value),
        }
    }

    /// Takes over the counts of an object inside the row.
    pub(crate) fn take_counts(&mut self, mut group: Row<'a>) {
        for column in [Column::Likes, Column::Shares, Column::Comments, Column::Views] {
            self.set(column, group.take(column));
        }
    }

    pub(crate) fn take(&mut self, column: Column) -> Cow<'a, str> {
        std::mem::take(&mut self.cells[column as usize])
    }

    pub(crate) fn get(&self, column: Column) -> Option<&str> {
        Some(self.cells[column as usize].trim()).filter(|cell| !cell.is_empty())
    }

    fn owned(&self, column: Column) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    /// The row as an item, or why it is none.
    pub(crate) fn into_item(mut self, around: &Surroundings<'_>) -> Result<RawItem, Reason> {
        self.check()?;
        self.join_text();
        let (body, format) = match (self.get(Column::Html), self.get(Column::Text)) {
            (Some(html), _) => (html, BodyFormat::Fragment),
            (None, Some(text)) if looks_like_html(text) => (text, BodyFormat::Fragment),
            (None, text) => (text.unwrap_or_default(), BodyFormat::Text),
        };
        if body.is_empty() && self.get(Column::Title).is_none() {
            return Err("neither title nor text".into());
        }
        let count = |column| self.get(column).and_then(words::count);
        let own_source = self.get(Column::Source).filter(|_| !around.force_source);
        let entry = self.get(Column::Entry).map_or(words::Entry::Own, words::entry);
        let kind = self.get(Column::Kind).and_then(words::kind);
        let mut tags = self.get(Column::Tags).map(tags).unwrap_or_default();
        if entry == words::Entry::Repost {
            tags.push(REPOST.to_owned());
        }
        let anonymous = self.get(Column::Anonymous).is_some_and(words::yes);
        Ok(RawItem {
            source: own_source.map_or_else(|| around.source.clone(), SourceName::from),
            id: self
                .owned(Column::Id)
                .or_else(|| self.owned(Column::Url))
                .unwrap_or_else(|| self.hash(&[Column::Date, Column::Author]))
                .into(),
            revision: self.hash(&[
                Column::Url,
                Column::Kind,
                Column::Date,
                Column::Tags,
                Column::Likes,
                Column::Shares,
                Column::Comments,
                Column::Views,
            ]),
            kind: match (entry, kind) {
                (words::Entry::Reply, None | Some(SourceKind::Post | SourceKind::Comment)) => SourceKind::Comment,
                (_, kind) => kind.or(around.kind).unwrap_or_default(),
            },
            url: self.get(Column::Url).filter(|url| url.starts_with("http")).map(str::to_owned),
            title: self.owned(Column::Title),
            format,
            charset: None,
            published_at: self.published_at(around),
            author: self.owned(Column::Author).filter(|_| !anonymous).map(Author::Name),
            tags,
            engagement: Engagement {
                likes: count(Column::Likes),
                shares: count(Column::Shares),
                comments: count(Column::Comments),
                views: count(Column::Views),
            },
            fetched_at: around.fetched_at,
            withdrawn: false,
            parent: self.owned(Column::Parent).map(DocumentId::from),
            body: body.as_bytes().to_vec(),
        })
    }

    /// Refuses what must not be read, and what a failed formula has put in the place of words.
    fn check(&self) -> Result<(), Reason> {
        if let Some(secret) = self.get(Column::Secret)
            && (words::yes(secret)
                || secret.to_lowercase().contains("rahasia") && !secret.to_lowercase().contains("tidak"))
        {
            return Err("marked confidential (rahasia) and not read".into());
        }
        for (column, name) in [
            (Column::Title, "title"),
            (Column::Text, "text"),
            (Column::Html, "text"),
            (Column::Id, "id"),
            (Column::Url, "address"),
        ] {
            if let Some(cell) = self.get(column)
                && cell.starts_with('#')
                && words::formula_error(cell)
            {
                return Err(format!("the {name} is a formula error ({cell})").into());
            }
        }
        Ok(())
    }

    /// Puts the second piece of a text behind the first, unless it stands in it.
    fn join_text(&mut self) {
        let more = self.take(Column::More);
        if more.is_empty() {
            return;
        }
        let text = self.take(Column::Text);
        let joined = match (text.trim(), more.trim()) {
            (first, second) if first.contains(second) => text,
            (first, second) if second.contains(first) => more,
            (first, second) => Cow::Owned(format!("{first}\n{second}")),
        };
        self.put(Column::Text, joined);
    }

    /// The moment of publication, put together from what stands in several columns.
    fn published_at(&self, around: &Surroundings<'_>) -> Option<Timestamp> {
        if let Some(moment) = self.get(Column::Epoch).and_then(|epoch| dates::parse(epoch, &around.zone)) {
            return Some(moment);
        }
        let zone = self.get(Column::Zone);
        let named = zone.and_then(|name| TimeZone::get(name).ok());
        let in_zone = named.as_ref().unwrap_or(&around.zone);
        let with_zone = |text: String| match zone {
            Some(zone) if named.is_none() => format!("{text} {zone}"),
            _ => text,
        };
        let read = |text: &str| dates::parse_ordered(text, in_zone, around.month_first);
        let (date, time) = (self.get(Column::Date), self.get(Column::Time));
        match (date, time) {
            (Some(date), Some(time)) if !date.contains(':') => read(&with_zone(format!("{date} {time}")))
                // The second column may hold the whole moment.
                .or_else(|| read(&with_zone(time.to_owned())))
                .or_else(|| read(date))
                .or_else(|| serial(date, in_zone)),
            (Some(date), _) if zone.is_some() => read(&with_zone(date.to_owned())).or_else(|| read(date)),
            (Some(date), _) => read(date).or_else(|| serial(date, in_zone)),
            (None, Some(time)) => read(&with_zone(time.to_owned())).or_else(|| serial(time, in_zone)),
            (None, None) => None,
        }
    }

    /// A hash of what the row says, and of these cells besides.
    fn hash(&self, besides: &[Column]) -> String {
        let mut hash = Xxh3::new();
        for column in [Column::Title, Column::Text, Column::Html].iter().chain(besides) {
            hash.update(self.get(*column).unwrap_or_default().as_bytes());
            hash.update(&[0]);
        }
        format!("{:032x}", hash.digest128())
    }
}

/// A moment as spreadsheets count it, in days since the end of 1899, where a cell lost its format.
fn serial(cell: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (days, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, "0"));
    let days: i32 = days.parse().ok()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(32_874..73_051).contains(&days) || !digits(fraction) {
        return None;
    }
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let midnight = Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days)).ok()?.at(0, 0, 0, 0);
    #[expect(clippy::cast_possible_truncation, reason = "a day has 86,400 seconds")]
    let second = (fraction * 86_400.0).round() as i64;
    zone.to_timestamp(midnight.checked_add(jiff::Span::new().seconds(second)).ok()?).ok()
}

/// True for text that is markup: exports of content systems put HTML under "content".
fn looks_like_html(text: &str) -> bool {
    text.starts_with('<') && ["</p>", "<br", "</div>", "</a>", "</span>"].iter().any(|tag| text.contains(tag))
}

fn tags(cell: &str) -> Vec<String> {
    let tags =
        cell.split([',', ';', '|', '\n']).map(|tag| tag.trim().trim_start_matches('#')).filter(|tag| !tag.is_empty());
    tags.take(TAGS_MAX).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::{Header, Wanted};

    fn around(force_source: bool) -> Surroundings<'static> {
        Surroundings {
            source: "berkas".into(),
            force_source,
            kind: Some(SourceKind::Post),
            zone: Cow::Owned(TimeZone::UTC),
            month_first: false,
            fetched_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn item(header: &str, cells: &str) -> Result<RawItem, Reason> {
        let mut cells: Vec<_> = cells.split('|').map(Cow::Borrowed).collect();
        let header = Header::of(header.split('|'), Wanted::Any);
        header.item(&mut cells, &header.around(&around(false)))
    }

    #[test]
    fn reads_a_row() {
        let item = item(
            "Judul|Isi|Tanggal|Tautan|Sumber|Jenis|Akun|Suka|Tagar",
            "Banjir|Air naik|17 Juli 2025 10:30 WITA|https://a.example/1|Kabar|berita|Sari|1.234|#banjir, #kaltim",
        )
        .unwrap();
        assert_eq!(
            (item.id.as_str(), item.source.as_str(), item.kind),
            ("https://a.example/1", "Kabar", SourceKind::News)
        );
        assert_eq!(item.published_at.unwrap().to_string(), "2025-07-17T02:30:00Z");
        assert_eq!(item.engagement.likes, Some(1234));
        assert_eq!(item.tags, ["banjir", "kaltim"]);
        assert_eq!(item.author, Some(Author::Name("Sari".into())));
    }

    #[test]
    fn fills_gaps_from_around() {
        let row = item("Isi|Tanggal|Jenis", "Air naik|31/02/2025|entah").unwrap();
        assert_eq!((row.source.as_str(), row.kind, row.published_at), ("berkas", SourceKind::Post, None));
        assert_eq!(row.id.as_str().len(), 32);
        assert_eq!(item("Isi|Judul", " | ").unwrap_err(), "neither title nor text");
        let forced = Header::of(["Isi", "Sumber"].into_iter(), Wanted::Any)
            .item(&mut ["x", "Kabar"].map(Cow::Borrowed), &around(true))
            .unwrap();
        assert_eq!(forced.source.as_str(), "berkas");
    }

    #[test]
    fn an_edit_changes_the_revision_and_not_the_id() {
        let (old, new) = (item("id|Isi", "7|Air naik").unwrap(), item("id|Isi", "7|Air surut").unwrap());
        assert!(old.id == new.id && old.revision != new.revision);
    }

    #[test]
    fn puts_a_moment_together() {
        for (header, cells) in [
            ("Isi|Tanggal|Jam", "x|17/07/2025|10.30 WITA"),
            ("Isi|Tanggal|Jam|Zona Waktu", "x|17/07/2025|02:30|UTC"),
            ("Isi|Tanggal|Jam|Zona", "x|17/07/2025|10:30|Asia/Makassar"),
            ("Isi|Date (WIB)", "x|17/07/2025 09:30"),
            ("Isi|Published (GMT+7)", "x|17/07/2025 09:30"),
            ("Isi|Tanggal (hari/bulan/tahun)|Waktu", "x|17/07/2025|17/07/2025 02:30"),
            ("Isi|Tanggal", "x|45855.104166666664"),
            ("Isi|Waktu", "x|2025-07-17 02:30"),
        ] {
            let moment = item(header, cells).unwrap().published_at.map(|moment| moment.to_string());
            assert_eq!(moment.as_deref(), Some("2025-07-17T02:30:00Z"), "{header}: {cells}");
        }
    }

    #[test]
    fn what_is_confidential_stays_where_it_is() {
        for (header, cells) in [("Isi|Rahasia", "x|Ya"), ("Isi|Kerahasiaan", "x|Rahasia")] {
            assert_eq!(item(header, cells).unwrap_err(), "marked confidential (rahasia) and not read");
        }
        assert!(item("Isi|Rahasia", "x|Tidak").is_ok() && item("Isi|Kerahasiaan", "x|Tidak rahasia").is_ok());
        assert_eq!(item("Isi|Pelapor|Anonim", "x|Sari|Ya").unwrap().author, None);
        assert_eq!(item("Judul|Isi", "Banjir|#REF!").unwrap_err(), "the text is a formula error (#REF!)");
    }
}
