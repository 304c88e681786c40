//! Which certificate, key and CA certificates the clients on this machine would take with this
//! environment: each by its own rules.

use std::path::{Path, PathBuf};

use crate::load;
use crate::load::{ca_dir, near};
use crate::locate::{ALICE_CAS, Role, SYSTEM_CAS, temporary_directory};
use crate::system::env::Env;

/// What one client takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    /// The certificate or proxy; none if it shows none.
    pub certificate: Option<String>,
    /// Its key.
    pub key: Option<String>,
    /// The directory or file of CA certificates; none if it has none.
    pub cas: Option<String>,
    /// Where it looked, if it found no certificate; nothing if it looks nowhere.
    pub place: Option<String>,
}

/// What clients take: those that take the same together. Their names are those of the tools.
pub fn choices(env: &Env) -> Vec<(Vec<&'static str>, Choice)> {
    let here = Here { env, passwd: load::passwd_home(env.euid, env) };
    let home = env.home().map(Path::to_path_buf);
    let passwd = here.passwd.clone().or_else(|| home.clone());
    let all = [
        ("alien.py", here.alien_py()),
        ("Globus", here.with_proxy(passwd.as_deref())),
        ("voms-proxy-init", here.of_user(home.as_deref())),
        ("canl-java", here.of_user(passwd.as_deref())),
        ("XRootD", here.xrootd()),
        ("curl", here.choice(None, None, here.curl_cas())),
        ("Python ssl", here.choice(None, None, here.ssl_cas())),
        ("Go", here.choice(None, None, here.ssl_cas())),
        ("HTCondor", here.condor()),
    ];
    let mut groups: Vec<(Vec<&'static str>, Choice)> = Vec::new();
    for (name, choice) in all {
        match groups.iter_mut().find(|(_, known)| *known == choice) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], choice)),
        }
    }
    groups
}

/// The variables that name CA certificates for OpenSSL, Python and Go, and their values.
pub fn ssl_cas(env: &Env) -> Vec<(&'static str, PathBuf)> {
    let named = |name: &'static str| Some((name, PathBuf::from(env.variable(name)?)));
    SSL_CAS.iter().filter_map(|name| named(name)).collect()
}

const SSL_CAS: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// A certificate, and its key if there is a place for it.
type Pair = (String, Option<String>);

struct Here<'a> {
    env: &'a Env,
    passwd: Option<PathBuf>,
}

impl Here<'_> {
    fn choice(&self, home: Option<&Path>, pair: Option<Pair>, cas: Option<String>) -> Choice {
        let (certificate, key) = pair.unzip();
        let key = key.flatten();
        let place = home.filter(|_| certificate.is_none());
        let place = place.map(|home| home.join(".globus").display().to_string());
        Choice { certificate, key, cas, place }
    }

    /// The value of a variable, if it is set: a path, or said to be none.
    fn named(&self, variable: &str) -> Option<String> {
        let value = self.env.variable(variable)?.to_string_lossy();
        Some(match value.contains("-----BEGIN") {
            true => format!("${variable}, which holds it"),
            false => value.into_owned(),
        })
    }

    fn first(&self, variables: &[&str]) -> Option<String> {
        variables.iter().find_map(|name| self.named(name))
    }

    fn exists(&self, path: &Path) -> bool {
        load::file_facts(path).is_some()
    }

    fn if_there(&self, path: PathBuf) -> Option<String> {
        self.exists(&path).then(|| path.display().to_string())
    }

    /// `X509_USER_PROXY`, usable or not, else the usual place.
    fn proxy(&self, variables: &[&str]) -> Option<Pair> {
        let usual = || {
            let name = Role::Proxy.file_name(self.env.uid);
            self.if_there(self.env.system("/tmp").join(name))
        };
        let proxy = self.first(variables).or_else(usual)?;
        Some((proxy.clone(), Some(proxy)))
    }

    /// The user certificate and its key, each by its variable or below `home`.
    fn pair(&self, home: Option<&Path>) -> Option<Pair> {
        self.pair_of(home, [&["X509_USER_CERT"], &["X509_USER_KEY"]])
    }

    fn pair_of(&self, home: Option<&Path>, variables: [&[&str]; 2]) -> Option<Pair> {
        let [certificate, key] = variables;
        let below = |role: Role| home.map(|home| home.join(".globus").join(role.file_name(0)));
        let certificate =
            self.first(certificate).or_else(|| self.if_there(below(Role::UserCert)?))?;
        let key = self.first(key).or_else(|| below(Role::UserKey).map(|p| p.display().to_string()));
        Some((certificate, key))
    }

    /// globus_gsi_sysconfig: `X509_CERT_DIR`, usable or not, then the user's own, then the system's.
    fn grid_cas(&self, home: Option<&Path>) -> Option<String> {
        let own = || self.if_there(home?.join(".globus/certificates"));
        let system = || self.if_there(self.env.system(SYSTEM_CAS));
        self.named("X509_CERT_DIR").or_else(own).or_else(system)
    }

    fn of_user(&self, home: Option<&Path>) -> Choice {
        self.choice(home, self.pair(home), self.grid_cas(home))
    }

    fn with_proxy(&self, home: Option<&Path>) -> Choice {
        let pair = self.proxy(&["X509_USER_PROXY"]).or_else(|| self.pair(home));
        self.choice(home, pair, self.grid_cas(home))
    }

    /// The token before the user certificate; CAs as in `get_ca_path`.
    fn alien_py(&self) -> Choice {
        let env = self.env;
        let temporary =
            near::temporary(env).map_or_else(|| temporary_directory(env), |_| env.system("/tmp"));
        let token = |role: Role, variable: &str| {
            let usual = || self.if_there(temporary.join(role.file_name(env.uid)));
            self.named(variable).or_else(usual)
        };
        let token = token(Role::TokenCert, "JALIEN_TOKEN_CERT")
            .zip(token(Role::TokenKey, "JALIEN_TOKEN_KEY").map(Some));
        let holds_pem = |path: &Path| {
            ca_dir::names(path).is_ok_and(|(names, _)| names.iter().any(|n| n.ends_with(".pem")))
        };
        let directory = env.variable("X509_CERT_DIR").map(PathBuf::from);
        let file = env.variable("X509_CERT_FILE").map(PathBuf::from);
        let cas = directory.filter(|path| holds_pem(path)).map(|path| path.display().to_string());
        let cas = cas
            .or_else(|| self.if_there(file?))
            .or_else(|| self.if_there(env.system(ALICE_CAS)))
            .or_else(|| self.if_there(env.system(SYSTEM_CAS)));
        self.choice(env.home(), token.or_else(|| self.pair(env.home())), cas)
    }

    /// XrdSecProtocolgsi: its own variables before the usual ones; nothing below the home for CAs.
    fn xrootd(&self) -> Choice {
        let variables: [&[&str]; 2] =
            [&["XrdSecGSIUSERCERT", "X509_USER_CERT"], &["XrdSecGSIUSERKEY", "X509_USER_KEY"]];
        let proxy = self.proxy(&["XrdSecGSIUSERPROXY", "X509_USER_PROXY"]);
        let pair = proxy.or_else(|| self.pair_of(self.env.home(), variables));
        let system = || self.if_there(self.env.system(SYSTEM_CAS));
        let cas = self.first(&["XrdSecGSICADIR", "X509_CERT_DIR"]).or_else(system);
        self.choice(self.env.home(), pair, cas)
    }

    /// It knows no variable of the grid, and shows what --cert names alone.
    fn curl_cas(&self) -> Option<String> {
        let own = self.first(&["CURL_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"]);
        own.or_else(|| Some(OF_SYSTEM.to_owned()))
    }

    /// OpenSSL's defaults, and so Python's `ssl.create_default_context`: both places count. Go does the
    /// same.
    fn ssl_cas(&self) -> Option<String> {
        let named: Vec<String> = SSL_CAS.iter().filter_map(|name| self.named(name)).collect();
        Some(if named.is_empty() { OF_SYSTEM.to_owned() } else { named.join(" and ") })
    }

    /// Configured by `AUTH_SSL_CLIENT_*`; jobs get the proxy (`use_x509userproxy`).
    fn condor(&self) -> Choice {
        let own = ["CERTFILE", "KEYFILE", "CADIR", "CAFILE"]
            .map(|end| self.named(&format!("_CONDOR_AUTH_SSL_CLIENT_{end}")));
        let [certificate, key, directory, file] = own;
        let cas = directory.or(file).or_else(|| self.first(&["SSL_CERT_DIR", "SSL_CERT_FILE"]));
        let pair = certificate.zip(key.map(Some)).or_else(|| self.proxy(&["X509_USER_PROXY"]));
        self.choice(None, pair, cas.or_else(|| Some(OF_SYSTEM.to_owned())))
    }
}

/// CA certificates that OpenSSL was built to look for.
const OF_SYSTEM: &str = "those of the system";

impl Choice {
    /// In one line.
    pub fn line(&self) -> String {
        let shows = match (&self.certificate, &self.key) {
            (None, _) => match &self.place {
                Some(place) => format!("nothing, since there is none in {place}"),
                None => "nothing, unless a certificate is named".to_owned(),
            },
            (Some(certificate), Some(key)) if certificate == key => format!("proxy {certificate}"),
            (Some(certificate), Some(key)) => format!("{certificate}, key {key}"),
            (Some(certificate), None) => certificate.clone(),
        };
        match self.cas.as_deref() {
            None => format!("{shows}; no CAs"),
            Some(OF_SYSTEM) => format!("{shows}; the CAs of the system"),
            Some(cas) => format!("{shows}; CAs {cas}"),
        }
    }
}
