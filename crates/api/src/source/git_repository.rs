//! GitRepository: one reference of a Git repository.

use crate::crd::{AGE, READY, STATUS, URL};
use crate::duration::{up_to_hours, up_to_minutes};
use crate::schema::{choice, default, pattern, shape};
use crate::source::{TIMEOUT_DEFAULT, TIMEOUT_DEFAULT_TEXT};
use crate::{Artifact, Conditions, Definition, Duration, LocalObjectReference, Resource, Spec, names};

/// A GitRepository object.
pub type GitRepository = Resource<GitRepositorySpec>;

choice! {
    /// Who issues the credentials of a Git server.
    GitProvider {
        /// Credentials are those of the Secret.
        #[default]
        Generic = "generic",
        /// AWS CodeCommit with workload identity.
        Aws = "aws",
        /// Azure DevOps with workload identity.
        Azure = "azure",
        /// GitHub with an app's key.
        Github = "github",
    }
}

shape! {
    /// Which commit is wanted. Commit wins over name, name over semver, semver over tag, tag over branch; master where all are absent.
    GitRepositoryRef {
        optional {
            /// Branch.
            branch: String;
            /// Commit in full.
            commit: String;
            /// Full reference, such as refs/heads/main.
            name: String;
            /// Range of versions; the newest tag in it counts.
            semver: String;
            /// Tag.
            tag: String;
        }
    }
}

choice! {
    /// What is verified.
    GitVerificationMode {
        /// The commit, in the older spelling.
        HeadLower = "head",
        /// The commit.
        #[default]
        Head = "HEAD",
        /// The tag.
        Tag = "Tag",
        /// The tag and the commit it names.
        TagAndHead = "TagAndHEAD",
    }
}

impl GitVerificationMode {
    /// Whether the commit's signature counts.
    pub const fn verifies_commit(self) -> bool {
        !matches!(self, GitVerificationMode::Tag)
    }

    /// Whether the tag's signature counts.
    pub const fn verifies_tag(self) -> bool {
        matches!(self, GitVerificationMode::Tag | GitVerificationMode::TagAndHead)
    }
}

shape! {
    /// Which signatures are asked for.
    GitVerification {
        required {
            /// Secret with the public keys of those whose signature counts.
            secret_ref: LocalObjectReference;
        }
        optional {
            /// What must be signed.
            mode: GitVerificationMode [default("HEAD")];
        }
    }
}

shape! {
    /// Another GitRepository whose artifact is copied into this one's.
    GitInclude {
        required {
            /// The other GitRepository, in the same namespace.
            repository: LocalObjectReference;
        }
        optional {
            /// What is copied; everything where it is absent.
            from_path: String;
            /// Where it is copied to; a directory of the repository's name where it is absent.
            to_path: String;
        }
    }
}

impl GitInclude {
    /// Where it is copied to.
    pub fn to_path(&self) -> &str {
        if self.to_path.is_empty() { &self.repository.name } else { &self.to_path }
    }
}

shape! {
    /// What a GitRepository asks for.
    GitRepositorySpec {
        required {
            /// How often the remote is asked for its newest commit.
            interval: Duration [up_to_hours()];
            /// Address of the repository, over http, https or ssh.
            url: String [pattern("^(http|https|ssh)://.*$")];
        }
        optional {
            /// Files that are left out, in the syntax of .gitignore.
            ignore: Option<String>;
            /// Other GitRepositories whose artifacts are copied in.
            include: Vec<GitInclude>;
            /// Who issues the credentials.
            provider: Option<GitProvider>;
            /// Secret with the address and the credentials of a proxy.
            proxy_secret_ref: Option<LocalObjectReference>;
            /// Whether submodules are fetched too.
            recurse_submodules: bool;
            /// Which commit is wanted.
            r#ref: Option<GitRepositoryRef>;
            /// Secret with the credentials.
            secret_ref: Option<LocalObjectReference>;
            /// ServiceAccount whose workload identity is used.
            service_account_name: String;
            /// Directories that are fetched; all where it is absent.
            sparse_checkout: Vec<String>;
            /// Whether the source rests.
            suspend: bool;
            /// How long a fetch may take.
            timeout: Option<Duration> [up_to_minutes(), default(TIMEOUT_DEFAULT_TEXT)];
            /// Which signatures are asked for.
            verify: Option<GitVerification>;
        }
        rules {
            "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))" =>
                "serviceAccountName can only be set when provider is 'azure' or 'aws'";
        }
    }
}

shape! {
    /// What is so about a GitRepository.
    GitRepositoryStatus {
        optional {
            /// The revision that is stored.
            artifact: Option<Artifact>;
            /// What the controller says.
            conditions: Conditions;
            /// Artifacts that were copied in.
            included_artifacts: Vec<Artifact>;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// Generation that was last reconciled.
            observed_generation: i64;
            /// Exclusions the stored artifact was made with.
            observed_ignore: Option<String>;
            /// Includes the stored artifact was made with.
            observed_include: Vec<GitInclude>;
            /// Whether the stored artifact holds submodules.
            observed_recurse_submodules: bool;
            /// Directories the stored artifact was made from.
            observed_sparse_checkout: Vec<String>;
            /// What was verified of the stored artifact.
            source_verification_mode: Option<String>;
        }
    }
}

impl Spec for GitRepositorySpec {
    type Status = GitRepositoryStatus;
    const DEFINITION: Definition = Definition {
        group: names::SOURCE_GROUP,
        version: "v1",
        kind: "GitRepository",
        plural: "gitrepositories",
        short: "gitrepo",
        category: "fluxcd-sources",
        about: "Fetches one reference of a Git repository and offers it as an artifact.",
        columns: &[URL, AGE, READY, STATUS],
        starts_unobserved: true,
    };
}

impl GitRepositorySpec {
    /// How long a fetch may take.
    pub fn timeout(&self) -> std::time::Duration {
        self.timeout.unwrap_or(TIMEOUT_DEFAULT).get()
    }
}
