//! A real Kubernetes control plane for tests: etcd, kube-apiserver and the controllers, in one process built from `testing/kube`.
//!
//! Refuses to be: a cluster. Nothing schedules or runs a pod. The binary is built once with Go and kept outside the clone; where
//! that is impossible a caller gets [`Unavailable`] with the reason, prints it and counts its test as skipped.
//! Calls block: inside an async test wrap them in `spawn_blocking`.

use ::kube::config::{KubeConfigOptions, Kubeconfig};
use ::kube::{Client, Config};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// Version of Kubernetes that is built; charts and clients ask the server for it.
const VERSION: &str = "1.36.3";
/// Environment variable that names the folder for built binaries.
const CACHE_VARIABLE: &str = "SLUICE_KUBE_CACHE";
/// Files in `testing/kube` that the binary is made from.
const SOURCES: [&str; 5] = ["files.go", "go.mod", "go.sum", "main.go", "parts.go"];
/// Most bytes of a child's error output that an error quotes.
const TAIL_BYTES_MAX: usize = 2_000;

/// Why there is no real API server on this machine.
#[derive(Debug)]
pub struct Unavailable {
    /// What was tried and what came of it.
    pub why: String,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no real kube-apiserver: {}", self.why)
    }
}

impl std::error::Error for Unavailable {}

fn unavailable(what: impl fmt::Display, cause: impl fmt::Display) -> Unavailable {
    Unavailable { why: format!("{what}: {cause}") }
}

/// A running control plane with its own empty store. It ends, and its files go, when the value is dropped.
pub struct KubeApiServer {
    binary: PathBuf,
    folder: tempfile::TempDir,
    access: Access,
    process: Option<Process>,
}

/// How to reach the server; what the program prints when it serves.
#[derive(Clone, Debug, Deserialize)]
struct Access {
    url: String,
    token: String,
    ca: PathBuf,
    kubeconfig: PathBuf,
}

/// The child. It ends by itself when its standard input closes, so it does not outlive a killed test.
struct Process {
    child: Child,
    _input: ChildStdin,
}

impl KubeApiServer {
    /// Builds the program if need be, starts it and waits until the API server and the controllers work.
    ///
    /// Cost: minutes for the first build, 2 to 3 s for a start, about 300 MiB.
    /// Errors: Go is missing or too old, modules cannot be had, the program does not start.
    pub fn start() -> Result<KubeApiServer, Unavailable> {
        let binary = built()?;
        let folder = tempfile::tempdir().map_err(|error| unavailable("make a folder", error))?;
        let (process, access) = spawn(&binary, folder.path(), 0)?;
        Ok(KubeApiServer { binary, folder, access, process: Some(process) })
    }

    /// Starts it for a test; where that is impossible the test is skipped aloud, and under `CI=true` it fails.
    pub fn start_or_skip(test: &str) -> Option<KubeApiServer> {
        match KubeApiServer::start() {
            Ok(server) => Some(server),
            Err(error) if std::env::var("CI").is_ok_and(|value| value == "true") => panic!("{test}: {error}"),
            Err(error) => {
                eprintln!("SKIPPED: {test}: {error}");
                None
            }
        }
    }

    /// A client as the administrator.
    pub async fn client(&self) -> anyhow::Result<Client> {
        let kubeconfig = Kubeconfig::read_from(&self.access.kubeconfig)?;
        Ok(Client::try_from(Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?)?)
    }

    /// Address of the API server, `https://127.0.0.1:PORT`. It survives a restart.
    pub fn url(&self) -> &str {
        &self.access.url
    }

    /// Bearer token of an administrator.
    pub fn token(&self) -> &str {
        &self.access.token
    }

    /// PEM file with the certificate that the server's was signed with.
    pub fn ca(&self) -> &Path {
        &self.access.ca
    }

    /// Kubeconfig of the administrator, readable by its owner alone.
    pub fn kubeconfig(&self) -> &Path {
        &self.access.kubeconfig
    }

    /// Process id, none while it is killed.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.child.id())
    }

    /// Ends it at once, as a power cut would end an API server. What was written stays.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Ends it if need be and starts it again on the same store, address and token.
    pub fn restart(&mut self) -> Result<(), Unavailable> {
        self.kill();
        let (_, port) = self.access.url.rsplit_once(':').ok_or_else(|| unavailable("read the address", &self.access.url))?;
        let port = port.parse().map_err(|error| unavailable("read the port", error))?;
        let (process, _) = spawn(&self.binary, self.folder.path(), port)?;
        self.process = Some(process);
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A child that is gone already cannot be killed, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program and reads its one line.
fn spawn(binary: &Path, folder: &Path, port: u16) -> Result<(Process, Access), Unavailable> {
    let log = folder.join("log");
    let errors = File::options().create(true).append(true).open(&log).map_err(|error| unavailable(log.display(), error))?;
    let mut child = Command::new(binary)
        .arg("--data")
        .arg(folder)
        .args(["--port", &port.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .map_err(|error| unavailable(binary.display(), error))?;
    let input = child.stdin.take().expect("the child was given a pipe as its input");
    let output = child.stdout.take().expect("the child was given a pipe as its output");
    let process = Process { child, _input: input };
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).map_err(|error| unavailable("read its first line", error))?;
    let access =
        serde_json::from_str(&line).map_err(|_| unavailable("it ended before it served", tail(&fs::read(&log).unwrap_or_default())))?;
    Ok((process, access))
}

/// The path of the program, built from the sources as they are now.
///
/// Builders of several test processes take turns at a lock; who comes second finds the work done.
fn built() -> Result<PathBuf, Unavailable> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/kube");
    let cache = cache()?;
    let binary = cache.join(format!("kube-{}", fingerprint(&sources)?));
    fs::create_dir_all(&cache).map_err(|error| unavailable(cache.display(), error))?;
    let lock = File::create(cache.join("lock")).and_then(|file| file.lock().map(|()| file));
    let _lock = lock.map_err(|error| unavailable("lock the cache", error))?;
    if !binary.exists() {
        build(&sources, &binary)?;
    }
    Ok(binary)
}

fn cache() -> Result<PathBuf, Unavailable> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable(CACHE_VARIABLE)
        .or_else(|| Some(variable("XDG_CACHE_HOME")?.join("sluice/kube")))
        .or_else(|| Some(variable("HOME")?.join(".cache/sluice/kube")))
        .ok_or_else(|| unavailable("find a folder for the binary", format!("set {CACHE_VARIABLE}")))
}

/// First bytes of the digest over version and sources: another text is another binary.
fn fingerprint(sources: &Path) -> Result<String, Unavailable> {
    let mut digest = Sha256::new_with_prefix(VERSION);
    for name in SOURCES {
        let path = sources.join(name);
        digest.update(fs::read(&path).map_err(|error| unavailable(path.display(), error))?);
    }
    Ok(digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// Builds beside the final name and renames, so that a half-written binary is never found.
fn build(sources: &Path, binary: &Path) -> Result<(), Unavailable> {
    let partial = binary.with_extension("partial");
    eprintln!("building kube-apiserver {VERSION} for tests; minutes the first time, kept in {}", binary.display());
    let output = Command::new("go")
        .args(["build", "-buildvcs=false", "-ldflags", &flags(), "-o"])
        .arg(&partial)
        .arg(".")
        .current_dir(sources)
        .output();
    let output = output.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => unavailable("Go is not installed", "install Go 1.26 or later"),
        _ => unavailable("run go build", error),
    })?;
    if !output.status.success() {
        return Err(unavailable("go build failed", tail(&output.stderr)));
    }
    fs::rename(&partial, binary).map_err(|error| unavailable(binary.display(), error))
}

/// Linker flags: no symbols, and the version that the server reports.
fn flags() -> String {
    let mut parts = VERSION.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
    let set = |package: &str| format!(" -X {package}.gitVersion=v{VERSION} -X {package}.gitMajor={major} -X {package}.gitMinor={minor}");
    packages.iter().fold("-s -w".to_owned(), |flags, package| flags + &set(package))
}

/// The end of what a child said.
fn tail(output: &[u8]) -> String {
    let start = output.len().saturating_sub(TAIL_BYTES_MAX);
    String::from_utf8_lossy(&output[start..]).trim().to_owned()
}
