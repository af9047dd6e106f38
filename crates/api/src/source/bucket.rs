//! Bucket: the objects of a bucket.

use crate::crd::{AGE, READY, STATUS, text};
use crate::duration::{up_to_hours, up_to_minutes};
use crate::schema::{choice, default, pattern, shape};
use crate::source::{TIMEOUT_DEFAULT, TIMEOUT_DEFAULT_TEXT};
use crate::{Artifact, Conditions, Definition, Duration, LocalObjectReference, Resource, Spec, names};

/// A Bucket object.
pub type Bucket = Resource<BucketSpec>;

choice! {
    /// Who serves the bucket.
    BucketProvider {
        /// Anything that speaks S3, with the credentials of the Secret.
        #[default]
        Generic = "generic",
        /// Amazon S3.
        Aws = "aws",
        /// Google Cloud Storage.
        Gcp = "gcp",
        /// Azure Blob Storage.
        Azure = "azure",
    }
}

choice! {
    /// Who issues temporary credentials.
    StsProvider {
        /// AWS.
        #[default]
        Aws = "aws",
        /// An LDAP server behind MinIO.
        Ldap = "ldap",
    }
}

shape! {
    /// A service that issues temporary credentials.
    BucketSts {
        required {
            /// Address of the service.
            endpoint: String [pattern("^(http|https)://.*$")];
            /// Kind of the service.
            provider: StsProvider;
        }
        optional {
            /// Secret with a client certificate or an authority; for ldap alone.
            cert_secret_ref: Option<LocalObjectReference>;
            /// Secret with user and password; for ldap alone.
            secret_ref: Option<LocalObjectReference>;
        }
    }
}

shape! {
    /// What a Bucket asks for.
    BucketSpec {
        required {
            /// Name of the bucket.
            bucket_name: String;
            /// Host of the service, without a scheme.
            endpoint: String;
            /// How often the bucket is listed.
            interval: Duration [up_to_hours()];
        }
        optional {
            /// Secret with a client certificate or an authority.
            cert_secret_ref: Option<LocalObjectReference>;
            /// Files that are left out, in the syntax of .gitignore.
            ignore: Option<String>;
            /// Whether plain http is allowed.
            insecure: bool;
            /// Only keys with this prefix count.
            prefix: String;
            /// Who serves the bucket.
            provider: BucketProvider [default("generic")];
            /// Secret with the address and the credentials of a proxy.
            proxy_secret_ref: Option<LocalObjectReference>;
            /// Region of the bucket.
            region: String;
            /// Secret with the credentials.
            secret_ref: Option<LocalObjectReference>;
            /// ServiceAccount whose workload identity is used.
            service_account_name: String;
            /// Who issues temporary credentials.
            sts: Option<BucketSts>;
            /// Whether the source rests.
            suspend: bool;
            /// How long a fetch may take.
            timeout: Option<Duration> [up_to_minutes(), default(TIMEOUT_DEFAULT_TEXT)];
        }
        rules {
            "self.provider == 'aws' || self.provider == 'generic' || !has(self.sts)" =>
                "STS configuration is only supported for the 'aws' and 'generic' Bucket providers";
            "self.provider != 'aws' || !has(self.sts) || self.sts.provider == 'aws'" =>
                "'aws' is the only supported STS provider for the 'aws' Bucket provider";
            "self.provider != 'generic' || !has(self.sts) || self.sts.provider == 'ldap'" =>
                "'ldap' is the only supported STS provider for the 'generic' Bucket provider";
            "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.secretRef)" =>
                "spec.sts.secretRef is not required for the 'aws' STS provider";
            "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.certSecretRef)" =>
                "spec.sts.certSecretRef is not required for the 'aws' STS provider";
            "self.provider != 'generic' || !has(self.serviceAccountName)" =>
                "ServiceAccountName is not supported for the 'generic' Bucket provider";
            "!has(self.secretRef) || !has(self.serviceAccountName)" =>
                "cannot set both .spec.secretRef and .spec.serviceAccountName";
        }
    }
}

shape! {
    /// What is so about a Bucket.
    BucketStatus {
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
            /// Address of the newest artifact.
            url: String;
        }
    }
}

impl Spec for BucketSpec {
    type Status = BucketStatus;
    const DEFINITION: Definition = Definition {
        group: names::SOURCE_GROUP,
        version: "v1",
        kind: "Bucket",
        plural: "buckets",
        short: "",
        category: "fluxcd-sources",
        about: "Fetches the objects of a bucket and offers them as an artifact.",
        columns: &[text("Endpoint", ".spec.endpoint"), AGE, READY, STATUS],
        starts_unobserved: true,
    };
}

impl BucketSpec {
    /// How long a fetch may take.
    pub fn timeout(&self) -> std::time::Duration {
        self.timeout.unwrap_or(TIMEOUT_DEFAULT).get()
    }
}
