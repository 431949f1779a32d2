//! Rows of any table to items: what columns are called, and what their cells mean.
//!
//! NDJSON, CSV and XLSX differ only in how a row is read; from here on they are the same.

use crate::dates;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{Author, BodyFormat, Engagement, RawItem, SourceKind, SourceName};
use std::borrow::Cow;
use xxhash_rust::xxh3::Xxh3;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Title,
    Text,
    Html,
    Url,
    Source,
    Kind,
    Date,
    /// A moment in seconds or milliseconds, which needs no zone and therefore wins over `Date`.
    Epoch,
    Author,
    Tags,
    Likes,
    Shares,
    Comments,
    Views,
    /// An object of counts, as social platforms write it.
    Group,
}

const COLUMNS: usize = Column::Group as usize;

impl Column {
    /// Recognises a header or a JSON key in English or Indonesian; case, blanks and punctuation do not matter.
    pub(crate) fn of(header: &str) -> Option<Self> {
        if let Some(column) = Self::known(header) {
            return Some(column);
        }
        if header.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return None; // already in the form that is known
        }
        let words = header.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self::known(&words.map(str::to_lowercase).collect::<Vec<_>>().join("_"))
    }

    fn known(name: &str) -> Option<Self> {
        Some(match name {
            "id" | "_id" | "id_str" | "post_id" | "item_id" | "tweet_id" | "guid" | "uid" | "id_laporan"
            | "nomor_laporan" | "tracking_id" => Self::Id,
            "title" | "judul" | "headline" | "judul_berita" | "judul_laporan" => Self::Title,
            "text" | "teks" | "isi" | "content" | "konten" | "body" | "full_text" | "message" | "pesan" | "caption"
            | "hit_sentence" | "isi_berita" | "isi_laporan" | "isi_aduan" | "aduan" | "komentar" | "comment"
            | "tweet" | "ulasan" | "review" | "deskripsi" | "description" | "snippet" | "uraian" => Self::Text,
            "html" | "content_html" | "isi_html" => Self::Html,
            "url" | "link" | "tautan" | "permalink" | "url_berita" | "link_berita" | "tautan_berita" | "post_url" => {
                Self::Url
            }
            "source" | "sumber" | "media" | "nama_media" | "outlet" | "site" | "situs" | "publisher"
            | "sumber_berita" => Self::Source,
            "kind" | "jenis" | "jenis_sumber" | "source_kind" | "source_type" | "page_type" | "type" | "tipe" => {
                Self::Kind
            }
            "published_at" | "date" | "tanggal" | "tgl" | "published" | "created_at" | "timestamp" | "time"
            | "waktu" | "datetime" | "tanggal_terbit" | "tanggal_berita" | "tanggal_laporan" | "post_created"
            | "pubdate" | "publish_date" | "published_date" => Self::Date,
            "unix_timestamp" | "epoch" | "created_utc" => Self::Epoch,
            "author" | "akun" | "account" | "username" | "user" | "user_name" | "screen_name" | "penulis"
            | "pengguna" | "nama_akun" | "influencer" | "author_name" | "author_hash" | "author_id" | "pelapor" => {
                Self::Author
            }
            "tags" | "tag" | "label" | "labels" | "kategori" | "category" | "categories" | "hashtags" | "tagar" => {
                Self::Tags
            }
            "likes" | "like_count" | "suka" | "num_likes" | "favorite_count" | "reactions" | "jumlah_suka" => {
                Self::Likes
            }
            "shares" | "share_count" | "retweet_count" | "reposts" | "repost_count" | "bagikan" | "jumlah_bagikan" => {
                Self::Shares
            }
            "comments" | "comment_count" | "reply_count" | "replies" | "num_comments" | "jumlah_komentar" => {
                Self::Comments
            }
            "views" | "view_count" | "plays" | "impression_count" | "dilihat" | "tayangan" | "jumlah_tayangan" => {
                Self::Views
            }
            "engagement" | "metrics" | "public_metrics" | "statistics" => Self::Group,
            _ => return None,
        })
    }

    /// True for the columns without which a table says nothing.
    fn speaks(self) -> bool {
        matches!(self, Self::Text | Self::Title | Self::Html)
    }
}

/// A header row: the column of each position.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Header {
    columns: Vec<Option<Column>>,
}

impl Header {
    /// Reads a row as a header.
    pub(crate) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        Self { columns: cells.map(Column::of).collect() }
    }

    /// How well a row serves as a header: 0 where it names no text, else the number of known columns.
    pub(crate) fn score(&self) -> usize {
        let known = self.columns.iter().flatten();
        if known.clone().any(|column| column.speaks()) { known.count() } else { 0 }
    }

    /// Puts the cells of a row under their columns.
    pub(crate) fn row<'a>(&self, cells: impl Iterator<Item = Cow<'a, str>>) -> Row<'a> {
        let mut row = Row::default();
        for (column, cell) in self.columns.iter().zip(cells) {
            if let Some(column) = column {
                row.set(*column, cell);
            }
        }
        row
    }
}

/// One row, its cells by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row<'a> {
    cells: [Cow<'a, str>; COLUMNS],
}

/// What a row takes from its surroundings.
pub(crate) struct Surroundings<'o> {
    pub(crate) source: SourceName,
    /// True where a row's own source does not count.
    pub(crate) force_source: bool,
    pub(crate) kind: Option<SourceKind>,
    pub(crate) zone: &'o TimeZone,
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

    /// Takes over the counts of an object inside the row.
    pub(crate) fn take_counts(&mut self, mut group: Row<'a>) {
        for column in [Column::Likes, Column::Shares, Column::Comments, Column::Views] {
            self.set(column, group.take(column));
        }
    }

    pub(crate) fn take(&mut self, column: Column) -> Cow<'a, str> {
        std::mem::take(&mut self.cells[column as usize])
    }

    fn get(&self, column: Column) -> Option<&str> {
        Some(self.cells[column as usize].trim()).filter(|cell| !cell.is_empty())
    }

    fn owned(&self, column: Column) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    /// The row as an item, or why it is none.
    pub(crate) fn into_item(self, around: &Surroundings<'_>) -> Result<RawItem, &'static str> {
        let (body, format) = match (self.get(Column::Html), self.get(Column::Text)) {
            (Some(html), _) => (html, BodyFormat::Fragment),
            (None, Some(text)) if looks_like_html(text) => (text, BodyFormat::Fragment),
            (None, text) => (text.unwrap_or_default(), BodyFormat::Text),
        };
        if body.is_empty() && self.get(Column::Title).is_none() {
            return Err("neither title nor text");
        }
        let date = |column| self.get(column).and_then(|text| dates::parse(text, around.zone));
        let count = |column| self.get(column).and_then(count);
        let own_source = self.get(Column::Source).filter(|_| !around.force_source);
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
            kind: self.get(Column::Kind).and_then(|kind| kind.parse().ok()).or(around.kind).unwrap_or_default(),
            url: self.get(Column::Url).filter(|url| url.starts_with("http")).map(str::to_owned),
            title: self.owned(Column::Title),
            format,
            charset: None,
            published_at: date(Column::Epoch).or_else(|| date(Column::Date)),
            author: self.owned(Column::Author).map(Author::Name),
            tags: self.get(Column::Tags).map(tags).unwrap_or_default(),
            engagement: Engagement {
                likes: count(Column::Likes),
                shares: count(Column::Shares),
                comments: count(Column::Comments),
                views: count(Column::Views),
            },
            fetched_at: around.fetched_at,
            withdrawn: false,
            parent: None,
            body: body.as_bytes().to_vec(),
        })
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

/// True for text that is markup: exports of content systems put HTML under "content".
fn looks_like_html(text: &str) -> bool {
    text.starts_with('<') && ["</p>", "<br", "</div>", "</a>", "</span>"].iter().any(|tag| text.contains(tag))
}

fn tags(cell: &str) -> Vec<String> {
    let tags =
        cell.split([',', ';', '|', '\n']).map(|tag| tag.trim().trim_start_matches('#')).filter(|tag| !tag.is_empty());
    tags.take(64).map(str::to_owned).collect()
}

/// "1234", "1.234" or "1,234".
fn count(cell: &str) -> Option<u64> {
    cell.replace(['.', ',', ' '], "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(force_source: bool) -> Surroundings<'static> {
        static UTC: TimeZone = TimeZone::UTC;
        Surroundings {
            source: "berkas".into(),
            force_source,
            kind: Some(SourceKind::Post),
            zone: &UTC,
            fetched_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn item(header: &str, cells: &str) -> Result<RawItem, &'static str> {
        Header::of(header.split('|')).row(cells.split('|').map(Cow::Borrowed)).into_item(&around(false))
    }

    #[test]
    fn knows_columns_in_two_languages_and_any_case() {
        for (header, column) in [
            ("Tanggal Terbit", Column::Date),
            ("PUBLISHED-AT", Column::Date),
            ("Full Text", Column::Text),
            (" Judul ", Column::Title),
            ("Tautan", Column::Url),
            ("nama.akun", Column::Author),
            ("Jenis", Column::Kind),
        ] {
            assert_eq!(Column::of(header), Some(column), "{header}");
        }
        assert_eq!(Column::of("extra"), None);
        assert_eq!(Header::of(["Tanggal", "Nomor"].into_iter()).score(), 0);
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
        let forced = Header::of(["Isi", "Sumber"].into_iter())
            .row(["x", "Kabar"].into_iter().map(Cow::Borrowed))
            .into_item(&around(true))
            .unwrap();
        assert_eq!(forced.source.as_str(), "berkas");
    }

    #[test]
    fn an_edit_changes_the_revision_and_not_the_id() {
        let (old, new) = (item("id|Isi", "7|Air naik").unwrap(), item("id|Isi", "7|Air surut").unwrap());
        assert!(old.id == new.id && old.revision != new.revision);
    }
}
