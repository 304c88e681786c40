//! The rules about revocation lists that a directory alone can break.

use crate::check::rules;
use crate::consumer::OPENSSL;

rules! {
    MISNAMED: WARN {
        id: "crl-misnamed",
        what: "a CRL is in the CA directory under a name that no software looks for",
        why: "OpenSSL, and with it Globus, VOMS and XRootD, look for <hash>.r0, .r1, … of the CA's \
              new (SHA-1) hash and stop at the first number that is missing: they accept what \
              this list revokes",
        advice: "make the link; fetch-crl makes the right names by itself",
        refused_by: [OPENSSL.when("with -crl_check")],
        source: "X509_LOOKUP_hash_dir(3)",
    }
}
