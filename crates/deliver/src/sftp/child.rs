//! Runs a program with a script on its input, for as long as it may take, and hears what it complains about.

use crate::papers::Paper;
use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// What is kept of the words of a program.
const WORDS_BYTES_MAX: u64 = 16 << 10;
/// How often a running program is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// How it ended.
pub(super) enum Ended {
    Well,
    /// With these words.
    Badly(String),
    /// It took too long and was ended.
    Late,
}

/// Files for the program to read, in a folder that only this user can enter; gone with the value.
pub(super) struct Staging(PathBuf);

impl Staging {
    pub(super) fn new(papers: &[Paper]) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("pesut-sftp-{}-{count}", std::process::id()));
        // Left over from a process of the same number; never one of somebody else, which cannot be removed.
        let _ = fs::remove_dir_all(&folder);
        DirBuilder::new().mode(0o700).create(&folder)?;
        let staging = Self(folder);
        for (number, paper) in papers.iter().enumerate() {
            fs::write(staging.0.join(number.to_string()), &paper.bytes)?;
        }
        Ok(staging)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs it to its end.
pub(super) fn run(program: &str, arguments: &[String], script: &str, limit: Duration) -> io::Result<Ended> {
    let mut child = Command::new(program)
        .args(arguments)
        // Its words are read by `batch`, and are English so.
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let (input, errors) = (child.stdin.take(), child.stderr.take());
    let script = script.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that ended early does not read it; its words say why.
        let _ = input.map(|mut input| input.write_all(script.as_bytes()));
    });
    let reader = std::thread::spawn(move || {
        let (mut words, Some(mut errors)) = (Vec::new(), errors) else { return String::new() };
        let _ = errors.by_ref().take(WORDS_BYTES_MAX).read_to_end(&mut words);
        // Read on, so that it is not held up by a full pipe.
        let _ = io::copy(&mut errors, &mut io::sink());
        String::from_utf8_lossy(&words).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if start.elapsed() < limit => std::thread::sleep(PAUSE),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                // A grandchild may keep its words open: nobody waits for them.
                return Ok(Ended::Late);
            }
        }
    };
    let _ = writer.join();
    if status.success() {
        return Ok(Ended::Well);
    }
    Ok(Ended::Badly(reader.join().unwrap_or_default()))
}
