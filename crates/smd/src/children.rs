//! The nodes below a node of a field set, sorted by element.
//!
//! A sorted list: sets are built in order, are small at each node, and are compared and cloned far more often than
//! they are searched.

use crate::element::Element;

/// Children of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Children<T>(Vec<(Element, T)>);

impl<T> Default for Children<T> {
    fn default() -> Children<T> {
        Children(Vec::new())
    }
}

impl<T> Children<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Element, &T)> {
        self.0.iter().map(|(element, set)| (element, set))
    }

    pub(crate) fn get(&self, element: &Element) -> Option<&T> {
        self.position(element).ok().map(|position| &self.0[position].1)
    }

    /// The node under an element; made if absent.
    pub(crate) fn entry(&mut self, element: Element) -> &mut T
    where
        T: Default,
    {
        let position = self.position(&element).unwrap_or_else(|position| {
            self.0.insert(position, (element, T::default()));
            position
        });
        &mut self.0[position].1
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Element, &mut T) -> bool) {
        self.0.retain_mut(|(element, set)| keep(element, set));
    }

    /// Where an element is or belongs; the end is looked at first, for that is where sorted input goes.
    fn position(&self, element: &Element) -> Result<usize, usize> {
        match self.0.last() {
            Some((last, _)) if last < element => Err(self.0.len()),
            None => Err(0),
            _ => self.0.binary_search_by(|(known, _)| known.cmp(element)),
        }
    }
}

impl<T> FromIterator<(Element, T)> for Children<T> {
    fn from_iter<I: IntoIterator<Item = (Element, T)>>(nodes: I) -> Children<T> {
        let mut list: Vec<(Element, T)> = nodes.into_iter().collect();
        list.sort_by(|(a, _), (b, _)| a.cmp(b));
        list.dedup_by(|(b, _), (a, _)| a == b);
        Children(list)
    }
}
