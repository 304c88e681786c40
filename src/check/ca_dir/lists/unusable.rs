//! The findings about lists that do not count: their severity, their words for one and for several.

use std::path::Path;

use crate::chain::revocation::Unusable;
use crate::report::Finding;
use crate::source::candidate::SYSTEM_CAS;
use crate::text::shell;
use crate::text::time::UnixTime;

/// How much it matters that a list does not count.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Importance {
    /// There is no other list of the CA.
    Full,
    /// Only old tools read a list of this name.
    OldHash,
    /// A good list exists too.
    Replaced,
}

/// An error, unless it matters little or certok cannot decide it.
pub(super) fn with_severity(mut found: Finding, why: &Unusable, importance: Importance) -> Finding {
    let unsure = matches!(why, Unusable::Unsupported(_) | Unusable::Unverifiable(_));
    if importance == Importance::Replaced {
        found.message.push_str("; a good one of this CA is there too");
    }
    if importance != Importance::Full || unsure { found.as_warning() } else { found.as_stale() }
}

pub(super) fn many(why: &Unusable) -> &'static str {
    match why {
        Unusable::BadSignature | Unusable::KeyIdDiffers => {
            "CRLs do not verify with the key of their CA"
        }
        Unusable::Corrupt(_) => "CRL files are empty, damaged or no CRL",
        Unusable::Expired(_) => {
            "CRLs have expired: tools that look at them refuse every certificate of these CAs"
        }
        Unusable::Forbidden(_) => "CRLs are signed with a broken algorithm",
        Unusable::NoCrlSign => "CRLs are of CAs whose key usage lacks cRLSign",
        Unusable::NotYetValid(_) => "CRLs are from the future",
        Unusable::Unreadable(_) => "CRLs cannot be read",
        Unusable::Unsupported(_) | Unusable::Unverifiable(_) => {
            "CRLs have something that certok does not understand"
        }
    }
}

pub(super) fn when(why: &Unusable, now: UnixTime) -> Option<String> {
    match why {
        Unusable::Expired(at) | Unusable::NotYetValid(at) => Some(at.relative_to(now)),
        _ => None,
    }
}

/// How to get new lists into `directory`.
pub(super) fn refresh(directory: &Path) -> String {
    if directory == Path::new(SYSTEM_CAS) {
        return "the administrator of this CA directory must run fetch-crl, and enable its timer: \
                systemctl enable --now fetch-crl.timer"
            .to_owned();
    }
    let path = shell::path(directory);
    format!(
        "the administrator of this CA directory must run fetch-crl -l {path} -o {path}, from \
         cron too"
    )
}
