//! The named limits of loading and rendering. A template's own limits are [`template::Limits`].

/// Bytes of all files of one chart archive after decompression, as in Helm.
pub const CHART_BYTES_MAX: u64 = 100 << 20;
/// Bytes of a compressed archive.
pub const ARCHIVE_BYTES_MAX: usize = 64 << 20;
/// Files in one chart archive or folder, subcharts included.
pub const CHART_FILES_MAX: usize = 20_000;
/// Archives and folders of charts inside each other.
pub const CHART_DEPTH_MAX: usize = 32;
/// Charts that take part in one render, aliases counted each time.
pub const CHART_INSTANCES_MAX: usize = 2_000;
/// Bytes of one values.schema.json.
pub const SCHEMA_BYTES_MAX: usize = 4 << 20;
/// Sets of parsed templates that one chart keeps: one for each combination of enabled subcharts and aliases.
pub const PARSED_SETS_MAX: usize = 16;
/// Bytes of a repository's index.yaml, as in Flux.
pub const INDEX_BYTES_MAX: usize = 50 << 20;
/// Characters of a release name.
pub const RELEASE_NAME_MAX: usize = 53;
