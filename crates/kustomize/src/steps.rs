//! The transformers that fields of a Kustomization ask for, in the reference's order.

use crate::config::{Config, List};
use crate::error::{Error, Errors};
use crate::kustomization::Kustomization;
use crate::transformers::affix::{Affix, End};
use crate::transformers::annotations::Texts;
use crate::transformers::images::SetImage;
use crate::transformers::labels;
use crate::transformers::namespace::{SetNamespace, Subjects};
use crate::transformers::patch::ApplyPatch;
use crate::transformers::patch_json6902::PatchJson;
use crate::transformers::patch_strategic_merge::MergePatches;
use crate::transformers::replacements::Replace;
use crate::transformers::replicas::SetReplicas;
use crate::transformers::{Boxed, Context, Transformer};

/// What records call a patch.
pub(crate) const PATCH: &str = "PatchTransformer";
/// What records call a patch of the older form.
pub(crate) const MERGE: &str = "PatchStrategicMergeTransformer";

/// A transformer that a field asks for.
pub(crate) struct FieldStep {
    pub transformer: Boxed,
    /// What records call it.
    pub kind: &'static str,
    /// The field, such as `patches[0]`.
    pub field: String,
}

/// All of them. Faults of different entries are reported together.
pub(crate) fn of_fields(kustomization: &Kustomization, config: &Config, context: &Context<'_>) -> Result<Vec<FieldStep>, Errors> {
    let mut steps = Steps::default();
    if !kustomization.patches_strategic_merge.is_empty() {
        let merge = MergePatches::new(&kustomization.patches_strategic_merge, context);
        steps.add(merge, MERGE, "patchesStrategicMerge".to_owned());
    }
    for (at, patch) in kustomization.patches.iter().enumerate() {
        steps.add(ApplyPatch::new(patch, context), PATCH, format!("patches[{at}]"));
    }
    renaming(kustomization, config, &mut steps);
    labelling(kustomization, config, &mut steps);
    for (at, patch) in kustomization.patches_json6902.iter().enumerate() {
        steps.add(PatchJson::new(patch, context), "PatchJson6902Transformer", format!("patchesJson6902[{at}]"));
    }
    for (at, replica) in kustomization.replicas.iter().enumerate() {
        let set = SetReplicas { replica: replica.clone(), specs: config.specs(List::Replicas) };
        steps.add(Ok(set), "ReplicaCountTransformer", format!("replicas[{at}]"));
    }
    for (at, image) in kustomization.images.iter().enumerate() {
        let set = SetImage { image: image.clone(), specs: config.specs(List::Images) };
        steps.add(Ok(set), "ImageTagTransformer", format!("images[{at}]"));
    }
    if !kustomization.replacements.is_empty() {
        steps.add(Replace::new(&kustomization.replacements, context), "ReplacementTransformer", "replacements".to_owned());
    }
    Errors::check(steps.faults).map(|()| steps.steps)
}

/// Namespace, prefix and suffix.
fn renaming(kustomization: &Kustomization, config: &Config, steps: &mut Steps) {
    if !kustomization.namespace.is_empty() {
        let set = SetNamespace {
            namespace: kustomization.namespace.clone(),
            specs: config.specs(List::Namespace),
            unset_only: false,
            subjects: Subjects::NamedDefault,
        };
        steps.add(Ok(set), "NamespaceTransformer", "namespace".to_owned());
    }
    for (end, text, list, kind, field) in [
        (End::Front, &kustomization.name_prefix, List::NamePrefix, "PrefixTransformer", "namePrefix"),
        (End::Back, &kustomization.name_suffix, List::NameSuffix, "SuffixTransformer", "nameSuffix"),
    ] {
        if !text.is_empty() {
            steps.add(Ok(Affix { end, text: text.clone(), specs: config.specs(list) }), kind, field.to_owned());
        }
    }
}

/// Labels and annotations.
fn labelling(kustomization: &Kustomization, config: &Config, steps: &mut Steps) {
    for (at, label) in kustomization.labels.iter().enumerate() {
        steps.add_boxed(labels::of_entry(label, config), "LabelTransformer", format!("labels[{at}]"));
    }
    if !kustomization.labels.is_empty() || !kustomization.common_labels.is_empty() {
        let texts = Texts { texts: kustomization.common_labels.clone(), specs: config.specs(List::CommonLabels) };
        steps.add(Ok(texts), "LabelTransformer", "commonLabels".to_owned());
    }
    if !kustomization.common_annotations.is_empty() {
        let texts = Texts { texts: kustomization.common_annotations.clone(), specs: config.specs(List::CommonAnnotations) };
        steps.add(Ok(texts), "AnnotationsTransformer", "commonAnnotations".to_owned());
    }
}

/// What was made so far, and what could not be made.
#[derive(Default)]
struct Steps {
    steps: Vec<FieldStep>,
    faults: Vec<Error>,
}

impl Steps {
    fn add<T: Transformer + 'static>(&mut self, made: Result<T, Error>, kind: &'static str, field: String) {
        self.add_boxed(made.map(|transformer| -> Boxed { Box::new(transformer) }), kind, field);
    }

    fn add_boxed(&mut self, made: Result<Boxed, Error>, kind: &'static str, field: String) {
        match made {
            Ok(transformer) => self.steps.push(FieldStep { transformer, kind, field }),
            Err(error) => self.faults.push(error.at_field(field)),
        }
    }
}
