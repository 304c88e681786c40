//! Name constraints, form by form: what lies inside a subtree, what outside, and what cannot be
//! told.

// A list of one reads like the lists of more beside it.
#![allow(clippy::cloned_ref_to_slice_refs)]

use super::Vector;
use super::forge::extension::Extension;
use super::forge::name::{Name, Text};
use super::forge::{der, extension as ext, pki};
use super::name_constraint::{General, NO, OK, excludes, named, permits, under};

/// The base, the name, whether it lies inside; `what` must be unique.
pub(crate) fn vectors() -> Vec<Vector> {
    const WHY: &str = "RFC 5280 §4.2.1.10: a name lies in a subtree or it does not";
    let (dns, email, uri, ip) = (ext::dns, ext::email, ext::uri, ext::ip);
    let other = |oid: &str| {
        let value = der::context(0, &der::utf8("x"));
        der::context(0, &[der::oid(oid), value].concat())
    };
    let mailbox = |text: &str| {
        let value = der::context(0, &der::utf8(text));
        der::context(0, &[der::oid("1.3.6.1.5.5.7.8.9"), value].concat())
    };
    let cases: Vec<(&str, General, General, bool)> = vec![
        ("host, itself", dns("certok.test"), dns("certok.test"), true),
        ("host, case", dns("Certok.TEST"), dns("a.cERTOK.test"), true),
        ("host, below", dns("certok.test"), dns("a.b.certok.test"), true),
        ("host, longer label", dns("certok.test"), dns("xcertok.test"), false),
        ("host, above", dns("a.certok.test"), dns("certok.test"), false),
        ("host, beside", dns("certok.test"), dns("certok.test.org"), false),
        ("host, everything", dns(""), dns("certok.test"), true),
        ("host, wildcard inside", dns("certok.test"), dns("*.certok.test"), true),
        ("host, wildcard above", dns("a.b.certok.test"), dns("*.certok.test"), false),
        ("host, dot in front, below", dns(".certok.test"), dns("a.certok.test"), true),
        ("host, dot in front, itself", dns(".certok.test"), dns("certok.test"), false),
        ("host, dot in front, wildcard", dns(".certok.test"), dns("*.certok.test"), true),
        ("mail, host", email("certok.test"), email("alice@certok.test"), true),
        ("mail, host, case", email("CERTOK.test"), email("alice@certok.TEST"), true),
        ("mail, host, below", email("certok.test"), email("alice@a.certok.test"), false),
        ("mail, domain, below", email(".certok.test"), email("alice@a.certok.test"), true),
        ("mail, domain, itself", email(".certok.test"), email("alice@certok.test"), false),
        ("mail, mailbox", email("alice@certok.test"), email("alice@certok.test"), true),
        (
            "mail, mailbox, host in another case",
            email("alice@certok.test"),
            email("alice@CERTOK.test"),
            true,
        ),
        (
            "mail, mailbox, local part in another case",
            email("alice@certok.test"),
            email("Alice@certok.test"),
            false,
        ),
        ("mail, mailbox, another", email("alice@certok.test"), email("bob@certok.test"), false),
        ("mail, mailbox, star", email("*@certok.test"), email("*@certok.test"), true),
        (
            "mail, mailbox, star is no wildcard",
            email("*@certok.test"),
            email("alice@certok.test"),
            false,
        ),
        ("mail, quoted", email("certok.test"), email("\"a@b\"@certok.test"), true),
        ("mail, SmtpUTF8Mailbox inside", email("certok.test"), mailbox("älice@certok.test"), true),
        ("mail, SmtpUTF8Mailbox outside", email("certok.test"), mailbox("älice@other.test"), false),
        ("URI, host", uri("certok.test"), uri("https://certok.test/x"), true),
        (
            "URI, case, port, user",
            uri("certok.test"),
            uri("X-y://u:p%40@Certok.Test:443?q#f"),
            true,
        ),
        ("URI, host, below", uri("certok.test"), uri("https://a.certok.test/"), false),
        ("URI, domain, below", uri(".certok.test"), uri("https://a.certok.test/"), true),
        ("URI, domain, itself", uri(".certok.test"), uri("https://certok.test/"), false),
        ("URI, host in the path", uri("certok.test"), uri("https://other.test/certok.test"), false),
        (
            "URI, host as the user",
            uri("certok.test"),
            uri("https://certok.test@other.test/"),
            false,
        ),
        ("IPv4, first", ip(&[192, 0, 2, 128, 255, 255, 255, 128]), ip(&[192, 0, 2, 128]), true),
        ("IPv4, last", ip(&[192, 0, 2, 128, 255, 255, 255, 128]), ip(&[192, 0, 2, 255]), true),
        (
            "IPv4, one before",
            ip(&[192, 0, 2, 128, 255, 255, 255, 128]),
            ip(&[192, 0, 2, 127]),
            false,
        ),
        ("IPv4, all", ip(&[0; 8]), ip(&[192, 0, 2, 1]), true),
        ("IPv4, alone", ip(&[192, 0, 2, 1, 255, 255, 255, 255]), ip(&[192, 0, 2, 1]), true),
        (
            "IPv4, its neighbour",
            ip(&[192, 0, 2, 1, 255, 255, 255, 255]),
            ip(&[192, 0, 2, 0]),
            false,
        ),
        ("IPv6, inside", ip(&v6(0x2001_0db8, 32)), ip(&v6_address(0x2001_0db8)), true),
        ("IPv6, outside", ip(&v6(0x2001_0db8, 32)), ip(&v6_address(0x2001_0db9)), false),
        ("IPv6 against IPv4", ip(&v6(0, 0)), ip(&[192, 0, 2, 1]), false),
        ("directory, itself", pki::alice().general(), pki::alice().general(), true),
        (
            "directory, below",
            Name::slash("/DC=org/DC=certok").general(),
            pki::alice().general(),
            true,
        ),
        (
            "directory, case and spaces",
            Name::slash("/DC=ORG/DC=Certok/OU= people ").general(),
            pki::alice().general(),
            true,
        ),
        (
            "directory, string type",
            Name::slash("/DC=org/DC=certok").with_text("OU", Text::Bmp, "People").general(),
            pki::alice().general(),
            true,
        ),
    ];
    let mut all = Vec::new();
    for (what, base, name, inside) in cases {
        let (permitted, excluded) = if inside { (OK, NO) } else { (NO, OK) };
        let put = |kind: &str, want: &str, ca: Extension| {
            under(&format!("{kind} {what}"), WHY, want, ca, named(&[name.clone()]))
        };
        // A directoryName in the alternative names is beside the subject, which counts as well.
        all.push(put("permitted", permitted, permits(&[base.clone()])));
        all.push(put("excluded", excluded, excludes(&[base])));
    }
    // Where permitted and excluded are not each other's opposite.
    for (what, want, ca, name) in [
        (
            "excluded host, wildcard may be it",
            NO,
            excludes(&[dns("a.certok.test")]),
            dns("*.certok.test"),
        ),
        (
            "excluded host, wildcard is never so deep",
            OK,
            excludes(&[dns("a.b.certok.test")]),
            dns("*.certok.test"),
        ),
        (
            "permitted host, wildcard may be another",
            NO,
            permits(&[dns("a.certok.test")]),
            dns("*.certok.test"),
        ),
        ("excluded IPv6, IPv4 given", OK, excludes(&[ip(&v6(0, 0))]), ip(&[192, 0, 2, 1])),
        ("the other form is free", OK, permits(&[email("certok.test")]), dns("other.test")),
        (
            "second of two permitted",
            OK,
            permits(&[dns("x.test"), dns("certok.test")]),
            dns("certok.test"),
        ),
        (
            "permitted, but excluded inside",
            NO,
            Extension::name_constraints(&[dns("certok.test")], &[dns("a.certok.test")]),
            dns("b.a.certok.test"),
        ),
        (
            "permitted, and excluded beside",
            OK,
            Extension::name_constraints(&[dns("certok.test")], &[dns("a.certok.test")]),
            dns("b.certok.test"),
        ),
        ("otherName under a constraint", NO, excludes(&[other("1.2.3.4")]), other("1.2.3.4")),
        ("otherName beside a constraint", OK, permits(&[dns("certok.test")]), other("1.2.3.4")),
        (
            "registeredID under a constraint",
            NO,
            permits(&[registered("1.2.3")]),
            registered("1.2.3"),
        ),
        (
            "constraint on otherName, none given",
            OK,
            excludes(&[other("1.2.3.4")]),
            dns("certok.test"),
        ),
    ] {
        all.push(under(what, WHY, want, ca, named(&[name])));
    }
    // A name that cannot be read could lie anywhere.
    for (what, form, name) in [
        ("host with a dot in front", dns("certok.test"), dns(".certok.test")),
        ("host with a dot at the end", dns("certok.test"), dns("certok.test.")),
        ("host with an empty label", dns("certok.test"), dns("a..certok.test")),
        ("host with a star inside", dns("certok.test"), dns("a*.certok.test")),
        ("host that is empty", dns("certok.test"), dns("")),
        ("mail with two @", email("certok.test"), email("a@b@certok.test")),
        ("mail without @", email("certok.test"), email("certok.test")),
        ("mail beyond ASCII", email("certok.test"), email("älice@certok.test")),
        ("URI without host", uri("certok.test"), uri("urn:certok:test")),
        ("URI with an address", uri("certok.test"), uri("https://192.0.2.1/")),
        ("URI with an IPv6 address", uri("certok.test"), uri("https://[2001:db8::1]/")),
        ("URI with two @", uri("certok.test"), uri("https://x@certok.test@certok.test/")),
        ("address of 8 bytes", ip(&[0; 8]), ip(&[192, 0, 2, 0, 255, 255, 255, 0])),
    ] {
        let why =
            "RFC 5280 §4.2.1.10: what cannot be placed is not permitted, nor known to be free";
        let put =
            |kind: &str, ca| under(&format!("{kind} {what}"), why, NO, ca, named(&[name.clone()]));
        all.push(put("permitted", permits(&[form.clone()])));
        all.push(put("excluded", excludes(&[form])));
        all.push(under(
            &format!("free {what}"),
            "no constraint, no objection",
            OK,
            permits(&[registered("1.2.3")]),
            named(&[name]),
        ));
    }
    all
}

/// A network of IPv6 from the first 32 bits of its address and the length of its prefix, 32 or 0.
fn v6(first: u32, prefix: usize) -> Vec<u8> {
    let mut mask = [0; 16];
    mask[..prefix / 8].fill(0xff);
    [v6_address(first), mask.to_vec()].concat()
}

fn v6_address(first: u32) -> Vec<u8> {
    [&first.to_be_bytes()[..], &[0; 12]].concat()
}

fn registered(oid: &str) -> General {
    der::context_primitive(8, &der::oid_content(oid))
}

/// Where webpki says otherwise: vector, what it says, why.
pub(crate) const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("names: permitted mail, host", "NameConstraintViolation", FORMS),
    ("names: permitted mail, host, case", "NameConstraintViolation", FORMS),
    ("names: excluded mail, host, below", "NameConstraintViolation", FORMS),
    ("names: permitted mail, domain, below", "NameConstraintViolation", FORMS),
    ("names: excluded mail, domain, itself", "NameConstraintViolation", FORMS),
    ("names: permitted mail, mailbox", "NameConstraintViolation", FORMS),
    ("names: permitted mail, mailbox, host in another case", "NameConstraintViolation", FORMS),
    ("names: excluded mail, mailbox, local part in another case", "NameConstraintViolation", FORMS),
    ("names: excluded mail, mailbox, another", "NameConstraintViolation", FORMS),
    ("names: permitted mail, mailbox, star", "NameConstraintViolation", FORMS),
    ("names: excluded mail, mailbox, star is no wildcard", "NameConstraintViolation", FORMS),
    ("names: permitted mail, quoted", "NameConstraintViolation", FORMS),
    ("names: excluded mail, SmtpUTF8Mailbox inside", "ok", SMTP_UTF8),
    ("names: permitted mail, SmtpUTF8Mailbox outside", "ok", SMTP_UTF8),
    ("names: permitted URI, host", "NameConstraintViolation", FORMS),
    ("names: permitted URI, case, port, user", "NameConstraintViolation", FORMS),
    ("names: excluded URI, host, below", "NameConstraintViolation", FORMS),
    ("names: permitted URI, domain, below", "NameConstraintViolation", FORMS),
    ("names: excluded URI, domain, itself", "NameConstraintViolation", FORMS),
    ("names: excluded URI, host in the path", "NameConstraintViolation", FORMS),
    ("names: excluded URI, host as the user", "NameConstraintViolation", FORMS),
    ("names: permitted directory, itself", "NameConstraintViolation", FORMS),
    ("names: permitted directory, below", "NameConstraintViolation", FORMS),
    ("names: permitted directory, case and spaces", "NameConstraintViolation", FORMS),
    ("names: permitted directory, string type", "NameConstraintViolation", FORMS),
];

const FORMS: &str = "it compares hosts and addresses alone; every other form is outside of what is permitted, and \
                     inside of what is excluded";
const SMTP_UTF8: &str = "it does not know RFC 9598";
