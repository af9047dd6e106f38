//! ArtifactGenerator: compose artifacts out of other sources' files.

use crate::crd::{AGE, READY, STATUS};
use crate::schema::{choice, max_items, max_length, min_items, min_length, pattern, shape};
use crate::{CommonMetadata, Conditions, Definition, Resource, Spec, names};

/// An ArtifactGenerator object.
pub type ArtifactGenerator = Resource<ArtifactGeneratorSpec>;

/// A source's alias alone, such as `@app`.
const ALIAS: &str = "^@([a-z0-9]([a-z0-9_-]*[a-z0-9])?)$";
/// A path in a source, such as `@app/deploy/**`.
const ALIAS_PATH: &str = "^@([a-z0-9]([a-z0-9_-]*[a-z0-9])?)/(.*)$";

choice! {
    /// Kinds of source files are copied from.
    GeneratorSourceKind {
        /// A Bucket.
        Bucket = "Bucket",
        /// A GitRepository.
        #[default]
        GitRepository = "GitRepository",
        /// An OCIRepository.
        OCIRepository = "OCIRepository",
        /// A HelmChart.
        HelmChart = "HelmChart",
        /// An ExternalArtifact.
        ExternalArtifact = "ExternalArtifact",
    }
}

shape! {
    /// A source and the name it goes by here.
    GeneratorSource {
        required {
            /// Name the source goes by in paths.
            alias: String [max_length(63), pattern("^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")];
            /// Kind of the source.
            kind: GeneratorSourceKind;
            /// Name of the source.
            name: String [max_length(253), pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")];
        }
        optional {
            /// Namespace of the source; that of the generator where it is absent.
            namespace: String [min_length(1), max_length(63), pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")];
        }
    }
}

choice! {
    /// What is done where a file is there already.
    CopyStrategy {
        /// The later file wins.
        #[default]
        Overwrite = "Overwrite",
        /// YAML files are merged as Helm merges values.
        Merge = "Merge",
        /// An archive is unpacked.
        Extract = "Extract",
    }
}

shape! {
    /// One copy of files from a source into the artifact.
    CopyOperation {
        required {
            /// Which files: a source's alias and a path or a glob in it.
            from: String [min_length(1), max_length(1024), pattern(ALIAS_PATH)];
            /// Where they go: a path under @artifact.
            to: String [min_length(1), max_length(1024), pattern("^@(artifact)/(.*)$")];
        }
        optional {
            /// Globs of files that are left out.
            exclude: Vec<String> [max_items(100)];
            /// What is done where a file is there already.
            strategy: Option<CopyStrategy>;
        }
    }
}

shape! {
    /// One artifact that is made.
    OutputArtifact {
        required {
            /// Copies, in order.
            copy: Vec<CopyOperation> [min_items(1)];
            /// Name of the ExternalArtifact.
            name: String [min_length(1), max_length(253)];
        }
        optional {
            /// Source whose origin revision the artifact carries.
            origin_revision: String [max_length(64), pattern(ALIAS)];
            /// Source whose revision the artifact carries; one of its content where it is absent.
            revision: String [max_length(64), pattern(ALIAS)];
        }
    }
}

shape! {
    /// What an ArtifactGenerator asks for.
    ArtifactGeneratorSpec {
        required {
            /// Artifacts that are made.
            artifacts: Vec<OutputArtifact> [min_items(1), max_items(1000)];
            /// Sources files are copied from.
            sources: Vec<GeneratorSource> [min_items(1), max_items(1000)];
        }
        optional {
            /// Labels and annotations for every ExternalArtifact.
            common_metadata: Option<CommonMetadata>;
            /// Directories of a source that each make one set of artifacts; {names} in it can be used in the artifacts.
            path_pattern: String [max_length(1024), pattern(ALIAS_PATH)];
        }
        rules {
            r"has(self.pathPattern) && size(self.pathPattern) > 0 || self.artifacts.all(a, a.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'))" =>
                "artifact names must be valid Kubernetes object names when pathPattern is not set";
        }
    }
}

shape! {
    /// One ExternalArtifact that was made.
    GeneratedArtifact {
        required {
            /// Digest of its content.
            digest: String;
            /// Name of its file in the storage.
            filename: String;
            /// Name of the ExternalArtifact.
            name: String;
            /// Namespace of the ExternalArtifact.
            namespace: String;
        }
    }
}

shape! {
    /// What is so about an ArtifactGenerator.
    ArtifactGeneratorStatus {
        optional {
            /// What the controller says.
            conditions: Conditions;
            /// What was made.
            inventory: Vec<GeneratedArtifact>;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// Digest of the sources' revisions the artifacts were made from.
            observed_sources_digest: String;
        }
    }
}

impl Spec for ArtifactGeneratorSpec {
    type Status = ArtifactGeneratorStatus;
    const DEFINITION: Definition = Definition {
        group: names::EXTENSIONS_GROUP,
        version: "v1beta1",
        kind: "ArtifactGenerator",
        plural: "artifactgenerators",
        short: "ag",
        category: "fluxcd-sources",
        about: "Composes artifacts out of other sources' files.",
        columns: &[AGE, READY, STATUS],
        starts_unobserved: false,
    };
}
