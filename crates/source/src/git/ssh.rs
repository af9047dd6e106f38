//! Git over ssh: one key, one server that must be known, one command.
//!
//! Refuses to: trust a server on first sight, ask an agent, read a file of the user's home, forward anything.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use failure::with_causes;
use gix_transport::Protocol;
use gix_transport::client::blocking_io::Transport;
use gix_transport::client::git::{ConnectMode, blocking_io::Connection};
use russh::client::{self, AuthResult, Handle};
use russh::keys::ssh_key::{Algorithm, HashAlg, PublicKey};
use russh::keys::{PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key};
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Preferred};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::address::Address;
use super::run::Cancel;
use super::{GitAuth, SshIdentity};
use crate::net::Egress;
use crate::{Error, Result};

/// Pieces of the server's answer that wait for the reader.
const QUEUE_PIECES_MAX: usize = 64;
/// Bytes of the server's complaints that are kept.
const COMPLAINT_BYTES_MAX: usize = 2048;
/// Bytes of `known_hosts`.
const KNOWN_HOSTS_BYTES_MAX: usize = 1024 * 1024;
const INACTIVITY_TIMEOUT: Duration = Duration::from_secs(60);

/// Connects, checks the server's key, logs in and starts `git-upload-pack`.
pub(super) fn connect(egress: Egress, address: &Address, auth: &GitAuth, cancel: &Cancel) -> Result<Box<dyn Transport + Send>> {
    let GitAuth::Ssh(identity) = auth else {
        return Err(Error::Credentials("an ssh address needs `identity` and `known_hosts`".to_owned()));
    };
    let key = private_key(identity)?;
    let known = known_keys(address, &identity.known_hosts)?;
    let path = address.path();
    let command = format!("git-upload-pack {}", quoted(&path)?);
    let opened = cancel.wait(async { Ok(open(egress, address, key, known, command).await) });
    let opened = opened.map_err(|error| unreachable(address, error.to_string()))?;
    let (session, reading, writing) = opened?;
    let (sender, receiver) = mpsc::channel(QUEUE_PIECES_MAX);
    cancel.spawn(pump(session, reading, sender, cancel.clone(), address.host.clone()));
    let reader = Reader { pieces: receiver, piece: Bytes::new(), cancel: cancel.clone() };
    let writer = Writer { channel: writing, cancel: cancel.clone() };
    let connection = Connection::new(reader, writer, Protocol::V2, path, None::<(&str, Option<u16>)>, ConnectMode::Process, false);
    Ok(Box::new(connection))
}

type Opened = (Handle<Server>, ChannelReadHalf, ChannelWriteHalf<client::Msg>);

async fn open(
    egress: Egress,
    address: &Address,
    key: Arc<russh::keys::PrivateKey>,
    known: Vec<PublicKey>,
    command: String,
) -> Result<Opened> {
    let addresses = egress.resolve(&address.host, address.port).await.map_err(|error| unreachable(address, error.to_string()))?;
    let stream = TcpStream::connect(&addresses[..]).await.map_err(|error| unreachable(address, error.to_string()))?;
    let failed = |error: russh::Error| refused(address, error);
    let config = Arc::new(config(&known));
    let mut session = client::connect_stream(config, stream, Server { known }).await.map_err(failed)?;
    log_in(&mut session, address, key).await?;
    let channel = session.channel_open_session().await.map_err(failed)?;
    channel.set_env(false, "GIT_PROTOCOL", "version=2").await.map_err(failed)?;
    channel.exec(true, command).await.map_err(failed)?;
    let (reading, writing) = channel.split();
    Ok((session, reading, writing))
}

async fn log_in(session: &mut Handle<Server>, address: &Address, key: Arc<russh::keys::PrivateKey>) -> Result<()> {
    let failed = |error: russh::Error| refused(address, error);
    let hash = match key.algorithm().is_rsa() {
        true => session.best_supported_rsa_hash().await.map_err(failed)?.flatten().or(Some(HashAlg::Sha256)),
        false => None,
    };
    let key = PrivateKeyWithHashAlg::new(key, hash);
    match session.authenticate_publickey(address.ssh_user(), key).await.map_err(failed)? {
        AuthResult::Success => Ok(()),
        AuthResult::Failure { .. } => {
            let why = format!("the key was not accepted for the user `{}`", address.ssh_user());
            Err(Error::AuthenticationFailed { host: address.host.clone(), why })
        }
    }
}

/// Offers only algorithms of keys that we know, so that the server shows a key we can check.
fn config(known: &[PublicKey]) -> client::Config {
    let mut algorithms = Vec::new();
    for algorithm in known.iter().map(PublicKey::algorithm) {
        match algorithm {
            Algorithm::Rsa { .. } => {
                algorithms.push(Algorithm::Rsa { hash: Some(HashAlg::Sha512) });
                algorithms.push(Algorithm::Rsa { hash: Some(HashAlg::Sha256) });
            }
            other => algorithms.push(other),
        }
    }
    let preferred = Preferred { key: Cow::Owned(algorithms), ..Preferred::default() };
    client::Config { preferred, inactivity_timeout: Some(INACTIVITY_TIMEOUT), ..client::Config::default() }
}

/// Checks the server's key against the known ones.
struct Server {
    known: Vec<PublicKey>,
}

impl client::Handler for Server {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> std::result::Result<bool, russh::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        Ok(self.known.iter().any(|known| known.key_data() == key.key_data()))
    }
}

fn private_key(identity: &SshIdentity) -> Result<Arc<russh::keys::PrivateKey>> {
    let text = identity.private_key.expose_str().ok_or_else(|| Error::Credentials("`identity` is not UTF-8".to_owned()))?;
    let passphrase = identity.passphrase.as_ref().and_then(|passphrase| passphrase.expose_str());
    // The decoder's own text is left out: it may quote the key.
    let unusable = |_| Error::Credentials("`identity` is no private key, or `password` does not open it".to_owned());
    decode_secret_key(text, passphrase).map(Arc::new).map_err(unusable)
}

/// The keys that `known_hosts` has for the server. None is an error: nobody is trusted on first sight.
fn known_keys(address: &Address, known_hosts: &str) -> Result<Vec<PublicKey>> {
    if known_hosts.len() > KNOWN_HOSTS_BYTES_MAX {
        return Err(Error::Credentials(format!("`known_hosts` has more than {KNOWN_HOSTS_BYTES_MAX} bytes")));
    }
    let local = |error: io::Error| Error::Local { action: "reading known_hosts", why: error.to_string() };
    // Marked lines (`@revoked`, `@cert-authority`) never make a key known.
    let plain: Vec<&str> = known_hosts.lines().filter(|line| !line.trim_start().starts_with('@')).collect();
    let mut file = tempfile::NamedTempFile::new().map_err(local)?;
    file.write_all(plain.join("\n").as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(local)?;
    let found = russh::keys::known_hosts::known_host_keys_path(&address.host, address.port, file.path());
    let found = found.map_err(|error| Error::Credentials(format!("`known_hosts` cannot be read: {error}")))?;
    match found.is_empty() {
        true => Err(Error::AuthenticationFailed { host: address.host.clone(), why: "`known_hosts` has no key for it".to_owned() }),
        false => Ok(found.into_iter().map(|(_, key)| key).collect()),
    }
}

/// A path as one word of a shell.
fn quoted(path: &str) -> Result<String> {
    if path.contains(['\0', '\n']) {
        return Err(Error::url(path, "the path holds a line break"));
    }
    Ok(format!("'{}'", path.replace('\'', "'\\''").replace('!', "'\\!'")))
}

fn refused(address: &Address, error: russh::Error) -> Error {
    let host = address.host.clone();
    match error {
        russh::Error::UnknownKey => Error::AuthenticationFailed { host, why: "its host key is not the one in `known_hosts`".to_owned() },
        russh::Error::NoCommonAlgo { .. } => {
            Error::AuthenticationFailed { host, why: "it has no host key of a kind that `known_hosts` lists".to_owned() }
        }
        error => Error::Unreachable { host, why: with_causes(&error) },
    }
}

fn unreachable(address: &Address, why: String) -> Error {
    Error::Unreachable { host: address.host.clone(), why }
}

/// Moves the server's answer to the reader, until either ends. A command that fails is blamed with the server's own words.
async fn pump(session: Handle<Server>, mut reading: ChannelReadHalf, pieces: mpsc::Sender<Bytes>, cancel: Cancel, host: String) {
    let mut complaint = Vec::new();
    while let Some(message) = reading.wait().await {
        match message {
            ChannelMsg::Data { data } => {
                let Ok(()) = pieces.send(data).await else { break };
            }
            ChannelMsg::ExtendedData { data, .. } if complaint.len() < COMPLAINT_BYTES_MAX => complaint.extend_from_slice(&data),
            ChannelMsg::ExitStatus { exit_status } if exit_status != 0 => {
                let words = String::from_utf8_lossy(&complaint).trim().to_owned();
                cancel.blame(Error::RefNotFound(format!("`{host}` ended the command with status {exit_status}: {words}")));
            }
            ChannelMsg::Close => break,
            _ => {}
        }
    }
    drop(session);
}

struct Reader {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
    cancel: Cancel,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() {
            let next = self.cancel.wait(async { Ok(self.pieces.recv().await) })?;
            let Some(piece) = next else { return Ok(0) };
            self.piece = piece;
        }
        let amount = self.piece.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&self.piece.split_to(amount));
        Ok(amount)
    }
}

struct Writer {
    channel: ChannelWriteHalf<client::Msg>,
    cancel: Cancel,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        self.cancel.wait(async { self.channel.data_bytes(piece).await.map_err(io::Error::other) })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_whatever_it_holds() {
        assert_eq!(quoted("/a b").unwrap(), "'/a b'");
        assert_eq!(quoted("/a'; id #").unwrap(), "'/a'\\''; id #'");
        assert!(quoted("/a\nid").is_err());
    }

    #[test]
    fn a_server_without_a_line_in_known_hosts_is_refused() {
        let address = Address::parse("ssh://git@host:2222/x").unwrap();
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
        for known_hosts in [String::new(), format!("host {key}"), format!("@revoked [host]:2222 {key}"), format!("[other]:2222 {key}")] {
            assert!(known_keys(&address, &known_hosts).is_err(), "{known_hosts}");
        }
        assert_eq!(known_keys(&address, &format!("[host]:2222 {key} comment")).unwrap().len(), 1);
    }
}
