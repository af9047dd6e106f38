//! How much work an expression can make over given values, known before it is evaluated.
//!
//! A macro such as `all` walks a list, and a macro inside it walks a list for each element. The evaluator cannot be stopped half
//! way, so what could take too long is not begun.

use kube_cel::cel::common::ast::{EntryExpr, Expr, IdedExpr};
use object::Value;

/// Most steps that nested macros may take.
pub const STEPS_MAX: u128 = 1_000_000;

/// An upper bound on the steps of the macros of an expression over some values: the longest list, to the power of the nesting.
///
/// `text` is the expression: a list written in it has at most one element more than there are commas, each `+` may make a list
/// longer by one of the same length, and where texts are cut into lists a text counts by its bytes.
pub fn steps<'a>(tree: &IdedExpr, text: &str, values: impl IntoIterator<Item = &'a Value>) -> u128 {
    let texts_count = text.contains("split") || text.contains("findAll");
    let written = if texts_count { text.len() } else { 1 + text.matches(',').count() };
    let longest = values.into_iter().map(|value| longest(value, texts_count)).max().unwrap_or(0).max(written);
    let joined = longest as u128 * (1 + text.matches('+').count() as u128);
    joined.saturating_pow(nesting(tree))
}

/// The length of the longest list, mapping or, if they count, text in a value.
fn longest(value: &Value, texts_count: bool) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| longest(item, texts_count)).max().unwrap_or(0).max(items.len()),
        Value::Object(fields) => fields.values().map(|field| longest(field, texts_count)).max().unwrap_or(0).max(fields.len()),
        Value::String(text) if texts_count => text.len(),
        _ => 0,
    }
}

/// How deep macros are nested.
fn nesting(tree: &IdedExpr) -> u32 {
    let deepest = |trees: &[&IdedExpr]| trees.iter().map(|tree| nesting(tree)).max().unwrap_or(0);
    match &tree.expr {
        Expr::Select(select) => nesting(&select.operand),
        Expr::List(list) => list.elements.iter().map(nesting).max().unwrap_or(0),
        Expr::Map(map) => map
            .entries
            .iter()
            .map(|entry| match &entry.expr {
                EntryExpr::StructField(field) => nesting(&field.value),
                EntryExpr::MapEntry(entry) => deepest(&[&entry.key, &entry.value]),
            })
            .max()
            .unwrap_or(0),
        Expr::Call(call) => call.args.iter().chain(call.target.as_deref()).map(nesting).max().unwrap_or(0),
        Expr::Comprehension(loops) => {
            let inside = deepest(&[&loops.accu_init, &loops.loop_cond, &loops.loop_step, &loops.result]) + 1;
            inside.max(nesting(&loops.iter_range))
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => 0,
    }
}
