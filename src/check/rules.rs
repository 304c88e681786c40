//! The macro in which all rules are written.

/// Declares the rules of a file and its table `RULES`. `step` is the question of `check` that they
/// answer: one for the whole file, or for a rule. Rules without a step are not about a credential.
macro_rules! rules {
    (step: $step:ident; $($rules:tt)*) => {
        const STEP: Option<$crate::report::Step> = Some($crate::report::Step::$step);
        $crate::check::rules!(@all $($rules)*);
    };
    (
        @all
        $(
            $(#[$doc:meta])*
            $name:ident: $severity:ident $(, $exit:ident)? {
                id: $id:expr,
                $(step: $own_step:ident,)?
                what: $what:expr,
                why: $why:expr,
                $(advice: $advice:expr,)?
                $(refused_by: [$($consumer:expr),* $(,)?],)?
                source: $source:expr,
            }
        )*
    ) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: $crate::report::Rule = $crate::report::Rule {
                id: $id,
                what: $what,
                why: $why,
                $(advice: $advice,)?
                $(refused_by: &[$($consumer),*],)?
                source: $source,
                $(exit: $crate::report::Exit::$exit,)?
                $(step: Some($crate::report::Step::$own_step),)?
                ..$crate::report::Rule { step: STEP, ..$crate::report::Rule::$severity }
            };
        )*

        /// All rules of this file.
        pub static RULES: &[&$crate::report::Rule] = &[$(&$name),*];
    };
    ($($rules:tt)*) => {
        const STEP: Option<$crate::report::Step> = None;
        $crate::check::rules!(@all $($rules)*);
    };
}

pub(crate) use rules;
