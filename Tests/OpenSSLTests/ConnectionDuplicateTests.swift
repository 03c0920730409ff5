import OpenSSL
import TestSupport
import Testing

/// `duplicate()`: a copy that asks for the same as its template, proven by what the peer sees.
@Suite struct ConnectionDuplicateTests {
    /// SSL_dup leaves out the host name, ALPN and post-handshake authentication.
    @Test func aCopyOffersTheSame() async throws {
        let leaf = try ConnectionFixtures.get().leaf
        let server = try await OpenSSLServer(
            "-tls1_3", "-tlsextdebug", "-alpn", "h2", "-servername", "other.example", "-cert2", leaf.certificatePath,
            "-key2", leaf.keyPath, certificate: leaf)
        var settings = ConnectionSettings()
        settings.serverName = "copy.example"
        settings.alpn = ["h2"]
        settings.offersPostHandshakeAuth = true
        let copy = try copy(settings, port: server.port)
        try copy.finishHandshake()
        #expect(copy.selectedProtocol == Array("h2".utf8))
        #expect(try await server.printed("CIPHER is"))
        let transcript = server.transcript
        #expect(transcript.contains("Hostname in TLS extension: \"copy.example\""))
        #expect(transcript.contains("ALPN protocols advertised by the client: h2"))
        #expect(transcript.contains("\"post handshake auth\""))
    }

    /// A copy that verifies less would be a hole.
    @Test(arguments: [("localhost", true), ("wrong.example", false)])
    func aCopyVerifiesTheSameName(_ name: String, _ isRight: Bool) async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer(certificate: fixtures.leaf)
        var settings = ConnectionSettings()
        settings.peer = .name(name)
        let copy = try copy(settings, port: server.port, trust: TrustStore([.path(fixtures.root.certificatePath)]))
        try copy.finishHandshake()
        #expect(copy.verification?.isNameOK == isRight)
        #expect(copy.verification?.isOK == isRight)
        #expect(copy.verification?.checkedName == name)
    }

    @Test(arguments: [("127.0.0.1", true), ("127.0.0.2", false)])
    func aCopyVerifiesTheSameAddress(_ address: String, _ isRight: Bool) async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer(certificate: fixtures.leaf)
        var settings = ConnectionSettings()
        settings.peer = .address(address)
        let copy = try copy(settings, port: server.port, trust: TrustStore([.path(fixtures.root.certificatePath)]))
        try copy.finishHandshake()
        #expect(copy.verification?.isOK == isRight)
    }

    @Test func aCopyAllowsTheSameDepth() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer(certificate: fixtures.leaf)
        var settings = ConnectionSettings()
        settings.verifyDepth = 0
        let copy = try copy(settings, port: server.port, trust: TrustStore([.path(fixtures.root.certificatePath)]))
        try copy.finishHandshake()
        #expect(copy.verification?.isChainOK == false)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aCopyHasTheSamePreSharedKey(_ version: String) async throws {
        let server = try await OpenSSLServer(version, "-nocert", "-psk", "0011223344556677", "-psk_identity", "probe")
        var settings = ConnectionSettings()
        settings.preSharedKey = PreSharedKey(
            identity: "probe", key: [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77])
        let copy = try copy(settings, port: server.port)
        try copy.finishHandshake()
        #expect(copy.peerCertificates.isEmpty)
    }

    @Test func aStartedConnectionCannotBeCopied() async throws {
        let server = try await OpenSSLServer(certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        #expect(throws: Connection.DuplicationError.self) { try client.duplicate() }
    }

    /// Under AddressSanitizer this also shows that each Observer is freed once.
    @Test func fiftyCopiesOutliveTheirTemplate() async throws {
        let fixtures = try ConnectionFixtures.get()
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "0", "-rev", certificate: fixtures.leaf)
        let context = try Context(
            client: Self.client, trust: TrustStore([.path(fixtures.root.certificatePath)]))
        var settings = ConnectionSettings()
        settings.peer = .name("localhost")
        let template = try Connection(client: context, settings: settings)
        let observer = WeakObserver(template.observer)
        var copies = try Self.copies(50, of: template, port: server.port)
        #expect(observer.value == nil)
        var randoms: Set<String> = []
        while !copies.isEmpty {
            // s_server serves one after the other, so each has to be gone before the next is answered.
            let copy = copies.removeFirst()
            try copy.finishHandshake()
            #expect(copy.verification?.isOK == true)
            #expect(copy.messages.filter { $0 == ">client_hello" }.count == 1)
            #expect(copy.messages.filter { $0 == "<finished" }.count == 1)
            let own = Set(copy.keyLog.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
            #expect(own.count == 1)
            randoms.formUnion(own)
            _ = try copy.shutdown()
        }
        #expect(randoms.count == 50)
    }

    private static var client: ClientSettings {
        var settings = ClientSettings()
        settings.tls.logsKeys = true
        return settings
    }

    private func copy(
        _ settings: ConnectionSettings, port: UInt16, trust: TrustStore? = nil
    ) throws -> ConnectionClient {
        let context = try Context(client: Self.client, trust: trust ?? TrustStore.none())
        let template = try Connection(client: context, settings: settings)
        return try ConnectionClient(template.duplicate(), port: port)
    }

    /// The template is gone when this returns.
    private static func copies(
        _ count: Int, of template: consuming Connection, port: UInt16
    ) throws -> [ConnectionClient] {
        var copies: [ConnectionClient] = []
        for _ in 0..<count { copies.append(try ConnectionClient(template.duplicate(), port: port)) }
        return copies
    }
}

/// Shows whether an Observer, and with it the SSL that owns it, still lives.
final class WeakObserver {
    private(set) weak var value: Observer?
    init(_ value: Observer?) { self.value = value }
}
