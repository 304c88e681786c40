use super::{MAX_NAME_BYTES, Pattern};
use crate::parse::policy::{MAX_POLICY_BYTES, folded};

#[test]
fn wildcards() {
    for (pattern, name, want) in [
        ("/CN=abc*def*gh", "/CN=abc12DEF34defdef56gh", true),
        ("/CN=abc*def*gh", "/CN=123abc12def34gh", false),
        ("/CN=abc*def*gh", "/CN=abc12def34gh123", false),
        ("*abc*def*gh*", "/CN=123abc12def34gh555", true),
        ("/C=??/E=a@b/*", "/C=ch/emailAddress=a@b/CN=x", true),
        ("/C=??/E=a@b/*", "/C=che/emailAddress=a@b/CN=x", false),
        ("/C=EU/CN=*", "/C=EU/CN=", true),
        ("/C=EU/CN=*", "/C=EU", false),
        ("/O=a.b", "/O=axb", false),
        ("/O=[ab]", "/O=[AB]", true),
        ("/O=\\", "/O=\\", true),
        (" /O=a ", "/O=a", true),
        ("", "", true),
        ("", "/O=a", false),
    ] {
        let got = Pattern::wildcards(pattern).matches(&folded(name));
        assert_eq!(got, want, "{pattern} {name}");
    }
}

#[test]
fn regular_expressions() {
    for (pattern, name, want) in [
        ("/C=IT/O=INFN/.*", "/C=it/O=infn/CN=x", true),
        ("/C=IT/O=INFN/.*", "/C=IT/O=INFN/", true),
        ("/C=IT/O=INFN/.*", "/C=IT/O=INFN", false),
        // Anchored at both ends.
        ("/C=IT/O=INFN/.*", "/DC=org/C=IT/O=INFN/CN=x", false),
        ("/C=IT/.*/CN=x", "/C=IT/O=a/CN=xy", false),
        ("^/C=IT/.*$", "/C=IT/O=a", true),
        // A blank at the end is nobody's intention.
        ("/DC=org/DC=cilogon/C=US/.* ", "/DC=org/DC=cilogon/C=US/O=x", true),
        // Text, as there is no wildcard in it.
        ("/CN=CA G3  [Run by the Issuer]", "/CN=CA G3  [Run by the Issuer]", true),
        ("/CN=CA G3  [Run by the Issuer]", "/CN=CA G3  R", false),
        ("/O=L.L.C.", "/O=L.L.C.", true),
        ("/O=L.L.C.", "/O=LxLxCx", false),
        ("/O=A (Pty) Ltd./CN=a+b", "/O=A (Pty) Ltd./CN=a+b", true),
        ("/C=IT/O=INFN/*", "/C=IT/O=INFN/CN=x", false),
        ("/O=a[bc]", "/O=ab", false),
        // The same beside one.
        ("/O=[Run by it]/.*", "/O=[Run by it]/CN=x", true),
        ("/O=[Run by it]/.*", "/O=R/CN=x", false),
        ("/O=L.L.C./.*", "/O=L.L.C./CN=x", true),
        ("/C=E./.*/CN=.*", "/C=Ed/O=x/CN=y", true),
        ("/C=E./.*/CN=.*", "/C=Eddy/O=x/CN=y", false),
        ("/CN=a\\.b/.*", "/CN=a.b/CN=x", true),
        ("/CN=a\\.b/.*", "/CN=axb/CN=x", false),
        ("/CN=a\\.b", "/CN=a.b", true),
        ("/CN=Zo\\xC3\\xAB/.*", "/CN=Zo\\xC3\\xAB/CN=x", true),
        ("/CN=node[0-9]+\\.cern\\.ch", "/CN=node12.cern.ch", true),
        ("/CN=node[0-9]+\\.cern\\.ch", "/CN=node.cern.ch", false),
        ("/CN=[^/]*", "/CN=a b", true),
        ("/CN=[^/]*", "/CN=a/CN=b", false),
        ("/CN=x.?", "/CN=x", true),
        ("/CN=x.+", "/CN=x", false),
        ("/E=a@.*", "/emailAddress=a@b", true),
        ("/UID=a.*", "/USERID=ab", true),
        (".*", "", true),
    ] {
        let got = Pattern::regex(pattern).expect(pattern);
        assert_eq!(got.matches(&folded(name)), want, "{pattern} {name}");
    }
}

#[test]
fn what_has_no_certain_meaning_is_refused() {
    for pattern in [
        "/O=(a|b)/.*",
        "/O=a{2}/.*",
        "/CN=a*/.*",
        "/CN=a+/.*",
        "/CN=\\d.*",
        "/CN=\\w",
        "/CN=x.*\\",
        "/CN=[z-a].*",
        "*.*",
        "/CN=.**",
        "/CN=a$b.*",
    ] {
        let got = Pattern::regex(pattern);
        assert!(got.is_err(), "{pattern}: {got:?}");
    }
}

/// `(a*)*b` and its like take no longer than anything else.
#[test]
fn nothing_explodes() {
    let name = format!("/cn={}", "a".repeat(MAX_NAME_BYTES - 4));
    let pattern = format!("/CN={}b", ".*".repeat(200));
    assert!(!Pattern::regex(&pattern).expect("read").matches(&name));
    let all = Pattern::regex("/CN=.*").expect("read");
    assert!(all.matches(&name), "the last length that is matched");
    assert!(!all.matches(&format!("{name}a")), "the first that is not");
}

/// Brackets that nothing closes, as many as a file can hold: some milliseconds, and half a
/// minute if the rest was looked through for each.
#[test]
fn open_brackets_are_read_once() {
    let start = std::time::Instant::now();
    for piece in ["[", "[a", "[ab"] {
        let text = piece.repeat(MAX_POLICY_BYTES / piece.len());
        let pattern = Pattern::regex(&format!("{text}.*")).expect("read");
        assert_eq!(pattern.elements.len(), text.len() + 1);
        assert!(Pattern::regex(&text).is_ok());
    }
    let seconds = start.elapsed().as_secs();
    assert!(seconds < 5, "{seconds} s");
}
