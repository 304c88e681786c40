//! Certificate policies: what a CA requires, maps and inhibits, and whether a policy holds from
//! the anchor's neighbour down to the end entity.

// A list of one reads like the lists of more beside it.
#![allow(clippy::cloned_ref_to_slice_refs)]

use super::forge::der;
use super::forge::extension::Extension;
use super::forge::pki::Authority;
use super::{Vector, plain, root, user};

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    all.extend(required());
    all.extend(any());
    all.extend(mapped());
    all.extend(self_issued());
    all.extend(unreadable());
    all.extend(amounts());
    all
}

const OK: &str = "ok";
const A: &str = "1.2.3.1";
const B: &str = "1.2.3.2";
const C: &str = "1.2.3.3";
const ANY: &str = "2.5.29.32.0";

const KEYS: &[&str] = &["grid", "sub", "issuing3", "issuing4"];

fn policies(list: &[&str]) -> Extension {
    Extension::policies(list)
}

/// policyConstraints: requireExplicitPolicy, inhibitPolicyMapping.
fn constraints(explicit: Option<u8>, mapping: Option<u8>) -> Extension {
    let field = |tag, value: Option<u8>| {
        value.map_or_else(Vec::new, |skip| der::context_primitive(tag, &[skip]))
    };
    let value = der::sequence(&[&field(0, explicit), &field(1, mapping)]);
    Extension::raw("2.5.29.36", value).critical()
}

fn require(skip: u8) -> Extension {
    constraints(Some(skip), None)
}

fn inhibit_any(skip: u64) -> Extension {
    Extension::raw("2.5.29.54", der::number(skip)).critical()
}

fn mappings(pairs: &[(&str, &str)]) -> Extension {
    let pairs: Vec<Vec<u8>> = pairs
        .iter()
        .map(|(above, below)| der::sequence(&[&der::oid(above), &der::oid(below)]))
        .collect();
    Extension::raw("2.5.29.33", der::tlv(der::SEQUENCE, &pairs.concat())).critical()
}

/// A chain below the root: the extensions of each CA, the upper first, then those of the leaf.
fn chain(
    name: &str,
    why: &'static str,
    want: &str,
    cas: &[&[Extension]],
    leaf: &[Extension],
) -> Vector {
    let mut vector = Vector::new(&format!("policy: {name}"), why, want).anchor(&root().der);
    let mut last = root();
    for (at, extensions) in cas.iter().enumerate() {
        let below = last.below(&format!("Policy CA {at}"), KEYS[at], None);
        last = with(&below, &last, extensions);
        vector = vector.helper(&last.der);
    }
    end(vector, &last, leaf)
}

fn with(ca: &Authority, issuer: &Authority, extensions: &[Extension]) -> Authority {
    ca.with_cert(&issuer.key, |cert| {
        extensions.iter().cloned().fold(cert, super::forge::Cert::with)
    })
}

fn end(vector: Vector, issuer: &Authority, leaf: &[Extension]) -> Vector {
    let cert = user(issuer).without("2.5.29.32");
    let cert = leaf.iter().cloned().fold(cert, super::forge::Cert::with);
    vector.leaf(cert.issue(&issuer.key))
}

fn required() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §6.1.3 (f), §6.1.5 (g): required from here on, or after some more";
    const NO: &str = "0 Constraint";
    let (a, b, none) = (policies(&[A]), policies(&[B]), &[][..]);
    let root_requires = root().with_cert(&root().key, |cert| cert.with(require(0)));
    let ca = root_requires.below("Policy CA 0", "grid", None);
    let of_root = Vector::new(
        "policy: required by the root",
        "RFC 5280 §6.1.1 (d): of the anchor name and key alone; OpenSSL and Go pass over its policies too",
        OK,
    );
    vec![
        chain("nothing required, nothing there", WHY, OK, &[none], none),
        chain("nothing required, others below", WHY, OK, &[&[a.clone()]], &[b.clone()]),
        chain("required, the same all along", WHY, OK, &[&[a.clone(), require(0)]], &[a.clone()]),
        chain("required, another below", WHY, NO, &[&[a.clone(), require(0)]], &[b.clone()]),
        chain(
            "required, one of two below",
            WHY,
            OK,
            &[&[a.clone(), require(0)]],
            &[policies(&[B, A])],
        ),
        chain("required, none below", WHY, NO, &[&[a.clone(), require(0)]], none),
        chain("required, and the CA has none", WHY, NO, &[&[require(0)]], &[a.clone()]),
        chain("required after 0, none at the leaf", WHY, NO, &[&[a.clone(), require(0)]], none),
        chain("required after 1, none at the leaf", WHY, NO, &[&[a.clone(), require(1)]], none),
        chain("required after 2, none at the leaf", WHY, OK, &[&[a.clone(), require(2)]], none),
        chain(
            "required after 2, a CA between",
            WHY,
            NO,
            &[&[a.clone(), require(2)], &[a.clone()]],
            none,
        ),
        chain(
            "required after 3, a CA between",
            WHY,
            OK,
            &[&[a.clone(), require(3)], &[a.clone()]],
            none,
        ),
        chain(
            "required, lost in the middle, back at the leaf",
            WHY,
            "1 Constraint",
            &[&[a.clone(), require(0)], &[b.clone()]],
            &[a.clone()],
        ),
        chain(
            "a looser CA below changes nothing",
            WHY,
            NO,
            &[&[a.clone(), require(0)], &[a.clone(), require(9)]],
            none,
        ),
        chain(
            "required by the leaf itself",
            "RFC 5280 §6.1.5 (b)",
            NO,
            &[&[a.clone()]],
            &[b.clone(), require(0)],
        ),
        chain(
            "required by the leaf itself, and there",
            "RFC 5280 §6.1.5 (b)",
            OK,
            &[&[a.clone()]],
            &[a.clone(), require(0)],
        ),
        chain(
            "required by the leaf itself, after 1",
            "RFC 5280 §6.1.5 (b): zero alone counts",
            OK,
            &[&[a.clone()]],
            &[b, require(1)],
        ),
        end(of_root.anchor(&root_requires.der).helper(&ca.der), &ca, none),
    ]
}

fn any() -> Vec<Vector> {
    const WHY: &str =
        "RFC 5280 §6.1.3 (d), §6.1.4 (j): anyPolicy stands for every policy until inhibited";
    const NO: &str = "0 Constraint";
    let (a, any) = (policies(&[A]), policies(&[ANY]));
    vec![
        chain("any, then one", WHY, OK, &[&[any.clone(), require(0)]], &[a.clone()]),
        chain("one, then any", WHY, OK, &[&[a.clone(), require(0)]], &[any.clone()]),
        chain(
            "any all along",
            WHY,
            OK,
            &[&[any.clone(), require(0)], &[any.clone()]],
            &[any.clone()],
        ),
        chain(
            "one, any, the same one",
            WHY,
            OK,
            &[&[a.clone(), require(0)], &[any.clone()]],
            &[a.clone()],
        ),
        chain(
            "one, any, another",
            WHY,
            NO,
            &[&[a.clone(), require(0)], &[any.clone()]],
            &[policies(&[B])],
        ),
        chain(
            "any inhibited at once",
            WHY,
            NO,
            &[&[a.clone(), require(0), inhibit_any(0)]],
            &[any.clone()],
        ),
        chain(
            "any inhibited after 1",
            WHY,
            OK,
            &[&[a.clone(), require(0), inhibit_any(1)]],
            &[any.clone()],
        ),
        chain(
            "any inhibited after 1, a CA between",
            WHY,
            NO,
            &[&[a.clone(), require(0), inhibit_any(1)], &[a.clone()]],
            &[any.clone()],
        ),
        chain(
            "any inhibited after 2, a CA between",
            WHY,
            OK,
            &[&[a.clone(), require(0), inhibit_any(2)], &[a.clone()]],
            &[any.clone()],
        ),
        chain(
            "any inhibited, one beside it",
            WHY,
            OK,
            &[&[a.clone(), require(0), inhibit_any(0)]],
            &[policies(&[ANY, A])],
        ),
        chain("any inhibited, none required", WHY, OK, &[&[a, inhibit_any(0)]], &[any]),
    ]
}

fn mapped() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §6.1.4 (b): the policy below stands for the one above";
    const NO: &str = "0 Constraint";
    let (a, b) = (policies(&[A]), policies(&[B]));
    let to_b = || mappings(&[(A, B)]);
    vec![
        chain("mapped, the new one", WHY, OK, &[&[a.clone(), require(0), to_b()]], &[b.clone()]),
        chain("mapped, the old one", WHY, NO, &[&[a.clone(), require(0), to_b()]], &[a.clone()]),
        chain(
            "mapped to two, the second",
            WHY,
            OK,
            &[&[a.clone(), require(0), mappings(&[(A, B), (A, C)])]],
            &[policies(&[C])],
        ),
        chain(
            "mapped twice in a row",
            WHY,
            OK,
            &[&[a.clone(), require(0), to_b()], &[b.clone(), mappings(&[(B, C)])]],
            &[policies(&[C])],
        ),
        chain(
            "mapped from one that is not there",
            WHY,
            NO,
            &[&[policies(&[C]), require(0), to_b()]],
            &[b.clone()],
        ),
        chain(
            "mapped from any other, under any",
            WHY,
            OK,
            &[&[policies(&[ANY]), require(0), to_b()]],
            &[b.clone()],
        ),
        chain(
            "mapping inhibited at once",
            WHY,
            NO,
            &[&[a.clone(), constraints(Some(0), Some(0))], &[a.clone(), to_b()]],
            &[b.clone()],
        ),
        chain(
            "mapping inhibited at once, the old one",
            "RFC 5280 §6.1.4 (b)(2): the node is deleted",
            NO,
            &[&[a.clone(), constraints(Some(0), Some(0))], &[a.clone(), to_b()]],
            &[a.clone()],
        ),
        chain(
            "mapping inhibited after 1, one CA below",
            WHY,
            OK,
            &[&[a.clone(), constraints(Some(0), Some(1))], &[a.clone(), to_b()]],
            &[b.clone()],
        ),
        chain(
            "mapping inhibited after 1, two CAs below",
            WHY,
            NO,
            &[&[a.clone(), constraints(Some(0), Some(1))], &[a.clone()], &[a.clone(), to_b()]],
            &[b.clone()],
        ),
        chain(
            "mapping to any",
            "RFC 5280 §6.1.4 (a)",
            "1 Constraint",
            &[&[a.clone(), mappings(&[(A, ANY)])]],
            &[a.clone()],
        ),
        chain(
            "mapping from any",
            "RFC 5280 §6.1.4 (a)",
            "1 Constraint",
            &[&[a.clone(), mappings(&[(ANY, A)])]],
            &[a.clone()],
        ),
        chain(
            "mapping of the leaf to any",
            "RFC 5280 §6.1.4: prepares for the next certificate, and there is none",
            OK,
            &[&[a.clone()]],
            &[a, mappings(&[(A, ANY)])],
        ),
    ]
}

/// Self-issued certificates do not count, and may say anyPolicy where others may not.
fn self_issued() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §6.1.3 (d)(2), §6.1.4 (h): a self-issued CA is no step down";
    let a = policies(&[A]);
    let rolled =
        |name: &str, want: &str, upper: &[Extension], middle: &[Extension], leaf: &[Extension]| {
            let first = with(&root().below("Policy CA", "grid", None), &root(), upper);
            let second = with(&first.below("Policy CA", "grid-rekeyed", None), &first, middle);
            let vector = Vector::new(&format!("policy: self-issued, {name}"), WHY, want)
                .anchor(&root().der)
                .helper(&first.der)
                .helper(&second.der);
            end(vector, &second, leaf)
        };
    let any = policies(&[ANY]);
    vec![
        rolled(
            "any inhibited does not bind it",
            OK,
            &[a.clone(), require(0), inhibit_any(0)],
            &[any.clone()],
            &[a.clone()],
        ),
        rolled(
            "any inhibited binds the leaf",
            "0 Constraint",
            &[a.clone(), require(0), inhibit_any(0)],
            &[any.clone()],
            &[any.clone()],
        ),
        rolled("required after 2, not counted", OK, &[a.clone(), require(2)], &[a.clone()], &[]),
        rolled(
            "any inhibited after 1, not counted",
            OK,
            &[a.clone(), require(0), inhibit_any(1)],
            &[a],
            &[any],
        ),
    ]
}

fn unreadable() -> Vec<Vector> {
    const WHY: &str =
        "RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11, §4.2.1.14: what cannot be read is not obeyed";
    const BAD: &str = "1 MalformedExtension";
    let raw = |oid: &str, value: Vec<u8>| Extension::raw(oid, value).critical();
    let lax = |mut extension: Extension| {
        extension.critical = false;
        extension
    };
    let number = |tag, content: &[u8]| der::context_primitive(tag, content);
    let mut all = vec![
        plain(
            "policy: of the leaf twice",
            "RFC 5280 §4.2.1.4: not more than once; OpenSSL minds only where it checks policies",
            OK,
            user(&super::grid()).replace(policies(&[A, B, A])),
        ),
        plain("policy: of the leaf, with qualifiers", "RFC 5280 §4.2.1.4", OK, {
            let cps = der::sequence(&[
                &der::oid("1.3.6.1.5.5.7.2.1"),
                &der::ia5("https://certok.test/cps"),
            ]);
            let information = der::sequence(&[&der::oid(A), &der::sequence(&[&cps])]);
            user(&super::grid())
                .replace(Extension::raw("2.5.29.32", der::sequence(&[&information])))
        }),
    ];
    let qualified = |oid: &str| {
        let qualifier = der::sequence(&[&der::oid(oid), &der::ia5("https://certok.test/cps")]);
        let information = der::sequence(&[&der::oid(A), &der::sequence(&[&qualifier])]);
        raw("2.5.29.32", der::sequence(&[&information]))
    };
    const UNKNOWN: &str = "1.2.3.4.5";
    for (what, want, extension) in [
        ("policies, critical, an unknown qualifier", "1 UnknownQualifier", qualified(UNKNOWN)),
        ("policies, critical, a known qualifier", OK, qualified("1.3.6.1.5.5.7.2.1")),
        ("policies, not critical, an unknown qualifier", OK, lax(qualified(UNKNOWN))),
        ("policies, an empty list", BAD, raw("2.5.29.32", der::sequence(&[]))),
        ("policies, no OIDs", BAD, raw("2.5.29.32", der::sequence(&[&der::utf8("x")]))),
        (
            "policies, bytes behind them",
            OK,
            raw("2.5.29.32", [policies(&[A]).value, vec![5, 0]].concat()),
        ),
        ("mappings, an empty list", BAD, raw("2.5.29.33", der::sequence(&[]))),
        (
            "mappings, one policy of a pair",
            BAD,
            raw("2.5.29.33", der::sequence(&[&der::sequence(&[&der::oid(A)])])),
        ),
        ("constraints, none", BAD, raw("2.5.29.36", der::sequence(&[]))),
        (
            "constraints, in the wrong order",
            BAD,
            raw("2.5.29.36", der::sequence(&[&number(1, &[0]), &number(0, &[0])])),
        ),
        (
            "constraints, a negative number",
            BAD,
            raw("2.5.29.36", der::sequence(&[&number(0, &[0xff])])),
        ),
        (
            "constraints, a padded number",
            BAD,
            raw("2.5.29.36", der::sequence(&[&number(0, &[0, 1])])),
        ),
        (
            "constraints, a number of no bytes",
            BAD,
            raw("2.5.29.36", der::sequence(&[&number(0, &[])])),
        ),
        (
            "constraints, a number beyond 64 bits",
            OK,
            raw("2.5.29.36", der::sequence(&[&number(0, &[1; 9])])),
        ),
        ("constraints, not critical", OK, lax(require(9))),
        ("inhibitAnyPolicy, no number", BAD, raw("2.5.29.54", der::null())),
        ("inhibitAnyPolicy, a negative number", BAD, raw("2.5.29.54", der::integer(&[0x80]))),
        ("inhibitAnyPolicy, not critical", OK, lax(inhibit_any(0))),
        ("mappings, not critical", OK, lax(mappings(&[(A, B)]))),
    ] {
        all.push(chain(what, WHY, want, &[&[extension]], &[]));
    }
    all
}

/// Every CA maps two policies to each other: in the tree of RFC 5280 each depth has twice as many
/// nodes as the one above, 2, 4, 8 and so on.
fn amounts() -> Vec<Vector> {
    const WHY: &str = "CVE-2023-0464; OpenSSL, POLICY_TREE_NODES_MAX: 1000";
    let both = policies(&[A, B]);
    let each = mappings(&[(A, A), (A, B), (B, A), (B, B)]);
    [(7, OK), (8, "0 Constraint")]
        .into_iter()
        .map(|(count, want)| {
            let mut vector =
                Vector::new(&format!("policy: {count} CAs that double the tree"), WHY, want)
                    .anchor(&root().der);
            let mut last = root();
            for at in 0..count {
                let below = last.below(&format!("Policy CA {at}"), KEYS[at % KEYS.len()], None);
                last = with(&below, &last, &[both.clone(), each.clone()]);
                vector = vector.helper(&last.der);
            }
            end(vector, &last, &[both.clone()])
        })
        .collect()
}

/// Where webpki says otherwise: vector, what it says, why.
pub(crate) const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("policy: required, the same all along", "UnsupportedCriticalExtension", POLICIES),
    ("policy: required, one of two below", "UnsupportedCriticalExtension", POLICIES),
    ("policy: required after 2, none at the leaf", "UnsupportedCriticalExtension", POLICIES),
    ("policy: required after 3, a CA between", "UnsupportedCriticalExtension", POLICIES),
    ("policy: required by the leaf itself, and there", "UnsupportedCriticalExtension", POLICIES),
    ("policy: required by the leaf itself, after 1", "UnsupportedCriticalExtension", POLICIES),
    ("policy: any, then one", "UnsupportedCriticalExtension", POLICIES),
    ("policy: one, then any", "UnsupportedCriticalExtension", POLICIES),
    ("policy: any all along", "UnsupportedCriticalExtension", POLICIES),
    ("policy: one, any, the same one", "UnsupportedCriticalExtension", POLICIES),
    ("policy: any inhibited after 1", "UnsupportedCriticalExtension", POLICIES),
    ("policy: any inhibited after 2, a CA between", "UnsupportedCriticalExtension", POLICIES),
    ("policy: any inhibited, one beside it", "UnsupportedCriticalExtension", POLICIES),
    ("policy: any inhibited, none required", "UnsupportedCriticalExtension", POLICIES),
    ("policy: mapped, the new one", "UnsupportedCriticalExtension", POLICIES),
    ("policy: mapped to two, the second", "UnsupportedCriticalExtension", POLICIES),
    ("policy: mapped twice in a row", "UnsupportedCriticalExtension", POLICIES),
    ("policy: mapped from any other, under any", "UnsupportedCriticalExtension", POLICIES),
    ("policy: mapping inhibited after 1, one CA below", "UnsupportedCriticalExtension", POLICIES),
    ("policy: mapping of the leaf to any", "UnsupportedCriticalExtension", POLICIES),
    (
        "policy: self-issued, any inhibited does not bind it",
        "UnsupportedCriticalExtension",
        POLICIES,
    ),
    (
        "policy: self-issued, required after 2, not counted",
        "UnsupportedCriticalExtension",
        POLICIES,
    ),
    (
        "policy: self-issued, any inhibited after 1, not counted",
        "UnsupportedCriticalExtension",
        POLICIES,
    ),
    ("policy: constraints, a number beyond 64 bits", "UnsupportedCriticalExtension", POLICIES),
    ("policy: policies, critical, a known qualifier", "UnsupportedCriticalExtension", POLICIES),
    ("policy: 7 CAs that double the tree", "UnsupportedCriticalExtension", POLICIES),
    ("cert/inside-constraints.pem", "UnsupportedCriticalExtension", POLICIES),
];

const POLICIES: &str = "it does not know policies, and refuses what is critical about them";
