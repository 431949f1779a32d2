//! The table of figures, and what is printed under it.

use eval::score::Score;
use std::fmt::Write as _;

/// One figure with the name that floors know it by.
pub struct Figure {
    /// `group.name`.
    pub name: String,
    /// Higher is better, unless the name ends in `_error`, `_wrong` or `_milliseconds`.
    pub value: f64,
    /// Rows, and anything else a reader needs.
    pub note: String,
}

/// Everything measured.
#[derive(Default)]
pub struct Table {
    /// In the order of measuring.
    pub figures: Vec<Figure>,
    details: String,
}

impl Table {
    /// Adds a figure.
    pub fn add(&mut self, name: impl Into<String>, value: f64, note: impl Into<String>) {
        self.figures.push(Figure { name: name.into(), value, note: note.into() });
    }

    /// Adds lines below the table.
    pub fn detail(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.details, "{}", line.as_ref());
    }

    /// Adds a head's figures on one set. `calibrated` where its confidence is one: the mean F1, accuracy, calibration, and the confusion below.
    pub fn add_score(&mut self, name: &str, score: &Score, labels: &[&str], calibrated: bool) {
        let each: Vec<String> = labels
            .iter()
            .zip(&score.f1)
            .filter(|(_, f1)| !f1.is_nan())
            .map(|(label, f1)| format!("{label} {:.2}", f1))
            .collect();
        self.add(format!("{name}.macro_f1"), score.macro_f1, format!("n {}; {}", score.rows, each.join(", ")));
        self.add(format!("{name}.accuracy"), score.micro_f1, "");
        let (share, right) = score.sure;
        if calibrated {
            self.add(format!("{name}.calibration_error"), score.calibration_error, "ten bins");
            self.add(
                format!("{name}.right_where_sure"),
                right,
                format!("confidence 0.7 and more: {:.0} % of rows", share * 100.0),
            );
        }
        self.detail(format!("\n{name}: rows are gold, columns are answers"));
        self.detail(format!(
            "  {:>20} {}",
            "",
            labels.iter().map(|l| format!("{l:>12.12}")).collect::<Vec<_>>().join(" ")
        ));
        for (label, row) in labels.iter().zip(&score.confusion) {
            if row.iter().sum::<usize>() > 0 {
                let cells: Vec<String> = row.iter().map(|count| format!("{count:>12}")).collect();
                self.detail(format!("  {label:>20} {}", cells.join(" ")));
            }
        }
    }

    /// The value of a figure.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|figure| figure.name == name).map(|figure| figure.value)
    }

    /// Prints the table and the details.
    pub fn print(&self) {
        println!("{:<48} {:>10}  what it rests on", "figure", "value");
        for figure in &self.figures {
            let value =
                if figure.value >= 100.0 { format!("{:.0}", figure.value) } else { format!("{:.3}", figure.value) };
            println!("{:<48} {value:>10}  {}", figure.name, figure.note);
        }
        println!("{}", self.details);
    }
}
