//! The rules about bearer tokens.

use crate::check::rules;
use crate::consumer::{Consumer, DCACHE, HTCONDOR, HTCONDOR_CE, PYJWT, SCITOKENS_CPP, XROOTD};

/// With what checks tokens by it.
const SCITOKENS: Consumer = SCITOKENS_CPP.inside(&[XROOTD, HTCONDOR]);
const DISCOVERY: &str = "WLCG Bearer Token Discovery";
const PROFILE: &str = "WLCG Common JWT Profiles 1.3";
const RENEW: &str = "get a new token: htgettoken, or oidc-token ACCOUNT > FILE";

rules! {
    step: Accepted;
    NONE: ERROR, NotFound {
        id: "bearer-none",
        step: Found,
        what: "there is no bearer token",
        why: "tools fall back to X.509, or say that no protocols are left to try",
        advice: "get one: htgettoken, or oidc-token ACCOUNT > FILE",
        source: DISCOVERY,
    }
    NAMED_MISSING: ERROR, NotFound {
        id: "bearer-file-missing",
        step: Found,
        what: "BEARER_TOKEN_FILE names a file that does not exist",
        why: "XRootD's client ignores it and uses the token of the next place, perhaps another \
              than you think; other tools stop",
        advice: "correct the variable, unset it, or put a token into the file",
        source: DISCOVERY,
    }
    UNREADABLE: ERROR, Unreadable {
        id: "bearer-unreadable",
        step: Readable,
        what: "the file of the bearer token cannot be read",
        why: "tools stop there, and say that there is no token",
        advice: "look at the owner and the permissions of the file",
        source: DISCOVERY,
    }
    NOT_JWT: ERROR, Unreadable {
        id: "bearer-not-jwt",
        step: Readable,
        what: "the file or variable of the bearer token does not contain a JWT",
        why: "the search ends with the first place that is not empty; XRootD ignores it, others \
              send it and get 401",
        advice: "put a JWT access token there and nothing else, without quotes and in one line",
        source: DISCOVERY,
    }
    JSON: ERROR, Unreadable {
        id: "bearer-json",
        step: Readable,
        what: "the JSON answer of a token endpoint was kept instead of the token in it",
        why: "services answer 401",
        advice: "keep the access_token alone, as jq -r .access_token prints it",
        source: "RFC 6749 §5.1",
    }
    IS_IDTOKEN: ERROR, Unreadable {
        id: "bearer-is-idtoken",
        step: Readable,
        what: "the token is one of HTCondor (an IDTOKEN), not a bearer token",
        why: "only the daemons of its pool accept it",
        advice: "certok idtoken-info describes it; for storage get a token of an OIDC issuer",
        source: "HTCondor, condor_auth_passwd.cpp",
    }
    IS_EOS: ERROR, Undecided {
        id: "bearer-is-eos",
        step: Readable,
        what: "the token is one of EOS (zteos64), not a JWT",
        why: "only the EOS instance that made it can read it and knows when it ends",
        advice: "use it with that EOS alone (eos token --token TOKEN shows it); for other storage get a \
                 token of an OIDC issuer",
        source: "EOS documentation, eos token",
    }
    IS_ID_TOKEN: ERROR, Unreadable {
        id: "bearer-is-id-token",
        step: Readable,
        what: "the token is an ID token, which says who logged in, not an access token",
        why: "it permits nothing: services refuse it, for its audience is a client and it has no scope",
        advice: "keep the access_token of the issuer's answer, not its id_token",
        source: "OpenID Connect Core 1.0 §2",
    }
    IS_REFRESH_TOKEN: ERROR, Unreadable {
        id: "bearer-is-refresh-token",
        step: Readable,
        what: "the token is a refresh token, which must not be sent to a service",
        why: "services answer 401, and anyone who reads it can get tokens in your name for as \
              long as it lives",
        advice: "keep the access_token of the issuer's answer here; if a service has seen the refresh \
                 token, revoke it at the issuer",
        source: "RFC 6749 §1.5, §10.4",
    }
    IS_VAULT_TOKEN: ERROR, Unreadable {
        id: "bearer-is-vault-token",
        step: Readable,
        what: "the token is one of Vault, not a bearer token",
        why: "htgettoken keeps it to get bearer tokens; services answer 401, and anyone who reads \
              it can get tokens in your name",
        advice: "let htgettoken write the bearer token (htgettoken -a SERVER -i ISSUER), and keep the Vault \
                 token out of BEARER_TOKEN and of other machines",
        source: "htgettoken(1), --vaulttokenfile",
    }
    MACAROON: WARN {
        id: "bearer-macaroon",
        what: "the token is a macaroon, which the service that made it alone accepts",
        why: "its signature is made with a secret of that service; others answer 401",
        advice: "use it at that service; for others get a token of an OIDC issuer",
        source: "dCache and XRootD, macaroons; libmacaroons",
    }
    MACAROON_UNDECIDED: ERROR, Undecided {
        id: "bearer-macaroon-undecided",
        what: "it is not known whether the macaroon permits what is asked",
        why: "only the service that made it can check it, by conditions of its own",
        advice: "read the conditions, or ask the service; without --scope, --audience and --jwks certok \
                 judges the dates alone",
        source: "dCache and XRootD, macaroons",
    }
    EMPTY: INFO {
        id: "bearer-empty",
        what: "a place of the bearer token is empty, so the search goes on",
        why: "the token comes from another place than the variable says",
        source: DISCOVERY,
    }
    SHADOWED: INFO {
        id: "bearer-shadowed",
        what: "there is another bearer token that is not used",
        why: "the first place that is not empty counts, and its token is not compared with others",
        source: DISCOVERY,
    }
    UNSAFE_MODE: ERROR, Unsafe {
        id: "bearer-unsafe-mode",
        step: Safe,
        what: "the file of the bearer token is accessible to others than its owner",
        why: "XRootD does not send it (excessive permissions), and anyone who reads it can act \
              as you",
        advice: "take the permissions away: chmod 600",
        refused_by: [XROOTD],
        source: "XRootD, XrdSecProtocolztn.cc, readToken",
    }
    NOT_OWNED: WARN {
        id: "bearer-not-owned",
        what: "the file of the bearer token is owned by another user",
        why: "you would use the identity that another person chose",
        advice: "use a token that you got yourself",
        source: "prudence: /tmp is everybody's",
    }
    ALGORITHM: ERROR, Untrusted {
        id: "bearer-algorithm",
        what: "the token has no signature that a service could check",
        why: "every service must reject it: without a public key anybody could have made it",
        advice: "get a token from your issuer",
        source: "RFC 8725 §3.1; WLCG Common JWT Profiles 1.3 forbids none and HMAC",
    }
    CRITICAL: ERROR, Untrusted {
        id: "bearer-critical-header",
        what: "the header of the token requires an extension that no known software understands",
        why: "software that follows RFC 7515 refuses it (PyJWT, and the libraries of Java and Go), \
              whatever its signature says; scitokens-cpp ignores it",
        advice: "tell your issuer: tokens of WLCG and SciTokens have no crit in their header",
        refused_by: [PYJWT, DCACHE],
        source: "RFC 7515 §4.1.11; RFC 7797 §6, §7",
    }
    RARE_ALGORITHM: WARN {
        id: "bearer-rare-algorithm",
        what: "the token is signed by another algorithm than RS256 and ES256",
        why: "services need not know any other",
        advice: "ask your issuer to sign with RS256 or ES256",
        source: PROFILE,
    }
    BOUND: WARN {
        id: "bearer-bound",
        what: "the token is bound to a key of its first holder (cnf), so it is no bearer token",
        why: "a service that checks it requires a proof by that key (DPoP) or a TLS connection \
              with it, and answers 401 without; scitokens-cpp, so XRootD, does not check it",
        advice: "get a token that is not bound: without DPoP, and not over mutual TLS",
        source: "RFC 7800; RFC 8705 §3.1; RFC 9449 §6",
    }
    OTHER_TYPE: WARN {
        id: "bearer-other-type",
        what: "the header of the token says that it is something else than an access token",
        why: "a service that checks typ refuses it; scitokens-cpp, so XRootD, does not check it",
        advice: "keep the access_token of the issuer's answer here",
        source: "RFC 8725 §3.11; RFC 9068 §2.1",
    }
    EXPIRED: ERROR, Expired {
        id: "bearer-expired",
        step: Lifetime,
        what: "the bearer token has expired",
        why: "services answer 401 or 403, mostly without the reason",
        advice: RENEW,
        source: "RFC 7519 §4.1.4",
    }
    NOT_YET_VALID: ERROR, NotYetValid {
        id: "bearer-not-yet-valid",
        step: Lifetime,
        what: "the bearer token is not valid yet",
        why: "services answer 401 until then",
        advice: "check this machine's clock (date -u; chronyc tracking); if it is right, wait",
        source: "RFC 7519 §4.1.5; 60 seconds of skew as in WLCG Common JWT Profiles 1.3",
    }
    TOO_SHORT: ERROR, Short {
        id: "bearer-too-short",
        step: Lifetime,
        what: "the bearer token ends before the time asked for",
        why: "the work would outlive it",
        advice: RENEW,
        source: "the option --for",
    }
    FUTURE: WARN {
        id: "bearer-issued-in-future",
        what: "the bearer token comes from the future",
        why: "a clock is wrong, and a strict service refuses it until then",
        advice: "check this machine's clock (date -u)",
        refused_by: [SCITOKENS, PYJWT],
        source: "RFC 7519 §4.1.6; scitokens-cpp, scitokens_internal.h",
    }
    MISSING: ERROR, Untrusted {
        id: "bearer-claim-missing",
        what: "the token lacks a claim without which no service accepts it",
        why: "without iss it is not known which key verifies it; without exp it would never end",
        advice: "get an access token of your issuer, not an ID or refresh token",
        source: PROFILE,
    }
    FORM: ERROR, Untrusted {
        id: "bearer-claim-form",
        what: "a claim of the token is not of the type it must be, or out of range",
        why: "libraries refuse the token, or read it as if the claim were not there",
        advice: "tell your issuer",
        source: "RFC 7519 §2, §4.1",
    }
    NOT_JSON: ERROR, Untrusted {
        id: "bearer-not-strict-json",
        what: "the token's header or payload is not one JSON object in UTF-8",
        why: "RFC 7519 says that readers must refuse it (PyJWT, and the libraries of Java and Go); \
              scitokens-cpp ignores it",
        advice: "tell your issuer: its software writes tokens that are no JSON",
        refused_by: [PYJWT, DCACHE],
        source: "RFC 7519 §7.2; RFC 7515 §5.2",
    }
    FRACTION: WARN {
        id: "bearer-time-fraction",
        what: "a time of the token is no whole number",
        why: "RFC 7519 permits a fraction, and libraries that read integers throw the token away",
        advice: "tell your issuer to write times as whole seconds",
        refused_by: [SCITOKENS.before("1.4")],
        source: "RFC 7519 §2, NumericDate; scitokens-cpp, bad_cast",
    }
    OVERFLOW: WARN {
        id: "bearer-time-overflow",
        what: "the token ends later than some libraries can count",
        why: "they count in 64 bits of nanoseconds, up to the year 2262, and read a later time \
              as one long past",
        advice: "tell your issuer to let tokens end in hours, not in centuries",
        refused_by: [SCITOKENS],
        source: "jwt-cpp, as_date; seen with scitokens-cpp 0.7.3 and HTCondor 25.14.1",
    }
    SEPARATOR: WARN {
        id: "bearer-scope-separator",
        what: "the scopes of the token are not separated by spaces",
        why: "RFC 6749 knows the space alone: scitokens-cpp reads two such scopes as one, with a path \
              that nobody asks for",
        advice: "tell your issuer to separate scopes by spaces",
        refused_by: [SCITOKENS],
        source: "RFC 6749 §3.3; seen with scitokens-cpp 0.7.3",
    }
    TOO_LONG: WARN {
        id: "bearer-too-long",
        step: Readable,
        what: "the token is longer than XRootD sends",
        why: "its protocol ztn takes 4096 bytes, white space included; the client says 'No protocols \
              left to try'",
        advice: "take blank lines out of the file, or get a token with fewer groups and scopes",
        refused_by: [XROOTD.when("(ztn)")],
        source: "XRootD, XrdSecProtocolztn.cc, MaxTokSize",
    }
    ISSUER_NOT_URL: ERROR, Untrusted {
        id: "bearer-issuer-not-url",
        what: "the issuer of the token is no https URL",
        why: "services fetch the keys of a token from its issuer, over https alone: scitokens-cpp says \
              'Issuer URL must be HTTPS' or 'missing hostname'",
        advice: "tell your issuer: iss is the https URL under which its metadata are",
        refused_by: [SCITOKENS, DCACHE],
        source: "WLCG Common JWT Profiles 1.3, iss; scitokens-cpp, get_metadata_endpoint; OpenID \
                 Connect Discovery 1.0 §3",
    }
    TWO_PROFILES: WARN {
        id: "bearer-two-profiles",
        what: "the token has both ver and wlcg.ver",
        why: "services read its scopes by different profiles",
        advice: "tell your issuer: a token is of one profile",
        source: "scitokens-cpp, scitokens_internal.h; WLCG Common JWT Profiles 1.3",
    }
    LATER_PROFILE: WARN {
        id: "bearer-later-profile",
        what: "wlcg.ver of the token is not 1.0",
        why: "services that compare the version refuse the token",
        advice: "tell your issuer: services know wlcg.ver 1.0",
        refused_by: [SCITOKENS, DCACHE],
        source: "scitokens-cpp, scitokens_internal.h; dCache, gplazma-oidc",
    }
    UNKNOWN_PROFILE: ERROR, Untrusted {
        id: "bearer-unknown-profile",
        what: "the token is of a version of its profile that services do not know",
        why: "they refuse it: what its claims mean is not known",
        advice: "request a token of WLCG 1.0 or SciTokens 2.0 from your issuer",
        refused_by: [SCITOKENS, DCACHE],
        source: "scitokens-cpp, scitokens_internal.h; dCache, gplazma-oidc",
    }
    SCOPE_PATHLESS: ERROR, Untrusted {
        id: "bearer-scope-pathless",
        what: "a storage scope of the token has no path",
        why: "some services read it as all paths, which permits everything, others refuse the \
              token",
        advice: "ask for the scope with an absolute path, as in storage.read:/data",
        refused_by: [DCACHE],
        source: "WLCG Common JWT Profiles 1.3; scitokens-cpp, generate_acls; dCache, gplazma-oidc",
    }
    GROUPS_VOID: INFO {
        id: "bearer-groups-ignored",
        what: "the groups of the token are ignored, because it has scopes that permit something",
        why: "capabilities come before groups: a service must not look at wlcg.groups then",
        advice: "ask for a token without storage and compute scopes if the groups are to count",
        source: PROFILE,
    }
    COMPUTE_PARTS: WARN {
        id: "bearer-compute-incomplete",
        what: "the token has some of the compute scopes that HTCondor-CE needs together",
        why: "HTCondor gives WRITE for compute.create, compute.modify and compute.cancel together alone",
        advice: "get a token with all of them: htgettoken --scopes=compute.create,compute.modify,compute.cancel",
        refused_by: [HTCONDOR_CE],
        source: "HTCondor, condor_scitokens.cpp",
    }
    SCOPE_ENCODED: WARN {
        id: "bearer-scope-encoded",
        what: "the path of a scope is percent-encoded",
        why: "services differ in whether they decode it before they compare",
        advice: "use paths of plain characters where XRootD is among the services",
        refused_by: [XROOTD],
        source: "scitokens-cpp, generate_acls; RFC 3986 §2.1",
    }
    INCOMPLETE: WARN {
        id: "bearer-claims-incomplete",
        what: "the token lacks claims that its profile demands",
        why: "a service that checks the profile refuses it",
        advice: "tell your issuer",
        source: PROFILE,
    }
    SCITOKENS_MISSING: WARN {
        id: "bearer-claim-mandatory",
        what: "the token lacks a claim that scitokens-cpp does not do without",
        why: "it refuses the token ('iat' claim is mandatory), and XRootD grants nothing by one without \
              scope",
        advice: "tell your issuer; for storage, ask for a token with a scope",
        refused_by: [SCITOKENS],
        source: "scitokens-cpp, scitokens_internal.h (verify, Enforcer); seen with 0.7.3 and 1.1.3",
    }
    NO_START: WARN {
        id: "bearer-no-start",
        what: "the token has no nbf",
        why: "old versions of scitokens-cpp refuse it ('nbf' claim is mandatory)",
        advice: "tell your issuer",
        refused_by: [SCITOKENS.before("1.1")],
        source: "scitokens-cpp, scitokens_internal.h; seen with 0.7.3",
    }
    FIELD_NOT_TEXT: WARN {
        id: "bearer-field-not-text",
        what: "the scope of the token, or a part of its header, must be a text and is none",
        why: "scitokens-cpp refuses the token (claim verification failed, bad_cast)",
        advice: "tell your issuer",
        refused_by: [SCITOKENS],
        source: "RFC 8693 §4.2; RFC 7515 §4.1; scitokens-cpp, scitokens_internal.h",
    }
    NOT_TEXT: WARN {
        id: "bearer-claim-not-text",
        what: "a claim of the token that must be a text is none",
        why: "scitokens-cpp refuses the token (claim verification failed, bad_cast), PyJWT from 2.10 too",
        advice: "tell your issuer",
        refused_by: [SCITOKENS, PYJWT],
        source: "RFC 7519 §4.1; scitokens-cpp, scitokens_internal.h, Enforcer",
    }
    NO_PROFILE: WARN {
        id: "bearer-no-profile",
        what: "the token is not of the WLCG or SciTokens profile",
        why: "storage may refuse it as of an unknown profile",
        advice: "request a token with the scope wlcg, if your issuer has it",
        source: "WLCG Common JWT Profiles 1.3 (wlcg.ver); SciTokens 2.0 (ver)",
    }
    AUDIENCE: ERROR, Mismatch {
        id: "bearer-wrong-audience",
        what: "the token is for another service",
        why: "the service answers 403",
        advice: "get a token for that audience: htgettoken --audience=SERVICE",
        source: "RFC 7519 §4.1.3; WLCG Common JWT Profiles 1.3",
    }
    ISSUER: ERROR, Mismatch {
        id: "bearer-wrong-issuer",
        what: "the token is of another issuer",
        why: "a service knows the issuers it trusts by their exact names, and answers 401 to others",
        advice: "get a token of that issuer: htgettoken, or oidc-token ACCOUNT > FILE",
        source: "RFC 7519 §4.1.1; scitokens-cpp, compared byte by byte",
    }
    SCOPE: ERROR, Mismatch {
        id: "bearer-scope-insufficient",
        what: "the token does not permit what is asked",
        why: "the service answers 403",
        advice: "get a token with that scope: htgettoken --scopes=SCOPE",
        source: PROFILE,
    }
    SCOPE_VOID: WARN {
        id: "bearer-scope-void",
        what: "a scope of the token permits nothing by the profile of the token",
        why: "scitokens-cpp, so XRootD, may accept it; other services ignore it or refuse \
              the token",
        advice: "ask for the scope with an absolute path, as in storage.read:/data",
        source: "WLCG Common JWT Profiles 1.3; scitokens-cpp, generate_acls",
    }
    BAD_SIGNATURE: ERROR, Untrusted {
        id: "bearer-bad-signature",
        what: "the signature of the token is wrong",
        why: "every service refuses it",
        advice: "get a new token; if that fails too, the keys are not its issuer's",
        source: "RFC 7515 §5.2",
    }
    KEY_SET: WARN {
        id: "bearer-key-set",
        what: "the signature holds, but not every service finds the key in this set",
        why: "libraries take the first key of a name, and read sets of keys alone",
        advice: "tell your issuer: each key of its JWK Set has a name of its own",
        refused_by: [SCITOKENS],
        source: "RFC 7517 §4.5, §5; scitokens-cpp, scitokens_internal.cpp",
    }
    KEY_EXPIRED: WARN {
        id: "bearer-key-expired",
        what: "the signature is right, but its key has expired (exp)",
        why: "its issuer may have replaced the key, and services that read the set anew do not have it \
              then; scitokens-cpp does not check exp in a key",
        advice: "get the JWK Set that the issuer has now, and a new token if the key is not in it",
        source: "RFC 7517 §4 (members that no RFC defines)",
    }
    NOT_VERIFIED: INFO {
        id: "bearer-not-verified",
        what: "the signature of the token was not checked",
        why: "the keys of its issuer are not on this machine, and certok fetches nothing",
        advice: "give the issuer's JWK Set: --jwks FILE",
        source: "RFC 7515 §5.2",
    }
    KEY_UNKNOWN: ERROR, Undecided {
        id: "bearer-key-unknown",
        what: "the signature could not be checked with the keys given",
        why: "whether a service accepts the token cannot be said",
        advice: "give the JWK Set that the issuer has now; its address is jwks_uri in the issuer's \
                 /.well-known/openid-configuration",
        source: "RFC 7517",
    }
}
