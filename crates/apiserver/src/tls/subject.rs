//! The subject of a client certificate: common name and organizations, read from its DER.
//!
//! rustls has verified the certificate before; this only finds two kinds of strings in it, so it is no X.509 library.

use crate::user::User;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const VERSION: u8 = 0xa0;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];

/// The user that a verified certificate stands for. None if it has no common name.
pub fn user_of_certificate(der: &[u8]) -> Option<User> {
    let (mut name, mut groups) = (None, Vec::new());
    let mut subject = subject(der)?;
    while let Some((SET, set, rest)) = element(subject) {
        subject = rest;
        let (_, pair, _) = element(set)?;
        let (_, oid, value) = element(pair).filter(|(tag, ..)| *tag == OID)?;
        let (_, text, _) = element(value)?;
        let text = String::from_utf8(text.to_vec()).ok()?;
        match oid {
            COMMON_NAME => name = Some(text),
            ORGANIZATION => groups.push(text),
            _ => {}
        }
    }
    Some(User::new(name?, groups))
}

/// Certificate, then to-be-signed part, then past version, serial, algorithm, issuer and validity.
fn subject(der: &[u8]) -> Option<&[u8]> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    if fields.first() == Some(&VERSION) {
        fields = element(fields)?.2;
    }
    for _ in ["serial", "algorithm", "issuer", "validity"] {
        fields = element(fields)?.2;
    }
    element(fields).filter(|(tag, ..)| *tag == SEQUENCE).map(|(_, subject, _)| subject)
}

/// Splits one DER element off: its tag, its content, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::tls::Authority;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    #[test]
    fn an_issued_certificate_names_its_user() {
        let authority = Authority::open(&Store::memory()).unwrap();
        let issued = authority.client(&User::admin()).unwrap();
        let der = CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap();
        assert_eq!(user_of_certificate(&der), Some(User::admin()));
    }

    #[test]
    fn rubbish_names_nobody() {
        assert_eq!(user_of_certificate(b""), None);
        assert_eq!(user_of_certificate(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
