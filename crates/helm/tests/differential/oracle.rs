//! The real helm, built from its Go module once and kept outside the clone, answering over pipes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use object::Value;

/// The program: version of helm, and how often `testing/helm` changed since.
const NAME: &str = "helm-4.3.1-2";

/// The answer where helm did not survive the question: its stack or memory had no limit.
pub const DIED: &str = "helm died";

pub struct Oracle {
    program: PathBuf,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    values: tempfile::NamedTempFile,
}

impl Oracle {
    /// Builds and starts it; none where Go or its modules are not there, with a line that says so.
    pub fn start() -> Option<Oracle> {
        let Some(program) = build() else {
            eprintln!("SKIPPED: the real helm cannot be built here (needs Go and its module cache or proxy)");
            return None;
        };
        Some(Oracle::run(program))
    }

    fn run(program: PathBuf) -> Oracle {
        let mut process = Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (requests, answers) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Oracle { program, process, requests, answers, values: tempfile::NamedTempFile::new().unwrap() }
    }

    /// What `helm template` prints for a chart, or its refusal.
    pub fn template(&mut self, folder: &Path, values: &str) -> Result<String, String> {
        self.ask(folder, values, &["--kube-version".to_owned(), "v1.33.0".to_owned()])
    }

    /// As [`Self::template`], with further flags.
    pub fn ask(&mut self, folder: &Path, values: &str, flags: &[String]) -> Result<String, String> {
        std::fs::write(self.values.path(), values).unwrap();
        let (folder, values) = (folder.to_str().unwrap(), self.values.path().to_str().unwrap());
        let mut arguments = vec!["template", "r", folder, "-f", values, "--namespace", "test-ns"];
        arguments.extend(flags.iter().map(String::as_str));
        writeln!(self.requests, "{}", serde_json::json!({ "args": arguments })).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let Ok(answer) = serde_json::from_str::<Value>(&line) else {
            *self = Oracle::run(self.program.clone());
            return Err(DIED.into());
        };
        match answer["error"].as_str().unwrap() {
            "" => Ok(answer["output"].as_str().unwrap().to_owned()),
            error => Err(error.trim_end_matches("\n\nUse --debug flag to render out invalid YAML").to_owned()),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn build() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/helm");
    let folder = std::env::var_os("SLUICE_ORACLES").map_or_else(|| std::env::temp_dir().join("sluice-oracles"), PathBuf::from);
    std::fs::create_dir_all(&folder).ok()?;
    let program = folder.join(NAME);
    if program.exists() {
        return Some(program);
    }
    // Built beside its place and moved, so that two tests may build at once.
    let building = folder.join(format!("{NAME}.{}.{:?}", std::process::id(), std::thread::current().id()));
    let mut command = Command::new("go");
    let status = command.args(["build", "-o"]).arg(&building).arg(".").current_dir(source).stderr(Stdio::null()).status();
    status.ok().filter(std::process::ExitStatus::success)?;
    std::fs::rename(building, &program).ok()?;
    Some(program)
}
