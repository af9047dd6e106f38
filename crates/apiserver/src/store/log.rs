//! The file behind the store: a redb database that a thread of its own writes in batches.
//!
//! One transaction takes everything that waited for it (group commit), so a burst of writes costs a few syncs. The thread
//! sleeps on its channel: an idle server does not touch the disk.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use bytes::Bytes;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::watch;

use super::stored::{CollectionId, Key, Stored};

/// Commits written in one transaction at most.
const BATCH_MAX: usize = 4096;

const OBJECTS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("objects");
const KEEPSAKES: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("keepsakes");
const REVISION: &str = "revision";

/// The database file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// redb refused, for one of its many reasons.
    #[error("database file `{path}`: {cause}; move the file away to begin with an empty store")]
    Database {
        /// The file.
        path: String,
        /// What redb said.
        cause: Box<redb::Error>,
    },
}

#[derive(Debug)]
pub(super) struct Log {
    database: Arc<Database>,
    sender: Option<mpsc::Sender<Entry>>,
    flushed: watch::Receiver<u64>,
    writer: Option<JoinHandle<()>>,
}

/// What a file held when it was opened.
pub(super) struct Loaded {
    pub revision: u64,
    pub objects: Vec<(String, Stored)>,
}

struct Entry {
    path: String,
    json: Option<Bytes>,
    revision: u64,
}

impl Log {
    pub fn open(path: &Path) -> Result<(Log, Loaded), LogError> {
        let wrong = |cause| LogError::Database { path: path.display().to_string(), cause: Box::new(cause) };
        let database = Arc::new(Database::create(path).map_err(|cause| wrong(cause.into()))?);
        let loaded = load(&database).map_err(wrong)?;
        let (sender, receiver) = mpsc::channel();
        let (done, flushed) = watch::channel(loaded.revision);
        let own = database.clone();
        let writer = std::thread::spawn(move || write_all(&own, &receiver, &done));
        Ok((Log { database, sender: Some(sender), flushed, writer: Some(writer) }, loaded))
    }

    /// Queues one commit. Called under the store's lock, so entries come in order.
    pub fn append(&self, id: &CollectionId, object: &Stored, deleted: bool) {
        let path = format!("{id}\0{}\0{}", object.key.namespace, object.key.name);
        let entry = Entry { path, json: (!deleted).then(|| object.json.clone()), revision: object.revision };
        if let Some(sender) = &self.sender {
            // A writer that failed has said so; the store then lives on in memory.
            let _ = sender.send(entry);
        }
    }

    /// Waits until the file holds this revision, or the writer has given up.
    pub async fn flushed(&self, revision: u64) {
        let mut flushed = self.flushed.clone();
        let _ = flushed.wait_for(|done| *done >= revision).await;
    }

    pub fn keepsake(&self, name: &str) -> Option<Vec<u8>> {
        let table = self.database.begin_read().ok()?.open_table(KEEPSAKES).ok()?;
        Some(table.get(name).ok()??.value().to_vec())
    }

    pub fn keep(&self, name: &str, value: &[u8]) {
        let kept = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            transaction.open_table(KEEPSAKES)?.insert(name, value)?;
            Ok(transaction.commit()?)
        };
        if let Err(error) = kept() {
            tracing::error!(%error, name, "a value could not be kept in the database file");
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

fn load(database: &Database) -> Result<Loaded, redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(OBJECTS)?;
    transaction.open_table(KEEPSAKES)?;
    transaction.commit()?;
    let transaction = database.begin_read()?;
    let mut objects = Vec::new();
    for row in transaction.open_table(OBJECTS)?.iter()? {
        let (path, json) = row?;
        objects.extend(read_row(path.value(), json.value()));
    }
    let kept = transaction.open_table(KEEPSAKES)?;
    let revision = kept.get(REVISION)?.and_then(|bytes| bytes.value().try_into().ok()).map_or(1, u64::from_be_bytes);
    Ok(Loaded { revision, objects })
}

fn read_row(path: &str, json: &[u8]) -> Option<(String, Stored)> {
    let mut parts = path.split('\0');
    let (id, namespace, name) = (parts.next()?, parts.next()?, parts.next()?);
    let object = Stored::thaw(Key::new(namespace, name), Bytes::copy_from_slice(json))?;
    Some((id.to_owned(), object))
}

fn write_all(database: &Database, receiver: &mpsc::Receiver<Entry>, done: &watch::Sender<u64>) {
    while let Ok(first) = receiver.recv() {
        let batch: Vec<Entry> = std::iter::once(first).chain(receiver.try_iter()).take(BATCH_MAX).collect();
        if let Err(error) = write(database, &batch) {
            tracing::error!(%error, "the database file cannot be written; the store lives on in memory only");
            return;
        }
        done.send_replace(batch.last().expect("a batch holds its first entry").revision);
    }
}

fn write(database: &Database, batch: &[Entry]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut objects = transaction.open_table(OBJECTS)?;
        for entry in batch {
            match &entry.json {
                Some(json) => drop(objects.insert(entry.path.as_str(), &**json)?),
                None => drop(objects.remove(entry.path.as_str())?),
            }
        }
        let revision = batch.last().map_or(1, |entry| entry.revision).to_be_bytes();
        transaction.open_table(KEEPSAKES)?.insert(REVISION, revision.as_slice())?;
    }
    Ok(transaction.commit()?)
}
