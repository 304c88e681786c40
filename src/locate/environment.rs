//! The variables that certok reads, and which of them hold a path.

use crate::source::candidate::Role;
use crate::source::place;
use crate::source::place::{Directory, Spot};

/// The variables of credentials, by what they are for, then all others: names and meaning, as the
/// manual page lists them.
pub fn variables() -> Vec<(String, &'static str)> {
    let of_role = |role: &Role| Some((role.both_variables().join(", "), role.meaning()?));
    let roles = Role::ALL.iter().filter_map(of_role);
    let names =
        |spots: &[Spot]| spots.iter().filter_map(|spot| spot.variable()).collect::<Vec<_>>();
    let others = place::OTHERS.iter().map(|(spots, meaning)| (names(spots).join(", "), *meaning));
    let rest = REST.iter().map(|(names, meaning, _)| (names.join(", "), *meaning));
    roles.chain(others).chain(rest).filter(|(names, _)| !names.is_empty()).collect()
}

/// Whether the value of the variable is a path.
pub fn holds_path(name: &str) -> bool {
    let is_role = |role: &Role| role.places().iter().any(|spot| spot.variable() == Some(name));
    let is_spot = |spot: &Spot| match *spot {
        Spot::File(Directory::Of(variable), _) | Spot::Named(variable) => variable == name,
        Spot::File(..) | Spot::Value(_) => false,
    };
    let is_rest =
        |(names, _, holds): &(&[&str], &str, Holds)| *holds == Holds::Path && names.contains(&name);
    Role::ALL.iter().any(is_role)
        || place::OTHERS.iter().flat_map(|(spots, _)| *spots).any(is_spot)
        || REST.iter().any(is_rest)
        || OF_OPENSSL.contains(&name)
}

/// What the value of a variable is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Holds {
    Path,
    Text,
}

/// Variables that name no credential.
const REST: &[(&[&str], &str, Holds)] = &[
    (&["XDG_RUNTIME_DIR"], "where the bearer token is, if neither of these is set", Holds::Path),
    (&["TMPDIR"], "where the JAliEn token is; /tmp if not set", Holds::Path),
    (
        &["X509_CERT_DIR", "X509_CERT_FILE"],
        "the CA certificates: a directory with hash links, or one file",
        Holds::Path,
    ),
    (
        &["X509_VOMS_DIR"],
        "the VOMS server list: a directory with a folder for each VO",
        Holds::Path,
    ),
    (
        &["JWKS_CACHE_DIR", "JWKS_CACHE_FILE"],
        "the public keys of bearer token issuers",
        Holds::Path,
    ),
    // Which settings of HTCondor hold a path, their names say.
    (
        &["CONDOR_CONFIG", "_condor_NAME"],
        "HTCondor's configuration file, and settings of it such as _condor_SEC_TOKEN_DIRECTORY, the \
         directory of IDTOKENS",
        Holds::Path,
    ),
    (
        &["ALIEN_USER", "USER", "LOGNAME"],
        "whose new JAliEn token it is, without --account",
        Holds::Text,
    ),
    (
        &["ALIEN_PROC_ID"],
        "set inside a job of ALICE, where the token of a job belongs",
        Holds::Text,
    ),
    (
        &["XDG_STATE_HOME"],
        "where waiting requests and the ledger are kept; ~/.local/state if not set",
        Holds::Path,
    ),
    (&["HOME"], "where .globus is", Holds::Path),
    (
        &["COLUMNS"],
        "how many characters a line of text has; else the terminal says it",
        Holds::Text,
    ),
    (&["NO_COLOR", "CLICOLOR_FORCE"], "never colour, always colour", Holds::Text),
];

/// What OpenSSL reads for its own CA certificates.
const OF_OPENSSL: &[&str] = &["SSL_CERT_DIR", "SSL_CERT_FILE"];
