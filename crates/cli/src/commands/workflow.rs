//! `brief review … send`: the way of a brief, step by step, each under a person's name.

use super::{Context, brief::About};
use crate::{
    Outcome,
    args::{BriefAction, Correct, Edit, Layout, Send, Signed},
    progress::say,
};
use anyhow::{Context as _, bail};
use brief::edits::{self, Piece};
use model::{Act, BriefId, DeliveryState, Revision, Section, SectionLayout};
use pipeline::{Desk, Office, SendOptions, SendReport, Way};
use serde::Serialize;

/// Does what was asked with a brief that there is.
pub fn act(context: &mut Context, about: &About, action: BriefAction) -> anyhow::Result<Outcome> {
    match action {
        BriefAction::Explain { .. } => bail!("explain asks about a figure"),
        BriefAction::Review(signed) => sign(context, about, signed, |brief| Ok(Act::ReviewBrief { brief })),
        BriefAction::Approve(signed) => {
            // Edition and content are those of the draft that is kept.
            sign(context, about, signed, |brief| Ok(Act::ApproveBrief { brief, edition: 0, hash: String::new() }))
        }
        BriefAction::Return(signed) => sign(context, about, signed, |brief| Ok(Act::ReturnBrief { brief })),
        BriefAction::Edit(options) => edit(context, about, options),
        BriefAction::Layout(options) => layout(context, about, options),
        BriefAction::Correct(Correct { signed, wrong, right }) => {
            sign(context, about, signed, |brief| Ok(Act::CorrectBrief { brief, wrong, right }))
        }
        BriefAction::Status { brief } => status(context, about, brief.as_deref()),
        BriefAction::Rephrase { brief, edits } => rephrase(context, about, brief.as_deref(), edits),
        BriefAction::Send(options) => send(context, about, options),
    }
}

/// The id of the brief that is meant: an id as it is, a date with the name, else today.
fn id_of(desk: &Desk, about: &About, named: Option<&str>) -> anyhow::Result<BriefId> {
    let date = match named {
        None => about.date,
        Some(text) => match text.parse() {
            Ok(date) => Some(date),
            Err(_) if pipeline::name_and_date(&text.into()).is_some() => return Ok(text.into()),
            Err(_) => bail!("\"{text}\" is neither a date such as 2026-11-20 nor a brief such as harian-2026-11-20"),
        },
    };
    let date = date.unwrap_or_else(|| desk.clock.today(&desk.zone));
    let briefs = desk.pipeline.as_ref().map_or(&[][..], |pipeline| &pipeline.briefs);
    let name = match (&about.name, briefs.first()) {
        (Some(name), _) => name.as_str(),
        (None, Some(first)) => first.name(),
        (None, None) => "harian",
    };
    Ok(BriefId(format!("{name}-{date}")))
}

/// An open office, or nothing where another process owns the data directory.
fn office_if_free(context: &Context, desk: &Desk) -> anyhow::Result<Option<Office>> {
    match Office::open(desk, &context.global.data, &context.watcher) {
        Ok(office) => Ok(Some(office)),
        Err(error) if error.is_locked() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn sign(
    context: &mut Context,
    about: &About,
    signed: Signed,
    make: impl FnOnce(BriefId) -> anyhow::Result<Act>,
) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let id = id_of(&desk, about, signed.brief.as_deref())?;
    let office = office_if_free(context, &desk)?;
    let mut act = make(id.clone())?;
    if let Act::ApproveBrief { edition, hash, .. } = &mut act {
        let draft = match &office {
            Some(office) => office.draft(&id)?,
            None => pipeline::draft_of(&context.global.data, &id)?,
        };
        let Some((draft, content)) = draft else {
            let date = pipeline::name_and_date(&id).map_or_else(String::new, |(_, date)| format!(" --date {date}"));
            bail!("there is no draft of {id}; build and read it first: pesut brief{date}");
        };
        (*edition, *hash) = (draft.header.edition, content);
    }
    match office {
        Some(mut office) => record(context, &mut office, about, act, &signed.by, signed.reason),
        None => leave(context, &[(act, signed.reason)], &signed.by),
    }
}

/// Leaves decisions for the watch that owns the data directory.
fn leave(context: &Context, acts: &[(Act, Option<String>)], by: &str) -> anyhow::Result<Outcome> {
    let mut lines = String::new();
    for (act, reason) in acts {
        let mut line = serde_json::to_value(act)?;
        line["reason"] = reason.clone().into();
        lines.push_str(&serde_json::to_string(&line)?);
        lines.push('\n');
    }
    let answer = pipeline::leave(&context.global.data, by, &lines)?;
    say(&format!(
        "another pesut is at work on {}; it takes this within a minute and says in {} what became of it",
        context.global.data.display(),
        answer.display()
    ));
    Ok(Outcome::Done)
}

fn record(
    context: &mut Context,
    office: &mut Office,
    about: &About,
    act: Act,
    by: &str,
    reason: Option<String>,
) -> anyhow::Result<Outcome> {
    anyhow::ensure!(!by.trim().is_empty(), "the name behind --as is empty: somebody has to answer for this");
    let id = act.brief().cloned().context("the act is about a brief")?;
    if let Err(why) = office.decide_brief(act, by, reason)? {
        bail!("{why}");
    }
    rewrite(context, office, about, &id)?;
    say_next(office, &id)?;
    Ok(Outcome::Done)
}

/// Writes the files anew, so that what lies in the folder is what the brief says.
fn rewrite(context: &mut Context, office: &Office, about: &About, id: &BriefId) -> anyhow::Result<()> {
    let settings = office.brief_named(about.name.as_deref().or_else(|| name_of(office, id)))?;
    let out = about.out.clone().unwrap_or_else(|| settings.out.clone());
    if let Some(brief) = office.standing_brief(id)? {
        for path in office.write_edition(&brief, &settings.formats, &out, &context.watcher)? {
            context.out.line(path.display().to_string())?;
        }
    }
    Ok(())
}

/// The name in an id, where the pipeline has a brief of that name.
fn name_of<'a>(office: &'a Office, id: &BriefId) -> Option<&'a str> {
    let (name, _) = pipeline::name_and_date(id)?;
    // A brief about one issue bears the issue behind its name.
    let is_of = |of: &str| name.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    office.briefs.iter().map(pipeline::BriefOptions::name).find(|of| is_of(of))
}

/// What stands and what comes next, in a line or two.
pub fn say_next(office: &Office, id: &BriefId) -> anyhow::Result<()> {
    let way = office.way(id)?;
    let state = office.state_of(id)?;
    match way.ready() {
        Some(edition) => {
            say(&format!(
                "{id}: {}, edition {} approved by {}; send it with: pesut brief send {id}",
                state.label(),
                edition.edition,
                edition.by
            ));
        }
        None => {
            if let Some((brief, hash)) = office.draft(id)? {
                say(&format!(
                    "{id}: {}, edition {}, content {hash}; when it is right: pesut brief approve {id} --as NAME",
                    brief.header.status,
                    way.edition()
                ));
                office.edit_warnings(&brief)?.iter().for_each(|warning| say(&format!("warning: {warning}")));
            }
        }
    }
    Ok(())
}

fn edit(context: &mut Context, about: &About, options: Edit) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let id = id_of(&desk, about, Some(&options.brief))?;
    let mut office = office_if_free(context, &desk)?;
    let draft = match &office {
        Some(office) => office.draft(&id)?,
        None => pipeline::draft_of(&context.global.data, &id)?,
    };
    let (draft, _) = draft.with_context(|| format!("there is no draft of {id}; build it first: pesut brief"))?;
    let Some(file) = options.file else {
        for part in edits::parts(&draft) {
            context.out.line(format!("{}\t{}\t{}", part.part, part.label, part.text))?;
        }
        return Ok(Outcome::Done);
    };
    let proposed = pipeline::read_edits(&draft, &file)?;
    for why in &proposed.refused {
        say(why);
    }
    let (mut acts, mut refused) = (Vec::new(), proposed.refused.len());
    for change in proposed.changes {
        context.out.line(format!("{}  [{}]", change.label, change.part))?;
        context.out.line(format!("  {}", shown(&change.before, &change.after)))?;
        let (part, before, after) = (change.part, change.before, change.after);
        let reason = change.reason.or_else(|| options.reason.clone());
        acts.push((Act::EditBrief { brief: id.clone(), part, before, after }, reason));
    }
    let Some(by) = options.by.as_deref().filter(|_| !options.dry_run) else { return Ok(Outcome::Done) };
    let Some(office) = &mut office else { return leave(context, &acts, by) };
    let mut recorded = 0;
    for (act, reason) in acts {
        match office.decide_brief(act, by, reason)? {
            Ok(_) => recorded += 1,
            Err(why) => {
                say(&why);
                refused += 1;
            }
        }
    }
    if recorded > 0 {
        rewrite(context, office, about, &id)?;
    }
    say(&format!("{recorded} changes recorded, {refused} refused"));
    say_next(office, &id)?;
    Ok(match (refused, recorded) {
        (0, _) => Outcome::Done,
        (_, 0) => Outcome::Nothing,
        _ => Outcome::Partly,
    })
}

/// A comparison in one line: what went in `[-…-]`, what came in `{+…+}`.
fn shown(before: &str, after: &str) -> String {
    let piece = |piece: Piece| match piece {
        Piece::Same(text) => text,
        Piece::Removed(text) => marked("[-", &text, "-]"),
        Piece::Added(text) => marked("{+", &text, "+}"),
    };
    edits::diff(before, after).into_iter().map(piece).collect::<String>().trim_end().to_owned()
}

/// The mark stands at the words, not at the space behind them.
fn marked(open: &str, text: &str, close: &str) -> String {
    let words = text.trim_end();
    format!("{open}{words}{close}{}", &text[words.len()..])
}

/// What the language model proposes, beside what stands there; a person records it with `brief edit` or does not.
fn rephrase(
    context: &mut Context,
    about: &About,
    named: Option<&str>,
    lines: Option<std::path::PathBuf>,
) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let id = id_of(&desk, about, named)?;
    let model = desk.pipeline.as_ref().and_then(|pipeline| pipeline.language_model.clone());
    let model = model.context("this pipeline names no [language_model]; without one nothing is rephrased")?;
    let office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let (draft, _) =
        office.draft(&id)?.with_context(|| format!("there is no draft of {id}; build it first: pesut brief"))?;
    let proposals = office.rephrase(&draft, &model)?;
    let mut passed = String::new();
    for proposal in &proposals {
        context.out.line(format!("[{}]", proposal.part))?;
        context.out.line(format!("  {}", shown(&proposal.before, &proposal.after)))?;
        for objection in &proposal.objections {
            context.out.line(format!("  ditolak: {objection}"))?;
        }
        if proposal.objections.is_empty() {
            let line = serde_json::json!({"part": proposal.part, "after": proposal.after});
            passed.push_str(&format!("{line}\n"));
        }
    }
    let refused = proposals.iter().filter(|proposal| !proposal.objections.is_empty()).count();
    say(&format!(
        "{} proposals, {refused} refused; nothing is recorded before pesut brief edit {id} FILE",
        proposals.len()
    ));
    if let Some(path) = lines {
        std::fs::write(&path, passed).with_context(|| format!("cannot write {}", path.display()))?;
        context.out.line(path.display().to_string())?;
    }
    Ok(Outcome::Done)
}

fn layout(context: &mut Context, about: &About, options: Layout) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let id = id_of(&desk, about, options.signed.brief.as_deref())?;
    let mut office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let settings = office.brief_named(about.name.as_deref().or_else(|| name_of(&office, &id)))?;
    let current = match office.draft(&id)? {
        Some((draft, _)) => draft.layout,
        None => settings.layout(),
    };
    let mut sections = Vec::new();
    for name in &options.sections {
        let Some(section) = Section::ALL.into_iter().find(|section| section.as_str() == name.trim()) else {
            let known: Vec<&str> = Section::ALL.iter().map(|section| section.as_str()).collect();
            bail!("unknown section \"{name}\"; known: {}", known.join(", "));
        };
        sections.push(section);
    }
    if !sections.contains(&Section::Method) {
        say("method can be moved but not left out; it is added at the end");
        sections.push(Section::Method);
    }
    let mut seen = std::collections::BTreeSet::new();
    sections.retain(|section| seen.insert(*section));
    let entry = |section: Section| {
        let otherwise = SectionLayout { section, heading: section.heading().to_owned(), limit: None };
        current.get(section).cloned().unwrap_or(otherwise)
    };
    let layout = model::Layout { sections: sections.into_iter().map(entry).collect() };
    let act = Act::LayoutBrief { brief: id, layout };
    record(context, &mut office, about, act, &options.signed.by, options.signed.reason)
}

/// How far a brief has come, for programs.
#[derive(Serialize)]
struct Status<'a> {
    brief: &'a BriefId,
    state: model::BriefState,
    edition: u16,
    content: Option<String>,
    steps: &'a [model::WorkflowStep],
    revisions: Vec<Revision>,
    corrections: Vec<model::Correction>,
    deliveries: Vec<model::Delivery>,
    warnings: Vec<String>,
}

fn status(context: &mut Context, about: &About, named: Option<&str>) -> anyhow::Result<Outcome> {
    let desk = context.desk()?;
    let office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let is_id =
        named.is_some_and(|text| pipeline::name_and_date(&text.into()).is_some_and(|(name, _)| !name.is_empty()));
    let ids: Vec<BriefId> = match about.name.is_some() || is_id {
        true => vec![id_of(&desk, about, named)?],
        // Of a date, every brief that the pipeline names.
        false => {
            let first = id_of(&desk, about, named)?;
            let date = pipeline::name_and_date(&first).map(|(_, date)| date).context("the id holds a date")?;
            office.briefs.iter().map(|options| BriefId(format!("{}-{date}", options.name()))).collect()
        }
    };
    let mut found = 0;
    for id in &ids {
        let way = office.way(id)?;
        let standing = office.standing_brief(id)?;
        if standing.is_none() && way.steps.is_empty() {
            continue;
        }
        found += 1;
        show(context, &office, &way, standing.as_ref())?;
    }
    if found == 0 {
        let names: Vec<&str> = ids.iter().map(BriefId::as_str).collect();
        say(&format!("nothing yet of {}; build it with: pesut brief --date DATE", names.join(", ")));
        return Ok(Outcome::Nothing);
    }
    Ok(Outcome::Done)
}

fn show(context: &mut Context, office: &Office, way: &Way, brief: Option<&model::Brief>) -> anyhow::Result<()> {
    let id = &way.brief;
    let state = office.state_of(id)?;
    let deliveries = office.deliveries(id)?;
    let content = match way.ready() {
        Some(edition) => Some(edition.hash.clone()),
        None => office.draft(id)?.map(|(_, hash)| hash),
    };
    let revisions = brief.map_or_else(Vec::new, |brief| brief.revisions.clone());
    let corrections = brief.map_or_else(Vec::new, |brief| brief.corrections.clone());
    let warnings = brief.map_or_else(|| Ok(Vec::new()), |brief| office.edit_warnings(brief))?;
    if context.global.json {
        let edition = way.edition();
        let steps = &way.steps;
        let status = Status { brief: id, state, edition, content, steps, revisions, corrections, deliveries, warnings };
        return Ok(context.out.json(&status)?);
    }
    let words = office.clock_words();
    let content = content.unwrap_or_else(|| "-".to_owned());
    context.out.line(format!("{id}  {}  edition {}  content {content}", state.label(), way.edition()))?;
    for step in &way.steps {
        let reason = step.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        context.out.line(format!("  {}  {}  {}{reason}", step.at_words, step.state.label(), step.by))?;
    }
    if let Some(at) = office.sent_at(id)? {
        context.out.line(format!("  {}  {}", words.of(at), model::BriefState::Terkirim.as_str()))?;
    }
    for revision in &revisions {
        let mark = if revision.conflict { "  [not laid over: the text has changed]" } else { "" };
        context.out.line(format!("  {}, {}{mark}", revision.label, revision.by))?;
        context.out.line(format!("    {}", shown(&revision.before, &revision.after)))?;
    }
    for correction in &corrections {
        context.out.line(format!(
            "  RALAT {}  {}: {}",
            correction.at_words,
            correction.by,
            shown(&correction.wrong, &correction.right)
        ))?;
    }
    for delivery in &deliveries {
        let key = &delivery.key;
        let next = delivery.next_at.map(|next| format!(", again {}", words.of(next))).unwrap_or_default();
        let fault = delivery.fault.as_deref().filter(|_| delivery.state != DeliveryState::Sent);
        let fault = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
        context.out.line(format!(
            "  {}  {}  {}  {} ({} tries{next}){fault}",
            key.message,
            key.channel,
            key.recipient,
            delivery.state.label(),
            delivery.attempts
        ))?;
    }
    for warning in &warnings {
        say(&format!("warning: {warning}"));
    }
    Ok(())
}

fn send(context: &mut Context, about: &About, options: Send) -> anyhow::Result<Outcome> {
    let mut desk = context.desk()?;
    let brief = id_of(&desk, about, options.brief.as_deref())?;
    let mut office = Office::open(&desk, &context.global.data, &context.watcher)?;
    let pipeline = desk.pipeline.take();
    let pipeline = pipeline.context("who gets the brief stands in the pipeline; add --pipeline FILE")?;
    let options = SendOptions { brief, to: options.to, dry_run: options.dry_run, again: options.retry };
    let report = office.send(&pipeline, &options, &context.watcher)?;
    if context.global.json {
        context.out.json(&report)?;
    } else {
        print_report(context, &report, options.dry_run)?;
    }
    for warning in &report.warnings {
        say(&format!("warning: {warning}"));
    }
    if let Some(held) = &report.held {
        say(held);
    }
    if report.operator_unreached {
        say(&format!("nobody could be told of what failed; it is written in {}", office.operator_file().display()));
    }
    say_outcome(&report, options.dry_run);
    Ok(match (options.dry_run, report.is_whole(), report.sent + report.known) {
        (true, ..) | (_, true, _) => Outcome::Done,
        (..) => Outcome::Partly,
    })
}

fn print_report(context: &mut Context, report: &SendReport, dry_run: bool) -> anyhow::Result<()> {
    for line in &report.lines {
        let state = match (dry_run, line.state) {
            (true, DeliveryState::Pending | DeliveryState::Sending) if report.held.is_some() => "menunggu persetujuan",
            (true, DeliveryState::Pending | DeliveryState::Sending) => "akan dikirim",
            (_, state) => state.label(),
        };
        let files = if line.files.is_empty() { String::new() } else { format!("  [{}]", line.files.join(", ")) };
        let next = line.next_words.as_deref().map(|next| format!(", again {next}")).unwrap_or_default();
        let fault = line.fault.as_deref().filter(|_| line.state != DeliveryState::Sent);
        let fault = fault.map(|fault| format!(": {fault}")).unwrap_or_default();
        context.out.line(format!(
            "{}  {}  {} ({})  {state}{next}{fault}{files}",
            line.message, line.recipient, line.channel, line.kind
        ))?;
        if dry_run {
            context.out.line(format!("    {}", line.subject))?;
        }
        for warning in &line.warnings {
            context.out.line(format!("    ! {warning}"))?;
        }
    }
    Ok(())
}

fn say_outcome(report: &SendReport, dry_run: bool) {
    if dry_run {
        let left = report.lines.len() - report.known - report.given_up;
        say(&format!("dry run, nothing was sent: {left} would leave, {} have it already", report.known));
        return;
    }
    if report.sent == 0 && report.later == 0 && report.given_up == 0 && report.known > 0 {
        say(&format!("nothing to do: all {} recipients have it already", report.known));
        return;
    }
    say(&format!(
        "{} sent, {} had it already, {} failed and are tried again, {} given up",
        report.sent, report.known, report.later, report.given_up
    ));
    if report.later > 0 {
        say("what failed is tried again by pesut run --watch when its time has come, or now by adding --retry");
    }
    if report.given_up > 0 {
        say("what was given up is tried again by adding --retry, once its cause is mended");
    }
}
