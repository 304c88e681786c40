//! Who may read and write the file, and who owns it: the rules of Globus, VOMS, XRootD and
//! HTCondor.

use std::path::{Path, PathBuf};

use crate::check::{lifetime, rules};
use crate::consumer::{ARC, Consumer, GLOBUS, RUCIO, VOMS, XROOTD};
use crate::report::{Action, Finding, Mode, Place, Rule};
use crate::source::candidate::Role;
use crate::source::error::Barrier;
use crate::source::{FileFacts, Fixed, Origin, Source};
use crate::text::screen::may_hold_secret;
use crate::text::shell;

rules! {
    step: Safe;
    KEY_READABLE: ERROR, Unsafe {
        id: "key-readable",
        what: "the private key is accessible to others than its owner",
        why: "anyone who reads it can act as you; alien.py and openssl do not look at the mode",
        advice: "take the permissions away",
        refused_by: [GLOBUS, VOMS, XROOTD, RUCIO],
        source: "Globus, globus_gsi_system_config.c; VOMS, sslutils.c; XRootD, \
                 XrdSecProtocolgsi.cc",
    }
    KEY_NOT_OWNED: ERROR, Unsafe {
        id: "key-not-owned",
        what: "the private key is owned by another user",
        why: "its owner can read and replace it; files copied with sudo stay root's",
        advice: "make it yours: sudo chown, or cp it and replace it by the copy",
        refused_by: [GLOBUS, VOMS, XROOTD],
        source: "Globus, globus_gsi_system_config.c",
    }
    CERT_WRITABLE: ERROR, Unsafe {
        id: "cert-writable",
        what: "the certificate file is writable by others, or executable",
        why: "others can replace your identity; Globus refuses the file",
        advice: "take the permissions away",
        refused_by: [GLOBUS, ARC],
        source: "Globus, globus_gsi_system_config.c",
    }
    CERT_NOT_OWNED: ERROR, Unsafe {
        id: "cert-not-owned",
        what: "the certificate file is owned by another user",
        why: "its owner can replace it; Globus refuses the file",
        advice: "make it yours: sudo chown, or cp it and replace it by the copy",
        refused_by: [GLOBUS],
        source: "Globus, globus_gsi_system_config.c",
    }
    DIRECTORY_WRITABLE: WARN {
        id: "credential-dir-writable",
        what: "others than its owner can write to the directory of the credential, or to one above \
               it",
        why: "anyone who can write there can put another certificate or key in the place of \
              yours; no program looks at it",
        advice: "take the permission away",
        source: "unlink(2); sshd_config(5), StrictModes",
    }
}

/// Judges mode and owner of a file that user `euid` uses as `role`. JAliEn tokens are used with TLS
/// by JAliEn, OpenSSL and XRootD, which do not check this. So for tokens the findings are warnings.
pub fn check(role: Role, source: &Source, euid: u32) -> Vec<Finding> {
    let (Origin::File(path), Some(facts)) = (&source.origin, &source.file) else {
        return Vec::new();
    };
    let found = if role.holds_key() {
        key(role, path, facts, euid)
    } else {
        cert(path, source, facts, euid)
    };
    let place = Place::file(path.clone());
    let link = facts.link_of_others(euid).zip(facts.link_target.as_ref()).map(|(owner, target)| {
        DIRECTORY_WRITABLE
            .found(format!(
                "{} is a symbolic link of uid {owner} to {}, in a directory where everybody can put \
                 one",
                path.display(),
                target.display()
            ))
            .advice(LINK_ADVICE)
    });
    let found = found.into_iter().chain(link);
    let found = found.filter_map(|finding| match role.is_host() {
        true => of_host(finding, facts.owner, euid),
        false => Some(finding),
    });
    found
        .map(|finding| finding.at(place.clone()))
        .map(|finding| if role.is_token() { finding.as_warning() } else { finding })
        .collect()
}

/// Judges the directories above a credential, from the root down: who can replace the file.
pub fn directories(above: &[(PathBuf, FileFacts)], euid: u32) -> Vec<Finding> {
    let found = above.iter().filter_map(|(path, facts)| {
        let who = facts.replacers()?;
        let (shown, mode) = (path.display(), facts.mode & 0o7777);
        let found = DIRECTORY_WRITABLE
            .found(format!(
                "{shown}, where the credential is, is writable by {who} (mode {mode:04o})"
            ))
            .at(Place::file(path.clone()));
        Some(with_chmod(found, facts, euid, Mode::CLOSED, path))
    });
    found.collect()
}

/// Credentials of the host may belong to root or to the user of the service.
fn of_host(found: Finding, owner: u32, euid: u32) -> Option<Finding> {
    let of_owner = found.is(&KEY_NOT_OWNED) || found.is(&CERT_NOT_OWNED);
    match (of_owner, euid) {
        (false, _) => Some(found),
        (true, _) if owner == 0 => None,
        // Root may be looking at the copy for a service that runs as the owner.
        (true, 0) => {
            let found = Finding { fix: None, ..found };
            let advice =
                "the service must run as that user; the host's own belong to root: chown root";
            Some(found.advice(advice).as_warning())
        }
        (true, _) => Some(Finding { fix: None, ..found }),
    }
}

fn key(role: Role, path: &Path, facts: &FileFacts, euid: u32) -> Vec<Finding> {
    // The mode of a proxy file is wrong because of its key.
    let (noun, right) = match role {
        Role::Proxy => ("proxy, with its private key,", 0o600),
        _ => ("private key", 0o400),
    };
    let (file, mode) = (path.display(), facts.mode & 0o777);
    let mut findings = Vec::new();
    if facts.owner != euid {
        findings.push(not_owned(&KEY_NOT_OWNED, role, path, facts, euid));
    }
    let who = match mode & 0o077 {
        0 if mode & 0o100 != 0 => "executable",
        0 => return findings,
        _ if mode & 0o004 != 0 => "readable by everybody",
        _ if mode & 0o040 != 0 => "readable by the group",
        _ => "accessible to others",
    };
    let found = KEY_READABLE.found(format!("{noun} {file} is {who} (mode {mode:04o})"));
    let found = if role == Role::Proxy { found.minded_by(MIND_PROXIES) } else { found };
    findings.push(with_chmod(found, facts, euid, Mode::Exactly(right), path));
    findings
}

/// Who looks at the mode of a proxy. VOMS and XRootD look only at that of the user's key.
const MIND_PROXIES: &[Consumer] = &[GLOBUS, ARC];

fn cert(path: &Path, source: &Source, facts: &FileFacts, euid: u32) -> Vec<Finding> {
    let (file, mode) = (path.display(), facts.mode & 0o777);
    let mut findings = Vec::new();
    let holds_key = || may_hold_secret(&source.bytes);
    if facts.owner != euid {
        let role = if holds_key() { Role::UserKey } else { Role::UserCert };
        findings.push(not_owned(&CERT_NOT_OWNED, role, path, facts, euid));
    }
    if mode & 0o133 != 0 {
        let who = match mode {
            _ if mode & 0o002 != 0 => "writable by everybody",
            _ if mode & 0o020 != 0 => "writable by the group",
            _ => "executable",
        };
        let found = CERT_WRITABLE.found(format!("certificate {file} is {who} (mode {mode:04o})"));
        let change = match mode & 0o111 {
            // If the key is in the same file, the rules for keys apply.
            _ if holds_key() => Mode::Exactly(0o400),
            0 => Mode::CLOSED,
            _ => Mode::DATA,
        };
        findings.push(with_chmod(found, facts, euid, change, path));
    }
    findings
}

/// Adds the command that changes the mode. If this user cannot, says who can.
pub fn with_chmod(
    found: Finding,
    facts: &FileFacts,
    euid: u32,
    mode: Mode,
    path: &Path,
) -> Finding {
    let action = Action::Chmod { path: path.to_path_buf(), mode, file: Some(facts.identity) };
    let line = action.line();
    match facts.fixed_for(euid) {
        None => found.fix(action),
        Some(Fixed::NotOwned(owner)) => {
            found.advice(format!("only its owner (uid {owner}) or root may do it: {line}"))
        }
        Some(Fixed::LinkToOthers(owner)) => found.advice(format!(
            "it is a link to a file of uid {owner}, which may be meant to be so: name a file of your own"
        )),
        Some(Fixed::OthersLink(_)) => found.advice(LINK_ADVICE),
        Some(Fixed::ReadOnly) => found.advice(format!(
            "the file system is mounted read-only: set mode {mode} where the file comes from, or use \
             a copy of your own that has it"
        )),
        Some(Fixed::SecretVolume) => found.advice(format!(
            "it is a file of a mounted secret, which Kubernetes makes anew: set defaultMode to \
             0{mode} in the pod's secret volume"
        )),
    }
}

/// The advice if a place for tokens holds no secret.
pub const NO_SECRET: &str =
    "it holds no token: leave its mode and owner as they are, and see what names it as one";

/// The advice to root about a file of another user in a directory that is not root's: a fix would
/// take the file away from that user.
pub fn for_its_owner(facts: &FileFacts, euid: u32) -> Option<String> {
    let owner = facts.directory_owner.filter(|owner| euid == 0 && *owner != 0)?;
    Some(format!(
        "it is in a directory of uid {owner}: run certok as that user, sudo -u '#{owner}' certok"
    ))
}

/// The command that lets this user read the file `path`. `barrier` is the file or directory that
/// denies it.
pub fn opened(path: &Path, barrier: &Barrier) -> Action {
    let is_file = barrier.path == path;
    let mode = if is_file { Mode::Exactly(0o600) } else { Mode::ENTERED };
    Action::Chmod { path: barrier.path.clone(), mode, file: None }
}

/// The advice about a link that any user may have made.
const LINK_ADVICE: &str = "see whose it is and where it leads (ls -l), and make a new file elsewhere: \
                           TMPDIR, or the variable that names it";

fn not_owned(
    rule: &'static Rule,
    role: Role,
    path: &Path,
    facts: &FileFacts,
    euid: u32,
) -> Finding {
    let (owner, file) = (facts.owner, path.display());
    let quoted = shell::path(path);
    let (noun, mode) = match role {
        Role::Proxy => ("proxy", 0o600),
        _ if role.is_key() => ("private key", 0o400),
        _ => ("certificate", 0o644),
    };
    let found = rule.found(format!("{noun} {file} is owned by uid {owner}, you are uid {euid}"));
    // In a directory where everybody can create names, another user may want this file to be used.
    // In /tmp nobody can move the files of other users.
    if facts.shared_name.is_some() {
        let new = if role == Role::Proxy { lifetime::NEW_PROXY } else { "make a new one" };
        return found.advice(format!("do not use it, and see who put it there: {new}"));
    }
    if facts.link_target.is_some() {
        return found.advice("it is a link to another user's file: name a file of your own");
    }
    if role == Role::Proxy {
        let name = role.variable();
        return found.advice("make a new proxy, or use a copy that is yours").fix(format!(
            "[ ! -O \"${name}\" ] && p=$(mktemp) && cp {quoted} \"$p\" && export \
                 {name}=\"$p\""
        ));
    }
    if euid != 0 && facts.directory_owner.is_some_and(|owner| owner != euid) {
        return found.advice("copy it into a directory of your own, and name the copy");
    }
    match for_its_owner(facts, euid) {
        Some(advice) => found.advice(advice),
        None => found.fix(Action::Own { path: path.to_path_buf(), kept: path.to_path_buf(), mode }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Exit;

    #[test]
    fn modes_and_owners() {
        let source = |mode, owner| Source {
            origin: Origin::File(PathBuf::from("/k")),
            bytes: Vec::new().into(),
            file: Some(FileFacts::of(owner, 0, mode)),
            user_files_absent: false,
            part: None,
        };
        for (role, mode, owner, expected) in [
            (Role::UserKey, 0o400, 7, vec![]),
            (Role::UserKey, 0o600, 7, vec![]),
            (Role::UserKey, 0o640, 7, vec!["key-readable"]),
            (Role::UserKey, 0o604, 7, vec!["key-readable"]),
            (Role::UserKey, 0o700, 7, vec!["key-readable"]),
            (Role::UserKey, 0o400, 8, vec!["key-not-owned"]),
            (Role::Proxy, 0o600, 7, vec![]),
            (Role::Proxy, 0o400, 7, vec![]),
            (Role::Proxy, 0o640, 7, vec!["key-readable"]),
            (Role::Proxy, 0o604, 7, vec!["key-readable"]),
            (Role::Proxy, 0o700, 7, vec!["key-readable"]),
            (Role::Proxy, 0o600, 8, vec!["key-not-owned"]),
            (Role::UserCert, 0o644, 7, vec![]),
            (Role::UserCert, 0o664, 7, vec!["cert-writable"]),
            (Role::UserCert, 0o744, 7, vec!["cert-writable"]),
            (Role::UserCert, 0o644, 8, vec!["cert-not-owned"]),
        ] {
            let found = check(role, &source(mode, owner), 7);
            let ids: Vec<_> = found.iter().map(|f| f.rule.id).collect();
            assert_eq!(ids, expected, "{role:?} {mode:o} {owner}");
            let token = match role {
                Role::Proxy | Role::UserKey => Role::TokenKey,
                _ => Role::TokenCert,
            };
            let warnings = check(token, &source(mode, owner), 7);
            assert!(warnings.iter().all(|f| f.exit == Exit::Ok), "{token:?} {mode:o}");
        }
    }
}
