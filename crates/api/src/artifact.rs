//! What a source offers to others: a revision of its content, packed, with its digest.

use std::collections::BTreeMap;

use crate::Time;
use crate::schema::{pattern, shape};

shape! {
    /// One revision of a source's content, as it can be fetched.
    Artifact {
        required {
            /// Algorithm and checksum of the packed file, such as sha256:3b7c….
            digest: String [pattern("^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$")];
            /// When this revision was stored.
            last_update_time: Time;
            /// Where the file is, relative to the root of the storage.
            path: String;
            /// Revision in the source's own terms, such as main@sha1:5f2c….
            revision: String;
            /// Address the file is served from.
            url: String;
        }
        optional {
            /// What the source itself says about the revision.
            metadata: BTreeMap<String, String>;
            /// Size of the packed file in bytes.
            size: i64;
        }
    }
}

impl Artifact {
    /// Whether the content is that of a revision.
    pub fn has_revision(&self, revision: &str) -> bool {
        self.revision == revision
    }

    /// Whether the content has a digest.
    pub fn has_digest(&self, digest: &str) -> bool {
        self.digest == digest
    }
}
