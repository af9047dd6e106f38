//! `replicas`: the replica count of workloads by name.

use object::Value;

use super::{Boxed, Context, Transformer, field_specs, read_config};
use crate::error::Error;
use crate::field_spec::{FieldSpec, Missing, set_scalar};
use crate::kustomization::{Replica, read_replica};
use crate::resources::Resources;

/// Sets one replica count.
pub(crate) struct SetReplicas {
    pub replica: Replica,
    pub specs: Vec<FieldSpec>,
}

impl Transformer for SetReplicas {
    fn transform(&self, resources: &mut Resources) -> Result<(), Error> {
        let mut found = false;
        for spec in &self.specs {
            for at in resources.with_any_id(|id| id.name == self.replica.name.as_str() && id.gvk.is_selected_by(spec.gvk())) {
                found = true;
                let object = &mut resources.items_mut()[at].value;
                spec.visit(object, Missing::Scalar, &mut |value| set_scalar(value, self.replica.count.into()))?;
            }
        }
        if found { Ok(()) } else { Err(self.nobody()) }
    }
}

impl SetReplicas {
    fn nobody(&self) -> Error {
        let kinds: Vec<String> = self.specs.iter().map(|spec| spec.gvk().to_string()).collect();
        let name = &self.replica.name;
        Error::build(format!("resource with name {name} does not match a config with the following GVK [{}]", kinds.join(" ")))
            .at_field("replicas")
            .hint(format!("no workload is called `{name}`: check the name (the original one, without prefix or suffix, works too)"))
    }
}

/// Makes the transformer from a configuration object.
pub(super) fn from_config(config: &Value, _: &Context<'_>) -> Result<Boxed, Error> {
    let set = read_config(config, |fields| SetReplicas {
        replica: fields.part("replica", read_replica).unwrap_or_default(),
        specs: field_specs(fields),
    })?;
    Ok(Box::new(set))
}
