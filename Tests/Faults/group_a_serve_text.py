"""A4, A5 for serve: hostile text from clients, and JSON under it."""

import random
import socket
import ssl
import subprocess

import certs
import checks
import clients
import der
import group_a_text
import hellos
from checks import require
from group_a_text import HOSTILE
from harness import case, table

HOSTILE_NAMES = [b"a\x1b[31mred\x1b]0;title\x07", b"x\r\ny.test", b"\xc2\x9b2J.test", b"\x9b31m", b"\xe2\x80\xaegnp.exe",
                 b"\xff\xfe\xed\xa0\x80", b"a\x7fb\x08c", b"\\\"'{}<>&\t", "é\u2028".encode(), b"n" * 255, b" ",
                 b"\xe2\x81\xa6x"]
OUTPUTS = [("text", []), ("-v", ["-v"]), ("-q", ["-q"]), ("--json", ["--json"]), ("--jsonl -v", ["--jsonl", "-v"]),
           ("--get", ["--get", "client_hello,tls.sni,data.first_line,error.peer_bytes"]),
           ("--json --events", ["--json", "--events"]), ("text, LC_ALL=C", [])]


@table("A4", [(f"serve, hostile clients, {title}", words, "LC_ALL" in title) for title, words in OUTPUTS],
       quick={f"serve, hostile clients, {title}" for title in ("text", "-v", "--jsonl -v", "--get")})
def hostile_text(bench, words, ascii_only):
    environment = {"LC_ALL": "C"} if ascii_only else None
    with bench.serve("--client-auth", "request", "--client-ca", bench.ca, *words, environment=environment) as server:
        hostile_clients(bench, server.port)
    checks.text_is_clean(server.output, "stdout", ascii_only)
    checks.text_is_clean(server.messages.encode(), "stderr")
    require("-q" in words or b"red" in server.output, "the hostile text was not shown at all")
    if any("json" in word for word in words):
        server.lines()
    return "no raw control"


def hostile_clients(bench, port):
    """Every way in which a client can bring text of its own: finished handshakes, broken ones, certificates, requests."""
    for name in HOSTILE_NAMES[: 2 if bench.quick else 5]:  # without commas and NULs the program takes them
        subprocess.run([certs.program("openssl"), "s_client", "-connect", f"127.0.0.1:{port}", "-servername", name,
                        "-alpn", name, "-quiet"],
                       input=b"GET " + name + b" HTTP/1.0\r\n\r\n", capture_output=True, timeout=10)
    for name in HOSTILE_NAMES:
        offer(port, bench_hello(bench).extend(hellos.SNI, hellos.server_name(name))
              .extend(hellos.ALPN, hellos.protocols(name, name[::-1])).flight())
        offer(port, b"GET /" + name + b" HTTP/1.1\r\n\r\n")
    clients.get(port, certificate=hostile_identity(bench))
    clients.get(port, "1.2", b"\x1b[31mred\x07\r\n\r\n", certificate=hostile_identity(bench))


def bench_hello(bench):
    """A ClientHello of TLS 1.3, to be changed."""
    with bench.lock:
        if not hasattr(bench, "hello"):
            bench.hello = hellos.capture("-servername", "localhost", "-alpn", "h2")
    return hellos.Hello(bench.hello)


def offer(port, flight):
    """Sends a flight, finishes, and returns what came back."""
    with clients.connected(port) as connection:
        try:
            connection.sendall(flight)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server had seen enough
        return clients.read_to_end(connection)


def identity(bench, name, subject, **options):
    """The certificate and key files of a client with that subject."""
    folder = bench.scratch()
    leaf = certs.issue(subject, bench.authority.leaf_key, bench.authority.root, purposes=(certs.CLIENT_AUTH,), **options)
    (folder / name).write_text(leaf.pem)
    return str(folder / name), str(bench.leaf_key)


def hostile_identity(bench):
    with bench.lock:
        if not hasattr(bench, "hostile_client"):
            names = [("dns", b"x\x1b[2J\n.fault.test"), ("email", HOSTILE.encode()), ("uri", b"\xff\0\x1b]8;;evil\x07")]
            bench.hostile_client = identity(bench, "client", [("CN", HOSTILE), ("O", HOSTILE)], names=names)
    return bench.hostile_client


@case("A5", "serve, generated names in ClientHellos: JSON stays JSON and the bytes are kept")
def generated_hellos(bench):
    chance, sent = random.Random(5), []
    with bench.serve("--json") as server:
        for number in range(100 if bench.quick else 5000):
            names = [random_name(chance) for _ in range(4)]
            offer(server.port, bench_hello(bench).extend(hellos.SNI, hellos.server_name(names[0]))
                  .extend(hellos.ALPN, hellos.protocols(*names[1:])).flight())
            sent.append(names)
    kept, refused = 0, 0
    for names, report in zip(sent, sorted(server.reports(), key=lambda report: report["conn"])):
        hello = report["client_hello"]
        if hello is None:
            refused += 1
            continue
        raw = {entry["field"]: entry["hex"] for entry in hello["raw_hex"]}
        fields = ["sni", *(f"alpn[{index}]" for index in range(len(hello["alpn"])))]
        for field, name, shown in zip(fields, names, [hello["sni"], *hello["alpn"]], strict=True):
            require(shown.encode() == name or raw.get(field) == name.hex(),
                    f"{field} {name!r} is shown as {shown!r}, raw_hex {raw}")
            kept += 1
    return f"{len(sent)} hellos, {kept} names kept, {refused} refused by OpenSSL"


def random_name(chance):
    kind, size = chance.randrange(5), chance.choice((1, 2, 5, 30, 255))
    if kind == 0:
        return chance.randbytes(size)
    if kind == 1:
        return chance.choice(HOSTILE_NAMES)
    if kind == 2:
        broken = chance.choice((b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\x80", b"\xc3"))
        return (broken * size)[:255]
    if kind == 3:
        return "".join(chance.choices('A\\"\té\u202e\U0001f600', k=size)).encode()[:255]
    return b"name-%d.fault.test" % chance.randrange(1000)


@case("A5", "serve, generated subjects of client certificates: JSON stays JSON and the bytes are kept")
def generated_subjects(bench):
    shown, wanted = {}, {}
    with bench.serve("--json", "--show-certs", "--client-auth", "request", "--client-ca", bench.ca) as server:
        for number in range(12 if bench.quick else 300):
            chance = random.Random(f"subjects/{number}")
            kinds = chance.choices(list(der.ATTRIBUTES), k=chance.randrange(1, 4))
            files = identity(bench, "client", der.name(*((kind, group_a_text.random_value(chance)) for kind in kinds)))
            try:
                clients.context("1.3", files)
            except ssl.SSLError:
                continue  # OpenSSL does not load it
            connection = clients.connected(server.port)
            wanted[connection.getsockname()[1]] = files[0]
            clients.get(server.port, certificate=files, connection=connection)
    for report in server.reports():
        if report["certificates"]:
            shown[int(report["peer"].rpartition(":")[2])] = report["certificates"][0]["pem"]
    require(len(shown) >= len(wanted) // 2 > 0, f"only {len(shown)} of {len(wanted)} certificates are in the reports")
    for port, pem in shown.items():
        with open(wanted[port], encoding="ascii") as file:
            require(pem == file.read(), "a certificate came back with other bytes")
    return f"{len(shown)} of {len(wanted)} certificates kept"
