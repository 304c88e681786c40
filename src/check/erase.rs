//! What became of a file that was to be destroyed.

use std::path::Path;

use crate::report::{Exit, Finding, Place, Rule};
use crate::store::erase::{Outcome, Why};

/// Refused.
pub static REFUSED: Rule = Rule {
    id: "destroy-refused",
    exit: Exit::NotDone,
    what: "the file was not destroyed, because it is not what it should be",
    why: "destroying through links, or what is no such credential, destroys something else",
    advice: "look at the file; remove it yourself if it is really to go",
    source: "Globus and VOMS overwrite through links; alien.py deletes whatever is named",
    ..Rule::ERROR
};

/// A user certificate is not removed as a token.
pub static NOT_A_TOKEN: Rule = Rule {
    id: "destroy-not-a-token",
    exit: Exit::NotDone,
    what: "the file holds no JAliEn token, so token-destroy does not remove it",
    why: "a user certificate cannot be made again; alien.py token-destroy deletes it",
    advice: "if the variables of the token name it, unset them; to remove it for good there is \
             cert-destroy",
    source: "alienpy, DO_tokendestroy",
    ..Rule::ERROR
};

/// A user certificate is not removed as a proxy.
pub static NOT_A_PROXY: Rule = Rule {
    id: "destroy-not-a-proxy",
    exit: Exit::NotDone,
    what: "the file holds the user's own certificate or key, so proxy-destroy does not remove it",
    why: "a proxy is made anew in a moment, a user certificate is not; other tools remove whatever \
          X509_USER_PROXY names",
    advice: "if X509_USER_PROXY names it, unset it; to remove it for good there is cert-destroy",
    source: "grid-proxy-destroy, voms-proxy-destroy, arcproxy -r",
    ..Rule::ERROR
};

/// The system said no.
pub static FAILED: Rule = Rule {
    id: "destroy-failed",
    exit: Exit::NotDone,
    what: "the file could not be destroyed",
    why: "the system reported an error",
    advice: "look at the permissions of its directory",
    source: "unlink(2)",
    ..Rule::ERROR
};

/// In a variable.
pub static INLINE: Rule = Rule {
    id: "destroy-inline",
    exit: Exit::NotDone,
    what: "the credential is in an environment variable of your shell",
    why: "a program cannot change the environment of the shell that started it",
    advice: "unset the variables, in every shell that has them",
    source: "POSIX, environ",
    ..Rule::ERROR
};

/// Nobody said yes.
pub static NOT_CONFIRMED: Rule = Rule {
    id: "destroy-not-confirmed",
    exit: Exit::NotDone,
    what: "nothing was destroyed, because nobody confirmed it",
    why: "a user certificate cannot be made again: without a copy in a browser or p12 it is lost",
    advice: "answer y on the terminal, or give --yes",
    source: "certok",
    ..Rule::ERROR
};

/// Nothing was there.
pub static NOTHING: Rule = Rule {
    id: "destroy-nothing",
    what: "there was nothing to destroy",
    why: "no file is at the default place",
    advice: "",
    source: "certok",
    ..Rule::INFO
};

/// Copies that alien.py left.
pub static LEFTOVERS: Rule = Rule {
    id: "token-leftovers",
    what: "alien.py left temporary copies of a token or its key behind",
    why: "each holds a private key that anybody with your rights can use until it expires",
    advice: "destroy them too",
    source: "alienpy 1.7.0, connect_ssl.py (delete=False)",
    ..Rule::WARN
};

/// Rules of this file.
pub static RULES: &[&Rule] =
    &[&REFUSED, &NOT_A_TOKEN, &NOT_A_PROXY, &FAILED, &INLINE, &NOT_CONFIRMED, &NOTHING, &LEFTOVERS];

/// The finding about an outcome, if it is not success.
pub fn check(path: &Path, outcome: &Outcome) -> Option<Finding> {
    let file = path.display();
    let found = match outcome {
        Outcome::Removed { .. } | Outcome::WouldRemove => return None,
        Outcome::Failed(why) => FAILED.found(format!("{file} was not destroyed: {why}")),
        Outcome::Refused(why) => {
            REFUSED.found(format!("refusing to destroy {file}: {}", reason(why)))
        }
    };
    Some(found.at(Place { file: Some(path.to_path_buf()), ..Place::default() }))
}

fn reason(why: &Why) -> String {
    match why {
        Why::Changed => "it is another file than the one that was looked at".to_owned(),
        Why::HardLinked(links) => {
            format!("it has {links} names, the content would stay under another")
        }
        Why::Missing => "it is gone already".to_owned(),
        Why::NotOwner { owner } => format!("it is owned by uid {owner}"),
        Why::NotRegular(kind) => format!("it is {kind}, not a regular file"),
        Why::SymbolicLink { target } => format!("it is a symbolic link to {}", target.display()),
    }
}
