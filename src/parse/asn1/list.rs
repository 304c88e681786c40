//! CertificateList (RFC 5280 §5.1, appendix A.1).

use crate::parse::asn1::certificate::{ALGORITHM, EXTENSIONS, NAME, time};
use crate::parse::asn1::{Component, Type};
use crate::parse::der::{BIT_STRING, INTEGER, SEQUENCE, constructed};

/// CertificateList. Its entries are checked later, when they are needed, because there may be a
/// million.
pub(in crate::parse) const LIST: &Component = &Component::new(
    "",
    SEQUENCE,
    Type::Sequence(&[
        Component::new("tbsCertList", SEQUENCE, Type::Sequence(TBS)),
        Component::new("signatureAlgorithm", SEQUENCE, ALGORITHM),
        Component::new("signatureValue", BIT_STRING, Type::Bytes),
    ]),
);

const TBS: &[Component] = &[
    Component::new("version", INTEGER, Type::Integer).optional(),
    Component::new("signature", SEQUENCE, ALGORITHM),
    Component::new("issuer", SEQUENCE, NAME),
    time("thisUpdate"),
    time("nextUpdate").optional(),
    Component::new("revokedCertificates", SEQUENCE, Type::Opaque).optional(),
    Component::new("crlExtensions", constructed(0), Type::Sequence(EXTENSIONS)).optional(),
];

/// Extensions of an entry.
pub(in crate::parse) const ENTRY_EXTENSIONS: &Component = &EXTENSIONS[0];
