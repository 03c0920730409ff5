import Glibc
import OpenSSL
import TestSupport
import Testing

/// How a connection dies, and that the first reason stays.
@Suite struct ConnectionFailureTests {
    @Test func keepsTheFirstFailure() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: ConnectionFixtures.get().leaf)
        var settings = ClientSettings()
        settings.tls.minimum = .tls13
        let client = try ConnectionClient(port: server.port, client: settings)
        let first = try #require(failure(client.handshake()))
        #expect(first.kind == .tls)
        // A read would now say "closed" and a shutdown "clean" (openssl-truth: the look of a fatal alert).
        #expect(failure(client.readOnce().step) == first)
        #expect(try failure(client.write("x")) == first)
        #expect(try failure(client.shutdown()) == first)
        #expect(client.observer.failure == first)
        #expect(client.messages.last == "<alert")
    }

    @Test func tellsAnEndWithoutGoodbye() throws {
        let server = try RawServer.closing()
        let client = try ConnectionClient(port: server.port)
        #expect(try failure(client.handshake())?.kind == .endOfStream)
    }

    @Test func tellsAReset() throws {
        let server = try RawServer { connection in
            _ = connection.receive()
            connection.resetAtEnd()
        }
        let client = try ConnectionClient(port: server.port)
        #expect(try failure(client.handshake())?.kind == .system(ECONNRESET))
    }

    @Test func tellsWhatIsNotTLS() throws {
        let server = try RawServer.banner(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))
        let client = try ConnectionClient(port: server.port)
        let found = try #require(failure(client.handshake()))
        #expect(found.kind == .tls)
        #expect(found.error.operation == "SSL_do_handshake")
        #expect(found.error.cause != nil)
    }

    /// OpenSSL says `unknown` for this alert; the message has it.
    @Test func seesTheAlertThatRefusesUs() async throws {
        let server = try await OpenSSLServer(
            "-tls1_3", "-Verify", "1", "-verify_return_error", certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        let end = try #require(failure(client.readToTheEnd()))
        #expect(end.kind == .tls)
        let alerts = client.contents.compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
        #expect(alerts.map(\.kind.rawValue) == [116])
    }

    private func failure(_ step: Step) -> StepFailure? {
        if case .failed(let failure) = step { failure } else { nil }
    }
}
