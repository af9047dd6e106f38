//! What a caller may choose, and the limits of a build.

/// Which files a Kustomization may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LoadRestrictor {
    /// Only files in or below its own directory. Bases may stand anywhere in the tree.
    #[default]
    RootOnly,
    /// Any file of the tree, as Flux builds.
    None,
}

/// The order of the result where the Kustomization has no `sortOptions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reorder {
    /// As the files list them.
    #[default]
    None,
    /// By kind, namespaces first, webhooks last; what the reference does when `--reorder` is not given.
    Legacy,
}

/// Choices of one build. The default is what Flux does, save the load restriction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// Which files a Kustomization may read.
    pub load_restrictor: LoadRestrictor,
    /// The order of the result.
    pub reorder: Reorder,
    /// Adds the label `app.kubernetes.io/managed-by` to everything (`--enable-managedby-label`).
    pub add_managed_by_label: bool,
    /// Reads the root's file as Flux does: unknown fields are passed over, numbers and flags serve as texts. Bases are read strictly.
    pub lenient_root: bool,
    /// An `openapi` document always comes on top of the built-in schema, as in Flux, and never stands alone.
    pub keeps_schema: bool,
    /// Threads that may read large files side by side. Default 0, which is as one: the caller's thread does all.
    pub threads_max: usize,
    /// How much a build may hold.
    pub limits: Limits,
}

/// How much a build may hold; past a limit it fails with a message that names the limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Kustomizations inside Kustomizations. Default 64.
    pub depth_max: usize,
    /// Resources in the result and at any step. Default 100,000.
    pub resources_max: usize,
    /// Bytes of one file. Default 64 MiB.
    pub file_bytes_max: usize,
    /// Kustomizations visited in one build. Default 10,000; repeated bases count each time.
    pub visits_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth_max: 64, resources_max: 100_000, file_bytes_max: 64 << 20, visits_max: 10_000 }
    }
}
