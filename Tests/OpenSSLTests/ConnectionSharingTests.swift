import OpenSSL
import TestSupport
import Testing

/// `share()`: two references to one connection, which ends with the last.
@Suite struct ConnectionSharingTests {
    @Test func bothReferencesWork() async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        let other = try client.share()
        #expect(!other.isFinished)
        try client.finishHandshake()
        #expect(other.isFinished)
        #expect(other.version == .tls13)
        #expect(other.observer === client.observer)
    }

    @Test func theLastReferenceEndsIt() async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: ConnectionFixtures.get().leaf)
        var client: ConnectionClient? = try ConnectionClient(port: server.port)
        var other = try client?.share()
        try client?.finishHandshake()
        let observer = WeakObserver(client?.observer)
        client = nil
        // The SSL owns its Observer, so its life shows that of the SSL.
        #expect(observer.value != nil)
        #expect(other?.isFinished == true)
        other = nil
        #expect(observer.value == nil)
    }
}
