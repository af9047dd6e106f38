//! OpenSSH's server on loopback, with keys of its own.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tempfile::TempDir;

const SSHD: &str = "/usr/sbin/sshd";
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A running server. It ends when dropped.
pub struct SshServer {
    /// `ssh://<user>@127.0.0.1:<port>`; a repository's path follows.
    pub url: String,
    /// The server's line for `known_hosts`.
    pub known_hosts: String,
    child: Child,
    folder: TempDir,
}

/// A key pair.
pub struct SshKey {
    /// In OpenSSH's format.
    pub private: String,
    /// One line.
    pub public: String,
}

impl SshKey {
    /// A new key of a type such as `ed25519`, encrypted if the passphrase is not empty.
    pub fn generate(kind: &str, passphrase: &str) -> Result<SshKey> {
        let folder = tempfile::tempdir()?;
        super::run("ssh-keygen", &["-q", "-t", kind, "-N", passphrase, "-f", "key"], folder.path())?;
        let read = |name: &str| fs::read_to_string(folder.path().join(name));
        Ok(SshKey { private: read("key")?, public: read("key.pub")? })
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl SshServer {
    /// Starts a server that lets `key` in. Errors: `sshd` is not installed.
    pub fn start(key: &SshKey) -> Result<SshServer> {
        ensure!(Path::new(SSHD).exists(), "{SSHD} is not installed (Debian: openssh-server)");
        let folder = tempfile::tempdir()?;
        let host = SshKey::generate("ed25519", "")?;
        let port = super::free_port()?;
        fs::create_dir_all("/run/sshd")?;
        write_private(&folder.path().join("host"), &host.private)?;
        fs::write(folder.path().join("authorized"), &key.public)?;
        fs::write(folder.path().join("config"), config(folder.path(), port))?;
        let mut command = Command::new(SSHD);
        command.args(["-D", "-e", "-f"]).arg(folder.path().join("config")).stdin(Stdio::null());
        let log = fs::File::create(folder.path().join("log"))?;
        let child = command.stdout(Stdio::null()).stderr(log).spawn()?;
        let user = super::run("id", &["-un"], folder.path())?;
        let known_hosts = format!("[127.0.0.1]:{port} {}", host.public);
        let server = SshServer { url: format!("ssh://{user}@127.0.0.1:{port}"), known_hosts, child, folder };
        server.wait(port)?;
        Ok(server)
    }

    /// What the server printed, for tests that fail.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn wait(&self, port: u16) -> Result<()> {
        let end = Instant::now() + START_TIMEOUT;
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(Instant::now() < end, "sshd did not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

fn config(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\nPidFile none\n\
         StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
         AcceptEnv GIT_PROTOCOL\nLogLevel VERBOSE\n"
    )
}

fn write_private(path: &Path, content: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    Ok(file.write_all(content.as_bytes())?)
}
