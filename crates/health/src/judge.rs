//! Judgement by the health expressions of a Kustomization or a HelmRelease, and by the usual checks for every other kind.

use api::HealthCheckExpr;
use jiff::Timestamp;
use object::{Gvk, Object};
use std::collections::BTreeMap;

use crate::expression::{Expression, ExpressionError};
use crate::{Health, Status, generic, health};

/// Health expressions, read once. One without expressions judges as [`health`] does.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    rules: BTreeMap<(String, String), Rule>,
}

/// The expressions of one kind, in the order they are asked.
#[derive(Clone, Debug)]
struct Rule {
    expressions: Vec<(Expression, Status)>,
}

/// An expression that cannot be used, and which one it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// Two entries are for the same kind.
    #[error("duplicate custom health check for GroupKind {kind} at healthchecks[{index}]")]
    Duplicate {
        /// Kind and group.
        kind: String,
        /// Place of the second entry.
        index: usize,
    },
    /// An expression is missing or cannot be read.
    #[error("failed to create custom status evaluator for healthchecks[{index}]: {cause}")]
    Invalid {
        /// Place of the entry.
        index: usize,
        /// What is wrong.
        cause: RuleError,
    },
}

/// What is wrong with the expressions of one kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Without `current` nothing would ever be current.
    #[error("expression Current not specified")]
    NoCurrent,
    /// One of them cannot be read.
    #[error("failed to parse the expression {name}: {cause}")]
    Parse {
        /// `Current`, `Failed` or `InProgress`.
        name: &'static str,
        /// Why it cannot be read.
        cause: ExpressionError,
    },
}

impl Judge {
    /// Reads the expressions. Errors: one cannot be read, `current` is empty, a kind has two entries.
    pub fn new(checks: &[HealthCheckExpr]) -> Result<Judge, JudgeError> {
        let mut rules = BTreeMap::new();
        for (index, check) in checks.iter().enumerate() {
            let group = Gvk::new(&check.api_version, &check.kind).group;
            let rule = Rule::new(check).map_err(|cause| JudgeError::Invalid { index, cause })?;
            if rules.insert((group.clone(), check.kind.clone()), rule).is_some() {
                let kind = if group.is_empty() { check.kind.clone() } else { format!("{}.{group}", check.kind) };
                return Err(JudgeError::Duplicate { kind, index });
            }
        }
        Ok(Judge { rules })
    }

    /// Judges by the entry of the object's kind, else by the entry of its whole group, else by the usual checks.
    pub fn health(&self, object: &Object, now: Timestamp) -> Health {
        let entry = |kind: &str| self.rules.get(&(object.group().to_owned(), kind.to_owned()));
        match entry(object.kind()).or_else(|| entry("")) {
            Some(rule) => rule.health(object),
            None => health(object, now),
        }
    }
}

impl Rule {
    fn new(check: &HealthCheckExpr) -> Result<Rule, RuleError> {
        if check.current.is_empty() {
            return Err(RuleError::NoCurrent);
        }
        let texts = [
            ("InProgress", &check.in_progress, Status::InProgress),
            ("Failed", &check.failed, Status::Failed),
            ("Current", &check.current, Status::Current),
        ];
        let given = texts.into_iter().filter(|(_, text, _)| !text.is_empty());
        let read = |(name, text, status): (&'static str, &String, Status)| {
            Expression::parse(text).map(|expression| (expression, status)).map_err(|cause| RuleError::Parse { name, cause })
        };
        Ok(Rule { expressions: given.map(read).collect::<Result<_, _>>()? })
    }

    /// The first expression that holds decides; where none does the object is on its way, and so it is while its newest
    /// generation is not observed, whatever the expressions say.
    fn health(&self, object: &Object) -> Health {
        let verdict = |status| Health { status, reason: String::new(), message: String::new() };
        if generic::unobserved(object).is_some() {
            return verdict(Status::InProgress);
        }
        for (expression, status) in &self.expressions {
            match expression.boolean(object.as_map().iter().map(|(name, value)| (name.as_str(), value))) {
                Ok(true) => return verdict(*status),
                Ok(false) => {}
                Err(error) => return Health::unknown(error.to_string()),
            }
        }
        verdict(Status::InProgress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(kind: &str, in_progress: &str, failed: &str, current: &str) -> HealthCheckExpr {
        let [api_version, kind, in_progress, failed, current] = ["a.b/v1", kind, in_progress, failed, current].map(str::to_owned);
        HealthCheckExpr { api_version, kind, in_progress, failed, current }
    }

    fn object(data: object::Value) -> Object {
        let mut object = Object::new(json!({"apiVersion": "a.b/v1", "kind": "A"})).unwrap();
        object.as_map_mut().extend(data.as_object().unwrap().clone());
        object
    }

    #[test]
    fn in_progress_wins_over_failed_and_failed_over_current() {
        let judge = Judge::new(&[check("A", "data.i", "data.f", "data.c")]).unwrap();
        for (i, f, c, status) in [
            (true, true, true, Status::InProgress),
            (false, true, true, Status::Failed),
            (false, false, true, Status::Current),
            (false, false, false, Status::InProgress),
        ] {
            let object = object(json!({"data": {"i": i, "f": f, "c": c}}));
            assert_eq!(judge.health(&object, Timestamp::UNIX_EPOCH).status, status);
        }
    }

    #[test]
    fn a_stale_status_says_nothing() {
        let judge = Judge::new(&[check("A", "", "", "true")]).unwrap();
        let stale = object(json!({"metadata": {"generation": 2}, "status": {"observedGeneration": 1}}));
        assert_eq!(judge.health(&stale, Timestamp::UNIX_EPOCH).status, Status::InProgress);
    }

    #[test]
    fn an_entry_without_kind_is_for_the_whole_group() {
        let judge = Judge::new(&[check("", "", "true", "true"), check("B", "", "", "true")]).unwrap();
        assert_eq!(judge.health(&object(json!({})), Timestamp::UNIX_EPOCH).status, Status::Failed);
        assert_eq!(judge.health(&object(json!({"kind": "B"})), Timestamp::UNIX_EPOCH).status, Status::Current);
        assert_eq!(judge.health(&object(json!({"apiVersion": "v1"})), Timestamp::UNIX_EPOCH).message, "Resource is current");
    }

    #[test]
    fn an_error_while_evaluating_is_unknown_and_says_why() {
        let judge = Judge::new(&[check("A", "", "", "data.missing")]).unwrap();
        let health = judge.health(&object(json!({"data": {}})), Timestamp::UNIX_EPOCH);
        assert_eq!((health.status, health.message.contains("no such key: missing")), (Status::Unknown, true));
    }

    #[test]
    fn what_cannot_be_used_is_refused_at_once() {
        let error = |checks: &[HealthCheckExpr]| Judge::new(checks).unwrap_err().to_string();
        assert_eq!(
            error(&[check("A", "", "", "")]),
            "failed to create custom status evaluator for healthchecks[0]: expression Current not specified"
        );
        assert_eq!(
            error(&[check("A", "", "", "true"), check("A", "", "", "true")]),
            "duplicate custom health check for GroupKind A.a.b at healthchecks[1]"
        );
        assert!(error(&[check("A", "", "a ==", "true")]).contains("failed to parse the expression Failed"));
    }
}
