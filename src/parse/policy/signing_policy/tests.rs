use super::{Principal, SigningPolicy};

/// What is read of a file, a line a thing.
fn read(text: &str) -> String {
    let policy = match SigningPolicy::parse(text.as_bytes()) {
        Ok(policy) => policy,
        Err(problem) => return problem.to_string(),
    };
    let mut out = Vec::new();
    for entry in &policy.entries {
        out.push(match &entry.principal {
            Principal::Anybody => "anybody".to_owned(),
            Principal::Ca(name) => format!("{name}@{}", entry.line),
            Principal::Other => "other".to_owned(),
        });
        for right in &entry.rights {
            out.push(if right.positive { "+" } else { "-" }.to_owned());
            for condition in &right.conditions {
                out.push(format!("{:?}", condition.kind));
                let patterns = condition.patterns.iter();
                out.extend(patterns.map(|p| format!("{}@{}", p.text, p.line)));
            }
        }
    }
    out.extend(policy.objection.map(|problem| format!("({problem})")));
    out.extend(policy.unfinished.map(|line| format!("(unfinished {line})")));
    out.join(" ")
}

const CA: &str = "access_id_CA X509 '/O=a b'\npos_rights globus CA:sign\n";

#[test]
fn what_is_legal() {
    for (text, want) in [
        (
            "# note\n\n access_id_CA\t X509  '/O=a b' # more\n pos_rights globus CA:sign\n \
             cond_subjects globus '\"/O=a/*\"  \"/O=b\"'\n#end",
            "/O=a b@3 + Subjects /O=a/*@5 /O=b@5",
        ),
        // Line ends mean nothing to Globus.
        (
            "access_id_CA X509 /O=a pos_rights globus\nCA:sign cond_subjects globus\n'\"/O=a\"\n\"/O=b\"'\n",
            "/O=a@1 + Subjects /O=a@3 /O=b@4",
        ),
        (
            "access_id_CA X509 '/O=a'\r\npos_rights globus CA:sign\r\ncond_subjects globus '/O=a *'\r\n",
            "/O=a@1 + Subjects /O=a *@3",
        ),
        ("access_id_CA X509 '/O=it\\'s \\\\'\npos_rights globus CA:sign\n", "/O=it's \\@1 +"),
        (
            "access_id_ANYBODY\npos_rights globus CA:sign\ncond_subjects globus /O=*\n",
            "anybody + Subjects /O=*@3",
        ),
        (
            "access_id_USER KERBEROS x access_id_CA X509 /O=a\nneg_rights globus CA:sign\n",
            "other /O=a@1 -",
        ),
        (
            "access_id_CA X509 /O=a\npos_rights globus CA:sign\nneg_rights globus CA:sign\n\
             cond_banned_subjects globus /O=b\ncond_day x Mo-Fr\npos_rights globus CA:sign\n",
            "/O=a@1 + Banned /O=b@4 Other(\"cond_day\") - Banned /O=b@4 Other(\"cond_day\") +",
        ),
        (
            "access_id_CA X509 /O=a\npos_rights globus CA:sign\ncond_subjects globus \"/O=a/*\"\n",
            "/O=a@1 + Subjects /O=a/*@3",
        ),
        // Globus misses the closing quote at the very end.
        (
            "access_id_CA X509 /O=a\npos_rights globus CA:sign\ncond_subjects globus '\"/O=a\"'",
            "/O=a@1 + Subjects /O=a@3 (unfinished 3)",
        ),
        // canl takes the rest of the line.
        (
            "access_id_CA X509 /O=a b # note\npos_rights globus CA:sign\ncond_subjects globus \"/O=a\" \"/O=b\"\n",
            "/O=a b@1 + Subjects /O=a@3 /O=b@3 (line 1: a value with blanks in it must be in \
             single quotes: '/O=a b')",
        ),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn what_is_not() {
    for (text, want) in [
        ("", "line 1: there is no rule in the file"),
        ("# note\n", "line 1: there is no rule in the file"),
        ("Grid.signing_policy", "line 1: expected access_id_CA, found 'Grid.signing_policy'"),
        (
            "ACCESS_ID_CA X509 /O=a\n",
            "line 1: expected access_id_CA, found 'ACCESS_ID_CA'; did you mean access_id_CA?",
        ),
        ("\naccess_id_CA X609 /O=a\n", "line 2: expected X509 after access_id_CA, found 'X609'"),
        ("access_id_CA X509", "line 1: expected the name of the CA, found the end of the file"),
        (
            "access_id_CA X509 /O=a\ncond_subjects globus /O=a\n",
            "line 2: cond_subjects without pos_rights before it",
        ),
        ("pos_rights globus CA:sign\n", "line 1: pos_rights without access_id_CA before it"),
        (
            "access_id_CA X509 /O=a\n",
            "line 1: expected pos_rights after it, found the end of the file",
        ),
        (
            "access_id_CA X509 '/O=a\npos_rights globus CA:sign\n",
            "line 1: the single quote that opens here is not properly closed",
        ),
        (
            "access_id_CA X509 '/O=a\npos_rights globus CA:sign\ncond_subjects globus '\"/O=a\"'\n",
            "line 1: the single quote that opens here is not properly closed",
        ),
        (
            "access_id_CA X509 '/O=a'b\n",
            "line 1: the single quote that opens here is not properly closed",
        ),
        (
            "access_id_CA X509 /O=a\npos_rights globus CA:read\n",
            "line 2: expected CA:sign after pos_rights, found 'CA:read'",
        ),
        (
            "access_id_CA X509 /O=a\npos_rights globus CA:sign\npos_rights globus CA:sign\n",
            "line 3: pos_rights a second time without a condition between",
        ),
    ] {
        assert_eq!(read(text), want, "{text}");
    }
}

#[test]
fn how_patterns_are_quoted() {
    for (value, want) in [
        ("''", "line 3: there is no pattern"),
        ("'\"\"'", "line 3: a pattern is empty"),
        ("'\"/O=a'", "line 3: a double quote is not properly closed"),
        ("'\"/O=a\"\"/O=b\"'", "line 3: there must be a blank between two quoted patterns"),
        ("'/O=a \"/O=b\"'", "line 3: each of several patterns must be in double quotes"),
        ("'\"/O=a\n\"'", "line 3: a double quote is not properly closed"),
    ] {
        assert_eq!(read(&format!("{CA}cond_subjects globus {value}\n")), want);
    }
}
