import OpenSSL
import TestSupport
import Testing

/// The handshake against `openssl s_server`: what was negotiated, and the messages in order.
@Suite struct ConnectionHandshakeTests {
    @Test func reportsFactsOfTLS13() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer(
            "-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-alpn", "h2", certificate: fixtures.leaf)
        var settings = ConnectionSettings()
        settings.alpn = ["http/1.1", "h2"]
        let client = try ConnectionClient(port: server.port, settings: settings)
        #expect(!client.isFinished)
        try client.finishHandshake()
        #expect(client.isFinished)
        #expect(client.version == .tls13)
        #expect(client.cipher?.name == "TLS_CHACHA20_POLY1305_SHA256")
        #expect(client.cipher?.opensslName == "TLS_CHACHA20_POLY1305_SHA256")
        #expect(client.cipher?.bits == 256)
        #expect(client.selectedProtocol == Array("h2".utf8))
        #expect(!client.isResumed)
        #expect(client.peerCertificates.count == 2)
        #expect(client.bytes.sent > 0)
        #expect(client.bytes.received > 0)
        #expect(try await server.printed("ALPN protocols selected: h2"))
    }

    @Test func reportsFactsOfTLS12() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer(
            "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256", certificate: fixtures.leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        #expect(client.version == .tls12)
        #expect(client.cipher?.name == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        #expect(client.cipher?.opensslName == "ECDHE-ECDSA-AES128-GCM-SHA256")
        #expect(client.cipher?.bits == 128)
        #expect(client.selectedProtocol == nil)
        #expect(client.usesExtendedMasterSecret)
        #expect(client.supportsSecureRenegotiation)
    }

    @Test func seesTheMessagesOfTLS13InOrder() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "1", "-rev", certificate: fixtures.leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        try client.write("abc\n")
        #expect(try client.read() == Array("cba\n".utf8))
        _ = try client.shutdown()
        let step = try client.readToTheEnd()
        guard case .closed = step else {
            Issue.record("ended with \(step)")
            return
        }
        // OpenSSL 3.5 tells of a received change_cipher_spec, 3.0 does not.
        #expect(
            client.messages.filter { $0 != "<change_cipher_spec" } == [
                ">client_hello", "<server_hello", "<encrypted_extensions", "<certificate", "<certificate_verify",
                "<finished", ">change_cipher_spec", ">finished", "<new_session_ticket", ">close_notify",
                "<close_notify",
            ])
    }

    @Test func seesTheMessagesOfTLS12InOrder() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer("-tls1_2", "-rev", certificate: fixtures.leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        try client.write("abc\n")
        #expect(try client.read() == Array("cba\n".utf8))
        #expect(
            client.messages.filter { $0 != "<change_cipher_spec" } == [
                ">client_hello", "<server_hello", "<certificate", "<server_key_exchange", "<server_hello_done",
                ">client_key_exchange", ">change_cipher_spec", ">finished", "<new_session_ticket", "<finished",
            ])
    }

    @Test func tellsAHelloRetryRequestFromAServerHello() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer("-tls1_3", "-groups", "P-384", certificate: fixtures.leaf)
        var settings = ClientSettings()
        settings.tls.groups = "X25519:P-384"
        let client = try ConnectionClient(port: server.port, client: settings)
        try client.finishHandshake()
        let hellos = client.messages.filter { $0.contains("hello") }
        #expect(hellos == [">client_hello", "<hello_retry_request", ">client_hello", "<server_hello"])
    }

    @Test func keepsTheKeyLog() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer("-tls1_3", certificate: fixtures.leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        let labels = client.keyLog.compactMap { $0.split(separator: " ").first.map(String.init) }
        for label in [
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
            "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET",
        ] {
            #expect(labels.contains(label))
        }
    }
}

/// Certificates of the binding's tests; made once per run.
struct ConnectionFixtures: Sendable {
    let root: CertificateAuthority
    /// For localhost and 127.0.0.1, under an intermediate.
    let leaf: IssuedCertificate

    private static let made = Result { try ConnectionFixtures() }

    static func get() throws -> ConnectionFixtures { try made.get() }

    private init() throws {
        root = try CertificateAuthority()
        leaf = try root.intermediate().issue()
    }
}
