//! What a render is told besides chart and values.

use super::capabilities::Capabilities;
use template::Limits;

/// Options of one render. The default is `helm template release-name` in namespace `default`.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// `.Release.Name`.
    pub release_name: String,
    /// `.Release.Namespace`.
    pub namespace: String,
    /// `.Release.Revision`.
    pub revision: i64,
    /// `.Release.IsInstall`.
    pub is_install: bool,
    /// `.Release.IsUpgrade`.
    pub is_upgrade: bool,
    /// `.Capabilities`.
    pub capabilities: Capabilities,
    /// Whether values are checked against the charts' schemas.
    pub validate_schema: bool,
    /// Whether the notes of subcharts are part of the notes.
    pub subchart_notes: bool,
    /// Linting: `required` and `fail` do not stop a render.
    pub lint: bool,
    /// The limits of the templates.
    pub limits: Limits,
    /// Whether manifests keep their documents as values, which takes memory; their texts are there always. Default true.
    pub keep_values: bool,
    /// Threads that may parse templates and read documents side by side. Default 0, which is as one: the caller's thread does all.
    pub threads_max: usize,
}

impl Default for RenderOptions {
    fn default() -> RenderOptions {
        RenderOptions {
            release_name: "release-name".into(),
            namespace: "default".into(),
            revision: 1,
            is_install: true,
            is_upgrade: false,
            capabilities: Capabilities::default(),
            validate_schema: true,
            subchart_notes: false,
            lint: false,
            limits: Limits::default(),
            keep_values: true,
            threads_max: 0,
        }
    }
}
