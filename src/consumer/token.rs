//! Software that takes bearer tokens and HTCondor's IDTOKENS. What it refuses stands with the rules
//! (`refused_by`).

use crate::consumer::profile::Group;
use crate::consumer::tool::{
    Consumer, DCACHE, HTCONDOR, HTCONDOR_CE, PYJWT, SCITOKENS_CPP, Tool, XROOTD,
};

/// Which kind of token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenKind {
    /// A WLCG or SciTokens bearer token.
    Bearer,
    /// HTCondor's.
    IdToken,
}

/// One piece of software in one version.
#[derive(Debug)]
pub struct TokenConsumer {
    /// Its name on the command line and in JSON.
    pub id: &'static str,
    /// The software, its versions and its use.
    pub consumer: Consumer,
    /// What it takes.
    pub kind: TokenKind,
    /// Among which it is shown.
    pub group: Group,
    /// What decides: itself and the libraries it leaves the decision to, each in a version.
    pub tools: &'static [(Tool, &'static str)],
    /// A use of it that rules name: `ztn`.
    pub protocol: &'static str,
}

/// All of them. XRootD and HTCondor-CE leave the decision to scitokens-cpp.
pub const TOKEN_CONSUMERS: &[TokenConsumer] = &[
    TokenConsumer {
        id: "xrootd-http",
        consumer: XROOTD.when("over HTTPS"),
        kind: TokenKind::Bearer,
        group: Group::Grid,
        tools: &[(Tool::XRootD, "5.8"), (Tool::ScitokensCpp, "1.4")],
        protocol: "",
    },
    TokenConsumer {
        id: "xrootd-ztn",
        consumer: XROOTD.when("ztn"),
        kind: TokenKind::Bearer,
        group: Group::Grid,
        tools: &[(Tool::XRootD, "5.8"), (Tool::ScitokensCpp, "1.4")],
        protocol: "ztn",
    },
    TokenConsumer {
        id: "dcache",
        consumer: DCACHE,
        kind: TokenKind::Bearer,
        group: Group::Grid,
        tools: &[(Tool::DCache, "10")],
        protocol: "",
    },
    TokenConsumer {
        id: "htcondor-ce",
        consumer: HTCONDOR_CE,
        kind: TokenKind::Bearer,
        group: Group::Grid,
        tools: &[(Tool::HtCondorCe, "23"), (Tool::ScitokensCpp, "1.4")],
        protocol: "",
    },
    TokenConsumer {
        id: "scitokens-cpp-1.3",
        consumer: SCITOKENS_CPP.before("1.4"),
        kind: TokenKind::Bearer,
        group: Group::Language,
        tools: &[(Tool::ScitokensCpp, "1.3")],
        protocol: "",
    },
    TokenConsumer {
        id: "scitokens-cpp",
        consumer: SCITOKENS_CPP.from("1.4"),
        kind: TokenKind::Bearer,
        group: Group::Language,
        tools: &[(Tool::ScitokensCpp, "1.4")],
        protocol: "",
    },
    TokenConsumer {
        id: "scitokens-python",
        consumer: PYJWT.called("scitokens for Python"),
        kind: TokenKind::Bearer,
        group: Group::Language,
        tools: &[(Tool::PyJwt, "2")],
        protocol: "",
    },
    TokenConsumer {
        id: "htcondor-23",
        consumer: HTCONDOR.version("23"),
        kind: TokenKind::IdToken,
        group: Group::Grid,
        tools: &[(Tool::HtCondor, "23")],
        protocol: "",
    },
    TokenConsumer {
        id: "htcondor-25",
        consumer: HTCONDOR.version("25"),
        kind: TokenKind::IdToken,
        group: Group::Grid,
        tools: &[(Tool::HtCondor, "25")],
        protocol: "",
    },
];

impl TokenConsumer {
    /// Whether `refused_by` of a rule means it; none if nobody knows which versions are meant.
    pub fn is_among(&self, refused_by: &[Consumer]) -> Option<bool> {
        let mut unsure = false;
        for consumer in refused_by {
            let of_protocol = consumer.condition.contains("ztn");
            if of_protocol && self.protocol != "ztn" {
                continue;
            }
            for (_, version) in self.tools.iter().filter(|(tool, _)| *tool == consumer.tool) {
                match consumer.applies_to(version) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => unsure = true,
                }
            }
        }
        (!unsure).then_some(false)
    }
}
