//! How a consumer decides about a client's certificate: its answers to the questions that tell
//! validators apart.

use crate::consumer::tool::Consumer;

/// One consumer in one setting, as data. `chain::acceptance` asks its questions in turn.
#[derive(Debug)]
pub struct Profile {
    /// Its name on the command line and in JSON.
    pub id: &'static str,
    /// The software, its versions and its use.
    pub consumer: Consumer,
    /// Among which it is shown.
    pub group: Group,
    /// Where its answers come from.
    pub source: &'static str,
    /// What comes to the server at all.
    pub transport: Transport,
    /// Which files of the CA directory it reads.
    pub store: Store,
    /// How it finds issuers.
    pub search: Search,
    /// Whether any CA of the directory ends a path; else a self-signed one alone.
    pub any_anchor: bool,
    /// How names are compared.
    pub names: Names,
    /// Whether each value of a name must be a string as its type demands.
    pub strict_strings: bool,
    /// What key identifiers must be.
    pub key_ids: KeyIds,
    /// Certificates between leaf and anchor.
    pub max_depth: usize,
    /// Keys and digests.
    pub strength: Strength,
    /// Dates.
    pub dates: Dates,
    /// Extensions.
    pub extensions: Extensions,
    /// What the end entity must be.
    pub leaf: Leaf,
    /// What issuers must be.
    pub cas: Cas,
    /// What it may be used for.
    pub usage: Usage,
    /// Name constraints.
    pub constraints: Constraints,
    /// Whether certificate policies are judged, where a CA requires one.
    pub policies: bool,
    /// Proxies.
    pub proxies: Proxies,
    /// Revocation lists.
    pub lists: Option<Lists>,
    /// signing_policy and namespaces files.
    pub permission: Permission,
    /// Whether RFC 5280's rules of form are enforced (`X509_V_FLAG_X509_STRICT`).
    pub strict: bool,
}

/// Among which a consumer is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    /// Services of the grid.
    Grid,
    /// Web servers, and what else rests on OpenSSL.
    Web,
    /// Libraries of languages.
    Language,
}

impl Group {
    /// All, as they are shown.
    pub const ALL: &[Self] = &[Self::Grid, Self::Web, Self::Language];

    /// Its heading.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid services",
            Self::Web => "web servers",
            Self::Language => "languages",
        }
    }
}

/// What comes to the server at all.
#[derive(Clone, Copy, Debug)]
pub struct Transport {
    /// Who carries the certificate.
    pub carrier: Carrier,
    /// Keys of the leaf with which the protocol can be spoken.
    pub keys: &'static [KeyKind],
    /// Whether a client that shows no certificate is let in, as nobody.
    pub admits_anonymous: bool,
    /// Whether the server says that it takes no signature by MD5, so that clients do not send it.
    pub refuses_md5: bool,
    /// Certificates in one message.
    pub max_certificates: usize,
}

/// Who carries the certificate to the server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// Globus GSSAPI on both sides.
    Globus,
    /// A TLS 1.3 client with OpenSSL.
    Tls,
    /// XRootD's own `gsi` protocol: a user certificate is made into a proxy first.
    XrootdGsi,
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
    /// `<hash>.0` alone, with one certificate in it.
    FirstLink,
    /// `<hash>.0`, `<hash>.1`, … until one is missing.
    Links,
}

/// How issuers are found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Search {
    /// Every way is tried.
    Every,
    /// One issuer each, those of the directory first: one that is valid now, else the first.
    FirstInDate,
    /// The same, but else the one that ends last.
    LatestEnd,
    /// The issuer of the end entity in the directory, and nothing above it.
    DirectIssuer,
}

/// How names are compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Names {
    /// OpenSSL's canonical form: string types, case of letters and blanks do not count.
    Canonical,
    /// Byte by byte.
    Encoded,
    /// RFC 2253's canonical form in Java: as OpenSSL's for UTF8String and PrintableString in the
    /// attributes of RFC 2253, else byte by byte.
    Java,
    /// As the one-line text: string types do not count.
    Line,
}

/// What the key identifiers of a certificate and its issuer must be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyIds {
    /// The anchor's must be there and equal, if the certificate names one; two anchors with one name
    /// and identifier are refused.
    AnchorPresent,
    /// The anchor's must not differ.
    Anchor,
    /// Nothing.
    Any,
    /// They must not differ.
    KeyId,
    /// Neither they nor the serial number and issuer named beside them may differ.
    Whole,
}

/// The least that keys and digests must be. Bits are those of RSA keys.
#[derive(Clone, Copy, Debug)]
pub struct Strength {
    /// Of the leaf.
    pub leaf_bits: usize,
    /// Of every other certificate but the anchor.
    pub issuer_bits: usize,
    /// Of the anchor.
    pub anchor_bits: usize,
    /// The most, of what is sent.
    pub max_bits: usize,
    /// Keys with which issuers sign.
    pub signers: &'static [KeyKind],
    /// The weakest digest below the anchor.
    pub digest: Digest,
    /// Whether ECDSA goes with SHA-512, SHA-1 and SHA-224 too, if the digest is strong enough.
    pub any_ecdsa: bool,
    /// Whether SHA-224 will do, if the weakest digest is not above it.
    pub sha224: bool,
    /// Whether the salt of RSA-PSS may have any length; else that of the digest.
    pub any_salt: bool,
    /// Whether self-issued certificates may have any digest.
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

/// Dates.
#[derive(Clone, Copy, Debug)]
pub struct Dates {
    /// Whether the second of notAfter is still good.
    pub last_second: bool,
    /// How long before notBefore a certificate is taken.
    pub early_seconds: i64,
    /// The same of proxies, at both ends.
    pub proxy_grace_seconds: i64,
    /// Whether those of the anchor count.
    pub anchor: bool,
}

/// Extensions.
#[derive(Clone, Copy, Debug)]
pub struct Extensions {
    /// Those that are understood where they are critical; none if nobody asks.
    pub known: Option<&'static [&'static str]>,
    /// Those that must be readable, critical or not.
    pub readable: &'static [&'static str],
    /// Those of which only the outermost element must be readable.
    pub framed: &'static [&'static str],
    /// Whether those that are critical and known must be readable too.
    pub critical_readable: bool,
    /// Forms of names that are understood in a critical subjectAltName, one of them, and in critical
    /// name constraints, no others; none if nobody asks.
    pub name_forms: &'static [&'static str],
    /// Whether those of the anchor count.
    pub anchor: bool,
    /// Whether those in a certificate before version 3 are refused.
    pub version_3_only: bool,
}

/// What the end entity must be.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// Whether it may be a CA.
    pub ca: bool,
    /// Whether it, and all that is sent, must be of version 3.
    pub version_3: bool,
    /// Whether a negative serial number is taken, of any certificate.
    pub negative_serial: bool,
    /// What an empty subject needs.
    pub empty_subject: EmptySubject,
    /// Whether it may be in the CA directory itself and so be trusted.
    pub anchor: OwnAnchor,
}

/// What becomes of an empty subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmptySubject {
    /// It is taken.
    Taken,
    /// A critical subjectAltName must stand for it.
    NeedsAltName,
    /// It is refused.
    Refused,
}

/// What becomes of an end entity that is in the CA directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OwnAnchor {
    /// It is taken without any other question.
    Taken,
    /// It is the whole path, and judged.
    Judged,
    /// The same; but it is not known what becomes of a self-issued one.
    JudgedIfIssued,
    /// It is judged as any other.
    Ignored,
}

/// What issuers must be.
#[derive(Clone, Copy, Debug)]
pub struct Cas {
    /// Of those below the anchor.
    pub issuer: CaRule,
    /// Of the anchor.
    pub anchor: CaRule,
    /// Whether the anchor's path length binds.
    pub anchor_length: bool,
    /// Whether path lengths bind at all.
    pub length: bool,
}

/// What makes a CA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaRule {
    /// Nothing is asked.
    Any,
    /// basicConstraints with cA.
    Constraints,
    /// And keyCertSign, if there is a key usage.
    ConstraintsAndUsage,
    /// The same, but a self-issued one may say nothing.
    OrSilentRoot,
    /// The same, but version 1 may.
    OrVersion1,
    /// OpenSSL's `check_ca`: without basicConstraints version 1, self-signed, or keyCertSign may.
    CheckCa,
}

/// What it may be used for.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Extended key usage of end entity and proxies.
    pub leaf: ExtendedUsage,
    /// Of CAs below the anchor.
    pub ca: ExtendedUsage,
    /// Of the anchor.
    pub anchor: ExtendedUsage,
    /// Whether an empty list is as none.
    pub empty_is_none: bool,
    /// Bits of the leaf's key usage of which one must be there; 0 if none is asked for.
    pub key_usage: u16,
    /// Whether netscapeCertType must name a client.
    pub netscape: bool,
}

/// What an extended key usage must have, if there is one.
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
    /// Whether those of the anchor count.
    pub anchor: bool,
    /// What becomes of a directoryName.
    pub directory: Form,
    /// Of a mailbox.
    pub mail: Form,
    /// Of a URI.
    pub uri: Form,
    /// Of every other form but hosts and addresses, which all compare.
    pub other: Form,
    /// Whether they bind the leaf alone.
    pub leaf_only: bool,
    /// Whether the leaf's CN is held for a host, if it has no host in its subjectAltName.
    pub host_in_cn: HostInCn,
    /// Whether emailAddress in the subject is a mailbox.
    pub mail_in_subject: Mail,
}

/// What becomes of a form of names that is constrained.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Names are compared with it.
    Compared,
    /// An excluded subtree refuses every such name, a permitted one none.
    ExcludedRefuses,
    /// It is passed over.
    Ignored,
    /// It refuses every such name.
    Refuses,
    /// It cannot be read, and refuses everybody.
    RefusesAll,
}

/// When the CN of a leaf is held for a host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HostInCn {
    /// Always, where it has a dot in it.
    Always,
    /// Always, with or without a dot.
    AnyLabel,
    /// Where its extended key usage does not keep it from being a server.
    IfServer,
    /// Never.
    Never,
}

/// When emailAddress in the subject is a mailbox.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mail {
    /// Always.
    Always,
    /// Never.
    Never,
    /// Where no subjectAltName has one.
    WithoutAltName,
}

/// How proxies are judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proxies {
    /// canl-java's rules.
    Canl,
    /// Globus' own rules, above OpenSSL's.
    Globus,
    /// They are no proxies, but certificates of an issuer that is no CA.
    NotKnown,
    /// OpenSSL's, with `X509_V_FLAG_ALLOW_PROXY_CERTS`.
    OpenSsl,
    /// OpenSSL's, without: none is taken.
    Refused,
    /// XRootD's own rules.
    XrootdGsi,
}

/// How revocation lists are used.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
    /// Whose revocation is looked up.
    pub of: Of,
    /// Which files are read.
    pub files: Files,
    /// Which of several decides.
    pub choice: Choice,
    /// Whether there must be one.
    pub required: bool,
    /// What becomes of one that has expired.
    pub expired: Expired,
    /// Whether one from the future is refused.
    pub future_refused: bool,
    /// What becomes of one that names no end.
    pub endless: Use,
    /// What becomes of version 1.
    pub version_1: Use,
    /// What becomes of one signed with SHA-1.
    pub sha1: Use,
    /// Whether signatures are verified.
    pub signature: bool,
    /// What becomes of one of a CA whose key usage lacks cRLSign.
    pub no_crl_sign: Use,
    /// How an issuingDistributionPoint is read.
    pub scope: Scope,
    /// Whether a list must name the key of the issuer on the path.
    pub key_id: bool,
    /// What becomes of a critical extension that is not known.
    pub unknown_critical: Use,
    /// Whether an entry takes effect.
    pub effective: bool,
}

/// Whose revocation is looked up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Of {
    /// All but proxies, the root too.
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
    /// One that is good.
    AnyGood,
    /// The first.
    First,
    /// The newest.
    Newest,
    /// OpenSSL's `get_crl_score`: in scope, then valid now, then the newest.
    Score,
}

/// What becomes of a list that has expired.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expired {
    /// It is used.
    Used,
    /// It is refused.
    Refused,
    /// It is refused, unless the hash in its name begins with a zero: then it counts as removed.
    RefusedByHash,
}

/// What becomes of a list with some property.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// It is passed over as if it were not there.
    PassedOver,
    /// The certificate is refused.
    Refused,
    /// The certificate is refused below a CA that was sent; below an anchor nobody sees it.
    RefusedBelowSent,
    /// It is used.
    Used,
}

/// How an issuingDistributionPoint is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// Not at all.
    Ignored,
    /// It must meet a distribution point of the certificate; else the certificate is refused.
    Refuses,
    /// It must be there and do so, or else the list is passed over; a certificate without
    /// distribution points is within each.
    WithoutPointIsWithin,
}

/// signing_policy and namespaces files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    /// As canl-java does by default: namespaces if there, else signing_policy if there.
    Canl,
    /// As canl-java where both must permit and one must be there.
    CanlRequired,
    /// As Globus: signing_policy, which must be there.
    Globus,
    /// None is read.
    None,
}
