//! OCIRepository: one artifact of an OCI registry.

use crate::crd::{AGE, READY, STATUS, URL};
use crate::duration::{up_to_hours, up_to_minutes};
use crate::schema::{choice, default, pattern, shape};
use crate::source::{OCIVerification, TIMEOUT_DEFAULT, TIMEOUT_DEFAULT_TEXT};
use crate::{Artifact, Conditions, Definition, Duration, LocalObjectReference, Resource, Spec, names};

/// An OCIRepository object.
pub type OCIRepository = Resource<OCIRepositorySpec>;

choice! {
    /// Who issues the credentials of a registry.
    RegistryProvider {
        /// Credentials are those of the Secret.
        #[default]
        Generic = "generic",
        /// Amazon's registry with workload identity.
        Aws = "aws",
        /// Azure's registry with workload identity.
        Azure = "azure",
        /// Google's registry with workload identity.
        Gcp = "gcp",
    }
}

shape! {
    /// Which artifact is wanted. Digest wins over semver, semver over tag; latest where all are absent.
    OCIRepositoryRef {
        optional {
            /// Digest of the manifest.
            digest: String;
            /// Range of versions; the newest tag in it counts.
            semver: String;
            /// Regular expression over the tags the range is looked for in.
            semver_filter: String;
            /// Tag.
            tag: String;
        }
    }
}

choice! {
    /// What is done with the layer.
    LayerOperation {
        /// It is unpacked, filtered and packed again.
        #[default]
        Extract = "extract",
        /// It is stored as it is.
        Copy = "copy",
    }
}

shape! {
    /// Which layer counts; the first where it is absent.
    OCILayerSelector {
        optional {
            /// Media type of the layer.
            media_type: String;
            /// What is done with the layer.
            operation: Option<LayerOperation>;
        }
    }
}

shape! {
    /// What an OCIRepository asks for.
    OCIRepositorySpec {
        required {
            /// How often the registry is asked for the digest.
            interval: Duration [up_to_hours()];
            /// Address of the repository, without a tag.
            url: String [pattern("^oci://.*$")];
        }
        optional {
            /// Secret with a client certificate or an authority.
            cert_secret_ref: Option<LocalObjectReference>;
            /// Files that are left out, in the syntax of .gitignore.
            ignore: Option<String>;
            /// Whether plain http, or a certificate that cannot be verified, is allowed.
            insecure: bool;
            /// Which layer counts.
            layer_selector: Option<OCILayerSelector>;
            /// Who issues the credentials.
            provider: RegistryProvider [default("generic")];
            /// Secret with the address and the credentials of a proxy.
            proxy_secret_ref: Option<LocalObjectReference>;
            /// Which artifact is wanted.
            r#ref: Option<OCIRepositoryRef>;
            /// Secret with the registry's credentials.
            secret_ref: Option<LocalObjectReference>;
            /// ServiceAccount whose pull secrets or workload identity are used.
            service_account_name: String;
            /// Whether the source rests.
            suspend: bool;
            /// How long a fetch may take.
            timeout: Option<Duration> [up_to_minutes(), default(TIMEOUT_DEFAULT_TEXT)];
            /// Which signatures are asked for.
            verify: Option<OCIVerification>;
        }
    }
}

shape! {
    /// What is so about an OCIRepository.
    OCIRepositoryStatus {
        optional {
            /// The revision that is stored.
            artifact: Option<Artifact>;
            /// What the controller says.
            conditions: Conditions;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// Generation that was last reconciled.
            observed_generation: i64;
            /// Exclusions the stored artifact was made with.
            observed_ignore: Option<String>;
            /// Layer the stored artifact was made from.
            observed_layer_selector: Option<OCILayerSelector>;
            /// Address of the newest artifact.
            url: String;
        }
    }
}

impl Spec for OCIRepositorySpec {
    type Status = OCIRepositoryStatus;
    const DEFINITION: Definition = Definition {
        group: names::SOURCE_GROUP,
        version: "v1",
        kind: "OCIRepository",
        plural: "ocirepositories",
        short: "ocirepo",
        category: "fluxcd-sources",
        about: "Fetches one artifact of an OCI registry and offers a layer of it.",
        columns: &[URL, READY, STATUS, AGE],
        starts_unobserved: true,
    };
}

impl OCIRepositorySpec {
    /// How long a fetch may take.
    pub fn timeout(&self) -> std::time::Duration {
        self.timeout.unwrap_or(TIMEOUT_DEFAULT).get()
    }
}
