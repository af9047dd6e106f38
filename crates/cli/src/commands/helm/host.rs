//! The outside of a render on a workstation: its clock and its randomness. No cluster, no name lookups.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Answers from this machine.
pub struct Workstation;

impl template::Host for Workstation {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }

    fn keys(&self) -> &dyn template::KeySource {
        self
    }

    fn random(&self, buffer: &mut [u8]) {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        provider.secure_random.fill(buffer).expect("the operating system has randomness");
    }
}
