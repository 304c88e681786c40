//! Certificate (RFC 5280 §4.1, appendix A.1).

use crate::parse::asn1::{Component, Tag, Type};
use crate::parse::der::{
    BIT_STRING, BOOLEAN, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, UTC_TIME,
    constructed, primitive,
};

/// Certificate.
pub(in crate::parse) const CERTIFICATE: &Component = &Component::new(
    "",
    SEQUENCE,
    Type::Sequence(&[
        Component::new("tbsCertificate", SEQUENCE, Type::Sequence(TBS)),
        Component::new("signatureAlgorithm", SEQUENCE, ALGORITHM),
        Component::new("signatureValue", BIT_STRING, Type::Bytes),
    ]),
);

const TBS: &[Component] = &[
    Component::new("version", constructed(0), Type::Sequence(VERSION)).optional(),
    Component::new("serialNumber", INTEGER, Type::Integer),
    Component::new("signature", SEQUENCE, ALGORITHM),
    Component::new("issuer", SEQUENCE, NAME),
    Component::new("validity", SEQUENCE, Type::Sequence(&[time("notBefore"), time("notAfter")])),
    Component::new("subject", SEQUENCE, NAME),
    Component::new("subjectPublicKeyInfo", SEQUENCE, Type::Sequence(KEY)),
    Component::new("issuerUniqueID", primitive(1), Type::Bits).optional(),
    Component::new("subjectUniqueID", primitive(2), Type::Bits).optional(),
    Component::new("extensions", constructed(3), Type::Sequence(EXTENSIONS)).optional(),
];

const VERSION: &[Component] = &[Component::new("", INTEGER, Type::Integer)];

const KEY: &[Component] = &[
    Component::new("algorithm", SEQUENCE, ALGORITHM),
    Component::new("subjectPublicKey", BIT_STRING, Type::Bits),
];

/// AlgorithmIdentifier.
pub(super) const ALGORITHM: Type = Type::Sequence(&[
    Component::new("algorithm", OID, Type::Oid),
    Component::with("parameters", Tag::Any, Type::Universal).optional(),
]);

/// Name.
pub(super) const NAME: Type = Type::ListAtMost(MAX_NAME, &Component::new("", SET, RDN));

/// Bytes of one name: OpenSSL reads no longer ones (`X509_NAME_MAX`).
const MAX_NAME: usize = 1 << 20;

/// RelativeDistinguishedName.
pub(super) const RDN: Type = Type::ListOf(&Component::new(
    "",
    SEQUENCE,
    Type::Sequence(&[
        Component::new("type", OID, Type::Oid),
        Component::with("value", Tag::String, Type::Universal),
    ]),
));

/// What is in the tag around Extensions.
pub(super) const EXTENSIONS: &[Component] = &[Component::new(
    "",
    SEQUENCE,
    Type::ListOf(&Component::new(
        "",
        SEQUENCE,
        Type::Sequence(&[
            Component::new("extnID", OID, Type::Oid),
            Component::new("critical", BOOLEAN, Type::Boolean).optional(),
            Component::new("extnValue", OCTET_STRING, Type::Opaque),
        ]),
    )),
)];

/// Time.
pub(super) const fn time(name: &'static str) -> Component {
    Component::with(name, Tag::OneOf(&[UTC_TIME, GENERALIZED_TIME]), Type::Time)
}
