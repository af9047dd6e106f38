//! Sources of a case: files handed in directly, a Git server, a registry.

use anyhow::Context as _;
use api::GitRepositorySpec;
use artifact::{File, Tree};
use controllers::{Content, DIRECTORY_ANNOTATION, NewArtifact, publish};
use object::{Object, Value};
use runtime::Key;
use serde_json::json;

use super::{SOURCE, World};

impl World {
    /// Publishes files as the content of the case's source, as `sluice up` does with a directory.
    pub async fn publish(&self, files: &[(&str, &str)]) -> anyhow::Result<()> {
        let files = files.iter().map(|(path, text)| (*path, File::new(text.as_bytes().to_vec())));
        self.publish_tree(Tree::from_files(files)?).await
    }

    async fn publish_tree(&self, tree: Tree) -> anyhow::Result<()> {
        let running = &self.platform.as_ref().context("this case runs no controllers in process")?.running;
        let content = json!({
            "metadata": {"annotations": {DIRECTORY_ANNOTATION: "/acceptance"}},
            "spec": {"interval": "1h", "url": "https://localhost/acceptance"},
        });
        let repository = self.make("GitRepository", SOURCE, content).await?;
        let digest = artifact::pack(&tree).digest;
        let new = NewArtifact {
            file: format!("{}.tar.gz", digest.hex()),
            content: Content::Tree(tree),
            metadata: Default::default(),
            included: Vec::new(),
            revision: format!("latest@{digest}"),
            news: "stored artifact".into(),
        };
        let known = running.sources.sources.get("GitRepository", &Key::of(&repository));
        Ok(publish::<GitRepositorySpec>(&running.sources, known.as_deref().unwrap_or(&repository), new).await?)
    }

    /// Applies a GitRepository of the branch `main`; `spec` is laid over it.
    pub async fn git(&self, name: &str, url: &str, spec: Value) -> anyhow::Result<Object> {
        let mut whole = json!({"interval": "1h", "url": url, "ref": {"branch": "main"}});
        object::merge_patch(&mut whole, &spec);
        self.make("GitRepository", name, json!({"spec": whole})).await
    }

    /// Applies an OCIRepository of a registry without TLS; `spec` is laid over it.
    pub async fn oci(&self, name: &str, url: &str, spec: Value) -> anyhow::Result<Object> {
        let mut whole = json!({"interval": "1h", "url": url, "insecure": true});
        object::merge_patch(&mut whole, &spec);
        self.make("OCIRepository", name, json!({"spec": whole})).await
    }
}
