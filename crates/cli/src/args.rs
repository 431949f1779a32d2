//! The command line: what can be asked, and nothing about how it is done.

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// Media and public-issue intelligence for public communication offices.
///
/// Data goes to standard output, everything else to standard error.
/// Exit codes: 0 all done, 1 partly, 2 nothing done.
#[derive(Parser)]
#[command(name = "pesut", version, max_term_width = 100, propagate_version = true)]
pub struct Arguments {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Args, Clone)]
pub struct Global {
    /// Data directory; created where it does not exist
    #[arg(long, global = true, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Pipeline file whose zone, cut-off and brief settings apply
    #[arg(long, global = true, value_name = "FILE")]
    pub pipeline: Option<PathBuf>,
    /// Region in the program, or a folder with region.toml
    #[arg(long, global = true, value_name = "NAME|DIR")]
    pub region: Option<String>,
    /// Threads for analysis and grouping; 0 means all cores
    #[arg(long, global = true, value_name = "N", default_value_t = 0)]
    pub threads: usize,
    /// What to log: error, warn, info, debug, or a filter such as net=debug
    #[arg(long, global = true, value_name = "LEVEL", default_value = "warn")]
    pub log: String,
    /// Machine-readable output where a command has it
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands, in the order of a day's work.
#[derive(Subcommand)]
pub enum Command {
    /// Collect, analyse, index, group issues and write the briefs, once or by the schedule
    Run(Run),
    /// Collect and derive, once or until stopped, without writing a brief
    Collect(Collect),
    /// List sources with their health, try one, switch one off or on
    Sources(Sources),
    /// Take files into truth: NDJSON, CSV, XLSX, feeds, folders of HTML or text
    Import(Import),
    /// Analyse NDJSON lines and store nothing
    Analyse(Input),
    /// Turn one HTML page into one JSON document
    Extract(Extract),
    /// Turn one feed into a JSON array of entries
    ParseFeed(Extract),
    /// Search what was collected
    Search(Search),
    /// Show issues with their members, risk and trend
    Issues(Issues),
    /// Write the brief of a local date; read, approve, correct and send it
    Brief(Brief),
    /// List what is done when, and what would be caught up now
    Schedule(Schedule),
    /// Record decisions of a person: corrections, issues merged or split, verdicts, tasks
    Decide(Decide),
    /// Weigh the issues of the last 24 hours and list what must be looked at now
    Alerts(Alerts),
    /// List claims that a person should check, or draft a clarification
    Claims(Claims),
    /// Write the note for whoever takes over: what is open, what was promised, what to watch
    Handover,
    /// Find the fact-checks that texts repeat; NDJSON in, NDJSON out, nothing stored
    Match(Match),
    /// Derive everything anew from truth
    Replay,
    /// Check truth and everything derived from it
    Verify,
    /// Say what this installation is, and what looks wrong
    Doctor,
    /// Print the reference of collectors, stages, outputs and the query language
    Reference,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// `run`
#[derive(Args)]
pub struct Run {
    /// Pipeline file; `--pipeline` does the same
    #[arg(value_name = "PIPELINE")]
    pub file: Option<PathBuf>,
    /// Go on until SIGTERM or Ctrl-C: collect, keep the schedule, send alerts, try again what failed
    #[arg(long)]
    pub watch: bool,
}

/// `collect`
#[derive(Args)]
pub struct Collect {
    /// Pipeline file; `--pipeline` does the same
    #[arg(value_name = "PIPELINE")]
    pub file: Option<PathBuf>,
    /// Go on until SIGTERM or Ctrl-C, asking each source when it is due
    #[arg(long)]
    pub watch: bool,
}

/// `sources`
#[derive(Args)]
pub struct Sources {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<SourcesAction>,
}

/// What can be done with sources.
#[derive(Subcommand)]
pub enum SourcesAction {
    /// List every source with its state, freshness and usual volume
    List,
    /// Try a source of the pipeline by its name, or find out what an address offers and how a pipeline would read it
    Test {
        /// Name of a source, or an address such as <https://media.example/>
        #[arg(value_name = "NAME|URL")]
        address: String,
        /// A host inside the office's own network that may be reached
        #[arg(long, value_name = "HOST:PORT")]
        allow_private: Vec<net::HostPort>,
    },
    /// Ask a source again that was switched off
    Enable {
        /// Name of the source
        name: String,
    },
    /// Do not ask a source until it is enabled again
    Disable {
        /// Name of the source
        name: String,
    },
}

/// `import`
#[derive(Args)]
pub struct Import {
    /// Files and folders
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Format of the files: auto, jsonl, csv, xlsx, html, text, feed, or the tool they come from (see reference)
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub format: String,
    /// Source name for everything in the files
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Kind of rows that do not say: news, official, factcheck, post, comment, complaint, review, broadcast
    #[arg(long, value_name = "KIND")]
    pub kind: Option<model::SourceKind>,
}

/// `analyse`
#[derive(Args)]
pub struct Input {
    /// NDJSON file, or - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
}

/// `extract` and `parse-feed`
#[derive(Args)]
pub struct Extract {
    /// Address of the page or feed, to resolve links
    #[arg(long)]
    pub url: Option<String>,
    /// File, or - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
}

/// `search`
#[derive(Args)]
pub struct Search {
    /// Query, such as: banjir wilayah:Samarinda nada:negatif
    #[arg(required = true)]
    pub query: Vec<String>,
    /// From this local date on
    #[arg(long, value_name = "DATE")]
    pub since: Option<Date>,
    /// Up to and including this local date
    #[arg(long, value_name = "DATE")]
    pub until: Option<Date>,
    /// Hits to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    pub order: Order,
}

/// Order of search hits.
#[derive(Clone, Copy, ValueEnum)]
pub enum Order {
    /// Best match first
    Relevance,
    /// Newest first
    Newest,
}

/// `issues`
#[derive(Args)]
pub struct Issues {
    /// Only the week up to this local date's cut-off; without it, all documents
    #[arg(long, value_name = "DATE")]
    pub date: Option<Date>,
}

/// `decide`
#[derive(Args)]
pub struct Decide {
    /// NDJSON file of decisions, or - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// Name of the person who decided; goes into the audit log
    #[arg(long = "as", value_name = "NAME")]
    pub by: String,
}

/// `alerts`
#[derive(Args)]
pub struct Alerts {
    /// Only list what is known; weigh nothing and send nothing
    #[arg(long)]
    pub list: bool,
}

/// `claims`
#[derive(Args)]
pub struct Claims {
    /// What to do; without it, list the queue
    #[command(subcommand)]
    pub action: Option<ClaimsAction>,
}

/// What can be done with claims.
#[derive(Subcommand)]
pub enum ClaimsAction {
    /// List the queue, most pressing first
    List,
    /// Draft a clarification: Narasi, Penjelasan, Kesimpulan, Rujukan
    Draft {
        /// Id of the claim, as the list shows it
        claim: String,
    },
}

/// `match`
#[derive(Args)]
pub struct Match {
    /// NDJSON file of fact-checks: id, title, text, url, published_at
    #[arg(long, value_name = "FILE")]
    pub claims: PathBuf,
    /// NDJSON file of texts: id, text and, where there is one, title; or - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
}

/// `brief`
#[derive(Args)]
pub struct Brief {
    /// Local date of the brief; today where it is not given
    #[arg(long, global = true, value_name = "DATE")]
    pub date: Option<Date>,
    /// Name of the brief in the pipeline; its first one where it is not given
    #[arg(long, global = true, value_name = "NAME")]
    pub name: Option<String>,
    /// Issue that an ad-hoc brief is about
    #[arg(long, value_name = "ID")]
    pub issue: Option<String>,
    /// Formats, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub format: Vec<String>,
    /// Folder for the files
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to do with a brief; nothing builds it
    #[command(subcommand)]
    pub action: Option<BriefAction>,
}

/// What else can be done with a brief.
#[derive(Subcommand)]
pub enum BriefAction {
    /// List the documents behind a figure and whether they add up, such as topik:banjir, isu:ID/nada:negatif or total
    Explain {
        /// The figure; without one, list the figures of the brief
        figure: Option<String>,
    },
    /// Say that a person has read the draft
    Review(Signed),
    /// Answer for the draft as it was last built: it is frozen, and this is what is sent
    Approve(Signed),
    /// Give a brief that has not left back to draft; needs a reason
    Return(Signed),
    /// Change texts of the draft by an edited DOCX or a file of changes; without a file, list the texts
    Edit(Edit),
    /// Choose sections and their order, for this brief and later ones of its name
    Layout(Layout),
    /// Correct a brief that was approved (RALAT): makes a new edition to approve and send
    Correct(Correct),
    /// Show how far briefs have come: who did what, what people changed, who got it
    Status {
        /// Date or id of the brief
        #[arg(value_name = "DATE|ID")]
        brief: Option<String>,
    },
    /// Ask the pipeline's language model for other words; prints what it proposes and records nothing
    Rephrase {
        /// Date or id of the brief
        #[arg(value_name = "DATE|ID")]
        brief: Option<String>,
        /// Write what passed the checks as lines for `brief edit`
        #[arg(long, value_name = "FILE")]
        edits: Option<PathBuf>,
    },
    /// Send what was approved, once to each recipient
    Send(Send),
}

/// A step that a person answers for.
#[derive(Args)]
pub struct Signed {
    /// Date or id of the brief
    #[arg(value_name = "DATE|ID")]
    pub brief: Option<String>,
    /// Name of the person; goes into the audit log
    #[arg(long = "as", value_name = "NAME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// `brief edit`
#[derive(Args)]
pub struct Edit {
    /// Date or id of the brief
    #[arg(value_name = "DATE|ID")]
    pub brief: String,
    /// The edited DOCX, or NDJSON lines such as {"part":"/bluf/0/text","after":"…"}
    pub file: Option<PathBuf>,
    /// Name of the person; goes into the audit log
    #[arg(long = "as", value_name = "NAME", required_unless_present = "dry_run")]
    pub by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// `brief layout`
#[derive(Args)]
pub struct Layout {
    /// The step
    #[command(flatten)]
    pub signed: Signed,
    /// Sections in their order, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', required = true)]
    pub sections: Vec<String>,
}

/// `brief correct`
#[derive(Args)]
pub struct Correct {
    /// The step
    #[command(flatten)]
    pub signed: Signed,
    /// What stands there
    #[arg(long, value_name = "TEXT")]
    pub wrong: String,
    /// What is right
    #[arg(long, value_name = "TEXT")]
    pub right: String,
}

/// `brief send`
#[derive(Args)]
pub struct Send {
    /// Date or id of the brief
    #[arg(value_name = "DATE|ID")]
    pub brief: Option<String>,
    /// Only say who would get what, by which way, with warnings
    #[arg(long)]
    pub dry_run: bool,
    /// Only by this [[deliver]] entry
    #[arg(long, value_name = "ENTRY")]
    pub to: Option<String>,
    /// Try now what waits for its time or was given up
    #[arg(long)]
    pub retry: bool,
}

/// `schedule`
#[derive(Args)]
pub struct Schedule {
    /// Pipeline file; `--pipeline` does the same
    #[arg(value_name = "PIPELINE")]
    pub file: Option<PathBuf>,
}
