//! `regions/<name>/` to `Region`.

use super::kpi::read_kpis;
use super::playbook::{read_guide, read_plays};
use super::reader::{Cells, Reader};
use super::{Case, LexiconError, Term};
use model::*;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The parts of `region.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionFile {
    title: String,
    government: String,
    office: String,
    code: PlaceCode,
    zone: String,
    zone_label: String,
    languages: Vec<String>,
    #[serde(default)]
    official_hosts: Vec<String>,
    #[serde(default)]
    official_contacts: Vec<String>,
    #[serde(default)]
    village_words: Vec<String>,
    #[serde(default)]
    low_coverage: Vec<PlaceCode>,
}

/// A region and what belongs to it.
pub(super) struct RegionParts {
    pub region: Region,
    /// Which agency governs which regency.
    pub local_governments: Vec<(PlaceCode, AgencyId)>,
    /// Agencies that only the province has.
    pub province_only: Vec<AgencyId>,
    /// The terms of its villages.
    pub village_terms: Vec<Term>,
}

/// Reads a region folder.
pub(super) fn read_region(reader: &mut Reader<'_>, name: &str, folder: &str) -> Result<RegionParts, LexiconError> {
    let file = |name: &str| format!("{folder}/{name}");
    let head: RegionFile =
        reader.toml(&file("region.toml"))?.ok_or_else(|| LexiconError::Missing { file: file("region.toml") })?;
    let mut region = Region {
        name: name.to_owned(),
        title: head.title,
        government: head.government,
        office: head.office,
        code: head.code,
        zone: head.zone,
        zone_label: head.zone_label,
        languages: head.languages,
        official_hosts: head.official_hosts,
        official_contacts: head.official_contacts,
        low_coverage: head.low_coverage,
        guide: read_guide(reader)?,
        ..Region::default()
    };
    for row in reader.required(&file("topics.tsv"))? {
        region.topics.push(Topic {
            id: row.required("id")?.into(),
            label: row.required("label")?,
            short: Some(row.get("short")).filter(|short| !short.is_empty()).unwrap_or(row.get("label")).to_owned(),
            definition: row.get("definition").to_owned(),
            lead: row.required("lead")?.into(),
            others: row.list("others").into_iter().map(AgencyId).collect(),
            authority: row.parsed("authority")?,
            serta_merta: row.yes("serta_merta")?,
            sensitivity: row.number("sensitivity")? as u8,
        });
    }
    let mut common_villages = BTreeSet::new();
    for file in [file("places.tsv"), file("villages.tsv")] {
        for row in reader.optional(&file)? {
            let place = place(&row)?;
            if row.yes("common")? {
                common_villages.insert(place.code.clone());
            }
            region.places.push(place);
        }
    }
    region.places.sort_by(|a, b| (a.level, &a.code).cmp(&(b.level, &b.code)));
    let village_terms = village_terms(&region, &common_villages, &head.village_words);
    let (mut local_governments, mut province_only) = (Vec::new(), Vec::new());
    for row in reader.required(&file("agencies.tsv"))? {
        region.agencies.push(Agency {
            id: row.required("id")?.into(),
            name: row.required("name")?,
            short: row.required("short")?,
            level: row.parsed("level")?,
            field: row.get("field").to_owned(),
        });
        if row.yes("province_only")? {
            province_only.push(row.get("id").into());
        }
        if !row.get("place").is_empty() {
            local_governments.push((row.get("place").into(), row.get("id").into()));
        }
    }
    for row in reader.optional(&file("office_holders.tsv"))? {
        region.office_holders.push(OfficeHolder {
            role: row.required("role")?,
            name: row.required("name")?,
            valid_from: row.day("valid_from")?,
            valid_to: row.day("valid_to")?,
        });
    }
    for row in reader.optional(&file("programmes.tsv"))? {
        region.programmes.push(Programme {
            id: row.required("id")?.into(),
            name: row.required("name")?,
            kind: row.required("kind")?,
        });
    }
    for row in reader.optional(&file("media.tsv"))? {
        let text = |column: &str| Some(row.get(column).to_owned()).filter(|cell| !cell.is_empty());
        region.media.push(Medium {
            host: row.required("host")?,
            name: row.required("name")?,
            base: row.get("base").to_owned(),
            kind: row.required("kind")?,
            official: row.yes("official")?,
            grade: text("grade"),
            graded_at: row.day("graded_at")?,
            press_council: text("press_council"),
        });
    }
    region.kpis = read_kpis(reader, &file("kpi.tsv"))?;
    region.playbook = read_plays(reader, &file("playbook.toml"), &region)?;
    region.governments = local_governments.clone();
    Ok(RegionParts { region, local_governments, province_only, village_terms })
}

fn place(row: &Cells<'_>) -> Result<Place, LexiconError> {
    let name = row.required("name")?;
    let short = Some(row.get("short")).filter(|short| !short.is_empty()).unwrap_or(&name).to_owned();
    let tile = match (row.get("column"), row.get("row")) {
        ("", "") => None,
        _ => Some((row.number("column")? as u8, row.number("row")? as u8)),
    };
    Ok(Place {
        code: row.required("code")?.into(),
        short,
        name,
        level: if row.get("level").is_empty() { PlaceLevel::Village } else { row.parsed("level")? },
        parent: Some(row.get("parent")).filter(|parent| !parent.is_empty()).map(PlaceCode::from),
        tile,
    })
}

/// How sure the name of a village is without a word such as "Desa" before it.
const BARE_VILLAGE: f32 = 0.5;

/// How sure it is with one.
const PREFIXED_VILLAGE: f32 = 1.0;

/// The terms of villages: their names, and their names behind a word such as "Desa". Names that are common words
/// have only the latter. Which of them count, the analysis decides by the districts and regencies that a text names.
fn village_terms(region: &Region, common: &BTreeSet<PlaceCode>, prefixes: &[String]) -> Vec<Term> {
    let mut found = Vec::new();
    for village in region.places.iter().filter(|place| place.level == PlaceLevel::Village) {
        let bare = (!common.contains(&village.code)).then(|| (village.name.clone(), BARE_VILLAGE));
        let prefixed = prefixes.iter().map(|prefix| (format!("{prefix} {}", village.name), PREFIXED_VILLAGE));
        for (words, weight) in bare.into_iter().chain(prefixed) {
            let target = village.code.0.clone();
            found.push(Term { target, words, weight, case: Case::Any, near: Vec::new(), not: Vec::new() });
        }
    }
    found
}
