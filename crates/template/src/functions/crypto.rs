//! Hashes and ciphers; keys and certificates, which the host's key source makes.

use std::net::IpAddr;
use std::rc::Rc;

use aes::Aes256;
use aes::cipher::{Block, BlockDecrypt, BlockEncrypt, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha512};

use super::encoding::decode_base64;
use super::passwords;
use super::table;
use crate::error::Fault;
use crate::exec::Render;
use crate::host::{Certificate, CertificateRequest, KeyKind, Keys};
use crate::value::{List, Struct, Text, Value, format};

table! {
    "sha1sum" 1 sha1sum, "SHA-1 in hexadecimal.";
    "sha256sum" 1 sha256sum, "SHA-256 in hexadecimal.";
    "sha512sum" 1 sha512sum, "SHA-512 in hexadecimal.";
    "adler32sum" 1 adler32sum, "Adler-32 in decimal.";
    "bcrypt" (with 1) passwords::bcrypt, "The bcrypt hash of a password.";
    "htpasswd" (with 2) passwords::htpasswd, "A line of a password file for a user and password.";
    "derivePassword" 5 passwords::derive, "A password derived from a master password, a user and a site.";
    "encryptAES" (with 2) encrypt_aes, "A text encrypted with a password by AES-256-CBC, in base 64.";
    "decryptAES" 2 decrypt_aes, "The text that encryptAES encrypted.";
    "genPrivateKey" (with 1) gen_private_key, "A private key of kind rsa, dsa, ecdsa or ed25519, in PEM.";
    "buildCustomCert" (with 2) build_custom_cert, "A certificate and key from base 64 of their PEM.";
    "genCA" (with 2) gen_ca, "A certificate authority: Cert and Key in PEM.";
    "genCAWithKey" (with 3) gen_ca_with_key, "A certificate authority for a given key.";
    "genSelfSignedCert" (with 4) gen_self_signed, "A self-signed certificate for a name, addresses and DNS names.";
    "genSelfSignedCertWithKey" (with 5) gen_self_signed_with_key, "A self-signed certificate for a given key.";
    "genSignedCert" (with 5) gen_signed, "A certificate signed by an authority.";
    "genSignedCertWithKey" (with 6) gen_signed_with_key, "A certificate for a given key, signed by an authority.";
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha1sum(text: Text) -> String {
    use sha1::Digest as _;
    hex(&sha1::Sha1::digest(text.as_bytes()))
}

fn sha256sum(text: Text) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn sha512sum(text: Text) -> String {
    hex(&Sha512::digest(text.as_bytes()))
}

fn adler32sum(text: Text) -> String {
    const MODULUS: u32 = 65_521;
    let (low, high) = text.as_bytes().iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    (high << 16 | low).to_string()
}

const BLOCK: usize = 16;

/// The password's first 32 bytes, filled up with zeros.
fn cipher(password: &Text) -> Aes256 {
    let mut key = [0; 32];
    let length = password.len().min(32);
    key[..length].copy_from_slice(&password.as_bytes()[..length]);
    Aes256::new(&key.into())
}

fn encrypt_aes(render: &mut Render<'_>, password: Text, text: Text) -> String {
    if text.is_empty() {
        return String::new();
    }
    let cipher = cipher(&password);
    let mut previous = [0; BLOCK];
    render.host.random(&mut previous);
    let mut out = previous.to_vec();
    let mut plain = text.as_bytes().to_vec();
    let padding = BLOCK - plain.len() % BLOCK;
    plain.resize(plain.len() + padding, padding as u8);
    for chunk in plain.chunks_exact(BLOCK) {
        let mut block = Block::<Aes256>::clone_from_slice(chunk);
        block.iter_mut().zip(previous).for_each(|(byte, before)| *byte ^= before);
        cipher.encrypt_block(&mut block);
        previous.copy_from_slice(&block);
        out.extend_from_slice(&block);
    }
    STANDARD.encode(out)
}

fn decrypt_aes(password: Text, text: Text) -> Result<Text, Fault> {
    if text.is_empty() {
        return Ok(text);
    }
    let bytes = decode_base64(&text)?;
    let bytes = bytes.as_bytes();
    if bytes.len() < BLOCK {
        return Err(format!("runtime error: slice bounds out of range [:16] with capacity {}", text.len() / 4 * 3).into());
    }
    if bytes.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let cipher = cipher(&password);
    let mut out = Vec::with_capacity(bytes.len());
    for (before, chunk) in bytes.chunks_exact(BLOCK).zip(bytes[BLOCK..].chunks_exact(BLOCK)) {
        let mut block = Block::<Aes256>::clone_from_slice(chunk);
        cipher.decrypt_block(&mut block);
        out.extend(block.iter().zip(before).map(|(byte, before)| byte ^ before));
    }
    let padding = usize::from(out.last().copied().ok_or("runtime error: index out of range [-1]")?);
    let end = out.len().checked_sub(padding).ok_or("runtime error: slice bounds out of range")?;
    out.truncate(end);
    Ok(out.into())
}

fn gen_private_key(render: &mut Render<'_>, kind: Text) -> String {
    let key = match &*kind.lossy() {
        "" | "rsa" => KeyKind::Rsa,
        "dsa" => KeyKind::Dsa,
        "ecdsa" => KeyKind::Ecdsa,
        "ed25519" => KeyKind::Ed25519,
        other => return format!("Unknown type {other}"),
    };
    let made = render.host.keys().private_key(key);
    made.unwrap_or_else(|message| format!("failed to generate private key: {message}"))
}

const TYPE: &str = "sprig.certificate";

fn certificate(made: Certificate) -> Value {
    Value::Struct(Rc::new(Struct {
        name: TYPE,
        pointer: false,
        fields: vec![("Cert", Value::String(made.cert)), ("Key", Value::String(made.key))],
        methods: None,
    }))
}

/// A certificate that came back from a template.
pub(super) struct Given(Certificate);

impl super::arguments::Argument for Given {
    const PARAM: crate::value::Param = crate::value::Param::Struct(TYPE);

    fn take(arguments: &mut std::vec::IntoIter<Value>) -> Self {
        let field = |value: &Value, name| match value {
            Value::Struct(fields) => match fields.field(name) {
                Some(Value::String(text)) => text.clone(),
                _ => Text::default(),
            },
            _ => Text::default(),
        };
        let value = arguments.next().unwrap_or_default();
        Self(Certificate { cert: field(&value, "Cert"), key: field(&value, "Key") })
    }
}

fn build_custom_cert(render: &mut Render<'_>, cert: Text, key: Text) -> Result<Value, Fault> {
    let cert = decode_base64(&cert).map_err(|_| Fault::from("unable to decode base64 certificate"))?;
    let key = decode_base64(&key).map_err(|_| Fault::from("unable to decode base64 private key"))?;
    render.host.keys().check(cert.as_bytes(), key.as_bytes())?;
    Ok(certificate(Certificate { cert, key }))
}

fn shown(value: &Value) -> String {
    String::from_utf8_lossy(&format::display(value, &Default::default()).unwrap_or_default()).into_owned()
}

fn addresses(list: &List) -> Result<Vec<IpAddr>, Fault> {
    let items = list.items();
    let parsed = items.iter().map(|item| match item {
        Value::String(text) => text.lossy().parse().map_err(|_| Fault::new(format!("error parsing ip: {text}"))),
        item => Err(format!("error parsing ip: {} is not a string", shown(item)).into()),
    });
    parsed.collect()
}

fn names(list: &List) -> Result<Vec<Text>, Fault> {
    let items = list.items();
    let names = items.iter().map(|item| match item {
        Value::String(text) => Ok(text.clone()),
        item => Err(format!("error processing alternate dns name: {} is not a string", shown(item)).into()),
    });
    names.collect()
}

fn request(render: &Render<'_>, common_name: Text, days: i64) -> CertificateRequest {
    CertificateRequest {
        common_name,
        addresses: Vec::new(),
        names: Vec::new(),
        days,
        key: Keys::New,
        authority: false,
        signer: None,
        now: render.host.now(),
    }
}

fn made(render: &Render<'_>, request: &CertificateRequest) -> Result<Value, Fault> {
    Ok(certificate(render.host.keys().certificate(request)?))
}

fn gen_ca(render: &mut Render<'_>, name: Text, days: i64) -> Result<Value, Fault> {
    made(render, &CertificateRequest { authority: true, ..request(render, name, days) })
}

fn gen_ca_with_key(render: &mut Render<'_>, name: Text, days: i64, key: Text) -> Result<Value, Fault> {
    let request = request(render, name, days);
    made(render, &CertificateRequest { authority: true, key: Keys::Pem(key), ..request })
}

fn subject(render: &Render<'_>, name: Text, ips: &List, dns: &List, days: i64) -> Result<CertificateRequest, Fault> {
    Ok(CertificateRequest { addresses: addresses(ips)?, names: names(dns)?, ..request(render, name, days) })
}

fn gen_self_signed(render: &mut Render<'_>, name: Text, ips: Rc<List>, dns: Rc<List>, days: i64) -> Result<Value, Fault> {
    made(render, &subject(render, name, &ips, &dns, days)?)
}

fn gen_self_signed_with_key(
    render: &mut Render<'_>,
    name: Text,
    ips: Rc<List>,
    dns: Rc<List>,
    days: i64,
    key: Text,
) -> Result<Value, Fault> {
    made(render, &CertificateRequest { key: Keys::Pem(key), ..subject(render, name, &ips, &dns, days)? })
}

fn gen_signed(render: &mut Render<'_>, name: Text, ips: Rc<List>, dns: Rc<List>, days: i64, authority: Given) -> Result<Value, Fault> {
    made(render, &CertificateRequest { signer: Some(authority.0), ..subject(render, name, &ips, &dns, days)? })
}

fn gen_signed_with_key(
    render: &mut Render<'_>,
    name: Text,
    ips: Rc<List>,
    dns: Rc<List>,
    days: i64,
    authority: Given,
    key: Text,
) -> Result<Value, Fault> {
    let subject = subject(render, name, &ips, &dns, days)?;
    made(render, &CertificateRequest { signer: Some(authority.0), key: Keys::Pem(key), ..subject })
}
