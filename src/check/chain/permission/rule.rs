//! The ways in which policy files stand in the way.

use crate::report::{Exit, Rule};

/// Who reads signing_policy files.
const SIGNING_POLICY: &[&str] = &["Globus", "JGlobus", "canl (dCache, StoRM, voms-proxy-init 3)"];
/// Who refuses where there is none to read.
const GLOBUS: &[&str] = &["Globus", "JGlobus"];
/// Who reads namespaces files.
const NAMESPACES: &[&str] = &["canl (dCache, StoRM, voms-proxy-init 3)", "VOMS"];

/// The signing_policy does not permit the subject.
pub static SIGNING_DENIES: Rule = Rule {
    id: "signing-policy-denies",
    what: "the CA's signing_policy does not permit this subject",
    why: "Globus, JGlobus and canl refuse it; OpenSSL, alien.py, XRootD and ARC do not read the file",
    advice: "update the CA bundle; if the file is the newest, tell the CA: it signed a name that it \
             may not sign. OpenSSL, alien.py, XRootD and ARC do not read the file",
    refused_by: SIGNING_POLICY,
    source: "Globus, oldgaa_policy_evaluator.c; canl, NamespaceChecker",
    ..Rule::ERROR
};

/// The namespaces file does not permit the subject.
pub static NAMESPACES_DENIES: Rule = Rule {
    id: "namespaces-denies",
    what: "a namespaces file does not permit this subject",
    why: "canl (dCache, StoRM, the Java clients of VOMS) and VOMS refuse it; Globus, OpenSSL, \
          alien.py, XRootD and ARC do not read the file",
    advice: "update the CA bundle; if the file is the newest, tell the CA: it signed a name that it \
             may not sign. Globus, OpenSSL, alien.py, XRootD and ARC do not read the file",
    refused_by: NAMESPACES,
    source: "EUGridPMA Namespaces Format Specification 0.1; GFD-I.189; canl, NamespaceChecker",
    ..Rule::ERROR
};

/// No signing_policy.
pub static SIGNING_MISSING: Rule = Rule {
    id: "signing-policy-missing",
    what: "the CA directory has no signing_policy for a CA",
    why: "Globus refuses every certificate of a CA without one; OpenSSL, alien.py, XRootD and ARC do \
          not ask for it",
    advice: "install the CA's package of the IGTF, which brings it",
    refused_by: GLOBUS,
    source: "Globus, globus_gsi_callback.c",
    ..Rule::ERROR
};

/// No namespaces file, or neither.
pub static NAMESPACES_MISSING: Rule = Rule {
    id: "namespaces-missing",
    what: "the CA directory has no namespaces file for a CA",
    why: "canl refuses it where its namespaces mode ends in REQUIRE",
    advice: "install the CA's package of the IGTF, or ask for another --policy",
    refused_by: &["canl in a mode that requires it"],
    source: "canl, NamespaceCheckingMode",
    ..Rule::ERROR
};

/// A signing_policy of another CA.
pub static SIGNING_OTHER: Rule = Rule {
    id: "signing-policy-other-ca",
    what: "the signing_policy under the CA's hash has no entry for this CA",
    why: "Globus refuses what its policy does not mention; canl takes the file for absent",
    advice: "reinstall the CA package: the CA was renamed, or the file was copied from another one",
    refused_by: GLOBUS,
    source: "Globus, oldgaa_find_matching_entry; VOMS, sslutils.c",
    ..Rule::ERROR
};

/// A namespaces file of another CA.
pub static NAMESPACES_OTHER: Rule = Rule {
    id: "namespaces-other-ca",
    what: "the namespaces file under the CA's hash has no rule for this CA, nor has any above it",
    why: "the file is there to limit the CA and does not say how; canl takes it for absent",
    advice: "reinstall the CA package: the CA was renamed, or the file was copied from another one",
    refused_by: &["VOMS"],
    source: "EUGridPMA Namespaces Format Specification 0.1; VOMS, sslutils.c",
    ..Rule::ERROR
};

/// A signing_policy that does not parse.
pub static SIGNING_SYNTAX: Rule = Rule {
    id: "signing-policy-syntax",
    what: "the CA's signing_policy has a syntax error",
    why: "Globus refuses everything this CA signed; canl takes the file for absent",
    advice: "reinstall the CA package",
    refused_by: GLOBUS,
    source: "Globus, globus_oldgaa_utils.c; VOMS, sslutils.c",
    ..Rule::ERROR
};

/// A namespaces file that does not parse.
pub static NAMESPACES_SYNTAX: Rule = Rule {
    id: "namespaces-syntax",
    what: "a namespaces file has a syntax error",
    why: "what it forbids cannot be known; canl takes the file for absent",
    advice: "reinstall the CA package",
    refused_by: &["VOMS"],
    source: "EUGridPMA Namespaces Format Specification 0.1; VOMS, sslutils.c",
    ..Rule::ERROR
};

/// The last newline is missing.
pub static SIGNING_UNFINISHED: Rule = Rule {
    id: "signing-policy-no-newline",
    what: "the CA's signing_policy ends without a newline",
    why: "Globus misses the closing quote at the very end and refuses everything this CA signed",
    advice: "reinstall the CA package, or let an administrator add the newline",
    refused_by: &["Globus"],
    source: "Globus, oldgaa_globus_get_string_with_whitespaces",
    ..Rule::ERROR
};

/// A signing_policy that cannot be read.
pub static SIGNING_UNREADABLE: Rule = Rule {
    id: "signing-policy-unreadable",
    exit: Exit::Undecided,
    what: "the CA's signing_policy is there and cannot be read",
    why: "Globus refuses everything this CA signed",
    advice: "let an administrator make it readable for everybody, or reinstall the CA package",
    refused_by: GLOBUS,
    source: "Globus, globus_gsi_callback.c",
    ..Rule::ERROR
};

/// A namespaces file that cannot be read.
pub static NAMESPACES_UNREADABLE: Rule = Rule {
    id: "namespaces-unreadable",
    exit: Exit::Undecided,
    what: "a namespaces file is there and cannot be read",
    why: "what it forbids cannot be known",
    advice: "let an administrator make it readable for everybody, or reinstall the CA package",
    source: "EUGridPMA Namespaces Format Specification 0.1",
    ..Rule::ERROR
};

/// A signing_policy under a name where nobody looks.
pub static SIGNING_MISNAMED: Rule = Rule {
    id: "signing-policy-misnamed",
    what: "the CA's signing_policy is in the directory under the wrong name",
    why: "Globus looks for <hash>.signing_policy alone, and refuses every certificate of a CA without \
          one",
    advice: "make the link, or update the CA package, which should bring it",
    refused_by: GLOBUS,
    source: "Globus, globus_gsi_system_config.c; alisw/alien-cas",
    ..Rule::ERROR
};

/// A namespaces file under a name where nobody looks.
pub static NAMESPACES_MISNAMED: Rule = Rule {
    id: "namespaces-misnamed",
    what: "the CA's namespaces file is in the directory under the wrong name",
    why: "canl and VOMS look for <hash>.namespaces alone",
    advice: "make the link; the CA package should bring it",
    refused_by: &["canl in a mode that requires it"],
    source: "canl, EuGridPmaNamespacesParser; alisw/alien-cas",
    ..Rule::ERROR
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[
    &SIGNING_DENIES,
    &SIGNING_MISSING,
    &SIGNING_MISNAMED,
    &SIGNING_OTHER,
    &SIGNING_SYNTAX,
    &SIGNING_UNFINISHED,
    &SIGNING_UNREADABLE,
    &NAMESPACES_DENIES,
    &NAMESPACES_MISSING,
    &NAMESPACES_MISNAMED,
    &NAMESPACES_OTHER,
    &NAMESPACES_SYNTAX,
    &NAMESPACES_UNREADABLE,
];
