import Testing

@testable import ProbeKit

private func block(_ report: Report, width: Int = 120, unicode: Bool = true, events: [EventRecord] = []) -> String {
    TextRenderer(.init(color: false, unicode: unicode, width: width)).block(report, events: events)
}

extension Report {
    fileprivate mutating func distrust(_ names: [(depth: Int, code: Int, name: String)]) {
        verify?.ok = false
        verify?.errors = names.map {
            .init(depth: $0.depth, code: $0.code, name: "X509_V_ERR_" + $0.name, message: $0.name.lowercased())
        }
    }

    /// The second example of the contract.
    fileprivate static var wrongName: Report {
        var report = Report.sample(host: "intranet.example.com")
        report.address = "203.0.113.9"
        report.timings.tcpMs = 11
        report.tls = .sample
        report.certificates = [
            .leaf("*.corp.example.com", names: ["*.corp.example.com"], issuer: "Corp Issuing CA 3")
        ]
        report.verify = Verify(
            ok: false, errors: [], chainOk: false, nameOk: false, checkedName: "intranet.example.com",
            sentInOrder: true, missingIssuer: "CN=Corp Issuing CA 3", path: ["CN=*.corp.example.com"],
            store: "system")
        report.distrust([
            (0, 20, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"), (0, 62, "HOSTNAME_MISMATCH"),
            (0, 21, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
        ])
        report.fail(
            .verify,
            Failure(.verify, .notTrusted, "not acceptable", hint: "--ca corp-root.pem, or --verify-name NAME"))
        return report
    }

    /// The third: nobody answers.
    fileprivate static var silent: Report {
        var report = Report.sample(host: "db.example.com")
        report.address = "203.0.113.9"
        report.timings.dnsMs = 3
        report.timings.tcpMs = 11
        report.tls = .sample
        report.tls?.version = nil
        report.tls?.cipher = nil
        report.tls?.bytesSent = 517
        report.tls?.bytesReceived = 0
        report.fail(
            .timeout,
            Failure(
                .tls, .timedOut, "no answer to the ClientHello in 10.0 s",
                hint: "is a TLS listener behind that address? try nc -v 203.0.113.9 443"))
        return report
    }

    /// The fourth: a certificate of one's own and `-k`.
    fileprivate static var ignored: Report {
        var report = Report.trusted
        report.target.host = "dev.example.com"
        report.address = "127.0.0.1"
        report.timings.totalMs = 41
        report.certificates = [.leaf("dev.example.com", names: ["dev.example.com"], issuer: "dev.example.com")]
        report.verify?.chainOk = false
        report.distrust([(0, 18, "DEPTH_ZERO_SELF_SIGNED_CERT")])
        return report
    }
}

struct TextRendererTests {
    @Test func saysWhatIsFine() {
        #expect(
            block(.trusted, width: 80) == """
                ✓ api.example.com:443  TLSv1.3  trusted  48 ms              203.0.113.7
                  protocol     TLSv1.3 · TLS_AES_256_GCM_SHA384 · x25519 · rsa_pss_rsae_sha256
                  alpn         h2 (offered h2, http/1.1)
                  certificate  api.example.com +2 names · RSA 2048 · Example CA R11
                               2026-09-30 to 2026-12-29 · 38 days left
                  chain        3 sent, in order · trusted by the system store · name matches
                  session      2 tickets · 7200 s · stateless, key eb1e0f3a
                  timing       dns 3 · tcp 11 · tls 22 · confirmed +12 · 2.9 kB in, 0.7 kB out

                """)
    }

    @Test func saysWhatIsWrongBeforeTheRest() {
        #expect(
            block(.wrongName) == """
                ✗ intranet.example.com:443  TLSv1.3  not trusted: wrong name, issuer missing  (exit 8, verify)  203.0.113.9
                  name         the certificate is for *.corp.example.com; you asked for intranet.example.com
                  chain        1 sent; the issuer "Corp Issuing CA 3" is missing
                  protocol     TLSv1.3 · TLS_AES_256_GCM_SHA384 · x25519 · rsa_pss_rsae_sha256
                  alpn         h2 (offered h2, http/1.1)
                  certificate  *.corp.example.com · RSA 2048 · Corp Issuing CA 3
                               2026-09-30 to 2026-12-29 · 38 days left
                  session      no tickets
                  timing       tcp 11 · confirmed · 2.9 kB in, 0.7 kB out
                  next         --ca corp-root.pem, or --verify-name NAME

                """)
    }

    @Test func saysHowFarItGot() {
        #expect(
            block(.silent) == """
                ✗ db.example.com:443  no answer to the ClientHello in 10.0 s  (exit 5, timeout)  203.0.113.9
                  got to       dns 3 · tcp 11 · handshake: 517 B sent, 0 received
                  next         is a TLS listener behind that address? try nc -v 203.0.113.9 443

                """)
    }

    @Test func warnsWhenAnObjectionIsIgnored() {
        let lines = block(.ignored).split(separator: "\n")
        #expect(
            lines.first
                == "! dev.example.com:443 (sni api.example.com)  TLSv1.3  not trusted, ignored (-k): self-signed  41 ms  127.0.0.1"
        )
        #expect(lines.contains("  chain        1 sent; the certificate is self-signed · name matches"))
    }

    @Test func needsNothingBeyondASCII() {
        let text = block(.wrongName, unicode: false, events: [.sample(.clientHello, wire: .init(.sent, bytes: 517))])
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
        #expect(text.hasPrefix("FAIL intranet.example.com:443  TLSv1.3  not trusted: wrong name"))
        #expect(text.contains("TLSv1.3 | TLS_AES_256_GCM_SHA384 | x25519"))
        #expect(text.contains("-> client_hello"))
    }

    @Test func keepsToTheWidthOfTheTerminal() {
        let lines = block(.wrongName, width: 80).split(separator: "\n").dropFirst()
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.contains("               intranet.example.com"))
    }

    @Test func coloursOnlySymbolAndVerdict() {
        let plain = block(.wrongName)
        let painted = TextRenderer(.init(color: true, unicode: true, width: 120)).block(.wrongName)
        #expect(painted.hasPrefix("\u{1b}[31m✗\u{1b}[0m intranet"))
        #expect(painted.contains("\u{1b}[31mnot trusted: wrong name, issuer missing\u{1b}[0m"))
        #expect(painted.split(separator: "\u{1b}").count == 4)
        #expect(
            painted.replacing("\u{1b}[31m", with: "").replacing("\u{1b}[0m", with: "") == plain)
    }

    @Test func letsNothingFromThePeerSteerTheTerminal() {
        let hostile = "a\u{1b}[2J\n\u{202e}b\u{85}"
        var report = Report.wrongName
        report.tls?.alpn = hostile
        report.tls?.version = hostile
        report.address = hostile
        report.certificates[0].subjectCn = hostile
        report.certificates[0].issuerCn = hostile
        report.certificates[0].sans[0].value = hostile
        report.certificates[0].notAfter = hostile
        report.certificates[0].pem = hostile
        report.verify?.errors[0].message = hostile
        report.clientAuth = .init(
            requested: true, demand: .unknown, certificateSent: false, caNames: [hostile], signatureAlgorithms: [])
        report.data = .init(
            bytesSent: 1, bytesReceived: 1, firstLine: hostile, httpStatus: nil, withheld: true)
        report.error?.hint = hostile
        report.error?.peerBytes = hostile
        report.error?.alert = .init(level: hostile, description: hostile, number: 1, dir: .received)
        let events = [
            EventRecord(
                event: .handshakeFailed(.init(code: .badMessage, message: hostile)), seq: 0, tMs: 0, conn: 0,
                target: "a")
        ]
        let text = block(report, events: events)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && TerminalText.steers($0) })
        #expect(!text.contains("\n[2J"))
        #expect(text.contains("\\x1b[2J\\x0a\\u{202e}b\\u{85}"))
        let line = TextRenderer(.init()).failureLine(report)
        #expect(!line.unicodeScalars.contains { TerminalText.steers($0) })
    }

    @Test func staysOnOneScreenWhateverTheNames() {
        var report = Report.wrongName
        report.certificates[0].subjectCn = String(repeating: "long name ", count: 10_000)
        report.certificates[0].sans = (0..<1000).map { .init(type: "DNS", value: "host\($0).example") }
        #expect(block(report, width: 80).split(separator: "\n").count < 24)
    }

    @Test func leavesOneLineForQuiet() {
        let renderer = TextRenderer(.init())
        #expect(
            renderer.failureLine(.wrongName)
                == "sslprobe: intranet.example.com:443: not trusted: wrong name, issuer missing (exit 8, verify)")
        #expect(
            renderer.failureLine(.silent)
                == "sslprobe: db.example.com:443: no answer to the ClientHello in 10.0 s (exit 5, timeout)")
    }
}
