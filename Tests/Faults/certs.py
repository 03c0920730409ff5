"""Certificates made on the spot: keys and signatures by the openssl program, everything between them by der.py."""

import base64
import functools
import pathlib
import random
import shutil
import subprocess

import der

SERVER_AUTH, CLIENT_AUTH = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
LOCAL_NAMES = (("dns", "localhost"), ("dns", "fault.test"), ("dns", "*.fault.test"), ("ip", b"\x7f\0\0\1"))


class Missing(Exception):
    """A program that the harness cannot do without; the sentence names the package."""


def program(name, package=None):
    """The path of a program, or a failure that names the package to install."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not path:
        raise Missing(f"the program {name} is missing: install the package {package or name}")
    return path


def openssl(*arguments, data=None):
    """What an openssl command writes to stdout."""
    done = subprocess.run([program("openssl"), *arguments], input=data, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def pem(encoded, label="CERTIFICATE"):
    body = base64.encodebytes(encoded).decode().replace("\n", "")
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


class Key:
    """A private key in a file, which openssl(1) signs with."""

    def __init__(self, folder, name, kind="ec", size=2048):
        self.kind, self.path = kind, pathlib.Path(folder) / f"{name}.key"
        options = (
            ("EC", "-pkeyopt", "ec_paramgen_curve:P-256") if kind == "ec"
            else ("RSA", "-pkeyopt", f"rsa_keygen_bits:{size}")
        )
        if not self.path.exists():
            openssl("genpkey", "-algorithm", *options, "-out", str(self.path))
        self.public = openssl("pkey", "-in", str(self.path), "-pubout", "-outform", "DER")

    def sign(self, data, digest="sha256"):
        return openssl("dgst", f"-{digest}", "-sign", str(self.path), data=data)


class Certificate:
    """An encoded certificate with its name, its key and, for an issuer, the means to sign others."""

    def __init__(self, encoded, subject, key):
        self.encoded, self.subject, self.key = encoded, subject, key

    @property
    def pem(self):
        return pem(self.encoded)


def issue(subject, key, issuer=None, *, names=(), authority=None, path_length=None, days=(-1, 825), purposes=(),
          extensions=(), digest="sha256", public_key=None, break_signature=False, serial=None):
    """Writes and signs a certificate; without an issuer it signs itself.

    `subject` is (type, value) pairs or an encoded name, `days` the validity in days from now or two moments.
    """
    subject = subject if isinstance(subject, bytes) else der.name(*subject)
    signer = issuer.key if issuer else key
    algorithm = der.signature_algorithm(signer.kind, digest)
    parts = list(extensions)
    if authority is not None:
        parts.append(der.basic_constraints(authority, path_length))
    if names:
        parts.append(der.subject_alternative_names(names))
    if purposes:
        parts.append(der.extended_key_usage(*purposes))
    start, end = [der.moment(day) if isinstance(day, (int, float)) else day for day in days]
    body = der.to_be_signed(
        serial or random.getrandbits(63), algorithm, issuer.subject if issuer else subject, start, end, subject,
        public_key or key.public, parts,
    )
    signature = signer.sign(body, digest)
    if break_signature:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    return Certificate(der.sequence(body, algorithm, der.bits(signature)), subject, key)


class Authority:
    """A root, an intermediate and one leaf for this machine, in a folder: what most peers present."""

    def __init__(self, folder, kind="ec"):
        self.folder = pathlib.Path(folder)
        self.root_key, self.middle_key = Key(folder, "root"), Key(folder, "middle")
        self.leaf_key = Key(folder, "leaf" if kind == "ec" else "leaf-rsa", kind)
        self.root = issue([("CN", "Fault Root")], self.root_key, authority=True, days=(-10, 20000))
        self.middle = issue(
            [("CN", "Fault Intermediate")], self.middle_key, self.root, authority=True, days=(-10, 20000)
        )
        self.ca = self.write("ca.pem", self.root)

    def leaf(self, name="fault.test", key=None, **options):
        """A leaf under the intermediate; what is not said is right."""
        options = {"names": LOCAL_NAMES, "purposes": (SERVER_AUTH,), "authority": False, **options}
        return issue([("CN", name)], key or self.leaf_key, options.pop("issuer", self.middle), **options)

    def write(self, name, *certificates):
        """Writes the certificates as one PEM file."""
        path = self.folder / name
        path.write_text("".join(certificate.pem for certificate in certificates))
        return path

    @functools.cached_property
    def good(self):
        """The chain file of a leaf that verifies for localhost, fault.test, *.fault.test and 127.0.0.1."""
        return self.write("good.pem", self.leaf(), self.middle)
