use super::without_keys;

#[test]
fn keys_are_hidden() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
    for (text, shown) in [
        (format!("a {key} b"), "a (a private key, not shown) b"),
        (
            format!("{key}{key}"),
            "(a private key, not shown)(a private key, not shown)",
        ),
        (
            "-----BEGIN PRIVATE KEY-----MIIE\" x".into(),
            "(a private key, not shown)\" x",
        ),
        (
            "-----BEGIN PRIVATE KEY-----MIIE a -----BEGIN PRIVATE KEY-----MIIE".into(),
            "(a private key, not shown) a (a private key, not shown)",
        ),
        (
            "\"-----BEGIN PRIVATE KEY-----MIIE\", \"-----BEGIN PRIVATE KEY-----MIIE\"".into(),
            "\"(a private key, not shown)\", \"(a private key, not shown)\"",
        ),
        // An argument parser cuts at the first `=`.
        (
            "'-----BEGIN PRIVATE KEY-----\nMIIEMIIEMIIEMIIE\nMIIEMIIEMIIEMIIE\naQ' found\n\nUsage".into(),
            "'(a private key, not shown)' found\n\nUsage",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nMIIEMIIEMIIEMIIE\naQ' x".into(),
            "(a private key, not shown)' x",
        ),
        (
            "-----BEGIN PRIVATE KEY-----MIIE\nUsage: x".into(),
            "(a private key, not shown)\nUsage: x",
        ),
        (
            "-----BEGIN CERTIFICATE----- x".into(),
            "-----BEGIN CERTIFICATE----- x",
        ),
    ] {
        assert_eq!(without_keys(&text), shown);
    }
}

#[test]
fn signatures_are_hidden() {
    const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
    for (text, shown) in [
        ("x H.e30.AbC_-9 y", "x H.e30.(signature not shown) y"),
        (
            "H.e30.A/H.e30.B",
            "H.e30.(signature not shown)/H.e30.(signature not shown)",
        ),
        ("H.e30.", "H.e30."),
        ("H.e30", "H.e30"),
        ("H..x", "H..(signature not shown)"),
        ("eyes.example.org ewe.b.c", "eyes.example.org ewe.b.c"),
        ("/x/H.e30.\u{d}", "/x/H.e30.\u{d}"),
        ("\"H.e30.AA\"", "\"H.e30.(signature not shown)\""),
    ] {
        let (text, shown) = (text.replace('H', HEADER), shown.replace('H', HEADER));
        assert_eq!(without_keys(&text), shown);
    }
}
