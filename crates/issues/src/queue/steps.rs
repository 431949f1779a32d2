//! The way of a claim: which step a person may take next, and what the claim is after it.
//!
//! `perlu_verifikasi → menunggu_konfirmasi → verdict → klarifikasi_terbit → ditutup`. A machine only ever begins it.

use super::{evidence, people};
use model::{Act, Claim, ClaimStatus, ClaimStep, Decision, Refusal};

/// What a step says, whichever act it comes as.
struct Step<'a> {
    status: ClaimStatus,
    primary_sources: &'a [String],
    references: Vec<String>,
    explanation: Option<&'a str>,
    conclusion: Option<&'a str>,
}

/// The status that the claim has after the step. `palsu` leaves it as it is until a second person agrees.
///
/// # Errors
/// The step may not be taken; says why in Indonesian.
pub fn may(claim: &Claim, step: &Decision) -> Result<ClaimStatus, Refusal> {
    let refused = |why: String| Refusal { decision: step.id.clone(), claim: claim.id.clone(), why };
    let wanted = read(step).ok_or_else(|| refused("keputusan ini bukan tentang status klaim".to_owned()))?;
    check(claim, step, &wanted).map_err(refused)
}

/// Takes the step where it may be taken.
pub(super) fn take(claim: &mut Claim, step: &Decision) -> Result<(), Refusal> {
    let status = may(claim, step)?;
    let Some(wanted) = read(step) else { return Ok(()) };
    // What a round leaves open ends with what decides it otherwise; asking the agency decides nothing yet.
    claim.awaits_second = match wanted.status {
        ClaimStatus::Palsu => !claim.awaits_second && claim.verdict() != Some(ClaimStatus::Palsu),
        ClaimStatus::MenungguKonfirmasi | ClaimStatus::KlarifikasiTerbit => claim.awaits_second,
        _ => false,
    };
    claim.status = status;
    claim.history.push(ClaimStep {
        at: step.at,
        by: step.by.trim().to_owned(),
        status: wanted.status,
        primary_sources: evidence::masked_list(wanted.primary_sources),
        references: evidence::addresses(&wanted.references),
        explanation: masked(wanted.explanation),
        conclusion: masked(wanted.conclusion),
        reason: masked(step.reason.as_deref()),
    });
    Ok(())
}

fn masked(words: Option<&str>) -> Option<String> {
    words.map(evidence::masked).filter(|words| !words.is_empty())
}

/// A published clarification that names its claim is a step of that claim.
fn read(step: &Decision) -> Option<Step<'_>> {
    match &step.act {
        Act::ClaimStatus { status, primary_sources, references, explanation, conclusion, .. } => Some(Step {
            status: *status,
            primary_sources,
            references: references.clone(),
            explanation: explanation.as_deref(),
            conclusion: conclusion.as_deref(),
        }),
        Act::Clarify { claim: Some(_), url, .. } => Some(Step {
            status: ClaimStatus::KlarifikasiTerbit,
            primary_sources: &[],
            references: url.iter().cloned().collect(),
            explanation: None,
            conclusion: None,
        }),
        _ => None,
    }
}

fn check(claim: &Claim, step: &Decision, wanted: &Step<'_>) -> Result<ClaimStatus, String> {
    if !people::is_person(&step.by) {
        return Err("nama petugas yang memutuskan belum diisi; hanya orang yang boleh memutuskan".to_owned());
    }
    let has_reason = step.reason.as_deref().is_some_and(evidence::is_named);
    let is_closed = claim.status == ClaimStatus::Ditutup;
    let unexplained = (claim.verdict().is_some() || is_closed) && !has_reason;
    let label = claim.status.label();
    match wanted.status {
        // Taking back what one person proposed leaves the status as it was.
        ClaimStatus::PerluVerifikasi if claim.awaits_second && claim.status == wanted.status => match has_reason {
            true => Ok(wanted.status),
            false => Err("usulan putusan palsu hanya dapat ditarik dengan alasan".to_owned()),
        },
        status if status == claim.status && !status.is_verdict() && status != ClaimStatus::KlarifikasiTerbit => {
            Err(format!("klaim sudah berstatus {label}"))
        }
        ClaimStatus::PerluVerifikasi | ClaimStatus::MenungguKonfirmasi if unexplained => {
            Err(format!("klaim berstatus {label}; memeriksanya kembali memerlukan alasan"))
        }
        ClaimStatus::PerluVerifikasi | ClaimStatus::MenungguKonfirmasi => Ok(wanted.status),
        _ if is_closed => Err("klaim sudah ditutup; kembalikan dahulu ke perlu verifikasi dengan alasan".to_owned()),
        ClaimStatus::KlarifikasiTerbit => published(claim, wanted),
        ClaimStatus::Ditutup if claim.verdict().is_none() && !has_reason => {
            Err("klaim belum diputus; menutupnya tanpa putusan memerlukan alasan".to_owned())
        }
        ClaimStatus::Ditutup => Ok(ClaimStatus::Ditutup),
        verdict => judged(claim, step, wanted, verdict, has_reason),
    }
}

fn judged(
    claim: &Claim,
    step: &Decision,
    wanted: &Step<'_>,
    verdict: ClaimStatus,
    has_reason: bool,
) -> Result<ClaimStatus, String> {
    if let Some(first) = claim.proposal().filter(|_| verdict == ClaimStatus::Palsu) {
        return agreed(first, step, wanted, has_reason);
    }
    evidence_of(wanted)?;
    match claim.verdict() {
        Some(_) if !has_reason => {
            Err("klaim sudah diputus; mengubah atau melengkapi putusan memerlukan alasan".to_owned())
        }
        // What is added to a verdict moves nothing; for `palsu` two people have agreed already.
        Some(stands) if stands == verdict => Ok(claim.status),
        _ if verdict == ClaimStatus::Palsu => Ok(claim.status),
        _ => Ok(verdict),
    }
}

fn published(claim: &Claim, wanted: &Step<'_>) -> Result<ClaimStatus, String> {
    if claim.verdict().is_none() {
        return Err("klarifikasi hanya dapat terbit setelah ada putusan".to_owned());
    }
    if evidence::addresses(&wanted.references).is_empty() {
        return Err("alamat klarifikasi yang terbit belum diisi (http atau https)".to_owned());
    }
    Ok(ClaimStatus::KlarifikasiTerbit)
}

/// The second of two people: brings evidence too, names the first one's, or says why it holds.
fn agreed(first: &ClaimStep, step: &Decision, wanted: &Step<'_>, has_reason: bool) -> Result<ClaimStatus, String> {
    if people::may_be_same(&first.by, &step.by) {
        return Err(format!(
            "putusan palsu memerlukan dua orang yang berbeda; {} sudah mengusulkannya (nama yang hampir sama dihitung satu orang)",
            first.by
        ));
    }
    let names =
        |own: &[String], firsts: &[String]| own.iter().any(|one| firsts.iter().any(|other| other.trim() == one.trim()));
    let accepts = has_reason
        || names(wanted.primary_sources, &first.primary_sources)
        || names(&wanted.references, &first.references);
    match evidence_of(wanted).is_ok() || accepts {
        true => Ok(ClaimStatus::Palsu),
        false => Err(
            "orang kedua harus menyertakan sumber primer dan alamat rujukan, atau menyatakan pada alasan bahwa bukti pertama diterima"
                .to_owned(),
        ),
    }
}

/// At least one primary source and one address that a reader can follow.
fn evidence_of(wanted: &Step<'_>) -> Result<(), String> {
    let source = wanted.primary_sources.iter().any(|source| evidence::is_named(source));
    let address = !evidence::addresses(&wanted.references).is_empty();
    match (source, address) {
        (true, true) => Ok(()),
        (false, true) => Err("putusan memerlukan sedikitnya satu sumber primer".to_owned()),
        (true, false) => Err("putusan memerlukan sedikitnya satu alamat rujukan (http atau https)".to_owned()),
        (false, false) => {
            Err("putusan memerlukan sedikitnya satu sumber primer dan satu alamat rujukan (http atau https)".to_owned())
        }
    }
}
