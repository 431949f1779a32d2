//! Why an issue has its level: one Indonesian clause a reason, each with its figures.

use crate::{movement::Movement, risk::Facts, window::Change};
use model::Risk;

impl Facts {
    /// What the level rests on; of a green issue, why it is no more than that.
    pub(crate) fn reasons(&self, level: Risk, movement: &Movement) -> Vec<String> {
        if level == Risk::Hijau {
            return vec![self.why_normal()];
        }
        let mut reasons = self.borrowed.as_ref().map_or_else(Vec::new, |borrowed| borrowed.reasons());
        if self.rising {
            reasons.extend(self.rise_in_words());
            reasons.extend(movement.bursts.iter().map(|burst| format!("lonjakan: {}", burst.words)));
        }
        if self.serta_merta {
            reasons.push("topik keselamatan (serta-merta)".to_owned());
            if self.victims > 0 {
                reasons.push(format!("{} item menyebut korban, pengungsian, atau kedaruratan", self.victims));
            }
        }
        if self.has_places() {
            reasons.push(format!("menyebar di {} kabupaten/kota", self.places));
        }
        if self.has_channels() {
            let names: Vec<&str> = self.channels.iter().map(|kind| kind.label()).collect();
            reasons.push(format!("ramai di {} jenis kanal ({})", names.len(), names.join(", ")));
        }
        if self.is_widely_told() {
            reasons.push(format!("topik sensitif diangkat {} kelompok media", self.outlets));
        }
        if self.has_key_speaker() {
            let roles: Vec<&str> = self.speakers.iter().map(String::as_str).collect();
            let who = if roles.is_empty() { "pejabat nasional".to_owned() } else { roles.join(", ") };
            reasons.push(format!("narasumber kunci sudah bicara: {who}"));
        }
        if self.is_negative() {
            let (share, n) = ((self.negative_share() * 100.0).round(), self.tone.n());
            reasons.push(format!("{share}% bernada negatif atau berpotensi negatif (n={n})"));
        }
        reasons.push(self.answer_in_words());
        reasons
    }

    fn answer_in_words(&self) -> String {
        match self.silence {
            _ if self.answered => "sudah ada keterangan resmi".to_owned(),
            Some(hours) if self.rising && hours > 0 => {
                format!("belum ada keterangan resmi, {hours} jam sejak ramai")
            }
            _ => "belum ada keterangan resmi".to_owned(),
        }
    }

    fn why_normal(&self) -> String {
        let (voices, left_out) = (self.voices, self.left_out());
        match self.change {
            _ if voices == 0 && left_out.is_empty() => "tidak ada item baru dalam periode ini".to_owned(),
            _ if voices == 0 => format!("tidak ada suara mandiri{left_out}"),
            _ if self.is_praise() => {
                format!(
                    "bernada positif atau netral saja ({} positif dari {voices} suara{left_out})",
                    self.tone.positif
                )
            }
            _ if !self.concerns_government() && self.has_voices() => {
                format!("{} dari {voices} suara menyinggung pemerintah{left_out}", self.tone.n())
            }
            Change::Unknown => format!("{voices} suara, belum ada hari sebelumnya sebagai pembanding{left_out}"),
            Change::Times { mean, .. } if self.has_voices() => {
                format!("volume biasa: {voices} suara, rata-rata sebelumnya {}{left_out}", decimal(mean))
            }
            _ => format!("volume kecil: {voices} suara{left_out}"),
        }
    }

    /// ", di luar 2 rilis resmi, 3 salinan": what is counted as items and not as voices. Whoever
    /// reads a multiple must read of what: voices, not the items that the figures of the day count.
    fn left_out(&self) -> String {
        let parts: Vec<String> = self.left_out.iter().map(|(what, count)| format!("{count} {what}")).collect();
        if parts.is_empty() { String::new() } else { format!(", di luar {}", parts.join(", ")) }
    }

    fn rise_in_words(&self) -> Option<String> {
        let (voices, counted) = (self.voices, self.left_out());
        match self.change {
            Change::Unknown => None,
            Change::New { windows } => {
                let before = in_words(windows);
                Some(format!("baru muncul: {voices} suara, tidak ada dalam {before} hari sebelumnya{counted}"))
            }
            // "60 kali" of almost nothing impresses more than it says.
            Change::Times { mean, windows, .. } if mean < 1.0 => Some(format!(
                "naik dari rata-rata {} menjadi {voices} suara sehari (dibanding {} hari sebelumnya{counted})",
                decimal(mean),
                in_words(windows)
            )),
            Change::Times { ratio, mean, windows } => Some(format!(
                "naik {}× dari rata-rata {} hari sebelumnya ({voices} suara, biasanya {}{counted})",
                decimal(ratio),
                in_words(windows),
                decimal(mean)
            )),
        }
    }
}

/// One decimal place, with the comma of Indonesian numbers.
fn decimal(value: f32) -> String {
    format!("{value:.1}").replace('.', ",")
}

fn in_words(number: usize) -> String {
    const WORDS: [&str; 11] =
        ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}
