//! What a stream promises: batches, order within an hour, writing and reading change nothing; ids stay; forms that are
//! filled in again for another day or town stay apart.

#![allow(clippy::unwrap_used)]

mod common;

use common::region;
use issues::{Member, Options, Stream};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use model::{Record, SourceKind};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Sentences of invented events; documents are made of these.
const EVENTS: [&str; 6] = [
    "Jembatan gantung di Muara ambruk diterjang arus, warga menyeberang dengan perahu",
    "Pasokan pertalite di Hulu tersendat, antrean kendaraan mengular sampai pasar",
    "Banjir merendam tiga kampung di Pesisir, sekolah diliburkan sampai air surut",
    "Dinas Kominfo Contoh melatih operator desa mengelola arsip digital",
    "Kapal tongkang menabrak tiang dermaga Muara, pelayaran dialihkan sementara",
    "Beasiswa daerah dibuka, ribuan pelajar Hulu mendaftar pada hari pertama",
];
const TAILS: [&str; 5] = [
    "Petugas sudah tiba di lokasi sejak pagi.",
    "Pemerintah menjanjikan perbaikan pekan depan.",
    "Tidak ada korban dalam peristiwa itu.",
    "Warga berharap ada jalan keluar.",
    "Kepala dinas belum memberi keterangan.",
];

fn record(sequence: u64, event: usize, tail: usize, minute: i64, is_post: bool) -> Record {
    let start: Timestamp = "2026-11-17T01:00:00Z".parse().unwrap();
    let seen = start.checked_add(minute.minutes()).unwrap();
    let at = seen.checked_sub((minute * 7 % 50).minutes()).unwrap();
    let topics = ["jalan_rusak", "bbm_langka", "banjir", "transformasi_digital", "transportasi", "prestasi"];
    Record {
        sequence,
        id: format!("d{sequence}").into(),
        source: format!("harian-{}", sequence % 5).into(),
        kind: if is_post { SourceKind::Post } else { SourceKind::News },
        title: (!is_post).then(|| EVENTS[event].split(',').next().unwrap().to_owned()),
        text: format!("{}. {} {}", EVENTS[event], TAILS[tail], TAILS[(tail + event) % TAILS.len()]),
        at,
        day: at.to_zoned(TimeZone::UTC).date(),
        dated: true,
        first_seen_at: seen,
        topics: if is_post && tail == 0 { vec![] } else { vec![topics[event].into()] },
        places: vec!["91.01".into()],
        author_pseudonym: is_post.then(|| format!("akun-{}", sequence % 3)),
        ..Record::default()
    }
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let document = (0..EVENTS.len(), 0..TAILS.len(), 0..50_i64, any::<bool>());
    proptest::collection::vec(document, 1..60).prop_map(|documents| {
        let mut minute = 0;
        let mut records: Vec<Record> = Vec::new();
        for (event, tail, step, is_post) in documents {
            minute += step;
            records.push(record(records.len() as u64 + 1, event, tail, minute, is_post));
        }
        records
    })
}

fn members(records: &[Record], batch: usize) -> Vec<Member> {
    let mut stream = Stream::new(&Options::default());
    records.chunks(batch).for_each(|batch| stream.add(batch, &region()));
    sorted(stream.members(&region()))
}

fn sorted(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by(|a, b| a.key.cmp(&b.key));
    members
}

fn hour(record: &Record) -> i64 {
    record.first_seen_at.as_second() / 3_600
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_size_of_batches_changes_nothing(records in records(), batch in 1..20_usize) {
        prop_assert_eq!(members(&records, batch), members(&records, usize::MAX));
    }

    #[test]
    fn the_order_within_an_hour_changes_nothing(records in records(), turn in 0..20_usize) {
        let mut permuted: Vec<Record> = Vec::new();
        for of_hour in records.chunk_by(|a, b| hour(a) == hour(b)) {
            let mut of_hour = of_hour.to_vec();
            let count = of_hour.len();
            of_hour.rotate_left(turn % count);
            of_hour.swap(0, turn % count);
            permuted.extend(of_hour);
        }
        for (position, record) in permuted.iter_mut().enumerate() {
            record.sequence = position as u64 + 1;
        }
        prop_assert_eq!(members(&permuted, 7), members(&records, 5));
    }

    #[test]
    fn what_was_written_and_read_goes_on_as_before(records in records(), cut in 0..60_usize) {
        let cut = cut.min(records.len());
        let mut stream = Stream::new(&Options::default());
        stream.add(&records[..cut], &region());
        let mut again: Stream = issues::compact::decoded(&issues::compact::encoded(&stream)).unwrap();
        again.add(&records[cut..], &region());
        prop_assert_eq!(again.last_sequence(), records.len() as u64);
        prop_assert_eq!(sorted(again.members(&region())), members(&records, usize::MAX));
    }

    #[test]
    fn every_document_is_in_one_story_and_every_story_in_one_issue(records in records()) {
        let members = members(&records, 10);
        let keys: BTreeSet<_> = members.iter().map(|member| member.key.clone()).collect();
        prop_assert_eq!(keys.len(), records.len());
        prop_assert_eq!(members.len(), records.len());
        let mut issues: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        members.iter().for_each(|member| { issues.entry(member.story.clone()).or_default().insert(member.issue.clone()); });
        prop_assert!(issues.values().all(|issues| issues.len() == 1));
    }

    #[test]
    fn ids_are_those_of_documents_that_are_in_them(records in records(), cut in 1..60_usize) {
        // The document whose id a story carries stays in that story, whatever comes later.
        let first = |members: &[Member]| -> BTreeMap<_, _> {
            // What was received within one hour came together; the earliest published of it is the first.
            let hour = |at: Timestamp| at.as_second().div_euclid(3_600);
            let mut first: BTreeMap<_, (i64, Timestamp, _)> = BTreeMap::new();
            for member in members {
                let record = records.iter().find(|record| record.key() == member.key).unwrap();
                let origin = (hour(record.first_seen_at), record.at, record.key());
                let entry = first.entry(member.story.clone()).or_insert(origin.clone());
                *entry = entry.clone().min(origin);
            }
            first.into_iter().map(|(story, origin)| (origin.2, story)).collect()
        };
        let early = first(&members(&records[..cut.min(records.len())], 9));
        let late = first(&members(&records, 9));
        for (key, story) in &early {
            prop_assert!(late.get(key).is_none_or(|late| late == story));
        }
    }

    #[test]
    fn replaced_and_withdrawn_documents_are_gone(records in records(), chosen in 0..60_usize, withdrawn in any::<bool>()) {
        let chosen = chosen % records.len();
        let (old, last) = (&records[chosen], records.last().unwrap());
        let seen = last.first_seen_at.checked_add(3.hours()).unwrap();
        let next = Record { sequence: last.sequence + 1, replaces: Some(old.sequence), withdrawn, first_seen_at: seen, ..old.clone() };
        let mut all = records.clone();
        all.push(next);
        let found = members(&all, 8);
        prop_assert_eq!(found.len(), records.len() - usize::from(withdrawn));
        prop_assert_eq!(found.iter().any(|member| member.key == old.key()), !withdrawn);
        prop_assert_eq!(members(&all, 1), found);
    }
}

/// What was taken in is passed over when its batch comes again.
#[test]
fn a_batch_may_come_twice() {
    let records: Vec<Record> =
        (1..=9).map(|n| record(n, n as usize % 6, n as usize % 5, n as i64 * 11, n % 2 == 0)).collect();
    let mut stream = Stream::new(&Options::default());
    stream.add(&records, &region());
    let once = stream.members(&region());
    stream.add(&records, &region());
    assert_eq!(stream.members(&region()), once);
}

/// A notice of an invented outlet, some hours or days after the first.
fn notice(sequence: u64, outlet: &str, hours: i64, title: String, text: String) -> Record {
    let start: Timestamp = "2026-11-16T22:00:00Z".parse().unwrap();
    let at = start.checked_add(hours.hours()).unwrap();
    let day = at.to_zoned(TimeZone::get("Asia/Makassar").unwrap()).date();
    let whole = format!("{title}\n{text}");
    Record {
        sequence,
        id: format!("n{sequence}").into(),
        source: outlet.into(),
        event_date: text::dates::event_date(&whole, Some(day), &mut Vec::new()),
        title: Some(title),
        text,
        at,
        day,
        dated: true,
        first_seen_at: at,
        ..Record::default()
    }
}

/// Forms that are filled in every day: each day and each kind is its own matter, though hardly a word differs. Those of
/// one kind for several towns on one day may still be one story; what is promised is that days and kinds stay apart.
#[test]
fn forms_filled_in_on_another_day_are_not_one_story() {
    let mut notices: Vec<(i64, String, String)> = Vec::new();
    let days = ["Selasa, 17 November 2026", "Rabu, 18 November 2026", "Kamis, 19 November 2026"];
    for (number, day) in days.iter().enumerate() {
        let (hours, n) = (24 * number as i64, number as i64);
        for (place, town) in ["Muara", "Teluk Nipah", "Sungai Batu", "Tanjung Aru"].iter().enumerate() {
            let m = place as i64;
            notices.push((hours, format!("Jadwal Salat Kota {town} Hari Ini, {day}"), format!(
                "Berikut jadwal salat untuk wilayah Kota {town} dan sekitarnya pada {day}. Imsak pukul 04.{}, subuh 04.{}, zuhur 12.{}, asar 15.{}, magrib 18.{}, isya 19.{}. Jadwal disusun menurut perhitungan kantor agama setempat dan dapat berbeda beberapa menit.",
                20 + n + 3 * m, 30 + n + 3 * m, 10 + n + m, 30 + n + m, 5 + n + 2 * m, 17 + n + 2 * m)));
            notices.push((hours + 1, format!("Prakiraan Cuaca {town} {day}"), format!(
                "Cuaca di wilayah {town} pada {day} diperkirakan berawan dengan hujan ringan pada siang hari. Suhu udara antara {} dan {} derajat, kelembapan {} persen, angin dari tenggara {} kilometer per jam. Warga diminta memperbarui informasi secara berkala.",
                23 + m, 31 + n, 70 + 2 * m + n, 10 + 3 * n + m)));
        }
        notices.push((hours + 2, format!("Harga Emas Hari Ini {day}"), format!(
            "Harga emas batangan pada {day} di gerai Logam Contoh dijual Rp1.9{}0.000 per gram. Harga pembelian kembali Rp1.7{}0.000. Pecahan setengah gram Rp9{}5.000, lima gram Rp9.5{}0.000, sepuluh gram Rp19.0{}0.000. Harga belum termasuk pajak.",
            n + 1, n + 4, n + 5, n + 2, n + 6)));
        for channel in ["TV Bahari", "Kanal Nusa"] {
            notices.push((hours + 3, format!("Jadwal Acara {channel} {day}"), format!(
                "Simak jadwal acara {channel} pada {day}. Pukul 05.00 berita pagi, 07.30 dapur rakyat, 10.00 film keluarga, 13.{}0 berita siang, 16.00 kuis, 19.{}0 sinetron, 21.00 layar malam. Jadwal dapat berubah sewaktu-waktu.",
                n, n + 1)));
        }
    }
    for (number, company) in ["Sawit Makmur", "Batu Laut", "Bank Pesisir"].iter().enumerate() {
        notices.push((30, format!("{company} Bagikan Dividen Rp{} per Saham", 12 + 31 * number), format!(
            "Rapat umum pemegang saham PT {company} menyetujui pembagian dividen tunai sebesar Rp{} per saham dari laba tahun buku 2025. Dividen dibayarkan kepada pemegang saham yang tercatat pada tanggal pencatatan. Sisa laba digunakan untuk memperkuat modal kerja perseroan.",
            12 + 31 * number)));
    }
    let mut records: Vec<Record> = notices
        .into_iter()
        .enumerate()
        .map(|(at, (hours, title, text))| notice(at as u64 + 1, "Kabar Contoh", hours, title, text))
        .collect();
    records.sort_by_key(|record| record.first_seen_at);
    (1_u64..).zip(&mut records).for_each(|(sequence, record)| record.sequence = sequence);
    let members = members(&records, 5);
    let title: BTreeMap<_, _> = records.iter().map(|record| (record.key(), record.title.clone().unwrap())).collect();
    let mut stories: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    members.iter().for_each(|member| stories.entry(member.story.clone()).or_default().push(&title[&member.key]));
    // The first two words are the kind; the day is the figure before "November".
    let kind = |title: &&&str| title.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let day =
        |title: &&&str| title.split(" November").next().and_then(|head| head.rsplit(' ').next()).map(str::to_owned);
    let apart = |titles: &&Vec<&str>| {
        let notices: Vec<_> = titles.iter().filter(|title| title.contains("November")).collect();
        let kinds: BTreeSet<_> = notices.iter().map(kind).collect();
        let days: BTreeSet<_> = notices.iter().map(day).collect();
        kinds.len() > 1 || days.len() > 1
    };
    let merged: Vec<_> = stories.values().filter(apart).collect();
    assert!(merged.is_empty(), "{merged:#?}");
}

/// Hours after the first notice, title and text.
type Filled = (i64, String, String);

/// Prices, rates, horoscopes, tremors, dividends and matches, each filled in several times.
fn forms_filled_in() -> Vec<Filled> {
    let mut notices = Vec::new();
    for (number, day) in ["17 November 2026", "18 November 2026", "19 November 2026"].iter().enumerate() {
        let (hours, n) = (24 * number as i64, number as i64);
        let mut add = |title: String, text: String| notices.push((hours, title, text));
        add(
            format!("Kurs Rupiah Hari Ini {day}"),
            format!(
                "Nilai tukar rupiah pada {day} dibuka di level Rp16.{}20 per dolar dan bergerak di kisaran Rp16.{}05 sampai Rp16.{}80. Kurs jual bank berada di Rp16.{}50 dan kurs beli di Rp16.{}15. Pelaku pasar menunggu keputusan suku bunga.",
                n + 1,
                n + 2,
                n + 3,
                n + 4,
                n + 5
            ),
        );
        add(
            format!("Daftar Harga BBM Terbaru {day}"),
            format!(
                "Berikut daftar harga bahan bakar di pompa bensin pada {day}. Jenis biasa Rp1{}.100, jenis tinggi Rp1{}.400, solar Rp1{}.700 dan minyak tanah Rp{}.900 per liter. Harga dapat berbeda di tiap daerah sesuai pajak setempat.",
                n,
                n + 2,
                n + 4,
                n + 7
            ),
        );
        add(
            format!("Harga Pangan Pasar Contoh {day}"),
            format!(
                "Pantauan harga pangan di pasar pada {day} menunjukkan cabai dijual Rp{}.500, bawang Rp{}.250, telur Rp{}.750 dan daging ayam Rp{}.300 per kilogram. Pedagang menyebut pasokan lancar dan pembeli ramai sejak pagi.",
                41 + n,
                31 + n,
                27 + n,
                36 + n
            ),
        );
        add(
            format!("Ramalan Zodiak {day}: Cinta, Karier dan Keuangan"),
            format!(
                "Simak peruntungan bintang pada {day}. Angka keberuntungan hari ini {}, {}, {} dan {}. Urusan cinta perlu kesabaran, pekerjaan menuntut ketelitian, sedangkan keuangan cukup stabil bila pengeluaran dijaga.",
                3 + n,
                14 + n,
                27 + n,
                38 + n
            ),
        );
    }
    for (number, (place, strength)) in
        [("Teluk Nipah", "4,2"), ("Pulau Karang", "3,6"), ("Muara", "5,1")].iter().enumerate()
    {
        let (hours, n) = (5 * number as i64, number as i64);
        notices.push((hours, format!("Gempa Magnitudo {strength} Guncang {place}"), format!(
            "Gempa bumi bermagnitudo {strength} mengguncang {place} pada pukul {}.1{n}. Pusat gempa berada {} kilometer dari {place} pada kedalaman {} kilometer, di titik {},4{n} lintang selatan dan 11{n},2{n} bujur timur. Gempa tidak berpotensi tsunami.",
            6 + 5 * n, 21 + 17 * n, 10 + 13 * n, 1 + n)));
    }
    for (number, (home, guest)) in [("Pesut Muara", "Elang Hulu"), ("Badak Pesisir", "Rusa Teluk")].iter().enumerate() {
        let n = number as i64;
        notices.push((2 * n, format!("Link Live Streaming {home} vs {guest}"), format!(
            "Pertandingan {home} melawan {guest} dapat disaksikan lewat siaran langsung pada pukul {}.{}0. Berikut jadwal dan tautan untuk menonton pertandingan itu. {home} berada di peringkat {} dan {guest} di peringkat {}.",
            15 + 4 * n, 3 - n, 2 + 5 * n, 4 + 7 * n)));
    }
    notices
}

/// No filling joins another; a second outlet's copy of the same notice may.
#[test]
#[ignore = "one pair left: two price lists of one day, fuel and food, have a word of their headlines in common"]
fn a_form_joins_its_copies_only() {
    let mut notices: Vec<(&str, Filled)> = Vec::new();
    for notice in forms_filled_in() {
        notices.push(("Suara Contoh", (notice.0 + 1, notice.1.clone(), notice.2.clone())));
        notices.push(("Kabar Contoh", notice));
    }
    notices.sort();
    notices.sort_by_key(|(_, notice)| notice.0);
    let records: Vec<Record> = (1_u64..)
        .zip(notices)
        .map(|(sequence, (outlet, (hours, title, text)))| notice(sequence, outlet, hours, title, text))
        .collect();
    let title: BTreeMap<_, _> = records.iter().map(|record| (record.key(), record.title.clone().unwrap())).collect();
    let mut stories: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    members(&records, 5).iter().for_each(|member| {
        stories.entry(member.story.clone()).or_default().insert(&title[&member.key]);
    });
    let merged: Vec<_> = stories.values().filter(|titles| titles.len() > 1).collect();
    assert!(merged.is_empty(), "{merged:#?}");
}

/// Two reports of one event in other words, and an agency's text that others took over, are one story each.
#[test]
fn reports_of_one_event_are_one_story_all_the_same() {
    let first = "Jembatan gantung di Kampung Baru, Muara, ambruk diterjang arus sungai pada Selasa pagi. Kepala Dinas Pekerjaan Umum Contoh mengatakan tali penahan sudah berkarat dan dua warga luka ringan.";
    let second = "Arus sungai yang deras merobohkan jembatan gantung Kampung Baru di Muara, Selasa. Dua warga luka ringan. Dinas Pekerjaan Umum Contoh menyebut tali penahan jembatan berkarat.";
    let records = [
        notice(1, "Kabar Contoh", 0, "Jembatan Gantung Kampung Baru Ambruk, Dua Warga Luka".into(), first.into()),
        notice(2, "Suara Muara", 3, "Diterjang Arus, Jembatan Gantung di Kampung Baru Roboh".into(), second.into()),
        notice(3, "Harian Hulu", 5, "Jembatan Gantung Kampung Baru Ambruk".into(), format!("{first} (kc)")),
    ];
    let members = members(&records, 1);
    assert!(members.iter().all(|member| member.story == members[0].story));
    assert_eq!(members.iter().filter(|member| member.copy_of.is_some()).count(), 1);
}

/// What is old leaves, with the ids that it had.
#[test]
fn the_old_retire_as_they_stood() {
    const DOCUMENTS: u64 = 34_000;
    let start: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
    let records: Vec<Record> = (1..=DOCUMENTS)
        .map(|sequence| {
            let at = start.checked_add((sequence as i64 / 100).hours()).unwrap();
            Record {
                sequence,
                id: sequence.to_string().into(),
                text: format!("kata{} nama{}", sequence / 2, sequence / 2),
                at,
                day: at.to_zoned(TimeZone::UTC).date(),
                dated: true,
                first_seen_at: at,
                ..Record::default()
            }
        })
        .collect();
    let mut stream = Stream::new(&Options::default());
    stream.add(&records[..1_000], &region());
    let early: BTreeMap<_, _> =
        stream.members(&region()).into_iter().map(|member| (member.key.clone(), member)).collect();
    stream.add(&records[1_000..], &region());
    let retired = stream.retire();
    let kept = stream.members(&region());
    assert!(!retired.is_empty() && stream.retire().is_empty());
    assert_eq!(kept.len() + retired.len(), records.len());
    let same = |member: &&Member| early.get(&member.key).is_some_and(|early| early == *member);
    assert_eq!(retired.iter().filter(same).count(), retired.len().min(early.len()));
}
