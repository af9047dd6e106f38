//! Commits and tags as they were signed.

use gix::hash::ObjectId;
use gix::objs::{CommitRef, Kind, TagRef};

use super::pack::Pack;
use super::select::Target;
use crate::{Error, Result};

/// Characters of a subject in [`Commit::short_message`].
const SHORT_MESSAGE_CHARACTERS: usize = 50;

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// 40 hex digits.
    pub hash: String,
    /// Who wrote it.
    pub author: Signature,
    /// Who made the commit.
    pub committer: Signature,
    /// The whole message.
    pub message: String,
    /// The PGP or SSH signature in its armor.
    pub signature: Option<String>,
    /// The bytes that were signed: the commit without its signature.
    pub payload: Vec<u8>,
    /// The annotated tag that led here.
    pub tag: Option<Tag>,
}

/// A person and a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Seconds since 1970.
    pub seconds: i64,
}

/// An annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The hash of the tag object.
    pub hash: String,
    /// Its name.
    pub name: String,
    /// The message without the signature.
    pub message: String,
    /// The PGP or SSH signature in its armor.
    pub signature: Option<String>,
    /// The bytes that were signed.
    pub payload: Vec<u8>,
}

impl Commit {
    /// The first 50 characters of the subject, as events quote it.
    pub fn short_message(&self) -> String {
        let subject = self.message.lines().next().unwrap_or_default();
        let short: String = subject.chars().take(SHORT_MESSAGE_CHARACTERS).collect();
        if short.len() < subject.len() { format!("{short}...") } else { short }
    }
}

/// A commit and its tree.
pub(super) struct Read {
    pub(super) commit: Commit,
    pub(super) tree: ObjectId,
}

/// Reads the target's commit, and its tag if it was fetched.
pub(super) fn read(pack: &Pack, target: &Target) -> Result<Read> {
    let data = pack.object(target.commit, Kind::Commit)?;
    let broken = |error: String| Error::operation(format!("reading commit `{}`", target.commit), error);
    let parsed = CommitRef::from_bytes(&data, gix::hash::Kind::Sha1).map_err(|error| broken(error.to_string()))?;
    let (signature, payload) = split_signature(&data);
    let commit = Commit {
        hash: target.commit.to_string(),
        author: person(parsed.author().map_err(|error| broken(error.to_string()))?),
        committer: person(parsed.committer().map_err(|error| broken(error.to_string()))?),
        message: parsed.message.to_string(),
        signature,
        payload,
        tag: target.tag.map(|id| read_tag(pack, id)).transpose()?,
    };
    Ok(Read { tree: parsed.tree(), commit })
}

fn person(signature: gix::actor::SignatureRef<'_>) -> Signature {
    Signature { name: signature.name.to_string(), email: signature.email.to_string(), seconds: signature.seconds() }
}

/// The header `gpgsig` and the commit without it. Both PGP and SSH signatures are kept there.
fn split_signature(data: &[u8]) -> (Option<String>, Vec<u8>) {
    let mut signature: Option<String> = None;
    let mut payload = Vec::with_capacity(data.len());
    let mut inside = false;
    let mut rest = data;
    while !rest.is_empty() && rest[0] != b'\n' {
        let (line, after) = rest.split_at(rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1));
        rest = after;
        inside = line.starts_with(b"gpgsig ") || (inside && line.starts_with(b" "));
        match inside {
            true => {
                let text = line.strip_prefix(b"gpgsig ").or(line.strip_prefix(b" ")).unwrap_or(line);
                signature.get_or_insert_default().push_str(&String::from_utf8_lossy(text));
            }
            false => payload.extend_from_slice(line),
        }
    }
    payload.extend_from_slice(rest);
    (signature, payload)
}

fn read_tag(pack: &Pack, id: ObjectId) -> Result<Tag> {
    let data = pack.object(id, Kind::Tag)?;
    let broken = |error: String| Error::operation(format!("reading tag `{id}`"), error);
    let parsed = TagRef::from_bytes(&data, gix::hash::Kind::Sha1).map_err(|error| broken(error.to_string()))?;
    let signed_at = ["-----BEGIN PGP SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----"]
        .iter()
        .filter_map(|begin| data.windows(begin.len()).rposition(|window| window == begin.as_bytes()))
        .max();
    let (payload, signature) = data.split_at(signed_at.unwrap_or(data.len()));
    Ok(Tag {
        hash: id.to_string(),
        name: parsed.name.to_string(),
        message: parsed.message.to_string(),
        signature: signed_at.map(|_| String::from_utf8_lossy(signature).into_owned()),
        payload: payload.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_taken_out_of_what_was_signed() {
        let data = b"tree 0\nauthor a\ngpgsig -----BEGIN\n line\n -----END\nencoding x\n\nsubject\n gpgsig in the text\n";
        let (signature, payload) = split_signature(data);
        assert_eq!(signature.unwrap(), "-----BEGIN\nline\n-----END\n");
        assert_eq!(payload, b"tree 0\nauthor a\nencoding x\n\nsubject\n gpgsig in the text\n");
        let unsigned = b"tree 0\n\nsubject\n";
        assert_eq!(split_signature(unsigned), (None, unsigned.to_vec()));
    }

    #[test]
    fn a_long_subject_is_cut_at_fifty_characters() {
        let person = Signature { name: String::new(), email: String::new(), seconds: 0 };
        let commit = |message: &str| Commit {
            hash: String::new(),
            author: person.clone(),
            committer: person.clone(),
            message: message.into(),
            signature: None,
            payload: Vec::new(),
            tag: None,
        };
        assert_eq!(commit("short\n\nbody").short_message(), "short");
        assert_eq!(commit(&"ü".repeat(51)).short_message(), format!("{}...", "ü".repeat(50)));
    }
}
