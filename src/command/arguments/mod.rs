//! The arguments of commands. Each is declared once, at the field that holds its value.
//!
//! clap's derive is not used: its messages about wrong values have other words, and here many
//! values are parsed into types of certok.

pub mod groups;
pub mod tool;

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::text::time::Seconds;

/// Arguments that are declared to clap and read from its result: those of a command, or a group
/// that several commands share.
pub trait Arguments: Sized {
    /// All arguments, in the order of the help.
    fn arguments() -> Vec<Argument>;

    /// Reads the values.
    ///
    /// # Errors
    ///
    /// What is wrong with a value.
    fn read(given: &Given<'_>) -> Result<Self, String>;
}

/// Declares arguments: a field with its argument, or a field that is a group of arguments.
macro_rules! arguments {
    (
        $(#[$meta:meta])*
        $visible:vis struct $name:ident {
            $($field:ident: $type:ty $(= $argument:expr)?),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[allow(missing_docs, reason = "the help of an argument says what its field is")]
        $visible struct $name {
            $(pub $field: $type,)*
        }

        $crate::command::arguments::arguments!(for $name {
            $($field: $type $(= $argument)?),*
        });
    };
    (for $name:ident { $($field:ident: $type:ty $(= $argument:expr)?),* $(,)? }) => {
        impl $crate::command::arguments::Arguments for $name {
            fn arguments() -> Vec<$crate::command::arguments::Argument> {
                let groups: Vec<Vec<_>> = vec![
                    $($crate::command::arguments::arguments!(@declare $type $(, $argument)?),)*
                ];
                $crate::command::arguments::once(groups.concat())
            }

            fn read(given: &$crate::command::arguments::Given<'_>) -> Result<Self, String> {
                // Avoids a warning if no argument is declared.
                let _ = given;
                Ok(Self {
                    $($field: $crate::command::arguments::arguments!(
                        @read given, $type $(, $argument)?
                    ),)*
                })
            }
        }
    };
    (@declare $type:ty) => {
        <$type as $crate::command::arguments::Arguments>::arguments()
    };
    (@declare $type:ty, $argument:expr) => {
        vec![$argument.holding::<$type>()]
    };
    (@read $given:ident, $type:ty) => {
        <$type as $crate::command::arguments::Arguments>::read($given)?
    };
    (@read $given:ident, $type:ty, $argument:expr) => {
        <$type as $crate::command::arguments::Value>::read($given, &$argument)?
    };
}
pub(crate) use arguments;

/// Each once: groups may share an option.
pub fn once(arguments: Vec<Argument>) -> Vec<Argument> {
    let mut once: Vec<Argument> = Vec::new();
    for argument in arguments {
        if once.iter().all(|known| known.name != argument.name) {
            once.push(argument);
        }
    }
    once
}

/// An option or operand as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name. An option is written with two dashes before it.
    pub name: &'static str,
    /// Its one-letter form.
    pub short: Option<char>,
    /// The tool in which it is written with one dash.
    pub older_tool: Option<OlderTool>,
    /// Of how many letters its beginning is enough for that.
    pub letters: usize,
    form: Form,
    help: &'static str,
    /// Whether error messages begin with its name.
    names_itself: bool,
    shape: fn(Arg) -> Arg,
    refine: fn(Arg) -> Arg,
}

/// The older tools whose options with one dash are understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OlderTool {
    /// The tools of HTCondor. Only for commands about IDTOKENS.
    Condor,
    /// alien.py and JAliEn.
    Jalien,
}

/// The kind of argument, and the name of its value in the help.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Flag,
    Operand(&'static str),
    Option(&'static str),
}

/// A flag.
pub const fn flag(name: &'static str, help: &'static str) -> Argument {
    Argument::new(name, Form::Flag, help)
}

/// An operand. `name` is used only inside of certok.
pub const fn operand(name: &'static str, value: &'static str, help: &'static str) -> Argument {
    Argument::new(name, Form::Operand(value), help)
}

/// An option with a value.
pub const fn option(name: &'static str, value: &'static str, help: &'static str) -> Argument {
    Argument::new(name, Form::Option(value), help)
}

impl Argument {
    const fn new(name: &'static str, form: Form, help: &'static str) -> Self {
        let same: fn(Arg) -> Arg = |arg| arg;
        let (short, older_tool) = (None, None);
        let (letters, names_itself) = (1, false);
        Self {
            name,
            short,
            older_tool,
            letters,
            form,
            help,
            names_itself,
            shape: same,
            refine: same,
        }
    }

    /// Adds a one-letter form.
    pub const fn short(self, letter: char) -> Self {
        Self { short: Some(letter), ..self }
    }

    /// Marks it as an option of an older tool, where it has one dash.
    pub const fn of(self, older_tool: OlderTool) -> Self {
        Self { older_tool: Some(older_tool), ..self }
    }

    /// With an older tool that wants so many letters of its name.
    pub const fn letters(self, letters: usize) -> Self {
        Self { letters, ..self }
    }

    /// With errors that begin with its name.
    pub const fn naming_itself(self) -> Self {
        Self { names_itself: true, ..self }
    }

    /// Adds settings for clap that the type does not give.
    pub const fn with(self, refine: fn(Arg) -> Arg) -> Self {
        Self { refine, ..self }
    }

    /// For a field of the type `T`.
    pub fn holding<T: Value>(self) -> Self {
        Self { shape: T::shape, ..self }
    }

    /// Whether a value follows it.
    pub fn takes_value(&self) -> bool {
        matches!(self.form, Form::Option(_))
    }

    /// As an argument for clap.
    pub fn arg(&self) -> Arg {
        let arg = Arg::new(self.name).help(self.help).short(self.short);
        let arg = match self.form {
            Form::Flag => arg.long(self.name),
            Form::Operand(value) => arg.value_name(value),
            Form::Option(value) => arg.long(self.name).value_name(value),
        };
        (self.refine)((self.shape)(arg))
    }
}

/// A type that an argument can hold.
pub trait Value: Sized {
    /// Adds to clap's argument what the type needs.
    fn shape(arg: Arg) -> Arg {
        arg
    }

    /// Reads the value.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String>;
}

/// A type whose values are words on the command line.
pub trait NamedValue: Copy + 'static {
    /// The words, in the order of the help.
    const NAMES: &'static [(&'static str, Self)];
}

impl Value for bool {
    fn shape(arg: Arg) -> Arg {
        arg.action(ArgAction::SetTrue)
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        Ok(given.is_set(argument.name))
    }
}

/// Types that clap parses itself.
macro_rules! parsed {
    ($($type:ty),*) => {$(
        impl Value for Option<$type> {
            fn shape(arg: Arg) -> Arg {
                arg.value_parser(value_parser!($type))
            }

            fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
                Ok(given.one(argument.name))
            }
        }

        impl Value for Vec<$type> {
            fn shape(arg: Arg) -> Arg {
                several(arg).value_parser(value_parser!($type))
            }

            fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
                Ok(given.all(argument.name))
            }
        }
    )*};
}

parsed!(i64, u16, PathBuf, String);

impl Value for Option<Seconds> {
    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let text: Option<String> = given.one(argument.name);
        let parsed = text.map(|text| Seconds::parse(&text)).transpose();
        parsed.map_err(|reason| match argument.names_itself {
            true => format!("--{}: {reason}", argument.name),
            false => reason,
        })
    }
}

impl Value for Seconds {
    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        Ok(Option::read(given, argument)?.unwrap_or(Self(0)))
    }
}

impl<T: NamedValue> Value for Option<T> {
    fn shape(arg: Arg) -> Arg {
        arg.value_parser(PossibleValuesParser::new(T::NAMES.iter().map(|(name, _)| *name)))
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let word: Option<String> = given.one(argument.name);
        let row = T::NAMES.iter().find(|(name, _)| Some(*name) == word.as_deref());
        Ok(row.map(|(_, value)| *value))
    }
}

impl<T: NamedValue + Default> Value for T {
    fn shape(arg: Arg) -> Arg {
        Option::<T>::shape(arg)
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        Ok(Option::read(given, argument)?.unwrap_or_default())
    }
}

/// Allows any number of operands, or an option more than once.
pub fn several(arg: Arg) -> Arg {
    match arg.is_positional() {
        true => arg.num_args(0..),
        false => arg.action(ArgAction::Append),
    }
}

/// A word that a shell completes to one of these; any other is taken, too.
#[derive(Clone)]
struct Completed(Vec<&'static str>);

impl TypedValueParser for Completed {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|word| PossibleValue::new(*word))))
    }
}

/// Has shells complete a word to one of `words`; what is wrong with another is said where it is read.
pub fn completed(arg: Arg, words: impl IntoIterator<Item = &'static str>) -> Arg {
    arg.value_parser(Completed(words.into_iter().collect())).hide_possible_values(true)
}

/// What clap found. A flag of every command may stand before or behind the command's name.
pub struct Given<'a> {
    inner: &'a ArgMatches,
    outer: &'a ArgMatches,
}

impl<'a> Given<'a> {
    /// `inner` are the arguments after the name of the command.
    pub fn new(inner: &'a ArgMatches, outer: &'a ArgMatches) -> Self {
        Self { inner, outer }
    }

    /// Whether the flag is set.
    pub fn is_set(&self, name: &str) -> bool {
        let flag = |matches: &ArgMatches| {
            matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
        };
        flag(self.inner) || flag(self.outer)
    }

    /// The value of an option.
    pub fn one<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Option<T> {
        let one = |matches: &ArgMatches| matches.try_get_one::<T>(name).ok().flatten().cloned();
        one(self.inner).or_else(|| one(self.outer))
    }

    /// All values of an argument that may be given more than once.
    pub fn all<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Vec<T> {
        let many = |matches: &'a ArgMatches| matches.try_get_many::<T>(name).ok().flatten();
        // Without a command both are the same.
        let outer = Some(self.outer).filter(|outer| !std::ptr::eq(*outer, self.inner));
        let all = outer.into_iter().chain([self.inner]).filter_map(many);
        all.flatten().cloned().collect()
    }
}
