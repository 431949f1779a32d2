//! The body of a request to an OpenAI-compatible `/v1/chat/completions`, and what its answer says.

use super::Prompt;
use serde_json::{Value, json};

/// The largest answer that is read.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// The longest proposal that is looked at; the check allows less.
const PROPOSAL_CHARS_MAX: usize = 4_000;
/// Words that a model may write; a paragraph of a brief has some 150.
const TOKENS_MAX: u32 = 800;

/// Why an answer holds no proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// It is larger than any proposal.
    TooLarge,
    /// It is not in the form of `/v1/chat/completions`.
    Form,
    /// The service says that it could not; its words, cut.
    Refused(String),
    /// The model was stopped before its end.
    Unfinished,
    /// The model said nothing.
    Empty,
}

impl std::fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge => f.write_str("jawaban model bahasa terlalu besar"),
            Self::Form => f.write_str("jawaban model bahasa tidak terbaca; periksa alamatnya (/v1/chat/completions)"),
            Self::Refused(words) => write!(f, "model bahasa menolak: \"{words}\""),
            Self::Unfinished => f.write_str("jawaban model bahasa terpotong"),
            Self::Empty => f.write_str("model bahasa tidak menjawab apa pun"),
        }
    }
}

impl std::error::Error for AnswerFault {}

/// The body of the request; the same prompt gives the same body.
pub fn request_body(model: &str, prompt: &Prompt) -> String {
    let body = json!({
        "model": model,
        "messages": [
            { "role": "system", "content": prompt.system },
            { "role": "user", "content": prompt.user },
        ],
        // The likeliest words only: nothing is to be invented.
        "temperature": 0,
        "max_tokens": TOKENS_MAX,
        "stream": false,
    });
    body.to_string()
}

/// What the model proposes; nothing is known of it but that it is text.
///
/// # Errors
/// There is no proposal.
pub fn read_answer(json: &[u8]) -> Result<String, AnswerFault> {
    if json.len() > ANSWER_BYTES_MAX {
        return Err(AnswerFault::TooLarge);
    }
    let answer: Value = serde_json::from_slice(json).map_err(|_| AnswerFault::Form)?;
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let words = error.get("message").unwrap_or(error).as_str().unwrap_or_default();
        let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        return Err(AnswerFault::Refused(words));
    }
    let choice = answer.pointer("/choices/0").ok_or(AnswerFault::Form)?;
    if choice.get("finish_reason").and_then(Value::as_str).is_some_and(|reason| reason != "stop") {
        return Err(AnswerFault::Unfinished);
    }
    let content = choice.pointer("/message/content").and_then(Value::as_str).ok_or(AnswerFault::Form)?;
    // Models that think aloud do so before they answer.
    let said = match content.trim_start().strip_prefix("<think>") {
        Some(thought) => thought.split_once("</think>").ok_or(AnswerFault::Unfinished)?.1,
        None => content,
    };
    match said.trim() {
        "" => Err(AnswerFault::Empty),
        said if said.chars().count() > PROPOSAL_CHARS_MAX => Err(AnswerFault::TooLarge),
        said => Ok(said.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content: &str, reason: &str) -> Result<String, AnswerFault> {
        let choice =
            json!({ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": reason });
        read_answer(json!({ "id": "x", "choices": [choice] }).to_string().as_bytes())
    }

    #[test]
    fn reads_what_was_said_and_nothing_else() {
        assert_eq!(answer(" Banjir naik [1].\n", "stop").as_deref(), Ok("Banjir naik [1]."));
        assert_eq!(answer("<think>\nhoaks?\n</think>\n\nBanjir naik [1].", "stop").as_deref(), Ok("Banjir naik [1]."));
        assert_eq!(answer("<think>tanpa akhir", "stop"), Err(AnswerFault::Unfinished));
        assert_eq!(answer("Banjir", "length"), Err(AnswerFault::Unfinished));
        assert_eq!(answer("  ", "stop"), Err(AnswerFault::Empty));
        assert_eq!(answer(&"x".repeat(5_000), "stop"), Err(AnswerFault::TooLarge));
        assert_eq!(read_answer(&vec![b' '; ANSWER_BYTES_MAX + 1]), Err(AnswerFault::TooLarge));
        assert_eq!(
            read_answer(br#"{"error":{"message":"no\nmodel"}}"#),
            Err(AnswerFault::Refused("no model".to_owned()))
        );
        for odd in ["", "null", "[]", "{}", r#"{"choices":[]}"#, r#"{"choices":[{"message":{"content":[1]}}]}"#] {
            assert_eq!(read_answer(odd.as_bytes()), Err(AnswerFault::Form), "{odd}");
        }
    }

    #[test]
    fn a_prompt_cannot_leave_its_place() {
        let prompt = Prompt { system: "s".to_owned(), user: "\"}],\"model\":\"lain".to_owned() };
        let body: Value = serde_json::from_str(&request_body("m", &prompt)).unwrap();
        assert_eq!((&body["model"], &body["messages"][1]["content"]), (&json!("m"), &json!(prompt.user)));
    }
}
