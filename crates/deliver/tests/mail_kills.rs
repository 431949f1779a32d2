//! A sender that is killed a hundred times around DATA, at every step of it, and begins again each time: every recipient
//! gets the brief at least once, and once more only where the kill fell between the final dot and the record of the answer.
//!
//! A relay of the test sits between the sender and OpenSMTPD, sees every line, and sends SIGKILL when the planned place
//! is reached. The sender is this test itself, run again with the one test `sender_of_the_kills`, over a ledger in a file.
//!
//! Another sender is tried by `PESUT_KILLS_COMMAND`, a shell command that sends to all recipients that are still due and
//! ends with 0 when none is left. It finds the relay in `PESUT_KILLS_SERVER` (host:port, without encryption), the
//! recipients, one a line, in the file `PESUT_KILLS_RECIPIENTS`, and a folder of its own in `PESUT_KILLS_DIR`, which stays
//! the same through all runs.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod mailroom;

use deliver::{DispatchOptions, Fault, Ledger, Receipt, dispatch};
use jiff::Timestamp;
use mailroom::imap::Mailbox;
use mailroom::ledger::Memory;
use mailroom::{brief, key, peer, plain, unique};
use model::{DeliveryKey, DeliveryState};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const KILLS: usize = 100;

/// Where a kill falls, in the order of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// The greeting has come, nothing is said yet.
    Greeting,
    /// MAIL is said and not handed on.
    Mail,
    /// RCPT is said and answered, the answer not handed back.
    Rcpt,
    /// DATA is said and not handed on.
    Data,
    /// DATA is answered, the answer not handed back.
    DataAnswered,
    /// So many thousandths of the content are handed on.
    Within(u64),
    /// All is handed on but the last byte of the final dot.
    BeforeDot,
    /// The final dot is handed on; the server's answer meets nobody.
    Dot,
    /// The server has answered; the answer is not handed back.
    Answered,
    /// The answer is handed back. Whether the record of it was made is for the ledger to say.
    HandedBack,
    /// The sender goes on with something else: the record was made.
    Recorded,
}

const PLACES: [Place; 16] = [
    Place::Greeting,
    Place::Mail,
    Place::Rcpt,
    Place::Data,
    Place::DataAnswered,
    Place::Within(0),
    Place::Within(20),
    Place::Within(500),
    Place::Within(999),
    Place::BeforeDot,
    Place::Dot,
    Place::Dot,
    Place::Answered,
    Place::Answered,
    Place::HandedBack,
    Place::Recorded,
];

/// One mail as the relay saw it.
#[derive(Clone, Debug)]
struct Seen {
    recipient: String,
    name: String,
    /// The final dot went to the server.
    complete: bool,
    /// The server said that it has it.
    taken: bool,
    killed: Option<Place>,
}

/// Handles one run: the sender goes through the relay until it ends or is killed.
struct Relay<'a> {
    listener: &'a TcpListener,
    server: &'a str,
    /// Where and in which mail of the run, from 1; nowhere in the last runs.
    plan: Option<(Place, usize)>,
    mails: usize,
    seen: Vec<Seen>,
}

/// What ends a run of the relay: the sender was killed, or it is gone.
struct Over;

impl From<io::Error> for Over {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// Both sides of one connection.
struct Pair {
    client: BufReader<TcpStream>,
    server: BufReader<TcpStream>,
}

impl Pair {
    fn line(from: &mut BufReader<TcpStream>) -> Result<Vec<u8>, Over> {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line)? == 0 { Err(Over) } else { Ok(line) }
    }

    /// All lines of an answer.
    fn answer(&mut self) -> Result<Vec<u8>, Over> {
        let mut answer = Vec::new();
        loop {
            let line = Self::line(&mut self.server)?;
            answer.extend_from_slice(&line);
            if line.get(3) != Some(&b'-') {
                return Ok(answer);
            }
        }
    }

    fn tell_client(&mut self, bytes: &[u8]) -> Result<(), Over> {
        Ok(self.client.get_mut().write_all(bytes)?)
    }

    fn tell_server(&mut self, bytes: &[u8]) -> Result<(), Over> {
        Ok(self.server.get_mut().write_all(bytes)?)
    }
}

impl Relay<'_> {
    /// Serves the sender's connections; returns when it has ended by itself or was killed.
    fn run(&mut self, sender: &mut Child) -> std::process::ExitStatus {
        self.listener.set_nonblocking(true).unwrap();
        loop {
            match self.listener.accept() {
                Ok((client, _)) => {
                    client.set_nonblocking(false).unwrap();
                    let server = TcpStream::connect(self.server).unwrap();
                    for stream in [&client, &server] {
                        stream.set_nodelay(true).unwrap();
                    }
                    let mut pair = Pair { client: BufReader::new(client), server: BufReader::new(server) };
                    let _ = self.connection(&mut pair, sender);
                    let _ = pair.server.get_mut().shutdown(Shutdown::Both);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if let Some(status) = sender.try_wait().unwrap() {
                        return status;
                    }
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn connection(&mut self, pair: &mut Pair, sender: &mut Child) -> Result<(), Over> {
        let greeting = pair.answer()?;
        pair.tell_client(&greeting)?;
        if self.plan == Some((Place::Greeting, self.mails + 1)) {
            self.kill(sender)?;
        }
        let mut recipient = String::new();
        loop {
            let line = Pair::line(&mut pair.client)?;
            let said = String::from_utf8_lossy(&line).trim_end().to_owned();
            if said.starts_with("MAIL") {
                self.mails += 1;
                self.at(Place::Mail, sender)?;
            }
            if let Some(to) = said.strip_prefix("RCPT TO:<") {
                recipient = to.trim_end_matches('>').to_owned();
            }
            if said == "DATA" {
                self.at(Place::Data, sender)?;
            }
            pair.tell_server(&line)?;
            let answer = pair.answer()?;
            if said.starts_with("RCPT") {
                self.at(Place::Rcpt, sender)?;
            }
            if said == "DATA" {
                self.at(Place::DataAnswered, sender)?;
            }
            pair.tell_client(&answer)?;
            if said == "DATA" {
                assert!(answer.starts_with(b"354"), "{}", String::from_utf8_lossy(&answer));
                self.content(pair, &recipient, sender)?;
            }
        }
    }

    fn content(&mut self, pair: &mut Pair, recipient: &str, sender: &mut Child) -> Result<(), Over> {
        let mut content = Vec::new();
        while !content.ends_with(b"\r\n.\r\n") {
            content.extend(Pair::line(&mut pair.client)?);
        }
        let text = String::from_utf8_lossy(&content);
        let name = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
        self.seen.push(Seen { recipient: recipient.to_owned(), name, complete: false, taken: false, killed: None });
        if let Some((Place::Within(thousandths), mail)) = self.plan
            && mail == self.mails
        {
            pair.tell_server(&content[..(content.len() as u64 * thousandths / 1_000) as usize])?;
            self.kill(sender)?;
        }
        let (most, last) = content.split_at(content.len() - 1);
        pair.tell_server(most)?;
        self.at(Place::BeforeDot, sender)?;
        pair.tell_server(last)?;
        self.last().complete = true;
        self.at(Place::Dot, sender)?;
        let answer = pair.answer()?;
        self.last().taken = answer.starts_with(b"250");
        assert!(self.last().taken, "{}", String::from_utf8_lossy(&answer));
        self.at(Place::Answered, sender)?;
        pair.tell_client(&answer)?;
        self.at(Place::HandedBack, sender)?;
        if self.plan == Some((Place::Recorded, self.mails)) {
            // The next command of the same sender, or its end.
            let _ = pair.client.get_mut().peek(&mut [0]);
            self.kill(sender)?;
        }
        Ok(())
    }

    fn last(&mut self) -> &mut Seen {
        self.seen.last_mut().expect("a mail on its way")
    }

    fn at(&mut self, place: Place, sender: &mut Child) -> Result<(), Over> {
        if self.plan == Some((place, self.mails)) { self.kill(sender) } else { Ok(()) }
    }

    /// SIGKILL: nothing of the sender runs any more when this returns.
    fn kill(&mut self, sender: &mut Child) -> Result<(), Over> {
        let (place, _) = self.plan.take().expect("a plan");
        sender.kill().unwrap();
        sender.wait().unwrap();
        if place >= Place::Within(0)
            && let Some(seen) = self.seen.last_mut()
        {
            seen.killed = Some(place);
        }
        Err(Over)
    }
}

/// How the sender is started.
fn sender(folder: &Path, recipients: &Path, message: &str, server: &str) -> Command {
    let mut command = match std::env::var("PESUT_KILLS_COMMAND") {
        Ok(line) => {
            let mut command = Command::new("sh");
            command.arg("-c").arg(format!("exec {line}"));
            command
        }
        Err(_) => {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "sender_of_the_kills", "--ignored"]);
            command
        }
    };
    command.env("PESUT_KILLS_SERVER", server).env("PESUT_KILLS_DIR", folder).env("PESUT_KILLS_RECIPIENTS", recipients);
    command.env("PESUT_KILLS_MESSAGE", message).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

#[test]
fn a_hundred_kills_around_data() {
    let (Some(smtp), Some(imap)) = (peer("PESUT_TEST_SMTP"), peer("PESUT_TEST_SMTP_IMAP")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let recipients: Vec<String> = (301..=400).map(|number| format!("penerima-{number}@kantor.test")).collect();
    let list = folder.path().join("penerima.txt");
    std::fs::write(&list, recipients.join("\n")).unwrap();
    let message = unique("bunuh");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();

    // A real program names its mails the same in every run of this test, and the boxes may outlive one.
    let boxes: BTreeMap<String, usize> = recipients.iter().map(|to| (to.clone(), inbox(&imap, to).count())).collect();

    let mut seen: Vec<Seen> = Vec::new();
    let mut recorded: BTreeSet<String> = BTreeSet::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for run in 0.. {
        assert!(run < 2 * KILLS, "the sender never ends");
        // Every place in the first and in a later mail of a connection.
        let plan = (run < KILLS).then(|| (PLACES[run % PLACES.len()], 1 + run / PLACES.len() % 2));
        // The last recipients may be fewer than the plan wants; then the first mail has to do.
        let left = recipients.len() - recorded.len();
        let plan = plan.map(|(place, mail)| (place, if left < 4 || place == Place::Greeting { 1 } else { mail }));
        let mut relay = Relay { listener: &listener, server: &smtp, plan, mails: 0, seen: Vec::new() };
        let mut child = sender(folder.path(), &list, &message, &address).spawn().unwrap();
        let status = relay.run(&mut child);
        let is_killed = plan.is_some() && relay.plan.is_none();
        if let Some((place, _)) = plan.filter(|_| is_killed) {
            *places.entry(format!("{place:?}")).or_default() += 1;
        }
        // A disk that is full, say: then a mail may have left without a record of it, and nothing can be judged.
        assert!(is_killed || status.success(), "run {run} ended by itself, {status}: {}", logs(folder.path()));
        // What the relay saw is judged with what the ledger knew when the sender died.
        let known = std::env::var_os("PESUT_KILLS_COMMAND").is_none().then(|| FileLedger::open(folder.path()).unwrap());
        for mail in relay.seen {
            assert!(!recorded.contains(&mail.recipient), "{} had it on record: {mail:?}", mail.recipient);
            if mail.taken && matches!(mail.killed, None | Some(Place::Recorded)) {
                recorded.insert(mail.recipient.clone());
            }
            seen.push(mail);
        }
        if let Some(ledger) = known {
            for (key, delivery) in &ledger.memory.deliveries {
                if delivery.state == DeliveryState::Sent {
                    recorded.insert(key.recipient.clone());
                }
            }
        }
        if plan.is_none() && status.success() {
            break;
        }
    }
    assert_eq!(places.values().sum::<usize>(), KILLS, "every plan was carried out: {places:?}");
    judge(&seen, &boxes, &imap);
    eprintln!("kills by place: {places:?}; mails begun: {}", seen.len());
}

/// The end of what the sender wrote down, for whoever looks into a failure.
fn logs(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("pesut.log")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(20).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// Compares what the relay saw with what lies in the mailboxes.
fn judge(seen: &[Seen], boxes: &BTreeMap<String, usize>, imap: &str) {
    let mut repeated = 0;
    for (recipient, before) in boxes {
        let mails: Vec<&Seen> = seen.iter().filter(|mail| mail.recipient == *recipient).collect();
        let names: BTreeSet<&str> = mails.iter().map(|mail| mail.name.as_str()).collect();
        assert_eq!(names.len(), 1, "{recipient}: one name for all tries");
        let complete: Vec<&&Seen> = mails.iter().filter(|mail| mail.complete).collect();
        assert!(complete.last().is_some_and(|mail| mail.taken), "{recipient} has it: {mails:?}");
        for mail in &complete[..complete.len() - 1] {
            let lost = matches!(mail.killed, Some(Place::Dot | Place::Answered | Place::HandedBack));
            assert!(lost, "{recipient} got it again though nothing was lost: {mail:?}");
        }
        let taken = mails.iter().filter(|mail| mail.taken).count();
        let copies = inbox(imap, recipient).wait_after(*before, mails[0].name.trim(), taken);
        let (least, most) = (taken, complete.len());
        assert!((least..=most).contains(&copies.len()), "{recipient}: {} copies of {least} to {most}", copies.len());
        assert!(
            copies.iter().all(|copy| *copy_body(copy) == *copy_body(&copies[0])),
            "{recipient}: the same to the byte"
        );
        repeated += usize::from(copies.len() > 1);
    }
    assert!(repeated > 0, "the window was met: without a repeat this test proves nothing");
    eprintln!("{} recipients, {repeated} of them got it more than once", boxes.len());
}

fn inbox(imap: &str, recipient: &str) -> Mailbox {
    Mailbox::open(imap, recipient.split_once('@').unwrap().0)
}

/// A mail from our first header on: servers put theirs before.
fn copy_body(mail: &[u8]) -> &[u8] {
    let at = mail.windows(6).position(|window| window == b"From: ").unwrap();
    &mail[at..]
}

/// A ledger in a file, a line a change, each on the disk before it counts.
struct FileLedger {
    memory: Memory,
    file: File,
}

impl FileLedger {
    fn path(folder: &Path) -> PathBuf {
        folder.join("buku.txt")
    }

    /// Reads what is there; a last line without its end was never written.
    fn open(folder: &Path) -> io::Result<Self> {
        let mut file = File::options().create(true).append(true).read(true).open(Self::path(folder))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let list = std::fs::read_to_string(folder.join("penerima.txt"))?;
        let mut ledger = Self { memory: Memory::default(), file };
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let [state, message, recipient] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
            if ledger.memory.deliveries.is_empty() {
                ledger.memory = Memory::of(list.lines().map(|to| key(message, to)));
            }
            ledger.memory.at(&key(message, recipient)).state = match state {
                "sent" => DeliveryState::Sent,
                "sending" => DeliveryState::Sending,
                _ => DeliveryState::Pending,
            };
        }
        Ok(ledger)
    }

    fn write(&mut self, state: &str, key: &DeliveryKey) -> io::Result<()> {
        // In one call, so that no kill leaves half a line.
        self.file.write_all(format!("{state}\t{}\t{}\n", key.message, key.recipient).as_bytes())?;
        self.file.sync_all()
    }
}

impl Ledger for FileLedger {
    type Error = io::Error;

    fn begin(&mut self, key: &DeliveryKey, receipt: Option<&str>, now: Timestamp) -> io::Result<bool> {
        let may = self.memory.begin(key, receipt, now).unwrap();
        if may {
            self.write("sending", key)?;
        }
        Ok(may)
    }

    fn sent(&mut self, key: &DeliveryKey, receipt: &Receipt, now: Timestamp) -> io::Result<()> {
        self.write("sent", key)?;
        self.memory.sent(key, receipt, now).unwrap();
        Ok(())
    }

    fn failed(&mut self, key: &DeliveryKey, fault: &Fault, next: Option<Timestamp>, now: Timestamp) -> io::Result<()> {
        self.write("pending", key)?;
        self.memory.failed(key, fault, next, now).unwrap();
        Ok(())
    }
}

/// The sender that the other test kills; its exit code says whether everything is sent.
#[tokio::test]
#[ignore = "run by the test that kills it"]
async fn sender_of_the_kills() {
    let Some(folder) = std::env::var_os("PESUT_KILLS_DIR").map(PathBuf::from) else { return };
    let (server, message) =
        (std::env::var("PESUT_KILLS_SERVER").unwrap(), std::env::var("PESUT_KILLS_MESSAGE").unwrap());
    let mut ledger = FileLedger::open(&folder).unwrap();
    if ledger.memory.deliveries.is_empty() {
        let list = std::fs::read_to_string(folder.join("penerima.txt")).unwrap();
        ledger.memory = Memory::of(list.lines().map(|to| key(&message, to)));
    }
    let due = ledger.memory.all();
    let message = brief(&message, "Ringkasan pagi – sampai walau mati");
    let options = DispatchOptions::default();
    dispatch(&*plain(&server), &message, &due, &mut ledger, &options, &Timestamp::now).await.unwrap();
    let all_sent = ledger.memory.all().iter().all(|delivery| delivery.state == DeliveryState::Sent);
    assert!(all_sent, "some are left");
}
