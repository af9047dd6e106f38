//! A real OCI registry on loopback, and a way to push artifacts as the `flux` CLI does.
//!
//! The program is Debian's `docker-registry` (distribution). Where it is missing, starting gives an error that a test prints as
//! SKIPPED.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::git::free_port;

const PROGRAM: &str = "docker-registry";
const START_TIMEOUT: Duration = Duration::from_secs(10);
/// The login of a registry that asks for one.
pub const USER: &str = "tester";
/// Its password.
pub const PASSWORD: &str = "secret";
/// `USER:PASSWORD` as `htpasswd -B` writes it.
const HTPASSWD: &str = "tester:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Whether the registry asks for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody may read and write.
    Open,
    /// [`USER`] with [`PASSWORD`] may.
    Login,
}

/// A running registry. It ends when dropped.
pub struct Registry {
    /// `127.0.0.1:<port>`.
    pub host: String,
    access: Access,
    child: Child,
    _folder: TempDir,
}

/// A layer to push.
pub struct Layer {
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Registry {
    /// Starts an empty registry. Errors: the program is not installed.
    pub async fn start(access: Access) -> Result<Registry> {
        let program = find().with_context(|| format!("`{PROGRAM}` is not installed"))?;
        let folder = tempfile::tempdir()?;
        let host = format!("127.0.0.1:{}", free_port()?);
        fs::write(folder.path().join("htpasswd"), HTPASSWD)?;
        let config = folder.path().join("config.yml");
        fs::write(&config, configuration(&folder, &host, access))?;
        let mut command = Command::new(program);
        command.arg("serve").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let registry = Registry { host, access, child: command.spawn()?, _folder: folder };
        registry.wait().await?;
        Ok(registry)
    }

    /// Pushes an artifact and gives the digest of its manifest.
    pub async fn push(&self, repository: &str, tag: &str, layers: &[Layer], annotations: Value) -> Result<String> {
        let config = self.push_blob(repository, b"{}").await?;
        let mut descriptors = Vec::new();
        for layer in layers {
            let digest = self.push_blob(repository, &layer.bytes).await?;
            descriptors.push(json!({"mediaType": layer.media_type, "digest": digest, "size": layer.bytes.len()}));
        }
        let config = json!({"mediaType": "application/vnd.cncf.flux.config.v1+json", "digest": config, "size": 2});
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": descriptors, "annotations": annotations,
        });
        let bytes = serde_json::to_vec(&manifest)?;
        let url = format!("http://{}/v2/{repository}/manifests/{tag}", self.host);
        let request = self.login(Client::new().put(url)).header("content-type", MANIFEST);
        let response = request.body(bytes.clone()).send().await?;
        ensure!(response.status() == StatusCode::CREATED, "pushing the manifest: {}", response.status());
        Ok(digest(&bytes))
    }

    async fn push_blob(&self, repository: &str, bytes: &[u8]) -> Result<String> {
        let digest = digest(bytes);
        let start = self.login(Client::new().post(format!("http://{}/v2/{repository}/blobs/uploads/", self.host)));
        let started = start.header("content-length", 0).send().await?.error_for_status()?;
        let location = started.headers().get("location").context("an upload has a location")?.to_str()?;
        let mut url = reqwest::Url::parse(&format!("http://{}", self.host))?.join(location)?;
        url.query_pairs_mut().append_pair("digest", &digest);
        let request = self.login(Client::new().put(url)).header("content-type", "application/octet-stream");
        let response = request.body(bytes.to_vec()).send().await?;
        ensure!(response.status() == StatusCode::CREATED, "pushing a blob: {}", response.status());
        Ok(digest)
    }

    fn login(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match self.access {
            Access::Open => request,
            Access::Login => request.basic_auth(USER, Some(PASSWORD)),
        }
    }

    async fn wait(&self) -> Result<()> {
        let end = Instant::now() + START_TIMEOUT;
        while tokio::net::TcpStream::connect(&self.host).await.is_err() {
            ensure!(Instant::now() < end, "the registry did not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(PROGRAM)).find(|program| program.is_file())
}

fn configuration(folder: &TempDir, host: &str, access: Access) -> String {
    let folder = folder.path().display();
    let auth = match access {
        Access::Open => String::new(),
        Access::Login => format!("auth:\n  htpasswd:\n    realm: test\n    path: {folder}/htpasswd\n"),
    };
    format!("version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {folder}/data\nhttp:\n  addr: {host}\n{auth}")
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
