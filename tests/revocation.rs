//! Revocation cases as records: lists, certificate, instant, what must come of it, and why.
//!
//! Each runs with its lists in several orders: a verdict must not depend on the number in a file
//! name.

mod forge;
mod question;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use certok::chain::budget::Budget;
use certok::chain::evidence::Evidence;
use certok::chain::revocation::{Bad, CrlFlaw, CrlMode, Gap, List};
use certok::chain::{Defect, PoolCertificate, Question, build, revocation};
use certok::parse::cert::Certificate;
use certok::parse::crl;
use certok::text::time::UnixTime;
use forge::crl::{Crl, certificate_issuer, delta_to, issuing_point, published_at, reason};
use forge::extension::Extension;
use forge::key::Key;
use forge::name::Name;
use forge::pki::Authority;
use forge::sign::{Hash, Sign};
use forge::{Cert, NOW, crl_pem, der, extension as ext, pki};
use question::{QUESTION, known};

/// One case.
struct Case {
    name: &'static str,
    /// What rule it is about.
    why: &'static str,
    /// Names of files and what is in them.
    lists: Vec<(&'static str, Vec<u8>)>,
    leaf: Vec<u8>,
    trusted: Vec<Vec<u8>>,
    helpers: Vec<Vec<u8>>,
    mode: CrlMode,
    leaf_only: bool,
    at: i64,
    /// `ok` and for each certificate looked up the list that decided or why none did; or each
    /// objection with its step and list.
    want: &'static str,
}

fn case(name: &'static str, why: &'static str, want: &'static str) -> Case {
    Case {
        name,
        why,
        lists: Vec::new(),
        leaf: user().issue(&grid().key),
        trusted: vec![root().der, grid().der],
        helpers: Vec::new(),
        mode: CrlMode::IfPresent,
        leaf_only: true,
        at: NOW,
        want,
    }
}

impl Case {
    /// A list of the Grid CA, signed by it.
    fn list(self, name: &'static str, list: &Crl) -> Self {
        self.signed(name, list, &grid().key)
    }

    fn signed(self, name: &'static str, list: &Crl, key: &Key) -> Self {
        self.file(name, crl_pem(&list.issue(key)).into_bytes())
    }

    fn file(mut self, name: &'static str, bytes: Vec<u8>) -> Self {
        self.lists.push((name, bytes));
        self
    }

    fn require(mut self) -> Self {
        self.mode = CrlMode::Require;
        self
    }

    fn chain(mut self) -> Self {
        self.leaf_only = false;
        self
    }

    fn at(mut self, at: i64) -> Self {
        self.at = at;
        self
    }

    fn leaf(mut self, leaf: &Cert, issuer: &Key) -> Self {
        self.leaf = leaf.issue(issuer);
        self
    }

    fn trusted(mut self, ders: &[&[u8]]) -> Self {
        self.trusted = ders.iter().map(|der| der.to_vec()).collect();
        self
    }

    fn helper(mut self, der: &[u8]) -> Self {
        self.helpers.push(der.to_vec());
        self
    }
}

fn root() -> Authority {
    pki::root()
}

fn grid() -> Authority {
    pki::grid()
}

fn user() -> Cert {
    grid().user(&pki::alice(), &Key::load("user"))
}

const DAY: i64 = 86_400;

/// An empty list of the Grid CA for a day before and after the clock.
fn list() -> Crl {
    Crl::new(&grid(), NOW - DAY, NOW + DAY)
}

/// One that is older by an hour.
fn older() -> Crl {
    Crl::new(&grid(), NOW - DAY - 3600, NOW + DAY)
}

/// One whose time has passed.
fn expired() -> Crl {
    Crl::new(&grid(), NOW - 3 * DAY, NOW - 2 * DAY)
}

fn naming(list: Crl) -> Crl {
    list.revoke_with(&user().serial, NOW - 5 * DAY, vec![reason(1)])
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(plain());
    all.extend(times());
    all.extend(several());
    all.extend(signers());
    all.extend(keys());
    all.extend(scopes());
    all.extend(reasons());
    all.extend(names());
    all.extend(indirect());
    all.extend(deltas());
    all.extend(unknown());
    all.extend(entries());
    all.extend(files());
    all
}

fn plain() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §6.3: good, listed, or not to be told";
    let root_list = || Crl::new(&root(), NOW - DAY, NOW + DAY);
    vec![
        case("no list", WHY, "ok 0:NoList"),
        case("no list, and one is required", WHY, "0 Missing(NoList)").require(),
        case("not listed", WHY, "ok 0:grid").list("grid", &list()),
        case("not listed, and a list is required", WHY, "ok 0:grid")
            .list("grid", &list())
            .require(),
        case("listed", WHY, "0 Revoked(grid)").list("grid", &naming(list())),
        case("listed among others", WHY, "0 Revoked(grid)")
            .list("grid", &naming(list().revoke(&[1], NOW)).revoke(&[2], NOW)),
        case("others are listed", WHY, "ok 0:grid")
            .list("grid", &list().revoke(&[1], NOW).revoke(&[0x7f; 20], NOW)),
        case("the whole chain has lists", WHY, "ok 0:grid 1:root")
            .list("grid", &list())
            .signed("root", &root_list(), &root().key)
            .chain()
            .require(),
        case("the root's list is missing", WHY, "1 Missing(NoList)")
            .list("grid", &list())
            .chain()
            .require(),
        case("the CA is listed", WHY, "1 Revoked(root)")
            .list("grid", &list())
            .signed("root", &root_list().revoke(&grid().cert.serial, NOW), &root().key)
            .chain(),
        case("the CA is listed, the leaf alone is asked about", WHY, "ok 0:grid")
            .list("grid", &list())
            .signed("root", &root_list().revoke(&grid().cert.serial, NOW), &root().key),
        case(
            "the root is on its own list, which says nothing of roots",
            WHY,
            "ok 0:OtherIssuer 1:root, on its own list root",
        )
        .signed("root", &root_list().revoke(&root().cert.serial, NOW), &root().key)
        .chain(),
        case(
            "the root is on its own list, and the leaf alone is asked about",
            WHY,
            "ok 0:OtherIssuer",
        )
        .signed("root", &root_list().revoke(&root().cert.serial, NOW), &root().key),
        case("the root is on a list that another key signed", WHY, "1 BadSignature(root)")
            .signed("root", &root_list().revoke(&root().cert.serial, NOW), &grid().key)
            .chain(),
        case("the root is on its own list no more", WHY, "ok 0:OtherIssuer 1:new")
            .signed(
                "old",
                &Crl::new(&root(), NOW - 2 * DAY, NOW + DAY).revoke(&root().cert.serial, NOW),
                &root().key,
            )
            .signed("new", &root_list(), &root().key)
            .chain(),
        case("both are listed", WHY, "0 Revoked(grid), 1 Revoked(root)")
            .list("grid", &naming(list()))
            .signed("root", &root_list().revoke(&grid().cert.serial, NOW), &root().key)
            .chain(),
        case("the list of another CA names the number", WHY, "ok 0:OtherIssuer").signed(
            "root",
            &root_list().revoke(&user().serial, NOW),
            &root().key,
        ),
    ]
}

fn times() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §5.1.2.4, §5.1.2.5: both ends are inclusive";
    let short = || Crl::new(&grid(), NOW - 10, NOW + 10);
    let endless = || Crl { next_update: None, ..short() };
    let inverted = || Crl::new(&grid(), NOW - 10, NOW - 20);
    vec![
        case("before its first second", WHY, "0 NotYetValid(grid)")
            .list("grid", &short())
            .at(NOW - 11),
        case("its first second", WHY, "ok 0:grid").list("grid", &short()).at(NOW - 10),
        case("its last second", WHY, "ok 0:grid").list("grid", &short()).at(NOW + 10),
        case("after its last second", WHY, "0 Expired(grid)").list("grid", &short()).at(NOW + 11),
        case("no nextUpdate", WHY, "ok 0:grid").list("grid", &endless()).at(NOW + 100 * DAY),
        case("no nextUpdate, from the future", WHY, "0 NotYetValid(grid)")
            .list("grid", &endless())
            .at(NOW - 11),
        case("ends before it starts", WHY, "0 Expired(grid)").list("grid", &inverted()),
        case(
            "revoked, and the list is stale",
            "a revocation does not end with the list",
            "0 Revoked(grid), 0 Expired(grid)",
        )
        .list("grid", &naming(expired())),
        case("revoked in the future", "what is not yet valid says nothing", "0 NotYetValid(grid)")
            .list("grid", &naming(Crl::new(&grid(), NOW + 1, NOW + DAY))),
    ]
}

fn several() -> Vec<Case> {
    const WHY: &str = "the newest that counts decides, whatever its file is called";
    const FOR_GOOD: &str = "RFC 5280 §5.3.1: only a hold is lifted";
    let held = |list: Crl| list.revoke_with(&user().serial, NOW, vec![reason(6)]);
    let far = || Crl::new(&grid(), NOW + 1, NOW + DAY);
    let corrupt = || Crl { corrupt: true, ..list() };
    let numbered = |number: u64| numbered(list(), number);
    vec![
        case("an older list in force names it", FOR_GOOD, "0 Revoked(old)")
            .list("new", &list())
            .list("old", &naming(older())),
        case("an older list in force has it on hold", FOR_GOOD, "ok 0:new")
            .list("new", &list())
            .list("old", &held(older())),
        case("of two lists alike one names it", WHY, "0 Revoked(second)")
            .list("first", &list())
            .list("second", &naming(list())),
        case("of two lists alike one has it on hold", WHY, "0 Revoked(second)")
            .list("first", &list())
            .list("second", &held(list())),
        case("the newer list names it", WHY, "0 Revoked(new)")
            .list("new", &naming(list()))
            .list("old", &older()),
        case("of the same second, the greater number counts", WHY, "0 Revoked(300)")
            .list("300", &naming(numbered(300)))
            .list("20", &numbered(20)),
        case("of the same second, the smaller number does not", WHY, "ok 0:300")
            .list("300", &numbered(300))
            .list("20", &held(numbered(20))),
        case("a stale one beside a good one", WHY, "ok 0:new")
            .list("new", &list())
            .list("old", &expired()),
        case("a stale one that names it beside a good one", WHY, "ok 0:new")
            .list("new", &list())
            .list("old", &naming(expired())),
        case("a stale one that names it beside a good one that is older", WHY, "0 Revoked(stale)")
            .list("good", &Crl::new(&grid(), NOW - 9 * DAY, NOW + DAY))
            .list("stale", &naming(expired())),
        case("of two stale ones the newer speaks", WHY, "0 Expired(newer), 0 Expired(older)")
            .list("newer", &expired())
            .list("older", &naming(Crl::new(&grid(), NOW - 9 * DAY, NOW - 8 * DAY))),
        case("one from the future beside a good one", WHY, "ok 0:good")
            .list("future", &far())
            .list("good", &list()),
        case("one from the future names it, the good one does not", WHY, "ok 0:good")
            .list("future", &naming(far()))
            .list("good", &list()),
        case("a badly signed one beside a good one", WHY, "ok 0:good")
            .list("bad", &corrupt())
            .list("good", &older()),
        case(
            "a badly signed one does not name anything",
            "anybody could have made it",
            "ok 0:good",
        )
        .list("bad", &naming(corrupt()))
        .list("good", &older()),
        case("a badly signed one hides nothing", WHY, "0 Revoked(good)")
            .list("bad", &corrupt())
            .list("good", &naming(older())),
        case("an empty file beside a good one", WHY, "ok 0:good")
            .file("empty", Vec::new())
            .list("good", &list()),
        case("a bad one and a stale one", WHY, "0 BadSignature(bad), 0 Expired(old)")
            .list("bad", &corrupt())
            .list("old", &expired()),
    ]
}

fn signers() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §6.3.3 (f), (g): the CA itself signed it, and may";
    let other = Key::load("other");
    let usage = |bits: &[u8]| {
        grid().with_cert(&root().key, |cert| cert.replace(Extension::key_usage(bits)))
    };
    let no_sign = usage(&[ext::KEY_CERT_SIGN]);
    let no_usage = grid().with_cert(&root().key, |cert| cert.without("2.5.29.15"));
    let wrong_id =
        |list: Crl| Crl { extensions: vec![Extension::authority_key_id(&other.id())], ..list };
    let no_id = Crl { extensions: Vec::new(), ..list() };
    let spelled = {
        let mut list = naming(list());
        list.issuer = Name::slash("/DC=org/DC=certok").with("CN", "CERTOK  test GRID ca").der();
        list
    };
    vec![
        case("another key signed", WHY, "0 BadSignature(grid)").signed("grid", &list(), &other),
        case("a bit is flipped", WHY, "0 BadSignature(grid)")
            .list("grid", &Crl { corrupt: true, ..list() }),
        case("the CA may not sign lists", WHY, "0 NoCrlSign(grid)")
            .list("grid", &list())
            .trusted(&[&root().der, &no_sign.der]),
        case("the CA may not sign lists, and this one names it", WHY, "0 NoCrlSign(grid)")
            .list("grid", &naming(list()))
            .trusted(&[&root().der, &no_sign.der]),
        case("a CA without key usage may do all", WHY, "ok 0:grid")
            .list("grid", &list())
            .trusted(&[&root().der, &no_usage.der]),
        case("the key identifier is another's", "RFC 5280 §5.2.1; OpenSSL", "0 KeyIdDiffers(grid)")
            .list("grid", &wrong_id(list())),
        case("no key identifier", WHY, "ok 0:grid").list("grid", &no_id),
        case("the issuer is spelled otherwise", "RFC 5280 §7.1", "0 Revoked(grid)")
            .list("grid", &spelled),
        case("the root signed in the CA's name", WHY, "0 BadSignature(grid)").signed(
            "grid",
            &list(),
            &root().key,
        ),
        case("SHA-1", "RSA with SHA-1 is a warning", "ok 0:grid")
            .list("grid", &list().sign(Sign::Pkcs1(Hash::Sha1))),
        case("MD5", "it can be forged", "0 Forbidden(grid)")
            .list("grid", &list().sign(Sign::Pkcs1(Hash::Md5))),
        case("MD5, and it names it", "it can be forged", "0 Forbidden(grid)")
            .list("grid", &naming(list()).sign(Sign::Pkcs1(Hash::Md5))),
        case("PSS", "as certificates", "ok 0:grid")
            .list("grid", &list().sign(Sign::Pss(Hash::Sha256))),
        case("PSS with SHA-1", "as certificates", "0 Forbidden(grid)")
            .list("grid", &list().sign(Sign::Pss(Hash::Sha1))),
        case("another algorithm outside", "RFC 5280 §5.1.1.2", "0 Corrupt(grid)").list(
            "grid",
            &Crl { outer_algorithm: Some(Sign::Pkcs1(Hash::Sha384).algorithm()), ..list() },
        ),
    ]
}

/// CAs with more than one key.
fn keys() -> Vec<Case> {
    const WHY: &str = "a CA has a new key: its lists are signed with one of its keys";
    let new = Key::load("grid-rekeyed");
    let rekeyed = root().below("Certok Test Grid CA", "grid-rekeyed", Some(0));
    // The same name under a root nobody trusts.
    let cross = Authority::root("Certok Cross Root", "cross-root");
    let impostor = cross.below("Certok Test Grid CA", "other", Some(0));
    let by_new =
        |list: Crl| Crl { extensions: vec![Extension::authority_key_id(&new.id())], ..list };
    let both = [&root().der[..], &grid().der, &rekeyed.der];
    // A key for lists alone: the CA made the certificate for itself.
    let for_lists = |usage: &[u8]| {
        Cert::new(&grid().name, &Key::load("other"), &grid().name, Sign::Pkcs1(Hash::Sha256))
            .with(Extension::key_usage(usage))
            .issue(&grid().key)
    };
    let no_id = || Crl { extensions: Vec::new(), ..list() };
    vec![
        case("the new key signed, its certificate is not here", WHY, "0 BadSignature(grid)")
            .signed("grid", &by_new(list()), &new),
        case("the new key signed, its certificate is in the directory", WHY, "ok 0:grid")
            .signed("grid", &by_new(list()), &new)
            .trusted(&both),
        case("the new key revokes", WHY, "0 Revoked(grid)")
            .signed("grid", &by_new(naming(list())), &new)
            .trusted(&both),
        case(
            "an impostor's list",
            "the same name under no trusted root is another CA",
            "0 BadSignature(grid)",
        )
        .signed("grid", &Crl { extensions: Vec::new(), ..list() }, &Key::load("other"))
        .helper(&impostor.der)
        .helper(&cross.der),
        case("an impostor that is self-signed", "and not in the directory", "0 BadSignature(grid)")
            .signed("grid", &no_id(), &Key::load("other"))
            .helper(&Authority::root("Certok Test Grid CA", "other").der),
        case(
            "each key has its list: the old one names it",
            "RFC 5280 §6.3.3: the lists of each key count",
            "0 Revoked(old)",
        )
        .signed("new", &by_new(list()), &new)
        .list("old", &naming(older()))
        .trusted(&both),
        case("each key has its list: none names it", WHY, "ok 0:old")
            .signed("new", &by_new(list()), &new)
            .list("old", &older())
            .trusted(&both),
        case("the list of the old key has run out", WHY, "ok 0:new")
            .signed("new", &by_new(list()), &new)
            .list("old", &expired())
            .trusted(&both),
        case(
            "the list of the old key has run out, and names it",
            "a list of another key does not say otherwise",
            "0 Revoked(old)",
        )
        .signed("new", &by_new(list()), &new)
        .list("old", &naming(expired()))
        .trusted(&both),
        case("a key for lists alone", "RFC 5280 §6.3.3 (f)", "ok 0:grid")
            .signed("grid", &no_id(), &Key::load("other"))
            .helper(&for_lists(&[ext::CRL_SIGN])),
        case(
            "a key for lists alone that may not sign them",
            "RFC 5280 §6.3.3 (f)",
            "0 BadSignature(grid)",
        )
        .signed("grid", &no_id(), &Key::load("other"))
        .helper(&for_lists(&[ext::DIGITAL_SIGNATURE])),
    ]
}

fn scopes() -> Vec<Case> {
    const WHY: &str =
        "RFC 5280 §6.3.3 (b): a list is about what its issuing distribution point says";
    const HERE: &str = "http://ca.certok.test/issuer.crl";
    let only = |n: u8| der::context_primitive(n, &[0xff]);
    let about = |fields: &[&[u8]]| list().with(issuing_point(fields));
    let here = published_at(HERE);
    let there = published_at("http://ca.certok.test/other.crl");
    let two =
        der::context(0, &der::context(0, &[ext::uri("http://x.test/"), ext::uri(HERE)].concat()));
    let directory = der::context(0, &der::context(0, &grid().name.general()));
    let of_another = der::context(0, &der::context(0, &root().name.general()));
    let attribute = der::sequence(&[&der::oid("2.5.4.3"), &der::utf8("x")]);
    let relative = der::context(0, &der::context(1, &attribute));
    let no_point = user().without("2.5.29.31");
    let points = |fields: &[&[u8]]| {
        let point = der::sequence(fields);
        user().replace(Extension::raw("2.5.29.31", der::sequence(&[&point])))
    };
    let key = grid().key;
    let of_root =
        |fields: &[&[u8]]| Crl::new(&root(), NOW - DAY, NOW + DAY).with(issuing_point(fields));
    vec![
        case("published where the certificate says", WHY, "ok 0:grid")
            .list("grid", &about(&[&here]))
            .require(),
        case("published there among other places", WHY, "ok 0:grid")
            .list("grid", &about(&[&two]))
            .require(),
        case("published elsewhere", WHY, "0 Missing(OutOfScope)")
            .list("grid", &about(&[&there]))
            .require(),
        case("published elsewhere, not required", WHY, "ok 0:OutOfScope")
            .list("grid", &about(&[&there])),
        case(
            "published elsewhere, and it names it",
            "a serial number is one certificate's",
            "0 Revoked(grid)",
        )
        .list("grid", &naming(about(&[&there]))),
        case("the list covers all, the certificate has a point", WHY, "ok 0:grid")
            .list("grid", &list())
            .require(),
        case(
            "the certificate has no point",
            "RFC 5280 §6.3.3: only lists under the issuer's name; OpenSSL takes none",
            "0 Missing(OutOfScope)",
        )
        .list("grid", &about(&[&there]))
        .leaf(&no_point, &key)
        .require(),
        case(
            "the certificate has no point, and the list names it",
            "a serial number is one certificate's",
            "0 Revoked(grid)",
        )
        .list("grid", &naming(about(&[&there])))
        .leaf(&no_point, &key),
        case("the certificate has no point, the list has its issuer's name", WHY, "ok 0:grid")
            .list("grid", &about(&[&directory]))
            .leaf(&no_point, &key)
            .require(),
        case(
            "the certificate has no point, the list has the name of another",
            WHY,
            "0 Missing(OutOfScope)",
        )
        .list("grid", &about(&[&of_another]))
        .leaf(&no_point, &key)
        .require(),
        case(
            "the certificate has no point, the list has a relative name",
            WHY,
            "0 Missing(OutOfScope)",
        )
        .list("grid", &about(&[&relative]))
        .leaf(&no_point, &key)
        .require(),
        case("a directory name, the same in other words", WHY, "ok 0:grid")
            .list("grid", &about(&[&directory]))
            .leaf(&points(&[&directory]), &key)
            .require(),
        case("a relative name on one side", WHY, "0 Missing(OutOfScope)")
            .list("grid", &about(&[&here]))
            .leaf(&points(&[&relative]), &key)
            .require(),
        case("the same relative name", WHY, "ok 0:grid")
            .list("grid", &about(&[&relative]))
            .leaf(&points(&[&relative]), &key)
            .require(),
        case("the certificate's point has another issuer", WHY, "0 Missing(OutOfScope)")
            .list("grid", &about(&[&here]))
            .leaf(&points(&[&here, &der::context(2, &root().name.general())]), &key)
            .require(),
        case("the certificate's point has some reasons", WHY, "0 Missing(SomeReasons)")
            .list("grid", &about(&[&here]))
            .leaf(&points(&[&here, &der::context_primitive(1, &[6, 0x40])]), &key)
            .require(),
        case("users only, a user", WHY, "ok 0:grid").list("grid", &about(&[&only(1)])).require(),
        case("CAs only, a user", WHY, "0 Missing(OutOfScope)")
            .list("grid", &about(&[&only(2)]))
            .require(),
        case("users only, a CA", WHY, "1 Missing(OutOfScope)")
            .list("grid", &list())
            .signed("root", &of_root(&[&only(1)]), &root().key)
            .chain()
            .require(),
        case("CAs only, a CA", WHY, "ok 0:grid 1:root")
            .list("grid", &list())
            .signed("root", &of_root(&[&only(2)]), &root().key)
            .chain()
            .require(),
        case("one list for users, one for CAs", WHY, "ok 0:users")
            .list("users", &about(&[&only(1)]))
            .list("cas", &about(&[&only(2)]))
            .require(),
        case("attribute certificates only", WHY, "0 Missing(OutOfScope)")
            .list("grid", &about(&[&only(5)]))
            .require(),
        case(
            "attribute certificates only, and one has its number",
            "they have serial numbers of their own",
            "0 Missing(OutOfScope)",
        )
        .list("grid", &naming(about(&[&only(5)])))
        .require(),
        case("some reasons only", WHY, "0 Missing(SomeReasons)")
            .list("grid", &about(&[&der::context_primitive(3, &[6, 0x40])]))
            .require(),
        case("some reasons only, and it names it", WHY, "0 Revoked(grid)")
            .list("grid", &naming(about(&[&der::context_primitive(3, &[6, 0x40])]))),
        case("some reasons, an older list for all", WHY, "ok 0:all")
            .list("some", &about(&[&der::context_primitive(3, &[6, 0x40])]))
            .list("all", &older())
            .require(),
        case("FALSE written out", "not DER, but what is meant is plain", "ok 0:grid")
            .list("grid", &about(&[&der::context_primitive(4, &[0])])),
        case("a malformed scope", WHY, "0 Corrupt(grid)").list("grid", &about(&[&der::null()])),
        case("an empty scope", "RFC 5280 §5.2.5", "0 Corrupt(grid)").list("grid", &about(&[])),
        case("two kinds of certificates only", "RFC 5280 §5.2.5", "0 Corrupt(grid)")
            .list("grid", &about(&[&only(1), &only(2)])),
    ]
}

/// Lists that are about some reasons only.
fn reasons() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §6.3.3 (d), (l): lists that together are about all reasons";
    const HERE: &str = "http://ca.certok.test/issuer.crl";
    let some = |bits: &[u8]| der::context_primitive(3, bits);
    // keyCompromise and cACompromise; all others.
    let (keys, others) = (some(&[5, 0x60]), some(&[7, 0x1f, 0x80]));
    let about = |list: Crl, fields: &[&[u8]]| list.with(issuing_point(fields));
    let there = published_at("http://ca.certok.test/other.crl");
    let point = |url: &[u8], bits: &[u8]| der::sequence(&[url, &der::context_primitive(1, bits)]);
    let key = grid().key;
    let both = |bits: &[u8]| {
        let points = [point(&published_at(HERE), &[5, 0x60]), point(&there, bits)].concat();
        user().replace(Extension::raw("2.5.29.31", der::tlv(der::SEQUENCE, &points)))
    };
    vec![
        case("two lists, for some reasons and for the others", WHY, "ok 0:keys+others")
            .list("keys", &about(list(), &[&keys]))
            .list("others", &about(older(), &[&others]))
            .require(),
        case("two lists, and the second names it", WHY, "0 Revoked(others)")
            .list("keys", &about(list(), &[&keys]))
            .list("others", &about(naming(older()), &[&others])),
        case("two lists, and the second has run out", WHY, "0 Expired(others)")
            .list("keys", &about(list(), &[&keys]))
            .list("others", &about(expired(), &[&others])),
        case("two lists that are not about all reasons", WHY, "0 Missing(SomeReasons)")
            .list("keys", &about(list(), &[&keys]))
            .list("others", &about(older(), &[&some(&[7, 0x1f, 0])]))
            .require(),
        case("reasons in the list and in the point of the certificate", WHY, "ok 0:keys+others")
            .list("keys", &about(list(), &[&published_at(HERE), &keys]))
            .list("others", &about(older(), &[&there]))
            .leaf(&both(&[7, 0x1f, 0x80]), &key)
            .require(),
        case("the second point of the certificate lacks one", WHY, "0 Missing(SomeReasons)")
            .list("keys", &about(list(), &[&published_at(HERE), &keys]))
            .list("others", &about(older(), &[&there]))
            .leaf(&both(&[7, 0x1f, 0]), &key)
            .require(),
        case("no reason in common", WHY, "0 Missing(OutOfScope)")
            .list("others", &about(list(), &[&published_at(HERE), &others]))
            .leaf(&both(&[7, 0x1f, 0x80]), &key)
            .require(),
        case("a list without a scope beside points with reasons", WHY, "ok 0:grid")
            .list("grid", &list())
            .leaf(&both(&[7, 0x1f, 0]), &key)
            .require(),
    ]
}

/// Names of distribution points, and version 1.
fn names() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §4.2.1.13, §5.2.5: a relative name and a whole one may be the same";
    let attribute = |text: &str| der::sequence(&[&der::oid("2.5.4.3"), &der::utf8(text)]);
    let relative = |text: &str| der::context(0, &der::context(1, &attribute(text)));
    let whole = |name: Name| der::context(0, &der::context(0, &name.general()));
    let below = |text: &str| whole(grid().name.with("CN", text));
    let about = |fields: &[&[u8]]| list().with(issuing_point(fields));
    let key = grid().key;
    let points = |fields: &[&[u8]]| {
        user().replace(Extension::raw("2.5.29.31", der::sequence(&[&der::sequence(fields)])))
    };
    let version_1 = || Cert { version: None, extensions: Vec::new(), ..user() };
    let only = |n: u8| der::context_primitive(n, &[0xff]);
    vec![
        case("relative in the list, whole in the certificate", WHY, "ok 0:grid")
            .list("grid", &about(&[&relative("list 1")]))
            .leaf(&points(&[&below("List 1")]), &key)
            .require(),
        case("whole in the list, relative in the certificate", WHY, "ok 0:grid")
            .list("grid", &about(&[&below("list 1")]))
            .leaf(&points(&[&relative("list 1")]), &key)
            .require(),
        case("relative in the list, another one in the certificate", WHY, "0 Missing(OutOfScope)")
            .list("grid", &about(&[&relative("list 1")]))
            .leaf(&points(&[&below("list 2")]), &key)
            .require(),
        case("the issuer's own name, another point in the certificate", "§6.3.3", "ok 0:grid")
            .list("grid", &about(&[&whole(grid().name)]))
            .leaf(&points(&[&below("list 2")]), &key)
            .require(),
        case("version 1, and users only", "§5.2.5: of neither kind", "0 Missing(OutOfScope)")
            .list("grid", &about(&[&only(1)]))
            .leaf(&version_1(), &key)
            .require(),
        case("version 1, and CAs only", "§5.2.5: of neither kind", "0 Missing(OutOfScope)")
            .list("grid", &about(&[&only(2)]))
            .leaf(&version_1(), &key)
            .require(),
        case("version 1, and all", "§5.2.5: a list of all", "ok 0:grid")
            .list("grid", &list())
            .leaf(&version_1(), &key)
            .require(),
    ]
}

/// Lists that hold certificates of several CAs.
fn indirect() -> Vec<Case> {
    const WHY: &str =
        "RFC 5280 §5.3.3, §6.3.3 (b) (1): an indirect list, and whose its entries are";
    let flag = der::context_primitive(4, &[0xff]);
    let keeper = root().below("Certok Test List CA", "other", Some(0));
    let serial = user().serial;
    let of = |maker: &Authority| Crl::new(maker, NOW - DAY, NOW + DAY);
    let about = |list: Crl, fields: &[&[u8]]| list.with(issuing_point(fields));
    let kept = |fields: &[&[u8]]| about(of(&keeper), fields);
    let entry = |list: Crl, serial: &[u8], issuer: Option<Name>| {
        list.revoke_with(serial, NOW, issuer.iter().map(certificate_issuer).collect())
    };
    let at = published_at("http://lists.certok.test/");
    let made_by = der::context(2, &keeper.name.general());
    let key = grid().key;
    let points = |fields: &[&[u8]]| {
        user().replace(Extension::raw("2.5.29.31", der::sequence(&[&der::sequence(fields)])))
    };
    let leaf = points(&[&at, &made_by]);
    let all = [&root().der[..], &grid().der, &keeper.der];
    let case = |name, why, want| case(name, why, want).trusted(&all).leaf(&leaf, &key);
    let issuer = || Some(grid().name);
    let revoked_keeper = Crl::new(&root(), NOW - DAY, NOW + DAY).revoke(&keeper.cert.serial, NOW);
    let middle = root().below("Certok Test Middle CA", "cross-root", Some(1));
    let distant = middle.below("Certok Test List CA", "other", Some(0));
    vec![
        case("its own issuer's list is indirect", WHY, "ok 0:grid")
            .list("grid", &about(list(), &[&flag]))
            .leaf(&user(), &key)
            .require(),
        case("its own issuer's list is indirect, and names it", WHY, "0 Revoked(grid)")
            .list("grid", &about(naming(list()), &[&flag]))
            .leaf(&user(), &key),
        case("its own issuer's list names the number for another CA", WHY, "ok 0:grid")
            .list("grid", &about(entry(list(), &serial, Some(root().name)), &[&flag]))
            .leaf(&user(), &key),
        case("the entry after one of another CA", "it is that CA's too", "ok 0:grid")
            .list(
                "grid",
                &about(entry(list(), &[1], Some(root().name)), &[&flag]).revoke(&serial, NOW),
            )
            .leaf(&user(), &key),
        case("the entry after one of another CA, back to its issuer", WHY, "0 Revoked(grid)")
            .list(
                "grid",
                &about(entry(entry(list(), &[1], Some(root().name)), &[2], issuer()), &[&flag])
                    .revoke(&serial, NOW),
            )
            .leaf(&user(), &key),
        case("another CA makes the list", WHY, "ok 0:kept")
            .signed("kept", &kept(&[&at, &flag]), &keeper.key)
            .require(),
        case("another CA makes the list, which names it", WHY, "0 Revoked(kept)").signed(
            "kept",
            &entry(kept(&[&at, &flag]), &serial, issuer()),
            &keeper.key,
        ),
        case("another CA's list names the number as its own", WHY, "ok 0:kept").signed(
            "kept",
            &kept(&[&at, &flag]).revoke(&serial, NOW),
            &keeper.key,
        ),
        case("another CA's list is not indirect", WHY, "0 Missing(OutOfScope)")
            .signed("kept", &kept(&[&at]), &keeper.key)
            .require(),
        case("another CA's list, of which the certificate says nothing", WHY, "ok 0:OtherIssuer")
            .signed("kept", &entry(kept(&[&at, &flag]), &serial, issuer()), &keeper.key)
            .leaf(&user(), &key),
        case("another CA's list without a name", WHY, "ok 0:kept")
            .signed("kept", &kept(&[&flag]), &keeper.key)
            .require(),
        case("another CA's list, published elsewhere", WHY, "0 Missing(OutOfScope)")
            .signed("kept", &kept(&[&published_at("http://x.test/"), &flag]), &keeper.key)
            .require(),
        case("the point names the maker alone, the list its name", WHY, "ok 0:kept")
            .signed(
                "kept",
                &kept(&[&der::context(0, &der::context(0, &keeper.name.general())), &flag]),
                &keeper.key,
            )
            .leaf(&points(&[&made_by]), &key)
            .require(),
        case("the issuer's own list covers it too", WHY, "ok 0:grid")
            .list("grid", &list())
            .require(),
        case("its own issuer's list is good, the other one names it", WHY, "0 Revoked(kept)")
            .list("grid", &list())
            .signed("kept", &entry(kept(&[&at, &flag]), &serial, issuer()), &keeper.key),
        case("nobody knows the maker", WHY, "0 Missing(UnknownSigner)")
            .signed("kept", &kept(&[&at, &flag]), &keeper.key)
            .trusted(&all[..2])
            .require(),
        case("another key signed in the maker's name", WHY, "0 BadSignature(kept)").signed(
            "kept",
            &kept(&[&at, &flag]),
            &grid().key,
        ),
        case("the maker is revoked", "§6.3.3 (f)", "0 Missing(UnknownSigner)")
            .signed("kept", &kept(&[&at, &flag]), &keeper.key)
            .signed("root", &revoked_keeper, &root().key)
            .require(),
        case("the maker is below a CA that is not on the path", "§6.3.3 (f)", "ok 0:kept")
            .signed("kept", &kept(&[&at, &flag]), &keeper.key)
            .trusted(&all[..2])
            .helper(&distant.der)
            .helper(&middle.der)
            .require(),
        case("the maker has another trusted root", "§6.3.3 (f)", "0 Missing(UnknownSigner)")
            .signed("kept", &kept(&[&at, &flag]), &keeper.key)
            .trusted(&[
                &root().der,
                &grid().der,
                &Authority::root("Certok Test List CA", "other").der,
            ])
            .require(),
        case("certificateIssuer in a list that is not indirect", WHY, "0 Unsupported(grid)")
            .list("grid", &entry(list(), &[1], Some(root().name)))
            .leaf(&user(), &key),
        case("certificateIssuer without a directory name", WHY, "0 Corrupt(grid)")
            .list(
                "grid",
                &about(list(), &[&flag]).revoke_with(
                    &[1],
                    NOW,
                    vec![Extension::raw(
                        "2.5.29.29",
                        der::sequence(&[&ext::uri("http://x.test/")]),
                    )],
                ),
            )
            .leaf(&user(), &key),
    ]
}

/// The list with another CRL number.
fn numbered(list: Crl, number: u64) -> Crl {
    let mut list = list;
    list.extensions[1] = Extension::raw("2.5.29.20", der::number(number));
    list
}

/// Delta lists.
fn deltas() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §5.2.4: a delta alone is no list; with one it says what changed";
    // The base has the number 1.
    let delta = |list: Crl| numbered(list, 2).with(delta_to(1));
    let serial = user().serial;
    let lifting = |list: Crl| list.revoke_with(&serial, NOW, vec![reason(8)]);
    let held = |list: Crl| list.revoke_with(&serial, NOW, vec![reason(6)]);
    let stale = || Crl::new(&grid(), NOW - 9 * DAY, NOW - 1);
    let users = |list: Crl| list.with(issuing_point(&[&der::context_primitive(1, &[0xff])]));
    vec![
        case("a delta alone", WHY, "ok 0:DeltaOnly").list("delta", &delta(list())),
        case("a delta alone, and a list is required", WHY, "0 Missing(DeltaOnly)")
            .list("delta", &delta(list()))
            .require(),
        case("a delta alone names it", WHY, "0 Revoked(delta)")
            .list("delta", &delta(naming(list()))),
        case("base and delta", WHY, "ok 0:base+delta")
            .list("base", &older())
            .list("delta", &delta(list()))
            .require(),
        case("the delta names it, the base does not", WHY, "0 Revoked(delta)")
            .list("base", &older())
            .list("delta", &delta(naming(list()))),
        case(
            "the delta is older than the base, and names it",
            "it is in force",
            "0 Revoked(delta)",
        )
        .list("base", &list())
        .list("delta", &delta(naming(older()))),
        case("the delta is older than the base, and has it on hold", WHY, "ok 0:base")
            .list("base", &list())
            .list("delta", &delta(held(older()))),
        case("on hold", "certificateHold is revoked", "0 Revoked(base)")
            .list("base", &held(older())),
        case("on hold, and removed by a delta", WHY, "ok 0:base+delta")
            .list("base", &held(older()))
            .list("delta", &delta(lifting(list())))
            .require(),
        case("on hold, and revoked by a delta", WHY, "0 Revoked(delta)")
            .list("base", &held(older()))
            .list("delta", &delta(naming(list()))),
        case("removed by a delta to a newer base", "§5.2.4 (c)", "0 Revoked(base)")
            .list("base", &held(older()))
            .list("delta", &numbered(lifting(list()), 3).with(delta_to(2))),
        case("removed by a delta with the number of the base", "§5.2.4 (d)", "0 Revoked(base)")
            .list("base", &held(older()))
            .list("delta", &lifting(list()).with(delta_to(1))),
        case("removed by a delta of another scope", "§5.2.4 (b)", "0 Revoked(base)")
            .list("base", &held(older()))
            .list("delta", &users(delta(lifting(list())))),
        case("removed by a delta of the same scope", "§5.2.4 (b)", "ok 0:base+delta")
            .list("base", &users(held(older())))
            .list("delta", &users(delta(lifting(list())))),
        case("removed by a delta that has run out", WHY, "0 Revoked(base)")
            .list("base", &held(Crl::new(&grid(), NOW - 9 * DAY, NOW + DAY)))
            .list("delta", &delta(lifting(expired()))),
        case("the base has run out, the delta has not", "§6.3.3 (a)", "ok 0:base+delta")
            .list("base", &stale())
            .list("delta", &delta(list()))
            .require(),
        case("the base has run out, the delta is to a newer one", "§5.2.4", "0 Expired(base)")
            .list("base", &stale())
            .list("delta", &numbered(list(), 3).with(delta_to(2))),
        case(
            "removed by a delta alone",
            "not revoked, but nothing says that it is good",
            "0 Missing(DeltaOnly)",
        )
        .list("delta", &delta(lifting(list())))
        .require(),
        case("a badly signed delta names it", "anybody could have made it", "ok 0:base")
            .list("base", &older())
            .list("delta", &Crl { corrupt: true, ..delta(naming(list())) }),
        case("a badly signed delta removes it", "anybody could have made it", "0 Revoked(base)")
            .list("base", &held(older()))
            .list("delta", &Crl { corrupt: true, ..delta(lifting(list())) }),
        case("a stale delta beside a base", WHY, "ok 0:base")
            .list("base", &older())
            .list("delta", &delta(naming(expired()))),
        case(
            "a stale delta beside a base that is older",
            "who was revoked stays so until a newer list says otherwise",
            "0 Revoked(delta)",
        )
        .list("base", &Crl::new(&grid(), NOW - 9 * DAY, NOW + DAY))
        .list("delta", &delta(naming(expired()))),
    ]
}

fn unknown() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §5.2, §5.3: what is critical and unknown forbids to use the list";
    let entry = |extension: Extension| list().revoke_with(&[1], NOW, vec![extension]);
    let foreign = certificate_issuer(&root().name);
    let plain = |extension: Extension| Extension { critical: false, ..extension };
    vec![
        case("critical in the list", WHY, "0 Unsupported(grid)")
            .list("grid", &list().with(Extension::unknown_critical())),
        case("critical in the list, required", WHY, "0 Unsupported(grid)")
            .list("grid", &list().with(Extension::unknown_critical()))
            .require(),
        case("critical in the list, an older one is understood", WHY, "ok 0:old")
            .list("grid", &list().with(Extension::unknown_critical()))
            .list("old", &older()),
        case("not critical in the list", WHY, "ok 0:grid")
            .list("grid", &list().with(plain(Extension::unknown_critical()))),
        case("critical in another entry", WHY, "0 Unsupported(grid)")
            .list("grid", &entry(Extension::unknown_critical())),
        case("not critical in an entry", WHY, "ok 0:grid")
            .list("grid", &entry(plain(Extension::unknown_critical()))),
        case("an entry of another issuer", WHY, "0 Unsupported(grid)")
            .list("grid", &entry(foreign)),
        case("twice the same extension", "RFC 5280 §4.2", "0 Corrupt(grid)")
            .list("grid", &list().with(Extension::raw("2.5.29.20", der::number(2)))),
    ]
}

fn entries() -> Vec<Case> {
    const WHY: &str = "RFC 5280 §5.1.2.6: each entry, wherever it stands";
    let serial = user().serial;
    let padded = [&[0], serial.as_slice()].concat();
    let high = || user().serial(&[0, 0xff, 1]);
    let negative = || user().serial(&[0xff, 1]);
    let key = grid().key;
    let longer = [serial.as_slice(), &[0]].concat();
    let invalidity = Extension::raw("2.5.29.24", der::generalized_time("20260501000000Z"));
    let mut many = list();
    for number in 0..1000_u32 {
        let bytes = number.to_be_bytes();
        let extensions = if number % 3 == 0 { vec![reason(4)] } else { Vec::new() };
        many = many.revoke_with(&[&[0x41], &bytes[..]].concat(), NOW, extensions);
    }
    let mut odd_time = list().revoke(&serial, NOW);
    odd_time.revoked[0].when = der::utc_time("2606011200Z");
    let mut no_time = list().revoke(&[1], NOW);
    no_time.revoked[0].when = der::null();
    let mut empty = list();
    empty.extensions.clear();
    vec![
        case(
            "a zero before the number in the list",
            "X.690 §8.3.2; OpenSSL does not load such a list",
            "0 Corrupt(grid)",
        )
        .list("grid", &list().revoke(&padded, NOW)),
        case("the first bit is set", WHY, "0 Revoked(grid)")
            .list("grid", &list().revoke(&[0, 0xff, 1], NOW))
            .leaf(&high(), &key),
        case("a negative number", WHY, "0 Revoked(grid)")
            .list("grid", &list().revoke(&[0xff, 1], NOW))
            .leaf(&negative(), &key),
        case("the list has a negative number", "-255 is not 65281", "ok 0:grid")
            .list("grid", &list().revoke(&[0xff, 1], NOW))
            .leaf(&high(), &key),
        case("the certificate has a negative number", "65281 is not -255", "ok 0:grid")
            .list("grid", &list().revoke(&[0, 0xff, 1], NOW))
            .leaf(&negative(), &key),
        case("serial number zero", WHY, "0 Revoked(grid)")
            .list("grid", &list().revoke(&[0], NOW))
            .leaf(&user().serial(&[0]), &key),
        case("a longer number that begins so", WHY, "ok 0:grid")
            .list("grid", &list().revoke(&longer, NOW)),
        case("the last of many", WHY, "0 Revoked(grid)").list("grid", &naming(many.clone())),
        case("none of many", WHY, "ok 0:grid").list("grid", &many),
        case("with an invalidity date", WHY, "0 Revoked(grid)")
            .list("grid", &list().revoke_with(&serial, NOW, vec![reason(1), invalidity])),
        case(
            "the date of the revocation is malformed",
            "it is revoked all the same",
            "0 Revoked(grid)",
        )
        .list("grid", &odd_time),
        case(
            "an entry without a date",
            "what cannot be read as a whole is not used",
            "0 Corrupt(grid)",
        )
        .list("grid", &no_time),
        case("an unknown reason", WHY, "0 Revoked(grid)")
            .list("grid", &list().revoke_with(&serial, NOW, vec![reason(99)])),
        case(
            "two entries, the first removed",
            "removeFromCRL lifts nothing in a full list",
            "0 Revoked(grid)",
        )
        .list("grid", &list().revoke_with(&serial, NOW, vec![reason(8)]).revoke(&serial, NOW)),
        case("version 1", "IGI's and gLite's lists are", "0 Revoked(grid)")
            .list("grid", &list().version_1().revoke(&serial, NOW)),
        case("version 1, not listed", "IGI's and gLite's lists are", "ok 0:grid")
            .list("grid", &list().version_1()),
        case("version 1 with entry extensions", "RFC 5280 §5.1.2.1", "0 Corrupt(grid)")
            .list("grid", &list().version_1().revoke_with(&[1], NOW, vec![reason(1)])),
        case("version 1 with extensions", "RFC 5280 §5.1.2.1", "0 Corrupt(grid)")
            .list("grid", &Crl { version: None, ..list() }),
        case("version 3", "there is none", "0 Corrupt(grid)")
            .list("grid", &Crl { version: Some(2), ..list() }),
        case("version 2 without extensions", "it is common", "ok 0:grid").list("grid", &empty),
        case("no entries in the field for them", "RFC 5280 §5.1.2.6", "0 Corrupt(grid)")
            .list("grid", &Crl { empty_entries: true, ..list() }),
    ]
}

fn files() -> Vec<Case> {
    const WHY: &str = "what stands where a list should and is none is an error, as in Globus";
    let der = naming(list()).issue(&grid().key);
    let text = crl_pem(&der);
    let with = |from: &str, to: &str| text.replace(from, to).into_bytes();
    let second =
        [crl_pem(&Crl::new(&root(), NOW, NOW + 1).issue(&root().key)), text.clone()].concat();
    let html = b"<!DOCTYPE html><html><body>404</body></html>".to_vec();
    vec![
        case("empty", WHY, "0 Corrupt(grid)").file("grid", Vec::new()),
        case("blank", WHY, "0 Corrupt(grid)").file("grid", b" \n".to_vec()),
        case("a web page", WHY, "0 Corrupt(grid)").file("grid", html),
        case("a certificate", WHY, "0 Corrupt(grid)")
            .file("grid", forge::cert_pem(&grid().der).into_bytes()),
        case("a certificate in DER", WHY, "0 Corrupt(grid)").file("grid", grid().der),
        case("PEM cut off", WHY, "0 Corrupt(grid)")
            .file("grid", text.as_bytes()[..text.len() / 2].to_vec()),
        case("DER cut off", WHY, "0 Corrupt(grid)").file("grid", der[..der.len() - 1].to_vec()),
        case("DER with a byte behind", WHY, "0 Corrupt(grid)")
            .file("grid", [&der[..], &[0]].concat()),
        case("DER", "canl reads it, Globus does not", "0 Revoked(grid)").file("grid", der.clone()),
        case("CR LF", "OpenSSL reads it", "0 Revoked(grid)").file("grid", with("\n", "\r\n")),
        case("a text before it", "openssl crl -text writes one", "0 Revoked(grid)")
            .file("grid", format!("a note\n{text}").into_bytes()),
        case(
            "another label",
            "OpenSSL wants X509 CRL, and certok is not less careful",
            "0 Revoked(grid)",
        )
        .file("grid", with("X509 CRL", "CRL")),
        case("the second block", "OpenSSL reads them all", "0 Revoked(grid)")
            .file("grid", second.into_bytes()),
        case("a good block and a damaged one", "a good one decides", "ok 0:grid").file(
            "grid",
            [
                crl_pem(&list().issue(&grid().key)),
                with("MII", "*II").iter().map(|b| char::from(*b)).collect(),
            ]
            .concat()
            .into_bytes(),
        ),
    ]
}

// --- running them

fn lists(case: &Case, reversed: bool) -> Vec<List> {
    let leaf = Certificate::parse(&case.leaf).expect("good DER");
    let hash = leaf.issuer.new_hash();
    let mut lists: Vec<List> = Vec::new();
    for (name, bytes) in &case.lists {
        for input in crl::read(bytes.clone()) {
            let content = input.parsed.map_err(Bad::Corrupt);
            lists.push(List::new((*name).to_owned(), Some(hash.clone()), content));
        }
    }
    if reversed {
        lists.reverse();
    }
    lists
}

/// What came of it, in the words of [`Case::want`].
fn outcome(case: &Case, reversed: bool) -> String {
    let evidence = Evidence { lists: lists(case, reversed), ..Evidence::default() };
    let leaf = known(&case.leaf, false);
    let mut pool: Vec<PoolCertificate> = case.trusted.iter().map(|der| known(der, true)).collect();
    pool.extend(case.helpers.iter().map(|der| known(der, false)));
    if reversed {
        pool.reverse();
    }
    let question = Question {
        at: UnixTime(case.at),
        crl: case.mode,
        crl_leaf_only: case.leaf_only,
        evidence: &evidence,
        ..QUESTION
    };
    let found = build::search(&leaf, &pool, &question);
    if !found.accepted() {
        let flaws = &found.best.flaws;
        let mut flaws: Vec<String> =
            flaws.iter().map(|f| format!("{} {}", f.step, short(&f.defect))).collect();
        // Those of one certificate come in the order of its lists.
        if reversed {
            flaws.sort();
        }
        return flaws.join(", ");
    }
    let statuses = revocation::statuses(&found.best.path, &pool, &question, &Budget::default());
    let words = statuses.iter().map(|status| {
        let lists: Vec<&str> = status.by.iter().map(|list| list.from.as_str()).collect();
        let said = match &status.gap {
            None => lists.join("+"),
            Some(gap) => of_gap(gap),
        };
        assert_eq!(lists.is_empty(), status.gap.is_some(), "{status:?}");
        format!(" {}:{said}", status.step)
    });
    let own = revocation::root_on_own_list(&found.best.path, &question);
    let own = own.map(|(list, _)| format!(", on its own list {}", list.from));
    let words = words.collect::<String>();
    format!("ok{words}{}", own.unwrap_or_default())
}

fn of_gap(gap: &Gap) -> String {
    let text = format!("{gap:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}

fn short(defect: &Defect) -> String {
    match defect {
        Defect::Revocation(CrlFlaw::Missing(gap)) => format!("Missing({})", of_gap(gap)),
        Defect::Revocation(CrlFlaw::Revoked(list, _)) => format!("Revoked({list})"),
        Defect::Revocation(CrlFlaw::Unusable(list, why)) => {
            let why = format!("{why:?}");
            format!("{}({list})", why.split('(').next().unwrap_or_default())
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn verdicts() {
    let mut wrong = Vec::new();
    for case in cases() {
        let got = outcome(&case, false);
        if got != case.want {
            wrong.push(format!("{}: {got}, not {} ({})", case.name, case.want, case.why));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    for case in cases() {
        let mut want: Vec<&str> = case.want.split(", ").collect();
        want.sort_unstable();
        assert_eq!(outcome(&case, true), want.join(", "), "{}", case.name);
    }
}

#[test]
fn names_are_unique() {
    let names: Vec<&str> = cases().iter().map(|case| case.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

/// Another way that is not revoked is found, whichever comes first.
#[test]
fn a_revoked_way_does_not_hide_a_good_one() {
    let cross = Authority::root("Certok Cross Root", "cross-root");
    let other = cross.below("Certok Test Grid CA", "grid", Some(0));
    let root_list = Crl::new(&root(), NOW - DAY, NOW + DAY).revoke(&grid().cert.serial, NOW);
    let ways = |want: &'static str| {
        case("two ways", "every path is tried", want)
            .signed("root", &root_list, &root().key)
            .chain()
    };
    let both = [&root().der[..], &grid().der, &cross.der, &other.der];
    for reversed in [false, true] {
        let good = ways("ok 0:OtherIssuer 1:NoList").trusted(&both);
        assert_eq!(outcome(&good, reversed), good.want);
        // When all are refused, the revocation is what is told.
        let none = ways("1 Revoked(root)").trusted(&[&root().der, &grid().der, &other.der]);
        assert_eq!(outcome(&none, reversed), none.want);
        let old = cross.with_cert(&cross.key, |cert| cert.valid("150101000000Z", "250101000000Z"));
        let stale =
            ways("1 Revoked(root)").trusted(&[&old.der, &other.der, &root().der, &grid().der]);
        assert_eq!(outcome(&stale, reversed), stale.want);
    }
}

/// What the parser makes of a list's fields.
#[test]
fn fields() {
    let serial = user().serial;
    let invalidity = Extension::raw("2.5.29.24", der::generalized_time("20260501000000Z"));
    let made = list()
        .revoke_with(&[1], NOW, vec![reason(4)])
        .revoke_with(&serial, NOW - DAY, vec![reason(6), invalidity])
        .with(issuing_point(&[&published_at("http://a.test/")]));
    let parsed = crl::Crl::parse(made.issue(&grid().key)).expect("a list");
    assert_eq!(parsed.version, 2);
    assert_eq!(parsed.issuer.der(), grid().name.der());
    assert_eq!(parsed.this_update, UnixTime(NOW - DAY));
    assert_eq!(parsed.next_update, Some(UnixTime(NOW + DAY)));
    assert_eq!(parsed.algorithm.name, "sha256WithRSAEncryption");
    assert_eq!(parsed.extensions.number.as_deref(), Some(&[1][..]));
    assert_eq!(parsed.extensions.authority_key_id, Some(grid().key.id()));
    assert!(!parsed.is_delta());
    let found = parsed.find(&serial).expect("readable").expect("listed");
    assert_eq!(found.at, Some(UnixTime(NOW - DAY)));
    assert_eq!(found.reason.map(crl::Reason::name), Some("certificateHold"));
    assert_eq!(found.invalid_since, Some(UnixTime(1_777_593_600)));
    assert_eq!(parsed.find(&[2]), Ok(None));
    let old = crl::Crl::parse(made.version_1().issue(&grid().key));
    assert!(old.is_ok_and(|old| old.version == 1 && old.next_update.is_none()));
}

/// The committed lists, against the healthy certificate.
#[test]
fn committed_lists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join("crl");
    let mut seen = BTreeSet::new();
    for (file, want) in [
        ("bad-signature.pem", "0 BadSignature(grid)"),
        ("crlf.pem", "ok 0:grid"),
        ("delta.pem", "ok 0:DeltaOnly"),
        ("der.r0", "ok 0:grid"),
        ("expired.pem", "0 Expired(grid)"),
        ("future.pem", "0 NotYetValid(grid)"),
        ("grid.pem", "ok 0:grid"),
        ("indirect.pem", "ok 0:grid"),
        ("md5.pem", "0 Forbidden(grid)"),
        ("other-point.pem", "ok 0:OutOfScope"),
        ("revokes-healthy.pem", "0 Revoked(grid)"),
        ("root.pem", "ok 0:OtherIssuer 1:grid"),
        ("root-revokes-grid.pem", "1 Revoked(grid)"),
        ("sha1.pem", "ok 0:grid"),
        ("unknown-critical.pem", "0 Unsupported(grid)"),
        ("v1.pem", "ok 0:grid"),
    ] {
        let mut case = case("", "", want).file("grid", fs::read(folder.join(file)).expect(file));
        case.leaf_only = !file.starts_with("root");
        assert_eq!(outcome(&case, false), want, "{file}");
        seen.insert(file.to_owned());
    }
    let all =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let all: BTreeSet<String> = all.map(|name| name.to_string_lossy().into_owned()).collect();
    assert_eq!(seen, all);
}

/// The table that many questions are answered from says what reading the list through says.
#[test]
fn the_index_agrees_with_the_list() {
    let serials: &[&[u8]] =
        &[&[0x51], &[0x51, 2], &[0, 0x91, 3], &[0x91, 3], &[0xff], &[0, 0xff], &[0x52], &[0], &[]];
    let mut crl = Crl::new(&pki::grid(), NOW - DAY, NOW + DAY)
        .revoke(&[0x51], NOW)
        .revoke_with(&[0, 0x91, 3], NOW, vec![reason(8)])
        .revoke_with(&[0x91, 3], NOW, vec![reason(1)])
        .revoke_with(&[0xff], NOW, vec![reason(4)])
        .revoke_with(&[0, 0xff], NOW, vec![reason(5)]);
    let entry = |number: u8| [0x60, number, 0x80];
    for number in 0..200 {
        crl = crl.revoke(&entry(number), NOW);
    }
    let list = crl::Crl::parse(crl.issue(&pki::grid().key)).expect("a list");
    let index = list.index().expect("entries that can be understood");
    let entries: Vec<[u8; 3]> = (0..=255).map(entry).collect();
    let all = serials.iter().copied().chain(entries.iter().map(|e| &e[..]));
    for serial in all {
        let found = list.find(serial).expect("the same");
        assert_eq!(list.find_in(&index, &list.issuer, serial), found, "{serial:02x?}");
    }
    let indirect = crl
        .clone()
        .with(issuing_point(&[&der::context_primitive(4, &[0xff])]))
        .revoke_with(&[0x70], NOW, vec![certificate_issuer(&root().name)])
        .revoke(&[0x71], NOW)
        .revoke_with(&[0x70], NOW, vec![certificate_issuer(&grid().name), reason(1)])
        .revoke(&[0x72], NOW);
    let list = crl::Crl::parse(indirect.issue(&pki::grid().key)).expect("a list");
    let index = list.index().expect("entries that can be understood");
    let issuers =
        [grid().name, root().name].map(|name| certok::parse::name::Name::parse(&name.der()));
    for (serial, of_grid, of_root) in
        [(0x51, true, false), (0x70, true, true), (0x71, false, true), (0x72, true, false)]
    {
        for (issuer, listed) in issuers.iter().flatten().zip([of_grid, of_root]) {
            let found = list.find_issued_by(issuer, &[serial]).expect("the same");
            assert_eq!(found.is_some(), listed, "{serial:02x} {}", issuer.screen());
            assert_eq!(list.find_in(&index, issuer, &[serial]), found, "{serial:02x}");
        }
    }
    let unknown = vec![Extension::raw("1.2.3.4.5", der::number(1)).critical()];
    let odd = crl.revoke_with(&[0x70], NOW, unknown);
    let list = crl::Crl::parse(odd.issue(&pki::grid().key)).expect("a list");
    assert_eq!(list.index().err(), list.find(&[0x51]).err());
    assert!(list.index().is_err());
}
