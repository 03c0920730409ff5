#!/usr/bin/env python3
"""Compares `sslprobe serve` with bare C, nginx and `openssl s_server -www`: the same handshakes, the same request.

Instructions are counted by callgrind and hardly vary. CPU times are medians of loads that take turns, because a machine's
mood changes: compare the ratios, not the microseconds. Without --binary the others are measured and nothing is judged.
"""

import argparse
import contextlib
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True

import servers
from measuring import instructions, judge, millions, prepare, row, run, under_callgrind

KINDS = ("full", "resume")
IDLE = (2000, 5000)
CONCURRENCY = 8
# Enough descriptors for the idle connections; every program that is started here inherits it.
DESCRIPTORS = 8192
QUIET, JSONL = "sslprobe serve -q", "sslprobe serve --jsonl"


@dataclass
class Cost:
    """What a server's handshakes of either kind cost each, and its idle connections by how many there are."""

    instructions: dict = field(default_factory=dict)
    cpu_us: dict = field(default_factory=dict)
    idle_kb: dict = field(default_factory=dict)


@dataclass
class Amount:
    """How much is measured: loads of each server, the handshakes of a load, and how many callgrind counts."""

    rounds: int
    handshakes: int
    counted: int


def load(yardstick, server, count, kind, concurrency=CONCURRENCY):
    """Has the server shake hands; the load ends with an error unless every single one was as asked for."""
    run([yardstick, "load", str(server.port), str(count), str(concurrency), kind])


def count_instructions(program, yardstick, folder, kind, counted):
    """Instructions of one handshake: what twice as many cost more, so that start and end fall out."""
    totals = []
    for count in (counted, 2 * counted):
        profile = folder / "callgrind.out"
        with servers.Server(program, folder, under_callgrind(profile)) as server:
            # One at a time, so that how many are ready at once does not depend on the client's speed.
            load(yardstick, server, count, kind, concurrency=1)
        totals.append(instructions(profile))
    return (totals[1] - totals[0]) / counted


def measure_cpu(programs, yardstick, folder, amount):
    """Median CPU time of one handshake, in microseconds, by kind and program."""
    samples = {kind: {program.name: [] for program in programs} for kind in KINDS}
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(servers.Server(program, folder)) for program in programs]
        for kind in KINDS:
            for server in running:
                load(yardstick, server, amount.handshakes // 10, kind)
            for _ in range(amount.rounds):
                for server in running:
                    before = server.cpu_s()
                    load(yardstick, server, amount.handshakes, kind)
                    spent = server.cpu_s() - before
                    samples[kind][server.program.name].append(spent / amount.handshakes * 1e6)
    return {kind: {name: statistics.median(values) for name, values in each.items()} for kind, each in samples.items()}


def measure_idle(program, yardstick, folder, count):
    """Growth of the resident memory for each connection that is open and has not sent a request, in kB."""
    with servers.Server(program, folder) as server:
        # What is made once, at the first connection, is not the price of one.
        load(yardstick, server, 1, "full")
        before = server.resident_kb()
        with subprocess.Popen(
            [yardstick, "hold", str(server.port), str(count)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            holder.stdout.readline()
            growth = server.resident_kb() - before
            holder.communicate("")
        if holder.returncode != 0:
            sys.exit(f"{program.name} did not keep {count} idle connections")
    return growth / count


def measure(programs, yardstick, folder, amount):
    costs = {program.name: Cost() for program in programs}
    for kind, each in measure_cpu(programs, yardstick, folder, amount).items():
        for name, cpu_us in each.items():
            costs[name].cpu_us[kind] = cpu_us
    for program in programs:
        cost = costs[program.name]
        for kind in KINDS:
            cost.instructions[kind] = count_instructions(program, yardstick, folder, kind, amount.counted)
        for count in IDLE if program.holds_many else ():
            cost.idle_kb[count] = measure_idle(program, yardstick, folder, count)
    return costs


def show(costs):
    bare, nginx = costs["bare C"], costs["nginx"]
    for kind in KINDS:
        print()
        row(f"handshake, {kind}", "instructions", ": bare C", "CPU", ": bare C", ": nginx")
        for name, cost in costs.items():
            row(
                name,
                millions(cost.instructions[kind], 3),
                f"{cost.instructions[kind] / bare.instructions[kind]:.2f}",
                f"{cost.cpu_us[kind]:.0f} us",
                f"{cost.cpu_us[kind] / bare.cpu_us[kind]:.2f}",
                f"{cost.cpu_us[kind] / nginx.cpu_us[kind]:.2f}",
            )
    print()
    row("idle connection", *(f"of {count:,}" for count in IDLE))
    for name, cost in costs.items():
        row(name, *(f"{cost.idle_kb[count]:.1f} kB" if cost.idle_kb else "one only" for count in IDLE))


def targets(costs):
    """What has to be reached: the dearer of both kinds of handshake, and of both kinds of output where it may not matter."""
    quiet, jsonl, bare, nginx = costs[QUIET], costs[JSONL], costs["bare C"], costs["nginx"]

    def dearest(ours, theirs):
        return max(ours[kind] / theirs[kind] for kind in KINDS)

    return [
        ("-q: instructions : bare C", dearest(quiet.instructions, bare.instructions), 1.10, ""),
        ("--jsonl to a file: instructions : bare C", dearest(jsonl.instructions, bare.instructions), 1.5, ""),
        ("-q: CPU : nginx", dearest(quiet.cpu_us, nginx.cpu_us), 1.15, ""),
        ("an idle connection of 2,000", max(quiet.idle_kb[2000], jsonl.idle_kb[2000]), 18, " kB"),
    ]


def allow_descriptors():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < DESCRIPTORS:
        sys.exit(f"{max(IDLE):,} idle connections need {DESCRIPTORS} descriptors; ulimit -Hn allows {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, most))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary", type=Path, help="sslprobe, a release build")
    arguments.add_argument("--rounds", type=int, default=51, help="loads of each server, of each kind (51)")
    arguments.add_argument("--quick", action="store_true", help="fewer rounds and handshakes: a rough idea")
    options = arguments.parse_args()
    amount = Amount(9, 100, 50) if options.quick else Amount(options.rounds, 200, 100)

    allow_descriptors()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yardstick = prepare(folder, "serve.c")
        programs = [servers.bare_c(yardstick, folder), servers.nginx(folder), servers.openssl(folder)]
        if options.binary:
            binary = options.binary.resolve()
            programs[:0] = [servers.sslprobe(binary, folder, output) for output in ("-q", "--jsonl")]
        print(f"{run(['openssl', 'version']).strip()}; TLS 1.3, ECDSA P-256, localhost; {amount.rounds} loads each")
        costs = measure(programs, yardstick, folder, amount)
    show(costs)
    return 1 if options.binary and judge(targets(costs)) else 0


if __name__ == "__main__":
    sys.exit(main())
