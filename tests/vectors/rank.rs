//! Several paths, all refused: the one that is shown is the nearest to a good one.

use certok::chain::Outcome;
use certok::chain::acceptance::{Anchor, Presented, judge};
use certok::chain::budget::Budget;
use certok::check::openssl_path;
use certok::consumer;

use super::forge::extension as ext;
use super::forge::extension::Extension;
use super::forge::pki::Authority;
use super::{VECTORS, Vector, grid, outcome, pool, root};

const WHY: &str = "what must be mended is what keeps the nearest path from being good";

pub(crate) fn vectors() -> Vec<Vector> {
    let cross_root = Authority::root("Certok Cross Root", "cross-root");
    let cross = || cross_root.below("Certok Test Grid CA", "grid", Some(0));
    let changed = |change: fn(super::forge::Cert) -> super::forge::Cert| {
        cross().with_cert(&cross_root.key, change)
    };
    let expired =
        grid().with_cert(&root().key, |cert| cert.valid("150101000000Z", "250101000000Z"));
    let case = |name: &str, want: &str, first: &Authority, second: &Authority| {
        Vector::new(&format!("rank: {name}"), WHY, want)
            .anchor(&root().der)
            .anchor(&cross_root.der)
            .helper(&first.der)
            .helper(&second.der)
            .user_of(&grid())
    };
    let many = changed(|cert| {
        cert.replace(Extension::not_ca()).replace(Extension::key_usage(&[ext::DIGITAL_SIGNATURE]))
    });
    let one = changed(|cert| cert.replace(Extension::not_ca()));
    let servers = changed(|cert| cert.with(Extension::extended_key_usage(&[ext::SERVER_AUTH])));
    let unknown = changed(|cert| cert.with(Extension::unknown_critical()));
    let both = grid().with_cert(&root().key, |cert| {
        cert.valid("150101000000Z", "250101000000Z").with(Extension::unknown_critical())
    });
    vec![
        case("expired before many flaws", "1 Expired", &many, &expired),
        case("expired before one flaw of another kind", "1 Expired", &one, &expired),
        case("expired before a purpose", "1 Expired", &servers, &expired),
        case("a purpose before an unknown extension", "1 PurposeNotAllowed", &unknown, &servers),
        case("one flaw before two of its kind", "1 UnknownCritical", &both, &unknown),
        Vector::new("rank: expired before unknown issuer", WHY, "1 Expired")
            .anchor(&root().der)
            .helper(&cross().der)
            .helper(&expired.der)
            .user_of(&grid()),
        Vector::new("rank: unknown issuer before a wrong key", WHY, "1 IssuerNotFound")
            .anchor(
                &Authority::root("Certok Test Root", "other")
                    .with_cert(&Authority::root("Certok Test Root", "other").key, |cert| {
                        cert.without("2.5.29.14").without("2.5.29.35")
                    })
                    .der,
            )
            .helper(&grid().der)
            .helper(&cross().der)
            .user_of(&grid()),
    ]
}

/// Vectors that are accepted here and that OpenSSL 3.0.19 refuses, having gone another way.
const ASTRAY: &[&str] = &[
    "the CA and its re-keyed twin, without key identifiers",
    "expired in the directory, good in the file",
    "cross-signed, the other root trusted",
    "cross-signed, the first root expired",
    "names: the path without the constraint is found",
    "rollover: a self-issued end entity",
];

#[test]
fn openssl_goes_astray_where_it_is_said_to() {
    let astray = |vector: &&Vector| {
        let outcome = outcome(vector, 0).filter(Outcome::accepted);
        outcome.is_some_and(|outcome| {
            let leaf = outcome.best.path.iter().take(1).cloned();
            let (anchors, helpers): (Vec<_>, Vec<_>) =
                pool(vector, 0).into_iter().partition(|known| known.trusted);
            let sent: Vec<_> = leaf.chain(helpers).collect();
            let anchor = |known| Anchor { known, index: Some(0), is_alone: true };
            let presented = Presented {
                sent: &sent,
                anchors: &anchors.into_iter().map(anchor).collect::<Vec<_>>(),
                evidence: vector.ask.evidence,
                names: &[],
                purpose: vector.ask.purpose,
                at: vector.ask.at,
            };
            let openssl = consumer::profiles().find(|profile| profile.id == "openssl-proxy");
            let said = judge(&presented, openssl.unwrap(), &Budget::default());
            let parting = openssl_path::parting(&outcome.best.path, &said);
            said.accepts == Some(false) && parting.is_some()
        })
    };
    let found: Vec<&str> =
        VECTORS.iter().filter(astray).map(|vector| vector.name.as_str()).collect();
    assert_eq!(found, ASTRAY);
}
