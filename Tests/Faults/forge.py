"""Builds forge.c once, and names the scripts that turn it into the peers of this folder."""

import os
import pathlib
import shutil
import subprocess
import threading

from certs import Missing

SOURCES = pathlib.Path(__file__).resolve().parent
BUILT = SOURCES.parent.parent / ".build-faults"
REPLY = "data:HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"

# mode: (version, options, steps)
SCRIPTS = {
    "ticket-flood": ("1.3", [], ["ticket", "loop"]),
    "keyupdate-flood": ("1.3", [], ["keyupdate", "loop"]),
    "keyupdate-request-flood": ("1.3", [], ["keyupdate-request", "loop"]),
    "alert-flood-1.3": ("1.3", [], ["alert:1:90", "loop"]),
    "empty-flood-1.3": ("1.3", [], ["empty", "loop"]),
    "hello-request-flood": ("1.2", [], ["hello-request", "loop"]),
    "alert-flood-1.2": ("1.2", [], ["alert:1:90", "loop"]),
    "empty-flood-1.2": ("1.2", [], ["empty", "loop"]),
    "data-flood": ("1.3", [], ["data:" + "A" * 1000, "loop"]),
    "slow-keyupdates": ("1.3", [], ["keyupdate", "wait:20", "loop"]),
    "data-then-reject": ("1.3", ["--request-certificate"], ["data:welcome\\n", "wait:50", "alert:2:116", "fin"]),
    "late-reject": ("1.3", ["--request-certificate"], ["wait:150", "alert:2:116", "fin"]),
    "reject-on-request": ("1.3", ["--request-certificate"], ["request", "alert:2:116", "fin"]),
    "hang-up-on-request": ("1.3", ["--request-certificate"], ["ticket", "request", "fin"]),
    "alert-after-handshake": ("1.3", [], ["alert:2:80", "fin"]),
    "bad-record": ("1.3", [], ["raw:1703030020" + "00" * 32, "hold"]),
    "close-in-handshake-message": ("1.3", [], ["handshake:04000100", "fin"]),
    "fin-after-handshake": ("1.3", [], ["fin"]),
    "reset-after-handshake": ("1.3", [], ["wait:20", "rst"]),
}


def compiler():
    """A C compiler: the system's, or the clang that comes with Swift."""
    for name in ("cc", "clang", "gcc"):
        if found := shutil.which(name):
            return found
    if swift := shutil.which("swift"):
        folder = pathlib.Path(swift).resolve().parent
        for path in (folder / "clang", *folder.parent.glob("**/bin/clang")):
            if path.exists():
                return str(path)
    raise Missing("a C compiler is missing: install the package gcc")


def build(name, *options):
    """Compiles NAME.c unless the result is newer, and returns the program's (or library's) path."""
    source, target = SOURCES / f"{name}.c", BUILT / name
    if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
        return target
    BUILT.mkdir(exist_ok=True)
    fresh = BUILT / f"{name}.{os.getpid()}.{threading.get_ident()}"
    command = [compiler(), "-O2", "-Wall", "-Wextra", "-o", str(fresh), str(source), *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(f"{name}.c does not compile (are libssl-dev and libc6-dev installed?): {done.stderr.strip()}")
    fresh.rename(target)
    return target


def command(mode, certificate, key, until_eof=False):
    """The command line of forge for one of the scripts, or for "forge VERSION STEP..." in a list."""
    version, options, steps = SCRIPTS[mode] if isinstance(mode, str) else (mode[0], [], mode[1:])
    path = str(build("forge", "-lssl", "-lcrypto"))
    return [path, *(["--until-eof"] if until_eof else []), *options, str(certificate), str(key), version, *steps]


def client(port, version, *steps):
    """The command line of forge as a client of that port."""
    return [str(build("forge", "-lssl", "-lcrypto")), "--connect", str(port), version, *steps]
