//! A Git repository behind git's own HTTP server, which a case pushes to.

use std::path::PathBuf;

use tempfile::TempDir;
use testing::git::{HttpOptions, HttpServer, Repository};
use tokio::task::block_in_place;

/// Name of the repository under its server.
const NAME: &str = "app";

/// A repository and its server. Both end with the value.
pub struct Upstream {
    /// The repository, for what [`Upstream::push`] does not do.
    pub repository: Repository,
    root: TempDir,
    server: HttpServer,
}

impl Upstream {
    /// A repository whose first commit holds these files.
    pub async fn start(files: &[(&str, &str)]) -> anyhow::Result<Upstream> {
        let root = tempfile::tempdir()?;
        let repository = block_in_place(|| Repository::init(root.path(), NAME))?;
        let server = HttpServer::start(root.path(), HttpOptions::default()).await?;
        let upstream = Upstream { repository, root, server };
        upstream.push(files)?;
        Ok(upstream)
    }

    /// The address of the repository.
    pub fn url(&self) -> String {
        format!("{}/{NAME}", self.server.url)
    }

    /// Where the repository lies.
    pub fn folder(&self) -> PathBuf {
        self.root.path().join(NAME)
    }

    /// Commits exactly these files and gives the commit's hash.
    pub fn push(&self, files: &[(&str, &str)]) -> anyhow::Result<String> {
        self.commit(|repository| files.iter().try_for_each(|(path, text)| repository.write(path, text)))
    }

    /// Commits what `fill` puts into an empty work tree.
    pub fn commit(&self, fill: impl FnOnce(&Repository) -> anyhow::Result<()>) -> anyhow::Result<String> {
        block_in_place(|| {
            self.repository.git(&["rm", "-q", "-r", "-f", "--ignore-unmatch", "."])?;
            fill(&self.repository)?;
            self.repository.commit("change")
        })
    }

    /// Takes the repository away from its server.
    pub fn vanish(&self) -> anyhow::Result<()> {
        Ok(std::fs::rename(self.folder(), self.root.path().join("away"))?)
    }

    /// Puts it back.
    pub fn come_back(&self) -> anyhow::Result<()> {
        Ok(std::fs::rename(self.root.path().join("away"), self.folder())?)
    }
}
