//! Who may change the CA directory, and who may read it. Whoever can write to it, or to a directory
//! above it, decides what is trusted.

use std::path::{Path, PathBuf};

use crate::check::ca_dir::group::Groups;
use crate::check::ca_dir::reach::{OVERFLOW, Reach, Stays};
use crate::check::ca_dir::{CaFile, Inventory};
use crate::check::rules;
use crate::consumer::PROGRAMS;
use crate::parse::file::Contents;
use crate::report::{Action, Finding, Mode, Place};
use crate::source::error::LoadError;
use crate::source::{FileFacts, ResolvedPath, Writers};
use crate::text::shell;

rules! {
    step: Chain;
    DIRECTORY_WRITABLE: ERROR, Unsafe {
        id: "ca-dir-writable",
        what: "others than its owner can write to the CA directory, or to a directory above it",
        why: "anyone who can put a file there makes every program here trust a CA of his own; no \
              program looks at it",
        advice: "take the permission away (chmod go-w), then compare what is there with the CA \
                 packages: it is not to be trusted unseen",
        source: "Globus, GSI Administrator's Guide: trusted CAs; chmod(1)",
    }
    FILE_WRITABLE: ERROR, Unsafe {
        id: "ca-file-writable",
        what: "others than its owner can write to a file of the CA directory",
        why: "anyone who can write to it can put a CA of his own into it, or take a policy or a \
              revocation out",
        advice: "take the permission away (chmod go-w), then compare what is there with the CA \
                 packages: it is not to be trusted unseen",
        source: "Globus, GSI Administrator's Guide: trusted CAs; chmod(1)",
    }
    FOREIGN: WARN {
        id: "ca-foreign-owner",
        what: "a part of the CA directory, or a directory above it, is owned by neither root, nor \
               you, nor the owner of the directory",
        why: "its owner can change it, and so decides what is trusted",
        advice: "ask the administrator whether that is meant; if it is not: chown",
        source: "chown(1)",
    }
    PRIVATE: WARN {
        id: "ca-not-readable",
        what: "the CA directory, or a file in it, can be read by its owner alone",
        why: "for everybody else it is as if it were not there, or worse: Globus refuses all \
              certificates of a CA whose CRL or signing_policy it may not read. A umask of 077 \
              when fetch-crl ran is the usual cause",
        advice: "make it readable for everybody: CA certificates, CRLs and policies are public",
        refused_by: [PROGRAMS.when("of other users")],
        source: "Globus, globus_gsi_callback.c; umask(2)",
    }
}

/// All findings about owners and modes, for user `euid`.
pub fn check(inventory: &Inventory, euid: u32, groups: &mut Groups) {
    let Some((path, own)) = inventory.above.last() else {
        return;
    };
    let audit = Audit { inventory, euid, trusted: [0, euid, own.owner, OVERFLOW] };
    for (path, facts) in inventory.above.iter().chain(&inventory.beyond) {
        audit.directory(path, facts, groups);
    }
    let above = inventory.above.split_last().map_or(&[][..], |(_, above)| above);
    // Below a directory that is closed to others, no file is meant for others.
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

struct Audit<'a> {
    inventory: &'a Inventory,
    euid: u32,
    trusted: [u32; 4],
}

impl Audit<'_> {
    fn reach(&self) -> Reach<'_> {
        Reach { above: &self.inventory.above, euid: self.euid }
    }

    fn directory(&self, path: &Path, facts: &FileFacts, groups: &mut Groups) {
        let kind = PlaceKind::of(self.inventory, path);
        let inventory = self.inventory;
        let known = inventory.above.iter().chain(&inventory.beyond);
        let on_the_way = known.filter(|(other, _)| path != other && path.starts_with(other));
        let stays = self.reach().stays(facts, on_the_way.map(|(_, facts)| facts));
        if let Some(found) = writable(kind, path, facts, self.euid, stays) {
            let name = path.display().to_string();
            groups.add("directories are writable by others", name, found);
        }
        if !self.trusted.contains(&facts.owner) {
            self.foreign(path, facts, groups);
        }
    }

    /// Whether other users may use the directory.
    fn for_others(&self, path: &Path, facts: &FileFacts, groups: &mut Groups) -> bool {
        let open = facts.mode & 0o005 == 0o005;
        // A directory of a user or group may be meant for nobody else.
        let meant = facts.owner == 0 && facts.mode & 0o050 != 0o050;
        if !open && meant {
            let (shown, mode) = (path.display(), facts.mode & 0o7777);
            let found = PRIVATE.found(format!(
                "the CA directory {shown} can be used by root alone (mode {mode:04o})"
            ));
            // The owner may rely on the mode of the directory to hide a secret file.
            let stays = self.reach().stays_in_place(facts);
            let found = match self.may_be_opened() {
                true => mended(found, facts, self.euid, Mode::Plus("a+rx", 0o555), path, stays),
                false => found.advice(OTHER_CONTENT),
            };
            groups.add(
                "directories can be used by root alone",
                shown.to_string(),
                found.at(Place::file(path)),
            );
        }
        open
    }

    /// Whether no file in the directory or below relies on the mode of the directory.
    fn may_be_opened(&self) -> bool {
        let mut files = self.inventory.files.iter();
        let mut entries = self.inventory.entries.iter();
        // Files below a subdirectory were not read.
        let leads_nowhere =
            |error: &LoadError| matches!(error, LoadError::Dangling(..) | LoadError::Missing(_));
        !self.inventory.more
            && files.all(|held| self.is_public(held) || closed(held))
            && entries.all(|entry| entry.file.as_ref().err().is_none_or(leads_nowhere))
    }

    fn file(&self, held: &CaFile, open: bool, groups: &mut Groups) {
        let names = held.names.iter();
        let names = || names.clone().filter_map(|at| self.inventory.entries.get(*at));
        // Uses the name of the file, not that of a link to it.
        let file = names().find(|entry| entry.link.is_none());
        let Some(entry) = file.or_else(|| names().next()) else {
            return;
        };
        // The mode belongs to the file, so the finding is about the place of the file.
        let outside = held.links.first().filter(|_| entry.link.is_some());
        let path = outside.map_or(&entry.path, |link| &link.end);
        let facts = &held.facts;
        let (shown, mode) = (path.display(), facts.mode & 0o7777);
        let stays = self.reach().stays_at_end(facts, &held.links);
        if let Some(found) = writable(PlaceKind::File, path, facts, self.euid, stays) {
            groups.add("files are writable by others", entry.name.clone(), found);
        }
        if !self.trusted.contains(&facts.owner) {
            self.foreign(path, facts, groups);
        }
        // If this user cannot read it, the finding about its content says so. A file that does not
        // belong to a CA directory may be meant for nobody else.
        if open && closed(held) && self.is_of_ca(held) && !holds_key(held) {
            let found = PRIVATE.found(format!(
                "{shown} is not readable for other users (mode {mode:04o}), although the directory \
                 is"
            ));
            // A file elsewhere was not put there for this directory.
            let found = match outside {
                _ if !self.is_public(held) => found.advice(KEY_FIRST),
                None => mended(found, facts, self.euid, Mode::Plus("a+r", 0o444), path, stays),
                Some(_) => found.advice(LOOK_AT_IT),
            };
            let many = "files are not readable for other users, although the directory is";
            groups.add(many, entry.name.clone(), found.at(Place::file(path)));
        }
    }

    fn foreign(&self, path: &Path, facts: &FileFacts, groups: &mut Groups) {
        let (shown, owner) = (path.display(), facts.owner);
        let found = FOREIGN.found(format!("{shown} is owned by uid {owner}"));
        let name = format!("{shown} (uid {owner})");
        let many = "parts of the CA directory are owned by neither root, nor you, nor its owner";
        groups.add(many, name, found.at(Place::file(path)));
    }

    /// Whether it holds only what belongs to a CA directory, and no secret.
    fn is_public(&self, held: &CaFile) -> bool {
        let no_secret = held.content.as_ref().is_ok_and(|content| content.no_secret);
        no_secret && !holds_key(held) && self.is_of_ca(held)
    }

    /// Whether it holds what belongs to a CA directory.
    fn is_of_ca(&self, held: &CaFile) -> bool {
        let Ok(content) = &held.content else {
            return false;
        };
        let certificates = content.pem.as_ref();
        let certificates = certificates.is_some_and(|pem| pem.readable().next().is_some());
        let lists = content.lists.iter().any(|list| list.content.is_ok());
        let policy = matches!(content.signing_policy, Some(Ok(_)))
            || matches!(content.namespaces, Some(Ok(_)));
        let note = |at: &usize| {
            let name = &self.inventory.entries[*at].name;
            name.ends_with(".info") || name.ends_with(".crl_url")
        };
        let note = content.text.is_some() && held.names.iter().all(note);
        certificates || lists || policy || note
    }

    /// The commands that mend any number of files.
    fn at_once(&self, groups: &mut Groups) {
        let directory = shell::path(&self.inventory.candidate.path);
        let find = |which: &str, change: &str| {
            format!("find -H {directory} -maxdepth 1 -type f {which} -exec chmod {change} {{}} +")
        };
        // The command must not change files outside of the directory.
        let here = |held: &CaFile| {
            let mut names = held.names.iter();
            names.any(|at| self.inventory.entries[*at].link.is_none())
        };
        let stay =
            |held: &CaFile| self.reach().stays_at_end(&held.facts, &held.links) == Stays::Yes;
        if !self.inventory.files.iter().all(|held| here(held) && stay(held)) {
            return;
        }
        groups.at_once(&FILE_WRITABLE, find(r"\( -perm -020 -o -perm -002 \)", "go-w"));
        // If one of the files is a private key, it must stay closed.
        if self.inventory.files.iter().all(|held| self.is_public(held) || !closed(held)) {
            groups.at_once(&PRIVATE, find("! -perm -004", "a+r"));
        }
    }
}

/// Where a path is in relation to the CA directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum PlaceKind {
    /// A directory above it.
    Above,
    /// A target of a link outside, or a directory above that.
    Beyond,
    /// A CA file instead of a directory.
    Bundle,
    /// The CA directory itself.
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

    /// Who can change what is trusted, apart from the owner.
    fn writers(self, facts: &FileFacts) -> Option<Writers> {
        match self {
            Self::Above | Self::Beyond => facts.replacers(),
            Self::Bundle | Self::Directory | Self::File => facts.writers(),
        }
    }
}

/// The finding that others may write to it. A group may have been allowed on purpose; everybody was
/// not.
fn writable(
    kind: PlaceKind,
    path: &Path,
    facts: &FileFacts,
    euid: u32,
    stays: Stays,
) -> Option<Finding> {
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
    let found = mended(found, facts, euid, Mode::CLOSED, path, stays).at(Place::file(path));
    Some(match who {
        Writers::Everybody => found,
        Writers::Group => found.as_warning(),
    })
}

/// Adds the command that mends it, if this user may run it and nobody can redirect the path
/// meanwhile.
fn mended(
    found: Finding,
    facts: &FileFacts,
    euid: u32,
    change: Mode,
    path: &Path,
    stays: Stays,
) -> Finding {
    let line = || format!("chmod {change} {}", shell::path(path));
    if euid != 0 && euid != facts.owner {
        return found.advice(format!("ask its owner, uid {}, for this: {}", facts.owner, line()));
    }
    match stays {
        Stays::Yes => found.fix(Action::Chmod {
            path: path.to_path_buf(),
            mode: change,
            file: Some(facts.identity),
        }),
        Stays::No => found.advice(LOOK_AT_IT),
        Stays::UnlessBy(owner) => found.advice(format!(
            "ask the owner of the directory, uid {owner}, for this: {}; run by another user it may \
             change another file, if the owner replaces this one meanwhile",
            line()
        )),
    }
}

/// The advice for a file that may hold a private key: it must not be opened together with the
/// others.
const KEY_FIRST: &str = "a private key may be in it too: move that out of the file, then let others \
                         read it";

/// The same for a directory.
const OTHER_CONTENT: &str = "other things than CA files are in it or below it, which may be keys: move \
                             them out, then let others read and enter it";

/// The advice if another user can redirect the path: chmod follows links.
const LOOK_AT_IT: &str = "close the directories that lead to it first, then look at it (ls -lL), and \
                          compare it with the CA packages before it is trusted";

/// What others can write to: the directory and those above it, and the files that were used
/// (`files`, each with the way to it if it is a link). No tool refuses it, so these are warnings
/// about a credential.
pub fn remarks(
    reach: Reach<'_>,
    bundle: bool,
    files: &[(PathBuf, FileFacts, Option<ResolvedPath>)],
) -> Vec<Finding> {
    let (above, euid) = (reach.above, reach.euid);
    let last = above.len().checked_sub(1);
    let of_place = above.iter().enumerate().filter_map(|(at, (path, facts))| {
        let kind = match (Some(at) == last, bundle) {
            (true, true) => PlaceKind::Bundle,
            (true, false) => PlaceKind::Directory,
            (false, _) => PlaceKind::Above,
        };
        let stays = reach.stays(facts, above.iter().take(at).map(|(_, facts)| facts));
        writable(kind, path, facts, euid, stays)
    });
    let of_files = files.iter().filter_map(|(path, facts, link)| {
        let stays = reach.stays_at_end(facts, link.as_slice());
        // The mode belongs to the file, wherever links to it are.
        let path = link.as_ref().map_or(path, |link| &link.end);
        writable(PlaceKind::File, path, facts, euid, stays)
    });
    of_place.chain(of_files).map(Finding::as_warning).collect()
}

/// Whether other users cannot read it.
fn closed(held: &CaFile) -> bool {
    held.facts.mode & 0o004 == 0
}

fn holds_key(held: &CaFile) -> bool {
    let contents = held.content.as_ref().ok();
    let contents = contents.and_then(|content| content.pem.as_ref());
    contents.is_some_and(Contents::holds_key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{PlaceKind, Stays, writable};
    use crate::report::Fix;
    use crate::source::FileFacts;

    #[test]
    fn who_can_close_it() {
        for (euid, fix, advice) in [
            (8, Some("chmod go-w /a"), "compare"),
            (0, Some("chmod go-w /a"), "compare"),
            (7, None, "ask its owner, uid 8, for this: chmod go-w /a"),
        ] {
            let known = FileFacts::of(8, 8, 0o777);
            let found =
                writable(PlaceKind::Directory, Path::new("/a"), &known, euid, Stays::Yes).unwrap();
            assert_eq!(found.fix.as_ref().map(Fix::line), fix, "{euid}");
            assert!(found.advice.contains(advice), "{euid} {}", found.advice);
        }
    }
}
