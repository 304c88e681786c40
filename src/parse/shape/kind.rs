//! What a file can be instead of PEM, and the words for it.

use std::fmt;

/// What a file holds instead of the PEM that was wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shape {
    /// A compressed file or archive, by its name: `zip`, `gzip`.
    Archive(&'static str),
    /// Base64 without `BEGIN` and `END`, and what it decodes to.
    Base64Only(Box<Shape>),
    /// Unknown bytes.
    Binary,
    /// A certificate.
    DerCertificate,
    /// A PKCS#10 request.
    DerCertificateRequest,
    /// A revocation list.
    DerCrl,
    /// A PKCS#8 key under a passphrase.
    DerEncryptedKey,
    /// A private key without passphrase.
    DerPrivateKey(KeyForm),
    /// A public key.
    DerPublicKey,
    /// A DER value that is cut off.
    DerTruncated {
        /// Length in the header, with the header itself.
        says: usize,
        /// Number of bytes that exist.
        has: usize,
    },
    /// No bytes.
    Empty,
    /// A web page.
    Html,
    /// A Java key store: `JKS` or `JCEKS`.
    Jks,
    /// JSON.
    Json,
    /// A JSON web token, signed or not.
    Jwt,
    /// Nothing but blanks and line ends.
    OnlyBlanks,
    /// Only NUL bytes. A crash before the data reached the disk leaves such a file.
    OnlyNuls,
    /// A key of OpenSSH's own form.
    OpenSshPrivateKey,
    /// `ssh-rsa AAAA…`, or the form of RFC 4716.
    OpenSshPublicKey,
    /// A PEM block of this label.
    Pem(String),
    /// `-----BEGIN PGP …`.
    PgpArmor,
    /// A PKCS#12 file.
    Pkcs12 {
        /// The oldest cipher named in it: `RC2-40`, `3DES`, `PBES2`.
        cipher: Option<&'static str>,
        /// OpenSSL 3 opens it with `-legacy` only (RC2 and RC4; 3DES is in the default provider).
        legacy: bool,
    },
    /// A PKCS#7 or CMS structure.
    Pkcs7,
    /// Text with the target of a symbolic link, which Windows, Cygwin or a Mac (`XSym`) turned into
    /// a file.
    LinkText(String),
    /// The storage of another program.
    Stored(Store),
    /// Some other text.
    Text,
    /// UTF-16, and what the text is, if it can be decoded.
    Utf16(Option<Box<Shape>>),
}

impl Shape {
    /// Whether it certainly contains no private key, even if parts could not be read.
    pub fn is_public(&self) -> bool {
        match self {
            Self::DerCertificate
            | Self::DerCertificateRequest
            | Self::DerCrl
            | Self::DerPublicKey
            | Self::Empty
            | Self::Html
            | Self::LinkText(_)
            | Self::OnlyBlanks
            | Self::OnlyNuls
            | Self::OpenSshPublicKey
            | Self::Pem(_)
            | Self::Pkcs7 => true,
            Self::Archive(_)
            | Self::Base64Only(_)
            | Self::Binary
            | Self::DerEncryptedKey
            | Self::DerPrivateKey(_)
            | Self::DerTruncated { .. }
            | Self::Jks
            | Self::Json
            | Self::Jwt
            | Self::OpenSshPrivateKey
            | Self::PgpArmor
            | Self::Pkcs12 { .. }
            | Self::Stored(_)
            | Self::Text
            | Self::Utf16(_) => false,
        }
    }
}

/// The storage of another program, recognised by its marks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Store {
    /// `age-encryption.org`.
    Age,
    /// `$ANSIBLE_VAULT;`.
    AnsibleVault,
    /// `GITCRYPT`.
    GitCrypt,
    /// A Git LFS pointer in place of the file.
    GitLfs,
    /// The configuration of kubectl.
    Kubeconfig,
    /// A Secret of Kubernetes.
    KubernetesSecret,
    /// `Salted__`, of `openssl enc`, which transcrypt uses too.
    OpensslEnc,
    /// URL-encoded.
    Percent,
    /// PuTTY's own form of a key.
    Putty,
    /// A secret that only a Kubernetes cluster can decrypt.
    SealedSecret,
    /// A value or a file of sops.
    Sops,
    /// `{{ … }}` that no program replaced.
    Template,
    /// `vault:v1:…`, ciphertext of Vault.
    VaultTransit,
    /// XML.
    Xml,
    /// YAML with a PEM block in it.
    Yaml,
}

impl Store {
    fn phrase(self) -> &'static str {
        match self {
            Self::Age => "a file encrypted by age",
            Self::AnsibleVault => "text encrypted by ansible-vault",
            Self::GitCrypt => "a file encrypted by git-crypt",
            Self::GitLfs => "the pointer to a file in Git LFS",
            Self::Kubeconfig => "a kubeconfig (YAML)",
            Self::KubernetesSecret => "a Kubernetes Secret (YAML)",
            Self::OpensslEnc => "a file encrypted by openssl enc",
            Self::Percent => "URL-encoded text (%0A, %20)",
            Self::Putty => "a PuTTY private key (.ppk)",
            Self::SealedSecret => "a SealedSecret of Kubernetes (YAML)",
            Self::Sops => "a file encrypted by sops",
            Self::Template => "a template that was not filled in",
            Self::VaultTransit => "text encrypted by Vault (transit)",
            Self::Xml => "XML",
            Self::Yaml => "YAML",
        }
    }
}

/// The container of a private key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyForm {
    /// Traditional DSA.
    Dsa,
    /// PKCS#1.
    Pkcs1,
    /// PKCS#8.
    Pkcs8,
    /// SEC 1.
    Sec1,
}

impl fmt::Display for KeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dsa => "DSA",
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
            Self::Sec1 => "SEC 1",
        })
    }
}

/// A phrase after "the file is": "a certificate in binary DER form".
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(kind) => write!(f, "a {kind} archive"),
            Self::Base64Only(inside) => {
                write!(f, "base64 without BEGIN and END lines, holding {inside}")
            }
            Self::DerPrivateKey(form) => write!(f, "a private key ({form}) in binary DER form"),
            Self::DerTruncated { says, has } => {
                write!(f, "incomplete binary DER: its header says {says} bytes, {has} are there")
            }
            Self::LinkText(target) => write!(
                f,
                "text that only names {target}, a symbolic link that was turned into a file"
            ),
            Self::Pem(label) => write!(f, "PEM: {label}"),
            Self::Stored(store) => f.write_str(store.phrase()),
            Self::Pkcs12 { cipher: Some(cipher), .. } => {
                write!(f, "a PKCS#12 file (.p12) encrypted with {cipher}")
            }
            Self::Utf16(Some(inside)) => write!(f, "UTF-16 text, holding {inside}"),
            plain => f.write_str(plain.phrase()),
        }
    }
}

impl Shape {
    /// The phrase, for kinds without values.
    fn phrase(&self) -> &'static str {
        match self {
            Self::Binary => "binary data of an unknown kind",
            Self::DerCertificate => "a certificate in binary DER form",
            Self::DerCertificateRequest => "a certificate request in binary DER form",
            Self::DerCrl => "a revocation list in binary DER form",
            Self::DerEncryptedKey => "an encrypted private key in binary DER form",
            Self::DerPublicKey => "a public key in binary DER form",
            Self::Empty => "empty",
            Self::Html => "a web page",
            Self::Jks => "a Java key store",
            Self::Json => "JSON",
            Self::Jwt => "a JSON web token",
            Self::OnlyBlanks => "blank",
            Self::OnlyNuls => "nothing but NUL bytes",
            Self::OpenSshPrivateKey => "an OpenSSH private key",
            Self::OpenSshPublicKey => "an SSH public key",
            Self::PgpArmor => "an OpenPGP message or key",
            Self::Pkcs12 { .. } => "a PKCS#12 file (.p12)",
            Self::Pkcs7 => "a PKCS#7 file (.p7b)",
            Self::Text => "text without PEM in it",
            Self::Utf16(_) => "UTF-16 text",
            Self::Archive(_)
            | Self::Base64Only(_)
            | Self::DerPrivateKey(_)
            | Self::DerTruncated { .. }
            | Self::LinkText(_)
            | Self::Pem(_)
            | Self::Stored(_) => "",
        }
    }
}
