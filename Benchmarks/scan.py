#!/usr/bin/env python3
"""Compares `sslprobe connect --targets` with bare C: 2,000 handshakes, so many at once, and targets that never answer.

CPU time is that of the least disturbed of runs that take turns, because a machine's mood changes: compare the ratios. The
server and what is measured have a processor each, so that neither drives the other out of its caches. The targets are a bare
C server on loopback, and a socket that listens and says nothing. All show one certificate, as many a fleet does:
sslprobe verifies its chain once, bare C each time, which costs bare C a sixth of its time.
"""

import argparse
import contextlib
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

import servers
from measuring import judge, prepare, row, run

AT_ONCE = (1, 64, 512)
DESCRIPTORS = 8192
PROCESSORS = sorted(os.sched_getaffinity(0))


@dataclass
class Cost:
    """What one run costs."""

    cpu_s: float
    wall_s: float
    peak_mib: float


def cost(command, targets, output):
    """Runs a scan with its targets on standard input and its results in a file."""
    with open(targets, "rb") as source, open(output, "wb") as sink:
        started = time.monotonic()
        process = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.PIPE)
        complaints = process.stderr.read()
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = 0
    if complaints:
        sys.exit(f"{' '.join(map(str, command))}\n{complaints.decode(errors='replace')}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def count(path, piece):
    """How many lines of a file hold a text."""
    with open(path, encoding="utf-8") as lines:
        return sum(piece in line for line in lines)


def scans(binary, yardstick, ca, at_once, timeout_ms):
    """The commands to compare, by name, and what a line says of a target that is fine."""
    ours = [binary, "connect", "--targets", "-", "--jobs", str(at_once), "--ca", ca, "--json", "-t", f"{timeout_ms}ms"]
    return {
        "sslprobe": (ours, '"exit_code":0,'),
        "bare C": ([yardstick, str(at_once), str(timeout_ms), ca], '"outcome":"ok"'),
    }


def compare(options, binary, yardstick, folder, port):
    """The least CPU time by how many are asked at once and by program, in seconds."""
    targets = folder / "targets"
    targets.write_text(f"127.0.0.1:{port}\n" * options.targets)
    least = {}
    for at_once in AT_ONCE:
        commands = scans(binary, yardstick, folder / "ca.pem", at_once, 30_000)
        samples = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, (command, fine) in commands.items():
                output = folder / "results"
                samples[name].append(cost(command, targets, output))
                if (good := count(output, fine)) != options.targets:
                    sys.exit(f"{name}: {good} of {options.targets} handshakes were fine")
        least[at_once] = {name: min(each.cpu_s for each in list) for name, list in samples.items()}
    return least


def stay_on(processor):
    """Keeps this program and what it starts from now on to one of the processors that it may use, if there are two."""
    if len(PROCESSORS) > 1:
        os.sched_setaffinity(0, {PROCESSORS[processor]})


@contextlib.contextmanager
def silence():
    """A port that takes connections and never says anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4096)
        yield listener.getsockname()[1]


def wait_for(binary, folder, number, at_once, timeout_ms):
    """What it costs to ask so many targets that never answer."""
    targets = folder / "silent"
    with silence() as port:
        targets.write_text(f"127.0.0.1:{port}\n" * number)
        command = scans(binary, None, folder / "ca.pem", at_once, timeout_ms)["sslprobe"][0]
        spent = cost(command, targets, folder / "results")
    if (timeouts := count(folder / "results", '"exit_code":5,')) != number:
        sys.exit(f"{timeouts} of {number} silent targets were timeouts")
    return spent


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary", type=Path, required=True, help="sslprobe, a release build")
    arguments.add_argument("--targets", type=int, default=2000, help="how many (2000)")
    arguments.add_argument("--rounds", type=int, default=9, help="runs of each program (9)")
    options = arguments.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, most), most))
    binary = options.binary.resolve()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server, yardstick = prepare(folder, "serve.c"), prepare(folder, "scan.c")
        print(f"{run(['openssl', 'version']).strip()}; TLS 1.3, ECDSA P-256, 127.0.0.1; {options.targets} targets")
        stay_on(0)
        with servers.Server(servers.bare_c(server, folder), folder) as bare:
            stay_on(1)
            least = compare(options, binary, yardstick, folder, bare.port)
        silent = wait_for(binary, folder, 500, 64, 1000)
        crowd = wait_for(binary, folder, 1000, 1000, 5000)

    print()
    row("CPU of one target", "sslprobe", "bare C", "ratio")
    for at_once, each in least.items():
        ours, bare = each["sslprobe"], each["bare C"]
        row(
            f"{at_once} at once", f"{ours / options.targets * 1e6:.0f} us", f"{bare / options.targets * 1e6:.0f} us",
            f"{ours / bare:.2f}")
    print()
    row("that never answer", "wall", "peak memory")
    row("500, 64 at once, 1 s", f"{silent.wall_s:.2f} s", f"{silent.peak_mib:.0f} MiB")
    row("1000 at once, 5 s", f"{crowd.wall_s:.2f} s", f"{crowd.peak_mib:.0f} MiB")
    return 1 if judge([
        ("64 at once: CPU : bare C", least[64]["sslprobe"] / least[64]["bare C"], 1.15, ""),
        ("512 at once: CPU : bare C", least[512]["sslprobe"] / least[512]["bare C"], 1.25, ""),
        ("500 silent targets: wall : 500 x 1 s / 64", silent.wall_s / (500 / 64), 1.10, ""),
        ("1,000 at once: peak memory", crowd.peak_mib, 150, " MiB"),
    ]) else 0


if __name__ == "__main__":
    sys.exit(main())
