//! The subcommands. Each has one file with its definition, its arguments and its function.

pub mod accepted;
pub mod alternative;
pub mod arguments;
pub mod bearer;
pub mod ca;
pub mod certificate;
pub mod completions;
pub mod definition;
pub mod demo;
pub mod destroy;
pub mod exchange;
pub mod explain;
pub mod files;
pub mod fix;
pub mod idtoken;
pub mod in_use;
pub mod info;
pub mod key_match;
pub mod man;
pub mod mint;
pub mod operands;
pub mod pair;
pub mod path;
pub mod preflight;
pub mod proxy;
pub mod status;
pub mod subject;
pub mod token;
pub mod token_init;
pub mod user;
pub mod verify;
pub mod who;

use crate::command::arguments::groups::Operands;
use crate::command::arguments::{Arguments, Given};
use crate::command::certificate::Scope;
use crate::command::definition::{CommandInfo, Judge, Outcome, Stdout};
use crate::locate::{CaSearch, Role};
use crate::parse::distance::near;
use crate::report::Report;
use crate::system::env::Env;
use crate::system::progress::Task;
use crate::text::time::Seconds;

/// Makes `Command` from a table. A row has the variant, the type of its arguments, and its
/// definition.
macro_rules! commands {
    ($($variant:ident($arguments:ty) = $definition:path;)*) => {
        /// A command with its arguments.
        #[derive(Clone, Debug)]
        #[expect(missing_docs, reason = "a definition says what its command is")]
        pub enum Command {
            $($variant($arguments),)*
        }

        impl Command {
            /// All commands, in the order of the help.
            pub const ALL: &[CommandInfo] = &[$($definition.info(),)*];

            /// Reads the arguments of the command with that name, if it exists.
            ///
            /// # Errors
            ///
            /// What is wrong with the arguments.
            pub fn read(name: &str, given: &Given<'_>) -> Option<Result<Self, String>> {
                $(if name == $definition.name {
                    return Some(<$arguments>::read(given).map(Self::$variant));
                })*
                None
            }

            /// What the command line needs to know about it.
            pub fn info(&self) -> CommandInfo {
                match self {
                    $(Self::$variant(_) => $definition.info(),)*
                }
            }

            /// What its stdout is for.
            pub fn stdout(&self) -> Stdout {
                match self {
                    $(Self::$variant(arguments) => ($definition.stdout)(arguments),)*
                }
            }

            /// Whether it prints a key or a token.
            pub fn prints_secret(&self) -> bool {
                match self {
                    $(Self::$variant(arguments) => ($definition.prints_secret)(arguments),)*
                }
            }

            /// The operands, if it judges each alone and there are some.
            pub fn operands(&self) -> Option<&Operands> {
                match self {
                    $(Self::$variant(arguments) => {
                        $definition.each.as_ref().map(|each| (each.operands)(arguments))
                    })*
                }
                .filter(|operands| operands.are_given())
            }

            /// The function that judges a batch of operands.
            fn judge<'a>(&'a self, call: &'a Call<'a>, task: &'a Task) -> Option<Box<Judge<'a>>> {
                match self {
                    $(Self::$variant(arguments) => {
                        $definition.each.as_ref().map(|each| (each.judge)(arguments, call, task))
                    })*
                }
            }

            /// Runs the command for what is in use, or for its operands together.
            ///
            /// # Errors
            ///
            /// What is wrong with the arguments, in words.
            pub fn run(&self, call: &Call<'_>) -> Result<Outcome, String> {
                if let Some(operands) = self.operands() {
                    return Ok(Outcome::Report(operands::together(self, operands, call)));
                }
                match self {
                    $(Self::$variant(arguments) => $definition.run.call(arguments, call),)*
                }
            }
        }
    };
}

commands! {
    File(files::VerifyArgs) = files::FILE;
    Info(files::InfoArgs) = files::INFO;
    Verify(files::VerifyArgs) = files::VERIFY;
    Match(key_match::Args) = files::MATCH;
    CertInfo(info::Args) = info::CERT;
    TokenInfo(info::Args) = info::TOKEN;
    ProxyInfo(proxy::Args) = proxy::INFO;
    IdtokenInfo(idtoken::Args) = idtoken::INFO;
    BearerInfo(bearer::Args) = bearer::INFO;
    CertVerify(verify::Args) = verify::CERT;
    TokenVerify(verify::Args) = verify::TOKEN;
    ProxyVerify(verify::ProxyArgs) = verify::PROXY;
    IdtokenVerify(idtoken::VerifyArgs) = idtoken::VERIFY;
    BearerVerify(bearer::VerifyArgs) = bearer::VERIFY;
    CertkeyMatch(key_match::Args) = key_match::CERT;
    TokenkeyMatch(key_match::Args) = key_match::TOKEN;
    ProxykeyMatch(key_match::Args) = key_match::PROXY;
    Check(preflight::Args) = preflight::CHECK;
    Who(who::Args) = who::WHO;
    CertDestroy(destroy::Args) = destroy::CERT;
    TokenDestroy(destroy::Args) = destroy::TOKEN;
    ProxyDestroy(destroy::Args) = destroy::PROXY;
    IdtokenDestroy(idtoken::destroy::Args) = idtoken::destroy::DESTROY;
    IdtokenCreate(idtoken::create::Args) = idtoken::create::CREATE;
    IdtokenRequest(exchange::request_arguments::Args) = exchange::request::REQUEST;
    IdtokenRequestList(exchange::list::Args) = exchange::list::LIST;
    IdtokenApprove(exchange::approval::Args) = exchange::approve::APPROVE;
    IdtokenReceive(exchange::receive::Args) = exchange::receive::RECEIVE;
    Status(status::Args) = status::STATUS;
    Fix(fix::Args) = fix::FIX;
    CaInfo(ca::info::Args) = ca::info::INFO;
    CaCheck(ca::audit::Args) = ca::audit::CHECK;
    Token(token::Args) = token::TOKEN;
    TokenInit(token_init::Args) = token_init::INIT;
    User(user::Args) = user::USER;
    Demo(demo::Args) = demo::DEMO;
    Explain(explain::Args) = explain::EXPLAIN;
    Completions(completions::Args) = completions::COMPLETIONS;
    Man(man::Args) = man::MAN;
}

impl Command {
    /// Commands whose names are similar to a word that is none.
    pub fn meant_by(word: &str) -> Vec<&'static str> {
        let may_be_meant = Self::ALL.iter().filter(|entry| entry.group.may_be_meant());
        near(word, may_be_meant.map(|entry| entry.name))
    }
}

/// What a command is told besides its own arguments.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Its name, for its report.
    pub name: &'static str,
    /// The environment.
    pub env: &'a Env,
    /// Nothing is printed and warnings do not matter. Only what decides the exit code is needed.
    pub exit_only: bool,
    /// Single values are asked for.
    pub values: bool,
    /// `--no-input`: nobody is asked.
    pub no_input: bool,
    /// Whose rules it follows: those of alien.py or certok.
    pub conventions: Conventions,
    /// Prints at once what cannot wait for the report.
    pub notify: &'a dyn Fn(&str),
    /// The definition of the whole command line.
    pub definition: fn() -> clap::Command,
}

/// Whose rules a command follows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Conventions {
    /// Those of alien.py, because its format was asked for. What alien.py does not check is not
    /// checked.
    Alien,
    /// certok's own.
    Own,
}

impl Call<'_> {
    /// An empty report of the command.
    pub fn report(&self) -> Report {
        Report::new(self.name, self.env.now)
    }

    /// How thoroughly a credential is judged that must be valid for `need`.
    pub fn scope(&self, need: Seconds) -> Scope {
        Scope { need, exit_only: self.exit_only, values: self.values }
    }

    /// Where CA certificates are searched.
    pub fn ca_search(&self, role: Role) -> CaSearch {
        match self.conventions {
            Conventions::Alien => CaSearch::AlienPy,
            Conventions::Own => CaSearch::of(role),
        }
    }
}

/// The kind of credential that a command is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Noun {
    /// The user certificate.
    Cert,
    /// The proxy.
    Proxy,
    /// The JAliEn token.
    Token,
}

impl Noun {
    /// The command that verifies it.
    pub fn verify(self) -> &'static str {
        match self {
            Self::Cert => verify::CERT.name,
            Self::Proxy => verify::PROXY.name,
            Self::Token => verify::TOKEN.name,
        }
    }

    /// The certificate half.
    pub fn cert(self) -> Role {
        match self {
            Self::Cert => Role::UserCert,
            Self::Proxy => Role::Proxy,
            Self::Token => Role::TokenCert,
        }
    }
}
