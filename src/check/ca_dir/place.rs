//! Who may change the CA directory, and who may read it: whoever can write to it, or to a directory
//! above it, decides what is trusted.

use std::path::{Path, PathBuf};

use crate::check::ca_dir::group::Groups;
use crate::check::ca_dir::{Held, Inventory};
use crate::check::ca_lookup::Doubt;
use crate::load::LoadError;
use crate::report::{Exit, Finding, Place, Rule};
use crate::source::{FileFacts, Step, Way, Writers};
use crate::text::shell;

/// A directory that others may change.
pub static DIRECTORY_WRITABLE: Rule = Rule {
    id: "ca-dir-writable",
    exit: Exit::Unsafe,
    what: "others than its owner can write to the CA directory, or to a directory above it",
    why: "whoever can put a file there makes every program here trust a CA of his own; no program \
          looks at it",
    advice: "take the permission away (chmod go-w), then compare what is there with the CA packages: \
             it is not to be trusted unseen",
    source: "Globus, GSI Administrator's Guide: trusted CAs; chmod(1)",
    ..Rule::ERROR
};

/// A file that others may change.
pub static FILE_WRITABLE: Rule = Rule {
    id: "ca-file-writable",
    exit: Exit::Unsafe,
    what: "others than its owner can write to a file of the CA directory",
    why: "whoever can write to it can put a CA of his own into it, or take a policy or a revocation \
          out",
    advice: "take the permission away (chmod go-w), then compare what is there with the CA packages: \
             it is not to be trusted unseen",
    source: "Globus, GSI Administrator's Guide: trusted CAs; chmod(1)",
    ..Rule::ERROR
};

/// Somebody else's.
pub static FOREIGN: Rule = Rule {
    id: "ca-foreign-owner",
    what: "a part of the CA directory, or a directory above it, is owned by neither root, nor you, \
           nor the owner of the directory",
    why: "its owner can change it, and so decides what is trusted",
    advice: "ask the administrator whether that is meant; if it is not: chown",
    source: "chown(1)",
    ..Rule::WARN
};

/// Not for others.
pub static PRIVATE: Rule = Rule {
    id: "ca-not-readable",
    what: "the CA directory, or a file in it, can be read by its owner alone",
    why: "for everybody else it is as if it were not there, or worse: Globus refuses all certificates \
          of a CA whose CRL or signing_policy it may not read. A umask of 077 when fetch-crl ran is \
          the usual cause",
    advice: "make it readable for everybody: CA certificates, CRLs and policies are public",
    refused_by: &["programs of other users"],
    source: "Globus, globus_gsi_callback.c; umask(2)",
    ..Rule::WARN
};

/// Rules of this file.
pub static RULES: &[&Rule] = &[&DIRECTORY_WRITABLE, &FILE_WRITABLE, &FOREIGN, &PRIVATE];

/// Everything about owners and modes, in the eyes of user `euid`.
pub fn check(inventory: &Inventory, euid: u32, groups: &mut Groups) {
    let Some((path, own)) = inventory.above.last() else {
        return;
    };
    let audit = Audit { inventory, euid, trusted: [0, euid, own.owner, OVERFLOW] };
    for (path, facts) in inventory.above.iter().chain(&inventory.beyond) {
        audit.directory(path, facts, groups);
    }
    let above = inventory.above.split_last().map_or(&[][..], |(_, above)| above);
    // Below a directory that is closed to others nothing is meant for them.
    let open = above.iter().all(|(_, facts)| facts.mode & 0o001 != 0);
    if inventory.candidate.bundle {
        return;
    }
    let open = open && audit.for_others(path, own, groups);
    for held in &inventory.files {
        audit.file(held, open, groups);
    }
    audit.at_once(groups);
}

/// The owner of files whose owner has no number in this container (user_namespaces(7)).
const OVERFLOW: u32 = 65534;

struct Audit<'a> {
    inventory: &'a Inventory,
    euid: u32,
    trusted: [u32; 4],
}

impl Audit<'_> {
    fn directory(&self, path: &Path, facts: &FileFacts, groups: &mut Groups) {
        let kind = PlaceKind::of(self.inventory, path);
        if let Some(found) = writable(kind, path, facts, self.euid) {
            let name = path.display().to_string();
            groups.add("directories are writable by others", name, found);
        }
        if !self.trusted.contains(&facts.owner) {
            self.foreign(path, facts, groups);
        }
    }

    /// Whether others may use the directory.
    fn for_others(&self, path: &Path, facts: &FileFacts, groups: &mut Groups) -> bool {
        let open = facts.mode & 0o005 == 0o005;
        // What is a user's own, or a group's, may well be meant for nobody else.
        let meant = facts.owner == 0 && facts.mode & 0o050 != 0o050;
        if !open && meant {
            let (shown, mode) = (path.display(), facts.mode & 0o7777);
            let found = PRIVATE.found(format!(
                "the CA directory {shown} can be used by root alone (mode {mode:04o})"
            ));
            let found = self.mended(found, facts, "a+rx", path);
            groups.add(
                "directories can be used by root alone",
                shown.to_string(),
                found.at(at(path)),
            );
        }
        open
    }

    fn file(&self, held: &Held, open: bool, groups: &mut Groups) {
        let names = held.names.iter();
        let names = || names.clone().filter_map(|at| self.inventory.entries.get(*at));
        // By the name of the file rather than of a link to it.
        let file = names().find(|entry| entry.link.is_none());
        let Some(entry) = file.or_else(|| names().next()) else {
            return;
        };
        // A mode is that of the file, wherever links to it are.
        let outside = held.ways.first().filter(|_| entry.link.is_some());
        let path = outside.map_or(&entry.path, |way| &way.end);
        let facts = &held.facts;
        let (shown, mode) = (path.display(), facts.mode & 0o7777);
        if let Some(found) = writable(PlaceKind::File, path, facts, self.euid) {
            groups.add("files are writable by others", entry.name.clone(), found);
        }
        if !self.trusted.contains(&facts.owner) {
            self.foreign(path, facts, groups);
        }
        // That this user may not read it is told with what is in it.
        let denied = matches!(held.content, Err(LoadError::Denied(..)));
        if open && facts.mode & 0o004 == 0 && !denied && !holds_key(held) {
            let found = PRIVATE.found(format!(
                "{shown} is not readable for other users (mode {mode:04o}), although the directory \
                 is"
            ));
            let found = self.mended(found, facts, "a+r", path);
            let many = "files are not readable for other users, although the directory is";
            groups.add(many, entry.name.clone(), found.at(at(path)));
        }
    }

    fn foreign(&self, path: &Path, facts: &FileFacts, groups: &mut Groups) {
        let (shown, owner) = (path.display(), facts.owner);
        let found = FOREIGN.found(format!("{shown} is owned by uid {owner}"));
        let name = format!("{shown} (uid {owner})");
        let many = "parts of the CA directory are owned by neither root, nor you, nor its owner";
        groups.add(many, name, found.at(at(path)));
    }

    fn mended(&self, found: Finding, facts: &FileFacts, change: &str, path: &Path) -> Finding {
        mended(found, facts, self.euid, change, path)
    }

    /// The lines that mend any number of files.
    fn at_once(&self, groups: &mut Groups) {
        let directory = shell::path(&self.inventory.candidate.path);
        let find = |which: &str, change: &str| {
            format!("find -H {directory} -maxdepth 1 -type f {which} -exec chmod {change} {{}} +")
        };
        // It goes no further than the directory.
        let here = |held: &Held| {
            let mut names = held.names.iter();
            names.any(|at| self.inventory.entries[*at].link.is_none())
        };
        if !self.inventory.files.iter().all(here) {
            return;
        }
        groups.at_once(&FILE_WRITABLE, find(r"\( -perm -020 -o -perm -002 \)", "go-w"));
        // A key among them must stay closed.
        if !self.inventory.files.iter().any(holds_key) {
            groups.at_once(&PRIVATE, find("! -perm -004", "a+r"));
        }
    }
}

/// What a path is to the CA directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum PlaceKind {
    /// A directory above it.
    Above,
    /// Where links lead, or above that.
    Beyond,
    /// The file of certificates that takes its place.
    Bundle,
    /// It itself.
    Directory,
    /// A file in it.
    File,
}

impl PlaceKind {
    fn of(inventory: &Inventory, path: &Path) -> Self {
        let mut above = inventory.above.iter().map(|(path, _)| path);
        match above.clone().next_back().is_some_and(|last| last == path) {
            true if inventory.candidate.bundle => Self::Bundle,
            true => Self::Directory,
            false if above.any(|known| known == path) => Self::Above,
            false => Self::Beyond,
        }
    }

    /// Who besides the owner can change what is trusted.
    fn writers(self, facts: &FileFacts) -> Option<Writers> {
        match self {
            Self::Above | Self::Beyond => facts.replacers(),
            Self::Bundle | Self::Directory | Self::File => facts.writers(),
        }
    }
}

/// Others may write to it. A group was let in by somebody; everybody was not.
fn writable(kind: PlaceKind, path: &Path, facts: &FileFacts, euid: u32) -> Option<Finding> {
    let who = kind.writers(facts)?;
    let what = match kind {
        PlaceKind::Above => ", a directory above the CA directory,",
        PlaceKind::Beyond => ", a directory to which links of the CA directory lead,",
        PlaceKind::Bundle => ", the file of CA certificates,",
        PlaceKind::Directory => ", the CA directory,",
        PlaceKind::File => "",
    };
    let rule = match kind {
        PlaceKind::Bundle | PlaceKind::File => &FILE_WRITABLE,
        PlaceKind::Above | PlaceKind::Beyond | PlaceKind::Directory => &DIRECTORY_WRITABLE,
    };
    let (shown, mode) = (path.display(), facts.mode & 0o7777);
    let found = rule.found(format!("{shown}{what} is writable by {who} (mode {mode:04o})"));
    let found = mended(found, facts, euid, "go-w", path).at(at(path));
    Some(match who {
        Writers::Everybody => found,
        Writers::Group => found.as_warning(),
    })
}

/// With the line that mends it, if this user may.
fn mended(found: Finding, facts: &FileFacts, euid: u32, change: &str, path: &Path) -> Finding {
    let path_word = shell::path(path);
    if euid != 0 && euid != facts.owner {
        let owner = facts.owner;
        let advice = format!("ask its owner, uid {owner}, for this: chmod {change} {path_word}");
        return found.advice(advice);
    }
    found.fix(format!("chmod {change} {path_word}"))
}

/// Who may have put a file where it is; `above` are the directories from the root down to the one
/// that is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// The directories above the directory, down to itself.
    pub above: &'a [(PathBuf, FileFacts)],
    /// The user who looks at it.
    pub euid: u32,
}

impl Reach<'_> {
    /// Why a file may be somebody else's, whatever is in it: `ways` are how links come to it.
    pub fn doubt(self, file: &FileFacts, ways: &[Way]) -> Option<Doubt> {
        let ((_, own), above) = self.above.split_last()?;
        let trusted = [0, self.euid, own.owner];
        let steps = || ways.iter().flat_map(|way| &way.steps);
        let put = |step: &Step| match step.is_last {
            true => step.facts.writers(),
            false => step.facts.replacers(),
        };
        let above = || above.iter().map(|(_, facts)| facts);
        let writers = [file.writers(), own.writers()].into_iter();
        let writers = writers.chain(above().map(FileFacts::replacers));
        let mut writers = writers.chain(steps().map(put)).flatten().peekable();
        let is_foreign = |facts: &FileFacts| !trusted.contains(&facts.owner);
        // Of directories above a container's the owner may have no number there.
        let foreign = |facts: &FileFacts| is_foreign(facts) && facts.owner != OVERFLOW;
        let others = is_foreign(file)
            || above().any(foreign)
            || steps().any(|step| foreign(&step.facts))
            || writers.peek().is_some();
        match writers.any(|who| who == Writers::Everybody) {
            true => Some(Doubt::Writable),
            false => others.then_some(Doubt::Others),
        }
    }
}

/// What others can write to: the directory, the last of `above`, and those above it, when only a few of its
/// `files` are looked at. Nobody refuses it, so these are warnings about a credential.
pub fn remarks(
    above: &[(PathBuf, FileFacts)],
    bundle: bool,
    files: &[(PathBuf, FileFacts)],
    euid: u32,
) -> Vec<Finding> {
    let last = above.len().checked_sub(1);
    let of_place = above.iter().enumerate().map(|(at, known)| {
        let kind = match (Some(at) == last, bundle) {
            (true, true) => PlaceKind::Bundle,
            (true, false) => PlaceKind::Directory,
            (false, _) => PlaceKind::Above,
        };
        (kind, known)
    });
    let of_files = files.iter().map(|known| (PlaceKind::File, known));
    let found = of_place
        .chain(of_files)
        .filter_map(|(kind, (path, facts))| writable(kind, path, facts, euid));
    found.map(Finding::as_warning).collect()
}

fn holds_key(held: &Held) -> bool {
    let contents = held.content.as_ref().ok();
    let contents = contents.and_then(|content| content.pem.as_ref());
    contents.is_some_and(|contents| !contents.keys.is_empty())
}

fn at(path: &Path) -> Place {
    Place { file: Some(path.to_path_buf()), ..Place::default() }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Doubt::{Others, Writable};
    use super::{PlaceKind, Reach, writable};
    use crate::source::{FileFacts, Step, Way};

    fn facts(owner: u32, group: u32, mode: u32) -> FileFacts {
        FileFacts {
            mode,
            owner,
            group,
            size: 0,
            identity: (0, 0),
            links: 1,
            link_target: None,
            read_only: false,
        }
    }

    #[test]
    fn who_can_close_it() {
        for (euid, fix, advice) in [
            (8, Some("chmod go-w /a"), "compare"),
            (0, Some("chmod go-w /a"), "compare"),
            (7, None, "ask its owner, uid 8, for this: chmod go-w /a"),
        ] {
            let known = facts(8, 8, 0o777);
            let found = writable(PlaceKind::Directory, Path::new("/a"), &known, euid).unwrap();
            assert_eq!(found.fix.as_deref(), fix, "{euid}");
            assert!(found.advice.contains(advice), "{euid} {}", found.advice);
        }
    }

    #[test]
    fn who_may_have_put_it_there() {
        let fine = (0, 0, 0o755);
        for (above, own, step, is_last, file, want) in [
            (fine, fine, fine, true, fine, None),
            // Owners: root, the user, the owner of the directory; no other.
            (fine, fine, fine, true, (7, 7, 0o644), None),
            (fine, (8, 8, 0o755), fine, true, (8, 8, 0o644), None),
            (fine, fine, fine, true, (8, 8, 0o644), Some(Others)),
            (fine, fine, fine, true, (65534, 1, 0o644), Some(Others)),
            (fine, fine, (8, 8, 0o755), false, fine, Some(Others)),
            ((8, 8, 0o755), fine, fine, true, fine, Some(Others)),
            ((65534, 1, 0o755), fine, fine, true, fine, None),
            // Groups that are nobody's own.
            (fine, (0, 5, 0o2775), fine, true, fine, Some(Others)),
            (fine, (0, 0, 0o2775), fine, true, fine, None),
            ((0, 5, 0o775), fine, fine, true, fine, Some(Others)),
            (fine, fine, (0, 5, 0o775), false, fine, Some(Others)),
            (fine, fine, fine, true, (0, 5, 0o664), Some(Others)),
            // Everybody.
            (fine, (0, 0, 0o777), fine, true, fine, Some(Writable)),
            (fine, fine, (0, 0, 0o777), false, fine, Some(Writable)),
            (fine, fine, (0, 0, 0o1777), false, fine, None),
            (fine, fine, (0, 0, 0o1777), true, fine, Some(Writable)),
            (fine, fine, fine, true, (8, 8, 0o666), Some(Writable)),
        ] {
            let of = |(owner, group, mode): (u32, u32, u32)| facts(owner, group, mode);
            let named = |known| (PathBuf::from("/a"), of(known));
            let way = Way {
                steps: vec![Step { directory: "/b".into(), facts: of(step), is_last }],
                end: "/b/c".into(),
            };
            let reach = Reach { above: &[named(above), named(own)], euid: 7 };
            let row = format!("{above:?} {own:?} {step:?} {is_last} {file:?}");
            assert_eq!(reach.doubt(&of(file), &[way]), want, "{row}");
        }
    }
}
