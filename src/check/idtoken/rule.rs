//! The rules about IDTOKENS.

use crate::check::rules;
use crate::consumer::HTCONDOR;

rules! {
    step: Accepted;
    NONE: ERROR, NotFound {
        id: "idtoken-none",
        step: Found,
        what: "there is no IDTOKEN",
        why: "HTCondor's tools cannot authenticate with IDTOKENS; they say AUTHENTICATE:1003",
        advice: "get one: condor_token_fetch -token NAME where you can log in to the pool, else \
                 condor_token_request -token NAME and an administrator who approves",
        source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    }
    ELSEWHERE: ERROR, NotFound {
        id: "idtoken-elsewhere",
        step: Found,
        what: "there are tokens in a directory that HTCondor does not read for this user",
        why: "root reads the system's directory, others ~/.condor/tokens.d, with ~ from the \
              password database and not from $HOME",
        advice: "name the directory in the variable _condor_SEC_TOKEN_DIRECTORY, or put the token \
                 where HTCondor looks",
        source: "HTCondor, condor_config.cpp, find_user_file",
    }
    DIRECTORY_UNREADABLE: ERROR, Unreadable {
        id: "idtoken-directory-unreadable",
        step: Readable,
        what: "the directory of tokens cannot be read",
        why: "HTCondor finds no token then, and does not say why",
        advice: "look at the owner and the permissions of the directory",
        source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    }
    DIRECTORY_OPEN: WARN {
        id: "idtoken-directory-open",
        step: Safe,
        what: "others than its owner may change the directory of tokens",
        why: "they may take a token away, or let another one come first by its name; HTCondor does not \
              look at the mode of the directory",
        advice: "take the permission away: chmod go-w",
        source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    }
    EXPIRED: ERROR, Expired {
        id: "idtoken-expired",
        step: Lifetime,
        what: "the IDTOKEN has expired",
        why: "HTCondor sends it all the same; the server refuses it, and the client does not learn \
              why",
        advice: "get a new token: condor_token_fetch or condor_token_request",
        source: "HTCondor, daemon_command.cpp (User token has been expired for N seconds)",
    }
    TOO_SHORT: ERROR, Short {
        id: "idtoken-too-short",
        step: Lifetime,
        what: "the IDTOKEN ends before the time asked for",
        why: "the work would outlive it",
        advice: "get a new token before you start",
        source: "the option --for",
    }
    SHADOWED: INFO {
        id: "idtoken-shadowed",
        what: "a token is never sent, because another of the same trust domain and key comes first",
        why: "HTCondor sends the first token that fits, in the order of file names and lines",
        source: "HTCondor, condor_auth_passwd.cpp, findToken",
    }
    EXCLUDED_NAME: ERROR, NotFound {
        id: "idtoken-excluded-name",
        step: Found,
        what: "HTCondor ignores token files of that name",
        why: "hidden files, editors' copies and names like x.sh are skipped, as in configuration \
              directories; condor_token_create writes them without a warning",
        advice: "give the file another name",
        source: "HTCondor, LOCAL_CONFIG_DIR_EXCLUDE_REGEXP",
    }
    UNSAFE_MODE: ERROR, Unsafe {
        id: "idtoken-unsafe-mode",
        step: Safe,
        what: "the token file is accessible to others than its owner",
        why: "HTCondor ignores it since version 23 and only warned before; anyone who reads it can \
              act as you",
        advice: "take the permissions away; if others could read it for long, get a new token and \
                 have this one revoked",
        refused_by: [HTCONDOR.from("23")],
        source: "HTCondor, secure_file.cpp",
    }
    NOT_OWNED: ERROR, Unsafe {
        id: "idtoken-not-owned",
        step: Safe,
        what: "the token file is owned by another user",
        why: "HTCondor reads tokens of their owner alone; files copied with sudo stay root's",
        advice: "make it yours: sudo chown, or put a copy of yours in its place",
        source: "HTCondor, secure_file.cpp",
    }
    UNREADABLE: ERROR, Unreadable {
        id: "idtoken-unreadable",
        step: Readable,
        what: "the token file cannot be read",
        why: "HTCondor ignores it without a message",
        advice: "look at what it is, and at its permissions",
        source: "HTCondor, secure_file.cpp",
    }
    HANGS: ERROR, Unreadable {
        id: "idtoken-hangs-client",
        step: Readable,
        what: "HTCondor's client hangs at this file",
        why: "it opens a pipe as if it were a file, and does not stop at a NUL byte",
        advice: "take the file out of the directory",
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    MALFORMED: ERROR, Unreadable {
        id: "idtoken-malformed",
        step: Readable,
        what: "a line of a token file is not a token",
        why: "HTCondor ignores lines that it cannot decode, and reports that only in its log",
        advice: "get a new token",
        source: "HTCondor, condor_auth_passwd.cpp; RFC 7515 §7.1",
    }
    LINE_WRAPPED: ERROR, Unreadable {
        id: "idtoken-line-wrapped",
        step: Readable,
        what: "a token is broken over several lines",
        why: "HTCondor takes each line for a token of its own, and none of them is one",
        advice: "put it in one line again",
        source: "HTCondor, condor_auth_passwd.cpp, findTokens",
    }
    REQUEST_TEXT: ERROR, Unreadable {
        id: "idtoken-request-text",
        step: Readable,
        what: "a token file holds the message that condor_token_request prints",
        why: "it prints the message to standard output, in front of the token: with a redirection \
              it lands in the file",
        advice: "ask an administrator to approve the request, and let condor_token_request write \
                 the file itself, with -token NAME: do not redirect its output (> file, 2>&1)",
        source: "HTCondor, condor_token_request; seen with 23.9.6",
    }
    OTHER_TRUST_DOMAIN: ERROR, Mismatch {
        id: "idtoken-other-trust-domain",
        what: "the token was issued by another trust domain than the server's",
        why: "HTCondor sends a token only where iss and the server's TRUST_DOMAIN are the same, \
              letter by letter; its default was the collector's host and port before version 10",
        advice: "get a token from the pool you want to use: condor_token_request -pool HOST -token \
                 NAME",
        source: "HTCondor, condor_auth_passwd.cpp, checkToken",
    }
    UNKNOWN_KEY: ERROR, Mismatch {
        id: "idtoken-unknown-key",
        what: "the token was signed with a key that the server does not have",
        why: "HTCondor sends a token only where the server has the key it names",
        advice: "get a token from the pool you want to use",
        source: "HTCondor, condor_auth_passwd.cpp, checkToken",
    }
    BAD_SIGNATURE: ERROR, Untrusted {
        id: "idtoken-bad-signature",
        what: "the signature of the token does not match",
        why: "the server refuses it, and the client does not learn why",
        advice: "get a new token; if the pool's key was replaced, all tokens must be",
        source: "RFC 7515 §5.2; HTCondor, condor_auth_passwd.cpp",
    }
    EMPTY_KEY: ERROR, Untrusted {
        id: "idtoken-empty-key",
        what: "the key that signs tokens is an empty file",
        why: "HTCondor issues tokens with it that every server refuses",
        advice: "let the administrator make a new key, and new tokens",
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    KEY_UNREADABLE: ERROR, Undecided {
        id: "idtoken-key-unreadable",
        what: "the signature cannot be checked: the key is not available",
        why: "without the key a forged token cannot be detected",
        advice: "run it where the key is and as a user who may read it, or name its file with \
                 --key",
        source: "the option --key",
    }
    NOT_VERIFIED: INFO {
        id: "idtoken-not-verified",
        what: "the signature was not checked",
        why: "the key that signed the token is also the one that checks it, and is on the server",
        source: "RFC 7518 §3.2",
    }
    KEY_UNSAFE: WARN {
        id: "idtoken-key-unsafe",
        what: "a signing key is accessible to others than its owner, or not yours",
        why: "HTCondor does not use such a key; anyone who reads it can make tokens for everybody",
        advice: "let its owner be the user who runs the daemon, mode 0600",
        refused_by: [HTCONDOR],
        source: "HTCondor, secure_file.cpp",
    }
    KEY_WEAK: ERROR, Unsafe {
        id: "idtoken-key-weak",
        what: "a signing key is so short that it can be guessed",
        why: "anyone who has a token can try keys until one gives its signature, and then make \
              tokens for everybody; condor_check_password fails such a key",
        advice: "make a new key of 32 random bytes or more with condor_store_cred, or let the collector \
                 make the key POOL anew; then make new tokens",
        source: "HTCondor, condor_check_password, MINIMUM_SAFE_LENGTH",
    }
    ALGORITHM: ERROR, Untrusted {
        id: "idtoken-algorithm",
        what: "the token is not signed by an algorithm of HTCondor's",
        why: "HTCondor signs by HS256 and verifies HS256, HS384 and HS512; a token that names \
              another is no token of HTCondor, or an attack",
        advice: "find out where the token is from",
        source: "RFC 8725 §3.1; HTCondor, condor_auth_passwd.cpp",
    }
    CRITICAL: ERROR, Untrusted {
        id: "idtoken-critical-header",
        what: "the header of the token requires an extension that no known software understands",
        why: "RFC 7515 wants such a token refused, whatever its signature says; HTCondor makes \
              none, and the servers of today (25.14) ignore the requirement",
        advice: "get a token that HTCondor made",
        source: "RFC 7515 §4.1.11; RFC 7797 §6, §7",
    }
    CLAIM_FORM: ERROR, Untrusted {
        id: "idtoken-claim-form",
        what: "a claim of the token is of the wrong type, or out of range",
        why: "HTCondor refuses the token (Failed to deserialize JWT), or lets the client wait",
        advice: "get a token that HTCondor made",
        source: "RFC 7519 §4.1; seen with HTCondor 23.9.6 and 25.14.1",
    }
    FRACTION: WARN {
        id: "idtoken-fraction",
        what: "a time in the token is not written as an integer",
        why: "RFC 7519 allows it, HTCondor 23 refuses the token",
        advice: "get a token that HTCondor made",
        refused_by: [HTCONDOR.version("23")],
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    NO_SUBJECT: ERROR, Untrusted {
        id: "idtoken-no-subject",
        what: "the subject of the token is empty",
        why: "condor_token_create makes such tokens when -identity is forgotten; servers refuse \
              them",
        advice: "let the administrator make one with -identity NAME@DOMAIN",
        source: "HTCondor, daemon_command.cpp",
    }
    CAPABILITY: ERROR, Undecided {
        id: "idtoken-capability",
        what: "the token is a capability",
        why: "its rights are in the database of the daemon that issued it",
        advice: "ask that daemon: condor_token_list -capability",
        source: "HTCondor 25",
    }
    CAPABILITY_FIRST: WARN {
        id: "idtoken-capability-first",
        what: "which token is sent depends on the version of HTCondor",
        why: "HTCondor 25 treats a token without subject as a capability and sends it; a server \
              that does not know it refuses, and no other is tried. HTCondor 23 ignores it",
        advice: "move the token without subject out of the directory, or to the end by its name",
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    NO_DOMAIN: WARN {
        id: "idtoken-no-domain",
        what: "the identity of the token has no name or no domain",
        why: "it authenticates, but matches no NAME@DOMAIN of an access list",
        advice: "let the administrator make one with -identity NAME@DOMAIN",
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    NOT_EXPANDED: WARN {
        id: "idtoken-not-expanded",
        what: "a name in the token is that of a variable or macro, or has quotes or a blank at its end",
        why: "HTCondor compares iss, sub and kid as they are, so no pool, person or key fits",
        advice: "make the token anew; a shell replaces $NAME in double quotes alone, HTCondor \
                 replaces $(NAME) in its configuration alone and keeps quotes there",
        source: "HTCondor, condor_auth_passwd.cpp",
    }
    SUPERUSER: WARN {
        id: "idtoken-superuser",
        what: "the token is for the identity of the daemons",
        why: "by HTCondor's own access lists condor@ may do everything in the pool; \
              condor_token_request asks for it when no identity is given",
        advice: "use it for daemons alone, limited with -authz; ask for your own identity",
        source: "HTCondor, daemon_core_main.cpp",
    }
    UNRESTRICTED: WARN {
        id: "idtoken-unrestricted",
        what: "the token is not limited to any authorization",
        why: "anyone who gets hold of it may do all that its identity may",
        advice: "next time ask for what is needed: -authz READ -authz WRITE",
        source: "HTCondor, condor_token_request -authz",
    }
    NEVER_EXPIRES: WARN {
        id: "idtoken-never-expires",
        what: "the token never expires, or at a time that HTCondor cannot count to",
        why: "anyone who gets hold of it can use it until its signing key is replaced or it is \
              revoked",
        advice: "next time ask for a lifetime: -lifetime 2592000",
        source: "HTCondor, condor_token_request -lifetime",
    }
    ISSUED_IN_FUTURE: WARN {
        id: "idtoken-issued-in-future",
        what: "the token was issued in the future",
        why: "HTCondor accepts it, but one of two clocks is wrong, and expiry is judged by them",
        advice: "check the clock of this machine (`date -u`; chronyc makestep), then the issuer's",
        source: "RFC 7519 §4.1.6",
    }
    NO_ID: WARN {
        id: "idtoken-no-id",
        what: "the token has no id (jti)",
        why: "HTCondor 25 refuses it (Invalid token: token has no jti); it cannot be revoked by \
              its id",
        advice: "get a new token",
        refused_by: [HTCONDOR.version("25")],
        source: "seen with HTCondor 25.14.1",
    }
    NOT_UTF8: INFO {
        id: "idtoken-not-utf8",
        what: "the token is not UTF-8",
        why: "HTCondor accepts it, other readers of JSON refuse it",
        source: "RFC 8259 §8.1",
    }
    NO_LEVEL: ERROR, Untrusted {
        id: "idtoken-no-authorization",
        what: "the scope of the token names no authorization that HTCondor knows",
        why: "a token that is limited to nothing known permits nothing",
        advice: "get a new token with -authz READ, -authz WRITE and so on",
        source: "HTCondor, daemon_command.cpp",
    }
    UNKNOWN_LEVEL: WARN {
        id: "idtoken-unknown-authorization",
        what: "the scope of the token names something that HTCondor does not know",
        why: "HTCondor ignores it",
        advice: "the names are READ, WRITE, DAEMON, ADMINISTRATOR, NEGOTIATOR, CONFIG, \
                 ADVERTISE_STARTD, ADVERTISE_SCHEDD, ADVERTISE_MASTER",
        source: "HTCondor, condor_perms.h",
    }
    COMMA: WARN {
        id: "idtoken-authorization-comma",
        what: "an authorization in the scope has no condor:/ of its own, and is ignored",
        why: "condor_token_create -authz READ,WRITE makes one item of it, of which READ alone is \
              read",
        advice: "repeat the option: -authz READ -authz WRITE",
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    LOWER_CASE: WARN {
        id: "idtoken-authorization-case",
        what: "an authorization in the scope is not written in capitals",
        why: "it counts for most commands, but not where HTCondor compares texts: listing and \
              approving requests, and the schedd",
        advice: "ask for it in capitals: -authz READ",
        source: "HTCondor, daemon_core_main.cpp",
    }
    INSUFFICIENT: ERROR, Mismatch {
        id: "idtoken-scope-insufficient",
        what: "the token does not permit what it is needed for",
        why: "the server says PERMISSION DENIED, although other commands work",
        advice: "request a new token with the authorizations needed",
        source: "HTCondor, SECMAN:79 (not included in the authentication bounding set)",
    }
    TOO_OLD: ERROR, Expired {
        id: "idtoken-too-old",
        what: "the token is older than servers of this configuration take",
        why: "SEC_TOKEN_MAX_AGE counts from when it was issued, however long it lasts",
        advice: "get a new token",
        source: "HTCondor, User token age (N) is greater than max age (M); seen with 23.10 and 25.14.1",
    }
    REVOKED: ERROR, Revoked {
        id: "idtoken-revoked",
        what: "the token is revoked by the configuration",
        why: "servers of this configuration refuse it; what is undefined or an error counts as \
              revoked",
        advice: "get a new token",
        source: "HTCondor, SEC_TOKEN_REVOCATION_EXPR",
    }
    REVOCATION_NOT_EVALUATED: ERROR, Undecided {
        id: "idtoken-revocation-not-evaluated",
        what: "it is not known whether the token is revoked",
        why: "certok does not evaluate all of the ClassAd language; an expression that HTCondor \
              cannot parse revokes nothing",
        advice: "look at SEC_TOKEN_REVOCATION_EXPR yourself",
        source: "HTCondor, SEC_TOKEN_REVOCATION_EXPR",
    }
    SYMLINK: INFO {
        id: "idtoken-symlink",
        what: "the token file is a symbolic link",
        why: "HTCondor's client follows it; condor_token_list and the tools that write do not",
        source: "seen with HTCondor 23.9.6 and 25.14.1",
    }
    NOT_REVOKED: INFO {
        id: "idtoken-not-revoked",
        what: "destroying a token does not revoke it",
        why: "anyone who has a copy can use it until it expires, unless the server's configuration \
              revokes it",
        source: "HTCondor, SEC_TOKEN_REVOCATION_EXPR",
    }
    CONFIG_UNREADABLE: ERROR, Undecided {
        id: "condor-config-unreadable",
        what: "a file of HTCondor's configuration cannot be read",
        why: "the settings in it may move the tokens elsewhere; HTCondor's tools stop there",
        advice: "look at CONDOR_CONFIG and at the permissions of the file",
        source: "HTCondor, condor_config.cpp",
    }
    CONFIG_UNKNOWN: ERROR, Undecided {
        id: "condor-config-unknown",
        what: "certok cannot evaluate a setting of HTCondor",
        why: "detected values, random ones and some functions need HTCondor itself",
        advice: "ask HTCondor (condor_config_val NAME), and name the directory as argument or in \
                 _condor_SEC_TOKEN_DIRECTORY",
        source: "HTCondor, configuration macros",
    }
    CONFIG_REFUSED: ERROR, Undecided {
        id: "condor-config-refused",
        what: "HTCondor's tools refuse to start with this configuration",
        why: "they stop at the first line that they do not accept",
        advice: "correct the line, or remove it",
        refused_by: [HTCONDOR],
        source: "HTCondor, condor_config.cpp; seen with htcondor2.param of 25.14.1",
    }
    CONFIG_PASSED_OVER: ERROR, Undecided {
        id: "condor-config-passed-over",
        what: "not all of HTCondor's configuration was followed",
        why: "certok runs no commands and does not know HTCondor's version: the tokens may be \
              elsewhere",
        advice: "ask HTCondor itself: condor_config_val SEC_TOKEN_DIRECTORY",
        source: "HTCondor, configuration language",
    }
    LIMIT: ERROR, Undecided {
        id: "idtoken-limit",
        what: "there are more tokens than are read",
        why: "a token that was left unread may be the one that HTCondor's client sends",
        advice: "so many tokens are never needed: find out what made them",
        source: "a limit of certok",
    }
}
