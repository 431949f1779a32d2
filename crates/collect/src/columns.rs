//! What columns and JSON keys are called, in English and Indonesian, and what they hold.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Title,
    Text,
    /// A second piece of the text, put behind the first where it says something new.
    More,
    Html,
    Url,
    Source,
    /// What sort of voice it is, by Pesut's names or by the medium: "berita", "Instagram", "comment".
    Kind,
    /// Whether it is somebody's own: "reply" and "comment" are comments, "retweet" and "repost" are reposts.
    Entry,
    /// "yes" where it answers to something.
    Reply,
    /// "yes" where it passes on what another wrote.
    Repost,
    /// What it answers to.
    Parent,
    /// The post or video that it stands under, where `Parent` names nothing nearer.
    Under,
    /// The channel within which its id counts.
    Channel,
    Date,
    /// The time of the day, where it stands beside the date.
    Time,
    /// The zone of `Date`, where a column says it.
    Zone,
    /// A moment in seconds or milliseconds, which needs no zone and therefore wins over `Date`.
    Epoch,
    Author,
    /// "Ya" where the author wishes to stay unnamed.
    Anonymous,
    /// "Ya" where nobody else may read it.
    Secret,
    Tags,
    Likes,
    Shares,
    Comments,
    Views,
    /// An object of counts, as social platforms write it.
    Group,
}

/// How many columns a row has cells for.
pub(crate) const COLUMNS: usize = Column::Group as usize;

/// Every name by which a column is known, in the form that [`plain`] gives.
pub(crate) const SYNONYMS: &[(Column, &[&str])] = &[
    (
        Column::Id,
        &[
            "id",
            "_id",
            "id_str",
            "post_id",
            "item_id",
            "tweet_id",
            "guid",
            "uid",
            "id_laporan",
            "nomor_laporan",
            "no_laporan",
            "tracking_id",
            "document_id",
            "resource_id",
            "comment_id",
            "id_komentar",
            "id_unggahan",
            "shortcode",
        ],
    ),
    (
        Column::Title,
        &["title", "judul", "headline", "judul_berita", "judul_laporan", "judul_artikel", "subject", "perihal"],
    ),
    (
        Column::Text,
        &[
            "text",
            "teks",
            "isi",
            "content",
            "konten",
            "body",
            "full_text",
            "message",
            "pesan",
            "caption",
            "hit_sentence",
            "isi_berita",
            "isi_laporan",
            "isi_aduan",
            "isi_komentar",
            "isi_unggahan",
            "aduan",
            "komentar",
            "comment",
            "comment_text",
            "post_text",
            "tweet",
            "ulasan",
            "review",
            "deskripsi",
            "description",
            "desc",
            "snippet",
            "uraian",
            "kutipan",
            "unggahan",
        ],
    ),
    (Column::More, &["opening_text"]),
    (Column::Html, &["html", "content_html", "isi_html"]),
    (
        Column::Url,
        &[
            "url",
            "link",
            "tautan",
            "permalink",
            "url_berita",
            "link_berita",
            "tautan_berita",
            "post_url",
            "alamat_web",
            "permalink_url",
            "weburl",
            "webvideourl",
            "tiktok_url",
            "url_postingan",
            "link_postingan",
        ],
    ),
    (
        Column::Source,
        &[
            "source",
            "sumber",
            "media",
            "nama_media",
            "outlet",
            "site",
            "situs",
            "publisher",
            "sumber_berita",
            "source_name",
            "domain",
            "platform",
            "kanal",
        ],
    ),
    (
        Column::Kind,
        &[
            "kind",
            "jenis",
            "jenis_sumber",
            "source_kind",
            "source_type",
            "page_type",
            "type",
            "tipe",
            "media_type",
            "jenis_media",
        ],
    ),
    (Column::Entry, &["entry_type", "thread_entry_type"]),
    (
        Column::Parent,
        &["parent", "parent_id", "in_reply_to_id", "in_reply_to_status_id_str", "reply_to_id", "id_induk", "induk"],
    ),
    (
        Column::Date,
        &[
            "published_at",
            "date",
            "tanggal",
            "tgl",
            "published",
            "created_at",
            "timestamp",
            "datetime",
            "tanggal_terbit",
            "tanggal_berita",
            "tanggal_laporan",
            "tanggal_unggah",
            "tanggal_posting",
            "post_created",
            "pubdate",
            "publish_date",
            "published_date",
            "publishedat",
            "created_time",
            "createtimeiso",
            "date_published",
            "waktu_terbit",
            "waktu_unggah",
        ],
    ),
    (Column::Time, &["time", "waktu", "jam", "pukul", "hour"]),
    (Column::Zone, &["timezone", "time_zone", "zona", "zona_waktu"]),
    (Column::Epoch, &["unix_timestamp", "epoch", "created_utc", "createtime", "create_time"]),
    (
        Column::Author,
        &[
            "author",
            "akun",
            "account",
            "username",
            "user",
            "user_name",
            "screen_name",
            "penulis",
            "pengguna",
            "nama_akun",
            "influencer",
            "author_name",
            "author_hash",
            "author_id",
            "authormeta_name",
            "author_handle",
            "from_name",
            "ownerusername",
            "pelapor",
        ],
    ),
    (Column::Anonymous, &["anonim", "is_anonim", "anonymous", "is_anonymous"]),
    (Column::Secret, &["rahasia", "is_rahasia", "kerahasiaan", "confidential", "is_confidential"]),
    (
        Column::Tags,
        &[
            "tags",
            "tag",
            "label",
            "labels",
            "kategori",
            "category",
            "categories",
            "hashtags",
            "tagar",
            "topik",
            "kata_kunci",
            "keywords",
        ],
    ),
    (
        Column::Likes,
        &[
            "likes",
            "like_count",
            "suka",
            "num_likes",
            "favorite_count",
            "reactions",
            "jumlah_suka",
            "likecount",
            "likescount",
            "diggcount",
            "reaksi",
            "jumlah_reaksi",
        ],
    ),
    (
        Column::Shares,
        &[
            "shares",
            "share_count",
            "retweet_count",
            "reposts",
            "repost_count",
            "bagikan",
            "jumlah_bagikan",
            "sharecount",
            "retweetcount",
            "retweets",
            "dibagikan",
        ],
    ),
    (
        Column::Comments,
        &[
            "comments",
            "comment_count",
            "reply_count",
            "replies",
            "num_comments",
            "jumlah_komentar",
            "commentcount",
            "commentscount",
            "replycount",
            "balasan",
        ],
    ),
    (
        Column::Views,
        &[
            "views",
            "view_count",
            "plays",
            "impression_count",
            "impressions",
            "dilihat",
            "tayangan",
            "jumlah_tayangan",
            "viewcount",
            "playcount",
            "videoviewcount",
            "ditonton",
        ],
    ),
    (Column::Group, &["engagement", "metrics", "public_metrics", "statistics", "stats"]),
];

/// A hash lookup: every key of every line of NDJSON asks here.
static KNOWN: LazyLock<FxHashMap<&'static str, Column>> =
    LazyLock::new(|| SYNONYMS.iter().flat_map(|(column, names)| names.iter().map(|name| (*name, *column))).collect());

impl Column {
    /// Recognises a header or a JSON key in English or Indonesian; case, blanks and punctuation do not matter.
    pub(crate) fn of(header: &str) -> Option<Self> {
        if let Some(column) = KNOWN.get(header) {
            return Some(*column);
        }
        if header.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return None; // already in the form that is known
        }
        KNOWN.get(plain(header).as_str()).copied()
    }

    /// True for the columns without which a table says nothing.
    pub(crate) fn speaks(self) -> bool {
        matches!(self, Self::Text | Self::More | Self::Title | Self::Html)
    }
}

/// A name without case, blanks and punctuation: "Full Text" and "full-text" are "full_text".
pub(crate) fn plain(header: &str) -> String {
    let mut plain = String::with_capacity(header.len());
    for word in header.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push('_');
        }
        plain.extend(word.chars().flat_map(char::to_lowercase));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("likeCount", Column::Likes),
            ("authorMeta/name", Column::Author),
        ] {
            assert_eq!(Column::of(header), Some(column), "{header}");
        }
        assert_eq!(Column::of("extra"), None);
    }

    #[test]
    fn every_name_is_plain_and_means_one_thing() {
        let mut seen = FxHashMap::default();
        for (column, names) in SYNONYMS {
            for name in *names {
                assert!(*name == plain(name) || name.starts_with('_'), "{name}");
                assert_eq!(seen.insert(*name, *column), None, "{name}");
            }
        }
    }
}
