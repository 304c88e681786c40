//! Rules about VOMS attributes.

use crate::check::rules;
use crate::consumer::{EL9, OPENSSL, VOMS_JAVA_API};

rules! {
    step: Voms;
    EXPIRED: ERROR, Expired {
        id: "voms-expired",
        what: "the VOMS attributes have expired",
        why: "services that want a member of the VO refuse the proxy, although it may still be \
              valid itself: VOMS attributes have a lifetime of their own",
        advice: "make a new proxy: voms-proxy-init --voms VO",
        source: "RFC 5755 §4.2.6; VOMS, validate.c, AC_ERR_DATES2",
    }
    NOT_YET_VALID: ERROR, NotYetValid {
        id: "voms-not-yet-valid",
        what: "the VOMS attributes are not valid yet",
        why: "the clock of the VOMS server and that of this machine differ; VOMS itself allows \
              five minutes in the C library, none in the Java library",
        advice: "check this machine's clock (date -u); if it is right, wait",
        source: "RFC 5755 §4.2.6; VOMS, validate.c, AC_ERR_DATES",
    }
    TOO_SHORT: ERROR, Short {
        id: "voms-too-short",
        what: "the VOMS attributes end before the time asked for",
        why: "the job would outlive its membership in the VO, even if the proxy itself lasts",
        advice: "make a new proxy, with a longer lifetime of the attributes: voms-proxy-init \
                 --voms VO --valid 24:00",
        source: "the option --for",
    }
    MALFORMED: ERROR {
        id: "voms-malformed",
        what: "the VOMS extension of the proxy is malformed",
        why: "its attributes cannot be read, so no service accepts them",
        advice: "make a new proxy: voms-proxy-init --voms VO",
        source: "RFC 5755 §4.1",
    }
    HOLDER_MISMATCH: ERROR, Mismatch {
        id: "voms-holder-mismatch",
        what: "the VOMS attributes were given to another certificate",
        why: "services refuse attributes whose holder is not the one who made the proxy: \"AC has \
              been granted to a different certificate\"",
        advice: "make a new proxy with the certificate you want to use: voms-proxy-init --voms VO",
        source: "RFC 5755 §5; VOMS, validate.c, AC_ERR_HOLDER_SERIAL",
    }
    BAD_SIGNATURE: ERROR {
        id: "voms-bad-signature",
        what: "the signature of the VOMS attributes does not verify",
        why: "they were altered or damaged after the VOMS server signed them",
        advice: "make a new proxy: voms-proxy-init --voms VO",
        source: "RFC 5755 §5",
    }
    FORBIDDEN: ERROR {
        id: "voms-forbidden-algorithm",
        what: "the VOMS attributes are signed with a broken algorithm",
        why: "such signatures can be forged, and current libraries reject them",
        advice: "use another VOMS server of the VO, and tell the VO's administrators",
        source: "RFC 6151; VOMS 2.0 signed with MD5",
    }
    UNSUPPORTED: ERROR {
        id: "voms-unsupported-algorithm",
        what: "the VOMS attributes are signed with an algorithm that certok cannot verify",
        why: "an unverified signature is not trusted",
        advice: "use another VOMS server of the VO, and tell the VO's administrators",
        source: "a limit of certok",
    }
    ISSUER_MISMATCH: ERROR {
        id: "voms-issuer-mismatch",
        what: "the VOMS attributes name another issuer than the server whose certificate is known",
        why: "VOMS compares the issuer's name, and the identifier of its key",
        advice: "make a new proxy: voms-proxy-init --voms VO; if that does not help, tell the VO's \
                 administrators",
        source: "VOMS, api_util.cc, VERR_SERVER; voms-api-java, DefaultVOMSValidationStrategy",
    }
    EXTENSION: ERROR {
        id: "voms-extension",
        what: "an extension of the VOMS attributes is missing, or critical and not understood",
        why: "VOMS wants noRevAvail and authorityKeyIdentifier, and nothing critical but a list of \
              targets",
        advice: "use another VOMS server of the VO, and tell the VO's administrators",
        source: "RFC 5755 §4.3; VOMS, validate.c, checkExtensions",
    }
    FOREIGN: ERROR {
        id: "voms-foreign-attribute",
        what: "a VO's server issued attributes of another VO",
        why: "a server is trusted for its own VO alone; the groups of a VO begin with its name",
        advice: "use another VOMS server of the VO, and tell the VO's administrators",
        source: "the VOMS attribute format, OGF GFD.182",
    }
    LSC_MISSING: ERROR, Undecided {
        id: "voms-lsc-missing",
        what: "the LSC file of the VOMS server is missing",
        why: "it says which server may issue attributes of the VO; VOMS says \"Cannot find \
              certificate of AC issuer\", Java services \"lscFileNotFound\"",
        advice: "install the VO's LSC file",
        source: "VOMS, api_util.cc; dCache issue 7413; italiangrid/voms issue 142",
    }
    NO_CERTIFICATE: ERROR, Undecided {
        id: "voms-no-server-certificate",
        what: "the VOMS attributes bring no certificate of their server, and none is installed",
        why: "the signature cannot be verified without it",
        advice: "install the server's certificate in the VOMS server list, or use a server that \
                 sends its certificate",
        source: "VOMS, api_util.cc, check_from_certs",
    }
    LSC_MISMATCH: ERROR {
        id: "voms-lsc-mismatch",
        what: "the LSC file does not match the certificate that signed the VOMS attributes",
        why: "the server has a certificate from another CA than the file says, or is not the VO's: \
              VOMS says \"Unable to match certificate chain against file\"",
        advice: "update the LSC file: line 1 is the server's DN, line 2 that of its CA",
        source: "VOMS, api_util.cc, check_from_file; dCache issue 7038",
    }
    LSC_MALFORMED: ERROR, Undecided {
        id: "voms-lsc-malformed",
        what: "the LSC file of the VOMS server is malformed",
        why: "it holds pairs of lines: the DN of a certificate and the DN of its issuer",
        advice: "correct the LSC file: line 1 is the server's DN, line 2 that of its CA",
        source: "voms-api-java, DefaultLSCFileParser",
    }
    LSC_UNREADABLE: ERROR, Undecided {
        id: "voms-lsc-unreadable",
        what: "the LSC file of the VOMS server is there and cannot be read",
        why: "it says which server may issue attributes of the VO; without it the attributes \
              cannot be verified",
        advice: "have the LSC file made readable for everybody (chmod a+r), or its link repaired",
        source: "VOMS, api_util.cc, check_from_file",
    }
    ISSUER_UNTRUSTED: ERROR {
        id: "voms-issuer-untrusted",
        what: "the certificate of the VOMS server does not verify",
        why: "attributes can be trusted only if the signature of their server can",
        advice: "make a new proxy: voms-proxy-init --voms VO; if that does not help, tell the VO's \
                 administrators",
        source: "VOMS, api_util.cc, check_cert; RFC 5280 §6.1",
    }
    MISSING: ERROR, Mismatch {
        id: "voms-missing",
        what: "the proxy lacks the VOMS attributes that were asked for",
        why: "a service of the VO treats the proxy as that of a non-member",
        advice: "make a new proxy: voms-proxy-init --voms VO",
        source: "the options --vo and --voms",
    }
    DIRECTORY: ERROR, Undecided {
        id: "voms-dir-unusable",
        what: "there is no usable VOMS server list",
        why: "it says which servers may issue attributes of a VO; without it no attribute can be \
              verified",
        advice: "export X509_VOMS_DIR=/cvmfs/grid.cern.ch/etc/grid-security/vomsdir, or install \
                 the VO's LSC files into /etc/grid-security/vomsdir; --voms off leaves the \
                 attributes out",
        source: "VOMS, voms_api.cc; the variable X509_VOMS_DIR",
    }
    NOT_CHECKED: INFO {
        id: "voms-not-checked",
        what: "the VOMS attributes were not checked",
        why: "--voms off leaves them out",
        source: "the option --voms",
    }
    TARGETED: WARN {
        id: "voms-targeted",
        what: "the VOMS attributes are for certain hosts alone",
        why: "every other host refuses them",
        advice: "if you need them elsewhere, make a new proxy without --target",
        source: "RFC 5755 §4.3.2; voms-proxy-init --target",
    }
    HOLDER_FORM: WARN {
        id: "voms-holder-form",
        what: "the holder of the VOMS attributes is not named by the subject of the certificate",
        why: "the Java library compares that name alone",
        advice: "use another VOMS server of the VO, if a Java service refuses the proxy",
        refused_by: [VOMS_JAVA_API],
        source: "voms-api-java, DefaultVOMSValidationStrategy, checkACHolder",
    }
    LSC_LONGER: WARN {
        id: "voms-lsc-longer",
        what: "the LSC file describes more certificates than the VOMS attributes bring",
        why: "the Java library requires the same number",
        advice: "end the chain in the LSC file with the CA that issued the server's certificate",
        refused_by: [VOMS_JAVA_API],
        source: "voms-api-java, LSCFile, matches",
    }
    SHA1: WARN {
        id: "voms-sha1-signature",
        what: "the VOMS attributes are signed with SHA-1",
        why: "systems whose crypto policy forbids SHA-1 signatures refuse them",
        advice: "use another VOMS server of the VO, and tell the VO's administrators",
        refused_by: [EL9, OPENSSL.when("at security level 2")],
        source: "RHEL 9 crypto policies; SSL_CTX_set_security_level(3)",
    }
}
