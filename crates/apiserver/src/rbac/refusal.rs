//! The words of a refusal.

use super::attributes::Attributes;
use crate::status::{About, Status};
use crate::user::User;

/// 403, worded as kube-apiserver words it.
pub fn refusal(user: &User, attributes: &Attributes<'_>) -> Status {
    if !attributes.path.is_empty() {
        let message = format!("forbidden: User {:?} cannot {} path {:?}", user.name, attributes.verb, attributes.path);
        return Status::forbidden_path(message);
    }
    let resource = match attributes.subresource {
        "" => attributes.resource.to_owned(),
        subresource => format!("{}/{subresource}", attributes.resource),
    };
    let place = match attributes.namespace {
        "" => "at the cluster scope".to_owned(),
        namespace => format!("in the namespace {namespace:?}"),
    };
    let why = format!("User {:?} cannot {} resource {resource:?} in API group {:?} {place}", user.name, attributes.verb, attributes.group);
    Status::forbidden(About { group: attributes.group, resource: attributes.resource, name: attributes.name }, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_user_verb_resource_and_place() {
        let user = User::service_account("shop", "web");
        let attributes = Attributes {
            verb: "get",
            group: "apps",
            resource: "deployments",
            subresource: "scale",
            namespace: "shop",
            name: "web",
            path: "",
        };
        assert_eq!(
            refusal(&user, &attributes).message,
            "deployments.apps \"web\" is forbidden: User \"system:serviceaccount:shop:web\" cannot get resource \"deployments/scale\" in API group \"apps\" in the namespace \"shop\""
        );
        let attributes = Attributes { verb: "get", path: "/metrics", ..Attributes::default() };
        assert_eq!(refusal(&User::anonymous(), &attributes).message, "forbidden: User \"system:anonymous\" cannot get path \"/metrics\"");
    }
}
