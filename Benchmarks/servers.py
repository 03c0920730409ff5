"""The TLS servers that the benchmarks start: one worker each, the same ECDSA P-256 certificate, two tickets.

They speak TLS 1.2 and 1.3, as `sslprobe serve` does by itself; the clients insist on 1.3.
"""

import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# A start under valgrind takes seconds.
PATIENCE_S = 60

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_header_timeout 1h;
    keepalive_timeout 1h;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate {folder}/leaf.pem;
        ssl_certificate_key {folder}/leaf.key;
        location / {{ return 200 "hello\\n"; }}
    }}
}}
"""


@dataclass
class Program:
    """A server that can be started. Its port is known beforehand or found by `announcement` in a file: its output, unless
    it writes another."""

    name: str
    command: list
    announcement: str = ""
    ready_file: Path | None = None
    port: int | None = None
    # One that serves a client at a time cannot hold idle connections.
    holds_many: bool = True


def sslprobe(binary, folder, output):
    """`sslprobe serve` with the output that is asked for: `-q`, or `--jsonl` to a file."""
    ready = folder / f"ready{output}"
    command = [binary, "serve", "--listen", "127.0.0.1:0", "--ready-file", ready]
    command += ["--cert", folder / "leaf.pem", "--key", folder / "leaf.key", output]
    if output == "--jsonl":
        command += ["-o", folder / "events.jsonl"]
    return Program(f"sslprobe serve {output}", command, r"^127\.0\.0\.1:(\d+)$", ready_file=ready)


def bare_c(yardstick, folder):
    command = [yardstick, "listen", folder / "leaf.pem", folder / "leaf.key"]
    return Program("bare C", command, r"^listening on 127\.0\.0\.1:(\d+)$")


def nginx(folder):
    """nginx cannot be told to choose a port, so it gets one that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port))
    return Program("nginx", ["nginx", "-p", folder, "-c", configuration, "-e", folder / "nginx.log"], port=port)


def openssl(folder, *options):
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", *options]
    command += ["-cert", folder / "leaf.pem", "-key", folder / "leaf.key"]
    return Program("openssl s_server", command, r"^ACCEPT .*:(\d+)$", holds_many=False)


class Server:
    """A program that runs and listens on `port` for as long as a `with` block lasts, `under` a profiler if need be."""

    def __init__(self, program, folder, under=()):
        self.program = program
        self.output = folder / f"{program.name.replace(' ', '-')}.log"
        if program.ready_file:
            program.ready_file.unlink(missing_ok=True)
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [*under, *program.command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        self.port = self._await_port()

    def _await_port(self):
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < end:
            if port := self._find_port():
                return port
            time.sleep(0.01)
        self.process.kill()
        sys.exit(f"{self.program.name} did not start:\n{self.output.read_text(errors='replace')}")

    def _find_port(self):
        if self.program.port:
            try:
                socket.create_connection(("127.0.0.1", self.program.port)).close()
            except ConnectionRefusedError:
                return None
            return self.program.port
        told = self.program.ready_file or self.output
        found = re.search(self.program.announcement, told.read_text(), re.MULTILINE) if told.exists() else None
        return int(found[1]) if found else None

    def cpu_s(self):
        """CPU time so far, as clock_getcpuclockid(3) would show it: /proc counts in steps of 10 ms."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def resident_kb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """Ends it in a way that lets it, or the profiler, write what it has to."""
        ended_early = self.process.poll() is not None
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            ended_early = True
        if ended_early and kind is None:
            sys.exit(f"{self.program.name} did not last or did not end:\n{self.output.read_text(errors='replace')}")
