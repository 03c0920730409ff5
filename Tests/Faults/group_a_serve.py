"""A1, A2, A3, A6 for serve: outputs that fail, readers that leave, closed descriptors, and lines cut by a signal."""

import os
import random
import signal
import threading
import time

import checks
import clients
import group_a_output
from checks import require
from harness import case, table

FORMS = [
    ("text", []), ("-v", ["-v"]), ("--json", ["--json"]), ("--jsonl", ["--jsonl"]), ("--get", ["--get", "tls.version"])
]


def a_client_comes(server):
    """One good client, unless the server has ended before; it may end while it is there."""
    try:
        clients.get(server.port)
    except OSError:
        pass


def ended(server, expect, lines=1):
    """Waits for the end and counts the lines on stderr."""
    server.wait(expect, signals=(expect,))
    require(server.messages.count("\n") == lines, f"not {lines} lines on stderr: {server.messages!r}")
    return f"exit {expect}, {lines} lines on stderr, {server.stopped_in * 1000:.0f} ms later"


@table("A1", [(f"serve, stdout to /dev/full, {title}", words) for title, words in FORMS])
def full_stdout(bench, words):
    with open("/dev/full", "wb") as full:
        server = bench.serve(*words, stdout=full, ready=False)
    while not server.has_ended() and not server.ready_file.exists():
        time.sleep(0.002)
    if not server.has_ended():
        server.await_ready()
        a_client_comes(server)
    return ended(server, 13)


@table("A1", [(f"serve {option} on a full disk", option, words) for option, words in [
    ("-o", ["--json"]), ("-o", ["--jsonl"]), ("--save-report", []), ("--keylog", ["-q"]), ("--write-ca", ["-q"]),
    ("--write-client-cert", ["-q"]), ("--ready-file", ["-q"])]])
def full_disk(bench, option, words):
    folder = bench.scratch()
    disk = folder / "disk"
    script = f"""
        mkdir {disk} && mount -t tmpfs -o size=16k none {disk}
        cat /dev/zero > {disk}/filler 2>/dev/null
        "$@" & until [ -e {folder}/stop ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
        kill $! 2>/dev/null; wait $!; status=$?
        ls -A {disk} > {folder}/names; exit $status"""
    wrapper = [*group_a_output.namespace(), "sh", "-c", script, "sh"]
    file = disk / "new"
    server = bench.serve(*words, option, file, wrapper=wrapper, ready=False)
    while not server.has_ended() and not server.ready_file.exists():
        time.sleep(0.002)
    if not server.has_ended():
        server.await_ready()
        a_client_comes(server)
        if option == "--keylog":  # nothing else is wrong with what it does, so it goes on
            (folder / "stop").touch()
    seen = ended(server, 13)
    require(str(file) in server.messages, f"{file} is not named: {server.messages!r}")
    left = set((folder / "names").read_text().split()) - {"filler"}
    require(not left or option in ("-o", "--save-report", "--keylog"), f"left behind: {left}")
    return seen


@table("A2", [(f"serve, the reader leaves before a client comes, {title}", words) for title, words in FORMS])
def reader_leaves(bench, words):
    reading, writing = os.pipe()
    server = bench.serve(*words, stdout=writing)
    os.close(writing)
    os.close(reading)
    return silent_end(server)


def silent_end(server):
    server.wait(141, signals=(141,))
    require(not server.messages, f"not silent: {server.messages!r}")
    if server.stopped_in > 0.2:
        raise checks.Overrun(f"went on for {server.stopped_in * 1000:.0f} ms")
    return f"141, silent, {server.stopped_in * 1000:.0f} ms later"


@table("A2", [(f"serve | head -1 under load, {title}", words)
              for title, words in [*FORMS[:4], ("two workers", ["--jsonl", "--workers", "2"])]])
def head(bench, words):
    reading, writing = os.pipe()
    server = bench.serve(*words, stdout=writing)
    os.close(writing)
    with Load(server.port), open(reading, "rb") as pipe:
        require(pipe.readline(), "no line")
        pipe.close()
        return silent_end(server)


class Load:
    """Clients that come one after the other until the block is left, served or not."""

    def __init__(self, port, threads=1):
        self.port, self.over = port, threading.Event()
        self.threads = [threading.Thread(target=self.visit, args=(number,)) for number in range(threads)]

    def visit(self, number):
        chance, session = random.Random(number), None
        while not self.over.is_set():
            try:
                if chance.randrange(4) == 0:
                    clients.leave(self.port, chance.choice(clients.STAGES), chance.choice(("1.2", "1.3")))
                else:
                    session = clients.get(self.port, session=session)[1]
            except OSError:
                time.sleep(0.01)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


@table("A3", [
    (f"serve, closed: {' '.join(names[number] for number in range(3) if mask >> number & 1) or 'none'}", mask)
    for names in [("stdin", "stdout", "stderr")] for mask in range(8)
])
def closed_descriptors(bench, mask):
    closings = [("<&-", ">&-", "2>&-")[number] for number in range(3) if mask >> number & 1]
    server = bench.serve("--json", wrapper=["sh", "-c", f'exec "$@" {" ".join(closings)}', "sh"])
    with clients.connected(server.port) as connection:
        time.sleep(0.02)
        for number in range(3):
            link = os.readlink(f"/proc/{server.child.pid}/fd/{number}")
            require(not link.startswith(("socket:", "anon_inode:")), f"descriptor {number} is {link}")
        connection.close()
    if mask & 2:
        server.wait(13)
        return "exit 13, no socket in 0 to 2"
    a_client_comes(server)
    server.stop()
    require(len(server.reports()) == 2, "not two reports")
    return "exit 0, no socket in 0 to 2"


@table("A6", [("serve, SIGTERM at random moments under load leaves whole lines", ["--jsonl"]),
              ("serve, the same with two workers and -v", ["--jsonl", "-v", "--workers", "2"])])
def terminated_anywhere(bench, words):
    chance, seen = random.Random(6), []
    for _ in range(4 if bench.quick else 50):
        server = bench.serve(*words)
        with server, Load(server.port, 2):
            time.sleep(chance.uniform(0, 0.15))
            server.stop(by=chance.choice((signal.SIGTERM, signal.SIGINT)))
        seen.append(len(server.lines()))
        if server.stopped_in > 1.5:
            raise checks.Overrun(f"went on for {server.stopped_in * 1000:.0f} ms after the signal")
    return f"exit 0, {min(seen)} to {max(seen)} whole events, the last is the summary"


@table("A6", [(f"serve, a second {by.name} ends it at once", by) for by in (signal.SIGINT, signal.SIGTERM)])
def second_signal(bench, by):
    with bench.serve("--jsonl") as server, clients.connected(server.port) as connection:
        connection.sendall(clients.Handshake().flight())
        server.await_output(b'"client_hello"')
        server.child.send_signal(by)
        time.sleep(0.1)
        require(not server.has_ended(), "it does not wait for a handshake that is under way")
        server.child.send_signal(by)
        server.wait(128 + by, signals=(128 + by,))
        if server.stopped_in > 0.2:
            raise checks.Overrun(f"went on for {server.stopped_in * 1000:.0f} ms after the second signal")
    checks.json_lines(server.output, "the events")
    return f"exit {128 + by}, {server.stopped_in * 1000:.0f} ms later"
