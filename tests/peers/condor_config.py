#!/usr/bin/env python3
"""Configurations of HTCondor, read by condor_config_val and by certok.

    tests/peers/condor_config.py [CERTOK] [CHROOT]

CERTOK defaults to target/debug/certok, CHROOT to /tmp/trixie, a Debian with the package condor, which
condor.sh makes; PYTHON names a python with the package htcondor, whose library is asked too. By hand
and as root, for chroot. The user condor must be here too (or bind the chroot's /etc/passwd), for what is
below its home.

Each text gives SEC_TOKEN_DIRECTORY a value. HTCondor says what it is, or refuses to start; certok must
find the same directory, or the error, or say that it does not know (`undecided`, counted apart: never
wrong, but no answer). Prints a line for each that is not the same; exits 1 if one is `DIFFERENT`.
"""
import json, os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CERTOK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else HERE + "/../../target/debug/certok")
ROOT = sys.argv[2] if len(sys.argv) > 2 else "/tmp/trixie"
PYTHON = os.environ.get("PYTHON")
D = "SEC_TOKEN_DIRECTORY"

# Text of the first file; further files are after lines `--- NAME`, variables after a line `$ NAME=VALUE`.
TEXTS = r"""
D = /a
===
D=/a
===
  D   =   /a   
===
D : /a
===
D:/a
===
D :/a
===
D := /a
===
D /a
===
D
===
D =
===
D = /a
D =
===
d = /a
===
sec_Token_Directory = /a
===
# c \
D = /a
===
#c\
D = /a
===
  # c \
D = /a
===
D = /a
# c \
D = /b
===
D = /a\
/b
===
D = /a \
   /b
===
D = /a\
# c
/b
===
D = /a\
# c \
/b
===
D = /a\
  # c \
/b
===
D = /a \

D = /b
===
D = /a \
D = /b
===
D = /a\\
/b
===
D = /a\ 
D = /b
===
D = /a\
===
\
D = /a
===
D = /a # c
===
D = "/a"
===
D = '/a'
===
D = /a;
===
D = /a b
===
D = /a	b
===
D = /$(SUBSYSTEM)x
===
D = /$(SUBSYS)x
===
D = /$(OPSYS)x
===
D = /$(ARCH)x
===
D = /$(OPSYSANDVER)x
===
D = /$(OPSYS_AND_VER)x
===
D = /$(OPSYSMAJORVER)x
===
D = /$(OPSYSVER)x
===
D = /$(OPSYSNAME)x
===
D = /$(OPSYSLONGNAME)x
===
D = /$(OPSYSSHORTNAME)x
===
D = /$(OPSYSLEGACY)x
===
D = /$(UNAME_ARCH)x
===
D = /$(UNAME_OPSYS)x
===
D = /$(HOSTNAME)x
===
D = /$(FULL_HOSTNAME)x
===
D = /$(IP_ADDRESS)x
===
D = /$(IPV4_ADDRESS)x
===
D = /$(IPV6_ADDRESS)x
===
D = /$(IP_ADDRESS_IS_V6)x
===
D = /$(TILDE)x
===
D = /$(USERNAME)x
===
D = /$(REAL_UID)x
===
D = /$(REAL_GID)x
===
D = /$(PID)x
===
D = /$(PPID)x
===
D = /$(LOCALNAME)x
===
D = /$(CONDOR_HOST)x
===
D = /$(DETECTED_CORES)x
===
D = /$(DETECTED_CPUS)x
===
D = /$(DETECTED_PHYSICAL_CPUS)x
===
D = /$(DETECTED_MEMORY)x
===
D = /$(DETECTED_CPUS_LIMIT)x
===
D = /$(CONDOR_VERSION)x
===
D = /$(CondorVersion)x
===
D = /$(VERSION)x
===
D = /$(CONFIG_ROOT)x
===
D = /$(LOCAL_DIR)x
===
D = /$(RELEASE_DIR)x
===
D = /$(LOG)x
===
D = /$(SPOOL)x
===
D = /$(EXECUTE)x
===
D = /$(LIB)x
===
D = /$(BIN)x
===
D = /$(SBIN)x
===
D = /$(ETC)x
===
D = /$(RUN)x
===
D = /$(LOCK)x
===
D = /$(PASSWD_FILE)x
===
D = /$(SEC_PASSWORD_DIRECTORY)/x
===
D = $(SEC_TOKEN_SYSTEM_DIRECTORY)/x
===
D = $(SEC_TOKEN_SYSTEM_DIRECTORY)
===
D = /$(UID_DOMAIN)x
===
UID_DOMAIN = u
D = /$(UID_DOMAIN)x
===
UID_DOMAIN = u
D = /$(TRUST_DOMAIN)x
===
D = /$(FILESYSTEM_DOMAIN)x
===
D = /$(COLLECTOR_HOST)x
===
D = /$(MASTER)x
===
D = /$(DAEMON_LIST)x
===
D = /$(POOL_HISTORY_DIR)x
===
D = /$(CREDD_HOST)x
===
D = /$(SEC_TOKEN_ISSUER_KEY)x
===
D = /$(SEC_TOKEN_POOL_SIGNING_KEY_FILE)x
===
D = /$(SEC_CREDENTIAL_DIRECTORY)x
===
D = /$(SCHEDD_NAME)x
===
D = /$(NOSUCH)x
===
D = /$(NOSUCH:y)x
===
D = /$(NOSUCH:$(Y:z))x
===
D = /$(NOSUCH:)x
===
D = /$(NOSUCH: y )x
===
B =
D = /$(B:y)x
===
B = /b
D = $(B)/x
===
B = /b
D = $( B )/x
===
B = /b
D = $(B )/x
===
B = /b
D = $(b)/x
===
D = $(B)/x
B = /b
===
B = /b
D = $(B)/x
B = /c
===
D = /a
D = $(D)/b
===
D = $(D)/b
===
D = $(D:/z)/b
===
D = /$(D
===
D = /$(
===
D = /$()x
===
D = /$x
===
D = /$$x
===
D = /$$(B)x
===
B = q
D = /$$(B)x
===
B = q
D = /$$$(B)x
===
D = /$(DOLLAR)x
===
B = q
D = /$(DOLLAR)(B)x
===
D = /$[1+1]x
===
D = /$ENV(HOME)x
===
D = $ENV(HOME)/x
===
D = /$ENV(NOSUCH)x
===
D = /$ENV(NOSUCH:y)x
===
D = /$ENV(NOSUCH:)x
===
D = /$ENV(EMPTY)x
$ EMPTY=
===
D = /$ENV(EMPTY:y)x
$ EMPTY=
===
D = /$ENV( VAR )x
$ VAR=v
===
D = /$env(VAR)x
$ VAR=v
===
B = VAR
D = /$ENV($(B))x
$ VAR=v
===
D = /$ENV(VAR)x
$ VAR=$(B)
===
D = /$INT(3)x
===
B = 3
D = /$INT(B)x
===
B = 3
D = /$INT(B,%03d)x
===
B = 1+2
D = /$INT(B)x
===
B = 1.5
D = /$REAL(B)x
===
B = abc
D = /$STRING(B)x
===
B = abcdef
D = /$SUBSTR(B,2)x
===
B = abcdef
D = /$SUBSTR(B,1,2)x
===
B = abcdef
D = /$SUBSTR(B,-2)x
===
D = /$CHOICE(1,a,b,c)x
===
B = 1
D = /$CHOICE(B,a,b,c)x
===
L = a,b
D = /$CHOICE(1,L)x
===
D = /$RANDOM_CHOICE(a,a)x
===
D = /$RANDOM_INTEGER(1,1)x
===
B = /a/b/c.d
D = $F(B)
===
B = /a/b/c.d
D = /$Fn(B)
===
B = /a/b/c.d
D = /$Fnx(B)
===
B = /a/b/c.d
D = $Fp(B)
===
B = /a/b/c.d
D = $Fpn(B)
===
B = /a/b/c.d
D = /$Fx(B)
===
B = /a/b/c.d
D = /$Fd(B)
===
D = $BASENAME(/a/b)
===
B = /a/b
D = /$BASENAME(B)
===
B = /a/b
D = $DIRNAME(B)
===
D = /$NOFUNC(B)x
===
B = b
D = /$EVAL(B)x
===
B = "b"
D = /$EVAL(B)x
===
TOOL.D = /t
===
TOOL.D = /t
D = /a
===
D = /a
TOOL.D = /t
===
tool.D = /t
D = /a
===
SCHEDD.D = /t
D = /a
===
D = /$(B)
TOOL.B = t
===
D = /$(B)
TOOL.B = t
B = s
===
D = /$(TOOL.B)
B = s
===
D = /$(TOOL.B)
TOOL.B = t
===
X.D = /t
D = /a
===
D = /a
$ _condor_D=/e
===
D = /a
$ _CONDOR_D=/e
===
D = /a
$ _Condor_D=/e
===
D = /a
$ _condor_D=/e
$ _CONDOR_D=/f
===
D = /a
$ _CONDOR_D=/f
$ _condor_D=/e
===
D = /a
$ _condor_D=/e
$ _condor_sec_token_directory=/f
===
D = /a
$ _condor_sec_token_directory=/f
$ _condor_D=/e
===
D = /a
$ _condor_D=
===
D = /a
$ _condor_D= /e 
===
D = /a
$ condor_D=/e
===
D = /a
$ __condor_D=/e
===
D = /a
$ CONDOR_D=/e
===
D = /a
$ _condor_TOOL.D=/e
===
D = /a
$ _condor_D=$(D)/e
===
D = /a
$ _condor_D=$(B:q)/e
===
B = b
D = /$(B)
$ _condor_B=e
===
D = /$(B)
$ _condor_B=e
===
D = /a
$ _condor_D=$ENV(V)
$ V=/v
===
if true
D = /a
endif
===
if True
D = /a
endif
===
if TRUE
D = /a
endif
===
if yes
D = /a
endif
===
if t
D = /a
endif
===
if T
D = /a
endif
===
if Y
D = /a
endif
===
if on
D = /a
endif
===
if 1
D = /a
endif
===
if 2
D = /a
endif
===
if -1
D = /a
endif
===
if 0.5
D = /a
endif
===
if 0.0
D = /a
else
D = /b
endif
===
if 1e3
D = /a
endif
===
if 0x0
D = /a
else
D = /b
endif
===
if 1abc
D = /a
endif
===
if false
D = /a
endif
===
D = /z
if no
D = /a
endif
===
D = /z
if f
D = /a
endif
===
D = /z
if n
D = /a
endif
===
if
D = /a
endif
===
if ()
D = /a
endif
===
if (true)
D = /a
endif
===
if true true
D = /a
endif
===
if "true"
D = /a
endif
===
if inf
D = /a
endif
===
if nan
D = /a
endif
===
if $(B)
D = /a
else
D = /b
endif
===
B = true
if $(B)
D = /a
endif
===
B = x
if $(B)
D = /a
endif
===
if ! true
D = /a
else
D = /b
endif
===
if !true
D = /a
else
D = /b
endif
===
if !!true
D = /a
else
D = /b
endif
===
if ! ! true
D = /a
else
D = /b
endif
===
if not true
D = /a
else
D = /b
endif
===
if defined B
D = /a
else
D = /b
endif
===
B = 1
if defined B
D = /a
else
D = /b
endif
===
B =
if defined B
D = /a
else
D = /b
endif
===
B = 1
if Defined B
D = /a
else
D = /b
endif
===
B = 1
if DEFINED b
D = /a
else
D = /b
endif
===
B = 1
if defined(B)
D = /a
else
D = /b
endif
===
B = 1
if defined (B)
D = /a
else
D = /b
endif
===
B = 1
if defined $(B)
D = /a
else
D = /b
endif
===
if defined
D = /a
else
D = /b
endif
===
if defined $(B)
D = /a
else
D = /b
endif
===
B = 1
if defined B C
D = /a
else
D = /b
endif
===
B = 1
if !defined B
D = /a
else
D = /b
endif
===
B = 1
if ! defined B
D = /a
else
D = /b
endif
===
if ! defined B
D = /a
else
D = /b
endif
===
if !defined B
D = /a
else
D = /b
endif
===
if defined MASTER
D = /a
else
D = /b
endif
===
if defined TILDE
D = /a
else
D = /b
endif
===
if defined LOCAL_DIR
D = /a
else
D = /b
endif
===
if defined SEC_PASSWORD_DIRECTORY
D = /a
else
D = /b
endif
===
if defined D
D = /a
else
D = /b
endif
===
if defined USE
D = /a
else
D = /b
endif
===
if defined use ROLE
D = /a
else
D = /b
endif
===
if defined use FEATURE:GPUs
D = /a
else
D = /b
endif
===
if defined use FEATURE : nosuch
D = /a
else
D = /b
endif
===
if version >= 9.0
D = /a
else
D = /b
endif
===
if version >= 9.0.0
D = /a
else
D = /b
endif
===
if version > 9.0.0.0
D = /a
else
D = /b
endif
===
if version >= 9
D = /a
else
D = /b
endif
===
if Version >= 9.0
D = /a
else
D = /b
endif
===
if version>=9.0
D = /a
else
D = /b
endif
===
if version > 9.0
D = /a
else
D = /b
endif
===
if version < 9.0
D = /a
else
D = /b
endif
===
if version <= 8.8.12
D = /a
else
D = /b
endif
===
if version == 8.8.12
D = /a
else
D = /b
endif
===
if version = 8.8.12
D = /a
else
D = /b
endif
===
if version != 8.8.12
D = /a
else
D = /b
endif
===
if version 9.0
D = /a
else
D = /b
endif
===
if version
D = /a
else
D = /b
endif
===
if version >=
D = /a
else
D = /b
endif
===
if version >= x
D = /a
else
D = /b
endif
===
if version >= 9.x
D = /a
else
D = /b
endif
===
if ! version >= 9.0
D = /a
else
D = /b
endif
===
if version >= 9.0 # c
D = /a
else
D = /b
endif
===
if version >= 24.0
D = /a
else
D = /b
endif
===
if version >= 99.0
D = /a
else
D = /b
endif
===
if $(CondorVersion) >= 9
D = /a
else
D = /b
endif
===
if 1 > 0
D = /a
else
D = /b
endif
===
if true && true
D = /a
else
D = /b
endif
===
if true || false
D = /a
else
D = /b
endif
===
if $(OPSYS) == "LINUX"
D = /a
else
D = /b
endif
===
if true
D = /a
===
D = /z
if false
D = /a
===
D = /z
if true
if false
endif
D = /a
===
endif
D = /a
===
else
D = /a
===
D = /a
else
===
elif true
D = /a
===
if true
D = /a
else
D = /b
else
D = /c
endif
===
if false
D = /a
else
D = /b
elif true
D = /c
endif
===
if false
D = /a
elif true
D = /b
elif true
D = /c
else
D = /d
endif
===
if false
D = /a
elif nonsense
D = /b
endif
===
if true
D = /a
elif nonsense
D = /b
endif
===
if false
D = /a
else if true
D = /b
endif
===
if false
D = /a
elseif true
D = /b
endif
===
if false
D = /a
elsif true
D = /b
endif
===
if false
D = /a
elif
D = /b
endif
===
if true
D = /a
endif x
===
if true
D = /a
end if
===
if true
D = /a
EndIf
===
IF true
D = /a
ENDIF
===
if true
D = /a
else # c
D = /b
endif # d
===
if false
D = /a
else # c
D = /b
endif # d
===
if: true
D = /a
endif
===
if : true
D = /a
endif
===
if = true
D = /a
===
if true
  if true
    D = /a
  else
    D = /b
  endif
endif
===
if false
  if nonsense x
    D = /a
  endif
endif
D = /c
===
if false
garbage line
endif
D = /c
===
if false
include : /nosuch
use NOSUCH : x
error : x
endif
D = /c
===
D = /a
garbage
===
D = /a
garbage line
===
D = /a
= x
===
D = /a
: x
===
D = /a
a b = c
===
D = /a
a-b = c
===
D = /a
a.b = c
===
D = /a
a/b = c
===
D = /a
a$b = c
===
D = /a
$(a) = c
===
B = SEC_TOKEN_DIRECTORY
$(B) = /c
===
D = /a
1a = c
===
D = /a
"a" = c
===
D = /a
<<<<<<< HEAD
===
D = /a
[section]
===
D = /a
; comment
===
D = /a
// comment
===
D = /a
export D = /b
===
D = /a
set D = /b
===
D == /a
===
D += /a
===
D = /z
D += /a
===
D = /z
D =+ /a
===
D ?= /a
===
D = /a
D ?= /b
===
D @= /a
===
D @=end
/a
@end
===
D @=end
/a
/b
@end
===
D @=end
/a
===
D @=end
/a
@END
===
D @=end
/a
 @end
===
D @=end
# c
/a
@end
===
D @= end
/a
@end
===
D @=
/a
@
===
D @=end
/a
@end x
===
D @=end
$(B:/q)
@end
===
D @=end
/a \
/b
@end
===
include : b
D = /a
--- b
D = /b
===
D = /a
include : b
--- b
D = /b
===
D = /a
include:b
--- b
D = /b
===
D = /a
Include : b
--- b
D = /b
===
D = /a
@include : b
--- b
D = /b
===
D = /a
include : $HERE/b
--- b
D = /b
===
D = /a
include : nosuch
===
D = /a
include : /nosuch/x
===
D = /a
include ifexist : nosuch
===
D = /a
include ifexist : b
--- b
D = /b
===
D = /a
include ifexists : b
--- b
D = /b
===
D = /a
include IfExist : b
--- b
D = /b
===
D = /a
include b
--- b
D = /b
===
D = /a
include = b
--- b
D = /b
===
D = /a
include :
===
D = /a
include
===
D = /a
include : b c
--- b
D = /b
===
D = /a
include : "b"
--- b
D = /b
===
N = b
D = /a
include : $(N)
--- b
D = /b
===
D = /a
include : $(N)
===
D = /a
include : $ENV(NOSUCH)
===
D = /a
include : d
--- d/x
D = /b
===
D = /a
include : b
--- b
include : c
--- c
D = /c
===
D = /a
include : d/b
--- d/b
include : c
--- d/c
D = /c
===
D = /a
include : b
--- b
include : b
===
D = /a
include : b
--- b
if true
D = /b
===
D = /a
include : b
--- b
garbage
===
if true
include : b
D = /a
--- b
endif
===
D = /a
include command : /bin/echo D = /c
===
D = /a
include : /bin/echo D = /c |
===
D = /a
include command into x : /bin/echo D = /c
===
D = /a
include output : /bin/echo D = /c
===
D = /a
include ifexist : /bin/echo D = /c |
===
D = /a
use ROLE : Personal
===
D = /a
use ROLE:Execute
===
D = /a
use role : personal
===
D = /a
use ROLE : Nosuch
===
D = /a
use NOSUCH : Personal
===
D = /a
use FEATURE : GPUs
===
D = /a
use FEATURE : GPUs, Monitor
===
D = /a
use FEATURE : GPUs, Nosuch
===
D = /a
use FEATURE : PartitionableSlot(1, 50%)
===
D = /a
use POLICY : Always_Run_Jobs
===
D = /a
use POLICY : Hold_If_Memory_Exceeded
===
D = /a
use SECURITY : HOST_BASED
===
D = /a
use SECURITY : Strong
===
D = /a
use SECURITY : recommended_v9_0
===
D = /a
use SECURITY : recommended
===
D = /a
use SECURITY : get_htcondor_idtokens
===
D = /a
use SECURITY : user_based
===
D = /a
use SECURITY :
===
D = /a
use SECURITY
===
D = /a
use
===
D = /a
use :
===
D = /a
use SECURITY Strong
===
D = /a
use = x
===
D = /a
@use ROLE : Personal
===
R = ROLE
D = /a
use $(R) : Personal
===
R = Personal
D = /a
use ROLE : $(R)
===
D = /a
use ROLE : $(R)
===
D = /a
use ROLE : Personal Execute
===
D = /a
use ROLE : Get_Htcondor_Submit
===
D = /a
use ROLE : get_htcondor_central_manager
===
D = /a
use FEATURE : VMware
===
D = /a
use FEATURE : AssignAccountingGroup(x)
===
D = /a
use FEATURE : UserRun
===
D = /a
use FEATURE : ScheddCronOneShot(a, b)
===
D = /a
use FEATURE : HPC_ANNEX
===
D = /a
use FEATURE : DefaultCheckpointDestination
===
D = /a
warning : hello
===
D = /a
warning hello
===
D = /a
Warning: hello
===
D = /a
error : hello
===
D = /a
error hello
===
D = /a
error
===
D = /a
warning
===
D = /a
warning = x
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/20
D = /b
--- d/10
D = /c
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/b
D = /b
--- d/B
D = /B
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x~
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/.x
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/#x
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x.rpmnew
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x.rpmsave
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x.dpkg-old
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x.dpkg-new
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x.bak
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
LOCAL_CONFIG_DIR_EXCLUDE_REGEXP = ^x
D = /a
--- d/x.conf
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
LOCAL_CONFIG_DIR_EXCLUDE_REGEXP =
D = /a
--- d/.x
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
LOCAL_CONFIG_DIR_EXCLUDE_REGEXP = (
D = /a
--- d/x.conf
D = /b
===
LOCAL_CONFIG_DIR = $HERE/nosuch
D = /a
===
LOCAL_CONFIG_DIR = $HERE/d, $HERE/e
D = /a
--- d/x
D = /b
--- e/x
D = /c
===
LOCAL_CONFIG_DIR = $HERE/d $HERE/e
D = /a
--- d/x
D = /b
--- e/x
D = /c
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x
LOCAL_CONFIG_DIR = $HERE/e
--- e/x
D = /c
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/sub/x
D = /b
===
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- d/x
garbage
===
LOCAL_CONFIG_FILE = $HERE/b
D = /a
--- b
D = /b
===
LOCAL_CONFIG_FILE = $HERE/nosuch
D = /a
===
LOCAL_CONFIG_FILE = $HERE/nosuch
REQUIRE_LOCAL_CONFIG_FILE = false
D = /a
===
LOCAL_CONFIG_FILE = $HERE/nosuch
REQUIRE_LOCAL_CONFIG_FILE = 0
D = /a
===
LOCAL_CONFIG_FILE = $HERE/nosuch
REQUIRE_LOCAL_CONFIG_FILE = No
D = /a
===
LOCAL_CONFIG_FILE = $HERE/nosuch
REQUIRE_LOCAL_CONFIG_FILE = nonsense
D = /a
===
LOCAL_CONFIG_FILE = $HERE/b, $HERE/c
D = /a
--- b
D = /b
--- c
D = /c
===
LOCAL_CONFIG_FILE = $HERE/b
D = /a
--- b
LOCAL_CONFIG_FILE = $HERE/c
D = /b
--- c
D = /c
===
LOCAL_CONFIG_FILE = $HERE/b
LOCAL_CONFIG_DIR = $HERE/d
D = /a
--- b
D = /b
--- d/x
D = /d
===
LOCAL_CONFIG_FILE = /bin/echo D = /c |
D = /a
===
LOCAL_CONFIG_FILE = b
D = /a
--- b
D = /b
===
D = /a
$ _condor_LOCAL_CONFIG_FILE=$HERE/b
--- b
D = /b
===
D = /a
$ _condor_LOCAL_CONFIG_DIR=$HERE/d
--- d/x
D = /b
===
LOCAL_CONFIG_FILE = $HERE/b
D = /a
$ _condor_LOCAL_CONFIG_FILE=
--- b
D = /b
===
D = /a
$ CONDOR_CONFIG=ONLY_ENV
===
D = /a
$ CONDOR_CONFIG=ONLY_ENV
$ _condor_D=/e
===
D = /a
$ CONDOR_CONFIG=only_env
===
D = /a
$ CONDOR_CONFIG=/nosuch/condor_config
===
D = /a
$ CONDOR_CONFIG=
===
D = /a
USER_CONFIG_FILE = $HERE/b
--- b
D = /b
===
D = /aé
===
D = /a%20b
===
D = /a*b
===
D = ~/a
===
D = a
===
D = ./a
===
D = /a/
===
D = /a//b
===
D = /a/../b
===
﻿D = /a
===
D = /aX
D = /bX
===
D = $(D)
===
A = $(B)
B = $(A)
D = /$(A)
===
D = /a,/b
===
D = True
===
D = /a
D = /b
D = /c
===
D = $(X)$(Y)/$(Z:z)
X = /x
Y = /y
"""

# Functions, each over these settings.
SETTINGS = r"""I = 3
N = -7
E = 1+2
R = 2.7
S = abcdef
Q = "quoted x"
T = true
W = hello world
EMPTY =
L = a, b ,c,,d
M = $(I)1
P = /a/b/c.d
P0 = /
P2 = /a/b/
P3 = c.tar.gz
P4 = /x/.bashrc
P5 = a/b c.d
P6 = "/a/b/c.d"
P7 = '/a/b/c.d'
P8 = ./r/s.t
P9 = a\b\c.d
BIG = 99999999999999999999
SELF = $INT(SELF)
"""
CALLS = r"""
$INT(I)
$INT( I )
$INT(N)
$INT(E)
$INT(R)
$INT(T)
$INT(S)
$INT(Q)
$INT(NOSUCH)
$INT(EMPTY)
$INT()
$INT(7)
$INT(1+1)
$INT($(I))
$INT(M)
$INT(BIG)
$INT(I,%03d)
$INT(I,%d)
$INT(I,%5d)
$INT(I,%-5d)
$INT(I,%x)
$INT(I,%s)
$INT(I,%f)
$INT(I,x%dy)
$INT(I, %d)
$INT(I,%d,%d)
$INT(I,)
$INT(I,%lld)
$INT(I,%+d)
$INT(N,%u)
$INT(0x10)
$INT(1e3)
$INT(3 x)
$REAL(I)
$REAL(R)
$REAL(E)
$REAL(1/3.0)
$REAL(1e20)
$REAL(0.0001)
$REAL(0.00001)
$REAL(123456789012345678)
$REAL(T)
$REAL(S)
$REAL(R,%.2f)
$REAL(R,%5.1f)
$REAL(R,%d)
$REAL(I,%g)
$REAL(R,%e)
$REAL(inf)
$REAL(.5)
$STRING(S)
$STRING( S )
$STRING(Q)
$STRING(W)
$STRING(NOSUCH)
$STRING(EMPTY)
$STRING()
$STRING(I)
$STRING(E)
$STRING("a b")
$STRING(strcat("a","b"))
$STRING(S,%10s)
$STRING(S,%-10s)
$STRING(S,%.3s)
$STRING(S,%d)
$STRING(M)
$STRING(Q,%s)
$SUBSTR(S,2)
$SUBSTR(S,1,2)
$SUBSTR(S,-2)
$SUBSTR(S,-4,2)
$SUBSTR(S,1,-2)
$SUBSTR(S,9)
$SUBSTR(S,1,99)
$SUBSTR(S,-99,2)
$SUBSTR(S,2,-99)
$SUBSTR(S)
$SUBSTR(S,)
$SUBSTR(S,x)
$SUBSTR(S,I)
$SUBSTR(S, I )
$SUBSTR( S,1)
$SUBSTR(S,E)
$SUBSTR(S,1+1)
$SUBSTR(S,R)
$SUBSTR(NOSUCH,1)
$SUBSTR(EMPTY,1)
$SUBSTR(M,0,1)
$SUBSTR(S,1,2,3)
$SUBSTR(abc,1)
$SUBSTR($(S),1)
$CHOICE(0,a,b)
$CHOICE(1,a,b)
$CHOICE(2,a,b)
$CHOICE(3,a,b)
$CHOICE(-1,a,b)
$CHOICE(0,a)
$CHOICE(0,L)
$CHOICE(1,L)
$CHOICE(2,L)
$CHOICE(3,L)
$CHOICE(4,L)
$CHOICE(9,L)
$CHOICE(I,a,b,c,d)
$CHOICE(E,a,b,c,d)
$CHOICE( I , a , b , c , d )
$CHOICE(1,L,x)
$CHOICE(0)
$CHOICE()
$CHOICE(x,a,b)
$CHOICE(1,,b)
$CHOICE(0,,b)
$CHOICE(0,S)
$CHOICE(0,EMPTY)
$CHOICE(T,a,b)
$CHOICE(1,$(L))
$CHOICE(0,M)
$F(P)
$Fn(P)
$Fx(P)
$Fnx(P)
$Fxn(P)
$Fp(P)
$Fpn(P)
$Fpnx(P)
$Fpx(P)
$Fd(P)
$Fdd(P)
$Fddd(P)
$Fdddd(P)
$Fdn(P)
$Fdnx(P)
$Fddn(P)
$Fdx(P)
$Fb(P)
$Fbx(P)
$Fbp(P)
$Fbd(P)
$Fbn(P)
$Fq(P)
$Fqn(P)
$Fqx(P)
$Fqp(P)
$Fqpn(P)
$Fqd(P)
$Fqa(P)
$Fqan(P)
$Fa(P)
$Ff(P)
$Ff(P8)
$Fu(P)
$Fw(P)
$Fw(P9)
$Fu(P9)
$F(P9)
$Fn(P9)
$Fp(P9)
$Fp(P2)
$Fn(P2)
$Fd(P2)
$Fx(P2)
$Fbp(P2)
$Fbd(P2)
$Fdd(P2)
$Fp(P3)
$Fn(P3)
$Fx(P3)
$Fd(P3)
$Fpn(P3)
$Fdn(P3)
$Fbx(P3)
$Fn(P4)
$Fx(P4)
$Fnx(P4)
$Fp(P4)
$Fn(P5)
$Fp(P5)
$Fd(P5)
$Fq(P5)
$Fqp(P3)
$Fqd(P3)
$Fqx(I)
$Fn(P6)
$F(P6)
$Fp(P6)
$Fq(P6)
$Fqp(P6)
$Fqa(P6)
$F(P7)
$Fp(P7)
$Fq(P7)
$Fqa(P7)
$F(P8)
$Fp(P8)
$Fd(P8)
$Fbd(P8)
$Fp(P0)
$Fd(P0)
$Fbp(P0)
$Fn(P0)
$F(NOSUCH)
$Fp(NOSUCH)
$Fn(/x/y.z)
$Fp(/x/y.z)
$F(EMPTY)
$Fp(EMPTY)
$Fq(EMPTY)
$F()
$F( P )
$FN(P)
$FPN(P)
$f(P)
$Fz(P)
$FF(P)
$BASENAME(P)
$BASENAME(P2)
$BASENAME(/x/y.z)
$BASENAME(NOSUCH)
$BASENAME(EMPTY)
$BASENAME(P6)
$DIRNAME(P)
$DIRNAME(P2)
$DIRNAME(P3)
$DIRNAME(/x/y)
$DIRNAME(P0)
$DIRNAME(EMPTY)
$Fp(M)
$Fn($(P))
$EVAL(I)
$EVAL(E)
$EVAL(R)
$EVAL(T)
$EVAL(S)
$EVAL(Q)
$EVAL(W)
$EVAL(EMPTY)
$EVAL(NOSUCH)
$EVAL()
$EVAL(1+1)
$EVAL("a"=="A")
$EVAL(strcat("a"))
$EVAL(1.0)
$EVAL(1/3.0)
$EVAL(undefined)
$EVAL(error)
$EVAL({1,2})
$EVAL(1 2)
$EVAL($(E))
$EVAL(M)
$EVAL( E )
$Fx(x.)
$Fn(x.)
$Fn(a.b/c)
$Fx(a.b/c)
$Fdd(a/b)
$Fd(a/b)
$Fddn(a/b)
$Fpd(P)
$Fpdn(P)
$F("/a/b)
$F(/a/b")
$F("a'b")
$Fbpn(P)
$REAL(-2.5)
$REAL(2.5e-7,%.3f)
$REAL(100)
$REAL(1e15)
$REAL(1e16)
$REAL(1e17)
$REAL(0)
$REAL(-0.0)
$REAL(2.0)
$REAL(I,%f)
$REAL(R,%.0f)
$REAL(R,%-8.2f)
$REAL(R,%08.2f)
$REAL(R,%+.1f)
$REAL(0x10)
$REAL(nan)
$REAL(1 )
$INT( 7 )
$INT(7 )
$INT(+7)
$INT(-2.9)
$INT(2.9)
$INT(true)
$INT(-9999999999999999999999)
$INT(1e30)
$INT(3000000000)
$INT(3000000000,%d)
$INT(N,%03d)
$INT(N,%+d)
$INT(I,% d)
$INT(I,%.3d)
$INT(I,%-05d)
$INT(I,a%%b%d)
$INT(I,%d%%)
$INT(I,%)
$INT(I,d)
$INT(255,%x)
$INT(255,%X)
$STRING(string(5))
$STRING(strcat(1))
$STRING(a.b.c)
$STRING("a" )
$STRING("a" "b")
$STRING("a" == "b")
$STRING(true ? "a" : "b")
$STRING('a')
$STRING(S,a%sb)
$STRING(S,%s%s)
$STRING(S,%3s)
$STRING("x\"y")
$EVAL("x")
$EVAL(-3)
$EVAL(1e3)
$EVAL("a" "b")
$SUBSTR(S,0)
$SUBSTR(S,1,0)
$SUBSTR(S,6)
$SUBSTR(Q,1,2)
$SUBSTR(S,3000000000)
$CHOICE(0,L,)
$CHOICE(0,I,N)
$CHOICE(1.9,a,b)
$CHOICE(1, M)
$CHOICE(0, M )
$CHOICE(0,W)
$INT(SELF)
""".strip("\n").split("\n")


def cases():
    texts = TEXTS.strip("\n").split("\n===\n") + [f"{SETTINGS}D = [{call}]" for call in CALLS]
    for number, text in enumerate(texts, 1):
        files, variables, name = {"condor_config": []}, {}, "condor_config"
        for line in text.split("\n"):
            line = line if line.startswith("--- ") else replaced(line)
            if line.startswith("--- "):
                name = line[4:]
                files[name] = []
            elif line.startswith("$ "):
                key, value = line[2:].split("=", 1)
                variables[key] = value
            else:
                files[name].append(line)
        yield number, text, {name: "\n".join(lines) + "\n" for name, lines in files.items()}, variables


def replaced(line):
    """`D` as a word of its own, or behind a dot or `_condor_`, is the setting."""
    out, at = "", 0
    while at < len(line):
        before = line[at - 1] if at else " "
        behind = line[at + 1] if at + 1 < len(line) else " "
        whole = line[at] == "D" and not behind.isalnum() and behind not in "_/"
        own = not before.isalnum() and before not in "_/" or line[:at].lower().endswith("condor_")
        out += D if whole and own else line[at]
        at += 1
    return out


def theirs(env, here, chroot):
    if chroot:
        command = ["chroot", ROOT, "env", "-C", here, "condor_config_val", D]
    else:
        script = f"""
import htcondor2
try:
    print(htcondor2.param["{D}"])
except KeyError:
    print("Not defined: {D}")"""
        command = [PYTHON, "-c", script]
    try:
        done = subprocess.run(command, env=env, cwd=None if chroot else here, capture_output=True,
                              text=True, errors="replace", timeout=5)
    except subprocess.TimeoutExpired:
        return "hangs"
    if "Not defined" in done.stdout + done.stderr:
        return "none"
    return done.stdout.rstrip("\n") if done.returncode == 0 else "refused"


def ours(env, here):
    done = subprocess.run([CERTOK, "--json", "idtoken-info"], env=env, cwd=here, capture_output=True,
                          text=True)
    report = json.loads(done.stdout)
    ids = {finding["id"] for finding in report["findings"] if finding["severity"] == "error"}
    # HTCondor's tools refuse to start without a file that should be there.
    if ids & {"condor-config-refused", "condor-config-unreadable"}:
        return "refused"
    if any(one.startswith("condor-config-") for one in ids):
        return "undecided"
    for item in report["items"]:
        if item["kind"] == "idtoken_directory":
            is_set = item["reason"].lower().startswith((D.lower(), "$_condor_"))
            return item["directory"] if is_set else "none"
    return f"{report['result']['message']}"


def main():
    counts, shown = {}, os.environ.get("VERBOSE")
    chroot_tmp = os.path.join(ROOT, "tmp")
    for number, text, files, variables in cases():
        with tempfile.TemporaryDirectory(dir=chroot_tmp) as place:
            inside = "/tmp/" + os.path.basename(place)
            # certok looks at the same paths.
            if not os.path.islink(inside):
                os.symlink(place, inside)
            try:
                for name, content in files.items():
                    path = os.path.join(place, name)
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    with open(path, "w", encoding="utf-8") as out:
                        out.write(content.replace("$HERE", inside))
                env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                       "CONDOR_CONFIG": inside + "/condor_config"}
                for key, value in variables.items():
                    env[replaced(key)] = replaced(value).replace("$HERE", inside)
                wanted = theirs(env, inside, True)
                others = theirs(env, inside, False) if PYTHON else wanted
                got = ours(env, inside)
            finally:
                os.unlink(inside)
            verdict = "same" if got == wanted else "undecided" if got == "undecided" else "DIFFERENT"
            if got != wanted and got == others:
                verdict = "same as the newer"
            counts[verdict] = counts.get(verdict, 0) + 1
            if verdict != "same" or shown:
                print(f"{verdict} {number}: {text.removeprefix(SETTINGS)!r}\n    HTCondor: {wanted!r}"
                      f"{'' if others == wanted else f' (python: {others!r})'}, certok: {got!r}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    sys.exit("DIFFERENT" in counts)


main()
