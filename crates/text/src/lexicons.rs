//! Lexicon and region files to `Lexicons`: what the stages look words up in.
//!
//! Reads contents, never the disk: whoever calls it hands over the files.
//! What belongs to a language is in `<language>/`, what belongs to a province in `regions/<name>/`.

mod kpi;
mod limits;
mod playbook;
mod reader;
mod region;
mod wording;

pub use limits::Limits;
use model::*;
use reader::{Cells, FNV_START, Reader};
use region::RegionParts;
use rustc_hash::FxHasher;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

/// Files by path relative to `lexicons/`, such as `ind/slang.tsv` or `regions/kaltim/topics.tsv`.
pub type LexiconFiles = BTreeMap<String, String>;

/// The target of words that only look like something: they win over shorter words and then count for nothing.
pub const NOTHING: &str = "-";

/// One entry of a term file: words that point to a target, with guards.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// What the words point to: a topic, place, agency, programme or signal id.
    pub target: String,
    /// The words; matched on word boundaries of the normalised text.
    pub words: String,
    /// How much one match counts; 1 for an ordinary term.
    pub weight: f32,
    /// Whether letter case matters.
    pub case: Case,
    /// At least one of these must stand within 12 tokens, unless empty.
    pub near: Vec<String>,
    /// None of these may stand within 6 tokens or contain the match.
    pub not: Vec<String>,
}

/// Whether letter case matters for a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// Any case.
    #[default]
    Any,
    /// First letter must be a capital (names that are also common words).
    Capital,
    /// Exactly as written (acronyms that are also words).
    Exact,
}

/// Words with a polarity: -3 (very bad) to 3 (very good). Emoji are words too.
#[derive(Clone, Debug, PartialEq)]
pub struct PolarWords {
    /// The words.
    pub words: String,
    /// -3 to 3.
    pub weight: f32,
    /// The language folder that they come from.
    pub language: String,
}

/// A word that tells one language from its neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageCue {
    /// ISO 639-3.
    pub language: String,
    /// The word.
    pub words: String,
    /// How much it tells: 1 for a word shared with neighbours, 2 or more for one that is found nowhere else.
    pub weight: f32,
}

/// A public role ("Kepala Dinas", "Wali Kota") that may stand before or after a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// The words.
    pub words: String,
    /// How it is written for people.
    pub label: String,
    /// True for office holders of any government; false for citizens' roles ("warga", "pedagang").
    pub official: bool,
    /// The public office that it names (`bupati`), whatever the form of address; empty where it is none, or not one alone.
    pub office: String,
    /// What the office belongs to, so that its id is whole: `bupati_kukar`, `kepala_diskominfo`.
    pub of: OfficeOf,
}

/// What a public office belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeOf {
    /// The region itself, unless another one is named.
    #[default]
    Region,
    /// A place that stands beside it.
    Place,
    /// An agency that stands beside it or is part of the word ("Kadiskominfo").
    Agency,
}

/// How one hoax signal is weighed and explained.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRule {
    /// Which signal.
    pub id: SignalId,
    /// Words for people.
    pub label: String,
    /// How much it counts; 0 for what is only evidence for a verifier.
    pub weight: u8,
    /// Why it is a reason to check, in a few Indonesian words.
    pub why: String,
    /// How anybody can check it, in a sentence or two.
    pub check: String,
    /// True for what only adds to other signals (capitals, haste): a citizen's angry complaint has these too.
    pub style: bool,
    /// False where an official's, outlet's or fact-checker's text never carries it.
    pub in_reporting: bool,
}

/// A host, or part of one, that tells something about a contact or link.
#[derive(Clone, Debug, PartialEq)]
pub struct HostRule {
    /// `shortener`, `form`, `free_mail`, `chat`, `odd_ending`, `blog`, `agency_word`, `outlet_word`, `official`.
    pub kind: String,
    /// The host, ending or word.
    pub value: String,
}

/// What one tone cue means: `cue_terms` with this id make or change a tone.
#[derive(Clone, Debug, PartialEq)]
pub struct ToneRule {
    /// Id of a cue (target in `cue_terms`).
    pub cue: String,
    /// Which tone it speaks for.
    pub tone: Tone,
    /// Reason shown to officials.
    pub reason: String,
}

/// One row of a file whose columns another module gives a meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: usize,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// The cell of a column; empty where the file has no such column.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// A file of learned weights, as `analyse` reads it.
#[derive(Clone)]
pub struct ModelFile {
    /// Path relative to `lexicons/`.
    pub name: String,
    /// Its contents.
    pub bytes: Cow<'static, [u8]>,
}

impl std::fmt::Debug for ModelFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

/// Every word list, of the languages and of the region.
#[derive(Clone, Debug, Default)]
pub struct Lexicons {
    /// The province: topics, places, agencies, media, playbook.
    pub region: Region,
    /// Words of topics.
    pub topic_terms: Vec<Term>,
    /// Where in `topic_terms` the hints begin: words that make a topic likelier and never by themselves.
    pub topic_hints_from: usize,
    /// Words of places, villages included.
    pub place_terms: Vec<Term>,
    /// Words of agencies and their heads.
    pub agency_terms: Vec<Term>,
    /// Words of programmes, indices and systems.
    pub programme_terms: Vec<Term>,
    /// Words of hoax signals.
    pub signal_terms: Vec<Term>,
    /// Words that tell a carrier of a hoax from somebody who reports it, beside more words of signals; looked for as
    /// written, and never known to the learned heads.
    pub signal_cues: Vec<Term>,
    /// Words of spam; the target is the name of a `Spam`.
    pub spam_terms: Vec<Term>,
    /// Words of named cues: complaint, question, thanks, sarcasm, blame, missing answer, …
    pub cue_terms: Vec<Term>,
    /// Words with polarity, of every language of the region.
    pub polarity: Vec<PolarWords>,
    /// Chat spelling to plain spelling.
    pub slang: BTreeMap<String, String>,
    /// Words that turn what follows.
    pub negations: Vec<String>,
    /// Words that strengthen (above 1) or weaken (below 1) what stands beside them.
    pub intensifiers: Vec<(String, f32)>,
    /// Words after which the clause counts more than what stood before ("tapi", "padahal").
    pub contrasts: Vec<String>,
    /// Verbs of saying, in every form used beside a quotation.
    pub speech_verbs: Vec<String>,
    /// Public roles.
    pub roles: Vec<Role>,
    /// Words with a capital that never belong to a person's name ("Dinas", "Jalan", "Senin").
    pub not_names: Vec<String>,
    /// Words that tell languages apart.
    pub language_cues: Vec<LanguageCue>,
    /// Rules of hoax signals.
    pub signals: Vec<SignalRule>,
    /// Hosts that tell something.
    pub hosts: Vec<HostRule>,
    /// What cues mean for the tone.
    pub tone_rules: Vec<ToneRule>,
    /// Acronyms that the text may spell out wrongly, with the right words: `("IKN", "Ibu Kota Nusantara")`.
    pub expansions: Vec<(String, String)>,
    /// Which agency governs which regency: `("64.72", "pemkot_smd")`.
    pub local_governments: Vec<(PlaceCode, AgencyId)>,
    /// Agencies that only the province has: their names never mean a regency's office.
    pub province_only: Vec<AgencyId>,
    /// Words of measures and counted things, with the short noun that stands for them: `("hektar", "hektare")`.
    pub units: Vec<(String, String)>,
    /// Rows of `ind/boilerplate.tsv`.
    pub boilerplate: Vec<Row>,
    /// Rows of `ind/coverage.tsv`.
    pub coverage: Vec<Row>,
    /// Learned weights; a region or a test may have none, and then the word lists alone decide.
    pub models: Vec<ModelFile>,
    /// Short hash of all contents that were read.
    pub version: String,
}

/// Why lexicons cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// A file that must be there is not.
    #[error("lexicon file \"{file}\" is missing")]
    Missing {
        /// Path relative to `lexicons/`.
        file: String,
    },
    /// A cell cannot be read.
    #[error("{file}:{line}: column \"{column}\": {reason}")]
    Cell {
        /// Path relative to `lexicons/`.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column name.
        column: String,
        /// What is wrong, with known values where there are any.
        reason: String,
    },
    /// A TOML file cannot be read.
    #[error("{file}: {reason}")]
    Toml {
        /// Path relative to `lexicons/`.
        file: String,
        /// What the parser says, with line and column.
        reason: String,
    },
}

impl Lexicons {
    /// Reads the languages and the region of this name from the files.
    pub fn load(files: &LexiconFiles, region: &str) -> Result<Self, LexiconError> {
        let mut reader = Reader { files, hash: FNV_START };
        let folder = format!("regions/{region}");
        let RegionParts { region, local_governments, province_only, village_terms } =
            region::read_region(&mut reader, region, &folder)?;
        let mut lexicons = Self {
            topic_terms: terms(
                &mut reader,
                &format!("{folder}/topic_terms.tsv"),
                &known(&region.topics, |t| t.id.as_str()),
            )?,
            place_terms: terms(
                &mut reader,
                &format!("{folder}/place_terms.tsv"),
                &known(&region.places, |p| p.code.as_str()),
            )?,
            agency_terms: terms(
                &mut reader,
                &format!("{folder}/agency_terms.tsv"),
                &known(&region.agencies, |a| a.id.as_str()),
            )?,
            programme_terms: terms(
                &mut reader,
                &format!("{folder}/programme_terms.tsv"),
                &known(&region.programmes, |p| p.id.as_str()),
            )?,
            expansions: pairs(&mut reader, &format!("{folder}/expansions.tsv"), "acronym", "words")?,
            local_governments,
            province_only,
            ..Self::default()
        };
        lexicons.topic_hints_from = lexicons.topic_terms.len();
        let topics = known(&region.topics, |t| t.id.as_str());
        lexicons.topic_terms.extend(terms(&mut reader, &format!("{folder}/topic_hints.tsv"), &topics)?);
        lexicons.place_terms.extend(village_terms);
        lexicons.region = region;
        for language in lexicons.region.languages.clone() {
            lexicons.read_language(&mut reader, &language)?;
        }
        lexicons.region.signals = lexicons
            .signals
            .iter()
            .map(|rule| SignalLabel {
                id: rule.id.clone(),
                label: rule.label.clone(),
                why: rule.why.clone(),
                check: rule.check.clone(),
            })
            .collect();
        lexicons.version = format!("{:012x}", reader.hash & 0xffff_ffff_ffff);
        Ok(lexicons)
    }

    /// Adds learned weights. What they say is part of what was read, so the version changes.
    pub fn add_model(&mut self, name: &str, bytes: Cow<'static, [u8]>) {
        let mut hash = FxHasher::default();
        (&self.version, &bytes).hash(&mut hash);
        self.version = format!("{:012x}", hash.finish() & 0xffff_ffff_ffff);
        self.models.push(ModelFile { name: name.to_owned(), bytes });
    }

    /// Adds one language folder; a file that a language does not have is simply not there.
    fn read_language(&mut self, reader: &mut Reader<'_>, language: &str) -> Result<(), LexiconError> {
        let file = |name: &str| format!("{language}/{name}");
        for row in reader.optional(&file("polarity.tsv"))? {
            let weight = row.number("weight")?.clamp(-3.0, 3.0);
            self.polarity.push(PolarWords { words: row.required("words")?, weight, language: language.to_owned() });
        }
        for row in reader.optional(&file("cues.tsv"))? {
            let cue = LanguageCue {
                language: language.to_owned(),
                words: row.required("words")?,
                weight: row.number("weight")?,
            };
            self.language_cues.push(cue);
        }
        self.slang.extend(pairs(reader, &file("slang.tsv"), "spelling", "plain")?);
        for row in reader.optional(&file("intensifiers.tsv"))? {
            self.intensifiers.push((row.required("words")?, row.number("factor")?));
        }
        self.units.extend(pairs(reader, &file("units.tsv"), "words", "unit")?);
        self.negations.extend(reader.list(&file("negations.txt")));
        self.contrasts.extend(reader.list(&file("contrasts.txt")));
        wording::read_wording(reader, language, &mut self.region.wording)?;
        self.speech_verbs.extend(reader.list(&file("speech_verbs.txt")));
        self.not_names.extend(reader.list(&file("not_names.txt")));
        for row in reader.optional(&file("roles.tsv"))? {
            let words = row.required("words")?;
            let label = Some(row.get("label")).filter(|label| !label.is_empty()).unwrap_or(&words).to_owned();
            self.roles.push(Role {
                words,
                label,
                official: row.yes("official")?,
                office: row.get("office").to_owned(),
                of: if row.get("of").is_empty() { OfficeOf::Region } else { row.parsed("of")? },
            });
        }
        for row in reader.optional(&file("signals.tsv"))? {
            self.signals.push(SignalRule {
                id: row.required("id")?.into(),
                label: row.required("label")?,
                weight: row.number("weight")? as u8,
                why: row.required("why")?,
                check: row.get("check").to_owned(),
                style: row.yes("style")?,
                in_reporting: row.yes("in_reporting")?,
            });
        }
        let signals: Vec<String> = self.signals.iter().map(|rule| rule.id.0.clone()).collect();
        self.signal_terms.extend(terms(reader, &file("signal_terms.tsv"), &signals)?);
        self.signal_cues.extend(terms(reader, &file("signal_cues.tsv"), &[])?);
        let spam = ["gambling", "pornography", "loans", "promotion"].map(str::to_owned);
        self.spam_terms.extend(terms(reader, &file("spam_terms.tsv"), &spam)?);
        self.cue_terms.extend(terms(reader, &file("cue_terms.tsv"), &[])?);
        for row in reader.optional(&file("hosts.tsv"))? {
            self.hosts.push(HostRule { kind: row.required("kind")?, value: row.required("value")? });
        }
        for row in reader.optional(&file("tone.tsv"))? {
            self.tone_rules.push(ToneRule {
                cue: row.required("cue")?,
                tone: row.parsed("tone")?,
                reason: row.required("reason")?,
            });
        }
        for row in reader.optional(&file("risk_words.tsv"))? {
            let words = &mut self.region.risk_words;
            let list = match row.get("kind") {
                "threat" => &mut words.threats,
                "denial" => &mut words.denials,
                "head" => &mut words.heads,
                "key_role" => &mut words.key_roles,
                "national_role" => &mut words.national_roles,
                other => {
                    let known = "threat, denial, head, key_role, national_role";
                    return Err(row.error("kind", format!("\"{other}\" is not known; known: {known}")));
                }
            };
            list.push(row.required("words")?);
        }
        self.boilerplate.extend(reader.optional(&file("boilerplate.tsv"))?.into_iter().map(Cells::into_row));
        self.coverage.extend(reader.optional(&file("coverage.tsv"))?.into_iter().map(Cells::into_row));
        Ok(())
    }
}

fn known<T>(items: &[T], id: impl Fn(&T) -> &str) -> Vec<String> {
    items.iter().map(|item| id(item).to_owned()).collect()
}

/// Reads a term file; a target outside `targets` is an error unless there are none.
fn terms(reader: &mut Reader<'_>, file: &str, targets: &[String]) -> Result<Vec<Term>, LexiconError> {
    let mut found = Vec::new();
    for row in reader.optional(file)? {
        let target = row.required("target")?;
        if target != NOTHING && !targets.is_empty() && !targets.contains(&target) {
            return Err(
                row.error("target", format!("\"{target}\" is not known; add it to the list that this file belongs to"))
            );
        }
        let case = match row.get("case") {
            "" | "any" => Case::Any,
            "capital" => Case::Capital,
            "exact" => Case::Exact,
            other => return Err(row.error("case", format!("\"{other}\" is not one of any, capital, exact"))),
        };
        let weight = if row.get("weight").is_empty() { 1.0 } else { row.number("weight")? };
        let (near, not) = (row.list("near"), row.list("not"));
        for words in row.list("words") {
            found.push(Term { target: target.clone(), words, weight, case, near: near.clone(), not: not.clone() });
        }
    }
    Ok(found)
}

fn pairs(reader: &mut Reader<'_>, file: &str, left: &str, right: &str) -> Result<Vec<(String, String)>, LexiconError> {
    reader.optional(file)?.iter().map(|row| Ok((row.required(left)?, row.required(right)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> LexiconFiles {
        let region = "title = 'Selat'\ngovernment = 'Pemprov Selat'\noffice = 'Humas'\ncode = '99'\nzone = 'Asia/Jakarta'\nzone_label = 'WIB'\nlanguages = ['ind']\nvillage_words = ['Desa']\n";
        [
            ("regions/selat/region.toml", region),
            ("regions/selat/topics.tsv", "# head\nid\tlabel\tlead\tauthority\tserta_merta\tsensitivity\nrob\tBanjir rob\tdinas_laut\tprovinsi\tyes\t3\n"),
            ("regions/selat/topic_terms.tsv", "target\twords\tnear\nrob\trob;air pasang\tpantai\n"),
            ("regions/selat/places.tsv", "code\tname\tshort\tlevel\tparent\tcolumn\trow\n99\tProvinsi Selat\tSelat\tprovince\n99.01\tKota Muara\tMuara\tregency\t99\t0\t1\n99.01.01\tKecamatan Hulu\tHulu\tdistrict\t99.01\n"),
            ("regions/selat/villages.tsv", "code\tname\tparent\tcommon\n99.01.01.1001\tDamai\t99.01.01\tyes\n99.01.01.1002\tTelukrona\t99.01.01\n"),
            ("regions/selat/agencies.tsv", "id\tname\tshort\tlevel\tfield\tplace\ndinas_laut\tDinas Laut\tDislaut\tprovinsi\tlaut\npemkot_muara\tPemkot Muara\tPemkot\tkab_kota\t\t99.01\n"),
            ("regions/selat/office_holders.tsv", "role\tname\tvalid_from\tvalid_to\tsource\ngubernur\tAyu Contoh\t2025-02-20\n"),
            ("ind/polarity.tsv", "words\tweight\nbagus\t2\n"),
            ("ind/signals.tsv", "id\tlabel\tweight\twhy\tstyle\tin_reporting\napk\tBerkas APK\t3\tminta pasang\tno\tno\n"),
        ]
        .map(|(path, content)| (path.to_owned(), content.to_owned()))
        .into()
    }

    #[test]
    fn another_province_is_data_only() {
        let lexicons = Lexicons::load(&files(), "selat").expect("reads");
        assert_eq!(lexicons.region.title, "Selat");
        assert_eq!(lexicons.topic_terms.len(), 2);
        assert_eq!(lexicons.topic_terms[0].near, ["pantai"]);
        let villages: Vec<_> = lexicons.place_terms.iter().map(|term| term.words.as_str()).collect();
        assert_eq!(villages, ["Desa Damai", "Telukrona", "Desa Telukrona"]);
        assert_eq!(lexicons.region.office_holders[0].role, "gubernur");
        assert!(lexicons.region.office_holders[0].held_on("2025-03-01".parse().expect("a day")));
        assert_eq!(lexicons.region.regency_of(&"99.01.01.1001".into()).map(|place| place.tile), Some(Some((0, 1))));
        assert_eq!(lexicons.local_governments, [("99.01".into(), "pemkot_muara".into())]);
        assert_eq!(lexicons.region.signals[0].label, "Berkas APK");
        assert_eq!(lexicons.version.len(), 12);
    }

    #[test]
    fn a_bad_row_names_file_line_and_column() {
        let complaint = |path: &str, from: &str, to: &str| {
            let mut files = files();
            let content = files[path].replace(from, to);
            files.insert(path.to_owned(), content);
            Lexicons::load(&files, "selat").expect_err("is wrong").to_string()
        };
        assert_eq!(
            complaint("ind/polarity.tsv", "\t2", "\tdua"),
            "ind/polarity.tsv:2: column \"weight\": \"dua\" is not a number"
        );
        assert!(
            complaint("regions/selat/topic_terms.tsv", "rob\t", "rop\t")
                .contains("topic_terms.tsv:2: column \"target\": \"rop\"")
        );
        assert!(complaint("regions/selat/topics.tsv", "provinsi", "propinsi").contains("expected one of `provinsi`"));
        assert!(complaint("regions/selat/region.toml", "office", "kantor").contains("unknown field `kantor`"));
        let missing = Lexicons::load(&LexiconFiles::new(), "selat").expect_err("nothing there").to_string();
        assert_eq!(missing, "lexicon file \"regions/selat/region.toml\" is missing");
    }
}
