//! `decide`, `alerts`, `claims`, `handover`: what people decide and what they must look at.

use super::{Context, brief::level, single};
use crate::{
    Outcome,
    args::{Alerts, Claims, ClaimsAction, Decide},
    progress::say,
};
use anyhow::Context as _;
use model::{Alert, Claim};
use pipeline::ClockWords;

/// Records decisions; a line that cannot be recorded is named and left out.
pub fn decide(context: &mut Context, options: &Decide) -> anyhow::Result<Outcome> {
    let mut office = context.office()?;
    let lines = single::open(&options.file)?;
    let report = office
        .decide(lines, &options.by, &context.watcher)
        .with_context(|| format!("cannot record the decisions of {}", options.file.display()))?;
    if context.global.json {
        context.out.json(&report)?;
    }
    for refused in &report.refused {
        say(&format!("{}: {refused}", options.file.display()));
    }
    say(&format!("{} recorded, {} known already, {} refused", report.recorded, report.known, report.refused.len()));
    Ok(match (report.refused.is_empty(), report.recorded + report.known) {
        (true, _) => Outcome::Done,
        (false, 0) => Outcome::Nothing,
        (false, _) => Outcome::Partly,
    })
}

/// Weighs the last 24 hours and lists what must be looked at.
pub fn alerts(context: &mut Context, options: &Alerts) -> anyhow::Result<Outcome> {
    let mut office = context.office()?;
    if !options.list {
        let notices = office.weigh(&context.watcher)?;
        for notice in &notices {
            say(&notice.text);
        }
        say(&format!("{} notices", notices.len()));
    }
    let alerts = office.alerts()?;
    for alert in &alerts {
        if context.global.json {
            context.out.json(alert)?;
        } else {
            print_alert(context, alert, &office.clock_words())?;
        }
    }
    say(&format!("{} alerts", alerts.len()));
    Ok(Outcome::Done)
}

fn print_alert(context: &mut Context, alert: &Alert, clock: &ClockWords) -> anyhow::Result<()> {
    context.out.line(format!("{} {}  [{}]", level(alert.risk), alert.title, alert.state.label()))?;
    let owner = alert.owner.as_ref().map_or("-", |owner| owner.as_str());
    let answer = alert.answer_by.map_or_else(String::new, |by| format!("  jawab sebelum {}", clock.of(by)));
    context.out.line(format!("    {}  sejak {}{answer}  PJ {owner}", alert.id, clock.of(alert.raised_at)))?;
    for reason in &alert.reasons {
        context.out.line(format!("    - {reason}"))?;
    }
    Ok(())
}

/// Lists the verification queue, or drafts a clarification.
pub fn claims(context: &mut Context, options: Claims) -> anyhow::Result<Outcome> {
    let office = context.office()?;
    match options.action {
        None | Some(ClaimsAction::List) => {
            let queue = office.claims(&context.watcher)?;
            for claim in &queue.claims {
                if context.global.json {
                    context.out.json(claim)?;
                } else {
                    print_claim(context, claim, &office.clock_words())?;
                }
            }
            for refusal in &queue.refusals {
                say(&format!("{}: {}", refusal.decision, refusal.why));
            }
            say(&format!("{} claims", queue.claims.len()));
        }
        Some(ClaimsAction::Draft { claim }) => {
            let draft = office.clarification(&claim.as_str().into(), &context.watcher)?;
            if context.global.json {
                context.out.json(&draft)?;
            } else {
                context.out.line(brief::clarification_text(&draft))?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn print_claim(context: &mut Context, claim: &Claim, clock: &ClockWords) -> anyhow::Result<()> {
    context.out.line(format!("{}  {}", claim.id, claim.text))?;
    let documents = claim.documents.len();
    let (target, limit) = (clock.of(claim.target_at), clock.of(claim.limit_at));
    context.out.line(format!("    {}; {documents} item; target {target}, batas {limit}", claim.status.label()))?;
    for signal in &claim.signals {
        context.out.line(format!("    - {}", signal.why))?;
    }
    for found in &claim.matches {
        context.out.line(format!("    ~ {} ({}, {:.2})", found.claim_id, found.level, found.score))?;
    }
    Ok(())
}

/// Writes the note for the next shift.
pub fn handover(context: &mut Context) -> anyhow::Result<Outcome> {
    let office = context.office()?;
    let note = office.handover(&context.watcher)?;
    if context.global.json {
        context.out.json(&note)?;
    } else {
        context.out.line(brief::handover_text(&note))?;
    }
    Ok(Outcome::Done)
}
