//! The ways in which a credential is not found, or cannot be read.

use crate::check::lifetime::NEW_PROXY;
use crate::report::{Exit, Rule};

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
    advice: "export the certificate from your browser as cert.p12, then: mkdir -p ~/.globus && \
             openssl pkcs12 -in cert.p12 -clcerts -nokeys -out ~/.globus/usercert.pem && openssl \
             pkcs12 -in cert.p12 -nocerts -out ~/.globus/userkey.pem && chmod 400 \
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

/// No host certificate.
pub static HOST_CERT_MISSING: Rule = Rule {
    id: "host-cert-missing",
    exit: Exit::NotFound,
    what: "there is no host certificate",
    why: "the services of this machine cannot prove which machine they run on",
    advice: "get one from your site's CA and put it there, or name it: X509_HOST_CERT",
    source: "Globus, globus_gsi_system_config.c; CMS WMCore, Requests.py",
    ..Rule::ERROR
};

/// A host certificate without its key.
pub static HOST_KEY_MISSING: Rule = Rule {
    id: "host-key-missing",
    exit: Exit::NotFound,
    what: "the private key of the host certificate is missing",
    why: "a certificate without its key proves nothing",
    advice: "the key was made where the certificate was requested: bring it from there (mode 0400, \
             owned by root), or name it: X509_HOST_KEY",
    source: "Globus, globus_gsi_system_config.c; CMS WMCore, Requests.py",
    ..Rule::ERROR
};

/// No proxy.
pub static PROXY_MISSING: Rule = Rule {
    id: "proxy-missing",
    exit: Exit::NotFound,
    what: "there is no proxy",
    why: "Globus, VOMS, XRootD, rucio and DIRAC look for one",
    advice: NEW_PROXY,
    source: "Globus, globus_gsi_system_config.c; rucio pull request 340",
    ..Rule::ERROR
};

/// The proxy lies in `$TMPDIR`.
pub static PROXY_ELSEWHERE: Rule = Rule {
    id: "proxy-elsewhere",
    exit: Exit::NotFound,
    what: "there is a proxy, but in TMPDIR, where only arcproxy looks",
    why: "arcproxy puts proxies into TMPDIR; Globus, VOMS and XRootD look in /tmp whatever it is",
    advice: "name it with X509_USER_PROXY",
    source: "arcproxy; Globus, globus_gsi_system_config.c",
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
    &HOST_CERT_MISSING,
    &HOST_KEY_MISSING,
    &PROXY_MISSING,
    &PROXY_ELSEWHERE,
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
