//! What happened to a file that was to be destroyed.

use std::path::Path;

use crate::check::rules;
use crate::report::{Finding, Place};
use crate::source::stored::{Erasure, NotErased};

rules! {
    REFUSED: ERROR, NotDone {
        id: "destroy-refused",
        what: "the file was not destroyed, because it is not what it should be",
        why: "destroying through links, or what is no such credential, destroys something else",
        advice: "look at the file; remove it yourself if you do not need it",
        source: "Globus and VOMS overwrite through links; alien.py deletes whatever is named",
    }
    NOT_A_TOKEN: ERROR, NotDone {
        id: "destroy-not-a-token",
        what: "the file holds no JAliEn token, so token-destroy does not remove it",
        why: "a user certificate cannot be made again; alien.py token-destroy deletes it",
        advice: "if the variables of the token name it, unset them; to remove it permanently, \
                 use cert-destroy",
        source: "alienpy, DO_tokendestroy",
    }
    NOT_A_PROXY: ERROR, NotDone {
        id: "destroy-not-a-proxy",
        what: "the file holds the user's own certificate or key, so proxy-destroy does not remove \
               it",
        why: "a proxy is made anew in a moment, a user certificate is not; other tools remove \
              whatever X509_USER_PROXY names",
        advice: "if X509_USER_PROXY names it, unset it; to remove it permanently, use cert-destroy",
        source: "grid-proxy-destroy, voms-proxy-destroy, arcproxy -r",
    }
    FAILED: ERROR, NotDone {
        id: "destroy-failed",
        what: "the file could not be destroyed",
        why: "the system reported an error",
        advice: "look at the permissions of its directory",
        source: "unlink(2)",
    }
    INLINE: ERROR, NotDone {
        id: "destroy-inline",
        what: "the credential is in an environment variable of your shell",
        why: "a program cannot change the environment of the shell that started it",
        advice: "unset the variables, in every shell that has them",
        source: "POSIX, environ",
    }
    NOT_CONFIRMED: ERROR, NotDone {
        id: "destroy-not-confirmed",
        what: "nothing was destroyed, because you did not confirm it",
        why: "a user certificate cannot be made again: without a copy in a browser or p12 it is \
              lost",
        advice: "answer y on the terminal, or give --yes",
        source: "certok",
    }
    NOTHING: ERROR, NotFound {
        id: "destroy-nothing",
        what: "there was nothing to destroy",
        why: "no file is at the place that was looked at, so nothing was removed",
        advice: "name the file, if it is at another place; else nothing needs to be done",
        source: "certok",
    }
    REMAINS: WARN {
        id: "destroy-remains",
        what: "another credential of the kind remains at a place where tools look",
        why: "a variable or TMPDIR names another place; where it is not set, or is not asked for, as \
              by JAliEn's Java tools, the default in /tmp is used",
        advice: "destroy it too",
        source: "JAliEn, JAKeyStore.java (java.io.tmpdir); alienpy, global_vars.py; arcproxy",
    }
    LEFTOVERS: WARN {
        id: "token-leftovers",
        what: "alien.py left temporary copies of a token or its key behind",
        why: "each holds a private key that anybody with your rights can use until it expires",
        advice: "destroy them too",
        source: "alienpy 1.7.0, connect_ssl.py (delete=False)",
    }
}

/// The finding about the result, unless it is success.
pub fn check(path: &Path, outcome: &Erasure) -> Option<Finding> {
    let file = path.display();
    let found = match outcome {
        Erasure::Removed { .. } | Erasure::WouldRemove => return None,
        Erasure::Failed(why) => FAILED.found(format!("{file} was not destroyed: {why}")),
        Erasure::Refused(why) => {
            REFUSED.found(format!("refusing to destroy {file}: {}", reason(why)))
        }
    };
    Some(found.at(Place::file(path)))
}

fn reason(why: &NotErased) -> String {
    match why {
        NotErased::Changed => "it is another file than the one that was looked at".to_owned(),
        NotErased::HardLinked(links) => {
            format!("it has {links} names, the content would stay under another")
        }
        NotErased::Missing => "it is gone already".to_owned(),
        NotErased::NotOwner { owner } => format!("it is owned by uid {owner}"),
        NotErased::NotRegular(kind) => format!("it is {kind}, not a regular file"),
        NotErased::SymbolicLink { target } => {
            format!("it is a symbolic link to {}", target.display())
        }
    }
}
