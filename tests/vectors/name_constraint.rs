//! Name constraints: what each form permits and excludes, which certificates they apply to, and
//! what makes them unreadable.

// A list of one reads like the lists of more beside it.
#![allow(clippy::cloned_ref_to_slice_refs)]

use std::time::{Duration, Instant};

use super::forge::extension::Extension;
use super::forge::key::Key;
use super::forge::name::Name;
use super::forge::pki::Authority;
use super::forge::{Cert, der, extension as ext, pki};
use super::{Vector, changed_root, grid, outcome, plain, root, user};

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    all.extend(subjects());
    all.extend(paths());
    all.extend(proxies());
    all.extend(unreadable());
    all.extend(amounts());
    all
}

/// A GeneralName as the subject's alternative name or the base of a subtree.
pub(crate) type General = Vec<u8>;

pub(crate) const OK: &str = "ok";
pub(crate) const NO: &str = "0 Constraint";

/// A user with these alternative names under a CA with these constraints.
pub(crate) fn under(
    name: &str,
    why: &'static str,
    want: &str,
    ca: Extension,
    leaf: Cert,
) -> Vector {
    let authority = grid().with_cert(&root().key, |cert| cert.with(ca));
    Vector::new(&format!("names: {name}"), why, want)
        .anchor(&root().der)
        .helper(&authority.der)
        .leaf(leaf.issue(&authority.key))
}

pub(crate) fn named(names: &[General]) -> Cert {
    user(&grid()).replace(Extension::subject_alt_name(names))
}

pub(crate) fn permits(bases: &[General]) -> Extension {
    Extension::name_constraints(bases, &[])
}

pub(crate) fn excludes(bases: &[General]) -> Extension {
    Extension::name_constraints(&[], bases)
}

/// A proxy of the user, under a CA with these constraints.
fn proxy_under(name: &str, want: &str, ca: Extension) -> Vector {
    let key = Key::load("user");
    let (_, proxy) = pki::proxy(&pki::alice(), "1", &Key::load("job"), ext::INHERIT_ALL);
    let vector = under(name, "OpenSSL, check_name_constraints", want, ca, user(&grid()));
    let user = vector.leaf.clone();
    vector.helper(&user).leaf(proxy.issue(&key)).ask(|ask| ask.proxies = true)
}

fn proxies() -> Vec<Vector> {
    let alice = || pki::alice().general();
    vec![
        proxy_under("a proxy of who is permitted", OK, permits(&[alice()])),
        proxy_under(
            "a proxy in a subtree that does not hold its user",
            NO,
            excludes(&[pki::alice().with("CN", "1").general()]),
        ),
        proxy_under("a proxy of who is excluded", "1 Constraint", excludes(&[alice()])),
    ]
}

/// What of the subject counts.
fn subjects() -> Vec<Vector> {
    const SUBJECT: &str = "RFC 5280 §4.2.1.10: directoryName applies to the subject";
    const MAIL: &str = "RFC 5280 §4.2.1.10: rfc822Name applies to emailAddress; as OpenSSL, always";
    const CN: &str =
        "OpenSSL, GnuTLS: the CN of an end entity without a dNSName is taken for a host";
    const NULS: &str = "OpenSSL passes over NULs at the end of a CN";
    let people = || Name::slash("/DC=org/DC=certok/OU=People").general();
    let robots = || Name::slash("/DC=org/DC=certok/OU=Robots").general();
    let subject = |name: Name| {
        let mut cert = user(&grid()).without("2.5.29.17");
        cert.subject = name.der();
        cert
    };
    let cn = |text: &str| subject(pki::grid_name(text));
    let mail = |text: &str| subject(pki::alice().with("emailAddress", text));
    let dns = |text: &str| ext::dns(text);
    let with_san = |cert: Cert, names: &[General]| cert.with(Extension::subject_alt_name(names));
    let two_mails = subject(
        Name::slash("/DC=org/DC=certok")
            .with("emailAddress", "a@certok.test")
            .with("emailAddress", "a@other.test"),
    );
    let nameless = || {
        let mut cert = user(&grid())
            .replace(Extension::subject_alt_name(&[ext::email("a@certok.test")]).critical());
        cert.subject = Name::default().der();
        cert
    };
    vec![
        under("subject permitted", SUBJECT, OK, permits(&[people()]), user(&grid())),
        under("subject not permitted", SUBJECT, NO, permits(&[robots()]), user(&grid())),
        under("subject excluded", SUBJECT, NO, excludes(&[people()]), user(&grid())),
        under("subject not excluded", SUBJECT, OK, excludes(&[robots()]), user(&grid())),
        under(
            "alternative directoryName permitted, subject not",
            SUBJECT,
            NO,
            permits(&[robots()]),
            named(&[Name::slash("/DC=org/DC=certok/OU=Robots/CN=R").general()]),
        ),
        under(
            "no subject, subject constrained",
            "RFC 5280 §4.2.1.10: a subject that is not empty",
            OK,
            permits(&[robots()]),
            nameless(),
        ),
        under(
            "emailAddress permitted",
            MAIL,
            OK,
            permits(&[ext::email("certok.test")]),
            mail("a@certok.test"),
        ),
        under(
            "emailAddress not permitted",
            MAIL,
            NO,
            permits(&[ext::email("certok.test")]),
            mail("a@other.test"),
        ),
        under(
            "emailAddress excluded",
            MAIL,
            NO,
            excludes(&[ext::email("certok.test")]),
            mail("a@certok.test"),
        ),
        under(
            "second emailAddress not permitted",
            MAIL,
            NO,
            permits(&[ext::email("certok.test")]),
            two_mails,
        ),
        under(
            "emailAddress not permitted, rfc822Name is",
            MAIL,
            NO,
            permits(&[ext::email("certok.test")]),
            with_san(mail("a@other.test"), &[ext::email("a@certok.test")]),
        ),
        under("CN as host, permitted", CN, OK, permits(&[dns("certok.test")]), cn("a.certok.test")),
        under(
            "CN as host, not permitted",
            CN,
            NO,
            permits(&[dns("certok.test")]),
            cn("a.other.test"),
        ),
        under("CN as host, excluded", CN, NO, excludes(&[dns("certok.test")]), cn("a.certok.test")),
        under(
            "CN as host with NULs behind it, permitted",
            NULS,
            OK,
            permits(&[dns("certok.test")]),
            cn("a.certok.test\0\0"),
        ),
        under(
            "CN as host with NULs behind it, not permitted",
            NULS,
            NO,
            permits(&[dns("certok.test")]),
            cn("a.other.test\0\0"),
        ),
        under(
            "CN as host with a NUL behind it, excluded",
            NULS,
            NO,
            excludes(&[dns("certok.test")]),
            cn("a.certok.test\0"),
        ),
        under(
            "CN as host, excluded, beside an address",
            CN,
            NO,
            excludes(&[dns("certok.test")]),
            with_san(cn("a.certok.test"), &[ext::ip(&[192, 0, 2, 1])]),
        ),
        under(
            "CN as host, excluded, beside a dNSName",
            "OpenSSL: then nobody takes the CN for a host",
            OK,
            excludes(&[dns("certok.test")]),
            with_san(cn("a.certok.test"), &[dns("a.other.test")]),
        ),
        under("CN that is no host", CN, OK, permits(&[dns("certok.test")]), cn("Alice Adams")),
        under("CN of one label", CN, OK, permits(&[dns("certok.test")]), cn("localhost")),
        under(
            "CN with a dot at the end",
            CN,
            OK,
            permits(&[dns("certok.test")]),
            cn("a.other.test."),
        ),
        under(
            "CN that is an address",
            "an address is no dNSName",
            OK,
            permits(&[dns("certok.test")]),
            cn("192.0.2.1"),
        ),
    ]
}

/// Which certificates of a path constraints apply to.
fn paths() -> Vec<Vector> {
    const SELF: &str =
        "RFC 5280 §6.1.3 (b): a self-issued CA is the same CA; the end entity never is";
    const EACH: &str = "RFC 5280 §6.1.4 (g): each CA narrows what those above it left";
    let dns = |text: &str| permits(&[ext::dns(text)]);
    let names = |text: &str| Extension::subject_alt_name(&[ext::dns(text)]);
    let lax = |mut extension: Extension| {
        extension.critical = false;
        extension
    };
    let leaf =
        |issuer: &Authority, text: &str| user(issuer).replace(names(text)).issue(&issuer.key);
    let constrained = root().with_cert(&root().key, |cert| cert.with(dns("certok.test")));
    // The root, the same CA under another key with a name of its own, and a CA below.
    let rolled = || Authority::root("Certok Test Root", "cross-root");
    let rolled = rolled().with_cert(&root().key, |cert| {
        cert.replace(Extension::authority_key_id(&root().key.id())).with(names("other.test"))
    });
    let child = rolled.below("Certok Rolled CA", "sub", None);
    let self_issued_leaf = {
        let key = Key::load("user");
        Cert::new(&grid().name, &key, &grid().name, grid().key.usual_sign())
            .with(Extension::authority_key_id(&grid().key.id()))
            .with(names("other.test"))
    };
    let wide = root().below("Certok Wide CA", "sub", None);
    let wide = wide.with_cert(&root().key, |cert| cert.with(dns("certok.test")));
    let narrow = wide.below("Certok Narrow CA", "issuing3", None);
    let narrow = narrow.with_cert(&wide.key, |cert| cert.with(dns("a.certok.test")));
    let wider = wide.below("Certok Wider CA", "issuing4", None);
    let wider = wider.with_cert(&wide.key, |cert| cert.with(dns("test")));
    let nested = |name: &str, want: &str, last: &Authority, host: &str| {
        Vector::new(&format!("names: {name}"), EACH, want)
            .anchor(&root().der)
            .helper(&wide.der)
            .helper(&last.der)
            .leaf(leaf(last, host))
    };
    let of_ca = |name: &str, want: &str, host: &str| {
        let ca = grid().with_cert(&root().key, |cert| cert.with(names(host)));
        Vector::new(&format!("names: {name}"), "RFC 5280 §6.1.3 (b): of CAs too", want)
            .anchor(&constrained.der)
            .helper(&ca.der)
            .leaf(leaf(&ca, "certok.test"))
    };
    vec![
        changed_root(
            "names: of the root, permitted",
            "as OpenSSL, Go and webpki: the anchor's count",
            OK,
            |cert| cert.with(permits(&[ext::email("certok.test")])),
        ),
        changed_root(
            "names: of the root, not permitted",
            "as OpenSSL, Go and webpki: the anchor's count",
            NO,
            |cert| cert.with(permits(&[ext::email("other.test")])),
        ),
        changed_root(
            "names: of the root, not critical",
            "deployed CAs have them so (x509-limbo)",
            NO,
            |cert| cert.with(lax(permits(&[ext::email("other.test")]))),
        ),
        of_ca("a CA's own name, permitted", OK, "a.certok.test"),
        of_ca("a CA's own name, not permitted", "1 Constraint", "other.test"),
        nested("nested, inside both", OK, &narrow, "b.a.certok.test"),
        nested("nested, inside the upper", NO, &narrow, "b.certok.test"),
        nested("nested, inside the lower", NO, &wider, "other.test"),
        nested("nested, inside both, the lower wider", OK, &wider, "certok.test"),
        Vector::new("names: a self-issued CA is free", SELF, OK)
            .anchor(&constrained.der)
            .helper(&rolled.der)
            .helper(&child.der)
            .leaf(leaf(&child, "certok.test")),
        Vector::new("names: below a self-issued CA nobody is", SELF, NO)
            .anchor(&constrained.der)
            .helper(&rolled.der)
            .helper(&child.der)
            .leaf(leaf(&child, "other.test")),
        Vector::new("names: a self-issued end entity is not", SELF, NO)
            .anchor(&constrained.der)
            .helper(&grid().der)
            .leaf(self_issued_leaf.issue(&grid().key)),
        plain(
            "names: constraints of the leaf",
            "RFC 5280 §4.2.1.10 binds CAs: only warned of",
            OK,
            user(&grid()).with(dns("certok.test")),
        ),
        plain(
            "names: constraints of the leaf, not critical",
            "RFC 5280 §4.2.1.10 binds CAs: only warned of",
            OK,
            user(&grid()).with(lax(dns("certok.test"))),
        ),
        Vector::new("names: the path without the constraint is found", "RFC 4158 §2.4", OK)
            .anchor(&root().der)
            .anchor(&Authority::root("Certok Cross Root", "cross-root").der)
            .helper(&grid().with_cert(&root().key, |cert| cert.with(dns("other.test"))).der)
            .helper(
                &Authority::root("Certok Cross Root", "cross-root")
                    .below("Certok Test Grid CA", "grid", Some(0))
                    .der,
            )
            .leaf(leaf(&grid(), "certok.test")),
    ]
}

/// Constraints that say nothing, or nothing that can be judged.
fn unreadable() -> Vec<Vector> {
    const WHY: &str =
        "RFC 5280 §4.2.1.10: a constraint that cannot be read constrains in an unknown way";
    const BAD: &str = "1 MalformedExtension";
    let raw = |value: Vec<u8>| Extension::raw("2.5.29.30", value).critical();
    let list = |tag: u8, subtree: &[&[u8]]| der::context(tag, &der::sequence(subtree));
    let base = ext::dns("certok.test");
    let number = |tag: u8, value: &[u8]| der::context_primitive(tag, value);
    let mut all = Vec::new();
    for (what, want, ca) in [
        ("an empty sequence", BAD, raw(der::sequence(&[]))),
        (
            "two empty lists",
            BAD,
            raw(der::sequence(&[&der::context(0, &[]), &der::context(1, &[])])),
        ),
        (
            "one empty list of two",
            OK,
            raw(der::sequence(&[&list(0, &[&base]), &der::context(1, &[])])),
        ),
        ("no sequence", BAD, raw(der::null())),
        ("nothing at all", BAD, raw(Vec::new())),
        ("bytes behind it", OK, raw([der::sequence(&[&list(0, &[&base])]), vec![5, 0]].concat())),
        (
            "lists in the wrong order",
            BAD,
            raw(der::sequence(&[&list(1, &[&base]), &list(0, &[&base])])),
        ),
        ("a third list", BAD, raw(der::sequence(&[&list(0, &[&base]), &list(2, &[&base])]))),
        ("minimum 0 written out", OK, raw(der::sequence(&[&list(0, &[&base, &number(0, &[0])])]))),
        ("minimum 1", BAD, raw(der::sequence(&[&list(0, &[&base, &number(0, &[1])])]))),
        ("a maximum", BAD, raw(der::sequence(&[&list(0, &[&base, &number(1, &[9])])]))),
        ("a host with a star", BAD, permits(&[ext::dns("*.certok.test")])),
        ("a host with a dot at the end", BAD, permits(&[ext::dns("certok.test.")])),
        ("a host of two dots", BAD, permits(&[ext::dns("..test")])),
        ("a mailbox of nothing", BAD, permits(&[ext::email("")])),
        ("a URI host of nothing", BAD, permits(&[ext::uri("")])),
        ("a mailbox with two @", BAD, permits(&[ext::email("a@b@certok.test")])),
        ("a mailbox of one dot", BAD, permits(&[ext::email(".")])),
        ("a URI instead of a host", BAD, permits(&[ext::uri("https://certok.test/")])),
        ("an address without mask", BAD, permits(&[ext::ip(&[192, 0, 2, 1])])),
        ("a mask with a hole", BAD, permits(&[ext::ip(&[192, 0, 2, 0, 255, 0, 255, 0])])),
        (
            "an address of 3 and a half bytes",
            BAD,
            permits(&[ext::ip(&[192, 0, 2, 0, 255, 255, 255])]),
        ),
        ("no GeneralName", BAD, raw(der::sequence(&[&list(0, &[&der::utf8("certok.test")])]))),
        ("a subtree of length in two bytes", OK, {
            let long =
                [&[0x30, 0x81, u8::try_from(base.len()).expect("short")][..], &base].concat();
            raw(der::sequence(&[&der::context(0, &long)]))
        }),
    ] {
        let leaf = named(&[ext::dns("certok.test")]);
        all.push(under(&format!("constraints with {what}"), WHY, want, ca, leaf));
    }
    all
}

/// The last good and the first bad number of comparisons: names times subtrees.
fn amounts() -> Vec<Vector> {
    const WHY: &str =
        "OpenSSL, NAME_CHECK_MAX: 2^20 comparisons for a certificate and a CA above it";
    // The subject has four attributes more.
    [(1020, 1024, OK), (1021, 1024, NO)]
        .into_iter()
        .map(|(names, subtrees, want)| {
            let names: Vec<General> = (0..names).map(|_| ext::dns("a.certok.test")).collect();
            let mut bases: Vec<General> = (1..subtrees).map(|_| ext::email("other.test")).collect();
            bases.push(ext::dns("certok.test"));
            let what = format!("{} names under {subtrees} constraints", names.len());
            under(&what, WHY, want, permits(&bases), named(&names))
        })
        .collect()
}

/// CAs that all certify each other, with many constraints, above many names: many paths, and on
/// each as much to compare as one path may have.
#[test]
fn a_mesh_of_constrained_cas_is_soon_left() {
    let keys = ["grid", "sub", "issuing3", "issuing4", "no-sign", "not-ca"];
    let many: Vec<General> = (0..1000).map(|at| ext::dns(&format!("a{at}.test"))).collect();
    let members: Vec<Authority> =
        (0..8).map(|at| Authority::root(&format!("Mesh {at}"), keys[at % keys.len()])).collect();
    let leaf = user(&members[0]).replace(Extension::subject_alt_name(&many));
    let mut vector = Vector::new("mesh", "RFC 4158 §2.3; CVE-2023-0464 and its like", "")
        .anchor(&root().der)
        .leaf(leaf.issue(&members[0].key));
    for (at, member) in members.iter().enumerate() {
        for issuer in members.iter().filter(|issuer| issuer.name != member.name) {
            let below = issuer.below(&format!("Mesh {at}"), keys[at % keys.len()], None);
            let below = below.with_cert(&issuer.key, |cert| cert.with(excludes(&many[..500])));
            vector = vector.helper(&below.der);
        }
    }
    let start = Instant::now();
    let outcome = outcome(&vector, 0).expect("parses");
    assert!(!outcome.accepted());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// Where webpki says otherwise: vector, what it says, why.
pub(crate) const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("names: subject permitted", "NameConstraintViolation", FORMS),
    ("names: subject not excluded", "NameConstraintViolation", FORMS),
    ("names: no subject, subject constrained", "NameConstraintViolation", FORMS),
    ("names: emailAddress not permitted", "ok", MAIL),
    ("names: emailAddress excluded", "ok", MAIL),
    ("names: second emailAddress not permitted", "ok", MAIL),
    ("names: CN as host, not permitted", "ok", CN),
    ("names: CN as host, excluded", "ok", CN),
    ("names: CN as host with NULs behind it, not permitted", "ok", CN),
    ("names: CN as host with a NUL behind it, excluded", "ok", CN),
    ("names: CN as host, excluded, beside an address", "ok", CN),
    ("names: of the root, permitted", "NameConstraintViolation", FORMS),
    ("names: a self-issued CA is free", "InvalidSignatureForPublicKey", SELF_ISSUED),
    ("names: constraints with an empty sequence", "ok", NOT_READ),
    ("names: constraints with two empty lists", "ok", NOT_READ),
    ("names: constraints with minimum 0 written out", "TrailingData", DISTANCE),
    ("names: constraints with a mailbox of nothing", "ok", NOT_READ),
    ("names: constraints with a URI host of nothing", "ok", NOT_READ),
    ("names: constraints with a mailbox with two @", "ok", NOT_READ),
    ("names: constraints with a mailbox of one dot", "ok", NOT_READ),
    ("names: constraints with a URI instead of a host", "ok", NOT_READ),
    ("names: constraints with an address without mask", "ok", NOT_READ),
    ("names: constraints with a mask with a hole", "ok", NOT_READ),
    ("names: constraints with an address of 3 and a half bytes", "ok", NOT_READ),
    (
        "names: 1020 names under 1024 constraints",
        "MaximumNameConstraintComparisonsExceeded",
        BUDGET,
    ),
];

const BUDGET: &str = "250 000 comparisons are its limit";
const CN: &str = "it does not take a CN for a host, and no service built on it does";
const DISTANCE: &str = "it reads neither minimum nor maximum";
const FORMS: &str = "it compares hosts and addresses alone; every other form is outside of what is permitted, and \
                     inside of what is excluded";
const MAIL: &str = "it does not look at emailAddress in the subject";
const NOT_READ: &str = "it reads a constraint when a name of that form is there";
const SELF_ISSUED: &str = "it counts self-issued certificates, and the path is another one";
