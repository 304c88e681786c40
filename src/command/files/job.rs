//! Which command judges which kind of thing: that of its row in `SUBJECTS`, or one of these.

use std::path::Path;

use crate::chain::Purpose;
use crate::command::ca::audit;
use crate::command::files::lone;
use crate::command::operands::one_by_one;
use crate::command::subject::{Job, Subject};
use crate::command::{Noun, bearer, key_match, verify};
use crate::gather::folder::Folder;
use crate::gather::sort::Thing;
use crate::parse::kind::Kind;
use crate::text::shell;

/// What the user asks about files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verb {
    /// Nothing in particular. The file is verified if possible.
    Any,
    /// Facts.
    Info,
    /// A verdict.
    Verify,
}

/// `cert-verify` of a CA, for any purpose.
static CA_VERIFY: Job = Job {
    command: verify::CERT.name,
    begin: |asked, call, task| {
        verify::each(Noun::Cert, asked.path_options(Purpose::Any), call, task)
    },
};

/// Facts of a revocation list.
static CRL_INFO: Job = Job {
    command: super::INFO.name,
    begin: |asked, call, task| {
        let (scope, env) = (call.scope(asked.need), call.env);
        one_by_one(task, move |file| lone::list(file, scope, env))
    },
};

/// Facts of a key.
static KEY_INFO: Job = Job {
    command: super::INFO.name,
    begin: |asked, call, task| {
        let (scope, env) = (call.scope(asked.need), call.env);
        one_by_one(task, move |file| lone::key(file, scope, env))
    },
};

/// The work for `thing`, named `file`, and what the thing is, if it can be judged.
///
/// # Errors
///
/// No command judges it alone: what it is, and the command that needs it.
pub(super) fn job(
    verb: Verb,
    thing: &Thing,
    file: &str,
) -> Result<(Option<&'static Subject>, &'static Job), (String, String)> {
    if let Some(subject) = Subject::of(thing) {
        let job = match (verb, thing) {
            (Verb::Info, _) => &subject.info,
            (Verb::Any | Verb::Verify, Thing::File(Kind::CaCertificate)) => &CA_VERIFY,
            (Verb::Any | Verb::Verify, _) => &subject.verify,
        };
        return Ok((Some(subject), job));
    }
    let quoted = shell::quote(file);
    Err(match thing {
        Thing::File(Kind::Crl) if verb != Verb::Verify => return Ok((None, &CRL_INFO)),
        Thing::File(Kind::Key) if verb != Verb::Verify => return Ok((None, &KEY_INFO)),
        Thing::File(Kind::Key) => {
            choice(Kind::Key, format!("certok {} CERT {quoted}", key_match::CERT.name))
        }
        Thing::File(Kind::Jwks) => {
            choice(Kind::Jwks, format!("certok {} --jwks {quoted} TOKEN", bearer::VERIFY.name))
        }
        Thing::File(Kind::Lsc) => choice(Kind::Lsc, voms("")),
        Thing::Folder(Folder::Voms) => choice("a directory of VOMS servers", voms(file)),
        Thing::Folder(Folder::Other(Some(inside))) => of_folder(verb, Some(inside)),
        // Of CAs, of IDTOKENS and what cannot be read are subjects.
        Thing::Folder(_) | Thing::Unread(_) => of_folder(verb, None),
        // It belongs into a CA directory.
        Thing::File(kind) => {
            let directory = Path::new(file).parent();
            let directory = directory.map_or_else(|| "DIR".to_owned(), shell::path);
            let directory = if directory == "''" { ".".to_owned() } else { directory };
            choice(kind, format!("certok {} {directory}", audit::CHECK.name))
        }
    })
}

fn choice(what: impl ToString, command: String) -> (String, String) {
    (what.to_string(), command)
}

fn voms(directory: &str) -> String {
    let directory = if directory.is_empty() { "DIR".to_owned() } else { shell::quote(directory) };
    format!("certok {} --vomsdir {directory} PROXY", verify::PROXY.name)
}

fn of_folder(verb: Verb, inside: Option<&Path>) -> (String, String) {
    let verb = if verb == Verb::Info { super::INFO.name } else { super::VERIFY.name };
    let inside = inside.map_or_else(|| "FILE".to_owned(), shell::path);
    choice("a directory, neither of CAs nor of IDTOKENS", format!("certok {verb} {inside}"))
}
