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
int(2.9)
int(-2.9)
int("7")
int("7.9")
int(" 7")
int("7 ")
int("7x")
int("")
int("1e3")
int("0x10")
int("true")
int("1K")
int("2.5M")
int("99999999999999999999")
int(1e30)
int(undefined)
int(error)
int({1})
int("-7")
int("+7")
int(".5")
int(nosuch)
int(1,2)
real(7)
real("7")
real("2.5")
real(" 2.5")
real("2.5 ")
real("2.5x")
real("x")
real("")
real(true)
real("1e3")
real("1K")
real("0x10")
real("inf")
real("INF")
real("NaN")
real("-INF")
real(undefined)
real({1})
string(2.5)
string(1e20)
string(1.0)
strcat(2.5)
strcat(1.0,"x")
string(0.1)
string(1/3.0)
string({1,"a"})
bool("TRUE")
bool(0.0)
bool("1")
bool({1})
floor(2.7)
floor(-2.7)
ceiling(2.1)
ceil(2.1)
round(2.5)
round(3.5)
round(-2.5)
floor("2.7")
floor(true)
floor("x")
floor(undefined)
floor({1})
replace("b","bob","x")
replaceAll("b","bob","x")
replaceAll("o*","bob","x")
replace("(.)o","bob","\1\1")
replace("(.)o","bob","\0")
replace("(.)o","bob","\2")
replace("(.)o","bob","\\1")
replace("z","bob","x")
replaceall("b","bob","x")
replace("B","bob","x","i")
replaceAll("B","bob","x","i")
replace("b","bob","$1&")
regexps("b","bob","x")
regexps("(b).(b)","bob","\2-\1")
regexps("z","bob","x")
regexps("o","bob","[\0]")
regexps("(o)","bob","\1","f")
regexps("b","bob","x","g")
regexps("b","bob","x","fg")
regexps("B","bob","x","i")
regexps("(","bob","x")
regexps("b",1,"x")
regexps("b",nosuch,"x")
regexps("b","bob")
regexps("b","bob","a\9b")
regexps("b","bob","a\")
replaceAll("","bob","x")
replaceAll("^","bob","x")
replaceAll("b$","bob","x")
replaceAll("b","bbb","\0\0")
replace("b","bob",1)
versioncmp("1.2","1.10")
versioncmp("1.10","1.2")
versioncmp("1.2","1.2")
versioncmp("1.2","1.2.0")
versioncmp("a","B")
versioncmp("1.2a","1.2b")
versioncmp("01","1")
versioncmp("1","01")
versioncmp("1.001","1.01")
versioncmp("1.010","1.09")
versioncmp("x1","x01")
versioncmp("",  "a")
versioncmp(1,2)
versioncmp(true,"true")
versioncmp(1.5,"1.5")
versioncmp({1},"1")
versioncmp("10.0.0","9.9.9")
versioncmp("23.9.6","23.10.1")
versionGE("1.2","1.10")
versionge("1.2","1.10")
VersionLT("1.2","1.10")
versionLT("1.2","1.10")
versionLE("1.2","1.2")
versionGT("1.2","1.2")
versionEQ("1.2","1.2")
versioneq("1.2","1.2")
versionEQ("1.2","1.20")
version_in_range("1.5","1.0","2.0")
versionInRange("1.5","1.0","2.0")
version_in_range("0.5","1.0","2.0")
version_in_range(nosuch,"1.0","2.0")
versionGE(nosuch,"1")
versionGE(error,"1")
versionGE("1")
join(",","a","b")
join(",",{"a","b"})
join({"a","b"})
join("a","b")
join(",",{"a",nosuch})
join(",",{})
join(",")
join()
join(",",1,2)
join(",","a",{"b","c"})
join(",",nosuch,"b")
join(nosuch,{"a"})
join(1,"a","b")
join({1,2})
join(",",{1,2.5,true})
join({"a"},"b")
strcat("a",{"b"})
eval("sub")
eval(sub)
eval("nosuch")
eval("1 +")
eval(1)
eval("eval(\"1\")")
eval(nosuch)
eval("010")
eval("sub == \"bob@pool.test\"")
unixTime()
unixTime(absTime("1970-01-01T00:00:00Z"))
time(1)
pow(2,3)
pow(2.0,3)
pow(2,-1)
pow("2",3)
pow(10,18)
pow(2,62)
quantize(7,5)
quantize(7,0)
quantize(7.5,5)
quantize(-7,5)
quantize("7",5)
quantize(7,{5,10})
quantize(12,{5,10})
sum({1,2})
sum({1,2.5})
sum({})
sum({"a"})
avg({1,2})
avg({})
min({1,2})
max({1,2.5})
max({})
max({nosuch,1})
sum({nosuch,1})
countMatches(true,{1})
abs(-3)
interval(60)
interval(90061)
""".strip("\n").split("\n")


VERSIONS = ["", "0", "00", "01", "001", "1", "10", "1.0", "1.00", "1.01", "1.010", "1.1", "a", "a0", "a01", "a1", "a10", "a1b", "a01b"]


def expressions():
    yield from OTHERS
    for one, two in itertools.product(VERSIONS, VERSIONS):
        yield f'versioncmp("{one}", "{two}")'
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


def evaluated(expression, claims):
    """The value, or None if the expression is passed over."""
    # In old ClassAd syntax, as the daemons read it; what follows an expression is passed over here, and
    # not by the daemons.
    ad = classad2.parseOne(f"CERTOK = {expression}\n", classad2.ParserType.Old)
    if "CERTOK" not in ad:
        return None
    for name, value in claims.items():
        ad[name] = value
    try:
        return ad.eval("CERTOK")
    except (ValueError, classad2.ClassAdException, TypeError, RuntimeError):
        return classad2.Value.Error


def theirs(value):
    """Whether a token is refused, or that the expression is passed over."""
    if value is None:
        return "passed over"
    if value in (classad2.Value.Undefined, classad2.Value.Error) or isinstance(value, str):
        return "revoked"
    if isinstance(value, (bool, int, float)):
        return "revoked" if value else "kept"
    return "revoked"


def with_values(expressions, claims):
    """Each expression, and whether it has the value that it has."""
    for expression in expressions:
        value = evaluated(expression, claims)
        yield expression, value
        if isinstance(value, (bool, int)) and abs(value) < 1 << 62:
            literal = str(value).lower()
        elif isinstance(value, str) and not set(value) & set('"\\\n'):
            literal = f'"{value}"'
        else:
            continue
        exact = f"({expression}) =!= {literal}"
        if "time" not in expression.lower() and "random" not in expression.lower():
            yield exact, evaluated(exact, claims)


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
        for expression, value in with_values(expressions(), claims):
            wanted = theirs(value)
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
