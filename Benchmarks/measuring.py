"""What the benchmarks have in common: commands that have to succeed, callgrind's totals, tables and targets."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(command, **options):
    """The standard output of a command that has to succeed."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def prepare(folder, source):
    """Puts a yardstick, compiled, and the certificates into the folder; the path of the yardstick."""
    yardstick = folder / Path(source).stem
    compiler = os.environ.get("CC", "cc").split()
    run([*compiler, "-O2", "-Wall", "-o", yardstick, HERE / source, "-lssl", "-lcrypto"])
    run([HERE.parent / "scripts" / "make-certificates", folder])
    return yardstick


def under_callgrind(profile):
    """What to put before a command so that its instructions are counted into the file."""
    return ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]


def instructions(profile):
    """All instructions that callgrind counted."""
    return int(re.search(r"^(?:totals|summary): (\d+)", profile.read_text(), re.MULTILINE)[1])


def millions(count, digits=1):
    return f"{count / 1e6:.{digits}f} M"


def row(name, *cells):
    """A line of a table. The first cell is wider, for instructions."""
    print(f"{name:<28}{cells[0]:>14}" + "".join(f"{cell:>12}" for cell in cells[1:]))


def judge(targets):
    """Holds figures against what they have to be, each (what, value, limit, unit); the number of those that are not."""
    print()
    missed = 0
    for what, value, limit, unit in targets:
        reached = value <= limit
        missed += not reached
        print(f"{'reached' if reached else 'MISSED ':<9}{what}: {value:.2f}, at most {limit:g}{unit}")
    return missed
