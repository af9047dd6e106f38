//! The CA bundle of a definition's conversion webhook.
//!
//! Scaffolds leave a placeholder there, such as `Cg==`, which another controller replaces later. An API server from 1.31 on refuses a
//! bundle that holds no certificate, so Flux leaves it out, and so does this. Refuses to be: a judge of certificates.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use object::{Object, Value};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// How a certificate begins in DER: a sequence.
const SEQUENCE: u8 = 0x30;

/// Takes a bundle without a certificate out of a definition.
pub(crate) fn drop_without_certificate(definition: &mut Object) {
    let Some(config) = definition.map_at_mut(&["spec", "conversion", "webhook", "clientConfig"]) else { return };
    let is_empty_or_valid = |text: &str| text.is_empty() || STANDARD.decode(text).is_ok_and(|bundle| has_certificate(&bundle));
    if config.get("caBundle").and_then(Value::as_str).is_some_and(|text| !is_empty_or_valid(text)) {
        config.remove("caBundle");
    }
}

fn has_certificate(bundle: &[u8]) -> bool {
    String::from_utf8_lossy(bundle).split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END)).any(|(text, _)| is_der(text))
}

fn is_der(text: &str) -> bool {
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).is_ok_and(|bytes| bytes.first() == Some(&SEQUENCE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(bundle: &str, is_kept: bool) {
        let webhook = json!({"clientConfig": {"caBundle": STANDARD.encode(bundle), "service": {"name": "x"}}});
        let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "d"},
            "spec": {"conversion": {"strategy": "Webhook", "webhook": webhook}}});
        let mut definition = Object::new(definition).unwrap();
        drop_without_certificate(&mut definition);
        let config = definition.get("spec.conversion.webhook.clientConfig").unwrap();
        assert_eq!(config.get("caBundle").is_some(), is_kept, "{bundle}");
        assert!(config.get("service").is_some());
    }

    #[test]
    fn a_bundle_without_a_certificate_is_left_out() {
        check("\n", false);
        check("-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n", false);
        check("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", true);
        check("", true);
    }
}
