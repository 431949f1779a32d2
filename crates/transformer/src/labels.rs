//! A model's labels to the three polarities.
//!
//! `id2label` of `config.json` names the labels; `pesut.json` beside it may say what they mean:
//! `{"labels": {"LABEL_0": "positive", "LABEL_1": "neutral", "LABEL_2": "negative"}}`.

use crate::config::Config;
use crate::error::{OpenError, json_of};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// In the order of the scores.
const POLARITIES: [&str; 3] = ["negative", "neutral", "positive"];

/// Names that need no explanation. `LABEL_0` is "positive" in one published model and "negative" in the next, so that
/// nothing is guessed for it.
const KNOWN: [&[&str]; 3] =
    [&["negative", "negatif", "neg"], &["neutral", "netral", "neu"], &["positive", "positif", "pos"]];

const LABELS_MAX: usize = 64;

/// For every label of the model, which polarity it counts for.
#[derive(Debug)]
pub(crate) struct Labels(Vec<usize>);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meanings {
    labels: BTreeMap<String, String>,
}

impl Labels {
    pub(crate) fn read(folder: &Path, config: &Config) -> Result<Self, OpenError> {
        let path = folder.join("pesut.json");
        let (meanings, said_in) = match path.exists() {
            true => (json_of(&path, 1 << 16)?, path.as_path()),
            false => (Meanings::default(), config.path.as_path()),
        };
        Self::new(&config.id2label, &meanings.labels).map_err(|reason| OpenError::wrong(said_in, reason))
    }

    fn new(names: &BTreeMap<String, String>, meanings: &BTreeMap<String, String>) -> Result<Self, String> {
        if names.is_empty() || names.len() > LABELS_MAX {
            return Err(format!("id2label has {} labels; it must have 3 to {LABELS_MAX}", names.len()));
        }
        if let Some(unknown) = meanings.keys().find(|name| !names.values().any(|label| label == *name)) {
            let known: Vec<_> = names.values().map(String::as_str).collect();
            return Err(format!("label \"{unknown}\" is not in id2label; known: {}", known.join(", ")));
        }
        let mut polarities = Vec::with_capacity(names.len());
        for index in 0..names.len() {
            let label = names.get(&index.to_string()).ok_or_else(|| format!("id2label has no \"{index}\""))?;
            let meant = meanings.get(label).unwrap_or(label).to_lowercase();
            let polarity = KNOWN.iter().position(|known| known.contains(&meant.as_str())).ok_or_else(|| {
                format!(
                    "label \"{label}\" is none of negative, neutral, positive (negatif, netral, positif); \
                     say what it means in pesut.json beside config.json: {{\"labels\": {{\"{label}\": \"negative\", …}}}}"
                )
            })?;
            polarities.push(polarity);
        }
        match (0..3).find(|polarity| !polarities.contains(polarity)) {
            Some(missing) => {
                Err(format!("no label means \"{}\"; a second opinion needs all three", POLARITIES[missing]))
            }
            None => Ok(Self(polarities)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The softmax of the logits, labels of one polarity added up.
    pub(crate) fn scores(&self, logits: &[f32]) -> [f32; 3] {
        let mut shares = logits.to_vec();
        crate::bert::softmax(&mut shares);
        let mut scores = [0.0; 3];
        for (&polarity, share) in self.0.iter().zip(shares) {
            scores[polarity] += share;
        }
        // Weights are finite, sums of them may overflow: then the model has no opinion.
        if scores.iter().all(|score| score.is_finite()) { scores } else { [1.0 / 3.0; 3] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str], meanings: &[(&str, &str)]) -> Result<Vec<usize>, String> {
        let names = names.iter().enumerate().map(|(index, name)| (index.to_string(), (*name).to_owned())).collect();
        let meanings = meanings.iter().map(|(name, meant)| ((*name).to_owned(), (*meant).to_owned())).collect();
        Labels::new(&names, &meanings).map(|labels| labels.0)
    }

    #[test]
    fn labels_are_understood_or_refused() {
        assert_eq!(labels(&["Positive", "Neutral", "Negative"], &[]), Ok(vec![2, 1, 0]));
        assert_eq!(labels(&["negatif", "netral", "positif"], &[]), Ok(vec![0, 1, 2]));
        let swapped = [("LABEL_0", "positif"), ("LABEL_1", "netral"), ("LABEL_2", "negatif")];
        assert_eq!(labels(&["LABEL_0", "LABEL_1", "LABEL_2"], &swapped), Ok(vec![2, 1, 0]));
        let stars = [("1 star", "negative"), ("2 stars", "negative"), ("3 stars", "neutral"), ("4 stars", "positive")];
        assert_eq!(labels(&["1 star", "2 stars", "3 stars", "4 stars"], &stars), Ok(vec![0, 0, 1, 2]));
        for (names, meanings, reason) in [
            (&["LABEL_0", "LABEL_1", "LABEL_2"][..], &[][..], "label \"LABEL_0\" is none of"),
            (&["negative", "positive"], &[], "no label means \"neutral\""),
            (&["negative", "neutral", "positive"], &[("LABEL_0", "negative")], "label \"LABEL_0\" is not in id2label"),
            (
                &["sadness", "neutral", "joy"],
                &[("sadness", "bad"), ("joy", "positive")],
                "label \"sadness\" is none of",
            ),
            (&[], &[], "id2label has 0 labels"),
        ] {
            let refused = labels(names, meanings).expect_err(reason);
            assert!(refused.starts_with(reason), "{refused}");
        }
    }

    #[test]
    fn labels_of_one_polarity_are_added_up_and_overflow_is_no_opinion() {
        let labels = Labels(vec![0, 0, 1, 2]);
        let [negative, neutral, positive] = labels.scores(&[1.0, 1.0, 1.0, 1.0]);
        assert_eq!((negative, neutral, positive), (0.5, 0.25, 0.25));
        assert_eq!(labels.scores(&[f32::INFINITY, f32::INFINITY, 0.0, 0.0]), [1.0 / 3.0; 3]);
        assert_eq!(labels.scores(&[f32::NAN, 0.0, 0.0, 0.0]), [1.0 / 3.0; 3]);
    }
}
