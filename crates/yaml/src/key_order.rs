//! The order in which Go's YAML writers print the keys of a mapping: like a reader would, so that `port10` follows `port9`.

use std::cmp::Ordering;

/// Sorts pairs by their keys. A merge sort of our own: the order is not total for every odd key, and the standard library's
/// sort may panic on such orders.
pub(crate) fn sort<V: Copy>(pairs: &mut Vec<(&String, V)>) {
    let mut width = 1;
    while width < pairs.len() {
        let runs: Vec<_> = pairs.chunks(width).collect();
        let merged = runs.chunks(2).fold(Vec::with_capacity(pairs.len()), |merged, run| merge(merged, run));
        *pairs = merged;
        width *= 2;
    }
}

/// Appends one or two sorted runs, as one.
fn merge<'k, V: Copy>(mut merged: Vec<(&'k String, V)>, runs: &[&[(&'k String, V)]]) -> Vec<(&'k String, V)> {
    let (mut left, mut right) = (runs[0], runs.get(1).copied().unwrap_or_default());
    while let (Some(a), Some(b)) = (left.first(), right.first()) {
        let source = if compare(a.0, b.0).is_le() { &mut left } else { &mut right };
        merged.push(source[0]);
        *source = &source[1..];
    }
    merged.extend(left.iter().chain(right));
    merged
}

/// Compares two keys: letters by code, runs of digits by the number they make, letters against the rest by what came before.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() && parts_at_letters(left, right) {
        return left.cmp(right);
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    match left.iter().zip(&right).position(|(a, b)| a != b) {
        None => left.len().cmp(&right.len()),
        Some(at) => compare_from(&left, &right, at),
    }
}

/// Whether the keys part at two letters, where numbers play no role.
fn parts_at_letters(left: &str, right: &str) -> bool {
    let parting = left.bytes().zip(right.bytes()).find(|(a, b)| a != b);
    parting.is_some_and(|(a, b)| a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

fn compare_from(left: &[char], right: &[char], at: usize) -> Ordering {
    let (a, b) = (left[at], right[at]);
    let after_digits = at > 0 && is_digit(left[at - 1]);
    match (a.is_alphabetic(), b.is_alphabetic()) {
        (true, true) => a.cmp(&b),
        (true, false) => {
            if after_digits {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, true) => {
            if after_digits {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (false, false) => compare_numbers(left, right, at).then(a.cmp(&b)),
    }
}

/// Compares the numbers that begin at `at`, then their lengths.
fn compare_numbers(left: &[char], right: &[char], at: usize) -> Ordering {
    // A zero counts as a digit of the number before it, if there is one; so 1 leads both.
    let continues = (left[at] == '0' || right[at] == '0') && left[..at].iter().rev().take_while(|&&c| is_digit(c)).any(|&c| c != '0');
    let (left, left_digits) = number(&left[at..], continues);
    let (right, right_digits) = number(&right[at..], continues);
    left.cmp(&right).then(left_digits.cmp(&right_digits))
}

fn number(text: &[char], continues: bool) -> (i64, usize) {
    let digits = text.iter().take_while(|&&c| is_digit(c));
    let (mut number, mut count) = (i64::from(continues), 0);
    for &digit in digits {
        number = number.wrapping_mul(10).wrapping_add(i64::from(u32::from(digit)) - i64::from(u32::from('0')));
        count += 1;
    }
    (number, count)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric() && !c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn keys_sort_as_people_count() {
        let mut keys = vec!["port10", "port9", "Port", "a-b", "a.b", "aB", "ab", "a1b", "a", "1", "10", "2", "a01", "a1"];
        keys.sort_by(|a, b| compare(a, b));
        assert_eq!(keys, ["1", "2", "10", "Port", "a", "a-b", "a.b", "a1", "a1b", "a01", "aB", "ab", "port9", "port10"]);
    }
}
