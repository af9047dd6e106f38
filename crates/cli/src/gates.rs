//! Flux's feature gates, `Name=true,Other=false`: those that set an option, and those that ask for what is so already.

use anyhow::{Context as _, bail};
use controllers::Options;

/// About caches, logs and cancelled waits: whatever they say, there is nothing to switch.
const WITHOUT_EFFECT: [&str; 5] =
    ["CacheSecretsAndConfigMaps", "CancelHealthCheckOnNewRevision", "DirectSourceFetch", "DisableStatusPollerCache", "GroupChangeLog"];
/// What nobody has built yet, so that only `false` can be had.
const FALSE_ALONE: [&str; 4] = ["DisableConfigWatchers", "DisableFailFastBehavior", "MigrateAPIVersion", "ObjectLevelWorkloadIdentity"];

/// Sets what the gates say. Errors: a gate that is unknown, not built, or neither true nor false.
pub fn set(options: &mut Options, gates: &str) -> anyhow::Result<()> {
    gates.split(',').filter(|gate| !gate.is_empty()).try_for_each(|gate| set_one(options, gate))
}

fn set_one(options: &mut Options, gate: &str) -> anyhow::Result<()> {
    let (name, value) = gate.split_once('=').with_context(|| format!("--feature-gates: `{gate}` is not NAME=true or NAME=false"))?;
    let value: bool = value.parse().with_context(|| format!("--feature-gates: `{value}` is neither true nor false"))?;
    match name {
        "AdditiveCELDependencyCheck" => options.additive_dependency_check = value,
        "ExternalArtifact" => options.external_artifacts = value,
        "StrictPostBuildSubstitutions" => options.strict_substitution = value,
        _ if WITHOUT_EFFECT.contains(&name) => {}
        _ if FALSE_ALONE.contains(&name) && !value => {}
        _ if FALSE_ALONE.contains(&name) => bail!("--feature-gates: `{name}` is not built yet: leave it out"),
        _ => bail!("--feature-gates: `{name}` is not known; docs/guides/run.md lists those that are"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_of_a_flux_installation_are_taken() {
        let mut options = Options::default();
        set(&mut options, "DisableStatusPollerCache=true,StrictPostBuildSubstitutions=false,MigrateAPIVersion=false").unwrap();
        assert!(!options.strict_substitution);
    }

    #[test]
    fn a_gate_that_cannot_be_had_is_named() {
        let refused = |gates: &str| set(&mut Options::default(), gates).unwrap_err().to_string();
        assert!(refused("MigrateAPIVersion=true").contains("not built yet"));
        assert!(refused("Bogus=true").contains("`Bogus` is not known"));
        assert!(refused("ExternalArtifact").contains("NAME=true"));
        assert!(refused("ExternalArtifact=yes").contains("neither true nor false"));
    }
}
