//! The way to a value inside an object, kept on the stack of a walk: it becomes text only when something is wrong.

use std::fmt;

/// A step on the way to a value, and the steps before it.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// The steps before, none at the root.
    pub before: Option<&'a Way<'a>>,
    /// The last step.
    pub step: Step<'a>,
}

/// One step.
#[derive(Clone, Copy)]
pub enum Step<'a> {
    /// A field, and the name of the type that has it.
    Field(&'a str, Option<&'static str>),
    /// A key of a map.
    Key(&'a str),
    /// A place in a list.
    Item(usize),
}

impl<'a> Way<'a> {
    /// The steps from the root.
    fn steps(&self) -> Vec<Step<'a>> {
        let mut steps: Vec<Step<'a>> = std::iter::successors(Some(self), |way| way.before).map(|way| way.step).collect();
        steps.reverse();
        steps
    }

    /// The innermost type with a name on the way.
    pub fn owner(&self) -> Option<&'static str> {
        let mut owners = std::iter::successors(Some(self), |way| way.before).map(|way| way.step);
        owners.find_map(|step| if let Step::Field(_, owner) = step { owner } else { None })
    }

    /// The fields on the way; keys of maps and places in lists are not named by Go's decoder.
    pub fn fields(&self) -> Vec<&'a str> {
        self.steps().into_iter().filter_map(|step| if let Step::Field(name, _) = step { Some(name) } else { None }).collect()
    }
}

impl fmt::Display for Way<'_> {
    /// As messages about unknown fields name it: `spec.containers[0].image`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps().into_iter().enumerate() {
            match step {
                Step::Item(index) => write!(f, "[{index}]")?,
                Step::Field(name, _) | Step::Key(name) => write!(f, "{}{name}", if at == 0 { "" } else { "." })?,
            }
        }
        Ok(())
    }
}
