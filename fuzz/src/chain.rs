//! A chain of testdata with all that is asked of it: root, CA, user, proxy with attributes, the
//! lists and policy files of both CAs.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use certok::chain::budget::Budget;
use certok::chain::evidence::Evidence;
use certok::chain::permission::{Content, FileName, PolicyFile, PolicyMode, Unusable};
use certok::chain::revocation::{Bad, CrlMode, List};
use certok::chain::voms::{AcContext, LscFile, Servers};
use certok::chain::{PoolCertificate, Purpose, Question, build, voms};
use certok::parse::cert::Certificate;
use certok::parse::lsc::Lsc;
use certok::parse::policy::namespaces::Namespaces;
use certok::parse::policy::signing_policy::SigningPolicy;
use certok::parse::{crl, pem, voms as attributes};
use certok::text::time::{Seconds, UnixTime};

macro_rules! testdata {
    ($path:literal) => {
        include_bytes!(concat!("../../testdata/", $path)).as_slice()
    };
}

/// The instant of the fixtures, as in tests/forge.
pub const NOW: UnixTime = UnixTime(1_780_315_200);

/// What is asked, but for the evidence.
pub const QUESTION: Question<'static> = Question {
    at: NOW,
    need: Seconds(0),
    purpose: Purpose::Any,
    partial_chain: false,
    max_depth: 20,
    crl: CrlMode::Require,
    crl_leaf_only: false,
    policy: PolicyMode::Require,
    proxies: true,
    evidence: &Evidence::NONE,
};

/// The chain in DER, and the files beside it.
pub struct Chain {
    /// The anchor.
    pub root: Vec<u8>,
    /// Issued by it.
    pub grid: Vec<u8>,
    /// Issued by that.
    pub user: Vec<u8>,
    /// Issued by the user; with VOMS attributes.
    pub proxy: Vec<u8>,
    /// Lists of root and CA.
    pub lists: [Vec<u8>; 2],
    /// signing_policy of root and CA.
    pub policies: [Vec<u8>; 2],
    /// Value of the proxy's extension that holds the attribute certificate.
    pub attributes: Vec<u8>,
}

/// As it is in testdata.
pub static GOOD: LazyLock<Chain> = LazyLock::new(|| {
    let proxy = block(testdata!("voms/healthy.pem"), 0);
    Chain {
        root: block(testdata!("ca/certificates/Root.pem"), 0),
        grid: block(testdata!("ca/certificates/Grid.pem"), 0),
        user: block(testdata!("voms/healthy.pem"), 2),
        attributes: extension(&proxy, attributes::EXTENSION),
        proxy,
        lists: [block(testdata!("crl/root.pem"), 0), block(testdata!("crl/grid.pem"), 0)],
        policies: [
            testdata!("ca/certificates/Root.signing_policy").to_vec(),
            testdata!("ca/certificates/Grid.signing_policy").to_vec(),
        ],
    }
});

/// The DER of a PEM block.
pub fn block(file: &[u8], number: usize) -> Vec<u8> {
    let scanned = pem::scan(file);
    let block = scanned.blocks[number].as_ref().expect("sound PEM");
    block.bytes.to_vec()
}

fn extension(der: &[u8], oid: &str) -> Vec<u8> {
    let certificate = Certificate::parse(der).expect("a certificate");
    let mut extensions = certificate.extensions.all.into_iter();
    let found = extensions.find(|extension| extension.oid == oid);
    found.expect("has it").value
}

/// A certificate, if it is one.
pub fn known(der: &[u8], trusted: bool) -> Option<PoolCertificate> {
    let certificate = Certificate::parse(der).ok()?;
    Some(PoolCertificate {
        certificate: Arc::new(certificate),
        from: String::new(),
        block: 1,
        trusted,
    })
}

/// A policy file of a CA.
pub fn policy_file(content: Content, ca: &PoolCertificate) -> PolicyFile {
    PolicyFile {
        name: FileName { path: PathBuf::new(), link: None },
        hash: ca.certificate.subject.new_hash(),
        old_hash: false,
        content,
    }
}

/// A signing_policy as evidence.
pub fn signing_policy(bytes: &[u8]) -> Content {
    Content::SigningPolicy(SigningPolicy::parse(bytes).map_err(Unusable::from))
}

/// A namespaces file as evidence.
pub fn namespaces(bytes: &[u8]) -> Content {
    Content::Namespaces(Namespaces::parse(bytes).map_err(Unusable::from))
}

impl Chain {
    /// Root and CA, if the latter is still a certificate.
    pub fn pool(&self) -> Vec<PoolCertificate> {
        let root = known(&self.root, true);
        root.into_iter().chain(known(&self.grid, false)).collect()
    }

    /// Whether `leaf` verifies in this chain, all evidence required.
    pub fn accepts(&self, leaf: &[u8], helpers: &[&[u8]]) -> bool {
        let Some(leaf) = known(leaf, false) else {
            return false;
        };
        let mut pool = self.pool();
        pool.extend(helpers.iter().filter_map(|der| known(der, false)));
        let good = GOOD.pool();
        let evidence = Evidence {
            lists: self.lists.iter().zip(&good).flat_map(lists).collect(),
            policies: self
                .policies
                .iter()
                .zip(&good)
                .map(|(bytes, ca)| policy_file(signing_policy(bytes), ca))
                .collect(),
        };
        let question = Question { evidence: &evidence, ..QUESTION };
        build::search(&leaf, &pool, &question).accepted()
    }

    /// The attribute certificates that are believed of the user.
    pub fn believed(&self) -> Vec<Vec<u8>> {
        let holder = known(&self.user, false).expect("the good one").certificate;
        let servers = Servers {
            lsc: LscFile::Read(Lsc::parse(LSC).expect("sound")),
            certificates: Vec::new(),
            limit: None,
        };
        let mut pool = self.pool();
        for ca in &mut pool {
            ca.trusted = true;
        }
        let question = Question { crl: CrlMode::Off, policy: PolicyMode::Off, ..QUESTION };
        let case = AcContext {
            holder: &holder,
            servers: &servers,
            pool: &pool,
            from: "",
            question: &question,
            budget: &Budget::default(),
        };
        let parsed = attributes::parse(&self.attributes).unwrap_or_default();
        let believed = parsed.iter().filter(|ac| voms::verify(ac, case).verified());
        believed.map(|ac| ac.der().to_vec()).collect()
    }
}

/// What a file of lists holds, under the name it has in a CA directory.
fn lists((bytes, ca): (&Vec<u8>, &PoolCertificate)) -> Vec<List> {
    let hash = ca.certificate.subject.new_hash();
    let list = |input: crl::Input| {
        let content = input.parsed.map_err(Bad::Corrupt);
        List::new(String::new(), Some(hash.clone()), content)
    };
    crl::read(bytes.clone()).into_iter().map(list).collect()
}

const LSC: &[u8] = testdata!("voms/vomsdir/alice/voms.certok.test.lsc");
