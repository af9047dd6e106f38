//! Calls that have a better way, each with its replacement.

use super::rust::{masked, without_tests};
use super::tree::File;
use super::{Finding, Tree};
use crate::floors::{FLOORS, floor_of};

/// A call and what to do instead.
struct Ban {
    call: &'static str,
    instead: &'static str,
    applies: fn(&Place) -> bool,
}

/// Where a line stands.
struct Place<'a> {
    member: &'a str,
    is_pure: bool,
}

const BANS: &[Ban] = &[
    Ban { call: "process::Command", instead: "nothing is executed; do it in the process", applies: anywhere },
    Ban { call: "process::{Command", instead: "nothing is executed; do it in the process", applies: anywhere },
    Ban { call: "process::exit(", instead: "return an error to the door", applies: anywhere },
    Ban { call: "println!(", instead: "return text to the door, or use tracing", applies: inside },
    Ban { call: "eprintln!(", instead: "return an error to the door, or use tracing", applies: inside },
    Ban { call: "thread::sleep(", instead: "tokio::time::sleep", applies: anywhere },
    Ban { call: "todo!(", instead: "write it, or an owner line in docs/parity.md", applies: anywhere },
    Ban { call: "unimplemented!(", instead: "write it, or an owner line in docs/parity.md", applies: anywhere },
    Ban { call: "async fn ", instead: "this floor is plain functions; async lives on the edges", applies: pure },
    Ban { call: "std::fs::", instead: "take the files as values; the disk is an edge", applies: pure },
    Ban { call: "std::net::TcpStream", instead: "take the bytes as values; the network is an edge", applies: pure },
    Ban { call: "env::var(", instead: "take it as an argument; the environment is a door's", applies: pure },
    Ban { call: "SystemTime::now(", instead: "take the time as an argument", applies: pure },
    Ban { call: "Instant::now(", instead: "take the time as an argument", applies: pure },
    Ban { call: "Timestamp::now(", instead: "take the time as an argument", applies: pure },
];

fn anywhere(_: &Place) -> bool {
    true
}

fn inside(place: &Place) -> bool {
    place.member != "cli"
}

fn pure(place: &Place) -> bool {
    place.is_pure
}

/// One finding for each banned call in the libraries. Tests, examples and what stands beside the house may do as they need.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust().filter_map(|file| Some((file, member(&file.path)?))).flat_map(|(file, member)| calls(file, member)).collect()
}

/// The crate on a floor that a library file belongs to; none for tests.
fn member(path: &str) -> Option<&str> {
    let (member, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    let is_test = rest.ends_with("/tests.rs") || rest.contains("/tests/");
    (rest.starts_with("src/") && !is_test && floor_of(member).is_some()).then_some(member)
}

fn calls(file: &File, member: &str) -> Vec<Finding> {
    let place = Place { member, is_pure: floor_of(member).is_some_and(|floor| FLOORS[floor].is_pure) };
    let masked = masked(&file.text);
    let mut findings = Vec::new();
    for (number, line) in without_tests(&masked).lines().enumerate() {
        let bans = BANS.iter().filter(|ban| (ban.applies)(&place) && calls_it(line, ban.call));
        findings.extend(bans.map(|ban| format!("{}:{}: `{}`: {}", file.path, number + 1, ban.call, ban.instead)));
    }
    findings
}

/// Whether the line has the call as a word of its own: `eprintln!` is not `println!`.
fn calls_it(line: &str, call: &str) -> bool {
    let begins_a_word = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    line.match_indices(call).any(|(at, _)| begins_a_word(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_outside_of_tests_and_comments() {
        let text =
            "//! A file.\n// println!(\nfn a() {\n    println!(\"b\");\n}\n#[cfg(test)]\nmod tests {\n    fn c() { println!(\"d\"); }\n}\n";
        let file = File { path: "crates/plan/src/a.rs".into(), text: text.into() };
        assert_eq!(calls(&file, "plan").len(), 1);
        assert!(calls(&file, "cli").is_empty());
    }
}
