//! The draft of a clarification: Narasi – Penjelasan – Kesimpulan – Rujukan, as far as it can be written from what
//! people decided. What they have not told stands between square brackets.
//!
//! The fact stands before the claim and after it, and the claim is quoted once and briefly. Until people judged, the
//! draft says "perlu verifikasi" and nothing else about the claim.

mod guard;
mod sentences;

use crate::{watch, words};
use guard::{defanged, unjudged, unnumbered};
use jiff::{Timestamp, tz::TimeZone};
use model::{Claim, ClaimMatch, ClaimStatus, ClaimStep, ClarificationDraft, DocumentKey, FactCheck, Record, Region};
use sentences::Wording;
use std::collections::BTreeSet;

/// Characters of the claim that are quoted at most, and from which on a whole sentence is enough to recognise it. What
/// such messages ask for mostly stands behind that, and is not repeated.
const QUOTE_CHARS: usize = 160;
const QUOTE_ENOUGH_CHARS: usize = 60;
/// Longest title.
const TITLE_CHARS: usize = 120;
/// Fact-checks named at most.
const FACT_CHECKS: usize = 3;

/// Signals of a message that wants money, data or a program from its reader.
const ASKING_SIGNALS: [&str; 6] =
    ["nonofficial_contact", "shortlink_form", "lookalike_domain", "apk", "bansos_money", "fake_recruit"];

/// Drafts what the office may say about a claim. `records` may be more than those that carry it.
pub fn clarification(
    claim: &Claim,
    records: &[Record],
    fact_checks: &[FactCheck],
    region: &Region,
) -> ClarificationDraft {
    let draft = Draft::new(claim, records, fact_checks, region);
    let wording = Wording::of(draft.verdict);
    ClarificationDraft {
        claim: claim.id.clone(),
        label: wording.label.to_owned(),
        disclaimer: "Keterangan resmi pemerintah; bukan cek fakta independen.".to_owned(),
        issuer: [region.office.as_str(), region.government.as_str()].join(", "),
        title: draft.title(),
        status: "DRAF – belum disetujui".to_owned(),
        category: wording.category.to_owned(),
        narasi: draft.narasi(&wording),
        penjelasan: draft.penjelasan(&wording),
        kesimpulan: draft.kesimpulan(&wording),
        rujukan: draft.rujukan(),
        missing: draft.missing(),
        notes: draft.notes(&wording),
    }
}

/// The draft as plain text, one paragraph a line.
pub fn clarification_text(draft: &ClarificationDraft) -> String {
    let mut out = format!(
        "{}\n{}\n{}\n\nPenerbit: {}\nTanggal: [tanggal terbit]\nJudul: {}\nKategori: {}\n",
        draft.label.to_uppercase(),
        draft.status,
        draft.disclaimer,
        draft.issuer,
        draft.title,
        draft.category
    );
    let numbered: Vec<String> =
        draft.rujukan.iter().enumerate().map(|(place, line)| format!("{}. {line}", place + 1)).collect();
    let listed = |lines: &[String]| lines.iter().map(|line| format!("- {line}")).collect::<Vec<String>>();
    for (heading, lines) in [
        ("Narasi", draft.narasi.clone()),
        ("Penjelasan", draft.penjelasan.clone()),
        ("Kesimpulan", draft.kesimpulan.clone()),
        ("Rujukan", numbered),
        ("Yang harus dilengkapi sebelum terbit", listed(&draft.missing)),
        ("Catatan internal (tidak ikut diterbitkan)", listed(&draft.notes)),
    ] {
        out.push_str(&format!("\n{heading}\n"));
        lines.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    }
    out
}

struct Draft<'a> {
    claim: &'a Claim,
    /// Those that carry it, oldest first.
    records: Vec<&'a Record>,
    fact_checks: &'a [FactCheck],
    region: &'a Region,
    verdict: Option<ClaimStatus>,
    steps: Vec<&'a ClaimStep>,
    /// Hosts whose addresses stay as they are: official ones and those of the references.
    kept: Vec<String>,
    /// Hosts that the claim sends its reader to.
    doubtful: BTreeSet<String>,
    zone: TimeZone,
    zone_label: &'a str,
}

impl<'a> Draft<'a> {
    fn new(claim: &'a Claim, records: &'a [Record], fact_checks: &'a [FactCheck], region: &'a Region) -> Self {
        let documents: BTreeSet<&DocumentKey> = claim.documents.iter().collect();
        let mut records: Vec<&Record> = records.iter().filter(|record| documents.contains(&record.key())).collect();
        records.sort_by_cached_key(|record| (record.at, record.key()));
        let steps = claim.verdict_steps();
        let official: Vec<String> = region.official_hosts.iter().map(|host| host.to_lowercase()).collect();
        let told = records.iter().map(|record| record.text.as_str()).chain([claim.text.as_str()]);
        let doubtful: BTreeSet<String> =
            told.flat_map(guard::hosts).filter(|host| !guard::is_kept(host, &official)).collect();
        let referred = steps.iter().flat_map(|step| &step.references).filter_map(|address| guard::host(address));
        let kept = referred.filter(|host| !is_doubtful(host, &doubtful)).chain(official.clone()).collect();
        let (zone, zone_label) = match TimeZone::get(&region.zone) {
            Ok(zone) => (zone, region.zone_label.as_str()),
            Err(_) => (TimeZone::UTC, "UTC"),
        };
        let verdict = claim.verdict();
        Self { claim, records, fact_checks, region, verdict, steps, kept, doubtful, zone, zone_label }
    }

    /// A person's words as they may be published.
    fn clean(&self, text: &str) -> String {
        self.judged(&defanged(&unnumbered(text), &self.kept))
    }

    /// The one word that two people's verdict allows, and nothing less.
    fn judged(&self, text: &str) -> String {
        if self.verdict == Some(ClaimStatus::Palsu) { text.to_owned() } else { unjudged(text) }
    }

    /// The latest words of the verdict's steps.
    fn told(&self, words: impl Fn(&ClaimStep) -> Option<&String>) -> Option<String> {
        let latest = self.steps.iter().rev().find_map(|step| words(step))?;
        Some(self.clean(latest)).filter(|text| !text.trim().is_empty())
    }

    fn conclusion(&self) -> Option<String> {
        self.told(|step| step.conclusion.as_ref()).map(words::sentence)
    }

    fn quote(&self) -> String {
        let text = self.judged(&defanged(&unnumbered(&self.claim.text), &[]));
        let mut quoted = String::new();
        for sentence in text.split_inclusive(". ").flat_map(|part| part.split_inclusive("! ")) {
            let chars = quoted.chars().count();
            if chars >= QUOTE_ENOUGH_CHARS || chars > 0 && chars + sentence.chars().count() > QUOTE_CHARS {
                break;
            }
            quoted.push_str(sentence);
        }
        words::marked(quoted.trim(), QUOTE_CHARS)
    }

    fn title(&self) -> String {
        match (self.verdict, self.conclusion()) {
            (None, _) => "[Judul: sebutkan fakta yang sudah dipastikan, bukan klaimnya] (perlu verifikasi)".to_owned(),
            (Some(_), None) => "[Judul: sebutkan faktanya, bukan klaimnya]".to_owned(),
            (Some(_), Some(conclusion)) => {
                let end = [". ", "! ", "? "].iter().filter_map(|stop| conclusion.find(stop)).min();
                words::shorten(words::clause(end.map_or(conclusion.as_str(), |end| &conclusion[..end])), TITLE_CHARS)
            }
        }
    }

    fn narasi(&self, wording: &Wording) -> Vec<String> {
        let fact = match self.verdict {
            None => "[Fakta: apa yang sudah dipastikan, menurut siapa, kapan]".to_owned(),
            Some(_) => self.conclusion().unwrap_or_else(|| wording.fact_wanted.to_owned()),
        };
        let claim = wording.claim.replace("{klaim}", &self.quote());
        vec![fact, format!("{claim} {}", self.spread()), wording.after.to_owned()]
    }

    /// Where and since when it was read; never by whom it was said.
    fn spread(&self) -> String {
        let Some(first) = self.records.first() else {
            return "[Sejak kapan dan di mana informasi itu beredar]".to_owned();
        };
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let since = match first.dated {
            true => self.moment(first.at),
            false => format!("{} (tanggal diterima)", self.day(first.first_seen_at)),
        };
        let read = match count {
            1 => format!("Hal itu terbaca pada satu unggahan atau berita, {since}."),
            _ => format!("Hal itu terbaca pada {} unggahan atau berita, yang pertama {since}.", words::number(count)),
        };
        match self.claim.is_back() {
            true => format!(
                "{read} Setelah pernah ditangani, informasi itu beredar lagi sejak {}.",
                self.day(self.claim.entered_at)
            ),
            false => read,
        }
    }

    fn penjelasan(&self, wording: &Wording) -> Vec<String> {
        let mut out: Vec<String> = wording.explanation_first.iter().map(|line| (*line).to_owned()).collect();
        match self.told(|step| step.explanation.as_ref()) {
            Some(explanation) => {
                out.extend(explanation.lines().filter(|line| !line.trim().is_empty()).map(words::sentence))
            }
            None if self.verdict.is_none() => {
                out.push(format!("[Hasil konfirmasi kepada {}: siapa yang menjawab, kapan, dan isinya]", self.asked()));
                out.push("[Bukti: surat, data, atau pernyataan tertulis dengan nomor dan tanggalnya]".to_owned());
            }
            None => out.push("[Penjelasan: apa yang diperiksa, kepada siapa, dan apa hasilnya]".to_owned()),
        }
        out.extend(wording.explanation_last.iter().map(|line| (*line).to_owned()));
        let sources = self.sources();
        if !sources.is_empty() {
            out.push(format!("Pemeriksaan merujuk pada {}.", words::list(&sources)));
        }
        out
    }

    fn kesimpulan(&self, wording: &Wording) -> Vec<String> {
        let mut out = match (self.verdict, self.conclusion()) {
            (Some(_), Some(conclusion)) => vec![conclusion, wording.conclusion.to_owned()],
            _ => vec![wording.conclusion.to_owned(), wording.fact_wanted.to_owned()],
        };
        let asks = self.claim.signals.iter().any(|signal| ASKING_SIGNALS.contains(&signal.id.as_str()));
        if asks && wording.warns {
            out.push(
                "Masyarakat dimohon tidak mengirim uang, data pribadi, atau kode apa pun kepada kontak dan tautan yang tercantum dalam pesan itu."
                    .to_owned(),
            );
        }
        out.push(wording.request.to_owned());
        out
    }

    /// Primary sources, each once.
    fn sources(&self) -> Vec<String> {
        let mut sources: Vec<String> = Vec::new();
        for source in self.steps.iter().flat_map(|step| &step.primary_sources) {
            let source = words::clause(&self.clean(source)).to_owned();
            if !source.is_empty() && !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    fn rujukan(&self) -> Vec<String> {
        let mut out = self.sources();
        for address in self.steps.iter().flat_map(|step| &step.references) {
            let line = defanged(address, &self.kept);
            if !out.contains(&line) {
                out.push(line);
            }
        }
        if out.is_empty() {
            out = [
                "[Sumber primer: surat, data, atau keterangan pejabat yang berwenang]",
                "[Alamat rujukan yang dapat dibuka masyarakat]",
            ]
            .map(str::to_owned)
            .to_vec();
        }
        out
    }

    fn missing(&self) -> Vec<String> {
        let mut out: Vec<&str> = Vec::new();
        match (self.verdict, self.claim.awaits_second) {
            (_, true) => out.push("persetujuan orang kedua atas usulan putusan"),
            (None, false) => {
                out.push("putusan verifikator, dengan sedikitnya satu sumber primer dan satu alamat rujukan")
            }
            _ => {}
        }
        if self.told(|step| step.explanation.as_ref()).is_none() {
            out.push("penjelasan hasil pemeriksaan");
        }
        if self.conclusion().is_none() {
            out.push("kalimat kesimpulan");
        }
        let own = self.steps.iter().flat_map(|step| [&step.explanation, &step.conclusion]).flatten();
        if self.verdict != Some(ClaimStatus::Palsu) && own.clone().any(|text| guard::judges(text)) {
            out.push("kata yang hanya boleh dipakai setelah putusan dua orang telah dikosongkan ([…]); tulis ulang kalimatnya");
        }
        let references = self.steps.iter().flat_map(|step| &step.references);
        if references.filter_map(|address| guard::host(address)).any(|host| is_doubtful(&host, &self.doubtful)) {
            out.push("rujukan pengganti: salah satu alamat rujukan disebut dalam pesan yang diperiksa");
        }
        out.push("isi semua bagian dalam kurung siku");
        out.push("persetujuan pejabat yang berwenang");
        out.into_iter().map(str::to_owned).collect()
    }

    fn notes(&self, wording: &Wording) -> Vec<String> {
        let mut out =
            vec![format!("Kode klaim: {}.", self.claim.id), format!("Langkah berikutnya: {}", self.next(wording))];
        if self.claim.is_back() {
            let before = self.claim.verdict_before().map_or("tanpa putusan", ClaimStatus::label);
            out.push(format!(
                "Klaim ini pernah ditutup ({before}) dan beredar lagi; periksa kembali sebelum memakai putusan lama."
            ));
        }
        out.extend(self.decided());
        if !self.claim.signals.is_empty() {
            let why: Vec<String> = self.claim.signals.iter().map(|signal| unjudged(&signal.why)).collect();
            out.push(format!("Alasan diperiksa: {}.", why.join("; ")));
        }
        out.extend(self.claim.matches.iter().filter_map(|found| self.similar(found)).take(FACT_CHECKS));
        let published = self.claim.history.iter().rfind(|step| step.status == ClaimStatus::KlarifikasiTerbit);
        if let Some(address) = published.and_then(|step| step.references.first()) {
            let when = if self.verdict.is_some() { "Sudah terbit" } else { "Klarifikasi sebelumnya" };
            out.push(format!("{when}: {address}"));
        }
        out
    }

    fn next(&self, wording: &Wording) -> &'static str {
        match self.claim.status {
            _ if self.claim.awaits_second => sentences::NEXT_SECOND,
            ClaimStatus::MenungguKonfirmasi => sentences::NEXT_ASKED,
            ClaimStatus::KlarifikasiTerbit => sentences::NEXT_PUBLISHED,
            ClaimStatus::Ditutup => sentences::NEXT_CLOSED,
            _ => wording.next,
        }
    }

    /// Who judged or proposed, and when.
    fn decided(&self) -> Option<String> {
        let by = |step: &ClaimStep| format!("{} ({})", step.by, self.moment(step.at));
        if let Some(first) = self.claim.proposal() {
            return Some(format!("Diusulkan oleh {}; menunggu orang kedua.", by(first)));
        }
        let people: Vec<String> = self.steps.iter().map(|step| by(step)).collect();
        let verdict = self.verdict?;
        Some(format!("Putusan “{}” oleh {}.", verdict.label(), words::list(&people)))
    }

    fn similar(&self, found: &ClaimMatch) -> Option<String> {
        let check = self.fact_checks.iter().find(|check| check.id.as_str() == found.claim_id)?;
        let title = words::quote(self.judged(self.unlabelled(&check.title)).trim(), TITLE_CHARS);
        let address = check.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
        Some(format!(
            "Ada cek fakta serupa ({}): {title}, {}{address}. Kesamaannya perlu dinilai petugas.",
            likeness(found),
            publisher(check, self.region)
        ))
    }

    /// A headline without a label in brackets that says more than people here have judged.
    fn unlabelled<'t>(&self, title: &'t str) -> &'t str {
        let label = title.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        match label {
            Some((label, rest)) if self.judged(label) != label => rest,
            _ => title,
        }
    }

    fn asked(&self) -> String {
        let topics: Vec<_> = self.records.iter().flat_map(|record| &record.topics).collect();
        watch::asked(self.region, self.records.iter().flat_map(|record| &record.agencies), &topics)
    }

    fn day(&self, at: Timestamp) -> String {
        words::date(at.to_zoned(self.zone.clone()).date())
    }

    fn moment(&self, at: Timestamp) -> String {
        format!("{} pukul {} {}", self.day(at), words::time(at, &self.zone), self.zone_label)
    }
}

/// A host that the claim sends its reader to, or one above or below it.
fn is_doubtful(host: &str, doubtful: &BTreeSet<String>) -> bool {
    let host = host.trim_start_matches("www.");
    doubtful.iter().any(|other| other == host || host.ends_with(&format!(".{other}")))
}

/// How alike a text and a fact-check are, in words; never what that makes of the text.
pub(crate) fn likeness(found: &ClaimMatch) -> &'static str {
    if found.level == "confirm" { "mirip sekali" } else { "mirip" }
}

/// Who published a fact-check: the outlet that the region knows at its host, or the host.
pub(crate) fn publisher(check: &FactCheck, region: &Region) -> String {
    let Some(host) = check.url.as_deref().and_then(guard::host) else { return "catatan petugas".to_owned() };
    let host = host.trim_start_matches("www.");
    let known = region.media.iter().find(|medium| medium.host.trim_start_matches("www.").eq_ignore_ascii_case(host));
    known.map_or_else(|| host.to_owned(), |medium| medium.name.clone())
}
