@testable import ProbeKit

extension Event {
    /// An event of each name; the switch makes a new one impossible to forget.
    static func sample(_ name: Name) -> Event {
        let hello = ServerHello(
            version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", group: "x25519", pskSelected: false,
            extensions: [.init(number: 43, name: "supported_versions", bytes: 2)])
        switch name {
        case .probeStarted: return .probeStarted(.init(command: .connect, host: "a.example", port: 443, sni: nil))
        case .dnsResolved: return .dnsResolved(.init(host: "a.example", addresses: ["203.0.113.7"], dnsMs: 3))
        case .tcpConnected: return .tcpConnected(.init(address: "203.0.113.7", port: 443, tcpMs: 11))
        case .tcpFailed:
            return .tcpFailed(.init(address: "203.0.113.7", port: 443, outcome: .failed, error: "refused", tcpMs: nil))
        case .handshakeStarted:
            return .handshakeStarted(.init(address: "203.0.113.7", sni: "a.example", alpnOffered: ["h2"]))
        case .handshakeDone:
            return .handshakeDone(
                .init(
                    version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", group: "x25519",
                    signatureAlgorithm: "rsa_pss_rsae_sha256", alpn: nil, resumed: false, tlsMs: 22))
        case .verifyDone:
            return .verifyDone(
                .init(
                    ok: false,
                    errors: [.init(depth: 0, code: 10, name: "X509_V_ERR_CERT_HAS_EXPIRED", message: "expired")],
                    checkedName: "a.example"))
        case .handshakeConfirmed:
            return .handshakeConfirmed(.init(value: .yes, basis: .ticket, why: nil, confirmMs: 12))
        case .handshakeFailed: return .handshakeFailed(.init(code: .alertReceived, message: "refused"))
        case .newSessionTicket:
            return .newSessionTicket(
                .init(
                    index: 0, version: "TLSv1.3", lifetimeS: 7200, ageAdd: 1, nonce: "00", ticketBytes: 217,
                    maxEarlyData: nil, extensions: []))
        case .sessionSaved: return .sessionSaved(.init(file: "s.pem"))
        case .sessionOffered: return .sessionOffered(.init(mechanism: .psk))
        case .sessionResumed: return .sessionResumed(.init(mechanism: .psk, renewed: true))
        case .sessionNotResumed: return .sessionNotResumed(.init(mechanism: .ticket, why: "expired"))
        case .earlyData: return .earlyData(.init(status: .accepted))
        case .renegotiationRequested: return .renegotiationRequested
        case .renegotiationStarted: return .renegotiationStarted(.init(initiatedBy: .server))
        case .renegotiationDone: return .renegotiationDone(.init(initiatedBy: .client, resumed: false, durationMs: 4))
        case .renegotiationRefused: return .renegotiationRefused
        case .renegotiationIgnored: return .renegotiationIgnored(.init(afterMs: 3000))
        case .keyUpdate: return .keyUpdate(.init(requestUpdate: .updateNotRequested))
        case .postHandshakeAuth: return .postHandshakeAuth(.init(certificateSent: true))
        case .applicationData: return .applicationData
        case .alert: return .alert(.init(level: "fatal", description: "unknown_ca", number: 48))
        case .closeNotify: return .closeNotify
        case .tcpClosed: return .tcpClosed(.init(kind: .clean))
        case .floodStopped: return .floodStopped(.init(kind: .tickets, count: 64))
        case .timeout: return .timeout(.init(stage: .tls, afterMs: 10_000))
        case .expectation:
            return .expectation(.init(expression: "tls.version = 1.2", ok: false, actual: "TLSv1.3"))
        case .error:
            return .error(
                Failure(
                    .tls, .alertReceived, "refused", hint: "try --tls 1.2", peerBytes: "SSH-2.0",
                    alert: .init(level: "fatal", description: "unknown_ca", number: 48, dir: .received),
                    openssl: [.init(library: 20, reason: 1, code: "0A000001", text: "SSL routines::reason")]))
        case .summary: return .summary(.trusted)
        case .listening: return .listening(.init(address: "127.0.0.1", port: 4433, caFile: "ca.pem"))
        case .clientConnected: return .clientConnected(.init(peer: "127.0.0.1:50614"))
        case .clientClosed: return .clientClosed(.served)
        case .clientHello:
            return .clientHello(
                .init(
                    sni: "a.example", alpn: ["h2"], versions: ["TLSv1.3", "TLSv1.2"],
                    ciphers: ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"], groups: ["x25519", "secp256r1"],
                    signatureAlgorithms: ["rsa_pss_rsae_sha256"], extensions: [], sessionOffered: false,
                    earlyDataOffered: false, rawHex: []))
        case .helloRetryRequest: return .helloRetryRequest(hello)
        case .serverHello: return .serverHello(hello)
        case .encryptedExtensions:
            return .encryptedExtensions(.init(alpn: "h2", earlyDataAccepted: false, extensions: []))
        case .certificateRequest:
            return .certificateRequest(.init(signatureAlgorithms: ["rsa_pss_rsae_sha256"], caNames: ["CN=CA"]))
        case .certificate:
            return .certificate(.init(certificates: 2, certificateBytes: [1200, 1100], compressed: false))
        case .certificateStatus: return .certificateStatus
        case .serverKeyExchange:
            return .serverKeyExchange(.init(group: "x25519", signatureAlgorithm: "rsa_pss_rsae_sha256"))
        case .certificateVerify: return .certificateVerify(.init(signatureAlgorithm: "rsa_pss_rsae_sha256"))
        case .serverHelloDone: return .serverHelloDone
        case .clientKeyExchange: return .clientKeyExchange
        case .changeCipherSpec: return .changeCipherSpec
        case .finished: return .finished
        case .helloRequest: return .helloRequest
        case .endOfEarlyData: return .endOfEarlyData
        }
    }
}

extension EventRecord {
    static func sample(_ name: Event.Name, wire: Wire? = nil) -> EventRecord {
        EventRecord(event: .sample(name), seq: 1, tMs: 14.25, conn: 1, target: "a.example", time: nil, wire: wire)
    }
}
