//! The table of rules holds together, and each rule can be made to speak.

mod forge;
mod hostile_names;
mod setup;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use certok::check;
use certok::check::ca_dir::Inventory;
use certok::crypto::seal::{PrivateKey, Sealed};
use certok::locate::{CaCandidate, Reason};
use certok::parse::exchange::answer::{Answer, Decision};
use certok::parse::exchange::ledger::LedgerEntry;
use certok::parse::exchange::pending::Pending;
use certok::parse::exchange::request::Request;
use certok::render::{Style, json, text};
use certok::report::{EXITS, Exit, Finding, Operand, PRECEDENCE, Report, Rule, Severity};
use certok::source::near::NearCas;
use certok::text::time::UnixTime;
use forge::extension::{
    Extension, {self as ext},
};
use forge::fixtures::proxy::Chain;
use forge::key::Key;
use forge::{cert_pem, der, pki};
use serde_json::Value;
use setup::As::{
    Anybody, Root, User, {self},
};
use setup::Place;

/// Rule, who, and a shell script after which the rule's id has been printed. The script starts
/// in a healthy set-up: certificate `$UC` with key `$UK`, token `$TC` with `$TK`, proxy `$PX`, CA
/// directory `$CA`; fixtures are in `$D`, certificates made for this test in `$F`.
const PROVOCATIONS: &[(&str, As, &str)] = &[
    // check/place.rs
    ("home-unset", Anybody, "unset HOME; certok cert-info"),
    ("cert-missing", Anybody, "rm $UC; certok cert-info"),
    ("key-missing", Anybody, "rm $UK; certok certkey-match"),
    ("host-cert-missing", Anybody, "certok check host"),
    ("host-key-missing", Anybody, "export X509_HOST_CERT=$D/host/healthy.pem; certok check host"),
    ("proxy-missing", Anybody, "certok proxy-info $HOME/nothing"),
    ("proxy-elsewhere", Anybody, "export X509_USER_PROXY=$HOME/gone; certok proxy-info"),
    ("token-missing", Anybody, "certok token-info $HOME/nothing"),
    ("token-key-missing", Anybody, "rm $TK; certok tokenkey-match"),
    (
        "token-other-uid",
        Anybody,
        "mv $TC $TMPDIR/tokencert_424242.pem; mv $TK $TMPDIR/tokenkey_424242.pem; certok token-info",
    ),
    (
        "alien-py-refuses",
        Anybody,
        r#"export JALIEN_TOKEN_CERT="$(cat $TC)" JALIEN_TOKEN_KEY=" $(cat $TK)"; certok token-info"#,
    ),
    ("token-elsewhere", Anybody, "mkdir $HOME/tmp; mv $TC $TK $HOME/tmp; certok token-info"),
    ("pkcs12-only", Anybody, "rm $UC; cp $D/file/user.p12 $HOME/.globus; certok cert-info"),
    ("variable-empty", Anybody, "export X509_USER_CERT=; certok cert-info"),
    ("variable-quoted", Anybody, r#"export X509_USER_CERT="'$UC'"; certok cert-info"#),
    ("variable-blank", Anybody, r#"export X509_USER_CERT="$UC "; certok cert-info"#),
    ("variable-tilde", Anybody, "export X509_USER_CERT='~/.globus/usercert.pem'; certok cert-info"),
    ("variable-url", Anybody, "export X509_USER_CERT=file://$UC; certok cert-info"),
    (
        "variable-not-expanded",
        Anybody,
        "export X509_USER_CERT='$HOME/.globus/usercert.pem'; certok cert-info",
    ),
    ("variable-relative", Anybody, "export X509_USER_CERT=usercert.pem; certok cert-info"),
    ("not-a-directory", Anybody, "rm -r $HOME/.globus; touch $HOME/.globus; certok cert-info"),
    ("file-misnamed", Anybody, "mv $UC $UC.txt; certok cert-info"),
    ("variable-misnamed", Anybody, "mv $UC $HOME/x; export X509_CERT=$HOME/x; certok cert-info"),
    ("exchange-dir-missing", Anybody, "certok idtoken-request-list $HOME/nothing"),
    ("variable-assignment", Anybody, r#"export X509_USER_CERT="A=$UC"; certok cert-info"#),
    ("variable-escaped", Anybody, r#"export X509_USER_CERT="${UC%.pem}%2Epem"; certok cert-info"#),
    ("variable-list", Anybody, r#"export X509_USER_CERT="$UC;"; certok cert-info"#),
    ("variable-trailing-slash", Anybody, r#"export X509_USER_CERT="$UC/"; certok cert-info"#),
    ("variable-windows", Anybody, r"export X509_USER_CERT='C:\cert.pem'; certok cert-info"),
    ("variable-path-gone", Anybody, "export X509_USER_CERT=$HOME/nothing; certok cert-info"),
    ("variable-null", Anybody, "export JALIEN_TOKEN_CERT=null; certok token-info"),
    ("variable-json", Anybody, r#"export JALIEN_TOKEN_CERT='{"results":[]}'; certok token-info"#),
    (
        "variable-base64",
        Anybody,
        "export JALIEN_TOKEN_CERT=$(base64 < $TC | tr -d '\\n'); certok token-info",
    ),
    (
        "variable-newlines-lost",
        Anybody,
        r#"export JALIEN_TOKEN_CERT="$(tr '\n' ' ' < $TC)"; certok token-info"#,
    ),
    (
        "variable-literal-newlines",
        Anybody,
        r#"export JALIEN_TOKEN_CERT="$(awk '{printf "%s\\n", $0}' $TC)"; certok token-info"#,
    ),
    (
        "variable-inline-quoted",
        Anybody,
        r#"export JALIEN_TOKEN_CERT="'$(cat $TC)'"; certok token-info"#,
    ),
    (
        "variable-inline-damaged",
        Anybody,
        r#"export JALIEN_TOKEN_CERT="$(head -n 5 $TC)"; certok token-info"#,
    ),
    ("link-dangling", Anybody, "ln -sf nothing $UC; certok cert-info"),
    ("link-loop", Anybody, "ln -sf usercert.pem $UC; certok cert-info"),
    ("is-directory", Anybody, "export X509_USER_CERT=$HOME; certok cert-info"),
    ("not-a-file", Anybody, "rm $UC; mkfifo $UC; certok cert-info"),
    ("too-large", Anybody, "truncate -s 65M $UC; certok cert-info"),
    ("permission-denied", User, "chmod 000 $UC; certok cert-info"),
    // A regular file whose first byte cannot be read.
    // What belongs to a process that nobody may trace is root's.
    ("read-failed", Root, "certok cert-info /proc/self/mem"),
    ("tmpdir-unusable", Anybody, "export TMPDIR=$HOME/nothing; certok token-info"),
    (
        "shadowed",
        Anybody,
        "cp $UC $HOME/other.pem; export X509_USER_CERT=$HOME/other.pem; certok cert-info",
    ),
    // check/host_name.rs
    (
        "host-name-mismatch",
        Anybody,
        "export X509_HOST_CERT=$D/host/healthy.pem; certok check host --name se.certok.test",
    ),
    (
        "host-name-only-in-subject",
        Anybody,
        "export X509_HOST_CERT=$D/host/only-common-name.pem; certok check host --name ce.certok.test",
    ),
    // check/file.rs
    ("file-empty", Anybody, ": > $UC; certok cert-info"),
    ("file-is-der", Anybody, "cp $D/file/der.pem $UC; certok cert-info"),
    ("file-is-pkcs12", Anybody, "cp $D/file/user.p12 $UC; certok cert-info"),
    ("file-is-pkcs7", Anybody, "cp $D/file/pkcs7.pem $UC; certok cert-info"),
    ("file-is-request", Anybody, "cp $D/file/request.pem $UC; certok cert-info"),
    ("file-is-crl", Anybody, "block 'X509 CRL' > $UC; certok cert-info"),
    ("file-is-private-key", Anybody, "cp $D/key/rsa-pkcs1.pem $UC; certok cert-info"),
    ("file-is-certificate", Anybody, "cp -f $UC $UK; certok certkey-match"),
    ("file-is-public-key", Anybody, "cp $D/file/public-key.pem $UC; certok cert-info"),
    ("file-is-ssh-key", Anybody, "cp $D/file/openssh-public.pem $UC; certok cert-info"),
    ("file-is-web-page", Anybody, "cp $D/file/html.pem $UC; certok cert-info"),
    ("file-is-utf16", Anybody, "cp $D/file/utf16.pem $UC; certok cert-info"),
    ("file-is-keystore", Anybody, r"printf '\376\355\376\355\0\0\0\2' > $UC; certok cert-info"),
    ("file-is-json", Anybody, r#"echo '{"results":[{"tokencert":""}]}' > $UC; certok cert-info"#),
    ("file-is-base64", Anybody, "sed '1d;/-----/d' $D/cert/healthy.pem > $UC; certok cert-info"),
    (
        "file-is-stored",
        Anybody,
        r"printf 'apiVersion: v1\nkind: Config\n  client-certificate-data: %s\n' $(base64 < $UC | tr -d '\n') > c && cat c > $UC; certok cert-info",
    ),
    (
        "pem-label",
        Anybody,
        "chmod 600 $UK; sed 's/RSA PRIVATE KEY-/CERTIFICATE-/' $D/key/rsa-pkcs1.pem > $UK; certok certkey-match",
    ),
    ("file-is-other", Anybody, "block SOMETHING > $UC; certok cert-info"),
    ("no-certificate", Anybody, "cp $D/file/no-pem.txt $UC; certok cert-info"),
    ("no-key", Anybody, "cp -f $D/file/no-pem.txt $UK; certok certkey-match"),
    ("pem-truncated", Anybody, "cp $D/file/truncated.pem $UC; certok cert-info"),
    ("pem-bad-base64", Anybody, "cp $D/file/bad-base64.pem $UC; certok cert-info"),
    ("pem-glued", Anybody, "cp $D/file/joined.pem $UC; certok cert-info"),
    ("pem-one-line", Anybody, "cp $D/file/one-line.pem $UC; certok cert-info"),
    ("pem-layout", Anybody, "cp $D/file/indented.pem $UC; certok cert-info"),
    ("pem-dashes", Anybody, "cp $D/file/smart-dashes.pem $UC; certok cert-info"),
    ("pem-bare-cr", Anybody, "cp $D/file/cr-only.pem $UC; certok cert-info"),
    ("pem-damaged", Anybody, "cp $D/file/wrong-end.pem $UC; certok cert-info"),
    ("cert-damaged", Anybody, "cp $D/file/body-truncated.pem $UC; certok cert-info"),
    ("ca-first", Anybody, "cp $D/cert/ca-first.pem $UC; certok cert-info"),
    ("old-first", Anybody, "cp $D/cert/old-and-new.pem $UC; certok cert-info"),
    ("later-block-damaged", Anybody, "head -n 9 $D/cert/healthy.pem >> $UC; certok cert-info"),
    ("fix-failed", Anybody, "chmod 644 $UK; exec 9< $HOME/.globus; flock 9; certok fix --yes"),
    ("others-unjudged", Anybody, "cat $D/cert/expired.pem >> $UC; certok cert-info"),
    ("pem-odd", Anybody, "cp $D/file/bom.pem $UC; certok cert-info"),
    // check/lifetime.rs
    ("expired", Anybody, "cp $D/cert/expired.pem $UC; certok cert-info"),
    ("not-yet-valid", Anybody, "cp $D/cert/not-yet-valid.pem $UC; certok cert-info"),
    ("never-valid", Anybody, "cp $D/cert/validity-inverted.pem $UC; certok cert-info"),
    ("too-short", Anybody, "certok cert-info --for 52w"),
    ("expires-soon", Anybody, "cp $D/cert/expires-in-7-days.pem $UC; certok cert-info"),
    ("ends-soon", Anybody, "certok check token --warn 52w"),
    ("alien-too-short", Anybody, "cp $D/token/eight-minutes-left.pem $TC; certok token-info"),
    // check/key_match.rs
    ("key-mismatch", Anybody, "cp -f $D/key/other.pem $UK; certok certkey-match"),
    ("key-type-differs", Anybody, "certok certkey-match $D/cert/pss-key.pem $D/key/rsa-pkcs1.pem"),
    (
        "pair-from-two-places",
        Anybody,
        "export X509_USER_CERT=$D/cert/ec-p256.pem; certok certkey-match",
    ),
    (
        "cert-key-swapped",
        Anybody,
        "mv $UC $HOME/x; mv $UK $UC; mv $HOME/x $UK; certok certkey-match",
    ),
    ("later-key-matches", Anybody, "cp -f $D/key/two-keys.pem $UK; certok certkey-match"),
    ("key-in-cert-file", Anybody, "cp -f $D/file/cert-and-key.pem $UC; certok cert-info"),
    ("several-keys", Anybody, "chmod 600 $UK; cat $D/key/other.pem >> $UK; certok certkey-match"),
    (
        "key-encrypted",
        Anybody,
        "cp -f $D/key/encrypted-pbes2.pem $UK; certok certkey-match --no-input",
    ),
    (
        "passphrase-unreadable",
        Anybody,
        "cp -f $D/key/encrypted-pbes2.pem $UK; certok certkey-match --passphrase-file $HOME/nothing",
    ),
    (
        "wrong-passphrase",
        Anybody,
        "cp -f $D/key/encrypted-pbes2.pem $UK; echo wrong > $HOME/p; certok certkey-match --passphrase-file $HOME/p",
    ),
    (
        "key-too-costly",
        Anybody,
        "cp -f $F/costly-key.pem $UK; echo wrong > $HOME/p; certok certkey-match --passphrase-file $HOME/p",
    ),
    (
        "key-cipher",
        Anybody,
        "cp -f $D/key/dek-des.pem $UK; echo 'correct horse' > $HOME/p; certok certkey-match --passphrase-file $HOME/p",
    ),
    ("key-damaged", Anybody, "chmod 600 $UK; block 'RSA PRIVATE KEY' > $UK; certok certkey-match"),
    ("key-unsupported", Anybody, "cp -f $D/key/dsa.pem $UK; certok certkey-match"),
    // check/file_mode.rs
    ("key-readable", Anybody, "chmod 644 $UK; certok cert-verify"),
    ("key-not-owned", Root, "chown 4242 $UK; certok cert-verify"),
    ("credential-dir-writable", Anybody, "chmod 777 $HOME/.globus; certok cert-verify"),
    ("cert-writable", Anybody, "chmod 666 $UC; certok cert-verify"),
    ("cert-not-owned", Root, "chown 4242 $UC; certok cert-verify"),
    // check/token.rs
    ("user-cert-as-token", Anybody, "cp $UC $TC; certok token-info"),
    ("job-token-outside-job", Anybody, "cp $D/token/job.pem $TC; certok token-info"),
    (
        "job-token-of-other-job",
        Anybody,
        "cp $D/token/job.pem $TC; ALIEN_PROC_ID=1 certok token-info",
    ),
    ("jobagent-token", Anybody, "cp $D/token/jobagent.pem $TC; certok token-info"),
    ("host-token", Anybody, "cp $D/token/host.pem $TC; certok token-info"),
    (
        "token-limited",
        Anybody,
        "cp $D/token/limited-by-user-certificate.pem $TC; cp $D/cert/expires-in-7-days.pem $UC; certok token-info",
    ),
    ("old-alien-ca", Anybody, "cp $D/token/from-old-ca.pem $TC; certok token-verify"),
    ("token-as-cert", Anybody, "cp $TC $UC; certok cert-info"),
    ("proxy-as-cert", Anybody, "cp $D/cert/rfc3820-proxy.pem $UC; certok cert-info"),
    ("token-not-new", Anybody, "certok token -v 1"),
    ("other-token", Anybody, "certok token -u bob"),
    // check/proxy
    ("proxy-inline", Anybody, r#"export X509_USER_PROXY="$(cat $PX)"; certok proxy-info"#),
    (
        "proxy-damaged",
        Anybody,
        "head -c 3000 $D/proxy/rfc3820.pem > $HOME/p; chmod 600 $HOME/p; certok proxy-info $HOME/p",
    ),
    ("proxy-is-user-cert", Anybody, "certok proxy-info $D/proxy/user-certificate.pem"),
    ("proxy-not-first", Anybody, "certok proxy-info $D/proxy/user-certificate-first.pem"),
    ("proxy-no-key", Anybody, "certok proxy-info $D/proxy/no-key.pem"),
    ("proxy-missing-eec", Anybody, "certok proxy-verify $D/proxy/without-user-certificate.pem"),
    ("proxy-eec-expired", Anybody, "certok proxy-info $D/proxy/user-certificate-expired.pem"),
    ("proxy-policy-language", Anybody, "certok proxy-verify $D/proxy/rfc3820-any-language.pem"),
    ("proxy-limited", Anybody, "certok proxy-verify $D/proxy/rfc3820-limited.pem"),
    ("proxy-restricted", Anybody, "certok proxy-verify $D/proxy/rfc3820-restricted.pem"),
    ("small-proxy-key", Anybody, "certok proxy-verify $D/proxy/rsa-1024.pem"),
    ("proxy-draft-type", Anybody, "certok proxy-verify $D/proxy/draft.pem"),
    ("proxy-legacy-type", Anybody, "certok proxy-verify $D/proxy/legacy.pem"),
    (
        "proxy-key-encrypted",
        Anybody,
        "cat $D/cert/rfc3820-proxy.pem | sed '/KEY-----/,/KEY-----/d' > $PX; cat $D/key/encrypted-pbes2.pem >> $PX; certok proxy-info",
    ),
    // check/strength.rs
    ("sha1-signature", Anybody, "certok cert-verify $D/cert/sha1-signature.pem"),
    (
        "small-ca-key",
        Anybody,
        "certok cert-verify --ca-file $D/ca/alien-old.pem $D/token/from-old-ca.pem",
    ),
    ("time-not-utctime", Anybody, "certok cert-verify $D/cert/generalized-time-2026.pem"),
    ("negative-serial", Anybody, "certok cert-verify $D/cert/negative-serial.pem"),
    ("ec-key", Anybody, "certok cert-verify $D/cert/ec-p256.pem"),
    ("p521-key", Anybody, "certok cert-verify $D/cert/ec-p521.pem"),
    ("ed25519-key", Anybody, "certok cert-verify $D/cert/ed25519.pem"),
    ("certificate-not-der", Anybody, "certok cert-verify $D/cert/not-der.pem"),
    ("extension-passed-over", Anybody, "certok cert-verify $D/cert/malformed-policies.pem"),
    ("extension-trailing-bytes", Anybody, "certok cert-verify $D/cert/bytes-behind-ca-issuers.pem"),
    ("long-serial", Anybody, "certok cert-verify $D/cert/long-serial.pem"),
    ("any-usage-alone", Anybody, "certok cert-verify $F/any-usage.pem"),
    ("cert-sign-without-ca", Anybody, "certok cert-verify $F/cert-sign.pem"),
    (
        "key-not-judged",
        Anybody,
        "certok cert-verify --purpose any --ca-file $F/unknown-key.pem $F/unknown-key.pem",
    ),
    ("ca-as-credential", Anybody, "certok cert-verify --purpose any $CA/Grid.pem"),
    // check/chain.rs
    (
        "ca-expired",
        Anybody,
        "certok cert-verify --ca-file $D/ca/old-root.pem $D/cert/issued-by-expired-ca.pem",
    ),
    ("ca-not-yet-valid", Anybody, "certok cert-verify --at 2014-01-01T00:00:00Z"),
    ("issuer-unknown", Anybody, "certok cert-verify --ca-file $D/ca/web-root.pem"),
    ("intermediate-missing", Anybody, "certok cert-verify $D/cert/intermediate-missing.pem"),
    ("self-signed", Anybody, "certok cert-verify $D/cert/self-signed.pem"),
    ("bad-signature", Anybody, "certok cert-verify $D/cert/bad-signature.pem"),
    ("ca-other-key", Anybody, "certok cert-verify $D/cert/issued-by-rekeyed.pem"),
    ("issuer-id-differs", Anybody, "certok cert-verify $D/cert/issuer-id-differs.pem"),
    ("not-a-ca", Anybody, "certok cert-verify $D/cert/issued-by-end-entity.pem"),
    ("no-cert-sign", Anybody, "certok cert-verify $D/cert/issued-by-no-sign.pem"),
    ("path-length", Anybody, "certok cert-verify $D/cert/issued-by-sub.pem"),
    ("too-deep", Anybody, "certok cert-verify --max-depth 0"),
    (
        "unknown-critical-extension",
        Anybody,
        "certok cert-verify $D/cert/unknown-critical-extension.pem",
    ),
    ("malformed-extension", Anybody, "certok cert-verify $F/malformed-extension.pem"),
    ("forbidden-algorithm", Anybody, "certok cert-verify $D/cert/md5-signature.pem"),
    ("ec-explicit-parameters", Anybody, "certok cert-verify $F/explicit-curve.pem"),
    ("unsupported-algorithm", Anybody, "certok cert-verify $F/unsupported-key.pem"),
    ("algorithm-differs", Anybody, "certok cert-verify $D/cert/algorithm-mismatch.pem"),
    // check/acceptance.rs
    (
        "anchors-conflict",
        Anybody,
        "cp $D/ca/grid-expired-twin.pem $CA/bea41460.1; certok who cert --tool canl",
    ),
    (
        "anchor-without-key-id",
        Anybody,
        "certok who $F/names-key-id.pem --ca-file $F/root-without-key-id.pem --tool canl",
    ),
    ("issuer-spelling", Anybody, "certok who $D/cert/utf8-vs-printable-issuer.pem --tool go"),
    ("key-not-used", Anybody, "certok who $D/cert/pss-key.pem --tool go"),
    ("name-string", Anybody, "certok who $D/cert/string-types-dn.pem --tool go"),
    (
        "stray-certificate",
        Anybody,
        "cat $UC $D/cert/rsa-4096.pem > $HOME/two.pem; certok who $HOME/two.pem --tool xrootd-gsi-6",
    ),
    ("version-before-3", Anybody, "certok cert-verify $D/cert/v1.pem"),
    ("client-other-cas", Anybody, "SSL_CERT_FILE=/x certok cert-verify --as python"),
    ("acceptance-unknown", Anybody, "certok who $F/unsupported-key.pem --tool globus"),
    ("key-too-small", Anybody, "certok cert-verify $D/cert/rsa-1024.pem"),
    (
        "trust-rejected",
        Anybody,
        "certok cert-verify --ca-file $D/ca/root-rejects-clients.pem $D/cert/with-chain.pem",
    ),
    ("proxy-not-accepted", Anybody, "certok cert-verify $D/cert/rfc3820-proxy.pem"),
    ("proxy-issued-by-ca", Anybody, "certok proxy-verify $D/proxy/issued-by-ca.pem"),
    (
        "proxy-issuer-key-usage",
        Anybody,
        "certok proxy-verify $D/proxy/issuer-without-signature.pem",
    ),
    ("proxy-subject", Anybody, "certok proxy-verify $D/proxy/subject-differs.pem"),
    ("proxy-is-ca", Anybody, "certok proxy-verify $D/proxy/marked-as-ca.pem"),
    ("proxy-ca-extension", Anybody, "certok proxy-verify $F/constraining-proxy.pem"),
    ("proxy-issuer-ca-mark", Anybody, "certok proxy-verify $F/marked-proxy.pem"),
    ("proxy-alt-name", Anybody, "certok proxy-verify $D/proxy/alternative-name.pem"),
    ("proxy-mixed-types", Anybody, "certok proxy-verify $D/proxy/mixed-types.pem"),
    ("proxy-path-length", Anybody, "certok proxy-verify $D/proxy/path-length-exceeded.pem"),
    ("proxy-path-length-grows", Anybody, "certok proxy-verify $D/proxy/path-length-grows.pem"),
    ("proxy-info-not-critical", Anybody, "certok proxy-verify $D/proxy/info-not-critical.pem"),
    ("proxy-issuer-id", Anybody, "certok proxy-verify $D/proxy/issuer-id-differs.pem"),
    ("proxy-exceeds-limited", Anybody, "certok proxy-verify $D/proxy/full-below-limited.pem"),
    ("proxy-misplaced", Anybody, "certok proxy-verify $F/below-a-proxy.pem"),
    (
        "server-only",
        Anybody,
        "export X509_HOST_CERT=$D/host/server-only.pem X509_HOST_KEY=$D/key/rsa-pkcs8.pem; certok check host",
    ),
    ("wrong-purpose", Anybody, "certok cert-verify $D/cert/server-only.pem"),
    ("no-digital-signature", Anybody, "certok cert-verify $D/cert/no-digital-signature.pem"),
    (
        "search-limit",
        Anybody,
        "mkdir $HOME/empty; certok cert-verify --ca-dir $HOME/empty $F/many-issuers.pem",
    ),
    // check/chain/revocation/rule.rs
    ("revoked", Anybody, "cp $D/crl/revokes-healthy.pem $CA/bea41460.r0; certok cert-verify"),
    ("crl-expired", Anybody, "cp $D/crl/expired.pem $CA/bea41460.r0; certok cert-verify"),
    ("crl-not-yet-valid", Anybody, "cp $D/crl/future.pem $CA/bea41460.r0; certok cert-verify"),
    (
        "crl-bad-signature",
        Anybody,
        "cp $D/crl/bad-signature.pem $CA/bea41460.r0; certok cert-verify",
    ),
    ("crl-corrupt", Anybody, "cp $D/file/html.pem $CA/bea41460.r0; certok cert-verify"),
    (
        "crl-not-allowed",
        Anybody,
        "cp $F/no-crl-sign.pem $CA/Grid.pem; cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify",
    ),
    ("crl-forbidden-algorithm", Anybody, "cp $D/crl/md5.pem $CA/bea41460.r0; certok cert-verify"),
    ("crl-unreadable", Anybody, "ln -s nothing $CA/bea41460.r0; certok cert-verify"),
    (
        "crl-unsupported",
        Anybody,
        "cp $D/crl/unknown-critical.pem $CA/bea41460.r0; certok cert-verify",
    ),
    (
        "root-on-own-crl",
        Anybody,
        "cp $F/root-on-own.crl $CA/4b4ca555.r0; cp $F/root-on-own.crl $CA/89680c43.r0; certok cert-verify",
    ),
    ("crl-missing", Anybody, "certok cert-verify --crl require"),
    ("crl-scope", Anybody, "cp $D/crl/other-point.pem $CA/bea41460.r0; certok cert-verify"),
    (
        "crl-expires-soon",
        Anybody,
        "cp $D/crl/grid.pem $CA/bea41460.r0; certok cert-verify --for 30d",
    ),
    ("crl-sha1-signature", Anybody, "cp $D/crl/sha1.pem $CA/bea41460.r0; certok cert-verify"),
    ("crl-is-der", Anybody, "cp $D/crl/der.r0 $CA/bea41460.r0; certok cert-verify"),
    ("crl-no-next-update", Anybody, "cp $D/crl/v1.pem $CA/bea41460.r0; certok cert-verify"),
    // check/chain/permission
    ("signing-policy-denies", Anybody, "policy denies.signing_policy; certok cert-verify"),
    (
        "signing-policy-missing",
        Anybody,
        "rm $CA/*.signing_policy; certok cert-verify --policy require",
    ),
    (
        "signing-policy-misnamed",
        Anybody,
        "mv $CA/bea41460.signing_policy $CA/bea41460.0.signing_policy; certok cert-verify",
    ),
    ("signing-policy-other-ca", Anybody, "policy other-ca.signing_policy; certok cert-verify"),
    ("signing-policy-syntax", Anybody, "policy unquoted-name.signing_policy; certok cert-verify"),
    (
        "signing-policy-no-newline",
        Anybody,
        "policy no-newline.signing_policy; certok cert-verify --policy require",
    ),
    (
        "signing-policy-unreadable",
        Anybody,
        "ln -sf nothing $CA/bea41460.signing_policy; certok cert-verify",
    ),
    ("namespaces-denies", Anybody, "policy denies.namespaces; certok cert-verify"),
    (
        "namespaces-missing",
        Anybody,
        "rm $CA/*.namespaces; certok cert-verify --policy namespaces-require",
    ),
    (
        "namespaces-misnamed",
        Anybody,
        "rm $CA/1bd5a390.namespaces; mv $CA/bea41460.namespaces $CA/bea41460.0.namespaces
         certok cert-verify --policy namespaces-require",
    ),
    ("namespaces-other-ca", Anybody, "policy other-ca.namespaces; certok cert-verify"),
    ("namespaces-syntax", Anybody, "policy syntax.namespaces; certok cert-verify"),
    ("namespaces-unreadable", User, "chmod 000 $CA/Grid.namespaces; certok cert-verify"),
    ("rustls-refuses", Anybody, "certok cert-verify $D/cert/utf8-vs-printable-issuer.pem"),
    // check/chain/constraint.rs
    ("name-constraint", Anybody, "certok cert-verify $F/name-outside.pem"),
    ("name-constraint-limit", Anybody, "certok cert-verify $F/many-names.pem"),
    ("policy-required", Anybody, "certok cert-verify $F/no-policy.pem"),
    ("policy-any-mapped", Anybody, "certok cert-verify $F/any-mapped.pem"),
    ("policy-limit", Anybody, "certok cert-verify $F/policy-tree.pem"),
    // check/chain/profile.rs
    ("name-constraint-misplaced", Anybody, "certok cert-verify $F/name-constraints.pem"),
    ("not-critical", Anybody, "certok cert-verify $F/policy-not-critical.pem"),
    ("strict-refuses", Anybody, "certok cert-verify $F/no-key-id.pem"),
    ("critical-for-globus", Anybody, "certok cert-verify $F/critical-name.pem"),
    ("no-subject", Anybody, "certok cert-verify $F/named-otherwise.pem"),
    ("wrong-criticality", Anybody, "certok cert-verify $F/critical-key-id.pem"),
    ("empty-name", Anybody, "certok cert-verify $F/no-subject.pem"),
    // check/consumers.rs
    ("taken-as-nobody", Anybody, "certok cert-verify --as xrootd-http $F/dsa-key.pem"),
    // check/ca_info.rs
    ("ca-not-found", Anybody, "certok ca-info --find nobody"),
    ("ca-no-signer", Anybody, "certok ca-info --find $D/cert/self-signed.pem"),
    ("ca-no-root", Anybody, "rm $CA/Root.pem; certok ca-info --find $UC"),
    ("ca-not-listed", Anybody, "rm $CA/Root.pem; certok ca-info"),
    // check/openssl_path.rs
    (
        "openssl-takes-other-ca",
        Anybody,
        "cp $D/ca/grid-expired-twin.pem $CA/bea41460.0; certok cert-verify $D/cert/with-chain.pem",
    ),
    // check/ca_lookup
    ("ca-dir-unusable", Anybody, "certok cert-verify --ca-dir $HOME/nothing"),
    ("ca-dir-is-file", Anybody, "export X509_CERT_DIR=$CA/Grid.pem; certok cert-verify"),
    (
        "ca-file-is-directory",
        Anybody,
        "export X509_CERT_FILE=$CA; unset X509_CERT_DIR; certok cert-verify",
    ),
    ("ca-dir-empty", Anybody, "mkdir $HOME/empty; certok cert-verify --ca-dir $HOME/empty"),
    ("ca-no-hash-link", Anybody, "rm $CA/*.0; certok cert-verify"),
    ("ca-old-hash-only", Anybody, "rm $CA/bea41460.0; certok cert-verify"),
    ("ca-index-gap", Anybody, "mv $CA/bea41460.0 $CA/bea41460.1; certok cert-verify"),
    (
        "ca-wrong-hash-name",
        Anybody,
        "rm $CA/bea41460.0; mv $CA/1bd5a390.0 $CA/00000000.0; certok cert-verify",
    ),
    (
        "ca-out-of-use",
        Anybody,
        "rm $CA/bea41460.0 $CA/1bd5a390.0; mv $CA/Grid.pem $CA/Grid.pem.bak; certok cert-verify",
    ),
    ("ca-dangling-link", Anybody, "ln -sf nothing $CA/bea41460.0; certok cert-verify"),
    ("ca-corrupt", Anybody, "rm $CA/bea41460.0; echo x > $CA/bea41460.0; certok cert-verify"),
    ("ca-unreadable", Anybody, "ln -sf bea41460.0 $CA/bea41460.0; certok cert-verify"),
    (
        "ca-dir-web-pki",
        Anybody,
        "mkdir $HOME/web; for i in $(seq 60); do cp $D/ca/web-root.pem $HOME/web/$i.pem; done; certok cert-verify --ca-dir $HOME/web",
    ),
    (
        "ca-name-alike",
        Anybody,
        "cp $F/mail-in-cn.pem $CA; certok cert-verify $F/below-mail-beside-cn.pem",
    ),
    // check/ca_dir/rule.rs
    ("ca-expires-soon", Anybody, "certok ca-check $F/soon-first-bad.pem"),
    ("ca-dir-not-a-ca", Anybody, "cp $D/ca/not-ca.pem $CA; certok ca-check $CA"),
    ("key-untried", Anybody, "certok cert-verify $F/ed448-key.pem"),
    ("ca-version-1", Anybody, "cp $F/version-1.pem $CA; certok ca-check $CA"),
    ("ca-parent-missing", Anybody, "cp $D/ca/issuing4.pem $CA; certok ca-check $CA"),
    ("ca-parent-other-key", Anybody, "cp $F/below-other-key.pem $CA; certok ca-check $CA"),
    ("ca-signature-wrong", Anybody, "cp $F/root-altered.pem $CA; certok ca-check $CA"),
    ("ca-two-keys", Anybody, "cp $D/ca/grid-rekeyed.pem $CA; certok ca-check $CA"),
    (
        "ca-expired-first",
        Anybody,
        "rm $CA/bea41460.0; cp $D/ca/grid-expired-twin.pem $CA/bea41460.0; ln -s Grid.pem $CA/bea41460.1; certok cert-verify",
    ),
    ("ca-same-serial", Anybody, "cp $F/grid-same-serial.pem $CA; certok ca-check $CA"),
    ("ca-duplicate", Anybody, "cp $CA/Grid.pem $CA/Again.pem; certok ca-check $CA"),
    ("ca-index-twice", Anybody, "ln -s Grid.pem $CA/bea41460.1; certok ca-check $CA"),
    ("ca-several-in-file", Anybody, "cat $F/root-sha1.pem >> $CA/Grid.pem; certok ca-check $CA"),
    ("ca-dir-private-key", Anybody, "cp $D/key/other.pem $CA; certok ca-check $CA"),
    ("ca-trusted-label", Anybody, "cp $F/trusted-root.pem $CA/Root.pem; certok ca-check $CA"),
    ("ca-new-hash-only", Anybody, "rm $CA/1bd5a390.0; certok ca-check $CA"),
    (
        "ca-link-outside",
        Anybody,
        "mv $CA/Grid.pem $HOME; ln -s $HOME/Grid.pem $CA; certok ca-check $CA",
    ),
    (
        "ca-dir-no-policies",
        Anybody,
        "rm $CA/*.signing_policy $CA/*.namespaces $CA/*.info $CA/*.crl_url; certok ca-check",
    ),
    ("ca-link-moved", Anybody, "ln -sf /gone/Grid.pem $CA/bea41460.0; certok ca-check"),
    ("ca-dir-no-alien", Anybody, "mkdir alice; cp $CA/Grid.pem alice; certok ca-check alice"),
    ("ca-file-damaged", Anybody, "cat $CA/Grid.pem $F/no-certificate.pem > x; certok ca-check x"),
    // check/erase.rs
    ("destroy-refused", Anybody, "mv $TC $HOME/x; ln -s $HOME/x $TC; certok token-destroy"),
    ("destroy-not-a-token", Anybody, "cp $UC $TC; certok token-destroy"),
    ("destroy-not-a-proxy", Anybody, "cat $UC $UK > $HOME/both; certok proxy-destroy $HOME/both"),
    ("destroy-failed", User, "chmod 500 $TMPDIR; certok token-destroy; chmod 700 $TMPDIR"),
    ("destroy-inline", Anybody, r#"export JALIEN_TOKEN_CERT="$(cat $TC)"; certok token-destroy"#),
    ("destroy-not-confirmed", Anybody, "certok cert-destroy --no-input"),
    ("destroy-nothing", Anybody, "rm $TC $TK; certok token-destroy"),
    (
        "destroy-remains",
        Anybody,
        "cp $TC $HOME/c; cp $TK $HOME/k; JALIEN_TOKEN_CERT=$HOME/c JALIEN_TOKEN_KEY=$HOME/k certok \
         token-destroy",
    ),
    (
        "token-leftovers",
        Anybody,
        ": > $TMPDIR/tokenkey_x_${U}_0123456789abcdef0123456789abcdef.pem; certok token-destroy",
    ),
    // check/voms/rule.rs
    ("voms-expired", Anybody, "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/expired.pem"),
    (
        "voms-not-yet-valid",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/not-yet-valid.pem",
    ),
    (
        "voms-too-short",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir --for 7h $D/voms/healthy.pem",
    ),
    (
        "voms-malformed",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/malformed.pem",
    ),
    (
        "voms-holder-mismatch",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/other-holder.pem",
    ),
    (
        "voms-bad-signature",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/bad-signature.pem",
    ),
    (
        "voms-forbidden-algorithm",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/md5.pem",
    ),
    (
        "voms-unsupported-algorithm",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/unknown-algorithm.pem",
    ),
    (
        "voms-issuer-mismatch",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/issuer-differs.pem",
    ),
    (
        "voms-extension",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/unknown-critical.pem",
    ),
    (
        "voms-foreign-attribute",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/foreign-attribute.pem",
    ),
    (
        "voms-lsc-missing",
        Anybody,
        "mkdir $HOME/list; certok proxy-verify --vomsdir $HOME/list $D/voms/healthy.pem",
    ),
    (
        "voms-no-server-certificate",
        Anybody,
        "mkdir $HOME/list; certok proxy-verify --vomsdir $HOME/list $D/voms/no-certificates.pem",
    ),
    (
        "voms-lsc-mismatch",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/server-of-stranger.pem",
    ),
    (
        "voms-lsc-malformed",
        Anybody,
        "mkdir -p $HOME/list/alice; echo /CN=x > $HOME/list/alice/voms.certok.test.lsc; certok proxy-verify --vomsdir $HOME/list $D/voms/healthy.pem",
    ),
    (
        "voms-lsc-unreadable",
        User,
        "mkdir -p $HOME/list/alice; touch $HOME/list/alice/voms.certok.test.lsc; chmod 000 $HOME/list/alice/voms.certok.test.lsc; certok proxy-verify --vomsdir $HOME/list $D/voms/healthy.pem",
    ),
    (
        "voms-issuer-untrusted",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/server-expired.pem",
    ),
    (
        "voms-missing",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir --vo atlas $D/voms/healthy.pem",
    ),
    (
        "voms-dir-unusable",
        Anybody,
        "export X509_VOMS_DIR=$HOME/nothing; certok proxy-verify $D/voms/healthy.pem",
    ),
    ("voms-not-checked", Anybody, "certok proxy-verify --voms off $D/voms/healthy.pem"),
    ("voms-targeted", Anybody, "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/targets.pem"),
    (
        "voms-holder-form",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/holder-by-issuer.pem",
    ),
    (
        "voms-lsc-longer",
        Anybody,
        "mkdir -p $HOME/list/alice; cp $D/voms/server/chain.lsc $HOME/list/alice/voms.certok.test.lsc; certok proxy-verify --vomsdir $HOME/list $D/voms/healthy.pem",
    ),
    (
        "voms-sha1-signature",
        Anybody,
        "certok proxy-verify --vomsdir $D/voms/vomsdir $D/voms/sha1.pem",
    ),
    // check/mint.rs
    ("no-local-ca", Anybody, "certok token-init"),
    ("ca-file-unreadable", Anybody, "mint --ca-cert $HOME/nothing"),
    ("token-not-made", Anybody, "mint --at 1969-12-31T23:59:59Z"),
    ("lifetime-cut", Anybody, "mint -v 60"),
    ("lifetime-limited-by-ca", Anybody, "mint --at 2040-02-01T00:00:00Z"),
    (
        "token-of-other-issuer",
        Anybody,
        "mint --ca-cert $D/ca/certificates/Ecc.pem --ca-key $D/keys/ca-p384.pem",
    ),
    ("token-place-unsafe", Anybody, "chmod 777 $TMPDIR; mint"),
    ("token-place-unusable", Anybody, "export TMPDIR=$HOME/nothing; mint"),
    ("token-place-taken", Anybody, "mv $TC $HOME/x; ln -s $HOME/x $TC; mint"),
    ("token-place-busy", Anybody, "exec 9> $TMPDIR/.token_$U.lock; flock 9; mint"),
    ("token-not-written", Anybody, "trap '' XFSZ; ulimit -f 0; mint"),
    ("new-token-not-in-use", Anybody, "mint --out-dir $HOME"),
    // check/usage.rs
    ("usage", Anybody, "certok nonsense"),
    ("token-init-of-service", Anybody, "certok --json alien-token-init"),
    ("strict", Anybody, "chmod 644 $TK; certok token-verify --strict"),
    // check/ca_dir
    ("crl-misnamed", Anybody, "cp $D/crl/grid.pem $CA/bea41460.r1; certok ca-check"),
    ("ca-dir-leftover", Anybody, "echo > $CA/01234567.signing_policy; certok ca-check"),
    ("ca-old-hash-incomplete", Anybody, "cp $D/crl/grid.pem $CA/bea41460.r0; certok ca-check"),
    ("ca-dir-writable", Anybody, "chmod 777 $CA; certok ca-check"),
    ("ca-file-writable", Anybody, "chmod 666 $CA/Grid.pem; certok ca-check"),
    ("ca-foreign-owner", Root, "chown 4242 $CA/Grid.pem; certok ca-check"),
    ("ca-not-readable", Anybody, "chmod 755 $HOME/..; chmod 600 $CA/Grid.pem; certok ca-check"),
    (
        "ca-bundle-old",
        Anybody,
        "sed 's/1.140/1.92/' $CA/Grid.info > $CA/x; rm $CA/*.info; mv $CA/x $CA/Grid.info; certok ca-check",
    ),
    (
        "ca-bundle-mixed",
        Anybody,
        "sed 's/1.140/1.92/' $CA/Grid.info > $CA/x; mv $CA/x $CA/Grid.info; certok ca-check",
    ),
    ("ca-variable-broken", Anybody, "export SSL_CERT_FILE=$HOME/nothing; certok ca-check"),
    ("ca-variable-other", Anybody, "export X509_CERT_FILE=$CA/Root.pem; certok ca-check"),
    ("list-unreadable", Anybody, "certok cert-verify --files-from $HOME/nothing"),
    (
        "list-cut",
        Anybody,
        "yes $D/cert/healthy.pem | head -n 25001 > $HOME/list; certok cert-info --files-from $HOME/list",
    ),
    ("list-empty", Anybody, ": > $HOME/list; certok cert-info --files-from $HOME/list"),
    // check/idtoken
    ("idtoken-expired", Anybody, "idtoken expired; certok idtoken-verify"),
    ("idtoken-shadowed", Anybody, "idtoken two; certok idtoken-verify"),
    ("idtoken-hangs-client", Anybody, "idtoken begins-with-nul; certok idtoken-verify"),
    ("idtoken-malformed", Anybody, "idtoken two-parts; certok idtoken-verify"),
    ("idtoken-line-wrapped", Anybody, "idtoken wrapped; certok idtoken-verify"),
    ("idtoken-request-text", Anybody, "idtoken request-text; certok idtoken-verify"),
    ("idtoken-unknown-key", Anybody, "idtoken no-key-id; certok idtoken-verify"),
    ("idtoken-bad-signature", Anybody, "idtoken wrong-key; certok idtoken-verify"),
    ("idtoken-empty-key", Anybody, "idtoken empty-key; certok idtoken-verify"),
    ("idtoken-algorithm", Anybody, "idtoken alg-none; certok idtoken-verify"),
    ("idtoken-critical-header", Anybody, "idtoken crit; certok idtoken-verify"),
    ("idtoken-claim-form", Anybody, "idtoken scope-list; certok idtoken-verify"),
    ("idtoken-fraction", Anybody, "idtoken exp-fraction; certok idtoken-verify"),
    ("idtoken-no-subject", Anybody, "idtoken empty-subject; certok idtoken-verify"),
    ("idtoken-capability", Anybody, "idtoken capability; certok idtoken-verify"),
    ("idtoken-not-expanded", Anybody, "idtoken not-expanded; certok idtoken-verify"),
    ("idtoken-no-domain", Anybody, "idtoken no-domain; certok idtoken-verify"),
    ("idtoken-superuser", Anybody, "idtoken superuser; certok idtoken-verify"),
    ("idtoken-unrestricted", Anybody, "idtoken unrestricted; certok idtoken-verify"),
    ("idtoken-never-expires", Anybody, "idtoken ends-never; certok idtoken-verify"),
    ("idtoken-issued-in-future", Anybody, "idtoken issued-in-future; certok idtoken-verify"),
    ("idtoken-no-id", Anybody, "idtoken no-id; certok idtoken-verify"),
    ("idtoken-not-utf8", Anybody, "idtoken not-utf8; certok idtoken-verify"),
    ("idtoken-no-authorization", Anybody, "idtoken scope-nothing-known; certok idtoken-verify"),
    ("idtoken-unknown-authorization", Anybody, "idtoken scope-unknown; certok idtoken-verify"),
    ("idtoken-authorization-comma", Anybody, "idtoken scope-comma; certok idtoken-verify"),
    ("idtoken-authorization-case", Anybody, "idtoken scope-lower-case; certok idtoken-verify"),
    ("idtoken-none", Anybody, "idtoken healthy; rm $HOME/t/t; certok idtoken-verify"),
    (
        "idtoken-elsewhere",
        Anybody,
        "idtoken healthy; mkdir $HOME/.condor; mv $HOME/t $HOME/.condor/tokens.d; certok idtoken-verify",
    ),
    (
        "idtoken-directory-unreadable",
        Anybody,
        "idtoken healthy; export _condor_SEC_TOKEN_DIRECTORY=$HOME/t/t; certok idtoken-verify",
    ),
    ("idtoken-too-short", Anybody, "idtoken healthy; certok idtoken-verify --for 31d"),
    ("idtoken-excluded-name", Anybody, "idtoken healthy t.sh; certok idtoken-verify"),
    (
        "idtoken-directory-open",
        Anybody,
        "idtoken healthy; chmod 770 $HOME/t; certok idtoken-verify",
    ),
    ("idtoken-unsafe-mode", Anybody, "idtoken healthy; chmod 644 $HOME/t/t; certok idtoken-verify"),
    ("idtoken-not-owned", Root, "idtoken healthy; chown 12345 $HOME/t/t; certok idtoken-verify"),
    ("idtoken-unreadable", User, "idtoken healthy; chmod 000 $HOME/t/t; certok idtoken-verify"),
    (
        "idtoken-other-trust-domain",
        Anybody,
        "idtoken other-trust-domain; certok idtoken-verify --trust-domain pool.certok.test",
    ),
    (
        "idtoken-key-unreadable",
        Anybody,
        "idtoken healthy; rm $HOME/keys/POOL; certok idtoken-verify --key POOL",
    ),
    (
        "idtoken-limit",
        Anybody,
        "idtoken healthy; yes x | head -n 20001 > $HOME/t/u; certok idtoken-verify",
    ),
    ("idtoken-not-verified", Anybody, "idtoken healthy; rm $HOME/keys/POOL; certok idtoken-verify"),
    (
        "idtoken-key-weak",
        Anybody,
        "idtoken healthy; printf 12345678901 > $HOME/keys/POOL; certok idtoken-verify",
    ),
    (
        "idtoken-key-unsafe",
        Anybody,
        "idtoken healthy; chmod 644 $HOME/keys/POOL; certok idtoken-verify",
    ),
    (
        "idtoken-scope-insufficient",
        Anybody,
        "idtoken read-only; certok idtoken-verify --authz WRITE",
    ),
    (
        "idtoken-revoked",
        Anybody,
        "idtoken healthy; export _condor_SEC_TOKEN_REVOCATION_EXPR='iat < 1790000000'; certok idtoken-verify",
    ),
    (
        "idtoken-revocation-not-evaluated",
        Anybody,
        "idtoken healthy; export _condor_SEC_TOKEN_REVOCATION_EXPR='unparse(jti) == jti'; certok idtoken-verify",
    ),
    (
        "idtoken-symlink",
        Anybody,
        "idtoken healthy; mv $HOME/t/t $HOME/real; ln -s $HOME/real $HOME/t/t; certok idtoken-verify",
    ),
    ("idtoken-not-revoked", Anybody, "idtoken healthy; certok idtoken-destroy"),
    (
        "condor-config-unreadable",
        Anybody,
        "idtoken healthy; export CONDOR_CONFIG=$HOME/nothing; certok idtoken-verify",
    ),
    (
        "condor-config-unknown",
        Anybody,
        "idtoken healthy; export _condor_SEC_TOKEN_DIRECTORY='/x/$(HOSTNAME)'; certok idtoken-verify",
    ),
    (
        "condor-config-passed-over",
        Anybody,
        "idtoken healthy; export CONDOR_CONFIG=$HOME/c; echo 'include command : x' > $HOME/c; certok idtoken-verify",
    ),
    (
        "idtoken-capability-first",
        Anybody,
        "idtoken healthy; cp -p $D/idtoken/capability.token $HOME/t/a; chmod 600 $HOME/t/a; certok idtoken-verify",
    ),
    (
        "condor-config-refused",
        Anybody,
        "idtoken healthy; export CONDOR_CONFIG=$HOME/c; echo nonsense > $HOME/c; certok idtoken-verify",
    ),
    // check/bearer/rule.rs
    ("bearer-none", Anybody, "export XDG_RUNTIME_DIR=$HOME; certok bearer-info"),
    ("bearer-file-missing", Anybody, "export BEARER_TOKEN_FILE=$HOME/none; certok bearer-info"),
    ("bearer-unreadable", Anybody, "export BEARER_TOKEN_FILE=$HOME; certok bearer-info"),
    ("bearer-not-jwt", Anybody, "export BEARER_TOKEN=d0e2a1f4c9b84c7d; certok bearer-info"),
    ("bearer-json", Anybody, "bearer json; certok bearer-info"),
    ("bearer-is-idtoken", Anybody, "certok bearer-info $D/idtoken/healthy.token"),
    ("bearer-is-eos", Anybody, "export BEARER_TOKEN=zteos64:MDAw; certok bearer-info"),
    ("bearer-is-id-token", Anybody, "bearer id-token; certok bearer-info"),
    ("bearer-is-refresh-token", Anybody, "bearer refresh; certok bearer-info"),
    (
        "bearer-is-vault-token",
        Anybody,
        "export BEARER_TOKEN=hvs.01234567890123456789; certok bearer-info",
    ),
    ("bearer-macaroon", Anybody, "bearer macaroon; certok bearer-info"),
    (
        "bearer-macaroon-undecided",
        Anybody,
        "bearer macaroon; certok bearer-verify --scope storage.read:/data",
    ),
    ("bearer-time-fraction", Anybody, "bearer exp-fraction; certok bearer-info"),
    (
        "bearer-too-long",
        Anybody,
        "bearer healthy; yes '' | head -n 4096 >> $HOME/bt; certok bearer-info",
    ),
    ("bearer-issuer-not-url", Anybody, "bearer issuer-http; certok bearer-info"),
    ("bearer-two-profiles", Anybody, "bearer two-profiles; certok bearer-info"),
    ("bearer-later-profile", Anybody, "bearer wlcg-1.3; certok bearer-info"),
    ("bearer-unknown-profile", Anybody, "bearer wlcg-2.0; certok bearer-info"),
    ("bearer-scope-pathless", Anybody, "bearer pathless; certok bearer-info"),
    ("bearer-groups-ignored", Anybody, "bearer groups; certok bearer-info"),
    (
        "bearer-compute-incomplete",
        Anybody,
        "bearer compute-create; certok bearer-verify --scope compute.create",
    ),
    (
        "bearer-scope-encoded",
        Anybody,
        "bearer encoded-path; certok bearer-verify --scope storage.read:/a%20b",
    ),
    ("bearer-key-set", Anybody, "bearer healthy; certok bearer-verify --jwks $D/bearer/twice.jwks"),
    (
        "bearer-key-expired",
        Anybody,
        "bearer healthy; certok bearer-verify --jwks $D/bearer/ended.jwks",
    ),
    ("bearer-empty", Anybody, "bearer healthy; export BEARER_TOKEN=; certok bearer-info"),
    (
        "bearer-shadowed",
        Anybody,
        "bearer expired; export BEARER_TOKEN=$(cat $D/bearer/healthy.token); certok bearer-info",
    ),
    ("bearer-unsafe-mode", Anybody, "bearer healthy; chmod 640 $HOME/bt; certok bearer-info"),
    ("bearer-not-owned", Root, "bearer healthy; chown 12345 $HOME/bt; certok bearer-info"),
    ("bearer-algorithm", Anybody, "bearer alg-none; certok bearer-info"),
    ("bearer-bound", Anybody, "bearer bound; certok bearer-info"),
    ("bearer-other-type", Anybody, "bearer dpop-proof; certok bearer-info"),
    ("bearer-rare-algorithm", Anybody, "bearer es384; certok bearer-info"),
    ("bearer-expired", Anybody, "bearer expired; certok bearer-info"),
    ("bearer-not-yet-valid", Anybody, "bearer not-yet-valid; certok bearer-info"),
    ("bearer-too-short", Anybody, "bearer healthy; certok bearer-info --for 2h"),
    ("bearer-time-overflow", Anybody, "bearer ends-beyond-counting; certok bearer-info"),
    ("bearer-scope-separator", Anybody, "bearer scope-tab; certok bearer-info"),
    (
        "idtoken-too-old",
        Anybody,
        "idtoken healthy; export _condor_SEC_TOKEN_MAX_AGE=60; certok idtoken-verify",
    ),
    ("bearer-issued-in-future", Anybody, "bearer future; certok bearer-info"),
    ("bearer-claim-missing", Anybody, "bearer no-exp; certok bearer-info"),
    ("bearer-critical-header", Anybody, "bearer crit; certok bearer-info"),
    ("bearer-not-strict-json", Anybody, "bearer trailing; certok bearer-info"),
    ("bearer-claim-form", Anybody, "bearer exp-text; certok bearer-info"),
    ("bearer-claim-mandatory", Anybody, "bearer no-iat; certok bearer-info"),
    ("bearer-claim-not-text", Anybody, "bearer sub-number; certok bearer-info"),
    ("bearer-field-not-text", Anybody, "bearer scope-list; certok bearer-info"),
    ("bearer-no-start", Anybody, "bearer no-nbf; certok bearer-info"),
    ("bearer-claims-incomplete", Anybody, "bearer no-jti; certok bearer-info"),
    ("bearer-no-profile", Anybody, "bearer no-profile; certok bearer-info"),
    (
        "bearer-wrong-issuer",
        Anybody,
        "bearer no-profile; certok bearer-verify --issuer https://x.test",
    ),
    (
        "bearer-wrong-audience",
        Anybody,
        "bearer no-profile; certok bearer-verify --audience https://x.test",
    ),
    (
        "bearer-scope-insufficient",
        Anybody,
        "bearer healthy; certok bearer-verify --scope storage.modify:/x",
    ),
    ("bearer-scope-void", Anybody, "bearer scope-void; certok bearer-verify"),
    (
        "bearer-bad-signature",
        Anybody,
        "bearer healthy; certok bearer-verify --jwks $D/bearer/other.jwks",
    ),
    ("bearer-not-verified", Anybody, "bearer healthy; certok bearer-verify"),
    ("bearer-key-unknown", Anybody, "bearer healthy; certok bearer-verify --jwks $HOME"),
    // check/idtoken/issue.rs
    (
        "trust-domain-unknown",
        Anybody,
        "idtoken healthy; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h",
    ),
    (
        "signing-key-missing",
        Anybody,
        "pool; rm $HOME/keys/POOL; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h",
    ),
    (
        "signing-key-unsafe",
        Anybody,
        "pool; chmod 640 $HOME/keys/POOL; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h",
    ),
    (
        "signing-key-empty",
        Anybody,
        "pool; : > $HOME/keys/POOL; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h",
    ),
    (
        "idtoken-not-written",
        Anybody,
        "pool; ln -s x $HOME/t/l; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h -token l",
    ),
    (
        "idtoken-was-open",
        Anybody,
        "pool; chmod 644 $HOME/t/t; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h -token t --force",
    ),
    (
        "idtoken-of-another",
        Anybody,
        "pool; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h -token t --no-input",
    ),
    (
        "idtoken-replaced",
        Anybody,
        "pool; certok idtoken-create -identity a@pool.test -authz READ -lifetime 1h -token t --force",
    ),
    // check/exchange/rule.rs
    (
        "token-request-malformed",
        Anybody,
        "asked; echo x > $HOME/r.request; certok idtoken-approve $HOME/r.request",
    ),
    ("token-request-expired", Anybody, "asked; certok idtoken-approve $HOME/r.request --at +8d"),
    (
        "token-request-from-future",
        Anybody,
        "asked; certok idtoken-approve $HOME/r.request --at 1780314800",
    ),
    (
        "token-request-not-written",
        Anybody,
        "pool; certok idtoken-request -identity a@b $HOME/nowhere/r.request",
    ),
    (
        "token-request-signature",
        Anybody,
        "asked --sign cert; certok idtoken-approve $HOME/r.request --ca-dir $HOME",
    ),
    (
        "token-request-other-id",
        Anybody,
        "asked; certok idtoken-approve $HOME/r.request --yes 0000-0000-0000-0000-0000-0000",
    ),
    (
        "token-request-two-of-one-id",
        Anybody,
        "pool; umask 077; cp $F/same.* $HOME; certok idtoken-approve $HOME/same.request --deny --yes $(cat $F/same.id) --ledger $HOME/same.ledger",
    ),
    (
        "token-request-missing",
        Anybody,
        "asked; certok idtoken-approve 0000-0000-0000-0000-0000-0000 --exchange $HOME",
    ),
    (
        "token-request-not-approved",
        Anybody,
        "asked; certok idtoken-approve $HOME/r.request --no-input",
    ),
    (
        "token-request-superuser",
        Anybody,
        "asked --identity condor@pool.test; certok idtoken-approve $HOME/r.request --yes $ID",
    ),
    (
        "token-request-unrestricted",
        Anybody,
        "pool; now idtoken-request --identity a@b $HOME/r.request 2> /dev/null; ID=$(now idtoken-approve $HOME/r.request | sed -n 's/^request //p'); certok idtoken-approve $HOME/r.request --yes $ID",
    ),
    (
        "token-request-not-mapped",
        Anybody,
        "asked --sign cert; : > $HOME/map; certok idtoken-approve $HOME/r.request --yes $ID --map $HOME/map",
    ),
    (
        "token-request-no-domain",
        Anybody,
        "asked --identity bob; export _condor_UID_DOMAIN='$(FULL_HOSTNAME)'; certok idtoken-approve $HOME/r.request --yes $ID",
    ),
    (
        "token-request-limits-unknown",
        Anybody,
        "asked; export _condor_SEC_ISSUED_TOKEN_EXPIRATION=1h; certok idtoken-approve $HOME/r.request --yes $ID",
    ),
    (
        "token-request-limits",
        Anybody,
        "asked; export _condor_SEC_TOKEN_REQUEST_LIMITS=DAEMON; certok idtoken-approve $HOME/r.request --yes $ID",
    ),
    (
        "token-request-limited",
        Anybody,
        "asked; certok idtoken-approve $HOME/r.request --yes $ID --max-lifetime 60",
    ),
    (
        "token-request-decided",
        Anybody,
        "approved; certok idtoken-approve $HOME/r.request --yes $ID",
    ),
    ("token-request-not-decided", Anybody, "asked; certok idtoken-approve $HOME/r.request --again"),
    (
        "ledger-unusable",
        Anybody,
        "asked; certok idtoken-approve $HOME/r.request --yes $ID --ledger $HOME",
    ),
    (
        "ledger-damaged",
        Anybody,
        "asked; umask 077; echo x > $HOME/l; certok idtoken-approve $HOME/r.request --yes $ID --ledger $HOME/l",
    ),
    (
        "signer-unusable",
        Anybody,
        "asked; certok idtoken-approve $HOME/r.request --yes $ID --approver-key $UK",
    ),
    ("answer-not-written", Anybody, "approved; certok idtoken-approve $HOME/r.request --again"),
    ("answer-malformed", Anybody, "asked; certok idtoken-receive $HOME/r.request"),
    (
        "answer-not-yours",
        Anybody,
        "approved; rm -r $HOME/.local; certok idtoken-receive $HOME/r.answer --code $CODE",
    ),
    (
        "answer-received",
        Anybody,
        "approved; now idtoken-receive $HOME/r.answer --code $CODE -token u; certok idtoken-receive $HOME/r.answer --code $CODE",
    ),
    ("answer-missing", Anybody, "asked; certok idtoken-receive --exchange $HOME"),
    (
        "answer-unauthenticated",
        Anybody,
        "approved; certok idtoken-receive $HOME/r.answer --no-input",
    ),
    (
        "answer-code-wrong",
        Anybody,
        "approved; certok idtoken-receive $HOME/r.answer --code 0000-0000-0000-0000",
    ),
    (
        "answer-signature",
        Anybody,
        "approved; key; certok idtoken-receive $HOME/r.answer --approver-key $HOME/a.pub",
    ),
    (
        "answer-not-opened",
        Anybody,
        "R=$HOME/.local/state/certok/idtoken-requests; mkdir -p $R; cp $F/????-????-????-????-????-????.json $R; chmod 600 $R/*; certok idtoken-receive $F/unsealable.answer --code $(cat $F/unsealable.code)",
    ),
    (
        "answer-not-as-asked",
        Anybody,
        "approved; certok idtoken-receive $HOME/r.answer --code $CODE --trust-domain x",
    ),
    (
        "token-request-denied",
        Anybody,
        "approved --deny; certok idtoken-receive $HOME/r.answer --code $CODE",
    ),
    (
        "token-request-timed-out",
        Anybody,
        "pool; certok idtoken-request -identity a@b --exchange $HOME --wait --timeout 1s",
    ),
    ("state-unusable", Anybody, "asked; unset HOME; certok idtoken-request -identity a@b"),
    (
        "exchange-file-ignored",
        Anybody,
        "pool; : > $HOME/x.request; certok idtoken-request-list $HOME",
    ),
];

/// Commands that must have nothing to say about a healthy set-up but notes.
const HEALTHY: &[&str] = &[
    "certok",
    "certok status",
    "certok cert-info",
    "certok token-info",
    "certok proxy-info",
    "certok cert-verify",
    "certok token-verify",
    "certok proxy-verify",
    "certok certkey-match",
    "certok tokenkey-match",
    "certok proxykey-match",
    "certok token",
    "certok user alice",
    "mint",
    "certok cert-destroy --dry-run",
    "certok token-destroy --dry-run",
    "certok proxy-destroy --dry-run",
    "certok ca-check",
    "certok ca-check $CA",
    "bearer healthy; certok bearer-verify --jwks $D/bearer/keys.jwks --scope storage.read:/data/x",
    "idtoken healthy; certok idtoken-info",
    "idtoken two; certok idtoken-verify --authz READ --for 1d",
    "idtoken healthy; certok idtoken-destroy --dry-run",
    "certok explain",
    "certok token-destroy",
    "certok proxy-destroy",
];

#[test]
fn each_rule_is_complete() {
    let mut seen = BTreeSet::new();
    for rule in check::rules() {
        let id = rule.id;
        assert!(seen.insert(id), "{id} occurs twice");
        let kebab = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        assert!(id.split('-').all(kebab), "{id} is not kebab-case");
        for (name, text) in [("what", rule.what), ("why", rule.why), ("source", rule.source)] {
            assert!(!text.trim().is_empty(), "{id} has no {name}");
            assert_eq!(text, text.trim(), "{id}: blanks around {name}");
        }
        for text in [rule.what, rule.why, rule.advice] {
            assert!(!text.ends_with('.'), "{id} ends with a full stop: {text}");
            assert!(!text.contains("  "), "{id} has two blanks: {text}");
        }
        assert!(!starts_upper(rule.what), "{id}: {}", rule.what);
        let is_error = rule.severity == Severity::Error;
        assert_eq!(is_error, rule.exit != Exit::Ok, "{id}: severity and exit");
        assert!(!is_error || !rule.advice.is_empty(), "{id} has no advice");
    }
}

/// A capital that starts no name or acronym (`HOME`, `OpenSSL`, `X509_CERT_DIR`).
fn starts_upper(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    capitals == 1 && word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1
}

#[test]
fn each_rule_has_one_provocation() {
    let known: Vec<&str> = check::rules().map(|rule| rule.id).collect();
    let provoked: Vec<&str> = PROVOCATIONS.iter().map(|(id, ..)| *id).collect();
    let mut unique: BTreeSet<&str> = provoked.iter().copied().collect();
    assert_eq!(unique.len(), provoked.len(), "a rule is provoked twice");
    // A directory of 200 001 names takes a minute to make.
    assert!(unique.insert("ca-dir-limit"));
    // No shell script makes keys that take so much work: tests/cost.rs does.
    assert!(unique.insert("ca-dir-work"));
    let missing: Vec<_> = known.iter().filter(|id| !unique.contains(*id)).collect();
    assert!(missing.is_empty(), "no provocation for {missing:?}");
    let dead: Vec<_> = unique.iter().filter(|id| !known.contains(id)).collect();
    assert!(dead.is_empty(), "there is no rule {dead:?}");
}

#[test]
fn each_rule_can_be_provoked() {
    let forged = tempfile::tempdir().unwrap();
    forge_files(forged.path());
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((id, who, script)) =
                    PROVOCATIONS.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let failed = provoke(id, *who, script, forged.path());
                    failures.lock().unwrap().extend(failed);
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// What went wrong, if anything.
fn provoke(id: &str, who: As, script: &str, forged: &Path) -> Option<String> {
    let place = match Place::new(who, &[("F", forged)]) {
        Ok(place) => place,
        Err(reason) => {
            eprintln!("{id} is not provoked: {reason}");
            return None;
        }
    };
    let (out, err, _) = place.run(script);
    let Ok(report) = serde_json::from_str::<Value>(&out) else {
        return Some(format!("{id}: no JSON from {script}\n{out}{err}"));
    };
    let ids: Vec<&str> = report["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|finding| finding["id"].as_str())
        .collect();
    let fixed = report["findings"].as_array().into_iter().flatten();
    for other in fixed.filter(|finding| finding["fix"].is_string()) {
        let (rule, fix) = (other["id"].as_str().unwrap_or_default(), &other["fix"]);
        if rule == id && !hostile_names::FIXED.contains(&id) {
            return Some(format!("{id} has a fix that no hostile name is tried on: {fix}"));
        }
    }
    (!ids.contains(&id)).then(|| format!("{id} is not among {ids:?} after: {script}"))
}

#[test]
fn a_directory_beyond_the_limit_is_not_judged_as_a_whole() {
    let candidate = CaCandidate { reason: Reason::Operand, path: "/many".into(), bundle: false };
    for more in [true, false] {
        let inventory = Inventory {
            candidate: candidate.clone(),
            above: Vec::new(),
            beyond: Vec::new(),
            entries: Vec::new(),
            files: Vec::new(),
            authorities: Vec::new(),
            by_subject: HashMap::new(),
            more,
            exhausted: more.then(|| "the limit".to_owned()),
            folders: Vec::new(),
            writable: false,
            euid: 0,
        };
        let findings = check::ca_dir::check(
            &inventory,
            false,
            check::ca_dir::Wanted::NOTHING,
            &NearCas::default(),
            UnixTime(0),
        );
        for id in ["ca-dir-limit", "ca-dir-work"] {
            let found = findings.iter().find(|f| f.rule.id == id);
            assert_eq!(found.map(|f| f.exit), more.then_some(Exit::Undecided), "{id}");
        }
    }
}

#[test]
fn a_healthy_set_up_gets_only_notes() {
    let place = Place::new(Anybody, &[]).unwrap();
    for script in HEALTHY {
        let (out, err, _) = place.run(script);
        let report: Value =
            serde_json::from_str(&out).unwrap_or_else(|_| panic!("{script}\n{err}"));
        for finding in report["findings"].as_array().unwrap() {
            assert_eq!(finding["severity"], "info", "{script}: {finding}");
        }
        assert_eq!(report["result"]["exit_code"], 0, "{script}");
    }
}

/// A request that waits, and an answer to it that cannot be opened.
fn forge_unsealable(folder: &Path) {
    let private = PrivateKey::generate();
    let request = Request {
        identity: Some("a@pool.test".into()),
        levels: Vec::new(),
        lifetime: None,
        pool: None,
        name: None,
        daemon_type: None,
        created: UnixTime(1_780_315_200),
        expires: UnixTime(1_780_315_300),
        reply_key: private.public(),
    };
    let digest = request.digest();
    let pending = Pending {
        request,
        private,
        approver_key: None,
        approver_dn: None,
        token: None,
        file: None,
    };
    forge_same_id(&pending.request, folder);
    let sealed = Sealed { key: [9; 32], text: vec![0; 40] };
    let answer = Answer {
        request: digest,
        decision: Decision::Granted(sealed),
        created: UnixTime(1_780_315_200),
    };
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(&format!("{}.json", digest.id()), &pending.text());
    write("unsealable.answer", &answer.armored(None));
    write("unsealable.code", &answer.digest().code().to_string());
}

/// A request, and a ledger with another one of its id. Nobody can make such a request, so there is
/// only its digest.
fn forge_same_id(request: &Request, folder: &Path) {
    let mut other = request.digest();
    other.0[31] ^= 1;
    let answer = Answer {
        request: other,
        decision: Decision::Denied(None),
        created: UnixTime(1_780_315_200),
    };
    let entry = LedgerEntry {
        at: UnixTime(1_780_315_200),
        request: other,
        granted: false,
        approver: 0,
        requester: None,
        grant: None,
        answer: &answer.armored(None),
    };
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("same.request", &request.armored(None));
    write("same.id", &other.id().to_string());
    write("same.ledger", &entry.line());
}

/// An encrypted key of nonsense that asks for more iterations of PBKDF2 than are done.
fn costly_key() -> String {
    let kdf = der::sequence(&[
        &der::oid("1.2.840.113549.1.5.12"),
        &der::sequence(&[&der::octets(b"salt"), &der::number(2_500_001)]),
    ]);
    let cipher = der::sequence(&[&der::oid("2.16.840.1.101.3.4.1.42"), &der::octets(&[0; 16])]);
    let algorithm =
        der::sequence(&[&der::oid("1.2.840.113549.1.5.13"), &der::sequence(&[&kdf, &cipher])]);
    let key = der::sequence(&[&algorithm, &der::octets(&[0; 32])]);
    forge::pem("ENCRYPTED PRIVATE KEY", &key)
}

/// Certificates that no fixture is.
fn forge_files(folder: &Path) {
    forge_unsealable(folder);
    fs::write(folder.join("costly-key.pem"), costly_key()).unwrap();
    let (grid, key) = (pki::grid(), Key::load("user"));
    let user = || grid.user(&pki::alice(), &key);
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let issue = |cert: forge::Cert| cert_pem(&cert.issue(&grid.key));
    let bad = Extension::raw("2.5.29.15", vec![0xff]);
    write("malformed-extension.pem", &issue(user().replace(bad)));
    let mut unsupported = user();
    unsupported.spki = der::sequence(&[
        &der::sequence(&[&der::oid("1.2.840.10040.4.1")]),
        &der::bit_string(&der::number(7)),
    ]);
    write("unsupported-key.pem", &issue(unsupported));
    let mut untried = user();
    let public = include_str!("../testdata/crypto/public-ed448.pem");
    untried.spki = ::pem::parse(public).unwrap().contents().to_vec();
    write("ed448-key.pem", &issue(untried));
    let mut explicit = user();
    explicit.spki = explicit_p256();
    write("explicit-curve.pem", &issue(explicit));
    let usage = Extension::key_usage(&[ext::KEY_CERT_SIGN]);
    let no_crl_sign = grid.with_cert(&pki::root().key, |cert| cert.replace(usage));
    write("no-crl-sign.pem", &cert_pem(&no_crl_sign.der));
    let silent = pki::root().with_cert(&pki::root().key, |cert| cert.without("2.5.29.14"));
    write("root-without-key-id.pem", &cert_pem(&silent.der));
    let named =
        silent.user(&pki::alice(), &key).replace(Extension::authority_key_id(&silent.key.id()));
    write("names-key-id.pem", &cert_pem(&named.issue(&silent.key)));
    let limits = Extension::name_constraints(&[], &[ext::dns("certok.test")]);
    write("name-constraints.pem", &issue(user().with(limits)));
    let proxy = Chain::alice().rfc("1001", ext::INHERIT_ALL, None);
    let below = proxy.link("1002", "other", |cert| cert.with(Extension::not_ca()));
    let blocks: Vec<String> = below.certificates().iter().map(|c| cert_pem(c)).collect();
    write("below-a-proxy.pem", &blocks.concat());
    let proxy = |name, extension: Extension| {
        let info = Extension::proxy(ext::INHERIT_ALL, None);
        let first = Chain::alice().link("1001", "job", |cert| cert.with(info).with(extension));
        let second = first.rfc("1002", ext::INHERIT_ALL, None);
        let blocks: Vec<String> = second.certificates().iter().map(|c| cert_pem(c)).collect();
        write(name, &blocks.concat());
    };
    let own = [pki::alice().general()];
    proxy("constraining-proxy.pem", Extension::name_constraints(&own, &[]));
    let signs = Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::KEY_CERT_SIGN]);
    proxy("marked-proxy.pem", signs);
    let root = pki::root();
    let list = forge::crl::Crl::new(&root, forge::NOW - 9, forge::NOW + 86_400);
    let list = list.revoke(&root.cert.serial, forge::NOW - 9);
    write("root-on-own.crl", &forge::crl_pem(&list.issue(&root.key)));
    forge_refused(&write);
    for (name, text) in forge::audit::certificates() {
        write(name, &text);
    }
    write("trusted-root.pem", &forge::audit::trusted_root());
    write("no-certificate.pem", &forge::audit::no_certificate());
    // More CAs of the issuer's name, all with another key, than signatures will be tried. Their
    // own signatures are never looked at.
    let other = grid
        .with_cert(&Key::load("root"), |mut cert| {
            cert.spki = Key::load("other").spki();
            cert.without("2.5.29.14")
        })
        .der;
    let serial = &grid.cert.serial;
    let at = other.windows(serial.len()).position(|window| window == serial).unwrap();
    let mut many = issue(user().without("2.5.29.35"));
    for number in 0..450_u32 {
        let mut twin = other.clone();
        twin[at + 1..at + 5].copy_from_slice(&number.to_be_bytes());
        many.push_str(&cert_pem(&twin));
    }
    write("many-issuers.pem", &many);
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

/// Certificates that a rule of path validation refuses or warns of, each with its CA behind it.
fn forge_refused(write: &dyn Fn(&str, &str)) {
    let (root, key) = (pki::root(), Key::load("user"));
    // A CA of its own name, so that the one in the directory does not come first.
    let bridge = |extensions: &[Extension]| {
        let ca = root.below("Certok Bridge CA", "sub", None);
        ca.with_cert(&root.key, |cert| extensions.iter().cloned().fold(cert, forge::Cert::with))
    };
    let put = |name: &str, ca: &pki::Authority, change: &dyn Fn(forge::Cert) -> forge::Cert| {
        let leaf = change(ca.user(&pki::alice(), &key)).issue(&ca.key);
        write(name, &[cert_pem(&leaf), cert_pem(&ca.der)].concat());
    };
    let same = |cert: forge::Cert| cert;
    let host = ext::dns("certok.test");
    let limits = |bases: &[Vec<u8>]| Extension::name_constraints(bases, &[]);
    put("name-outside.pem", &bridge(&[limits(&[ext::email("other.test")])]), &same);
    put("many-names.pem", &bridge(&[limits(&vec![host.clone(); 1025])]), &|cert| {
        cert.replace(Extension::subject_alt_name(&vec![host.clone(); 1025]))
    });
    let require = der::sequence(&[&der::context_primitive(0, &[0])]);
    let require = Extension::raw("2.5.29.36", require).critical();
    put("no-policy.pem", &bridge(&[Extension::policies(&["1.2.3"]), require]), &same);
    let lax = der::sequence(&[&der::context_primitive(0, &[9])]);
    put("policy-not-critical.pem", &bridge(&[Extension::raw("2.5.29.36", lax)]), &same);
    let pair = |above: &str, below: &str| der::sequence(&[&der::oid(above), &der::oid(below)]);
    let mapping = |pairs: &[Vec<u8>]| {
        Extension::raw("2.5.29.33", der::tlv(der::SEQUENCE, &pairs.concat())).critical()
    };
    put("any-mapped.pem", &bridge(&[mapping(&[pair("1.2.3", "2.5.29.32.0")])]), &same);
    let arcs: Vec<String> = (0..1001).map(|at| format!("1.2.3.{at}")).collect();
    let many: Vec<&str> = arcs.iter().map(String::as_str).collect();
    let tree = [Extension::policies(&many), mapping(&[pair("1.2.3.0", "1.2.3.1")])];
    put("policy-tree.pem", &bridge(&tree), &same);
    let plain = bridge(&[]);
    put("critical-key-id.pem", &plain, &|cert| {
        cert.replace(Extension::subject_key_id(&key.id()).critical())
    });
    put("no-subject.pem", &plain, &|mut cert| {
        cert.subject = forge::name::Name::default().der();
        cert
    });
    let critical_name = |cert: forge::Cert| {
        cert.replace(Extension::subject_alt_name(std::slice::from_ref(&host)).critical())
    };
    put("critical-name.pem", &plain, &critical_name);
    put("named-otherwise.pem", &plain, &|cert| {
        let mut cert = critical_name(cert);
        cert.subject = forge::name::Name::default().der();
        cert
    });
    put("no-key-id.pem", &plain, &|cert| cert.without("2.5.29.35"));
    put("any-usage.pem", &plain, &|cert| {
        cert.replace(Extension::extended_key_usage(&["2.5.29.37.0"]))
    });
    put("cert-sign.pem", &plain, &|cert| {
        cert.replace(Extension::key_usage(&[ext::DIGITAL_SIGNATURE, ext::KEY_CERT_SIGN]))
    });
    let name = pki::grid_name("Certok Unknown Key");
    let mut unknown =
        forge::Cert::new(&name, &key, &name, key.usual_sign()).with(Extension::ca(None));
    unknown.spki = der::sequence(&[
        &der::sequence(&[&der::oid("1.2.840.10040.4.1")]),
        &der::bit_string(&der::number(7)),
    ]);
    write("unknown-key.pem", &cert_pem(&unknown.issue(&key)));
    put("dsa-key.pem", &plain, &|cert| forge::Cert { spki: unknown.spki.clone(), ..cert });
}

/// P-256 by its numbers instead of its name, with its generator as the key (SEC 1 §C.2).
fn explicit_p256() -> Vec<u8> {
    let number = |hex: &str| -> Vec<u8> {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(byte).collect()
    };
    let prime = number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    let a = number("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc");
    let b = number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    let point = number(concat!(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    ));
    let order = number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let field =
        der::sequence(&[&der::oid("1.2.840.10045.1.1"), &der::integer(&der::unsigned(&prime))]);
    let parameters = der::sequence(&[
        &der::number(1),
        &field,
        &der::sequence(&[&der::octets(&a), &der::octets(&b)]),
        &der::octets(&point),
        &der::integer(&der::unsigned(&order)),
        &der::number(1),
    ]);
    let algorithm = der::sequence(&[&der::oid("1.2.840.10045.2.1"), &parameters]);
    der::sequence(&[&algorithm, &der::bit_string(&point)])
}

/// The order of the problems: the first of them that is there gives code and headline.
const WORST_FIRST: &[u8] = &[4, 3, 14, 11, 12, 13, 15, 16, 17, 5, 10, 18];

fn finding_of(exit: Exit) -> Finding {
    let rule: &'static Rule =
        Box::leak(Box::new(Rule { id: exit.name(), exit, what: exit.name(), ..Rule::ERROR }));
    rule.found(exit.name())
}

fn exit_of(code: u8) -> Exit {
    EXITS.iter().find(|row| row.1 == code).unwrap().0
}

fn report_of(codes: &[u8]) -> Report {
    let mut report = Report::new("check", UnixTime(0));
    report.findings = codes.iter().map(|&c| finding_of(exit_of(c))).collect();
    report.sorted()
}

#[test]
fn the_worst_problem_gives_code_and_headline() {
    for (rank, &worst) in WORST_FIRST.iter().enumerate() {
        for &other in &WORST_FIRST[rank..] {
            for codes in [[worst, other], [other, worst]] {
                let report = report_of(&codes);
                let name = exit_of(worst).name();
                assert_eq!(report.exit().code(), worst, "{codes:?}");
                let style = Style::default();
                let text = text::render(&report, style);
                assert!(text.starts_with(&format!("{name}: {name} [{name}]")), "{text}");
                let json = json::envelope(&report);
                assert_eq!(json["result"]["exit_code"], worst);
                assert_eq!(json["result"]["exit_name"], name);
                assert_eq!(json["result"]["message"], name);
                assert_eq!(json["findings"][0]["id"], name, "{codes:?}");
            }
        }
    }
    let listed: BTreeSet<u8> = PRECEDENCE.iter().map(|exit| exit.code()).collect();
    assert_eq!(listed.len(), EXITS.len(), "every exit has a rank");
}

#[test]
fn an_operand_that_cannot_be_read_hides_no_answer() {
    for &answer in WORST_FIRST.iter().filter(|code| **code >= 10) {
        for unread in [3, 4] {
            for order in [[answer, unread], [unread, answer]] {
                let parts = order.iter();
                let operand = |code: u8| Operand { name: code.to_string(), part: None };
                let parts = parts.map(|&code| (operand(code), report_of(&[code])));
                let parts = parts.collect();
                let all = Report::combined("check", UnixTime(0), parts);
                assert_eq!(all.exit().code(), answer, "{order:?}");
            }
        }
    }
}
