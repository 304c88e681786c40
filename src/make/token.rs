//! What a JAliEn token says: for whom it is, and how long it lasts (JAliEn,
//! `GetTokenCertificate.java`, `JAliEnCommandtoken.java`).

use crate::make::certificate::Extras;
use crate::text::time::Seconds;

/// For whom a token is made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// For a host, by its full name.
    Host(String),
    Job {
        /// The account that the job runs for.
        account: String,
        /// `queueid=2789000001/resubmission=0`
        unit: String,
    },
    /// For a pilot, with the extension of its name.
    JobAgent(Option<String>),
    /// For a person.
    User {
        account: String,
        /// The role. By default the account itself.
        role: String,
        /// Mail addresses of the account. If there are none, the token has no subjectAltName.
        emails: Vec<String>,
    },
}

/// How long a token lasts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lifetime {
    /// Whole days.
    pub days: i64,
    /// The days that were asked for, if this is more than allowed, or not positive.
    pub instead_of: Option<i64>,
}

impl Subject {
    /// `user`, `job`, `jobagent`, `host`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Host(_) => "host",
            Self::Job { .. } => "job",
            Self::JobAgent(_) => "jobagent",
            Self::User { .. } => "user",
        }
    }

    /// The most days that such a token may last. They are also its default
    /// (`TokenCertificateType`).
    pub fn max_days(&self) -> i64 {
        match self {
            Self::Host(_) => 365,
            Self::Job { .. } | Self::JobAgent(_) => 2,
            Self::User { .. } => 31,
        }
    }

    /// The days that are granted. `JAliEnCommandtoken` reduces too many days to the most allowed,
    /// and says so. The service makes two days of zero or less.
    pub fn lifetime(&self, asked: Option<i64>) -> Lifetime {
        let most = self.max_days();
        let days = match asked.unwrap_or(most) {
            ..=0 => NOTHING_ASKED_DAYS,
            days => days.min(most),
        };
        Lifetime { days, instead_of: asked.filter(|asked| *asked != days) }
    }

    /// Type and value of each RDN, in encoded order.
    pub fn rdns(&self) -> Vec<(&'static str, &str)> {
        let mut rdns = vec![("C", "ch"), ("O", "AliEn2")];
        match self {
            Self::Host(name) => rdns.extend([("OU", "ALICE"), ("CN", name.as_str())]),
            Self::Job { account, unit } => {
                rdns.extend([("CN", "Jobs"), ("CN", account.as_str())]);
                rdns.extend([("OU", account.as_str()), ("OU", unit.as_str())]);
            }
            Self::JobAgent(unit) => {
                rdns.push(("CN", "JobAgent"));
                rdns.extend(unit.as_deref().map(|unit| ("OU", unit)));
            }
            Self::User { account, role, .. } => {
                rdns.extend([("CN", "Users"), ("CN", account.as_str())]);
                rdns.push(("OU", role.as_str()));
            }
        }
        rdns
    }

    /// The other contents of its certificate.
    pub fn extras(&self) -> Extras<'_> {
        let local = LOCALHOST_NAMES.to_vec();
        let (purposes, hosts, emails): (&[_], _, &[String]) = match self {
            Self::Host(name) => (&PURPOSES[..2], vec![name.as_str()], &[]),
            Self::Job { .. } => (&PURPOSES[..2], local, &[]),
            Self::JobAgent(_) => (&PURPOSES[..1], Vec::new(), &[]),
            Self::User { emails, .. } if emails.is_empty() => (PURPOSES, Vec::new(), &[]),
            Self::User { emails, .. } => (PURPOSES, local, emails),
        };
        Extras { purposes, hosts, emails }
    }
}

/// The unit in the name of a job, for `-jobid`. The broker writes the id of the queue in this form
/// (`JobBroker.java`). What is not a number is taken unchanged.
pub fn job_unit(id: &str) -> String {
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("queueid={id}/resubmission=0")
    } else {
        id.to_owned()
    }
}

/// A token is valid this long before now, for machines whose clock is behind.
pub const EARLY: Seconds = Seconds(2 * 3600);

/// Days of a token if zero or less were asked for.
const NOTHING_ASKED_DAYS: i64 = 2;

/// clientAuth, serverAuth, emailProtection.
const PURPOSES: &[&str] = &["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"];

/// The two addresses are dNSNames too.
const LOCALHOST_NAMES: [&str; 4] = ["localhost", "localhost.localdomain", "127.0.0.1", "::1"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Days asked for, of a user, days granted, and whether that is said.
    const DAYS: &[(Option<i64>, i64, bool)] = &[
        (None, 31, false),
        (Some(1), 1, false),
        (Some(31), 31, false),
        (Some(32), 31, true),
        (Some(i64::MAX), 31, true),
        (Some(2), 2, false),
        (Some(0), 2, true),
        (Some(i64::MIN), 2, true),
    ];

    #[test]
    fn days_are_cut() {
        let subject =
            Subject::User { account: "alice".into(), role: "alice".into(), emails: Vec::new() };
        for (asked, days, said) in DAYS {
            let got = subject.lifetime(*asked);
            assert_eq!(got.days, *days, "{asked:?}");
            assert_eq!(got.instead_of.is_some(), *said, "{asked:?}");
        }
    }

    #[test]
    fn a_number_is_a_queue_id() {
        for (id, unit) in [
            ("2789000001", "queueid=2789000001/resubmission=0"),
            ("queueid=7/resubmission=3", "queueid=7/resubmission=3"),
            ("12a", "12a"),
        ] {
            assert_eq!(job_unit(id), unit);
        }
    }
}
