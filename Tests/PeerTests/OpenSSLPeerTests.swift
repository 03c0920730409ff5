import TestSupport
import Testing

/// `connect` against `openssl s_server`: the report says what the peer says.
@Suite struct OpenSSLPeerTests {
    /// What is negotiated with a server of these arguments.
    struct Negotiation: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var usesRSA = false
        var version: String
        var cipher: String
        var opensslName: String
        var group: String
        var signatureAlgorithm: String
        var testDescription: String { arguments.joined(separator: " ") + (usesRSA ? " RSA" : " ECDSA") }
    }

    static let negotiations = [
        Negotiation(
            arguments: ["-tls1_3", "-groups", "X25519", "-ciphersuites", "TLS_AES_128_GCM_SHA256"],
            version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", opensslName: "TLS_AES_128_GCM_SHA256",
            group: "x25519", signatureAlgorithm: "ecdsa_secp256r1_sha256"),
        Negotiation(
            arguments: ["-tls1_3", "-groups", "P-384", "-sigalgs", "RSA-PSS+SHA384"], usesRSA: true,
            version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", opensslName: "TLS_AES_256_GCM_SHA384",
            group: "secp384r1", signatureAlgorithm: "rsa_pss_rsae_sha384"),
        Negotiation(
            arguments: ["-tls1_2", "-groups", "P-256", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
            version: "TLSv1.2", cipher: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            opensslName: "ECDHE-ECDSA-CHACHA20-POLY1305", group: "secp256r1",
            signatureAlgorithm: "ecdsa_secp256r1_sha256"),
        Negotiation(
            arguments: ["-tls1_2", "-groups", "X25519", "-sigalgs", "RSA+SHA512"], usesRSA: true,
            version: "TLSv1.2", cipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            opensslName: "ECDHE-RSA-AES256-GCM-SHA384", group: "x25519", signatureAlgorithm: "rsa_pkcs1_sha512"),
    ]

    @Test(arguments: negotiations)
    func reportsWhatOpenSSLNegotiates(_ expected: Negotiation) async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            expected.arguments, certificate: expected.usesRSA ? fixtures.rsa : fixtures.ecdsa)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["tls.version"] == .string(expected.version))
        #expect(report["tls.cipher.name"] == .string(expected.cipher))
        #expect(report["tls.cipher.openssl_name"] == .string(expected.opensslName))
        #expect(report["tls.group"] == .string(expected.group))
        #expect(report["tls.signature_algorithm"] == .string(expected.signatureAlgorithm))
        #expect(try await server.printed("CIPHER is \(expected.opensslName)"))
    }

    @Test func reportsTheChainAsItWasSent() async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(certificate: fixtures.ecdsa)
        let report = try await connect(server.port).report(ending: 0)
        let chain = try #require(report["certificates"]).elements
        let sent = [fixtures.ecdsa, fixtures.intermediate.certificate]
        #expect(chain.count == 2)
        for (entry, certificate) in zip(chain, sent) {
            #expect(try entry["sha256"] == .string(fingerprint(certificate)))
        }
        #expect(chain.first?["subject_cn"] == "localhost")
        #expect(chain.first?["issuer_cn"] == "Test Intermediate")
        #expect(chain.first?["key.type"] == "EC")
        #expect(chain.first?["days_left"] == 89)
        #expect(report["verify.ok"] == true)
        #expect(report["verify.chain_ok"] == true)
        #expect(report["verify.name_ok"] == true)
        #expect(report["verify.checked_name"] == "localhost")
        #expect(report["verify.sent_in_order"] == true)
        #expect(report["verify.path"] == ["CN=localhost", "CN=Test Intermediate", "CN=Test Root"])
        #expect(report["verify.missing_issuer"] == .null)
    }

    @Test(arguments: [("h2,http/1.1", "h2"), ("http/1.1", "http/1.1")])
    func reportsTheProtocolThatTheServerChose(_ offer: String, _ chosen: String) async throws {
        let server = try await OpenSSLServer("-alpn", "h2,http/1.1", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--alpn", offer).report(ending: 0)
        #expect(report["tls.alpn"] == .string(chosen))
        #expect(report["tls.alpn_offered"] == .array(offer.split(separator: ",").map { .string(String($0)) }))
        #expect(try await server.printed("ALPN protocols selected: \(chosen)"))
    }

    @Test func offersNoProtocolUnlessAsked() async throws {
        let server = try await OpenSSLServer("-alpn", "h2", "-tlsextdebug", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["tls.alpn"] == .null)
        #expect(report["tls.alpn_offered"] == [])
        #expect(try await server.printed("CIPHER is"))
        #expect(!server.transcript.contains("application layer protocol negotiation"))
    }

    @Test(arguments: [1, 2, 5])
    func countsTheTicketsOfTLS13(_ count: Int) async throws {
        let server = try await OpenSSLServer(
            "-tls1_3", "-num_tickets", "\(count)", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, patiently).report(ending: 0)
        let tickets = try #require(report["tickets"]).elements
        #expect(tickets.count == count)
        #expect(tickets.map { $0["lifetime_s"] } == Array(repeating: 7200, count: count))
        #expect(tickets.map { $0["index"] } == (0..<count).map { .number(Double($0)) })
        #expect(tickets.map { $0["nonce"] } == (0..<count).map { .string("000000000000000\($0)") })
        #expect(report["tls.confirmed.value"] == "yes")
        #expect(report["tls.confirmed.basis"] == "ticket")
    }

    @Test func waitsForAnObjectionWhereNoTicketsCome() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "0", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["tickets"] == [])
        #expect(report["tls.confirmed.value"] == "unknown")
        #expect(report["tls.confirmed.basis"] == "silence")
        #expect(try #require(report["timings.confirm_ms"]?.double) >= 250)
    }

    @Test func needsNoWindowInTLS12() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().rsa)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["tls.confirmed.value"] == "yes")
        #expect(report["tls.confirmed.basis"] == "finished")
        #expect(report["tls.secure_renegotiation"] == true)
        #expect(report["tls.extended_master_secret"] == true)
        let tickets = try #require(report["tickets"]).elements
        #expect(tickets.map { $0["version"] } == ["TLSv1.2"])
        #expect(tickets.map { $0["age_add"] } == [.null])
    }

    @Test func sendsTheNameThatWasAskedFor() async throws {
        let leaf = try Fixtures.get().ecdsa
        let server = try await OpenSSLServer(
            "-servername", "other.example", "-cert2", leaf.certificatePath, "-key2", leaf.keyPath, certificate: leaf)
        let report = try await connect(server.port, "--sni", "asked.example", "--verify-name", "localhost")
            .report(ending: 0)
        #expect(report["tls.sni"] == "asked.example")
        #expect(report["verify.checked_name"] == "localhost")
        #expect(try await server.printed("Hostname in TLS extension: \"asked.example\""))
    }

    @Test func noticesAHelloRetryRequest() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-groups", "P-384", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--groups", "X25519:P-384").report(ending: 0)
        #expect(report["tls.hello_retry_request"] == true)
        #expect(report["tls.group"] == "secp384r1")
        #expect(report["tls.round_trips"] == 2)
    }

    private func fingerprint(_ certificate: IssuedCertificate) throws -> String {
        let line = try OpenSSLCommand.run([
            "x509", "-in", certificate.certificatePath, "-noout", "-fingerprint", "-sha256",
        ])
        return String(decoding: line, as: UTF8.self).split(separator: "=").last?.filter(\.isHexDigit).lowercased() ?? ""
    }
}
