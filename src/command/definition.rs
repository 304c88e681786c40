//! What a command is: its name, its help, what it does, in one value beside its arguments.

use crate::command::Call;
use crate::command::arguments::groups::Operands;
use crate::command::arguments::{Ancestor, Argument, Arguments};
use crate::report::{AlienForm, Report};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::system::progress::Task;

/// A command with arguments `A`.
pub struct Definition<A: 'static> {
    /// Its name on the command line.
    pub name: &'static str,
    /// The heading that it stands under.
    pub group: Group,
    /// One line.
    pub about: &'static str,
    /// What its help says besides.
    pub note: &'static str,
    /// An example; a test runs it.
    pub example: &'static str,
    /// Whose options with one dash it takes.
    pub ancestor: Ancestor,
    /// What alien.py has for it.
    pub alien: Alien,
    /// What goes to standard output.
    pub stdout: fn(&A) -> Stdout,
    /// Whether it prints a key or a token.
    pub prints_secret: fn(&A) -> bool,
    /// If it judges each operand alone: how.
    pub each: Option<Each<A>>,
    /// What it does.
    pub run: Run<A>,
}

/// What a command does. The error is what is wrong with the arguments.
pub enum Run<A: 'static> {
    /// It reports.
    Report(fn(&A, &Call<'_>) -> Result<Report, String>),
    /// It has other commands run.
    Walk(fn(&A, &Env) -> Result<Walk, String>),
}

/// What came of it.
pub enum Outcome {
    /// A report.
    Report(Report),
    /// Commands to be run, or why there are none.
    Walk(Result<Walk, String>),
}

/// Commands to be run one after the other.
pub struct Walk {
    /// The environment of them all.
    pub env: Env,
    /// What to type before trying by hand.
    pub exports: String,
    /// What a step shows, and its arguments.
    pub steps: Vec<(&'static str, Vec<String>)>,
}

impl<A> Run<A> {
    /// Does it.
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

/// How a command judges operands each alone.
pub struct Each<A: 'static> {
    /// The operands that were given.
    pub operands: fn(&A) -> &Operands,
    /// What judges a batch of them.
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
    /// Whether a word that is no command may be taken for one of these: never for one that destroys.
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

/// What alien.py has for a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Alien {
    /// Nothing.
    No,
    /// The format of its answer.
    Format(AlienForm),
    /// That, and a program of its name, under which certok may be called.
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

/// What standard output is for, in the text format.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stdout {
    /// Facts and findings.
    Report,
    /// What is given to eval or put into files: a complaint must not be. Warnings become hints.
    Eval,
    /// The same, without hints.
    Script,
    /// What was made, alone, however it ends.
    Made,
    /// What was made, alone; facts and findings if nothing was.
    MadeOrReport,
}

impl<A> Definition<A> {
    /// A command that reports; its name and its help are to be filled in.
    pub const fn reporting(run: fn(&A, &Call<'_>) -> Result<Report, String>) -> Self {
        Self::of(Run::Report(run))
    }

    /// What most commands are.
    pub const fn of(run: Run<A>) -> Self {
        Self {
            name: "",
            group: Group::More,
            about: "",
            note: "",
            example: "",
            ancestor: Ancestor::Jalien,
            alien: Alien::No,
            stdout: |_| Stdout::Report,
            prints_secret: |_| false,
            each: None,
            run,
        }
    }

    /// What the command line is told.
    pub const fn entry(&self) -> Entry
    where
        A: Arguments,
    {
        Entry {
            name: self.name,
            group: self.group,
            about: self.about,
            note: self.note,
            example: self.example,
            ancestor: self.ancestor,
            alien: self.alien,
            arguments: A::arguments,
        }
    }
}

/// A command as the command line is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// The heading that it stands under.
    pub group: Group,
    /// One line.
    pub about: &'static str,
    /// What its help says besides.
    pub note: &'static str,
    /// An example.
    pub example: &'static str,
    /// Whose options with one dash it takes.
    pub ancestor: Ancestor,
    /// What alien.py has for it.
    pub alien: Alien,
    /// Its own arguments.
    pub arguments: fn() -> Vec<Argument>,
}
