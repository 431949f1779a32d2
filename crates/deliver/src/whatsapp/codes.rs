//! What Meta's error codes mean for a delivery.
//!
//! From developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, as of May 2026.

/// Whether it may go better later.
pub(super) enum Meaning {
    Later(&'static str),
    Never(&'static str),
    /// A code that is not in the list: the status decides.
    Unlisted,
}

pub(super) fn meaning(code: i64) -> Meaning {
    use Meaning::{Later, Never};
    match code {
        4 | 80007 => Later("batas laju akun tercapai"),
        130429 => Later("terlalu banyak kiriman dalam waktu singkat"),
        131048 => Later("kiriman dibatasi karena banyak yang menandai sebagai spam; tunggu, dan periksa mutu nomor"),
        131056 => Later("terlalu banyak kiriman ke nomor yang sama"),
        131049 => Later("WhatsApp menahan kiriman ini demi kenyamanan penerima"),
        1 | 2 | 131000 | 131016 | 131057 | 133004 => Later("layanan WhatsApp sedang terganggu"),
        0 | 190 => Never("token ditolak; buat token baru dan isikan di tempat rahasianya"),
        3 | 10 | 200..=299 | 131005 => {
            Never("token tidak berizin mengirim pesan; periksa izin whatsapp_business_messaging")
        }
        368 | 131031 => Never("akun bisnis dikunci; lihat pemberitahuan di Business Manager"),
        130472 => Never("nomor penerima sedang menjadi bagian percobaan WhatsApp; hubungi lewat cara lain"),
        130497 => Never("akun bisnis tidak boleh mengirim ke negara penerima"),
        131008 | 131009 | 100 => Never("isian ditolak; periksa nomor penerima, templat, dan phone_number_id"),
        131021 => Never("nomor penerima sama dengan nomor pengirim"),
        131026 => Never("nomor penerima tidak dapat dikirimi: bukan nomor WhatsApp atau aplikasinya usang"),
        131030 => Never("nomor penerima tidak ada dalam daftar nomor uji; tambahkan, atau pakai akun yang sudah aktif"),
        131037 | 131045 => Never("nomor pengirim belum terdaftar lengkap; selesaikan pendaftarannya"),
        131042 => Never("cara pembayaran akun bisnis bermasalah; selesaikan di Business Manager"),
        131047 => Never("lebih dari 24 jam sejak penerima menulis: hanya templat yang boleh dikirim"),
        131050 => Never("penerima menolak kiriman dari nomor ini"),
        131051..=131053 => Never("berkas ditolak; buat ulang PDF-nya"),
        132000 => Never("banyaknya isian tidak sama dengan templat; samakan parameters"),
        132001 => Never("templat tidak ada dalam bahasa ini atau belum disetujui; periksa template dan language"),
        132005 => Never("teks terlalu panjang bagi templat; kecilkan parameter_chars_max"),
        132007 => Never("isi templat melanggar kebijakan WhatsApp"),
        132012 | 132018 => Never("bentuk isian tidak sesuai dengan templat; periksa dokumen dan parameters"),
        132015 => Never("templat dihentikan sementara karena mutunya; perbaiki atau pakai templat lain"),
        132016 => Never("templat dimatikan karena mutunya; ajukan templat baru"),
        132068 | 132069 => Never("alur di dalam templat tidak berjalan"),
        133000..=133003 | 133005..=133999 => Never("nomor pengirim belum terdaftar di Cloud API"),
        _ => Meaning::Unlisted,
    }
}
