//! The commands for `sftp -b -`, and what its words mean.

use crate::papers::Paper;
use crate::{Fault, http};
use std::path::Path;

/// The commands of one delivery, and the place over there that they fill.
pub(super) fn commands(path: &str, folders: &[String], papers: &[Paper], staging: &Path) -> (String, String) {
    let mut folder = path.trim_end_matches('/').to_owned();
    let mut commands = String::new();
    for part in folders {
        folder = format!("{folder}/{part}");
        // It may be there already: a hyphen lets that pass, and where it cannot be made the upload says so.
        commands.push_str(&format!("-mkdir {}\n", quoted(&folder)));
    }
    for (number, paper) in papers.iter().enumerate() {
        let local = staging.join(number.to_string()).display().to_string();
        let part = format!("{folder}/.{}.bagian", paper.name);
        let whole = format!("{folder}/{}", paper.name);
        commands.push_str(&format!("put {} {}\n", quoted(&local), quoted(&part)));
        commands.push_str(&format!("rename {} {}\n", quoted(&part), quoted(&whole)));
    }
    let place = match papers {
        [paper] => format!("{folder}/{}", paper.name),
        _ => folder,
    };
    (commands, place)
}

/// As `sftp` reads an argument; line breaks are refused or cleaned away before.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What OpenSSH complained about. It tells causes apart by words, which are English here whatever the machine speaks.
pub(super) fn fault(host: &str, words: &str) -> Fault {
    let says = |part: &str| words.contains(part);
    let never = |reason: String| Fault::Never { reason };
    let later = |reason: String| Fault::Later { reason, after: None };
    if says("Host key verification failed") || says("IDENTIFICATION HAS CHANGED") {
        return never(format!(
            "kunci {host} tidak sama dengan yang ada di known_hosts; pastikan dahulu mesinnya benar, lalu perbarui"
        ));
    }
    if says("UNPROTECTED PRIVATE KEY FILE") {
        return later("berkas kunci terbaca orang lain; ubah izinnya menjadi 600".to_owned());
    }
    if says("no such identity") {
        return later("berkas kunci tidak ada; periksa identity".to_owned());
    }
    if says("Permission denied (") {
        return never(format!("{host} menolak kunci masuk; daftarkan kunci publiknya di sana"));
    }
    if says("Could not resolve hostname") {
        return later(format!("alamat {host} tidak ditemukan; periksa ejaannya"));
    }
    if says("Connection refused") {
        return later(format!("{host} menolak sambungan; layanannya mati atau portanya salah"));
    }
    if says("timed out") && says("connect to host") || says("No route to host") || says("Network is unreachable") {
        return later(format!("tidak dapat tersambung ke {host}"));
    }
    // From here on something was under way.
    let last = http::echo(words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default(), &[]);
    if last.contains("No such file or directory") {
        return later(format!("folder di {host} tidak ada; buat dahulu atau perbaiki path (\"{last}\")"));
    }
    if last.contains("Permission denied") {
        return later(format!("tidak boleh menulis di folder {host}; periksa izinnya (\"{last}\")"));
    }
    if says("Connection closed") || says("Connection reset") || says("Broken pipe") || says("lost connection") {
        return Fault::Unknown { reason: format!("sambungan ke {host} putus; berkas mungkin sudah sampai") };
    }
    later(format!("pengiriman ke {host} gagal (\"{last}\")"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_leads_elsewhere() {
        let paper = Paper { name: "a.pdf".to_owned(), bytes: b"x".as_slice().into() };
        let (commands, place) = commands("ma \"s\\uk/", &["2026-11-20".to_owned()], &[paper], Path::new("singgah"));
        assert_eq!(place, "ma \"s\\uk/2026-11-20/a.pdf");
        assert_eq!(
            commands,
            r#"-mkdir "ma \"s\\uk/2026-11-20"
put "singgah/0" "ma \"s\\uk/2026-11-20/.a.pdf.bagian"
rename "ma \"s\\uk/2026-11-20/.a.pdf.bagian" "ma \"s\\uk/2026-11-20/a.pdf"
"#
        );
    }
}
