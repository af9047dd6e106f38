//! A certificate authority of the server's own. With a database file it survives a restart, and so do kubeconfigs.

use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SanType};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::error::Error;
use crate::store::Store;
use crate::user::User;

const CERTIFICATE: &str = "ca.crt";
const KEY: &str = "ca.key";
/// Names that the server answers to, beside the address it listens on.
const SERVER_NAMES: [&str; 5] =
    ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];

/// Signs certificates of the server and of clients.
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key, both as PEM.
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}

impl Authority {
    /// The authority kept in the store, or a new one.
    pub fn open(store: &Store) -> Result<Authority, Error> {
        let text = |name| store.keepsake(name).and_then(|bytes| String::from_utf8(bytes).ok());
        if let (Some(pem), Some(key)) = (text(CERTIFICATE), text(KEY)) {
            let key = KeyPair::from_pem(&key).map_err(wrong)?;
            return Ok(Authority { pem, issuer: Issuer::new(parameters()?, key) });
        }
        let authority = Authority::new()?;
        store.keep(CERTIFICATE, authority.pem.as_bytes());
        store.keep(KEY, authority.issuer.key().serialize_pem().as_bytes());
        Ok(authority)
    }

    fn new() -> Result<Authority, Error> {
        let params = parameters()?;
        let key = KeyPair::generate().map_err(wrong)?;
        let pem = params.self_signed(&key).map_err(wrong)?.pem();
        Ok(Authority { pem, issuer: Issuer::new(params, key) })
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A client certificate: the user name is its common name, the groups its organizations.
    pub fn client(&self, user: &User) -> Result<Issued, Error> {
        let mut params = CertificateParams::new(Vec::new()).map_err(wrong)?;
        params.distinguished_name.push(DnType::CommonName, user.name.as_str());
        for group in user.groups.iter().filter(|group| group.as_str() == crate::user::MASTERS) {
            params.distinguished_name.push(DnType::OrganizationName, group.as_str());
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params)
    }

    fn issue(&self, params: CertificateParams) -> Result<Issued, Error> {
        let key = KeyPair::generate().map_err(wrong)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(wrong)?;
        Ok(Issued { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    fn server(&self, address: IpAddr) -> Result<Issued, Error> {
        let mut params = CertificateParams::new(SERVER_NAMES.map(str::to_owned)).map_err(wrong)?;
        params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        for address in [address, IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])] {
            params.subject_alt_names.push(SanType::IpAddress(address));
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    /// What a listener on `address` needs: HTTP/2 and HTTP/1.1, client certificates welcome but not required.
    pub fn server_config(&self, address: IpAddr) -> Result<ServerConfig, Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).map_err(wrong)?).map_err(wrong)?;
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let clients = clients.allow_unauthenticated().build().map_err(wrong)?;
        let issued = self.server(address)?;
        let chain = vec![CertificateDer::from_pem_slice(issued.certificate.as_bytes()).map_err(wrong)?];
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).map_err(wrong)?;
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(wrong)?;
        let mut config = builder.with_client_cert_verifier(clients).with_single_cert(chain, key).map_err(wrong)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The same parameters make the same issuer, so a kept authority needs no certificate parser.
fn parameters() -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(Vec::new()).map_err(wrong)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "sluice-apiserver");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn wrong(cause: impl std::fmt::Display) -> Error {
    Error::Certificate(cause.to_string())
}
