#!/usr/bin/env python3
"""Hostile TLS peers. `peers.py MODE [ARGUMENT...]` listens on a port nobody chose and prints it on its first line.

Each mode serves any number of connections until the program is killed, or with --until-eof until stdin ends.
Without --cert and --key a certificate for localhost, fault.test, *.fault.test and 127.0.0.1 is made on the spot; --write-ca
FILE saves its root. `peers.py --list` names the modes.
"""

import argparse
import os
import pathlib
import signal
import socket
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

import certs
import forge
import rawpeers
import tlspeers

# mode: (makes a connection handler from the arguments, what it does)
RAW = {
    "accept-only": (lambda: rawpeers.accept_only, "accepts, never reads, never writes"),
    "silent": (lambda: rawpeers.silent, "reads everything, says nothing"),
    "close": (lambda: rawpeers.close_at_once, "closes at once"),
    "reset": (lambda: rawpeers.reset, "resets at once"),
    "close-after-hello": (lambda: rawpeers.close_after_hello, "closes after the ClientHello"),
    "reset-after-hello": (lambda: rawpeers.reset_after_hello, "resets after the ClientHello"),
    "banner": (rawpeers.banner, f"NAME: greets as {' '.join(rawpeers.BANNERS)}, or with NAME itself, and closes"),
    "chatty-banner": (rawpeers.chatty_banner, "NAME: the same, and stays open"),
    "huge-message": (lambda: rawpeers.huge_server_hello, "a ServerHello of 2^24-1 bytes"),
    "garbage-records": (lambda: rawpeers.garbage_records, "record headers around random bytes"),
    "endless-text": (lambda: rawpeers.endless_text, "text without end"),
    "relay": (rawpeers.delaying_relay, "PORT MS: a relay that delays each way"),
    "relay-split": (rawpeers.splitting_relay, "PORT: a relay that sends single bytes"),
    "many": (tlspeers.many_certificates, "FOLDER [VERSION]: the chain NUMBER.pem for the SNI mNUMBER.anything, key.pem"),
    "certificate-only": (tlspeers.certificate_only, "FOLDER: a TLS 1.2 flight with the DER files NUMBER.N.der"),
}

# The same for modes whose first argument is the server's context.
TLS = {
    "good": (tlspeers.good, "a server without a fault, answers HTTP"),
    "drip": (tlspeers.dripping, "SIZE MS: all bytes, SIZE at a time, MS apart"),
    "cut": (tlspeers.cut, "N|half|name [close|reset|hold]: the flight up to byte N (name: the number in the SNI)"),
    "mutate": (tlspeers.mutating, "[SEED]: the flight, damaged as the number in the SNI says"),
    "echo": (tlspeers.echo, "sends back what it gets"),
    "renegotiating": (tlspeers.renegotiating, "COUNT [SIZE [clean|fin|reset [CERT KEY]]]: TLS 1.2, leaves after COUNT of them"),
    "demand-later": (tlspeers.demanding_later, "[silent]: TLS 1.3, wants a client certificate after the first request"),
    "ending": (tlspeers.closing, "clean|fin|reset|never: answers one request, then ends like this"),
}


def listen(handlers, announce):
    """Listens once per handler, announces the ports, and serves each connection in a thread."""
    listeners = []
    for handler in handlers:
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        listeners.append(listener)
        threading.Thread(target=accept, args=(listener, handler), daemon=True).start()
    for listener in listeners:
        announce(listener.getsockname()[1])
    return listeners


def accept(listener, handler):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=attend, args=(connection, handler), daemon=True).start()


def attend(connection, handler):
    with connection:
        try:
            handler(connection)
        except (OSError, EOFError):
            pass  # the client's departure ends many a mode, and ssl.SSLError is an OSError


def full_backlog():
    """A listener whose queue is full: the kernel drops every SYN, as a black hole would."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    return listener, fillers


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", nargs="?")
    parser.add_argument("argument", nargs="*")
    parser.add_argument("--list", action="store_true", help="name the modes")
    parser.add_argument("--cert", action="append", help="PEM chain; repeated: a port for each")
    parser.add_argument("--key", action="append", help="its key")
    parser.add_argument("--write-ca", help="where to save the root made on the spot")
    parser.add_argument("--names", type=int, default=0, help="that many more names in the certificate made on the spot")
    parser.add_argument("--tls", choices=list(tlspeers.VERSIONS), help="the only version offered")
    parser.add_argument("--alpn", help="protocols, in order of preference")
    parser.add_argument("--client-ca", help="demand a client certificate from this CA")
    parser.add_argument("--tickets", type=int, help="TLS 1.3 tickets after the handshake (2)")
    parser.add_argument("--reply", help="what good answers in place of HTTP")
    parser.add_argument("--log", help="a file for one JSON line per connection of good")
    parser.add_argument("--until-eof", action="store_true", help="end when stdin ends")
    return parser.parse_args()


def print_modes():
    for name, (_, text) in sorted({**RAW, **TLS}.items()):
        print(f"{name:28}{text}")
    for name, (version, options, steps) in sorted(forge.SCRIPTS.items()):
        print(f"{name:28}TLS {version}: {' '.join([*options, *steps])[:80]}")
    print(f"{'forge':28}VERSION STEP...: see forge.c")
    print(f"{'full-backlog':28}drops every SYN")


def handlers(asked, pairs):
    if asked.mode in RAW:
        return [RAW[asked.mode][0](*asked.argument)]
    made = []
    for certificate, key in pairs:
        settings = tlspeers.context(certificate, key, asked.tls, asked.alpn, asked.client_ca, asked.tickets)
        if asked.mode == "good":
            reply = asked.reply.encode().decode("unicode_escape").encode("latin-1") if asked.reply else tlspeers.REPLY
            made.append(tlspeers.good(settings, reply, asked.log))
        else:
            made.append(TLS[asked.mode][0](settings, *asked.argument))
    return made


def main():
    asked = arguments()
    forged = asked.mode in forge.SCRIPTS or asked.mode == "forge"
    if asked.list or not asked.mode:
        return print_modes()
    if not forged and asked.mode not in {**RAW, **TLS, "full-backlog": None}:
        sys.exit(f"peers.py: no mode {asked.mode}; see --list")
    with tempfile.TemporaryDirectory(prefix="fault-peer-") as folder:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        pairs = list(zip(asked.cert or [], asked.key or []))
        if not pairs and asked.mode not in RAW:
            authority = certs.Authority(folder)
            names = [*certs.LOCAL_NAMES, *(("dns", f"name-{number}.fault.test") for number in range(asked.names))]
            chain = authority.write("chain.pem", authority.leaf(names=names), authority.middle)
            pairs = [(chain, authority.leaf_key.path)]
            if asked.write_ca:
                pathlib.Path(asked.write_ca).write_text(authority.root.pem, encoding="ascii")
        if forged:
            mode = asked.argument if asked.mode == "forge" else asked.mode
            return run_forge(forge.command(mode, *pairs[0], asked.until_eof))
        if asked.mode == "full-backlog":
            kept = full_backlog()
            print(kept[0].getsockname()[1], flush=True)
        else:
            kept = listen(handlers(asked, pairs), lambda port: print(port, flush=True))
        while not asked.until_eof or sys.stdin.buffer.read(4096):
            if not asked.until_eof:
                signal.pause()


def run_forge(command):
    """Becomes the parent of forge and ends with it; forge prints the port itself."""
    child = os.posix_spawn(command[0], command, os.environ)
    try:
        os.waitpid(child, 0)
    finally:
        try:
            os.kill(child, signal.SIGTERM)
        except ProcessLookupError:
            pass


if __name__ == "__main__":
    try:
        main()
    except certs.Missing as missing:
        sys.exit(f"peers.py: {missing}")
