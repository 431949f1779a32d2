//! The words of a notice: what, how bad, why with its arithmetic, who answers, until when. No author, no citizen.

use crate::AlertOptions;
use jiff::{Timestamp, tz::TimeZone};
use model::{Alert, AlertNotice, AlertState, NoticeCause, Region, Risk};

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// What the words of a notice rest on beside the alert.
pub(crate) struct Words<'a> {
    pub(crate) zone: &'a TimeZone,
    pub(crate) region: &'a Region,
    pub(crate) options: &'a AlertOptions,
}

impl Words<'_> {
    /// The message about an alert; `before` is the level that people were told earlier.
    pub(crate) fn text(&self, alert: &Alert, cause: NoticeCause, before: Option<Risk>) -> String {
        let risk = alert.risk;
        let mut lines =
            vec![format!("{} {} ({}): {}", risk.mark(), risk.as_str().to_uppercase(), name(risk), alert.title)];
        lines.push(self.why_now(alert, cause, before));
        if !alert.reasons.is_empty() && cause != NoticeCause::Closed {
            lines.push(format!("Alasan: {}.", alert.reasons.join("; ")));
        }
        lines.push(format!("Penjawab: {}.", self.owner(alert)));
        let is_waiting = matches!(alert.state, AlertState::Open | AlertState::Escalated);
        if let Some(answer_by) = alert.answer_by.filter(|_| is_waiting && cause != NoticeCause::Overdue) {
            lines.push(format!("Batas jawaban: {}.", self.moment(answer_by)));
        }
        lines.join("\n")
    }

    fn why_now(&self, alert: &Alert, cause: NoticeCause, before: Option<Risk>) -> String {
        match cause {
            NoticeCause::Raised => "Peringatan baru.".to_owned(),
            NoticeCause::Risen => {
                let before = before.unwrap_or_default().as_str();
                format!("Tingkat naik dari {before} menjadi {}.", alert.risk.as_str())
            }
            NoticeCause::Overdue => {
                let due = alert.answer_by.map(|at| self.moment(at)).unwrap_or_default();
                let (reminder, most) = (alert.reminders, self.options.repeats + 1);
                format!("Belum ada jawaban; batasnya {due}. Pengingat {reminder} dari {most}.")
            }
            NoticeCause::Resumed => "Masa tunda sudah berakhir dan isu masih pada tingkat ini.".to_owned(),
            NoticeCause::FollowUp => {
                format!("Tindak lanjut sore: {} sejak {}.", alert.state.label(), self.moment(alert.raised_at))
            }
            NoticeCause::Closed => {
                format!("Isu sudah {} jam di bawah tingkat ini; peringatan ditutup.", self.options.calm_hours)
            }
        }
    }

    fn owner(&self, alert: &Alert) -> String {
        match &alert.owner {
            None => "belum ditentukan".to_owned(),
            Some(id) => self.region.agency(id).map_or_else(|| id.to_string(), |agency| agency.name.clone()),
        }
    }

    /// "20 November 2026 pukul 11.30 WITA".
    fn moment(&self, at: Timestamp) -> String {
        let at = at.to_zoned(self.zone.clone());
        let month = MONTHS[usize::from(at.month().unsigned_abs() - 1)];
        let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
        format!("{day} {month} {year} pukul {hour:02}.{minute:02} {}", self.region.zone_label).trim_end().to_owned()
    }
}

/// Names of the levels in the office's crisis guide.
fn name(risk: Risk) -> &'static str {
    match risk {
        Risk::Hijau => "normal",
        Risk::Kuning => "perlu perhatian",
        Risk::Oranye => "berpotensi krisis",
        Risk::Merah => "krisis",
    }
}

/// One line about a notice for the report of a run and the log.
pub fn log_line(notice: &AlertNotice) -> String {
    let alert = &notice.alert;
    let owner = alert.owner.as_ref().map_or("nobody", |owner| owner.as_str());
    let answer_by = alert.answer_by.map(|at| format!(", answer by {at}")).unwrap_or_default();
    let (cause, risk, title) = (notice.cause.as_str(), alert.risk.as_str(), alert.title.replace(['\n', '\r'], " "));
    let reasons = alert.reasons.join("; ");
    format!("alert {} {risk} {cause} at {}: {title} [{reasons}] owner {owner}{answer_by}", alert.id, notice.at)
}

/// The follow-ups among notices as one message, so that an afternoon brings one and not many; `None` where there is none.
pub fn follow_up_text(notices: &[AlertNotice]) -> Option<String> {
    let texts: Vec<&str> = notices
        .iter()
        .filter(|notice| notice.cause == NoticeCause::FollowUp)
        .map(|notice| notice.text.as_str())
        .collect();
    (!texts.is_empty()).then(|| format!("{} peringatan masih terbuka.\n\n{}", texts.len(), texts.join("\n\n")))
}
