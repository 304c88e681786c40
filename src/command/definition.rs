//! The definition of a command: its name, help and function, as one value beside its arguments.

use crate::command::Call;
use crate::command::arguments::groups::Operands;
use crate::command::arguments::{Argument, Arguments, OlderTool};
use crate::report::{AlienForm, Report};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::system::progress::Task;

/// A command with arguments of the type `A`.
pub struct Definition<A: 'static> {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its heading in the help.
    pub group: Group,
    /// One line about it.
    pub about: &'static str,
    /// More text for its help.
    pub note: &'static str,
    /// An example. A test runs it.
    pub example: &'static str,
    /// The older tool whose options with one dash it accepts.
    pub older_tool: OlderTool,
    /// What alien.py has in its place.
    pub alien: Alien,
    /// What its stdout is for.
    pub stdout: fn(&A) -> Stdout,
    /// Whether it prints a key or a token.
    pub prints_secret: fn(&A) -> bool,
    /// How it judges operands, if it judges each alone.
    pub each: Option<Each<A>>,
    /// Its function.
    pub run: Run<A>,
}

/// The function of a command. The error says what is wrong with the arguments.
pub enum Run<A: 'static> {
    /// It reports.
    Report(fn(&A, &Call<'_>) -> Result<Report, String>),
    /// It runs other commands.
    Walk(fn(&A, &Env) -> Result<Walk, String>),
}

/// The result of a command.
pub enum Outcome {
    /// A report.
    Report(Report),
    /// Commands to run, or why there are none.
    Walk(Result<Walk, String>),
}

/// Commands that are run one after the other.
pub struct Walk {
    /// The environment for all of them.
    pub env: Env,
    /// The shell lines to type before trying it by hand.
    pub exports: String,
    /// What a step shows, and its arguments.
    pub steps: Vec<(&'static str, Vec<String>)>,
}

impl<A> Run<A> {
    /// Runs the function.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments.
    pub fn call(&self, arguments: &A, call: &Call<'_>) -> Result<Outcome, String> {
        match self {
            Self::Report(run) => run(arguments, call).map(Outcome::Report),
            Self::Walk(lay_out) => Ok(Outcome::Walk(lay_out(arguments, call.env))),
        }
    }
}

/// Judges a batch of operands, in order.
pub type Judge<'a> = dyn FnMut(&[Candidate]) -> Vec<Report> + 'a;

/// How a command judges each operand alone.
pub struct Each<A: 'static> {
    /// The operands that were given.
    pub operands: fn(&A) -> &Operands,
    /// The function that judges a batch of operands.
    pub judge: for<'a> fn(&'a A, &'a Call<'a>, &'a Task) -> Box<Judge<'a>>,
}

/// A heading of the help.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
    /// Facts.
    Info,
    /// Verdicts.
    Check,
    /// Removal.
    Remove,
    /// HTCondor's tokens.
    Tokens,
    /// The rest.
    More,
}

impl Group {
    /// Whether two words may be understood as one of these commands. Not if the commands destroy
    /// something.
    pub fn may_be_meant(self) -> bool {
        self != Self::Remove
    }

    /// All of them, in the order of the help.
    pub const ALL: [Self; 5] = [Self::Info, Self::Check, Self::Remove, Self::Tokens, Self::More];

    /// What the help prints.
    pub fn title(self) -> &'static str {
        match self {
            Self::Info => "Look at a credential",
            Self::Check => "Check it",
            Self::Remove => "Remove it",
            Self::Tokens => "Make, request and approve HTCondor tokens, without a network",
            Self::More => "Everything else",
        }
    }
}

/// What alien.py has in place of a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Alien {
    /// Nothing.
    No,
    /// The format of its answer.
    Format(AlienForm),
    /// The format of its answer, and a program with this name. certok may be called by it.
    Program(AlienForm),
}

impl Alien {
    /// The format of its answer.
    pub fn form(self) -> Option<AlienForm> {
        match self {
            Self::No => None,
            Self::Format(form) | Self::Program(form) => Some(form),
        }
    }
}

/// What stdout is for, in the text format.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stdout {
    /// Facts and findings.
    Report,
    /// Input for eval or for files, so complaints must not be printed there. Warnings become hints.
    Eval,
    /// The same, without hints.
    Script,
    /// Only what was made, even if there are errors.
    Made,
    /// Only what was made; if nothing was made, facts and findings.
    MadeOrReport,
}

impl<A> Definition<A> {
    /// The defaults of a command that reports. Name and help must be filled in.
    pub const fn reporting(run: fn(&A, &Call<'_>) -> Result<Report, String>) -> Self {
        Self::of(Run::Report(run))
    }

    /// The defaults of most commands.
    pub const fn of(run: Run<A>) -> Self {
        Self {
            name: "",
            group: Group::More,
            about: "",
            note: "",
            example: "",
            older_tool: OlderTool::Jalien,
            alien: Alien::No,
            stdout: |_| Stdout::Report,
            prints_secret: |_| false,
            each: None,
            run,
        }
    }

    /// What the command line needs to know.
    pub const fn info(&self) -> CommandInfo
    where
        A: Arguments,
    {
        CommandInfo {
            name: self.name,
            group: self.group,
            about: self.about,
            note: self.note,
            example: self.example,
            older_tool: self.older_tool,
            alien: self.alien,
            arguments: A::arguments,
        }
    }
}

/// What the command line needs to know about a command.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// Its name.
    pub name: &'static str,
    /// Its heading in the help.
    pub group: Group,
    /// One line about it.
    pub about: &'static str,
    /// More text for its help.
    pub note: &'static str,
    /// An example.
    pub example: &'static str,
    /// The older tool whose options with one dash it accepts.
    pub older_tool: OlderTool,
    /// What alien.py has in its place.
    pub alien: Alien,
    /// Its own arguments.
    pub arguments: fn() -> Vec<Argument>,
}
