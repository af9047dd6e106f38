//! Carries out the entries of a plan.

use std::time::Duration;

use cluster::{Apply, Client, DeletePropagation, Error, Mapper, Resource};
use failure::Code;
use futures::{StreamExt, stream};
use object::{Object, ObjectId};
use plan::{Action, Entry};

use crate::ownership::{Ownership, is_merged, ownership, takeover};
use crate::see::version;
use crate::{Options, refusal};

/// How long a replaced object may take to go away.
pub const REPLACE_WAIT_MAX: Duration = Duration::from_secs(30);
/// Tries of one deletion while others write the same object.
const DELETE_TRIES_MAX: usize = 5;
const REPLACE_POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What became of one entry.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Which object.
    pub id: ObjectId,
    /// What was done, or why not.
    pub result: Result<Done, (Code, String)>,
}

/// What was done to an object.
#[derive(Clone, Debug)]
pub struct Done {
    /// As planned.
    pub action: Action,
    /// Uid, version and ownership after an apply; none after a deletion.
    pub live: Option<(String, u64, Ownership)>,
}

/// Carries out the writing entries of one stage, several at a time. Entries that write nothing are left out.
///
/// Every entry gets its own result: one refusal does not keep the others from being applied.
pub async fn carry_out(client: &Client, mapper: &Mapper, entries: &[Entry], options: &Options) -> Vec<Applied> {
    let writing: Vec<Entry> = entries.iter().filter(|entry| writes(entry.action)).cloned().collect();
    let one = |entry: Entry| async move {
        let result = entry_result(client, mapper, &entry, options).await;
        Applied { id: entry.id, result: result.map_err(|error| refusal(&error, client.identity())) }
    };
    stream::iter(writing).map(one).buffered(options.concurrency.max(1)).collect().await
}

fn writes(action: Action) -> bool {
    matches!(action, Action::Create | Action::Update | Action::Replace | Action::Delete)
}

async fn entry_result(client: &Client, mapper: &Mapper, entry: &Entry, options: &Options) -> Result<Done, Error> {
    if entry.action == Action::Delete {
        let resource = mapper.resource_of_kind(&entry.id.group, &entry.id.kind).await;
        let seen = entry.object.as_deref().expect("an entry that deletes carries what was seen");
        delete(client, resource, seen).await?;
        return Ok(Done { action: entry.action, live: None });
    }
    let object = entry.object.as_deref().expect("an entry that applies carries its object");
    let resource = mapper.resource(&object.gvk()).await?;
    match entry.action {
        Action::Replace => make_room(client, &resource, object).await?,
        Action::Update if !is_merged(object) => take_over(client, &resource, object, options).await?,
        _ => {}
    }
    let written = client.apply(&resource, object, Apply { manager: &options.manager, dry_run: false, metadata_only: true }).await?;
    let live = (written.uid().to_owned(), version(&written), ownership(&written, options));
    Ok(Done { action: entry.action, live: Some(live) })
}

/// Deletes what was seen. An object whose kind is no longer served is gone with its kind.
///
/// What changed meanwhile is looked at again: it goes only if it is the same object and still says the same of itself, so that
/// an object which another owner has just taken over stays.
async fn delete(client: &Client, resource: Result<Resource, Error>, seen: &Object) -> Result<(), Error> {
    let resource = match resource {
        Ok(resource) => resource,
        Err(Error::UnknownKind { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut last = client.delete_seen(&resource, seen, DeletePropagation::Background).await;
    for _ in 1..DELETE_TRIES_MAX {
        if !last.as_ref().is_err_and(Error::is_conflict) {
            break;
        }
        let Some(live) = client.find(&resource, seen.namespace(), seen.name()).await? else { return Ok(()) };
        if live.uid() != seen.uid() || !live.labels().eq(seen.labels()) || !live.annotations().eq(seen.annotations()) {
            break;
        }
        last = client.delete_seen(&resource, &live, DeletePropagation::Background).await;
    }
    last
}

/// Deletes an object and waits until its name is free.
async fn make_room(client: &Client, resource: &Resource, object: &Object) -> Result<(), Error> {
    client.delete(resource, object.namespace(), object.name(), "", DeletePropagation::Background).await?;
    let gone = async {
        while client.find(resource, object.namespace(), object.name()).await?.is_some() {
            tokio::time::sleep(REPLACE_POLL_INTERVAL).await;
        }
        Ok(())
    };
    tokio::time::timeout(REPLACE_WAIT_MAX, gone).await.unwrap_or(Ok(()))
}

/// Takes over fields of managers that we do not tolerate. Another writer in between only means that it is seen again.
async fn take_over(client: &Client, resource: &Resource, object: &Object, options: &Options) -> Result<(), Error> {
    let Some(live) = client.find(resource, object.namespace(), object.name()).await? else { return Ok(()) };
    let Some(patch) = takeover(&live, object, options) else { return Ok(()) };
    match client.json_patch(resource, object.namespace(), object.name(), &patch, &options.manager).await {
        Err(error) if !error.is_conflict() => Err(error),
        _ => Ok(()),
    }
}
