//! The values of extensions (RFC 5280 §4.2, §5.2, §5.3, appendix A.2).

use crate::parse::asn1::certificate::{NAME, RDN};
use crate::parse::asn1::primitive::{BMP_STRING, IA5_STRING, NULL, UTF8_STRING, VISIBLE_STRING};
use crate::parse::asn1::{Component, Tag, Type};
use crate::parse::der::{
    BIT_STRING, BOOLEAN, ENUMERATED, INTEGER, OCTET_STRING, OID, SEQUENCE, constructed, primitive,
};

/// The ASN.1 of an extension's value, by its dotted OID, if the value decides something. `None` for
/// others, which nobody parses: issuerAltName, netscapeComment, lists of certificate timestamps,
/// unknown ones.
pub(in crate::parse) fn value(oid: &str) -> Option<&'static Component> {
    let rows = VALUES.iter();
    rows.filter(|row| row.0 == oid).map(|row| &row.1).next()
}

const VALUES: &[(&str, Component)] = &[
    ("2.5.29.14", Component::new("", OCTET_STRING, Type::Opaque)),
    ("2.5.29.15", Component::new("", BIT_STRING, Type::Bits)),
    ("2.5.29.17", Component::new("", SEQUENCE, GENERAL_NAMES)),
    ("2.5.29.19", sequence(BASIC_CONSTRAINTS)),
    ("2.5.29.20", Component::new("", INTEGER, Type::Integer)),
    ("2.5.29.21", Component::new("", ENUMERATED, Type::Integer)),
    ("2.5.29.27", Component::new("", INTEGER, Type::Integer)),
    ("2.5.29.28", sequence(ISSUING_POINT)),
    ("2.5.29.29", Component::new("", SEQUENCE, GENERAL_NAMES)),
    ("2.5.29.30", sequence(NAME_CONSTRAINTS)),
    ("2.5.29.31", list(&sequence(POINT))),
    ("2.5.29.32", list(&sequence(POLICY))),
    ("2.5.29.33", list(&sequence(MAPPING))),
    ("2.5.29.35", sequence(AUTHORITY_KEY_ID)),
    ("2.5.29.36", sequence(POLICY_CONSTRAINTS)),
    ("2.5.29.37", list(&Component::new("", OID, Type::Oid))),
    ("2.5.29.54", Component::new("", INTEGER, Type::Integer)),
    ("1.3.6.1.5.5.7.1.1", list(&sequence(ACCESS))),
    ("1.3.6.1.5.5.7.1.7", list(&sequence(ADDRESS_FAMILY))),
    ("1.3.6.1.5.5.7.1.8", sequence(AS_IDENTIFIERS)),
    ("2.16.840.1.113730.1.1", Component::new("", BIT_STRING, Type::Bits)),
];

const fn sequence(components: &'static [Component]) -> Component {
    Component::new("", SEQUENCE, Type::Sequence(components))
}

const fn list(one: &'static Component) -> Component {
    Component::new("", SEQUENCE, Type::ListOf(one))
}

/// §4.2.1.9.
const BASIC_CONSTRAINTS: &[Component] = &[
    Component::new("cA", BOOLEAN, Type::Boolean).optional(),
    Component::new("pathLenConstraint", INTEGER, Type::Integer).optional(),
];

/// §4.2.1.1.
const AUTHORITY_KEY_ID: &[Component] = &[
    Component::new("keyIdentifier", primitive(0), Type::Opaque).optional(),
    Component::new("authorityCertIssuer", constructed(1), GENERAL_NAMES).optional(),
    Component::new("authorityCertSerialNumber", primitive(2), Type::Integer).optional(),
];

/// §4.2.1.6.
const GENERAL_NAMES: Type = Type::ListOf(&GENERAL_NAME);

const GENERAL_NAME: Component =
    Component::with("", Tag::Choice, Type::Choice(GENERAL_NAME_ALTERNATIVES));

const GENERAL_NAME_ALTERNATIVES: &[Component] = &[
    Component::new(
        "otherName",
        constructed(0),
        Type::Sequence(&[
            Component::new("type-id", OID, Type::Oid),
            Component::new(
                "value",
                constructed(0),
                Type::Sequence(&[Component::with("", Tag::Any, Type::Universal)]),
            ),
        ]),
    ),
    Component::new("rfc822Name", primitive(1), Type::Opaque),
    Component::new("dNSName", primitive(2), Type::Opaque),
    Component::new("x400Address", constructed(3), Type::Opaque),
    Component::new(
        "directoryName",
        constructed(4),
        Type::Sequence(&[Component::new("", SEQUENCE, NAME)]),
    ),
    Component::new(
        "ediPartyName",
        constructed(5),
        Type::Sequence(&[
            Component::new("nameAssigner", constructed(0), DIRECTORY_STRING).optional(),
            Component::new("partyName", constructed(1), DIRECTORY_STRING),
        ]),
    ),
    Component::new("uniformResourceIdentifier", primitive(6), Type::Opaque),
    Component::new("iPAddress", primitive(7), Type::Opaque),
    Component::new("registeredID", primitive(8), Type::Oid),
];

/// DirectoryString in an explicit tag.
const DIRECTORY_STRING: Type = Type::Sequence(&[Component::with("", Tag::String, Type::Universal)]);

/// §4.2.1.10.
const NAME_CONSTRAINTS: &[Component] = &[
    Component::new("permittedSubtrees", constructed(0), SUBTREES).optional(),
    Component::new("excludedSubtrees", constructed(1), SUBTREES).optional(),
];

const SUBTREES: Type = Type::ListOf(&sequence(&[
    Component::with("base", Tag::Choice, Type::Choice(GENERAL_NAME_ALTERNATIVES)),
    Component::new("minimum", primitive(0), Type::Integer).optional(),
    Component::new("maximum", primitive(1), Type::Integer).optional(),
]));

/// §4.2.1.13.
const POINT: &[Component] = &[
    Component::new("distributionPoint", constructed(0), Type::Sequence(POINT_NAME)).optional(),
    Component::new("reasons", primitive(1), Type::Bits).optional(),
    Component::new("cRLIssuer", constructed(2), GENERAL_NAMES).optional(),
];

const POINT_NAME: &[Component] = &[Component::with(
    "",
    Tag::Choice,
    Type::Choice(&[
        Component::new("fullName", constructed(0), GENERAL_NAMES),
        Component::new("nameRelativeToCRLIssuer", constructed(1), RDN),
    ]),
)];

/// §5.2.5.
const ISSUING_POINT: &[Component] = &[
    Component::new("distributionPoint", constructed(0), Type::Sequence(POINT_NAME)).optional(),
    Component::new("onlyContainsUserCerts", primitive(1), Type::Boolean).optional(),
    Component::new("onlyContainsCACerts", primitive(2), Type::Boolean).optional(),
    Component::new("onlySomeReasons", primitive(3), Type::Bits).optional(),
    Component::new("indirectCRL", primitive(4), Type::Boolean).optional(),
    Component::new("onlyContainsAttributeCerts", primitive(5), Type::Boolean).optional(),
];

/// §4.2.1.4.
const POLICY: &[Component] = &[
    Component::new("policyIdentifier", OID, Type::Oid),
    Component::new(
        "policyQualifiers",
        SEQUENCE,
        Type::ListOf(&sequence(&[
            Component::new("policyQualifierId", OID, Type::Oid),
            Component::with("qualifier", Tag::Any, Type::DefinedBy(QUALIFIERS)),
        ])),
    )
    .optional(),
];

/// By the OIDs id-qt-cps and id-qt-unotice.
const QUALIFIERS: &[(&[u8], Component)] = &[
    (&[0x2b, 6, 1, 5, 5, 7, 2, 1], Component::new("cPSuri", IA5_STRING, Type::Opaque)),
    (&[0x2b, 6, 1, 5, 5, 7, 2, 2], sequence(USER_NOTICE)),
];

const USER_NOTICE: &[Component] = &[
    Component::new(
        "noticeRef",
        SEQUENCE,
        Type::Sequence(&[
            Component::with("organization", DISPLAY_TEXT, Type::Opaque),
            Component::new(
                "noticeNumbers",
                SEQUENCE,
                Type::ListOf(&Component::new("", INTEGER, Type::Integer)),
            ),
        ]),
    )
    .optional(),
    Component::with("explicitText", DISPLAY_TEXT, Type::Opaque).optional(),
];

/// DisplayText.
const DISPLAY_TEXT: Tag = Tag::OneOf(&[IA5_STRING, VISIBLE_STRING, BMP_STRING, UTF8_STRING]);

/// §4.2.1.5.
const MAPPING: &[Component] = &[
    Component::new("issuerDomainPolicy", OID, Type::Oid),
    Component::new("subjectDomainPolicy", OID, Type::Oid),
];

/// §4.2.1.11.
const POLICY_CONSTRAINTS: &[Component] = &[
    Component::new("requireExplicitPolicy", primitive(0), Type::Integer).optional(),
    Component::new("inhibitPolicyMapping", primitive(1), Type::Integer).optional(),
];

/// RFC 3779 §2.2.3. It is rare, but OpenSSL parses it in every certificate.
const ADDRESS_FAMILY: &[Component] = &[
    Component::new("addressFamily", OCTET_STRING, Type::Opaque),
    Component::with("ipAddressChoice", Tag::Choice, Type::Choice(ADDRESSES)),
];

const ADDRESSES: &[Component] =
    &[INHERIT, Component::new("addressesOrRanges", SEQUENCE, Type::ListOf(&ADDRESS_OR_RANGE))];

const ADDRESS_OR_RANGE: Component = Component::with(
    "",
    Tag::Choice,
    Type::Choice(&[
        Component::new("addressPrefix", BIT_STRING, Type::Bits),
        Component::new(
            "addressRange",
            SEQUENCE,
            Type::Sequence(&[
                Component::new("min", BIT_STRING, Type::Bits),
                Component::new("max", BIT_STRING, Type::Bits),
            ]),
        ),
    ]),
);

/// RFC 3779 §3.2.3.
const AS_IDENTIFIERS: &[Component] = &[
    Component::new("asnum", constructed(0), AS_CHOICE).optional(),
    Component::new("rdi", constructed(1), AS_CHOICE).optional(),
];

const AS_CHOICE: Type = Type::Sequence(&[Component::with(
    "",
    Tag::Choice,
    Type::Choice(&[INHERIT, Component::new("asIdsOrRanges", SEQUENCE, Type::ListOf(&AS_ID))]),
)]);

const AS_ID: Component = Component::with(
    "",
    Tag::Choice,
    Type::Choice(&[
        Component::new("id", INTEGER, Type::Integer),
        Component::new(
            "range",
            SEQUENCE,
            Type::Sequence(&[
                Component::new("min", INTEGER, Type::Integer),
                Component::new("max", INTEGER, Type::Integer),
            ]),
        ),
    ]),
);

const INHERIT: Component = Component::new("inherit", NULL, Type::Opaque);

/// §4.2.2.1. A location that is not a URI is not used.
const ACCESS: &[Component] = &[
    Component::new("accessMethod", OID, Type::Oid),
    Component::with("accessLocation", Tag::Any, Type::Opaque),
];
