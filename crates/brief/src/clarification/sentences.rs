//! The fixed sentences of a draft, by what people judged the claim to be.
//!
//! Categories follow the seven types of First Draft as fact-checkers here name them; a dispute about a policy and what
//! nobody can tell are no type of false information.

use model::ClaimStatus;

/// What a draft says besides people's own words.
pub(super) struct Wording {
    /// Kind of paper.
    pub(super) label: &'static str,
    /// The verdict as a category.
    pub(super) category: &'static str,
    /// Brings in the claim; `{klaim}` is the quotation.
    pub(super) claim: &'static str,
    /// The fact once more, right behind the claim.
    pub(super) after: &'static str,
    /// Wanted where people wrote no conclusion.
    pub(super) fact_wanted: &'static str,
    /// Before and after what checking found.
    pub(super) explanation_first: &'static [&'static str],
    pub(super) explanation_last: &'static [&'static str],
    /// First sentence of the conclusion.
    pub(super) conclusion: &'static str,
    /// What the public is asked to do.
    pub(super) request: &'static str,
    /// True where a message that asks for money or data is warned of.
    pub(super) warns: bool,
    /// What the office does next.
    pub(super) next: &'static str,
}

/// What the office does next where the status says more than the verdict.
pub(super) const NEXT_SECOND: &str = "mintakan penilaian orang kedua; orang kedua menyertakan bukti atau menyatakan pada alasan bahwa bukti pertama diterima.";
pub(super) const NEXT_ASKED: &str =
    "tagih jawaban instansi yang dimintai konfirmasi, kumpulkan sumber primer dan alamat rujukan, lalu catat putusan.";
pub(super) const NEXT_PUBLISHED: &str = "pantau percakapan setelah terbit, lalu tutup klaim.";
pub(super) const NEXT_CLOSED: &str = "tidak ada; klaim sudah ditutup.";

/// What false information has in common.
const FALSE: Wording = Wording {
    label: "Klarifikasi resmi",
    category: "",
    claim: "Beredar informasi yang menyebut {klaim}.",
    after: "",
    fact_wanted: "[Kesimpulan: satu kalimat fakta yang perlu diingat masyarakat]",
    explanation_first: &[],
    explanation_last: &[],
    conclusion: "",
    request: "Masyarakat dimohon tidak meneruskan informasi tersebut dan memeriksa kebenarannya melalui kanal resmi: [alamat kanal resmi].",
    warns: true,
    next: "lengkapi draf, mintakan persetujuan, terbitkan di kanal resmi, lalu catat alamatnya.",
};

impl Wording {
    pub(super) fn of(verdict: Option<ClaimStatus>) -> Self {
        match verdict {
            Some(ClaimStatus::Benar) => Self::confirmed(),
            Some(ClaimStatus::SengketaKebijakan) => Self::disputed(),
            Some(ClaimStatus::TidakDapatDiverifikasi) => Self::unknown(),
            Some(ClaimStatus::Satire) => Self {
                category: "satire atau parodi",
                after: "Hasil verifikasi: konten tersebut dibuat sebagai satire atau parodi.",
                conclusion: "Konten tersebut adalah satire atau parodi dan bukan pernyataan resmi.",
                request: "Masyarakat dimohon tidak meneruskannya seolah-olah berita dan memeriksa informasi melalui kanal resmi: [alamat kanal resmi].",
                warns: false,
                next: "cukup dijelaskan bila banyak yang menganggapnya sungguhan; pembuat satire tidak perlu ditindak.",
                ..FALSE
            },
            Some(ClaimStatus::KonteksSalah) => Self {
                category: "konteks yang salah (false context)",
                after: "Hasil verifikasi: materinya pernah ada, tetapi disebarkan dengan konteks yang salah.",
                conclusion: "Waktu, tempat, atau peristiwa dalam materi tersebut tidak seperti yang disebutkan.",
                ..FALSE
            },
            Some(ClaimStatus::Menyesatkan) => Self {
                category: "konten yang menyesatkan (misleading content)",
                after: "Hasil verifikasi: cara penyajian informasi tersebut menyesatkan.",
                conclusion: "Informasi tersebut menyesatkan: penyajiannya menimbulkan pengertian yang keliru.",
                ..FALSE
            },
            Some(ClaimStatus::Tiruan) => Self {
                category: "konten tiruan (imposter content)",
                after: "Hasil verifikasi: pesan tersebut adalah konten tiruan.",
                conclusion: "Pesan tersebut mengatasnamakan instansi atau pejabat, tetapi tidak berasal dari pihak yang disebut.",
                ..FALSE
            },
            Some(ClaimStatus::Dimanipulasi) => Self {
                category: "konten yang dimanipulasi (manipulated content)",
                after: "Hasil verifikasi: materi tersebut telah dimanipulasi.",
                conclusion: "Materi aslinya telah diubah sehingga menyampaikan hal yang berbeda.",
                ..FALSE
            },
            Some(ClaimStatus::Palsu) => Self {
                category: "konten palsu atau hoaks (fabricated content)",
                after: "Hasil verifikasi dua petugas: informasi tersebut adalah konten palsu (hoaks).",
                conclusion: "Informasi tersebut palsu (hoaks).",
                ..FALSE
            },
            _ => Self::open(),
        }
    }

    fn open() -> Self {
        Self {
            category: "perlu verifikasi",
            claim: "Beredar informasi yang perlu verifikasi, yang menyebut {klaim}.",
            after: "Kebenaran informasi tersebut belum dinilai; statusnya perlu verifikasi.",
            explanation_first: &["Informasi tersebut perlu verifikasi dan sedang diperiksa."],
            conclusion: "Informasi tersebut perlu verifikasi.",
            request: "Sambil menunggu hasilnya, masyarakat dimohon tidak meneruskan informasi yang perlu verifikasi; perkembangan disampaikan melalui kanal resmi: [alamat kanal resmi].",
            warns: true,
            next: "tanyakan kepada instansi yang disebut, kumpulkan sumber primer dan alamat rujukan, lalu catat putusan; draf ini belum boleh diterbitkan sebagai klarifikasi.",
            ..FALSE
        }
    }

    fn confirmed() -> Self {
        Self {
            label: "Konfirmasi resmi",
            category: "benar",
            after: "Hasil verifikasi: informasi tersebut benar.",
            conclusion: "Informasi tersebut benar.",
            request: "Keterangan lebih lanjut dapat diperoleh melalui kanal resmi: [alamat kanal resmi].",
            warns: false,
            next: "terbitkan konfirmasi; bila informasi itu memuat keluhan yang benar, dahulukan perbaikan layanannya.",
            ..FALSE
        }
    }

    /// No false information: who objects to a rule may have read it rightly.
    fn disputed() -> Self {
        Self {
            label: "Penjelasan kebijakan",
            category: "sengketa kebijakan atau salah paham",
            claim: "Masyarakat mempertanyakan atau mengeluhkan hal berikut: {klaim}.",
            after: "Pokok persoalannya adalah isi, penerapan, atau pemahaman suatu kebijakan, dan dijawab dengan penjelasan serta perbaikan.",
            fact_wanted: "[Inti penjelasan: apa yang berlaku sekarang, bagi siapa, dan sejak kapan]",
            explanation_last: &[
                "[Aturan yang berlaku: nama, nomor, tahun, dan bagian yang menentukan]",
                "[Siapa yang tercakup, siapa yang tidak, dan alasannya]",
                "[Perbaikan layanan atau aturan yang disiapkan: penanggung jawab dan tenggat]",
            ],
            conclusion: "Penjelasan ini menjawab perbedaan pemahaman atas kebijakan yang berlaku.",
            request: "Keluhan dan masukan tetap diterima sebagai bahan perbaikan melalui: [kanal pengaduan dan layanan].",
            warns: false,
            next: "jelaskan aturannya dan perbaiki layanan atau aturan yang dikeluhkan bila keluhannya benar; jangan menyebut penyampainya menyebarkan informasi yang keliru.",
            ..FALSE
        }
    }

    fn unknown() -> Self {
        Self {
            label: "Keterangan resmi sementara",
            category: "tidak dapat diverifikasi",
            after: "Sampai keterangan ini disusun, informasi tersebut tidak dapat dipastikan benar atau salah.",
            fact_wanted: "[Inti keterangan: apa yang sudah pasti saat ini]",
            explanation_first: &["Yang sudah diketahui:"],
            explanation_last: &[
                "Yang belum diketahui: [apa yang belum dapat dipastikan, mengapa, dan kapan diperiksa lagi]",
            ],
            conclusion: "Informasi tersebut tidak dapat diverifikasi dengan bukti yang tersedia; hal ini tidak berarti informasi itu benar ataupun salah.",
            request: "Masyarakat dimohon menunggu keterangan berikutnya melalui kanal resmi: [alamat kanal resmi].",
            warns: true,
            next: "catat apa yang masih dicari dan kapan diperiksa lagi; perbarui keterangan bila ada bukti baru.",
            ..FALSE
        }
    }
}
