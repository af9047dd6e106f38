//! TokenRequest: tokens of service accounts.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answer::{self, Answer};
use crate::request::Call;
use crate::shared::Shared;
use crate::status::{About, Cause, Status};
use crate::tokens::{AUDIENCE, Claims};
use crate::{decode, meta};

/// How long a token lives when the request does not say.
const LIFETIME_SECONDS_DEFAULT: i64 = 3600;
/// The shortest life that kube-apiserver grants.
const LIFETIME_SECONDS_MIN: i64 = 600;
/// The longest.
const LIFETIME_SECONDS_MAX: i64 = 1 << 32;

/// Issues a token for a service account.
pub fn token(shared: &Shared, call: &Call) -> Answer {
    let about = About { group: "", resource: "serviceaccounts", name: call.name() };
    let account = shared.get("serviceaccounts", call.namespace(), call.name()).ok_or_else(|| Status::not_found(about))?;
    let mut request = decode::value(call, "TokenRequest")?;
    let audiences: Vec<String> = request["spec"]["audiences"].as_array().into_iter().flatten().filter_map(text).collect();
    let audiences = if audiences.is_empty() { vec![AUDIENCE.to_owned()] } else { audiences };
    let lifetime = request["spec"]["expirationSeconds"].as_i64().unwrap_or(LIFETIME_SECONDS_DEFAULT);
    check_lifetime(lifetime)?;
    let now = shared.options.clock.now();
    let claims = Claims {
        namespace: call.namespace().into(),
        name: call.name().into(),
        uid: account.uid.to_string(),
        audiences,
        issued: now.as_second(),
        expires: now.as_second() + lifetime,
    };
    let token = shared.signer.sign(&claims).map_err(Status::internal)?;
    complete(&mut request, call, &claims, now);
    request["status"] = json!({"token": token, "expirationTimestamp": meta::timestamp(now + jiff::SignedDuration::from_secs(lifetime))});
    Ok(answer::json(201, &request))
}

/// Says in a request what was granted, and to whom.
fn complete(request: &mut Value, call: &Call, claims: &Claims, now: Timestamp) {
    request["apiVersion"] = "authentication.k8s.io/v1".into();
    request["kind"] = "TokenRequest".into();
    meta::metadata(request).extend([
        ("name".to_owned(), call.name().into()),
        ("namespace".to_owned(), call.namespace().into()),
        ("creationTimestamp".to_owned(), meta::timestamp(now).into()),
    ]);
    let spec = meta::mapping(request, "spec");
    spec.entry("boundObjectRef").or_insert(Value::Null);
    spec.insert("audiences".into(), claims.audiences.clone().into());
    spec.insert("expirationSeconds".into(), (claims.expires - claims.issued).into());
}

fn check_lifetime(seconds: i64) -> Result<(), Status> {
    let why = match seconds {
        ..LIFETIME_SECONDS_MIN => "may not specify a duration less than 10 minutes",
        LIFETIME_SECONDS_MIN..=LIFETIME_SECONDS_MAX => return Ok(()),
        _ => "may not specify a duration larger than 2^32 seconds",
    };
    let about = About { group: "authentication.k8s.io", resource: "TokenRequest", name: "" };
    Err(Status::invalid(about, vec![Cause::invalid("spec.expirationSeconds", &seconds.into(), why)]))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
