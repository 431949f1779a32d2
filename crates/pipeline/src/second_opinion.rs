//! `[analyse.second_opinion]`: a model of the user's own is asked where the analyser is unsure of the sentiment.
//!
//! Documents are analysed by the [`Analyst`] and nowhere else, so that everything that is stored or printed had the same
//! opinions. The model itself is in the crate `transformer`; without the feature of that name the table is refused.

use analyse::Analyser;
use model::{Analysis, Document, Polarity, Problem, SentimentScores};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The table's name under `[analyse]`.
pub(crate) const NAME: &str = "second_opinion";

/// How the table is written; for the reference.
pub(crate) const EXAMPLE: &str = "[analyse.second_opinion]\nmodel = \"models/indobert\"\nthreshold = 0.7";

/// What `unsure` calls the sentiment.
const FIELD: &str = "sentiment";

/// The options of `[analyse.second_opinion]`, checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondOpinionOptions {
    /// Folder of the model; in a file it starts at the file's folder.
    pub model: PathBuf,
    /// The model's answer counts only where its own confidence reaches this.
    #[serde(default = "threshold")]
    pub threshold: f32,
}

fn threshold() -> f32 {
    0.7
}

impl SecondOpinionOptions {
    /// Reads the table and looks into the model's folder, but leaves the weights for when they are needed: a search
    /// with this pipeline must not wait for half a gigabyte.
    pub(crate) fn checked(value: toml::Value, base: &Path) -> Result<Self, String> {
        let mut options: Self = value.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        if !(0.0..1.0).contains(&options.threshold) {
            return Err(format!("threshold is {}; it must be at least 0 and below 1", options.threshold));
        }
        options.model = base.join(options.model);
        opinion::check(&options.model)?;
        Ok(options)
    }
}

/// Who is asked: gives the scores of a text (negative, neutral, positive), or says why it cannot.
pub(crate) trait Opinion: Send + Sync {
    /// The name beside its labels.
    fn name(&self) -> &'static str;

    /// The scores of one text; they add up to 1.
    fn scores(&self, text: &str) -> Result<[f32; 3], String>;
}

/// The analyser and, where the pipeline names a model, the second opinion.
pub(crate) struct Analyst {
    analyser: Analyser,
    second: Option<(Box<dyn Opinion>, f32)>,
}

impl Analyst {
    pub(crate) fn new(analyser: Analyser, options: Option<&SecondOpinionOptions>) -> Self {
        let second = options.map(|options| (opinion::of(&options.model), options.threshold));
        Self { analyser, second }
    }

    /// Analyses one document; on any number of threads the same document gets the same answer.
    pub(crate) fn analyse(&self, document: &Document) -> Analysis {
        let mut analysis = self.analyser.analyse(document);
        if let Some((opinion, threshold)) = &self.second {
            revise(opinion.as_ref(), *threshold, document, &mut analysis);
        }
        analysis
    }
}

/// Replaces an unsure sentiment where the other opinion is confident; scores are rounded as the analyser rounds its own.
/// The words that were found remain as evidence.
fn revise(opinion: &dyn Opinion, threshold: f32, document: &Document, analysis: &mut Analysis) {
    if !analysis.unsure.iter().any(|field| field == FIELD) {
        return;
    }
    let Some(sentiment) = &mut analysis.sentiment else { return };
    let scores = match opinion.scores(&document.full_text()) {
        Ok(scores) => scores,
        Err(reason) => {
            analysis.problems.push(Problem::new(NAME, reason));
            return;
        }
    };
    let [negative, _, positive] = scores.map(|score| (score * 1000.0).round() / 1000.0);
    let neutral = (((1.0 - negative - positive) * 1000.0).round() / 1000.0).max(0.0);
    let (label, confidence) =
        [(Polarity::Negative, negative), (Polarity::Neutral, neutral), (Polarity::Positive, positive)]
            .into_iter()
            .max_by(|left, right| left.1.total_cmp(&right.1))
            .expect("there are three");
    if confidence < threshold {
        return;
    }
    sentiment.label = label;
    sentiment.confidence = confidence;
    sentiment.scores = SentimentScores { negative, neutral, positive };
    sentiment.by = Some(opinion.name().to_owned());
    analysis.unsure.retain(|field| field != FIELD);
}

/// The model of the crate `transformer`, loaded when it is first asked.
#[cfg(feature = "transformer")]
mod opinion {
    use super::Opinion;
    use std::path::{Path, PathBuf};
    use std::sync::OnceLock;
    use transformer::{OpenError, Transformer};

    struct Model {
        folder: PathBuf,
        loaded: OnceLock<Result<Transformer, String>>,
    }

    impl Opinion for Model {
        fn name(&self) -> &'static str {
            "transformer"
        }

        fn scores(&self, text: &str) -> Result<[f32; 3], String> {
            let model = self.loaded.get_or_init(|| Transformer::open(&self.folder).map_err(chain));
            Ok(model.as_ref().map_err(Clone::clone)?.classify(&[text])[0])
        }
    }

    pub(super) fn of(folder: &Path) -> Box<dyn Opinion> {
        Box::new(Model { folder: folder.to_owned(), loaded: OnceLock::new() })
    }

    pub(super) fn check(folder: &Path) -> Result<(), String> {
        Transformer::check(folder).map_err(chain)
    }

    /// One line, as a refused definition has it.
    fn chain(error: OpenError) -> String {
        match std::error::Error::source(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        }
    }
}

/// Nobody to ask: the table is refused before anything runs.
#[cfg(not(feature = "transformer"))]
mod opinion {
    use super::Opinion;
    use std::path::Path;

    pub(super) fn of(_: &Path) -> Box<dyn Opinion> {
        unreachable!("without the feature no pipeline with a second opinion is read")
    }

    pub(super) fn check(_: &Path) -> Result<(), String> {
        Err("this build has no transformer; build one with: cargo build --release --features transformer".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Sentiment;

    /// Says the same of every text, and which texts it was asked about is seen by whether it fails.
    struct Always(Result<[f32; 3], &'static str>);

    impl Opinion for Always {
        fn name(&self) -> &'static str {
            "transformer"
        }

        fn scores(&self, text: &str) -> Result<[f32; 3], String> {
            assert_eq!(text, "Judul\nIsi", "title and text, as the analyser reads them");
            self.0.map_err(str::to_owned)
        }
    }

    /// What becomes of a neutral 0.4 with that opinion.
    fn revised(opinion: Result<[f32; 3], &'static str>, unsure: &[&str]) -> Analysis {
        let scores = SentimentScores { negative: 0.35, neutral: 0.4, positive: 0.25 };
        let evidence = vec![model::Span { start: 0, end: 5 }];
        let mut analysis = Analysis {
            sentiment: Some(Sentiment { label: Polarity::Neutral, confidence: 0.4, scores, evidence, by: None }),
            unsure: unsure.iter().map(|field| (*field).to_owned()).collect(),
            ..Analysis::default()
        };
        let document = Document { title: Some("Judul".into()), text: "Isi".into(), ..Document::default() };
        revise(&Always(opinion), 0.7, &document, &mut analysis);
        analysis
    }

    #[test]
    fn a_confident_opinion_replaces_an_unsure_sentiment() {
        let analysis = revised(Ok([0.9, 0.06, 0.04]), &["topics", "sentiment"]);
        let scores = SentimentScores { negative: 0.9, neutral: 0.06, positive: 0.04 };
        let evidence = vec![model::Span { start: 0, end: 5 }];
        let by = Some("transformer".to_owned());
        let expected = Sentiment { label: Polarity::Negative, confidence: 0.9, scores, evidence, by };
        assert_eq!(analysis.sentiment, Some(expected));
        assert_eq!(analysis.unsure, ["topics"]);
    }

    #[test]
    fn everything_else_stays_as_it_was() {
        let before = revised(Ok([1.0, 0.0, 0.0]), &["topics"]);
        assert_eq!(before.sentiment.as_ref().and_then(|sentiment| sentiment.by.clone()), None, "it was sure");
        let doubtful = revised(Ok([0.69, 0.2, 0.11]), &["sentiment"]);
        assert_eq!(doubtful.sentiment, before.sentiment);
        assert_eq!(doubtful.unsure, ["sentiment"]);
        let failed = revised(Err("the disk is gone"), &["sentiment"]);
        assert_eq!(failed.sentiment, before.sentiment);
        assert_eq!(failed.problems, [Problem::new(NAME, "the disk is gone")]);
    }

    #[test]
    fn wrong_options_are_refused() {
        for (options, reason) in [
            ("model = \"m\"\nthreshold = 1.5", "threshold is 1.5; it must be at least 0 and below 1"),
            ("threshold = 0.5", "missing field `model`"),
            ("model = \"m\"\nlabels = 3", "unknown field `labels`, expected `model` or `threshold`"),
        ] {
            let table: toml::Table = options.parse().expect("TOML");
            let refused = SecondOpinionOptions::checked(table.into(), Path::new("")).expect_err(reason);
            assert_eq!(refused.lines().next(), Some(reason));
        }
        EXAMPLE.parse::<toml::Table>().expect("the example is TOML");
    }

    #[cfg(not(feature = "transformer"))]
    #[test]
    fn a_build_without_it_says_which_build_has_it() {
        let text =
            "title = \"Uji\"\n\n[analyse.sentiment]\nunsure_below = 0.5\n\n[analyse.second_opinion]\nmodel = \"m\"\n";
        let refused = crate::Pipeline::parse(text, Path::new("uji.toml"), None).err().expect("refused").to_string();
        let expected = "uji.toml:6: second_opinion: this build has no transformer; build one with: cargo build --release --features transformer";
        assert_eq!(refused, expected);
    }
}
