@testable import ProbeKit

extension ConnectionReport {
    /// A client that came back, renegotiated, updated its keys and showed a certificate: every part is filled.
    static var served: ConnectionReport {
        ConnectionReport(
            conn: 1, peer: "127.0.0.1:50614", startedAt: "2026-11-21T03:00:00Z", ok: true, outcome: .ok,
            clientHello: ClientHello(
                sni: "a.example", alpn: ["h2"], versions: ["TLSv1.3"], ciphers: ["TLS_AES_128_GCM_SHA256"],
                groups: ["x25519"], signatureAlgorithms: ["ed25519"],
                extensions: [.init(number: 0, name: "server_name", bytes: 14)], sessionOffered: true,
                earlyDataOffered: true, rawHex: [.init(field: "alpn[0]", hex: "ff")]),
            tls: .sample, verify: Report.trusted.verify, certificates: Report.trusted.certificates,
            session: SessionUse(offered: true, resumed: true, mechanism: .psk, renewed: true), ticketsIssued: 2,
            renegotiation: .init(
                protocolSupport: .rfc5746,
                attempts: [
                    .init(
                        mode: .full, initiatedBy: .server, result: .accepted, durationMs: 4, resumed: false,
                        alert: .init(level: "warning", description: "no_renegotiation", number: 100, dir: .received),
                        cipherChanged: nil, certificateChanged: nil, masterSecretChanged: nil, pendingBefore: nil,
                        pendingAfter: nil, num: 1, total: 1)
                ], acceptedCount: 1, verdict: Verdict(.yes)),
            keyUpdate: .init(
                attempts: [
                    .init(
                        requestUpdate: .updateRequested, sent: true, answered: .coalesced, answerMs: 2,
                        pendingBefore: nil, pendingAfter: nil, generationSent: 1, generationReceived: 1,
                        dataIntact: nil)
                ], receivedCount: 1,
                verdict: Verdict(.yes, evidence: [Evidence(seq: 1, event: "key_update", tMs: 2)])),
            postHandshakeAuth: .init(requested: true, answered: true, why: nil),
            data: Report.trusted.data,
            alerts: [.init(level: "fatal", description: "unknown_ca", number: 48, dir: .received)], handshakeMs: 3,
            durationMs: 12, close: Report.trusted.close, expectations: [], error: nil, events: [])
    }
}

extension ServeSummary {
    /// Two clients, of which one failed.
    static var sample: ServeSummary {
        var outcomes = OutcomeCounts()
        outcomes.add(.ok)
        outcomes.add(.handshake)
        return ServeSummary(
            ok: false, exitCode: 5, connections: 2, okCount: 1, failedCount: 1, byOutcome: outcomes, durationMs: 900,
            error: Failure(.tcp, .timedOut, "2 of 3 connections came in the time of --for"))
    }
}
