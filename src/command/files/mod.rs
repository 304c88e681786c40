//! `certok FILE…`, `info`, `verify`, `match`: the content of a file decides which command judges
//! it.

mod job;
mod judge;
mod lone;
mod pair;

use crate::command::arguments::arguments;
use crate::command::arguments::groups::{NEED, Operands, VO, Vo};
use crate::command::definition::{Definition, Each, Group};
use crate::command::files::job::Verb;
use crate::command::files::judge::judge;
use crate::command::subject::Question;
use crate::command::{Call, bearer, idtoken, key_match, preflight, status, verify};
use crate::gather::options::{KeyOptions, VomsOptions};
use crate::locate::CaOptions;
use crate::text::time::Seconds;

/// The command if there is a file in place of a command.
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
        let status = status::Args { need: args.need, judge_as: None, ca: CaOptions::default() };
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
        let check = args.check()?;
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

const NOTE: &str = "The content decides, not the name. A word for a kind may be given in place of \
                    a file: `certok info proxy` is\n`certok proxy-info`. ./info is a file of that \
                    name.\n\n";

arguments! {
    /// Arguments of `info`.
    pub struct InfoArgs {
        operands: Operands,
        need: Seconds = NEED,
        vo: Vo = VO,
    }
}

arguments! {
    /// Arguments of `verify`, and of a file without a command.
    pub struct VerifyArgs {
        chain: verify::ProxyArgs,
        bearer: bearer::Demand,
        idtoken: idtoken::Demand,
    }
}

impl VerifyArgs {
    /// The question about the credentials in use, if no file is named.
    fn check(&self) -> Result<preflight::Args, String> {
        let Self { chain, bearer, idtoken } = self;
        let verify::ProxyArgs { path, voms } = chain;
        let asked = [
            (path.proxies.is_some(), "--proxy"),
            (idtoken.trust_domain.is_some(), "--trust-domain"),
            (!idtoken.authz.is_empty(), "--authz"),
            (idtoken.key.is_some(), "--key"),
        ];
        if let Some((_, option)) = asked.into_iter().find(|(asked, _)| *asked) {
            return Err(format!("{option} needs a file, or the command of its kind: *-verify"));
        }
        Ok(preflight::Args {
            words: Vec::new(),
            warn: None,
            name: None,
            need: path.need,
            key: KeyOptions::default(),
            ca: path.ca.clone(),
            path: path.path.clone(),
            limits: path.limits.clone(),
            voms: voms.clone(),
            demand: bearer.clone(),
        })
    }
}

impl InfoArgs {
    fn question(&self) -> Question {
        let voms = VomsOptions { vo: self.vo.0.clone(), ..VomsOptions::default() };
        Question::of(self.need, voms)
    }
}
