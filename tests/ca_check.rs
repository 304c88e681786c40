//! `ca-check`: a healthy CA directory, broken in one way each, and what is said of it; and the script
//! that mends it.

mod forge;
mod setup;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use forge::{audit, hash};
use serde_json::Value;
use setup::{As, Place};

/// One row.
type Case<'a> = (&'a str, &'a str, i32, &'a [&'a str], &'a [&'a str]);

/// What is broken, how, the exit code, the ids of the findings in order, and words of the text. The
/// directory is `$CA`; `$F` holds certificates made for this, `$D` the fixtures. What the directory's
/// policies and lists say of CAs that were put in is no matter here.
const CASES: &[Case<'_>] = &[
    ("healthy", "", 0, &[], &["4 CAs, nothing is wrong", "4 CAs, 0 errors, 0 warnings"]),
    // Hash names.
    (
        "no-links",
        "rm $CA/*.0",
        17,
        &["ca-no-hash-link"],
        &[
            "4 CAs have no hash link, so no lookup finds them: AliEn2-CA, Ecc, Grid, Root",
            "1 error",
        ],
    ),
    (
        "one-link-missing",
        "rm $CA/bea41460.0 $CA/1bd5a390.0",
        17,
        &["ca-no-hash-link"],
        &[
            "the CA 'Certok Test Grid CA' (Grid.pem) has no hash link bea41460.0",
            "fix: certok ca-check",
        ],
    ),
    (
        "old-links-alone",
        "rm $CA/e096fac2.0 $CA/bea41460.0",
        17,
        &["ca-old-hash-only"],
        &["2 CAs have only the old (MD5) hash link"],
    ),
    (
        "new-link-alone",
        "rm $CA/1bd5a390.0",
        0,
        &["ca-new-hash-only"],
        &["has no old (MD5) hash link 1bd5a390.0, as other CAs here have", "canl-java"],
    ),
    (
        "no-old-links-at-all",
        "rm $CA/02045a7e.0 $CA/1bd5a390.0 $CA/89680c43.0 $CA/988d45dc.0",
        0,
        &["ca-new-hash-only"],
        &["none of the 4 CAs has an old (MD5) hash link", "canl-java in its default mode"],
    ),
    (
        "gap",
        "mv $CA/bea41460.0 $CA/bea41460.1",
        17,
        &["ca-index-gap"],
        &[
            "is there as bea41460.1, but no lookup reaches it: it begins with bea41460.0, which is missing",
        ],
    ),
    (
        "gap-behind-another",
        "rm $CA/bea41460.0; ln -s Ecc.pem $CA/bea41460.0; ln -s Grid.pem $CA/bea41460.2",
        17,
        &["ca-index-gap", "ca-wrong-hash-name"],
        &[
            "is there as bea41460.2, but no lookup reaches it: it ends at bea41460.1, which is missing",
        ],
    ),
    (
        "wrong-hash-name",
        "rm $CA/1bd5a390.0; mv $CA/bea41460.0 $CA/deadbeef.0",
        17,
        &["ca-wrong-hash-name"],
        &["must be bea41460.0"],
    ),
    (
        "stray-hash-name",
        "ln -s Grid.pem $CA/deadbeef.0",
        0,
        &["ca-wrong-hash-name"],
        &["the name deadbeef.0 is wrong"],
    ),
    (
        "number-that-nobody-asks-for",
        "mv $CA/bea41460.0 $CA/bea41460.00; rm $CA/1bd5a390.0",
        17,
        &["ca-no-hash-link"],
        &[],
    ),
    (
        "two-numbers",
        "ln -s Grid.pem $CA/bea41460.1",
        0,
        &["ca-index-twice"],
        &["bea41460.0 and bea41460.1"],
    ),
    (
        "link-outside",
        "mv $CA/Grid.pem $HOME; ln -s $HOME/Grid.pem $CA/Grid.pem",
        0,
        &["ca-link-outside"],
        &["1 link leads out of the directory, to $HOME"],
    ),
    (
        "links-with-the-whole-path",
        "ln -sf $CA/Grid.pem $CA/bea41460.0; ln -sf ../ca/Grid.pem $CA/1bd5a390.0",
        0,
        &[],
        &[],
    ),
    // Files.
    (
        "dangling",
        "rm $CA/Grid.pem",
        17,
        &["ca-dangling-link"],
        &["the links 1bd5a390.0, bea41460.0 are dangling: their target Grid.pem is missing"],
    ),
    (
        "dangling-through-an-alias",
        "ln -sf /nothing/Root.pem $CA/Root.pem",
        17,
        &["ca-dangling-link"],
        &["their target /nothing/Root.pem is missing"],
    ),
    (
        "links-of-another-place",
        "ln -sf /opt/ca/Grid.pem $CA/bea41460.0; ln -sf /opt/ca/Grid.pem $CA/1bd5a390.0",
        17,
        &["ca-link-moved"],
        &[
            "2 links are dangling, and the files that they name are next to them: 1bd5a390.0 (Grid.pem), bea41460.0 (Grid.pem)",
            "fix: certok ca-check --fix-script",
        ],
    ),
    (
        "links-turned-into-text",
        "for n in bea41460 1bd5a390; do rm $CA/$n.0; printf Grid.pem > $CA/$n.0; done",
        17,
        &["ca-link-moved"],
        &[
            "2 symbolic links were turned into files of text (Windows, Cygwin, a copy over SMB): 1bd5a390.0 (Grid.pem), bea41460.0 (Grid.pem)",
            "fix: certok ca-check --fix-script",
        ],
    ),
    (
        "links-of-another-place-to-another-ca",
        "ln -sf /opt/ca/Root.pem $CA/bea41460.0; ln -sf /opt/ca/Root.pem $CA/1bd5a390.0",
        17,
        &["ca-dangling-link"],
        &[],
    ),
    (
        "empty-file",
        ": > $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["Grid.pem (also 1bd5a390.0, bea41460.0) is empty"],
    ),
    (
        "parent-damaged",
        "head -n 9 $CA/Root.pem > x; cp x $CA/Root.pem",
        17,
        &["ca-corrupt"],
        &["Root.pem (also"],
    ),
    (
        "der",
        "cp $F/grid.der $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["a certificate in binary DER form"],
    ),
    ("web-page", "echo '<html>' > $CA/Grid.pem", 17, &["ca-corrupt"], &["a web page"]),
    ("list-for-a-ca", "cp $D/crl/grid.pem $CA/Grid.pem", 17, &["ca-corrupt"], &["X509 CRL"]),
    (
        "no-certificate-in-the-block",
        "cp $F/no-certificate.pem $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["damaged"],
    ),
    (
        "damaged-block-first",
        "cat $F/no-certificate.pem $CA/Grid.pem > x; cp x $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["damaged"],
    ),
    (
        "blank-line-in-the-body",
        "sed 5G $CA/Grid.pem > x; cp x $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["line 6: a blank line in the base64 body"],
    ),
    // OpenSSL decodes what stands in front, too.
    (
        "good-block-of-another-kind-first",
        "{ printf '%s\\n' -----BEGIN\\ X----- AAAA -----END\\ X-----; cat $CA/Grid.pem; } > x; cp x $CA/Grid.pem",
        0,
        &[],
        &[],
    ),
    (
        "bad-block-of-another-kind-first",
        "{ printf '%s\\n' -----BEGIN\\ X----- AAA -----END\\ X-----; cat $CA/Grid.pem; } > x; cp x $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["damaged"],
    ),
    (
        "open-block-of-another-kind-first",
        "{ printf '%s\\n' -----BEGIN\\ X----- AAAA; cat $CA/Grid.pem; } > x; cp x $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["damaged"],
    ),
    (
        "form-feed-in-the-body",
        "sed '3s/^/\\f/' $CA/Grid.pem > x; cp x $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["is not usable PEM"],
    ),
    (
        "headers",
        "sed '/BEGIN/s/$/\\nComment: x\\n/' $CA/Grid.pem > x; cp x $CA/Grid.pem",
        17,
        &["ca-corrupt"],
        &["a header in a certificate"],
    ),
    ("useless-alias", "echo x > $CA/Other.pem", 0, &["ca-corrupt"], &["Other.pem is"]),
    ("readme", "echo x > $CA/README; mkdir $CA/sub", 0, &[], &[]),
    ("loop", "ln -sf bea41460.0 $CA/bea41460.0", 17, &["ca-unreadable"], &["a loop of links"]),
    (
        "folder-with-a-hash-name",
        "rm $CA/bea41460.0; mkdir $CA/bea41460.0",
        17,
        &["ca-unreadable"],
        &["it is a directory"],
    ),
    (
        "private-key",
        "cp $D/key/rsa-pkcs1.pem $CA/key.pem; chmod 644 $CA/key.pem",
        17,
        &["ca-dir-private-key", "ca-corrupt"],
        &[
            "the file key.pem holds a private key, and others than its owner may read it (mode 0644)",
        ],
    ),
    (
        "private-key-in-notes",
        "(cat $CA/Grid.pem; sed 's/^/  /' $D/key/rsa-pkcs1.pem) > x; cp x $CA/a.txt; cp x $CA/b.info; \
         chmod 644 $CA/a.txt $CA/b.info",
        17,
        &["ca-dir-private-key"],
        &["2 files hold private keys: a.txt, b.info"],
    ),
    (
        "private-key-of-the-owner-alone",
        "(cat $CA/Grid.pem; cat $D/key/rsa-pkcs1.pem) > x; cp x $CA/Grid.pem; chmod 600 $CA/Grid.pem",
        0,
        &["ca-dir-private-key"],
        &["which only its owner may read"],
    ),
    (
        "several-in-a-file",
        "cat $F/root-sha1.pem >> $CA/Grid.pem",
        17,
        &["ca-several-in-file"],
        &["'Certok Audited CA' (Grid.pem, block 2) comes after another certificate"],
    ),
    (
        "bundle-beside-the-files",
        "cat $CA/Root.pem $CA/Grid.pem $CA/Ecc.pem > $CA/all.crt",
        0,
        &[],
        &[],
    ),
    (
        "bundle-without-links",
        "cat $CA/Root.pem $F/root-sha1.pem > $CA/all.crt; ln -s all.crt $CA/other.crt",
        17,
        &["ca-no-hash-link"],
        &["(all.crt, block 2)"],
    ),
    // What may have been put out of use.
    (
        "disabled-file",
        "rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.disabled",
        0,
        &["ca-out-of-use"],
        &["(Grid.pem.disabled) as bea41460.0", "which looks disabled"],
    ),
    (
        "link-to-a-backup",
        "rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem~; ln -s Grid.pem~ $CA/Grid.pem",
        0,
        &["ca-out-of-use"],
        &["which looks like a backup copy"],
    ),
    (
        "backup-beside-the-file",
        "rm $CA/bea41460.0; cp $CA/Grid.pem $CA/Grid.bak.pem",
        17,
        &["ca-old-hash-only", "ca-duplicate"],
        &["fix: certok ca-check"],
    ),
    (
        "stray-root",
        "cp $F/root-sha1.pem $CA/stray.pem",
        0,
        &["ca-out-of-use"],
        &["(stray.pem)", "a root that no policy, note or other link in the directory names"],
    ),
    (
        "self-signed-with-the-name-of-a-ca",
        "cp $F/grid-self-signed.pem $CA/Aevil.pem",
        0,
        &["ca-out-of-use", "ca-two-keys"],
        &["a root that has the name of another CA certificate here, and another key"],
    ),
    (
        "root-with-the-name-of-another",
        "cp $F/root-other-key.pem $CA/Aevil.pem",
        0,
        &["ca-out-of-use", "ca-two-keys"],
        &["a root that has the name of another CA certificate here, and another key"],
    ),
    (
        "link-lost-of-a-file-with-a-key",
        "rm $CA/bea41460.0 $CA/1bd5a390.0; (cat $CA/Grid.pem; cat $D/key/rsa-pkcs1.pem) > x
         cp x $CA/Grid.pem; chmod 644 $CA/Grid.pem",
        17,
        &["ca-dir-private-key", "ca-out-of-use"],
        &["which holds a private key too"],
    ),
    (
        "nothing-but-disabled-files",
        "rm $CA/*.0; for i in $CA/*.pem; do mv $i $i.off; done",
        17,
        &["ca-out-of-use"],
        &["4 CAs that no lookup finds are in files that look out of use"],
    ),
    (
        "links-into-an-open-directory",
        "mkdir open; mv $CA/Grid.pem open; ln -s $PWD/open/Grid.pem $CA/Grid.pem; chmod 777 open",
        16,
        &["ca-dir-writable", "ca-link-outside"],
        &["a directory to which links of the CA directory lead, is writable by everybody"],
    ),
    (
        "copies",
        "rm $CA/bea41460.0; cp $CA/Grid.pem $CA/bea41460.0",
        0,
        &["ca-duplicate"],
        &["is in 2 files"],
    ),
    // Certificates.
    (
        "expired",
        "ca expired-first-bad.pem",
        0,
        &["ca-expired"],
        &["(x.pem) expired on 2026-06-01 11:59:59 UTC", "getCAcerts"],
    ),
    ("expired-all", "rm $CA/*; ca expired-first-bad.pem", 17, &["ca-expired"], &["stale: the CA "]),
    ("expired-not-yet", "ca expired-last-good.pem", 0, &["ca-expires-soon"], &[]),
    (
        "expired-and-succeeded",
        "cp $D/ca/grid-expired-twin.pem $CA/bea41460.1; cp $D/ca/grid-expired-twin.pem $CA/1bd5a390.1",
        0,
        &["anchors-conflict", "ca-duplicate"],
        &["has expired and 'Certok Test Grid CA' (Grid.pem) has not"],
    ),
    (
        "expired-first",
        "cp $D/ca/grid-expired-twin.pem $CA/Past.pem; for h in bea41460 1bd5a390; do \
         ln -sfn Past.pem $CA/$h.0; ln -s Grid.pem $CA/$h.1; done",
        0,
        &["ca-expired-first", "anchors-conflict"],
        &["bea41460.0 is an expired certificate of the CA 'Certok Test Grid CA' (Grid.pem)"],
    ),
    (
        "soon",
        "ca soon-first-bad.pem",
        0,
        &["ca-expires-soon"],
        &["(x.pem) expires on 2026-08-30 11:59:59 UTC"],
    ),
    ("soon-not-yet", "ca soon-last-good.pem", 0, &[], &[]),
    (
        "future",
        "ca future-first-bad.pem",
        0,
        &["ca-not-yet-valid"],
        &["is not valid before 2026-06-01 12:00:01 UTC"],
    ),
    ("future-not", "ca future-last-good.pem", 0, &[], &[]),
    ("version-1", "ca version-1.pem", 0, &["ca-version-1"], &[]),
    ("version-1-below", "ca version-1-below.pem", 17, &["not-a-ca"], &["no basicConstraints"]),
    (
        "no-basic-constraints",
        "ca no-basic-constraints.pem",
        17,
        &["not-a-ca"],
        &["no basicConstraints"],
    ),
    (
        "no-key-cert-sign",
        "ca ../no-sign.pem",
        17,
        &["no-cert-sign"],
        &["digitalSignature, cRLSign"],
    ),
    (
        "any-usage",
        "ca any-usage-ca.pem",
        0,
        &["any-usage-alone"],
        &["anyExtendedKeyUsage and not clientAuth: OpenSSL"],
    ),
    ("any-usage-and-clients", "ca client-usage-ca.pem", 0, &[], &[]),
    ("host", "ca ../not-ca.pem", 0, &["ca-dir-not-a-ca"], &["CA:FALSE"]),
    (
        "hosts-alone",
        "rm $CA/*; ca ../not-ca.pem",
        5,
        &["ca-dir-empty", "ca-dir-not-a-ca"],
        &["contains no CA certificates"],
    ),
    (
        "unknown-critical",
        "ca unknown-critical.pem",
        17,
        &["unknown-critical-extension"],
        &["x.pem has the unknown critical extension"],
    ),
    ("small-key", "ca ../alien-old.pem", 0, &["small-ca-key"], &["1024 bits"]),
    ("sha1-root", "ca root-sha1.pem", 0, &[], &[]),
    (
        "sha1-below",
        "ca below-sha1.pem",
        0,
        &["sha1-signature"],
        &["the subordinate CA 'Certok Audited CA' (x.pem) is signed with SHA-1"],
    ),
    ("md5-below", "ca below-md5.pem", 17, &["forbidden-algorithm"], &["MD5"]),
    (
        "trust-settings-for-clients-alone",
        "cp $D/ca/root-trusts-clients.pem $CA/Root.pem",
        17,
        &["trust-rejected"],
        &["reject serverAuth"],
    ),
    (
        "trusted-label",
        "cp $F/trusted-root.pem $CA/Root.pem",
        0,
        &["ca-trusted-label"],
        &["refused by: Java (canl)"],
    ),
    (
        "trust-rejects",
        "cp $D/ca/root-rejects-clients.pem $CA/Root.pem",
        17,
        &["trust-rejected"],
        &["reject clientAuth"],
    ),
    // Parents.
    (
        "parent-missing",
        "ca ../issuing4.pem",
        17,
        &["ca-parent-missing"],
        &["is signed by 'Certok Old Root', which is not there ("],
    ),
    (
        "parent-other-key",
        "ca below-other-key.pem",
        17,
        &["ca-parent-other-key"],
        &["another key than 'Certok Test Root' (Root.pem)"],
    ),
    (
        "below-altered",
        "ca below-altered.pem",
        17,
        &["ca-signature-wrong"],
        &["does not verify by the key that it names"],
    ),
    (
        "root-altered",
        "ca root-altered.pem",
        17,
        &["ca-signature-wrong"],
        &["is not by its own key"],
    ),
    (
        "policies-malformed",
        "ca malformed-policies.pem",
        0,
        &["extension-passed-over"],
        &["certificatePolicies does not parse"],
    ),
    (
        "ip-blocks-malformed",
        "ca malformed-ip-blocks.pem",
        17,
        &["malformed-extension"],
        &["ipAddrBlocks"],
    ),
    ("two-keys", "ca ../grid-rekeyed.pem", 0, &["ca-two-keys"], &["a change of keys"]),
    ("one-serial-two-keys", "ca grid-same-serial.pem", 0, &["ca-same-serial"], &["different keys"]),
    ("next-key", "ca changed-old.pem; ca changed-new-by-old.pem y", 0, &["ca-two-keys"], &[]),
    ("next-key-alone", "ca changed-new-by-old.pem", 17, &["ca-parent-missing"], &[]),
    // The whole.
    ("empty", "rm -r $CA; mkdir $CA", 5, &["ca-dir-empty"], &["contains no CA certificates"]),
    (
        "all-damaged",
        "for f in $CA/*.pem; do echo x > $f; done",
        5,
        &["ca-corrupt"],
        &[
            "4 CA files are empty, damaged or no certificates in PEM: AliEn2-CA.pem, Ecc.pem, Grid.pem, Root.pem",
        ],
    ),
    (
        "in-a-folder",
        "mkdir x; mv $CA x/certificates; mv x $CA",
        5,
        &["ca-dir-empty"],
        &["its folders: certificates (", "name the folder: $CA/certificates"],
    ),
    (
        "in-folders",
        "mkdir x; mv $CA x/igtf; cp -R x/igtf x/alien; mv x $CA",
        5,
        &["ca-dir-empty"],
        &["its folders: alien (", "igtf ("],
    ),
    (
        "no-alien-ca",
        "rm $CA/AliEn2* $CA/e73e4177* $CA/02045a7e*; export JALIEN_TOKEN_CERT=$TC",
        0,
        &["ca-dir-no-alien"],
        &["e73e4177.0"],
    ),
    ("no-alien-ca-and-no-token", "rm $CA/AliEn2* $CA/e73e4177* $CA/02045a7e*", 0, &[], &[]),
    ("gone", "rm -r $CA", 3, &["ca-dir-unusable"], &["$CA does not exist", "name a directory"]),
    // A file in its place.
    ("file", "f=$CA; cat $f/*.pem > x; CA=$PWD/x", 0, &[], &["4 CAs, nothing is wrong"]),
    (
        "file-with-a-damaged-block",
        "(cat $CA/*.pem; cat $F/no-certificate.pem) > x; CA=$PWD/x",
        17,
        &["ca-file-damaged"],
        &["OpenSSL reads nothing of such a file"],
    ),
    (
        "file-without-the-root",
        "CA=$CA/Grid.pem",
        17,
        &["ca-parent-missing"],
        &["which is not there ["],
    ),
    ("file-that-is-none", "echo '<html>' > x; CA=$PWD/x", 5, &["ca-dir-empty"], &["a web page"]),
    ("file-of-the-web", "CA=$F/web-50.pem", 0, &["ca-dir-web-pki"], &["50 CA certificates"]),
    (
        "file-of-the-grid-without-policies",
        "cat $F/web-50.pem $CA/Grid.pem $CA/Root.pem > x; CA=$PWD/x",
        0,
        &[],
        &["52 CAs"],
    ),
    ("file-of-a-few", "CA=$F/web-49.pem", 0, &[], &[]),
];

/// `ca FILE [STEM]`: puts a certificate into the directory, as STEM.pem and with its links.
const FUNCTIONS: &str = r#"ca() {
    case $1 in ../*) from=$D/ca/${1#../};; *) from=$F/$1;; esac
    cp $from $CA/${2:-x}.pem
    echo "alias = ${2:-x}" > $CA/${2:-x}.info
    command certok --at 1780315200 ca-check --fix-script $CA > script; sh script
}"#;

#[test]
fn each_defect_is_named() {
    let forged = forge_files();
    let mut failures = Vec::new();
    for (defect, script, exit, ids, words) in CASES {
        let place = Place::new(As::Anybody, &[("F", forged.path())]).unwrap();
        let script = format!("{FUNCTIONS}\n{script}\n");
        let (out, err, code) = place.run(&format!("{script} certok ca-check $CA"));
        let Ok(report) = serde_json::from_str::<Value>(&out) else {
            failures.push(format!("{defect}: no JSON: {out}{err}"));
            continue;
        };
        let found = findings(&report);
        if (code, &found[..]) != (*exit, ids) {
            failures.push(format!(
                "{defect}: exit {code}, {found:?}, not {exit}, {ids:?}\n{}{err}",
                messages(&report)
            ));
        }
        let place = Place::new(As::Anybody, &[("F", forged.path())]).unwrap();
        let (text, err, _) = place.run_as(&format!("{script} certok ca-check $CA"), "");
        for word in *words {
            let home = place.root.path().join("home").display().to_string();
            let ca = place.root.path().join("ca").display().to_string();
            let word = word.replace("$HOME", &home).replace("$CA", &ca);
            if !text.contains(&word) {
                failures.push(format!("{defect}: no `{word}` in\n{text}{err}"));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Defects that the script mends, and what is found afterwards.
const MENDED: &[(&str, &[&str])] = &[
    ("rm $CA/*.0", &[]),
    ("rm $CA/*.0 $CA/????????.signing_policy $CA/????????.namespaces", &[]),
    ("rm $CA/bea41460.0", &[]),
    ("rm $CA/1bd5a390.0", &[]),
    ("rm $CA/bea41460.* $CA/e096fac2.* $CA/????????.signing_policy $CA/????????.namespaces", &[]),
    ("rm $CA/bea41460.0 $CA/1bd5a390.0", &[]),
    ("rm $CA/e096fac2.0 $CA/bea41460.0", &[]),
    ("mv $CA/bea41460.0 $CA/bea41460.1", &[]),
    (
        "cp $D/ca/grid-rekeyed.pem $CA/Next.pem; ln -s Next.pem $CA/bea41460.4; ln -s Next.pem $CA/1bd5a390.1; mv $CA/bea41460.0 $CA/bea41460.2",
        &["ca-two-keys"],
    ),
    (
        "for n in bea41460 1bd5a390; do ln -sf /opt/ca/Grid.pem $CA/$n.0; ln -sf /opt/ca/Grid.signing_policy $CA/$n.signing_policy; done",
        &[],
    ),
    ("ln -sf /opt/ca/Root.pem $CA/bea41460.0", &["ca-dangling-link"]),
    ("rm $CA/bea41460.0; printf Root.pem > $CA/bea41460.0", &["ca-corrupt"]),
    // What other links lead to keeps its name.
    (
        "rm $CA/bea41460.0; mv $CA/Grid.pem $CA/bea41460.1; ln -sf bea41460.1 $CA/1bd5a390.0",
        &["ca-index-twice"],
    ),
    ("rm $CA/1bd5a390.0; mv $CA/bea41460.0 $CA/deadbeef.0", &["ca-wrong-hash-name"]),
    ("rm $CA/1bd5a390.0 $CA/bea41460.0; mv $CA/Grid.pem $CA/deadbeef.0", &[]),
    // A number that another lookup goes on behind keeps its file, and so does what a link leads to.
    (
        "rm $CA/1bd5a390.0 $CA/bea41460.0 $CA/e096fac2.0; mv $CA/Grid.pem $CA/e096fac2.0; ln -s Root.pem $CA/e096fac2.1",
        &["ca-wrong-hash-name"],
    ),
    (
        "rm $CA/1bd5a390.0 $CA/bea41460.0; mv $CA/Grid.pem $CA/deadbeef.0; ln -s ./deadbeef.0 $CA/deadbeef.1",
        &["ca-wrong-hash-name"],
    ),
    (
        "rm $CA/bea41460.0; mv $CA/Grid.pem $CA/bea41460.1; ln -sf ./bea41460.1 $CA/1bd5a390.0",
        &["ca-index-twice"],
    ),
    // Names that a shell has to be told with care.
    ("mv $CA/Grid.pem \"$CA/it's a CA.pem\"; rm $CA/bea41460.0 $CA/1bd5a390.0", &[]),
    ("mv $CA/Grid.pem $CA/-x.pem; rm $CA/bea41460.0 $CA/1bd5a390.0", &[]),
    (
        "mkdir -p \"$HOME/a '\\$b\"; mv $CA \"$HOME/a '\\$b/ca\"; ln -s \"$HOME/a '\\$b/ca\" $CA; rm $CA/*.0",
        &[],
    ),
    ("mv $CA/Grid.pem \"$CA/$(printf 'a\\nb').pem\"; rm $CA/bea41460.0 $CA/1bd5a390.0", &[]),
    ("mv $CA/Grid.pem \"$CA/x.pem\n\"; rm $CA/bea41460.0 $CA/1bd5a390.0", &["ca-out-of-use"]),
    // Nothing that it could mend.
    ("", &[]),
    (": > $CA/Grid.pem", &["ca-corrupt"]),
    (
        "cat $CA/Root.pem $F/root-sha1.pem > $CA/all.crt; ln -s all.crt $CA/other.crt",
        &["ca-no-hash-link"],
    ),
    // What nobody may have meant to be trusted.
    ("rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.rpmsave", &["ca-out-of-use"]),
    (
        "mv $CA/bea41460.0 $CA/bea41460.1; mv $CA/Grid.pem $CA/x.old; ln -sf x.old $CA/bea41460.1; ln -sf x.old $CA/1bd5a390.0",
        &["ca-out-of-use"],
    ),
    ("cp $F/root-sha1.pem $CA/stray.pem", &["ca-out-of-use"]),
    ("cp $F/grid-self-signed.pem $CA/Aevil.pem", &["ca-out-of-use", "ca-two-keys"]),
    ("cp $F/grid-self-signed.pem $CA/bea41460.7", &["ca-out-of-use", "ca-two-keys"]),
    ("cp $F/root-other-key.pem $CA/deadbeef.0", &["ca-out-of-use", "ca-two-keys"]),
    (
        "rm $CA/bea41460.0 $CA/1bd5a390.0; (cat $CA/Grid.pem $D/key/rsa-pkcs1.pem) > x; cp x $CA/Grid.pem",
        &["ca-dir-private-key", "ca-out-of-use"],
    ),
];

/// The text itself goes: the link says the same.
/// Options, the exit code, the ids of errors and warnings. The CA that ends first does so 428673600
/// seconds later; the CRL ends 1728000 seconds later.
const WANTED: &[(&str, i32, &[&str])] = &[
    ("--for 1728000", 0, &[]),
    ("--for 1728001", 0, &["crl-expires-soon"]),
    ("--for 428673600", 0, &["crl-expires-soon"]),
    ("--for 428673601", 10, &["too-short", "crl-expires-soon"]),
    ("--warn 1728000", 0, &[]),
    ("--warn 3w", 0, &["crl-expires-soon"]),
    ("--warn 428673601", 0, &["ends-soon", "crl-expires-soon"]),
    ("--for 1d --warn 428673601 --strict", 18, &["strict", "ends-soon", "crl-expires-soon"]),
];

#[test]
fn cas_and_lists_last_as_long_as_is_asked() {
    let list = tempfile::tempdir().unwrap();
    let root = forge::pki::root();
    let crl = forge::crl::Crl::new(&root, forge::NOW - 86_400, forge::NOW + 1_728_000);
    fs::write(list.path().join("root.pem"), forge::crl_pem(&crl.issue(&root.key))).unwrap();
    fs::set_permissions(list.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let place = Place::new(As::Anybody, &[("F", list.path())]).unwrap();
    place.run("cp $F/root.pem $CA/4b4ca555.r0; cp $F/root.pem $CA/89680c43.r0");
    for (options, exit, wanted) in WANTED {
        let (out, err, code) = place.run(&format!("certok ca-check $CA {options}"));
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(code, *exit, "{options}: {out}{err}");
        assert_eq!(findings(&report), *wanted, "{options}: {out}");
    }
}

#[test]
fn links_turned_into_text_become_links() {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let script = "for n in bea41460 1bd5a390; do rm $CA/$n.0; printf Grid.pem > $CA/$n.0; done";
    place.run(script);
    let (text, ..) = place.run_as("certok ca-check --fix-script $CA", "");
    fs::write(place.root.path().join("script"), text).unwrap();
    for _ in 0..2 {
        place.run("sh script");
        let (links, ..) = place.run("readlink $CA/bea41460.0 $CA/1bd5a390.0");
        assert_eq!(links, "Grid.pem\nGrid.pem\n");
    }
    let (out, ..) = place.run("certok ca-check $CA");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert!(findings(&report).is_empty(), "{out}");
}

#[test]
fn the_script_mends_what_it_can() {
    let forged = forge_files();
    for shell in ["dash", "bash"] {
        for (script, ids) in MENDED {
            let place = Place::new(As::Anybody, &[("F", forged.path())]).unwrap();
            place.run(script);
            let row = format!("{shell}: {script}");
            let directory = place.root.path().join("ca");
            let before = contents(&directory);
            let (text, err, _) = place.run_as("certok ca-check --fix-script $CA", "");
            assert!(text.starts_with("#!/bin/sh\n"), "{row}\n{text}{err}");
            assert_eq!(contents(&directory), before, "it changes nothing itself: {row}");
            let leaves = text.contains("Not fixed here");
            assert!(!(ids.is_empty() && leaves), "nothing is left: {row}\n{text}");
            fs::write(place.root.path().join("script"), &text).unwrap();
            if !place.run(&format!("command -v {shell}")).0.contains(shell) {
                eprintln!("{shell} is not installed");
                continue;
            }
            // Twice: the second time there is nothing to do.
            let mut trees = Vec::new();
            for _ in 0..2 {
                let (_, err, code) = place.run(&format!("{shell} script"));
                assert_eq!((code, err.as_str()), (0, ""), "{row}\n{text}");
                trees.push(names(&directory));
            }
            assert_eq!(trees[0], trees[1], "{row}\n{text}");
            assert_eq!(contents(&directory), before, "nothing is lost: {row}\n{text}");
            let (out, err, _) = place.run("certok ca-check $CA");
            let report: Value =
                serde_json::from_str(&out).unwrap_or_else(|_| panic!("{row}\n{err}"));
            assert_eq!(findings(&report), *ids, "{row}\n{text}{out}");
            let (again, ..) = place.run_as("certok ca-check --fix-script $CA", "");
            assert!(
                again.contains(": \"There is nothing that a script can fix.\"\n"),
                "{row}\n{again}"
            );
        }
    }
}

/// The fixes of one report follow one another, and the owner of a directory gets those that others
/// cannot do.
#[test]
fn fixes_of_links_follow_one_another() {
    const OLD_HASH_ONLY: &str =
        "rm $CA/bea41460.* $CA/e096fac2.* $CA/????????.signing_policy $CA/????????.namespaces";
    for defect in ["rm $CA/????????.signing_policy $CA/????????.namespaces", OLD_HASH_ONLY] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        place.run(defect);
        let fixes = "certok ca-check $CA | sed -n 's/^  fix: //p' > fixes";
        place.run_as(fixes, "");
        let (_, err, code) = place.run_as("set -e; [ -s fixes ]; . ./fixes", "");
        assert_eq!((code, err.as_str()), (0, ""), "{defect}");
        let (out, ..) = place.run("certok ca-check $CA");
        assert!(out.contains("nothing is wrong"), "{defect}\n{out}");
        let place = Place::new(As::User, &[]).unwrap();
        place.run(&format!("{defect}; chmod a-w $CA"));
        for command in ["ca-check $CA", "cert-verify --policy require"] {
            let (text, ..) = place.run_as(&format!("certok {command}"), "");
            assert!(!text.contains("fix: "), "{defect}\n{text}");
            assert!(text.contains("the owner of the directory can "), "{defect}\n{text}");
        }
    }
}

/// A policy is linked for what it says, not for its name.
#[test]
fn the_script_links_no_policy_of_another_ca() {
    for (change, is_linked) in [
        ("true", true),
        ("sed -i s/certok/other/ $CA/Grid.signing_policy $CA/Grid.namespaces", false),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        place.run(&format!("rm $CA/????????.signing_policy $CA/????????.namespaces; {change}"));
        let (script, ..) = place.run_as("certok ca-check --fix-script $CA", "");
        for suffix in ["signing_policy", "namespaces"] {
            let link = format!("ln -s Grid.{suffix} ");
            assert_eq!(script.contains(&link), is_linked, "{change}: {suffix}\n{script}");
        }
    }
}

/// A link behind a name that leads to no certificate would fix nothing.
#[test]
fn what_stops_a_lookup_must_move_away() {
    for (spoil, has_fix) in [
        ("true", true),
        ("ln -s Gone.pem $CA/bea41460.0", false),
        ("cp $D/key/rsa-pkcs1.pem $CA/bea41460.0", false),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let line = format!("rm $CA/bea41460.0; {spoil}; certok cert-verify");
        let (text, ..) = place.run_as(&line, "");
        assert_eq!(text.contains("fix: ln -s Grid.pem "), has_fix, "{spoil}\n{text}");
        assert_eq!(text.contains("every lookup stops at bea41460.0"), !has_fix, "{spoil}\n{text}");
    }
}

#[test]
fn each_line_of_the_script_has_its_cause() {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let (text, _, code) = place.run_as("rm $CA/*.0; certok ca-check --fix-script $CA", "");
    assert_eq!(code, 17, "the exit code is that of the audit");
    let mut causes = 0;
    for step in text.split("\n\n").skip(1) {
        assert!(step.starts_with(": \"the CA '"), "{step}");
        assert!(step.contains(" lacks "), "{step}");
        causes += 1;
    }
    assert_eq!(causes, 4, "{text}");
    assert!(text.contains("\nset -eu\n"), "{text}");
    let (out, err, code) = place.run_as("certok ca-check --fix-script $HOME/nothing", "");
    assert_eq!((out.as_str(), code), ("", 3), "nothing that a shell would run");
    assert!(err.contains("does not exist"), "{err}");
}

#[test]
fn what_everybody_may_write_is_suspect() {
    for (script, links) in [
        ("chmod 777 $CA", 0),
        ("chmod 666 $CA/Grid.pem", 3),
        ("chmod 777 $HOME; mv $CA $HOME; ln -s $HOME/ca $CA", 0),
        ("mkdir o; mv $CA/Grid.pem o; ln -s $PWD/o/Grid.pem $CA/Grid.pem; chmod 777 o", 3),
        // On the way, though not where the file is.
        (
            "mkdir o g; mv $CA/Grid.pem g; ln -s $PWD/g/Grid.pem o; ln -s $PWD/o/Grid.pem $CA/Grid.pem
             chmod 777 o",
            3,
        ),
        ("true", 4),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let line = format!("rm $CA/*.0; {script}; certok ca-check --fix-script $CA");
        let (text, ..) = place.run_as(&line, "");
        let first = text.lines().nth(1).unwrap_or_default();
        assert_eq!(
            first.contains("suspect"),
            script != "true",
            "{script}\n{text}"
        );
        let linked = text.matches("lacks ").count();
        assert_eq!(linked, links, "{script}\n{text}");
        assert_eq!(
            text.contains("chmod go-w"),
            script != "true",
            "{script}\n{text}"
        );
        let (text, ..) = place.run_as("certok ca-check $CA", "");
        assert!(!text.contains("ln -s"), "{script}\n{text}");
        let (text, ..) = place.run_as("certok cert-verify --ca-dir $CA", "");
        let said = ["writable by everybody", "anybody may have put"];
        let said = said.iter().any(|words| text.contains(words));
        assert_eq!(said, script != "true", "{script}\n{text}");
        assert_eq!(text.contains("ln -s"), script == "true", "{script}\n{text}");
    }
}

/// A script that is run elsewhere, later, changes what the audit found, and of a link the file.
#[test]
fn the_script_means_the_same_everywhere() {
    for (open, want) in [
        ("true", &["Root.pem", "ca/Grid.pem"][..]),
        // Somebody could put another file in the place of each, and a chmod follows links.
        ("chmod 777 $CA", &["ca"]),
        ("chmod 777 .", &["."]),
        ("mkdir g; mv Root.pem g; ln -s g/Root.pem Root.pem; chmod 777 g", &["ca/Grid.pem", "g"]),
    ] {
        let script = format!(
            "chmod 666 $CA/Grid.pem; mv $CA/Root.pem .; ln -s ../Root.pem $CA/
            chmod 666 Root.pem; mkdir -p other/ca; touch other/ca/Grid.pem
            chmod 666 other/ca/Grid.pem; {open}; cd $CA/..; certok ca-check --fix-script ca"
        );
        let place = Place::new(As::Anybody, &[]).unwrap();
        let (text, ..) = place.run_as(&script, "");
        let lines = text.lines().filter(|line| line.starts_with("chmod"));
        let mut files: Vec<&str> = lines.filter_map(|line| line.split(' ').nth(2)).collect();
        files.sort_unstable();
        let root = fs::canonicalize(place.root.path()).unwrap();
        let want: Vec<_> = want.iter().map(|name| root.join(name)).collect();
        let files: Vec<&Path> = files.into_iter().map(Path::new).collect();
        assert_eq!(files, want, "{text}");
    }
}

/// What a link leads to, and what is no part of a CA directory, may be meant for nobody else.
#[test]
fn nothing_secret_is_made_readable() {
    for script in [
        "cp $D/key/rsa-pkcs1.pem $CA/key.txt; chmod 600 $CA/key.txt",
        "cp $D/file/user.p12 $CA/me.p12; chmod 600 $CA/me.p12",
        "ln -s $UK $CA/Grid.txt",
        "ln -s $UK $CA/12345678.signing_policy",
        "cp $CA/Root.pem mine.pem; chmod 600 mine.pem; ln -s $PWD/mine.pem $CA/mine.pem",
        "cp $D/key/rsa-pkcs1.pem $CA/key.pem; chmod 644 $CA/key.pem; chmod 700 $CA",
        "cp $D/file/user.p12 $CA/me.p12; chmod 644 $CA/me.p12; chmod 700 $CA",
        // Behind what is public, in whatever spelling.
        "cat $D/key/encrypted-pbes2.pem >> $CA/Grid.pem; chmod 600 $CA/Grid.pem",
        "cat $D/key/encrypted-pbes2.pem >> $CA/Grid.signing_policy; chmod 600 $CA/Grid.signing_policy",
        "cat $D/key/encrypted-pbes2.pem >> $CA/Grid.info; chmod 600 $CA/Grid.info",
        "cat $D/crl/grid.pem $D/key/rsa-pkcs1.pem > $CA/bea41460.r0; chmod 600 $CA/bea41460.r0",
        "base64 $D/key/rsa-pkcs1.pem >> $CA/Grid.pem; chmod 600 $CA/Grid.pem",
        "sed '1,/BEGIN/d; /END/d' $D/key/rsa-pkcs1.pem >> $CA/Grid.pem; chmod 600 $CA/Grid.pem",
        "sed '1,/BEGIN/d; /END/d' $D/key/rsa-pkcs1.pem | base64 -d >> $CA/Grid.pem; chmod 600 $CA/Grid.pem",
        "sed '1,/BEGIN/d; /END/d' $D/key/rsa-pkcs1.pem | base64 -d | od -An -tx1 | tr ' ' : >> $CA/Grid.pem; \
         chmod 600 $CA/Grid.pem",
        // Below a directory that is closed.
        "mkdir $CA/private; cp $UK $CA/private/CA.key; chmod 644 $CA/private/CA.key; chmod 700 $CA",
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let line = format!("chmod 755 $HOME/..; {script}; certok ca-check $CA");
        let (text, ..) = place.run_as(&line, "");
        assert!(!text.contains("chmod a+r"), "{script}\n{text}");
        let (text, ..) = place.run_as("certok ca-check --fix-script $CA", "");
        assert!(!text.contains("chmod a+r"), "{script}\n{text}");
    }
}

/// No tool and no package makes such a name: somebody put the CA aside, and no fix of any command
/// brings it back.
#[test]
fn no_fix_links_what_has_an_unusual_name() {
    for name in [
        "Grid.pem.no",
        "Grid.pem.hold",
        "Grid.ignore.pem",
        "Grid.pem.dis",
        "bea41460.0.x",
        "bea41460_0",
        "bea41460-away.pem",
        "_Grid.pem",
        "old_Grid.pem",
        "Grid.txt",
        "Grid.info",
        "Grid",
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        place.run(&format!("rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/{name}"));
        for command in [
            "ca-check --fix-script $CA",
            "ca-check -v $CA",
            "cert-verify $D/cert/healthy.pem",
            "status",
        ] {
            let (out, ..) = place.run_as(&format!("certok {command}"), "");
            assert!(!out.contains("ln -s"), "{name}: {command}\n{out}");
        }
    }
}

/// Files out of use count in no command, and each says so.
#[test]
fn what_is_out_of_use_is_no_ca() {
    for (script, count) in [
        ("true", 4),
        ("cp $CA/Grid.pem $CA/Grid.pem.bak", 4),
        ("cp $CA/Grid.pem $CA/Grid.pem.disabled; rm $CA/Grid.pem", 3),
        ("rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.disabled", 3),
        ("rm $CA/*; cp $D/ca/certificates/Grid.pem $CA/Grid.pem~", 0),
        // A hash name makes it trusted, whatever it is called.
        ("mv $CA/Grid.pem $CA/Grid.pem.off; ln -sf Grid.pem.off $CA/bea41460.0", 4),
        ("cp $D/ca/not-ca.pem $CA", 4),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        place.run_as(script, "");
        let (out, ..) = place.run("certok ca-check $CA");
        let audit: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(audit["items"][0]["cas"], count, "{script}\n{out}");
        let (out, ..) = place.run("certok ca-info $CA");
        let list: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{script}\n{out}");
        let aside = |report: &Value| findings(report).contains(&"ca-out-of-use");
        assert_eq!(aside(&audit), aside(&list), "{script}\n{out}");
        assert_eq!(aside(&list), count < 4, "{script}\n{out}");
    }
}

/// Only what holds a CA can take the place of the directory.
#[test]
fn a_file_instead_of_the_directory_is_looked_into() {
    for (file, fix) in [
        ("$CA/Grid.pem", Some("export X509_CERT_DIR=")),
        ("$HOME/ca.pem", Some("export X509_CERT_FILE=")),
        ("$D/key/rsa-pkcs1.pem", None),
        ("$D/cert/healthy.pem", None),
    ] {
        for command in ["cert-verify", "ca-info", "ca-check"] {
            let place = Place::new(As::Anybody, &[]).unwrap();
            let line =
                format!("cp $CA/Grid.pem $HOME/ca.pem; X509_CERT_DIR={file} certok {command}");
            let (text, ..) = place.run_as(&line, "");
            assert!(text.contains("must be a directory"), "{file}\n{text}");
            let exports = ["export X509_CERT_DIR=", "export X509_CERT_FILE="];
            let given: Vec<&str> = exports.into_iter().filter(|e| text.contains(e)).collect();
            assert_eq!(given, fix.into_iter().collect::<Vec<&str>>(), "{file}\n{text}");
        }
    }
}

/// A list that does not hold is linked under no other name; the last one is good.
#[test]
fn lists_are_linked_if_they_hold() {
    for (script, linked) in [
        (": > $CA/bea41460.r0", false),
        ("echo '<html>' > $CA/bea41460.r0", false),
        ("cp $D/crl/expired.pem $CA/bea41460.r0", false),
        ("cp $D/crl/bad-signature.pem $CA/bea41460.r0", false),
        ("cp $D/crl/grid.pem $CA/bea41460.r0", true),
    ] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let script = format!("rm -f $CA/*.r0; {script}");
        let (text, ..) = place.run_as(&format!("{script}; certok ca-check --fix-script $CA"), "");
        assert_eq!(text.contains("1bd5a390.r0"), linked, "{script}\n{text}");
        let (text, ..) = place.run_as("certok ca-check $CA", "");
        assert_eq!(text.contains("1bd5a390.r0"), linked, "{script}\n{text}");
    }
}

#[test]
fn modes_are_mended_but_not_those_of_keys() {
    let place = Place::new(As::Anybody, &[]).unwrap();
    let script = "chmod 600 $CA/Grid.pem; chmod 666 $CA/Root.pem; chmod 640 $CA/Ecc.signing_policy
        cp $D/key/rsa-pkcs1.pem $CA/key.pem; chmod 600 $CA/key.pem
        certok ca-check --fix-script $CA > script; sh script";
    let (_, err, _) = place.run_as(script, "");
    let mode = |name: &str| {
        let path = place.root.path().join("ca").join(name);
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    for (name, want) in [
        ("Grid.pem", 0o644),
        ("Root.pem", 0o644),
        ("Ecc.signing_policy", 0o644),
        ("key.pem", 0o600),
    ] {
        assert_eq!(mode(name), want, "{name}: {err}");
    }
}

#[test]
fn many_of_a_kind_are_one_finding_with_all_names() {
    let forged = forge_files();
    let place = Place::new(As::Anybody, &[("F", forged.path())]).unwrap();
    let script =
        "mkdir many; cd many; awk '/BEGIN/ {n++} {print > n \".pem\"}' $F/web-50.pem; cd ..";
    let (text, ..) = place.run_as(&format!("{script}; certok ca-check many"), "");
    assert!(
        text.starts_with(
            "stale: 50 CAs have no hash link, so no lookup finds them: 1, 10, 11 and 47 more"
        ),
        "{text}"
    );
    assert!(text.lines().count() < 20, "one screen: {text}");
    let (text, ..) = place.run_as("certok ca-check -v many", "");
    assert!(text.contains("  - the CA 'Certok Web Root 49' (50.pem) has no hash link "), "{text}");
    let (out, ..) = place.run("certok ca-check many");
    let report: Value = serde_json::from_str(&out).unwrap();
    let cases = report["findings"][0]["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 50);
    assert!(cases.iter().all(|case| case["place"]["file"].is_string()));
}

/// Opt in: `cargo test --release --test ca_check -- --ignored --nocapture`.
#[test]
#[ignore = "makes directories of 1 000 and 10 000 CAs and takes the time"]
fn ten_thousand_cas_take_ten_times_as_long_as_a_thousand() {
    let mut times = Vec::new();
    for count in [1_000, 10_000] {
        let place = Place::new(As::Anybody, &[]).unwrap();
        let directory = place.root.path().join("many");
        fs::create_dir(&directory).unwrap();
        for (n, (name, text)) in audit::roots(count).enumerate() {
            let file = format!("{n}.pem");
            fs::write(directory.join(&file), text).unwrap();
            for hash in [hash::new(&name.der()), hash::old(&name.der())] {
                let free = (0..).map(|i| directory.join(format!("{hash}.{i}")));
                let free = free.into_iter().find(|path| path.symlink_metadata().is_err());
                std::os::unix::fs::symlink(&file, free.unwrap()).unwrap();
            }
        }
        let start = Instant::now();
        let (text, err, code) = place.run_as("certok ca-check many", "");
        times.push(start.elapsed());
        eprintln!("{count} CAs: {:?}", start.elapsed());
        assert_eq!(code, 0, "{text}{err}");
        assert!(text.contains(&format!("{count} CAs, 0 errors")), "{text}");
        assert!(text.lines().count() < 25, "{text}");
        let (text, ..) = place.run_as("rm many/*.0; certok ca-check many", "");
        assert!(text.lines().count() < 25, "{text}");
        assert!(text.contains(&format!("stale: {count} CAs have no hash link")), "{text}");
    }
    // Ten times as many; a hundred times as long would be quadratic, with room for a busy machine.
    assert!(times[1] < times[0] * 30 + Duration::from_secs(5), "{times:?}");
}

fn messages(report: &Value) -> String {
    let found = report["findings"].as_array().into_iter().flatten();
    found.map(|finding| format!("    {}\n", finding["message"])).collect()
}

/// What `tests/ca_lists.rs` is about: most directories here have no CRLs, and what is put into them
/// has no policies.
const OF_LISTS: &[&str] = &["crl-missing", "namespaces-missing", "signing-policy-missing"];

fn findings(report: &Value) -> Vec<&str> {
    let found = report["findings"].as_array().into_iter().flatten();
    let ids = found.filter_map(|finding| finding["id"].as_str());
    ids.filter(|id| !OF_LISTS.contains(id)).collect()
}

/// The certificates, policies and lists in a directory, whatever their names.
fn contents(directory: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| !path.is_symlink() && path.is_file());
    let mut all: Vec<Vec<u8>> = files.map(|path| fs::read(path).unwrap()).collect();
    all.sort();
    all
}

fn names(directory: &Path) -> BTreeMap<String, Option<std::path::PathBuf>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.map(|entry| (name(&entry), fs::read_link(entry.path()).ok())).collect()
}

fn forge_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    for (name, text) in audit::certificates() {
        write(name, &text);
    }
    write("trusted-root.pem", &audit::trusted_root());
    fs::write(folder.path().join("grid.der"), forge::pki::grid().der).unwrap();
    write("no-certificate.pem", &audit::no_certificate());
    for count in [49, 50] {
        let all: String = audit::roots(count).map(|(_, text)| text).collect();
        write(&format!("web-{count}.pem"), &all);
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}
