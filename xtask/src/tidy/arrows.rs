//! Dependencies point up the floors only, and pure floors use nothing that reaches outside.

use super::{Finding, Tree};
use crate::floors::{self, FLOORS, IMPURE};
use crate::workspace::Crate;

/// One finding for each wrong arrow, each crate without a floor and each floor entry without a crate.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree.crates.iter().flat_map(arrows).collect();
    let is_there = |name: &str| tree.crates.iter().any(|member| member.name == name);
    for floor in FLOORS {
        let missing = floor.crates.iter().filter(|name| !is_there(name));
        findings.extend(missing.map(|name| format!("`{name}` is on the floor `{}` in xtask/src/floors.rs and is no crate", floor.name)));
    }
    findings
}

fn arrows(member: &Crate) -> Vec<Finding> {
    let is_pure = floors::floor_of(&member.name).is_some_and(|floor| FLOORS[floor].is_pure);
    let mut findings = Vec::new();
    for dependency in &member.dependencies {
        let why = match dependency.is_ours {
            true => floors::refusal(&member.name, &dependency.name, dependency.is_for_tests),
            false if is_pure && !dependency.is_for_tests && IMPURE.contains(&dependency.name.as_str()) => {
                Some("its floor knows no network, disk, clock or async".to_owned())
            }
            false => None,
        };
        findings.extend(why.map(|why| format!("`{}` -> `{}`: {why}", member.name, dependency.name)));
    }
    if floors::floor_of(&member.name).is_none() && !floors::BESIDE.contains(&member.name.as_str()) {
        findings.push(format!("`{}` is on no floor; give it one in xtask/src/floors.rs and ARCHITECTURE.md", member.name));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{self, Dependency};

    #[test]
    fn the_arrows_of_the_workspace_point_up() {
        let findings: Vec<Finding> = workspace::crates().unwrap().iter().flat_map(arrows).collect();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    #[test]
    fn a_wrong_arrow_is_refused() {
        let dependency = |name: &str, is_ours| Dependency { name: name.to_owned(), is_ours, is_for_tests: false };
        let dependencies = vec![dependency("cluster", true), dependency("tokio", false), dependency("object", true)];
        let plan = Crate { name: "plan".into(), package: "sluice-plan".into(), dependencies, tests: Vec::new() };
        assert_eq!(arrows(&plan).len(), 2);
    }
}
