//! A conversation with a Git server: handshake, references, one pack.

use std::io;

use gix::hash::ObjectId;
use gix::progress::Discard;
use gix::protocol::fetch::{self, Arguments, Negotiate, Response, Shallow, Tags, negotiate};
use gix::protocol::handshake::Ref;
use gix::protocol::ls_refs::RefPrefixes;
use gix::protocol::{Handshake, LsRefsCommand};
use gix_transport::client::blocking_io::{Transport, http::Transport as GitHttp};
use gix_transport::{Protocol, Service};

use super::address::{Address, Scheme};
use super::http::HttpTransport;
use super::pack::Pack;
use super::run::Cancel;
use super::select::Target;
use super::{GitLimits, GitRequest, ssh};
use crate::{Clients, Error, Result};

/// References the server may list for one question.
const REFS_MAX: usize = 200_000;

/// An open conversation.
pub(super) struct Session {
    transport: Box<dyn Transport + Send>,
    handshake: Handshake,
    host: String,
    cancel: Cancel,
}

/// A reference and the object it leads to once tags are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) name: String,
    /// The tag object, if there is one.
    pub(super) tag: Option<ObjectId>,
    pub(super) commit: ObjectId,
}

impl Session {
    /// Connects and shakes hands.
    pub(super) fn open(clients: &Clients, request: &GitRequest, cancel: &Cancel) -> Result<Session> {
        let address = Address::parse(&request.url)?;
        if !clients.egress().allows_host(&address.host) {
            return Err(Error::url(&request.url, "link-local addresses are refused"));
        }
        let mut transport = connect(clients, request, &address, cancel)?;
        let anonymous = |_| Ok(None);
        let handshake = gix::protocol::handshake(&mut transport, Service::UploadPack, anonymous, Vec::new(), &mut Discard);
        let handshake = handshake.map_err(|error| cancel.explain(talking(&address.host, &error)))?;
        Ok(Session { transport, handshake, host: address.host, cancel: cancel.clone() })
    }

    /// The references whose names begin with one of `prefixes`.
    pub(super) fn refs(&mut self, prefixes: &[String]) -> Result<Vec<Found>> {
        let listed = match &self.handshake.refs {
            Some(refs) => refs.clone(),
            None => self.ls_refs(prefixes)?,
        };
        if listed.len() > REFS_MAX {
            return Err(Error::Limit(format!("the repository lists more than {REFS_MAX} references (REFS_MAX)")));
        }
        let found = listed.into_iter().filter_map(found);
        Ok(found.filter(|found| prefixes.iter().any(|prefix| found.name.starts_with(prefix.as_str()))).collect())
    }

    /// Fetches the target's commit without its history.
    pub(super) fn pack(&mut self, target: &Target, limits: &GitLimits) -> Result<Pack> {
        let depth = Shallow::DepthAtRemote(std::num::NonZeroU32::MIN);
        self.receive(&target.wants(), &depth, limits)
    }

    /// Fetches a commit with its whole history.
    pub(super) fn history(&mut self, tip: ObjectId, limits: &GitLimits) -> Result<Pack> {
        self.receive(&[tip], &Shallow::NoChange, limits)
    }

    fn ls_refs(&mut self, prefixes: &[String]) -> Result<Vec<Ref>> {
        let mut ref_prefixes = RefPrefixes::new();
        ref_prefixes.extend(prefixes.iter().map(|prefix| prefix.as_str().into()));
        let command = LsRefsCommand::new(Some(ref_prefixes), &self.handshake.capabilities, agent());
        let listed = command.invoke_blocking(&mut self.transport, &mut Discard, false);
        listed.map_err(|error| self.cancel.explain(talking(&self.host, &error)))
    }

    fn receive(&mut self, wants: &[ObjectId], shallow: &Shallow, limits: &GitLimits) -> Result<Pack> {
        let folder =
            tempfile::tempdir().map_err(|error| Error::Local { action: "making a folder for the pack", why: error.to_string() })?;
        let mut received = None;
        let fetched = gix::protocol::fetch(
            &mut Wants(wants),
            |reader, _, interrupt| {
                received = Some(super::pack::receive(reader, folder.path(), limits, interrupt));
                Ok(matches!(received, Some(Ok(_))))
            },
            Discard,
            &self.cancel.flag,
            fetch::Context {
                handshake: &mut self.handshake,
                transport: &mut self.transport,
                user_agent: agent(),
                trace_packetlines: false,
            },
            fetch::Options { shallow_file: folder.path().join("shallow"), shallow, tags: Tags::None, reject_shallow_remote: false },
        );
        match (received, fetched) {
            (Some(Err(error)), _) => Err(self.cancel.explain(error)),
            (_, Err(error)) => Err(self.cancel.explain(talking(&self.host, &error))),
            (None, Ok(_)) => Err(Error::operation(format!("fetching from `{}`", self.host), "the server sent no pack")),
            (Some(Ok(pack)), Ok(_)) => Ok(pack.in_folder(folder)),
        }
    }
}

fn connect(clients: &Clients, request: &GitRequest, address: &Address, cancel: &Cancel) -> Result<Box<dyn Transport + Send>> {
    match address.scheme {
        Scheme::Http => {
            let http = HttpTransport::new(clients.http(&request.network)?, address, &request.auth, cancel)?;
            let url = gix::url::parse(address.url.as_str()).map_err(|error| Error::url(&request.url, error.to_string()))?;
            Ok(Box::new(GitHttp::new_http(http, url, Protocol::V2, false)))
        }
        Scheme::Ssh => ssh::connect(clients.egress(), address, &request.auth, cancel),
    }
}

fn agent() -> (&'static str, Option<String>) {
    ("agent", Some(concat!("sluice/", env!("CARGO_PKG_VERSION")).to_owned()))
}

fn talking(host: &str, error: &gix::Error) -> Error {
    Error::operation(format!("talking Git with `{host}`"), failure::with_causes(error))
}

fn found(listed: Ref) -> Option<Found> {
    let (name, tag, commit) = match listed {
        Ref::Peeled { full_ref_name, tag, object } => (full_ref_name, Some(tag), object),
        Ref::Direct { full_ref_name, object } => (full_ref_name, None, object),
        Ref::Symbolic { full_ref_name, tag, object, .. } => (full_ref_name, tag, object),
        Ref::Unborn { .. } => return None,
    };
    Some(Found { name: name.to_string(), tag, commit })
}

/// Negotiation of one who has nothing: name what is wanted, be done.
struct Wants<'a>(&'a [ObjectId]);

impl Negotiate for Wants<'_> {
    fn mark_complete_and_common_ref(&mut self) -> gix::Result<negotiate::Action> {
        Ok(negotiate::Action::MustNegotiate { remote_ref_target_known: Vec::new() })
    }

    fn add_wants(&mut self, arguments: &mut Arguments, _known: &[bool]) -> bool {
        self.0.iter().for_each(|id| arguments.want(id));
        true
    }

    fn one_round(
        &mut self,
        _state: &mut negotiate::one_round::State,
        _arguments: &mut Arguments,
        _previous: Option<&Response>,
    ) -> gix::Result<(negotiate::Round, bool)> {
        let round = negotiate::Round { haves_sent: 0, in_vain: 0, haves_to_send: 0, previous_response_had_at_least_one_in_common: false };
        Ok((round, true))
    }
}

/// A reader that fails instead of giving more than it may.
pub(super) struct Counted<R> {
    pub(super) inner: R,
    pub(super) left: u64,
    /// Whether there was more.
    pub(super) passed: bool,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                self.passed = true;
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
        }
        Ok(read)
    }
}
