"""A4, A5, A7, A8: hostile text in output, JSON under hostile bytes, locales, exit codes."""

import base64
import pathlib
import random
import re
import ssl

import certs
import checks
import der
import forge
from checks import require
from harness import case, table

HOSTILE = "a\x1b[31mred\x1b]0;title\x07\r\nb\x00c\x7f\x9b2J\u202egnp.exe\u2066\t\\\"é\u2028"


def hostile_certificate(bench):
    """A leaf whose every text field is hostile, under an issuer whose name is as well."""
    key = bench.authority.leaf_key
    issuer = certs.issue(
        [("CN", HOSTILE), ("O", HOSTILE)], bench.authority.middle_key, bench.authority.root, authority=True
    )
    names = [("dns", b"x\x1b[2J\n.fault.test"), ("email", HOSTILE.encode()), ("uri", b"\xff\xfe\x00\x1b]8;;evil\x07")]
    return bench.authority.leaf(HOSTILE, key, issuer=issuer, names=names), issuer


def hostile_port(bench):
    with bench.lock:
        if not hasattr(bench, "hostile"):
            leaf, issuer = hostile_certificate(bench)
            bench.hostile = bench.scratch() / "chain.pem"
            bench.hostile.write_text(leaf.pem + issuer.pem)
    reply = "HTTP/1.1 200 \\x1b[31mOK\\x07\\r\\n\\r\\n"
    return bench.peer("good", certificates=[(bench.hostile, bench.leaf_key)], reply=reply)


OUTPUTS = [
    ("text",), ("-v", "-v"), ("-q", "-q"), ("--show-certs", "--show-certs"), ("--jsonl", "--jsonl", "-v"),
    ("--json", "--json"), ("--get", "--get", "certificates[0].subject,certificates[0].sans"), ("--http", "--http"),
    ("--color always", "--color", "never"),
]


@table("A4", [(f"hostile certificate, {title}", *words) for title, *words in OUTPUTS])
def hostile_text(bench, *words):
    result = bench.run(*bench.target(hostile_port(bench), *words, timeout=3))
    require(result.exit == 8, f"exit {result.exit}, not 8: {result.messages}")
    checks.text_is_clean(result.stdout, "stdout")
    require(words == ("-q",) or b"red" in result.stdout + result.stderr, "the hostile text was not shown at all")
    if words in ((), ("-v",)):
        ascii_run = bench.run(*bench.target(hostile_port(bench), *words, timeout=3), environment={"LC_ALL": "C"})
        checks.text_is_clean(ascii_run.stdout, "stdout under LC_ALL=C", ascii_only=True)
    return "no raw control"


@case("A4", "hostile names of acceptable authorities")
def hostile_authorities(bench):
    path = bench.scratch() / "hostile-ca.pem"
    path.write_text(certs.issue([("CN", HOSTILE)], bench.authority.root_key, authority=True).pem)
    port = bench.openssl_server("-CAfile", path, "-verify", "1")
    result = bench.run(*bench.target(port, "-v", timeout=3))
    checks.text_is_clean(result.stdout, "stdout")
    report = bench.connect(port, timeout=3)
    require(report["client_auth"]["ca_names"], "ca_names is empty")
    return f"{len(report['client_auth']['ca_names'])} name, no raw control"


@table("A4", [
    ("hostile words: a target", "connect", "bad\x1b[31m\u202e.test:1"),
    ("hostile words: an option", "connect", "--\x1b[31mred\x9b", "localhost"),
    ("hostile words: a command", "\x1b]0;title\x07"),
    ("hostile words: --sni", "connect", "--sni", "a\x1b[31mb", "--connect-to", "127.0.0.1:1", "localhost"),
    ("hostile words: --ca", "connect", "--ca", "/nonexistent/\x1b[31m\n\u202e.pem", "localhost"),
    ("hostile words: --ciphers", "connect", "--ciphers", "\x1b[31mAES\n", "localhost"),
    ("hostile words: --timeout", "connect", "-t", "\x1b[31m5s\x07", "localhost"),
    ("hostile words: --get", "connect", "--get", "\x1b[31m.x", "localhost"),
    ("hostile words: --alpn", "connect", "--alpn", "h2\x1b[31m\n", "--connect-to", "127.0.0.1:1", "localhost"),
    ("hostile words: not UTF-8", "connect", b"\xff\xfe\x1b[31m.test:1"),
])
def hostile_words(bench, *words):
    result = bench.run(*words)
    require(result.exit != 0, "exit 0")
    checks.text_is_clean(result.stdout, "stdout")
    return f"exit {result.exit}, no raw control"


@table("A4", [(f"hostile banner {number}", number) for number in range(3)])
def hostile_banner(bench, number):
    words = ["\x1b[2J\x9b31m\x07 nothing", "SSH-2.0-\x1b]0;t\x07\r\n", "HTTP/1.1 200 \x1b[31m\x7f\r\n\r\n"][number]
    port = bench.peer("banner", words)
    for output in ((), ("-v",), ("--json",)):
        result = bench.run(*bench.target(port, *output, timeout=3))
        require(result.exit == 7, f"exit {result.exit}, not 7")
        checks.text_is_clean(result.stdout, "stdout")
    return "exit 7, no raw control"


def random_value(chance):
    """A DirectoryString of a random type around random, often invalid, content."""
    tag = chance.choice((0x0C, 0x0C, 0x0C, 0x13, 0x14, 0x16, 0x1E, 0x1C, 0x1A, 0x12, 0x04))
    kind = chance.randrange(6)
    size = chance.choice((0, 1, 2, 3, 4, 7, 8, 40, 64))
    if kind == 0:
        body = chance.randbytes(size)
    elif kind == 1:
        body = HOSTILE.encode(chance.choice(("utf-8", "utf-16-be", "utf-32-be")))
    elif kind == 2:
        body = b"".join(chance.choice((b"\xd8\x00", b"\xdf\xff", b"\0A", b"\0\0", b"\x20\x2e")) for _ in range(size))
    elif kind == 3:
        body = "".join(chr(chance.choice((0x41, 0x5C, 0x22, 0x9, 0xE9, 0x202E, 0x1F600))) for _ in range(size)).encode()
    elif kind == 4:
        body = chance.choice((b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\0", b"\x80")) * (size + 1)
    else:
        body = b"=,+<>#;\\\" " * (size // 4 + 1)
    if chance.randrange(60) == 0:
        body = (body or b"\x1b") * (40000 // (len(body) or 1))
    return der.tlv(tag, body)


@case("A5", "generated names: JSON stays JSON and the certificate's bytes are kept")
def generated_names(bench):
    folder, count, exits = bench.scratch(), 20 if bench.quick else 400, {}
    (folder / "key.pem").write_text(bench.leaf_key.read_text())
    loadable, encoded = set(), {}
    for number in range(count):
        chance = random.Random(f"names/{number}")
        kinds = chance.choices(list(der.ATTRIBUTES), k=chance.randrange(1, 4))
        subject = der.name(*((kind, random_value(chance)) for kind in kinds))
        sans = [(chance.choice(("dns", "email", "uri")), chance.randbytes(chance.randrange(0, 20))) for _ in range(3)]
        leaf = certs.issue(subject, bench.authority.leaf_key, names=[*sans, ("dns", "m.fault.test")])
        encoded[number] = leaf.encoded
        (folder / f"{number}.pem").write_text(leaf.pem)
        (folder / f"{number}.0.der").write_bytes(leaf.encoded)
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(folder / f"{number}.pem", folder / "key.pem")
            loadable.add(number)
        except ssl.SSLError:
            pass
    served, forced = bench.peer("many", folder), bench.peer("certificate-only", folder)
    for number, leaf in encoded.items():
        words = ("--show-certs", "-4")
        if number in loadable:
            report = bench.connect(served, *words, name=f"m{number}.fault.test", expect=8, timeout=5)
            body = report["certificates"][0]["pem"].split("-----")[2]
            require(base64.b64decode(body) == leaf, f"certificate {number} came back with other bytes")
        else:
            report = bench.connect(forced, *words, name=f"m{number}.fault.test", expect=7, timeout=5)
        exits[report["exit_code"]] = exits.get(report["exit_code"], 0) + 1
        port = served if number in loadable else forced
        result = bench.run(*bench.target(port, name=f"m{number}.fault.test", timeout=5))
        checks.text_is_clean(result.stdout, f"text of certificate {number}")
    ends = ", ".join(f"{times} x exit {code}" for code, times in exits.items())
    return f"{count} names, {len(loadable)} acceptable to OpenSSL; {ends}"


@table("A7", [
    ("LC_ALL=tr_TR.UTF-8", {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    ("LC_ALL=C", {"LC_ALL": "C"}),
    ("LC_ALL=de_DE.UTF-8, LC_NUMERIC", {"LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"}),
    ("TZ=Pacific/Kiritimati", {"TZ": "Pacific/Kiritimati"}),
    ("TZ=:/nonexistent", {"TZ": ":/nonexistent"}),
    ("COLUMNS=20, NO_COLOR, TERM=xterm", {"COLUMNS": "20", "NO_COLOR": "1", "TERM": "xterm"}),
])
def locales(bench, changes):
    port = bench.peer("good")
    plain, changed = bench.connect(port), bench.connect(port, environment=changes)
    for report in (plain, changed):
        require(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", report["started_at"]), report["started_at"])
    checks.same_report(plain, changed)
    return "the same report"


@case("A7", "text is ASCII when the locale is not UTF-8")
def ascii_text(bench):
    result = bench.run(*bench.target(bench.peer("good"), "-v"), environment={"LC_ALL": "C"})
    checks.text_is_clean(result.stdout, "stdout", ascii_only=True)


EXITS = [
    ("0: a good server", 0, "good", []),
    ("3: a name that does not exist", 3, None, ["nobody.fault.test"]),
    ("4: nobody listens", 4, None, ["127.0.0.1:1"]),
    ("5: a silent server", 5, "silent", ["-t", "400ms"]),
    ("7: not TLS", 7, "close-after-hello", []),
    ("8: an unknown authority", 8, "good", ["--ca", "{other}"]),
    ("9: a client certificate is demanded (1.3)", 9, "demanding", ["--tls", "1.3"]),
    ("9: a client certificate is demanded (1.2)", 9, "demanding", ["--tls", "1.2"]),
    ("12: a flood", 12, "ticket-flood", []),
    ("13: no such CA file", 13, "good", ["--ca", "/nonexistent.pem"]),
    ("64: an unknown option", 64, None, ["--frobnicate", "localhost"]),
]


@table("A8", [(f"exit {title}", *rest) for title, *rest in EXITS])
def exit_codes(bench, code, mode, words):
    other = bench.scratch() / "other.pem"
    other.write_text(certs.issue([("CN", "Another Root")], bench.authority.root_key, authority=True).pem)
    words = [word.replace("{other}", str(other)) for word in words]
    if mode:
        port = bench.peer("good", client_ca=bench.ca) if mode == "demanding" else bench.peer(mode)
        replaced = "--ca" in words
        result = bench.run(*bench.target(port, *words, timeout=3, ca=not replaced), "--json")
    else:
        preload = {"LD_PRELOAD": str(forge.build("slowdns", "-shared", "-fPIC")), "FAULT_LOOKUP": "unknown"}
        result = bench.run("connect", *words, "--json", environment=preload if code == 3 else None)
    require(result.exit == code, f"exit {result.exit}: {result.messages or result.text[-300:]}")
    if code == 64:
        require(not result.stdout and result.stderr, "a usage error prints to stderr and nothing to stdout")
    else:
        bench.report(result)


@case("A8", "the manual lists every exit code")
def manual(bench):
    page = pathlib.Path(__file__).resolve().parents[2] / "man" / "sslprobe.1"
    require(page.exists(), "man/sslprobe.1 does not exist")
    text = page.read_text()
    missing = [code for code in checks.OUTCOMES if not re.search(rf"\b{code}\b", text)]
    require(not missing, f"not in man/sslprobe.1: {missing}")
