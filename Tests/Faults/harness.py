"""One run of the program under test, the peers it meets, and the register of cases."""

import collections
import dataclasses
import os
import pathlib
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

import certs
import checks
import schema
import serving
from checks import require

HERE = pathlib.Path(__file__).resolve().parent
REGISTER = []
HUNG_AFTER = 20


class Skip(Exception):
    """The machine does not permit this case; the sentence says what is missing."""


@dataclasses.dataclass
class Case:
    row: str
    title: str
    run: object
    quick: bool
    alone: bool = False


def case(row, title, quick=True, alone=False):
    """Registers a function of the bench as a case; it returns a word on what it saw, or None."""
    def register(function):
        REGISTER.append(Case(row, title, function, quick, alone))
        return function

    return register


def table(row, rows, quick=None, alone=False):
    """Registers a case per row: (title, argument...); `quick` is the set of titles in the quick tier (None: all)."""
    def register(function):
        for title, *arguments in rows:
            def run(bench, arguments=tuple(arguments)):
                return function(bench, *arguments)

            REGISTER.append(Case(row, title, run, quick is None or title in quick, alone))
        return function

    return register


@dataclasses.dataclass
class Result:
    shown: str
    exit: int
    stdout: bytes
    stderr: bytes
    wall: float
    cpu: float
    rss_kb: int

    @property
    def text(self):
        return self.stdout.decode(errors="replace")

    @property
    def messages(self):
        return self.stderr.decode(errors="replace")


class Bench:
    """What a case works with: the binary, a certificate authority, a folder, peers, and `run` and `connect`."""

    def __init__(self, binary, quick, folder):
        self.binary, self.quick, self.folder = str(pathlib.Path(binary).resolve()), quick, pathlib.Path(folder)
        schema.load(self.binary)
        self.authority = certs.Authority(folder)
        self.leaf_key = self.authority.leaf_key.path
        self.ca, self.good_chain = self.authority.ca, self.authority.good
        self.exits, self.runs = collections.Counter(), 0
        self.unexpected = []
        self.peers, self.lock = {}, threading.Lock()

    def scratch(self):
        """A new empty folder."""
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def environment(self, changes=None):
        """A small, known environment; None in the changes removes a variable."""
        base = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TERM": "dumb"
        }
        return {name: value for name, value in {**base, **(changes or {})}.items() if value is not None}

    def run(self, *arguments, wrapper=(), environment=None, stdin=subprocess.DEVNULL, stdout=None, cwd=None,
            signals=(), limit=HUNG_AFTER, binary=True, memory_kb=checks.RSS_LIMIT_KB):
        """Runs the program to its end and checks what must hold after every run."""
        command = [*wrapper, *([self.binary] if binary else []), *map(os.fsencode, map(plain, arguments))]
        shown = " ".join(shlex.quote(os.fsdecode(plain(word))) for word in arguments)[:300]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            started = time.monotonic()
            child = subprocess.Popen(
                [os.fsencode(word) for word in command], stdin=stdin, stdout=stdout or out, stderr=err,
                env=self.environment(environment), cwd=cwd,
            )
            hung = threading.Event()
            timer = threading.Timer(limit, lambda: (hung.set(), child.kill()))
            timer.start()
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - started
            timer.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0), err.seek(0)
            result = Result(
                shown, child.returncode, out.read(), err.read(), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss
            )
        require(not hung.is_set(), f"still running after {limit} s: {shown}")
        self.note(result, signals)
        checks.after_every_run(result, signals, memory_kb)
        return result

    def serve(self, *arguments, **options):
        """A `serve` on a port nobody chose, ready for clients; to be used in a `with` statement."""
        return serving.Serve(self, *arguments, **options)

    def note(self, result, signals=()):
        with self.lock:
            self.runs += 1
            self.exits[result.exit] += 1
            if (result.exit < 0 or result.exit >= 128) and result.exit not in signals:
                self.unexpected.append(f"exit {result.exit}: {result.shown}")

    def target(self, port, *arguments, name="fault.test", timeout=2.0, ca=True, command="connect"):
        """The arguments of a client command to a peer of ours under that name."""
        trust = ["--ca", str(self.ca)] if ca else []
        return [command, f"{name}:443", "--connect-to", f"127.0.0.1:{port}", *trust, "-t", f"{timeout * 1000:.0f}ms",
                *map(str, arguments)]

    def connect(self, port, *arguments, expect=0, stage=None, code=None, name="fault.test", timeout=2.0, ca=True,
                extra=0.0, command="connect", **options):
        """Runs a client command with `--json` against a peer and returns the report, after holding it against the contract."""
        words = self.target(port, *arguments, name=name, timeout=timeout, ca=ca, command=command)
        result = self.run(*words, "--json", **options)
        report = self.report(result)
        expected = expect if isinstance(expect, (tuple, set)) else (expect,)
        error = report["error"] or {}
        said = f"exit {result.exit}, {error.get('stage')}/{error.get('code')}: {error.get('message')}"
        require(result.exit in expected, f"expected exit {' or '.join(map(str, expected))}, got {said}")
        if stage and result.exit != 0:
            stages = (stage,) if isinstance(stage, str) else stage
            require(error["stage"] in stages, f"expected stage {' or '.join(stages)}, got {said}")
        if code and result.exit != 0:
            require(error["code"] == code, f"expected error.code {code}, got {said}")
        checks.in_time(result, timeout + checks.GRACE + extra)
        report["result"] = result
        return report

    def report(self, result):
        """The one JSON line on stdout, checked."""
        lines = checks.json_lines(result.stdout, f"stdout of {result.shown}")
        require(len(lines) == 1, f"{len(lines)} lines of JSON for one target: {result.shown} {result.messages[:200]}")
        checks.report_is_sound(lines[0], result.exit)
        return lines[0]

    def peer(self, mode, *arguments, **options):
        """The port of a peer of peers.py; started once for the same arguments, stopped with the bench."""
        return self.ports(mode, *arguments, **options)[0]

    def ports(self, mode, *arguments, count=1, certificates=(), **options):
        """The ports of a peer that serves several certificates."""
        pairs = certificates or [(self.good_chain, self.leaf_key)]
        command = [sys.executable, str(HERE / "peers.py"), "--until-eof", mode, *map(str, arguments)]
        for certificate, key in pairs:
            command += ["--cert", str(certificate), "--key", str(key)]
        for name, value in options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        return self.started(command, count)

    def openssl_server(self, *arguments):
        """The port of an `openssl s_server` with the good chain."""
        command = [
            certs.program("openssl"), "s_server", "-accept", "127.0.0.1:0", "-cert", str(self.good_chain),
            "-cert_chain", str(self.good_chain), "-key", str(self.leaf_key), *map(str, arguments),
        ]
        return self.started(command, 1)[0]

    def started(self, command, count):
        """The ports of the peer with this command, which is started by the first who asks."""
        with self.lock:
            slot = self.peers.setdefault(tuple(command), Slot())
        with slot.lock:
            slot.peer = slot.peer or Peer(command, count)
            return slot.peer.ports

    def close(self):
        for slot in self.peers.values():
            if slot.peer:
                slot.peer.stop()


class Slot:
    """The place of a peer that is perhaps still starting."""

    def __init__(self):
        self.lock, self.peer = threading.Lock(), None


def plain(word):
    """A path or a number as a string; strings and bytes as they are."""
    return word if isinstance(word, (str, bytes)) else str(word)


class Peer:
    """A child that prints its ports, one per line, before anything that matters."""

    def __init__(self, command, count):
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            bufsize=0,  # select(2) knows nothing of lines that wait in a buffer
        )
        self.ports = [self.read_port(command) for _ in range(count)]
        for stream in (self.child.stdout, self.child.stderr):
            threading.Thread(target=stream.read, daemon=True).start()

    def read_port(self, command):
        while select.select([self.child.stdout], [], [], HUNG_AFTER)[0]:
            line = self.child.stdout.readline()
            if not line:
                break
            last = line.strip().rsplit(b":", 1)[-1]
            if last.isdigit():
                return int(last)
        self.stop()
        raise checks.Failure(f"the peer {command[2:5]} did not start: {self.child.stderr.read(400).decode().strip()}")

    def stop(self):
        try:
            os.killpg(self.child.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.child.wait()
