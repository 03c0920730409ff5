"""D4, D5, D6, D10 for serve: its files and who may read them, secrets, requests for files, and who can reach it."""

import json
import os
import pathlib
import re
import subprocess
import threading

import certs
import checks
import clients
import group_d_files
from checks import require
from group_d_files import PASSWORD, PSK, needles
from harness import Skip, case, table

LOOSE = ["sh", "-c", 'umask 000; exec "$@"', "sh"]


@table("D4", [(f"serve {option} under umask 000", option, wanted)
              for option, wanted in (("--keylog", 0o600), ("--write-client-cert", 0o600), ("--write-ca", 0o644))])
def modes(bench, option, wanted):
    file = bench.scratch() / "file"
    with bench.serve(option, file, wrapper=LOOSE) as server:
        clients.get(server.port)
    require(group_d_files.mode(file) == wanted, f"mode {group_d_files.mode(file):o}, not {wanted:o}")
    require(os.listdir(file.parent) == ["file"], f"left behind: {os.listdir(file.parent)}")
    text = file.read_text()
    require(text.startswith("-----BEGIN ") or option == "--keylog" and "CLIENT_TRAFFIC_SECRET_0 " in text,
            f"not what it should be: {text[:60]!r}")
    require(("PRIVATE KEY" in text) == (option == "--write-client-cert"), "a private key where it does not belong")
    return f"{wanted:o}"


@table("D4", [(f"serve {option} {title}", option, there) for option in ("--keylog", "--write-client-cert", "--write-ca",
                                                                         "--ready-file")
              for title, there in (("through a planted symlink", True), ("through a dangling symlink", False))])
def symlinks(bench, option, there):
    folder = bench.scratch()
    victim, link = folder / "victim", folder / "link"
    if there:
        victim.write_text("precious\n")
    link.symlink_to(victim)
    server = bench.serve(option, link, ready=False)
    server.wait(13)
    require(not there or victim.read_text() == "precious\n", "the file behind the link was changed")
    require(victim.exists() == there, "a file came into being behind the link")
    require(link.is_symlink(), "the link was replaced")
    require(not server.ready_file.exists(), "a ready file, although it does not serve")
    require(str(link) in server.messages + server.output.decode(), f"{link} is not named: {server.messages!r}")
    return server.messages.strip() or server.output.decode().strip()


@case("D4", "--ready-file is whole whenever it is there")
def ready_file(bench):
    folder = bench.scratch()
    file, old, seen, over = folder / "r", "127.0.0.1:1\n", set(), threading.Event()

    def content():
        try:
            return file.read_text()
        except FileNotFoundError:
            return None

    def look():
        while not over.is_set():
            seen.add(content())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(5 if bench.quick else 50):
            (folder / "new").write_text(old)  # of an earlier run that was killed
            (folder / "new").rename(file)
            with bench.serve("-q", "--ready-file", file, ready=False) as server:
                while (address := content()) in (None, old):
                    require(not server.has_ended(), f"ended: {server.messages}")
                clients.get(int(address.rpartition(":")[2]))
            require(os.listdir(folder) == [], f"left behind: {os.listdir(folder)}")
    finally:
        over.set()
        watcher.join()
    wrong = [text for text in seen if text and not re.fullmatch(r"127\.0\.0\.1:[1-9]\d*\n", text)]
    require("" not in seen and not wrong, f"seen: {wrong or 'an empty file'}")
    return f"{len(seen)} contents seen, all whole; gone after the run"


@table("D4", [(f"serve {option} in a folder that does not exist", option)
              for option in ("--keylog", "--write-client-cert", "--write-ca", "--ready-file", "--save-report", "-o")])
def no_folder(bench, option):
    server = bench.serve(option, "/nonexistent/folder/file", ready=False)
    server.wait(13)
    said = server.messages + server.output.decode()
    require("/nonexistent/folder" in said, f"not named: {said!r}")
    require(server.messages.count("\n") <= 1, f"not one line on stderr: {server.messages!r}")


@table("D5", [("serve text, -v", ["-v"]), ("serve --json --events --show-certs", ["--json", "--events", "--show-certs"]),
              ("serve --jsonl -v", ["--jsonl", "-v"]), ("serve --reply status-json", ["--reply", "status-json"]),
              ("serve --get", ["--get", "tls,data,certificates"])])
def secrets(bench, words):
    folder = bench.scratch()
    encrypted, keys, client, answers = folder / "enc.key", folder / "keylog", folder / "client.pem", []
    certs.openssl("pkey", "-in", str(bench.leaf_key), "-aes256", "-passout", f"pass:{PASSWORD}", "-out", str(encrypted))
    (folder / "psk").write_text(PSK + "\n")
    with bench.serve("--cert", bench.good_chain, "--key", encrypted, "--key-password", "env:SECRET", "--keylog", keys,
                     "--psk", f"someone:{folder / 'psk'}", "--client-auth", "request", "--write-client-cert", client,
                     "--rotate-ticket-key", "1h", *words, environment={"SECRET": PASSWORD}) as server:
        for tls in ("1.2", "1.3"):
            _, session, _ = clients.get(server.port, tls, certificate=(str(client),))
            answers.append(clients.get(server.port, tls, session=session, certificate=(str(client),))[0])
        spoken = subprocess.run(
            [certs.program("openssl"), "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_3", "-psk", PSK,
             "-psk_identity", "someone", "-quiet", "-no_ign_eof"],
            input=clients.REQUEST, capture_output=True, timeout=10)
    outputs = server.output + server.messages.encode() + b"".join(answers)
    lines = keys.read_text().splitlines()
    require(len(lines) >= 17 and spoken.returncode == 0, f"{len(lines)} lines in the key log, {spoken.stderr[-200:]}")
    sought = [("the password", PASSWORD.encode()), ("the PSK", PSK.encode()), ("the PSK", PSK.upper().encode()),
              *needles("the PSK", bytes.fromhex(PSK))]
    for file in (bench.leaf_key, client):
        private = certs.openssl("pkey", "-in", str(file), "-outform", "DER")
        sought += needles("a private key", private[private.index(b"\x04\x20") + 2 :][:32])
        text = file.read_text()
        text = text[text.index("-----BEGIN PRIVATE KEY-----"):].split("-----")[2]
        sought += [("a private key", line.encode()) for line in text.split()]
    sought += [("the encrypted key", line) for line in encrypted.read_bytes().splitlines()[1:-1]]
    for line in lines:
        sought += needles("a traffic secret", bytes.fromhex(line.split()[2]))
    for label, needle in sought:
        require(needle not in outputs, f"{label} is in the output: {needle[:16]!r}...")
    return f"{len(sought)} spellings of secrets not found in {len(outputs)} bytes"


def traversals(folder):
    """200 paths that would leave a folder, or name a file in it, if there were one."""
    ups = ["../", "..\\", "%2e%2e/", "..%2f", "%2e%2e%2f", "%252e%252e%252f", "..%5c", "....//", "..;/", "%c0%ae%c0%ae/",
           "..%c0%af", "..%00/", ".%2e/", "%uff0e%uff0e/", "..//", "/../", "./../", "\xe2\x80\xae../", "..%u2215"]
    goals = ["etc/passwd", "etc/shadow", "proc/self/environ", "proc/self/fd/0", "root/.ssh/id_rsa",
             str(folder / "secret")[1:], "etc/passwd%00.html", "dev/zero"]
    for up in ups:
        for depth, goal in zip((1, 2, 4, 8, 12, 6, 3, 9), goals):
            yield "/" + up * depth + goal
    plain = ["secret", "key.pem", ".", "..", "*", "?", "~/.ssh/id_rsa", "~root/.bashrc", "$HOME/secret", "`cat secret`",
             "|cat secret", "secret;cat secret", "index.html", "secret?x=../secret", "secret#x", ".git/config", "nul",
             "con", "%00", "%0d%0aX:y", "%s%s%s%n", "{{7*7}}", "<script>", "a" * 8000]
    yield from ("/" + path for path in plain)
    yield from plain
    yield from (f"{prefix}{folder}/secret" for prefix in ("", "file://", "/", "//", "http://localhost/", "\\\\?\\"))


@table("D6", [(f"serve --reply {reply}: 200 paths of files", reply) for reply in ("http", "status-json")])
def traversal(bench, reply):
    folder = bench.scratch()
    marker = b"the content of a file 5f1d"
    (folder / "secret").write_bytes(marker)
    (folder / "key.pem").write_bytes(bench.leaf_key.read_bytes() + marker)
    paths = list(dict.fromkeys(traversals(folder)))
    require(len(paths) >= 200, f"only {len(paths)} paths")
    if bench.quick and reply == "status-json":
        paths = paths[::4]
    forbidden = [marker, b"root:x:0", b"PRIVATE KEY", b"PATH=", b"BEGIN OPENSSH"]
    bodies, session = set(), None
    with bench.serve("--json", "--reply", reply, "--cert", bench.good_chain, "--key", folder / "key.pem",
                     cwd=folder) as server:
        for number, path in enumerate(["/", *paths]):
            method = b"POST" if number % 7 == 6 else b"GET"
            request = b"%s %s HTTP/1.0\r\n\r\n" % (method, path.encode("latin-1", "ignore"))
            answer, session, _ = clients.get(server.port, "1.2", request, session=session)
            for word in forbidden:
                require(word not in answer, f"{path}: {word!r} is in the answer")
            head, _, body = answer.partition(b"\r\n\r\n")
            wanted = b"400" if request.count(b" ") != 2 else b"200"
            require(head.startswith(b"HTTP/1.1 " + wanted), f"{path}: {head[:40]!r}, not {wanted.decode()}")
            bodies.add((wanted, body if reply == "http" or wanted == b"400" else without_request(body)))
    require(len(server.reports()) == len(paths) + 1, "not one report for each request")
    require(len(bodies) == len({status for status, _ in bodies}), f"different bodies: {sorted(bodies)[:4]}")
    return f"{len(paths)} paths, always the same body (and another one for what is no request)"


def without_request(body):
    """What is in a connection's report whatever was asked for."""
    report = json.loads(body)
    require(report["schema"] == "sslprobe.connection/1", f"schema {report['schema']}")
    stable = {"schema", "ok", "outcome", "certificates", "verify", "renegotiation", "error", "expectations"}
    return json.dumps({key: value for key, value in report.items() if key in stable})


def listening(server):
    """The addresses, as hex, on which the process listens, by family."""
    inodes = set()
    for number in os.listdir(f"/proc/{server.child.pid}/fd"):
        link = os.readlink(f"/proc/{server.child.pid}/fd/{number}")
        if link.startswith("socket:["):
            inodes.add(link[8:-1])
    found = []
    for family in ("tcp", "tcp6", "udp", "udp6"):
        for line in pathlib.Path(f"/proc/net/{family}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (fields[3] == "0A" or family.startswith("udp")):
                found.append((family, fields[1].partition(":")[0]))
    return found


V4, V6 = ("127.0.0.1",), ("::1",)
LOOPBACK, ANYWHERE = [("tcp", "0100007F")], [("tcp6", "0" * 32)]


@table("D10", [
    ("no --listen", None, LOOPBACK, V4), ("--listen :0", ":0", LOOPBACK, V4), ("--listen 0", "0", LOOPBACK, V4),
    ("--listen localhost:0", "localhost:0", LOOPBACK, V4), ("--listen 127.0.0.1:0", "127.0.0.1:0", LOOPBACK, V4),
    ("--listen [::1]:0", "[::1]:0", [("tcp6", "0" * 24 + "01000000")], V6), ("--listen *:0", "*:0", ANYWHERE, V4 + V6),
    ("--listen 0.0.0.0:0", "0.0.0.0:0", [("tcp", "0" * 8)], V4), ("--workers 4", "0", LOOPBACK, V4, "--workers", "4"),
])
def reachable(bench, listen, wanted, hosts, *words):
    server = bench.serve(*words, listen=listen, ready=False)
    try:
        server.await_ready()
    except checks.Failure:
        if listen is None and b"127.0.0.1:4433: address already in use" in server.output:
            raise Skip("another program listens on port 4433") from None
        if V6[0] in hosts and not pathlib.Path("/proc/net/if_inet6").exists():
            raise Skip("there is no IPv6") from None
        raise
    with server:
        require(listen is not None or server.port == 4433, f"port {server.port}")
        found = listening(server)
        require(found == wanted, f"listens on {found}, not {wanted}")
        for host in hosts:
            clients.get(server.port, connection=clients.connected(server.port, host))
    return server.address
