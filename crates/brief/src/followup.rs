//! Section 13: what became of the tasks that were given, and what clarifications did.
//!
//! A task belongs to an agency or unit; whoever works there is not named and not blamed.

use crate::{
    references::References,
    view::{View, assessment, fact},
    words,
};
use jiff::Timestamp;
use model::{AgencyId, Effect, EffectFinding, OpenTask, Region, Section, Statement, TaskLine, TaskState, TaskStatus};

/// Tasks told at most, the rest is counted; clarifications told at most, the latest first.
pub(crate) const TASKS: usize = 15;
const EFFECTS: usize = 3;
const TITLE_CHARS: usize = 120;
const PROOF_CHARS: usize = 100;
/// Stands where a task's owner is no unit.
const NO_UNIT: &str = "unit belum dicatat";

/// Tasks that were open at the cut-off or ended in the window: overdue first, then without proof, running, done.
pub(crate) fn tasks(view: &View<'_>) -> Vec<TaskLine> {
    let now = view.window.to;
    let ended = |task: &OpenTask| matches!(task.status, TaskStatus::Selesai | TaskStatus::Dibatalkan);
    let told = |task: &&OpenTask| {
        task.given_at <= now && (!ended(task) || task.changed_at > view.window.from || is_unproven(task))
    };
    let mut lines: Vec<TaskLine> = view.input.tasks.iter().filter(told).map(|task| line(view, task, now)).collect();
    lines.sort_by(|a, b| (a.state, a.deadline, &a.id).cmp(&(b.state, b.deadline, &b.id)));
    lines
}

/// Done by its status, with nothing to show for it.
fn is_unproven(task: &OpenTask) -> bool {
    task.status == TaskStatus::Selesai && task.proof.as_deref().is_none_or(|proof| proof.trim().is_empty())
}

fn line(view: &View<'_>, task: &OpenTask, now: Timestamp) -> TaskLine {
    let state = state(task, now);
    TaskLine {
        id: task.id.clone(),
        title: words::shorten(&words::without_addresses(words::clause(&task.title)), TITLE_CHARS),
        owner: owner(view.input.region, &task.owner),
        state,
        deadline: task.deadline,
        deadline_words: view.due_words(task.deadline),
        overdue_hours: (state == TaskState::LewatTenggat).then(|| hours_between(task.deadline, now)),
        proof: task.proof.clone().filter(|proof| !proof.trim().is_empty()),
        issue: task.issue.clone(),
    }
}

/// How a task stands at a moment.
pub(crate) fn state(task: &OpenTask, now: Timestamp) -> TaskState {
    match task.status {
        TaskStatus::Dibatalkan => TaskState::Dibatalkan,
        TaskStatus::Selesai if is_unproven(task) => TaskState::BuktiKurang,
        TaskStatus::Selesai => TaskState::Selesai,
        TaskStatus::Terbuka | TaskStatus::Berjalan if task.deadline < now => TaskState::LewatTenggat,
        TaskStatus::Terbuka | TaskStatus::Berjalan => TaskState::Berjalan,
    }
}

/// Whole hours, rounded up: half an hour late is late.
pub(crate) fn hours_between(from: Timestamp, to: Timestamp) -> u32 {
    let seconds = to.duration_since(from).as_secs().max(0);
    u32::try_from((seconds + 3599) / 3600).unwrap_or(u32::MAX)
}

/// The agency's short name, or the unit as it was written; never a person of the region's list.
pub(crate) fn owner(region: &Region, owner: &str) -> String {
    if let Some(agency) = region.agency(&AgencyId::from(owner)) {
        return if agency.short.is_empty() { agency.name.clone() } else { agency.short.clone() };
    }
    let is_person = region.office_holders.iter().any(|holder| holder.name.eq_ignore_ascii_case(owner.trim()));
    if is_person || owner.trim().is_empty() { NO_UNIT.to_owned() } else { owner.trim().to_owned() }
}

/// The section: how many, one line a task, and what clarifications did.
pub(crate) fn statements(view: &View<'_>, lines: &[TaskLine], references: &mut References<'_>) -> Vec<Statement> {
    let mut out = Vec::new();
    let limit = view.input.options.layout.limit(Section::Followup, TASKS);
    if lines.is_empty() {
        out.push(fact("Belum ada tindak lanjut yang dicatat kemarin.", Vec::new()));
    } else {
        out.push(fact(summary(lines), Vec::new()));
        out.extend(
            lines.iter().take(limit).map(|line| fact(words::sentence(task_words(line)), refs(view, line, references))),
        );
    }
    if lines.len() > limit {
        out.push(fact(
            format!("Sebanyak {} tugas lain tidak ditampilkan.", words::number((lines.len() - limit) as u32)),
            Vec::new(),
        ));
    }
    let mut effects: Vec<&Effect> = view.input.effects.iter().collect();
    effects.sort_by_key(|effect| std::cmp::Reverse(effect.clarification.published_at));
    for effect in effects.into_iter().take(EFFECTS) {
        // Before the hours are over a figure would be read as a result.
        let text = effect.words.join(" ");
        out.push(match effect.finding {
            EffectFinding::BelumDapatDinilai => fact(text, Vec::new()),
            _ => assessment(text, Vec::new()),
        });
    }
    out
}

/// Documents behind the issue that the task answers.
fn refs(view: &View<'_>, line: &TaskLine, references: &mut References<'_>) -> Vec<u32> {
    let issue = view.issues.iter().find(|issue| Some(&issue.id) == line.issue.as_ref());
    references.cite_all(issue.into_iter().flat_map(|issue| crate::view::proof(issue).take(1)))
}

fn summary(lines: &[TaskLine]) -> String {
    let count = |state: TaskState| lines.iter().filter(|line| line.state == state).count();
    let parts: Vec<String> = [
        (TaskState::LewatTenggat, "lewat tenggat"),
        (TaskState::BuktiKurang, "selesai dengan bukti kurang"),
        (TaskState::Berjalan, "berjalan"),
        (TaskState::Selesai, "selesai dengan bukti"),
        (TaskState::Dibatalkan, "dibatalkan"),
    ]
    .into_iter()
    .map(|(state, name)| (count(state), name))
    .filter(|(count, _)| *count > 0)
    .map(|(count, name)| format!("{} {name}", words::small(count)))
    .collect();
    words::sentence(format!("{} tugas tercatat: {}", words::small(lines.len()), words::list(&parts)))
}

fn task_words(line: &TaskLine) -> String {
    let TaskLine { title, owner, deadline_words, .. } = line;
    match line.state {
        TaskState::LewatTenggat => {
            let hours = words::number(line.overdue_hours.unwrap_or_default());
            format!("lewat tenggat {hours} jam: {title} ({owner}); tenggatnya {deadline_words}")
        }
        TaskState::BuktiKurang => format!("bukti kurang: {title} ({owner}) dinyatakan selesai tanpa bukti"),
        TaskState::Berjalan => format!("berjalan: {title} ({owner}); tenggat {deadline_words}"),
        TaskState::Selesai => {
            let proof = line.proof.as_deref().unwrap_or_default();
            format!("selesai: {title} ({owner}); bukti: {}", words::shorten(proof, PROOF_CHARS))
        }
        TaskState::Dibatalkan => format!("dibatalkan: {title} ({owner})"),
    }
}
