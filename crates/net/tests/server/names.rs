//! A name server of our own: invented names, scripted answers.

use net::{Found, Lookup};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// Answers in order, the last one again and again; a name that is not here does not exist.
#[derive(Clone, Default)]
pub struct Names {
    answers: Arc<Mutex<BTreeMap<String, VecDeque<Vec<IpAddr>>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    /// Adds a name with its answers, each a list of addresses separated by blanks.
    pub fn with(self, name: &str, answers: &[&str]) -> Self {
        let read = |answer: &&str| answer.split_whitespace().map(|address| address.parse().unwrap()).collect();
        self.answers.lock().unwrap().insert(name.to_owned(), answers.iter().map(read).collect());
        self
    }

    /// The names asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Lookup for Names {
    fn lookup(&self, name: String) -> Found {
        self.asked.lock().unwrap().push(name.clone());
        let mut answers = self.answers.lock().unwrap();
        let answer = match answers.get_mut(&name) {
            Some(answers) if answers.len() > 1 => Ok(answers.pop_front().unwrap()),
            Some(answers) => Ok(answers[0].clone()),
            // A name server that cannot be asked.
            None if name.starts_with("unreachable.") => Err(io::Error::other("no route to the name server")),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        Box::pin(std::future::ready(answer))
    }
}
