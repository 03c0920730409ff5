"""B1 to B7 for serve: silent, slow and flooding clients, closes that are not answered, handshakes that are cut."""

import socket
import subprocess
import time

import checks
import clients
import forge
import group_a_serve_text
from checks import require
from harness import case, table

LIMIT = 0.5
STAGES = clients.STAGES[:5]


def within(report, limit):
    took = report["duration_ms"] / 1000
    if not limit - 0.005 <= took <= limit + checks.GRACE:
        raise checks.Overrun(f"took {took * 1000:.0f} ms where {limit * 1000:.0f} ms are the limit")
    return f"{report['outcome']}, {(took - limit) * 1000:+.0f} ms"


@table("B1", [(f"serve, a client that falls silent {stage}, TLS {tls}", stage, tls)
              for stage in STAGES for tls in ("1.2", "1.3")])
def silence(bench, stage, tls):
    with bench.serve("--json", "--handshake-timeout", f"{LIMIT * 1000:.0f}ms") as server:
        with clients.connected(server.port) as connection:
            clients.go_as_far_as(connection, stage, clients.Handshake(tls))
            clients.read_to_end(connection)
    report, = server.reports()
    require(report["outcome"] == "timeout", f"outcome {report['outcome']}: {report['error']}")
    hello = "handshake" if STAGES.index(stage) > 1 else "ClientHello"
    require(hello in report["error"]["message"], f"{hello} is not in {report['error']['message']!r}")
    require((report["client_hello"] is not None) == (hello == "handshake"), "the ClientHello is misreported")
    return within(report, LIMIT)


@table("B2", [(f"serve, a ClientHello {size} B per {ms} ms", size, ms) for size, ms in ((1, 20), (1, 100), (10, 50))])
def drip(bench, size, ms):
    with bench.serve("--json", "--handshake-timeout", f"{LIMIT * 1000:.0f}ms") as server:
        with clients.connected(server.port) as connection:
            hello = clients.Handshake().flight()
            try:
                for at in range(0, len(hello), size):
                    connection.sendall(hello[at : at + size])
                    time.sleep(ms / 1000)
            except OSError:
                pass
    report, = server.reports()
    require(report["outcome"] == "timeout", f"outcome {report['outcome']}: {report['error']}")
    return within(report, LIMIT)


CLIENT_HELLO = "handshake:0100002d0303" + "00" * 32 + "000002c02b0100"  # without a single extension
FLOODS = [
    ("KeyUpdates", "1.3", "keyupdate"), ("KeyUpdates that want an answer", "1.3", "keyupdate-request"),
    ("empty records, TLS 1.3", "1.3", "empty"), ("empty records, TLS 1.2", "1.2", "empty"),
    ("warning alerts, TLS 1.3", "1.3", "alert:1:90"), ("warning alerts, TLS 1.2", "1.2", "alert:1:90"),
    ("attempts to renegotiate", "1.2", CLIENT_HELLO),
]


@table("B3", [(f"serve, a flood of {title}", *rest) for title, *rest in FLOODS])
def flood(bench, version, step):
    with bench.serve("--jsonl") as server:
        flooder = subprocess.Popen(forge.client(server.port, version, step, "loop"), stderr=subprocess.PIPE)
        try:
            server.await_output(b'"client_closed"')
            clients.get(server.port)
        finally:
            flooder.kill()
            require(not (trouble := flooder.communicate()[1]), f"{trouble}")
    lines = server.lines()
    reports = {report["conn"]: report for report in filter(None, map(checks.connection_report, lines))}
    require(reports[2]["ok"], f"the good client: {reports[2]['error']}")
    require(reports[1]["tls"]["version"], f"the handshake of the flooder failed: {reports[1]['error']}")
    require(reports[1]["outcome"] in ("inconclusive", "rejected"), f"the flooder: {reports[1]['outcome']}")
    require(len(lines) <= 1000, f"{len(lines)} events")
    return f"{reports[1]['error']['message']}; {reports[1]['duration_ms']:.0f} ms, {len(lines)} events"


GET = "GET / HTTP/1.1\\r\\n\\r\\n"
STREAMS = [
    ("data into a sink", "1.3", ["--jsonl", "--reply", "sink"], ["data:" + "A" * 1000]),
    ("single letters into a sink", "1.2", ["-q", "--reply", "sink"], ["data:A"]),
    ("data that is echoed", "1.3", ["--jsonl", "--reply", "echo"], ["data:AAAA"]),
    ("requests whose answers it does not read", "1.3", ["--jsonl"], ["data:" + GET]),
    ("880 requests at a time", "1.3", ["--jsonl"], ["read", "data:" + GET * 880]),
    ("a request without end", "1.3", ["--jsonl"], ["data:GET / HTTP/1.1\\r\\nX: y", "data:" + "A" * 9000]),
    ("alerts between data, --events", "1.2", ["--json", "--events", "--reply", "sink"], ["alert:1:90", "data:A"]),
    ("KeyUpdates between data, -v", "1.3", ["-v", "--reply", "echo"], ["read", "keyupdate-request", "data:A"]),
]


@table("B3", [(f"serve, at full speed: {title}", *rest) for title, *rest in STREAMS],
       quick={f"serve, at full speed: {STREAMS[number][0]}" for number in (1, 3, 4, 6)})
def stream(bench, version, words, steps):
    with bench.serve(*words) as server:
        flooder = subprocess.Popen(forge.client(server.port, version, *steps, "loop"), stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.1 if bench.quick else 2)
            worst = max(clients.timed_handshake(server.port) for _ in range(3 if bench.quick else 50))
            kilobytes = server.memory("VmHWM")
        finally:
            flooder.kill()
            flooder.wait()
    require(kilobytes <= 32 * 1024, f"{kilobytes} kB of memory")
    if worst > (1 if bench.quick else 0.3):
        raise checks.Overrun(f"a good client waited {worst * 1000:.0f} ms for its handshake")
    count = sum(1 for _ in server.each_line()) if words[0].startswith("--json") else server.output.count(b"\n")
    return f"others wait {worst * 1000:.0f} ms, {kilobytes} kB, {count} lines"


@table("B6", [("serve, the client never closes", 1.0, []),
              ("serve --close half, the client never closes", 0.5, ["--close", "half", "--handshake-timeout", "500ms"]),
              ("serve --close abrupt", 0, ["--close", "abrupt"])])
def unanswered_close(bench, limit, words):
    with bench.serve("--json", *words) as server:
        with clients.context().wrap_socket(clients.connected(server.port)) as tunnel:
            tunnel.sendall(clients.REQUEST)
            clients.read_to_end(tunnel)
            server.await_output(b"\n", limit=limit + 2)
    report, = server.reports()
    require(report["close"]["kind"] == "none", f"close {report['close']}")
    require(report["close"]["sent"] == ("abrupt" not in words), f"close {report['close']}")
    return within(report, limit)


def cuts(flights, bench):
    """(which flight, how many bytes of it) of every cut, or every seventh in the quick tier."""
    for index, flight in enumerate(flights):
        yield from ((index, size) for size in range(0, len(flight), 7 if bench.quick else 1))


@table("B7", [(f"serve, a client's flights cut after every byte, TLS {tls}", tls) for tls in ("1.2", "1.3")])
def cut(bench, tls):
    with bench.serve("--json") as server:
        with clients.connected(server.port) as connection:
            handshake = clients.Handshake(tls)
            lengths = [len(clients.next_flight(connection, handshake)) for _ in range(2)]
        server.await_output(b"\n")
        spent, count = server.cpu(), 1
        for index, size in cuts([bytes(length) for length in lengths], bench):
            with clients.connected(server.port) as connection:
                handshake = clients.Handshake(tls)
                if index == 1:
                    clients.next_flight(connection, handshake)
                    handshake.answer(connection)
                connection.sendall(handshake.flight()[:size])
                connection.shutdown(socket.SHUT_WR)
                clients.read_to_end(connection)
            count += 1
        server.await_output(b"\n", count)
        spent = (server.cpu() - spent) / count
    slowest = max(report["duration_ms"] for report in server.reports())
    for report in server.reports()[1:]:
        require(report["outcome"] in ("connect", "handshake"), f"{report['outcome']}: {report['error']}")
    if spent > 0.02 or slowest > 1000:
        raise checks.Overrun(f"{spent * 1000:.1f} ms of CPU per handshake, the slowest took {slowest:.0f} ms")
    return f"{count} cuts, {spent * 1000:.1f} ms of CPU each, the slowest took {slowest:.0f} ms"


@case("B7", "serve, close_notify in the middle of the handshake")
def early_close_notify(bench):
    with bench.serve("--json") as server:
        for message in ("15030300020100", "15030300020200", "1503030002015a"):
            hello = group_a_serve_text.bench_hello(bench).flight()
            group_a_serve_text.offer(server.port, hello + bytes.fromhex(message))
            group_a_serve_text.offer(server.port, bytes.fromhex(message) + hello)
    reports = server.reports()
    require(all(report["outcome"] in ("connect", "handshake") for report in reports),
            f"{[report['outcome'] for report in reports]}")
    require(max(report["duration_ms"] for report in reports) < 500, "it waited")
    return "; ".join(dict.fromkeys(report["error"]["message"] for report in reports))
