"""D1, D2: whose certificate it is, and whether it may be trusted."""

import ipaddress
import json
import subprocess
import time

import certs
import checks
import der
from checks import require
from harness import case, table

YES, NO, USAGE = True, False, "usage"
IP4, IP6 = b"\x7f\0\0\1", b"\0" * 15 + b"\1"

# title, CN, subjectAltName, {target: whether the certificate is its}
NAMES = [
    ("one name", "other.example", [("dns", "good.example")], {
        "good.example": YES, "GOOD.eXample": YES, "good.example.": YES, "www.good.example": NO, "other.example": NO,
        "xgood.example": NO, "good.example.evil.test": NO, "good.exampl": NO, ".good.example": USAGE,
        "good..example": USAGE}),
    ("a wildcard", "x", [("dns", "*.good.example")], {
        "a.good.example": YES, "A.GOOD.EXAMPLE": YES, "a.good.example.": YES, "good.example": NO, "a.b.good.example": NO,
        "a.bad.example": NO, "xn--bcher-kva.good.example": YES}),
    ("a wildcard over a top-level domain", "x", [("dns", "*.com")], {"foo.com": NO, "com": NO}),
    ("a lone star", "x", [("dns", "*")], {"foo": NO, "foo.example": NO}),
    ("a star within", "x", [("dns", "a.*.example")], {"a.b.example": NO}),
    ("two stars", "x", [("dns", "*.*.good.example")], {"a.b.good.example": NO, "b.good.example": NO}),
    ("NUL in a name", "x", [("dns", b"good.example\0.evil.test")], {"good.example": NO, "good.example.evil.test": NO}),
    ("NUL in the common name", "good.example\0.evil.test", [], {"good.example": NO}),
    ("the common name alone", "good.example", [], {"good.example": YES, "www.good.example": NO, "example": NO}),
    ("a wildcard common name", "*.good.example", [], {"a.good.example": YES, "good.example": NO}),
    ("a common name beside another name", "good.example", [("dns", "bad.example")], {
        "good.example": NO, "bad.example": YES}),
    ("a common name beside an address", "good.example", [("ip", IP4)], {"good.example": YES, "127.0.0.1": YES}),
    ("addresses", "x", [("ip", IP4), ("ip", IP6)], {
        "127.0.0.1": YES, "[::1]": YES, "[0:0:0:0:0:0:0:1]": YES, "127.0.0.2": NO, "[::2]": NO, "localhost": NO,
        "[::ffff:127.0.0.1]": NO}),
    ("an address written as a name", "x", [("dns", "127.0.0.1")], {"127.0.0.1": NO}),
    ("an address as common name", "127.0.0.1", [], {"127.0.0.1": NO}),
    ("an international name", "x", [("dns", "xn--bcher-kva.example")], {"xn--bcher-kva.example": YES, "bcher.example": NO}),
    ("an e-mail address alone", "x", [("email", "root@good.example")], {"good.example": NO, "root@good.example": USAGE}),
    ("an empty name", "", [("dns", "")], {"good.example": NO}),
    ("a trailing dot in the certificate", "x", [("dns", "good.example.")], {"good.example": NO}),
    ("an underscore", "x", [("dns", "_svc.good.example"), ("dns", "*.wild.example")], {
        "_svc.good.example": YES, "_x.wild.example": NO}),
    ("a short form of an address", "x", [("ip", IP4)], {"127.1": NO, "2130706433": NO, "0x7f.1": NO}),
]


def oracle(bench, chain, target):
    """What openssl verify says of the name."""
    bare = target.strip("[]")
    try:
        ipaddress.ip_address(bare)
        option = "-verify_ip"
    except ValueError:
        option, bare = "-verify_hostname", bare.removesuffix(".")
    command = [certs.program("openssl"), "verify", "-CAfile", bench.ca, "-untrusted", chain, option, bare, chain]
    done = subprocess.run(command, capture_output=True)
    return done.returncode == 0


@table("D1", [(f"{title}: {len(targets)} targets", common, names, targets) for title, common, names, targets in NAMES])
def names(bench, common, names, targets):
    folder = bench.scratch()
    chain = folder / "chain.pem"
    leaf = bench.authority.leaf(common, names=names)
    chain.write_text(leaf.pem + bench.authority.middle.pem)
    port, wrong = bench.peer("good", certificates=[(chain, bench.leaf_key)]), []
    for target, expected in targets.items():
        result = bench.run("connect", f"{target}:443", "--connect-to", f"127.0.0.1:{port}", "--ca", bench.ca, "--json")
        if expected == USAGE:
            found = USAGE if result.exit == 64 else result.exit
        elif result.exit == 64:
            found = USAGE
        else:
            report = bench.report(result)
            found = report["verify"] and report["verify"]["name_ok"]
            require(result.exit == (0 if found else 8), f"{target}: exit {result.exit} with name_ok {found}")
            require(found == oracle(bench, chain, target), f"{target}: name_ok {found}, openssl verify says otherwise")
            require(report["verify"]["chain_ok"], f"{target}: chain_ok is false")
        if found != expected:
            wrong.append(f"{target}: {found}, expected {expected}")
    require(not wrong, "; ".join(wrong))
    return "as openssl verify"


@table("D1", [(f"refused: {title}", word) for title, word in [
    ("empty host", ":443"), ("open bracket", "[::1"), ("LF", "good.example\n"), ("CR", "good\r.example"),
    ("a space", "good example"), ("an empty word", ""), ("a label of 64 with a port beyond", "x:65536")]])
def refused_names(bench, word):
    result = bench.run("connect", word, "--json")
    require(result.exit == 64 and not result.stdout, f"exit {result.exit}, stdout {result.stdout[:60]!r}")
    return result.messages.strip().splitlines()[0] if result.messages.strip() else "silent"


def bad_certificates(bench):
    """title: (chain, key, X509_V_ERR names that must be among verify.errors, name to connect to)."""
    own, leaf = bench.authority, bench.authority.leaf
    folder = bench.scratch()
    weak = certs.Key(folder, "weak", "rsa", 1024)
    other = certs.issue([("CN", "Another Root")], own.root_key, authority=True)
    short = certs.issue([("CN", "Short")], own.middle_key, own.root, authority=True, path_length=0)
    below = certs.issue([("CN", "Below")], own.leaf_key, short, authority=True)
    plain = certs.issue([("CN", "No Authority")], own.middle_key, own.root, authority=False)
    narrow = certs.issue([("CN", "Narrow")], own.middle_key, own.root, authority=True,
                         extensions=[der.name_constraints(("example.org",))])
    stale = certs.issue([("CN", "Stale")], own.middle_key, own.root, authority=True, days=(-20, -3))
    return {
        "expired": ([leaf(days=(-30, -2)), own.middle], None, {"CERT_HAS_EXPIRED"}),
        "not yet valid": ([leaf(days=(2, 30)), own.middle], None, {"CERT_NOT_YET_VALID"}),
        "wrong host": ([leaf(names=[("dns", "else.where")]), own.middle], None, {"HOSTNAME_MISMATCH"}),
        "wrong address": ([leaf(names=[("ip", b"\x0a\0\0\1")]), own.middle], None, {"IP_ADDRESS_MISMATCH"}, "127.0.0.1"),
        "self-signed": ([certs.issue([("CN", "fault.test")], own.leaf_key, names=certs.LOCAL_NAMES)], None,
                        {"DEPTH_ZERO_SELF_SIGNED_CERT"}),
        "untrusted root, sent along": ([leaf(issuer=other_issued(own, other)), other_issued(own, other), other], None,
                                       {"SELF_SIGNED_CERT_IN_CHAIN"}),
        "missing intermediate": ([leaf()], None, {"UNABLE_TO_GET_ISSUER_CERT_LOCALLY"}),
        "for clients only": ([leaf(purposes=(certs.CLIENT_AUTH,)), own.middle], None, {"INVALID_PURPOSE"}),
        "a key of 1,024 bits": ([leaf(key=weak), own.middle], weak, {"EE_KEY_TOO_SMALL"}),
        "a SHA-1 signature": ([leaf(digest="sha1"), own.middle], None, {"CA_MD_TOO_WEAK"}),
        "a broken signature": ([leaf(break_signature=True), own.middle], None, {"CERT_SIGNATURE_FAILURE"}),
        "an issuer that is no authority": ([leaf(issuer=plain), plain], None, {"INVALID_CA"}),
        "a path too long": ([leaf(issuer=below), below, short], None, {"PATH_LENGTH_EXCEEDED"}),
        "an unknown critical extension": ([leaf(extensions=[der.extension("1.2.3.4", b"\5\0", critical=True)]), own.middle],
                                          None, {"UNHANDLED_CRITICAL_EXTENSION"}),
        "outside the name constraints": ([leaf(issuer=narrow), narrow], None, {"PERMITTED_VIOLATION"}),
        "an expired intermediate": ([leaf(issuer=stale), stale], None, {"CERT_HAS_EXPIRED"}),
        "expired, wrong host, no intermediate": (
            [leaf(days=(-30, -2), names=[("dns", "else.where")])], None,
            {"CERT_HAS_EXPIRED", "HOSTNAME_MISMATCH", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"}),
    }


def other_issued(own, root):
    """An intermediate under a root that nobody trusts; the same bytes each time they are asked for."""
    if not hasattr(root, "issued"):
        root.issued = certs.issue([("CN", "Another Intermediate")], own.middle_key, root, authority=True)
    return root.issued


BAD_TITLES = [
    "expired", "not yet valid", "wrong host", "wrong address", "self-signed", "untrusted root, sent along",
    "missing intermediate", "for clients only", "a key of 1,024 bits", "a SHA-1 signature", "a broken signature",
    "an issuer that is no authority", "a path too long", "an unknown critical extension", "outside the name constraints",
    "an expired intermediate", "expired, wrong host, no intermediate",
]


def bad_peer(bench, title):
    """The port of a server with the bad certificate, the errors to expect, and the name to ask for."""
    with bench.lock:
        bench.bad = getattr(bench, "bad", None) or bad_certificates(bench)
    chain, key, errors, *name = bench.bad[title]
    path = bench.scratch() / "chain.pem"
    path.write_text("".join(certificate.pem for certificate in chain))
    log = path.parent / "log"
    port = bench.peer("good", certificates=[(path, key.path if key else bench.leaf_key)], log=log)
    return port, {f"X509_V_ERR_{error}" for error in errors}, (name or ["fault.test"])[0], log


@table("D2", [(f"bad certificate: {title}", title) for title in BAD_TITLES])
def bad_certificate(bench, title):
    port, errors, name, log = bad_peer(bench, title)
    report = bench.connect(port, "--send", "the user's words", expect=8, stage="verify", name=name, timeout=3.0)
    found = {error["name"] for error in report["verify"]["errors"]}
    require(errors <= found, f"verify.errors {sorted(found)}, without {sorted(errors - found)}")
    require(report["verify"]["ok"] is False, "verify.ok is not false")
    require(report["tls"] and report["certificates"] and report["address"], "the rest of the report is not complete")
    require(report["data"] and report["data"]["withheld"] is True, f"data {report['data']}")
    require(received(log)[-1] == 0, f"{received(log)[-1]} bytes reached a peer that was not trusted")
    ignored = bench.connect(port, "-k", "--send", "the user's words", name=name, timeout=3.0)
    require(ignored["verify"]["ok"] is False, "-k changed verify.ok")
    require(ignored["data"]["withheld"] is False, "-k still withheld the data")
    text = bench.run(*bench.target(port, name=name, timeout=3.0))
    require(text.exit == 8 and "8" in text.text.splitlines()[0], f"the first line does not say exit 8: {text.text[:120]}")
    return " ".join(sorted(name.removeprefix("X509_V_ERR_") for name in found))


def received(log):
    """The bytes of data per connection; the peer writes its line just after the connection ends."""
    deadline = time.monotonic() + 3
    while not log.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.05)
    return [json.loads(line)["received"] for line in log.read_text().splitlines()]


@case("D2", "--ca none: no verdict, exit 0 and a warning")
def no_store(bench):
    report = bench.connect(bench.peer("good"), "--ca", "none", ca=False)
    require(report["verify"]["ok"] is None, f"verify.ok {report['verify']['ok']}")


@case("D2", "--verify-depth 0 refuses an intermediate")
def shallow(bench):
    report = bench.connect(bench.peer("good"), "--verify-depth", "0", expect=8)
    return ", ".join(error["name"] for error in report["verify"]["errors"])


@case("D2", "a good server says so in the first line")
def good_line(bench):
    result = bench.run(*bench.target(bench.peer("good")))
    require(result.exit == 0 and result.stdout.startswith("✓".encode()), f"exit {result.exit}: {result.text[:80]}")
    checks.text_is_clean(result.stdout, "stdout")
