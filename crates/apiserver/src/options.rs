//! What a server can be told when it opens.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::user::User;

/// Settings of a server. The default is an in-memory server where everything is allowed.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where objects live.
    pub store: Store,
    /// Who may do what.
    pub authorization: Authorization,
    /// Users that prove themselves by a bearer token, beside the generated administrator.
    pub tokens: Vec<Token>,
    /// Whether each namespace gets its `default` ServiceAccount and the `kube-root-ca.crt` ConfigMap.
    pub service_accounts: bool,
    /// Makes workloads ready as a controller-manager and kubelets would; none means nothing ever becomes ready.
    pub simulate_workloads: bool,
    /// How long a simulated workload takes to become ready.
    pub workload_delay: Duration,
    /// `gitVersion` of `/version`.
    pub version: String,
    /// Requests served at once, beside watches; more are answered 429.
    pub in_flight_max: usize,
    /// Where times and ids come from.
    pub clock: Clock,
}

/// Where objects live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// In memory; gone when the server is dropped.
    #[default]
    Memory,
    /// In a database file, made if absent.
    File(PathBuf),
}

/// Who may do what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authorization {
    /// Every authenticated user may do everything.
    #[default]
    AlwaysAllow,
    /// Roles and bindings decide; the default cluster roles exist.
    Rbac,
}

/// A user and its bearer token.
#[derive(Clone)]
pub struct Token {
    /// The secret.
    pub token: String,
    /// Whom it proves.
    pub user: User,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("user", &self.user).finish_non_exhaustive()
    }
}

/// The source of the present time, injectable for tests.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks the function.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Clock {
        Clock::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            store: Store::Memory,
            authorization: Authorization::AlwaysAllow,
            tokens: Vec::new(),
            service_accounts: true,
            simulate_workloads: false,
            workload_delay: Duration::from_millis(200),
            version: "v1.36.3".into(),
            in_flight_max: 800,
            clock: Clock::default(),
        }
    }
}
