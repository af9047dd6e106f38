//! Which signatures an OCI artifact must carry.

use crate::LocalObjectReference;
use crate::schema::{choice, default, required, shape};

choice! {
    /// Formats of signatures.
    VerificationProvider {
        /// Sigstore's cosign.
        #[default]
        Cosign = "cosign",
        /// Notary's notation.
        Notation = "notation",
    }
}

shape! {
    /// Who may have signed without a key.
    OidcIdentity {
        required {
            /// Regular expression over the issuer.
            issuer: String;
            /// Regular expression over the subject.
            subject: String;
        }
    }
}

shape! {
    /// Which signatures an artifact must carry.
    OCIVerification {
        optional {
            /// Who may have signed without a key; one of them must have.
            match_oidc_identity as "matchOIDCIdentity": Vec<OidcIdentity>;
            /// Format of the signature.
            provider: VerificationProvider [required(), default("cosign")];
            /// Secret with the public keys or the trust policy; keyless where it is absent.
            secret_ref: Option<LocalObjectReference>;
            /// Secret with the trusted root of an own Sigstore.
            trusted_root_secret_ref: Option<LocalObjectReference>;
        }
    }
}

shape! {
    /// Which signatures a chart must carry.
    ChartVerification {
        optional {
            /// Who may have signed without a key; one of them must have.
            match_oidc_identity as "matchOIDCIdentity": Vec<OidcIdentity>;
            /// Format of the signature.
            provider: VerificationProvider [required(), default("cosign")];
            /// Secret with the public keys or the trust policy; keyless where it is absent.
            secret_ref: Option<LocalObjectReference>;
        }
    }
}
