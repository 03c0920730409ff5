"""The rows that `renegotiate` and `keyupdate` add to A1 to A4, B1, B3, B9, C1 and D9: faults after the handshake."""

import random
import signal
import subprocess
import time

import checks
import group_a_text
import group_b_time
import group_d_files
from checks import require
from harness import case, table

COMMANDS = ("renegotiate", "keyupdate")
VERSIONS = {"renegotiate": "1.2", "keyupdate": "1.3"}
# What `forge` sends once a KeyUpdate or a ClientHello came.
ANSWERED = ("request", "data:HTTP/1.1 200 OK\\r\\n\\r\\n", "drain")


def answering(bench, command):
    """A peer that reads what comes, and answers with a header and nothing else."""
    return bench.peer("forge", VERSIONS[command], *ANSWERED)


def talk(bench, command, *words, steps, expect, timeout=2.0, extra=0.0):
    port = bench.peer("forge", VERSIONS[command], *steps)
    return bench.connect(port, *words, command=command, expect=expect, timeout=timeout, extra=extra)


# A. Output

@table("A1", [(f"stdout to /dev/full, {command} {' '.join(words)}", command, *words)
              for command in COMMANDS for words in ((), ("--json",), ("--jsonl",), ("-v",), ("--help",))])
def full_stdout(bench, command, *words):
    arguments = (command, *words) if "--help" in words else bench.target(
        answering(bench, command), *words, "--answer-timeout", "300ms", command=command)
    with open("/dev/full", "wb") as full:
        result = bench.run(*arguments, stdout=full)
    require(result.exit == 13, f"exit {result.exit}, not 13: {result.messages}")
    require(result.stderr.count(b"\n") == 1, f"not one line on stderr: {result.messages!r}")
    return "exit 13, one line on stderr"


@table("A4", [(f"hostile certificate, {command} {' '.join(words)}", command, *words)
              for command in COMMANDS for words in ((), ("-v",), ("-q",))])
def hostile_text(bench, command, *words):
    words += ("--tls", VERSIONS[command], "--answer-timeout", "300ms")
    result = bench.run(*bench.target(group_a_text.hostile_port(bench), *words, timeout=3, command=command))
    require(result.exit == 8, f"exit {result.exit}, not 8: {result.messages}")
    checks.text_is_clean(result.stdout, "stdout")
    return "exit 8, no raw control"


# B. Time

@table("B1", [
    ("renegotiate, the ClientHello is not answered", "renegotiate", ("hold",), (), 12, 0.5),
    ("renegotiate, no HelloRequest", "renegotiate", ("hold",), ("--await-request", "500ms"), 12, 0.5),
    ("renegotiate, --after as much data as never comes", "renegotiate", ("hold",), ("--after", "4kB"), 12, 0.5),
    ("keyupdate, silence", "keyupdate", ("hold",), ("--http",), 12, 0.5),
    ("keyupdate, half an answer", "keyupdate", ("request", "data:HTTP/1.1 200", "hold"), ("--http",), 12, 0.5),
    ("keyupdate, 10 of them into silence", "keyupdate", ("hold",), ("--count", "10", "--http"), 12, 0.725),
])
def silence(bench, command, steps, words, code, wait):
    # Each attempt has its own time; the close that follows waits no longer than a second.
    report = talk(bench, command, "--answer-timeout", "500ms", *words, steps=steps, expect=code, timeout=5.0)
    limit = wait + 1.0 + checks.GRACE + 0.25
    checks.in_time(report["result"], limit)
    return f"exit {code} after {report['result'].wall * 1000:.0f} ms"


@table("B1", [(f"{command}, --timeout holds for the handshake", command) for command in COMMANDS])
def silent_handshake(bench, command):
    report = bench.connect(bench.peer("silent"), "--count", "100", command=command, expect=5, stage="tls", timeout=1.0)
    return group_b_time.over(report, 1.0)


@table("B1", [(f"{command}, --max-time bounds the run", command) for command in COMMANDS])
def max_time(bench, command):
    report = talk(bench, command, "-m", "600ms", "--answer-timeout", "20s", steps=("hold",), expect=(5, 12), timeout=9.0)
    checks.in_time(report["result"], 0.6 + checks.GRACE)
    return f"exit {report['exit_code']} after {report['result'].wall * 1000:.0f} ms"


@table("B3", [(f"{command}: flood of {title}", command, mode)
              for title, mode in group_b_time.FLOODS
              for command in COMMANDS if ("1.2" in mode or "hello" in mode) == (command == "renegotiate")])
def flood(bench, command, mode):
    report = bench.connect(
        bench.peer(mode), "--answer-timeout", "2s", command=command, expect=12, timeout=2.0, extra=3.0)
    require(report["error"]["code"] in ("flood", "bad_message", "renegotiation_unproven", "key_update_unproven"),
            f"error.code {report['error']['code']}: {report['error']['message']}")
    require(report["result"].cpu <= 1.5, f"{report['result'].cpu:.2f} s of CPU")
    return f"exit 12, {report['error']['code']}"


@table("B9", [(f"{command}: {signal.Signals(number).name} in the middle of an attempt", command, number)
              for command in COMMANDS for number in (signal.SIGINT, signal.SIGTERM)])
def interrupted(bench, command, number):
    port = bench.peer("forge", VERSIONS[command], "hold")
    words = bench.target(port, "--jsonl", "--answer-timeout", "20s", command=command, timeout=30)
    child = subprocess.Popen([bench.binary, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bench.environment())
    lines = []
    while b'"event":"renegotiation_started"' not in (line := child.stdout.readline()) and b'"event":"key_update"' not in line:
        require(line, "no attempt was seen")
        lines.append(line)
    sent = time.monotonic()
    child.send_signal(number)
    rest, errors = child.communicate(timeout=15)
    took = time.monotonic() - sent
    events = checks.json_lines(b"".join(lines) + line + rest, "the events")
    require(child.returncode == 128 + number, f"exit {child.returncode}, not {128 + number}: {errors!r}")
    require(events[-1]["event"] == "summary" and events[-1]["report"]["outcome"] == "signal", "no summary of a signal")
    if took > 0.5:
        raise checks.Overrun(f"{took * 1000:.0f} ms after the signal")
    return f"{child.returncode} after {took * 1000:.0f} ms"


# C. Hostile bytes

TYPES = [0, 1, 2, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24, 25, 254]


@table("C1", [(f"{command}: forged messages after our {what}, part {shard + 1} of 4", command, shard)
              for command, what in (("renegotiate", "ClientHello"), ("keyupdate", "KeyUpdate")) for shard in range(4)])
def forged(bench, command, shard):
    chance, codes = random.Random(f"{command} {shard}"), set()
    for _ in range(12):
        steps = ["request"]
        for _ in range(chance.randint(1, 3)):
            body = chance.randbytes(chance.choice((0, 1, 1, 2, 40, 300)))
            kind = chance.choice(TYPES)
            whole = bytes([kind]) + len(body).to_bytes(3, "big") + body
            record = chance.choice((whole, whole, whole[:-1] or whole, body or whole))
            steps.append(f"record:{chance.choice((20, 21, 22, 22, 22, 22, 23))}:{record.hex()}")
        steps.append(chance.choice(("fin", "rst", "drain", "hold")))
        report = talk(bench, command, "--answer-timeout", "300ms", "--http", steps=steps, timeout=2.0, extra=2.0,
                      expect=(0, 5, 7, 9, 10, 12))
        verdict = report["renegotiation" if command == "renegotiate" else "key_update"]["verdict"]["value"]
        require(verdict != "yes" or report["exit_code"] == 0, f"verdict yes with exit {report['exit_code']}")
        require(command != "renegotiate" or report["exit_code"] != 0, f"nobody renegotiated, and yet exit 0: {steps}")
        codes.add(report["exit_code"])
    return f"12 talks, exits {', '.join(map(str, sorted(codes)))}"


# D. Numbers

COUNTS = [*group_d_files.COUNTS, "0", "1001"]
NUMBERS = [(command, option, values) for command in COMMANDS for option, values in [
    ("--count", COUNTS), ("--interval", group_d_files.DURATIONS[1:]), ("--answer-timeout", group_d_files.DURATIONS)
]] + [
    ("renegotiate", "--await-request", group_d_files.DURATIONS),
    ("renegotiate", "--after", ["0B", "-1B", "1e3B", "1.5kB", "99999999999999999999MB", "5", "", "٣kB", "2GB", "4KB"]),
    ("renegotiate", "--mode", ["Full", "none", "", "full,abbreviated"]),
    ("keyupdate", "--direction", ["both ways", "", "REQUEST"]), ("keyupdate", "--trigger", ["read", "", "Write"]),
]


@table("D9", [(f"{command} {option}: {len(values)} bad values", command, option, values)
              for command, option, values in NUMBERS])
def numbers(bench, command, option, values):
    wrong = []
    for value in values:
        result = bench.run(command, f"{option}={value}", "127.0.0.1:1")
        if result.exit != 64 or result.stdout or option not in result.messages:
            wrong.append(f"{value!r}: exit {result.exit}, {result.messages.strip()[:80]!r}")
    require(not wrong, "; ".join(wrong[:4]) + (f" and {len(wrong) - 4} more" if len(wrong) > 4 else ""))
    return "64 with the option's name each"


@case("B7", "renegotiate: the answer to our ClientHello cut at every byte")
def cut_answers(bench):
    flight = bytes([2, 0, 0, 70]) + b"\x03\x03" + bytes(range(68))
    exits = set()
    for end in range(1, len(flight), 3):
        report = talk(bench, "renegotiate", "--answer-timeout", "300ms",
                      steps=("request", f"record:22:{flight[:end].hex()}", "fin"), expect=(10, 12), timeout=2.0)
        require(report["result"].cpu <= 0.3, f"{report['result'].cpu:.2f} s of CPU")
        exits.add(report["exit_code"])
    return f"exits {sorted(exits)}"
