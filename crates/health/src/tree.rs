//! Walks over the tree of an expression.

use kube_cel::cel::common::ast::operators::{OPT_INDEX, OPT_SELECT};
use kube_cel::cel::common::ast::{EntryExpr, Expr, IdedExpr};

/// Writes `a.?b` as `a[?'b']`, which means the same. The evaluator fails on the first where the field is absent and answers the
/// second with no value, as it must.
pub fn index_instead_of_select(tree: &mut IdedExpr) {
    match &mut tree.expr {
        Expr::Select(select) => index_instead_of_select(&mut select.operand),
        Expr::List(list) => list.elements.iter_mut().for_each(index_instead_of_select),
        Expr::Map(map) => map.entries.iter_mut().for_each(|entry| match &mut entry.expr {
            EntryExpr::StructField(field) => index_instead_of_select(&mut field.value),
            EntryExpr::MapEntry(entry) => [&mut entry.key, &mut entry.value].into_iter().for_each(index_instead_of_select),
        }),
        Expr::Call(call) => {
            if call.func_name == OPT_SELECT {
                call.func_name = OPT_INDEX.to_owned();
            }
            call.target.iter_mut().for_each(|target| index_instead_of_select(target));
            call.args.iter_mut().for_each(index_instead_of_select);
        }
        Expr::Comprehension(comprehension) => {
            let (range, start) = (&mut comprehension.iter_range, &mut comprehension.accu_init);
            let (condition, step, result) = (&mut comprehension.loop_cond, &mut comprehension.loop_step, &mut comprehension.result);
            [range, start, condition, step, result].into_iter().for_each(index_instead_of_select);
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
    }
}

/// The first name that is neither a variable nor bound by a macro around it.
pub fn undeclared<'a>(tree: &'a IdedExpr, scope: &mut Vec<&'a str>) -> Option<&'a str> {
    match &tree.expr {
        Expr::Ident(name) => (!name.starts_with('@') && !scope.contains(&name.as_str())).then_some(name),
        Expr::Select(select) => undeclared(&select.operand, scope),
        Expr::List(list) => list.elements.iter().find_map(|element| undeclared(element, scope)),
        Expr::Map(map) => map.entries.iter().find_map(|entry| match &entry.expr {
            EntryExpr::StructField(field) => undeclared(&field.value, scope),
            EntryExpr::MapEntry(entry) => undeclared(&entry.key, scope).or_else(|| undeclared(&entry.value, scope)),
        }),
        Expr::Call(call) => {
            let target = call.target.as_deref().and_then(|target| undeclared(target, scope));
            target.or_else(|| call.args.iter().find_map(|argument| undeclared(argument, scope)))
        }
        Expr::Comprehension(comprehension) => {
            let outer = scope.len();
            let range = undeclared(&comprehension.iter_range, scope);
            scope.extend([comprehension.iter_var.as_str(), comprehension.accu_var.as_str()]);
            scope.extend(comprehension.iter_var2.as_deref());
            let parts = [&comprehension.accu_init, &comprehension.loop_cond, &comprehension.loop_step, &comprehension.result];
            let found = range.or_else(|| parts.into_iter().find_map(|part| undeclared(part, scope)));
            scope.truncate(outer);
            found
        }
        Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => None,
    }
}
