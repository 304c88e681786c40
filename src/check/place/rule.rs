//! Rules about places: not found, or not readable.

use crate::check::lifetime::NEW_PROXY;
use crate::check::rules;
use crate::consumer::ALIEN_PY;

rules! {
    step: Found;
    HOME_UNSET: ERROR, NotFound {
        id: "home-unset",
        what: "HOME is not set, so ~/.globus cannot be located",
        why: "cron, systemd and containers start without HOME; each tool then looks elsewhere",
        advice: "set HOME, or name the files with X509_USER_CERT and X509_USER_KEY",
        source: "Globus, globus_gsi_system_config.c; VOMS, sslutils.c",
    }
    CERT_MISSING: ERROR, NotFound {
        id: "cert-missing",
        what: "there is no user certificate",
        why: "nothing can identify you to the grid",
        advice: "export the certificate from your browser as cert.p12, then: mkdir -p ~/.globus && \
                 openssl pkcs12 -in cert.p12 -clcerts -nokeys -out ~/.globus/usercert.pem && \
                 openssl pkcs12 -in cert.p12 -nocerts -out ~/.globus/userkey.pem && chmod 400 \
                 ~/.globus/userkey.pem; or set X509_USER_CERT",
        source: "alienpy, connect_ssl.py; gridcf/gct issue 204",
    }
    KEY_MISSING: ERROR, NotFound {
        id: "key-missing",
        what: "the private key is missing",
        why: "a certificate without its key proves nothing",
        advice: "extract it from the same p12: openssl pkcs12 -in cert.p12 -nocerts -out \
                 ~/.globus/userkey.pem && chmod 400 ~/.globus/userkey.pem; or set X509_USER_KEY",
        source: "alienpy, connect_ssl.py; gridcf/gct issue 204",
    }
    HOST_CERT_MISSING: ERROR, NotFound {
        id: "host-cert-missing",
        what: "there is no host certificate",
        why: "the services of this machine cannot prove which machine they run on",
        advice: "get one from your site's CA and put it there, or name it: X509_HOST_CERT",
        source: "Globus, globus_gsi_system_config.c; CMS WMCore, Requests.py",
    }
    HOST_KEY_MISSING: ERROR, NotFound {
        id: "host-key-missing",
        what: "the private key of the host certificate is missing",
        why: "a certificate without its key proves nothing",
        advice: "the key was made where the certificate was requested: bring it from there (mode \
                 0400, owned by root), or name it: X509_HOST_KEY",
        source: "Globus, globus_gsi_system_config.c; CMS WMCore, Requests.py",
    }
    PROXY_MISSING: ERROR, NotFound {
        id: "proxy-missing",
        what: "there is no proxy",
        why: "Globus, VOMS, XRootD, rucio and DIRAC look for one",
        advice: NEW_PROXY,
        source: "Globus, globus_gsi_system_config.c; rucio pull request 340",
    }
    PROXY_ELSEWHERE: ERROR, NotFound {
        id: "proxy-elsewhere",
        what: "there is a proxy, but in TMPDIR, where only arcproxy looks",
        why: "arcproxy puts proxies into TMPDIR; Globus, VOMS and XRootD look in /tmp whatever it \
              is",
        advice: "name it with X509_USER_PROXY",
        source: "arcproxy; Globus, globus_gsi_system_config.c",
    }
    TOKEN_MISSING: ERROR, NotFound {
        id: "token-missing",
        what: "there is no JAliEn token",
        why: "ALICE services and the O2 framework look for one",
        advice: "get one: alien-token-init; any alien.py command that connects makes one too",
        source: "alienpy, global_vars.py; AliceO2 CcdbApi.cxx, checkAlienToken",
    }
    TOKEN_KEY_MISSING: ERROR, NotFound {
        id: "token-key-missing",
        what: "the token's private key is missing",
        why: "a certificate without its key proves nothing",
        advice: "get a new token: alien-token-init",
        source: "alienpy, connect_ssl.py",
    }
    TOKEN_OTHER_UID: ERROR, NotFound {
        id: "token-other-uid",
        what: "there is a token, but for another uid",
        why: "the file name carries the uid; in containers and under sudo it is another one",
        advice: "run with the uid that made the token, or point to its files",
        source: "O2DPG, GRID/utils/runGRIDContainerized.sh",
    }
    TOKEN_ELSEWHERE: ERROR, NotFound {
        id: "token-elsewhere",
        what: "there is a token, but in another temporary directory",
        why: "TMPDIR was another one when the token was made; where it is not set or no directory, \
              alien.py takes TEMP and TMP, as Python does, and then /tmp",
        advice: "set TMPDIR as it was, point to the files, or get a new token: alien-token-init",
        source: "alienpy, global_vars.py, TMPDIR",
    }
    ALIEN_PY_REFUSES: WARN {
        id: "alien-py-refuses",
        step: Readable,
        what: "alien.py does not take this where others do",
        why: "alien.py 1.7 takes a value of JALIEN_TOKEN_CERT or JALIEN_TOKEN_KEY for PEM only if it begins \
              with the line of a CERTIFICATE or of an RSA PRIVATE KEY, and one of X509_USER_CERT or \
              X509_USER_KEY never: else it is a file name; it takes X509_CERT_DIR only if a file *.pem is in it",
        advice: "write it into a file, and name the file in the variable; a key of another form: openssl \
                 rsa -traditional -in KEY",
        refused_by: [ALIEN_PY],
        source: "alienpy 1.7.0, connect_ssl.py, get_valid_tokens, get_valid_certs",
    }
    PKCS12_ONLY: ERROR, NotFound {
        id: "pkcs12-only",
        what: "there is a PKCS#12 file, but no PEM made from it",
        why: "alien.py, XRootD and OpenSSL read PEM; of the grid tools only some read PKCS#12",
        advice: "convert it",
        source: "gridcf/gct issue 202; DIRACGrid/DIRAC issue 7381",
    }
    VARIABLE_EMPTY: ERROR, NotFound {
        id: "variable-empty",
        what: "an environment variable is set to the empty text",
        why: "alien.py and Globus take it as an empty file name, not as unset",
        advice: "unset it, or set it to a path",
        source: "alienpy, global_vars.py, os.getenv",
    }
    VARIABLE_QUOTED: ERROR, NotFound {
        id: "variable-quoted",
        what: "an environment variable contains literal quote characters",
        why: "docker --env-file and systemd keep quotes as part of the value",
        advice: "remove the quotes where the variable is set (an env file, jq without -r)",
        source: "docker --env-file; O2DPG runGRIDContainerized.sh",
    }
    VARIABLE_BLANK: ERROR, NotFound {
        id: "variable-blank",
        what: "an environment variable has invisible white space at an end",
        why: "the file that sets it has Windows line endings, or a blank was pasted along",
        advice: "correct the file that sets it (dos2unix, or tr -d '\\r')",
        source: "shell practice",
    }
    VARIABLE_TILDE: ERROR, NotFound {
        id: "variable-tilde",
        what: "an environment variable starts with a literal `~`",
        why: "only an unquoted ~ is expanded by a shell, and never in env files",
        advice: "write $HOME instead of the quoted ~",
        source: "alienpy commit 6af9d1e; POSIX shell, tilde expansion",
    }
    VARIABLE_URL: ERROR, NotFound {
        id: "variable-url",
        what: "an environment variable is a URL",
        why: "it must be a plain path",
        advice: "set it to the path of a file; file:// in front of the path is not wanted either",
        source: "alien.py uses file:// for copies only",
    }
    VARIABLE_NOT_EXPANDED: ERROR, NotFound {
        id: "variable-not-expanded",
        what: "an environment variable contains another variable's name that was never expanded",
        why: "single quotes, env files and systemd do not expand $HOME",
        advice: "write the path out, or use double quotes in a shell",
        source: "POSIX shell, quoting",
    }
    VARIABLE_ASSIGNMENT: ERROR, NotFound {
        id: "variable-assignment",
        what: "an environment variable's value is itself an assignment",
        why: "a line NAME=/path, or export NAME=/path, was taken as the value",
        advice: "set it to what comes after the =",
        source: "practice of CI systems and container secrets",
    }
    VARIABLE_ESCAPED: ERROR, NotFound {
        id: "variable-escaped",
        what: "an environment variable is a path with escapes: `\\ ` or `%20`",
        why: "in quotes a shell keeps the backslash, and no program decodes a path as a URL",
        advice: "write the characters themselves, in quotes",
        source: "POSIX shell, quoting; RFC 3986 §2.1",
    }
    VARIABLE_LIST: ERROR, NotFound {
        id: "variable-list",
        what: "an environment variable is a list of paths, or ends with what separates them",
        why: "it names one file or directory, not several as PATH does",
        advice: "set it to one of them",
        source: "Globus, globus_gsi_system_config.c; alienpy, connect_ssl.py",
    }
    VARIABLE_TRAILING_SLASH: ERROR, NotFound {
        id: "variable-trailing-slash",
        what: "an environment variable that names a file ends with a slash",
        why: "a path with a slash at its end can only be a directory",
        advice: "remove the slash",
        source: "path_resolution(7), ENOTDIR",
    }
    VARIABLE_WINDOWS: ERROR, NotFound {
        id: "variable-windows",
        what: "an environment variable is a path of Windows",
        why: "here paths start with /; in WSL, C:\\ is /mnt/c/",
        advice: "set it to the path as this system names it (wslpath)",
        source: "Windows Subsystem for Linux, wslpath",
    }
    VARIABLE_RELATIVE: ERROR, NotFound {
        id: "variable-relative",
        what: "an environment variable is a relative path that does not exist from here",
        why: "it is valid only in the directory where it was set",
        advice: "set it to the absolute path, with realpath, in the directory where the file is",
        source: "O2DPG job scripts: export JALIEN_TOKEN_CERT=tokencertJOB.pem",
    }
    VARIABLE_PATH_GONE: ERROR, NotFound {
        id: "variable-path-gone",
        what: "an environment variable points to a file that does not exist",
        why: "a variable that is set wins over the default place, usable or not",
        advice: "correct it, or unset it to use the default place",
        source: "alienpy, global_vars.py; AliceO2 pull request 7610",
    }
    VARIABLE_NULL: ERROR, NotFound {
        id: "variable-null",
        what: "an environment variable is the word `null`",
        why: "the `token` command returned no token when the jq recipe ran, and jq prints null",
        advice: "unset JALIEN_TOKEN_CERT and JALIEN_TOKEN_KEY, run alien-token-init, then the jq \
                 recipe again",
        source: "the documented recipe eval $(… jq …)",
    }
    VARIABLE_JSON: ERROR, Unreadable {
        id: "variable-json",
        step: Readable,
        what: "an environment variable holds JSON",
        why: "the whole answer of the token command was stored; results[0].tokencert is the token",
        advice: "take the field out of it: jq -r '.results[0].tokencert'",
        source: "the token command's JSON",
    }
    VARIABLE_BASE64: ERROR, Unreadable {
        id: "variable-base64",
        step: Readable,
        what: "an environment variable holds base64 without BEGIN and END",
        why: "secrets of CI systems and Kubernetes are often stored as base64",
        advice: "decode it: base64 -d",
        source: "practice of CI systems",
    }
    VARIABLE_NEWLINES_LOST: ERROR, Unreadable {
        id: "variable-newlines-lost",
        step: Readable,
        what: "an environment variable holds a PEM whose newlines were turned into spaces or lost",
        why: "an unquoted $VARIABLE in a shell turns newlines into spaces",
        advice: "keep the double quotes: export JALIEN_TOKEN_CERT=\"$(cat tokencert.pem)\"",
        source: "POSIX shell, field splitting; the documented eval recipe",
    }
    VARIABLE_LITERAL_NEWLINES: ERROR, Unreadable {
        id: "variable-literal-newlines",
        step: Readable,
        what: "an environment variable holds a PEM with the two characters \\n instead of newlines",
        why: "jq without -r and JSON in general escape newlines",
        advice: "expand them: printf '%b'",
        source: "practice of env files",
    }
    VARIABLE_INLINE_QUOTED: ERROR, Unreadable {
        id: "variable-inline-quoted",
        step: Readable,
        what: "an environment variable has a quote character before -----BEGIN",
        why: "jq without -r, and env files, keep the quotes",
        advice: "remove the quotes: use jq -r",
        source: "docker --env-file; jq",
    }
    VARIABLE_INLINE_DAMAGED: ERROR, Unreadable {
        id: "variable-inline-damaged",
        step: Readable,
        what: "an environment variable holds a damaged PEM",
        why: "BEGIN and END lines do not fit, or the text is cut off",
        advice: "set it again from the file: export NAME=\"$(cat FILE)\", with the double quotes",
        source: "RFC 7468 §3",
    }
    NOT_A_DIRECTORY: ERROR, NotFound {
        id: "not-a-directory",
        what: "a file stands where a directory is expected",
        why: "nothing can be found below a file",
        advice: "look at what the file is, move it away, and make the directory",
        source: "path_resolution(7), ENOTDIR",
    }
    FILE_MISNAMED: ERROR, NotFound {
        id: "file-misnamed",
        what: "no file has the name that is looked for, and one has almost that name",
        why: "the name must be the same in each letter: .txt, .crt, capitals and blanks count",
        advice: "rename it, or name it with the variable",
        source: "Globus, globus_gsi_system_config.c",
    }
    VARIABLE_MISNAMED: ERROR, NotFound {
        id: "variable-misnamed",
        what: "the variable is not set, and one with a similar name is",
        why: "no grid tool reads the other, or XRootD alone does (XrdSecGSI...)",
        advice: "export the variable with its right name",
        source: "Globus, globus_gsi_system_config.c; XRootD, XrdSecProtocolgsi.cc",
    }
    LINK_DANGLING: ERROR, NotFound {
        id: "link-dangling",
        what: "a symbolic link is dangling: its target is gone",
        why: "the target was moved, or its file system is not mounted (AFS, EOS, NFS)",
        advice: "link to where the file is now: ln -sfn TARGET LINK",
        source: "symlink(7)",
    }
    LINK_LOOP: ERROR, NotFound {
        id: "link-loop",
        what: "a symbolic link is part of a loop",
        why: "too many levels of symbolic links: the links point at each other",
        advice: "remove the links and copy the real file there",
        source: "path_resolution(7), ELOOP",
    }
    IS_DIRECTORY: ERROR, Unreadable {
        id: "is-directory",
        step: Readable,
        what: "there is a directory where a file is expected",
        why: "only X509_CERT_DIR names a directory",
        advice: "name the file in it",
        source: "Globus, globus_gsi_system_config.c",
    }
    NOT_A_FILE: ERROR, Unreadable {
        id: "not-a-file",
        step: Readable,
        what: "there is a pipe, socket or device where a file is expected",
        why: "credentials are regular files",
        advice: "name a regular file; a pipe can be given as an argument, or on standard input as \
                 -",
        source: "Globus, globus_gsi_system_config.c",
    }
    TOO_LARGE: ERROR, Unreadable {
        id: "too-large",
        step: Readable,
        what: "the file has more than 64 MiB",
        why: "no credential is that large; certok reads no more",
        advice: "name the right file",
        source: "a limit of certok",
    }
    PERMISSION_DENIED: ERROR, Unreadable {
        id: "permission-denied",
        step: Readable,
        what: "the file may not be read by you",
        why: "it belongs to another user, or its mode or a directory above forbids it",
        advice: "let its owner change that, or use a file of your own",
        source: "path_resolution(7), EACCES",
    }
    READ_FAILED: ERROR, Unreadable {
        id: "read-failed",
        step: Readable,
        what: "the file could not be read",
        why: "the system reported an error",
        advice: "look at the file system it is on",
        source: "read(2)",
    }
    TMPDIR_UNUSABLE: ERROR, NotFound {
        id: "tmpdir-unusable",
        what: "TMPDIR does not name a usable directory",
        why: "tools silently disagree then: Python goes on to TEMP, TMP and /tmp, Java always uses /tmp, \
              shell scripts use TMPDIR as it is",
        advice: "make the directory, or unset TMPDIR",
        source: "alienpy, global_vars.py, tempfile.gettempdir; JAliEn JAKeyStore.java",
    }
    SHADOWED: INFO {
        id: "shadowed",
        what: "a file at the default place is not used, because a variable names another",
        why: "a variable wins over the default place",
        source: "alienpy, global_vars.py",
    }
}
