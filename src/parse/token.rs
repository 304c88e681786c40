//! JAliEn token certificates, recognised by their subjects.

use crate::parse::name::Name;

/// The subject of the CA that signs JAliEn tokens today.
pub const ALIEN_CA: &str = "/C=ch/O=AliEn2/CN=AliEn CA";

/// What a JAliEn token says (JAliEn, `GetTokenCertificate.java`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
    /// The organisation: `AliEn2` today, `AliEn` for the first CA.
    pub organisation: String,
    /// For whom.
    pub kind: TokenKind,
}

/// For whom a token was issued.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TokenKind {
    /// A host: its name.
    Host(String),
    /// A job.
    Job {
        /// The account it runs for.
        account: String,
        /// The queue id, if the name has one.
        job: Option<String>,
    },
    /// A pilot.
    JobAgent,
    /// A person.
    User {
        /// The account.
        account: String,
        /// The role. By default the account itself.
        role: String,
    },
}

impl Token {
    /// Parses the subject of a certificate. `None` if it is not a JAliEn token. The service accepts
    /// names that start with `/C=ch/O=AliEn` (`UserFactory.java`).
    pub fn parse(subject: &Name) -> Option<Self> {
        let country = subject.values("C").first().cloned()?;
        let organisation = subject.values("O").first().cloned()?;
        let alien = country.eq_ignore_ascii_case("ch") && organisation.starts_with("AliEn");
        alien.then_some(())?;
        let (names, units) = (subject.values("CN"), subject.values("OU"));
        let kind = match names.as_slice() {
            [users, account, ..] if users == "Users" => TokenKind::User {
                account: account.clone(),
                role: units.first().unwrap_or(account).clone(),
            },
            [jobs, account, ..] if jobs == "Jobs" => TokenKind::Job {
                account: account.clone(),
                job: units.iter().find_map(|u| queue_id(u)),
            },
            [agent, ..] if agent == "JobAgent" => TokenKind::JobAgent,
            [host] if units.iter().any(|unit| unit == "ALICE") => TokenKind::Host(host.clone()),
            _ => return None,
        };
        Some(Self { organisation, kind })
    }

    /// `user`, `job`, `jobagent`, `host`.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            TokenKind::Host(_) => "host",
            TokenKind::Job { .. } => "job",
            TokenKind::JobAgent => "jobagent",
            TokenKind::User { .. } => "user",
        }
    }
}

/// `queueid=2789000001/resubmission=0`; newer services escape the `=`.
fn queue_id(unit: &str) -> Option<String> {
    let rest = unit.strip_prefix("queueid").map(|rest| rest.trim_start_matches(['\\', '=']))?;
    Some(rest.split('/').next().unwrap_or(rest).to_owned())
}
