//! The clusters that objects are applied to: our own, and those that kubeconfigs lead to.
//!
//! A remote cluster is kept as long as an object uses it. One that does not answer is asked again only after a pause: its objects
//! fail at once instead of holding the workers of others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use cluster::{Cluster, ConnectError};
use parking_lot::Mutex;
use runtime::{Key, Queue};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::applied::Index;

/// How long a cluster may take to answer the first request.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a cluster that did not answer is left alone.
const SILENCE: Duration = Duration::from_secs(10);

/// A cluster that objects are applied to, and what is known of them there. Clones share the content.
#[derive(Clone)]
pub struct Site {
    /// The cluster.
    pub cluster: Cluster,
    /// What was applied there.
    pub index: Index,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum NoSite {
    /// The kubeconfig cannot be used.
    #[error(transparent)]
    Kubeconfig(#[from] ConnectError),
    /// The cluster did not answer, now or a moment ago.
    #[error("the cluster does not answer: {0}")]
    Silent(String),
}

/// All sites.
pub struct Sites {
    home: Site,
    queue: Arc<Queue>,
    options: apply::Options,
    remote: Mutex<HashMap<Fingerprint, Remote>>,
}

/// The digest of a kubeconfig.
type Fingerprint = [u8; 32];

struct Remote {
    site: Site,
    users: HashSet<Key>,
    state: State,
}

#[derive(Clone)]
enum State {
    /// It was not asked yet, or its pause is over.
    Unknown,
    Answers,
    Silent {
        until: Instant,
        why: String,
    },
}

impl Sites {
    /// With our own cluster alone. `queue` hears of objects that were touched, wherever they are.
    pub fn new(home: Cluster, queue: Arc<Queue>, options: apply::Options) -> Sites {
        let index = Index::new(home.clone(), queue.clone(), options.clone());
        Sites { home: Site { cluster: home, index }, queue, options, remote: Mutex::default() }
    }

    /// Our own cluster.
    pub fn home(&self) -> &Site {
        &self.home
    }

    /// The cluster that a kubeconfig leads to, for an object. It is the only one that the object uses from now on.
    pub async fn remote(&self, user: &Key, kubeconfig: &str) -> Result<Site, NoSite> {
        let fingerprint: Fingerprint = Sha256::digest(kubeconfig).into();
        self.leave_all_but(user, Some(&fingerprint));
        let (site, state) = match self.enter(user, &fingerprint) {
            Some(known) => known,
            None => {
                let cluster = Cluster::from_kubeconfig_text(kubeconfig).await?;
                self.add(user, fingerprint, cluster)
            }
        };
        match state {
            State::Answers => Ok(site),
            State::Silent { until, why } if Instant::now() < until => Err(NoSite::Silent(why)),
            State::Silent { .. } | State::Unknown => self.probe(&fingerprint, site).await,
        }
    }

    /// An object is gone, or uses our own cluster: remote ones that nobody uses are forgotten, and their watches end.
    pub fn leave(&self, user: &Key) {
        self.leave_all_but(user, None);
    }

    /// The cluster of an object did not answer: it is left alone for a while.
    pub fn fell_silent(&self, user: &Key, why: &str) {
        let mut remote = self.remote.lock();
        if let Some(remote) = remote.values_mut().find(|remote| remote.users.contains(user)) {
            remote.state = State::silent(why);
        }
    }

    fn leave_all_but(&self, user: &Key, kept: Option<&Fingerprint>) {
        self.remote.lock().retain(|fingerprint, remote| {
            if Some(fingerprint) != kept {
                remote.users.remove(user);
            }
            !remote.users.is_empty()
        });
    }

    fn enter(&self, user: &Key, fingerprint: &Fingerprint) -> Option<(Site, State)> {
        let mut remote = self.remote.lock();
        let remote = remote.get_mut(fingerprint)?;
        remote.users.insert(user.clone());
        Some((remote.site.clone(), remote.state.clone()))
    }

    fn add(&self, user: &Key, fingerprint: Fingerprint, cluster: Cluster) -> (Site, State) {
        let mut remote = self.remote.lock();
        let remote = remote.entry(fingerprint).or_insert_with(|| {
            let index = Index::new(cluster.clone(), self.queue.clone(), self.options.clone());
            Remote { site: Site { cluster, index }, users: HashSet::new(), state: State::Unknown }
        });
        remote.users.insert(user.clone());
        (remote.site.clone(), remote.state.clone())
    }

    async fn probe(&self, fingerprint: &Fingerprint, site: Site) -> Result<Site, NoSite> {
        let controller = site.cluster.controller();
        let answer = tokio::time::timeout(PROBE_TIMEOUT, controller.raw_get("/version", "application/json")).await;
        let silence = match answer {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} s", PROBE_TIMEOUT.as_secs())),
        };
        if let Some(remote) = self.remote.lock().get_mut(fingerprint) {
            remote.state = silence.as_deref().map_or(State::Answers, State::silent);
        }
        silence.map_or(Ok(site), |why| Err(NoSite::Silent(why)))
    }
}

impl State {
    fn silent(why: &str) -> State {
        State::Silent { until: Instant::now() + SILENCE, why: why.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing listens on the port.
    fn kubeconfig(token: &str) -> String {
        format!(
            "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], \
             clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:1'}}}}], users: [{{name: u, user: {{token: {token}}}}}]}}"
        )
    }

    fn sites() -> Sites {
        let nobody = tower::service_fn(|_| async { Err::<http::Response<String>, _>(std::io::Error::other("nobody")) });
        Sites::new(Cluster::over(nobody), Arc::default(), apply::Options::default())
    }

    #[tokio::test(start_paused = true)]
    async fn a_cluster_that_does_not_answer_is_left_alone_for_a_while() {
        let (sites, user) = (sites(), Key::new("a", "b"));
        let state = || sites.remote.lock().values().next().map(|remote| remote.state.clone());
        assert!(matches!(sites.remote(&user, &kubeconfig("t")).await, Err(NoSite::Silent(_))));
        let Some(State::Silent { until, .. }) = state() else { panic!("the silence is remembered") };
        assert!(matches!(sites.remote(&Key::new("a", "c"), &kubeconfig("t")).await, Err(NoSite::Silent(_))));
        assert!(matches!(state(), Some(State::Silent { until: again, .. }) if again == until), "it was not asked again");
        tokio::time::advance(SILENCE).await;
        assert!(matches!(sites.remote(&user, &kubeconfig("t")).await, Err(NoSite::Silent(_))));
        assert!(matches!(state(), Some(State::Silent { until: again, .. }) if again > until), "it was asked again");
    }

    #[tokio::test]
    async fn a_cluster_is_forgotten_with_its_last_user() {
        let (sites, one, two) = (sites(), Key::new("a", "one"), Key::new("a", "two"));
        let count = || sites.remote.lock().len();
        for user in [&one, &two] {
            assert!(sites.remote(user, &kubeconfig("t")).await.is_err());
        }
        assert_eq!(count(), 1, "one kubeconfig is one cluster");
        assert!(sites.remote(&one, &kubeconfig("another")).await.is_err());
        assert_eq!(count(), 2);
        sites.leave(&one);
        assert_eq!(count(), 1);
        sites.leave(&two);
        assert_eq!(count(), 0);
    }

    #[tokio::test]
    async fn a_kubeconfig_that_cannot_be_used_makes_no_site() {
        let sites = sites();
        assert!(matches!(sites.remote(&Key::new("a", "b"), "{]").await, Err(NoSite::Kubeconfig(_))));
        assert!(sites.remote.lock().is_empty());
    }
}
