import Foundation
import OpenSSL
import TestSupport
import Testing

/// Tickets and sessions, and what comes with them in one segment.
@Suite struct ConnectionTicketTests {
    @Test func readsEveryFieldOfATicket() async throws {
        let server = try await OpenSSLServer(
            "-tls1_3", "-num_tickets", "3", "-rev", certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        try client.write("abc\n")
        _ = try client.read()
        #expect(client.tickets.count == 3)
        #expect(client.sessions.count == 3)
        #expect(client.tickets.map(\.nonce) == (0..<3).map { Array(repeating: 0, count: 7) + [$0] })
        #expect(Set(client.tickets.compactMap(\.ageAdd)).count == 3)
        for (ticket, session) in zip(client.tickets, client.sessions) {
            #expect(ticket.lifetime == 7200)
            #expect(session.lifetimeHint == 7200)
            #expect(ticket.maxEarlyData == nil)
            #expect(session.maxEarlyData == 0)
            #expect(ticket.ticket.count > 100)
            #expect(session.isResumable)
            #expect(session.version == .tls13)
        }
    }

    @Test func readsTheEarlyDataLimitOfATicket() async throws {
        let server = try await OpenSSLServer(
            "-tls1_3", "-early_data", "-max_early_data", "1234", certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        try client.readMessages { client.tickets.count == 2 }
        #expect(client.tickets.map(\.maxEarlyData) == [1234, 1234])
        #expect(client.sessions.map(\.maxEarlyData) == [1234, 1234])
    }

    @Test func readsATicketOfTLS12() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        let ticket = try #require(client.tickets.first)
        #expect(client.tickets.count == 1)
        #expect(ticket.lifetime == 7200)
        #expect(ticket.ageAdd == nil)
        #expect(ticket.nonce == [])
        #expect(client.session?.version == .tls12)
    }

    /// AUTO_RETRY is off: each ticket ends a call, and an edge-triggered loop must know that more is there.
    @Test func readsTicketsAndDataThatCameInOneSegment() async throws {
        let server = try await OpenSSLServer(
            "-tls1_3", "-num_tickets", "2", "-rev", certificate: ConnectionFixtures.get().leaf)
        // Two tickets and the answer.
        let relay = try JoiningRelay(to: server.port, records: 3)
        let client = try ConnectionClient(port: relay.port)
        try client.finishHandshake()
        try client.write("abc\n")
        try client.waitForBytes()
        // Not a single wait from here on.
        let steps = [client.readOnce(), client.readOnce(), client.readOnce()]
        for (step, _) in steps.dropLast() {
            guard case .wantsRead(drained: false) = step else {
                Issue.record("a ticket gave \(step)")
                return
            }
        }
        #expect(steps.last?.bytes == Array("cba\n".utf8))
        #expect(client.tickets.count == 2)
        guard case .wantsRead(drained: true) = client.readOnce().step else {
            Issue.record("the socket is not empty")
            return
        }
    }

    @Test func keepsASessionInDER() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-rev", certificate: ConnectionFixtures.get().leaf)
        let client = try ConnectionClient(port: server.port)
        try client.finishHandshake()
        try client.write("abc\n")
        _ = try client.read()
        let session = try #require(client.sessions.first)
        let again = try Session(der: session.der)
        #expect(!session.der.isEmpty)
        #expect(again.der == session.der)
        #expect(again.lifetimeHint == session.lifetimeHint)
        #expect(again.version == .tls13)
        let path = try TemporaryFolder.write(session.der)
        let text = String(
            decoding: try OpenSSLCommand.run(["sess_id", "-inform", "DER", "-in", path, "-text"]), as: UTF8.self)
        #expect(text.contains("Protocol  : TLSv1.3"))
        #expect(text.contains("TLS session ticket lifetime hint: 7200"))
    }

    @Test func refusesWhatIsNoSession() {
        #expect(throws: OpenSSLError.self) { try Session(der: []) }
        #expect(throws: OpenSSLError.self) { try Session(der: [0x30, 0x03, 0x02, 0x01]) }
    }
}
