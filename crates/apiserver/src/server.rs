//! The server: the handle that owners hold. Opening it puts the parts together.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::error::Error;
use crate::options::Options;
use crate::service::ApiService;
use crate::shared::Shared;
use crate::user::User;
use crate::{background, bootstrap};

/// A running API server. Cheap to clone; it stops with [`ApiServer::shutdown`] or when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct ApiServer {
    shared: Arc<Shared>,
    _guard: Arc<StopOnDrop>,
}

#[derive(Debug)]
struct StopOnDrop(CancellationToken);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl ApiServer {
    /// Opens a server: reads the store, makes the standing objects and starts the background tasks.
    ///
    /// Must be called inside a tokio runtime.
    pub fn open(options: Options) -> Result<ApiServer, Error> {
        tokio::runtime::Handle::try_current().map_err(|_| Error::NoRuntime)?;
        let shared = Arc::new(Shared::open(options)?);
        bootstrap::make_standing_objects(&shared);
        background::start(&shared);
        Ok(ApiServer { _guard: Arc::new(StopOnDrop(shared.stop.clone())), shared })
    }

    /// The service for in-process clients: requests come from the administrator, and may impersonate.
    ///
    /// `kube::Client::new(server.service(), "default")` is a complete client.
    pub fn service(&self) -> ApiService {
        ApiService::new(self.shared.clone(), Some(User::admin()))
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Stops the background tasks and ends every watch.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        self.shared.store.flushed().await;
    }
}
