//! The rules about requests for tokens and the answers to them.

use crate::report::{Exit, Rule};

/// Not a request.
pub static REQUEST_MALFORMED: Rule = Rule {
    id: "token-request-malformed",
    exit: Exit::Unreadable,
    what: "the file is no request for a token",
    why: "a request is shown to who approves it only if there is one way to read it",
    advice: "have it made anew with certok idtoken-request and sent as it is",
    source: "certok, the format of requests",
    ..Rule::ERROR
};

/// Too late.
pub static REQUEST_EXPIRED: Rule = Rule {
    id: "token-request-expired",
    exit: Exit::Expired,
    what: "the request for a token has expired",
    why: "nobody may wait for it any more; an old request may be another's by now",
    advice: "have it made anew: certok idtoken-request",
    source: "HTCondor, SEC_TOKEN_REQUEST_LIFETIME",
    ..Rule::ERROR
};

/// A clock is wrong.
pub static REQUEST_FROM_FUTURE: Rule = Rule {
    id: "token-request-from-future",
    what: "the request was made in the future",
    why: "one of two clocks is wrong, and the token ends by the approver's",
    advice: "compare the clocks",
    source: "certok",
    ..Rule::WARN
};

/// Could not be written.
pub static REQUEST_NOT_WRITTEN: Rule = Rule {
    id: "token-request-not-written",
    exit: Exit::NotDone,
    what: "the request could not be put where it was asked for",
    why: "without the file nobody can approve it; it is forgotten here as well",
    advice: "name another file or directory",
    source: "certok",
    ..Rule::ERROR
};

/// By somebody else.
pub static REQUEST_SIGNATURE: Rule = Rule {
    id: "token-request-signature",
    exit: Exit::Untrusted,
    what: "the signature of the request does not hold",
    why: "whoever asks is not who the certificate names, or the request was changed",
    advice: "do not approve it; ask the person to make a new one",
    source: "certok, the format of requests",
    ..Rule::ERROR
};

/// Swapped.
pub static OTHER_ID: Rule = Rule {
    id: "token-request-other-id",
    exit: Exit::Mismatch,
    what: "the id given is not that of the request",
    why: "the file is another request than the one that was talked about, or it was changed on \
          the way",
    advice: "compare the id that the requester reads out, character by character",
    source: "certok, the format of requests",
    ..Rule::ERROR
};

/// A forgery.
pub static TWO_OF_ONE_ID: Rule = Rule {
    id: "token-request-two-of-one-id",
    exit: Exit::Mismatch,
    what: "different requests have one id",
    why: "no two have by chance: somebody made them so, to have one approved for the other",
    advice: "decide upon none of them; find out who put them there, and have a new one made",
    source: "certok, the format of requests",
    ..Rule::ERROR
};

/// None of that id.
pub static REQUEST_MISSING: Rule = Rule {
    id: "token-request-missing",
    exit: Exit::NotFound,
    what: "there is no such request: no file of that name, or none of this id in the directory",
    why: "it was not put there, or under another directory, or it was removed",
    advice: "compare the id with the requester; certok idtoken-request-list DIR shows what is there",
    source: "certok",
    ..Rule::ERROR
};

/// Nobody said yes.
pub static NOT_APPROVED: Rule = Rule {
    id: "token-request-not-approved",
    exit: Exit::NotDone,
    what: "the request was not approved",
    why: "nobody said yes",
    advice: "type yes at the terminal, or give the whole id: --yes ID",
    source: "condor_token_request_approve",
    ..Rule::ERROR
};

/// For the daemons themselves.
pub static SUPERUSER_ASKED: Rule = Rule {
    id: "token-request-superuser",
    exit: Exit::NotDone,
    what: "the request is for the identity of the pool's daemons",
    why: "it may do everything in the pool; condor_token_request asks for it when no identity is \
          given",
    advice: "ask for a request with an identity; if it is for a daemon, give --allow-superuser",
    source: "HTCondor, daemon_core_main.cpp",
    ..Rule::ERROR
};

/// For everything.
pub static UNRESTRICTED_ASKED: Rule = Rule {
    id: "token-request-unrestricted",
    exit: Exit::NotDone,
    what: "the request asks for no authorization, which grants everything",
    why: "whoever gets hold of the token may do all that its identity may",
    advice: "ask for a request with --authz, or give --allow-unrestricted",
    source: "HTCondor, condor_token_request -authz",
    ..Rule::ERROR
};

/// Somebody else's identity.
pub static NOT_MAPPED: Rule = Rule {
    id: "token-request-not-mapped",
    exit: Exit::Mismatch,
    what: "who signed the request is not mapped to the identity",
    why: "a certificate says who asks; the map says who they are in the pool",
    advice: "have them ask for their own identity, or correct the map",
    source: "the option --map",
    ..Rule::ERROR
};

/// Half an identity.
pub static IDENTITY_INCOMPLETE: Rule = Rule {
    id: "token-request-no-domain",
    exit: Exit::Undecided,
    what: "the identity of the request has no domain, and the pool's is not known here",
    why: "NAME@DOMAIN is what access lists compare",
    advice: "run it on the central manager, or set UID_DOMAIN; or have the request name the domain",
    source: "HTCondor, UID_DOMAIN",
    ..Rule::ERROR
};

/// A limit that is not understood.
pub static LIMITS_UNKNOWN: Rule = Rule {
    id: "token-request-limits-unknown",
    exit: Exit::Undecided,
    what: "the limits that HTCondor's configuration sets for requested tokens are not known",
    why: "a token beyond them must not be made",
    advice: "set them in plain words, or run certok where HTCondor's configuration can be read",
    source: "HTCondor, SEC_TOKEN_REQUEST_LIMITS, SEC_ISSUED_TOKEN_EXPIRATION",
    ..Rule::ERROR
};

/// The site forbids it.
pub static NOTHING_LEFT: Rule = Rule {
    id: "token-request-limits",
    exit: Exit::NotDone,
    what: "the pool's limits leave nothing of the authorizations that were asked for",
    why: "SEC_TOKEN_REQUEST_LIMITS says what requested tokens may be good for",
    advice: "have the request ask for less",
    source: "HTCondor, SEC_TOKEN_REQUEST_LIMITS",
    ..Rule::ERROR
};

/// Less than asked.
pub static LIMITED: Rule = Rule {
    id: "token-request-limited",
    what: "the token is for less than was asked for",
    why: "the pool's limits and the approver's apply",
    advice: "tell the requester",
    source: "HTCondor, SEC_TOKEN_REQUEST_LIMITS, SEC_ISSUED_TOKEN_EXPIRATION",
    ..Rule::WARN
};

/// Once is enough.
pub static DECIDED: Rule = Rule {
    id: "token-request-decided",
    exit: Exit::NotDone,
    what: "the request was decided before",
    why: "a request is good for one token",
    advice: "if the answer was lost, have it written again: --again",
    source: "HTCondor (Request in incorrect state)",
    ..Rule::ERROR
};

/// Nothing recorded.
pub static NOT_DECIDED: Rule = Rule {
    id: "token-request-not-decided",
    exit: Exit::NotFound,
    what: "there is no decision on the request that could be written again",
    why: "--again repeats what the ledger has",
    advice: "leave --again away",
    source: "the option --again",
    ..Rule::ERROR
};

/// No ledger.
pub static LEDGER: Rule = Rule {
    id: "ledger-unusable",
    exit: Exit::NotDone,
    what: "the ledger of decisions cannot be used",
    why: "without it a request could be approved twice",
    advice: "name another one: --ledger FILE; it must be your own, only you may write to it, and only \
             you and root may rename it or a directory above it (chmod go-w DIRECTORY)",
    source: "certok",
    ..Rule::ERROR
};

/// A torn line.
pub static LEDGER_DAMAGED: Rule = Rule {
    id: "ledger-damaged",
    exit: Exit::NotDone,
    what: "the ledger has lines that are no records",
    why: "what they decided is not known, and could be approved twice",
    advice: "look at the lines. Without them, what they decided can be approved a second time. If you \
             accept that: move the ledger aside, and copy the whole lines into a new one, mode 0600",
    source: "certok",
    ..Rule::ERROR
};

/// No key to sign with.
pub static SIGNER: Rule = Rule {
    id: "signer-unusable",
    exit: Exit::Unreadable,
    what: "what was to be signed with cannot be used",
    why: "a signature shows the other side who wrote",
    advice: "name the right key; openssl genpkey -algorithm ed25519 makes one",
    source: "certok",
    ..Rule::ERROR
};

/// Could not be written.
pub static ANSWER_NOT_WRITTEN: Rule = Rule {
    id: "answer-not-written",
    exit: Exit::NotDone,
    what: "the answer could not be put where it was asked for",
    why: "the decision stands in the ledger; only the file is missing",
    advice: "write it again to another place: --again",
    source: "certok",
    ..Rule::ERROR
};

/// Not an answer.
pub static ANSWER_MALFORMED: Rule = Rule {
    id: "answer-malformed",
    exit: Exit::Unreadable,
    what: "the file is no answer to a request for a token",
    why: "nothing is installed that can be read in two ways",
    advice: "have it sent again as it is",
    source: "certok, the format of answers",
    ..Rule::ERROR
};

/// Another's.
pub static ANSWER_FOREIGN: Rule = Rule {
    id: "answer-not-yours",
    exit: Exit::Mismatch,
    what: "the answer is to a request that does not wait here",
    why: "only where the request was made is the key that opens the answer",
    advice: "receive it as the user and on the machine that made the request",
    source: "certok, the format of answers",
    ..Rule::ERROR
};

/// A second time.
pub static ANSWER_RECEIVED: Rule = Rule {
    id: "answer-received",
    exit: Exit::NotDone,
    what: "the answer to the request was received already",
    why: "the key that opens it is gone once it was received",
    advice: "use the token that is there; if it is lost, make a new request",
    source: "certok, the format of answers",
    ..Rule::ERROR
};

/// Nobody answered.
pub static ANSWER_MISSING: Rule = Rule {
    id: "answer-missing",
    exit: Exit::NotFound,
    what: "there is no answer yet",
    why: "somebody has to approve the request first",
    advice: "ask the approver, and read the request's id to them",
    source: "certok",
    ..Rule::ERROR
};

/// Anybody's.
pub static ANSWER_UNAUTHENTICATED: Rule = Rule {
    id: "answer-unauthenticated",
    exit: Exit::Untrusted,
    what: "nothing shows who made the answer",
    why: "everybody can make one, and a token also says which servers the client trusts",
    advice: "have the approver read out the answer code and give it with --code; or name the \
             approver's key: --approver-key",
    source: "certok, the format of answers",
    ..Rule::ERROR
};

/// Another answer.
pub static ANSWER_CODE: Rule = Rule {
    id: "answer-code-wrong",
    exit: Exit::Untrusted,
    what: "the code is not that of the answer",
    why: "the answer is another one than the approver made, or it was changed on the way",
    advice: "compare the code with the approver, character by character; then have the answer \
             sent again",
    source: "certok, the format of answers",
    ..Rule::ERROR
};

/// Another signer.
pub static ANSWER_SIGNATURE: Rule = Rule {
    id: "answer-signature",
    exit: Exit::Untrusted,
    what: "the answer is not signed by the approver that was named",
    why: "it may be anybody's, or it was changed on the way",
    advice: "have the answer sent again; if that does not help, talk to the approver",
    source: "certok, the format of answers",
    ..Rule::ERROR
};

/// Sealed to another.
pub static ANSWER_NOT_OPENED: Rule = Rule {
    id: "answer-not-opened",
    exit: Exit::Untrusted,
    what: "the token in the answer cannot be unsealed",
    why: "it was sealed to another key, or damaged",
    advice: "have the answer sent again",
    source: "RFC 9180",
    ..Rule::ERROR
};

/// Something else.
pub static ANSWER_OVERREACHES: Rule = Rule {
    id: "answer-not-as-asked",
    exit: Exit::Mismatch,
    what: "the token in the answer is not what was asked for",
    why: "it would be sent to servers in your name",
    advice: "do not use it; ask the approver what happened, and make a new request",
    source: "certok",
    ..Rule::ERROR
};

/// No.
pub static DENIED: Rule = Rule {
    id: "token-request-denied",
    exit: Exit::NotDone,
    what: "the approver denied the request",
    why: "no token was made",
    advice: "ask the approver why",
    source: "condor_token_request",
    ..Rule::ERROR
};

/// Nobody answered in time.
pub static TIMED_OUT: Rule = Rule {
    id: "token-request-timed-out",
    exit: Exit::NotDone,
    what: "no answer to the request was taken in time",
    why: "the command waits no longer than --timeout",
    advice: "the request still waits; once there is an answer: certok idtoken-receive",
    source: "condor_token_request",
    ..Rule::ERROR
};

/// No place to keep the key.
pub static STATE: Rule = Rule {
    id: "state-unusable",
    exit: Exit::NotDone,
    what: "what certok keeps for a waiting request cannot be written or read",
    why: "the key that opens the answer stays on this machine, for you alone to read",
    advice: "look at the directory and its mode, or set XDG_STATE_HOME",
    source: "XDG Base Directory Specification",
    ..Rule::ERROR
};

/// Not looked at.
pub static FILE_IGNORED: Rule = Rule {
    id: "exchange-file-ignored",
    what: "files of the exchange directory were passed over",
    why: "links, pipes, large files and what is no request have no business there",
    advice: "remove them, or find out who put them there",
    source: "certok",
    ..Rule::WARN
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &REQUEST_MALFORMED,
    &REQUEST_EXPIRED,
    &REQUEST_FROM_FUTURE,
    &REQUEST_NOT_WRITTEN,
    &REQUEST_SIGNATURE,
    &OTHER_ID,
    &TWO_OF_ONE_ID,
    &REQUEST_MISSING,
    &NOT_APPROVED,
    &SUPERUSER_ASKED,
    &UNRESTRICTED_ASKED,
    &NOT_MAPPED,
    &IDENTITY_INCOMPLETE,
    &LIMITS_UNKNOWN,
    &NOTHING_LEFT,
    &LIMITED,
    &DECIDED,
    &NOT_DECIDED,
    &LEDGER,
    &LEDGER_DAMAGED,
    &SIGNER,
    &ANSWER_NOT_WRITTEN,
    &ANSWER_MALFORMED,
    &ANSWER_FOREIGN,
    &ANSWER_RECEIVED,
    &ANSWER_MISSING,
    &ANSWER_UNAUTHENTICATED,
    &ANSWER_CODE,
    &ANSWER_SIGNATURE,
    &ANSWER_NOT_OPENED,
    &ANSWER_OVERREACHES,
    &DENIED,
    &TIMED_OUT,
    &STATE,
    &FILE_IGNORED,
];
