//! The rules about IDTOKENS.

use crate::report::{Exit, Rule};

/// Nothing to send.
pub(crate) static NONE: Rule = Rule {
    id: "idtoken-none",
    exit: Exit::NotFound,
    what: "there is no IDTOKEN",
    why: "HTCondor's tools cannot authenticate with IDTOKENS; they say AUTHENTICATE:1003",
    advice: "get one: condor_token_fetch -token NAME where you can log in to the pool, else \
             condor_token_request -token NAME and an administrator who approves",
    source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    ..Rule::ERROR
};

/// In a directory that is not read.
pub(crate) static ELSEWHERE: Rule = Rule {
    id: "idtoken-elsewhere",
    exit: Exit::NotFound,
    what: "there are tokens in a directory that HTCondor does not read for this user",
    why: "root reads the system's directory, others ~/.condor/tokens.d, with ~ from the password \
          database and not from $HOME",
    advice: "name the directory in the variable _condor_SEC_TOKEN_DIRECTORY, or put the token where \
             HTCondor looks",
    source: "HTCondor, condor_config.cpp, find_user_file",
    ..Rule::ERROR
};

/// The directory cannot be listed.
pub(crate) static DIRECTORY_UNREADABLE: Rule = Rule {
    id: "idtoken-directory-unreadable",
    exit: Exit::Unreadable,
    what: "the directory of tokens cannot be read",
    why: "HTCondor finds no token then, and does not say why",
    advice: "look at the owner and the permissions of the directory",
    source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    ..Rule::ERROR
};

/// Past its last good second.
pub(crate) static EXPIRED: Rule = Rule {
    id: "idtoken-expired",
    exit: Exit::Expired,
    what: "the IDTOKEN has expired",
    why: "HTCondor sends it all the same; the server refuses it, and the client is not told why",
    advice: "get a new token: condor_token_fetch or condor_token_request",
    source: "HTCondor, daemon_command.cpp (User token has been expired for N seconds)",
    ..Rule::ERROR
};

/// Less is left than `--for` asks.
pub(crate) static TOO_SHORT: Rule = Rule {
    id: "idtoken-too-short",
    exit: Exit::Short,
    what: "the IDTOKEN ends before the time asked for",
    why: "the work would outlive it",
    advice: "get a new token before you start",
    source: "the option --for",
    ..Rule::ERROR
};

/// Something comes first.
pub(crate) static SHADOWED: Rule = Rule {
    id: "idtoken-shadowed",
    what: "a token is never sent, because another of the same trust domain and key comes first",
    why: "HTCondor sends the first token that fits, in the order of file names and lines",
    advice: "",
    source: "HTCondor, condor_auth_passwd.cpp, findToken",
    ..Rule::INFO
};

/// Its name is passed over.
pub(crate) static EXCLUDED_NAME: Rule = Rule {
    id: "idtoken-excluded-name",
    exit: Exit::NotFound,
    what: "HTCondor passes over token files of that name",
    why: "hidden files, editors' copies and names like x.sh are skipped, as in configuration \
          directories; condor_token_create writes them without a word",
    advice: "give the file another name",
    source: "HTCondor, LOCAL_CONFIG_DIR_EXCLUDE_REGEXP",
    ..Rule::ERROR
};

/// Others may use it.
pub(crate) static UNSAFE_MODE: Rule = Rule {
    id: "idtoken-unsafe-mode",
    exit: Exit::Unsafe,
    what: "the token file is accessible to others than its owner",
    why: "HTCondor ignores it since version 23 and only warned before; whoever reads it can act as \
          you",
    advice: "take the permissions away; if others could read it for long, get a new token and have \
             this one revoked",
    refused_by: &["HTCondor 23 and later"],
    source: "HTCondor, secure_file.cpp",
    ..Rule::ERROR
};

/// Somebody else's.
pub(crate) static NOT_OWNED: Rule = Rule {
    id: "idtoken-not-owned",
    exit: Exit::Unsafe,
    what: "the token file is owned by another user",
    why: "HTCondor reads tokens of their owner alone; files copied with sudo stay root's",
    advice: "make it yours: sudo chown, or put a copy of yours in its place",
    source: "HTCondor, secure_file.cpp",
    ..Rule::ERROR
};

/// Cannot be read.
pub(crate) static UNREADABLE: Rule = Rule {
    id: "idtoken-unreadable",
    exit: Exit::Unreadable,
    what: "the token file cannot be read",
    why: "HTCondor passes over it without a word",
    advice: "look at what it is, and at its permissions",
    source: "HTCondor, secure_file.cpp",
    ..Rule::ERROR
};

/// The client never comes back.
pub(crate) static HANGS: Rule = Rule {
    id: "idtoken-hangs-client",
    exit: Exit::Unreadable,
    what: "HTCondor's client never comes back from this file",
    why: "it opens a pipe as if it were a file, and does not stop at a NUL byte",
    advice: "take the file out of the directory",
    source: "seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::ERROR
};

/// Almost a token.
pub(crate) static MALFORMED: Rule = Rule {
    id: "idtoken-malformed",
    exit: Exit::Unreadable,
    what: "a line of a token file is not a token",
    why: "HTCondor passes over lines that it cannot decode, and says so in its log alone",
    advice: "get a new token",
    source: "HTCondor, condor_auth_passwd.cpp; RFC 7515 §7.1",
    ..Rule::ERROR
};

/// Broken by a mailer or a terminal.
pub(crate) static LINE_WRAPPED: Rule = Rule {
    id: "idtoken-line-wrapped",
    exit: Exit::Unreadable,
    what: "a token is broken over several lines",
    why: "HTCondor takes each line for a token of its own, and none of them is one",
    advice: "put it in one line again",
    source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    ..Rule::ERROR
};

/// What was printed, not what was asked for.
pub(crate) static REQUEST_TEXT: Rule = Rule {
    id: "idtoken-request-text",
    exit: Exit::Unreadable,
    what: "a token file holds the message that condor_token_request prints",
    why: "it prints the message to standard output, in front of the token: with a redirection it \
          lands in the file",
    advice: "ask an administrator to approve the request, and let condor_token_request write the \
             file itself, with -token NAME: do not redirect its output (> file, 2>&1)",
    source: "HTCondor, condor_token_request; seen with 23.9.6",
    ..Rule::ERROR
};

/// For somebody else's pool.
pub(crate) static OTHER_TRUST_DOMAIN: Rule = Rule {
    id: "idtoken-other-trust-domain",
    exit: Exit::Mismatch,
    what: "the token was issued by another trust domain than the server's",
    why: "HTCondor sends a token only where iss and the server's TRUST_DOMAIN are the same, letter \
          by letter; its default was the collector's host and port before version 10",
    advice: "get a token from the pool you want to use: condor_token_request -pool HOST -token NAME",
    source: "HTCondor, condor_auth_passwd.cpp, checkToken",
    ..Rule::ERROR
};

/// A key that the server has not.
pub(crate) static UNKNOWN_KEY: Rule = Rule {
    id: "idtoken-unknown-key",
    exit: Exit::Mismatch,
    what: "the token was signed with a key that the server does not have",
    why: "HTCondor sends a token only where the server has the key it names",
    advice: "get a token from the pool you want to use",
    source: "HTCondor, condor_auth_passwd.cpp, checkToken",
    ..Rule::ERROR
};

/// Changed, cut, or forged.
pub(crate) static BAD_SIGNATURE: Rule = Rule {
    id: "idtoken-bad-signature",
    exit: Exit::Untrusted,
    what: "the signature of the token does not match",
    why: "the server refuses it, and the client is not told why",
    advice: "get a new token; if the pool's key was replaced, all tokens must be",
    source: "RFC 7515 §5.2; HTCondor, condor_auth_passwd.cpp",
    ..Rule::ERROR
};

/// By nothing.
pub(crate) static EMPTY_KEY: Rule = Rule {
    id: "idtoken-empty-key",
    exit: Exit::Untrusted,
    what: "the key that signs tokens is an empty file",
    why: "HTCondor issues tokens with it that every server refuses",
    advice: "let the administrator make a new key, and new tokens",
    source: "seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::ERROR
};

/// Asked for, and not at hand.
pub(crate) static KEY_UNREADABLE: Rule = Rule {
    id: "idtoken-key-unreadable",
    exit: Exit::Undecided,
    what: "the signature was to be checked, and the key is not at hand",
    why: "without the key nobody can tell a token from a forged one",
    advice: "run it where the key is and as a user who may read it, or name its file with --key",
    source: "the option --key",
    ..Rule::ERROR
};

/// The key is the server's.
pub(crate) static NOT_VERIFIED: Rule = Rule {
    id: "idtoken-not-verified",
    what: "the signature was not checked",
    why: "the key that signed the token is also the one that checks it, and lies on the server",
    advice: "",
    source: "RFC 7518 §3.2",
    ..Rule::INFO
};

/// Others may read the key.
pub(crate) static KEY_UNSAFE: Rule = Rule {
    id: "idtoken-key-unsafe",
    what: "a signing key is accessible to others than its owner, or not yours",
    why: "HTCondor does not use such a key; whoever reads it can make tokens for everybody",
    advice: "let its owner be the user who runs the daemon, mode 0600",
    refused_by: &["HTCondor"],
    source: "HTCondor, secure_file.cpp",
    ..Rule::WARN
};

/// Not HTCondor's.
pub(crate) static ALGORITHM: Rule = Rule {
    id: "idtoken-algorithm",
    exit: Exit::Untrusted,
    what: "the token is not signed by an algorithm of HTCondor's",
    why: "HTCondor signs by HS256 and verifies HS256, HS384 and HS512; a token that names another \
          is something else, or an attempt",
    advice: "find out where the token is from",
    source: "RFC 8725 §3.1; HTCondor, condor_auth_passwd.cpp",
    ..Rule::ERROR
};

/// `crit`, or `b64`.
pub(crate) static CRITICAL: Rule = Rule {
    id: "idtoken-critical-header",
    exit: Exit::Untrusted,
    what: "the header of the token demands an extension that nobody here understands",
    why: "RFC 7515 wants such a token refused, whatever its signature says; HTCondor makes none, \
          and the servers of today (25.14) pass over the demand",
    advice: "get a token that HTCondor made",
    source: "RFC 7515 §4.1.11; RFC 7797 §6, §7",
    ..Rule::ERROR
};

/// Of another type.
pub(crate) static CLAIM_FORM: Rule = Rule {
    id: "idtoken-claim-form",
    exit: Exit::Untrusted,
    what: "a claim of the token is of the wrong type, or out of range",
    why: "HTCondor refuses the token (Failed to deserialize JWT), or lets the client wait",
    advice: "get a token that HTCondor made",
    source: "RFC 7519 §4.1; seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::ERROR
};

/// Not an integer.
pub(crate) static FRACTION: Rule = Rule {
    id: "idtoken-fraction",
    what: "a time in the token is not written as an integer",
    why: "RFC 7519 allows it, HTCondor 23 refuses the token",
    advice: "get a token that HTCondor made",
    refused_by: &["HTCondor 23"],
    source: "seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::WARN
};

/// For nobody.
pub(crate) static NO_SUBJECT: Rule = Rule {
    id: "idtoken-no-subject",
    exit: Exit::Untrusted,
    what: "the subject of the token is empty",
    why: "condor_token_create makes such tokens when -identity is forgotten; servers refuse them",
    advice: "let the administrator make one with -identity NAME@DOMAIN",
    source: "HTCondor, daemon_command.cpp",
    ..Rule::ERROR
};

/// Only its issuer knows it.
pub(crate) static CAPABILITY: Rule = Rule {
    id: "idtoken-capability",
    exit: Exit::Undecided,
    what: "the token is a capability",
    why: "what it is good for stands in the database of the daemon that issued it",
    advice: "ask that daemon: condor_token_list -capability",
    source: "HTCondor 25",
    ..Rule::ERROR
};

/// Without `@`.
pub(crate) static NO_DOMAIN: Rule = Rule {
    id: "idtoken-no-domain",
    what: "the identity of the token has no domain",
    why: "it authenticates, but matches no NAME@DOMAIN of an access list",
    advice: "let the administrator make one with -identity NAME@DOMAIN",
    source: "seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::WARN
};

/// The daemons themselves.
pub(crate) static SUPERUSER: Rule = Rule {
    id: "idtoken-superuser",
    what: "the token is for the identity of the daemons",
    why: "by HTCondor's own access lists condor@ may do everything in the pool; condor_token_request \
          asks for it when no identity is given",
    advice: "use it for daemons alone, limited with -authz; ask for your own identity",
    source: "HTCondor, daemon_core_main.cpp",
    ..Rule::WARN
};

/// May do everything.
pub(crate) static UNRESTRICTED: Rule = Rule {
    id: "idtoken-unrestricted",
    what: "the token is not limited to any authorization",
    why: "whoever gets hold of it may do all that its identity may",
    advice: "next time ask for what is needed: -authz READ -authz WRITE",
    source: "HTCondor, condor_token_request -authz",
    ..Rule::WARN
};

/// Lives for ever.
pub(crate) static NEVER_EXPIRES: Rule = Rule {
    id: "idtoken-never-expires",
    what: "the token never expires",
    why: "whoever gets hold of it can use it until its signing key is replaced or it is revoked",
    advice: "next time ask for a lifetime: -lifetime 2592000",
    source: "HTCondor, condor_token_request -lifetime",
    ..Rule::WARN
};

/// From a clock that is ahead.
pub(crate) static ISSUED_IN_FUTURE: Rule = Rule {
    id: "idtoken-issued-in-future",
    what: "the token was issued in the future",
    why: "HTCondor does not mind, but one of two clocks is wrong, and expiry is judged by them",
    advice: "check the clock of this machine (`date -u`; chronyc makestep), then the issuer's",
    source: "RFC 7519 §4.1.6",
    ..Rule::WARN
};

/// Without `jti`.
pub(crate) static NO_ID: Rule = Rule {
    id: "idtoken-no-id",
    what: "the token has no id (jti)",
    why: "HTCondor 25 refuses it (Invalid token: token has no jti); it cannot be revoked by its id",
    advice: "get a new token",
    refused_by: &["HTCondor 25"],
    source: "seen with HTCondor 25.14.1",
    ..Rule::WARN
};

/// Bytes of no encoding.
pub(crate) static NOT_UTF8: Rule = Rule {
    id: "idtoken-not-utf8",
    what: "the token is not UTF-8",
    why: "HTCondor does not mind, other readers of JSON refuse it",
    advice: "",
    source: "RFC 8259 §8.1",
    ..Rule::INFO
};

/// Permits nothing.
pub(crate) static NO_LEVEL: Rule = Rule {
    id: "idtoken-no-authorization",
    exit: Exit::Untrusted,
    what: "the scope of the token names no authorization that HTCondor knows",
    why: "a token that is limited to nothing known permits nothing",
    advice: "get a new token with -authz READ, -authz WRITE and so on",
    source: "HTCondor, daemon_command.cpp",
    ..Rule::ERROR
};

/// One of several is not known.
pub(crate) static UNKNOWN_LEVEL: Rule = Rule {
    id: "idtoken-unknown-authorization",
    what: "the scope of the token names something that HTCondor does not know",
    why: "it is passed over",
    advice: "the names are READ, WRITE, DAEMON, ADMINISTRATOR, NEGOTIATOR, CONFIG, ADVERTISE_STARTD, \
             ADVERTISE_SCHEDD, ADVERTISE_MASTER",
    source: "HTCondor, condor_perms.h",
    ..Rule::WARN
};

/// `READ,WRITE`.
pub(crate) static COMMA: Rule = Rule {
    id: "idtoken-authorization-comma",
    what: "an authorization behind a comma in the scope does not count",
    why: "condor_token_create -authz READ,WRITE makes one item of it, of which READ alone is read",
    advice: "repeat the option: -authz READ -authz WRITE",
    source: "seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::WARN
};

/// `read`.
pub(crate) static LOWER_CASE: Rule = Rule {
    id: "idtoken-authorization-case",
    what: "an authorization in the scope is not written in capitals",
    why: "it counts for most commands, but not where HTCondor compares texts: listing and approving \
          requests, and the schedd",
    advice: "ask for it in capitals: -authz READ",
    source: "HTCondor, daemon_core_main.cpp",
    ..Rule::WARN
};

/// Less than was asked for.
pub(crate) static INSUFFICIENT: Rule = Rule {
    id: "idtoken-scope-insufficient",
    exit: Exit::Mismatch,
    what: "the token does not permit what it is needed for",
    why: "the server says PERMISSION DENIED, although other commands work",
    advice: "request a new token with the authorizations needed",
    source: "HTCondor, SECMAN:79 (not included in the authentication bounding set)",
    ..Rule::ERROR
};

/// On the list.
pub(crate) static REVOKED: Rule = Rule {
    id: "idtoken-revoked",
    exit: Exit::Revoked,
    what: "the token is revoked by the configuration",
    why: "servers of this configuration refuse it; what is undefined or an error counts as revoked",
    advice: "get a new token",
    source: "HTCondor, SEC_TOKEN_REVOCATION_EXPR",
    ..Rule::ERROR
};

/// Beyond what certok evaluates.
pub(crate) static REVOCATION_NOT_EVALUATED: Rule = Rule {
    id: "idtoken-revocation-not-evaluated",
    what: "whether the token is revoked was not found out",
    why: "certok evaluates comparisons of claims and literals alone; an expression that HTCondor \
          cannot parse revokes nothing",
    advice: "look at SEC_TOKEN_REVOCATION_EXPR yourself",
    source: "HTCondor, SEC_TOKEN_REVOCATION_EXPR",
    ..Rule::WARN
};

/// Not where it seems to be.
pub(crate) static SYMLINK: Rule = Rule {
    id: "idtoken-symlink",
    what: "the token file is a symbolic link",
    why: "HTCondor's client follows it; condor_token_list and the tools that write do not",
    advice: "",
    source: "seen with HTCondor 23.9.6 and 25.14.1",
    ..Rule::INFO
};

/// Gone, and still good.
pub(crate) static NOT_REVOKED: Rule = Rule {
    id: "idtoken-not-revoked",
    what: "destroying a token does not revoke it",
    why: "whoever has a copy can use it until it expires, unless the server's configuration revokes \
          it",
    advice: "",
    source: "HTCondor, SEC_TOKEN_REVOCATION_EXPR",
    ..Rule::INFO
};

/// The configuration is not readable.
pub(crate) static CONFIG_UNREADABLE: Rule = Rule {
    id: "condor-config-unreadable",
    exit: Exit::Undecided,
    what: "a file of HTCondor's configuration cannot be read",
    why: "the settings in it may move the tokens elsewhere; HTCondor's tools stop there",
    advice: "look at CONDOR_CONFIG and at the permissions of the file",
    source: "HTCondor, condor_config.cpp",
    ..Rule::ERROR
};

/// A setting that cannot be worked out.
pub(crate) static CONFIG_UNKNOWN: Rule = Rule {
    id: "condor-config-unknown",
    exit: Exit::Undecided,
    what: "a setting of HTCondor is beyond what certok works out",
    why: "functions and detected values need HTCondor itself",
    advice: "ask HTCondor (condor_config_val NAME), and name the directory as argument or in \
             _condor_SEC_TOKEN_DIRECTORY",
    source: "HTCondor, configuration macros",
    ..Rule::ERROR
};

/// More tokens than are read.
pub(crate) static LIMIT: Rule = Rule {
    id: "idtoken-limit",
    exit: Exit::Undecided,
    what: "there are more tokens than are read",
    why: "a token that was left unread may be the one that HTCondor's client sends",
    advice: "nobody needs that many: find out what made them",
    source: "a limit of certok",
    ..Rule::ERROR
};

/// Statements passed over.
pub(crate) static CONFIG_PASSED_OVER: Rule = Rule {
    id: "condor-config-passed-over",
    what: "not all of HTCondor's configuration was followed",
    why: "certok runs no commands and does not know HTCondor's version: the tokens may lie elsewhere",
    advice: "ask HTCondor itself: condor_config_val SEC_TOKEN_DIRECTORY",
    source: "HTCondor, configuration language",
    ..Rule::WARN
};

/// Rules of this folder.
pub static RULES: &[&Rule] = &[
    &NONE,
    &ELSEWHERE,
    &DIRECTORY_UNREADABLE,
    &EXPIRED,
    &TOO_SHORT,
    &SHADOWED,
    &EXCLUDED_NAME,
    &UNSAFE_MODE,
    &NOT_OWNED,
    &UNREADABLE,
    &HANGS,
    &MALFORMED,
    &LINE_WRAPPED,
    &REQUEST_TEXT,
    &OTHER_TRUST_DOMAIN,
    &UNKNOWN_KEY,
    &BAD_SIGNATURE,
    &EMPTY_KEY,
    &KEY_UNREADABLE,
    &NOT_VERIFIED,
    &KEY_UNSAFE,
    &ALGORITHM,
    &CRITICAL,
    &CLAIM_FORM,
    &FRACTION,
    &NO_SUBJECT,
    &CAPABILITY,
    &NO_DOMAIN,
    &SUPERUSER,
    &UNRESTRICTED,
    &NEVER_EXPIRES,
    &ISSUED_IN_FUTURE,
    &NO_ID,
    &NOT_UTF8,
    &NO_LEVEL,
    &UNKNOWN_LEVEL,
    &COMMA,
    &LOWER_CASE,
    &INSUFFICIENT,
    &REVOKED,
    &REVOCATION_NOT_EVALUATED,
    &SYMLINK,
    &NOT_REVOKED,
    &CONFIG_UNREADABLE,
    &CONFIG_UNKNOWN,
    &CONFIG_PASSED_OVER,
    &LIMIT,
];
