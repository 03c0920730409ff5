import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// Ticket keys that change: who is resumed, and how many tickets that gives.
@Suite struct TicketKeyRingTests {
    /// A server with a ring, and clients that come back.
    private struct Station {
        let ring: TicketKeyRing
        let ends: ConnectionEnds

        init(_ version: ProtocolVersion, hasRing: Bool = true) throws {
            ring = try TicketKeyRing()
            var settings = ServerSettings()
            settings.tls.maximum = version
            if hasRing { settings.tickets.keys = ring }
            ends = try ConnectionEnds(settings)
        }

        /// One visit; its tickets are read.
        func visit(with session: Session? = nil) throws -> ConnectionPair {
            let pair = try ConnectionPair(ends, resuming: session)
            try pair.shakeHands()
            try pair.drainClient()
            return pair
        }
    }

    private static let versions = [ProtocolVersion.tls12, .tls13]

    @Test(arguments: versions)
    func sealsTicketsWithTheCurrentKey(version: ProtocolVersion) throws {
        let station = try Station(version)
        let first = try #require(station.visit().tickets.first)
        #expect(Array(first.ticket.prefix(16)) == station.ring.keyName)
        try station.ring.rotate()
        let second = try #require(station.visit().tickets.first)
        #expect(Array(second.ticket.prefix(16)) == station.ring.keyName)
        #expect(first.ticket.prefix(16) != second.ticket.prefix(16))
    }

    /// A callback that answers 1 in TLS 1.3 would leave a client that was resumed without a ticket.
    @Test(arguments: versions)
    func givesAsManyTicketsAsWithoutARing(version: ProtocolVersion) throws {
        var counts: [[Int]] = []
        for hasRing in [false, true] {
            let station = try Station(version, hasRing: hasRing)
            let full = try station.visit()
            let session = try #require(full.sessions.first)
            let resumed = try station.visit(with: session)
            #expect(resumed.isResumed)
            counts.append([full.tickets.count, resumed.tickets.count])
        }
        #expect(counts[0] == counts[1])
        #expect(counts[0] == (version == .tls13 ? [2, 1] : [1, 0]))
    }

    @Test(arguments: versions)
    func takesAKeyForOnePeriodMore(version: ProtocolVersion) throws {
        let station = try Station(version)
        let session = try #require(station.visit().sessions.first)
        let copies = try (0..<3).map { _ in try Session(der: session.der) }

        let same = try station.visit(with: copies[0])
        #expect(same.isResumed && same.server.observer.ticketKeyAge == .current)

        try station.ring.rotate()
        let renewed = try station.visit(with: copies[1])
        #expect(renewed.isResumed && renewed.server.observer.ticketKeyAge == .previous)
        // Whoever is resumed by the old key gets a ticket of the new one, in TLS 1.2 as well.
        let ticket = try #require(renewed.tickets.first)
        #expect(Array(ticket.ticket.prefix(16)) == station.ring.keyName)

        try station.ring.rotate()
        let refused = try station.visit(with: copies[2])
        #expect(!refused.isResumed && refused.server.observer.ticketKeyAge == .unknown)
        #expect(!refused.sessions.isEmpty)
    }

    @Test(arguments: versions)
    func aTicketOfAnotherRingLeadsToAFullHandshake(version: ProtocolVersion) throws {
        let stranger = try #require(Station(version).visit().sessions.first)
        // A copy, for the client that went without a close took the original with it.
        let visit = try Station(version).visit(with: Session(der: stranger.der))
        #expect(!visit.isResumed && visit.server.observer.ticketKeyAge == .unknown)
    }

    /// The name still fits, so the key is found; the seal is broken.
    @Test(arguments: versions)
    func aTicketThatWasChangedLeadsToAFullHandshake(version: ProtocolVersion) throws {
        let station = try Station(version)
        let first = try station.visit()
        var der = try #require(first.sessions.first).der
        let ticket = try #require(first.tickets.first).ticket
        let place = try #require(der.firstRange(of: ticket))
        der[place.upperBound - 1] ^= 1
        let visit = try station.visit(with: try Session(der: der))
        #expect(!visit.isResumed && visit.server.observer.ticketKeyAge == .current)
    }

    @Test func rotatesWhileOthersShakeHands() async throws {
        let station = try Station(.tls13)
        let (ring, client, server) = (station.ring, station.ends.client, station.ends.server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<200 { try ring.rotate() }
            }
            for _ in 0..<3 {
                group.addTask {
                    let ends = ConnectionEnds(client: client, server: server)
                    for _ in 0..<30 {
                        let pair = try ConnectionPair(ends)
                        try pair.shakeHands()
                        try pair.drainClient()
                        #expect(pair.tickets.count == 2)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
