//! Runs the built program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The folder with shared data, where there is one.
pub fn shared_data() -> Option<PathBuf> {
    let shared = std::env::var_os("PESUT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    Some(shared.join("data")).filter(|data| data.is_dir())
}

/// A folder for one test's data directory and files; removed at the end.
pub struct Desk {
    folder: tempfile::TempDir,
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The lines of standard output as JSON values.
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
    }
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The command with this desk's data directory, started in its folder, so that what it writes stays there.
    pub fn command(&self, arguments: &[&str]) -> Command {
        // `PESUT_BIN` runs the same tests against another build, such as the release one for many kills.
        let program = std::env::var_os("PESUT_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_pesut").into());
        let mut command = Command::new(program);
        command.args(arguments).args(["--data", self.path("data").to_str().unwrap()]);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    /// Runs and insists on success.
    pub fn ok(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "pesut {}: {}", arguments.join(" "), said.err);
        said
    }

    pub fn with_input(&self, arguments: &[&str], input: &[u8]) -> Said {
        use std::io::Write as _;
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        said(output)
    }
}

/// What a finished command said.
pub fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("output is UTF-8"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
