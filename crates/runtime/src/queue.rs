//! The work queue: keys to look at, now or later, fair by namespace.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::Key;

/// How soon a key is taken. Within one priority, namespaces take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// A person asked for it.
    Asked,
    /// Something changed.
    Changed,
    /// The safety net.
    Interval,
}

const PRIORITIES: [Priority; 3] = [Priority::Asked, Priority::Changed, Priority::Interval];

/// A queue of keys. A key is in it at most once, and is never given out while it is being worked on.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    woken: Notify,
}

#[derive(Default)]
struct State {
    ready: [Turns; 3],
    queued: HashMap<Key, Priority>,
    later: BTreeMap<(Instant, Key), Priority>,
    due: HashMap<Key, Instant>,
    working: HashSet<Key>,
    /// Added while being worked on: comes back when done.
    again: HashMap<Key, Priority>,
    is_closed: bool,
}

/// Keys of one priority: a line for each namespace, and the order in which the namespaces take turns.
#[derive(Default)]
struct Turns {
    lines: HashMap<String, VecDeque<Key>>,
    order: VecDeque<String>,
}

impl Queue {
    /// Adds a key to be looked at now. A higher priority than the one it waits with moves it forward.
    pub fn add(&self, key: Key, priority: Priority) {
        let mut state = self.state.lock();
        state.forget_later(&key);
        state.add(key, priority);
        drop(state);
        self.woken.notify_one();
    }

    /// Adds a key to be looked at after a while. If it is already waiting for an earlier moment, that one stays.
    pub fn add_after(&self, key: Key, delay: Duration, priority: Priority) {
        let at = Instant::now() + delay;
        let mut state = self.state.lock();
        if state.due.get(&key).is_some_and(|due| *due <= at) {
            return;
        }
        state.forget_later(&key);
        state.due.insert(key.clone(), at);
        state.later.insert((at, key), priority);
        drop(state);
        self.woken.notify_one();
    }

    /// The next key; waits for one. None after [`Queue::close`]. Give it back with [`Queue::done`].
    pub async fn take(&self) -> Option<Key> {
        loop {
            let woken = self.woken.notified();
            let wait = {
                let mut state = self.state.lock();
                if state.is_closed {
                    return None;
                }
                state.promote(Instant::now());
                if let Some(key) = state.pop() {
                    if !state.queued.is_empty() {
                        self.woken.notify_one();
                    }
                    return Some(key);
                }
                state.later.keys().next().map(|(at, _)| *at)
            };
            match wait {
                Some(at) => tokio::select! { () = woken => {}, () = tokio::time::sleep_until(at) => {} },
                None => woken.await,
            }
        }
    }

    /// Says that the work on a key is done.
    pub fn done(&self, key: &Key) {
        let mut state = self.state.lock();
        state.working.remove(key);
        if let Some(priority) = state.again.remove(key) {
            state.add(key.clone(), priority);
        }
        drop(state);
        self.woken.notify_one();
    }

    /// Takes a key out of the line and forgets when it was due: its object is gone.
    pub fn forget(&self, key: &Key) {
        self.state.lock().forget_later(key);
    }

    /// Lets every [`Queue::take`] end.
    pub fn close(&self) {
        self.state.lock().is_closed = true;
        self.woken.notify_waiters();
        self.woken.notify_one();
    }

    /// How many keys wait to be taken now.
    pub fn depth(&self) -> usize {
        self.state.lock().queued.len()
    }
}

impl State {
    fn add(&mut self, key: Key, priority: Priority) {
        if self.working.contains(&key) {
            let again = self.again.entry(key).or_insert(priority);
            *again = (*again).min(priority);
            return;
        }
        match self.queued.get(&key) {
            Some(queued) if *queued <= priority => return,
            Some(queued) => self.ready[*queued as usize].remove(&key),
            None => {}
        }
        self.queued.insert(key.clone(), priority);
        self.ready[priority as usize].push(key);
    }

    fn pop(&mut self) -> Option<Key> {
        let key = PRIORITIES.iter().find_map(|priority| self.ready[*priority as usize].pop())?;
        self.queued.remove(&key);
        self.working.insert(key.clone());
        Some(key)
    }

    fn promote(&mut self, now: Instant) {
        while let Some(entry) = self.later.first_entry() {
            if entry.key().0 > now {
                return;
            }
            let ((_, key), priority) = entry.remove_entry();
            self.due.remove(&key);
            self.add(key, priority);
        }
    }

    fn forget_later(&mut self, key: &Key) {
        if let Some(at) = self.due.remove(key) {
            self.later.remove(&(at, key.clone()));
        }
    }
}

impl Turns {
    fn push(&mut self, key: Key) {
        let line = self.lines.entry(key.namespace.clone()).or_default();
        if line.is_empty() {
            self.order.push_back(key.namespace.clone());
        }
        line.push_back(key);
    }

    fn pop(&mut self) -> Option<Key> {
        let namespace = self.order.pop_front()?;
        let line = self.lines.get_mut(&namespace)?;
        let key = line.pop_front();
        if line.is_empty() {
            self.lines.remove(&namespace);
        } else {
            self.order.push_back(namespace);
        }
        key
    }

    fn remove(&mut self, key: &Key) {
        let Some(line) = self.lines.get_mut(&key.namespace) else { return };
        line.retain(|queued| queued != key);
        if line.is_empty() {
            self.lines.remove(&key.namespace);
            self.order.retain(|namespace| *namespace != key.namespace);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(namespace: &str, name: &str) -> Key {
        Key::new(namespace, name)
    }

    #[tokio::test]
    async fn a_busy_namespace_does_not_starve_another() {
        let queue = Queue::default();
        for at in 0..100 {
            queue.add(key("busy", &at.to_string()), Priority::Changed);
        }
        queue.add(key("calm", "a"), Priority::Changed);
        queue.take().await;
        assert_eq!(queue.take().await, Some(key("calm", "a")));
    }

    #[tokio::test]
    async fn what_a_person_asked_for_comes_first() {
        let queue = Queue::default();
        queue.add(key("a", "slow"), Priority::Interval);
        queue.add(key("a", "asked"), Priority::Interval);
        queue.add(key("a", "asked"), Priority::Asked);
        assert_eq!(queue.take().await, Some(key("a", "asked")));
        assert_eq!(queue.take().await, Some(key("a", "slow")));
        assert_eq!(queue.depth(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_is_not_given_out_twice_and_comes_back_when_it_was_added_meanwhile() {
        let queue = Queue::default();
        queue.add(key("a", "a"), Priority::Changed);
        let taken = queue.take().await.unwrap();
        queue.add(taken.clone(), Priority::Changed);
        assert!(tokio::time::timeout(Duration::from_secs(1), queue.take()).await.is_err());
        queue.done(&taken);
        assert_eq!(queue.take().await, Some(taken));
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_key_comes_at_its_time_and_the_earlier_time_wins() {
        let queue = Queue::default();
        let start = Instant::now();
        queue.add_after(key("a", "a"), Duration::from_secs(5), Priority::Interval);
        queue.add_after(key("a", "a"), Duration::from_secs(60), Priority::Interval);
        queue.take().await;
        assert_eq!(start.elapsed().as_secs(), 5);
    }

    #[tokio::test]
    async fn a_closed_queue_gives_nothing() {
        let queue = Queue::default();
        queue.add(key("a", "a"), Priority::Changed);
        queue.close();
        assert_eq!(queue.take().await, None);
    }
}
