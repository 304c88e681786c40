//! `ca-check`, with the real binary: revocation lists, policies, owners and modes, the age of the
//! release, the variables of other programs.

mod forge;
mod setup;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use certok::check::{ca_dir, chain};
use certok::report::Rule;
use forge::crl::Crl;
use forge::key::Key;
use forge::pki::Authority;
use forge::{NOW, cert_pem, crl_pem, pki};
use serde_json::Value;
use setup::As::{
    Anybody, Root, User, {self},
};
use setup::Place;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Who, exit code, the ids of errors and warnings, parts of the text with `|` between, and the
/// script. `all` puts a good list of each CA into the directory, `grid` another one of the Grid CA.
const CASES: &[(As, i32, &str, &str, &str)] = &[
    // Whether there are any.
    (Anybody, 0, "", "there is no CRL in", "certok ca-check $CA"),
    (Anybody, 0, "", "", "all; certok ca-check $CA"),
    (
        Anybody,
        0,
        "crl-missing",
        "there is no CRL of the CA Certok Test Root (4b4ca555.r0)|run fetch-crl -l",
        "all; rm $CA/4b4ca555.r0 $CA/89680c43.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-missing",
        "3 CAs have no CRL, although others have: Certok Test ECC CA, Certok Test Grid CA, Certok Test Root",
        "all; rm $CA/*.r0; grid $F/nobody.pem; mv $CA/bea41460.r0 $CA/01234567.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-missing",
        "",
        "all; rm $CA/4b4ca555.r0 $CA/89680c43.r0 $CA/*.info; : > $CA/Root.crl_url; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "2 CAs have no CRL, and nothing says where to get them: AliEn CA, Certok Test Root",
        "all; rm $CA/4b4ca555.r0 $CA/89680c43.r0 $CA/*.info; certok ca-check $CA",
    ),
    // Dates, the last good second and the first bad one.
    (Anybody, 0, "", "", "all; grid $F/month-1d.pem; certok ca-check $CA"),
    (
        Anybody,
        0,
        "crl-expires-soon",
        "(in 23 hours 59 minutes)",
        "all; grid $F/month-1d-1s.pem; certok ca-check $CA",
    ),
    (Anybody, 0, "", "", "all; grid $F/day-6h.pem; certok ca-check $CA"),
    (Anybody, 0, "crl-expires-soon", "", "all; grid $F/day-6h-1s.pem; certok ca-check $CA"),
    (Anybody, 0, "crl-expires-soon", "(now)", "all; grid $F/ends-now.pem; certok ca-check $CA"),
    (
        Anybody,
        17,
        "crl-expired",
        "the CRL of the CA Certok Test Grid CA (|(1 second ago): tools that look at it refuse every certificate",
        "all; grid $F/ended.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-expired",
        "2 CRLs have expired|Certok Test ECC CA (1 second ago), Certok Test Grid CA (1 second ago)",
        "all; grid $F/ended.pem; cp $F/ecc-ended.pem $CA/988d45dc.r0; cp $F/ecc-ended.pem $CA/e096fac2.r0; certok ca-check $CA",
    ),
    (Anybody, 0, "", "", "all; grid $F/starts-now.pem; certok ca-check $CA"),
    (
        Anybody,
        17,
        "crl-not-yet-valid",
        "(in 1 second); is the clock of this machine slow?",
        "all; grid $F/starts.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "made 2 days ago, does not say when the next one is due",
        "all; grid $D/crl/v1.pem; certok ca-check $CA",
    ),
    // Signatures.
    (
        Anybody,
        17,
        "crl-bad-signature",
        "does not verify with the CA's key",
        "all; grid $D/crl/bad-signature.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-forbidden-algorithm",
        "md5",
        "all; grid $D/crl/md5.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-sha1-signature",
        "is signed with SHA-1",
        "all; grid $D/crl/sha1.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-unsupported",
        "unknown critical extension",
        "all; grid $D/crl/unknown-critical.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-not-allowed",
        "key usage of the CA lacks cRLSign",
        "all; cp $F/no-crl-sign-ca.pem $CA/Grid.pem; certok ca-check $CA",
    ),
    // What is no list, or cannot be read as others read it.
    (
        Anybody,
        17,
        "crl-corrupt",
        "bea41460.r0 of the CA Certok Test Grid CA is empty",
        "all; : > $CA/bea41460.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-corrupt",
        "is corrupt: a web page, not a CRL",
        "all; grid $D/file/html.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-corrupt",
        "is corrupt: damaged",
        "all; head -n 6 $D/crl/grid.pem > $CA/bea41460.r0; certok ca-check $CA",
    ),
    (Anybody, 0, "crl-is-der", "is binary DER", "all; grid $D/crl/der.r0; certok ca-check $CA"),
    (
        Anybody,
        17,
        "crl-unreadable",
        "its target nothing is missing",
        "all; ln -sf nothing $CA/bea41460.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-unreadable",
        "it is larger than 64 MiB",
        "all; truncate -s 65M $CA/bea41460.r0; certok ca-check $CA",
    ),
    (
        User,
        17,
        "crl-unreadable",
        "permission denied",
        "all; chmod 000 $CA/bea41460.r0; certok ca-check $CA",
    ),
    // A good one makes up for a bad one, if it is found; not for one of another key.
    (
        Anybody,
        0,
        "crl-expired",
        "a good one of this CA is there too",
        "all; cp $F/ended.pem $CA/bea41460.r1; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-expired crl-misnamed",
        "comes after a gap: bea41460.r1 is missing|fix: ln -s bea41460.r2 ",
        "all; cp $F/ended.pem $CA/bea41460.r0; cp $D/crl/grid.pem $CA/bea41460.r2; certok ca-check $CA",
    ),
    // Names.
    (
        Anybody,
        0,
        "crl-misnamed",
        "comes after a gap: bea41460.r0 is missing|fix: ln -s bea41460.r1 ",
        "all; rm $CA/1bd5a390.r0; mv $CA/bea41460.r0 $CA/bea41460.r1; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "",
        "all; rm $CA/1bd5a390.r0; mv $CA/bea41460.r0 $CA/bea41460.r1; ln -s bea41460.r1 $CA/bea41460.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "by the old (MD5) hash alone|fix: ln -s 1bd5a390.r0 ",
        "all; rm $CA/1bd5a390.r0; mv $CA/bea41460.r0 $CA/1bd5a390.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "has the wrong name: it is the CRL of the CA Certok Test Grid CA, which is looked for as bea41460.r0",
        "all; rm $CA/1bd5a390.r0; mv $CA/bea41460.r0 $CA/01234567.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "is there by an alias alone|OpenSSL, Globus and XRootD look for bea41460.r0|fix: ln -s Grid.r0 ",
        "all; rm $CA/1bd5a390.r0; mv $CA/bea41460.r0 $CA/Grid.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "the CRL of the CA Certok Test Grid CA is there by an alias alone|fix: ln -s Grid.crl ",
        "cp $D/crl/grid.pem $CA/Grid.crl; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "is there by an alias alone|run fetch-crl -l",
        "all; rm $CA/1bd5a390.r0 $CA/bea41460.r0; cp $F/ended.pem $CA/Grid.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "is there by an alias alone|run fetch-crl -l",
        "all; rm $CA/1bd5a390.r0; mv $CA/bea41460.r0 $CA/Grid.disabled.crl; certok ca-check $CA",
    ),
    // fetch-crl may write both.
    (Anybody, 0, "", "", "all; cp $CA/bea41460.r0 $CA/Grid.r0; certok ca-check $CA"),
    (Anybody, 0, "", "", "all; cp $F/ended.pem $CA/Grid.crl; certok ca-check $CA"),
    (
        Anybody,
        0,
        "",
        "",
        "all; mv $CA/bea41460.r0 $CA/Grid.r0; ln -s Grid.r0 $CA/bea41460.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "crl-misnamed",
        "is that of another CA, Nobody, which is not in the directory",
        "all; rm $CA/1bd5a390.r0; grid $F/nobody.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "is the CRL of Nobody, a CA that is not there",
        "all; cp $F/nobody.pem $CA/01234567.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "is there by its old (MD5) hash too, but 1bd5a390.r0 is not",
        "all; rm $CA/1bd5a390.r0; certok ca-check $CA",
    ),
    // Of a CA: revoked, expired, re-keyed.
    (
        Anybody,
        17,
        "revoked",
        "the CA Certok Test Grid CA (serial number|says the CRL",
        "all; cp $D/crl/root-revokes-grid.pem $CA/4b4ca555.r0; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "",
        "all; cp $F/expired-ca.pem $CA/Grid.pem; grid $F/ended.pem; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "crl-bad-signature",
        "",
        "all; cp $F/other-key-ca.pem $CA/Ecc.pem; certok ca-check $CA",
    ),
    // Directories of the web have none of all this.
    (
        Anybody,
        0,
        "",
        "",
        "mkdir $HOME/web; cp -P $CA/*.pem $CA/*.0 $HOME/web; certok ca-check $HOME/web",
    ),
    (Anybody, 0, "", "", "cat $CA/*.pem > $HOME/all.pem; certok ca-check $HOME/all.pem"),
    // signing_policy files.
    (
        Anybody,
        0,
        "signing-policy-missing",
        "has no signing_policy (bea41460.signing_policy): Globus refuses",
        "all; rm $CA/Grid.signing_policy $CA/bea41460.signing_policy $CA/1bd5a390.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "signing-policy-missing",
        "4 CAs have no signing_policy",
        "all; rm $CA/*.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "signing-policy-misnamed",
        "it is bea41460.0.signing_policy (also there: |fix: ln -s Grid.signing_policy ",
        "all; mv $CA/bea41460.signing_policy $CA/bea41460.0.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "signing-policy-misnamed",
        "fix: ln -s 1bd5a390.signing_policy ",
        "all; rm $CA/bea41460.signing_policy; mv $CA/Grid.signing_policy $CA/old; rm $CA/1bd5a390.signing_policy; mv $CA/old $CA/1bd5a390.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-unreadable",
        "is a dangling link: the signing_policy of the CA /DC=org/DC=certok/CN=Certok Test Grid CA",
        "all; rm $CA/Grid.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-unreadable",
        "it is larger than 256 KiB, the limit of certok",
        "all; head -c 262145 /dev/zero > $CA/Grid.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-syntax",
        "line 3",
        "all; policy unclosed-quote.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-other-ca",
        "it names another CA",
        "all; policy other-ca.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-denies",
        "has no pos_rights to sign",
        "all; policy no-rights.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-denies",
        "cond_banned_subjects in line",
        "all; policy banned.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "signing-policy-no-newline",
        "ends without a newline",
        "all; policy no-newline.signing_policy; certok ca-check $CA",
    ),
    (Anybody, 0, "", "", "all; policy several-cas.signing_policy; certok ca-check $CA"),
    (Anybody, 0, "", "", "all; policy no-condition.signing_policy; certok ca-check $CA"),
    (Anybody, 0, "", "", "all; policy denies.signing_policy; certok ca-check $CA"),
    // A root need not list itself, but must the CA below it.
    (
        Anybody,
        0,
        "",
        "",
        "all; sed 's,certok/\\*,certok/CN=Certok Test Grid CA,' $CA/Root.signing_policy > $CA/x; mv $CA/x $CA/Root.signing_policy; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "signing-policy-denies",
        "/DC=org/DC=certok/CN=Certok Test Grid CA is not permitted by",
        "all; sed 's,certok/\\*,certok/CN=Certok Test Root,' $CA/Root.signing_policy > $CA/x; mv $CA/x $CA/Root.signing_policy; certok ca-check $CA",
    ),
    // namespaces files.
    (
        Anybody,
        0,
        "",
        "has no namespaces file (bea41460.namespaces)",
        "all; rm $CA/Grid.namespaces $CA/bea41460.namespaces $CA/1bd5a390.namespaces; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "",
        "",
        "all; cat $CA/Grid.namespaces >> $CA/Root.namespaces; rm $CA/Grid.namespaces $CA/bea41460.namespaces $CA/1bd5a390.namespaces; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "namespaces-misnamed",
        "must be named bea41460.namespaces|fix: ln -s Grid.namespaces ",
        "all; rm $CA/bea41460.namespaces; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "namespaces-syntax",
        "line 2",
        "all; policy syntax.namespaces; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "namespaces-other-ca",
        "no rule (TO Issuer) for the CA",
        "all; policy other-ca.namespaces; certok ca-check $CA",
    ),
    (Anybody, 0, "", "", "all; policy self.namespaces; certok ca-check $CA"),
    (
        Anybody,
        17,
        "namespaces-unreadable",
        "is a dangling link",
        "all; rm $CA/Grid.namespaces; certok ca-check $CA",
    ),
    (
        Anybody,
        17,
        "namespaces-denies",
        "DENY in line 1 forbids",
        "all; echo 'TO Issuer SELF DENY Subject \".*\"' > $CA/Grid.namespaces; certok ca-check $CA",
    ),
    // Leftovers.
    (
        Anybody,
        0,
        "",
        "01234567.signing_policy is of a CA that is not there",
        "all; echo > $CA/01234567.signing_policy; certok ca-check $CA",
    ),
    // Modes and owners.
    (
        Anybody,
        16,
        "ca-dir-writable",
        "the CA directory, is writable by everybody (mode 0777)|fix: chmod go-w ",
        "chmod 777 $CA; certok ca-check $CA",
    ),
    (
        Anybody,
        16,
        "ca-dir-writable",
        "is writable by everybody (mode 1777)",
        "chmod 1777 $CA; certok ca-check $CA",
    ),
    (
        Anybody,
        16,
        "ca-dir-writable",
        "a directory above the CA directory",
        "chmod 777 $HOME; mv $CA $HOME; certok ca-check $HOME/ca",
    ),
    (Anybody, 0, "", "", "chmod 1777 $HOME; mv $CA $HOME; certok ca-check $HOME/ca"),
    (
        Root,
        0,
        "ca-dir-writable",
        "is writable by its group",
        "chgrp 4242 $CA; chmod 775 $CA; certok ca-check $CA",
    ),
    (Root, 0, "", "", "chown 4242:4242 $CA; chmod 775 $CA; certok ca-check $CA"),
    (
        Anybody,
        16,
        "ca-file-writable",
        "Grid.pem is writable by everybody (mode 0666)|fix: chmod go-w ",
        "chmod 666 $CA/Grid.pem; certok ca-check $CA",
    ),
    (Anybody, 16, "ca-file-writable", "fix: find -H ", "chmod 666 $CA/*; certok ca-check $CA"),
    (
        Root,
        0,
        "ca-foreign-owner",
        "is owned by uid 4242",
        "chown 4242 $CA/Grid.pem; certok ca-check $CA",
    ),
    (Root, 0, "", "", "chown -R 4242 $CA; certok ca-check $CA"),
    (
        Anybody,
        0,
        "ca-not-readable",
        "is not readable for other users (mode 0600), although the directory is|fix: chmod a+r ",
        "chmod 755 $HOME/..; chmod 600 $CA/Grid.pem; certok ca-check $CA",
    ),
    (Anybody, 0, "", "", "chmod 700 $HOME/..; chmod 600 $CA/Grid.pem; certok ca-check $CA"),
    (
        Root,
        0,
        "ca-not-readable",
        "ask the owner of the directory, uid 4242, for this: chmod a+r ",
        "chmod 755 $HOME/..; chown 4242 $CA $CA/*; chmod 600 $CA/Grid.pem; certok ca-check $CA",
    ),
    (
        Root,
        0,
        "ca-not-readable",
        "can be used by root alone (mode 0700)",
        "chmod 755 $HOME/..; chmod 700 $CA; certok ca-check $CA",
    ),
    (User, 0, "", "", "chmod 755 $HOME/..; chmod 700 $CA; certok ca-check $CA"),
    // The release.
    (
        Anybody,
        0,
        "ca-bundle-old",
        "they are version 1.92 of the IGTF, of 2018-06 (8 years ago); an update is due",
        "release 1.92; certok ca-check $CA",
    ),
    (
        Anybody,
        0,
        "ca-bundle-mixed",
        "2 different releases of the IGTF: 1.140 (2), 1.139 (1)",
        "sed s/1.140/1.139/ $CA/Grid.info > $CA/x; mv $CA/x $CA/Grid.info; certok ca-check $CA",
    ),
    (Anybody, 0, "", "", "release 1.150; made 'Monday, 2 Jun, 2025'; certok ca-check $CA"),
    (
        Anybody,
        0,
        "ca-bundle-old",
        "1.150",
        "release 1.150; made 'Sunday, 1 Jun, 2025'; certok ca-check $CA",
    ),
    // Variables: only where nobody named the directory.
    (
        Anybody,
        0,
        "ca-variable-broken",
        "SSL_CERT_FILE points to |/miniconda3/ssl/cacert.pem, which does not exist (left over|fix: unset SSL_CERT_FILE",
        "export SSL_CERT_FILE=$HOME/miniconda3/ssl/cacert.pem; certok ca-check",
    ),
    (Anybody, 0, "", "", "export SSL_CERT_FILE=$HOME/nothing; certok ca-check $CA"),
    (
        Anybody,
        0,
        "",
        "",
        "export SSL_CERT_FILE=$CA/Root.pem SSL_CERT_DIR=$HOME/nothing:$CA REQUESTS_CA_BUNDLE=$CA CURL_CA_BUNDLE=; certok ca-check",
    ),
    (
        Anybody,
        0,
        "ca-variable-broken",
        "SSL_CERT_FILE points to |a directory, and must name a file",
        "export SSL_CERT_FILE=$CA; certok ca-check",
    ),
    (
        Anybody,
        0,
        "ca-variable-broken",
        "SSL_CERT_DIR points to |a file, and must name a directory",
        "export SSL_CERT_DIR=$CA/Root.pem; certok ca-check",
    ),
    (
        Anybody,
        0,
        "ca-variable-broken",
        "SSL_CERT_FILE is set, but empty",
        "export SSL_CERT_FILE=; certok ca-check",
    ),
    (
        Anybody,
        0,
        "ca-variable-broken",
        "CURL_CA_BUNDLE points to |, which is empty",
        ": > $HOME/e; export CURL_CA_BUNDLE=$HOME/e; certok ca-check",
    ),
    (
        Anybody,
        0,
        "ca-variable-broken",
        "contains literal quote characters|fix: export REQUESTS_CA_BUNDLE=/",
        "export REQUESTS_CA_BUNDLE=\"'$CA/Root.pem'\"; certok ca-check",
    ),
    (
        Anybody,
        0,
        "ca-variable-broken",
        "is the relative path ca/Root.pem, which is found from this directory alone",
        "export SSL_CERT_FILE=ca/Root.pem; certok ca-check",
    ),
    (
        Anybody,
        0,
        "",
        "X509_CERT_FILE names other CA certificates",
        "export X509_CERT_FILE=$CA/Root.pem; certok ca-check",
    ),
];

/// What the scripts share.
const FUNCTIONS: &str = "
    all() {
        cp $D/crl/grid.pem $CA/bea41460.r0; ln -s bea41460.r0 $CA/1bd5a390.r0
        cp $D/crl/root.pem $CA/4b4ca555.r0; cp $D/crl/root.pem $CA/89680c43.r0
        cp $F/ecc.pem $CA/988d45dc.r0; cp $F/ecc.pem $CA/e096fac2.r0
    }
    grid() { cp $1 $CA/bea41460.r0; }
    release() { for f in $CA/*.info; do sed s/1.140/$1/ $f > $CA/x; mv $CA/x $f; done; }
    made() { sed \"1s/.*/# Generated $1/\" $CA/Grid.info > $CA/x; mv $CA/x $CA/Grid.info; }
";

#[test]
fn what_is_said() {
    let forged = tempfile::tempdir().expect("a scratch directory");
    forge(forged.path());
    let ours: BTreeSet<&str> = rules().map(|rule| rule.id).collect();
    let mut wrong = Vec::new();
    for (who, code, ids, parts, script) in CASES {
        let new = || Place::new(*who, &[("F", forged.path())]);
        let place = match new() {
            Ok(place) => place,
            Err(reason) => {
                eprintln!("not run: {reason}: {script}");
                continue;
            }
        };
        let script = format!("{FUNCTIONS}{script}");
        let (json, err, got) = place.run(&script);
        let value: Value =
            serde_json::from_str(&json).unwrap_or_else(|_| panic!("{script}: {err}"));
        let findings = value["findings"].as_array().expect("findings");
        let grave = findings.iter().filter(|finding| finding["severity"] != "info");
        let found = grave.filter_map(|finding| finding["id"].as_str());
        let found: Vec<&str> = found.filter(|id| ours.contains(id)).collect();
        let (text, ..) = new().expect("as before").run_as(&script, "");
        let missing: Vec<&str> = parts.split('|').filter(|part| !text.contains(part)).collect();
        if got != *code || found.join(" ") != *ids || !missing.is_empty() || !err.is_empty() {
            wrong.push(format!(
                "{script}\n  exit {got}, {found:?}, missing {missing:?}\n{text}{err}"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The fix of each row that prints one works as it stands, and the finding is gone afterwards.
#[test]
fn what_is_printed_mends() {
    let forged = tempfile::tempdir().expect("a scratch directory");
    forge(forged.path());
    let mut mended = 0;
    for (who, _, ids, parts, script) in CASES.iter().filter(|row| row.3.contains("fix: ")) {
        let Ok(place) = Place::new(*who, &[("F", forged.path())]) else {
            continue;
        };
        let (json, ..) = place.run(&format!("{FUNCTIONS}{script}"));
        let value: Value = serde_json::from_str(&json).expect("JSON");
        let findings = value["findings"].as_array().expect("findings");
        let fixes: Vec<&str> = findings
            .iter()
            .filter(|finding| finding["severity"] != "info")
            .filter_map(|finding| finding["fix"].as_str())
            .collect();
        // Variables are of the shell that runs it: in the same one, before the last command.
        let (before, command) = script.rsplit_once("; ").expect("a command at the end");
        let before = match ids.starts_with("ca-variable") {
            true => before,
            false => "true",
        };
        let again = format!("{FUNCTIONS}{before}; {}; {command}", fixes.join("; "));
        let (json, err, _) = place.run(&again);
        let value: Value = serde_json::from_str(&json).expect("JSON");
        let left = value["findings"].as_array().expect("findings");
        let left: Vec<&str> = left
            .iter()
            .filter(|finding| finding["severity"] != "info")
            .filter_map(|finding| finding["id"].as_str())
            .collect();
        let last = ids.split(' ').next_back().expect("an id");
        assert!(!left.contains(&last), "{parts}\n{again}\n{left:?}\n{err}");
        assert_eq!(err, "", "{again}");
        mended += 1;
    }
    assert!(mended > 8, "{mended} rows have a fix");
}

/// Many CAs and many lists take no longer each than a few do.
#[test]
fn thousands_of_lists() {
    let folder = tempfile::tempdir().expect("a scratch directory");
    let key = Key::load("ed25519");
    for number in 0..600 {
        let ca = Authority::root(&format!("CA {number}"), "ed25519");
        let hash = forge::hash::new(&ca.name.der());
        let write = |name: String, text: String| {
            fs::write(folder.path().join(name), text).expect("scratch space");
        };
        write(format!("{hash}.0"), cert_pem(&ca.der));
        let end = if number % 2 == 0 { NOW + 9 * DAY } else { NOW - DAY };
        let list = Crl::new(&ca, NOW - 9 * DAY, end).issue(&key);
        write(format!("{hash}.r0"), crl_pem(&list));
    }
    let place = Place::new(Anybody, &[("F", folder.path())]).expect("a place");
    let (json, _, code) = place.run("certok ca-check $F");
    let value: Value = serde_json::from_str(&json).expect("JSON");
    let finding = &value["findings"][0];
    assert_eq!((&finding["id"], code), (&"crl-expired".into(), 17));
    let message = finding["message"].as_str().expect("a message");
    assert!(message.starts_with("300 CRLs have expired"), "{message}");
    assert!(message.contains(" and 297 more"), "{message}");
    assert_eq!(finding["cases"].as_array().map(Vec::len), Some(300));
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        ca_dir::lists::RULES,
        ca_dir::old_hash::RULES,
        ca_dir::place::RULES,
        ca_dir::bundle::RULES,
        ca_dir::environment::RULES,
        chain::revocation::RULES,
        chain::permission::RULES,
    ];
    files.into_iter().flatten().copied()
}

/// Lists and CAs that no fixture is.
fn forge(folder: &Path) {
    let write = |name: &str, text: String| {
        fs::write(folder.join(name), text).expect("scratch space");
    };
    let (grid, ecc) = (pki::grid(), pki::ecc());
    let nobody = Authority::root("Nobody", "root");
    for (name, ca, start, end) in [
        ("ecc.pem", &ecc, NOW - DAY, NOW + 20 * DAY),
        ("ecc-ended.pem", &ecc, NOW - 20 * DAY, NOW - 1),
        ("nobody.pem", &nobody, NOW - DAY, NOW + 20 * DAY),
        ("month-1d.pem", &grid, NOW - 29 * DAY, NOW + DAY),
        ("month-1d-1s.pem", &grid, NOW - 29 * DAY, NOW + DAY - 1),
        ("day-6h.pem", &grid, NOW - 18 * HOUR, NOW + 6 * HOUR),
        ("day-6h-1s.pem", &grid, NOW - 18 * HOUR - 1, NOW + 6 * HOUR - 1),
        ("ends-now.pem", &grid, NOW - 20 * DAY, NOW),
        ("ended.pem", &grid, NOW - 20 * DAY, NOW - 1),
        ("starts-now.pem", &grid, NOW, NOW + 20 * DAY),
        ("starts.pem", &grid, NOW + 1, NOW + 20 * DAY),
    ] {
        write(name, crl_pem(&Crl::new(ca, start, end).issue(&ca.key)));
    }
    let usage = forge::extension::Extension::key_usage(&[forge::extension::KEY_CERT_SIGN]);
    let root = pki::root();
    let silent = grid.with_cert(&root.key, |cert| cert.replace(usage));
    write("no-crl-sign-ca.pem", cert_pem(&silent.der));
    let expired = grid.with_cert(&root.key, |cert| cert.valid_between(NOW - 900 * DAY, NOW - DAY));
    write("expired-ca.pem", cert_pem(&expired.der));
    let other = Authority::root("Certok Test ECC CA", "root");
    write("other-key-ca.pem", cert_pem(&other.der));
}
