//! Reads the mailboxes of the test peer: just enough IMAP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

pub struct Mailbox {
    stream: BufReader<TcpStream>,
    tag: u32,
}

impl Mailbox {
    /// Opens the inbox of a user.
    pub fn open(server: &str, user: &str) -> Self {
        let mut mailbox = Self { stream: BufReader::new(TcpStream::connect(server).unwrap()), tag: 0 };
        mailbox.line();
        mailbox.ask(&format!("LOGIN {user} test"));
        mailbox.ask("SELECT INBOX");
        mailbox
    }

    /// How many mails there are.
    pub fn count(&mut self) -> usize {
        let found = self.ask("SEARCH ALL");
        found.iter().find_map(|(line, _)| line.strip_prefix("* SEARCH")).unwrap_or_default().split_whitespace().count()
    }

    /// All mails of a name.
    pub fn named(&mut self, name: &str) -> Vec<Vec<u8>> {
        self.named_after(0, name)
    }

    fn named_after(&mut self, before: usize, name: &str) -> Vec<Vec<u8>> {
        self.ask("NOOP");
        let found = self.ask(&format!("SEARCH HEADER Message-ID \"{name}\""));
        let numbers: Vec<u32> = found
            .iter()
            .find_map(|(line, _)| line.strip_prefix("* SEARCH"))
            .unwrap_or_default()
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .filter(|number| *number as usize > before)
            .collect();
        numbers.into_iter().map(|number| self.fetch(number)).collect()
    }

    /// All mails of a name, once there are so many; the server may still be on its way with them.
    pub fn wait(&mut self, name: &str, count: usize) -> Vec<Vec<u8>> {
        self.wait_after(0, name, count)
    }

    /// The same without the first mails of the box, which were there before.
    pub fn wait_after(&mut self, before: usize, name: &str, count: usize) -> Vec<Vec<u8>> {
        let begun = Instant::now();
        loop {
            let mails = self.named_after(before, name);
            if mails.len() >= count || begun.elapsed() > Duration::from_secs(60) {
                return mails;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn fetch(&mut self, number: u32) -> Vec<u8> {
        self.ask(&format!("FETCH {number} BODY.PEEK[]")).into_iter().find_map(|(_, literal)| literal).expect("a mail")
    }

    /// The lines of an answer, each with the literal that followed it.
    fn ask(&mut self, command: &str) -> Vec<(String, Option<Vec<u8>>)> {
        self.tag += 1;
        let tag = format!("a{}", self.tag);
        self.stream.get_mut().write_all(format!("{tag} {command}\r\n").as_bytes()).unwrap();
        let mut lines = Vec::new();
        loop {
            let line = self.line();
            if let Some(end) = line.strip_prefix(&tag) {
                assert!(end.starts_with(" OK"), "{command}: {line}");
                return lines;
            }
            let length = line.strip_suffix('}').and_then(|line| line.rsplit_once('{')).map(|(_, length)| length);
            let literal = length.map(|length| {
                let mut bytes = vec![0; length.parse().unwrap()];
                self.stream.read_exact(&mut bytes).unwrap();
                bytes
            });
            lines.push((line, literal));
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.stream.read_line(&mut line).unwrap() > 0, "the mail server hung up");
        line.trim_end().to_owned()
    }
}
