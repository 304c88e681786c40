//! A healthy set-up for the real binary: certificate `$UC` with key `$UK`, token `$TC` with `$TK`,
//! proxy `$PX`, CA directory `$CA`, all in a scratch directory; fixtures in `$D`. Shell scripts break it.

// Each test binary takes what it needs and none exports anything.
#![allow(dead_code, unreachable_pub)]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::below::System;

#[path = "../below/mod.rs"]
pub(crate) mod below;

/// Who must run it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum As {
    Anybody,
    /// Root alone can give a file away.
    Root,
    /// Root reads and writes everything; where the tests run as root, `setpriv` steps down.
    User,
}

/// A healthy set-up of one user.
pub struct Place {
    /// Holds everything; vanishes with the test.
    pub root: tempfile::TempDir,
    system: System,
    variables: Vec<(String, PathBuf)>,
    uid: u32,
    step_down: bool,
}

impl Place {
    /// The set-up for `who`, whose scripts see these variables too.
    ///
    /// # Errors
    ///
    /// Why it cannot be had here.
    pub fn new(who: As, variables: &[(&str, &Path)]) -> Result<Self, String> {
        let root = tempfile::tempdir().unwrap();
        let uid = fs::metadata(root.path()).unwrap().uid();
        if who == As::Root && uid != 0 {
            return Err("only root can give files away".to_owned());
        }
        let step_down = who == As::User && uid == 0;
        let place = Self {
            root,
            system: System::new(),
            variables: variables
                .iter()
                .map(|(name, path)| ((*name).to_owned(), path.to_path_buf()))
                .collect(),
            uid: if step_down { NOBODY } else { uid },
            step_down,
        };
        place.fill();
        if step_down && !place.can_step_down() {
            return Err("running as root, and setpriv cannot step down".to_owned());
        }
        Ok(place)
    }

    fn fill(&self) {
        let script = "mkdir -p $HOME/.globus $TMPDIR
            cp $D/cert/healthy.pem $UC; cp $D/key/rsa-pkcs1.pem $UK; chmod 400 $UK
            cp $D/token/user.pem $TC; cp $D/token/user-key.pem $TK; chmod 400 $TK
            cp $D/proxy/rfc3820.pem $PX; chmod 600 $PX
            chmod 644 $UC $TC; cp -R $D/ca/certificates $CA; chmod -R u+w $CA";
        let (_, err, _) = self.shell(script, false);
        assert_eq!(err, "");
        if self.step_down {
            let (_, err, _) = self.shell(&format!("chown -hR {NOBODY} $HOME/.."), false);
            assert_eq!(err, "");
        }
    }

    fn can_step_down(&self) -> bool {
        let (out, ..) = self.shell("certok --version && test -r $D/README.md && echo yes", true);
        out.ends_with("yes\n")
    }

    /// Standard output, standard error and exit code of `script`, in which certok speaks JSON and
    /// keeps to the clock of the fixtures.
    pub fn run(&self, script: &str) -> (String, String, i32) {
        self.run_as(script, "--json")
    }

    /// The same with another option than `--json`.
    pub fn run_as(&self, script: &str, format: &str) -> (String, String, i32) {
        let functions = format!("certok() {{ command certok --at 1780315200 {format} \"$@\"; }}
            idtoken() {{ mkdir -p $HOME/t $HOME/keys; cp $D/idtoken/$1.token $HOME/t/${{2:-t}}
                chmod -R u=rwX,go= $HOME/t; cp $D/idtoken/keys/* $HOME/keys; chmod 600 $HOME/keys/*
                export CONDOR_CONFIG=ONLY_ENV _condor_SEC_TOKEN_DIRECTORY=$HOME/t
                export _condor_SEC_PASSWORD_DIRECTORY=$HOME/keys; }}
            bearer() {{ rm -f $HOME/bt; cp $D/bearer/$1.token $HOME/bt; chmod 600 $HOME/bt
                export BEARER_TOKEN_FILE=$HOME/bt; }}
            mint() {{ certok token-init --account alice --ca-cert $D/ca/certificates/AliEn2-CA.pem \
                --ca-key $D/keys/alien2.pem \"$@\"; }}
            pool() {{ idtoken healthy
                export _condor_TRUST_DOMAIN=pool.test _condor_UID_DOMAIN=pool.test; }}
            now() {{ command certok --at 1780315200 --no-input \"$@\"; }}
            asked() {{ pool; now idtoken-request --identity a@pool.test --authz READ --lifetime 1h \
                    \"$@\" $HOME/r.request 2> /dev/null
                ID=$(now idtoken-approve $HOME/r.request | sed -n 's/^request //p'); }}
            approved() {{ asked; CODE=$(now idtoken-approve $HOME/r.request --yes $ID \"$@\" |
                sed -n 's/^  answer code  //p'); }}
            key() {{ openssl genpkey -algorithm ed25519 -out $HOME/a.pem
                openssl pkey -in $HOME/a.pem -pubout -out $HOME/a.pub; }}
            policy() {{ cp $D/policy/$1 $CA/Grid.${{1#*.}}; }}
            block() {{ printf -- '-----BEGIN %s-----\\nMAA=\\n-----END %s-----\\n' \"$1\" \"$1\"; }}");
        self.shell(&format!("{functions}\n{script}"), self.step_down)
    }

    fn shell(&self, script: &str, step_down: bool) -> (String, String, i32) {
        let mut command = if step_down {
            let mut command = Command::new("setpriv");
            let (user, group) = (format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"));
            command.args([&user, &group, "--clear-groups", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        let at = |name: &str| self.root.path().join(name).display().to_string();
        let (home, temporary, uid) = (at("home"), at("tmp"), self.uid);
        let output = command
            .args(["-c", script])
            .current_dir(self.root.path())
            .env_clear()
            .envs([self.system.variable()])
            .env("PATH", self.system.search_path())
            .env("UC", format!("{home}/.globus/usercert.pem"))
            .env("UK", format!("{home}/.globus/userkey.pem"))
            .env("TC", format!("{temporary}/tokencert_{uid}.pem"))
            .env("TK", format!("{temporary}/tokenkey_{uid}.pem"))
            .env("PX", format!("{temporary}/x509up_u{uid}"))
            .env("X509_USER_PROXY", format!("{temporary}/x509up_u{uid}"))
            .env("U", uid.to_string())
            .env("HOME", &home)
            .env("TMPDIR", &temporary)
            .env("CA", at("ca"))
            .env("X509_CERT_DIR", at("ca"))
            .env("D", concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"))
            .envs(self.variables.iter().map(|(name, path)| (name, path)))
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| self.system.as_user_sees(&String::from_utf8_lossy(bytes));
        (text(&output.stdout), text(&output.stderr), output.status.code().unwrap_or(-1))
    }
}

const NOBODY: u32 = 65534;
