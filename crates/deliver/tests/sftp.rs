//! The SFTP channel against a real OpenSSH server on loopback, started here with keys of its own.
#![allow(clippy::unwrap_used)]

use deliver::{BuildContext, CHANNELS, Channel, Fault, File, Message};
use model::DeliveryKey;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server; ended with the value.
struct Server {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
    user: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        for key in ["host", "user", "other_user", "other_host"] {
            let made =
                Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &at(key)]).status().unwrap();
            assert!(made.success());
        }
        fs::copy(at("user.pub"), at("authorized_keys")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\n\
             StrictModes no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n\
             Banner {}\n",
            at("host"),
            at("authorized_keys"),
            at("banner")
        );
        fs::write(at("sshd_config"), settings).unwrap();
        fs::write(at("banner"), "Permission denied (palsu)\n").unwrap();
        for (file, key) in [("known_hosts", "host.pub"), ("wrong_hosts", "other_host.pub")] {
            let key = fs::read_to_string(at(key)).unwrap();
            fs::write(at(file), format!("[127.0.0.1]:{port} {key}")).unwrap();
        }
        fs::write(at("no_hosts"), "").unwrap();
        fs::create_dir(at("masuk")).unwrap();
        if is_root() {
            // Where Debian's service has never run, the folder that the server locks itself into is missing.
            let _ = fs::create_dir_all("/run/sshd");
        }
        let child = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f", &at("sshd_config")])
            .stdout(Stdio::null())
            .stderr(fs::File::create(at("log")).unwrap())
            .spawn()
            .expect("openssh-server is installed by test.sh");
        let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap().trim().to_owned();
        let mut server = Self { child, folder, port, user };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            assert!(server.child.try_wait().unwrap().is_none(), "{}", server.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not listen: {}", server.log());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The channel's entry with some of its lines replaced.
    fn channel(&self, changes: &[(&str, &str)]) -> Box<dyn Channel> {
        let mut lines = vec![
            ("host", "127.0.0.1".to_owned()),
            ("user", self.user.clone()),
            ("path", self.path("masuk").display().to_string()),
            ("identity", "user".to_owned()),
            ("known_hosts", "known_hosts".to_owned()),
        ];
        for (name, value) in changes {
            lines.retain(|(known, _)| known != name);
            lines.push((name, (*value).to_owned()));
        }
        let mut entry: String = lines.iter().map(|(name, value)| format!("{name} = {value:?}\n")).collect();
        entry.push_str(&format!("port = {}\n", self.port));
        build(&entry, self.folder.path()).unwrap()
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn build(entry: &str, base: &Path) -> Result<Box<dyn Channel>, String> {
    let client = net::Client::new(net::Options::default()).unwrap();
    let kind = CHANNELS.iter().find(|known| known.name == "sftp").unwrap();
    (kind.build)(entry.parse().unwrap(), &BuildContext { base, client: &client })
}

fn brief(id: &str, name: &str, bytes: &[u8]) -> Message {
    let file = File { name: name.to_owned(), media_type: "application/pdf".to_owned(), bytes: bytes.into() };
    Message {
        id: id.to_owned(),
        subject: "s".to_owned(),
        text: "t".to_owned(),
        files: vec![file],
        ..Message::default()
    }
}

async fn send(channel: &dyn Channel, message: &Message, recipient: Option<&str>) -> Result<deliver::Receipt, Fault> {
    let recipient = recipient.map_or_else(|| channel.own_recipients().remove(0), str::to_owned);
    channel.check_recipient(&recipient).unwrap();
    channel.send(message, &DeliveryKey { message: message.id.clone(), channel: "k".to_owned(), recipient }).await
}

#[tokio::test]
async fn uploads_whole_files_and_the_same_again() {
    let server = Server::start();
    let channel = server.channel(&[]);
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|at| (at * 31) as u8).collect();
    // A name that would end the quotes or be read as an option or a pattern.
    let message = brief("harian-2026-11-20/1", "-rf \"$(reboot)\" *?[a]\\\nrm.pdf", &bytes);
    for _ in 0..2 {
        let receipt =
            send(channel.as_ref(), &message, None).await.unwrap_or_else(|fault| panic!("{fault}\n{}", server.log()));
        assert_eq!(fs::read(receipt.name.unwrap()).unwrap(), bytes);
    }
    send(channel.as_ref(), &message, Some("pimpinan/pagi")).await.unwrap();
    let day = server.path("masuk/2026-11-20");
    assert_eq!(fs::read_dir(&day).unwrap().count(), 1, "nothing half is left");
    assert_eq!(fs::read_dir(server.path("masuk/pimpinan/pagi/2026-11-20")).unwrap().count(), 1);
    assert!(!server.log().contains("error"), "{}", server.log());
}

#[tokio::test]
async fn a_server_that_is_not_the_known_one_gets_nothing() {
    let server = Server::start();
    for hosts in ["wrong_hosts", "no_hosts"] {
        let channel = server.channel(&[("known_hosts", hosts)]);
        let fault = send(channel.as_ref(), &brief("m", "a.pdf", b"x"), None).await.unwrap_err();
        assert!(matches!(&fault, Fault::Never { reason } if reason.contains("known_hosts")), "{hosts}: {fault:?}");
    }
    assert_eq!(fs::read_dir(server.path("masuk")).unwrap().count(), 0);
}

#[tokio::test]
async fn faults_say_what_to_do() {
    let server = Server::start();
    let message = brief("m", "a.pdf", b"x");
    let refused = send(server.channel(&[("identity", "other_user")]).as_ref(), &message, None).await.unwrap_err();
    assert!(matches!(&refused, Fault::Never { reason } if reason.contains("kunci publiknya")), "{refused:?}");
    let missing = server.channel(&[("path", "/tidak/ada")]);
    let missing = send(missing.as_ref(), &message, None).await.unwrap_err();
    assert!(matches!(&missing, Fault::Later { reason, .. } if reason.contains("tidak ada")), "{missing:?}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let entry = format!(
        "host = \"127.0.0.1\"\nport = {closed}\nuser = \"x\"\npath = \".\"\nidentity = \"user\"\nknown_hosts = \"known_hosts\""
    );
    let down = send(build(&entry, server.folder.path()).unwrap().as_ref(), &message, None).await.unwrap_err();
    assert!(matches!(&down, Fault::Later { reason, .. } if reason.contains("menolak sambungan")), "{down:?}");
    assert_eq!(server.channel(&[("identity", "tiada")]).warnings(&message, "").len(), 1);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left() {
    let server = Server::start();
    // Accepts, and never greets.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let entry = format!(
        "host = \"127.0.0.1\"\nport = {}\nuser = \"x\"\npath = \".\"\nidentity = \"user\"\nknown_hosts = \"known_hosts\"\n\
         timeout_seconds = 1",
        silent.local_addr().unwrap().port()
    );
    let channel = build(&entry, server.folder.path()).unwrap();
    let fault = send(channel.as_ref(), &brief("m", "a.pdf", b"x"), None).await.unwrap_err();
    assert!(matches!(fault, Fault::Unknown { .. }), "{fault:?}");
}

#[test]
fn nothing_becomes_an_option() {
    for wrong in
        ["host = \"-oProxyCommand=x\"", "user = \"-x\"", "host = \"a b\"", "path = \"a\\nrm b\"", "host = \"\""]
    {
        let name = wrong.split(' ').next().unwrap();
        let lines = ["host = \"h\"", "user = \"u\"", "path = \"p\"", "identity = \"i\"", "known_hosts = \"k\""];
        let kept: Vec<&str> = lines.into_iter().filter(|line| !line.starts_with(name)).chain([wrong]).collect();
        assert!(build(&kept.join("\n"), Path::new(".")).is_err(), "{wrong}");
    }
}
