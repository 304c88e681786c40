//! Was the credential found, and could it be read? If not: what was meant, and what to type.

use std::path::Path;

use crate::env::Env;
use crate::load::Trouble;
use crate::load::near::BadTemporary;
use crate::load::near::Near;
use crate::locate;
use crate::locate::Candidate;
use crate::locate::Place as Where;
use crate::locate::Reason;
use crate::locate::Role;
use crate::parse::shape;
use crate::parse::shape::Shape;
use crate::parse::value::Blank;
use crate::parse::value::PathShape;
use crate::parse::value::ValueShape;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Place;
use crate::report::Rule;
use crate::shell;

/// `$HOME` is not set.
pub static HOME_UNSET: Rule = Rule {
    id: "home-unset",
    exit: Exit::NotFound,
    what: "HOME is not set, so ~/.globus cannot be located",
    why: "cron, systemd and containers start without HOME; each tool then looks elsewhere",
    advice: "set HOME, or name the files with X509_USER_CERT and X509_USER_KEY",
    source: "Globus, globus_gsi_system_config.c; VOMS, sslutils.c",
    ..Rule::ERROR
};

/// No user certificate.
pub static CERT_MISSING: Rule = Rule {
    id: "cert-missing",
    exit: Exit::NotFound,
    what: "there is no user certificate",
    why: "nothing can identify you to the grid",
    advice: "export the certificate from your browser as cert.p12, then: openssl pkcs12 -in \
             cert.p12 -clcerts -nokeys -out ~/.globus/usercert.pem, and -nocerts -out \
             ~/.globus/userkey.pem; or set X509_USER_CERT",
    source: "alienpy, connect_ssl.py; gridcf/gct issue 204",
    ..Rule::ERROR
};

/// A certificate without its key.
pub static KEY_MISSING: Rule = Rule {
    id: "key-missing",
    exit: Exit::NotFound,
    what: "the private key is missing",
    why: "a certificate without its key proves nothing",
    advice: "extract it from the same p12: openssl pkcs12 -in cert.p12 -nocerts -out \
             ~/.globus/userkey.pem && chmod 400 ~/.globus/userkey.pem; or set X509_USER_KEY",
    source: "alienpy, connect_ssl.py; gridcf/gct issue 204",
    ..Rule::ERROR
};

/// No JAliEn token.
pub static TOKEN_MISSING: Rule = Rule {
    id: "token-missing",
    exit: Exit::NotFound,
    what: "there is no JAliEn token",
    why: "ALICE services and the O2 framework look for one",
    advice: "get one: alien-token-init; any alien.py command that connects makes one too",
    source: "alienpy, global_vars.py; AliceO2 CcdbApi.cxx, checkAlienToken",
    ..Rule::ERROR
};

/// A token key that is not there.
pub static TOKEN_KEY_MISSING: Rule = Rule {
    id: "token-key-missing",
    exit: Exit::NotFound,
    what: "the token's private key is missing",
    why: "a certificate without its key proves nothing",
    advice: "get a new token: alien-token-init",
    source: "alienpy, connect_ssl.py",
    ..Rule::ERROR
};

/// The token here belongs to another uid.
pub static TOKEN_OTHER_UID: Rule = Rule {
    id: "token-other-uid",
    exit: Exit::NotFound,
    what: "there is a token, but for another uid",
    why: "the file name carries the uid; in containers and under sudo it is another one",
    advice: "run with the uid that made the token, or point to its files",
    source: "O2DPG, GRID/utils/runGRIDContainerized.sh",
    ..Rule::ERROR
};

/// The token lies in another temporary directory.
pub static TOKEN_ELSEWHERE: Rule = Rule {
    id: "token-elsewhere",
    exit: Exit::NotFound,
    what: "there is a token, but in another temporary directory",
    why: "TMPDIR was another one when the token was made",
    advice: "set TMPDIR as it was, point to the files, or get a new token: alien-token-init",
    source: "alienpy, global_vars.py, TMPDIR",
    ..Rule::ERROR
};

/// Only a PKCS#12 file is there.
pub static PKCS12_ONLY: Rule = Rule {
    id: "pkcs12-only",
    exit: Exit::NotFound,
    what: "there is a PKCS#12 file, but no PEM made from it",
    why: "alien.py, XRootD and OpenSSL read PEM; of the grid tools only some read PKCS#12",
    advice: "convert it",
    source: "gridcf/gct issue 202; DIRACGrid/DIRAC issue 7381",
    ..Rule::ERROR
};

/// A variable is set to nothing.
pub static VARIABLE_EMPTY: Rule = Rule {
    id: "variable-empty",
    exit: Exit::NotFound,
    what: "an environment variable is set to the empty text",
    why: "alien.py and Globus take it as an empty file name, not as unset",
    advice: "unset it, or set it to a path",
    source: "alienpy, global_vars.py, os.getenv",
    ..Rule::ERROR
};

/// Quotes are part of the value.
pub static VARIABLE_QUOTED: Rule = Rule {
    id: "variable-quoted",
    exit: Exit::NotFound,
    what: "an environment variable contains literal quote characters",
    why: "docker --env-file and systemd keep quotes as part of the value",
    advice: "remove the quotes where the variable is set (an env file, jq without -r)",
    source: "docker --env-file; O2DPG runGRIDContainerized.sh",
    ..Rule::ERROR
};

/// A carriage return or blank ends the value.
pub static VARIABLE_BLANK: Rule = Rule {
    id: "variable-blank",
    exit: Exit::NotFound,
    what: "an environment variable has invisible white space at an end",
    why: "the file that sets it has Windows line endings, or a blank was pasted along",
    advice: "correct the file that sets it (dos2unix, or tr -d '\\r')",
    source: "shell practice",
    ..Rule::ERROR
};

/// A `~` was never expanded.
pub static VARIABLE_TILDE: Rule = Rule {
    id: "variable-tilde",
    exit: Exit::NotFound,
    what: "an environment variable starts with a literal `~`",
    why: "only an unquoted ~ is expanded by a shell, and never in env files",
    advice: "write $HOME instead of the quoted ~",
    source: "alienpy commit 6af9d1e; POSIX shell, tilde expansion",
    ..Rule::ERROR
};

/// A `file://` URL.
pub static VARIABLE_URL: Rule = Rule {
    id: "variable-url",
    exit: Exit::NotFound,
    what: "an environment variable is a file: URL",
    why: "it must be a plain path",
    advice: "remove the file:// in front of the path",
    source: "alien.py uses file:// for copies only",
    ..Rule::ERROR
};

/// `$HOME` inside the value.
pub static VARIABLE_NOT_EXPANDED: Rule = Rule {
    id: "variable-not-expanded",
    exit: Exit::NotFound,
    what: "an environment variable contains another variable's name that was never expanded",
    why: "single quotes, env files and systemd do not expand $HOME",
    advice: "write the path out, or use double quotes in a shell",
    source: "POSIX shell, quoting",
    ..Rule::ERROR
};

/// A relative path.
pub static VARIABLE_RELATIVE: Rule = Rule {
    id: "variable-relative",
    exit: Exit::NotFound,
    what: "an environment variable is a relative path that does not exist from here",
    why: "it is valid only in the directory where it was set",
    advice: "set it to the absolute path, with realpath, in the directory where the file is",
    source: "O2DPG job scripts: export JALIEN_TOKEN_CERT=tokencertJOB.pem",
    ..Rule::ERROR
};

/// The path in the variable is gone.
pub static VARIABLE_PATH_GONE: Rule = Rule {
    id: "variable-path-gone",
    exit: Exit::NotFound,
    what: "an environment variable points to a file that does not exist",
    why: "a variable that is set wins over the default place, usable or not",
    advice: "correct it, or unset it to use the default place",
    source: "alienpy, global_vars.py; AliceO2 pull request 7610",
    ..Rule::ERROR
};

/// The word `null`.
pub static VARIABLE_NULL: Rule = Rule {
    id: "variable-null",
    exit: Exit::NotFound,
    what: "an environment variable is the word `null`",
    why: "the `token` command returned no token when the jq recipe ran, and jq prints null",
    advice: "unset JALIEN_TOKEN_CERT and JALIEN_TOKEN_KEY, run alien-token-init, then the jq \
             recipe again",
    source: "the documented recipe eval $(… jq …)",
    ..Rule::ERROR
};

/// JSON.
pub static VARIABLE_JSON: Rule = Rule {
    id: "variable-json",
    exit: Exit::Unreadable,
    what: "an environment variable holds JSON",
    why: "the whole answer of the token command was stored; results[0].tokencert is the token",
    advice: "take the field out of it: jq -r '.results[0].tokencert'",
    source: "the token command's JSON",
    ..Rule::ERROR
};

/// Base64 of the PEM.
pub static VARIABLE_BASE64: Rule = Rule {
    id: "variable-base64",
    exit: Exit::Unreadable,
    what: "an environment variable holds base64 without BEGIN and END",
    why: "secrets of CI systems and Kubernetes are often stored as base64",
    advice: "decode it: base64 -d",
    source: "practice of CI systems",
    ..Rule::ERROR
};

/// The PEM lost its line breaks.
pub static VARIABLE_NEWLINES_LOST: Rule = Rule {
    id: "variable-newlines-lost",
    exit: Exit::Unreadable,
    what: "an environment variable holds a PEM whose newlines were turned into spaces or lost",
    why: "an unquoted $VARIABLE in a shell turns newlines into spaces",
    advice: "keep the double quotes: export JALIEN_TOKEN_CERT=\"$(cat tokencert.pem)\"",
    source: "POSIX shell, field splitting; the documented eval recipe",
    ..Rule::ERROR
};

/// The PEM has `\n` as two characters.
pub static VARIABLE_LITERAL_NEWLINES: Rule = Rule {
    id: "variable-literal-newlines",
    exit: Exit::Unreadable,
    what: "an environment variable holds a PEM with the two characters \\n instead of newlines",
    why: "jq without -r and JSON in general escape newlines",
    advice: "expand them: printf '%b'",
    source: "practice of env files",
    ..Rule::ERROR
};

/// The PEM stands in quotes.
pub static VARIABLE_INLINE_QUOTED: Rule = Rule {
    id: "variable-inline-quoted",
    exit: Exit::Unreadable,
    what: "an environment variable has a quote character before -----BEGIN",
    why: "jq without -r, and env files, keep the quotes",
    advice: "remove the quotes: use jq -r",
    source: "docker --env-file; jq",
    ..Rule::ERROR
};

/// The PEM is cut off or otherwise no PEM.
pub static VARIABLE_INLINE_DAMAGED: Rule = Rule {
    id: "variable-inline-damaged",
    exit: Exit::Unreadable,
    what: "an environment variable holds a damaged PEM",
    why: "BEGIN and END lines do not fit, or the text is cut off",
    advice: "set it again from the file: export NAME=\"$(cat FILE)\", with the double quotes",
    source: "RFC 7468 §3",
    ..Rule::ERROR
};

/// A link into nothing.
pub static LINK_DANGLING: Rule = Rule {
    id: "link-dangling",
    exit: Exit::NotFound,
    what: "a symbolic link is dangling: its target is gone",
    why: "the target was moved, or its file system is not mounted (AFS, EOS, NFS)",
    advice: "link to where the file is now: ln -sfn TARGET LINK",
    source: "symlink(7)",
    ..Rule::ERROR
};

/// Links in a circle.
pub static LINK_LOOP: Rule = Rule {
    id: "link-loop",
    exit: Exit::NotFound,
    what: "a symbolic link is part of a loop",
    why: "too many levels of symbolic links: the links point at each other",
    advice: "remove the links and copy the real file there",
    source: "path_resolution(7), ELOOP",
    ..Rule::ERROR
};

/// A directory instead of a file.
pub static IS_DIRECTORY: Rule = Rule {
    id: "is-directory",
    exit: Exit::Unreadable,
    what: "a directory stands where a file is wanted",
    why: "only X509_CERT_DIR names a directory",
    advice: "name the file in it",
    source: "Globus, globus_gsi_system_config.c",
    ..Rule::ERROR
};

/// A device, pipe or socket.
pub static NOT_A_FILE: Rule = Rule {
    id: "not-a-file",
    exit: Exit::Unreadable,
    what: "a pipe, socket or device stands where a file is wanted",
    why: "credentials are regular files",
    advice: "name a regular file; a pipe can be given as an argument, or on standard input as -",
    source: "Globus, globus_gsi_system_config.c",
    ..Rule::ERROR
};

/// Too many bytes.
pub static TOO_LARGE: Rule = Rule {
    id: "too-large",
    exit: Exit::Unreadable,
    what: "the file has more than 64 MiB",
    why: "no credential is that large; certok reads no more",
    advice: "name the right file",
    source: "a limit of certok",
    ..Rule::ERROR
};

/// The system says no.
pub static PERMISSION_DENIED: Rule = Rule {
    id: "permission-denied",
    exit: Exit::Unreadable,
    what: "the file may not be read by you",
    why: "it belongs to another user, or its mode or a directory above forbids it",
    advice: "let its owner change that, or use a file of your own",
    source: "path_resolution(7), EACCES",
    ..Rule::ERROR
};

/// Anything else.
pub static READ_FAILED: Rule = Rule {
    id: "read-failed",
    exit: Exit::Unreadable,
    what: "the file could not be read",
    why: "the system reported an error",
    advice: "look at the file system it is on",
    source: "read(2)",
    ..Rule::ERROR
};

/// `$TMPDIR` cannot hold a token.
pub static TMPDIR_UNUSABLE: Rule = Rule {
    id: "tmpdir-unusable",
    exit: Exit::NotFound,
    what: "TMPDIR does not name a usable directory",
    why: "tools silently disagree then: Python falls back to /tmp, Java always uses /tmp, shell \
          scripts use TMPDIR as it is",
    advice: "make the directory, or unset TMPDIR",
    source: "alienpy, global_vars.py, tempfile.gettempdir; JAliEn JAKeyStore.java",
    ..Rule::ERROR
};

/// A default file that a variable hides.
pub static SHADOWED: Rule = Rule {
    id: "shadowed",
    what: "a file at the default place is not used, because a variable names another",
    why: "a variable wins over the default place",
    advice: "",
    source: "alienpy, global_vars.py",
    ..Rule::INFO
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &HOME_UNSET,
    &CERT_MISSING,
    &KEY_MISSING,
    &TOKEN_MISSING,
    &TOKEN_KEY_MISSING,
    &TOKEN_OTHER_UID,
    &TOKEN_ELSEWHERE,
    &PKCS12_ONLY,
    &VARIABLE_EMPTY,
    &VARIABLE_QUOTED,
    &VARIABLE_BLANK,
    &VARIABLE_TILDE,
    &VARIABLE_URL,
    &VARIABLE_NOT_EXPANDED,
    &VARIABLE_RELATIVE,
    &VARIABLE_PATH_GONE,
    &VARIABLE_NULL,
    &VARIABLE_JSON,
    &VARIABLE_BASE64,
    &VARIABLE_NEWLINES_LOST,
    &VARIABLE_LITERAL_NEWLINES,
    &VARIABLE_INLINE_QUOTED,
    &VARIABLE_INLINE_DAMAGED,
    &LINK_DANGLING,
    &LINK_LOOP,
    &IS_DIRECTORY,
    &NOT_A_FILE,
    &TOO_LARGE,
    &PERMISSION_DENIED,
    &READ_FAILED,
    &TMPDIR_UNUSABLE,
    &SHADOWED,
];

/// One look at one place that gave nothing.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// What was looked for.
    pub role: Role,
    /// Where and why.
    pub candidate: &'a Candidate,
    /// What came of it.
    pub trouble: &'a Trouble,
    /// What lies near.
    pub near: &'a Near,
    /// The environment.
    pub env: &'a Env,
}

/// Why `role` could not be read, the likeliest cause first.
pub fn check(look: Look<'_>) -> Vec<Finding> {
    let place = Place {
        file: look.trouble.path().map(Path::to_path_buf),
        variable: variable(look.candidate),
        ..Place::default()
    };
    let mut findings = vec![cause(look).at(place)];
    let temporary = look
        .near
        .temporary
        .filter(|_| look.candidate.reason == Reason::Default);
    findings.extend(temporary.map(|bad| temporary_directory(bad, look.env)));
    // A directory that is not there explains the token that is not there.
    findings.reverse();
    findings
}

/// The note that `role` at its default place is not used.
pub fn shadowed(role: Role, candidate: &Candidate, default: &Path) -> Finding {
    let (name, default) = (role.variable(), default.display());
    let chosen = match &candidate.place {
        Where::Value(value) if value.to_string_lossy().contains("-----BEGIN") => {
            "its own content".to_owned()
        }
        Where::Value(value) => shown(Path::new(value)),
        _ => String::new(),
    };
    SHADOWED.found(format!(
        "{name} is used ({chosen}); {default} exists and is not"
    ))
}

fn variable(candidate: &Candidate) -> Option<&'static str> {
    match candidate.reason {
        Reason::Variable(name) => Some(name),
        _ => None,
    }
}

fn cause(look: Look<'_>) -> Finding {
    let Look { role, trouble, .. } = look;
    let noun = subject(look);
    match trouble {
        Trouble::NoHome => home_unset(look),
        Trouble::Value(shape) => value(role, shape, look),
        Trouble::Missing(path) => missing(path, look),
        Trouble::Dangling(path, target) => LINK_DANGLING.found(format!(
            "{noun}: {} is a dangling symbolic link, its target {} does not exist",
            path.display(),
            target.display()
        )),
        Trouble::LinkLoop(path) => LINK_LOOP.found(format!(
            "{noun}: {} is part of a loop of symbolic links (too many levels)",
            path.display()
        )),
        Trouble::Directory(path) => directory(path, look),
        Trouble::Special(path, kind) => NOT_A_FILE.found(format!(
            "{noun}: {} is {kind}, not a regular file",
            path.display()
        )),
        Trouble::TooLarge(path) => {
            TOO_LARGE.found(format!("{noun}: {} has more than 64 MiB", path.display()))
        }
        Trouble::Denied(path, _) => denied(path, look),
        Trouble::Other(path, text) => READ_FAILED.found(format!(
            "{noun}: {} could not be read: {text}",
            path.display()
        )),
    }
}

/// What the sentence is about: the variable that names the place, else the thing looked for.
fn subject(look: Look<'_>) -> &'static str {
    match look.candidate.reason {
        Reason::Variable(name) => name,
        _ => look.role.noun(),
    }
}

fn home_unset(look: Look<'_>) -> Finding {
    let noun = look.role.noun();
    let found = HOME_UNSET.found(format!(
        "HOME is not set, so ~/.globus/{} ({noun}) cannot be located",
        look.role.file_name(look.env.uid)
    ));
    match &look.near.passwd_home {
        Some((home, true)) => found.fix(format!("export HOME={}", shell::path(home))),
        Some((home, false)) => found.advice(format!(
            "set HOME (export HOME={}), or name the files with X509_USER_CERT and X509_USER_KEY",
            shell::path(home)
        )),
        None => found.advice(
            "set HOME (export HOME=/home/you), or name the files with X509_USER_CERT and \
             X509_USER_KEY; /etc/passwd has no entry for you",
        ),
    }
}

fn missing(path: &Path, look: Look<'_>) -> Finding {
    match &look.candidate.place {
        Where::Value(text) => {
            let ValueShape::Path(shape) = crate::parse::value::look(text) else {
                return path_gone(path, look);
            };
            odd_path(&shape, look).unwrap_or_else(|| path_gone(path, look))
        }
        _ if look.candidate.reason == Reason::Operand => rule_for(look.role)
            .found(format!("{} does not exist", path.display()))
            .advice(""),
        _ => default_missing(path, look),
    }
}

/// A path that would be good but for its wrapping.
fn odd_path(shape: &PathShape, look: Look<'_>) -> Option<Finding> {
    let name = look.role.variable();
    let (rule, what): (&Rule, String) = if let Some(quote) = shape.quoted {
        (
            &VARIABLE_QUOTED,
            format!("{name} contains literal quote characters ({quote})"),
        )
    } else if shape.trailing_blank.is_some() || shape.leading_blank {
        (&VARIABLE_BLANK, blank(shape, name))
    } else if shape.file_url {
        (
            &VARIABLE_URL,
            format!("{name} is a file:// URL, it must be a plain path"),
        )
    } else if shape.tilde {
        let what = "starts with a literal '~' that the shell never expanded (it was quoted)";
        (&VARIABLE_TILDE, format!("{name} {what}"))
    } else if shape.dollar {
        (
            &VARIABLE_NOT_EXPANDED,
            format!("{name} contains a $NAME that was never expanded"),
        )
    } else if !shape.absolute {
        (&VARIABLE_RELATIVE, relative(look))
    } else {
        return None;
    };
    let found = rule.found(what);
    Some(match &look.near.cleaned {
        Some(path) => found.fix(export(look, path)),
        None => found,
    })
}

/// A path for a message; what no file system takes for a name may be a piece of a key.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.split('/').all(|name| name.len() <= MAX_NAME_BYTES) && !text.contains('\n') {
        return text.into_owned();
    }
    let start: String = text.chars().take(16).collect();
    format!("{}… ({} bytes)", start.replace('\n', " "), text.len())
}

/// `NAME_MAX` of Linux and macOS.
const MAX_NAME_BYTES: usize = 255;

fn blank(shape: &PathShape, name: &str) -> String {
    if shape.trailing_blank == Some(Blank::CarriageReturn) {
        return format!(
            "{name} ends with an invisible carriage return (\\r, a Windows line ending)"
        );
    }
    let side = if shape.leading_blank {
        "starts"
    } else {
        "ends"
    };
    format!("{name} {side} with invisible white space")
}

fn relative(look: Look<'_>) -> String {
    let name = look.role.variable();
    let here = look
        .env
        .directory
        .as_ref()
        .map_or_else(String::new, |d| format!(", {}", d.display()));
    let value = match &look.candidate.place {
        Where::Value(value) => shown(Path::new(value)),
        _ => String::new(),
    };
    format!("{name} is the relative path {value}, which does not exist from this directory{here}")
}

fn path_gone(path: &Path, look: Look<'_>) -> Finding {
    let name = look.role.variable();
    let found = VARIABLE_PATH_GONE.found(format!(
        "{name} points to {}, which does not exist",
        shown(path)
    ));
    let pair = format!(
        "unset {} {}",
        cert_variable(look.role),
        key_variable(look.role)
    );
    match &look.near.default {
        Some(default) => found
            .advice(format!("unset it, and {} is used", default.display()))
            .fix(pair),
        None if look.role.is_token() => found.advice(format!("{pair}; alien-token-init")),
        None => found,
    }
}

fn default_missing(path: &Path, look: Look<'_>) -> Finding {
    let role = look.role;
    let rule = rule_for(role);
    if let (false, Some(bundle)) = (role.is_token(), look.near.pkcs12.first()) {
        return pkcs12(path, bundle, look);
    }
    if role == Role::TokenCert {
        if let Some(found) = other_token(path, look) {
            return found;
        }
    }
    let name = role.variable();
    rule.found(match role {
        Role::TokenCert => format!("no JAliEn token: {} does not exist", path.display()),
        Role::UserCert => {
            format!(
                "no user certificate: {} does not exist and {name} is not set",
                path.display()
            )
        }
        Role::TokenKey | Role::UserKey => {
            format!(
                "{} is missing: {} does not exist and {name} is not set",
                role.noun(),
                path.display()
            )
        }
    })
}

fn pkcs12(path: &Path, bundle: &crate::source::Source, look: Look<'_>) -> Finding {
    let legacy = match shape::recognise(&bundle.bytes) {
        Shape::Pkcs12 {
            cipher,
            legacy: true,
        } => Some(cipher.unwrap_or("an old cipher")),
        _ => None,
    };
    let origin = bundle.origin.to_string();
    let flag = if legacy.is_some() { " -legacy" } else { "" };
    let from = format!("openssl pkcs12{flag} -in {}", shell::quote(&origin));
    let directory = path
        .parent()
        .map_or_else(|| "~/.globus".to_owned(), shell::path);
    let what = legacy.map_or_else(String::new, |cipher| {
        format!(" (encrypted with legacy {cipher}, which OpenSSL 3 opens only with -legacy)")
    });
    let message = format!(
        "{} does not exist, but there is {origin}{what}",
        path.display()
    );
    let cert = format!(
        "{from} -clcerts -nokeys -out {directory}/usercert.pem && chmod 644 \
         {directory}/usercert.pem"
    );
    let key = format!(
        "(umask 077; {from} -nocerts -out {directory}/userkey.pem) && chmod 400 \
         {directory}/userkey.pem"
    );
    // A half that is there is never written over.
    let take = match (look.near.partner, look.role.is_key()) {
        (false, _) => format!("{cert} && {key}"),
        (true, false) => cert,
        (true, true) => key,
    };
    PKCS12_ONLY
        .found(message)
        .advice("convert it; openssl asks for its password")
        .fix(format!("mkdir -p {directory} && {take}"))
}

fn other_token(path: &Path, look: Look<'_>) -> Option<Finding> {
    let other = look.near.tokens.first()?;
    let name = other.file_name()?.to_string_lossy().into_owned();
    let uid = name.strip_prefix("tokencert_")?.strip_suffix(".pem")?;
    let key = other.with_file_name(format!("tokenkey_{uid}.pem"));
    let mine = look.env.uid.to_string();
    let found = if uid == mine {
        TOKEN_ELSEWHERE.found(format!(
            "no JAliEn token at {}, but there is one at {}",
            path.display(),
            other.display()
        ))
    } else {
        TOKEN_OTHER_UID.found(format!(
            "no JAliEn token for your uid {mine}: {} does not exist; {} belongs to uid {uid} \
             (container or sudo?)",
            path.display(),
            other.display()
        ))
    };
    Some(found.fix(format!(
        "export JALIEN_TOKEN_CERT={} JALIEN_TOKEN_KEY={}",
        shell::path(other),
        shell::path(&key)
    )))
}

fn directory(path: &Path, look: Look<'_>) -> Finding {
    let subject = subject(look);
    let found = IS_DIRECTORY.found(format!(
        "{subject}: {} is a directory, it must be a file",
        path.display()
    ));
    let file = look.role.file_name(look.env.uid);
    match (&look.near.inside, look.candidate.reason) {
        (Some(inside), Reason::Variable(_)) => found
            .advice(format!("name the file in it: {}", inside.display()))
            .fix(export(look, inside)),
        (Some(inside), _) => found.advice(format!("name the file in it: {}", inside.display())),
        (None, Reason::Default) => {
            found.advice("move the directory out of the way and put the file in its place")
        }
        (None, _) => found.advice(format!("name a file, as in {}", path.join(file).display())),
    }
}

fn denied(path: &Path, look: Look<'_>) -> Finding {
    let noun = subject(look);
    let Trouble::Denied(_, Some(facts)) = look.trouble else {
        return PERMISSION_DENIED.found(format!(
            "{noun}: {} cannot be read: permission denied (by a directory above it)",
            path.display()
        ));
    };
    let owner = facts.owner;
    let message = format!(
        "{noun}: {} cannot be read: permission denied (owner uid {owner}, mode {:04o}, you are \
         uid {})",
        path.display(),
        facts.mode,
        look.env.euid
    );
    let found = PERMISSION_DENIED.found(message);
    if owner == look.env.euid {
        let mode = if look.role.is_key() { "400" } else { "u+r" };
        return found
            .advice("make it readable for yourself")
            .fix(format!("chmod {mode} {}", shell::path(path)));
    }
    if look.role.is_token() {
        return found.advice(
            "another account made it; ask its owner to remove it, or use a directory of your own: \
             mkdir -p ~/tmp; export TMPDIR=~/tmp; alien-token-init",
        );
    }
    found
}

fn temporary_directory(bad: BadTemporary, env: &Env) -> Finding {
    let path = locate::temporary_directory(env);
    let (shown, quoted) = (path.display(), shell::path(&path));
    match bad {
        BadTemporary::Missing => TMPDIR_UNUSABLE
            .found(format!("TMPDIR points to {shown}, which does not exist"))
            .advice("make it (mkdir -p), or unset TMPDIR; alien.py falls back to /tmp"),
        BadTemporary::NotDirectory => TMPDIR_UNUSABLE
            .found(format!(
                "TMPDIR points to {shown}, which is not a directory"
            ))
            .advice("unset TMPDIR; alien.py falls back to /tmp"),
        BadTemporary::NotWritable => TMPDIR_UNUSABLE
            .found(format!("TMPDIR points to {shown}, where you may not write"))
            .advice(format!(
                "alien.py falls back to /tmp then; chmod u+w {quoted}, or unset TMPDIR"
            ))
            .as_warning(),
    }
}

fn value(role: Role, shape: &ValueShape, look: Look<'_>) -> Finding {
    let name = role.variable();
    let field = if role.is_key() {
        "tokenkey"
    } else {
        "tokencert"
    };
    let unset = format!("unset {} {}", cert_variable(role), key_variable(role));
    match shape {
        ValueShape::Empty => {
            let found = VARIABLE_EMPTY.found(format!("{name} is set, but empty"));
            match &look.near.default {
                Some(default) => found
                    .advice(format!("unset it, and {} is used", default.display()))
                    .fix(format!("unset {name}")),
                None => found,
            }
        }
        ValueShape::NullWord(word) => {
            let found = VARIABLE_NULL.found(format!(
                "{name} is the word \"{word}\": {}",
                if role.is_token() {
                    "the token command returned no token when the jq recipe ran"
                } else {
                    "whatever set it had nothing to put there"
                }
            ));
            let found = if role.is_token() {
                found
            } else {
                found.advice("unset it, or set it to a path")
            };
            if look.near.default.is_some() {
                found.fix(unset)
            } else {
                found
            }
        }
        ValueShape::Json { has_token } => {
            let found = VARIABLE_JSON.found(format!(
                "{name} holds JSON, the whole answer of the token command"
            ));
            let take =
                format!("export {name}=\"$(printf %s \"${name}\" | jq -r '.results[0].{field}')\"");
            let found = found.advice(format!(
                "take the field out of it: jq -r '.results[0].{field}'"
            ));
            if *has_token { found.fix(take) } else { found }
        }
        ValueShape::Base64(inside) => {
            let found =
                VARIABLE_BASE64.found(format!("{name} holds base64 without BEGIN and END lines"));
            match decode(inside) {
                Some(decode) => found.fix(format!(
                    "export {name}=\"$(printf %s \"${name}\" | {decode})\""
                )),
                None => found,
            }
        }
        ValueShape::InlineOneLine => VARIABLE_NEWLINES_LOST
            .found(format!(
                "{name} holds an inline PEM whose newlines were turned into spaces"
            ))
            .advice(format!(
                "keep the double quotes where it is set: export {name}=\"$(cat FILE)\""
            ))
            .fix(refold(name)),
        ValueShape::InlineLiteralNewlines => VARIABLE_LITERAL_NEWLINES
            .found(format!(
                "{name} holds an inline PEM with the characters \\n instead of newlines"
            ))
            .fix(format!(
                "export {name}=\"$(printf '%b' \"${name}\" | tr -d '\"')\""
            )),
        ValueShape::InlineQuoted => VARIABLE_INLINE_QUOTED
            .found(format!("{name} has a quote character before -----BEGIN"))
            .fix(format!(
                "export {name}=\"$(printf '%b' \"${name}\" | tr -d \"\\\"'\")\""
            )),
        _ => {
            let what = match shape {
                ValueShape::InlineTruncated => "a truncated PEM: BEGIN without END".to_owned(),
                ValueShape::InlineDamaged(damage) => format!("a damaged PEM: {damage}"),
                _ => "a damaged PEM".to_owned(),
            };
            VARIABLE_INLINE_DAMAGED
                .found(format!("{name} holds {what}"))
                .advice(format!(
                    "set it again from the file, with the double quotes: export {name}=\"$(cat \
                     FILE)\""
                ))
        }
    }
}

/// The command that makes PEM of base64 of `inside`.
fn decode(inside: &Shape) -> Option<&'static str> {
    match inside {
        Shape::Pem(_) => Some("tr -d '\"' | base64 -d"),
        Shape::DerCertificate => Some("tr -d '\"' | base64 -d | openssl x509 -inform DER"),
        Shape::DerPrivateKey(_) => Some("tr -d '\"' | base64 -d | openssl pkey -inform DER"),
        _ => None,
    }
}

/// Breaks a one-line PEM in a variable into lines again: BEGIN, body, END.
fn refold(name: &str) -> String {
    format!(
        "export {name}=\"$(printf %s \"${name}\" | sed -E 's/-----(BEGIN|END)([^-]*)-----/\\n&\\n/g' \
         | awk '/^-----/{{print;next}}{{gsub(/[ \\t]/,\"\");if($0!=\"\")print}}')\""
    )
}

fn export(look: Look<'_>, path: &Path) -> String {
    format!("export {}={}", look.role.variable(), shell::path(path))
}

fn rule_for(role: Role) -> &'static Rule {
    match role {
        Role::TokenCert => &TOKEN_MISSING,
        Role::TokenKey => &TOKEN_KEY_MISSING,
        Role::UserCert => &CERT_MISSING,
        Role::UserKey => &KEY_MISSING,
    }
}

fn cert_variable(role: Role) -> &'static str {
    if role.is_key() {
        role.partner().variable()
    } else {
        role.variable()
    }
}

fn key_variable(role: Role) -> &'static str {
    if role.is_key() {
        role.variable()
    } else {
        role.partner().variable()
    }
}
