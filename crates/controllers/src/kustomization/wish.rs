//! `resolve`: the spec and everything it refers to, as one value.

use std::collections::BTreeMap;
use std::time::Duration;

use api::{Artifact, Kustomization, KustomizationSourceKind, ValuesKind, names, reason};
use cluster::{Client, Identity};
use failure::{Code, Failure, Stage};
use object::{Object, ObjectId, Value};
use runtime::Key;

use super::references::{self, dependency_key, source_key};
use super::{Context, remote};
use crate::sites::Site;
use crate::{kinds, passing};

/// What a pass is to bring about.
pub struct Wish {
    /// The artifact of the source.
    pub artifact: Artifact,
    /// Variables for substitution, later ones have won.
    pub variables: BTreeMap<String, String>,
    /// The cluster that the objects are applied to.
    pub site: Site,
    /// The client that acts there for the tenant.
    pub client: Client,
    /// How long a Job stays away that went when it was finished; nothing once something new is asked for.
    pub rest: Duration,
}

/// Reads what the spec refers to: source, dependencies, variables, identity.
pub async fn resolve(context: &Context, kustomization: &Kustomization, key: &Key) -> Result<Wish, Failure> {
    let (site, client) = tenant(context, kustomization, key).await?;
    let (source, artifact) = source(context, kustomization)?;
    dependencies(context, kustomization, &source, &artifact)?;
    // The tenant of another cluster is nobody here.
    let reader = if kustomization.spec.kube_config.is_some() { context.cluster.controller() } else { client.clone() };
    let variables = variables(&reader, kustomization).await?;
    let rest = passing::rest(kustomization, context.options.interval_jitter_percent);
    Ok(Wish { artifact, variables, site, client, rest })
}

/// The cluster that the spec asks for, and the client of the identity there.
pub async fn tenant(context: &Context, kustomization: &Kustomization, key: &Key) -> Result<(Site, Client), Failure> {
    let site = match &kustomization.spec.kube_config {
        Some(reference) => remote::site(context, &kustomization.metadata.namespace, reference, key).await?,
        None => {
            context.sites.leave(key);
            context.sites.home().clone()
        }
    };
    let identity = match account(context, kustomization) {
        None => Identity::Controller,
        Some(name) => Identity::service_account(&kustomization.metadata.namespace, name)
            .map_err(|error| Failure::stalled(Stage::Resolve, Code::InvalidSpec, reason::RECONCILIATION_FAILED, error.to_string()))?,
    };
    let client = site.cluster.as_identity(&identity);
    Ok((site, client))
}

/// The ServiceAccount that the Kustomization is carried out as, if it is not the controller itself.
pub fn account<'a>(context: &'a Context, kustomization: &'a Kustomization) -> Option<&'a str> {
    let named = Some(kustomization.spec.service_account_name.as_str()).filter(|name| !name.is_empty());
    named.or(context.options.default_service_account.as_deref())
}

fn source(context: &Context, kustomization: &Kustomization) -> Result<(ObjectId, Artifact), Failure> {
    let reference = &kustomization.spec.source_ref;
    let (kind, key) = (reference.kind.as_str(), source_key(kustomization));
    let (namespace, name) = (key.namespace.clone(), key.name.clone());
    let id = ObjectId { group: names::SOURCE_GROUP.into(), kind: kind.into(), namespace, name };
    if key.namespace != kustomization.metadata.namespace && context.options.no_cross_namespace_refs {
        let message = format!("can't access '{kind}/{key}', cross-namespace references have been blocked");
        return Err(Failure::stalled(Stage::Resolve, Code::AccessDenied, reason::ACCESS_DENIED, message));
    }
    if reference.kind == KustomizationSourceKind::ExternalArtifact && !context.options.external_artifacts {
        let message = "the feature gate ExternalArtifact is off";
        return Err(Failure::stalled(Stage::Resolve, Code::FeatureDisabled, reason::FEATURE_GATE_DISABLED, message));
    }
    let Some(found) = context.sources.get(kind, &key) else {
        let message = format!("{id} not found");
        return Err(Failure::retry(Stage::Resolve, Code::SourceNotFound, reason::ARTIFACT_FAILED, message));
    };
    let artifact = found.get("status.artifact").cloned().and_then(|artifact| serde_json::from_value(artifact).ok());
    let not_ready =
        || Failure::wait(Stage::Resolve, Code::SourceNotReady, reason::ARTIFACT_FAILED, format!("{id} is not ready, artifact not found"));
    Ok((id.clone(), artifact.ok_or_else(not_ready)?))
}

fn dependencies(context: &Context, kustomization: &Kustomization, source: &ObjectId, artifact: &Artifact) -> Result<(), Failure> {
    let wait = |code, message: String| Failure::wait(Stage::Resolve, code, reason::DEPENDENCY_NOT_READY, message);
    let own = Key::new(kustomization.metadata.namespace.as_str(), kustomization.metadata.name.as_str());
    if let Some(cycle) = context.referrers.cycle(references::KIND, &own) {
        let names: Vec<String> = cycle.iter().map(Key::to_string).collect();
        return Err(wait(Code::DependencyCycle, format!("dependencies form a cycle: {}", names.join(" -> "))));
    }
    for dependency in &kustomization.spec.depends_on {
        let key = dependency_key(kustomization, dependency);
        let object = context.kustomizations.get(&key);
        let Some((found, object)) = object.and_then(|object| Some((Kustomization::try_from(&*object).ok()?, object))) else {
            return Err(wait(Code::DependencyNotReady, format!("dependency '{key}' not found")));
        };
        let expression = dependency.ready_expr.as_str();
        let by_expression = match expression {
            "" => None,
            expression => unready_by_expression(context, expression, kustomization, &object)?,
        };
        let is_checked = expression.is_empty() || context.options.additive_dependency_check;
        let by_condition = || is_checked.then(|| unready(&found, kustomization, source, artifact)).flatten();
        if let Some(lack) = by_expression.or_else(by_condition) {
            return Err(wait(Code::DependencyNotReady, format!("dependency '{key}' is not ready: {lack}")));
        }
    }
    Ok(())
}

/// What the built-in check misses.
fn unready(found: &Kustomization, ours: &Kustomization, source: &ObjectId, artifact: &Artifact) -> Option<String> {
    let status = &found.status;
    if status.conditions.is_empty() || found.metadata.generation != status.observed_generation {
        return Some("it was not reconciled yet".into());
    }
    if !status.conditions.is_true(api::condition::READY) {
        return Some("its condition Ready is not True".into());
    }
    let (theirs, ours) = (&found.spec.source_ref, &ours.spec.source_ref);
    let namespace = if theirs.namespace.is_empty() { &found.metadata.namespace } else { &theirs.namespace };
    let same_source = theirs.kind == ours.kind && theirs.name == ours.name && *namespace == source.namespace;
    (same_source && !artifact.has_revision(&status.last_applied_revision))
        .then(|| format!("it has not applied revision {} yet", artifact.revision))
}

fn unready_by_expression(context: &Context, expression: &str, ours: &Kustomization, theirs: &Object) -> Result<Option<String>, Failure> {
    let invalid = |error: String| Failure::stalled(Stage::Resolve, Code::InvalidExpression, reason::INVALID_CEL_EXPRESSION, error);
    let own = context.kustomizations.get(&Key::new(ours.metadata.namespace.as_str(), ours.metadata.name.as_str()));
    let own = own.map_or_else(|| ours.to_value(), |object| (*object).clone().into_value());
    let ready = health::ReadyExpr::compile(expression).map_err(|error| invalid(error.to_string()))?;
    let is_ready = ready.is_ready(&own, &theirs.clone().into_value()).map_err(|error| invalid(error.to_string()))?;
    Ok((!is_ready).then(|| "readyExpr gives false".to_owned()))
}

/// Variables: `substituteFrom` in order, then `substitute`; the last one wins. Read as the tenant.
pub async fn variables(client: &Client, kustomization: &Kustomization) -> Result<BTreeMap<String, String>, Failure> {
    let mut variables = BTreeMap::new();
    let Some(post_build) = &kustomization.spec.post_build else { return Ok(variables) };
    let namespace = &kustomization.metadata.namespace;
    for reference in &post_build.substitute_from {
        let (resource, kind) = match reference.kind {
            ValuesKind::Secret => (kinds::secrets(), "Secret"),
            ValuesKind::ConfigMap => (kinds::config_maps(), "ConfigMap"),
        };
        let id = format!("{kind}/{namespace}/{}", reference.name);
        match client.find(&resource, namespace, &reference.name).await {
            Ok(Some(object)) => variables.extend(data(&object)),
            Ok(None) if reference.optional => {}
            Ok(None) => {
                let message = format!("substitute from '{id}' failed: not found");
                return Err(Failure::retry(Stage::Resolve, Code::ReferenceNotFound, reason::BUILD_FAILED, message));
            }
            Err(error) => {
                let (code, why) = apply::refusal(&error, client.identity());
                return Err(Failure::retry(Stage::Resolve, code, reason::BUILD_FAILED, format!("substitute from '{id}' failed: {why}")));
            }
        }
    }
    variables.extend(post_build.substitute.clone());
    Ok(variables.into_iter().map(|(name, value)| (name, value.replace('\n', ""))).collect())
}

fn data(object: &Object) -> impl Iterator<Item = (String, String)> + '_ {
    let is_secret = object.kind() == "Secret";
    let data = object.as_map().get("data").and_then(Value::as_object);
    data.into_iter().flatten().filter_map(move |(key, value)| {
        let text = value.as_str()?;
        let decoded = if is_secret { String::from_utf8(crate::secret::decode(text)?).ok()? } else { text.to_owned() };
        Some((key.clone(), decoded))
    })
}
