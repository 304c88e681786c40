//! `token`: prints the current token, for programs.

use crate::check::token;
use crate::command::Noun;
use crate::command::Options;
use crate::command::evidence::Half;
use crate::command::evidence::Read;
use crate::command::info;
use crate::env::Env;
use crate::parse::token::Kind;
use crate::parse::token::Token;
use crate::report::Exit;
use crate::report::Finding;
use crate::report::Report;
use crate::shell;

/// The current token's certificate and key, if it is usable and the one asked for.
pub fn run(options: &Options, env: &Env) -> Report {
    let mut report = Report::new("token", env.now);
    let cert = Half::located(Noun::Token.cert(), env);
    info::certificate(&cert, options, env, &mut report);
    // What `token` prints is the token: facts about it are for token-info.
    report.items.clear();
    let Some(cert_read) = cert.found() else {
        return report;
    };
    let key = Half::located(Noun::Token.cert().partner(), env);
    let (_, findings) = info::pair(&cert, &key, false, env);
    report.findings.extend(findings);
    let subject = cert_read
        .contents
        .first()
        .and_then(|first| Token::parse(&first.subject));
    report
        .findings
        .extend(subject.and_then(|token| other(&token, options)));
    let Some(key_read) = key.found().or(Some(cert_read)) else {
        return report;
    };
    if report.exit() != Exit::Ok {
        return report;
    }
    let (certificate, private) = (text(cert_read), text(key_read));
    report.raw = Some(if options.export {
        export(&certificate, &private)
    } else {
        format!("{certificate}\n{private}\n")
    });
    report.good = info::good(&cert, env);
    report.results = Some(vec![("tokencert", certificate), ("tokenkey", private)]);
    report
}

/// The PEM blocks as they stand, without the text around them.
fn text(read: &Read) -> String {
    let whole = String::from_utf8_lossy(&read.source.bytes).replace('\r', "");
    let mut inside = false;
    let mut lines = Vec::new();
    for line in whole.lines().map(str::trim_end) {
        inside |= line.starts_with("-----BEGIN ");
        if inside {
            lines.push(line);
        }
        inside &= !line.starts_with("-----END ");
    }
    lines.join("\n")
}

/// Two `export` lines that survive `eval` with and without quotes around `$(certok …)`: unquoted,
/// the shell turns line breaks into blanks, so there are none in a value, `printf` makes them.
fn export(certificate: &str, private: &str) -> String {
    let line = |name: &str, value: &str| {
        let escaped = value.replace('\n', "\\n");
        format!(
            "export {name}=\"$(printf %b {})\";\n",
            shell::quote(&escaped)
        )
    };
    line("JALIEN_TOKEN_CERT", certificate) + &line("JALIEN_TOKEN_KEY", private)
}

fn other(token: &Token, options: &Options) -> Option<Finding> {
    let kind = token.kind_name();
    let differs = |wanted: &Option<String>, has: Option<&str>| {
        wanted
            .as_deref()
            .filter(|wanted| Some(*wanted) != has)
            .map(str::to_owned)
    };
    let (role, job, host) = match &token.kind {
        Kind::User { role, .. } => (Some(role.as_str()), None, None),
        Kind::Job { account, job } => (Some(account.as_str()), job.as_deref(), None),
        Kind::Host(host) => (None, None, Some(host.as_str())),
        Kind::JobAgent => (None, None, None),
    };
    let wrong = [
        ("type", differs(&options.kind, Some(kind)), Some(kind)),
        ("role", differs(&options.role, role), role),
        ("job", differs(&options.job, job), job),
        ("host", differs(&options.host, host), host),
    ];
    let (what, wanted, has) = wrong.into_iter().find(|(_, wanted, _)| wanted.is_some())?;
    let (wanted, has) = (wanted.unwrap_or_default(), has.unwrap_or("none"));
    Some(token::OTHER_TOKEN.found(format!(
        "the current token has the {what} {has}, not {wanted}"
    )))
}
