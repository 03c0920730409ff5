"""B1 to B7: deadlines, floods, black holes and endings."""

import collections
import os
import random
import socket
import subprocess
import time

import certs
import checks
import forge
from checks import require
from harness import Skip, case, table


@table("B1", [(f"{mode}, --timeout {timeout} s", mode, timeout)
              for mode in ("accept-only", "silent") for timeout in (0.3, 0.5, 1.0, 2.0)])
def silence(bench, mode, timeout):
    report = bench.connect(bench.peer(mode), expect=5, stage="tls", timeout=timeout)
    return over(report, timeout)


def over(report, timeout):
    return f"exit {report['exit_code']}, {(report['result'].wall - timeout) * 1000:+.0f} ms"


@case("B1", "accept-only, 100 times", quick=False)
def silence_again(bench):
    worst = 0
    for number in range(100):
        timeout = 0.2 + number % 5 / 10
        report = bench.connect(bench.peer("accept-only"), expect=5, stage="tls", timeout=timeout)
        worst = max(worst, report["result"].wall - timeout)
    return f"worst {worst * 1000:+.0f} ms"


@table("B1", [
    ("silent after half a ServerHello", ("cut", "half", "hold"), (), 5, "tls"),
    ("no answer to --http", ("forge", "1.3", "hold"), ("--http",), 5, ("data", "confirm")),
    ("no answer to --http, TLS 1.2", ("forge", "1.2", "hold"), ("--http",), 5, ("data", "confirm")),
])
def later_silence(bench, mode, words, code, stage):
    report = bench.connect(bench.peer(*mode), *words, expect=code, stage=stage, timeout=1.0)
    return over(report, 1.0)


@case("B1", "--max-time bounds the run")
def max_time(bench):
    report = bench.connect(bench.peer("silent"), "-m", "400ms", expect=5, timeout=5.0)
    checks.in_time(report["result"], 0.4 + checks.GRACE)
    return over(report, 0.4)


DRIPS = [(1, 500), (1, 100), (1, 2000), (50, 300), (3, 5)]


@table("B2", [(f"drip of {size} bytes per {ms} ms", size, ms) for size, ms in DRIPS])
def drip(bench, size, ms):
    report = bench.connect(bench.peer("drip", size, ms), "--http", expect=5, stage="tls", timeout=1.0)
    return over(report, 1.0)


@case("B2", "data that never ends")
def data_flood(bench):
    port = bench.peer("data-flood")
    report = bench.connect(port, "--http", "--read-for", "1s", expect=(0, 5, 7), timeout=1.0, extra=1.0)
    return over(report, 2.0) + f", {report['data']['bytes_received']} bytes, {report['result'].rss_kb} kB"


FLOODS = [
    ("tickets", "ticket-flood"), ("KeyUpdates", "keyupdate-flood"),
    ("KeyUpdates that want an answer", "keyupdate-request-flood"),
    ("HelloRequests", "hello-request-flood"), ("warning alerts, TLS 1.2", "alert-flood-1.2"),
    ("warning alerts, TLS 1.3", "alert-flood-1.3"), ("empty records, TLS 1.2", "empty-flood-1.2"),
    ("empty records, TLS 1.3", "empty-flood-1.3"),
]


@table("B3", [(f"flood of {title}", mode) for title, mode in FLOODS])
def flood(bench, mode):
    port = bench.peer(mode)
    report = bench.connect(port, "--read-for", "2s", expect=12, code="flood", timeout=2.0, extra=2.0)
    require(len(report["tickets"]) <= 100, f"{len(report['tickets'])} tickets kept")
    result = bench.run(*bench.target(port, "--jsonl", "--read-for", "2s"))
    events = checks.json_lines(result.stdout, "the events")
    checks.events_are_sound(events)
    require(len(events) <= 1000, f"{len(events)} event lines")
    stopped = [event for event in events if event["event"] == "flood_stopped"]
    require(len(stopped) == 1 and stopped[0]["count"] > 0 and stopped[0]["kind"], f"flood_stopped: {stopped}")
    return f"exit 12 after {stopped[0]['count']} of {stopped[0]['kind']}, {len(events)} events, {result.rss_kb} kB"


@table("B3", [(f"flood of {title} without a limit ends at the deadline", mode) for title, mode in FLOODS[:4]])
def unlimited_flood(bench, mode):
    words = ("--max-idle-messages", "1000000", "--read-for", "1s")
    report = bench.connect(bench.peer(mode), *words, expect=(0, 5, 12), timeout=1.0, extra=1.0)
    return over(report, 2.0) + f", {report['result'].rss_kb} kB"


@case("B4", "name lookup that never answers")
def dead_resolver(bench):
    preload = {"LD_PRELOAD": str(forge.build("slowdns", "-shared", "-fPIC"))}
    result = bench.run("connect", "nobody.fault.test", "-t", "1s", "--json", environment=preload)
    return dns_timeout(bench, result)


def dns_timeout(bench, result):
    report = bench.report(result)
    error = report["error"]
    said = f"exit {result.exit}, stage {error['stage']}: {error['message']}"
    require(result.exit == 5 and error["stage"] == "dns", said)
    checks.in_time(result, 1.0 + checks.GRACE)
    return over({**report, "result": result}, 1.0)


# SIOCSIFFLAGS, IFF_UP: a new network's loopback is down.
LOOPBACK_UP = (
    "import fcntl, socket, struct; "
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh14x', b'lo', 1)); "
)


def network_namespace():
    """A wrapper for a network of its own, with nothing but a loopback that is down."""
    unshare = [certs.program("unshare", "util-linux"), "-m", "-n"] + (["-r"] if os.getuid() else [])
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        raise Skip("a network of its own needs root or user namespaces")
    return unshare


@case("B4", "a name server that is a black hole")
def black_hole_resolver(bench):
    resolv = bench.scratch() / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.9\noptions timeout:5 attempts:3\n")
    listener = LOOPBACK_UP + (
        "import os, socket, sys; "
        "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('127.0.0.9',53)); os.set_inheritable(s.fileno(),True);"
        "os.execv(sys.argv[1],sys.argv[1:])"
    )
    script = f'mount --bind {resolv} "$(readlink -f /etc/resolv.conf)" || exit 99; exec python3 -c "$0" "$@"'
    wrapper = [*network_namespace(), "sh", "-c", script, listener]
    result = bench.run("connect", "nobody.fault.test", "-t", "1s", "--json", wrapper=wrapper,
                       environment={"PATH": os.environ["PATH"]})
    if result.exit == 99:
        raise Skip("mounting over resolv.conf is not permitted here")
    # The wrapper's own start is not the program's time.
    result.wall = (bench.report(result)["timings"] or {}).get("total_ms", 1e9) / 1000
    return dns_timeout(bench, result)


@case("B5", "SYN black hole")
def syn_black_hole(bench):
    report = bench.connect(bench.peer("full-backlog"), expect=5, stage="tcp", timeout=1.0)
    return over(report, 1.0)


@case("B5", "SYN black hole, --connect-timeout")
def connect_timeout(bench):
    report = bench.connect(bench.peer("full-backlog"), "--connect-timeout", "300ms", expect=5, stage="tcp", timeout=3.0)
    checks.in_time(report["result"], 0.3 + checks.GRACE)
    return over(report, 0.3)


@table("B5", [(f"the same report at 0, 50 and 200 ms each way: {title}", *rest) for title, *rest in [
    ("accepted", ("good",), {}, 0, "none"), ("accepted, TLS 1.2", ("good",), {"tls": "1.2"}, 0, "none"),
    ("no tickets", ("forge", "1.3", "drain"), {}, 0, "none"),
    ("data first, rejected then", ("data-then-reject",), {}, 9, "required"),
    ("rejected 150 ms late", ("late-reject",), {}, 9, "required"),
    ("certificate required, TLS 1.2", ("good",), {"tls": "1.2", "client_ca": "ca"}, 9, "required"),
    ("certificate required, TLS 1.3", ("good",), {"tls": "1.3", "client_ca": "ca"}, 9, "required"),
]])
def delayed(bench, mode, options, code, demand):
    options = {name: bench.ca if value == "ca" else value for name, value in options.items()}
    reports = []
    for ms in (0, 50, 200):
        reports.append(bench.connect(bench.peer("relay", bench.peer(*mode, **options), ms), expect=code, timeout=6.0))
        found = reports[-1]["client_auth"] and reports[-1]["client_auth"]["demand"]
        require(found == demand, f"client_auth.demand {found}, not {demand}, with {ms} ms of delay each way")
        checks.same_report(reports[0], reports[-1])
    return f"exit {code}, demand {demand}, the same report at " + ", ".join(
        f"{report['result'].wall * 1000:.0f} ms" for report in reports)


@case("B5", "20 % packet loss", quick=False)
def loss(bench):
    nft = certs.program("nft", "nftables")
    folder = bench.scratch()
    script = f"""python3 -c "{LOOPBACK_UP}"
        {nft} 'add table inet f; add chain inet f i {{ type filter hook input priority 0; }}' || exit 99
        {nft} 'add rule inet f i numgen random mod 100 < 20 drop' || exit 99
        rm -f {folder}/port
        python3 "$1" good --cert "$2" --key "$3" > {folder}/port & peer=$!
        while ! [ -s {folder}/port ]; do sleep 0.05; done
        shift 3; "$@" --connect-to 127.0.0.1:$(cat {folder}/port); status=$?; kill $peer; exit $status"""
    peers = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers.py")
    wrapper = [*network_namespace(), "sh", "-c", script, "sh", peers, str(bench.good_chain), str(bench.leaf_key)]
    for _ in range(5):
        result = bench.run("connect", "fault.test", "--ca", bench.ca, "-t", "15s", "--connect-timeout", "15s", "--json",
                           wrapper=wrapper, environment={"PATH": os.environ["PATH"]}, limit=30)
        if result.exit == 99:
            raise Skip("nft does not work here")
        require(result.exit == 0, f"exit {result.exit}: {(result.text + result.messages)[-300:]}")
    return "5 of 5 the same result"


@case("B5", "segments of one byte")
def one_byte_segments(bench):
    report = bench.connect(bench.peer("relay-split", bench.peer("good")), "--http", timeout=5.0)
    require(report["data"]["http_status"] == 200, f"http_status {report['data']['http_status']}")


@table("B6", [(f"{title}, {version}", ending, version, kinds)
              for version in ("1.2", "1.3")
              for title, ending, kinds in [
                  ("close_notify answered", "clean", {"clean"}), ("close_notify never answered", "never", {"half", "none"}),
                  ("FIN without close_notify", "fin", {"truncated"}), ("RST", "reset", {"reset"})]])
def endings(bench, ending, version, kinds):
    report = bench.connect(bench.peer("ending", ending, tls=version), "--http", timeout=4.0)
    kind = report["close"]["kind"]
    require(kind in kinds, f"close.kind {kind}, not {' or '.join(sorted(kinds))}")
    if report["result"].wall > 1.0 + checks.GRACE + 0.5:
        raise checks.Overrun(f"waited {report['result'].wall * 1000:.0f} ms for an answer to close_notify")
    return kind


@table("B7", [(f"flight cut at every byte, TLS {version}, then {ending}", version, ending)
              for version in ("1.2", "1.3") for ending in ("close", "reset")],
       quick=set())
def cut_everywhere(bench, version, ending):
    return cut_at(bench, version, ending, range(0, 1300, 1 if ending == "close" else 7))


@table("B7", [(f"flight cut here and there, TLS {version}", version) for version in ("1.2", "1.3")])
def cut_here_and_there(bench, version):
    chance = random.Random(7)
    return cut_at(bench, version, "close", [0, 1, 4, 5, 6, 9, *(chance.randrange(1200) for _ in range(24))])


def cut_at(bench, version, ending, positions):
    port, exits = bench.peer("cut", "name", ending, tls=version), collections.Counter()
    worst = 0
    for position in positions:
        # A reset before the first byte may be read as a connection that never came about.
        report = bench.connect(port, name=f"n{position}.fault.test", expect=(4, 7) if ending == "reset" else 7)
        exits[report["exit_code"]] += 1
        worst = max(worst, report["result"].cpu)
        require(report["result"].cpu <= 0.2, f"{report['result'].cpu:.2f} s of CPU, cut after {position} bytes")
    ends = ", ".join(f"{count} x exit {code}" for code, count in sorted(exits.items()))
    return f"{ends}, worst CPU {worst * 1000:.0f} ms"
