"""E9: surroundings that are missing, read-only or hostile."""

import os
import shutil

import certs
from checks import require
from harness import case, table

OPTIONS = ["-o", "--save-report", "--save-certs", "--keylog"]


def named(result, path):
    """The path and a reason are said, wherever this output says such things."""
    said = result.messages + result.text
    require(str(path) in said, f"{path} is not named: {said[-200:]!r}")
    return f"exit {result.exit}, named"


@table("E9", [(f"{option} in a folder that does not exist", option) for option in OPTIONS])
def no_folder(bench, option):
    result = bench.run(*bench.target(bench.peer("good"), option, "/nonexistent/folder/file"))
    require(result.exit == 13, f"exit {result.exit}, not 13")
    return named(result, "/nonexistent/folder")


@table("E9", [(f"{option} in a read-only folder", option) for option in OPTIONS])
def read_only_folder(bench, option):
    folder = bench.scratch()
    folder.chmod(0o555)
    program = [bench.binary]
    if os.getuid() == 0:  # root ignores modes
        program = [certs.program("setpriv", "util-linux"), "--reuid=65534", "--clear-groups", open_to_all(bench)]
    words = bench.target(bench.peer("good"), option, folder / "file")
    result = bench.run(*words, wrapper=program, binary=False)
    require(result.exit == 13, f"exit {result.exit}, not 13: {result.messages}")
    return named(result, folder)


def open_to_all(bench):
    """A copy of the binary that other users can run; the keys beside it stay closed."""
    copy = bench.folder / "sslprobe"
    with bench.lock:
        if not copy.exists():
            shutil.copy(bench.binary, copy)
            bench.folder.chmod(0o711)
            bench.ca.chmod(0o644)
    return str(copy)


@table("E9", [
    ("no HOME", {"HOME": None}), ("HOME does not exist", {"HOME": "/nonexistent"}), ("no PATH", {"PATH": None}),
    ("no TERM, no locale", {"TERM": None, "LC_ALL": None}),
    ("a locale that does not exist", {"LC_ALL": "xx_YY.UTF-8"}),
])
def missing_variables(bench, changes):
    bench.connect(bench.peer("good"), environment=changes)


@case("E9", "env -i")
def no_environment(bench):
    bench.connect(bench.peer("good"), environment=dict.fromkeys(bench.environment()))


@case("E9", "a working folder that is gone")
def no_working_folder(bench):
    folder = bench.scratch()
    bench.connect(bench.peer("good"), wrapper=["sh", "-c", f'cd {folder} && rmdir {folder} && exec "$@"', "sh"])


@table("E9", [("SSL_CERT_FILE does not exist", "SSL_CERT_FILE"), ("SSL_CERT_DIR does not exist", "SSL_CERT_DIR")])
def missing_store(bench, variable):
    changes = {"SSL_CERT_FILE": "/nonexistent/bundle.pem", "SSL_CERT_DIR": "/nonexistent/certs"}
    path = changes[variable]
    result = bench.run(*bench.target(bench.peer("good"), "--ca", "system", ca=False), environment=changes)
    require(result.exit in (8, 13), f"exit {result.exit}, neither 8 nor 13")
    return named(result, path)


@case("E9", "SSL_CERT_FILE is honoured")
def store_by_variable(bench):
    bench.connect(bench.peer("good"), environment={"SSL_CERT_FILE": str(bench.ca)}, ca=False)


@case("E9", "SSL_CERT_FILE without a certificate")
def empty_store(bench):
    empty = bench.scratch() / "empty.pem"
    empty.write_text("nothing here\n")
    changes = {"SSL_CERT_FILE": str(empty), "SSL_CERT_DIR": "/nonexistent"}
    result = bench.run(*bench.target(bench.peer("good"), ca=False), environment=changes)
    require(result.exit in (8, 13), f"exit {result.exit}, neither 8 nor 13")
    return f"exit {result.exit}"


CONFIGURATIONS = [
    ("OPENSSL_CONF does not exist", None, (0, 13)),
    ("OPENSSL_CONF is not a configuration", "[[[[\x00\xff = = =\n", (0, 13)),
    ("OPENSSL_CONF loads a module that does not exist", """openssl_conf = init
[init]
engines = e
providers = p
[e]
evil = evil_section
[evil_section]
dynamic_path = /nonexistent/evil.so
init = 1
[p]
evil = evil_provider
[evil_provider]
module = /nonexistent/evil.so
activate = 1
""", (0, 13)),
    ("OPENSSL_CONF demands TLS 1.3 and level 5", """openssl_conf = init
[init]
ssl_conf = s
[s]
system_default = d
[d]
MinProtocol = TLSv1.3
CipherString = DEFAULT:@SECLEVEL=5
""", (0, 7, 8, 13)),
    ("OPENSSL_CONF allows only TLS 1.0", """openssl_conf = init
[init]
ssl_conf = s
[s]
system_default = d
[d]
MaxProtocol = TLSv1
""", (0, 7, 13)),
]


@table("E9", [(title, text, codes) for title, text, codes in CONFIGURATIONS])
def hostile_configuration(bench, text, codes):
    path = bench.scratch() / "openssl.cnf"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    changes = {"OPENSSL_CONF": str(path)}
    report = bench.connect(bench.peer("good"), expect=codes, environment=changes)
    if text and "Protocol" in text:
        shown = bench.run(*bench.target(bench.peer("good")), environment=changes)
        require(str(path) in shown.text + shown.messages, f"the changed defaults are not explained: {shown.text[:200]!r}")
    return f"exit {report['exit_code']}"
