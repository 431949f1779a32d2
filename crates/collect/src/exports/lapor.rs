//! SP4N-LAPOR!: the table of complaints that an agency's administrator downloads.
//!
//! Who complained is never read, not even to make a pseudonym. Complaints marked confidential, and those through the
//! channel for whistle-blowers, stay where they are.

use super::Export;
use crate::Evidence;
use crate::columns::Column;
use crate::rows::Row;
use crate::words;
use model::SourceKind;
use std::borrow::Cow;

pub(crate) const EXPORT: Export = Export {
    name: "lapor",
    summary: "SP4N-LAPOR!: the administrator's CSV, XLSX or HTML table of complaints; reporters are never read",
    evidence: Evidence::Memory("from memory; classifications by the public manual for LAPOR! administrators"),
    signs: &[
        &["Tracking ID", "Isi Laporan"],
        &["Nomor Laporan", "Isi Laporan"],
        &["Isi Laporan", "Instansi Terdisposisi"],
        &["Isi Laporan", "Klasifikasi Laporan"],
        &["Isi Laporan", "Nama Pelapor"],
        &["Judul Laporan", "Isi Laporan", "Status Laporan"],
    ],
    columns: &[
        ("Tracking ID", Column::Id),
        ("ID Laporan", Column::Id),
        ("Nomor Laporan", Column::Id),
        ("No Laporan", Column::Id),
        ("Judul Laporan", Column::Title),
        ("Judul", Column::Title),
        ("Isi Laporan", Column::Text),
        ("Isi Laporan Akhir", Column::Text),
        ("Tanggal Laporan", Column::Date),
        ("Tanggal Laporan Masuk", Column::Date),
        ("Tanggal Masuk", Column::Date),
        ("Tanggal", Column::Date),
        ("Waktu", Column::Time),
        ("Kategori", Column::Tags),
        ("Topik", Column::Tags),
        ("Klasifikasi Laporan", Column::Entry),
        ("Klasifikasi", Column::Entry),
        ("Tipe Laporan", Column::Entry),
        ("Rahasia", Column::Secret),
        ("Kerahasiaan", Column::Secret),
        ("Sifat Laporan", Column::Secret),
        ("Sifat", Column::Secret),
        ("Anonim", Column::Anonymous),
    ],
    platform: None,
    kind: SourceKind::Complaint,
    utc: false,
    finish,
};

fn finish(row: &mut Row<'_>) -> Result<(), &'static str> {
    let class = row.take(Column::Entry);
    let lower = class.to_lowercase();
    if lower.contains("whistle") || lower.contains("wbs") {
        return Err("a whistle-blower's report is confidential and was not read");
    }
    if lower.contains("rahasia") && !words::yes(&class) {
        return Err("marked confidential (rahasia) and not read");
    }
    row.add(Column::Tags, class);
    row.put(Column::Kind, Cow::Borrowed("complaint"));
    row.put(Column::Source, Cow::Borrowed("SP4N-LAPOR!"));
    Ok(())
}
