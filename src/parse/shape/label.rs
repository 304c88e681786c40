//! The kind of content that a PEM label names.

/// The kind of content that a PEM label names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Meaning {
    /// A certificate.
    Certificate,
    /// A revocation list.
    Crl,
    /// Curve parameters, which `openssl ecparam` writes before a key.
    EcParameters,
    /// A PKCS#8 key under a passphrase.
    EncryptedPrivateKey,
    /// A key of OpenSSH's own form.
    OpenSsh,
    /// None of these.
    Other,
    /// PKCS#7 or CMS.
    Pkcs7,
    /// A private key: PKCS#8, or the traditional form, perhaps encrypted (`DEK-Info`).
    PrivateKey,
    /// A public key.
    PublicKey,
    /// A PKCS#10 request.
    Request,
    /// OpenSSL's certificate with trust settings behind it.
    TrustedCertificate,
}

/// What a block of this label holds, by the names of OpenSSL's pem.h and RFC 7468.
pub fn meaning(label: &str) -> Meaning {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" => Meaning::Certificate,
        "TRUSTED CERTIFICATE" => Meaning::TrustedCertificate,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Meaning::Request,
        "ENCRYPTED PRIVATE KEY" => Meaning::EncryptedPrivateKey,
        "OPENSSH PRIVATE KEY" => Meaning::OpenSsh,
        "ANY PRIVATE KEY" | "DSA PRIVATE KEY" | "EC PRIVATE KEY" | "PRIVATE KEY"
        | "RSA PRIVATE KEY" => Meaning::PrivateKey,
        "DSA PUBLIC KEY" | "EC PUBLIC KEY" | "ECDSA PUBLIC KEY" | "PUBLIC KEY"
        | "RSA PUBLIC KEY" => Meaning::PublicKey,
        "CRL" | "X509 CRL" => Meaning::Crl,
        "CMS" | "PKCS #7 SIGNED DATA" | "PKCS7" => Meaning::Pkcs7,
        "EC PARAMETERS" => Meaning::EcParameters,
        _ => Meaning::Other,
    }
}
