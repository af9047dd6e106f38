//! `sluice run` as a process of its own, which a case may kill.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

/// Name of the program beside the tests; `SLUICE` names another.
const PROGRAM: &str = "sluice-under-test";
const PROGRAM_VARIABLE: &str = "SLUICE";
/// Longest time until it says that it is ready.
const START_WAIT_MAX: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// A running `sluice run`. Dropping it is a SIGKILL.
pub struct Sluice {
    child: Child,
}

impl Sluice {
    /// Starts it for one namespace and waits until it is ready.
    pub async fn start(kubeconfig: &Path, namespace: &str, storage: &Path) -> anyhow::Result<Sluice> {
        Sluice::start_with(kubeconfig, namespace, storage, "error", Stdio::inherit()).await
    }

    /// The same, with everything that it can log in a file.
    pub async fn start_with_log(kubeconfig: &Path, namespace: &str, storage: &Path, log: &Path) -> anyhow::Result<Sluice> {
        Sluice::start_with(kubeconfig, namespace, storage, "trace", File::create(log)?.into()).await
    }

    async fn start_with(kubeconfig: &Path, namespace: &str, storage: &Path, level: &str, log: Stdio) -> anyhow::Result<Sluice> {
        let program = program()?;
        let health = free_address()?;
        let mut command = Command::new(&program);
        command.arg("run").arg("--kubeconfig").arg(kubeconfig).arg("--storage-path").arg(storage);
        command.args(["--metrics-addr", &free_address()?, "--storage-addr", &free_address()?, "--health-addr", &health]);
        command.args(["--max-retry-delay", "2s", "--concurrent-ssa", "1", "--log-level", level]);
        command.arg("--watch-all-namespaces=false").env("RUNTIME_NAMESPACE", namespace);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let mut sluice = Sluice { child: child.with_context(|| format!("cannot start {}", program.display()))? };
        sluice.wait_until_ready(&format!("http://{health}/readyz")).await?;
        Ok(sluice)
    }

    /// Ends it at once, without a chance to tidy up.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    async fn wait_until_ready(&mut self, url: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        while !reqwest::get(url).await.is_ok_and(|response| response.status().is_success()) {
            let ended = self.child.try_wait()?;
            ensure!(ended.is_none(), "`sluice run` ended with {ended:?}");
            ensure!(begin.elapsed() < START_WAIT_MAX, "`sluice run` was not ready after {START_WAIT_MAX:?}");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

impl Drop for Sluice {
    fn drop(&mut self) {
        // One that ended already cannot be killed, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Tests lie one folder below the programs of their package.
fn program() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os(PROGRAM_VARIABLE) {
        return Ok(path.into());
    }
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).context("the test lies in a folder")?;
    Ok(folder.join(PROGRAM))
}

fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
