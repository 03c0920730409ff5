@testable import ProbeKit

extension Report {
    /// A report as it is before anything was reached.
    static func sample(host: String = "api.example.com", port: Int = 443) -> Report {
        Report(
            tool: Tool(name: "sslprobe", version: "0.1.0", openssl: .init(headers: "3.0.15", linked: "3.0.15")),
            command: .connect, target: Target(input: host, host: host, port: port, sni: host),
            startedAt: "2026-11-21T03:00:00Z", ok: true, outcome: .ok, exitCode: 0, addresses: [],
            differs: [], timings: Timings(totalMs: 48), certificates: [], scts: [], tickets: [], expectations: [],
            events: [])
    }

    /// The first example of the contract: everything went well.
    static var trusted: Report {
        var report = sample()
        report.address = "203.0.113.7"
        report.addresses = [
            .init(
                address: "203.0.113.7", outcome: .connected, error: nil, tcpMs: 11, tlsVersion: "TLSv1.3",
                leafSha256: "ab12")
        ]
        report.timings.dnsMs = 3
        report.timings.tcpMs = 11.2
        report.timings.tlsMs = 22
        report.timings.confirmMs = 12
        report.tls = .sample
        report.verify = Verify(
            ok: true, errors: [], chainOk: true, nameOk: true, checkedName: "api.example.com", sentInOrder: true,
            missingIssuer: nil, path: ["CN=api.example.com", "CN=Example CA R11", "CN=Example Root"], store: "system")
        report.certificates = [
            .leaf("api.example.com", names: ["api.example.com", "www.example.com", "example.com"]),
            .leaf("Example CA R11", names: []), .leaf("Example Root", names: []),
        ]
        report.clientAuth = ClientAuth(
            requested: false, demand: .none, certificateSent: false, caNames: [], signatureAlgorithms: [])
        report.data = Data(bytesSent: 0, bytesReceived: 0, firstLine: nil, httpStatus: nil, withheld: false)
        report.tickets = [.sample(0), .sample(1)]
        report.close = Close(sent: true, received: true, kind: .clean)
        return report
    }

    /// Ends with a failure.
    mutating func fail(_ outcome: Outcome, _ failure: Failure) {
        self.outcome = outcome
        exitCode = outcome.exitCode
        ok = outcome == .ok
        error = failure
    }
}

extension Report.TLS {
    static var sample: Report.TLS {
        Report.TLS(
            version: "TLSv1.3", versionsOffered: ["TLSv1.3", "TLSv1.2"],
            cipher: Cipher(name: "TLS_AES_256_GCM_SHA384", opensslName: "TLS_AES_256_GCM_SHA384", bits: 256),
            group: "x25519", signatureAlgorithm: "rsa_pss_rsae_sha256", alpn: "h2", alpnOffered: ["h2", "http/1.1"],
            sni: "api.example.com", resumed: false, secureRenegotiation: nil, extendedMasterSecret: nil,
            helloRetryRequest: false, earlyData: nil,
            confirmed: Report.Confirmation(value: .yes, basis: .ticket, why: nil, evidence: []), roundTrips: 1,
            bytesSent: 717, bytesReceived: 2970)
    }
}

extension Report.CertificateEntry {
    static func leaf(_ name: String, names: [String], issuer: String = "Example CA R11") -> Self {
        Report.CertificateEntry(
            subject: "CN=\(name)", issuer: "CN=\(issuer)", subjectCn: name, issuerCn: issuer,
            sans: names.map { AlternativeName(type: "DNS", value: $0) }, notBefore: "2026-09-30T00:00:00Z",
            notAfter: "2026-12-29T23:59:59Z", daysLeft: 38, serialHex: "01", sha256: "ab12", spkiSha256: "cd34",
            key: Key(type: "RSA", bits: 2048, curve: nil), signatureAlgorithm: "sha256WithRSAEncryption", rawHex: [],
            pem: nil)
    }
}

extension Report.Ticket {
    static func sample(_ index: Int) -> Report.Ticket {
        Report.Ticket(
            index: index, conn: 1, address: "203.0.113.7", version: "TLSv1.3", lifetimeS: 7200, ageAdd: 123,
            nonce: "00", ticketBytes: 217, maxEarlyData: 0, extensions: [], kind: .stateless,
            kindWhy: "both begin with the same 16 bytes", keyName: "eb1e0f3a00112233445566778899aabb",
            afterData: false)
    }
}
