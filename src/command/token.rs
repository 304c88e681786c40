//! `token`: prints the current token, or a new one, for programs.

use zeroize::Zeroizing;

use crate::check::token;
use crate::command::arguments::{arguments, flag};
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::mint::{CaFiles, MintArguments};
use crate::command::{Call, Noun, info, mint, pair};
use crate::gather::credential::{CredentialFile, Read};
use crate::gather::options::KeyOptions;
use crate::parse::token::{Token, TokenKind};
use crate::report::{Exit, Finding, Report};
use crate::text::shell;
use crate::text::time::UnixTime;

/// `token`.
pub const TOKEN: Definition<Args> = Definition {
    name: "token",
    group: Group::More,
    about: "Print the current JAliEn token, certificate and key, for programs; or a fresh one",
    example: "certok token --export",
    stdout: |_| Stdout::Eval,
    prints_secret: |_| true,
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `token`.
    pub struct Args {
        export: bool = flag("export", "Print two export lines, for eval"),
        wanted: MintArguments,
        key: KeyOptions,
    }
}

/// A new token of the CA that was named. Else the current token, if it is usable and is the one
/// that was asked for.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    match args.wanted.ca_files()? {
        Some(files) => fresh(files, args, call),
        None => Ok(current(args, call)),
    }
}

fn fresh(files: CaFiles<'_>, args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let mut report = call.report();
    let subject = mint::subject(&args.wanted, call.env)?;
    match mint::mint(files, &subject, &args.wanted, &args.key, call.env) {
        Err(findings) => report.findings = findings,
        Ok((minted, findings)) => {
            report.findings = findings;
            report.good = format!("made a new {} token", subject.kind());
            let [cert, key] = [&minted.cert, &*minted.key].map(|text| text.trim_end());
            print(cert, key, args.export, &mut report);
        }
    }
    Ok(report)
}

fn print(certificate: &str, private: &str, is_export: bool, report: &mut Report) {
    let room = shell::EXPANSION * (certificate.len() + private.len()) + MAX_AROUND;
    // It never grows, so no copy of the key is left in memory.
    let mut text = Zeroizing::new(String::with_capacity(room));
    if is_export {
        export("JALIEN_TOKEN_CERT", certificate, &mut text);
        export("JALIEN_TOKEN_KEY", private, &mut text);
    } else {
        text.extend([certificate, "\n", private, "\n"]);
    }
    report.raw = Some(text);
    report.results = Some(vec![
        ("tokencert", certificate.to_owned().into()),
        ("tokenkey", private.to_owned().into()),
    ]);
}

fn current(args: &Args, call: &Call<'_>) -> Report {
    let mut report = call.report();
    let env = call.env;
    let cert = CredentialFile::located(Noun::Token.cert(), env);
    info::certificate(&cert, call.scope(args.wanted.need), env, &mut report);
    // `token` prints the token. Facts about it are shown by token-info.
    report.items.clear();
    let Some(cert_read) = cert.found() else {
        return report;
    };
    let key = CredentialFile::located(Noun::Token.cert().partner(), env);
    let (_, findings) = pair::judge(&cert, &key, false, env);
    report.findings.extend(findings);
    let subject = cert_read.contents.first().and_then(|first| Token::parse(&first.subject));
    report.findings.extend(subject.and_then(|token| other(&token, &args.wanted)));
    let end = cert_read.contents.first().map(|first| first.validity.not_after);
    report.findings.extend(end.and_then(|end| not_new(end, &args.wanted)));
    let Some(key_read) = key.found().or(Some(cert_read)) else {
        return report;
    };
    if report.exit() != Exit::Ok {
        return report;
    }
    report.good = info::good(&cert, &[], env);
    print(&text(cert_read), &text(key_read), args.export, &mut report);
    report
}

/// The PEM blocks unchanged, without the text around them.
fn text(read: &Read) -> Zeroizing<String> {
    let whole = String::from_utf8_lossy(&read.source.bytes);
    let mut blocks = Zeroizing::new(String::with_capacity(whole.len()));
    let mut inside = false;
    for line in whole.split('\n').map(str::trim_end) {
        inside |= line.starts_with("-----BEGIN ");
        if inside {
            if !blocks.is_empty() {
                blocks.push('\n');
            }
            blocks.extend(line.chars().filter(|c| *c != '\r'));
        }
        inside &= !line.starts_with("-----END ");
    }
    blocks
}

/// An `export` line that works in `eval` with and without quotes around `$(certok …)`. Without
/// quotes the shell makes blanks of line breaks, so the value has none: `printf` makes them.
fn export(name: &str, value: &str, out: &mut String) {
    out.extend(["export ", name, "=", &shell::lines(value), ";\n"]);
}

/// Bytes of the text around the two values.
const MAX_AROUND: usize = 128;

/// That no new token was made, though one of that many days or with these addresses is asked for.
fn not_new(end: UnixTime, asked: &MintArguments) -> Option<Finding> {
    let is_asked = asked.days.is_some() || !asked.emails.is_empty();
    is_asked.then(|| {
        let message = format!(
            "no new token was made: this is the current one, which lasts until {}",
            end.screen()
        );
        token::NOT_NEW.found(message)
    })
}

fn other(token: &Token, asked: &MintArguments) -> Option<Finding> {
    let kind = token.kind_name();
    let differs = |wanted: &Option<String>, has: Option<&str>| {
        wanted.as_deref().filter(|wanted| Some(*wanted) != has).map(str::to_owned)
    };
    let (role, job, host) = match &token.kind {
        TokenKind::User { role, .. } => (Some(role.as_str()), None, None),
        TokenKind::Job { account, job } => (Some(account.as_str()), job.as_deref(), None),
        TokenKind::Host(host) => (None, None, Some(host.as_str())),
        TokenKind::JobAgent => (None, None, None),
    };
    let wrong = [
        ("type", differs(&asked.kind, Some(kind)), Some(kind)),
        ("role", differs(&asked.role, role), role),
        ("job", differs(&asked.job, job), job),
        ("host", differs(&asked.host, host), host),
    ];
    let (what, wanted, has) = wrong.into_iter().find(|(_, wanted, _)| wanted.is_some())?;
    let (wanted, has) = (wanted.unwrap_or_default(), has.unwrap_or("none"));
    Some(token::OTHER_TOKEN.found(format!("the current token has the {what} {has}, not {wanted}")))
}
