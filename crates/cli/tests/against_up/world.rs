//! A running `sluice up` over a folder of its own, and the commands asked of it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WAIT_MAX: Duration = Duration::from_secs(60);

/// What a command printed and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A platform that ends with the test.
pub struct World {
    folder: tempfile::TempDir,
    up: Child,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.up.kill();
        let _ = self.up.wait();
    }
}

impl World {
    /// Starts `sluice up` over these manifests and waits until they are applied.
    pub fn start(manifests: &str) -> World {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("fleet")).unwrap();
        std::fs::write(folder.path().join("fleet/all.yaml"), manifests).unwrap();
        let mut up = sluice(folder.path());
        let up = up.args(["up", "fleet"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let world = World { folder, up };
        world.wait_for("get ks flux-system", "True");
        world
    }

    /// Runs a command until it prints the text.
    pub fn wait_for(&self, arguments: &str, text: &str) {
        let deadline = Instant::now() + WAIT_MAX;
        while !self.run(arguments).stdout.contains(text) {
            assert!(Instant::now() < deadline, "`{arguments}` does not print {text:?}: {:?}", self.run(arguments));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// A folder with other manifests beside the one that is watched.
    pub fn folder(&self, name: &str, manifests: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("all.yaml"), manifests).unwrap();
        folder
    }

    /// Changes the manifests that are watched.
    pub fn change(&self, manifests: &str) {
        std::fs::write(self.folder.path().join("fleet/all.yaml"), manifests).unwrap();
    }

    /// Runs one command to its end. Digests in what it prints become `<digest>`.
    pub fn run(&self, arguments: &str) -> Ran {
        let output = sluice(self.folder.path()).args(arguments.split(' ')).output().unwrap();
        let text = |bytes: Vec<u8>| without_digests(&String::from_utf8(bytes).unwrap());
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The binary, with nothing of this machine's own cluster in its environment.
fn sluice(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.current_dir(folder).env("XDG_RUNTIME_DIR", folder).env_remove("KUBECONFIG").env_remove("FLUX_SYSTEM_NAMESPACE");
    command
}

fn without_digests(text: &str) -> String {
    let mut parts = text.split("sha256:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "sha256:<digest>" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
}
