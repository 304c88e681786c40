//! The rules about policy files.

use crate::check::rules;
use crate::consumer::{CANL, DCACHE, GLOBUS, JGLOBUS, STORM, VOMS, VOMS_PROXY_INIT};

rules! {
    step: Policy;
    SIGNING_DENIES: ERROR {
        id: "signing-policy-denies",
        what: "the CA's signing_policy does not permit this subject",
        why: "Globus, JGlobus and canl refuse it; OpenSSL, alien.py, XRootD and ARC do not read \
              the file",
        advice: "update the CA bundle; if the file is the newest, tell the CA: it signed a name \
                 that it may not sign. OpenSSL, alien.py, XRootD and ARC do not read the file",
        refused_by: [
            GLOBUS,
            JGLOBUS,
            CANL.inside(&[DCACHE, STORM, VOMS_PROXY_INIT.version("3")]),
        ],
        source: "Globus, oldgaa_policy_evaluator.c; canl, NamespaceChecker",
    }
    SIGNING_MISSING: ERROR {
        id: "signing-policy-missing",
        what: "the CA directory has no signing_policy for a CA",
        why: "Globus refuses every certificate of a CA without one; OpenSSL, alien.py, XRootD and \
              ARC do not ask for it",
        advice: "install the CA's package of the IGTF, which brings it",
        refused_by: [GLOBUS, JGLOBUS],
        source: "Globus, globus_gsi_callback.c",
    }
    SIGNING_MISNAMED: ERROR {
        id: "signing-policy-misnamed",
        what: "the CA's signing_policy is in the directory under the wrong name",
        why: "Globus looks for <hash>.signing_policy alone, and refuses every certificate of a CA \
              without one",
        advice: "make the link, or update the CA package, which should bring it",
        refused_by: [GLOBUS, JGLOBUS],
        source: "Globus, globus_gsi_system_config.c; alisw/alien-cas",
    }
    SIGNING_OTHER: ERROR {
        id: "signing-policy-other-ca",
        what: "the signing_policy under the CA's hash has no entry for this CA",
        why: "Globus refuses what its policy does not mention; canl treats the file as absent",
        advice: "reinstall the CA package: the CA was renamed, or the file was copied from another \
                 one",
        refused_by: [GLOBUS, JGLOBUS],
        source: "Globus, oldgaa_find_matching_entry; VOMS, sslutils.c",
    }
    SIGNING_SYNTAX: ERROR {
        id: "signing-policy-syntax",
        what: "the CA's signing_policy has a syntax error",
        why: "Globus refuses everything this CA signed; canl treats the file as absent",
        advice: "reinstall the CA package",
        refused_by: [GLOBUS, JGLOBUS],
        source: "Globus, globus_oldgaa_utils.c; VOMS, sslutils.c",
    }
    SIGNING_UNFINISHED: ERROR {
        id: "signing-policy-no-newline",
        what: "the CA's signing_policy ends without a newline",
        why: "Globus misses the closing quote at the very end and refuses everything this CA \
              signed",
        advice: "reinstall the CA package, or let an administrator add the newline",
        refused_by: [GLOBUS],
        source: "Globus, oldgaa_globus_get_string_with_whitespaces",
    }
    SIGNING_UNREADABLE: ERROR, Undecided {
        id: "signing-policy-unreadable",
        what: "the CA's signing_policy is there and cannot be read",
        why: "Globus refuses everything this CA signed",
        advice: "let an administrator make it readable for everybody, or reinstall the CA package",
        refused_by: [GLOBUS, JGLOBUS],
        source: "Globus, globus_gsi_callback.c",
    }
    NAMESPACES_DENIES: ERROR {
        id: "namespaces-denies",
        what: "a namespaces file does not permit this subject",
        why: "canl (dCache, StoRM, the Java clients of VOMS) and VOMS refuse it; Globus, OpenSSL, \
              alien.py, XRootD and ARC do not read the file",
        advice: "update the CA bundle; if the file is the newest, tell the CA: it signed a name \
                 that it may not sign. Globus, OpenSSL, alien.py, XRootD and ARC do not read the \
                 file",
        refused_by: [
            CANL.inside(&[DCACHE, STORM, VOMS_PROXY_INIT.version("3")]),
            VOMS,
        ],
        source: "EUGridPMA Namespaces Format Specification 0.1; GFD-I.189; canl, NamespaceChecker",
    }
    NAMESPACES_MISSING: ERROR {
        id: "namespaces-missing",
        what: "the CA directory has no namespaces file for a CA",
        why: "canl refuses it where its namespaces mode ends in REQUIRE",
        advice: "install the CA's package of the IGTF, or ask for another --policy",
        refused_by: [CANL.when("in a mode that requires it")],
        source: "canl, NamespaceCheckingMode",
    }
    NAMESPACES_MISNAMED: ERROR {
        id: "namespaces-misnamed",
        what: "the CA's namespaces file is in the directory under the wrong name",
        why: "canl and VOMS look for <hash>.namespaces alone",
        advice: "make the link; the CA package should bring it",
        refused_by: [CANL.when("in a mode that requires it")],
        source: "canl, EuGridPmaNamespacesParser; alisw/alien-cas",
    }
    NAMESPACES_OTHER: ERROR {
        id: "namespaces-other-ca",
        what: "the namespaces file under the CA's hash has no rule for this CA, nor has any above \
               it",
        why: "the file is there to limit the CA and does not say how; canl treats it as absent",
        advice: "reinstall the CA package: the CA was renamed, or the file was copied from another \
                 one",
        refused_by: [VOMS],
        source: "EUGridPMA Namespaces Format Specification 0.1; VOMS, sslutils.c",
    }
    NAMESPACES_SYNTAX: ERROR {
        id: "namespaces-syntax",
        what: "a namespaces file has a syntax error",
        why: "what it forbids cannot be known; canl treats the file as absent",
        advice: "reinstall the CA package",
        refused_by: [VOMS],
        source: "EUGridPMA Namespaces Format Specification 0.1; VOMS, sslutils.c",
    }
    NAMESPACES_UNREADABLE: ERROR, Undecided {
        id: "namespaces-unreadable",
        what: "a namespaces file is there and cannot be read",
        why: "what it forbids cannot be known",
        advice: "let an administrator make it readable for everybody, or reinstall the CA package",
        source: "EUGridPMA Namespaces Format Specification 0.1",
    }
}
