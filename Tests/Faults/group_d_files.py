"""D4, D5, D9: files for their owner only, secrets that stay secret, numbers that are numbers."""

import base64
import os
import re
import stat

import certs
from checks import require
from harness import table

PASSWORD = "correct-horse-battery-staple"
PSK = "c0ffee00c0ffee11c0ffee22c0ffee33"


def loose(bench, *words, **options):
    """A run under umask 000."""
    wrapper = ["sh", "-c", 'umask 000; exec "$@"', "sh"]
    return bench.run(*bench.target(bench.peer("good"), *words), "--json", wrapper=wrapper, **options)


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@table("D4", [("--keylog under umask 000", "option"), ("SSLKEYLOGFILE under umask 000", "variable")])
def keylog_mode(bench, how):
    file = bench.scratch() / "keys"
    if how == "option":
        result = loose(bench, "--keylog", file)
    else:
        result = loose(bench, environment={"SSLKEYLOGFILE": str(file)})
        require(str(file).encode() in result.stderr, "SSLKEYLOGFILE is not announced on stderr")
    require(result.exit == 0, f"exit {result.exit}: {result.messages}")
    require(mode(file) == 0o600, f"mode {mode(file):o}")
    lines = file.read_text().splitlines()
    require(all(re.fullmatch(r"[A-Z0-9_]+ [0-9a-fA-F]{64} [0-9a-fA-F]+", line) for line in lines) and lines, f"{lines[:1]}")
    again = loose(bench, "--keylog", file)
    require(again.exit == 0 and len(file.read_text().splitlines()) == 2 * len(lines), "the second run did not append")
    return f"0600, {len(lines)} lines a run, appended"


@table("D4", [(f"{option} through a planted symlink", option) for option in ("--keylog", "--save-certs")])
def symlink(bench, option):
    folder = bench.scratch()
    victim, link = folder / "victim", folder / "link"
    victim.write_text("precious\n")
    link.symlink_to(victim)
    result = loose(bench, option, link)
    require(victim.read_text() == "precious\n", "the file behind the link was changed")
    if option == "--keylog":
        require(result.exit == 13, f"exit {result.exit}, not 13: {result.messages}")
        require(link.is_symlink(), "the link was replaced")
    else:
        # An atomic replacement of the link itself is as safe as a refusal.
        require(result.exit == 13 or not link.is_symlink(), f"exit {result.exit} and the link is still there")
    return f"exit {result.exit}, the file behind it is whole"


@table("D4", [(f"a dangling symlink at {option}", option) for option in ("--keylog", "--save-certs")])
def dangling(bench, option):
    folder = bench.scratch()
    (folder / "link").symlink_to(folder / "made")
    result = loose(bench, option, folder / "link")
    require(not (folder / "made").exists(), "a file came into being behind the link")
    require(result.exit == 13 or option == "--save-certs", f"exit {result.exit}, not 13")
    return f"exit {result.exit}"


@table("D4", [("--save-certs is a whole PEM file",)])
def saved_certificates(bench):
    folder = bench.scratch()
    result = loose(bench, "--save-certs", folder / "chain.pem")
    require(result.exit == 0, f"exit {result.exit}: {result.messages}")
    text = (folder / "chain.pem").read_text()
    found = [base64.b64decode(body) for body in re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END", text, re.DOTALL)]
    sent = [base64.b64decode(body) for body in
            re.findall(r"-----BEGIN CERTIFICATE-----(.*?)-----END", bench.good_chain.read_text(), re.DOTALL)]
    require(found == sent, f"{len(found)} certificates, not the {len(sent)} that were sent")
    require(os.listdir(folder) == ["chain.pem"], f"left behind: {os.listdir(folder)}")
    require(not mode(folder / "chain.pem") & 0o022, f"mode {mode(folder / 'chain.pem'):o}")
    return f"{len(found)} certificates, mode {mode(folder / 'chain.pem'):o}"


def needles(label, secret):
    """A secret as it could show: hex in both cases, base64 in three alignments, plain."""
    yield label, secret.hex().encode()
    yield label, secret.hex().upper().encode()
    for skip in range(3):
        encoded = base64.b64encode(secret[skip : len(secret) - (len(secret) - skip) % 3])
        yield label, encoded


@table("D5", [
    ("text, -v", ("-v",)), ("--json --events --show-certs -v", ("--json", "--events", "--show-certs", "-v")),
    ("--jsonl -v", ("--jsonl", "-v")), ("a wrong password", ("--json", "-v")),
])
def secrets(bench, words):
    folder = bench.scratch()
    key, encrypted, keys = certs.Key(folder, "client"), folder / "client.enc", folder / "keylog"
    certs.openssl("pkey", "-in", str(key.path), "-aes256", "-passout", f"pass:{PASSWORD}", "-out", str(encrypted))
    chain = folder / "client.pem"
    chain.write_text(certs.issue([("CN", "client")], key, bench.authority.root, purposes=(certs.CLIENT_AUTH,)).pem)
    (folder / "psk").write_text(PSK + "\n")
    wrong = not any(word.startswith("--events") or word == "--jsonl" for word in words) and "--json" in words
    environment = {"SECRET": "wrong-" + PASSWORD if wrong else PASSWORD}
    outputs = b""
    for tls, more in (("1.2", ()), ("1.3", ()), ("1.3", ("--psk", f"someone:{folder}/psk"))):
        port = bench.peer("good", client_ca=bench.ca, tls=tls)
        result = bench.run(
            *bench.target(port, "--http", "--cert", chain, "--key", encrypted, "--key-password", "env:SECRET",
                          "--keylog", keys, *more, *words, timeout=3.0), environment=environment,
        )
        require(result.exit == (13 if wrong else 0), f"exit {result.exit}: {(result.text + result.messages)[-300:]}")
        outputs += result.stdout + result.stderr
    sought = [("the password", PASSWORD.encode()), ("the PSK", PSK.encode()), ("the PSK", PSK.upper().encode())]
    sought += needles("the PSK", bytes.fromhex(PSK))
    private = certs.openssl("pkey", "-in", str(key.path), "-outform", "DER")
    scalar = private[private.index(b"\x04\x20") + 2 :][:32]
    sought += needles("the private key", scalar)
    sought += [("the key file", line) for file in (key.path, encrypted) for line in file.read_bytes().splitlines()[1:-1]]
    lines = keys.read_text().splitlines() if keys.exists() else []
    require(lines or wrong, "the key log is empty, so nothing was looked for")
    for line in lines:
        sought += needles("a traffic secret", bytes.fromhex(line.split()[2]))
    for label, needle in sought:
        require(needle not in outputs, f"{label} is in the output: {needle[:16]!r}...")
    return f"{len(sought)} spellings of secrets not found in {len(outputs)} bytes"


PORTS = ["0", "65536", "-1", "1e3", "٤٤٣", "443x", "", "99999999999999999999", "0x1bb", " 443", "443 ", "+443", "4_43"]
DURATIONS = [
    "0", "-1", "NaN", "nan", "inf", "1e308", "1e3", "", "s", "5 s", "5x", "٥s", "99999999999999999999s", "-0s", "1.2.3s"
]
COUNTS = ["-1", "1.5", "1e3", "", "abc", "9223372036854775808", "99999999999999999999999", "٣", "0x10", "NaN"]
NUMBERS = {
    "--timeout": DURATIONS, "--connect-timeout": DURATIONS, "--max-time": DURATIONS, "--read-for": DURATIONS[1:],
    "--settle": DURATIONS[1:], "--verify-depth": COUNTS, "--seclevel": [*COUNTS, "6", "100"], "--max-idle-messages": COUNTS
}


@table("D9", [(f"{option}: {len(values)} bad numbers", option, values) for option, values in NUMBERS.items()])
def numbers(bench, option, values):
    wrong = []
    for value in values:
        result = bench.run("connect", f"{option}={value}", "127.0.0.1:1")
        if result.exit != 64 or result.stdout or option not in result.messages:
            wrong.append(f"{value!r}: exit {result.exit}, {result.messages.strip()[:80]!r}")
    require(not wrong, "; ".join(wrong[:4]) + (f" and {len(wrong) - 4} more" if len(wrong) > 4 else ""))
    return "64 with the option's name each"


@table("D9", [(f"ports in {title}: {len(PORTS)} bad numbers", words) for title, words in [
    ("a target", ("127.0.0.1:{}",)), ("a target in brackets", ("[::1]:{}",)), ("a URL", ("https://localhost:{}/",)),
    ("--connect-to", ("--connect-to", "127.0.0.1:{}", "localhost"))]])
def ports(bench, words):
    wrong = []
    for value in PORTS:
        if value == "" and "https" in words[0]:
            continue  # RFC 3986 permits an empty port
        result = bench.run("connect", *(word.format(value) for word in words))
        if result.exit != 64 or result.stdout or not result.stderr:
            wrong.append(f"{value!r}: exit {result.exit}")
    require(not wrong, "; ".join(wrong))
    return "64 each"


@table("D9", [
    ("an unknown cipher", 64, "--ciphers", "NO-SUCH-CIPHER"),
    ("an unknown ciphersuite", 64, "--ciphersuites", "TLS_NONE"),
    ("an unknown group", 64, "--groups", "no-such-group"),
    ("an unknown signature algorithm", 64, "--sigalgs", "no+such"),
    ("an unknown version", 64, "--tls", "1.4"), ("minimum above maximum", 64, "--tls", "1.3-1.2"),
    ("an empty SNI", 64, "--sni", ""), ("an SNI of 300 letters", 64, "--sni", "a" * 300),
    ("an empty ALPN", 64, "--alpn", ""), ("an ALPN of 300 letters", 64, "--alpn", "a" * 300),
    ("a missing CA file", 13, "--ca", "/nonexistent/ca.pem"),
    ("a CA file without a certificate", 13, "--ca", "/dev/null"),
    ("a missing certificate", 13, "--cert", "/nonexistent/c.pem"),
    ("a reserved option", 64, "--starttls", "smtp"), ("an unknown --get path", 64, "--get", "tls.vers"),
])
def bad_values(bench, code, option, *value):
    result = bench.run("connect", option, *value, "127.0.0.1:1")
    require(result.exit == code, f"exit {result.exit}: {result.messages.strip()[:160]}")
    said = result.messages + result.text
    named = option in said or any(word and word in said for word in value)
    require(named, f"neither option nor value is named: {said[:160]}")
    return f"exit {code}"
