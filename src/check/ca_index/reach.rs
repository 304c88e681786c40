//! Which users may have put a file into the CA directory, and who can replace it.

use std::path::PathBuf;

use crate::check::ca_index::doubt::Doubt;
use crate::source::{FileFacts, ResolvedPath, SearchedDirectory, Writers};

/// The owner of a file whose real owner has no number in this container (user_namespaces(7)).
pub const OVERFLOW: u32 = 65534;

/// Who may have put a file in its place. `above` are the directories from the root down to the
/// directory itself.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// The directories above, and the directory itself.
    pub above: &'a [(PathBuf, FileFacts)],
    /// The user who examines it.
    pub euid: u32,
}

/// Whether a path leads to the same file later.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stays {
    Yes,
    No,
    /// Only the owner of the CA directory, this user, can replace it.
    UnlessBy(u32),
}

impl Reach<'_> {
    /// Why the file may come from another user, whatever it contains. `links` are the links to it.
    pub fn doubt(self, file: &FileFacts, links: &[ResolvedPath]) -> Option<Doubt> {
        let ((_, own), above) = self.above.split_last()?;
        let steps = || links.iter().flat_map(|resolved| &resolved.searched);
        let put = |step: &SearchedDirectory| match step.is_last {
            true => step.facts.writers(),
            false => step.facts.replacers(),
        };
        let above = || above.iter().map(|(_, facts)| facts);
        let writers = [file.writers(), own.writers()].into_iter();
        let writers = writers.chain(above().map(FileFacts::replacers));
        let mut writers = writers.chain(steps().map(put)).flatten().peekable();
        let others = self.is_foreign(file)
            || above().any(|facts| self.is_foreign_directory(facts))
            || steps().any(|step| self.is_foreign_directory(&step.facts))
            || writers.peek().is_some();
        match writers.any(|who| who == Writers::Everybody) {
            true => Some(Doubt::Writable),
            false => others.then_some(Doubt::Others),
        }
    }

    /// Whether a path through `directories` will still lead to `file` later, because no other user
    /// can replace it.
    pub fn stays<'a>(
        self,
        file: &FileFacts,
        mut directories: impl Iterator<Item = &'a FileFacts>,
    ) -> Stays {
        // In a sticky directory only the owner of a file can replace it.
        let keeps = |facts: &FileFacts| facts.writers().is_none() || !self.is_foreign(file);
        let stays = directories.all(|facts| {
            facts.replacers().is_none() && !self.is_foreign_directory(facts) && keeps(facts)
        });
        if stays { Stays::Yes } else { Stays::No }
    }

    /// The same for a path in the directory itself.
    pub fn stays_in_place(self, file: &FileFacts) -> Stays {
        let above = self.above.split_last().map_or(&[][..], |(_, above)| above);
        self.stays(file, above.iter().map(|(_, facts)| facts))
    }

    /// The same for a file in it, to which links lead on `links`.
    pub fn stays_at_end(self, file: &FileFacts, links: &[ResolvedPath]) -> Stays {
        let steps = links.iter().flat_map(|resolved| &resolved.searched).map(|step| &step.facts);
        let stays = self.stays(file, self.above.iter().map(|(_, facts)| facts).chain(steps));
        let owner = self.above.last().map_or(0, |(_, own)| own.owner);
        match stays {
            Stays::Yes if ![0, self.euid, OVERFLOW].contains(&owner) => Stays::UnlessBy(owner),
            stays => stays,
        }
    }

    fn is_foreign(self, facts: &FileFacts) -> bool {
        let own = self.above.last().map(|(_, own)| own.owner);
        ![Some(0), Some(self.euid), own].contains(&Some(facts.owner))
    }

    /// Directories above a container may have an owner without a number in it.
    fn is_foreign_directory(self, facts: &FileFacts) -> bool {
        self.is_foreign(facts) && facts.owner != OVERFLOW
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::Doubt::{Others, Writable};
    use super::{Reach, Stays};
    use crate::source::{FileFacts, ResolvedPath, SearchedDirectory};

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
            let of = |(owner, group, mode): (u32, u32, u32)| FileFacts::of(owner, group, mode);
            let named = |known| (PathBuf::from("/a"), of(known));
            let resolved = ResolvedPath {
                searched: vec![SearchedDirectory {
                    directory: "/b".into(),
                    facts: of(step),
                    is_last,
                }],
                end: "/b/c".into(),
            };
            let reach = Reach { above: &[named(above), named(own)], euid: 7 };
            let row = format!("{above:?} {own:?} {step:?} {is_last} {file:?}");
            assert_eq!(reach.doubt(&of(file), &[resolved]), want, "{row}");
        }
    }

    #[test]
    fn who_may_lead_it_elsewhere() {
        let fine = (0, 0, 0o755);
        for (above, own, step, file, want) in [
            (fine, fine, fine, (0, 0, 0o666), Stays::Yes),
            (fine, fine, fine, (8, 8, 0o644), Stays::Yes),
            (fine, (0, 0, 0o777), fine, fine, Stays::No),
            (fine, (0, 5, 0o775), fine, fine, Stays::No),
            ((0, 0, 0o777), fine, fine, fine, Stays::No),
            (fine, fine, (0, 5, 0o775), fine, Stays::No),
            ((8, 8, 0o755), fine, fine, fine, Stays::No),
            (fine, fine, (8, 8, 0o755), fine, Stays::No),
            (fine, (7, 7, 0o755), fine, fine, Stays::Yes),
            (fine, (8, 8, 0o755), fine, fine, Stays::UnlessBy(8)),
            (fine, (8, 8, 0o755), (9, 9, 0o755), fine, Stays::No),
            // Sticky: what others own they can replace.
            ((0, 0, 0o1777), fine, fine, fine, Stays::Yes),
            (fine, fine, (0, 0, 0o1777), (7, 7, 0o644), Stays::Yes),
            (fine, fine, (0, 0, 0o1777), (8, 8, 0o644), Stays::No),
        ] {
            let of = |(owner, group, mode): (u32, u32, u32)| FileFacts::of(owner, group, mode);
            let named = |known| (PathBuf::from("/a"), of(known));
            let step = SearchedDirectory { directory: "/b".into(), facts: of(step), is_last: true };
            let resolved = ResolvedPath { searched: vec![step], end: "/b/c".into() };
            let reach = Reach { above: &[named(above), named(own)], euid: 7 };
            let row = format!("{above:?} {own:?} {:?} {file:?}", resolved.searched[0]);
            assert_eq!(reach.stays_at_end(&of(file), &[resolved]), want, "{row}");
        }
    }
}
