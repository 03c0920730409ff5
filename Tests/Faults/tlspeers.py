"""Peers made of Python's ssl module over memory: a real server whose bytes are cut, delayed, flipped or withheld."""

import itertools
import json
import random
import select
import socket
import ssl
import threading
import time

from rawpeers import PATIENCE, hello_name, hold, number_in_name, read_hello, reset

REPLY = b"HTTP/1.1 200 OK\r\nServer: fault\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def context(certificate, key, version=None, alpn=None, client_ca=None, tickets=None):
    """A server context; weak keys and signatures are served too, since faults need them."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("DEFAULT:@SECLEVEL=0")
    made.load_cert_chain(certificate, key)
    if version:
        made.minimum_version = made.maximum_version = VERSIONS[version]
    if alpn:
        made.set_alpn_protocols(alpn.split(","))
    if client_ca:
        made.load_verify_locations(client_ca)
        made.verify_mode = ssl.CERT_REQUIRED
    if tickets is not None:
        made.num_tickets = tickets
    return made


class Engine:
    """A TLS server on a socket whose every outgoing byte passes through `send`."""

    def __init__(self, settings, connection, send=None):
        self.connection, self.send = connection, send or connection.sendall
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = settings.wrap_bio(self.incoming, self.outgoing, server_side=True)
        connection.settimeout(PATIENCE)

    def step(self, operation, *arguments):
        """Runs one operation to its end, moving bytes as it asks; an error's alert is sent as well."""
        while True:
            try:
                result = operation(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                data = self.connection.recv(65536)
                if not data:
                    raise ConnectionError("the client left") from None
                self.incoming.write(data)
            except ssl.SSLError:
                self.flush()
                raise

    def flush(self):
        data = self.outgoing.read()
        if data:
            self.send(data)

    def feed(self, data):
        self.incoming.write(data)

    def handshake(self):
        self.step(self.tls.do_handshake)

    def read(self):
        return self.step(self.tls.read, 65536)

    def write(self, data):
        self.step(self.tls.write, data)


def flight(settings, hello):
    """The bytes that a real server answers to this ClientHello."""
    engine = Engine(settings, socket.socket())
    engine.feed(hello)
    try:
        engine.tls.do_handshake()
    except ssl.SSLError:
        pass
    return engine.outgoing.read()


def dripping(settings, size, interval_ms):
    """The whole conversation, that many bytes at a time."""
    def serve(connection):
        def send(data):
            for start in range(0, len(data), int(size)):
                connection.sendall(data[start : start + int(size)])
                time.sleep(float(interval_ms) / 1000)

        engine = Engine(settings, connection, send)
        engine.handshake()
        while engine.read():
            engine.write(REPLY)

    return serve


def cut(settings, after, ending="close"):
    """The flight up to a byte, then a close, a reset or silence; `after` is a number, "name" (in the SNI) or "half"."""
    counter = itertools.count()

    def serve(connection):
        hello = read_hello(connection)
        bytes_of_flight = flight(settings, hello)
        if after == "name":
            end = number_in_name(hello, next(counter))
        else:
            # The handshake header sits behind the record's five bytes; half a ServerHello ends in its middle.
            end = (9 + int.from_bytes(bytes_of_flight[6:9], "big") // 2) if after == "half" else int(after)
        connection.sendall(bytes_of_flight[: min(end, len(bytes_of_flight) - 1)])  # never the whole flight
        if ending == "reset":
            return reset(connection)
        if ending == "close":
            connection.shutdown(socket.SHUT_WR)
        hold(connection)

    return serve


def mutating(settings, seed="1"):
    """The flight with the mutation that the SNI (or else the connection's number) names, then a close."""
    counter = itertools.count()

    def serve(connection):
        hello = read_hello(connection)
        number = number_in_name(hello, next(counter))
        connection.sendall(mutate(flight(settings, hello), random.Random(f"{seed}/{number}")))
        connection.shutdown(socket.SHUT_WR)
        hold(connection)

    return serve


def mutate(data, chance):
    """One to four damages: a flipped bit, a changed byte, a changed length, a cut, a repetition, an insertion."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at, kind = chance.randrange(max(1, len(data))), chance.randrange(7)
        if kind == 0 or not data:
            data[at:at] = chance.randbytes(chance.randrange(1, 40))
        elif kind == 1:
            del data[at : at + chance.choice((1, 2, 40, 100000))]
        elif kind == 2:
            data[at:at] = data[at : at + chance.randrange(1, 300)]
        elif kind == 3:
            data[at : at + 2] = chance.choice((b"\0\0", b"\xff\xff", b"\x7f\xff", b"\0\1"))[: len(data) - at]
        elif kind == 4:
            data[at] = chance.randrange(256)
        else:
            data[at] ^= 1 << chance.randrange(8)
    return bytes(data)


def many_certificates(folder, version=None):
    """A chain per connection: `NUMBER.pem` in the folder, by the number in the SNI, with the one key `key.pem`."""
    def serve(connection):
        hello = read_hello(connection)
        number = number_in_name(hello, 0)
        settings = context(f"{folder}/{number}.pem", f"{folder}/key.pem", version)
        engine = Engine(settings, connection)
        engine.feed(hello)
        engine.handshake()
        answer(engine)

    return serve


def certificate_only(folder):
    """A TLS 1.2 flight whose Certificate holds the DER files `NUMBER.N.der`, whatever they are; it cannot go on."""
    def serve(connection):
        number = number_in_name(read_hello(connection), 0)
        chain = b""
        for position in itertools.count():
            try:
                with open(f"{folder}/{number}.{position}.der", "rb") as file:
                    encoded = file.read()
            except FileNotFoundError:
                break
            chain += len(encoded).to_bytes(3, "big") + encoded
        # ServerHello: TLS 1.2, ECDHE-ECDSA-AES128-GCM-SHA256, renegotiation_info and point formats
        server_hello = b"\3\3" + random.randbytes(32) + b"\0\xc0\x2b\0" + bytes.fromhex("000bff01000100000b00020100")
        send_handshake(connection, 2, server_hello)
        send_handshake(connection, 11, len(chain).to_bytes(3, "big") + chain)
        send_handshake(connection, 14, b"")
        hold(connection)

    return serve


def send_handshake(connection, kind, body):
    message = bytes([kind]) + len(body).to_bytes(3, "big") + body
    for start in range(0, len(message), 16384):
        piece = message[start : start + 16384]
        connection.sendall(b"\x16\3\3" + len(piece).to_bytes(2, "big") + piece)


def answer(engine, reply=REPLY):
    """Answers each request until the client says goodbye, then says goodbye as well; the bytes received are counted."""
    received = 0
    try:
        while data := engine.read():
            received += len(data)
            engine.write(reply)
        engine.step(engine.tls.unwrap)
    except (ssl.SSLError, OSError):
        pass
    return received


def closing(settings, ending):
    """A good server that answers one request and then ends: clean, fin, reset, never (no answer to close_notify)."""
    def serve(connection):
        engine = Engine(settings, connection)
        engine.handshake()
        if ending == "never":
            try:
                while engine.read():
                    engine.write(REPLY)
            except ssl.SSLZeroReturnError:
                pass
            return hold(connection)
        engine.read()
        engine.write(REPLY)
        if ending == "reset":
            return reset(connection)
        if ending == "clean":
            try:
                engine.step(engine.tls.unwrap)
            except (ssl.SSLError, OSError):
                pass
        connection.shutdown(socket.SHUT_WR)
        hold(connection)

    return serve


def echo(settings):
    """Sends back what it gets, however much; little fits under way, so that the client has to read while it sends."""
    def serve(connection):
        for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            connection.setsockopt(socket.SOL_SOCKET, buffer, 65536)
        engine = Engine(settings, connection)
        engine.handshake()
        try:
            while data := engine.read():
                engine.write(data)
            engine.step(engine.tls.unwrap)
        except (ssl.SSLError, OSError):
            pass

    return serve


def renegotiating(settings, count, size="0", ending="clean", *other):
    """TLS 1.2: sends all the time, SIZE bytes in the end, and leaves once the client has renegotiated COUNT times.

    With another certificate and its key in files, that is what it shows in a renegotiation.
    """
    settings.maximum_version = VERSIONS["1.2"]
    settings.options |= 0x100  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION
    finished = {}

    def watch(tls, direction, _version, _content, kind, _data):
        if direction == "read" and getattr(kind, "name", "") == "FINISHED":
            finished[id(tls)] = finished.get(id(tls), 0) + 1

    settings._msg_callback = watch
    others = context(*other, version="1.2") if other else None

    def choose(tls, _name, _settings):
        if others and finished.get(id(tls), 0) > 0:
            tls.context = others

    settings.sni_callback = choose

    def attempt(operation, *arguments):
        try:
            return operation(*arguments)
        except ssl.SSLWantReadError:  # in the middle of a renegotiation, or nothing to read
            return None

    def serve(connection):
        engine = Engine(settings, connection)
        finished[id(engine.tls)] = 0
        engine.handshake()
        left = int(size)
        while finished[id(engine.tls)] <= int(count):
            # The last bytes are for the end.
            if left > 1000 and attempt(engine.tls.write, bytes(1000)):
                left -= 1000
            engine.flush()
            if select.select([connection], [], [], 0.002)[0]:
                data = connection.recv(65536)
                if not data:
                    return
                engine.feed(data)
                attempt(engine.tls.read, 65536)
                engine.flush()
        if left:
            engine.write(bytes(left))
        if ending == "clean":
            attempt(engine.tls.unwrap)
            engine.flush()
        if ending == "reset":
            reset(connection)
        else:
            connection.shutdown(socket.SHUT_WR)
            hold(connection)

    return serve


def demanding_later(settings, answer="answer"):
    """TLS 1.3: takes every client, and wants its certificate once it asked; answers first, or is "silent", or "hasty"."""
    settings.verify_mode, settings.post_handshake_auth = ssl.CERT_REQUIRED, True

    def serve(connection):
        engine = Engine(settings, connection)
        engine.handshake()
        if answer != "hasty":
            engine.read()
        engine.tls.verify_client_post_handshake()
        # The demand leaves with this; the client's answer comes with the next read, which sends the alert.
        engine.step(engine.tls.do_handshake)
        if answer == "answer":
            engine.write(REPLY)
        while engine.read():
            pass

    return serve


def good(settings, reply=REPLY, log=None):
    """A server without a fault; with a log it writes one JSON line per connection: SNI and the bytes of data it got."""
    lock = threading.Lock()

    def serve(connection):
        hello = read_hello(connection)
        engine = Engine(settings, connection)
        engine.feed(hello)
        outcome, received = "ok", 0
        try:
            engine.handshake()
            received = answer(engine, reply)
        except (ssl.SSLError, OSError) as failure:
            outcome = str(failure)
        if log:
            with lock, open(log, "a", encoding="utf-8") as file:
                file.write(json.dumps({"sni": hello_name(hello), "received": received, "outcome": outcome}) + "\n")

    return serve
