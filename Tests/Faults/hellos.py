"""ClientHellos: captured from the openssl program, built with any bytes in them, and damaged as a seed decides."""

import random
import select
import socket
import subprocess

import certs

OFFERS = [
    ("-tls1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), ("-tls1_2",), ("-tls1_3",),
    ("-servername", "localhost", "-alpn", "h2,http/1.1", "-status"), ("-tls1_2", "-no_ticket", "-alpn", "http/1.1"),
    ("-tls1_3", "-psk", "0123456789abcdef", "-groups", "X448:P-384"), ("-tls1_3", "-enable_pha"),
    ("-tls1_2", "-nextprotoneg", "x", "-cipher", "AES128-SHA"),
]
SNI, GROUPS, ALPN, VERSIONS_OFFERED, KEY_SHARE = 0, 10, 16, 43, 51


def capture(*options):
    """The first flight of `openssl s_client` with these options."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [certs.program("openssl"), "s_client", "-connect", f"127.0.0.1:{listener.getsockname()[1]}", *options]
        client = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            flight = b""
            while flight[:1] != b"\x16":  # a stranger may come to a port that was another's a moment ago
                if not select.select([listener], [], [], 10)[0]:
                    raise RuntimeError(f"openssl s_client {options} does not connect")
                with listener.accept()[0] as connection:
                    connection.settimeout(10)
                    flight = first_bytes(connection)
            return flight
        finally:
            client.kill()
            client.communicate()


def first_bytes(connection):
    try:
        return connection.recv(65536)
    except ConnectionError:
        return b""


class Hello:
    """A ClientHello in its parts (RFC 8446, 4.1.2)."""

    def __init__(self, flight):
        self.record_version, message = flight[1:3], flight[5 : 5 + int.from_bytes(flight[3:5], "big")]
        self.version, self.random, at = message[4:6], message[6:38], 38
        self.session, at = taken(message, at, 1)
        self.ciphers, at = taken(message, at, 2)
        self.compressions, at = taken(message, at, 1)
        body, _ = taken(message, at, 2)
        self.extensions, at = [], 0
        while at < len(body):
            kind = int.from_bytes(body[at : at + 2], "big")
            content, at = taken(body, at + 2, 2)
            self.extensions.append((kind, content))

    def extend(self, kind, content):
        """Replaces the extension of that kind, or adds it in front: pre_shared_key has to be the last."""
        self.extensions = [(kind, content), *(pair for pair in self.extensions if pair[0] != kind)]
        return self

    def message(self):
        extensions = b"".join(kind.to_bytes(2, "big") + sized(content, 2) for kind, content in self.extensions)
        body = self.version + self.random + sized(self.session, 1) + sized(self.ciphers, 2)
        return b"\1" + sized(body + sized(self.compressions, 1) + sized(extensions, 2), 3)

    def flight(self, most=16384):
        return records(self.message(), most, self.record_version)

    def lengths(self):
        """(where, how many bytes) of every length in the flight."""
        at = 43 + 1 + len(self.session)
        places = [(3, 2), (6, 3), (43, 1), (at, 2)]
        at += 2 + len(self.ciphers)
        places += [(at, 1), (at + 1 + len(self.compressions), 2)]
        at += 1 + len(self.compressions) + 2
        for kind, content in self.extensions:
            places.append((at + 2, 2))
            if len(content) > 2:
                places += [(at + 4, 2), (at + 4, 1)]
            if kind in (SNI, KEY_SHARE) and len(content) > 5:
                places.append((at + 4 + (3 if kind == SNI else 4), 2))
            at += 4 + len(content)
        return places


def taken(data, at, width):
    """The vector at that place, and where it ends."""
    start = at + width
    end = start + int.from_bytes(data[at:start], "big")
    return data[start:end], end


def sized(content, width):
    """A vector with its length, which wraps around when there is too much."""
    return (len(content) % (1 << 8 * width)).to_bytes(width, "big") + content


def record(kind, body, version=b"\3\1"):
    return bytes([kind]) + version + sized(body, 2)


def records(message, most, version=b"\3\1"):
    """The message in handshake records of at most so many bytes."""
    return b"".join(record(22, message[at : at + most], version) for at in range(0, len(message), most))


def server_name(name):
    return sized(b"\0" + sized(name, 2), 2)


def protocols(*names):
    return sized(b"".join(sized(name, 1) for name in names), 2)


# Each takes (chance, flight) and returns what is sent instead.


def truncated(chance, flight):
    return flight[: chance.randrange(len(flight))]


def flipped(chance, flight):
    damaged = bytearray(flight)
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def noise(chance, flight):
    body = chance.randbytes(chance.choice((1, 5, 40, 400, 4000, 40000)))
    head = chance.choice((b"", flight[:5], flight[:9], flight[:43], record(22, b"")))
    return head + body


def wrong_lengths(chance, flight):
    damaged, places = bytearray(flight), Hello(flight).lengths()
    for at, width in chance.sample(places, chance.choice((1, 1, 1, 2, 4))):
        now, most = int.from_bytes(damaged[at : at + width], "big"), (1 << 8 * width) - 1
        length = chance.choice((0, 1, now + 1, now - 1, now // 2, most, most - 1, chance.randrange(most)))
        damaged[at : at + width] = (length & most).to_bytes(width, "big")
    return bytes(damaged) + bytes(chance.choice((0, 0, 300, 20000)))


def empty_records(chance, flight):
    message, pieces = flight[5:], []
    cuts = sorted(chance.randrange(len(message)) for _ in range(chance.randrange(4)))
    for start, end in zip([0, *cuts], [*cuts, len(message)]):
        pieces += [record(chance.choice((22, 22, 23, 21, 20)), b"")] * chance.choice((0, 1, 2, 40, 300))
        pieces.append(record(22, message[start:end]))
    return b"".join(pieces)


def fragmented(chance, flight):
    hello = Hello(flight).flight(chance.choice((1, 2, 3, 5, 50, 200)))
    return hello if chance.randrange(3) else hello[: chance.randrange(len(hello))]


def huge(chance, flight):
    announced = chance.choice((0xFFFFFF, 0x800000, 0x20000, 0x10000, 0x4001))
    body = b"\1" + announced.to_bytes(3, "big") + flight[9:] + bytes(chance.choice((0, 10000, 60000)))
    kind = chance.randrange(3)
    if kind == 0:
        return record(22, body)[:3] + b"\xff\xff" + body
    return records(body, 16384 if kind == 1 else 20000)


def duplicated(chance, flight):
    hello = Hello(flight)
    for _ in range(chance.choice((1, 1, 3, 200))):
        hello.extensions.insert(chance.randrange(len(hello.extensions)), chance.choice(hello.extensions))
    return hello.flight()


def rearranged(chance, flight):
    hello = Hello(flight)
    kept = [pair for pair in hello.extensions if chance.randrange(6)]
    chance.shuffle(kept)
    for _ in range(chance.randrange(4)):
        kind = chance.choice((*range(60), 65281, 0x0A0A, chance.randrange(65536)))
        kept.insert(chance.randrange(len(kept) + 1), (kind, chance.randbytes(chance.choice((0, 1, 2, 5, 50, 2000)))))
    hello.extensions = kept
    return hello.flight()


def rewritten(chance, flight):
    hello = Hello(flight)
    for _ in range(chance.choice((1, 2, 4))):
        index = chance.randrange(len(hello.extensions))
        kind, content = hello.extensions[index]
        hello.extensions[index] = kind, chance.choice((b"", content[:-1], content + b"\0", chance.randbytes(len(content)),
                                                       content * 2, sized(content, 2), b"\xff" * len(content)))
    return hello.flight()


def odd_versions(chance, flight):
    hello, odd = Hello(flight), (b"\0\0", b"\2\0", b"\3\0", b"\3\5", b"\x7f\x1c", b"\xfe\xff", b"\xff\xff")
    hello.version, hello.record_version = chance.choice((hello.version, *odd)), chance.choice((b"\3\1", *odd))
    if chance.randrange(2):
        hello.extend(VERSIONS_OFFERED, sized(b"".join(chance.choices(odd, k=chance.randrange(1, 5))), 1))
    hello.session = chance.randbytes(chance.choice((0, 1, 31, 32, 33, 255)))
    return hello.flight()


def strange_lists(chance, flight):
    hello = Hello(flight)
    hello.ciphers = chance.choice((b"", b"\0", hello.ciphers[:-1], bytes(2), b"\x13\x01", chance.randbytes(2 * 20000),
                                   b"\x56\0" + hello.ciphers, b"\0\xff" * 5))
    hello.compressions = chance.choice((b"\0", b"\0", b"", b"\1", b"\1\0", bytes(range(256))[:255]))
    return hello.flight()


def other_messages(chance, flight):
    others = [record(21, bytes([chance.choice((1, 2, 0)), chance.randrange(256)])), record(20, b"\1"), record(20, b"\2"),
              record(23, chance.randbytes(50)), record(24, b"\1\0\x20"), record(22, b"\0\0\0\0"), flight,
              record(22, bytes([chance.choice((2, 4, 11, 14, 16, 20, 24, 254)), 0, 0, 40]) + chance.randbytes(40)),
              record(chance.randrange(256), chance.randbytes(9)), record(21, b"\1"), record(21, b"\1\0")]
    before = b"".join(chance.choices(others, k=chance.choice((0, 1, 1, 3, 100))))
    return before + flight + b"".join(chance.choices(others, k=chance.choice((0, 1, 3, 100))))


def old(chance, flight):
    """A ClientHello of SSL 2.0, as browsers once sent them for TLS as well."""
    ciphers, challenge = chance.randbytes(3 * chance.choice((0, 1, 8, 80))), chance.randbytes(chance.choice((0, 16, 32)))
    body = b"\1" + chance.choice((b"\0\2", b"\3\1", b"\3\3")) + len(ciphers).to_bytes(2, "big")
    body += b"\0\0" + len(challenge).to_bytes(2, "big") + ciphers + challenge
    damaged = flipped(chance, body) if chance.randrange(2) else body
    return (0x8000 | chance.choice((len(damaged), 0, 5, 0x7FFF))).to_bytes(2, "big") + damaged


def spliced(chance, flight):
    return truncated(chance, flight) + flight[chance.randrange(len(flight)) :]


MUTATIONS = [truncated, flipped, flipped, noise, wrong_lengths, wrong_lengths, empty_records, fragmented, huge, duplicated,
             rearranged, rewritten, odd_versions, strange_lists, other_messages, old, spliced]


def damaged(number, flights):
    """(what was done, the bytes) of a mutation: the number decides everything."""
    chance = random.Random(f"hellos/{number}")
    mutation = MUTATIONS[number % len(MUTATIONS)]
    return mutation.__name__, mutation(chance, chance.choice(flights))
