//! `certok FILE…`, `info`, `verify`, `match`: what a file is decides which command judges it.

pub(in crate::command) mod folder;
mod job;
mod judge;
mod lone;
mod pair;
pub(in crate::command) mod sort;

use crate::command::arguments::arguments;
use crate::command::arguments::groups::{NEED, Operands, VO, Vo};
use crate::command::definition::{Definition, Each, Group};
use crate::command::files::job::Verb;
use crate::command::files::judge::{Question, judge};
use crate::command::{Call, bearer, idtoken, key_match, preflight, status, verify};
use crate::gather::options::VomsOptions;
use crate::locate::CaOptions;
use crate::text::time::Seconds;

/// What is meant if a file stands where a command belongs.
pub const FILE: Definition<VerifyArgs> = Definition {
    name: "file",
    group: Group::Check,
    about: "What a file is, and will it work (also plain `certok FILE`)",
    note: NOTE,
    example: "certok file ~/.globus/usercert.pem",
    each: Some(Each {
        operands: |args| &args.chain.path.operands,
        judge: |args, call, task| judge(Verb::Any, args.question(call), call, task),
    }),
    ..Definition::reporting(|_, _| Err("name a file".to_owned()))
};

/// `info`.
pub const INFO: Definition<InfoArgs> = Definition {
    name: "info",
    group: Group::Info,
    about: "Facts about any file: the command for its kind runs; without a file, `status`",
    note: NOTE,
    example: "certok info ~/.globus/usercert.pem",
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| judge(Verb::Info, args.question(), call, task),
    }),
    ..Definition::reporting(|args, call| {
        let status = status::Args { need: args.need, ca: CaOptions::default() };
        Ok(status::run(&status, &Call { name: status::STATUS.name, ..*call }))
    })
};

/// `verify`.
pub const VERIFY: Definition<VerifyArgs> = Definition {
    name: "verify",
    group: Group::Check,
    about: "Would any file be accepted: the command for its kind runs; without a file, `check`",
    note: NOTE,
    example: "certok verify \"$X509_USER_PROXY\"",
    each: Some(Each {
        operands: |args| &args.chain.path.operands,
        judge: |args, call, task| judge(Verb::Verify, args.question(call), call, task),
    }),
    ..Definition::reporting(|args, call| {
        let check = preflight::Args::of(args)?;
        preflight::run(&check, &Call { name: preflight::CHECK.name, ..*call })
    })
};

/// `match`.
pub const MATCH: Definition<key_match::Args> = Definition {
    name: "match",
    group: Group::Check,
    about: "Prove that a key belongs to a certificate, in whatever order they are named",
    example: "certok match ~/.globus/userkey.pem ~/.globus/usercert.pem",
    ..Definition::reporting(|args, call| Ok(pair::run(args, call)))
};

const NOTE: &str = "The content decides, not the name. A word for a kind may stand in place of a \
                    file: `certok info proxy` is\n`certok proxy-info`. ./info is a file of that \
                    name.\n\n";

arguments! {
    /// Of `info`.
    pub struct InfoArgs {
        operands: Operands,
        need: Seconds = NEED,
        vo: Vo = VO,
    }
}

arguments! {
    /// Of `verify` and of a file without a command.
    pub struct VerifyArgs {
        chain: verify::ProxyArgs,
        bearer: bearer::Demand,
        idtoken: idtoken::Demand,
    }
}

impl InfoArgs {
    fn question(&self) -> Question {
        let voms = VomsOptions { vo: self.vo.0.clone(), ..VomsOptions::default() };
        Question::of(self.need, voms)
    }
}
