//! Names of software, and which versions are meant.

use std::fmt;

macro_rules! tools {
    ($($constant:ident $tool:ident $name:literal)*) => {
        /// One program or library, or a family of them.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Tool {
            $($tool,)*
        }

        impl Tool {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$tool),*];

            /// Its own name for itself.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$tool => $name,)*
                }
            }
        }

        $(
            #[doc = concat!("Every ", $name, ".")]
            pub const $constant: Consumer = Consumer::every(Tool::$tool);
        )*
    };
}

tools! {
    ALIEN_PY AlienPy "alien.py"
    APACHE Apache "Apache"
    ARC Arc "ARC"
    BORINGSSL BoringSsl "BoringSSL"
    BROWSERS Browsers "browsers"
    CANL_JAVA CanlJava "canl-java"
    CURL Curl "curl"
    DCACHE DCache "dCache"
    EL9 El9 "EL9"
    GLOBUS Globus "Globus"
    GNUTLS GnuTls "GnuTLS"
    GO Go "Go"
    HTCONDOR HtCondor "HTCondor"
    HTCONDOR_CE HtCondorCe "HTCondor-CE"
    JALIEN JAliEn "JAliEn"
    JAVA Java "Java"
    JGLOBUS JGlobus "JGlobus"
    NGINX Nginx "nginx"
    OPENSSL OpenSsl "OpenSSL"
    PROGRAMS Programs "programs"
    PYCA_CRYPTOGRAPHY PycaCryptography "pyca/cryptography"
    PYJWT PyJwt "PyJWT"
    PYTHON_SSL PythonSsl "Python ssl"
    RUCIO Rucio "rucio"
    RUSTLS Rustls "rustls"
    SCITOKENS_CPP ScitokensCpp "scitokens-cpp"
    STORM StoRM "StoRM"
    VOMS Voms "VOMS"
    VOMS_JAVA_API VomsJavaApi "VOMS Java API"
    VOMS_PROXY_INIT VomsProxyInit "voms-proxy-init"
    XROOTD XRootD "XRootD"
}

impl Tool {
    /// Whether its clients verify servers with the CAs that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else
    /// those of the system; `X509_CERT_DIR` it does not know.
    pub const fn reads_ssl_cert(self) -> bool {
        matches!(self, Self::Go | Self::PythonSsl)
    }
}

/// canl-java, under the name that most texts use.
pub const CANL: Consumer = CANL_JAVA.called("canl");

/// Which versions of a tool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Versions {
    /// All versions.
    All,
    /// Versions before this one.
    Before(&'static str),
    /// This version and later ones.
    From(&'static str),
    /// Only this version.
    Only(&'static str),
    /// Some versions; it is not known which.
    Some,
}

/// A tool in some versions and some use of it. Reports print its `Display`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Consumer {
    /// Which tool.
    pub tool: Tool,
    /// Which versions of it.
    pub versions: Versions,
    /// The use of it: "with -crl_check". Empty for every use.
    pub condition: &'static str,
    /// Programs that call it and so decide in the same way.
    pub users: &'static [Consumer],
    /// Its name in reports, if this is not the name of the tool.
    called: Option<&'static str>,
    /// Text before the users, and text before the last of several users.
    words: [&'static str; 2],
}

impl Consumer {
    const fn every(tool: Tool) -> Self {
        Self {
            tool,
            versions: Versions::All,
            condition: "",
            users: &[],
            called: None,
            words: ["", ", "],
        }
    }

    /// With another name in reports.
    #[must_use]
    pub const fn called(self, name: &'static str) -> Self {
        Self { called: Some(name), ..self }
    }

    /// Only in this use.
    #[must_use]
    pub const fn when(self, condition: &'static str) -> Self {
        Self { condition, ..self }
    }

    /// Only in this version.
    #[must_use]
    pub const fn version(self, version: &'static str) -> Self {
        Self { versions: Versions::Only(version), ..self }
    }

    /// In `version` and later.
    #[must_use]
    pub const fn from(self, version: &'static str) -> Self {
        Self { versions: Versions::From(version), ..self }
    }

    /// Before `version`.
    #[must_use]
    pub const fn before(self, version: &'static str) -> Self {
        Self { versions: Versions::Before(version), ..self }
    }

    /// In the same use of it, every version.
    #[must_use]
    pub const fn in_every_version(self) -> Self {
        Self { versions: Versions::All, ..self }
    }

    /// In some versions.
    #[must_use]
    pub const fn some_versions(self) -> Self {
        Self { versions: Versions::Some, ..self }
    }

    /// Whether `version` is one of the versions. None if this is not known.
    pub fn applies_to(self, version: &str) -> Option<bool> {
        let numbers = |text: &str| -> Vec<u32> {
            text.split('.').map(|part| part.parse().unwrap_or_default()).collect()
        };
        let own = numbers(version);
        match self.versions {
            Versions::All => Some(true),
            Versions::Before(limit) => Some(own < numbers(limit)),
            Versions::From(first) => Some(own >= numbers(first)),
            Versions::Only(only) => Some(own == numbers(only)),
            Versions::Some => None,
        }
    }

    /// Only inside of `users`.
    #[must_use]
    pub const fn inside(self, users: &'static [Self]) -> Self {
        Self { users, ..self }
    }

    /// And so in `users`.
    #[must_use]
    pub const fn so(self, users: &'static [Self]) -> Self {
        Self { users, words: ["so ", ", "], ..self }
    }

    /// And so in `users`; the last one is joined by "and".
    #[must_use]
    pub const fn so_with_and(self, users: &'static [Self]) -> Self {
        Self { users, words: ["so ", " and "], ..self }
    }
}

impl fmt::Display for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.versions == Versions::Some {
            f.write_str("some versions of ")?;
        }
        f.write_str(self.called.unwrap_or(self.tool.name()))?;
        if let Versions::Only(version) = self.versions {
            write!(f, " {version}")?;
        }
        match self.condition {
            "" => {}
            clause if clause.starts_with(',') => f.write_str(clause)?,
            condition => write!(f, " {condition}")?,
        }
        let versions = match self.versions {
            Versions::Before(version) => format!("before {version}"),
            Versions::From(version) => format!("{version} and later"),
            Versions::All | Versions::Only(_) | Versions::Some => String::new(),
        };
        match (versions.as_str(), self.condition) {
            ("", _) => {}
            (versions, "") => write!(f, " {versions}")?,
            (versions, _) => write!(f, " ({versions})")?,
        }
        let Some((first, others)) = self.users.split_first() else { return Ok(()) };
        let [before, last] = self.words;
        write!(f, " ({before}{first}")?;
        for (at, user) in others.iter().enumerate() {
            let between = if at + 1 == others.len() { last } else { ", " };
            write!(f, "{between}{user}")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (consumer, version, expected) in [
            (GO, "1.24", Some(true)),
            (GO.from("1.23"), "1.22", Some(false)),
            (GO.from("1.23"), "1.23", Some(true)),
            (GO.from("1.9"), "1.24", Some(true)),
            (GO.before("1.23"), "1.22.9", Some(true)),
            (GO.before("1.23"), "1.23", Some(false)),
            (HTCONDOR.version("25"), "25", Some(true)),
            (HTCONDOR.version("25"), "23", Some(false)),
            (GLOBUS.some_versions(), "14", None),
        ] {
            assert_eq!(consumer.applies_to(version), expected, "{consumer} {version}");
        }
    }

    #[test]
    fn words() {
        const OLD_DCACHE: &[Consumer] = &[DCACHE.before("September 2026")];
        let cases = [
            (GLOBUS, "Globus"),
            (GLOBUS.some_versions(), "some versions of Globus"),
            (HTCONDOR.from("23"), "HTCondor 23 and later"),
            (GO.when("services").from("1.24"), "Go services (1.24 and later)"),
            (JAVA.version("8"), "Java 8"),
            (OPENSSL.when(", if asked for it first"), "OpenSSL, if asked for it first"),
            (OPENSSL.so(&[CURL, ALIEN_PY]), "OpenSSL (so curl, alien.py)"),
            (OPENSSL.so_with_and(&[CURL, GO, VOMS]), "OpenSSL (so curl, Go and VOMS)"),
            (
                CANL_JAVA.when("by default").inside(OLD_DCACHE),
                "canl-java by default (dCache before September 2026)",
            ),
        ];
        for (consumer, words) in cases {
            assert_eq!(consumer.to_string(), words);
        }
    }
}
