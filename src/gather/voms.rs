//! Gathers what is needed to judge the VOMS attributes of a proxy, and reports on them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::budget::Budget;
use crate::chain::proxy::Chain;
use crate::chain::voms::{LscFile, Servers, Unreadable, VomsFlaw, VomsMode};
use crate::chain::{Outcome, PoolCertificate, Question, voms};
use crate::gather::cas::Trust;
use crate::gather::options::VomsOptions;
use crate::load::{LoadError as Unread, ca_dir, near};
use crate::locate::{SYSTEM_VOMS_DIR, VomsDirCandidate};
use crate::parse::cert::Certificate;
use crate::parse::file::Contents;
use crate::parse::lsc::Lsc;
use crate::parse::voms::{AcError, AttributeCertificate, carried};
use crate::report::{Finding, Item, Place};
use crate::source::near::NearValue;
use crate::system::env::Env;
use crate::text::time::{Seconds, UnixTime};
use crate::{check, describe, load, locate};

/// Most files of one directory that are searched for a server's certificate. A VO has a few
/// servers. Before LSC files, one directory held those of a whole grid.
const MAX_SERVER_FILES: usize = 1000;

/// Most LSC files that are named if the right one is missing.
const MAX_NAMED: usize = 5;

/// The VOMS attributes of one chain: those nearest to the leaf, as VOMS reads them.
pub struct Voms {
    /// The file, as a person names it.
    from: String,
    place: Place,
    found: Option<Result<Vec<AttributeCertificate>, AcError>>,
}

impl Voms {
    /// Searches them in `chain`, leaf first.
    pub fn of(chain: &[PoolCertificate]) -> Self {
        let first = chain.first();
        let from = first.map_or_else(String::new, |known| known.from.clone());
        let nearest = chain.iter().find_map(|known| Some((known, carried(&known.certificate)?)));
        let place = nearest.as_ref().map(|(known, _)| check::place_in(known));
        Self { from, place: place.unwrap_or_default(), found: nearest.map(|(_, found)| found) }
    }

    /// For `*-info`: the facts, and findings about dates.
    pub fn describe(
        &self,
        now: UnixTime,
        need: Seconds,
        options: &VomsOptions,
        findings: &mut Vec<Finding>,
    ) -> Vec<Item> {
        findings.extend(self.wanted(options));
        let late = |ac| check::voms::lifetime(ac, now, need, &self.place);
        findings.extend(self.readable().iter().filter_map(late));
        self.readable().iter().map(|ac| describe::voms::item(ac, None, now)).collect()
    }

    /// The end of the sentence that there is nothing wrong.
    pub fn summary(&self, now: UnixTime) -> String {
        let left = |ac: &AttributeCertificate| {
            format!("; VOMS attributes of {} for {}", ac.vo(), ac.validity.remaining(now))
        };
        self.readable().iter().map(left).collect()
    }

    fn readable(&self) -> &[AttributeCertificate] {
        match &self.found {
            Some(Ok(acs)) => acs,
            _ => &[],
        }
    }

    fn vos(&self) -> Vec<&str> {
        self.readable().iter().map(AttributeCertificate::vo).collect()
    }

    /// What was required and is missing, or cannot be parsed.
    fn wanted(&self, options: &VomsOptions) -> Option<Finding> {
        if let Some(Err(error)) = &self.found {
            let found = check::voms::malformed(error, &self.from);
            return Some(found.at(self.place.clone()));
        }
        let (vos, wanted) = (self.vos(), options.vo.as_deref());
        let of = format!("proxy {}", self.from);
        match wanted {
            _ if vos.is_empty() => {
                let asked = wanted.is_some() || options.mode == VomsMode::Require;
                asked.then(|| check::voms::none(wanted, &of))
            }
            Some(vo) if !vos.contains(&vo) => Some(check::voms::other_vo(vo, &vos, &of)),
            _ => None,
        }
    }
}

/// The same, with what the VOMS server list and the CA directory say about their servers.
pub struct Gathered {
    voms: Voms,
    directory: VomsDirCandidate,
    trouble: Option<Unread>,
    /// What lies near the server list, if it is of no use.
    near: NearValue,
    /// One element for each attribute certificate.
    servers: Vec<Served>,
    /// The limit at which something about their servers was not read.
    pub limit: Option<String>,
}

/// What the server list says about one server, and where.
struct Served {
    servers: Servers,
    lsc: PathBuf,
    others: Option<Vec<String>>,
}

impl Gathered {
    /// Reads what is needed; nothing if there are no attributes to judge. `partial` is
    /// `--partial-chain`.
    pub fn new(
        chain: &[PoolCertificate],
        trust: &mut Trust,
        options: &VomsOptions,
        partial: bool,
        env: &Env,
    ) -> Self {
        let voms = Voms::of(chain);
        let directory = locate::voms_dir(options.directory.as_deref(), env);
        let mut gathered = Self {
            voms,
            directory,
            trouble: None,
            near: NearValue::default(),
            servers: Vec::new(),
            limit: None,
        };
        let acs = gathered.voms.readable();
        if options.mode == VomsMode::Off || acs.is_empty() {
            return gathered;
        }
        let directory = &gathered.directory.path;
        gathered.trouble = usable(directory).err();
        if gathered.trouble.is_some() {
            gathered.near = around(directory, env);
        }
        gathered.servers = acs.iter().map(|ac| served(directory, ac)).collect();
        let mut limit = None;
        for (ac, served) in acs.iter().zip(&gathered.servers) {
            let own = knowns(&ac.extensions.certificates, &gathered.voms.from);
            if let Some((server, helpers)) = own.split_first() {
                let reached = trust.gather(server, helpers, partial);
                limit = limit.or(reached);
            }
            for known in &served.servers.certificates {
                let reached = trust.gather(known, &[], partial);
                limit = limit.or(reached);
            }
        }
        gathered.limit = limit;
        gathered
    }

    /// Certificates of servers inside of the attribute certificates.
    pub fn carried(&self) -> impl Iterator<Item = &Arc<Certificate>> {
        self.voms.readable().iter().flat_map(|ac| &ac.extensions.certificates)
    }

    /// Judges them for the chain of `outcome`. Adds facts to `items` if they are shown, and returns
    /// findings.
    pub fn judge(
        &self,
        outcome: &Outcome,
        trust: &Trust,
        question: &Question<'_>,
        options: &VomsOptions,
        budget: &Budget,
        mut items: Option<&mut Vec<Item>>,
    ) -> Vec<Finding> {
        let off = options.mode == VomsMode::Off;
        let mut findings: Vec<Finding> = match off {
            true => self.left_out().into_iter().collect(),
            false => self.voms.wanted(options).into_iter().collect(),
        };
        let holder = Chain::new(&outcome.best.path).end_entity();
        let holder = holder.filter(|_| !off);
        let vos = self.voms.vos();
        // If the path stopped, the findings about that are enough.
        if holder.is_none() && outcome.accepted() && !off && !vos.is_empty() {
            findings.push(check::voms::no_holder(&vos));
        }
        let unusable = self.trouble.as_ref();
        findings.extend(
            unusable.map(|why| check::voms::unusable(&self.directory, why, &vos, &self.near)),
        );
        let shown = trust.shown();
        for (at, ac) in self.voms.readable().iter().enumerate() {
            let judged = holder.zip(self.servers.get(at)).map(|(holder, served)| {
                let (verdict, said) =
                    self.one(ac, holder, served, trust, (question, &shown, budget));
                findings.extend(said);
                verdict && outcome.accepted()
            });
            if let Some(items) = &mut items {
                let verified = if off { None } else { judged.or(Some(false)) };
                items.push(describe::voms::item(ac, verified, question.at));
            }
        }
        findings
    }

    fn one(
        &self,
        ac: &AttributeCertificate,
        holder: &PoolCertificate,
        served: &Served,
        trust: &Trust,
        (question, shown, budget): (&Question<'_>, &str, &Budget),
    ) -> (bool, Vec<Finding>) {
        let installed = served.servers.certificates.iter();
        let installed = installed.map(|known| &*known.certificate);
        let carried = ac.extensions.certificates.iter().map(AsRef::as_ref);
        let pool = trust.reachable(installed.chain(carried));
        let ac_context = voms::AcContext {
            holder: &holder.certificate,
            servers: &served.servers,
            pool: &pool,
            from: &self.voms.from,
            question,
            budget,
        };
        let mut verdict = voms::verify(ac, ac_context);
        let verified = verdict.verified();
        // What was reported once about the directories is not reported for each attribute
        // certificate.
        verdict.troubles.retain(|trouble| match trouble {
            VomsFlaw::LscMissing | VomsFlaw::NoCertificate => self.trouble.is_none(),
            VomsFlaw::Untrusted(_) => trust.trouble.is_none(),
            _ => true,
        });
        let context = check::voms::Context {
            ac,
            holder: &holder.certificate,
            lsc: &served.lsc,
            others: served.others.as_deref(),
            question,
            trust: shown,
            by_hash: !trust.candidate.bundle,
            place: &self.voms.place,
        };
        (verified, check::voms::check(&verdict, context))
    }

    /// The end of the sentence that there is nothing wrong.
    pub fn summary(&self, options: &VomsOptions) -> String {
        let vos = self.voms.vos();
        if options.mode == VomsMode::Off || vos.is_empty() {
            return String::new();
        }
        format!("; VOMS attributes of {} verified", vos.join(", "))
    }

    fn left_out(&self) -> Option<Finding> {
        let vos = self.voms.vos();
        (!vos.is_empty()).then(|| check::voms::not_checked(&vos))
    }
}

fn around(directory: &Path, env: &Env) -> NearValue {
    let default = env.system(SYSTEM_VOMS_DIR);
    let default = (default != directory && load::is_directory(&default)).then_some(default);
    near::value(directory.as_os_str(), default, &load::is_directory, env)
}

/// Whether files in the directory can be opened.
fn usable(directory: &Path) -> Result<(), Unread> {
    match load::file(directory, false) {
        Err(Unread::Directory(_)) => ca_dir::readable(directory),
        Err(trouble) => Err(trouble),
        Ok(_) => Err(Unread::Special(directory.to_path_buf(), "a file")),
    }
}

fn served(directory: &Path, ac: &AttributeCertificate) -> Served {
    // The parser made sure that neither name leads out of the directory.
    let folder = directory.join(ac.vo());
    let path = folder.join(format!("{}.lsc", ac.authority().host));
    let lsc = lsc(&path);
    let by_lsc = !matches!(lsc, LscFile::Absent) && !ac.extensions.certificates.is_empty();
    let mut servers = Servers { lsc, certificates: Vec::new(), limit: None };
    let mut others = None;
    if !by_lsc {
        let names = ca_dir::names(&folder).ok();
        let (own, limit) = names.clone().unwrap_or_default();
        let (above, limit_above) = ca_dir::names(directory).unwrap_or_default();
        servers.limit = limit.or(limit_above);
        add_certificates(&folder, &own, &mut servers);
        add_certificates(directory, &above, &mut servers);
        others = names.map(|(names, _)| {
            let files = names.into_iter().filter(|name| is_lsc(name));
            files.take(MAX_NAMED).collect()
        });
    }
    Served { servers, lsc: path, others }
}

fn lsc(path: &Path) -> LscFile {
    match load::file(path, false) {
        Ok(source) => match Lsc::parse(&source.bytes) {
            Ok(lsc) => LscFile::Read(lsc),
            Err(error) => LscFile::Broken(error),
        },
        Err(Unread::Missing(_)) => LscFile::Absent,
        Err(trouble) => LscFile::Unreadable(Unreadable {
            why: trouble.to_string(),
            denied: matches!(trouble, Unread::Denied(..)),
        }),
    }
}

fn is_lsc(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "lsc")
}

/// Adds the first certificate of each file, as the C library does.
fn add_certificates(folder: &Path, names: &[String], servers: &mut Servers) {
    let files = names.iter().filter(|name| !is_lsc(name));
    if files.clone().count() > MAX_SERVER_FILES {
        let limit = format!("the limit of {MAX_SERVER_FILES} files of one folder");
        servers.limit.get_or_insert(limit);
    }
    let read = |name: &String| {
        let entry = ca_dir::entry(folder, name);
        let contents = Contents::read(&entry.outcome.ok()?.bytes);
        let certificate = Arc::clone(contents.first()?);
        Some(PoolCertificate {
            certificate,
            from: entry.path.display().to_string(),
            block: 1,
            trusted: false,
        })
    };
    servers.certificates.extend(files.take(MAX_SERVER_FILES).filter_map(read));
}

fn knowns(certificates: &[Arc<Certificate>], from: &str) -> Vec<PoolCertificate> {
    let known = |certificate: &Arc<Certificate>| PoolCertificate {
        certificate: Arc::clone(certificate),
        from: from.to_owned(),
        block: 1,
        trusted: false,
    };
    certificates.iter().map(known).collect()
}
