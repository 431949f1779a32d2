//! `rephrase`: a language model of the office's own choice proposes other words for sentences of a draft.
//!
//! Off unless the pipeline names one. It is given masked sentences and nothing else, every proposal is checked word by
//! word against its evidence, and what passes is a proposal still: a person records it with `brief edit`, or does not.

use crate::definition::LanguageModelOptions;
use crate::{Error, Office};
use brief::rephrase;
use model::Brief;

/// A model's answer is a few sentences.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// Sentences asked about at most, one after the other.
const PARTS_MAX: usize = 40;

/// What the model proposes for one text.
#[derive(Debug)]
pub struct Proposal {
    /// Which text: a JSON pointer, as `brief edit` takes it.
    pub part: String,
    /// What the program wrote.
    pub before: String,
    /// What the model proposes, without its citations.
    pub after: String,
    /// Why it may not be used; empty where it may be proposed.
    pub objections: Vec<String>,
}

impl Office {
    /// Asks the model about the sentences of page one and of the analysis.
    ///
    /// # Errors
    /// The runtime or the network client cannot be started, the key is not where the pipeline says, or the model does
    /// not answer.
    pub fn rephrase(&self, brief: &Brief, model: &LanguageModelOptions) -> Result<Vec<Proposal>, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
        let client = net::Client::new(net::Options::default())?;
        let parts = parts(brief);
        let passages = parts.iter().filter_map(|part| rephrase::passage(brief, part)).take(PARTS_MAX);
        let mut proposals = Vec::new();
        for passage in passages {
            let prompt = rephrase::prompt(&passage);
            let mut request = net::Request {
                body: Some(net::Body::json(rephrase::request_body(&model.model, &prompt))),
                once: true,
                timeout: Some(std::time::Duration::from_secs(u64::from(model.timeout_seconds))),
                max_bytes: Some(ANSWER_BYTES_MAX),
                allow_private: model.allow_private.clone(),
                ..net::Request::new(model.url.clone())
            };
            if let Some(key) = &model.key {
                let key = key.read().map_err(|error| Error::LanguageModel(error.to_string()))?;
                request.secret_headers = vec![("authorization", net::Secret::new(format!("Bearer {}", key.reveal())))];
            }
            let answer = runtime.block_on(client.send(&request))?;
            if !answer.is_success() {
                return Err(Error::LanguageModel(format!("the model answered with status {}", answer.status)));
            }
            let proposed =
                rephrase::read_answer(&answer.body).map_err(|fault| Error::LanguageModel(fault.to_string()))?;
            let checked = rephrase::check(&passage.original, &proposed, &passage.evidence);
            let objections = checked.err().unwrap_or_default().iter().map(ToString::to_string).collect();
            let after = rephrase::without_citations(&proposed);
            if after != passage.original {
                proposals.push(Proposal { part: passage.part, before: passage.original, after, objections });
            }
        }
        Ok(proposals)
    }
}

/// Texts that a reader of page one sees, and the analysis.
fn parts(brief: &Brief) -> Vec<String> {
    let bluf = (0..brief.bluf.len()).map(|at| format!("/bluf/{at}/text"));
    let cards =
        brief.alerts.iter().enumerate().flat_map(|(card, alert)| {
            (0..alert.summary.len()).map(move |at| format!("/alerts/{card}/summary/{at}/text"))
        });
    let analysis = (0..brief.analysis.len()).map(|at| format!("/analysis/{at}/text"));
    bluf.chain(cards).chain(analysis).collect()
}
