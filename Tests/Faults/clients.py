"""Clients of `serve`: good ones, ones that stop at any stage of a handshake, and ones that only hold a place."""

import functools
import socket
import ssl
import struct
import threading
import time

VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2,
            "1.3": ssl.TLSVersion.TLSv1_3}
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
PATIENCE = 10
making = threading.Lock()


def context(tls="1.3", certificate=None):
    """A client's settings, which trust anybody; one for each kind, for a session is bound to its own."""
    with making:
        return made_context(tls, certificate)


@functools.cache
def made_context(tls, certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.minimum_version = made.maximum_version = VERSIONS[tls]
    if certificate:
        made.load_cert_chain(*certificate)
    return made


def connected(port, host="127.0.0.1"):
    connection = socket.create_connection((host, port), PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def get(port, tls="1.3", request=REQUEST, session=None, certificate=None, connection=None):
    """One request with a clean close: (the answer, the session to resume, whether this one was resumed)."""
    with context(tls, certificate).wrap_socket(connection or connected(port), session=session) as tunnel:
        tunnel.sendall(request)
        answer = read_to_end(tunnel)
        kept, resumed = tunnel.session, tunnel.session_reused
        try:
            tunnel.unwrap().close()
        except OSError:
            pass  # the server did not wait for our close_notify
    return answer, kept, resumed


def timed_get(port, tls="1.3"):
    """The seconds that a client waits for its answer."""
    since = time.monotonic()
    answer, _, _ = get(port, tls)
    assert answer.startswith(b"HTTP/1.1 200"), f"not served: {answer[:60]!r}"
    return time.monotonic() - since


def timed_handshake(port):
    """The seconds until a client has a connection."""
    since = time.monotonic()
    with context().wrap_socket(connected(port)):
        return time.monotonic() - since


def read_to_end(connection):
    """Everything until the other side has finished, gracefully or not."""
    seen = b""
    try:
        while piece := connection.recv(65536):
            seen += piece
    except (ConnectionError, ssl.SSLError):
        pass
    return seen


def hang_up(connection, reset=False):
    """Closes at once, with what was not read; on request with RST."""
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Handshake:
    """A client's handshake in pieces that the caller sends when and as far as it likes."""

    def __init__(self, tls="1.3", session=None):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tunnel = context(tls).wrap_bio(self.incoming, self.outgoing, session=session)

    def flight(self):
        """The bytes of the client's next flight; what came before has to be in `answer` by now."""
        try:
            self.tunnel.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def answer(self, connection):
        """Takes in what the server sends until the client has something to say."""
        while not self.outgoing.pending:
            piece = connection.recv(65536)
            if not piece:
                raise EOFError("the server has closed")
            self.incoming.write(piece)
            try:
                self.tunnel.do_handshake()
                return
            except ssl.SSLWantReadError:
                pass


def next_flight(connection, handshake):
    """Sends the client's next flight, as soon as the server's is there, and returns it."""
    flight = handshake.flight()
    if not flight:
        handshake.answer(connection)
        flight = handshake.flight()
    connection.sendall(flight)
    return flight


STAGES = ["at once", "in the ClientHello", "after the ClientHello", "after the server's flight",
          "in the second flight", "after the second flight", "after the request", "in the answer"]


def leave(port, stage, tls="1.3", reset=False, session=None):
    """A client that goes away at one of the stages."""
    connection = connected(port)
    try:
        go_as_far_as(connection, stage, Handshake(tls, session))
    except (ConnectionError, EOFError):
        pass
    hang_up(connection, reset)


def go_as_far_as(connection, stage, handshake):
    at = STAGES.index(stage)
    if at == 0:
        return
    hello = handshake.flight()
    connection.sendall(hello if at > 1 else hello[: len(hello) // 2])
    if at <= 2:
        return
    handshake.answer(connection)
    if at == 3:
        return
    second = handshake.flight()
    connection.sendall(second if at > 4 else second[: len(second) // 2])
    if at <= 5:
        return
    while not handshake_is_done(handshake):  # TLS 1.2: the server's Finished comes last
        handshake.incoming.write(connection.recv(65536))
    handshake.tunnel.write(REQUEST)
    connection.sendall(handshake.outgoing.read())
    if at > 6:
        connection.recv(1)


def handshake_is_done(handshake):
    try:
        handshake.tunnel.do_handshake()
        return True
    except ssl.SSLWantReadError:
        return False


def idle(port, count):
    """So many TCP connections that say nothing."""
    return [connected(port) for _ in range(count)]


def close_all(connections):
    for connection in connections:
        connection.close()
