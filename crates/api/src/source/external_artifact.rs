//! ExternalArtifact: an artifact that somebody else makes.

use crate::crd::{AGE, READY, STATUS, text};
use crate::schema::shape;
use crate::{Artifact, Conditions, Definition, ObjectReference, Resource, Spec, names};

/// An ExternalArtifact object.
pub type ExternalArtifact = Resource<ExternalArtifactSpec>;

shape! {
    /// What an ExternalArtifact stands for.
    ExternalArtifactSpec {
        optional {
            /// The object that makes the artifact.
            source_ref: Option<ObjectReference>;
        }
    }
}

shape! {
    /// What is so about an ExternalArtifact.
    ExternalArtifactStatus {
        optional {
            /// The revision that is stored.
            artifact: Option<Artifact>;
            /// What the maker says.
            conditions: Conditions;
        }
    }
}

impl Spec for ExternalArtifactSpec {
    type Status = ExternalArtifactStatus;
    const DEFINITION: Definition = Definition {
        group: names::SOURCE_GROUP,
        version: "v1",
        kind: "ExternalArtifact",
        plural: "externalartifacts",
        short: "ea",
        category: "fluxcd-sources",
        about: "Offers an artifact that somebody else makes.",
        columns: &[AGE, READY, STATUS, text("Source", ".spec.sourceRef.name")],
        starts_unobserved: false,
    };
}
