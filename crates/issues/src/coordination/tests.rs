//! Planted campaigns are seen, and what people do by themselves is not. All texts are invented.

use super::*;
use crate::docs::Doc;
use jiff::{Timestamp, ToSpan as _, civil::date};
use model::{Coverage, Record};

const CAMPAIGN: &str = "jalan poros rusak karena dananya dimakan pejabat, sebarkan supaya semua warga tahu";

/// A post so many seconds after the day's start at eight in the morning.
fn post(id: usize, author: &str, seconds: i64, text: &str) -> Record {
    let start: Timestamp = "2026-11-19T00:00:07Z".parse().unwrap();
    Record {
        id: format!("p{id}").into(),
        source: "obrolan warga".into(),
        kind: SourceKind::Post,
        text: text.to_owned(),
        at: start.checked_add(seconds.seconds()).unwrap(),
        day: date(2026, 11, 19),
        dated: true,
        author_pseudonym: Some(author.to_owned()).filter(|author| !author.is_empty()),
        ..Record::default()
    }
}

/// Different people at uneven times with words of their own.
fn talk(count: usize) -> Vec<Record> {
    const WORDS: &str = "jalan rusak lubang motor jatuh hujan kolam lewat pagi anak sekolah truk besar hancur tambal \
         minggu bulan kapan perbaiki pak kasihan gelap lampu mati tolong dinas janji poros melati kenanga anggrek pasar \
         simpang dermaga terminal debu batu aspal antre macet lambat ban bocor bengkel tetangga malam hati pelan dalam \
         tinggi genangan selokan mampet proyek tahun depan katanya sabar";
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut state: u64 = 7;
    let mut next = |below: usize| {
        // Numerical Recipes' constants; any generator does.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    (0..count)
        .map(|n| {
            let text: Vec<&str> = (0..9).map(|_| words[next(words.len())]).collect();
            post(n, &format!("warga{n}"), next(30_011) as i64, &text.join(" "))
        })
        .collect()
}

fn region() -> Region {
    let mut region =
        Region { zone: "Asia/Makassar".to_owned(), official_hosts: vec!["go.id".to_owned()], ..Region::default() };
    let lists = [("greeting", "selamat idul fitri;turut berduka"), ("warning", "peringatan dini;info bmkg")];
    for (name, words) in lists {
        region.wording.lists.insert(name.to_owned(), words.split(';').map(str::to_owned).collect());
    }
    region
}

fn seen(records: &[Record]) -> Option<Coordination> {
    let docs: Vec<Doc<'_>> =
        records.iter().map(|record| Doc { record, now: true, copy: false, voice: true, nearness: 0.5 }).collect();
    coordination(&docs, &region(), &Options::default())
}

#[test]
fn the_same_text_from_many_accounts_within_seconds_is_seen() {
    let mut records = talk(46);
    for n in 0..12 {
        // Another mention, link, emoji and case each time: it is the same text.
        let text = match n % 4 {
            0 => format!("@pengguna_{n} {CAMPAIGN}"),
            1 => format!("{} 🔥🔥", CAMPAIGN.to_uppercase()),
            2 => format!("{CAMPAIGN} https://contoh.test/{n}"),
            _ => CAMPAIGN.replace("semua warga", "semua orang"),
        };
        records.push(post(100 + n, &format!("akun{n}"), 9_000 + (n as i64 * 90) / 11, &text));
    }
    let seen = seen(&records).expect("twelve accounts in ninety seconds");
    assert_eq!(seen.signs, ["12 akun mengunggah teks yang sama dalam 90 detik"]);
    assert_eq!((seen.posts, seen.posts_total, seen.accounts), (12, 58, Some(12)));
    assert_eq!(seen.examples, [CAMPAIGN]);
    assert!((seen.share - 12.0 / 58.0).abs() < 1e-6);
}

#[test]
fn repeated_waves_are_counted_and_the_same_pairs_with_them() {
    let mut records = talk(40);
    for wave in 0..3 {
        for n in 0..6 {
            let text = format!("{CAMPAIGN} {}", ["bagian satu", "lanjutan kedua kalinya", "sekali lagi ingat"][wave]);
            records.push(post(100 + wave * 10 + n, &format!("akun{n}"), (wave * 7_200 + n * 10) as i64, &text));
        }
    }
    let seen = seen(&records).expect("three waves");
    assert_eq!(seen.posts, 18);
    assert!(seen.signs[0].starts_with("6 akun mengunggah teks yang sama dalam 50 detik"), "{:?}", seen.signs);
    assert!(
        seen.signs[1].starts_with("6 akun berulang kali mengunggah hal yang sama hampir bersamaan"),
        "{:?}",
        seen.signs
    );
    assert!(seen.signs[1].contains("sampai 3 kali"), "{:?}", seen.signs);
}

#[test]
fn a_pair_is_seen_and_not_counted_out() {
    let mut records = talk(40);
    for time in 0..4 {
        for (n, author) in ["satu", "dua"].into_iter().enumerate() {
            let text =
                format!("kabar nomor {time} tentang jalan poros yang katanya tidak akan pernah diperbaiki {time}");
            records.push(post(100 + time * 10 + n, author, (time * 3_600 + n * 15) as i64, &text));
        }
    }
    let seen = seen(&records).expect("four times together");
    assert_eq!((seen.posts, seen.accounts), (8, None), "fewer than five accounts are not told");
    assert!(seen.signs[0].starts_with("kurang dari lima akun berulang kali"), "{:?}", seen.signs);
}

#[test]
fn a_clockwork_account_is_seen() {
    let mut records = talk(40);
    records.extend((0..60).map(|n| post(100 + n, "jam", n as i64 * 300, &format!("pesan ke {n} jalan rusak lagi"))));
    let seen = seen(&records).expect("every five minutes");
    assert_eq!((seen.posts, seen.accounts), (60, None));
    assert_eq!(
        seen.signs,
        ["kurang dari lima akun mengunggah dengan jeda yang hampir selalu sama (sekitar 5 menit, 60 unggahan)"]
    );
}

#[test]
fn many_accounts_at_one_second_of_the_minute_are_seen() {
    let mut records = talk(60);
    // The day starts at second seven.
    let planted =
        |n: usize| post(100 + n, &format!("akun{n}"), n as i64 * 1_260 + 10, &format!("kabar {n} lain dari yang {n}"));
    records.extend((0..14).map(planted));
    let seen = seen(&records).expect("second seventeen");
    assert!(seen.signs[0].contains("tepat pada detik ke-17"), "{:?}", seen.signs);
}

#[test]
fn people_who_talk_are_people_who_talk() {
    assert_eq!(seen(&talk(400)), None);
    assert_eq!(seen(&[]), None);
}

/// Times of a wave that begins fast and goes on for hours.
fn wave(count: usize, hours: i64) -> impl Iterator<Item = (usize, i64)> {
    (0..count).map(move |n| {
        let part = n as f64 / count as f64;
        (n, (part * part * hours as f64 * 3_600.0) as i64 + (n as i64 * 13) % 29)
    })
}

#[test]
fn a_link_or_text_that_goes_round_for_hours_is_news() {
    for (count, hours) in [(40, 3), (200, 6), (1_000, 5)] {
        let link = wave(count, hours).map(|(n, at)| {
            post(n, &format!("warga{n}"), at, &format!("wah {n} https://kabarmuara.test/berita/1?utm={n}"))
        });
        assert_eq!(seen(&link.collect::<Vec<_>>()), None, "link, {count}");
        let text = wave(count, hours).map(|(n, at)| {
            post(n, &format!("warga{n}"), at, "Antrean Pertalite Mengular di Kota Muara Hingga Tiga Jam")
        });
        assert_eq!(seen(&text.collect::<Vec<_>>()), None, "text, {count}");
    }
}

#[test]
fn headlines_warnings_greetings_and_official_links_are_no_campaign() {
    let burst =
        |text: &str| -> Vec<Record> { (0..30).map(|n| post(n, &format!("warga{n}"), n as i64 * 2, text)).collect() };
    for text in [
        "Peringatan dini cuaca: hujan lebat disertai petir di Kota Muara sampai pukul 17.00",
        "RT @infocuaca: hujan lebat disertai petir di Kota Muara sampai pukul 17.00 malam",
        "Selamat Idul Fitri untuk semua keluarga, mohon maaf lahir dan batin",
        "Turut berduka cita untuk keluarga yang ditinggalkan, semoga diberi ketabahan",
        "penjelasan lengkapnya ada di sini ya https://diskominfo.contoh.go.id/rilis/3",
        "mantap pak lanjutkan",
    ] {
        assert_eq!(seen(&burst(text)), None, "{text}");
    }
    let mut headline = burst("Pertalite Kosong, Antrean SPBU di Muara Mengular Hingga Tiga Jam https://kabar.test/1");
    assert!(seen(&headline).is_some(), "without the article it is a text like any other");
    let mut article = post(90, "", 0, "Antrean kendaraan mengular.");
    article.kind = SourceKind::News;
    article.title = Some("Pertalite Kosong, Antrean SPBU di Muara Mengular Hingga Tiga Jam".to_owned());
    headline.push(article);
    assert_eq!(
        seen(&headline).map(|seen| seen.signs),
        Some(vec!["30 akun membagikan tautan yang sama dalam 58 detik".to_owned()])
    );

    let words =
        "Warga diminta tidak melintas di Jalan Kenanga sampai air surut dan mengikuti arahan petugas di lapangan";
    let mut passed_on = burst(words);
    let mut release = post(91, "", 0, &format!("{words}. Posko dibuka di kantor kelurahan."));
    (release.kind, release.coverage) = (SourceKind::Official, Coverage::Official);
    passed_on.push(release);
    assert_eq!(seen(&passed_on), None);
}

#[test]
fn posts_without_an_account_or_a_time_never_count() {
    let burst = |author: fn(usize) -> String| -> Vec<Record> {
        (0..30).map(|n| post(n, &author(n), n as i64, CAMPAIGN)).collect()
    };
    assert!(seen(&burst(|n| format!("akun{n}"))).is_some());
    assert_eq!(seen(&burst(|_| String::new())), None);
    let mut undated = burst(|n| format!("akun{n}"));
    undated.iter_mut().for_each(|record| record.dated = false);
    assert_eq!(seen(&undated), None);
    let mut days = burst(|n| format!("akun{n}"));
    days.iter_mut().for_each(|record| record.at = "2026-11-18T16:00:00Z".parse().unwrap());
    assert_eq!(seen(&days), None, "an export that knows days only puts everything at midnight");
}

#[test]
fn ten_thousand_posts_of_one_account_are_no_crowd() {
    let mut records = talk(30);
    records.extend((0..10_000).map(|n| post(1_000 + n, "satu", (n % 7_919) as i64, CAMPAIGN)));
    assert_eq!(seen(&records), None, "one account is nobody's accomplice, and its pauses are uneven");
}

#[test]
fn a_day_of_thirty_three_thousand_posts_is_read_through() {
    let mut records: Vec<Record> = talk(33_000);
    for n in 0..500 {
        records.push(post(40_000 + n, &format!("akun{n}"), 5_000 + n as i64 % 100, CAMPAIGN));
    }
    let seen = seen(&records).expect("five hundred accounts");
    assert_eq!((seen.posts, seen.accounts), (500, Some(500)));
}

#[test]
fn neither_order_nor_names_of_accounts_matter() {
    let mut records = talk(80);
    records.extend((0..9).map(|n| post(200 + n, &format!("akun{n}"), 4_000 + n as i64 * 11, CAMPAIGN)));
    let first = seen(&records);
    let json = serde_json::to_string(&first).unwrap();
    assert!(first.is_some() && !json.contains("akun3") && !json.contains("warga3"));
    records.reverse();
    records.rotate_left(17);
    assert_eq!(seen(&records), first);
    for record in &mut records {
        record.author_pseudonym = record.author_pseudonym.as_ref().map(|author| author.chars().rev().collect());
    }
    assert_eq!(seen(&records), first);
}
