//! Do the policies permit the CAs of the directory to sign the CAs below them?

use std::collections::HashMap;
use std::sync::Arc;

use crate::chain::evidence::Evidence;
use crate::chain::permission::{
    Content, FileName, PolicyFile, PolicyFlawKind, PolicyFormat, PolicyMode, Unusable,
};
use crate::chain::revocation::CrlMode;
use crate::chain::{Defect, PoolCertificate, Purpose, Question, permission};
use crate::check::ca_dir::Authority;
use crate::check::ca_dir::policies::{Audit, FORMATS, content_of};
use crate::check::ca_dir::rule::WORK;
use crate::check::chain::permission as words;
use crate::parse::name::Name;
use crate::text::time::{Seconds, UnixTime};

/// Most CAs above a CA. The longest real path has four certificates.
const MAX_DEPTH: usize = 10;

/// Most CAs of one issuer that are checked. The largest number in the IGTF is six.
const MAX_CHILDREN: usize = 1000;

impl Audit<'_> {
    /// CAs that the policy of the CA above does not permit.
    pub(super) fn subordinates(&mut self, now: UnixTime) {
        let mut children: HashMap<usize, Vec<&Authority>> = HashMap::new();
        let authorities = &self.inventory.authorities;
        for authority in authorities {
            let certificate = &authority.certificate;
            if certificate.is_self_issued() || certificate.validity.not_after < now {
                continue;
            }
            let mut signers = authority.signers.iter().filter(|(_, word)| word.is_ok());
            if let Some((signer, _)) = signers.next() {
                children.entry(*signer).or_default().push(authority);
            }
        }
        let mut parents: Vec<usize> = children.keys().copied().collect();
        parents.sort_unstable();
        for parent in parents {
            let above = self.above(parent);
            let evidence = Evidence {
                lists: Vec::new(),
                policies: above
                    .iter()
                    .flat_map(|known| self.files(&known.certificate.subject))
                    .collect(),
            };
            let children = children.get(&parent).into_iter().flatten();
            for child in children.clone().take(MAX_CHILDREN) {
                self.child(child, &above, &evidence, now);
            }
            let too_many = children.count() > MAX_CHILDREN;
            let too_deep = above.len() >= MAX_DEPTH
                && above.last().is_some_and(|top| !top.certificate.is_self_issued());
            if too_many || too_deep {
                self.left_out(&above);
            }
        }
    }

    fn left_out(&mut self, above: &[PoolCertificate]) {
        let ca = above.first().map(|ca| ca.certificate.subject.common_name());
        let ca = ca.unwrap_or_default();
        let message = format!(
            "the CA {ca} signed more than {MAX_CHILDREN} others, or is below more than \
             {MAX_DEPTH}: not all policies for what it signed were looked at"
        );
        let many = "CAs signed too many others or are below too many";
        self.groups.add(many, ca, WORK.found(message));
    }

    fn child(
        &mut self,
        child: &Authority,
        above: &[PoolCertificate],
        evidence: &Evidence,
        now: UnixTime,
    ) {
        let path: Vec<PoolCertificate> =
            std::iter::once(known(child)).chain(above.iter().cloned()).collect();
        let question = Question {
            at: now,
            need: Seconds(0),
            purpose: Purpose::Any,
            partial_chain: false,
            max_depth: MAX_DEPTH,
            crl: CrlMode::Off,
            crl_leaf_only: false,
            policy: PolicyMode::IfPresent,
            proxies: false,
            evidence,
        };
        let flaws = permission::rule(&path, &question).flaws;
        for flaw in flaws.iter().filter(|flaw| flaw.step == 0) {
            let Defect::Permission(trouble) = &flaw.defect else {
                continue;
            };
            // Other faults are reported once, for the file.
            if !matches!(trouble.kind, PolicyFlawKind::Denied(_)) {
                continue;
            }
            let many = match trouble.format {
                PolicyFormat::SigningPolicy => {
                    "CAs of the directory are not permitted by the signing_policy of the CA above"
                }
                PolicyFormat::Namespaces => {
                    "CAs of the directory are not permitted by the namespaces of the CA above"
                }
            };
            let name = child.certificate.subject.common_name();
            let found = words::explain(trouble, &name).as_stale();
            self.groups.add(many, name, found);
        }
    }

    /// The certificate at index `at` and those above it, as far as they are in the directory.
    fn above(&self, at: usize) -> Vec<PoolCertificate> {
        let mut path: Vec<PoolCertificate> = Vec::new();
        let mut next = Some(at);
        while let Some(authority) = next.and_then(|at| self.inventory.authorities.get(at)) {
            if path.len() >= MAX_DEPTH {
                break;
            }
            path.push(known(authority));
            if authority.certificate.is_self_issued() {
                break;
            }
            let mut signers = authority.signers.iter().filter(|(_, word)| word.is_ok());
            next = signers.next().map(|(signer, _)| *signer);
        }
        path
    }

    /// The policy files of a CA.
    fn files(&self, ca: &Name) -> Vec<PolicyFile> {
        let hash = ca.new_hash();
        let formats = FORMATS.iter();
        formats
            .filter_map(|format| {
                let entry = self.cas.entry(&format!("{hash}.{}", format.extension()))?;
                let content = content_of(self.inventory, entry).ok()?;
                let content = match format {
                    PolicyFormat::SigningPolicy => {
                        let policy = content.signing_policy.clone()?;
                        Content::SigningPolicy(policy.map_err(Unusable::from))
                    }
                    PolicyFormat::Namespaces => {
                        let namespaces = content.namespaces.clone()?;
                        Content::Namespaces(namespaces.map_err(Unusable::from))
                    }
                };
                Some(PolicyFile {
                    name: FileName { path: entry.path.clone(), link: entry.link.clone() },
                    hash: hash.clone(),
                    old_hash: false,
                    content,
                })
            })
            .collect()
    }
}

fn known(authority: &Authority) -> PoolCertificate {
    PoolCertificate {
        certificate: Arc::clone(&authority.certificate),
        from: String::new(),
        block: 1,
        trusted: true,
    }
}
