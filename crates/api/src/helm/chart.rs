//! Where a release's chart comes from: a template of a HelmChart, or a reference to what is there already.

use std::collections::BTreeMap;

use crate::duration::up_to_hours;
use crate::schema::{choice, default, max_length, min_length, required, shape};
use crate::source::{ChartSourceKind, ReconcileStrategy, VerificationProvider};
use crate::{Duration, LocalObjectReference};

shape! {
    /// Labels and annotations of the HelmChart.
    ChartTemplateMetadata {
        optional {
            /// Annotations.
            annotations: BTreeMap<String, String>;
            /// Labels.
            labels: BTreeMap<String, String>;
        }
    }
}

shape! {
    /// Source of the chart.
    ChartTemplateSource {
        required {
            /// Kind of the source.
            kind: ChartSourceKind;
            /// Name of the source.
            name: String [min_length(1), max_length(253)];
        }
        optional {
            /// Group and version of the source.
            api_version: String;
            /// Namespace of the source; that of the HelmRelease where it is absent.
            namespace: String [min_length(1), max_length(63)];
        }
    }
}

shape! {
    /// Which signatures the chart must carry.
    ChartTemplateVerification {
        optional {
            /// Format of the signature.
            provider: VerificationProvider [required(), default("cosign")];
            /// Secret with the public keys; keyless where it is absent.
            secret_ref: Option<LocalObjectReference>;
        }
    }
}

shape! {
    /// What the HelmChart asks for.
    ChartTemplateSpec {
        required {
            /// Name of the chart in a HelmRepository, or its path in another source.
            chart: String [min_length(1), max_length(2048)];
            /// Source of the chart.
            source_ref: ChartTemplateSource;
        }
        optional {
            /// Whether values files that are absent are passed over.
            ignore_missing_values_files: bool;
            /// How often the source is looked at; the interval of the HelmRelease where it is absent.
            interval: Option<Duration> [up_to_hours()];
            /// What makes a new artifact.
            reconcile_strategy: ReconcileStrategy [default("ChartVersion")];
            /// Files in the source that make up the chart's values; a later one wins.
            values_files: Vec<String>;
            /// Which signatures the chart must carry.
            verify: Option<ChartTemplateVerification>;
            /// Version or range of versions; for a HelmRepository alone.
            version: String [default("*")];
        }
    }
}

shape! {
    /// The HelmChart that is made for a release.
    ChartTemplate {
        required {
            /// What the HelmChart asks for.
            spec: ChartTemplateSpec;
        }
        optional {
            /// Labels and annotations of the HelmChart.
            metadata: Option<ChartTemplateMetadata>;
        }
    }
}

choice! {
    /// Kinds that hold a chart.
    ChartReferenceKind {
        /// An OCIRepository.
        #[default]
        OCIRepository = "OCIRepository",
        /// A HelmChart.
        HelmChart = "HelmChart",
        /// An ExternalArtifact.
        ExternalArtifact = "ExternalArtifact",
    }
}

shape! {
    /// A chart that is there already.
    ChartReference {
        required {
            /// Kind of the object that holds it.
            kind: ChartReferenceKind;
            /// Name of the object.
            name: String [min_length(1), max_length(253)];
        }
        optional {
            /// Group and version of the object.
            api_version: String;
            /// Namespace of the object; that of the HelmRelease where it is absent.
            namespace: String [min_length(1), max_length(63)];
        }
    }
}
