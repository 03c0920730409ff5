"""`sslprobe serve` as the program under test: started, watched while clients come, stopped and checked."""

import os
import pathlib
import shlex
import signal
import subprocess
import time

import checks
import harness
from checks import require

READY_WITHIN = 20
STOPPED_WITHIN = 5
TICK = os.sysconf("SC_CLK_TCK")


class Serve:
    """A `serve` whose stdout goes to a file; at the end of a `with` block it is stopped with SIGTERM and checked."""

    def __init__(self, bench, *arguments, listen="127.0.0.1:0", wrapper=(), environment=None, stdout=None, cwd=None,
                 file=None, ready=True):
        self.bench, self.folder, self.result, self.peak_kb = bench, bench.scratch(), None, 0
        self.ready_file = self.folder / "ready"
        self.file = pathlib.Path(file) if file else self.folder / "out"  # where its lines are
        where = ["--listen", listen] if listen else []
        words = ["serve", *where, "--ready-file", self.ready_file, *arguments]
        command = [*wrapper, bench.binary, *map(harness.plain, words)]
        self.shown = " ".join(shlex.quote(os.fsdecode(harness.plain(word))) for word in words)[:300]
        self.started = time.monotonic()
        with open(self.folder / "out", "wb") as out, open(self.folder / "err", "wb") as err:
            self.child = subprocess.Popen(
                [os.fsencode(word) for word in command], stdin=subprocess.DEVNULL,
                stdout=out if stdout is None else stdout, stderr=err, env=bench.environment(environment), cwd=cwd,
            )
        if ready:
            self.await_ready()

    def __enter__(self):
        return self

    def __exit__(self, kind, failure, _):
        if kind is None:
            if not self.result:
                self.stop()
        elif not self.result:
            if self.has_ended():
                raise checks.Failure(
                    f"ended by itself with {self.result.exit}: {self.messages[-300:]!r}: {failure}") from None
            self.child.kill()
            self.child.wait()

    def await_ready(self):
        """Waits for the ready file, which holds address and port."""
        until = time.monotonic() + READY_WITHIN
        while not self.ready_file.exists():
            if self.has_ended() or time.monotonic() > until:
                self.child.kill()
                said = self.messages + self.output.decode(errors="replace")
                raise checks.Failure(f"not ready: {self.shown}: {said[-300:]}")
            time.sleep(0.002)
        self.address = self.ready_file.read_text().strip()
        self.port = int(self.address.rpartition(":")[2])

    def has_ended(self):
        """Whether the program has ended by itself; what became of it is in `result` then."""
        if not self.result:
            found, status, usage = os.wait4(self.child.pid, os.WNOHANG)
            if found:
                self.child.returncode = os.waitstatus_to_exitcode(status)
                self.result = harness.Result(
                    self.shown, self.child.returncode, b"", (self.folder / "err").read_bytes(),
                    time.monotonic() - self.started, usage.ru_utime + usage.ru_stime, self.peak_kb,
                )
        return self.result is not None

    def stop(self, expect=0, by=signal.SIGTERM):
        """Ends the program by a signal and returns what became of it."""
        self.peak_kb = self.memory("VmHWM")
        self.child.send_signal(by)
        return self.wait(expect)

    def wait(self, expect=0, limit=STOPPED_WITHIN, signals=()):
        """Waits for the end, and checks exit code, stderr and every line."""
        since = time.monotonic()
        while not self.has_ended():
            if time.monotonic() - since > limit:
                self.child.kill()
                self.child.wait()
                raise checks.Failure(f"still running {limit} s after its end was due: {self.shown}")
            time.sleep(0.002)
        self.stopped_in = time.monotonic() - since
        self.bench.note(self.result, signals)
        checks.after_every_run(self.result, signals)
        require(self.result.exit == expect,
                f"exit {self.result.exit}, not {expect}: {self.shown}: {self.messages[-300:]}")
        return self.result

    def each_line(self):
        """Every line of a run with --json or --jsonl that has ended, checked one by one, for there may be very many."""
        judge, what = checks.ServedLines(), f"the output of {self.shown}"
        with open(self.file, "rb") as file:
            for line in file:
                require(line.endswith(b"\n"), f"the last line of {what} is not whole: {line[-80:]!r}")
                value = checks.json_object(line, what)
                judge.take(value)
                yield value
        judge.finish(self.result.exit)

    def lines(self):
        return list(self.each_line())

    def each_report(self):
        """The reports of the connections, in the order in which they closed."""
        return filter(None, map(checks.connection_report, self.each_line()))

    def reports(self):
        return list(self.each_report())

    @property
    def output(self):
        """What is in its output so far."""
        return self.file.read_bytes() if self.file.exists() else b""

    @property
    def messages(self):
        """What is on stderr so far."""
        return (self.folder / "err").read_bytes().decode(errors="replace")

    def await_output(self, word, times=1, limit=5):
        """Waits until the output holds the word so many times."""
        until = time.monotonic() + limit
        while (count := self.output.count(word)) < times:
            require(time.monotonic() < until, f"{count} times {word!r} in the output, not {times}, after {limit} s")
            time.sleep(0.005)

    # What it uses.

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def settled_descriptors(self):
        """How many are open when every loop has begun."""
        counts = [-1]
        while len(counts) < 10 or len(set(counts[-10:])) > 1:
            counts.append(self.descriptors())
            time.sleep(0.005)
        return counts[-1]

    def memory(self, field="VmRSS"):
        """Kilobytes."""
        return int(pathlib.Path(f"/proc/{self.child.pid}/status").read_text().split(field + ":")[1].split()[0])

    def cpu(self):
        """Seconds of all its threads."""
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def await_descriptors(self, count, limit=3):
        """Waits until no more descriptors are open than that; a connection's end may be a moment after the client's."""
        until = time.monotonic() + limit
        while self.descriptors() > count:
            require(time.monotonic() < until, f"{self.descriptors()} descriptors are open, not {count}: {self.shown}")
            time.sleep(0.005)
