//! GitRepository: one reference of a Git repository.

use std::time::Duration;

use api::condition::{FETCH_FAILED, INCLUDE_UNAVAILABLE};
use api::{Artifact, GitRepository, GitRepositorySpec, GitRepositoryStatus, reason};
use failure::{Class, Code, Failure, Stage};
use object::Object;
use source::git::{self, GitAuth, GitReference, GitRequest};
use source::{Network, credentials};

use super::contract::{Content, Context, Fetched, NewArtifact, Source, source_status};
use super::credentials::secret_data;
use super::include;
use crate::referrers::Thing;
use crate::tree_files::filtered;

/// At most this many characters of a commit's subject are told.
const SUBJECT_CHARACTERS_MAX: usize = 50;

source_status!(GitRepositoryStatus);

impl Source for GitRepositorySpec {
    const NAME: &'static str = "gitrepository";
    const REVISION: &'static str = "revision";

    fn interval(&self) -> Duration {
        self.interval.get()
    }

    fn is_suspended(&self) -> bool {
        self.suspend
    }

    fn things(object: &Object) -> Vec<Thing> {
        include::things(object)
    }

    fn failure_condition(failure: &Failure) -> &'static str {
        if include::is_failure(failure) { INCLUDE_UNAVAILABLE } else { FETCH_FAILED }
    }

    async fn fetch(context: &Context, object: &GitRepository, current: Option<&Artifact>) -> Result<Fetched, Failure> {
        let request = request(context, object).await?;
        let included = include::artifacts(&context.sources, &object.metadata.namespace, &object.spec)?;
        let clients = context.sources.clients();
        if let Some(current) = current.filter(|_| has_same_content(&included, &object.status.included_artifacts)) {
            let head = git::head(clients, &request).await.map_err(failure)?;
            if current.has_revision(&head.revision) {
                return Ok(Fetched::Unchanged);
            }
        }
        let fetched = git::fetch(clients, &request).await.map_err(failure)?;
        let commit = fetched.revision.rsplit(':').next().unwrap_or_default().to_owned();
        let subject: String = fetched.commit.message.lines().next().unwrap_or_default().chars().take(SUBJECT_CHARACTERS_MAX).collect();
        let tree = include::copy(&context.sources, fetched.tree, &object.spec.include, &included).await?;
        Ok(Fetched::New(NewArtifact {
            file: format!("{commit}.tar.gz"),
            content: Content::Tree(filtered(tree, object.spec.ignore.as_deref())),
            news: format!("stored artifact for commit '{subject}'"),
            metadata: Default::default(),
            revision: fetched.revision,
            included,
        }))
    }

    fn is_observed(&self, status: &GitRepositoryStatus) -> bool {
        self.ignore == status.observed_ignore
            && self.include == status.observed_include
            && self.recurse_submodules == status.observed_recurse_submodules
            && self.sparse_checkout == status.observed_sparse_checkout
    }

    fn observe(&self, status: &mut GitRepositoryStatus, new: &NewArtifact) {
        status.included_artifacts = new.included.clone();
        status.observed_include = self.include.clone();
        status.observed_ignore = self.ignore.clone();
        status.observed_recurse_submodules = self.recurse_submodules;
        status.observed_sparse_checkout = self.sparse_checkout.clone();
    }
}

fn has_same_content(these: &[Artifact], those: &[Artifact]) -> bool {
    these.iter().map(|artifact| &artifact.digest).eq(those.iter().map(|artifact| &artifact.digest))
}

async fn request(context: &Context, object: &GitRepository) -> Result<GitRequest, Failure> {
    let (spec, namespace) = (&object.spec, object.metadata.namespace.as_str());
    if spec.verify.is_some() {
        let message = "spec.verify is not built yet, so nothing is fetched";
        return Err(Failure::stalled(Stage::Resolve, Code::FeatureDisabled, reason::GIT_OPERATION_FAILED, message));
    }
    let client = context.cluster.controller();
    let secret = secret_data(&client, namespace, spec.secret_ref.as_ref()).await?;
    let proxy = secret_data(&client, namespace, spec.proxy_secret_ref.as_ref()).await?;
    let auth = match &secret {
        None => GitAuth::Anonymous,
        Some(data) if spec.url.starts_with("ssh://") => credentials::git_ssh(data).map_err(failure)?,
        Some(data) => credentials::git_http(data).map_err(failure)?,
    };
    let reference = spec.r#ref.clone().unwrap_or_default();
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(GitRequest {
        url: spec.url.clone(),
        reference: GitReference {
            branch: text(reference.branch),
            tag: text(reference.tag),
            semver: text(reference.semver),
            name: text(reference.name),
            commit: text(reference.commit),
        },
        auth,
        network: Network {
            tls: secret.as_ref().map(credentials::tls).transpose().map_err(failure)?.unwrap_or_default(),
            proxy: proxy.as_ref().map(credentials::proxy).transpose().map_err(failure)?,
            insecure: false,
        },
        timeout: spec.timeout(),
        recurse_submodules: spec.recurse_submodules,
        sparse: spec.sparse_checkout.clone(),
        ..GitRequest::default()
    })
}

fn failure(error: source::Error) -> Failure {
    let class = if error.is_terminal() { Class::Stalled } else { Class::Retry };
    Failure { class, ..Failure::retry(Stage::Fetch, error.code(), error.git_reason(), error.to_string()) }
}
