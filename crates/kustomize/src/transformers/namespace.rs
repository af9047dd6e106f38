//! `namespace`: the namespace of objects, and of what refers to namespaces by configuration.

use object::Value;

use super::{Boxed, Context, Transformer, field_specs, read_config};
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing, set_scalar, wrong_kind};
use crate::resource::{Resource, mapping, scalar_text};
use crate::resources::Resources;

/// Which subjects of role bindings get the namespace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Those named `default`.
    NamedDefault,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    None,
}

/// Sets the namespace.
pub(crate) struct SetNamespace {
    pub namespace: String,
    pub specs: Vec<FieldSpec>,
    /// Only where there is none.
    pub unset_only: bool,
    pub subjects: Subjects,
}

impl Transformer for SetNamespace {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        if self.namespace.is_empty() {
            return Ok(());
        }
        resources.budget.spend_each(self.namespace.len(), resources.items().len())?;
        for resource in resources.items_mut() {
            resource.remember_id();
            self.set_all(resource)?;
        }
        resources.check_unique().map_err(|error| error.context("namespace transformation produces ID conflict"))
    }
}

impl SetNamespace {
    fn set_all(&self, resource: &mut Resource) -> Result<(), Error> {
        if !resource.is_cluster_scoped() {
            let metadata = resource.metadata_mut();
            self.set(metadata.entry("namespace").or_insert(Value::Null))?;
        }
        let is_binding = is_role_binding(resource.kind());
        if is_binding {
            self.set_subjects(&mut resource.value)?;
        }
        let has_core_version = resource.api_version() == "v1";
        for spec in &self.specs {
            let is_special = spec.path == "metadata/namespace"
                || (spec.path == "metadata/name" && !has_core_version)
                || (is_binding && is_role_binding(&spec.kind) && spec.path == "subjects/namespace");
            if !is_special {
                let visited = spec.visit(&mut resource.value, Missing::Scalar, &mut |value| self.set(value));
                visited.map_err(|error| error.context("namespace transformation failed"))?;
            }
        }
        Ok(())
    }

    fn set(&self, value: &mut Value) -> Result<(), Error> {
        if self.unset_only && !scalar_text(value).is_empty() {
            return Ok(());
        }
        set_scalar(value, self.namespace.as_str().into())
    }

    fn set_subjects(&self, object: &mut Value) -> Result<(), Error> {
        let (field, wanted) = match self.subjects {
            Subjects::None => return Ok(()),
            Subjects::NamedDefault => ("name", "default"),
            Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
        };
        let subjects = match object.get_mut("subjects") {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Array(subjects)) => subjects,
            Some(other) => return Err(wrong_kind("SequenceNode", other)),
        };
        for subject in subjects {
            if subject.get(field).is_some_and(|value| scalar_text(value) == wanted) {
                self.set(mapping(subject).entry("namespace").or_insert(Value::Null))?;
            }
        }
        Ok(())
    }
}

fn is_role_binding(kind: &str) -> bool {
    kind == "RoleBinding" || kind == "ClusterRoleBinding"
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    let words = |mode: &str| match mode {
        "" | "defaultOnly" => Ok(Subjects::NamedDefault),
        "allServiceAccounts" => Ok(Subjects::ServiceAccounts),
        "none" => Ok(Subjects::None),
        other => Err(Error::build(format!(
            "invalid value \"{other}\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or \"allServiceAccounts\""
        ))
        .at_field("setRoleBindingSubjects")),
    };
    let namespace = config.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (specs, unset_only, mode) =
        read_config(config, |fields| (field_specs(fields), fields.flag("unsetOnly"), fields.text("setRoleBindingSubjects")))?;
    Ok(Box::new(SetNamespace { namespace, specs, unset_only, subjects: words(&mode)? }))
}
