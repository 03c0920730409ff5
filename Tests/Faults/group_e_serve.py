"""E6, E7: what `serve` uses after many clients, and who waits for whom."""

import random
import statistics
import subprocess
import threading
import time

import certs
import checks
import clients
from checks import require
from harness import case, table

GROWTH_KB = 2048


def a_mixed_client(server, chance, sessions):
    """One of: a full handshake, a resumed one, one that is left at some stage; of TLS 1.2 and 1.3."""
    tls = chance.choice(("1.2", "1.3"))
    if chance.randrange(3) == 0:
        clients.leave(server.port, chance.choice(clients.STAGES), tls, chance.randrange(2) == 0, sessions.get(tls))
        return 0
    session = sessions.get(tls) if chance.randrange(2) else None
    _, sessions[tls], resumed = clients.get(server.port, tls, session=session)
    return resumed


@table("E6", [
    ("after many handshakes, -q", ["-q"], 500, 10000),
    ("after many handshakes, --jsonl to a file", ["--jsonl"], 250, 5000),
    ("after many handshakes, two workers", ["--json", "--workers", "2"], 250, 5000),
    ("after many handshakes, --keylog and --save-report",
     ["-q", "--keylog", "keys", "--save-report", "reports"], 0, 3000),
    # What is kept for resumption is kept no longer than that.
    ("after many handshakes, stateful tickets", ["-q", "--ticket-mode", "stateful", "--ticket-lifetime", "1s"], 0, 3000),
], quick={"after many handshakes, -q", "after many handshakes, --jsonl to a file", "after many handshakes, two workers"})
def leaks(bench, words, few, many):
    warm_up, count = (few // 4, few) if bench.quick else (500, many)
    chance, sessions, resumed = random.Random(6), {}, 0
    with bench.serve(*words, cwd=bench.scratch()) as server:
        before = server.settled_descriptors()
        for _ in range(warm_up):
            a_mixed_client(server, chance, sessions)
        server.await_descriptors(before)
        memory = server.memory()
        for _ in range(count):
            resumed += a_mixed_client(server, chance, sessions)
        server.await_descriptors(before)
        grown = server.memory() - memory
        require(server.descriptors() == before, f"{server.descriptors()} descriptors, {before} at the start")
    require(grown < GROWTH_KB, f"{grown} kB more after {count} clients ({memory} kB before)")
    require(resumed > count // 10, f"only {resumed} were resumed")
    if "-q" not in words:
        for _ in server.each_line():
            pass
    return f"{count} clients, {resumed} resumed: {grown:+d} kB ({memory} before), no descriptor more"


class Drips:
    """So many clients that send their ClientHello byte by byte, each a byte every so often, until the block is left."""

    def __init__(self, port, count, pause):
        self.over, self.pause, hello = threading.Event(), pause, clients.Handshake().flight()
        self.slow = [(clients.connected(port), iter(hello)) for _ in range(count)]
        self.thread = threading.Thread(target=self.drip)

    def drip(self):
        while not self.over.wait(self.pause):
            for connection, bytes_left in self.slow:
                try:
                    connection.send(bytes([next(bytes_left)]))
                except (OSError, StopIteration):
                    pass

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        clients.close_all([connection for connection, _ in self.slow])


def quantile(waits, share):
    return sorted(waits)[int(len(waits) * share)]


@table("E7", [("500 idle clients and 50 that drip", ["-q"], 1), ("the same with --jsonl and two workers",
                                                               ["--jsonl", "--workers", "2"], 2)], alone=True)
def slow_clients(bench, words, share):
    with bench.serve(*words) as server:
        idle = clients.idle(server.port, 500)
        with Drips(server.port, 50, 0.05):
            for _ in range(10):
                clients.timed_get(server.port)
            waits = [clients.timed_get(server.port) for _ in range((200 if bench.quick else 1000) // share)]
        clients.close_all(idle)
    slowest = quantile(waits, 0.99)
    if slowest > (1 if bench.quick else 0.1):
        raise checks.Overrun(f"a good client's p99 is {slowest * 1000:.0f} ms")
    return f"a good client waits {statistics.median(waits) * 1000:.1f} ms, p99 {slowest * 1000:.1f} ms"


@case("E7", "--handshake-timeout ends idle and dripping clients")
def handshake_timeout(bench):
    with bench.serve("--json", "--handshake-timeout", "2s") as server:
        idle, since = clients.idle(server.port, 50), time.monotonic()
        with Drips(server.port, 20, 0.1):
            for connection in idle:
                clients.read_to_end(connection)
            took = time.monotonic() - since
            server.await_output(b"\n", 70)
        clients.close_all(idle)
        clients.get(server.port)
    *slow, good = server.reports()
    require(good["ok"], f"the good client afterwards: {good['error']}")
    require({report["outcome"] for report in slow} == {"timeout"}, f"{ {report['outcome'] for report in slow} }")
    worst = max(abs(report["duration_ms"] - 2000) for report in slow)
    if worst > checks.GRACE * 1000 or took > 2.5:
        raise checks.Overrun(f"off by {worst:.0f} ms, the last client left after {took * 1000:.0f} ms")
    return f"{len(slow)} x timeout, at most {worst:.0f} ms off"


@table("E7", [("--max-connections 10: the eleventh waits", "1"), ("the same with four workers", "4")])
def most_connections(bench, workers):
    with bench.serve("--json", "--max-connections", "10", "--workers", workers) as server:
        inside = [clients.context().wrap_socket(clients.connected(server.port)) for _ in range(10)]
        descriptors = server.settled_descriptors()
        waiting = [clients.connected(server.port) for _ in range(30)]
        for connection in waiting:
            connection.sendall(clients.Handshake().flight())
        time.sleep(0.15)
        require(server.descriptors() == descriptors, "more than 10 were let in")
        for connection in waiting:
            connection.setblocking(False)
            try:
                raise checks.Failure(f"one that has to wait got {connection.recv(5)!r}")
            except BlockingIOError:
                connection.settimeout(clients.PATIENCE)
        eleventh, spent = waiting[0], server.cpu()
        time.sleep(0.3)
        spent = server.cpu() - spent
        since = time.monotonic()
        inside.pop().close()
        first = eleventh.recv(5)
        took = time.monotonic() - since
        require(first[:1] == b"\x16", f"the eleventh got {first!r}")
        clients.close_all(inside)
        for connection in waiting[1:]:  # as the first ones leave, the last ones come in
            require(connection.recv(5)[:1] == b"\x16", "one of those who waited was not served")
            clients.hang_up(connection)
        clients.hang_up(eleventh)
        clients.get(server.port)
    require(spent <= 0.1, f"{spent:.2f} s of CPU in 0.3 s of waiting")
    require(len(server.reports()) == 41, f"{len(server.reports())} reports of 41 clients")
    if took > 0.5:
        raise checks.Overrun(f"the eleventh was served {took * 1000:.0f} ms after one left")
    return f"served {took * 1000:.1f} ms after one left; 41 clients, none lost"


@case("E7", "prlimit --nofile=48: clients wait for those who leave")
def few_descriptors(bench):
    with bench.serve("--json", wrapper=[certs.program("prlimit", "util-linux"), "--nofile=48"]) as server:
        require("open files" in server.messages, f"the limit is not explained: {server.messages!r}")
        idle = clients.idle(server.port, 100)
        time.sleep(0.1)
        spent = server.cpu()
        time.sleep(0.5)
        spent = server.cpu() - spent
        require(server.descriptors() <= 48, f"{server.descriptors()} descriptors")
        clients.close_all(idle)
        clients.get(server.port)
    require(spent <= 0.1, f"{spent:.2f} s of CPU in 0.5 s")
    reports = server.reports()
    require(len(reports) == 101 and reports[-1]["ok"], f"{len(reports)} reports of 101 clients")
    return f"{spent * 1000:.0f} ms of CPU while 100 clients wait; 101 clients, none lost"


@table("E7", [("no descriptor left: it does not spin", "1"), ("no descriptor left, four workers: they do not spin", "4")])
def no_descriptor(bench, workers):
    prlimit = certs.program("prlimit", "util-linux")
    with bench.serve("--json", "--workers", workers) as server:
        most = server.settled_descriptors() + 5
        subprocess.run([prlimit, "--pid", str(server.child.pid), f"--nofile={most}:{most}"], check=True)
        idle = clients.idle(server.port, 50)
        time.sleep(0.2)
        require(server.descriptors() == most, f"{server.descriptors()} descriptors, not {most}")
        spent = server.cpu()
        time.sleep(0.8)
        spent = server.cpu() - spent
        said = server.messages
        since = time.monotonic()
        clients.close_all(idle)
        clients.get(server.port)
        took = time.monotonic() - since
    require(said.count("\n") == 1 and "too many open files" in said.lower(), f"stderr: {said!r}")
    require(spent <= 0.1, f"{spent:.2f} s of CPU in 0.8 s")
    require(len(server.reports()) == 51, f"{len(server.reports())} reports of 51 clients")
    if took > 1:
        raise checks.Overrun(f"served {took * 1000:.0f} ms after the others left")
    return f"{spent * 1000:.0f} ms of CPU in 0.8 s; served {took * 1000:.0f} ms after the others left"


@case("E7", "two on one port: the second exits 13")
def port_in_use(bench):
    with bench.serve("-q") as server:
        second = bench.serve("-q", listen=f"127.0.0.1:{server.port}", ready=False)
        second.wait(13)
        require(second.messages.count("\n") == 1 and "in use" in second.messages, f"stderr: {second.messages!r}")
        clients.get(server.port)
    return second.messages.strip()
