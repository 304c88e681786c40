#!/usr/bin/env python3
"""SEC_TOKEN_REVOCATION_EXPR: what HTCondor's ClassAd library makes of expressions, and certok.

    tests/peers/condor_revocation.py [CERTOK]

Run it with a python that has the package htcondor (classad2). CERTOK defaults to target/debug/certok.
Each expression is evaluated over the claims of one token. HTCondor refuses the token if it comes to true, a
number that is not zero, undefined, an error or a text. `undecided` is counted apart: certok says that it
does not know. Prints what differs; exits 1 if a line is `DIFFERENT`.
"""
import itertools, json, os, subprocess, sys, tempfile

import classad2

HERE = os.path.dirname(os.path.abspath(__file__))
CERTOK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else HERE + "/../../target/debug/certok")

VALUES = ['"abc"', '"A,b c"', '""', "0", "7", "-3", "2.5", "true", "false", "undefined", "error", "sub", "iat", "nosuch",
          '{"abc", "x"}', "{1, 2}", "{}"]
ONE = ["isUndefined", "isError", "isString", "isInteger", "isReal", "isBoolean", "isList", "size", "toLower", "toUpper",
       "int", "real", "string", "bool", "floor", "ceiling", "round", "strcat", "split", "stringListSize", "stringListSum",
       "stringListAvg", "stringListMin", "stringListMax", "isAbstime", "isReltime", "isClassAd", "unparse", "eval", "quantize",
       "sum", "avg", "min", "max", "splitUserName", "splitSlotName", "formatTime", "interval", "debug", "abs", "time",
       "length", "nosuchfunction", "random"]
TWO = ["strcmp", "stricmp", "member", "identicalMember", "stringListMember", "stringListIMember", "regexp", "strcat",
       "substr", "split", "stringListsIntersect", "stringListSubsetMatch", "pow", "quantize", "join", "regexpMember",
       "stringList_regexpMember", "versioncmp", "anyCompare"]
OPERATORS = ["==", "!=", "=?=", "=!=", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*", "/", "%", "&", "|", "^", "is", "isnt"]
OTHERS = r"""
sub == "bob@pool.test"
SUB == "BOB@POOL.TEST"
sub =?= "BOB@pool.test"
!(sub == "x")
! sub
-iat < 0
+iat > 0
~iat
iat > 0 ? true : false
iat > 0 ? "a" : 1
nosuch ?: true
nosuch ?: false
sub ?: 1
ifThenElse(iat > 0, true, false)
ifThenElse(nosuch, true, false)
ifThenElse(error, true, false)
ifThenElse("x", true, false)
ifThenElse(true, nosuch)
regexp("^bob", sub)
regexp("^BOB", sub)
regexp("^BOB", sub, "i")
regexp("b.b", sub, "x")
regexp("(", sub)
regexp("[a-c]ob@.*\.test$", sub)
regexp("\\d", sub)
regexp("\d", jti)
regexps("(b).(b)", sub, "\1\2") == "bb"
replace("b", sub, "x") == "xob@pool.test"
replaceAll("b", sub, "x") == "xox@pool.test"
replace("o", sub, "0") == "b0b@pool.test"
substr(sub, 0, 3) == "bob"
substr(sub, -4) == "test"
substr(sub, 4, -5) == "pool"
substr(sub, 100) == ""
member(sub, {"x", "bob@pool.test"})
member(sub, split("x,bob@pool.test"))
member(iat, {1, 2})
stringListMember(sub, "x,bob@pool.test")
stringListMember(sub, "x;bob@pool.test", ";")
stringListIMember(sub, "x BOB@POOL.TEST")
stringList_regexpMember("^bob", "x,bob@pool.test")
stringList_regexpMember("^bob", "x,bob@pool.test", ",")
time() > iat
time() - iat > 1000000000
iat + 1 > iat
iat * 1.0 == iat
iat / 0
iat % 7 < 7
1 / 2 == 0
1.0 / 2 == 0.5
strcat(sub, "x") == "bob@pool.testx"
strcat("a", 1, 2.5, true) == "a12.5true"
toLower("ABC") == "abc"
size(sub) == 13
size({1,2,3}) == 3
{1,2,3}[1] == 2
{1,2}[5]
split(sub, "@")[0] == "bob"
join(",", {"a", "b"}) == "a,b"
join({"a", "b"}) == "ab"
join(",", "a", "b") == "a,b"
[a = 1].a == 1
[a = 1; b = 2].b == 2
my.sub == "bob@pool.test"
MY.sub == "bob@pool.test"
target.sub == "bob@pool.test"
.sub == "bob@pool.test"
isUndefined(nosuch)
isUndefined(sub)
undefined
error
true
false
0
1
0.0
-0.0
0.1
""
"x"
{}
{1}
[a = 1]
nosuch
nosuch == 1
nosuch =?= 1
nosuch =!= 1
nosuch && false
nosuch || true
false && nosuch
true || nosuch
nosuch || false
error || true
true || error
error && false
false && error
"x" && true
"x" || true
1 && 1
0 || 0
2 == 2.0
2 =?= 2.0
true == 1
true =?= 1
"a" == "A"
"a" =?= "A"
"a" < "b"
"B" < "a"
"10" < "9"
10 < 9
"10" < 9
1 + "1"
1K == 1024
1M > 1
0x10 == 16
010 == 8
010 == 10
1e3 == 1000
1.5e-3 < 1
.5 == 0.5
5. == 5
"a\"b" == "a\"b"
"a\\b" == "a\\b"
"a\nb" == "a\nb"
'sub' == "bob@pool.test"
'a b' == 1
1 << 2 == 4
8 >> 1 == 4
8 >>> 1 == 4
5 & 3 == 1
5 | 3 == 7
5 ^ 3 == 6
1 < 2 == true
1 < 2 < 3
1 == 1 == 1
2 + 3 * 4 == 14
2 - 3 - 4 == -5
(2 + 3) * 4 == 20
- 3 + 4 == 1
!true == false
!0
!!1
true ? false : true
true ? 1
true : false
sub ==
== sub
sub == "x
(sub == "x"
sub == "x")
sub = "x"
sub == "x";
sub == "x" // comment
sub == "x" /* c */
sub == /* c */ "x"
sub sub
sub, sub
f(
f()
sub()
if (sub == "x") true
not sub == "x"
sub and true
sub in {"x"}
sub like "b%"
"bob" in sub
$(X)
@sub
#sub
sub == 'bob@pool.test'
isString(jti) && size(jti) == 32
regexp("^[0-9a-f]{32}$", jti)
jti == ""
scope == "condor:/READ"
regexp("condor:/WRITE", scope)
stringListMember("condor:/READ", scope, " ")
exp < time()
exp - iat
exp - iat > 600
kid == "POOL"
kid =?= "POOL"
iss == "pool.test"
iss =!= "pool.test"
anyCompare("==", {"x", sub}, "bob@pool.test")
allCompare("<", {1, 2}, 3)
countMatches(true, {1})
sum({1, 2}) == 3
avg({1, 2}) == 1.5
max({1, 2}) == 2
min({}) =?= undefined
pow(2, 3) == 8
quantize(7, 5) == 10
floor(2.7) == 2
ceiling(2.1) == 3
round(2.5) == 2
int("7") == 7
int("x")
real("2.5") == 2.5
string(7) == "7"
bool("true")
bool("x")
abs(-3) == 3
versioncmp("1.2", "1.10") < 0
versionLT("1.2", "1.10")
unparse(sub) == "x"
eval("1 == 1")
evalInEachContext(1, {})
random(10) < 10
random() < 1
formatTime(0, "%Y") == "1970"
splitTime(0).Year == 1970
absTime("1970-01-01T00:00:00Z") == absTime("1970-01-01T00:00:00Z")
relTime("1+00:00:00") == relTime(86400)
interval(60) == "1:00"
currentTime() > absTime("2000-01-01")
dayTime() > relTime(0)
userMap("x", sub)
userHome("root") == "/root"
envV1ToV2("a=b") == "a=b"
mergeEnvironment("a=b") == "a=b"
listToArgs({"a"}) == "a"
argsToList("a b")[0] == "a"
""".strip("\n").split("\n")


def expressions():
    yield from OTHERS
    for name, value in itertools.product(ONE, VALUES):
        yield f"{name}({value})"
    for name in ONE + TWO:
        yield f"{name}()"
    small = ['"abc"', '"b,abc"', "2", "undefined", "error", "nosuch", '{"abc"}', "true"]
    for name, one, two in itertools.product(TWO, small, small):
        yield f"{name}({one}, {two})"
    for operator, one, two in itertools.product(OPERATORS, ['"abc"', '"ABC"', "2", "2.0", "0", "true", "undefined", "error", "{1}"],
                                                ['"abc"', "2", "0", "false", "undefined", "error", "{1}"]):
        yield f"{one} {operator} {two}"


def theirs(expression, claims):
    """Whether a token is refused, or that the expression is passed over."""
    # In old ClassAd syntax, as the daemons read it; what follows an expression is passed over here, and
    # not by the daemons.
    ad = classad2.parseOne(f"CERTOK = {expression}\n", classad2.ParserType.Old)
    if "CERTOK" not in ad:
        return "passed over"
    for name, value in claims.items():
        ad[name] = value
    try:
        value = ad.eval("CERTOK")
    except (ValueError, classad2.ClassAdException, TypeError, RuntimeError):
        return "revoked"
    if value in (classad2.Value.Undefined, classad2.Value.Error) or isinstance(value, str):
        return "revoked"
    if isinstance(value, (bool, int, float)):
        return "revoked" if value else "kept"
    return "revoked"


def main():
    counts = {}
    with tempfile.TemporaryDirectory() as work:
        os.mkdir(work + "/keys", 0o700)
        with open(work + "/keys/POOL", "wb") as out:
            out.write(os.urandom(64))
        os.chmod(work + "/keys/POOL", 0o600)
        env = {"PATH": "/usr/bin:/bin", "HOME": work, "CONDOR_CONFIG": "ONLY_ENV", "_condor_SEC_PASSWORD_DIRECTORY": work + "/keys",
               "_condor_TRUST_DOMAIN": "pool.test"}
        made = subprocess.run([CERTOK, "idtoken-create", "-identity", "bob@pool.test", "-authz", "READ", "-lifetime", "3600"],
                              env=env, capture_output=True, text=True)
        path = work + "/token"
        with open(path, "w") as out:
            out.write(made.stdout)
        os.chmod(path, 0o600)
        import base64
        part = made.stdout.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        for expression in expressions():
            wanted = theirs(expression, claims)
            own = {**env, "_condor_SEC_TOKEN_REVOCATION_EXPR": expression}
            done = subprocess.run([CERTOK, "--json", "idtoken-verify", "--key", work + "/keys/POOL", path], env=own,
                                  capture_output=True, text=True)
            code = done.returncode
            got = {14: "revoked", 0: "kept", 5: "undecided"}.get(code, f"exit {code}")
            if got == "kept" and wanted == "passed over":
                got = wanted
            verdict = "same" if got == wanted else "undecided" if got == "undecided" else "DIFFERENT"
            counts[verdict] = counts.get(verdict, 0) + 1
            if verdict == "DIFFERENT" or os.environ.get("VERBOSE") and verdict != "same":
                print(f"{verdict} {expression}: HTCondor: {wanted}, certok: {got}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    sys.exit("DIFFERENT" in counts)


main()
