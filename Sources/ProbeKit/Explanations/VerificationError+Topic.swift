import OpenSSL

extension VerificationError {
    /// What an error of a verification means; nil for a number without a name.
    var topic: Topic? {
        commonTopic ?? constraintTopic ?? rareTopic ?? CRLErrors.topic(code) ?? StrictErrors.topic(code)
    }

    /// What servers on the net really have.
    private var commonTopic: Topic? {
        switch code {
        case 2:
            Topic(
                "The issuer of a trusted certificate is not among the trusted ones.",
                "the store holds an intermediate, and lacks its root",
                confirm: ["connect HOST --ca FILE": "with the root in FILE"])
        case 7:
            Topic(
                "The signature of a certificate does not verify.",
                "an issuer of the same name with another key: renewed, or a fake",
                "the certificate was changed",
                confirm: ["connect HOST --show-certs": "the certificates as they were sent"])
        case 9:
            Topic(
                "The certificate is not valid yet: its first day lies ahead.",
                "it was put into service too early", "the clock of this machine is slow",
                confirm: ["connect HOST --get certificates.0.not_before": "from when on it is valid"])
        case 10:
            Topic(
                "The certificate has expired: its last day is over.",
                "it was not renewed, or the server was not reloaded since",
                "depth 1 or more: an old intermediate is sent, or the root is old",
                "the clock of this machine is fast",
                confirm: [
                    "connect HOST --get certificates.0.not_after": "until when",
                    "connect HOST --all-addresses": "or on one machine only?",
                ])
        case 18:
            Topic(
                "The certificate is self-signed, and is not among the trusted ones.",
                "a default or test certificate: no authority has signed it",
                "another virtual host answered: see --sni",
                confirm: [
                    "connect HOST --save-certs FILE": "keeps it, to be compared",
                    "connect HOST --ca FILE": "trusts it, from then on",
                ])
        case 19:
            Topic(
                "The chain is whole, but its root is not among the trusted ones.",
                "a private authority", "a proxy that looks into TLS and signs by itself",
                confirm: [
                    "connect HOST --show-certs": "whose root it is", "connect HOST --ca FILE": "with that root in FILE",
                ])
        case 20:
            Topic(
                "The issuer of a certificate was not sent, and is not among the trusted ones.",
                "the server does not send its intermediates (browsers know them)",
                "a private authority, or a root that this machine is too old for",
                confirm: [
                    "connect HOST --get verify.missing_issuer": "who is missing",
                    "connect HOST --ca FILE": "with the issuer in FILE",
                ])
        case 21:
            Topic(
                "No signature could be verified: one certificate came, and its issuer is not known.",
                "as with 20, which it follows: an intermediate is missing",
                confirm: ["connect HOST --get verify.missing_issuer": "who is missing"])
        case 26:
            Topic(
                "The certificate, or an issuer, is not for this purpose.",
                "its extended key usage lacks server authentication",
                "of a client: it lacks client authentication",
                confirm: ["connect HOST --show-certs": "for openssl x509 -noout -purpose"])
        case 62:
            Topic(
                "The certificate does not hold the name that was asked for.",
                "another name, or a new one that was not added",
                "a wildcard is one label: *.example.com is not a.b.example.com",
                "another virtual host answered",
                confirm: [
                    "connect HOST": "the names that it holds",
                    "connect HOST --verify-name NAME": "against another name",
                    "connect HOST --sni NAME": "asking for another one",
                ])
        case 63:
            Topic(
                "The certificate does not hold the mail address that was asked for.",
                "mail programs check that; sslprobe does not",
                confirm: ["connect HOST --show-certs": "the certificates as they were sent"])
        case 64:
            Topic(
                "The certificate does not hold the address that was asked for.",
                "most certificates hold names alone: ask for the name",
                confirm: ["connect HOST --verify-name NAME": "against a name"])
        case 66:
            Topic(
                "The certificate's key is too short for the security level.",
                "RSA with 1024 bits; level 2 wants 2048",
                confirm: [
                    "connect HOST --get certificates.0.key.bits": "how long it is",
                    "connect HOST --seclevel 0": "accepts it",
                ])
        case 67:
            Topic(
                "The key of an issuer is too short for the security level.", "an authority from before 2014",
                confirm: ["connect HOST --seclevel 0": "accepts it"])
        case 68:
            Topic(
                "A certificate is signed with a hash that is too weak for the security level.", "SHA-1 or MD5",
                confirm: [
                    "connect HOST --get certificates.0.signature_algorithm": "which one",
                    "connect HOST --seclevel 0": "accepts it",
                ])
        default: nil
        }
    }

    /// What an authority says about those below it.
    private var constraintTopic: Topic? {
        switch code {
        case 22:
            Topic(
                "The chain has more intermediates than are allowed.", "--verify-depth is too low: 0 allows none",
                "a server that sends a chain without end",
                confirm: ["connect HOST --verify-depth 9": "allows nine"])
        case 25:
            Self.chain(
                "The chain is longer than one of its authorities allows (pathlen).",
                "an authority that may not have others below it has one")
        case 27:
            Self.chain(
                "The root is not trusted for this purpose.", "a TRUSTED CERTIFICATE of OpenSSL that lacks this use")
        case 28:
            Self.chain(
                "The root is marked as rejected for this purpose.", "a TRUSTED CERTIFICATE of OpenSSL that says so")
        case 32:
            Self.chain(
                "The issuer's key usage does not let it sign certificates.",
                "a server's certificate that issued another one")
        case 34:
            Self.chain(
                "A critical extension of a certificate is not understood.",
                "a private extension that was marked critical")
        case 37:
            Self.chain(
                "The certificate is marked as an authority, and must not be one.",
                "a root that serves as the server's own certificate")
        case 41: Self.chain("An extension of a certificate is not valid.", "a bug in the software that issued it")
        case 42: Self.chain("A policy extension of a certificate is not valid.", "a bug in the software that issued it")
        case 43:
            Self.chain(
                "The chain has no policy that is accepted, and one is required.",
                "a program or an authority that asks for certificate policies")
        case 46:
            Self.chain(
                "The certificate holds addresses or AS numbers that its issuer lacks (RFC 3779).",
                "certificates of RPKI; web servers have none")
        case 47:
            Self.chain(
                "A name of the certificate is outside of what its issuer may certify.",
                "name constraints of a private or corporate authority")
        case 48:
            Self.chain(
                "A name of the certificate is among those that its issuer must not certify.",
                "name constraints of a private or corporate authority")
        case 49:
            Self.chain(
                "Name constraints have a minimum or maximum, which is not supported.",
                "a bug in the authority's software")
        case 51:
            Self.chain("Name constraints of a kind that is not supported.", "an unusual private authority")
        case 52, 53:
            Self.chain(
                code == 52
                    ? "A name constraint is malformed, or not supported."
                    : "A name that constraints apply to is malformed, or not supported.",
                "a bug in the software that issued the certificate")
        case 55: Self.chain("The chain goes in a circle.", "authorities that certify each other")
        case 79:
            Self.chain(
                "An issuer is not a certificate authority.",
                "basicConstraints lack CA:TRUE: a leaf that issued certificates",
                "a root of version 1, without extensions")
        default: nil
        }
    }

    /// An error that only a look at the certificates themselves explains.
    static func chain(_ meaning: String, _ cause: String, _ another: String? = nil) -> Topic {
        var topic = Topic(
            meaning, cause, confirm: ["connect HOST --show-certs": "the certificates, for openssl x509 -text"])
        if let another { topic.causes.append(another) }
        return topic
    }
}
