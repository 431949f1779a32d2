//! A language model may propose, and nothing more: a server of ours answers as such models do.

use crate::room::{DAY, Room, root};
use model::BriefId;
use pipeline::{Desk, Silent};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// Answers each sentence with itself and its first piece of evidence; the second one asked about gets a figure of the
/// model's own.
fn model(asked: Arc<Mutex<Vec<String>>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head += &line;
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let user = body.pointer("/messages/1/content").and_then(|text| text.as_str()).unwrap().to_owned();
            let written = user.lines().nth(1).unwrap();
            let (sentence, stop) = written.strip_suffix('.').map_or((written, ""), |sentence| (sentence, "."));
            let number = user.split("\n[").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or("1");
            let mut asked = asked.lock().unwrap();
            let said = match asked.len() {
                1 => format!("{sentence} dan 999 orang [{number}]{stop}"),
                _ => format!("{sentence} [{number}]{stop}"),
            };
            asked.push(format!("{head}\n{user}"));
            let answer = serde_json::json!({
                "choices": [{"message": {"role": "assistant", "content": said}, "finish_reason": "stop"}]
            });
            let answer = answer.to_string();
            let mut stream = reader.into_inner();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            )
            .unwrap();
        }
    });
    address
}

#[test]
fn a_model_proposes_and_changes_nothing() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let address = model(asked.clone());
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "kunci-uji-rahasia").unwrap();
    let pipeline = folder.path().join("uji.toml");
    let sample = std::fs::read_to_string(root().join("pipelines/contoh.toml")).unwrap();
    let sample = sample.replace("path = \"contoh/", &format!("path = \"{}/pipelines/contoh/", root().display()));
    let named = format!(
        "{sample}\n[language_model]\nurl = \"http://{address}/v1/chat/completions\"\nmodel = \"uji\"\n\
         key = \"file:{}\"\nallow_private = [\"{address}\"]\n",
        key.display()
    );
    std::fs::write(&pipeline, named).unwrap();
    let desk = Desk::open(Some(&pipeline), None).unwrap();
    let options = desk.pipeline.as_ref().unwrap().language_model.clone().unwrap();

    let mut room = Room::sample();
    let settings = room.office.brief_named(None).unwrap();
    let brief = room.office.build_brief(&settings, DAY, None, &Silent).unwrap();
    let proposals = room.office.rephrase(&brief, &options).unwrap();

    let asked = asked.lock().unwrap();
    assert!(asked.len() > 5, "{} sentences were asked about", asked.len());
    assert!(asked.iter().all(|request| request.to_lowercase().contains("authorization: bearer kunci-uji-rahasia")));
    assert!(asked.iter().all(|request| !request.contains('@')), "no account leaves the house");
    // What only repeats the sentence is no proposal; what adds a figure is refused, and shown as refused.
    assert_eq!(proposals.len(), 1, "{proposals:?}");
    assert!(proposals[0].after.contains("999") && !proposals[0].objections.is_empty(), "{proposals:?}");
    assert!(!format!("{proposals:?}").contains("kunci-uji"), "the key is shown nowhere");
    let draft = room.office.draft(&BriefId(format!("harian-{DAY}"))).unwrap().unwrap().0;
    assert_eq!(draft, brief, "nothing is recorded");
}
