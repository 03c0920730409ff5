import Testing

@testable import ProbeKit

/// The lines of a block at a width where nothing wraps.
private func lines(_ change: (inout Report) -> Void) -> [String] {
    var report = Report.trusted
    change(&report)
    let text = TextRenderer(.init(color: false, unicode: true, width: 200)).block(report)
    return text.split(separator: "\n").map(String.init)
}

/// The value beside a label.
private func value(_ label: String, _ change: (inout Report) -> Void) -> String? {
    lines(change).first { $0.hasPrefix("  \(label) ") }.map { String($0.dropFirst(15)) }
}

private func problem(_ name: String, depth: Int = 0) -> Report.Verify.Problem {
    .init(depth: depth, code: 99, name: "X509_V_ERR_" + name, message: "as OpenSSL says")
}

struct TextFindingsTests {
    @Test func warnsBeforeACertificateExpires() {
        func first(_ days: Int) -> String { lines { $0.certificates[0].daysLeft = days }.first ?? "" }
        #expect(first(14).hasPrefix("✓ api.example.com:443  TLSv1.3  trusted  48 ms"))
        #expect(first(13).hasPrefix("! api.example.com:443  TLSv1.3  trusted, expires in 13 days  48 ms"))
        #expect(first(1).contains("trusted, expires in 1 day  "))
        #expect(first(0).contains("trusted, expires in less than a day  "))
    }

    @Test func warnsWhenNobodyConfirmed() {
        let silent = Report.Confirmation(value: .unknown, basis: .silence, why: nil, evidence: [])
        let found = lines {
            $0.tls?.confirmed = silent
            $0.timings.confirmMs = 250.4
        }
        #expect(found[0].hasPrefix("! api.example.com:443  TLSv1.3  trusted, not confirmed: no objection in 250 ms  "))
        #expect(found.contains { $0.hasPrefix("  timing ") && $0.contains("tls 22 · no objection in 250 ms · 2.9 kB") })
    }

    @Test func warnsWhenNothingWasVerified() {
        let found = lines {
            $0.verify?.ok = nil
            $0.verify?.chainOk = nil
            $0.verify?.nameOk = nil
            $0.verify?.store = "none"
        }
        #expect(found[0].hasPrefix("! api.example.com:443  TLSv1.3  not verified (--ca none)  48 ms"))
        #expect(found.contains("  chain        3 sent, in order · not verified (--ca none)"))
    }

    @Test func acceptsASharedKeyWithoutACertificate() {
        let found = lines {
            $0.verify = nil
            $0.certificates = []
        }
        #expect(found[0].hasPrefix("✓ api.example.com:443  TLSv1.3  no certificate  48 ms"))
        #expect(!found.contains { $0.hasPrefix("  chain") || $0.hasPrefix("  certificate") })
    }

    @Test(arguments: [
        ("CERT_HAS_EXPIRED", 0, "expired"), ("CERT_HAS_EXPIRED", 1, "issuer expired"),
        ("CERT_NOT_YET_VALID", 0, "not yet valid"), ("SELF_SIGNED_CERT_IN_CHAIN", 2, "root not trusted"),
        ("IP_ADDRESS_MISMATCH", 0, "wrong address"), ("INVALID_PURPOSE", 0, "not for servers"),
        ("UNABLE_TO_GET_ISSUER_CERT", 1, "issuer missing"), ("CERT_CHAIN_TOO_LONG", 1, "chain too long"),
        ("CA_MD_TOO_WEAK", 1, "weak hash"), ("EE_KEY_TOO_SMALL", 0, "key too short"),
        ("NEVER_HEARD_OF", 0, "as OpenSSL says"),
    ])
    func namesTheFaultInTheFirstLine(name: String, depth: Int, words: String) {
        let found = lines {
            $0.verify?.ok = false
            $0.verify?.errors = [problem(name, depth: depth)]
            $0.fail(.verify, Failure(.verify, .notTrusted, "not acceptable"))
        }
        #expect(found[0].hasPrefix("✗ api.example.com:443  TLSv1.3  not trusted: \(words)  (exit 8, verify)  "))
        #expect(found.count > 5)
    }

    @Test func explainsDates() {
        func dates(_ name: String, depth: Int, days: Int) -> String? {
            value("dates") {
                $0.verify?.ok = false
                $0.verify?.errors = [problem(name, depth: depth)]
                $0.certificates[depth].daysLeft = days
            }
        }
        #expect(
            dates("CERT_HAS_EXPIRED", depth: 0, days: -1)
                == "the certificate expired on 2026-12-29, less than a day ago")
        #expect(dates("CERT_HAS_EXPIRED", depth: 0, days: -3) == "the certificate expired on 2026-12-29, 2 days ago")
        #expect(
            dates("CERT_HAS_EXPIRED", depth: 1, days: -2)
                == "the issuer \"Example CA R11\", 1 above the certificate, expired on 2026-12-29, 1 day ago")
        #expect(
            dates("CERT_NOT_YET_VALID", depth: 0, days: 90) == "the certificate is not valid before 2026-09-30")
    }

    @Test func tellsAnUnusualFaultWithItsNumber() {
        let text = value("verify") {
            $0.verify?.ok = false
            $0.verify?.errors = [problem("INVALID_PURPOSE")]
        }
        #expect(text == "the certificate: as OpenSSL says (X509_V_ERR_INVALID_PURPOSE, 99)")
    }

    @Test func saysWhenNoCertificateCame() {
        let found = lines {
            $0.certificates = []
            $0.verify?.ok = false
            $0.fail(.verify, Failure(.verify, .notTrusted, "the server showed no certificate"))
        }
        #expect(found[0].contains("not trusted: no certificate  (exit 8, verify)"))
        #expect(found[1] == "  certificate  the server showed none")
    }

    @Test func showsWhatAPeerWithoutTLSSaid() {
        let found = lines {
            $0.tls?.version = nil
            $0.verify = nil
            $0.certificates = []
            $0.fail(
                .handshake,
                Failure(
                    .tls, .notTLS, "the peer speaks SSH, not TLS", hint: "is the port right?",
                    peerBytes: #"SSH-2.0-OpenSSH_9.2\r\n"#,
                    openssl: [.init(library: 20, reason: 267, code: "0A00010B", text: "wrong version number")]))
        }
        #expect(
            found == [
                "✗ api.example.com:443  the peer speaks SSH, not TLS  (exit 7, handshake)  203.0.113.7",
                "  got to       dns 3 · tcp 11 · handshake: 717 B sent, 2.9 kB received",
                #"  peer bytes   "SSH-2.0-OpenSSH_9.2\r\n""#, "  openssl      wrong version number (0A00010B)",
                "  next         is the port right?",
            ])
    }

    @Test func namesTheAlertAndItsNumber() {
        let text = value("alert") {
            $0.fail(
                .rejected,
                Failure(
                    .confirm, .clientCertificateRequired, "a client certificate is required",
                    alert: .init(level: "fatal", description: "certificate_required", number: 116, dir: .received)))
        }
        #expect(text == "certificate_required (116), fatal, from the peer")
    }

    @Test func showsAddressesOnlyWhenOneFailed() {
        #expect(value("addresses") { _ in } == nil)
        let text = value("addresses") {
            $0.addresses.insert(
                .init(
                    address: "2001:db8::1", outcome: .failed, error: "network unreachable", tcpMs: nil,
                    tlsVersion: nil, leafSha256: nil), at: 0)
        }
        #expect(text == "2001:db8::1 failed (network unreachable) · 203.0.113.7 connected")
    }

    @Test func tellsTheDemandForACertificate() {
        func text(_ demand: Report.ClientAuth.Demand, sent: Bool) -> String? {
            value("client auth") {
                $0.clientAuth = .init(
                    requested: true, demand: demand, certificateSent: sent, caNames: ["CN=CA 1", "CN=CA 2"],
                    signatureAlgorithms: [])
            }
        }
        #expect(
            text(.required, sent: false)
                == "required; we sent no certificate and were refused · accepts issuers CN=CA 1 or CN=CA 2")
        #expect(
            text(.requested, sent: false)
                == "requested; we sent no certificate, and TLS went on (the application may still refuse: --http) · accepts issuers CN=CA 1 or CN=CA 2"
        )
        #expect(text(.unknown, sent: true) == "requested; we sent a certificate · accepts issuers CN=CA 1 or CN=CA 2")
        #expect(text(.unknown, sent: false)?.hasPrefix("requested; whether required is unknown") == true)
        #expect(value("client auth") { _ in } == nil)
    }

    @Test func tellsWhatWasSaidAndWhatWasWithheld() {
        let answered = value("data") {
            $0.data = .init(
                bytesSent: 78, bytesReceived: 1229, firstLine: "HTTP/1.1 200 OK", httpStatus: 200, withheld: false)
        }
        #expect(answered == "HTTP/1.1 200 OK · 78 B sent, 1.2 kB received")
        #expect(value("data") { $0.data?.withheld = true }?.hasPrefix("nothing sent: the peer is not trusted") == true)
    }

    @Test func mentionsAnUncleanClose() {
        func close(_ kind: Report.Close.Kind, sent: Bool = true) -> String? {
            value("close") { $0.close = .init(sent: sent, received: !sent, kind: kind) }
        }
        #expect(close(.clean) == nil)
        #expect(close(.truncated, sent: false) == "the peer closed without close_notify")
        #expect(close(.truncated) == nil, "a server that only hangs up when told goodbye is no news")
        #expect(close(.reset) == "the peer reset the connection")
        #expect(close(.half, sent: false) == "the peer sent close_notify, we did not")
    }

    @Test func writesAnIPv6TargetInBrackets() {
        let first = lines { report in
            report.target.host = "2001:db8::7"
            report.target.sni = nil
        }.first
        #expect(first?.hasPrefix("✓ [2001:db8::7]:443  TLSv1.3") == true)
    }

    @Test func putsCertificatesAfterTheBlock() {
        let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        let text = lines { $0.certificates[0].pem = pem }.joined(separator: "\n")
        #expect(text.hasSuffix("0.7 kB out\n" + pem.dropLast()))
    }

    @Test(arguments: [
        (0.0, "0 ms"), (0.4, "0.4 ms"), (1.2, "1 ms"), (47.6, "48 ms"), (999.4, "999 ms"), (999.6, "1.0 s"),
        (10_000, "10.0 s"), (61_234, "61.2 s"),
    ])
    func spellsDurations(milliseconds: Double, text: String) { #expect(Measure.duration(milliseconds) == text) }

    @Test(arguments: [
        (0, "0 B", "0 B"), (517, "517 B", "0.5 kB"), (1024, "1.0 kB", "1.0 kB"), (2970, "2.9 kB", "2.9 kB"),
        (1_048_575, "1.0 MB", "1.0 MB"), (5_000_000, "4.8 MB", "4.8 MB"),
    ])
    func spellsSizes(bytes: Int, size: String, traffic: String) {
        #expect(Measure.size(bytes) == size)
        #expect(Measure.traffic(bytes) == traffic)
    }
}
