#!/usr/bin/env python3
"""Compares `sslprobe connect` with `openssl s_client` and with bare C: the same handshake, the same trust.

Instructions are counted by callgrind and hardly vary. CPU time, wall time and memory are medians of runs that take
turns, because a machine's mood changes: compare the ratios, not the milliseconds.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

from measuring import instructions, judge, millions, prepare, row, run, under_callgrind
from servers import Server, openssl

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
OPTION_PARSING = re.compile(r"ArgumentParser.*parseAsRoot")


@dataclass
class Cost:
    """What one run costs. `parsing` is the share of `instructions` that reads the command line, where that is known."""

    instructions: int
    parsing: int
    cpu_ms: float
    wall_ms: float
    rss_mib: float


def contestants(binary, yardstick, port, ca):
    """The commands to compare, by name. Without `ca` each uses its default trust."""
    client = ["openssl", "s_client", "-4", "-connect", f"localhost:{port}", "-servername", "localhost"]
    client += ["-verify_hostname", "localhost", "-verify_return_error"]
    probe = [binary, "connect", f"localhost:{port}", "-4"]
    bare = [yardstick, "connect", "localhost", port]
    return {
        "sslprobe connect": probe + (["--ca", ca] if ca else []),
        "openssl s_client": client + (["-CAfile", ca] if ca else []),
        "bare C": bare + [ca if ca else "default"],
    }


def count_instructions(command, environment, folder):
    """Instructions of the whole run, and of reading the command line (0 where the program is not ours)."""
    profile = folder / "callgrind.out"
    run([*under_callgrind(profile), *command], env=environment)
    listing = run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", profile])
    parsing = [
        int(line.split()[0].replace(",", "")) for line in listing.splitlines() if OPTION_PARSING.search(line)
    ]
    return instructions(profile), max(parsing, default=0)


def compare(commands, environment, yardstick, folder, rounds):
    samples = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            sample = json.loads(run([yardstick, "measure", *command], env=environment))
            if sample["exit"] != 0:
                run(command, env=environment)
                sys.exit(f"{name} ended with {sample['exit']}")
            samples[name].append(sample)

    costs = {}
    for name, command in commands.items():
        total, parsing = count_instructions(command, environment, folder)
        middle = {key: statistics.median(sample[key] for sample in samples[name]) for key in samples[name][0]}
        costs[name] = Cost(
            total, parsing, middle["cpu_us"] / 1e3, middle["wall_us"] / 1e3, middle["rss_kib"] / 1024
        )
    return costs


def show(title, costs):
    print(f"\n{title:<28}{'instructions':>14}{'CPU':>12}{'wall':>12}{'memory':>12}")
    for name, cost in costs.items():
        row(name, millions(cost.instructions), f"{cost.cpu_ms:.2f} ms", f"{cost.wall_ms:.2f} ms", f"{cost.rss_mib:.1f} MiB")
        if cost.parsing:
            row("  without option parsing", millions(cost.instructions - cost.parsing))
    ours = costs["sslprobe connect"]
    for other in ("openssl s_client", "bare C"):
        base = costs[other]
        row(
            f"  : {other}",
            f"{ours.instructions / base.instructions:.2f}",
            f"{ours.cpu_ms / base.cpu_ms:.2f}",
            f"{ours.wall_ms / base.wall_ms:.2f}",
            f"{ours.rss_mib / base.rss_mib:.2f}",
        )


def targets(small, default):
    """What has to be reached."""
    if small["sslprobe connect"].parsing == 0:
        sys.exit("option parsing is not in the profile: is the binary stripped?")
    ours, theirs = small["sslprobe connect"], small["openssl s_client"]
    ours_by_default, theirs_by_default = default["sslprobe connect"], default["openssl s_client"]
    return [
        ("default trust: CPU : s_client", ours_by_default.cpu_ms / theirs_by_default.cpu_ms, 0.35, ""),
        ("same CA file: instructions without option parsing : s_client",
         (ours.instructions - ours.parsing) / theirs.instructions, 1.0, ""),
        ("option parsing", ours.parsing / 1e6, 15, " M instructions"),
        ("same CA file: memory : s_client", ours.rss_mib / theirs.rss_mib, 2.0, ""),
    ]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary", type=Path, required=True, help="sslprobe, a release build that is not stripped")
    arguments.add_argument("--rounds", type=int, default=40, help="runs of each command (40)")
    options = arguments.parse_args()
    binary = options.binary.resolve()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yardstick = prepare(folder, "yardstick.c")
        ca = folder / "ca.pem"

        # Default trust: a bundle of public authorities, and ours in the hashed directory beside it.
        hashed = folder / "hashed"
        hashed.mkdir()
        subject = run(["openssl", "x509", "-in", ca, "-noout", "-subject_hash"]).strip()
        shutil.copy(ca, hashed / f"{subject}.0")
        default_trust = {**os.environ, "SSL_CERT_FILE": BUNDLE, "SSL_CERT_DIR": str(hashed)}

        with Server(openssl(folder, "-tls1_3"), folder) as server:
            print(f"{run(['openssl', 'version']).strip()}; TLS 1.3, ECDSA P-256, localhost; {options.rounds} runs each")
            small = compare(
                contestants(binary, yardstick, str(server.port), ca), os.environ, yardstick, folder, options.rounds)
            show("same CA file", small)
            default = compare(
                contestants(binary, yardstick, str(server.port), None), default_trust, yardstick, folder, options.rounds)
            show("default trust, bundle", default)
    return 1 if judge(targets(small, default)) else 0


if __name__ == "__main__":
    sys.exit(main())
