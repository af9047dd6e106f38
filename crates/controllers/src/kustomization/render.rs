//! `render`: the artifact's files become the objects that are wanted. Pure, and so it runs beside everything else.

use std::collections::BTreeMap;

use api::{Kustomization, KustomizationSpec, SubstituteStrategy, reason};
use artifact::Tree;
use failure::{Code, Failure, Stage};
use object::Object;

use crate::Options;
use crate::tree_files::TreeFiles;

/// What a Kustomization makes of an artifact.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The objects, with owner labels.
    pub objects: Vec<Object>,
    /// The digest of the rendered result, as in `status.history`.
    pub digest: String,
    /// What their kinds do not know and was left out: a line for each object.
    pub left_out: Vec<String>,
}

/// Renders on a thread of its own, so that a large build keeps nobody waiting. A panic fails this object alone.
pub async fn render(
    tree: Tree,
    kustomization: &Kustomization,
    variables: &BTreeMap<String, String>,
    options: &Options,
) -> Result<Rendered, Failure> {
    let (spec, variables) = (build_spec(kustomization, options), variables.clone());
    let path = kustomization.spec.path.clone();
    let rendering = tokio::task::spawn_blocking(move || {
        let built = build::build(&TreeFiles(tree), &path, &spec, &variables).map_err(failure)?;
        Ok(Rendered { objects: checked(built.objects)?, digest: built.digest, left_out: built.left_out })
    });
    rendering.await.unwrap_or_else(|panic| {
        let message = format!("internal: rendering broke off: {panic}");
        Err(Failure::retry(Stage::Render, Code::Internal, reason::BUILD_FAILED, message))
    })
}

/// What a Kustomization says about its build.
pub fn build_spec(kustomization: &Kustomization, options: &Options) -> build::Spec {
    let spec = &kustomization.spec;
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let metadata = spec.common_metadata.clone().unwrap_or_default();
    build::Spec {
        name: kustomization.metadata.name.clone(),
        namespace: kustomization.metadata.namespace.clone(),
        target_namespace: text(&spec.target_namespace),
        name_prefix: text(&spec.name_prefix),
        name_suffix: text(&spec.name_suffix),
        patches: spec.patches.iter().map(patch).collect(),
        components: spec.components.clone(),
        ignore_missing_components: spec.ignore_missing_components,
        images: spec.images.iter().map(image).collect(),
        build_metadata: spec.build_metadata.iter().map(|option| option.as_str().to_owned()).collect(),
        common_labels: metadata.labels,
        common_annotations: metadata.annotations,
        substitute_strategy: strategy(spec),
        allows_unset_variables: !options.strict_substitution,
    }
}

fn strategy(spec: &KustomizationSpec) -> build::SubstituteStrategy {
    match spec.post_build.as_ref().and_then(|post_build| post_build.substitute_strategy) {
        Some(SubstituteStrategy::Always) => build::SubstituteStrategy::Always,
        _ => build::SubstituteStrategy::WithVariables,
    }
}

fn patch(patch: &api::Patch) -> build::Patch {
    let target = patch.target.as_ref().map(|target| serde_json::to_value(target).expect("a selector is plain data"));
    build::Patch { patch: patch.patch.clone(), target }
}

fn image(image: &api::Image) -> build::Image {
    build::Image {
        name: image.name.clone(),
        new_name: image.new_name.clone(),
        new_tag: image.new_tag.clone(),
        digest: image.digest.clone(),
    }
}

/// Objects that can be applied: each has a name, and no Secret holds ciphertext.
fn checked(objects: Vec<Object>) -> Result<Vec<Object>, Failure> {
    for object in &objects {
        if object.name().is_empty() {
            let message = format!("{} in the rendered result has no metadata.name", object.gvk());
            return Err(Failure::retry(Stage::Render, Code::InvalidObject, reason::BUILD_FAILED, message));
        }
        if build::is_encrypted(object) {
            let message = format!("{object} is SOPS encrypted, configuring decryption is required for this secret to be reconciled");
            return Err(Failure::retry(Stage::Render, Code::EncryptedSecret, reason::BUILD_FAILED, message));
        }
    }
    Ok(objects)
}

fn failure(error: build::Error) -> Failure {
    let (code, reason) = match &error {
        build::Error::PathNotFound { .. } => (Code::PathNotFound, reason::ARTIFACT_FAILED),
        build::Error::Manifest { .. } => (Code::InvalidYaml, reason::BUILD_FAILED),
        build::Error::Substitute { .. } => (Code::SubstitutionFailed, reason::BUILD_FAILED),
        build::Error::Limit { .. } => (Code::LimitExceeded, reason::BUILD_FAILED),
        _ => (Code::BuildFailed, reason::BUILD_FAILED),
    };
    Failure::retry(Stage::Render, code, reason, error.to_string())
}
