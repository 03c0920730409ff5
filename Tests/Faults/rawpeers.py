"""Peers that know nothing of TLS: silence, noise, other protocols, and relays. Each handler serves one connection."""

import ctypes
import os
import re
import select
import socket
import struct
import threading
import time

PATIENCE = 60
libc = ctypes.CDLL(None)

BANNERS = {
    "http": b"HTTP/1.1 400 Bad Request\r\nServer: fault\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "smtp": b"220 mail.fault.test ESMTP Postfix\r\n",
    "ftp": b"220 ProFTPD Server (fault) [127.0.0.1]\r\n",
    "pop3": b"+OK Dovecot ready.\r\n",
    "imap": b"* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.\r\n",
    "mysql": b"\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0\x3a\x1f\x6b\x11\x52\x30\x4e\x0b\0\xff\xff\xff\x02\0\xff\xdf\x15"
    + b"\0" * 10 + b"abcdefghijkl\0caching_sha2_password\0",
    "redis": b"-ERR unknown command, with args beginning with: \r\n",
    "text": b"hello, this is a plain text service \x1b[31mwith colours\x1b[0m\r\n",
    "tls-alert": bytes.fromhex("15030100020228"),
    "sslv2": bytes.fromhex("801c040001000200100003000007000000000000000000000000000000"),
    "garbage": bytes(range(255, -1, -1)),
}
# What these protocols say only after they were spoken to.
ANSWERS = {"http", "redis"}


def read_hello(connection):
    """Reads one whole TLS record, or what came instead of it."""
    connection.settimeout(PATIENCE)
    seen = b""
    while len(seen) < 5 or len(seen) < 5 + int.from_bytes(seen[3:5], "big"):
        piece = connection.recv(65536)
        if not piece:
            break
        seen += piece
    return seen


def hold(connection):
    """Reads until the other side leaves; answers nothing."""
    connection.settimeout(PATIENCE)
    try:
        while connection.recv(65536):
            pass
    except OSError:
        pass


def reset(connection):
    """Closes with RST in place of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def accept_only(connection):
    """Accepts and never reads."""
    time.sleep(PATIENCE)


def silent(connection):
    """Reads the ClientHello and everything after it, and says nothing."""
    hold(connection)


def close_at_once(connection):
    connection.shutdown(socket.SHUT_WR)
    hold(connection)


def close_after_hello(connection):
    read_hello(connection)


def reset_after_hello(connection):
    read_hello(connection)
    reset(connection)


def banner(name):
    """Speaks another protocol, or the words given as name when there is no such banner."""
    words = BANNERS.get(name, name.encode("latin-1", "replace"))

    def serve(connection):
        if name in ANSWERS:
            read_hello(connection)
        connection.sendall(words)
        connection.shutdown(socket.SHUT_WR)
        hold(connection)

    return serve


def chatty_banner(name):
    """Like a banner, but the connection stays open as a mail server's would."""
    def serve(connection):
        connection.sendall(BANNERS[name])
        hold(connection)

    return serve


def huge_server_hello(connection):
    """A ServerHello that announces 2^24-1 bytes and delivers zeros for as long as they are taken."""
    read_hello(connection)
    connection.sendall(bytes.fromhex("160303400002ffffff") + b"\0" * (0x4000 - 4))
    record = bytes.fromhex("1603034000") + b"\0" * 0x4000
    while True:
        connection.sendall(record)


def garbage_records(connection):
    """Well-formed record headers around random bytes."""
    read_hello(connection)
    for kind in (22, 21, 20, 23, 24, 0):
        body = os.urandom(200)
        connection.sendall(bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body)
    hold(connection)


def endless_text(connection):
    """Text without end or newline."""
    while True:
        connection.sendall(b"A" * 65536)


def delaying_relay(port, delay_ms):
    """Passes bytes on, each way that much later."""
    def serve(connection):
        pass_on(connection, port, float(delay_ms) / 1000, None)

    return serve


def splitting_relay(port):
    """Passes bytes on in segments of one byte."""
    def serve(connection):
        pass_on(connection, port, 0, 1)

    return serve


def pass_on(connection, port, delay, piece):
    onward = socket.create_connection(("127.0.0.1", int(port)))
    onward.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    other = threading.Thread(target=pump, args=(onward, connection, delay, piece), daemon=True)
    other.start()
    pump(connection, onward, delay, piece)
    other.join()
    onward.close()


def pump(source, sink, delay, piece):
    """One direction of a relay: a queue of (due, what came), so that a delay holds up nothing behind it.

    What came are bytes, b"" for an end, or None for a reset; all of it is passed on late and in order.
    """
    queue, is_open = [], True
    source.settimeout(None)
    try:
        while is_open or queue:
            wait = max(0, queue[0][0] - time.monotonic()) if queue else None
            if select.select([source] if is_open else [], [], [], wait)[0]:
                try:
                    data = source.recv(65536)
                except ConnectionResetError:
                    data = None
                is_open = bool(data)
                queue.append((time.monotonic() + delay, data))
            while queue and queue[0][0] <= time.monotonic():
                data = queue.pop(0)[1]
                if data is None:
                    abort(sink)
                elif data:
                    send_in_pieces(sink, data, piece)
                else:
                    sink.shutdown(socket.SHUT_WR)
    except OSError:
        # The sink is gone: whoever sends to it learns that at once.
        abort(source)


def abort(connection):
    """Sends RST now; unlike a close, it does not wait for a thread that still reads here."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        libc.connect(connection.fileno(), struct.pack("H14x", socket.AF_UNSPEC), 16)
    except OSError:
        pass


def send_in_pieces(sink, data, piece):
    for start in range(0, len(data), piece or len(data)):
        sink.sendall(data[start : start + (piece or len(data))])


def hello_name(hello):
    """The server name in a ClientHello, or an empty one; enough of a parser for the name that chose a fault."""
    found = re.search(rb"\0\0(..)(..)\0(..)", hello, re.DOTALL)
    while found:
        whole, names, length = (int.from_bytes(part, "big") for part in found.groups())
        if whole == names + 2 == length + 5:
            return hello[found.end() : found.end() + length].decode("latin-1")
        found = re.compile(rb"\0\0(..)(..)\0(..)", re.DOTALL).search(hello, found.start() + 1)
    return ""


def number_in_name(hello, otherwise):
    """The number that the server name starts with ("m17.fault.test" is 17): which fault this connection asks for."""
    found = re.match(r"[a-z]*(\d+)\.", hello_name(hello))
    return int(found.group(1)) if found else otherwise
