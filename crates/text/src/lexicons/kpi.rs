//! `regions/<name>/kpi.tsv` to the registry of indices: one row a year, each complaint with file and line.

use super::LexiconError;
use super::reader::{Cells, Reader};
use model::{Kpi, KpiYear};

/// What stands in the column of the year where the source gives none.
const UNKNOWN: &str = "-";
/// Years in which an index can have been measured.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// Reads the registry; a region without one has no indices.
pub(super) fn read_kpis(reader: &mut Reader<'_>, file: &str) -> Result<Vec<Kpi>, LexiconError> {
    let mut kpis: Vec<Kpi> = Vec::new();
    for row in reader.optional(file)? {
        let id = row.required("id")?;
        let year = year(&row)?;
        let position = match kpis.iter().position(|kpi| kpi.id == id) {
            Some(position) => position,
            None => {
                kpis.push(Kpi { id, name: row.required("name")?, ..Kpi::default() });
                kpis.len() - 1
            }
        };
        let kpi = &mut kpis[position];
        if kpi.name != row.required("name")? {
            return Err(row.error("name", format!("is \"{}\" in an earlier row of the index", kpi.name)));
        }
        if year.year.is_some() && kpi.years.iter().any(|other| other.year == year.year) {
            return Err(row.error("year", "stands twice for the index".to_owned()));
        }
        kpi.words.extend(row.list("words"));
        kpi.successor = Some(row.get("successor").to_owned()).filter(|id| !id.is_empty()).or(kpi.successor.take());
        kpi.years.push(year);
        // Stable, and nothing is less than a year: figures of an unknown year stay in the order of the file, first.
        kpi.years.sort_by_key(|year| year.year);
    }
    Ok(kpis)
}

fn year(row: &Cells<'_>) -> Result<KpiYear, LexiconError> {
    let year = match row.required("year")?.as_str() {
        UNKNOWN => None,
        cell => Some(cell.parse().ok().filter(|year| YEARS.contains(year)).ok_or_else(|| {
            row.error("year", format!("\"{cell}\" is not a year; write {UNKNOWN} where the source gives none"))
        })?),
    };
    let rank = match row.get("rank") {
        "" => None,
        cell => Some(
            cell.parse()
                .ok()
                .filter(|rank| *rank > 0)
                .ok_or_else(|| row.error("rank", format!("\"{cell}\" is not a rank; write a whole number from 1")))?,
        ),
    };
    let printed = |column: &str| match row.get(column) {
        cell if has_decimal_point(cell) => {
            Err(row.error(column, format!("\"{cell}\" has a point; write a decimal comma, such as 69,11")))
        }
        cell => Ok(cell.to_owned()),
    };
    Ok(KpiYear {
        year,
        publisher: row.required("publisher")?,
        method: row.get("method").to_owned(),
        value: printed("value")?,
        rank,
        national: printed("national")?,
        published: row.day("published")?,
        source: row.required("source")?,
        note: row.get("note").to_owned(),
    })
}

/// "69.11" is a slip of the pen; "1.000 laporan" is not.
fn has_decimal_point(cell: &str) -> bool {
    let Some((_, decimals)) = cell.split_once('.') else { return false };
    decimals.chars().take_while(char::is_ascii_digit).count() != 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LexiconFiles;
    use crate::lexicons::FNV_START;

    const HEAD: &str = "id\tname\tpublisher\twords\tyear\tmethod\tvalue\trank\tsource\n";

    fn read(rows: &str) -> Result<Vec<Kpi>, LexiconError> {
        let files: LexiconFiles = [("kpi.tsv".to_owned(), format!("{HEAD}{rows}"))].into();
        read_kpis(&mut Reader { files: &files, hash: FNV_START }, "kpi.tsv")
    }

    #[test]
    fn years_are_put_in_order_under_their_index() {
        let rows = "a\tIndeks A\tBadan\tIA\t2025\tbaru\t69,11\t13\tx\na\tIndeks A\tBadan\t\t-\t\t3,79\t\tx\na\tIndeks A\tBadan\t\t2024\tlama\t82,25\t3\tx\n";
        let kpis = read(rows).expect("reads");
        let years: Vec<Option<i16>> = kpis[0].years.iter().map(|year| year.year).collect();
        assert_eq!(years, [None, Some(2024), Some(2025)]);
        let latest = kpis[0].latest().expect("has a figure");
        assert_eq!((latest.rank, kpis[0].before(latest), kpis[0].breaks_at(latest)), (Some(13), None, true));
        assert_eq!(kpis[0].words, ["IA"]);
    }

    #[test]
    fn a_slip_of_the_pen_names_file_and_line() {
        let wrong = |rows: &str| read(rows).expect_err("is wrong").to_string();
        let said = wrong("a\tA\tB\t\t2024\t\t69.11\t\tx\n");
        assert!(said.contains("kpi.tsv") && said.contains('2') && said.contains("decimal comma"), "{said}");
        assert!(wrong("a\tA\tB\t\tkemarin\t\t1\t\tx\n").contains("is not a year"));
        assert!(wrong("a\tA\tB\t\t2024\t\t1\tketiga\tx\n").contains("is not a rank"));
        assert!(wrong("a\tA\tB\t\t2024\t\t1\t\t\n").contains("source"));
        let twice = "a\tA\tB\t\t2024\t\t1\t\tx\na\tA\tB\t\t2024\t\t2\t\tx\n";
        assert!(wrong(twice).contains("stands twice"));
    }
}
