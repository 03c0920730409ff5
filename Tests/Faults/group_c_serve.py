"""C2, C3 for serve: malformed ClientHellos, and clients that speak something else."""

import collections
import itertools
import os
import socket

import checks
import clients
import hellos
from checks import require
from harness import case, table

# How a client that never finishes a handshake may end: no ClientHello, a bad one, a flood.
REFUSED = {"connect", "handshake", "inconclusive"}
AT_ONCE = 16
SETTINGS = [
    ("default", []),
    ("all versions, client certificates, ALPN, early data",
     ["--tls", "1.0-1.3", "--client-auth", "request", "--alpn", "http/1.1", "--reply", "status-json",
      "--early-data", "16kB"]),
    ("two workers, stateful tickets, a pre-shared key, -v",
     ["--workers", "2", "--ticket-mode", "stateful", "-v", "--psk"]),
]


def captured(bench):
    """The ClientHellos that are damaged."""
    with bench.lock:
        if not hasattr(bench, "hellos"):
            bench.hellos = [hellos.capture(*offer) for offer in hellos.OFFERS]
    return bench.hellos


def strike(port, flights):
    """Sends each flight on a connection of its own, all at once, and returns the clients' ports."""
    connections = [clients.connected(port) for _ in flights]
    ports = [connection.getsockname()[1] for connection in connections]
    for connection, flight in zip(connections, flights):
        try:
            connection.sendall(flight)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server had seen enough
    for number, connection in enumerate(connections):
        if number % 8 < 7:
            clients.read_to_end(connection)
        clients.hang_up(connection, reset=number % 8 == 6)
    return ports


def batches(numbers):
    numbers = iter(numbers)
    while batch := list(itertools.islice(numbers, AT_ONCE)):
        yield batch


def how_many(bench):
    """The mutations of each case: a few, 10,000 in all, or as many in all as FAULTS_HELLOS says."""
    if bench.quick:
        return 160
    return int(os.environ.get("FAULTS_HELLOS", "10000")) // len(SETTINGS)


@table("C2", [(f"damaged hellos: {title}", number, words) for number, (title, words) in enumerate(SETTINGS)])
def damaged(bench, shard, words):
    # By the client's port, in the order of time: the kernel hands out the same ports again and again.
    flights, kinds = captured(bench), collections.defaultdict(collections.deque)
    if "--psk" in words:
        (secret := bench.scratch() / "psk").write_text("0123456789abcdef\n")
        words = [*words, f"Client_identity:{secret}"]
    numbers = range(shard, how_many(bench) * len(SETTINGS), len(SETTINGS))
    with bench.serve("--jsonl", *words) as server:
        warm_up = 80 if bench.quick else 1000
        prepare(server, flights, warm_up)
        descriptors, memory = server.settled_descriptors(), server.memory()
        for batch in batches(numbers):
            mutations = [hellos.damaged(number, flights) for number in batch]
            for number, (kind, _), port in zip(batch, mutations, strike(server.port, [sent for _, sent in mutations])):
                kinds[port].append(f"{kind} {number}")
            try:
                connection = clients.connected(server.port)
                kinds[connection.getsockname()[1]].append(None)
                clients.get(server.port, connection=connection)
            except OSError as failure:
                raise checks.Failure(f"not served after the mutations {batch[0]} to {batch[-1]}: {failure}") from None
        server.await_descriptors(descriptors)
        grown = server.memory() / memory - 1
    require(grown <= (0.1 if bench.quick else 0.05),
            f"{grown:.0%} more memory after {len(numbers)} bad clients ({memory} kB before)")
    outcomes = collections.Counter()
    for report in server.each_report():
        if report["conn"] > warm_up:
            kind = kinds[int(report["peer"].rpartition(":")[2])].popleft()
            outcomes[report["outcome"]] += 1
            require((report["outcome"] in REFUSED) if kind else report["ok"],
                    f"{kind or 'a good client'}: {report['outcome']}, {report['error']}")
    require(not any(kinds.values()), f"{sum(map(len, kinds.values()))} clients without a report")
    return ", ".join(f"{count} x {name}" for name, count in outcomes.most_common()) + f"; memory {grown:+.1%}"


def prepare(server, flights, count):
    """So many clients, for what OpenSSL and the allocator build up once."""
    for batch in batches(range(-count, -8)):
        strike(server.port, [hellos.damaged(number, flights)[1] for number in batch])
    for number in range(8):
        clients.get(server.port, "1.2" if number % 2 else "1.3")


CLEAR_TEXT = [
    ("an HTTP request", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP"),
    ("an HTTP request of another method", b"DELETE /thing HTTP/1.1\r\n\r\n", "HTTP"),
    ("a request to a proxy", b"CONNECT localhost:443 HTTP/1.1\r\n\r\n", "HTTP"),
    ("HTTP/2 without TLS", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP"),
    ("SSH", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH"),
    ("SMTP", b"EHLO client.fault.test\r\n", "SMTP"),
    ("a greeting of SMTP", b"220 mail.fault.test ESMTP\r\n", "SMTP"),
    ("IMAP", b"a1 CAPABILITY\r\n", None),
    ("plain text", b"hello, is there anybody? \x1b[31m\x9b\r\n", None),
    ("zeros", bytes(100), None),
    ("a few bytes", b"hi", None),
]


@table("C2", [(f"not TLS: {title}", *rest) for title, *rest in CLEAR_TEXT])
def wrong_protocol(bench, words, name):
    with bench.serve("--json") as server:
        with clients.connected(server.port) as connection:
            connection.sendall(words)
            if len(words) < 5:  # a record's header is not complete before
                connection.shutdown(socket.SHUT_WR)
            clients.read_to_end(connection)
        answer, _, _ = clients.get(server.port)
    require(answer, "nobody is served afterwards")
    bad, good = server.reports()
    message, sent = bad["error"]["message"], bad["error"]["peer_bytes"]
    require(good["ok"], f"the good client: {good['error']}")
    require(bad["outcome"] == ("handshake" if len(words) >= 5 else "connect"), f"{bad['outcome']}: {message}")
    require(name is None or name in message, f"{name} is not in {message!r}")
    require(len(words) < 5 or sent, f"peer_bytes is empty: {message}")
    require("wrong version number" not in message, f"only {message!r}")
    return message
