//! `handover`: the note of a shift that ends for the one that begins. One page, for the afternoon's follow-up too.

use crate::{followup, movement, words};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{Alert, AlertState, Claim, ClaimStatus, Handover, Issue, OpenTask, Region, SourceHealth, TaskState};

/// Lines of each part at most, so that the note stays one page; the rest is counted.
const LINES: usize = 7;
const TITLE_CHARS: usize = 90;
/// Hours looked ahead: until the next shift has its own note.
const AHEAD_HOURS: i64 = 16;

/// What a handover note is made from.
#[derive(Clone, Copy, Debug)]
pub struct HandoverInput<'a> {
    /// The office's province: names and zone.
    pub region: &'a Region,
    /// When the shift ends.
    pub at: Timestamp,
    /// Every alert; closed ones are left out.
    pub alerts: &'a [Alert],
    /// The verification queue; closed claims are left out.
    pub claims: &'a [Claim],
    /// Tasks as their decisions leave them; those that are done are left out.
    pub tasks: &'a [OpenTask],
    /// Issues; the small ones that grow fast are listed.
    pub issues: &'a [Issue],
    /// Every source with its state; those that are down are listed.
    pub health: &'a [SourceHealth],
}

/// Writes the note.
pub fn handover(input: &HandoverInput<'_>) -> Handover {
    let shift = Shift::new(input);
    let mut open: Vec<&Alert> = input.alerts.iter().filter(|alert| alert.state != AlertState::Closed).collect();
    open.sort_by(|a, b| (b.risk, a.answer_by, &a.id).cmp(&(a.risk, b.answer_by, &b.id)));
    let mut claims: Vec<&Claim> = input.claims.iter().filter(|claim| is_waiting(claim)).collect();
    claims.sort_by(|a, b| (a.limit_at, &a.id).cmp(&(b.limit_at, &b.id)));
    let mut tasks: Vec<&OpenTask> = input.tasks.iter().filter(|task| is_open(task, input.at)).collect();
    tasks.sort_by(|a, b| (a.deadline, &a.id).cmp(&(b.deadline, &b.id)));
    let mut weak: Vec<&Issue> = input.issues.iter().filter(|issue| issue.weak_signal).collect();
    weak.sort_by(|a, b| (b.risk, b.count, &a.id).cmp(&(a.risk, a.count, &b.id)));
    let down = input.health.iter().filter(|health| health.state.is_down());
    let taken = open.iter().filter_map(|alert| shift.acknowledged(alert));
    Handover {
        at: input.at,
        at_words: shift.at_words(),
        office: input.region.office.clone(),
        alerts: limited(open.iter().map(|alert| shift.alert(alert))),
        claims: limited(claims.iter().map(|claim| shift.claim(claim))),
        tasks: limited(tasks.iter().map(|task| shift.task(task))),
        weak_signals: limited(weak.iter().map(|issue| {
            format!(
                "{}: {} suara, tumbuh cepat",
                words::shorten(&issue.title, TITLE_CHARS),
                words::number(movement::voices(issue))
            )
        })),
        sources: limited(down.map(|health| shift.source(health))),
        tonight: limited(shift.due_soon(&open, &claims, &tasks).into_iter()),
        acknowledged: limited(taken),
    }
}

/// A claim that somebody still has to answer: without a verdict, or with one that is not out yet.
fn is_waiting(claim: &Claim) -> bool {
    !matches!(claim.status, ClaimStatus::KlarifikasiTerbit | ClaimStatus::Ditutup | ClaimStatus::Satire)
}

fn is_open(task: &OpenTask, now: Timestamp) -> bool {
    !matches!(followup::state(task, now), TaskState::Selesai | TaskState::Dibatalkan)
}

fn limited(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    if lines.len() > LINES {
        let more = lines.len() - (LINES - 1);
        lines.truncate(LINES - 1);
        lines.push(format!("dan {more} lainnya"));
    }
    lines
}

/// The moment of the note and how its times are printed.
struct Shift<'a> {
    region: &'a Region,
    at: Timestamp,
    zone: TimeZone,
    zone_label: &'a str,
}

impl<'a> Shift<'a> {
    fn new(input: &HandoverInput<'a>) -> Self {
        let (zone, zone_label) = match TimeZone::get(&input.region.zone) {
            Ok(zone) => (zone, input.region.zone_label.as_str()),
            Err(_) => (TimeZone::UTC, "UTC"),
        };
        Self { region: input.region, at: input.at, zone, zone_label }
    }

    fn at_words(&self) -> String {
        let day = self.at.to_zoned(self.zone.clone()).date();
        format!("{} pukul {} {}", words::weekday_date(day), words::time(self.at, &self.zone), self.zone_label)
    }

    /// "20.00", with the day where it is another one.
    fn clock(&self, at: Timestamp) -> String {
        let (day, today) = (at.to_zoned(self.zone.clone()).date(), self.at.to_zoned(self.zone.clone()).date());
        let clock = words::time(at, &self.zone);
        if day == today { clock } else { format!("{clock} ({})", words::day_month(day)) }
    }

    /// "batas 18.00", or by how much it is over.
    fn limit(&self, name: &str, at: Timestamp) -> String {
        match at < self.at {
            true => format!("lewat {name} {} jam", words::number(followup::hours_between(at, self.at))),
            false => format!("{name} {}", self.clock(at)),
        }
    }

    fn alert(&self, alert: &Alert) -> String {
        let mut parts = vec![alert.state.label().to_owned()];
        if let Some(until) = alert.snoozed_until.filter(|_| alert.state == AlertState::Snoozed) {
            parts = vec![format!("ditunda sampai {}", self.clock(until))];
        }
        parts.extend(alert.answer_by.map(|by| self.limit("batas jawab", by)));
        parts.extend(alert.owner.as_ref().map(|owner| format!("PJ {}", followup::owner(self.region, owner.as_str()))));
        if alert.sent_at.is_none() {
            parts.push("belum terkirim (jam tenang)".to_owned());
        }
        let Alert { risk, title, .. } = alert;
        format!("{} {}: {} – {}", risk.mark(), risk.as_str(), words::shorten(title, TITLE_CHARS), parts.join("; "))
    }

    fn claim(&self, claim: &Claim) -> String {
        let mut parts = vec![claim.status.label().to_owned()];
        if claim.awaits_second {
            parts.push("menunggu petugas kedua".to_owned());
        }
        if claim.target_at != claim.limit_at {
            parts.push(self.limit("sasaran", claim.target_at));
        }
        parts.push(self.limit("batas", claim.limit_at));
        if claim.status.is_verdict() {
            parts = vec![
                format!("{}, klarifikasi belum terbit", claim.status.label()),
                self.limit("batas", claim.limit_at),
            ];
        }
        format!("{} – {}", words::quote(&claim.text, TITLE_CHARS), parts.join("; "))
    }

    fn task(&self, task: &OpenTask) -> String {
        let owner = followup::owner(self.region, &task.owner);
        let title = words::shorten(&words::without_addresses(words::clause(&task.title)), TITLE_CHARS);
        match followup::state(task, self.at) {
            TaskState::BuktiKurang => format!("{title} – {owner}; dinyatakan selesai, bukti kurang"),
            _ => format!("{title} – {owner}; {}; {}", task.status.as_str(), self.limit("tenggat", task.deadline)),
        }
    }

    fn source(&self, health: &SourceHealth) -> String {
        let medium = self.region.media.iter().find(|medium| medium.host == health.name.as_str());
        let name = medium.map_or(health.name.as_str(), |medium| medium.name.as_str());
        match health.last_success_at {
            Some(at) => format!("{name}: tidak terbaca sejak {}", self.clock(at)),
            None => format!("{name}: belum pernah terbaca"),
        }
    }

    /// Deadlines that fall before the next shift's own note, earliest first.
    fn due_soon(&self, alerts: &[&Alert], claims: &[&Claim], tasks: &[&OpenTask]) -> Vec<String> {
        let end = self.at + SignedDuration::from_hours(AHEAD_HOURS);
        // Somebody who has acknowledged an alert still owes the answer.
        let alerts = alerts.iter().filter_map(|a| Some((a.answer_by?, format!("jawaban isu {}", a.title))));
        let claims = claims.iter().map(|c| (c.limit_at, format!("klaim {}", words::quote(&c.text, TITLE_CHARS))));
        let tasks = tasks.iter().map(|t| (t.deadline, format!("tugas {}", words::clause(&t.title))));
        let mut due: Vec<(Timestamp, String)> =
            alerts.chain(claims).chain(tasks).filter(|(at, _)| (self.at..=end).contains(at)).collect();
        due.sort();
        due.into_iter()
            .map(|(at, what)| format!("{}: {}", self.clock(at), words::shorten(&what, TITLE_CHARS)))
            .collect()
    }

    fn acknowledged(&self, alert: &Alert) -> Option<String> {
        let by = alert.acknowledged_by.as_ref()?;
        Some(format!("{by}: {} ({})", words::shorten(&alert.title, TITLE_CHARS), alert.risk.as_str()))
    }
}

/// The note as plain text for a messenger or a printer.
pub fn handover_text(note: &Handover) -> String {
    let parts = [
        ("PERINGATAN YANG TERBUKA", &note.alerts, "Tidak ada."),
        ("KLAIM YANG MENUNGGU", &note.claims, "Tidak ada."),
        ("YANG DIJANJIKAN", &note.tasks, "Tidak ada tugas terbuka."),
        ("JATUH TEMPO SEBELUM SERAH TERIMA BERIKUTNYA", &note.tonight, "Tidak ada."),
        ("PERLU DIAWASI: ISU KECIL YANG TUMBUH CEPAT", &note.weak_signals, "Tidak ada."),
        ("SUMBER YANG TIDAK TERBACA", &note.sources, "Semua sumber terbaca."),
        ("SUDAH DITANGANI OLEH", &note.acknowledged, "Belum ada."),
    ];
    let mut out = format!("SERAH TERIMA GILIRAN JAGA\n{}\n{}\n", note.office, note.at_words);
    for (title, lines, none) in parts {
        out.push_str(&format!("\n{title}\n"));
        if lines.is_empty() {
            out.push_str(&format!("  {none}\n"));
        }
        for line in lines {
            out.push_str(&format!("  - {line}\n"));
        }
    }
    out
}
