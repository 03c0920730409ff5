"""Just enough DER to write any certificate, also those that no certificate tool would write."""

import datetime

DIGESTS = {"sha1": 5, "sha256": 11}


def tlv(tag, *parts):
    """One tag with its length and the joined parts."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def sequence(*parts):
    return tlv(0x30, *parts)


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\0")


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text):
    first, second, *rest = [int(part) for part in text.split(".")]
    body = bytes()
    for number in [first * 40 + second, *rest]:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        body += bytes(reversed(digits))
    return tlv(0x06, body)


def octets(body):
    return tlv(0x04, body)


def bits(body, unused=0):
    return tlv(0x03, bytes([unused]) + body)


def utf8(text):
    """A UTF8String; bytes go in as they are."""
    return tlv(0x0C, text if isinstance(text, bytes) else text.encode())


def time(moment):
    """UTCTime up to 2049, GeneralizedTime after, as RFC 5280 wants it."""
    if moment.year < 2050:
        return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(0x18, f"{moment.year:04d}{moment:%m%d%H%M%SZ}".encode())


ATTRIBUTES = {"CN": "2.5.4.3", "C": "2.5.4.6", "L": "2.5.4.7", "O": "2.5.4.10", "OU": "2.5.4.11"}


def name(*attributes):
    """A distinguished name of (type, value) pairs; a value in bytes is a string with its tag, already encoded."""
    return sequence(
        *(
            tlv(0x31, sequence(oid(ATTRIBUTES[kind]), value if isinstance(value, bytes) else utf8(value)))
            for kind, value in attributes
        )
    )


def extension(number, value, critical=False):
    return sequence(oid(number), boolean(True) if critical else b"", octets(value))


def general_names(names):
    """The inside of a subjectAltName: (kind, value) with kind dns, ip, email or uri."""
    tags = {"email": 0x81, "dns": 0x82, "uri": 0x86, "ip": 0x87}
    return b"".join(tlv(tags[kind], value if isinstance(value, bytes) else value.encode()) for kind, value in names)


def subject_alternative_names(names):
    return extension("2.5.29.17", sequence(general_names(names)))


def basic_constraints(authority, path_length=None):
    inner = (boolean(True) if authority else b"") + (b"" if path_length is None else integer(path_length))
    return extension("2.5.29.19", sequence(inner), critical=True)


def extended_key_usage(*purposes):
    return extension("2.5.29.37", sequence(*(oid(purpose) for purpose in purposes)))


def name_constraints(permitted=(), excluded=()):
    """Name constraints for DNS names."""
    def subtrees(tag, names):
        return tlv(tag, *(sequence(tlv(0x82, item.encode())) for item in names)) if names else b""

    return extension("2.5.29.30", sequence(subtrees(0xA0, permitted), subtrees(0xA1, excluded)), critical=True)


def signature_algorithm(key_type, digest):
    if key_type == "ec":
        return sequence(oid("1.2.840.10045.4.1" if digest == "sha1" else "1.2.840.10045.4.3.2"))
    return sequence(oid(f"1.2.840.113549.1.1.{DIGESTS[digest]}"), tlv(0x05))


def rsa_public_key(modulus, exponent=65537):
    inner = sequence(integer(modulus), integer(exponent))
    return sequence(sequence(oid("1.2.840.113549.1.1.1"), tlv(0x05)), bits(inner))


def to_be_signed(serial, algorithm, issuer, not_before, not_after, subject, public_key, extensions):
    return sequence(
        tlv(0xA0, integer(2)),
        integer(serial),
        algorithm,
        issuer,
        sequence(time(not_before), time(not_after)),
        subject,
        public_key,
        tlv(0xA3, sequence(*extensions)) if extensions else b"",
    )


def moment(days=0):
    """The present moment, or one that many days away, without fractions."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
    return now + datetime.timedelta(days=days)
