//! Software that accepts bearer tokens and HTCondor's IDTOKENS. What each refuses is said by the
//! rules (`refused_by`).

use crate::consumer::profile::Group;
use crate::consumer::tool::{
    Consumer, DCACHE, HTCONDOR, HTCONDOR_CE, PYJWT, SCITOKENS_CPP, Tool, XROOTD,
};

/// Which kind of token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenKind {
    /// A WLCG or SciTokens bearer token.
    Bearer,
    /// An IDTOKEN of HTCondor.
    IdToken,
}

/// One program in one version.
#[derive(Debug)]
pub struct TokenConsumer {
    /// Its name on the command line and in JSON.
    pub id: &'static str,
    /// The software, its versions and its use.
    pub consumer: Consumer,
    /// The kind of token that it accepts.
    pub kind: TokenKind,
    /// The group it is listed in.
    pub group: Group,
    /// The software that decides, each with a version: the program itself, and libraries that it
    /// calls.
    pub tools: &'static [(Tool, &'static str)],
    /// The use of it that some rules name: `ztn`.
    pub protocol: &'static str,
}

/// All of them. XRootD and HTCondor-CE call scitokens-cpp, which decides.
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
    /// Whether `refused_by` of a rule names this consumer. None if it is not known which versions
    /// are meant.
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
