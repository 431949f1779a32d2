//! How a brief is laid out: its kind, its sections, its letterhead. The office decides; renderers obey.

use serde::{Deserialize, Serialize};

/// Which brief it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BriefKind {
    /// Every morning, over the 24 hours up to the cut-off.
    #[default]
    Harian,
    /// In the afternoon, over the hours since the morning's cut-off.
    Sore,
    /// When it is asked for, about one issue.
    Isu,
    /// Over seven days.
    Mingguan,
    /// Over a calendar month.
    Bulanan,
}

impl BriefKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Harian, Self::Sore, Self::Isu, Self::Mingguan, Self::Bulanan];

    /// The name in TOML, JSON and in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Harian => "harian",
            Self::Sore => "sore",
            Self::Isu => "isu",
            Self::Mingguan => "mingguan",
            Self::Bulanan => "bulanan",
        }
    }

    /// What the window before is called.
    pub fn before(self) -> &'static str {
        match self {
            Self::Harian | Self::Isu => "kemarin",
            Self::Sore => "kemarin pada jam yang sama",
            Self::Mingguan => "pekan sebelumnya",
            Self::Bulanan => "bulan sebelumnya",
        }
    }

    /// What all windows of its frame are called together.
    pub fn frame(self) -> &'static str {
        match self {
            Self::Harian | Self::Sore | Self::Isu => "tujuh hari",
            Self::Mingguan => "dua pekan",
            Self::Bulanan => "dua bulan",
        }
    }

    /// The title where the office gives none.
    pub fn title(self) -> &'static str {
        match self {
            Self::Harian => "Ringkasan Isu Harian",
            Self::Sore => "Pembaruan Isu Sore",
            Self::Isu => "Ringkasan Khusus Isu",
            Self::Mingguan => "Ringkasan Isu Mingguan",
            Self::Bulanan => "Laporan Isu Bulanan",
        }
    }
}

/// The parts of a brief, by the names of the sections in `Section::ALL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 1. Letterhead and identity.
    Header,
    /// 2. Executive summary.
    Bluf,
    /// 3. Urgent issues.
    Alerts,
    /// Five hard questions for each urgent issue.
    Questions,
    /// 4. Figures.
    Numbers,
    /// Indices that the office is measured by.
    Kpi,
    /// Tables over weeks or months; of weekly and monthly briefs.
    Period,
    /// 5. Main issues.
    TopIssues,
    /// 6. Outlets and channels.
    Sources,
    /// 7. Office holders and institutions.
    Narasumber,
    /// 8. Claims to verify.
    Watch,
    /// 9. Complaints and wishes.
    Aspirations,
    /// 10. Positive information.
    Positive,
    /// 11. Analysis.
    Analysis,
    /// 12. Recommendations.
    Recommendation,
    /// 13. Yesterday's tasks.
    Followup,
    /// 14. Method and limits.
    Method,
    /// What people changed in the text; drafts only.
    Revisions,
    /// 15. Clippings.
    Appendix,
}

impl Section {
    /// Every section in the order of a daily brief.
    pub const ALL: [Self; 19] = [
        Self::Header,
        Self::Bluf,
        Self::Alerts,
        Self::Questions,
        Self::Numbers,
        Self::Kpi,
        Self::Period,
        Self::TopIssues,
        Self::Sources,
        Self::Narasumber,
        Self::Watch,
        Self::Aspirations,
        Self::Positive,
        Self::Analysis,
        Self::Recommendation,
        Self::Followup,
        Self::Method,
        Self::Revisions,
        Self::Appendix,
    ];

    /// The name in TOML and JSON, and the address inside a page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Bluf => "bluf",
            Self::Alerts => "alerts",
            Self::Questions => "questions",
            Self::Numbers => "numbers",
            Self::Kpi => "kpi",
            Self::Period => "period",
            Self::TopIssues => "top_issues",
            Self::Sources => "sources",
            Self::Narasumber => "narasumber",
            Self::Watch => "watch",
            Self::Aspirations => "aspirations",
            Self::Positive => "positive",
            Self::Analysis => "analysis",
            Self::Recommendation => "recommendation",
            Self::Followup => "followup",
            Self::Method => "method",
            Self::Revisions => "revisions",
            Self::Appendix => "appendix",
        }
    }

    /// The heading where the office gives none.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Header => "Identitas",
            Self::Bluf => "Ringkasan eksekutif",
            Self::Alerts => "Isu mendesak",
            Self::Questions => "Tanya jawab pimpinan",
            Self::Numbers => "Angka ringkas",
            Self::Kpi => "Indeks dan capaian",
            Self::Period => "Perkembangan selama periode",
            Self::TopIssues => "Isu utama",
            Self::Sources => "Media dan kanal",
            Self::Narasumber => "Narasumber",
            Self::Watch => "Isu perlu verifikasi",
            Self::Aspirations => "Aspirasi dan aduan",
            Self::Positive => "Peluang informasi positif",
            Self::Analysis => "Analisis",
            Self::Recommendation => "Rekomendasi",
            Self::Followup => "Tindak lanjut kemarin",
            Self::Method => "Metode dan keterbatasan",
            Self::Revisions => "Suntingan",
            Self::Appendix => "Lampiran kliping",
        }
    }
}

/// Which sections a brief shows, in which order, under which headings. Method can be moved but not left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// In order.
    pub sections: Vec<SectionLayout>,
}

/// One section of a layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionLayout {
    /// Which one.
    pub section: Section,
    /// Its heading.
    pub heading: String,
    /// Entries shown at most; the section's own number where absent. What is left out is counted and said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl Default for Layout {
    /// A daily brief: everything but the tables over weeks.
    fn default() -> Self {
        Self::of(BriefKind::Harian)
    }
}

impl Layout {
    /// The layout of a kind where the office decides nothing.
    pub fn of(kind: BriefKind) -> Self {
        let shown = |section: &Section| match kind {
            BriefKind::Harian => !matches!(section, Section::Period),
            BriefKind::Sore => !matches!(
                section,
                Section::Period | Section::Kpi | Section::Positive | Section::Narasumber | Section::Sources
            ),
            BriefKind::Isu => {
                !matches!(section, Section::Period | Section::Kpi | Section::Positive | Section::TopIssues)
            }
            BriefKind::Mingguan | BriefKind::Bulanan => !matches!(section, Section::Questions),
        };
        let sections = Section::ALL.into_iter().filter(shown);
        Self {
            sections: sections
                .map(|section| SectionLayout { section, heading: section.heading().to_owned(), limit: None })
                .collect(),
        }
    }

    /// The entry of a section, where it is shown.
    pub fn get(&self, section: Section) -> Option<&SectionLayout> {
        self.sections.iter().find(|entry| entry.section == section)
    }

    /// How many entries of a section are shown at most.
    pub fn limit(&self, section: Section, otherwise: usize) -> usize {
        self.get(section).and_then(|entry| entry.limit).unwrap_or(otherwise)
    }
}

/// Who signs. The office writes it in its pipeline; no name of an office holder is known to the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signatory {
    /// Where it is signed: "Samarinda".
    pub place: String,
    /// "Kepala Dinas …".
    pub position: String,
    /// The name; empty where the correspondence system fills it in.
    pub name: String,
    /// Rank and class.
    pub rank: String,
    /// NIP; printed only where it is given.
    pub nip: String,
}

/// How the naskah dinas made from a brief are addressed. Number, date and signature stay parameters for Srikandi.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Correspondence {
    /// "Yth.": "Gubernur Kalimantan Timur".
    pub to: String,
    /// "Dari"; the office where empty.
    pub from: String,
    /// "Tembusan".
    pub copies: Vec<String>,
    /// "Klasifikasi arsip", such as `480`.
    pub archive_code: String,
    /// "Tingkat urgensi": `biasa`, `segera`, `sangat segera`; from the most urgent issue where empty.
    pub urgency: String,
}
