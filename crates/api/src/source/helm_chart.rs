//! HelmChart: one chart of a source, packed.

use crate::crd::{AGE, READY, STATUS, text};
use crate::duration::up_to_hours;
use crate::schema::{choice, default, shape};
use crate::source::ChartVerification;
use crate::{Artifact, Conditions, Definition, Duration, Resource, Spec, names};

/// A HelmChart object.
pub type HelmChart = Resource<HelmChartSpec>;

/// The range of versions that takes the newest.
pub(crate) const ANY_VERSION: &str = "*";

choice! {
    /// Kinds of source a chart comes from.
    ChartSourceKind {
        /// A HelmRepository.
        #[default]
        HelmRepository = "HelmRepository",
        /// A GitRepository.
        GitRepository = "GitRepository",
        /// A Bucket.
        Bucket = "Bucket",
    }
}

shape! {
    /// Where a chart comes from, in the same namespace.
    ChartSourceReference {
        required {
            /// Kind of the source.
            kind: ChartSourceKind;
            /// Name of the source.
            name: String;
        }
        optional {
            /// Group and version of the source.
            api_version: String;
        }
    }
}

choice! {
    /// What makes a new artifact.
    ReconcileStrategy {
        /// A new version of the chart.
        #[default]
        ChartVersion = "ChartVersion",
        /// A new revision of the source.
        Revision = "Revision",
    }
}

shape! {
    /// What a HelmChart asks for.
    HelmChartSpec {
        required {
            /// Name of the chart in a HelmRepository, or its path in another source.
            chart: String;
            /// How often the source is looked at.
            interval: Duration [up_to_hours()];
            /// Where the chart comes from.
            source_ref: ChartSourceReference;
        }
        optional {
            /// Whether values files that are absent are passed over.
            ignore_missing_values_files: bool;
            /// What makes a new artifact.
            reconcile_strategy: ReconcileStrategy [default("ChartVersion")];
            /// Whether the source rests.
            suspend: bool;
            /// Files in the source that make up the chart's values; a later one wins.
            values_files: Vec<String>;
            /// Which signatures are asked for.
            verify: Option<ChartVerification>;
            /// Version or range of versions; for a HelmRepository alone.
            version: String [default(ANY_VERSION)];
        }
        rules {
            "!has(self.verify) || self.sourceRef.kind == 'HelmRepository'" =>
                "spec.verify is only supported when spec.sourceRef.kind is 'HelmRepository'";
        }
    }
}

shape! {
    /// What is so about a HelmChart.
    HelmChartStatus {
        optional {
            /// The chart that is stored.
            artifact: Option<Artifact>;
            /// What the controller says.
            conditions: Conditions;
            /// The last request for a reconcile that was handled.
            last_handled_reconcile_at: String;
            /// Name of the stored chart.
            observed_chart_name: String;
            /// Generation that was last reconciled.
            observed_generation: i64;
            /// Revision of the source the stored chart was made from.
            observed_source_artifact_revision: String;
            /// Values files the stored chart was made with.
            observed_values_files: Vec<String>;
            /// Address of the newest chart.
            url: String;
        }
    }
}

impl Spec for HelmChartSpec {
    type Status = HelmChartStatus;
    const DEFINITION: Definition = Definition {
        group: names::SOURCE_GROUP,
        version: "v1",
        kind: "HelmChart",
        plural: "helmcharts",
        short: "hc",
        category: "fluxcd-sources",
        about: "Fetches one chart of a source and offers it packed.",
        columns: &[
            text("Chart", ".spec.chart"),
            text("Version", ".spec.version"),
            text("Source Kind", ".spec.sourceRef.kind"),
            text("Source Name", ".spec.sourceRef.name"),
            AGE,
            READY,
            STATUS,
        ],
        starts_unobserved: true,
    };
}

impl HelmChartSpec {
    /// Version or range of versions; any where the spec does not say.
    pub fn version(&self) -> &str {
        if self.version.is_empty() { ANY_VERSION } else { &self.version }
    }
}
