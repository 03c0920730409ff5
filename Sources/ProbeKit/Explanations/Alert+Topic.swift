import OpenSSL

extension AlertDescription {
    /// What an alert of the IANA registry means; nil for a number that is not in it.
    var topic: Topic? {
        switch rawValue {
        case 0:
            Topic(
                "The sender has no more to say; the orderly end of its data.",
                "every clean end has it; without it data may have been cut off",
                confirm: ["connect HOST --http --get close.kind": "clean when both sides sent it"])
        case 10:
            Topic(
                "A message came that has no place there.",
                "a bug in the TLS of one side, or a middlebox between them",
                "a renegotiation while data was on its way",
                "more early data than the server takes",
                confirm: ["connect HOST -v": "the message before it"])
        case 20:
            Topic(
                "A record could not be decrypted, or was changed on its way.",
                "a middlebox, or hardware that corrupts data",
                "a bug in one side's TLS: often early data or KeyUpdate",
                confirm: [
                    "connect HOST --tls 1.2 --http": "does it happen in 1.2?",
                    "connect HOST --tls 1.3 --http": "in 1.3?",
                ])
        case 21:
            Topic(
                "Reserved: a record could not be decrypted (TLS 1.0; since then bad_record_mac).",
                "a peer that is older than TLS 1.1",
                confirm: ["connect HOST --tls 1.0": "with what such a peer speaks"])
        case 22:
            Topic(
                "A record was longer than TLS allows.", "what was sent is no TLS, or bytes were lost before it",
                "a bug in the TLS of the sender",
                confirm: ["connect HOST --http -v": "the messages before it"])
        case 30:
            Topic(
                "Reserved: a record could not be decompressed (TLS 1.2 and below).",
                "TLS compression, which nobody should use since 2012 (CRIME)",
                confirm: ["connect HOST --tls 1.2": "sslprobe offers no compression"])
        case 40:
            Topic(
                "No parameters that both sides accept.",
                "no cipher, group or signature algorithm in common",
                "TLS 1.2: the server requires a client certificate",
                "a server that tells so that it does not know the name (SNI)",
                confirm: [
                    "connect HOST --tls 1.0-1.3": "with old versions and ciphers",
                    "connect HOST --cert FILE --key FILE": "with a client certificate",
                ])
        case 41:
            Topic(
                "Reserved: the client has no certificate (SSL 3.0).", "a client of the last century",
                confirm: ["connect HOST --get client_auth.demand": "does the server want one?"])
        case 42:
            Self.certificate(
                "The certificate was corrupt, or a signature in it did not verify.",
                "from OpenSSL also: wrong name, key too short, not yet valid")
        case 43:
            Self.certificate(
                "The certificate is of a kind that is not supported.",
                "from OpenSSL: its extended key usage is for something else")
        case 44:
            Self.certificate(
                "The certificate was revoked by its issuer.",
                "its key leaked or it was replaced; the peer reads CRLs or OCSP")
        case 45:
            Self.certificate(
                "The certificate has expired, or is not valid now.", "it was not renewed, or the server not reloaded",
                "the clock of the side that sent the alert is wrong")
        case 46:
            Self.certificate(
                "The certificate is not acceptable for another reason.",
                "from Java and browsers: an authority that is not trusted")
        case 47:
            Topic(
                "A field of the handshake is out of range, or does not fit the others.",
                "a TLS implementation that breaks the rules, or a middlebox",
                "TLS 1.2: the session's cipher is not offered any more",
                confirm: [
                    "connect HOST -v": "the message before it",
                    "resume HOST --mechanism ticket": "does resuming cause it?",
                ])
        case 48:
            Self.certificate(
                "The certificate's authority is not known, or not trusted.",
                "an intermediate certificate was not sent", "a private authority, not installed on the other side")
        case 49:
            Topic(
                "The certificate is valid, and access is denied.",
                "a rule of the server: it knows who you are, and says no",
                confirm: ["connect HOST --cert FILE --key FILE": "with another certificate"])
        case 50:
            Topic(
                "A message could not be decoded: a length or a field is wrong.",
                "a ClientHello too long for an old server or middlebox",
                "a bug in one side's TLS, or a middlebox that changes messages",
                confirm: ["connect HOST --groups x25519": "with a short ClientHello"])
        case 51:
            Topic(
                "A signature, a Finished message or a PSK binder did not verify.",
                "the key of --psk is not the one that the server has",
                "the private key does not belong to the certificate",
                "something between the two changed the handshake",
                confirm: ["connect HOST -v": "which message was the last"])
        case 52:
            Topic(
                "More connection IDs were asked for than the peer gives (DTLS 1.3).",
                "DTLS only, which sslprobe does not speak")
        case 60:
            Topic(
                "Reserved: a key longer than export rules allowed (TLS 1.0).", "a peer from the 1990s",
                confirm: ["connect HOST --tls 1.0": "with what such a peer speaks"])
        case 70:
            Topic(
                "The version that the client offers is known, but not supported.",
                "the server has nothing above, or nothing below, TLS 1.2",
                "an old client: TLS 1.0 and 1.1 are off almost everywhere",
                confirm: [
                    "connect HOST --tls 1.0-1.3 --get tls.version": "which version it takes",
                    "connect HOST --tls 1.3": "does it take 1.3?",
                ])
        default: otherTopic
        }
    }

    private var otherTopic: Topic? {
        switch rawValue {
        case 71:
            Topic(
                "The server requires stronger parameters than the client offers.",
                "the client offers nothing but old ciphers, groups or short keys",
                confirm: ["connect HOST -v": "what was offered"])
        case 80:
            Topic(
                "The sender has a problem of its own, such as no memory left.",
                "a server without a usable key; its log may say so",
                "OpenSSL with client certificates, without a session ID context",
                confirm: [
                    "connect HOST --all-addresses": "do all machines behind the name do so?",
                    "resume HOST": "or only for clients that come back?",
                ])
        case 86:
            Topic(
                "The client fell back to an older version than it could have had (RFC 7507).",
                "a client that retries with less when a handshake fails",
                confirm: ["connect HOST --tls 1.2-1.3": "does the first attempt fail here too?"])
        case 90:
            Topic(
                "The sender gives the handshake up, for no reason of the protocol.",
                "somebody ended the program; some send it at every close",
                confirm: ["connect HOST -v": "does a close_notify follow, as it should?"])
        case 100:
            Topic(
                "Renegotiation is declined (TLS 1.2 and below).",
                "the default of OpenSSL 3 and most servers: it costs them much",
                "a client that does not answer a HelloRequest otherwise",
                confirm: ["renegotiate HOST": "whether the server lets clients renegotiate"])
        case 109:
            Topic(
                "An extension that has to be there is missing (TLS 1.3).",
                "the server wants a name (SNI), and the client sent none",
                confirm: ["connect HOST --sni NAME": "with a name"])
        case 110:
            Topic(
                "An extension came that was not offered, or not in that message.",
                "a bug in the TLS of the other side, or a middlebox",
                confirm: ["connect HOST -v": "the extensions of each message"])
        case 111:
            Topic(
                "Reserved: the certificate could not be fetched from its URL (RFC 6066).",
                "client certificates by URL, which nobody uses")
        case 112:
            Topic(
                "The server does not know the name asked for (SNI).",
                "the name is not among its virtual hosts; the wrong machine",
                "a reverse proxy without a default certificate",
                confirm: [
                    "connect HOST --sni NAME": "with another name", "connect HOST --sni none": "without any",
                ])
        case 113:
            Topic(
                "The stapled OCSP answer is not acceptable.",
                "the server's copy of it is stale, or for another certificate",
                "only clients that ask for it send this; sslprobe does not ask")
        case 114:
            Topic(
                "Reserved: the certificate from the URL has another hash (RFC 6066).",
                "client certificates by URL, which nobody uses")
        case 115:
            Topic(
                "The server knows no pre-shared key by that identity.", "a slip in the identity, or the wrong server",
                confirm: ["connect HOST --psk ID:FILE": "with the key in hex in FILE"])
        case 116:
            Topic(
                "The server requires a client certificate, and none came (TLS 1.3).",
                "--cert was not given, or no certificate fits what it takes",
                confirm: [
                    "connect HOST --get client_auth.demand": "required, when it is so",
                    "connect HOST --cert FILE --key FILE": "with a certificate",
                ])
        case 117:
            Topic(
                "An error that no other alert fits, or that the sender does not tell (TLS 1.3).",
                "only the log of the other side says more",
                confirm: ["connect HOST -v": "the message before it"])
        case 120:
            Topic(
                "There is no application protocol that both sides speak (ALPN).",
                "the server speaks h2 alone, or http/1.1 alone, or neither",
                confirm: [
                    "connect HOST --alpn h2,http/1.1 --get tls.alpn": "which one it chooses",
                    "connect HOST": "without ALPN",
                ])
        case 121:
            Topic(
                "The client insists on Encrypted ClientHello, and the server did not accept it.",
                "the client has old ECH keys from DNS, or a middlebox is between",
                confirm: ["connect HOST": "sslprobe offers no Encrypted ClientHello"])
        default: nil
        }
    }

    /// An alert about a certificate: the causes, whose it is, and how to look at either.
    private static func certificate(_ meaning: String, _ cause: String, _ another: String? = nil) -> Topic {
        var topic = Topic(
            meaning, cause,
            confirm: [
                "connect HOST": "what is wrong with the server's",
                "connect HOST --cert FILE --key FILE -v": "what it says to that client's",
            ])
        if let another { topic.causes.append(another) }
        return topic.or("a server means the client's certificate, a client the server's")
    }
}
