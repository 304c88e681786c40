//! A shell script that mends a CA directory: links, numbers, modes. It makes nothing trusted that
//! was not, and the reverse.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::check::acceptance::NEW_HASH;
use crate::check::ca_dir::ca::{Ca, Cas};
use crate::check::ca_dir::link::{Lost, lost};
use crate::check::ca_dir::mode::PlanStep;
use crate::check::ca_dir::old_hash::may_link;
use crate::check::ca_dir::rule::LINK_MOVED;
use crate::check::ca_dir::view::View;
use crate::check::ca_dir::{Entry, Inventory, mode, moved_link, place};
use crate::check::ca_lookup::{GAP, NO_LINK, OLD_HASH, WRONG_HASH};
use crate::parse::ca_dir::EntryName;
use crate::report::{Action, Finding, Fix, Severity};
use crate::text::shell;
use crate::text::time::UnixTime;

/// Findings that the script mends.
const MENDED: &[&str] =
    &[NO_LINK.id, OLD_HASH.id, GAP.id, WRONG_HASH.id, NEW_HASH.id, LINK_MOVED.id];

fn is_mended(finding: &Finding) -> bool {
    MENDED.contains(&finding.rule.id) && finding.severity == Severity::Error
}

/// Names the script as the fix of the findings that it mends, if this user may write to the
/// directory. Else the owner must do it.
pub fn advise(inventory: &Inventory, findings: &mut [Finding], at: UnixTime) {
    // A bundle must be edited by hand.
    if inventory.candidate.bundle {
        return;
    }
    let is_wanted = findings.iter().any(is_mended);
    let plan = match is_wanted {
        true => Plan::new(&View::new(inventory, at), findings),
        false => Plan::default(),
    };
    let actions = plan.steps.iter().flat_map(|(_, fixes)| fixes).flat_map(Fix::actions);
    let actions: Vec<Action> = actions.cloned().collect();
    let directory = shell::path(&inventory.candidate.path);
    let line = format!("certok ca-check --fix-script {directory} | sh");
    for finding in findings {
        if actions.is_empty() || !(is_mended(finding) || makes_links(finding)) {
            finding.leave_links_to_owner(inventory.writable);
        } else if inventory.writable {
            finding.advice =
                "the fix makes all such links; without `| sh` it is only shown".to_owned();
            finding.set_fix(Fix::of(line.clone(), actions.clone()));
        } else {
            finding.fix = None;
            finding.advice = format!("the owner of the directory can make all such links: {line}");
        }
    }
}

/// Whether its fix makes new links and does nothing else. The script can do the same.
fn makes_links(finding: &Finding) -> bool {
    let actions = finding.fix.as_ref().map(Fix::actions).unwrap_or_default();
    let is_new = |action: &Action| matches!(action, Action::Link { again: false, .. });
    !actions.is_empty() && actions.iter().all(is_new)
}

/// The script. It is for sh, and may run twice.
pub fn script(inventory: &Inventory, findings: &[Finding], at: UnixTime) -> String {
    let view = View::new(inventory, at);
    let path = inventory.above.last();
    let path = path.map_or(&inventory.candidate.path, |(path, _)| path);
    let mut out = "#!/bin/sh\n".to_owned();
    let mut note =
        |text: &str| writeln!(out, "{}", shell::comment(text)).expect("a String takes all");
    if findings.iter().any(is_open) {
        note(
            "Others could write here: what is in the directory is suspect. Compare it with the CA \
             packages before it is trusted. What they may have put there is not linked.",
        );
    }
    note(&format!(
        "Corrects the names and modes in {} as certok ca-check found them.",
        path.display()
    ));
    note("It removes no certificate, revocation list or policy, and adds none.");
    let directory = Some(shell::path(path)).filter(|word| shell::is_line(word));
    let plan = match &directory {
        Some(_) if !inventory.candidate.bundle => Plan::new(&view, findings),
        _ => Plan::default(),
    };
    if let (Some(directory), false) = (directory, plan.steps.is_empty()) {
        write!(out, "set -eu\nd={directory}\n").expect("a String takes all");
    } else {
        let foreign = findings.iter().any(|f| is_open(f) && f.fix.is_none());
        out.push_str(&shell::comment(match foreign {
            true => "There is nothing that you can fix: ask the owner.",
            false => "There is nothing that a script can fix.",
        }));
        out.push('\n');
    }
    for (cause, commands) in &plan.steps {
        let lines: Vec<&str> = commands.iter().map(Fix::line).collect();
        write!(out, "\n{}\n{}\n", shell::comment(cause), lines.join("\n"))
            .expect("a String takes all");
    }
    let left = findings
        .iter()
        .filter(|f| f.severity < Severity::Info && !MENDED.contains(&f.rule.id))
        .filter(|f| mode::steps(std::slice::from_ref(f)).is_empty() && !makes_links(f));
    let left: Vec<&String> = plan.left.iter().chain(left.map(|finding| &finding.message)).collect();
    if !left.is_empty() {
        writeln!(out, "\n{}", shell::comment("Not fixed here:")).expect("a String takes all");
    }
    for text in left {
        writeln!(out, "{}", shell::comment(&format!("- {text}"))).expect("a String takes all");
    }
    out
}

/// Whether the finding says that others can change what is trusted.
fn is_open(finding: &Finding) -> bool {
    finding.is_one_of(&[&place::DIRECTORY_WRITABLE, &place::FILE_WRITABLE])
}

/// The commands, in order.
#[derive(Default)]
struct Plan {
    steps: Vec<PlanStep>,
    /// What the script cannot mend.
    left: Vec<String>,
}

impl Plan {
    fn new(view: &View<'_>, findings: &[Finding]) -> Self {
        let mut plan = Self::default();
        let mut free = Free::new(view);
        plan.steps.extend(mode::steps(findings));
        let cas = Cas::of(view.inventory, view.at);
        for (entry, near) in moved_link::all(view.inventory, &cas, view.at) {
            let cause = format!("{} leads nowhere, and {} is next to it", entry.name, near.name);
            let line = link_again(view, &near.name, &entry.name, entry.file.is_ok());
            plan.steps.extend(line.map(|line| (cause, vec![line])));
        }
        let doubtful =
            |at, lost: Option<Lost>| view.doubt(at, lost.and_then(Lost::hashed)).is_some();
        // Those with a fault have a finding. A link would make them trusted.
        let clear: Vec<(usize, Option<Lost>)> = (0..view.inventory.authorities.len())
            .map(|at| (at, lost(view, at)))
            .filter(|(at, lost)| view.is_alive(*at) && !doubtful(*at, *lost))
            .collect();
        for hash in gaps(view, &clear) {
            renumber(view, hash, &free, &mut plan);
            free.close(hash, view.names.get(hash).map_or(0, BTreeMap::len));
        }
        let old = wants_old(view);
        for (at, lost) in clear {
            links(view, &cas, at, lost, old, &mut free, &mut plan);
        }
        plan.add_links(view, findings);
        plan
    }

    /// The links of the findings' own fixes that are not in the plan.
    fn add_links(&mut self, view: &View<'_>, findings: &[Finding]) {
        let planned = self.steps.iter().flat_map(|(_, fixes)| fixes).flat_map(Fix::actions);
        let path = |action: &Action| match action {
            Action::Link { path, .. } => Some(path.clone()),
            _ => None,
        };
        let mut made: HashSet<PathBuf> = planned.filter_map(path).collect();
        for finding in findings.iter().filter(|finding| makes_links(finding)) {
            let mut lines = Vec::new();
            for action in finding.fix.iter().flat_map(Fix::actions) {
                let Action::Link { path, target, .. } = action else { continue };
                let name = path.file_name().and_then(OsStr::to_str);
                if let (Some(name), Some(target)) = (name, target.to_str())
                    && made.insert(path.clone())
                {
                    lines.extend(link(view, target, name));
                }
            }
            if !lines.is_empty() {
                self.steps.push((finding.message.clone(), lines));
            }
        }
    }
}

/// Whether links with old hashes are needed: if the directory has both kinds, or no hash names.
fn wants_old(view: &View<'_>) -> bool {
    let all = || (0..view.inventory.authorities.len()).filter(|at| view.is_alive(*at));
    let has =
        |family: usize| all().any(|at| !view.names_under(at, &view.hashes[at][family]).is_empty());
    has(1) || !has(0)
}

/// The next free number of each hash, and which names may be removed.
struct Free<'a> {
    next: HashMap<String, u32>,
    /// File names to which links lead, however they are written.
    targets: HashSet<&'a OsStr>,
}

impl<'a> Free<'a> {
    fn new(view: &'a View<'_>) -> Self {
        let entries = view.inventory.entries.iter();
        let links = entries.filter_map(|entry| entry.link.as_deref());
        Self { next: HashMap::new(), targets: links.filter_map(Path::file_name).collect() }
    }

    /// Whether a link leads to this name.
    fn is_target(&self, name: &str) -> bool {
        self.targets.contains(OsStr::new(name))
    }

    /// Whether a hash name may be removed: no link leads to it, and no lookup continues behind it.
    fn may_go(&self, view: &View<'_>, entry: &Entry) -> bool {
        let EntryName::Certificate { hash, index } = &entry.kind else {
            return false;
        };
        let names = view.names.get(hash.as_str());
        let goes_on = names.is_some_and(|names| names.range(*index..).nth(1).is_some());
        !goes_on && !self.is_target(&entry.name)
    }

    fn close(&mut self, hash: &str, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.next.insert(hash.to_owned(), count);
    }

    fn take(&mut self, view: &View<'_>, hash: &str) -> String {
        let next = self.next.entry(hash.to_owned()).or_insert_with(|| view.reach(hash));
        let name = format!("{hash}.{next}");
        *next += 1;
        name
    }
}

impl View<'_> {
    /// A link in the directory.
    fn link(&self, target: &str, name: &str, again: bool) -> Action {
        let path = self.inventory.candidate.path.join(name);
        Action::Link { path, target: target.into(), again }
    }
}

/// `"$d"/NAME`, if the name can be written in a shell.
pub(super) fn quoted(name: &str) -> Option<String> {
    Some(format!("\"$d\"/{}", shell::literal(name)?))
}

/// A command that makes a link unless the name exists.
fn link(view: &View<'_>, target: &str, name: &str) -> Option<Fix> {
    let action = view.link(target, name, false);
    let (target, name) = (shell::literal(&relative(target))?, quoted(name)?);
    let line = format!("[ -e {name} ] || [ -L {name} ] || ln -s {target} {name}");
    Some(Fix::of(line, vec![action]))
}

/// A command that replaces a broken link, or a link that became a text file.
fn link_again(view: &View<'_>, target: &str, name: &str, is_text: bool) -> Option<Fix> {
    let action = view.link(target, name, true);
    let (target, name) = (shell::literal(&relative(target))?, quoted(name)?);
    // If it is good by now, it stays.
    let is_good = match is_text {
        true => format!("[ ! -e {name} ] || [ -L {name} ] || grep -q -e '-----BEGIN ' {name}"),
        false => format!("[ -e {name} ] || [ ! -L {name} ]"),
    };
    Some(Fix::of(format!("{is_good} || ln -sfn {target} {name}"), vec![action]))
}

/// A command that renames a file, unless the new name exists or the old one does not.
fn rename(view: &View<'_>, from: &str, to: &str) -> Option<Fix> {
    let directory = &view.inventory.candidate.path;
    let action = Action::Move { from: directory.join(from), to: directory.join(to) };
    let (from, to) = (quoted(from)?, quoted(to)?);
    let line = format!("[ -e {to} ] || [ -L {to} ] || [ ! -e {from} ] || mv {from} {to}");
    Some(Fix::of(line, vec![action]))
}

/// The name in a form that no program takes for an option.
fn relative(name: &str) -> String {
    if name.starts_with('-') { format!("./{name}") } else { name.to_owned() }
}

/// Hashes with a gap before a CA, and no other fault.
fn gaps<'a>(view: &'a View<'_>, lost: &[(usize, Option<Lost>)]) -> Vec<&'a str> {
    let behind = lost.iter().filter(|(_, lost)| *lost == Some(Lost::Gap));
    let mut hashes: Vec<&str> = behind.map(|(at, _)| view.hashes[*at][0].as_str()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.retain(|hash| !leads_to_doubt(view, hash));
    hashes
}

/// Whether a name with this hash leads to a file that a fix must not link.
fn leads_to_doubt(view: &View<'_>, hash: &str) -> bool {
    let names = view.names.get(hash).into_iter().flatten();
    let mut files = names.filter_map(|(_, at)| view.inventory.entries[*at].file.as_ref().ok());
    files.any(|file| {
        let mut held = view.authorities_in(*file);
        view.inventory.doubt(*file).is_some()
            || held.any(|at| view.doubt(at, lost(view, at).and_then(Lost::hashed)).is_some())
    })
}

/// Closes the gaps in the numbers of one hash.
fn renumber(view: &View<'_>, hash: &str, free: &Free<'_>, plan: &mut Plan) {
    let Some(names) = view.names.get(hash) else {
        return;
    };
    let name = |at: &usize| view.inventory.entries[*at].name.as_str();
    // A name stays if a link leads to it.
    let held = names.values().any(|at| free.is_target(name(at)));
    let mut commands = Vec::new();
    if held {
        let taken = names.iter().next_back().map_or(0, |(last, _)| *last);
        let gaps = (0..taken).filter(|n| !names.contains_key(n)).take(names.len());
        for n in gaps {
            let next = names.range(n..).next().map(|(_, at)| name(at));
            commands.extend(next.and_then(|next| link(view, next, &format!("{hash}.{n}"))));
        }
    } else {
        for (n, (index, at)) in (0_u32..).zip(names) {
            if n != *index {
                commands.extend(rename(view, name(at), &format!("{hash}.{n}")));
            }
        }
    }
    let reach = view.reach(hash);
    let cause = format!("{hash}.{reach} is missing, and a lookup stops there");
    plan.steps.push((cause, commands));
}

/// The names that one CA lacks.
fn links(
    view: &View<'_>,
    cas: &Cas<'_>,
    at: usize,
    lost: Option<Lost>,
    old: bool,
    free: &mut Free<'_>,
    plan: &mut Plan,
) {
    let Some(entry) = view.entry(at) else { return };
    let ca = view.called(at);
    let block = view.place(at).block.unwrap_or(1);
    let several = entry.file.as_ref().is_ok_and(|file| view.is_bundle(*file));
    if several && lost.is_some() {
        plan.left.push(format!(
            "the CA {ca} is certificate {block} of a file with several: put it into one of its own"
        ));
        return;
    }
    let [new_hash, old_hash] = &view.hashes[at];
    let (mut commands, mut lacking) = (Vec::new(), Vec::new());
    let mut target = entry.name.clone();
    if lost == Some(Lost::WrongHash) && free.may_go(view, entry) {
        let name = free.take(view, new_hash);
        commands.extend(rename(view, &target, &name));
        lacking.push(name.clone());
        target = name;
    } else if matches!(lost, Some(Lost::OldHash | Lost::Unlinked | Lost::WrongHash)) {
        let name = free.take(view, new_hash);
        commands.extend(link(view, &target, &name));
        lacking.push(name);
    }
    let blocked = view.blocked.contains(old_hash.as_str());
    if old && !several && !blocked && view.names_under(at, old_hash).is_empty() {
        let name = free.take(view, old_hash);
        commands.extend(link(view, &target, &name));
        lacking.push(name);
    }
    let families = [Some(new_hash), Some(old_hash).filter(|_| old)];
    for hash in families.into_iter().flatten() {
        let own = cas.named(&view.inventory.authorities[at].certificate.subject);
        let Some(own) = own else { continue };
        companions(view, own, entry, hash, &mut commands, &mut lacking);
    }
    if commands.len() < lacking.len() {
        plan.left.push(format!("the CA {ca}: its file's name cannot be written safely"));
    } else if !commands.is_empty() {
        let cause = format!("the CA {ca} lacks {}", lacking.join(", "));
        plan.steps.push((cause, commands));
    }
}

/// The files beside a CA: policies with its alias or new hash, revocation lists with its new hash.
/// They get names with both hashes.
fn companions(
    view: &View<'_>,
    ca: &Ca<'_>,
    entry: &Entry,
    hash: &str,
    commands: &mut Vec<Fix>,
    lacking: &mut Vec<String>,
) {
    let new = ca.new_hash.as_str();
    let alias = Path::new(&entry.name).file_stem();
    let alias = alias.filter(|_| entry.kind == EntryName::Other);
    let alias = alias.map(|stem| stem.to_string_lossy().into_owned());
    for suffix in ["signing_policy", "namespaces", "r0"] {
        let alias = alias.iter().filter(|_| suffix != "r0");
        let stems = alias.map(String::as_str).chain([new]);
        let mut files = stems.map(|stem| format!("{stem}.{suffix}"));
        let usable = |file: &String| {
            let entry = view.entry_named(file);
            entry.is_some_and(|entry| may_link(view.inventory, ca, entry, view.at))
        };
        let name = format!("{hash}.{suffix}");
        if view.entry_named(&name).is_none()
            && let Some(file) = files.find(usable)
        {
            commands.extend(link(view, &file, &name));
            lacking.push(name);
        }
    }
}
