//! Why a chart was refused. A variant for each thing a caller would tell apart.
//!
//! Refuses to be: advice. Messages keep the words that users of Helm search for; the door adds hints.

/// A refusal. `Display` is the whole message, in Helm's words where Helm has words.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The archive is no chart archive, or a hostile one.
    #[error("{0}")]
    Archive(String),
    /// Chart.yaml, Chart.lock, values.yaml or a subchart cannot be loaded.
    #[error("{0}")]
    Load(String),
    /// Chart.yaml says something that no chart may say.
    #[error("validation: {0}")]
    Metadata(String),
    /// A `--set` expression cannot be read.
    #[error("{0}")]
    Set(String),
    /// Values of the wrong type, or values that cannot be read.
    #[error("{0}")]
    Values(String),
    /// Values that a values.schema.json refuses.
    #[error("values don't meet the specifications of the schema(s) in the following chart(s):\n{0}")]
    Schema(String),
    /// The chart declares dependencies that it does not contain.
    #[error(
        "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch \
         missing dependencies: found in Chart.yaml, but missing in charts/ directory: {0}"
    )]
    MissingDependencies(String),
    /// A library chart was asked to render.
    #[error("{0} charts are not installable")]
    NotInstallable(String),
    /// The release name breaks the naming rule.
    #[error("release name check failed: release name {name:?}: {reason}")]
    ReleaseName {
        /// The name that was given.
        name: String,
        /// Which rule it breaks.
        reason: String,
    },
    /// Conditions, tags or import-values cannot be worked out.
    #[error("chart dependencies processing failed: {0}")]
    Dependencies(String),
    /// The cluster's version is outside what the chart asks for.
    #[error("chart requires kubeVersion: {required} which is incompatible with Kubernetes {actual}")]
    KubeVersion {
        /// The constraint of Chart.yaml.
        required: String,
        /// The version of the cluster.
        actual: String,
    },
    /// A template does not parse or fails.
    #[error("{message}")]
    Template {
        /// Helm's layout of the failure: file, line, column, expression and the chain of includes.
        message: String,
        /// The failure with its parts; none where no template ran.
        source: Option<Box<template::Error>>,
    },
    /// A template printed something that is no YAML.
    #[error("YAML parse error on {path}: {message}")]
    Manifest {
        /// The template.
        path: String,
        /// What is wrong with what it printed.
        message: String,
    },
    /// The post-renderer refused.
    #[error("error while running post render on files: {0}")]
    PostRender(String),
    /// The provenance file does not vouch for the archive.
    #[error("{0}")]
    Provenance(String),
    /// index.yaml cannot be read, or holds no fitting version.
    #[error("{0}")]
    Index(String),
    /// A named limit of this crate was passed.
    #[error("limit {name} passed: {what}")]
    Limit {
        /// The constant or field that names the limit.
        name: &'static str,
        /// What passed it.
        what: String,
    },
}

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
