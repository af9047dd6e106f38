//! Keys and certificates for `genCA`, `genPrivateKey` and their kin, in the forms that Go writes.
//!
//! Refuses to be: a certificate authority. DSA is not made: nothing should trust it any more.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    RsaKeySize, SanType, SerialNumber,
};
use template::{Certificate, CertificateRequest, Host as _, KeyKind, KeySource, Keys};

use super::host::Workstation;
use super::pem;

const DAY: u64 = 24 * 60 * 60;

impl KeySource for Workstation {
    fn private_key(&self, kind: KeyKind) -> Result<String, String> {
        let key = match kind {
            KeyKind::Rsa => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_4096),
            KeyKind::Ecdsa => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            KeyKind::Ed25519 => KeyPair::generate_for(&rcgen::PKCS_ED25519),
            KeyKind::Dsa => return Err("DSA keys are not made here; use rsa, ecdsa or ed25519".into()),
        };
        Ok(pem::of_key(&key.map_err(|error| error.to_string())?))
    }

    fn certificate(&self, request: &CertificateRequest) -> Result<Certificate, String> {
        let key = match &request.key {
            Keys::New => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048)
                .map_err(|error| format!("error generating private key: {error}"))?,
            Keys::Pem(text) => read_key(&text.lossy())?,
        };
        let params = params(request)?;
        let made = match &request.signer {
            None => params.self_signed(&key),
            Some(authority) => {
                let signer = read_key(&authority.key.lossy())?;
                let issuer = Issuer::from_ca_cert_pem(&authority.cert.lossy(), signer);
                params.signed_by(&key, &issuer.map_err(|error| format!("unable to parse certificate: {error}"))?)
            }
        };
        let made = made.map_err(|error| format!("error creating certificate: {error}"))?;
        let written = match &request.key {
            Keys::New => pem::of_key(&key).into(),
            Keys::Pem(text) => text.clone(),
        };
        Ok(Certificate { cert: pem::block("CERTIFICATE", made.der()).into(), key: written })
    }

    fn check(&self, cert: &[u8], key: &[u8]) -> Result<(), String> {
        let (cert, key) = (String::from_utf8_lossy(cert), String::from_utf8_lossy(key));
        if !cert.contains("-----BEGIN ") {
            return Err("unable to decode certificate".into());
        }
        let key = read_key(&key).map_err(|error| format!("error parsing private key: {error}"))?;
        Issuer::from_ca_cert_pem(&cert, key).map(|_| ()).map_err(|error| format!("error parsing certificate: {error}"))
    }
}

fn read_key(text: &str) -> Result<KeyPair, String> {
    if !text.contains("-----BEGIN ") {
        return Err("parsing private key: no PEM data in input".into());
    }
    KeyPair::from_pem(text).map_err(|error| format!("parsing private key: {error}"))
}

fn params(request: &CertificateRequest) -> Result<CertificateParams, String> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, request.common_name.lossy().into_owned());
    let names = request.names.iter().map(|name| name.lossy().into_owned().try_into().map(SanType::DnsName));
    let names: Vec<SanType> = names.collect::<Result<_, _>>().map_err(|error: rcgen::Error| error.to_string())?;
    params.subject_alt_names = request.addresses.iter().copied().map(SanType::IpAddress).chain(names).collect();
    let mut serial = [0; 16];
    Workstation.random(&mut serial);
    serial[0] &= 0x7F;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let seconds = u64::try_from(request.now.as_second()).unwrap_or(0);
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
    params.not_after = params.not_before
        + Duration::from_secs(u64::try_from(request.days).unwrap_or(0).saturating_mul(DAY).min(9_000 * 365 * DAY - seconds));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    params.is_ca = IsCa::ExplicitNoCa;
    if request.authority {
        params.key_usages.push(KeyUsagePurpose::KeyCertSign);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    Ok(params)
}
