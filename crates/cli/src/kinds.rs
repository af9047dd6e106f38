//! The kinds as the command line names them, and what a listing shows of each.

use anyhow::bail;
use api::{Definition, Spec, names};
use cluster::Resource;
use object::{Object, Value};

/// One kind of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Group, version and names.
    pub definition: Definition,
    /// The words after `source` (or `artifact`) that mean it; empty where the kind stands alone.
    word: &'static str,
    /// The word before it: `source`, `artifact` or nothing.
    family: &'static str,
}

/// Every kind, in the order of listings.
pub const ALL: [Kind; 9] = [
    of::<api::GitRepositorySpec>("source", "git"),
    of::<api::OCIRepositorySpec>("source", "oci"),
    of::<api::BucketSpec>("source", "bucket"),
    of::<api::HelmRepositorySpec>("source", "helm"),
    of::<api::HelmChartSpec>("source", "chart"),
    of::<api::ExternalArtifactSpec>("source", "external"),
    of::<api::ArtifactGeneratorSpec>("artifact", "generator"),
    of::<api::HelmReleaseSpec>("", ""),
    of::<api::KustomizationSpec>("", ""),
];

/// How kinds are written, for the help.
pub const HELP: &str = "\
Kinds:
  kustomizations (ks)    helmreleases (hr)    artifacts generators
  sources git|oci|bucket|helm|chart|external|all    all";

const fn of<S: Spec>(family: &'static str, word: &'static str) -> Kind {
    Kind { definition: S::DEFINITION, word, family }
}

/// The kinds that the first words mean, and the names that follow them.
///
/// Errors: no such kind; the message lists those there are.
pub fn read(words: &[String]) -> anyhow::Result<(Vec<Kind>, &[String])> {
    let Some((first, rest)) = words.split_first() else { bail!("which kind?\n{HELP}") };
    if first == "all" {
        return Ok((ALL.to_vec(), rest));
    }
    if let Some(kind) = ALL.iter().find(|kind| kind.is_called(first)) {
        return Ok((vec![*kind], rest));
    }
    let family: Vec<Kind> = ALL.into_iter().filter(|kind| !kind.family.is_empty() && singular(first) == kind.family).collect();
    match rest.split_first() {
        Some((word, names)) if !family.is_empty() => match family.iter().find(|kind| singular(word) == kind.word || kind.is_called(word)) {
            Some(kind) => Ok((vec![*kind], names)),
            None if word == "all" => Ok((family, names)),
            None => bail!("`{first} {word}` is no kind\n{HELP}"),
        },
        None if !family.is_empty() => bail!("which kind of {first}?\n{HELP}"),
        _ => bail!("`{first}` is no kind\n{HELP}"),
    }
}

/// One kind and its names, for commands that write.
pub fn read_one(words: &[String]) -> anyhow::Result<(Kind, &[String])> {
    match read(words)? {
        (kinds, names) if kinds.len() == 1 => Ok((kinds[0], names)),
        _ => bail!("`all` is for `sluice get` only: name one kind"),
    }
}

/// The kind with this `kind` word in any case, such as `kustomization`.
pub fn find(word: &str) -> Option<Kind> {
    ALL.into_iter().find(|kind| kind.is_called(word))
}

/// Whether the group and kind are ours.
pub fn is_ours(group: &str, kind: &str) -> bool {
    ALL.iter().any(|known| known.definition.group == group && known.definition.kind == kind)
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

impl Kind {
    fn is_called(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let definition = &self.definition;
        word == definition.plural || word == definition.singular() || (!definition.short.is_empty() && word == definition.short)
    }

    /// The kind's word, such as `Kustomization`.
    pub fn name(&self) -> &'static str {
        self.definition.kind
    }

    /// Where its objects live.
    pub fn resource(&self) -> Resource {
        Resource::namespaced(&self.definition.api_version(), self.definition.kind, self.definition.plural)
    }

    /// Whether it is a source.
    pub fn is_source(&self) -> bool {
        self.family == "source"
    }

    /// Whether `spec.suspend` rests it.
    pub fn has_suspend(&self) -> bool {
        !matches!(self.definition.kind, "ExternalArtifact" | "ArtifactGenerator")
    }
}

/// The revision that an object of ours stands at.
pub fn revision(object: &Object) -> &str {
    let text = |path: &str| object.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let release = || object.get("status.history")?.get(0)?.get("chartVersion")?.as_str();
    let found = text("status.artifact.revision").or_else(|| text("status.lastAppliedRevision")).or_else(release);
    found.or_else(|| text("status.lastAttemptedRevision")).unwrap_or_default()
}

/// What an object of ours takes its content from: the reference with kind, name and perhaps namespace.
pub fn source_reference(object: &Object) -> Option<&Value> {
    ["spec.sourceRef", "spec.chartRef", "spec.chart.spec.sourceRef"].into_iter().find_map(|path| object.get(path))
}

/// Whether an object of ours rests.
pub fn is_suspended(object: &Object) -> bool {
    object.get("spec.suspend").and_then(Value::as_bool).unwrap_or(false)
        || object.annotation(names::GENERATOR_RECONCILE).is_some_and(|value| value.eq_ignore_ascii_case(names::DISABLED))
}

/// Status and message of the condition Ready; `Unknown` and nothing where nobody looked at the object yet.
pub fn ready(object: &Object) -> (&str, &str) {
    let conditions = object.get("status.conditions").and_then(Value::as_array);
    let ready = conditions.into_iter().flatten().find(|condition| condition["type"] == api::condition::READY);
    let text = |field: &str| ready.and_then(|condition| condition[field].as_str());
    (text("status").unwrap_or("Unknown"), text("message").unwrap_or("waiting to be reconciled"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: &[&str], names: &[&str]) {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let (kinds, rest) = read(&words).unwrap();
        assert_eq!(kinds.iter().map(Kind::name).collect::<Vec<_>>(), expected);
        assert_eq!(rest, names);
    }

    #[test]
    fn kinds_are_named_as_flux_names_them() {
        check("ks", &["Kustomization"], &[]);
        check("kustomization web", &["Kustomization"], &["web"]);
        check("hr a b", &["HelmRelease"], &["a", "b"]);
        check("source git web", &["GitRepository"], &["web"]);
        check("sources oci", &["OCIRepository"], &[]);
        check("ocirepo", &["OCIRepository"], &[]);
        check("artifacts generators", &["ArtifactGenerator"], &[]);
        assert_eq!(read(&["sources".into(), "all".into()]).unwrap().0.len(), 6);
        assert_eq!(read(&["all".into()]).unwrap().0.len(), 9);
    }

    #[test]
    fn an_unknown_kind_is_answered_with_those_there_are() {
        for words in [&["pods"][..], &["sources"], &["sources", "svn"], &[]] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert!(read(&words).unwrap_err().to_string().contains("kustomizations (ks)"));
        }
        assert!(read_one(&["all".into()]).is_err());
    }
}
