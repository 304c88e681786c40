//! What can be judged: the kinds of credentials, and the CA directory. A row says the words for one,
//! which files are one, and which functions look at it. `check`, `status`, `info`, `verify` and
//! `certok FILE` know no kind but by its row.

use std::path::Path;

use crate::chain::Purpose;
use crate::check;
use crate::command::ca::{CaDirArguments, audit, info as ca_info};
use crate::command::certificate::Scope;
use crate::command::definition::Judge;
use crate::command::idtoken::tokens::Wanted;
use crate::command::in_use::TokenInUse;
use crate::command::operands::one_by_one;
use crate::command::path::PathOptions;
use crate::command::{Call, Noun, bearer, idtoken, info, proxy, verify};
use crate::consumer::token::TokenKind;
use crate::gather::folder::Folder;
use crate::gather::options::VomsOptions;
use crate::gather::sort::Thing;
use crate::locate::{CaOptions, Role};
use crate::parse::kind::Kind;
use crate::report::Rule;
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::system::progress::Task;
use crate::text::time::Seconds;

/// A thing that can be judged.
pub struct Subject {
    /// The word for it on the command line and in JSON.
    pub word: &'static str,
    /// The noun in sentences.
    pub noun: &'static str,
    /// The noun in headings: in the plural if there may be several.
    pub title: &'static str,
    /// How the one in use is found and judged.
    pub form: Form,
    /// Files that are one, by their content.
    pub files: &'static [Kind],
    /// A directory of them.
    pub folder: Option<Folder>,
    /// Describes files.
    pub info: Job,
    /// Judges files.
    pub verify: Job,
}

/// How the one in use is found and judged.
pub enum Form {
    /// A certificate and its key.
    Certificate(Role),
    /// The CA directory.
    Directory,
    /// A token of a single line, or what else has a function of its own.
    Token(TokenForm),
}

/// How a token of a single line is found and judged.
pub struct TokenForm {
    /// Which consumers take it.
    pub kind: TokenKind,
    /// The result of verifying the token in the file, or the one that tools find.
    pub in_use: fn(Option<&Candidate>, &bearer::Demand, Scope, &Env) -> TokenInUse,
    /// How to get a new one.
    pub renewal: &'static str,
    /// The note that its signature was not checked.
    pub not_verified: &'static Rule,
}

/// What a command does with files. It is known by its address, so each is in a static.
pub struct Job {
    /// The command whose work it is.
    pub command: &'static str,
    /// Begins it.
    pub begin: for<'a> fn(&Question, &Call<'a>, &'a Task) -> Box<Judge<'a>>,
}

/// The question about files, whatever is in them.
#[derive(Clone)]
pub struct Question {
    pub need: Seconds,
    /// Options about chains, for verdicts.
    pub options: Option<PathOptions>,
    pub purpose: Option<Purpose>,
    pub voms: VomsOptions,
    pub bearer: bearer::Demand,
    pub idtoken: idtoken::Demand,
}

impl Question {
    /// Options about chains, for `purpose` unless another one is asked for.
    pub fn path_options(&self, purpose: Purpose) -> PathOptions {
        PathOptions {
            purpose: self.purpose.unwrap_or(purpose),
            ..self.options.clone().expect("verdicts have options")
        }
    }
}

/// All of them, in the order of the report.
pub static SUBJECTS: [&Subject; 7] = [&TOKEN, &CERT, &PROXY, &IDTOKEN, &BEARER, &HOST, &CA];

/// The bearer token.
pub static BEARER: Subject = Subject {
    word: "bearer",
    noun: "bearer token",
    title: "bearer token",
    form: Form::Token(TokenForm {
        kind: TokenKind::Bearer,
        in_use: bearer::in_use,
        renewal: "htgettoken, or oidc-token ACCOUNT > FILE",
        not_verified: &check::bearer::NOT_VERIFIED,
    }),
    files: &[Kind::Bearer],
    folder: None,
    info: Job { command: bearer::INFO.name, begin: bearer },
    verify: Job { command: bearer::VERIFY.name, begin: bearer },
};

/// The CA directory.
pub static CA: Subject = Subject {
    word: "ca",
    noun: "CA directory",
    title: "CA directory",
    form: Form::Directory,
    files: &[Kind::CaBundle],
    folder: Some(Folder::Cas),
    info: Job {
        command: ca_info::INFO.name,
        begin: |_, call, _| {
            let call = *call;
            Box::new(move |files| {
                files.iter().map(|file| ca_info::of(ca_place(file), &call)).collect()
            })
        },
    },
    verify: Job {
        command: audit::CHECK.name,
        begin: |_, call, _| {
            let call = *call;
            Box::new(move |files| {
                let asked = files.iter().map(|file| audit::Args::of(ca_place(file)));
                asked.map(|asked| audit::run(&asked, call.name, call.env)).collect()
            })
        },
    },
};

/// The user certificate and its key.
pub static CERT: Subject = Subject {
    word: "cert",
    noun: Role::UserCert.noun(),
    title: Role::UserCert.noun(),
    form: Form::Certificate(Role::UserCert),
    // The command for certificates says what another file is.
    files: &[Kind::CaCertificate, Kind::Certificate, Kind::Other],
    folder: None,
    info: Job { command: info::CERT.name, begin: certificate_info },
    verify: Job {
        command: verify::CERT.name,
        begin: |asked, call, task| {
            verify::each(Noun::Cert, asked.path_options(Purpose::Client), call, task)
        },
    },
};

/// The host certificate and its key.
pub static HOST: Subject = Subject {
    word: "host",
    noun: Role::HostCert.noun(),
    title: Role::HostCert.noun(),
    form: Form::Certificate(Role::HostCert),
    files: &[Kind::HostCertificate],
    folder: None,
    info: Job { command: info::CERT.name, begin: certificate_info },
    verify: Job {
        command: verify::CERT.name,
        begin: |asked, call, task| {
            verify::each(Noun::Cert, asked.path_options(Purpose::Server), call, task)
        },
    },
};

/// HTCondor's IDTOKENS.
pub static IDTOKEN: Subject = Subject {
    word: "idtoken",
    noun: "IDTOKEN",
    title: "IDTOKENS",
    form: Form::Token(TokenForm {
        kind: TokenKind::IdToken,
        in_use: |file, demand, scope, env| idtoken::in_use(file, demand.judge_as, scope, env),
        renewal: "condor_token_fetch, or condor_token_request",
        not_verified: &check::idtoken::NOT_VERIFIED,
    }),
    files: &[Kind::IdToken],
    folder: Some(Folder::IdTokens),
    info: Job {
        command: idtoken::INFO.name,
        begin: |asked, call, task| {
            one_by_one(task, idtoken::operand(Wanted::facts(asked.need), call))
        },
    },
    verify: Job {
        command: idtoken::VERIFY.name,
        begin: |asked, call, task| {
            one_by_one(task, idtoken::operand(asked.idtoken.wanted(asked.need), call))
        },
    },
};

/// The proxy.
pub static PROXY: Subject = Subject {
    word: "proxy",
    noun: Role::Proxy.noun(),
    title: Role::Proxy.noun(),
    form: Form::Certificate(Role::Proxy),
    files: &[Kind::Proxy],
    folder: None,
    info: Job {
        command: proxy::INFO.name,
        begin: |asked, call, task| {
            one_by_one(task, proxy::operand(asked.need, asked.voms.clone(), call))
        },
    },
    verify: Job {
        command: verify::PROXY.name,
        begin: |asked, call, task| {
            verify::each(Noun::Proxy, asked.path_options(Purpose::Client), call, task)
        },
    },
};

/// The JAliEn token.
pub static TOKEN: Subject = Subject {
    word: "token",
    noun: Role::TokenCert.noun(),
    title: Role::TokenCert.noun(),
    form: Form::Certificate(Role::TokenCert),
    files: &[Kind::Token],
    folder: None,
    info: Job {
        command: info::TOKEN.name,
        begin: |asked, call, task| one_by_one(task, info::operand(Noun::Token, asked.need, call)),
    },
    verify: Job {
        command: verify::TOKEN.name,
        begin: |asked, call, task| {
            verify::each(Noun::Token, asked.path_options(Purpose::Client), call, task)
        },
    },
};

impl Subject {
    /// Everything that an environment may have.
    pub fn in_use() -> impl Iterator<Item = &'static Self> {
        SUBJECTS.into_iter().filter(|subject| **subject != CA)
    }

    /// The one with that word.
    pub fn named(word: &str) -> Option<&'static Self> {
        SUBJECTS.into_iter().find(|subject| subject.word == word)
    }

    /// What the thing is one of.
    pub fn of(thing: &Thing) -> Option<&'static Self> {
        SUBJECTS.into_iter().find(|subject| match thing {
            Thing::File(kind) => subject.files.contains(kind),
            Thing::Folder(folder) => subject.folder.as_ref() == Some(folder),
            // The command for certificates says why.
            Thing::Unread(_) => **subject == CERT,
        })
    }
}

/// The notes that a signature was not checked.
pub fn not_verified() -> Vec<&'static Rule> {
    let rule = |subject: &&'static Subject| match &subject.form {
        Form::Token(token) => Some(token.not_verified),
        Form::Certificate(_) | Form::Directory => None,
    };
    SUBJECTS.iter().filter_map(rule).collect()
}

impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

fn bearer<'a>(asked: &Question, call: &Call<'a>, task: &'a Task) -> Box<Judge<'a>> {
    one_by_one(task, bearer::operand(asked.bearer.clone(), asked.need, call))
}

fn certificate_info<'a>(asked: &Question, call: &Call<'a>, task: &'a Task) -> Box<Judge<'a>> {
    one_by_one(task, info::operand(Noun::Cert, asked.need, call))
}

/// A directory or file of CAs. Its own judgement uses all cores.
fn ca_place(file: &Candidate) -> CaDirArguments {
    let directories = Vec::from_iter(file.path().map(Path::to_path_buf));
    CaDirArguments { directories, ca: CaOptions::default() }
}
