//! Which template a name means: those of the set, and those that enclosing `tpl` calls define.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::parse::Template;

/// Adds a template to a table unless it is blank and there is one already.
pub(super) fn associate(templates: &mut HashMap<Arc<str>, Arc<Template>>, template: Template) {
    if template.is_blank() && templates.contains_key(&template.name) {
        return;
    }
    templates.insert(template.name.clone(), Arc::new(template));
}

/// The definitions of one `tpl` text, and those around it.
pub(super) struct Scope {
    pub templates: Rc<Vec<Arc<Template>>>,
    pub outer: Option<Rc<Scope>>,
}

impl Scope {
    /// The nearest definition of a name. A blank definition hides nothing.
    pub fn find(&self, name: &str) -> Option<Arc<Template>> {
        let mut blank = None;
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some(template) = here.templates.iter().find(|template| *template.name == *name) {
                if !template.is_blank() {
                    return Some(template.clone());
                }
                blank = blank.or_else(|| Some(template.clone()));
            }
            scope = here.outer.as_deref();
        }
        blank
    }
}
