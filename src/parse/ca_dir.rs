//! File names in a CA directory: what a file should contain, by the conventions of OpenSSL and
//! Globus.

use std::ffi::OsStr;
use std::path::Path;

/// What a file with such a name should contain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EntryName {
    /// `<hash>.N`: a CA certificate.
    Certificate {
        /// Eight hexadecimal digits.
        hash: String,
        /// N.
        index: u32,
    },
    /// `<hash>.rN`: a CRL.
    Crl {
        /// Eight hexadecimal digits.
        hash: String,
        /// N.
        index: u32,
    },
    /// `CERN-Root-2.r0`, `CERN-Root-2.crl`: a CRL as fetch-crl names it if it knows only the alias
    /// of the CA. No lookup reads it.
    CrlAlias,
    /// `<hash>.signing_policy`, `CERN-Root-2.signing_policy`.
    SigningPolicy {
        /// The name without the suffix.
        stem: String,
    },
    /// `<hash>.namespaces`, `CERN-Root-2.namespaces`.
    Namespaces {
        /// The name without the suffix.
        stem: String,
    },
    /// URLs or notes, no certificates.
    Companion,
    /// Anything else: `CERN-Root-2.pem`.
    Other,
}

impl EntryName {
    /// Whether only CAs of the grid have such files. CAs of the web do not.
    pub fn is_grid(&self) -> bool {
        matches!(
            self,
            Self::SigningPolicy { .. } | Self::Namespaces { .. } | Self::Companion | Self::CrlAlias
        )
    }

    /// Whether the file may contain a certificate.
    pub fn is_certificate(&self) -> bool {
        matches!(self, Self::Certificate { .. } | Self::Other)
    }

    /// Whether the file should contain a CRL.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Crl { .. } | Self::CrlAlias)
    }

    /// The kind of a file name.
    pub fn parse(name: &str) -> Self {
        let Some((stem, suffix)) = name.rsplit_once('.') else {
            return Self::Other;
        };
        let owned = || stem.to_owned();
        match suffix {
            "signing_policy" => return Self::SigningPolicy { stem: owned() },
            "namespaces" => return Self::Namespaces { stem: owned() },
            "crl" => return Self::CrlAlias,
            _ if COMPANIONS.contains(&suffix) => return Self::Companion,
            _ => {}
        }
        let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let crl = suffix.strip_prefix('r').and_then(number);
        if stem.len() != 8 || !stem.bytes().all(hexadecimal) {
            return if crl.is_some() { Self::CrlAlias } else { Self::Other };
        }
        let hash = owned();
        match (number(suffix), crl) {
            (Some(index), _) => Self::Certificate { hash, index },
            (None, Some(index)) => Self::Crl { hash, index },
            _ => Self::Other,
        }
    }
}

/// A number in the form in which a lookup writes it. `.01` and `.+1` are never read.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|n: &u32| n.to_string() == text)
}

/// Suffixes of the IGTF distribution and fetch-crl that are not certificates.
const COMPANIONS: &[&str] = &["crl_url", "info", "lsc", "conf", "cnf", "txt"];

/// What a file name says about its use, if somebody put the file aside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OutOfUse {
    /// An editor, `cp --backup` or a person kept a copy.
    Backup,
    /// Somebody took it out of use.
    Disabled,
    /// A package manager or another program put it beside the file in use.
    SetAside,
    /// No program and no CA package makes such names.
    Unknown,
}

impl OutOfUse {
    /// The words for a sentence: the file "looks …".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Backup => "like a backup copy",
            Self::Disabled => "disabled",
            Self::SetAside => "like one that a program set aside",
            Self::Unknown => "out of use: no tool and no CA package makes such a name",
        }
    }
}

/// Whether the file is out of use, by its name and the names of the directories above. Programs
/// ignore such names, so a link to the file would make it trusted again.
pub fn out_of_use(path: &Path) -> Option<OutOfUse> {
    let text = |name: &OsStr| name.to_string_lossy().into_owned();
    let name = text(path.file_name()?);
    let folders = || path.parent().into_iter().flat_map(Path::components);
    let folder = path.parent().and_then(Path::file_name).map(text);
    let by_folders = || folders().find_map(|part| by_folder(&text(part.as_os_str())));
    let unknown = || (!is_usual(&name.to_ascii_lowercase())).then_some(OutOfUse::Unknown);
    let alone = |folder: String| by_word(&folder.to_ascii_lowercase());
    by_name(&name).or_else(|| alone(folder?)).or_else(by_folders).or_else(unknown)
}

/// Whether software or CA packages give such names, in lower case, to files in use: `<hash>.0`,
/// `<hash>.r0`, or an alias with a known suffix.
fn is_usual(name: &str) -> bool {
    let Some((stem, suffix)) = name.rsplit_once('.') else {
        return false;
    };
    let list = suffix.strip_prefix('r').and_then(number).is_some();
    let is_hash = |stem: &str| stem.len() == 8 && stem.bytes().all(|b| b.is_ascii_hexdigit());
    if number(suffix).is_some() {
        return is_hash(stem);
    }
    // `<hash>.no.pem`: a name with a hash has no other words.
    let with_hash = stem.split_once(|c: char| !c.is_alphanumeric());
    let more = with_hash.is_some_and(|(first, _)| is_hash(first));
    let begins = stem.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    begins && !more && (list || SUFFIXES.contains(&suffix))
}

/// Suffixes of files in use: certificates (rehash(1), update-ca-certificates(8)), and files of the
/// IGTF and fetch-crl beside them.
const SUFFIXES: &[&str] =
    &["cer", "crl", "crl_url", "crt", "der", "info", "namespaces", "pem", "signing_policy"];

fn by_name(original: &str) -> Option<OutOfUse> {
    let name = original.to_ascii_lowercase();
    if name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) || is_copy(&name) {
        return Some(OutOfUse::Backup);
    }
    if name.starts_with('.') || name.ends_with(".new") {
        return Some(OutOfUse::SetAside);
    }
    // `Grid.pem.20261129-100000`
    let dated = |(_, last): (&str, &str)| {
        let digits = last.bytes().take_while(u8::is_ascii_digit);
        digits.count() >= 8
    };
    if name.rsplit_once('.').is_some_and(dated) {
        return Some(OutOfUse::Backup);
    }
    // `Grid.pem.disabled`, `disabled-Grid.pem`, `Grid.disabled.pem`, `Grid.pem.bak1`, `Grid_old.pem`
    let words = words(original);
    let word = words.iter().find_map(|word| by_word(word));
    word.or_else(|| by_phrase(&words)).or_else(|| by_dots(&name))
}

/// `Grid.no.pem`: these words occur in names of CAs too, but not between dots.
fn by_dots(name: &str) -> Option<OutOfUse> {
    let mut parts = name.split('.').skip(1);
    parts.any(|part| DOTTED.contains(&part)).then_some(OutOfUse::Disabled)
}

const DOTTED: &[&str] = &["dis", "hold", "ignore", "ignored", "new", "no", "not", "skip", "x"];

/// `Grid.pem (1)`, `Grid.pem.1`, `Grid.pem,v`: made by browsers, logrotate(8), RCS.
fn is_copy(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut marks = name.split(" (").skip(1);
    let marked = marks.any(|mark| mark.split_once(')').is_some_and(|(n, _)| is_number(n)));
    let numbered = |(stem, last): (&str, &str)| stem.contains('.') && is_number(last);
    marked || name.rsplit_once('.').is_some_and(numbered) || name.ends_with(",v")
}

/// `x.disabled`, `old-cas`. The name of a temporary directory such as `/tmp` says nothing about
/// files below it.
fn by_folder(name: &str) -> Option<OutOfUse> {
    let words = words(name);
    let mut known = words.iter().filter_map(|word| by_word(word));
    known.find(|what| *what != OutOfUse::SetAside).or_else(|| by_phrase(&words))
}

/// The words of a name, in lower case. In `TestOld` each begins with a capital.
fn words(name: &str) -> Vec<String> {
    let (mut spread, mut before) = (String::new(), ' ');
    for c in name.chars() {
        if before.is_lowercase() && c.is_uppercase() || !c.is_alphanumeric() {
            spread.push(' ');
        }
        if c.is_alphanumeric() {
            spread.push(c);
        }
        before = c;
    }
    spread.to_ascii_lowercase().split_whitespace().map(str::to_owned).collect()
}

/// `Grid.do-not-use.pem`
fn by_phrase(words: &[String]) -> Option<OutOfUse> {
    let spaced = format!(" {} ", words.join(" "));
    let known = |phrase: &&str| spaced.contains(&format!(" {phrase} "));
    PHRASES.iter().find(|phrase| known(phrase)).map(|_| OutOfUse::Disabled)
}

fn by_word(word: &str) -> Option<OutOfUse> {
    let plain = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let known = ASIDE.iter().find(|(known, _)| *known == plain);
    known.map(|(_, what)| *what)
}

/// Phrases of several words.
const PHRASES: &[&str] = &[
    "do not trust",
    "do not use",
    "don t trust",
    "don t use",
    "dont trust",
    "dont use",
    "no longer trusted",
    "no longer used",
    "not in use",
    "not trusted",
    "not used",
    "phase out",
    "phased out",
];

/// Words in the names of files that are out of use. Sources: emacs, vim, cp(1) --backup, patch(1);
/// configuration files of rpm(8), dpkg(1), ucf(1), pacman(8); and what administrators append,
/// because OpenSSL's rehash and Globus ignore such names.
const ASIDE: &[(&str, OutOfUse)] = &[
    ("backup", OutOfUse::Backup),
    ("bak", OutOfUse::Backup),
    ("bck", OutOfUse::Backup),
    ("copy", OutOfUse::Backup),
    ("old", OutOfUse::Backup),
    ("orig", OutOfUse::Backup),
    ("prev", OutOfUse::Backup),
    ("previous", OutOfUse::Backup),
    ("sav", OutOfUse::Backup),
    ("save", OutOfUse::Backup),
    ("saved", OutOfUse::Backup),
    ("attic", OutOfUse::Disabled),
    ("bad", OutOfUse::Disabled),
    ("blacklist", OutOfUse::Disabled),
    ("blacklisted", OutOfUse::Disabled),
    ("blocked", OutOfUse::Disabled),
    ("blocklist", OutOfUse::Disabled),
    ("compromised", OutOfUse::Disabled),
    ("deactivated", OutOfUse::Disabled),
    ("deleted", OutOfUse::Disabled),
    ("denied", OutOfUse::Disabled),
    ("deprecated", OutOfUse::Disabled),
    ("disable", OutOfUse::Disabled),
    ("disabled", OutOfUse::Disabled),
    ("distrusted", OutOfUse::Disabled),
    ("donottrust", OutOfUse::Disabled),
    ("donotuse", OutOfUse::Disabled),
    ("donttrust", OutOfUse::Disabled),
    ("dontuse", OutOfUse::Disabled),
    ("expired", OutOfUse::Disabled),
    ("gone", OutOfUse::Disabled),
    ("hold", OutOfUse::Disabled),
    ("inactive", OutOfUse::Disabled),
    ("invalid", OutOfUse::Disabled),
    ("nottrusted", OutOfUse::Disabled),
    ("notused", OutOfUse::Disabled),
    ("obsolete", OutOfUse::Disabled),
    ("off", OutOfUse::Disabled),
    ("phaseout", OutOfUse::Disabled),
    ("quarantine", OutOfUse::Disabled),
    ("rejected", OutOfUse::Disabled),
    ("removed", OutOfUse::Disabled),
    ("retired", OutOfUse::Disabled),
    ("revoked", OutOfUse::Disabled),
    ("suspended", OutOfUse::Disabled),
    ("unsupported", OutOfUse::Disabled),
    ("untrusted", OutOfUse::Disabled),
    ("unused", OutOfUse::Disabled),
    ("withdrawn", OutOfUse::Disabled),
    ("cfsaved", OutOfUse::SetAside),
    ("download", OutOfUse::SetAside),
    ("downloads", OutOfUse::SetAside),
    ("dpkg", OutOfUse::SetAside),
    ("example", OutOfUse::SetAside),
    ("incoming", OutOfUse::SetAside),
    ("pacnew", OutOfUse::SetAside),
    ("pacsave", OutOfUse::SetAside),
    ("part", OutOfUse::SetAside),
    ("pending", OutOfUse::SetAside),
    ("rpmnew", OutOfUse::SetAside),
    ("rpmorig", OutOfUse::SetAside),
    ("rpmsave", OutOfUse::SetAside),
    ("sample", OutOfUse::SetAside),
    ("staging", OutOfUse::SetAside),
    ("swo", OutOfUse::SetAside),
    ("swp", OutOfUse::SetAside),
    ("temp", OutOfUse::SetAside),
    ("tmp", OutOfUse::SetAside),
    ("ucf", OutOfUse::SetAside),
    ("upload", OutOfUse::SetAside),
    ("uploads", OutOfUse::SetAside),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{EntryName, OutOfUse, out_of_use};

    #[test]
    fn names_out_of_use() {
        use OutOfUse::*;
        for (name, expected) in [
            ("Grid.pem", None),
            ("CERN-Root-2.pem", None),
            ("ca_UKeScienceRoot-2007.crt", None),
            ("e357c655.0", None),
            ("20261129.0", None),
            ("../certificates/Grid.pem", None),
            ("SSL.com_EV_Root_Certification_Authority_ECC.crt", None),
            ("Grid.signing_policy", None),
            ("Grid.r0", None),
            ("e357c655.r0", None),
            ("3F0A9B44.0", None),
            ("Oldenburg-Root.pem", None),
            ("Old-Root.pem", Some(Backup)),
            ("TestOLD.pem", Some(Backup)),
            ("GridUntrusted.pem", Some(Disabled)),
            ("DoNotTrust.pem", Some(Disabled)),
            ("Grid-dontuse.pem", Some(Disabled)),
            ("Grid-phase-out.pem", Some(Disabled)),
            ("pkIRISGrid.pem", None),
            ("NewZealand-eScience.pem", None),
            ("incoming.pem", Some(SetAside)),
            ("old_Grid.pem", Some(Backup)),
            ("Grid.pem.no", Some(Disabled)),
            ("Grid.pem.hold", Some(Disabled)),
            ("Grid.ignore.pem", Some(Disabled)),
            ("NO-Grid.pem", None),
            ("_Grid.pem", Some(Unknown)),
            ("Grid.pem.mine", Some(Unknown)),
            ("Grid.txt", Some(Unknown)),
            ("Grid", Some(Unknown)),
            ("e357c655", Some(Unknown)),
            ("e357c655.0.y", Some(Unknown)),
            ("e357c655_0", Some(Unknown)),
            ("e357c655-away.pem", Some(Unknown)),
            ("e357c655.01", Some(Unknown)),
            // Of the IGTF.
            ("DigiCertGridRootCA-1-Classic.pem", None),
            ("policy-igtf-classic.pem", None),
            ("AC-GRID-FR-Personnels.pem", None),
            ("BYGCA.pem", None),
            ("COMODO-RSA-CA.pem", None),
            ("GEANTeScienceSSLCA4.pem", None),
            ("HPCI.pem", None),
            ("InCommon-IGTF-Server-CA.pem", None),
            ("cilogon-silver.pem", None),
            ("slcs.pem", None),
            ("/tmp/tmp.1/certificates/Grid.pem", None),
            ("../e357c655.0", None),
            ("disabled-Grid.pem", Some(Disabled)),
            ("untrusted_Grid.pem", Some(Disabled)),
            ("Revoked-Grid.pem", Some(Disabled)),
            ("Grid.compromised.pem", Some(Disabled)),
            ("Grid-DO-NOT-USE.pem", Some(Disabled)),
            ("Grid_no_longer_trusted.pem", Some(Disabled)),
            ("Grid.bad.pem", Some(Disabled)),
            ("Badland.pem", None),
            ("../x.disabled/Grid.pem", Some(Disabled)),
            ("../disabled/x/Grid.pem", Some(Disabled)),
            ("../old-cas/Grid.pem", Some(Backup)),
            ("../attic/Grid.pem", Some(Disabled)),
            ("Grid (copy).pem", Some(Backup)),
            ("Copy of Grid.pem", Some(Backup)),
            ("Grid.pem (1)", Some(Backup)),
            ("Grid (1).pem", Some(Backup)),
            ("Grid.pem.1", Some(Backup)),
            ("Grid.pem,v", Some(Backup)),
            ("Grid.pem~", Some(Backup)),
            ("Grid.pem.~1~", Some(Backup)),
            ("#Grid.pem#", Some(Backup)),
            ("Grid.pem.BAK", Some(Backup)),
            ("Grid.pem.bak2", Some(Backup)),
            ("Grid_old.pem", Some(Backup)),
            ("Grid.pem.20261129-100000", Some(Backup)),
            ("Grid.pem.disabled", Some(Disabled)),
            ("Grid.revoked.pem", Some(Disabled)),
            ("e357c655.0.off", Some(Disabled)),
            ("disabled/Grid.pem", Some(Disabled)),
            ("/etc/grid-security/removed/Grid.pem", Some(Disabled)),
            ("Grid.pem.rpmsave", Some(SetAside)),
            ("Grid.pem.dpkg-dist", Some(SetAside)),
            ("Grid.pem.ucf-old", Some(SetAside)),
            (".Grid.pem.swp", Some(SetAside)),
            ("Grid.pem.new", Some(SetAside)),
        ] {
            assert_eq!(out_of_use(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn names() {
        let hash = || "3f0a9b44".to_owned();
        for (name, expected) in [
            ("3f0a9b44.0", EntryName::Certificate { hash: hash(), index: 0 }),
            ("3f0a9b44.12", EntryName::Certificate { hash: hash(), index: 12 }),
            ("3f0a9b44.r0", EntryName::Crl { hash: hash(), index: 0 }),
            ("3f0a9b44.signing_policy", EntryName::SigningPolicy { stem: hash() }),
            ("3f0a9b44.namespaces", EntryName::Namespaces { stem: hash() }),
            ("CERN-Root-2.info", EntryName::Companion),
            ("CERN-Root-2.pem", EntryName::Other),
            ("CERN-Root-2.r0", EntryName::CrlAlias),
            ("CERN-Root-2.crl", EntryName::CrlAlias),
            ("3f0a9b44.0.crl", EntryName::CrlAlias),
            ("3F0A9B44.r1", EntryName::CrlAlias),
            ("CERN-Root-2.r01", EntryName::Other),
            (".r0", EntryName::CrlAlias),
            ("3F0A9B44.0", EntryName::Other),
            ("3f0a9b4.0", EntryName::Other),
            ("3f0a9b44.x", EntryName::Other),
            ("3f0a9b44", EntryName::Other),
            ("3f0a9b44.01", EntryName::Other),
            ("3f0a9b44.+1", EntryName::Other),
            ("3f0a9b44.r00", EntryName::Other),
        ] {
            assert_eq!(EntryName::parse(name), expected, "{name}");
        }
    }
}
