"""A1, A2, A3, A6: outputs that fail, readers that leave, closed descriptors, and lines cut by a signal."""

import os
import random
import shlex
import signal
import subprocess
import tempfile
import time

import certs
import checks
from checks import require
from harness import Skip, case, table

STREAM = ("--jsonl", "--read-for", "10s", "--max-idle-messages", "100000")


def good(bench, *arguments):
    return bench.target(bench.peer("good"), *arguments)


def await_end(child, limit=15):
    try:
        child.wait(limit)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        raise checks.Failure(f"still running after {limit} s") from None


def one_line(result):
    require(result.stderr.count(b"\n") == 1, f"not one line on stderr: {result.messages!r}")
    return f"exit {result.exit}, one line on stderr"


@table("A1", [
    ("stdout to /dev/full, text", good),
    ("stdout to /dev/full, --json", good, "--json"),
    ("stdout to /dev/full, --jsonl", good, "--jsonl"),
    ("stdout to /dev/full, -v", good, "-v"),
    ("stdout to /dev/full, --get", good, "--get", "tls.version"),
    ("stdout to /dev/full, --help", None, "--help"),
    ("stdout to /dev/full, connect --help", None, "connect", "--help"),
    ("stdout to /dev/full, --version", None, "--version"),
    ("stdout to /dev/full, --version --json", None, "--version", "--json"),
    ("stdout to /dev/full, schema report", None, "schema", "report"),
    ("stdout to /dev/full, explain", None, "explain", "8"),
    ("stdout to /dev/full, schema event", None, "schema", "event"),
])
def full_stdout(bench, target, *words):
    with open("/dev/full", "wb") as full:
        result = bench.run(*(target(bench, *words) if target else words), stdout=full)
    require(result.exit == 13, f"exit {result.exit}, not 13: {result.messages}")
    return one_line(result)


@table("A1", [
    ("-o on a full disk", "-o", "new"), ("--save-report on a full disk", "--save-report", "new"),
    ("--save-certs on a full disk", "--save-certs", "old"), ("--keylog on a full disk", "--keylog", "old"),
])
def full_disk(bench, option, file):
    folder = bench.scratch()
    disk, old = folder / "disk", b"the old content\n" * 256  # one page, so that appending needs another
    (folder / "old").write_bytes(old)
    words = " ".join(shlex.quote(str(word)) for word in [bench.binary, *good(bench, "--json", option, disk / file)])
    result = in_namespace(bench, f"""
        mkdir {disk} && mount -t tmpfs -o size=16k none {disk}
        cp {folder}/old {disk}/old; cat /dev/zero > {disk}/filler 2>/dev/null
        {words}; status=$?
        cp {disk}/old {folder}/after; ls {disk} > {folder}/names; exit $status""")
    require(result.exit == 13, f"exit {result.exit}, not 13: {result.messages}")
    require((folder / "after").read_bytes() == old, "the old file is not what it was")
    names = set((folder / "names").read_text().split()) - {"new"}
    require(names == {"old", "filler"}, f"left behind: {sorted(names)}")
    return "exit 13, the old file is whole, nothing left behind"


def in_namespace(bench, script):
    """Runs a shell script that may mount; needs root or user namespaces."""
    words = ["sh", "-c", script]
    return bench.run(*words, wrapper=namespace(), binary=False, environment={"PATH": os.environ["PATH"]})


def namespace():
    """What a command is put behind so that it may mount."""
    unshare = [certs.program("unshare", "util-linux"), "-m"] + (["-r"] if os.getuid() else [])
    trial = [*unshare, "mount", "-t", "tmpfs", "none", tempfile.gettempdir()]
    if subprocess.run(trial, capture_output=True).returncode != 0:
        raise Skip("mounting needs root or user namespaces")
    return unshare


@table("A2", [
    ("the reader left before the start, text", False),
    ("the reader left before the start, --json", False, "--json"),
    ("the reader left before the start, --help", True, "--help"),
])
def closed_pipe(bench, bare, *words):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = bench.run(*(words if bare else good(bench, *words)), stdout=writing, signals=(141,))
    finally:
        os.close(writing)
    require(result.exit == 141, f"exit {result.exit}, not 141")
    require(not result.stderr, f"not silent: {result.messages!r}")
    return "141, silent"


@case("A2", "the reader leaves after the first line")
def reader_leaves(bench):
    command = [bench.binary, *bench.target(bench.peer("slow-keyupdates"), *STREAM, timeout=8)]
    with tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, env=bench.environment())
        while b"handshake_done" not in (line := child.stdout.readline()):
            require(line, "no handshake_done event")
        child.stdout.close()
        left = time.monotonic()
        await_end(child)
        took = time.monotonic() - left
        err.seek(0)
        messages = err.read()
    require(child.returncode in (141, -signal.SIGPIPE), f"exit {child.returncode}, not 141")
    require(not messages, f"not silent: {messages!r}")
    if took > 0.2:
        raise checks.Overrun(f"went on for {took * 1000:.0f} ms")
    return f"141, silent, {took * 1000:.0f} ms later"


@table("A3", [
    (f"closed: {' '.join(names[number] for number in range(3) if mask >> number & 1) or 'none'}", mask)
    for names in [("stdin", "stdout", "stderr")] for mask in range(8)
])
def closed_descriptors(bench, mask):
    closings = [("<&-", ">&-", "2>&-")[number] for number in range(3) if mask >> number & 1]
    script = f'exec "$@" {" ".join(closings)}'
    wrapper = ["sh", "-c", script, "sh"]
    result = bench.run(*good(bench, "--json"), wrapper=wrapper)
    require(result.exit == (13 if mask & 2 else 0), f"exit {result.exit}")
    if not mask & 2:
        bench.report(result)
    words = bench.target(bench.peer("silent"), "--json", timeout=0.6)
    child = subprocess.Popen(
        [*wrapper, bench.binary, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=bench.environment(),
    )
    seen, deadline = set(), time.monotonic() + 0.5
    while child.poll() is None and time.monotonic() < deadline:
        for number in range(3):
            try:
                if os.readlink(f"/proc/{child.pid}/fd/{number}").startswith(("socket:", "anon_inode:")):
                    seen.add(number)
            except OSError:
                pass
        time.sleep(0.01)
    await_end(child)
    require(not seen, f"a socket or an epoll got descriptor {sorted(seen)}")
    return f"exit {result.exit}, no socket in 0 to 2"


@case("A6", "SIGTERM at random moments leaves whole lines")
def terminated_anywhere(bench):
    port, chance, seen = bench.peer("slow-keyupdates"), random.Random(6), set()
    for _ in range(10 if bench.quick else 60):
        command = [bench.binary, *bench.target(port, *STREAM, timeout=8)]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(command, stdout=out, stderr=err, env=bench.environment())
            time.sleep(chance.uniform(0, 0.3))
            child.terminate()
            sent = time.monotonic()
            await_end(child)
            took = time.monotonic() - sent
            out.seek(0), err.seek(0)
            events = checks.json_lines(out.read(), "the events")
            checks.text_is_clean(err.read(), "stderr")
        checks.events_are_sound(events)
        # Before the program could install its handler the kernel's default ends it: the shell sees 143 as well.
        require(child.returncode in (143, -signal.SIGTERM), f"exit {child.returncode}, not 143")
        require(child.returncode == 143 or not events, "killed by the default action after events were out")
        if child.returncode == 143 and events:
            require(events[-1]["event"] in ("summary", "run_done"), f"the last event is {events[-1]['event']}")
        if took > 0.5:
            raise checks.Overrun(f"went on for {took * 1000:.0f} ms after SIGTERM")
        seen.add(len(events))
    return f"143, cut after {min(seen)} to {max(seen)} events"


@table("A6", [("SIGINT ends a silent peer at once", "silent"), ("SIGINT ends a flood of data at once", "data-flood"),
              ("SIGINT ends a flood of tickets at once", "ticket-flood"),
              ("SIGINT ends a flood of HelloRequests at once", "hello-request-flood")])
def interrupted(bench, mode):
    # More than once: a loop that is busy may see the signal only now and then.
    worst = max(interrupt(bench, mode) for _ in range(5))
    return f"130 with a report, at most {worst * 1000:.0f} ms later"


def interrupt(bench, mode):
    """The seconds from SIGINT to the end of one run."""
    words = ("--json", "--read-for", "5s", "--max-idle-messages", "1000000")
    command = [bench.binary, *bench.target(bench.peer(mode), *words, timeout=8)]
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=bench.environment())
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        sent = time.monotonic()
        await_end(child)
        took = time.monotonic() - sent
        out.seek(0)
        lines = checks.json_lines(out.read(), "the report")
    require(child.returncode == 130, f"exit {child.returncode}, not 130")
    require(len(lines) == 1 and lines[0]["exit_code"] == 130, f"{len(lines)} reports, not one that says 130")
    checks.report_is_sound(lines[0], 130)
    if took > 0.5:
        raise checks.Overrun(f"went on for {took * 1000:.0f} ms")
    return took
