//! Looks at the live counterpart of a wanted object, and asks what applying would change.

use cluster::{Apply, Client, Error, Mapper, Resource};
use object::Object;
use plan::{Presence, Seen, changed_paths};

use crate::ownership::{Ownership, is_merged, leftovers, ownership};
use crate::{Options, adopt, refusal};

/// What was seen of one object.
#[derive(Clone, Debug)]
pub struct Sight {
    /// For the plan.
    pub seen: Seen,
    /// What is to be sent instead of the wanted object: ignored paths have the live value.
    pub adopted: Option<Object>,
    /// Uid, version and ownership of the live object, if there is one.
    pub live: Option<(String, u64, Ownership)>,
}

/// Looks at one object as the client's identity: absent, or present with what a dry run would change.
///
/// What the live object has at the `ignored` paths (RFC 6901) is taken as wanted.
///
/// Cost: one GET, one dry run if it is present, and another as a new object if it cannot change.
pub async fn see(client: &Client, mapper: &Mapper, object: &Object, ignored: &[&str], options: &Options) -> Sight {
    match look(client, mapper, object, ignored, options).await {
        Ok(sight) => sight,
        Err(error) => {
            let (code, why) = refusal(&error, client.identity());
            Sight { seen: Seen::Refused(code, why), adopted: None, live: None }
        }
    }
}

async fn look(client: &Client, mapper: &Mapper, object: &Object, ignored: &[&str], options: &Options) -> Result<Sight, Error> {
    let resource = mapper.resource(&object.gvk()).await?;
    let Some(live) = client.find(&resource, object.namespace(), object.name()).await? else {
        return Ok(Sight { seen: Seen::Absent, adopted: None, live: None });
    };
    let mut owned = ownership(&live, options);
    owned.is_contested = !is_merged(object) && (owned.is_contested || leftovers(&live, object).next().is_some());
    let at = (live.uid().to_owned(), version(&live), owned);
    let adopted = (!ignored.is_empty()).then(|| {
        let mut adopted = object.clone();
        adopt(&mut adopted, &live, ignored, &options.manager);
        adopted
    });
    let presence = match dry_run(client, &resource, adopted.as_ref().unwrap_or(object), options).await {
        Ok(result) => present(live, &result, owned),
        Err(error) if error.is_immutable() => {
            // What would be refused as a new object too must never be replaced: it would be deleted for nothing.
            client.try_create(&resource, adopted.as_ref().unwrap_or(object)).await?;
            Presence { live, changed: Vec::new(), immutable: Some(error.to_string()) }
        }
        Err(error) => return Err(error),
    };
    Ok(Sight { seen: Seen::Present(presence), adopted, live: Some(at) })
}

fn present(live: Object, result: &Object, owned: Ownership) -> Presence {
    let mut changed = changed_paths(&live, result);
    if owned.is_contested {
        changed.push("metadata.managedFields".into());
    }
    Presence { live, changed, immutable: None }
}

/// What the API server would make of an object, without storing it.
pub async fn dry_run(client: &Client, resource: &Resource, object: &Object, options: &Options) -> Result<Object, Error> {
    client.apply(resource, object, Apply { manager: &options.manager, dry_run: true, metadata_only: false }).await
}

/// The resource version as a number, 0 if it is none.
pub(crate) fn version(object: &Object) -> u64 {
    object.resource_version().parse().unwrap_or(0)
}
