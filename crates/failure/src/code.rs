//! The list of codes. The first digit is the stage: 1 resolve, 2 fetch, 3 render, 4 plan and apply, 5 observe, 6 the platform.
//!
//! A code is never reused and never changes its meaning. Each has a page, docs/errors/<code>.md; a test refuses one without.

use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($($variant:ident = $text:literal, $title:literal;)*) => {
        /// A kind of failure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $variant,)* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The code as users see it, such as `SL4003`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// What it means, in one line.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* }
            }

            /// Its page: what it means, how to recognise it, what to do.
            pub const fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../../../docs/errors/", $text, ".md")),)* }
            }
        }
    };
}

codes! {
    SourceNotFound = "SL1001", "The source object does not exist";
    SourceNotReady = "SL1002", "The source has no artifact yet";
    DependencyNotReady = "SL1003", "A dependency is not ready";
    DependencyCycle = "SL1004", "Dependencies form a cycle";
    AccessDenied = "SL1005", "A reference to another namespace is not allowed";
    InvalidSpec = "SL1006", "The spec cannot be carried out as written";
    InvalidExpression = "SL1007", "A CEL expression does not compile";
    ReferenceNotFound = "SL1008", "A ConfigMap, Secret or ServiceAccount that the spec names does not exist";
    FeatureDisabled = "SL1009", "The spec needs a feature gate that is off";
    KubeconfigUnusable = "SL1010", "The kubeconfig of another cluster cannot be used";
    Unreachable = "SL2001", "The source cannot be reached";
    AuthenticationFailed = "SL2002", "The source refused the credentials";
    RefNotFound = "SL2003", "The branch, tag, version, digest or commit does not exist";
    EmptySource = "SL2004", "The source holds no file";
    InvalidUrl = "SL2005", "The address of the source is not valid";
    DigestMismatch = "SL2006", "The content does not have the digest it should have";
    LimitExceeded = "SL2007", "The source exceeds a limit";
    UnsafePath = "SL2008", "A path leaves the artifact";
    ArtifactGone = "SL2009", "The artifact is no longer in storage";
    StorageFailed = "SL2010", "The artifact cannot be stored";
    PathNotFound = "SL3001", "The path does not exist in the artifact";
    InvalidYaml = "SL3002", "A file is not valid YAML";
    BuildFailed = "SL3003", "The overlay cannot be built";
    SubstitutionFailed = "SL3004", "A variable cannot be substituted";
    InvalidObject = "SL3005", "A document is not a Kubernetes object";
    EncryptedSecret = "SL3006", "A Secret is encrypted and no decryption is configured";
    UnknownKind = "SL4001", "The cluster does not know the kind";
    Forbidden = "SL4002", "The identity may not do this";
    ImmutableField = "SL4003", "A field cannot be changed";
    Rejected = "SL4004", "The API server refused the object";
    PruneHeld = "SL4005", "Deleting the objects waits for confirmation";
    PruneFailed = "SL4006", "Objects could not be deleted";
    NamespaceMissing = "SL4007", "The namespace of an object does not exist";
    DefinitionNotEstablished = "SL4008", "A definition is not served yet";
    HealthFailed = "SL5001", "An object failed";
    HealthTimeout = "SL5002", "Objects did not become ready in time";
    HealthCanceled = "SL5003", "The health check gave way to a new revision";
    ApiUnavailable = "SL6001", "The API server does not answer";
    Internal = "SL6002", "Sluice broke one of its own rules";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no code; codes look like `SL4003`")]
pub struct UnknownCode(String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Code, UnknownCode> {
        let found = Code::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(text));
        found.copied().ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_in_order() {
        let texts: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let sorted: Vec<&str> = texts.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        assert_eq!(texts, sorted);
    }

    #[test]
    fn every_page_says_what_it_means_how_to_recognise_it_and_what_to_do() {
        for code in Code::ALL {
            let page = code.page();
            assert!(page.starts_with(&format!("# {code}: {}\n", code.title())), "{code}: the page's title");
            for heading in ["## What it means", "## How to recognise it", "## What to do"] {
                assert!(page.contains(heading), "{code}: {heading}");
            }
        }
    }

    #[test]
    fn codes_read_back_in_any_case() {
        assert_eq!("sl4003".parse(), Ok(Code::ImmutableField));
        assert!("SL9999".parse::<Code>().is_err());
    }
}
