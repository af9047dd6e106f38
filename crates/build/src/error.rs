//! Why a build failed, one variant per stage, in Flux's words where users search for them.

/// Why a build failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path of the spec is no directory of the artifact.
    #[error("kustomization path not found: stat {path}: no such file or directory")]
    PathNotFound {
        /// The path as asked for.
        path: String,
    },
    /// A manifest could not be taken into the generated kustomization.
    #[error("failed to decode Kubernetes YAML from {file}: {why}")]
    Manifest {
        /// The file in the tree.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The kustomization file at the path is none.
    #[error("{file}: {why}")]
    Kustomization {
        /// The file in the tree.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A component of the spec points out of the artifact.
    #[error("component path '{path}' must be local and relative")]
    ComponentNotLocal {
        /// The component as written.
        path: String,
    },
    /// Kustomize refused.
    #[error("kustomize build failed: {0}")]
    Kustomize(kustomize::Errors),
    /// A variable could not be put in.
    #[error("post build failed for '{object}': {cause}")]
    Substitute {
        /// The name of the object.
        object: String,
        /// Why.
        cause: SubstituteError,
    },
    /// A Secret could not be masked.
    #[error("failed to mask secret {object} sops data: `{key}`: {why}")]
    Mask {
        /// The name of the Secret.
        object: String,
        /// The key in its `data`.
        key: String,
        /// Why.
        why: String,
    },
    /// A limit was passed.
    #[error("{what} exceeds the limit of {limit}: split the Kustomization")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// The most there may be.
        limit: usize,
    },
}

/// Why the variables of an object could not be substituted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubstituteError {
    /// A variable has a name that shells would not accept.
    #[error("envsubst error: '{0}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'")]
    Name(String),
    /// The text asks for something that cannot be given.
    #[error("envsubst error: variable substitution failed: {0}")]
    Expression(#[from] crate::envsubst::Error),
    /// What came out is not YAML any more.
    #[error("envsubst error: YAMLToJSON: {0}: quote the variable in the manifest")]
    Yaml(yaml::Error),
    /// What came out is no object any more.
    #[error("UnmarshalJSON: the substituted manifest is no mapping")]
    NotAMapping,
}
