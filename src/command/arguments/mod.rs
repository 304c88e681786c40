//! The arguments of commands, each declared once: at the field that holds it.
//!
//! clap's derive would do for most of it, but it reports what is wrong with a value in words of its
//! own, and what is read here has another type than what was typed.

pub mod groups;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::text::time::Seconds;

/// Arguments that clap is told of and that are read back: of a command, or a group that several
/// commands have.
pub trait Arguments: Sized {
    /// All of them, in the order of the help.
    fn arguments() -> Vec<Argument>;

    /// What was given.
    ///
    /// # Errors
    ///
    /// What is wrong with a value.
    fn read(given: &Given<'_>) -> Result<Self, String>;
}

/// Declares arguments: a field with its argument, or a field that is a group of them.
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
                groups.concat()
            }

            fn read(given: &$crate::command::arguments::Given<'_>) -> Result<Self, String> {
                // Nothing is read where nothing is declared.
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

/// An option or operand as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name; an option is written with two dashes before it.
    pub name: &'static str,
    /// One letter for it.
    pub short: Option<char>,
    /// Who spells it with one dash.
    pub ancestor: Option<Ancestor>,
    /// Of how many letters its beginning is enough for that.
    pub letters: usize,
    form: Form,
    help: &'static str,
    /// Whether errors begin with its name.
    names_itself: bool,
    shape: fn(Arg) -> Arg,
    refine: fn(Arg) -> Arg,
}

/// Whose options with one dash are understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ancestor {
    /// The tools of HTCondor, in the commands about IDTOKENS alone.
    Condor,
    /// alien.py and JAliEn.
    Jalien,
}

/// What an argument is, and what its value is called.
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

/// An operand; `name` is for certok alone.
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
        let (short, ancestor) = (None, None);
        let (letters, names_itself) = (1, false);
        Self { name, short, ancestor, letters, form, help, names_itself, shape: same, refine: same }
    }

    /// With one letter for it.
    pub const fn short(self, letter: char) -> Self {
        Self { short: Some(letter), ..self }
    }

    /// Spelled with one dash by an ancestor.
    pub const fn of(self, ancestor: Ancestor) -> Self {
        Self { ancestor: Some(ancestor), ..self }
    }

    /// With an ancestor that wants so many letters of its name.
    pub const fn letters(self, letters: usize) -> Self {
        Self { letters, ..self }
    }

    /// With errors that begin with its name.
    pub const fn naming_itself(self) -> Self {
        Self { names_itself: true, ..self }
    }

    /// With what its type does not say.
    pub const fn with(self, refine: fn(Arg) -> Arg) -> Self {
        Self { refine, ..self }
    }

    /// For a field of type `T`.
    pub fn holding<T: Value>(self) -> Self {
        Self { shape: T::shape, ..self }
    }

    /// Whether it is followed by a value.
    pub fn takes_value(&self) -> bool {
        matches!(self.form, Form::Option(_))
    }

    /// For clap.
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

/// What an argument can hold.
pub trait Value: Sized {
    /// What clap is to know of the type.
    fn shape(arg: Arg) -> Arg {
        arg
    }

    /// What was given.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String>;
}

/// A type whose values are words of the command line.
pub trait Named: Copy + 'static {
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

/// Types that clap parses.
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

impl<T: Named> Value for Option<T> {
    fn shape(arg: Arg) -> Arg {
        arg.value_parser(PossibleValuesParser::new(T::NAMES.iter().map(|(name, _)| *name)))
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        let word: Option<String> = given.one(argument.name);
        let row = T::NAMES.iter().find(|(name, _)| Some(*name) == word.as_deref());
        Ok(row.map(|(_, value)| *value))
    }
}

impl<T: Named + Default> Value for T {
    fn shape(arg: Arg) -> Arg {
        Option::<T>::shape(arg)
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        Ok(Option::read(given, argument)?.unwrap_or_default())
    }
}

/// Any number of operands, or an option that may be given again.
pub fn several(arg: Arg) -> Arg {
    match arg.is_positional() {
        true => arg.num_args(0..),
        false => arg.action(ArgAction::Append),
    }
}

/// What clap found. A flag of every command may stand before or behind the command's name.
pub struct Given<'a> {
    inner: &'a ArgMatches,
    outer: &'a ArgMatches,
}

impl<'a> Given<'a> {
    /// `inner` are those behind the command's name.
    pub fn new(inner: &'a ArgMatches, outer: &'a ArgMatches) -> Self {
        Self { inner, outer }
    }

    /// Whether a flag is set.
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

    /// All values of what may be given again.
    pub fn all<T: Clone + Send + Sync + 'static>(&self, name: &str) -> Vec<T> {
        let many = |matches: &'a ArgMatches| matches.try_get_many::<T>(name).ok().flatten();
        // Without a command both are the same.
        let outer = Some(self.outer).filter(|outer| !std::ptr::eq(*outer, self.inner));
        let all = outer.into_iter().chain([self.inner]).filter_map(many);
        all.flatten().cloned().collect()
    }
}
