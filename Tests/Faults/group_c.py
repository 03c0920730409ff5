"""C1, C3, C4, C5, C8: hostile bytes, wrong protocols, huge messages, costly certificates, traps."""

import collections
import itertools
import pathlib
import random
import re

import certs
import checks
import der
from checks import require
from harness import case, table

# What a damaged handshake may end as: at the deadline, refused, or with nothing worse than an unacceptable certificate.
DAMAGED = {4, 5, 7, 8, 9, 12}
SHARDS = 4


@table("C1", [(f"damaged flight, TLS {version}, part {shard + 1} of {SHARDS}", version, shard)
              for version in ("1.2", "1.3") for shard in range(SHARDS)])
def damaged(bench, version, shard):
    total = 120 if bench.quick else 2400
    port, exits, codes = bench.peer("mutate", "1", tls=version), collections.Counter(), collections.Counter()
    for number in range(shard, total // 2, SHARDS):
        try:
            # A damaged length can make the client wait for more; the peer has closed, so no run takes the whole timeout.
            report = bench.connect(port, name=f"m{number}.fault.test", expect=DAMAGED | {0}, timeout=3.0)
        except checks.Failure as failure:
            raise type(failure)(f"mutation {number}: {failure}") from None
        exits[report["exit_code"]] += 1
        codes[(report["error"] or {}).get("code")] += 1
    return ", ".join(f"{count} x exit {code}" for code, count in sorted(exits.items())) + f"; {len(codes)} error codes"


BANNERS = [
    ("http", "HTTP"), ("ssh", "SSH"), ("smtp", "SMTP"), ("ftp", "FTP"), ("pop3", "POP3"), ("imap", "IMAP"),
    ("mysql", "MySQL"), ("redis", None), ("text", None), ("tls-alert", None), ("sslv2", None), ("garbage", None),
]


@table("C3", [(f"{mode}: {name}", mode, name, word) for mode in ("banner", "chatty-banner") for name, word in BANNERS
              if mode == "banner" or name in ("ssh", "smtp", "ftp", "pop3", "imap", "mysql")])
def wrong_protocol(bench, mode, name, word):
    report = bench.connect(bench.peer(mode, name), expect=7, stage="tls", timeout=3.0)
    error = report["error"]
    require(word is None or word.lower() in error["message"].lower(), f"{word} is not in {error['message']!r}")
    if name == "tls-alert":
        require(error["alert"] and error["alert"]["number"] == 40, f"alert {error['alert']}")
    else:
        require(error["peer_bytes"], "peer_bytes is empty")
        require("wrong version number" not in error["message"], f"only {error['message']!r}")
        require(len(error["peer_bytes"]) <= 4 * 200, f"{len(error['peer_bytes'])} characters of peer_bytes")
    text = bench.run(*bench.target(bench.peer(mode, name), timeout=3.0))
    checks.text_is_clean(text.stdout, "stdout")
    return error["message"]


@table("C3", [("an endless text", ("endless-text",)), ("closed at once", ("close",)),
              ("garbage in records", ("garbage-records",)), ("closed after the ClientHello", ("close-after-hello",))])
def no_protocol(bench, mode):
    report = bench.connect(bench.peer(*mode), expect=7, stage="tls", timeout=3.0)
    return report["error"]["message"]


@table("C3", [("reset at once", "reset"), ("reset after the ClientHello", "reset-after-hello")])
def no_protocol_reset(bench, mode):
    report = bench.connect(bench.peer(mode), expect=(4, 7), stage=("tls", "tcp"), timeout=3.0)
    return f"exit {report['exit_code']}: {report['error']['message']}"


@table("C3", [
    ("a bad record after the handshake", "bad-record", {0, 7, 9, 12}),
    ("an alert after the handshake", "alert-after-handshake", {9}),
    ("closed inside a handshake message", "close-in-handshake-message", {0, 7, 9, 10, 12}),
    ("closed after the handshake", "fin-after-handshake", {0, 7, 9, 10, 12}),
    ("reset after the handshake", "reset-after-handshake", {0, 7, 9, 10, 12}),
])
def after_the_handshake(bench, mode, codes):
    report = bench.connect(bench.peer(mode), expect=codes, timeout=3.0)
    require(report["tls"] is not None, "the handshake is not in the report")
    return f"exit {report['exit_code']}, close {report['close'] and report['close']['kind']}"


@table("C4", [("a ServerHello of 2^24-1 bytes", "huge-message", 0), ("a certificate with 6,000 names", "good", 6000)])
def huge(bench, mode, names):
    certificates = ()
    if names:
        leaf = bench.authority.leaf(names=[*certs.LOCAL_NAMES, *many_names(names)])
        certificates = [(bench.authority.write("huge.pem", leaf), bench.leaf_key)]
    report = bench.connect(bench.peer(mode, certificates=certificates), expect=7, stage="tls", timeout=3.0)
    checks.in_time(report["result"], 0.5)
    return f"{report['error']['message']}, {report['result'].rss_kb} kB"


def many_names(count):
    return [("dns", f"name-{number}.some.where.fault.test") for number in range(count)]


def costly_chains(bench):
    """(title, chain of encoded certificates, whether an OpenSSL server could present it)."""
    authority = bench.authority
    leaf, middle = authority.leaf(), authority.middle
    yield "2,000 names", [authority.leaf(names=[*certs.LOCAL_NAMES, *many_names(2000)]), middle]
    yield "a chain of 100", [leaf, middle, *(certs.issue([("CN", f"Link {n}")], authority.middle_key, authority.root,
                                                         authority=True) for n in range(98))]
    links = [authority.root]
    for number in range(60):
        links.append(certs.issue([("CN", f"Deep {number}")], authority.middle_key, with_key(links[-1], number, authority),
                                 authority=True))
    yield "a chain 60 deep", [authority.leaf(issuer=links[-1]), *reversed(links[1:])]
    chance = random.Random(5)
    wide = der.rsa_public_key(chance.getrandbits(16384) | 1 << 16383 | 1)
    yield "an RSA key of 16,384 bits", [authority.leaf(public_key=wide), middle]
    yield "explicit curve parameters", [authority.leaf(public_key=explicit_curve()), middle]
    excluded = [f"x{number}.example" for number in range(900)]
    limited = certs.issue([("CN", "Narrow")], authority.middle_key, authority.root, authority=True,
                          extensions=[der.name_constraints(("fault.test",), excluded)])
    yield "900 name constraints against 900 names", [
        authority.leaf(issuer=limited, names=[*certs.LOCAL_NAMES, *many_names(900)]), limited]
    policies = [der.sequence(der.oid(f"1.2.3.{number}")) for number in range(500)]
    yield "500 policies", [authority.leaf(extensions=[der.extension("2.5.29.32", der.sequence(*policies))]), middle]
    yield "a subject of 1,000 parts", [
        certs.issue([("OU", f"unit {number}") for number in range(1000)], authority.leaf_key, middle,
                    names=certs.LOCAL_NAMES), middle]
    yield "a common name of 60,000 letters", [authority.leaf("w" * 60000), middle]
    yield "a serial number of 4,000 bytes", [authority.leaf(serial=1 << 32000), middle]


def with_key(certificate, number, authority):
    """The same issuer; every link after the root is signed with the intermediate's key."""
    return certs.Certificate(certificate.encoded, certificate.subject,
                             authority.root_key if number == 0 else authority.middle_key)


def explicit_curve():
    """A P-256 key whose curve is spelled out with an even field prime, as in CVE-2022-0778."""
    prime = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 2
    field = der.sequence(der.oid("1.2.840.10045.1.1"), der.integer(prime))
    curve = der.sequence(der.octets(b"\1" * 32), der.octets(b"\2" * 32))
    parameters = der.sequence(der.integer(1), field, curve, der.octets(b"\2" + b"\3" * 32), der.integer(prime - 1))
    algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), parameters)
    return der.sequence(algorithm, der.bits(b"\2" + b"\3" * 32))


@case("C5", "costly certificates: each at most 1 s and one screen", alone=True)
def costly(bench):
    folder, seen = bench.scratch(), []
    port = bench.peer("certificate-only", folder)
    for number, (title, chain) in enumerate(costly_chains(bench)):
        for position, certificate in enumerate(chain):
            (folder / f"{number}.{position}.der").write_bytes(certificate.encoded)
        # The peer has no key for these, so the handshake ends after the chain was looked at.
        name = f"m{number}.fault.test"
        report = bench.connect(port, name=name, expect=7, timeout=3.0)
        checks.in_time(report["result"], 1.0)
        text = bench.run(*bench.target(port, name=name, timeout=3.0))
        require(len(text.stdout.splitlines()) <= 100, f"{title}: {len(text.stdout.splitlines())} lines of text")
        require(len(text.stdout) <= 100_000, f"{title}: {len(text.stdout)} bytes of text")
        seen.append(report["result"].wall)
    return f"{len(seen)} certificates, slowest {max(seen) * 1000:.0f} ms"


@case("C5", "a good server with 2,000 names: one screen")
def many_names_shown(bench):
    chain = bench.authority.write("many.pem", bench.authority.leaf(names=[*certs.LOCAL_NAMES, *many_names(2000)]),
                                  bench.authority.middle)
    port = bench.peer("good", certificates=[(chain, bench.leaf_key)])
    report = bench.connect(port)
    require(len(report["certificates"][0]["sans"]) == 2004, f"{len(report['certificates'][0]['sans'])} names in the report")
    checks.in_time(report["result"], 1.0)
    text = bench.run(*bench.target(port))
    require(len(text.stdout.splitlines()) <= 40 and len(text.stdout) <= 8000, f"{len(text.stdout)} bytes of text")
    return f"{len(text.stdout)} bytes of text"


TRAPS = [
    (r"\btry!", "try!"), (r"\bas!", "as!"), (r"\bfatalError\(", "fatalError"), (r"(?<![.\w])(print|debugPrint)\(", "print"),
    (r"[\w)\]]!(?=[.\s,;)\]]|$)(?!=)", "a force unwrap"),
    (r"\bString\(cString:.*(ASN1|get0_data)", "String(cString:) on a peer's text"),
    (r"\bunsafeBitCast\(", "unsafeBitCast"), (r"\bSO_RCVTIMEO\b", "SO_RCVTIMEO"),
    (r"\bX509_NAME_oneline\b", "X509_NAME_oneline"),
]


@case("C8", "no trap on data in Sources")
def no_traps(bench):
    root, found, count = pathlib.Path(__file__).resolve().parents[2] / "Sources", [], 0
    for path in sorted(root.rglob("*.swift")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            count += 1
            bare = re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0])
            found += [f"{path.relative_to(root)}:{number} {word}" for pattern, word in TRAPS if re.search(pattern, bare)]
    require(not found, f"{len(found)} found: " + "; ".join(itertools.islice(found, 8)))
    return f"{count} lines"


@case("C8", "no exit >= 128 in any run", alone=True)
def no_signals(bench):
    require(not bench.unexpected, "; ".join(bench.unexpected[:5]))
    return f"{bench.runs} runs: " + ", ".join(f"{count} x {code}" for code, count in sorted(bench.exits.items()))
