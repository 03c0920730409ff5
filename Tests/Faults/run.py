#!/usr/bin/env python3
"""Runs the fault cases against a release binary: run.py --binary PATH [--quick] [--only A1,B2] [--jobs N]."""

import argparse
import collections
import concurrent.futures
import pathlib
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import certs
import checks
import harness

import group_a_output
import group_a_serve
import group_a_serve_text
import group_a_text
import group_b_clock
import group_b_serve
import group_b_time
import group_c
import group_c_serve
import group_d_files
import group_d_serve
import group_d_trust
import group_e
import group_e_serve
import group_keys
import group_many


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the release binary")
    parser.add_argument("--quick", action="store_true", help="the tier that is part of the tests")
    parser.add_argument("--only", default="", help="rows, or rows and words of a title: A1,B2 or 'A1:help'")
    parser.add_argument("--jobs", type=int, default=6, help="cases at once (6; most of them sleep)")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    return parser.parse_args()


def chosen(asked):
    wanted = [part.partition(":") for part in asked.only.split(",") if part]
    return [
        case for case in harness.REGISTER
        if (case.quick or not asked.quick)
        and (not wanted or any(case.row == row and word in case.title for row, _, word in wanted))
    ]


def perform(bench, case):
    """(word, what was seen, milliseconds) of one case."""
    started = time.monotonic()
    try:
        word, seen = "PASS", case.run(bench) or ""
    except checks.Overrun as overrun:
        word, seen = "LATE", str(overrun)
    except checks.Failure as failure:
        word, seen = "FAIL", str(failure)
    except harness.Skip as skip:
        word, seen = "SKIP", str(skip)
    except certs.Missing as missing:
        word, seen = "FAIL", str(missing)
    except Exception as mistake:  # a mistake in a case is a failed case, not the end of the run
        word, seen = "FAIL", f"{type(mistake).__name__}: {mistake}"
    return word, seen, (time.monotonic() - started) * 1000


def show(case, word, seen, took):
    line = f"{word} {case.row} {case.title}" + (f": {seen}" if seen else "")
    print("".join(character if character.isprintable() else ascii(character)[1:-1] for character in line),
          f"({took:.0f} ms)", flush=True)


def main():
    asked = arguments()
    cases = chosen(asked)
    if asked.list:
        for case in cases:
            print(case.row, case.title)
        return 0
    if not pathlib.Path(asked.binary).is_file():
        sys.exit(f"run.py: there is no binary at {asked.binary}: build it with swift build -c release")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started, counts, again = time.monotonic(), collections.Counter(), []
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        bench = harness.Bench(asked.binary, asked.quick, folder)
        try:
            with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
                running = {pool.submit(perform, bench, case): case for case in cases if not case.alone}
                for done in concurrent.futures.as_completed(running):
                    word, seen, took = done.result()
                    if word == "LATE":
                        again.append(running[done])
                        continue
                    counts[word] += 1
                    show(running[done], word, seen, took)
            for case in [*again, *(case for case in cases if case.alone)]:
                word, seen, took = perform(bench, case)
                word = "FAIL" if word == "LATE" else word
                counts[word] += 1
                show(case, word, seen, took)
        finally:
            bench.close()
    skipped = f", {counts['SKIP']} skipped" if counts["SKIP"] else ""
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed{skipped}"
          f" ({bench.runs} runs of the program in {time.monotonic() - started:.0f} s)")
    return 1 if counts["FAIL"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except certs.Missing as missing:
        sys.exit(f"run.py: {missing}")
