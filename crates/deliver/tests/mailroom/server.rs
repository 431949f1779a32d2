//! A mail server of ours on loopback, which answers as the test says.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does instead of the usual.
pub enum Does {
    Usual,
    Says(&'static str),
    HangsUp,
    Nothing,
}

/// Is asked with the number of the connection, from 1, and what was said: `GREETING`, a command, `CONTENT` when the first
/// bytes of a mail have come, `.` when it is complete.
type Answer = dyn Fn(usize, &str) -> Does + Send + Sync;

pub struct Server {
    pub address: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Clone, Default)]
pub struct Seen {
    pub connections: usize,
    pub commands: Vec<String>,
    /// Mails that were complete, as they came, and whether they were taken.
    pub mails: Vec<(Vec<u8>, bool)>,
}

impl Server {
    pub async fn start(answer: impl Fn(usize, &str) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (answer, seen): (Arc<Answer>, _) = (Arc::new(answer), Arc::new(Mutex::new(Seen::default())));
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut seen = shared.lock().unwrap();
                    seen.connections += 1;
                    seen.connections
                };
                tokio::spawn(serve(stream, number, answer.clone(), shared.clone()));
            }
        });
        Self { address, seen }
    }

    pub fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// Commands that begin with a word.
    pub fn count(&self, word: &str) -> usize {
        self.seen().commands.iter().filter(|command| command.starts_with(word)).count()
    }
}

async fn serve(stream: TcpStream, number: usize, answer: Arc<Answer>, seen: Arc<Mutex<Seen>>) {
    let mut stream = BufReader::new(stream);
    let mut line = "GREETING".to_owned();
    loop {
        let usual = usual(&line);
        let said = match answer(number, &line) {
            Does::Usual => usual,
            Does::Says(text) => text,
            Does::HangsUp => return,
            Does::Nothing => std::future::pending().await,
        };
        if stream.write_all(format!("{said}\r\n").as_bytes()).await.is_err() {
            return;
        }
        if line.starts_with("DATA") && said.starts_with("354") {
            if matches!(answer(number, "CONTENT"), Does::HangsUp) {
                let _ = stream.read_exact(&mut [0; 1_000]).await;
                return;
            }
            let Some(mail) = content(&mut stream).await else { return };
            // Asked twice for the dot: here to know, above to answer.
            let taken = match answer(number, ".") {
                Does::Usual => true,
                Does::Says(text) => text.starts_with('2'),
                Does::HangsUp | Does::Nothing => false,
            };
            seen.lock().unwrap().mails.push((mail, taken));
            line = ".".to_owned();
            continue;
        }
        line.clear();
        if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
            return;
        }
        line.truncate(line.trim_end().len());
        seen.lock().unwrap().commands.push(line.clone());
    }
}

fn usual(line: &str) -> &'static str {
    match line.split([' ', ':']).next().unwrap_or_default() {
        "GREETING" => "220 uji.test ESMTP",
        "EHLO" => "250-uji.test\r\n250-8BITMIME\r\n250 SIZE 99999999",
        "DATA" => "354 lanjut",
        "QUIT" => "221 sampai jumpa",
        _ => "250 2.0.0 baik",
    }
}

/// A mail up to its final dot, without the dots that were put before dots.
async fn content(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if !matches!(stream.read_until(b'\n', &mut line).await, Ok(1..)) {
            return None;
        }
        if line == b".\r\n" {
            return Some(mail);
        }
        let dots = usize::from(line.starts_with(b"."));
        mail.extend_from_slice(&line[dots..]);
    }
}
