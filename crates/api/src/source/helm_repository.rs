//! HelmRepository: an index of charts, or the address of charts in a registry.

use std::collections::BTreeMap;

use crate::crd::{AGE, READY, STATUS, URL};
use crate::duration::{up_to_hours, up_to_minutes};
use crate::schema::{choice, default, pattern, shape};
use crate::source::{RegistryProvider, TIMEOUT_DEFAULT};
use crate::{Artifact, Conditions, Definition, Duration, LocalObjectReference, Resource, Spec, names};

/// A HelmRepository object.
pub type HelmRepository = Resource<HelmRepositorySpec>;

/// How often the index is fetched where the spec does not say.
const INTERVAL_DEFAULT: Duration = Duration::from_secs(60);

choice! {
    /// How charts are found.
    HelmRepositoryType {
        /// By an index file over http.
        #[default]
        Default = "default",
        /// By tags in an OCI registry.
        Oci = "oci",
    }
}

shape! {
    /// Namespaces by their labels.
    NamespaceSelector {
        optional {
            /// Labels that a namespace must have; any namespace where it is empty.
            match_labels: BTreeMap<String, String>;
        }
    }
}

shape! {
    /// Who may use a source from another namespace.
    AccessFrom {
        required {
            /// Namespaces whose objects may.
            namespace_selectors: Vec<NamespaceSelector>;
        }
    }
}

shape! {
    /// What a HelmRepository asks for.
    HelmRepositorySpec {
        required {
            /// Address of the repository.
            url: String [pattern("^(http|https|oci)://.*$")];
        }
        optional {
            /// Who may use it from another namespace. Kept for others; not acted on.
            access_from: Option<AccessFrom>;
            /// Secret with a client certificate or an authority.
            cert_secret_ref: Option<LocalObjectReference>;
            /// Whether plain http is allowed; for a registry alone.
            insecure: bool;
            /// How often the index is fetched.
            interval: Option<Duration> [up_to_hours()];
            /// Whether credentials are sent to hosts that only the index names.
            pass_credentials: bool;
            /// Who issues the registry's credentials.
            provider: RegistryProvider [default("generic")];
            /// Secret with the credentials.
            secret_ref: Option<LocalObjectReference>;
            /// Whether the source rests.
            suspend: bool;
            /// How long fetching the index may take.
            timeout: Option<Duration> [up_to_minutes()];
            /// How charts are found.
            r#type: Option<HelmRepositoryType>;
        }
    }
}

shape! {
    /// What is so about a HelmRepository.
    HelmRepositoryStatus {
        optional {
            /// The index that is stored.
            artifact: Option<Artifact>;
            /// What the controller says.
            conditions: Conditions;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// Generation that was last reconciled.
            observed_generation: i64;
            /// Address of the newest index.
            url: String;
        }
    }
}

impl Spec for HelmRepositorySpec {
    type Status = HelmRepositoryStatus;
    const DEFINITION: Definition = Definition {
        group: names::SOURCE_GROUP,
        version: "v1",
        kind: "HelmRepository",
        plural: "helmrepositories",
        short: "helmrepo",
        category: "fluxcd-sources",
        about: "Fetches an index of charts, or names a registry that holds charts.",
        columns: &[URL, AGE, READY, STATUS],
        starts_unobserved: true,
    };
}

impl HelmRepositorySpec {
    /// How often the index is fetched; a minute where the spec says nothing or zero.
    pub fn interval(&self) -> std::time::Duration {
        self.interval.filter(|interval| *interval > Duration::default()).unwrap_or(INTERVAL_DEFAULT).get()
    }

    /// How long fetching the index may take.
    pub fn timeout(&self) -> std::time::Duration {
        self.timeout.unwrap_or(TIMEOUT_DEFAULT).get()
    }

    /// Whether charts are in a registry.
    pub fn is_oci(&self) -> bool {
        self.r#type == Some(HelmRepositoryType::Oci)
    }
}
