//! What can go wrong with the server itself, as opposed to a request.

use crate::store::LogError;

/// The server cannot open or serve.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database file cannot be used.
    #[error(transparent)]
    Store(#[from] LogError),
    /// [`crate::ApiServer::open`] was called outside a tokio runtime.
    #[error("the API server runs background tasks and must be opened inside a tokio runtime")]
    NoRuntime,
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; choose another port")]
    Listen {
        /// The address.
        address: String,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// A certificate cannot be made or used.
    #[error("certificates of the API server: {0}")]
    Certificate(String),
}
