//! What a person types into Srikandi: as JSON for programs, and as a sheet to copy from.
//!
//! Srikandi has no public API; somebody opens its form and fills it in. Number, date and signature are its own.

use crate::naskah::{NOTA_DINAS, PARAMETERS, TELAAHAN_STAF, sender, subject, telaahan_subject, urgency};
use crate::{Error, Output, Render, clean, docx, pdf, words};
use askama::Template;
use model::{Brief, Kind};
use serde::Serialize;

pub(crate) const OUTPUT: Output = Output {
    kind: Kind::<Render> {
        name: "srikandi",
        summary: "lists what Srikandi's form asks for, as JSON beside the concepts",
        example: r#"formats = ["srikandi"]"#,
        build: render,
    },
    suffix: "-metadata.json",
    media_type: "application/json",
};

pub(crate) const SHEET: Output = Output {
    kind: Kind::<Render> {
        name: "lembar-isian",
        summary: "sets the same as a sheet to copy into Srikandi's form",
        example: r#"formats = ["lembar-isian"]"#,
        build: render_sheet,
    },
    suffix: "-lembar-isian.html",
    media_type: "text/html; charset=utf-8",
};

/// Srikandi's limit is not published; larger files were refused by similar systems, so it is a warning only.
const FILE_BYTES_WARN: usize = 2 << 20;
/// What fits the field "Isi ringkas" of one screen.
const SUMMARY: usize = 600;
/// The values that "Sifat naskah" takes.
const CLASSES: [&str; 4] = ["Biasa", "Terbatas", "Rahasia", "Sangat Rahasia"];

/// Everything that is filled in.
#[derive(Serialize)]
struct Metadata {
    ringkasan: String,
    status: String,
    naskah: Vec<Naskah>,
    batas_berkas_bita: usize,
    catatan: Vec<String>,
}

/// One naskah, by the fields of the form.
#[derive(Serialize)]
struct Naskah {
    dikirim_melalui: &'static str,
    jenis_naskah: &'static str,
    sifat: String,
    tingkat_urgensi: String,
    klasifikasi_arsip: String,
    /// Left to Srikandi, as are date and signature.
    nomor: &'static str,
    tanggal: &'static str,
    hal: String,
    isi_ringkas: String,
    berkas: Vec<File>,
    tujuan: Vec<String>,
    pengirim: String,
    tembusan: Vec<String>,
    verifikator: Vec<String>,
    penandatangan: String,
    /// Stay in the concept as they are.
    parameter: Vec<&'static str>,
}

#[derive(Serialize)]
struct File {
    nama: String,
    sebagai: &'static str,
    /// Known of the concepts only; the attachment is set elsewhere.
    ukuran_bita: Option<usize>,
    melebihi_batas: bool,
}

/// The JSON.
pub fn render(brief: &Brief) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(&metadata(brief)?)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn metadata(brief: &Brief) -> Result<Metadata, Error> {
    let named = brief; // File names come from the brief as it is.
    let brief = &clean::for_screen(brief)?;
    let attachment =
        || File { nama: pdf::OUTPUT.file_name(named), sebagai: "lampiran", ukuran_bita: None, melebihi_batas: false };
    let naskah = |jenis_naskah, output: &Output, hal: String, isi_ringkas: String| -> Result<Naskah, Error> {
        let size = (output.kind.build)(named)?.len();
        let concept = File {
            nama: output.file_name(named),
            sebagai: "konsep naskah",
            ukuran_bita: Some(size),
            melebihi_batas: size > FILE_BYTES_WARN,
        };
        let header = &brief.header;
        Ok(Naskah {
            dikirim_melalui: "Srikandi",
            jenis_naskah,
            sifat: header.classification.clone(),
            tingkat_urgensi: urgency(brief),
            klasifikasi_arsip: header.correspondence.archive_code.clone(),
            nomor: crate::naskah::NUMBER,
            tanggal: crate::naskah::DATE,
            hal,
            isi_ringkas,
            berkas: vec![concept, attachment()],
            tujuan: [header.correspondence.to.clone()].into_iter().filter(|to| !to.is_empty()).collect(),
            pengirim: sender(brief).to_owned(),
            tembusan: header.correspondence.copies.clone(),
            verifikator: Vec::new(),
            penandatangan: signatory(brief),
            parameter: PARAMETERS.to_vec(),
        })
    };
    let answer: Vec<_> = brief.bluf.iter().map(|line| line.text.as_str()).collect();
    let answer = if answer.is_empty() { crate::lead::NOTHING.to_owned() } else { answer.join(" ") };
    let issue = crate::naskah::issue(brief);
    let told = issue.map_or_else(
        || crate::lead::NOTHING.to_owned(),
        |issue| {
            format!("{}: {}", issue.title, words::joined(&[issue.movement.clone(), words::coverage(&issue.coverage)]))
        },
    );
    Ok(Metadata {
        ringkasan: docx::brief_name(brief),
        status: brief.header.state.label().to_owned(),
        naskah: vec![
            naskah("Nota Dinas", &NOTA_DINAS, subject(brief), words::cut(&answer, SUMMARY))?,
            naskah(
                "Telaahan Staf",
                &TELAAHAN_STAF,
                words::cut(&telaahan_subject(brief), 250),
                words::cut(&told, SUMMARY),
            )?,
        ],
        batas_berkas_bita: FILE_BYTES_WARN,
        catatan: notes(brief),
    })
}

fn signatory(brief: &Brief) -> String {
    let signatory = brief.header.signatory.clone().unwrap_or_default();
    let parts = [signatory.name, signatory.position];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What the one who fills in the form must look after.
fn notes(brief: &Brief) -> Vec<String> {
    let header = &brief.header;
    let mut notes = Vec::new();
    let mut note = |when: bool, text: String| notes.extend(when.then_some(text));
    note(!header.state.is_final(), "Ringkasan ini belum disetujui; kirim naskah setelah ada persetujuan.".to_owned());
    note(header.fictional, "Data contoh (fiktif); jangan dikirim.".to_owned());
    let known = CLASSES.contains(&header.classification.as_str());
    note(
        !known,
        format!("Sifat “{}” tidak ada dalam pilihan Srikandi ({}).", header.classification, CLASSES.join(", ")),
    );
    note(
        header.correspondence.archive_code.is_empty(),
        "Klasifikasi arsip belum diatur; pilih di Srikandi menurut pedoman instansi.".to_owned(),
    );
    note(header.correspondence.to.is_empty(), "Tujuan belum diatur; isi di Srikandi dan pada konsep.".to_owned());
    note(signatory(brief).is_empty(), "Penanda tangan belum diatur; pilih di Srikandi.".to_owned());
    note(true, "Verifikator dipilih di Srikandi menurut jenjang jabatan.".to_owned());
    note(true, "Nomor, tanggal, dan tanda tangan diisi Srikandi; parameter ${…} dalam konsep tidak diubah.".to_owned());
    note(
        true,
        format!(
            "Batas ukuran berkas Srikandi tidak diumumkan; berkas di atas {} MB diberi tanda peringatan.",
            FILE_BYTES_WARN >> 20
        ),
    );
    notes
}

/// The sheet.
#[derive(Template)]
#[template(path = "lembar-isian.html")]
struct Sheet {
    title: String,
    status: String,
    forms: Vec<Form>,
    notes: Vec<String>,
}

/// One form: its name and its fields.
struct Form {
    name: &'static str,
    rows: Vec<SheetRow>,
}

struct SheetRow {
    label: &'static str,
    values: Vec<String>,
    note: &'static str,
    /// Filled in by Srikandi.
    left: bool,
}

/// The sheet for the person at the form.
pub fn render_sheet(brief: &Brief) -> Result<Vec<u8>, Error> {
    let metadata = metadata(brief)?;
    let brief = clean::for_screen(brief)?;
    let sheet = Sheet {
        title: format!("{}, {}", brief.header.title, brief.header.date_words),
        status: words::joined(&[
            metadata.status.clone(),
            if brief.header.fictional { "Data contoh (fiktif)".to_owned() } else { String::new() },
        ]),
        forms: metadata.naskah.iter().map(form).collect(),
        notes: metadata.catatan,
    };
    Ok(sheet.render()?.into_bytes())
}

fn form(naskah: &Naskah) -> Form {
    let one = |value: &str| if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
    let row = |label, values, note| SheetRow { label, values, note, left: false };
    let left = |label, value: &str, note| SheetRow { label, values: one(value), note, left: true };
    let files = naskah.berkas.iter().map(|file| {
        let warning = if file.melebihi_batas { ", melebihi batas peringatan" } else { "" };
        format!("{} ({}{warning})", file.nama, file.sebagai)
    });
    let rows = vec![
        row("Dikirim melalui", one(naskah.dikirim_melalui), ""),
        row("Jenis naskah", one(naskah.jenis_naskah), ""),
        row("Sifat naskah", one(&naskah.sifat), ""),
        row(
            "Tingkat urgensi",
            one(&naskah.tingkat_urgensi),
            "Diturunkan dari isu paling mendesak, kecuali diatur kantor.",
        ),
        row("Klasifikasi arsip", one(&naskah.klasifikasi_arsip), ""),
        left("Nomor naskah", naskah.nomor, "Diisi Srikandi."),
        left("Tanggal naskah", naskah.tanggal, "Diisi Srikandi."),
        row("Hal", one(&naskah.hal), ""),
        row("Isi ringkas", one(&naskah.isi_ringkas), ""),
        row("Berkas", files.collect(), "Unggah sebagai DOCX, tanpa membuka parameternya."),
        row("Tujuan", naskah.tujuan.clone(), ""),
        row("Pengirim", one(&naskah.pengirim), ""),
        row("Tembusan", naskah.tembusan.clone(), ""),
        row("Verifikator", naskah.verifikator.clone(), "Pilih menurut jenjang jabatan."),
        row("Penanda tangan", one(&naskah.penandatangan), "Tanda tangan elektronik dibubuhkan di Srikandi."),
    ];
    Form { name: naskah.jenis_naskah, rows }
}
