//! Parts that several kinds share: references to other objects, selectors, patches, metadata.

use std::collections::BTreeMap;

use crate::schema::{choice, shape};
shape! {
    /// An object in the same namespace.
    LocalObjectReference {
        required {
            /// Name of the object.
            name: String;
        }
    }
}

impl LocalObjectReference {
    /// A reference by name.
    pub fn new(name: &str) -> LocalObjectReference {
        LocalObjectReference { name: name.into() }
    }
}

shape! {
    /// One key of a Secret in the same namespace.
    SecretKeyReference {
        required {
            /// Name of the Secret.
            name: String;
        }
        optional {
            /// Key in the Secret; value and value.yaml are tried where it is absent.
            key: String;
        }
    }
}

shape! {
    /// How to reach another cluster: by a kubeconfig or by workload identity.
    KubeConfigReference {
        optional {
            /// ConfigMap that names the cluster and the provider of the identity.
            config_map_ref: Option<LocalObjectReference>;
            /// Secret that holds a kubeconfig.
            secret_ref: Option<SecretKeyReference>;
        }
        rules {
            "has(self.configMapRef) || has(self.secretRef)" =>
                "exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified";
            "!has(self.configMapRef) || !has(self.secretRef)" =>
                "exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified";
        }
    }
}

shape! {
    /// An object of the same kind that must be ready first.
    DependencyReference {
        required {
            /// Name of the object.
            name: String;
        }
        optional {
            /// Namespace of the object; that of the one that depends where it is absent.
            namespace: String;
            /// CEL expression over self and dep that says whether the dependency is ready, instead of the usual check.
            ready_expr: String;
        }
    }
}

shape! {
    /// An object to look at.
    ObjectReference {
        required {
            /// Kind of the object.
            kind: String;
            /// Name of the object.
            name: String;
        }
        optional {
            /// Group and version of the object.
            api_version: String;
            /// Namespace of the object; that of the one that refers where it is absent.
            namespace: String;
        }
    }
}

shape! {
    /// CEL expressions that judge the health of one kind.
    HealthCheckExpr {
        required {
            /// Group and version of the objects.
            api_version: String;
            /// True when an object is as its spec asks.
            current: String;
        }
        optional {
            /// True when an object failed.
            failed: String;
            /// True while an object is on its way.
            in_progress: String;
            /// Kind of the objects; every kind of the group where it is absent.
            kind: String;
        }
    }
}

shape! {
    /// Which objects are meant; fields are regular expressions anchored at both ends, selectors are those of the API.
    Selector {
        optional {
            /// Matches annotations as a label selector would.
            annotation_selector: String;
            /// Matches the group.
            group: String;
            /// Matches the kind.
            kind: String;
            /// Matches labels.
            label_selector: String;
            /// Matches the name.
            name: String;
            /// Matches the namespace.
            namespace: String;
            /// Matches the version.
            version: String;
        }
    }
}

shape! {
    /// A change to objects after rendering.
    Patch {
        required {
            /// A strategic merge patch or a list of JSON patch operations, as text.
            patch: String;
        }
        optional {
            /// Which objects are changed; the one the patch names where it is absent.
            target: Option<Selector>;
        }
    }
}

shape! {
    /// Another name, tag or digest for an image.
    Image {
        required {
            /// Image as it is named in the manifests, without a tag.
            name: String;
        }
        optional {
            /// Digest to use; the tag is ignored where it is given.
            digest: String;
            /// Name to use instead.
            new_name: String;
            /// Tag to use.
            new_tag: String;
        }
    }
}

shape! {
    /// Labels and annotations for every object.
    CommonMetadata {
        optional {
            /// Annotations that are added or replaced.
            annotations: BTreeMap<String, String>;
            /// Labels that are added or replaced.
            labels: BTreeMap<String, String>;
        }
    }
}

shape! {
    /// Fields that others own.
    IgnoreRule {
        required {
            /// JSON pointers of the fields that are left alone.
            paths: Vec<String>;
        }
        optional {
            /// Which objects are meant; all of them where it is absent.
            target: Option<Selector>;
        }
    }
}

choice! {
    /// Kinds that hold values in keys.
    ValuesKind {
        /// A Secret.
        #[default]
        Secret = "Secret",
        /// A ConfigMap.
        ConfigMap = "ConfigMap",
    }
}
