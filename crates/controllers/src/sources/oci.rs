//! OCIRepository: one artifact of a registry.

use std::time::Duration;

use api::{Artifact, LayerOperation, OCIRepository, OCIRepositorySpec, OCIRepositoryStatus, reason};
use failure::{Class, Code, Failure, Stage};
use source::oci::{self, DockerConfig, LayerSelector, OciReference, OciRequest, Operation};
use source::{Network, credentials};

use super::contract::{Content, Context, Fetched, NewArtifact, Source, source_status};
use super::credentials::secret_data;
use crate::tree_files::filtered;

source_status!(OCIRepositoryStatus);

impl Source for OCIRepositorySpec {
    const NAME: &'static str = "ocirepository";
    const REVISION: &'static str = "digest";

    fn interval(&self) -> Duration {
        self.interval.get()
    }

    fn is_suspended(&self) -> bool {
        self.suspend
    }

    async fn fetch(context: &Context, object: &OCIRepository, current: Option<&Artifact>) -> Result<Fetched, Failure> {
        let request = request(context, object).await?;
        let clients = context.sources.clients();
        let resolved = oci::resolve(clients, &request).await.map_err(failure)?;
        if current.is_some_and(|current| current.has_revision(resolved.revision())) {
            return Ok(Fetched::Unchanged);
        }
        let pulled = oci::pull(clients, &request, &resolved).await.map_err(failure)?;
        let content = match pulled.content {
            oci::Content::Tree(tree) => Content::Tree(filtered(tree, object.spec.ignore.as_deref())),
            oci::Content::Layer(bytes) => Content::Bytes(bytes),
        };
        let revision = resolved.revision().to_owned();
        Ok(Fetched::New(NewArtifact {
            file: format!("{}.tar.gz", resolved.digest()),
            content,
            news: format!("stored artifact with revision '{revision}' from '{}'", object.spec.url),
            metadata: pulled.metadata,
            revision,
            included: Vec::new(),
        }))
    }

    fn is_observed(&self, status: &OCIRepositoryStatus) -> bool {
        self.ignore == status.observed_ignore && self.layer_selector == status.observed_layer_selector
    }

    fn observe(&self, status: &mut OCIRepositoryStatus, _new: &NewArtifact) {
        status.observed_ignore = self.ignore.clone();
        status.observed_layer_selector = self.layer_selector.clone();
    }
}

async fn request(context: &Context, object: &OCIRepository) -> Result<OciRequest, Failure> {
    let (spec, namespace) = (&object.spec, object.metadata.namespace.as_str());
    if spec.verify.is_some() {
        let message = "spec.verify: signatures are not checked yet, so nothing is fetched";
        return Err(Failure::stalled(Stage::Resolve, Code::FeatureDisabled, reason::VERIFICATION_ERROR, message));
    }
    let client = context.cluster.controller();
    let login = secret_data(&client, namespace, spec.secret_ref.as_ref()).await?;
    let certificates = secret_data(&client, namespace, spec.cert_secret_ref.as_ref()).await?;
    let proxy = secret_data(&client, namespace, spec.proxy_secret_ref.as_ref()).await?;
    let reference = spec.r#ref.clone().unwrap_or_default();
    let selector = spec.layer_selector.clone().unwrap_or_default();
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(OciRequest {
        url: spec.url.clone(),
        reference: OciReference {
            digest: text(reference.digest),
            semver: text(reference.semver),
            semver_filter: text(reference.semver_filter),
            tag: text(reference.tag),
        },
        layer: LayerSelector {
            media_type: text(selector.media_type),
            operation: match selector.operation {
                Some(LayerOperation::Copy) => Operation::Copy,
                _ => Operation::Extract,
            },
        },
        logins: login.as_ref().map(DockerConfig::from_secret).transpose().map_err(failure)?.into_iter().collect(),
        network: Network {
            tls: certificates.as_ref().map(credentials::tls).transpose().map_err(failure)?.unwrap_or_default(),
            proxy: proxy.as_ref().map(credentials::proxy).transpose().map_err(failure)?,
            insecure: spec.insecure,
        },
        insecure: spec.insecure,
        timeout: spec.timeout(),
        ..OciRequest::default()
    })
}

fn failure(error: source::Error) -> Failure {
    let class = if error.is_terminal() { Class::Stalled } else { Class::Retry };
    Failure { class, ..Failure::retry(Stage::Fetch, error.code(), error.oci_reason(), error.to_string()) }
}
