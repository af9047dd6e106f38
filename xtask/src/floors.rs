//! The floors of the house and the arrows between neighbours: the one place that says who may depend on whom.
//!
//! ARCHITECTURE.md draws the same picture for people; `cargo xtask tidy` compares the two and the manifests with this.

/// A floor: its name and its crates. A crate may use the floors above its own.
pub struct Floor {
    /// The name.
    pub name: &'static str,
    /// Crates on it, by folder name.
    pub crates: &'static [&'static str],
    /// No network, disk, environment, clock or async below this roof.
    pub is_pure: bool,
}

/// The floors from top to bottom.
pub const FLOORS: &[Floor] = &[
    Floor { name: "words", crates: &["yaml", "object", "schema", "api", "failure"], is_pure: true },
    Floor {
        name: "engines",
        crates: &["semver", "kustomize", "build", "template", "helm", "smd", "structural", "plan", "health"],
        is_pure: true,
    },
    Floor { name: "edges", crates: &["cluster", "artifact", "source", "apply", "apiserver"], is_pure: false },
    Floor { name: "control", crates: &["runtime", "controllers"], is_pure: false },
    Floor { name: "doors", crates: &["cli"], is_pure: false },
];

/// Crates beside the house: they may use everything, and only tests may use them.
pub const BESIDE: &[&str] = &["testing", "acceptance", "bench", "sim", "xtask"];

/// Arrows between crates of one floor: who uses whom.
pub const NEIGHBOURS: &[(&str, &str)] = &[
    ("api", "object"),
    ("failure", "object"),
    ("build", "kustomize"),
    ("helm", "kustomize"),
    ("helm", "semver"),
    ("helm", "template"),
    ("template", "semver"),
    ("apply", "cluster"),
    ("source", "artifact"),
    ("controllers", "runtime"),
];

/// Outside crates that a pure floor has no use for.
pub const IMPURE: &[&str] = &[
    "async-trait",
    "axum",
    "futures",
    "gix",
    "hyper",
    "hyper-util",
    "kube",
    "mimalloc",
    "redb",
    "reqwest",
    "russh",
    "rustls",
    "tempfile",
    "tokio",
    "tokio-util",
    "tower",
    "tracing-subscriber",
];

/// Which floor a crate is on, counted from the top.
pub fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.crates.contains(&name))
}

/// Why a crate may not use another, if it may not.
pub fn refusal(user: &str, used: &str, is_for_tests: bool) -> Option<String> {
    if BESIDE.contains(&user) {
        return None;
    }
    if BESIDE.contains(&used) {
        return (!is_for_tests).then(|| format!("`{used}` stands beside the house; only tests may use it"));
    }
    let (Some(from), Some(to)) = (floor_of(user), floor_of(used)) else {
        return Some("one of the two is on no floor; give it one in xtask/src/floors.rs".to_owned());
    };
    let (above, own) = (FLOORS[to].name, FLOORS[from].name);
    if to > from {
        return Some(format!("`{used}` is on the floor `{above}`, below `{own}`; arrows point up only"));
    }
    let is_drawn = to < from || is_for_tests || NEIGHBOURS.contains(&(user, used));
    (!is_drawn).then(|| format!("both are on the floor `{own}` and the arrow is not drawn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_up_or_along_a_drawn_line() {
        assert_eq!(refusal("plan", "object", false), None);
        assert_eq!(refusal("apply", "cluster", false), None);
        assert_eq!(refusal("source", "testing", true), None);
        for (user, used) in [("object", "plan"), ("plan", "health"), ("cluster", "apply"), ("runtime", "testing"), ("plan", "elsewhere")] {
            assert!(refusal(user, used, false).is_some(), "{user} -> {used}");
        }
    }

    #[test]
    fn drawn_neighbours_are_on_one_floor_and_no_circle() {
        for (user, used) in NEIGHBOURS {
            assert_eq!(floor_of(user), floor_of(used), "{user} -> {used}");
            assert!(!NEIGHBOURS.contains(&(used, user)), "{user} <-> {used}");
        }
    }
}
