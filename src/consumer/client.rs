//! Programs that show a certificate to servers. They read its files first, and do not show what they
//! cannot load. What each refuses is said by the rules (`refused_by`).

use crate::consumer::tool::{
    ALIEN_PY, CANL_JAVA, CURL, Consumer, GLOBUS, HTCONDOR, OPENSSL, VOMS, VOMS_PROXY_INIT, XROOTD,
};

/// One client.
#[derive(Debug)]
pub struct Client {
    /// Its name on the command line and in JSON.
    pub id: &'static str,
    /// The software, and its use.
    pub consumer: Consumer,
    /// Whose rules for files it follows: its own, and those of its libraries.
    pub loaders: &'static [Consumer],
    /// Whether it shows proxies.
    pub proxies: bool,
    /// Whether it looks at the dates before it shows the certificate.
    pub dates: bool,
    /// Whether it shows JAliEn tokens.
    pub tokens: bool,
}

/// The heading of clients.
pub const GROUP: &str = "clients, which load the files";

/// All of them.
pub const CLIENTS: &[Client] = &[
    Client {
        id: "alien.py",
        consumer: ALIEN_PY,
        loaders: &[ALIEN_PY, OPENSSL],
        proxies: false,
        dates: true,
        tokens: true,
    },
    Client {
        id: "globus-client",
        consumer: GLOBUS.when("clients"),
        loaders: &[GLOBUS],
        proxies: true,
        dates: true,
        tokens: false,
    },
    Client {
        id: "voms-proxy-init",
        consumer: VOMS_PROXY_INIT,
        loaders: &[VOMS_PROXY_INIT, VOMS],
        proxies: false,
        dates: true,
        tokens: false,
    },
    Client {
        id: "xrootd-client",
        consumer: XROOTD.when("clients, GSI"),
        loaders: &[XROOTD_GSI],
        proxies: true,
        dates: true,
        tokens: true,
    },
    Client {
        id: "canl-client",
        consumer: CANL_JAVA.when("clients"),
        loaders: &[CANL_JAVA],
        proxies: true,
        dates: false,
        tokens: false,
    },
    Client {
        id: "curl",
        consumer: CURL.called("curl (any client with OpenSSL)"),
        loaders: &[CURL, OPENSSL],
        proxies: true,
        dates: false,
        tokens: true,
    },
    Client {
        id: "htcondor-client",
        consumer: HTCONDOR.when("with SSL"),
        loaders: &[HTCONDOR, OPENSSL],
        proxies: true,
        dates: false,
        tokens: true,
    },
];

/// XRootD where it loads the files itself.
pub const XROOTD_GSI: Consumer = XROOTD.when("GSI");
