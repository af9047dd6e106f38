//! A host with a fixed clock and counted bytes, so that every run is the same.

use std::cell::Cell;

use template::{Certificate, CertificateRequest, Host, KeySource};

#[derive(Default)]
pub struct Fixed {
    next: Cell<u64>,
}

impl Host for Fixed {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(1_795_228_380).expect("a time of this century is in range")
    }

    fn keys(&self) -> &dyn KeySource {
        self
    }

    fn random(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let next = self.next.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.next.set(next);
            *byte = (next >> 56) as u8;
        }
    }
}

impl KeySource for Fixed {
    fn certificate(&self, request: &CertificateRequest) -> Result<Certificate, String> {
        Ok(Certificate { cert: request.common_name.clone(), key: "key".into() })
    }
}

/// The folder of shown cases, where it is there.
pub fn shown_cases() -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: the folder of shown cases is missing");
    None
}
