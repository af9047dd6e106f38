//! Where files of a running `sluice up` lie on this machine.

use std::path::PathBuf;

/// The kubeconfig of a running `sluice up`: `$XDG_RUNTIME_DIR/sluice/up.kubeconfig`, else below `~/.cache`.
///
/// None where the machine has neither a runtime folder nor a home.
pub fn up_kubeconfig() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let folder = folder.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    folder.map(|folder| folder.join("sluice").join("up.kubeconfig"))
}
