//! Conflicts: fields that an apply would change although others own them.

use crate::managers::{Manager, Operation};
use crate::set::Path;
use std::collections::BTreeMap;
use std::fmt;

/// One field that another manager owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The owner, as kube-apiserver prints it, such as `"kubectl" using apps/v1`.
    pub manager: String,
    /// The field.
    pub path: Path,
}

/// All conflicts of one apply; prints kube-apiserver's message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflicts(pub Vec<Conflict>);

impl Conflict {
    /// The message of one cause in the server's answer.
    pub fn message(&self) -> String {
        format!("conflict with {}", self.manager)
    }
}

/// A manager as messages name it.
pub(crate) fn printed(manager: &Manager) -> String {
    let mut text = format!("{:?}", manager.name);
    if !manager.subresource.is_empty() {
        text += &format!(" with subresource {:?}", manager.subresource);
    }
    if manager.operation == Operation::Update {
        text += &format!(" using {}", manager.api_version);
    }
    text
}

impl fmt::Display for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.0.as_slice() {
            return write!(f, "Apply failed with 1 conflict: conflict with {}: {}", only.manager, only.path);
        }
        let mut by_manager = BTreeMap::<&str, Vec<&Path>>::new();
        for conflict in &self.0 {
            by_manager.entry(&conflict.manager).or_default().push(&conflict.path);
        }
        write!(f, "Apply failed with {} conflicts: ", self.0.len())?;
        for (index, (manager, paths)) in by_manager.into_iter().enumerate() {
            write!(f, "{}conflicts with {manager}:", if index == 0 { "" } else { "\n" })?;
            paths.iter().try_for_each(|path| write!(f, "\n- {path}"))?;
        }
        Ok(())
    }
}
