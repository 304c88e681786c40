//! Can a token be made here, and written to its place?

use std::path::Path;

use crate::check::{key_match, rules};
use crate::parse::cert::Certificate;
use crate::report::{Action, Exit, Finding, Mode, Place};
use crate::source::error::LoadError;
use crate::source::stored::NotPlaced;
use crate::text::time::UnixTime;

rules! {
    NO_CA: ERROR, NotDone {
        id: "no-local-ca",
        what: "there is no CA here that could sign a token",
        why: "tokens for the real service are made by the service, which certok does not talk to",
        advice: "get one from the service: alien.py token-init, or alien-token-init; for one of a \
                 test CA name it with --ca-cert FILE and --ca-key FILE",
        source: "JAliEn, GetTokenCertificate.java",
    }
    CA_FILE: ERROR, Unreadable {
        id: "ca-file-unreadable",
        what: "the file of the CA that is to sign cannot be read",
        why: "without the CA's certificate and key no token can be signed",
        advice: "name the files of the CA: --ca-cert FILE --ca-key FILE",
        source: "a need of certok",
    }
    NOT_MADE: ERROR, NotDone {
        id: "token-not-made",
        what: "the token cannot be made as it was asked for",
        why: "no file was touched",
        advice: "use a CA with an RSA key of 1024 to 16384 bits and exponent 65537, or on P-256, \
                 P-384, P-521 or Ed25519",
        source: "a limit of certok",
    }
    CUT: WARN {
        id: "lifetime-cut",
        what: "the lifetime of the token is not what was asked for",
        why: "the service shortens what is too long for the type; without a lifetime it gives \
              two days",
        advice: "ask for days within the limit: 31 for user, 2 for job and jobagent, 365 for host",
        source: "JAliEn, JAliEnCommandtoken.java, GetTokenCertificate.java",
    }
    LIMITED: WARN {
        id: "lifetime-limited-by-ca",
        what: "the token ends with the CA that signed it",
        why: "a certificate is worth nothing once its issuer has expired",
        advice: "renew the CA",
        source: "RFC 5280 §6.1.3",
    }
    OTHER_ISSUER: ERROR, NotDone {
        id: "token-of-other-issuer",
        what: "a token of another issuer is in the place of the new one",
        why: "it may be the one that the real service gave; with it, work on the grid would end",
        advice: "put the new one elsewhere with --out-dir DIR, or replace the old one with --force",
        source: "a precaution of certok",
    }
    UNSAFE: ERROR, Unsafe {
        id: "token-place-unsafe",
        what: "the directory for the token is writable by others, and not sticky",
        why: "anyone who may rename files in it can put another token in the place of yours",
        advice: "use a directory of your own, or take the permission away",
        source: "POSIX, rename; Linux, inode(7)",
    }
    UNUSABLE: ERROR, NotDone {
        id: "token-place-unusable",
        what: "there is no directory in which the token could be put",
        why: "certok makes no directory, and falls back to no other",
        advice: "make the directory, or name another with --out-dir DIR",
        source: "alienpy, global_vars.py: it falls back to /tmp in silence",
    }
    TAKEN: ERROR, NotDone {
        id: "token-place-taken",
        what: "something that is not replaced has the name of the token's file",
        why: "links are not followed, and what is not yours is not touched",
        advice: "see what it is and move it away, or name another directory with --out-dir DIR",
        source: "a precaution of certok",
    }
    BUSY: ERROR, NotDone {
        id: "token-place-busy",
        what: "another certok has been writing a token there for long",
        why: "two at once could mix their certificates and keys",
        advice: "wait for it, or end it: `fuser` shows who has the lock file open",
        source: "a precaution of certok",
    }
    NOT_WRITTEN: ERROR, NotDone {
        id: "token-not-written",
        what: "the token could not be written",
        why: "neither its certificate nor its key was written",
        advice: "see that the directory is yours and has room, or name another with --out-dir DIR",
        source: "the operating system",
    }
    NOT_IN_USE: WARN {
        id: "new-token-not-in-use",
        what: "the new token is not where tools look for one",
        why: "a variable names another file, or the default place is another",
        advice: "make the variables JALIEN_TOKEN_CERT and JALIEN_TOKEN_KEY name it",
        source: "alienpy, global_vars.py",
    }
}

/// The finding that no CA was named. `options` are those of the older tool, each after a blank.
pub fn no_ca(options: &str) -> Finding {
    NO_CA
        .found(
            "no CA was named that could sign a token, and tokens for the real service are made by \
             the service",
        )
        .advice(format!(
            "get one from the service: alien.py token-init{options}; for one of a test CA name it: \
             --ca-cert FILE --ca-key FILE"
        ))
}

/// The same finding about the CA that should sign, with advice for the owner of that CA.
pub fn of_ca(finding: Finding) -> Finding {
    let advice = match finding.rule.id {
        id if id == key_match::MISMATCH.id => "name the key of that CA with --ca-key",
        id if id == key_match::SWAPPED.id => "exchange the files of --ca-cert and --ca-key",
        _ if finding.exit == Exit::Untrusted => {
            "use another CA, or make the certificate of this one anew: openssl req -x509 -new -key \
             ca-key.pem -subj '/C=ch/O=AliEn2/CN=AliEn CA' -days 3650 -out ca.pem"
        }
        _ => return finding,
    };
    Finding { fix: None, ..finding.advice(advice) }
}

/// The finding that `what` (`CA certificate`, `CA key`) could not be read.
pub fn ca_file(what: &str, path: &Path, trouble: &LoadError) -> Finding {
    let mut found = CA_FILE.found(format!("the {what} {}: {trouble}", path.display()));
    if matches!(trouble, LoadError::Missing(_) | LoadError::Dangling(..)) {
        found.exit = Exit::NotFound;
    }
    found.at(Place::file(path))
}

/// The finding that the token lasts another number of days than asked. `most` is the maximum for
/// this kind.
pub fn cut(asked: i64, days: i64, kind: &str, most: i64) -> Finding {
    CUT.found(if asked > most {
        format!("{asked} days were asked for; a {kind} token lasts {most} at most: cut to {days}")
    } else {
        format!("{asked} days were asked for, which is none: the token lasts {days}")
    })
}

/// The finding that the token ends when its CA ends.
pub fn limited(ca: &Certificate, wanted: UnixTime) -> Option<Finding> {
    let end = ca.validity.not_after;
    (end < wanted).then(|| {
        LIMITED.found(format!(
            "the token ends with the CA {} on {}, not on {}",
            ca.subject.common_name(),
            end.screen(),
            wanted.screen()
        ))
    })
}

/// The finding that the file at `path` was not replaced. `what` says what it is.
pub fn stays(path: &Path, what: &str) -> Finding {
    let found = OTHER_ISSUER.found(format!("{} {what}; it was not replaced", path.display()));
    found.at(Place::file(path))
}

/// Why the pair was not written to `directory`.
pub fn refused(refusal: &NotPlaced, directory: &Path) -> Finding {
    let shown = directory.display();
    match refusal {
        NotPlaced::Open(mode) => UNSAFE
            .found(format!("others may write to {shown} (mode {mode:04o}, without the sticky bit)"))
            .fix(Action::Chmod {
                path: directory.into(),
                mode: Mode::Minus("o-w", 0o002),
                file: None,
            })
            .at(Place::file(directory)),
        NotPlaced::NoDirectory(reason) => {
            UNUSABLE.found(format!("{shown} cannot be used: {reason}")).at(Place::file(directory))
        }
        NotPlaced::Taken(path, _) => TAKEN.found(refusal.to_string()).at(Place::file(path)),
        NotPlaced::Busy(_) => BUSY.found(format!("{shown}: {refusal}")).at(Place::file(directory)),
        NotPlaced::Failed(..) | NotPlaced::Lost(..) => {
            NOT_WRITTEN.found(refusal.to_string()).at(Place::file(directory))
        }
    }
}

/// The finding that the group may write to `directory`.
pub fn open_to_group(directory: &Path) -> Finding {
    let shown = directory.display();
    UNSAFE
        .found(format!("the group may write to {shown}, which is not sticky"))
        .fix(Action::Chmod { path: directory.into(), mode: Mode::Minus("g-w", 0o020), file: None })
        .at(Place::file(directory))
        .as_warning()
}

/// The finding that another user owns `directory`.
pub fn of_another(directory: &Path, uid: u32) -> Finding {
    let shown = directory.display();
    UNSAFE
        .found(format!("{shown} belongs to uid {uid}, who may replace what is in it"))
        .advice("use a directory of your own")
        .at(Place::file(directory))
        .as_warning()
}
