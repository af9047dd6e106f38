//! What a chart may ask about the cluster and about Helm: `.Capabilities`.
//!
//! Refuses to be: discovery. The caller knows the cluster; without one the defaults of the reference program hold.

use std::rc::Rc;

use template::{Element, List, Methods, Param, Signature, Struct, Value};

/// The Helm version that charts see: the line whose behaviour this crate follows.
pub const HELM_VERSION: &str = "v4.3";
const GO_VERSION: &str = "go1.26.8";
const KUBE_CLIENT_VERSION: &str = "v1.37";

/// A Kubernetes version in the three forms that charts read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, with a `v`: `v1.33.4-gke.1245000`.
    pub version: String,
    /// Without vendor suffix: what constraints are checked against.
    pub normalized: String,
    /// `1`.
    pub major: String,
    /// `33`.
    pub minor: String,
}

impl KubeVersion {
    /// Reads `1.33`, `v1.33.4` or `v1.33.4-gke.1`: two or more numbers and any suffix.
    pub fn parse(text: &str) -> Result<KubeVersion, String> {
        let start = text.trim_start();
        let bare = start.strip_prefix('v').unwrap_or(start);
        let end = numbers_end(bare);
        if end == 0 || bare[end..].contains('\n') {
            return Err(format!("could not parse {text:?} as version"));
        }
        let numbers: Vec<&str> = bare[..end].split('.').collect();
        if numbers.len() < 2 {
            return Err(format!("illegal version string {text:?}"));
        }
        if numbers[0].len() > 1 && numbers[0].starts_with('0') {
            return Err(format!("illegal zero-prefixed version component {:?} in {text:?}", numbers[0]));
        }
        let mut parsed = Vec::with_capacity(numbers.len());
        for number in numbers {
            let illegal = |_| format!("illegal non-numeric version component {number:?} in {text:?}: value out of range");
            parsed.push(number.parse::<u64>().map_err(illegal)?.to_string());
        }
        let version = if text.starts_with('v') { text.to_owned() } else { format!("v{text}") };
        Ok(KubeVersion { version, normalized: format!("v{}", parsed.join(".")), major: parsed[0].clone(), minor: parsed[1].clone() })
    }
}

/// Where the leading `N(.N)*` ends.
fn numbers_end(text: &str) -> usize {
    let mut end = 0;
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return end;
        }
        end = text.len() - rest.len() + digits;
        match text[end..].strip_prefix('.') {
            Some(next) => rest = next,
            None => return end,
        }
    }
}

/// The cluster as charts see it.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// The cluster's version.
    pub kube_version: KubeVersion,
    /// The API versions it serves, such as `apps/v1` and `apps/v1/Deployment`.
    pub api_versions: Vec<String>,
}

impl Default for Capabilities {
    /// Kubernetes 1.37 with the API versions that the reference program knows without a cluster.
    fn default() -> Capabilities {
        Capabilities {
            kube_version: KubeVersion { version: "v1.37.0".into(), normalized: "v1.37.0".into(), major: "1".into(), minor: "37".into() },
            api_versions: KNOWN_VERSIONS.iter().map(|version| (*version).to_owned()).collect(),
        }
    }
}

impl Capabilities {
    pub(super) fn to_value(&self) -> Value {
        let text = |text: &str| Value::text(text);
        let kube_version = Struct {
            name: "common.KubeVersion",
            pointer: false,
            fields: vec![
                ("Version", text(&self.kube_version.version)),
                ("normalizedVersion", text(&self.kube_version.normalized)),
                ("Major", text(&self.kube_version.major)),
                ("Minor", text(&self.kube_version.minor)),
            ],
            methods: Some(Rc::new(self.kube_version.clone())),
        };
        let helm_version = Struct {
            name: "version.BuildInfo",
            pointer: false,
            fields: vec![
                ("Version", text(HELM_VERSION)),
                ("GitCommit", text("")),
                ("GitTreeState", text("")),
                ("GoVersion", text(GO_VERSION)),
                ("KubeClientVersion", text(KUBE_CLIENT_VERSION)),
            ],
            methods: Some(Rc::new(BuildInfo)),
        };
        let versions = self.api_versions.iter().map(|version| text(version)).collect();
        let versions = List::named("common.VersionSet", Element::Text, versions, Some(Rc::new(VersionSet)));
        Value::Struct(Rc::new(Struct {
            name: "common.Capabilities",
            pointer: true,
            fields: vec![
                ("KubeVersion", Value::Struct(Rc::new(kube_version))),
                ("APIVersions", Value::List(Rc::new(versions))),
                ("HelmVersion", Value::Struct(Rc::new(helm_version))),
            ],
            methods: None,
        }))
    }
}

impl Methods for KubeVersion {
    fn signature(&self, name: &str) -> Option<Signature> {
        ["String", "GitVersion"].contains(&name).then(|| Signature::of(&[]))
    }

    fn call(&self, _receiver: &Value, name: &str, _arguments: Vec<Value>) -> Result<Value, template::Fault> {
        Ok(Value::text(if name == "GitVersion" { self.version.as_str() } else { self.normalized.as_str() }))
    }

    fn addressed_text(&self, _receiver: &Value) -> Option<String> {
        Some(self.normalized.clone())
    }

    fn encoded(&self, _receiver: &Value) -> Option<Value> {
        let fields = [("Version", &self.version), ("Major", &self.major), ("Minor", &self.minor)];
        Some(plain("common.KubeVersion", fields.map(|(name, text)| (name, Value::text(text.as_str()))).into()))
    }
}

/// Fields in their order, without methods.
fn plain(name: &'static str, fields: Vec<(&'static str, Value)>) -> Value {
    Value::Struct(Rc::new(Struct { name, pointer: false, fields, methods: None }))
}

struct BuildInfo;

impl Methods for BuildInfo {
    fn signature(&self, _name: &str) -> Option<Signature> {
        None
    }

    fn call(&self, _receiver: &Value, name: &str, _arguments: Vec<Value>) -> Result<Value, template::Fault> {
        Err(format!("{name} is no method").into())
    }

    fn encoded(&self, _receiver: &Value) -> Option<Value> {
        let fields = [("version", HELM_VERSION), ("go_version", GO_VERSION), ("kube_client_version", KUBE_CLIENT_VERSION)];
        Some(plain("version.BuildInfo", fields.map(|(name, text)| (name, Value::text(text))).into()))
    }
}

struct VersionSet;

impl Methods for VersionSet {
    fn signature(&self, name: &str) -> Option<Signature> {
        (name == "Has").then(|| Signature::of(&[Param::Text]))
    }

    fn call(&self, receiver: &Value, _name: &str, arguments: Vec<Value>) -> Result<Value, template::Fault> {
        let (Value::List(list), Some(Value::String(wanted))) = (receiver, arguments.first()) else {
            return Err("Has takes a version".into());
        };
        let has = list.items().iter().any(|item| matches!(item, Value::String(version) if version == wanted));
        Ok(Value::Bool(has))
    }
}

const KNOWN_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_suffixes_stay_in_the_version_and_leave_the_constraint() {
        let version = KubeVersion::parse("1.30.2-gke.1587003").unwrap();
        assert_eq!((version.version.as_str(), version.normalized.as_str()), ("v1.30.2-gke.1587003", "v1.30.2"));
        assert_eq!((version.major.as_str(), version.minor.as_str()), ("1", "30"));
        for text in ["", "v", "1", "v01.2", "abc"] {
            assert!(KubeVersion::parse(text).is_err(), "{text}");
        }
    }
}
