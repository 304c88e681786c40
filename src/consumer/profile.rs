//! How a consumer decides about a client's certificate. A profile is the list of its answers to
//! those questions on which validators differ.

use crate::consumer::client::XROOTD_GSI;
use crate::consumer::tool::{Consumer, GLOBUS, OPENSSL};

/// One consumer in one configuration, as data. `chain::acceptance` asks the questions in turn.
#[derive(Debug)]
pub struct Profile {
    /// Its name on the command line and in JSON.
    pub id: &'static str,
    /// The software, its versions and its use.
    pub consumer: Consumer,
    /// The group it is listed in.
    pub group: Group,
    /// Where the answers come from: source code, manual.
    pub source: &'static str,
    /// What reaches the server.
    pub transport: Transport,
    /// Which files of the CA directory it reads.
    pub store: Store,
    /// How it finds issuers.
    pub search: Search,
    /// Whether any CA of the directory may end a path. Else only a self-signed one may.
    pub any_anchor: bool,
    /// How names are compared.
    pub names: Names,
    /// Whether each value of a name must be a string as its type demands.
    pub strict_strings: bool,
    /// What key identifiers must be.
    pub key_ids: KeyIds,
    /// Most certificates between leaf and anchor.
    pub max_depth: usize,
    /// Minimum strength of keys and digests.
    pub strength: Strength,
    /// How dates are checked.
    pub dates: Dates,
    /// How extensions are checked.
    pub extensions: Extensions,
    /// What the end entity must be.
    pub leaf: Leaf,
    /// What issuers must be.
    pub cas: Cas,
    /// Which usages are required.
    pub usage: Usage,
    /// How name constraints are applied.
    pub constraints: Constraints,
    /// Whether certificate policies are checked if a CA requires one.
    pub policies: bool,
    /// How proxies are judged.
    pub proxies: Proxies,
    /// How revocation lists are used; none if they are not read.
    pub lists: Option<Lists>,
    /// How signing_policy and namespaces files are used.
    pub permission: Permission,
    /// Whether the rules of form of RFC 5280 are enforced (`X509_V_FLAG_X509_STRICT`).
    pub strict: bool,
}

/// A group of consumers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    /// Services of the grid.
    Grid,
    /// Web servers and other programs that use OpenSSL.
    Web,
    /// Libraries of programming languages.
    Language,
}

impl Group {
    /// All groups, in the order in which they are shown.
    pub const ALL: &[Self] = &[Self::Grid, Self::Web, Self::Language];

    /// The heading of the group.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid services",
            Self::Web => "web servers",
            Self::Language => "languages",
        }
    }
}

/// What reaches the server.
#[derive(Clone, Copy, Debug)]
pub struct Transport {
    /// The protocol that carries the certificate.
    pub carrier: Carrier,
    /// Types of keys of the leaf that the protocol can use.
    pub keys: &'static [KeyKind],
    /// Whether a client without a certificate is let in, as nobody.
    pub admits_anonymous: bool,
    /// Whether the server announces that it accepts no MD5 signature. Then clients do not send one.
    pub refuses_md5: bool,
    /// Most certificates in one message.
    pub max_certificates: usize,
}

/// The protocol that carries the certificate to the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// Globus GSSAPI on both sides.
    Globus,
    /// A TLS 1.3 client with OpenSSL.
    Tls,
    /// XRootD's own `gsi` protocol. The client makes a proxy of a user certificate first.
    XrootdGsi,
}

impl Carrier {
    /// Whose client loads the files.
    pub const fn loader(self) -> Consumer {
        match self {
            Self::Globus => GLOBUS,
            Self::Tls => OPENSSL,
            Self::XrootdGsi => XROOTD_GSI,
        }
    }
}

/// A type of key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum KeyKind {
    Rsa,
    RsaPss,
    P256,
    P384,
    P521,
    Ed25519,
    Ed448,
    Brainpool,
}

/// Which files of the CA directory are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Store {
    /// Every certificate in it.
    All,
    /// Only `<hash>.0`, with one certificate in it.
    FirstLink,
    /// `<hash>.0`, `<hash>.1`, … until one is missing.
    Links,
}

/// How issuers are found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Search {
    /// All possible paths are tried.
    Every,
    /// One issuer for each certificate, the directory before the sent ones: the last one that is
    /// valid now, else the first.
    LastInDate,
    /// The same, but the first one that is valid now, else the one that ends last.
    LatestEnd,
    /// The same, of those whose key usage allows them to sign certificates, if there are any.
    LatestEndSigner,
    /// Only the issuer of the end entity in the directory. Nothing above it is looked at.
    DirectIssuer,
}

/// How names are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Names {
    /// OpenSSL's canonical form: string type, upper or lower case, and blanks do not matter.
    Canonical,
    /// Byte by byte.
    Encoded,
    /// Java's canonical form of RFC 2253: like OpenSSL's for UTF8String and PrintableString in the
    /// attributes of RFC 2253; else byte by byte.
    Java,
    /// As text in one line: the string type does not matter.
    Line,
}

/// How the key identifiers of a certificate and its issuer are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyIds {
    /// If the certificate names a key identifier, the anchor must have the same. Two anchors with
    /// the same name and identifier are refused.
    AnchorPresent,
    /// The anchor's identifier must not differ.
    Anchor,
    /// They are not compared.
    Any,
    /// They must not differ.
    KeyId,
    /// The key identifiers must not differ, nor the issuer and serial number beside them.
    Whole,
}

/// Minimum strength of keys and digests. Bits are those of RSA keys.
#[derive(Clone, Copy, Debug)]
pub struct Strength {
    /// Minimum for the leaf.
    pub leaf_bits: usize,
    /// Minimum for the other certificates, without the anchor.
    pub issuer_bits: usize,
    /// Minimum for the anchor.
    pub anchor_bits: usize,
    /// Maximum, for all certificates that are sent.
    pub max_bits: usize,
    /// Types of keys that issuers may have.
    pub signers: &'static [KeyKind],
    /// The weakest digest that is accepted below the anchor.
    pub digest: Digest,
    /// Whether ECDSA is accepted with SHA-512, SHA-1 and SHA-224 too, if the digest is strong
    /// enough.
    pub any_ecdsa: bool,
    /// Whether SHA-224 will do, if the weakest digest is not above it.
    pub sha224: bool,
    /// Whether SHA-3 will do.
    pub sha3: bool,
    /// Whether the parameters of RSA-PSS are free. Else the salt has the length of the digest, which
    /// MGF1 uses too.
    pub any_pss: bool,
    /// The weakest digest with RSA-PSS in the signature of the certificate that is sent first.
    pub leaf_pss: Digest,
    /// Whether the point of an EC key may be compressed.
    pub compressed_points: bool,
    /// Whether the digest of self-issued certificates is not checked.
    pub spares_self_issued: bool,
}

/// Digests, the weakest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Digest {
    Md5,
    Sha1,
    Sha224,
    Sha256,
}

/// How dates are checked.
#[derive(Clone, Copy, Debug)]
pub struct Dates {
    /// Whether the second of notAfter is still valid.
    pub last_second: bool,
    /// How many seconds before notBefore a certificate is accepted.
    pub early_seconds: i64,
    /// How many seconds before and after its dates a proxy is accepted.
    pub proxy_grace_seconds: i64,
    /// Whether the dates of the anchor are checked.
    pub anchor: bool,
}

/// How extensions are checked.
#[derive(Clone, Copy, Debug)]
pub struct Extensions {
    /// Extensions that may be critical, because they are understood. None if this is not checked.
    pub known: Option<&'static [&'static str]>,
    /// Extensions that must be well-formed, critical or not.
    pub readable: &'static [&'static str],
    /// Extensions of which only the outermost element must be well-formed.
    pub framed: &'static [&'static str],
    /// Whether known critical extensions must be well-formed too.
    pub critical_readable: bool,
    /// Forms of names that are understood. A critical subjectAltName needs at least one of them;
    /// critical name constraints may have no others. None if this is not checked.
    pub name_forms: &'static [&'static str],
    /// Whether the extensions of the anchor are checked.
    pub anchor: bool,
    /// Whether extensions in a certificate before version 3 are refused.
    pub version_3_only: bool,
    /// Whether that holds for anchors.
    pub anchor_version_3: bool,
    /// Whether critical certificatePolicies may have qualifiers.
    pub qualifiers: bool,
}

/// What the end entity must be.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// Whether it may be a CA.
    pub ca: bool,
    /// Whether the leaf and all that is sent must be of version 3.
    pub version_3: bool,
    /// Whether a negative serial number is accepted, in any certificate.
    pub negative_serial: bool,
    /// Whether one of the certificates that are sent must be an end entity for XRootD.
    pub typed_by_xrootd: bool,
    /// How an empty subject is treated.
    pub empty_subject: EmptySubject,
    /// How a leaf is treated that is itself in the CA directory.
    pub anchor: OwnAnchor,
}

/// How an empty subject is treated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmptySubject {
    /// It is accepted.
    Taken,
    /// It is accepted with a critical subjectAltName.
    NeedsAltName,
    /// It is refused.
    Refused,
}

/// How an end entity is treated that is itself in the CA directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OwnAnchor {
    /// It is accepted without further checks.
    Taken,
    /// It is the whole path, and is checked.
    Judged,
    /// It is checked like any other certificate.
    Ignored,
}

/// What issuers must be.
#[derive(Clone, Copy, Debug)]
pub struct Cas {
    /// For issuers below the anchor.
    pub issuer: CaRule,
    /// For the anchor.
    pub anchor: CaRule,
    /// Whether the path length of the anchor is enforced.
    pub anchor_length: bool,
    /// Whether path lengths are enforced at all.
    pub length: bool,
    /// Whether self-issued certificates do not count in path lengths.
    pub spares_self_issued: bool,
}

/// What makes a certificate a CA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaRule {
    /// Nothing is required.
    Any,
    /// basicConstraints with cA.
    Constraints,
    /// basicConstraints with cA; and keyCertSign, if there is a key usage.
    ConstraintsAndUsage,
    /// The same, but a self-issued certificate may lack both.
    OrSilentRoot,
    /// The same, but a certificate of version 1 is accepted.
    OrVersion1,
    /// OpenSSL's `check_ca`. Without basicConstraints one of these is enough: version 1 and
    /// self-issued, a key usage with keyCertSign, a CA bit of netscapeCertType.
    CheckCa,
}

/// Which usages are required.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Extended key usage of end entity and proxies.
    pub leaf: ExtendedUsage,
    /// Extended key usage of CAs below the anchor.
    pub ca: ExtendedUsage,
    /// Extended key usage of the anchor.
    pub anchor: ExtendedUsage,
    /// Whether an empty extended key usage counts as none.
    pub empty_is_none: bool,
    /// Bits of the leaf's key usage, one of which is required. 0 if none is.
    pub key_usage: u16,
    /// Whether netscapeCertType must name a client.
    pub netscape: bool,
    /// Whether a key usage without a bit counts as none.
    pub zero_is_none: bool,
}

/// What an extended key usage must contain, if the extension is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExtendedUsage {
    /// Nothing.
    Any,
    /// clientAuth.
    Client,
    /// clientAuth or anyExtendedKeyUsage.
    ClientOrAny,
}

/// How name constraints are applied.
#[derive(Clone, Copy, Debug)]
pub struct Constraints {
    /// Whether the constraints of the anchor are applied.
    pub anchor: bool,
    /// How a constrained directoryName is treated.
    pub directory: Form,
    /// How a constrained rfc822Name is treated.
    pub mail: Form,
    /// How a constrained URI is treated.
    pub uri: Form,
    /// How a constrained otherName is treated.
    pub other_name: Form,
    /// Whether a host in a constraint on mail addresses or URIs stands for its sub-domains too.
    pub sub_domains: bool,
    /// How all other forms are treated. Host names and addresses are always compared.
    pub other: Form,
    /// Whether they are applied to the leaf only.
    pub leaf_only: bool,
    /// When the CN of the leaf counts as a host name, if its subjectAltName has no host name.
    pub host_in_cn: HostInCn,
    /// When emailAddress in the subject counts as a mail address.
    pub mail_in_subject: Mail,
    /// When emailAddress in the subject must be an IA5String.
    pub mail_string: MailString,
}

/// How names of a constrained form are treated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Names are compared with it.
    Compared,
    /// An excluded subtree refuses every name of the form. A permitted one refuses none.
    ExcludedRefuses,
    /// The constraint is ignored.
    Ignored,
    /// Every name of the form is refused.
    Refuses,
    /// The constraint cannot be parsed, so every certificate is refused.
    RefusesAll,
}

/// When the CN of a leaf counts as a host name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostInCn {
    /// Always, if it contains a dot. IPv4 addresses too.
    Always,
    /// Always, with or without a dot.
    AnyLabel,
    /// If its extended key usage allows it to be a server.
    IfServer,
    /// Never.
    Never,
}

/// When emailAddress in the subject counts as a mail address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mail {
    /// Always.
    Always,
    /// Never.
    Never,
    /// If no subjectAltName has a mail address.
    WithoutAltName,
}

/// When emailAddress in the subject must be an IA5String (RFC 5280 §4.1.2.6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MailString {
    /// Below every CA with name constraints.
    Constrained,
    /// If it is compared with a constraint on mail addresses.
    Compared,
    /// Never.
    Never,
}

/// How proxies are judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proxies {
    /// By the rules of canl-java.
    Canl,
    /// By the rules of Globus, in addition to those of OpenSSL.
    Globus,
    /// Proxies are unknown. They are certificates whose issuer is no CA.
    NotKnown,
    /// By the rules of OpenSSL with `X509_V_FLAG_ALLOW_PROXY_CERTS`.
    OpenSsl,
    /// OpenSSL without that flag: none is accepted.
    Refused,
    /// By the rules of XRootD.
    XrootdGsi,
}

/// How revocation lists are used.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
    /// Which certificates are looked up.
    pub of: Of,
    /// Which files are read.
    pub files: Files,
    /// Which of several lists decides.
    pub choice: Choice,
    /// Whether there must be a list.
    pub required: bool,
    /// How an expired list is treated.
    pub expired: Expired,
    /// Whether a list whose thisUpdate is in the future is refused.
    pub future_refused: bool,
    /// How a list without nextUpdate is treated.
    pub endless: Use,
    /// How a list without extensions is treated. Those of version 1 have none.
    pub bare: Use,
    /// How a list is treated whose signature algorithm is not accepted below the anchor.
    pub weak: Use,
    /// How a delta list is treated.
    pub delta: Use,
    /// How the name of the issuer is compared.
    pub names: Names,
    /// Whether the signature of a list is verified.
    pub signature: bool,
    /// How a list is treated if the key usage of the CA lacks cRLSign.
    pub no_crl_sign: Use,
    /// How the issuingDistributionPoint of a list is treated.
    pub scope: Scope,
    /// Whether the key identifier of a list must be that of the issuer on the path.
    pub key_id: bool,
    /// Extensions of a list that may be critical, because they are understood.
    pub known: &'static [&'static str],
    /// How an unknown critical extension of a list is treated.
    pub unknown_critical: Use,
    /// What entries mean.
    pub entries: Entries,
    /// Whether revocation has any effect.
    pub effective: bool,
}

/// Which certificates are looked up in lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Of {
    /// All but proxies. The root too.
    All,
    /// All but proxies and the anchor.
    BelowAnchor,
}

/// Which files of lists are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Files {
    /// All there are.
    All,
    /// `<hash>.r0` alone, its first list.
    First,
    /// `<hash>.r0`, `<hash>.r1`, … until one is missing.
    UntilGap,
}

/// Which of several lists decides.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Choice {
    /// A good one, if there is any.
    AnyGood,
    /// The first.
    First,
    /// The first that has not expired; else the first.
    FirstCurrent,
    /// The newest; of several, the last.
    Newest,
    /// OpenSSL's `get_crl_score`: in scope, then valid now, then the newest.
    Score,
}

/// How an expired list is treated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expired {
    /// It is used.
    Used,
    /// It is refused.
    Refused,
    /// It is refused, unless the hash in its file name begins with a zero. Then it counts as
    /// missing.
    RefusedByHash,
}

/// How a list with some property is treated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// It is ignored, as if it were missing.
    PassedOver,
    /// The certificate is refused.
    Refused,
    /// The certificate is refused if its issuer was sent by the client. If the issuer is an anchor,
    /// the property is not checked.
    RefusedBelowSent,
    /// It is used.
    Used,
}

/// How the issuingDistributionPoint of a list is treated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// It is ignored.
    Ignored,
    /// It must match a distribution point of the certificate. Else the certificate is refused.
    Refuses,
    /// The same; but the name of the issuer counts as a distribution point, and a list may be
    /// indirect or about some reasons.
    RefusesButIssuer,
    /// It must be there and match a distribution point of the certificate. Else the list is
    /// ignored. It matches a certificate without distribution points.
    WithoutPointIsWithin,
}

/// What the entries of a list mean.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Entries {
    /// Every entry with the serial number revokes, whatever its extensions say.
    Serial,
    /// certificateIssuer names the issuer in every list, and is the only critical extension that is
    /// understood: another one refuses the certificate. removeFromCRL does not revoke.
    WithIssuer,
    /// certificateIssuer counts in indirect lists. removeFromCRL does not revoke, nor does 11,
    /// which the consumer uses for "not revoked".
    WithReason,
    /// A list is ignored as a whole if an entry has certificateIssuer, an unknown critical extension
    /// or an unknown reason.
    Understood,
}

/// How signing_policy and namespaces files are used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    /// As canl-java by default: the namespaces file if there is one, else the signing_policy if
    /// there is one.
    Canl,
    /// As canl-java with both required: both must permit the name, and one must exist.
    CanlRequired,
    /// As Globus: the signing_policy, which must exist.
    Globus,
    /// None is read.
    None,
}
