use super::*;

const CLAIMS: &str = r#"{"iat":100,"iss":"pool.test","jti":"abc","list":["x"],"sub":"bob@pool.test","yes":true,"r":1.5}"#;

fn answer(text: &str) -> RevocationVerdict {
    let claims = Json::parse(CLAIMS).unwrap().object().unwrap().clone();
    evaluate(text, &claims, UnixTime(1_000))
}

/// As classad2 of HTCondor 25.14.1 evaluates them.
#[test]
fn true_and_false() {
    for text in [
        r#"jti =?= "abc""#,
        r#"!(jti =?= "ABC")"#,
        r#"jti == "ABC""#,
        r#"JTI is "abc""#,
        r#"!(jti isnt "abc")"#,
        r#"jti =?= "x" || jti =?= "abc""#,
        r#"!((jti =?= "x") || (sub =?= "eve@pool.test"))"#,
        r#"sub == "bob@pool.test" && iat < 200"#,
        "iat <= 100",
        "iat == 1e2",
        "iat == 100.0",
        "!(iat =?= 100.0)",
        "yes == 1",
        "true < 2",
        "1 && yes",
        "!(0 && nosuch)",
        "!!1.5",
        "list =?= undefined",
        "nosuch == 3 || true",
        "!(nosuch == 3 && false)",
        r#"!(false && iat == "x")"#,
        "iat + 1 == 101 && 7 / 2 == 3 && 7.0 / 2 == 3.5 && 7 % 3 == 1",
        "10 - 3 - 2 == 5 && 1 + 2 * 3 == 7 && 2 - -3 == 5",
        "(5 & 3) == 1 && (5 | 3) == 7 && (5 ^ 3) == 6",
        "1 < 2 == true",
        "(1 ? 2 : 3) == 2 && (nosuch ?: 5) == 5",
        r#"regexp("^bob@", sub) && regexp("B", jti, "i") && !regexp("B", jti)"#,
        r#"regexp("\.", iss) && !regexp("\.", jti)"#,
        r#"member("ABC", {"abc", "x"}) && !identicalMember("ABC", {"abc"})"#,
        r#"member(100, {100.0}) && member("x", {nosuch, "x"}) && !member("x", {nosuch})"#,
        r#"stringListMember(jti, "x, abc") && !stringListMember("a b", "a b,c")"#,
        r#"stringListMember("abc", "x;abc", ";") && stringListIMember("ABC", "x abc")"#,
        r#"stringListSize("a, b,c") == 3 && stringListsIntersect("a,b", "b,c")"#,
        r#"stringListSubsetMatch("a", "a,b") && stringListISubsetMatch("A", "a,b")"#,
        r#"stringList_regexpMember("a.*", "x, abc") && regexpMember("^a", {"x", "abc"})"#,
        "ifThenElse(yes, 1, 2) == 1 && ifThenElse(0, 1, 2) == 2",
        r#"substr("abcdef", 2) == "cdef" && substr("abcdef", 1, -2) == "bcd""#,
        r#"substr("abcdef", -2) == "ef" && substr("abc", 10) == "" && substr("abc", 2, -5) == """#,
        r#"strcat("a", 1, true) == "a1true" && toLower("ABC") is "abc" && toUpper(true) is "TRUE""#,
        r#"size("abc") == 3 && size({}) == 0"#,
        r#"size(split("a,,b,", ",")) == 3 && split("a, b", ",")[1] == " b" && size(split("a , b")) == 2"#,
        r#"split(sub, "@")[1] == "pool.test" && splitUserName("bob")[1] == """#,
        r#"splitSlotName("h")[1] == "h" && strcmp("a", "b") == -1 && stricmp("A", "a") == 0"#,
        "isUndefined(nosuch) && isError(1/0) && isString(jti) && isInteger(iat) && isReal(r)",
        r#"anyCompare("<", {1, 2}, 2) && !allCompare("<", {1, 2}, 2) && allCompare("==", {}, 1)"#,
        "strcmp(2, 2) == 0 && stricmp(true, \"TRUE\") == 0",
        "!identicalMember(undefined, {1}) && !identicalMember(error, {1})",
        "time() - iat == 900",
        r#"int("7.9 x") == 7 && int(-2.9) == -2 && int("1e3") == 1000 && int(".5") == 0"#,
        r#"real("2.5x") == 2.5 && real(true) =?= 1.0 && string(2.5) == "2.500000000000000E+00""#,
        r#"bool("TRUE") && !bool(0.0) && isUndefined(bool("x")) && isError(int("x"))"#,
        "floor(-2.7) == -3 && ceiling(2.1) == 3 && round(2.5) == 2 && round(3.5) == 4",
        r#"replace("b", sub, "x") == "xob@pool.test" && replaceAll("B", jti, "x", "i") == "axc""#,
        r#"replace("(.)b", jti, "<\1\0>") == "<aab>c" && replaceAll("b", "bbb", "\0\0") == "bbbbbb""#,
        r#"regexps("(a).(c)", jti, "\2\1") == "ca" && regexps("z", jti, "x") is """#,
        r#"regexps("b", "bob", "x", "g") == "xx" && regexps("b", "bob", "x", "fg") == "xox""#,
        r#"isError(replace("b", jti, "\1")) && isUndefined(replace("b", nosuch, "x"))"#,
        r#"versionGE("23.10.1", "23.9.6") && versionLT("1.2", "1.10") && versionLE("1.2", "1.2")"#,
        r#"versionEQ("1.2", "1.2") && !versionGT("1.2", "1.2") && versioncmp("1", "01") == 1"#,
        r#"versioncmp("1.010", "1.09") == -8 && versioncmp("1.2", "1.2.0") == -46"#,
        r#"version_in_range("1.5", "1.0", "2.0") && !version_in_range("0.5", "1.0", "2.0")"#,
        r#"join(",", {"a", 1}) == "a,1" && join({"a", "b"}) == "ab" && join(",", "a", "b") == "a,b""#,
        r#"eval("sub == 'x'") isnt true && eval("iat + 1") == 101 && eval(5) == 5 && isError(eval(nosuch))"#,
        "pow(2, 10) == 1024 && quantize(7, 5) == 10 && quantize(-7, 5) == 0 && quantize(7, 0) == 7",
        "sum({1, 2}) == 3 && max({1, 2}) == 2 && isUndefined(min({})) && sum({}) == 0",
        "!isClassAd(jti) && !isAbstime(iat) && !isReltime(nosuch)",
        r#"'jti' == "abc" && string(5) is "5" && int(true) == 1"#,
    ] {
        assert_eq!(answer(text), RevocationVerdict::Revoked, "{text}");
        assert_eq!(answer(&format!("!({text})")), RevocationVerdict::Kept, "{text}");
    }
    assert_eq!(answer("0"), RevocationVerdict::Kept);
    assert_eq!(answer("iat"), RevocationVerdict::Revoked);
}

/// Undefined refuses everybody; `=?=` does not.
#[test]
fn neither() {
    for text in [
        "nosuch == 3",
        "nosuch == 3 || false",
        "2 && nosuch",
        "1 + nosuch",
        "undefined ? 1 : 2",
        r#"regexp("b", nosuch)"#,
        r#"member("abc", nosuch)"#,
        "size(nosuch)",
        "-nosuch",
        "nosuch[0]",
    ] {
        assert_eq!(answer(text), RevocationVerdict::RevokedBy("undefined"), "{text}");
    }
    for text in [
        r#"iat == "x""#,
        r#""a" && true"#,
        r#"nosuch && "x""#,
        "error || true",
        "1/0",
        r#"jti + "x""#,
        "5.5 % 2",
        "-yes",
        r#"regexp("b", iat)"#,
        r#"regexp("b")"#,
        r#"member("x", "x")"#,
        r#"stringListMember(1, "1,2")"#,
        r#"substr("abc", "1")"#,
        "size(5)",
        "isUndefined()",
        r#"{"a"}[5]"#,
        "{1} == {1}",
    ] {
        assert_eq!(answer(text), RevocationVerdict::RevokedBy("an error"), "{text}");
    }
    assert_eq!(answer("jti"), RevocationVerdict::RevokedBy("a text"));
    assert_eq!(answer("{1}"), RevocationVerdict::RevokedBy("a list"));
}

#[test]
fn what_is_not_evaluated() {
    let deep = format!("{}yes{}", "(".repeat(60), ")".repeat(60));
    let minus = format!("{}1", "- ".repeat(60));
    for text in [
        r#"regexp("(?=a)", jti)"#,
        r#"regexp("\<a", jti)"#,
        r#"regexp("b", jti, "x")"#,
        r#"replaceAll("b*", jti, "x")"#,
        r#"regexps("(a)|(b)", jti, "\2")"#,
        r#"int("0x10") == 16"#,
        "string({1}) == 1",
        r#"versionlt("1", "2")"#,
        r#"join(",", {"a", nosuch}) == "a""#,
        r#"eval("sub == \"x\" || \\")"#,
        "pow(2, -1) == 0.5",
        "pow(2, 62) > 0",
        "quantize(-9223372036854775807 - 1, -9223372036854775807 - 1) == 0",
        "sum({9223372036854775807, 1}) > 0",
        "random(1) == 0",
        "nosuchfunction(1)",
        "stringListMember(jti, nosuch)",
        "jti =?=",
        r#"jti =?= "x"#,
        "(yes",
        "yes yes",
        "TARGET.jti == 1",
        "1 << 3",
        "0x10",
        "1K",
        "1.",
        "09",
        "010 == 10",
        "9223372036854775807 + 1",
        "[a = 1]",
        "yes ? 1",
        "",
        &deep,
        &minus,
    ] {
        let answer = answer(text);
        assert!(matches!(answer, RevocationVerdict::NotEvaluated(_)), "{text}: {answer:?}");
    }
}

/// A claim that asks for itself comes to an end, and what is not evaluated is named.
#[test]
fn no_end_and_no_function() {
    let claims = Json::parse(r#"{"sub":"eval(sub)"}"#).unwrap().object().unwrap().clone();
    let answer = evaluate("eval(sub)", &claims, UnixTime(1_000));
    assert_eq!(answer, RevocationVerdict::NotEvaluated("too many levels".to_owned()));
    let answer = evaluate("unixTime() > 1", &claims, UnixTime(1_000));
    let why = "it calls unixTime(), which is not evaluated here";
    assert_eq!(answer, RevocationVerdict::NotEvaluated(why.to_owned()));
}
