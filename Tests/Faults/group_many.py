"""B9, E1, E2 with many targets: a signal in the middle, few descriptors, little memory. None is lost or misreported."""

import collections
import random
import signal

import certs
import checks
from checks import require
from harness import table

STOP_WITHIN = 0.5
LARGE_KB = 150 * 1024


def target_list(bench, lines):
    path = bench.scratch() / "targets"
    path.write_text("".join(line + "\n" for line in lines))
    return path


def probe(bench, server, lines, *words, **options):
    """A run of `connect` with that list of targets, of which those on the server's port are trusted."""
    trust = ["--ca", server.folder / "ca.pem", "-4"]
    return bench.run("connect", "--targets", target_list(bench, lines), *trust, *words, **options)


def serving(bench):
    folder = bench.scratch()
    server = bench.serve("-q", "--write-ca", folder / "ca.pem", "--max-connections", "10000")
    (server.folder / "ca.pem").symlink_to(folder / "ca.pem")
    return server


def mixed(bench, server, count):
    """So many targets and the exit codes that they should have: trusted, refused, of another name, not TLS."""
    kinds = [
        (f"localhost:{server.port}", 0), ("127.0.0.1:1", 4), (f"127.0.0.1:{server.port}\tother.example", 8),
        (f"localhost:{bench.peer('chatty-banner', 'ssh')}", 7), (f"localhost:{server.port}", 0),
    ]
    return [kinds[number % len(kinds)] for number in range(count)]


def as_expected(result, wanted):
    """Every target has one report, with the exit code that it should have."""
    reports = checks.json_lines(result.stdout, f"stdout of {result.shown}")
    for report in reports:
        checks.report_is_sound(report, report["exit_code"])
    seen = collections.Counter((report["target"]["input"], report["exit_code"]) for report in reports)
    asked = collections.Counter((line.partition("\t")[0], code) for line, code in wanted)
    require(seen == asked, f"asked {asked}, told {seen}: {result.messages[:300]}")
    require(result.exit == 4, f"exit {result.exit}, not that of the gravest, 4")


def interrupt(bench, server, name, after, words, silent):
    """Sends the signal that long after the start of a run with 200 targets, and checks what is told."""
    every = [f"localhost:{silent if number % 4 == 0 else server.port}" for number in range(200)]
    number = signal.Signals["SIG" + name]
    stop = [certs.program("timeout", "coreutils"), "--foreground", "--preserve-status", "-s", name, f"{after:.3f}"]
    result = probe(bench, server, every, "--jobs", 8, "-t", "5s", *words, wrapper=[*stop, bench.binary], binary=False,
                   signals=(128 + number,))
    require(result.exit == 128 + number, f"exit {result.exit}, not {128 + number}: {result.messages[-300:]}")
    checks.in_time(result, after + STOP_WITHIN)
    return result, result.wall - after


def events_of_interruption(result):
    """How many targets were done before the signal; the last event counts all that were begun."""
    lines = checks.json_lines(result.stdout, f"stdout of {result.shown}")
    done = lines[-1]
    require(done["event"] == "run_done", f"the last event is {done['event']}")
    require(done["exit_code"] == result.exit, f"run_done says exit {done['exit_code']}, the program {result.exit}")
    reports = [line["report"] for line in lines if line["event"] == "summary"]
    named = {name: times for name, times in done["by_outcome"].items() if times}
    require(collections.Counter(report["outcome"] for report in reports) == named,
            f"by_outcome is {named}, the reports have others")
    require(done["targets"] == len(reports), f"{done['targets']} targets, {len(reports)} reports")
    strange = set(named) - {"ok", "signal"}
    require(not strange, f"outcomes {sorted(strange)}, of targets that are good or silent for 5 s")
    return named.get("ok", 0)


@table("B9", [(f"SIG{name} in a run with 200 targets, {form}", name, form) for name in ("INT", "TERM")
              for form in ("--jsonl", "text")], quick={"SIGINT in a run with 200 targets, --jsonl"})
def interruption(bench, name, form):
    chance, worst, done = random.Random(9), 0, 0
    silent = bench.peer("silent")
    times = 3 if bench.quick else 50
    with serving(bench) as server:
        for _ in range(times):
            words = ["--jsonl"] if form == "--jsonl" else []
            result, late = interrupt(bench, server, name, chance.uniform(0.15, 1.0), words, silent)
            worst = max(worst, late)
            if words:
                done += events_of_interruption(result)
            else:
                checks.text_is_clean(result.stdout, "text of an interrupted run")
                require(" targets: " in result.text.splitlines()[-1], f"no counts: {result.text[-200:]!r}")
    require(done or form != "--jsonl", "no target was done before the signal, ever")
    return f"{times} of {times}, worst {worst * 1000:.0f} ms after the signal"


@table("E1", [
    ("500 targets with 16 descriptors", 16, []), ("500 targets with 64 descriptors", 64, ["--jobs", "500"]),
    ("500 targets with 24 descriptors, --all-addresses", 24, ["--all-addresses"]),
], quick={"500 targets with 64 descriptors"})
def few_descriptors(bench, limit, words):
    limits = [certs.program("prlimit", "util-linux"), f"--nofile={limit}", bench.binary]
    with serving(bench) as server:
        wanted = mixed(bench, server, 500)
        result = probe(bench, server, [line for line, _ in wanted], *words, "--json", wrapper=limits, binary=False,
                       limit=60)
        as_expected(result, wanted)
    return f"500 of 500, {result.wall:.1f} s"


# What one target needs is held against 64 MiB after every run.
@table("E2", [("1,000 targets in 150 MiB", ["--json"]), ("1,000 targets in 150 MiB, --jsonl -v", ["--jsonl", "-v"])],
       quick=())
def many_targets(bench, words):
    with serving(bench) as server:
        wanted = mixed(bench, server, 1000)
        result = probe(bench, server, [line for line, _ in wanted], *words, "--jobs", 1000, limit=60,
                       memory_kb=LARGE_KB)
        if words == ["--json"]:
            as_expected(result, wanted)
        else:
            done = checks.json_lines(result.stdout, "the events of 1,000 targets")[-1]
            require(done["event"] == "run_done" and done["targets"] == 1000, f"the last event is {done}")
    return f"{result.rss_kb} kB, {result.wall:.1f} s"
