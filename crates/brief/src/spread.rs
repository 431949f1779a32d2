//! How a claim spread: when it was first read, by which kinds of channels it grew, which outlets carried it, and what
//! was done about it. Citizens are counted, never named; decisions are people's, told by role.

use crate::{
    clarification::publisher,
    view::{View, voice_kind},
};
use jiff::Timestamp;
use model::{Claim, ClaimStatus, Issue, Record, SourceKind, SourceName, SpreadPoint};

/// Points at most; more would not be read.
const POINTS: usize = 12;

/// What a claim's way is made from.
pub(crate) struct Way<'a> {
    /// Documents that carry it, oldest first.
    pub(crate) records: Vec<&'a Record>,
    /// Carriers from before the window, of which only the number is known.
    pub(crate) earlier: u32,
    pub(crate) claim: Option<&'a Claim>,
    pub(crate) issue: Option<&'a Issue>,
}

struct Point {
    at: Timestamp,
    kind: SourceKind,
    source: Option<SourceName>,
    label: String,
    /// Points that stay when there are too many: all but plain growth.
    kept: bool,
}

/// The points, oldest first.
pub(crate) fn points(view: &View<'_>, way: &Way<'_>) -> Vec<SpreadPoint> {
    let mut records = way.records.clone();
    records.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.key().cmp(&b.key())));
    if records.is_empty() {
        return Vec::new();
    }
    let mut points = carried(view, &records, way.earlier);
    points.extend(reported(view, way));
    points.extend(checked(view, way));
    points.extend(clarified(view, way));
    points.extend(decided(way));
    points.retain(|point| point.at <= view.window.to);
    points.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.label.cmp(&b.label)));
    thin(&mut points);
    let count = |at: Timestamp| way.earlier + records.iter().filter(|record| record.at <= at).count() as u32;
    points
        .into_iter()
        .map(|point| SpreadPoint {
            at: point.at,
            at_words: view.moment_short(point.at),
            kind: point.kind,
            source: point.source,
            label: point.label,
            count: count(point.at),
        })
        .collect()
}

/// First of all, first of each kind of channel and of each outlet, and the last.
fn carried(view: &View<'_>, records: &[&Record], earlier: u32) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    let mut kinds: Vec<SourceKind> = Vec::new();
    for (position, record) in records.iter().enumerate() {
        let public = record.kind.is_public_voice();
        let source = (!public).then(|| SourceName::from(view.source_name(&record.source)));
        let label = match position {
            0 if earlier == 0 => "pertama terbaca".to_owned(),
            0 => "terbaca lagi pada periode ini".to_owned(),
            _ if !public && out.iter().all(|point| point.source != source) => "dimuat media".to_owned(),
            _ if public && !kinds.contains(&record.kind) => format!("meluas ke {}", voice_kind(record.kind)),
            _ if position + 1 == records.len() => "terakhir terbaca".to_owned(),
            _ => "bertambah".to_owned(),
        };
        kinds.push(record.kind);
        out.push(Point { at: record.at, kind: record.kind, source, kept: label != "bertambah", label });
    }
    out
}

/// Outlets that tell of it without carrying it.
fn reported(view: &View<'_>, way: &Way<'_>) -> Vec<Point> {
    let Some(issue) = way.issue else { return Vec::new() };
    let mut out: Vec<Point> = Vec::new();
    let carried = |record: &Record| way.records.iter().any(|other| other.key() == record.key());
    let outlet = |record: &&Record| matches!(record.kind, SourceKind::News | SourceKind::Broadcast);
    for record in view.records_of(issue).filter(outlet).filter(|record| !carried(record)) {
        let source = Some(SourceName::from(view.source_name(&record.source)));
        if out.iter().all(|point| point.source != source) {
            let label = "diberitakan media".to_owned();
            out.push(Point { at: record.at, kind: record.kind, source, label, kept: true });
        }
    }
    out
}

fn checked(view: &View<'_>, way: &Way<'_>) -> Vec<Point> {
    let Some(claim) = way.claim else { return Vec::new() };
    let checks = claim
        .matches
        .iter()
        .filter_map(|found| view.input.fact_checks.iter().find(|check| check.id.as_str() == found.claim_id));
    checks
        .filter_map(|check| {
            Some(Point {
                at: check.published_at?,
                kind: SourceKind::Factcheck,
                source: Some(SourceName::from(publisher(check, view.input.region).as_str())),
                label: "cek fakta serupa".to_owned(),
                kept: true,
            })
        })
        .take(2)
        .collect()
}

fn clarified(view: &View<'_>, way: &Way<'_>) -> Option<Point> {
    let of_claim = |c: &&model::Clarification| {
        way.claim.is_some_and(|claim| c.claim.as_ref() == Some(&claim.id))
            || c.claim.is_none() && way.issue.is_some_and(|issue| c.issue == issue.id)
    };
    let published = view.input.clarifications.iter().filter(of_claim).min_by_key(|c| c.published_at)?;
    Some(Point {
        at: published.published_at,
        kind: SourceKind::Official,
        source: Some(SourceName::from(view.input.region.office.as_str())),
        label: "klarifikasi resmi".to_owned(),
        kept: true,
    })
}

/// What people decided; by role, because the paper goes further than the queue.
fn decided(way: &Way<'_>) -> Vec<Point> {
    let Some(claim) = way.claim else { return Vec::new() };
    let verdict = claim.verdict();
    let steps = claim.history.iter().filter_map(|step| {
        let label = match step.status {
            ClaimStatus::MenungguKonfirmasi => "konfirmasi diminta petugas".to_owned(),
            ClaimStatus::KlarifikasiTerbit => "klarifikasi dicatat terbit".to_owned(),
            ClaimStatus::Ditutup => "ditutup petugas".to_owned(),
            // One person's word is no verdict where two are needed.
            status if Some(status) == verdict => format!("putusan petugas: “{}”", status.label()),
            _ => return None,
        };
        Some(Point { at: step.at, kind: SourceKind::Official, source: None, label, kept: true })
    });
    let mut out: Vec<Point> = Vec::new();
    for point in steps {
        // Two people are needed for one verdict; it is one verdict.
        match out.iter_mut().find(|other| other.label == point.label) {
            Some(other) => other.at = point.at,
            None => out.push(point),
        }
    }
    out
}

/// Drops plain growth, evenly, and then the latest of the others, until the points can be read.
fn thin(points: &mut Vec<Point>) {
    while points.len() > POINTS {
        let growth: Vec<usize> =
            points.iter().enumerate().filter(|(_, point)| !point.kept).map(|(position, _)| position).collect();
        let gone = match growth.as_slice() {
            // The middle ones say least about how it began and where it stands.
            [] => points.len() - 2,
            some => some[some.len() / 2],
        };
        points.remove(gone);
    }
}
