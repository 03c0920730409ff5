"""What must hold after every run of the program, whatever the fault."""

import collections
import json
import re
import resource

import schema

OUTCOMES = {
    0: "ok", 1: "expectation", 3: "dns", 4: "connect", 5: "timeout", 6: "pre_tls", 7: "handshake", 8: "verify",
    9: "rejected", 10: "unmet", 11: "not_applicable", 12: "inconclusive", 13: "local", 14: "unsupported", 15: "unsafe",
    64: "usage", 70: "internal", 130: "signal", 141: "signal", 143: "signal",
}
STAGES = {"arguments", "dns", "tcp", "pre_tls", "tls", "verify", "confirm", "data", "post_handshake", "close", "local"}
REPORT_KEYS = set(
    "schema tool command target started_at ok outcome exit_code address addresses differs timings tls verify certificates ocsp scts"
    " client_auth data tickets ticket_summary renegotiation key_update post_handshake_auth resumption repeat close"
    " expectations error events".split()
)
ERROR_KEYS = {"stage", "code", "message", "hint", "peer_bytes", "alert", "openssl"}
EVENT_KEYS = ("schema", "event", "seq", "t_ms")
# C0 but newline and tab, DEL, C1, and the bidirectional controls.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
VOLATILE = re.compile(
    r"_ms$|^(started_at|timings|days_left|nonce|age_add|ticket_bytes|key_name|bytes_|round_trips|duration|why|seq)"
)
TROUBLE = re.compile(
    r"Fatal error|Swift runtime|Precondition failed|error:00000000|Thread \d+ crashed|"
    r"unexpectedly found nil|Index out of range|AddressSanitizer|stack trace"
)
RSS_LIMIT_KB = 64 * 1024
GRACE = 0.25


class Failure(Exception):
    """A promise that did not hold; the sentence says which."""


class Overrun(Failure):
    """A wall time over its limit: measured once more when nothing else runs, since neighbours slow a machine down."""


def require(condition, sentence):
    if not condition:
        raise Failure(sentence)


def text_is_clean(data, what, ascii_only=False):
    """Valid UTF-8 without any control that a terminal obeys."""
    try:
        text = data.decode()
    except UnicodeDecodeError as failure:
        raise Failure(f"{what} is not valid UTF-8: {data[max(0, failure.start - 20):failure.end + 20]!r}") from None
    found = CONTROLS.search(text)
    require(not found, found and f"{what} holds a raw control: {text[max(0, found.start() - 30):found.end() + 30]!r}")
    if ascii_only:
        require(text.isascii(), f"{what} is not ASCII although the locale is: {ascii(text)[:200]}")


def after_every_run(result, allowed_signals=(), memory_kb=RSS_LIMIT_KB):
    """Exit code, signals, memory and stderr of any run."""
    shown = f"{result.shown} -> exit {result.exit}: {result.stderr[-300:].decode(errors='replace').strip()}"
    require(result.exit >= 0, f"killed by signal {-result.exit}: {shown}")
    require(result.exit in OUTCOMES, f"undocumented exit code: {shown}")
    require(result.exit < 128 or result.exit in allowed_signals, f"ended as if by a signal: {shown}")
    require(result.exit != 70, f"internal error: {shown}")
    require(not TROUBLE.search(result.stderr.decode(errors="replace")), f"trouble on stderr: {shown}")
    # The kernel counts what a child shared with us before its exec.
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    require(result.rss_kb <= max(memory_kb, ours), f"{result.rss_kb} kB of memory: {shown}")
    text_is_clean(result.stderr, "stderr of " + result.shown)


def in_time(result, limit):
    if result.wall > limit:
        raise Overrun(f"{result.wall * 1000:.0f} ms, more than {limit * 1000:.0f} ms: {result.shown}")


def json_lines(data, what, whole_last_line=True):
    """Every line as a parsed JSON object."""
    if data and whole_last_line:
        require(data.endswith(b"\n"), f"the last line of {what} is not whole: {data[-80:]!r}")
    return [json_object(line, what) for line in data.splitlines()]


def json_object(line, what):
    """One line as a parsed JSON object that fits its schema."""
    try:
        value = json.loads(line.decode(), parse_constant=refuse_constant)
    except ValueError as failure:
        raise Failure(f"{what}: invalid JSON ({failure}): {line[:200]!r}") from None
    require(isinstance(value, dict), f"{what}: a line is not an object: {line[:80]!r}")
    wrong = schema.problems(value)
    require(not wrong, f"{what} does not fit its schema: {'; '.join(wrong[:3])}")
    return value


def refuse_constant(word):
    raise ValueError(f"{word} is not JSON")


def report_is_sound(report, exit_code):
    """Section 4 of the contract: every key, and an error exactly when the exit code is not 0."""
    missing, extra = REPORT_KEYS - report.keys(), report.keys() - REPORT_KEYS
    require(not missing and not extra, f"report keys: missing {sorted(missing)}, unknown {sorted(extra)}")
    require(report["schema"] == "sslprobe.report/1", f"schema {report['schema']!r}")
    require(report["exit_code"] == exit_code, f"report says exit {report['exit_code']}, the program {exit_code}")
    require(report["ok"] is (exit_code == 0), f"ok is {report['ok']} at exit {exit_code}")
    require(report["outcome"] == OUTCOMES[exit_code], f"outcome {report['outcome']!r} at exit {exit_code}")
    error = report["error"]
    require((error is None) == (exit_code == 0), f"error is {error!r:.100} at exit {exit_code}")
    if error is not None:
        require(error.keys() == ERROR_KEYS, f"error keys {sorted(error)}")
        require(error["stage"] in STAGES, f"error.stage {error['stage']!r}")
        require(re.fullmatch(r"[a-z][a-z0-9_]*", error["code"]), f"error.code {error['code']!r}")
        require(error["message"].strip(), "error.message is empty")
    for name in ("addresses", "certificates", "scts", "tickets", "expectations", "events"):
        require(isinstance(report[name], list), f"{name} is not a list")
    for name, value in (report["timings"] or {}).items():
        require(value is None or value >= 0, f"timings.{name} is {value}")


def connection_report(line):
    """The report of a serve's connection in a line of --json or of --jsonl, or None."""
    if line.get("event") == "client_closed":
        return line["report"]
    return line if line["schema"] == "sslprobe.connection/1" else None


class ServedLines:
    """Holds the lines of a serve against each other as they come: a report per connection, and a summary of them all."""

    def __init__(self):
        self.last, self.came, self.numbers, self.outcomes = None, 0, set(), collections.Counter()

    def take(self, line):
        if "event" in line:
            events_are_sound([line] if self.last is None else [self.last, line])
            self.came += line["event"] == "client_connected"
        self.last = line
        if report := connection_report(line):
            self.outcomes[report["outcome"]] += 1
            require(report["conn"] not in self.numbers, f"two connections have the number {report['conn']}")
            self.numbers.add(report["conn"])
            connection_is_sound(report)

    def finish(self, exit_code):
        require(self.last, "a serve without a line")
        count = len(self.numbers)
        if "event" in self.last:
            require(self.last["event"] == "summary", f"the last event is {self.last['event']}")
            require(self.came == count, f"{self.came} clients connected and {count} closed")
        summary = self.last.get("report", self.last)
        require(summary["schema"] == "sslprobe.serve-summary/1", f"the last line is a {summary['schema']}")
        require(summary["exit_code"] == exit_code,
                f"the summary says exit {summary['exit_code']}, the program {exit_code}")
        require(summary["connections"] == count, f"{count} reports of {summary['connections']} connections")
        named = {name: times for name, times in summary["by_outcome"].items() if times}
        require(self.outcomes == named, f"by_outcome is {named}, the connections' outcomes {dict(self.outcomes)}")


def connection_is_sound(report):
    what = f"connection {report['conn']} with outcome {report['outcome']}"
    require(report["outcome"] not in ("internal", "usage"), f"{what}: {report['error']}")
    require(report["ok"] is (report["outcome"] == "ok"), f"{what}: ok is {report['ok']}")
    require((report["error"] is None) is report["ok"], f"{what}: error is {report['error']!r:.100}")
    require(report["duration_ms"] >= 0, f"{what}: took {report['duration_ms']} ms")


def settled(value, key=""):
    """The report without what a second run may change."""
    if VOLATILE.search(key):
        return "volatile"
    if isinstance(value, dict):
        return {inner: settled(item, inner) for inner, item in value.items() if inner != "result"}
    return [settled(item) for item in value] if isinstance(value, list) else value


def same_report(one, other):
    before, after = (json.dumps(settled(report)) for report in (one, other))
    at = next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), 0)
    require(before == after, f"the report differs: {before[max(0, at - 60):at + 40]} / {after[max(0, at - 60):at + 40]}")


def events_are_sound(events):
    for number, event in enumerate(events):
        require(tuple(event)[:4] == EVENT_KEYS, f"an event begins with the keys {tuple(event)[:4]}")
        require(event["schema"] == "sslprobe.event/1", f"schema {event['schema']!r}")
        require(re.fullmatch(r"[a-z][a-z0-9_]*", event["event"]), f"event name {event['event']!r}")
        require(number == 0 or event["seq"] > events[number - 1]["seq"], "seq does not grow")
        require(number == 0 or event["t_ms"] >= events[number - 1]["t_ms"], "t_ms goes back")
