//! The rules about requests for tokens and the answers to them.

use crate::check::rules;

rules! {
    REQUEST_MALFORMED: ERROR, Unreadable {
        id: "token-request-malformed",
        what: "the file is no request for a token",
        why: "a request is shown to the approver only if it can be read in only one way",
        advice: "have it made anew with certok idtoken-request and sent as it is",
        source: "certok, the format of requests",
    }
    REQUEST_EXPIRED: ERROR, Expired {
        id: "token-request-expired",
        what: "the request for a token has expired",
        why: "perhaps no one waits for it any more; an old request may belong to another person \
              now",
        advice: "have it made anew: certok idtoken-request",
        source: "HTCondor, SEC_TOKEN_REQUEST_LIFETIME",
    }
    REQUEST_FROM_FUTURE: WARN {
        id: "token-request-from-future",
        what: "the request was made in the future",
        why: "one of two clocks is wrong, and the token ends by the approver's",
        advice: "compare the clocks",
        source: "certok",
    }
    REQUEST_NOT_WRITTEN: ERROR, NotDone {
        id: "token-request-not-written",
        what: "the request could not be put where it was asked for",
        why: "without the file nobody can approve it; it is forgotten here as well",
        advice: "name another file or directory",
        source: "certok",
    }
    REQUEST_SIGNATURE: ERROR, Untrusted {
        id: "token-request-signature",
        what: "the signature of the request is wrong",
        why: "the requester is not the person that the certificate names, or the request was \
              changed",
        advice: "do not approve it; ask the person to make a new one",
        source: "certok, the format of requests",
    }
    OTHER_ID: ERROR, Mismatch {
        id: "token-request-other-id",
        what: "the id given is not that of the request",
        why: "the file is another request than the one that was talked about, or it was changed on \
              the way",
        advice: "compare the id that the requester reads out, character by character",
        source: "certok, the format of requests",
    }
    TWO_OF_ONE_ID: ERROR, Mismatch {
        id: "token-request-two-of-one-id",
        what: "different requests have one id",
        why: "this does not happen by chance: somebody made them so that one is approved in \
              place of the other",
        advice: "approve none of them; find out who put them there, and have a new one made",
        source: "certok, the format of requests",
    }
    REQUEST_MISSING: ERROR, NotFound {
        id: "token-request-missing",
        what: "there is no such request: no file of that name, or none of this id in the directory",
        why: "it was not put there, or under another directory, or it was removed",
        advice: "compare the id with the requester; certok idtoken-request-list DIR shows what is \
                 there",
        source: "certok",
    }
    DIRECTORY_MISSING: ERROR, NotFound {
        id: "exchange-dir-missing",
        what: "the exchange directory does not exist",
        why: "requests and answers are files in a directory that both sides reach",
        advice: "name the directory that the requester and the approver share, or make it: mkdir",
        source: "certok",
    }
    NOT_APPROVED: ERROR, NotDone {
        id: "token-request-not-approved",
        what: "the request was not approved",
        why: "nothing is decided without your confirmation",
        advice: "type yes at the terminal, or give the whole id: --yes ID",
        source: "condor_token_request_approve",
    }
    SUPERUSER_ASKED: ERROR, NotDone {
        id: "token-request-superuser",
        what: "the request is for the identity of the pool's daemons",
        why: "it may do everything in the pool; condor_token_request asks for it when no identity \
              is given",
        advice: "ask for a request with an identity; if it is for a daemon, give --allow-superuser",
        source: "HTCondor, daemon_core_main.cpp",
    }
    UNRESTRICTED_ASKED: ERROR, NotDone {
        id: "token-request-unrestricted",
        what: "the request asks for no authorization, which grants everything",
        why: "anyone who gets hold of the token may do all that its identity may",
        advice: "ask for a request with --authz, or give --allow-unrestricted",
        source: "HTCondor, condor_token_request -authz",
    }
    NOT_MAPPED: ERROR, Mismatch {
        id: "token-request-not-mapped",
        what: "the signer of the request is not mapped to the identity",
        why: "a certificate says who asks; the map says who they are in the pool",
        advice: "have them ask for their own identity, or correct the map",
        source: "the option --map",
    }
    IDENTITY_INCOMPLETE: ERROR, Undecided {
        id: "token-request-no-domain",
        what: "the identity of the request has no domain, and the pool's is not known here",
        why: "NAME@DOMAIN is what access lists compare",
        advice: "run it on the central manager, or set UID_DOMAIN; or have the request name the \
                 domain",
        source: "HTCondor, UID_DOMAIN",
    }
    LIMITS_UNKNOWN: ERROR, Undecided {
        id: "token-request-limits-unknown",
        what: "the limits that HTCondor's configuration sets for requested tokens are not known",
        why: "a token beyond them must not be made",
        advice: "set them in plain words, or run certok where HTCondor's configuration can be read",
        source: "HTCondor, SEC_TOKEN_REQUEST_LIMITS, SEC_ISSUED_TOKEN_EXPIRATION",
    }
    NOTHING_LEFT: ERROR, NotDone {
        id: "token-request-limits",
        what: "the pool's limits leave nothing of the authorizations that were asked for",
        why: "SEC_TOKEN_REQUEST_LIMITS says what requested tokens may be good for",
        advice: "have the request ask for less",
        source: "HTCondor, SEC_TOKEN_REQUEST_LIMITS",
    }
    LIMITED: WARN {
        id: "token-request-limited",
        what: "the token is for less than was asked for",
        why: "the pool's limits and the approver's apply",
        advice: "tell the requester",
        source: "HTCondor, SEC_TOKEN_REQUEST_LIMITS, SEC_ISSUED_TOKEN_EXPIRATION",
    }
    DECIDED: ERROR, NotDone {
        id: "token-request-decided",
        what: "the request was decided before",
        why: "a request is good for one token",
        advice: "if the answer was lost, have it written again: --again",
        source: "HTCondor (Request in incorrect state)",
    }
    NOT_DECIDED: ERROR, NotFound {
        id: "token-request-not-decided",
        what: "there is no decision on the request that could be written again",
        why: "--again repeats what the ledger has",
        advice: "leave --again away",
        source: "the option --again",
    }
    LEDGER: ERROR, NotDone {
        id: "ledger-unusable",
        what: "the ledger of decisions cannot be used",
        why: "without it a request could be approved twice",
        advice: "name another one: --ledger FILE; it must be your own, only you may write to it, \
                 and only you and root may rename it or a directory above it (chmod go-w \
                 DIRECTORY)",
        source: "certok",
    }
    LEDGER_DAMAGED: ERROR, NotDone {
        id: "ledger-damaged",
        what: "the ledger has lines that are no records",
        why: "what they decided is not known, and could be approved twice",
        advice: "look at the lines. Without them, what they decided can be approved a second time. \
                 If you accept that: move the ledger aside, and copy the whole lines into a new \
                 one, mode 0600",
        source: "certok",
    }
    SIGNER: ERROR, Unreadable {
        id: "signer-unusable",
        what: "the key or certificate for signing cannot be used",
        why: "a signature shows the other side who wrote",
        advice: "name the right key; openssl genpkey -algorithm ed25519 makes one",
        source: "certok",
    }
    ANSWER_NOT_WRITTEN: ERROR, NotDone {
        id: "answer-not-written",
        what: "the answer could not be put where it was asked for",
        why: "the decision is in the ledger; only the file is missing",
        advice: "write it again to another place: --again",
        source: "certok",
    }
    ANSWER_MALFORMED: ERROR, Unreadable {
        id: "answer-malformed",
        what: "the file is no answer to a request for a token",
        why: "a file that can be read in two ways is not accepted",
        advice: "have it sent again as it is",
        source: "certok, the format of answers",
    }
    ANSWER_FOREIGN: ERROR, Mismatch {
        id: "answer-not-yours",
        what: "the answer is to a request that does not wait here",
        why: "only where the request was made is the key that opens the answer",
        advice: "receive it as the user and on the machine that made the request",
        source: "certok, the format of answers",
    }
    ANSWER_RECEIVED: ERROR, NotDone {
        id: "answer-received",
        what: "the answer to the request was received already",
        why: "the key that opens it was removed when it was received",
        advice: "use the token that is there; if it is lost, make a new request",
        source: "certok, the format of answers",
    }
    ANSWER_MISSING: ERROR, NotFound {
        id: "answer-missing",
        what: "there is no answer yet",
        why: "somebody has to approve the request first",
        advice: "ask the approver, and read the request's id to them",
        source: "certok",
    }
    ANSWER_UNAUTHENTICATED: ERROR, Untrusted {
        id: "answer-unauthenticated",
        what: "nothing shows who made the answer",
        why: "everybody can make one, and a token also says which servers the client trusts",
        advice: "have the approver read out the answer code and give it with --code; or name the \
                 approver's key: --approver-key",
        source: "certok, the format of answers",
    }
    ANSWER_CODE: ERROR, Untrusted {
        id: "answer-code-wrong",
        what: "the code is not that of the answer",
        why: "it is not the answer that the approver made, or it was changed on the way",
        advice: "compare the code with the approver, character by character; then have the answer \
                 sent again",
        source: "certok, the format of answers",
    }
    ANSWER_SIGNATURE: ERROR, Untrusted {
        id: "answer-signature",
        what: "the answer is not signed by the approver that was named",
        why: "anybody may have made it, or it was changed on the way",
        advice: "have the answer sent again; if that does not help, talk to the approver",
        source: "certok, the format of answers",
    }
    ANSWER_NOT_OPENED: ERROR, Untrusted {
        id: "answer-not-opened",
        what: "the token in the answer cannot be unsealed",
        why: "it was sealed to another key, or damaged",
        advice: "have the answer sent again",
        source: "RFC 9180",
    }
    ANSWER_OVERREACHES: ERROR, Mismatch {
        id: "answer-not-as-asked",
        what: "the token in the answer is not what was asked for",
        why: "it would be sent to servers in your name",
        advice: "do not use it; ask the approver what happened, and make a new request",
        source: "certok",
    }
    DENIED: ERROR, NotDone {
        id: "token-request-denied",
        what: "the approver denied the request",
        why: "no token was made",
        advice: "ask the approver why",
        source: "condor_token_request",
    }
    TIMED_OUT: ERROR, NotDone {
        id: "token-request-timed-out",
        what: "no answer to the request was taken in time",
        why: "the command waits no longer than --timeout",
        advice: "the request still waits; once there is an answer: certok idtoken-receive",
        source: "condor_token_request",
    }
    STATE: ERROR, NotDone {
        id: "state-unusable",
        what: "what certok keeps for a waiting request cannot be written or read",
        why: "the key that opens the answer stays on this machine, for you alone to read",
        advice: "look at the directory and its mode, or set XDG_STATE_HOME",
        source: "XDG Base Directory Specification",
    }
    FILE_IGNORED: WARN {
        id: "exchange-file-ignored",
        what: "files of the exchange directory were ignored",
        why: "links, pipes, large files and files that are no request do not belong there",
        advice: "remove them, or find out who put them there",
        source: "certok",
    }
}
