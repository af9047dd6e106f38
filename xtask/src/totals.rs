//! Counts tests in the output of `cargo test`.

use std::fmt;

/// How many tests there were of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// They passed.
    pub passed: u64,
    /// They failed.
    pub failed: u64,
    /// They could not run here, or run on request only.
    pub skipped: u64,
}

impl Totals {
    /// Adds other totals.
    pub fn add(&mut self, other: Totals) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Reads lines as they come.
#[derive(Debug, Default)]
pub struct Lines {
    /// What was counted.
    pub totals: Totals,
    /// Inside of what passing tests printed.
    is_in_successes: bool,
}

impl Lines {
    /// Takes in a line and says whether a person should see it: what passing tests print is left out, save what they skipped.
    pub fn take(&mut self, line: &str) -> bool {
        let line = line.trim_end();
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.is_in_successes = false;
            self.count(counts);
            return true;
        }
        if line.trim_start().starts_with("SKIPPED: ") {
            self.totals.skipped += 1;
            return true;
        }
        match line {
            "successes:" => self.is_in_successes = true,
            "failures:" => self.is_in_successes = false,
            _ => {}
        }
        !self.is_in_successes
    }

    /// `ok. 12 passed; 0 failed; 1 ignored; 0 measured; …`
    fn count(&mut self, counts: &str) {
        let words: Vec<&str> = counts.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => self.totals.passed += number,
                "failed" => self.totals.failed += number,
                "ignored" => self.totals.skipped += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (Totals, Vec<&str>) {
        let mut lines = Lines::default();
        let shown = text.lines().filter(|line| lines.take(line)).collect();
        (lines.totals, shown)
    }

    #[test]
    fn results_and_skips_are_summed() {
        let (totals, _) = counted(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             SKIPPED: no Go\n\
             test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(totals, Totals { passed: 5, failed: 4, skipped: 2 });
    }

    #[test]
    fn what_passing_tests_print_is_not_shown_save_what_they_skip() {
        let text = "test a ... ok\n\nsuccesses:\n\n---- a stdout ----\nnoise\nSKIPPED: b\n\nfailures:\n\n---- c stdout ----\nwhy\n";
        let (totals, shown) = counted(text);
        assert_eq!(totals.skipped, 1);
        assert!(shown.contains(&"SKIPPED: b") && shown.contains(&"why") && !shown.contains(&"noise"));
    }
}
