import OpenSSL
import Testing

@testable import ProbeKit

/// What several tickets tell that one does not: whether the server seals them, and with which key.
@Suite struct TicketEntriesTests {
    private let key = Array(repeating: UInt8(0xAB), count: 16)
    private let other = Array(repeating: UInt8(0xCD), count: 16)

    /// A ticket of so many bytes that begins like this; the rest is random.
    private func ticket(_ start: [UInt8] = [], count: Int = 208) -> [UInt8] {
        start + (start.count..<count).map { _ in UInt8.random(in: .min ... .max) }
    }

    private func entries(_ connections: [[UInt8]]..., version: ProtocolVersion = .tls13) -> TicketEntries {
        TicketEntries(
            connections.enumerated().map { index, tickets in
                .init(connection: index + 1, address: "192.0.2.\(index)", log: .after(tickets, version))
            })
    }

    @Test func nothingComesOfNothing() {
        #expect(entries().all.isEmpty && entries([], []).keyNames.isEmpty)
    }

    @Test func oneTicketDoesNotTell() throws {
        let entries = entries([ticket(key)])
        let only = try #require(entries.all.first)
        #expect(only.kind == .unknown && only.kindWhy == "one ticket does not tell")
        #expect(only.keyName == nil && only.prefixHex == key.hex && entries.keyNames.isEmpty)
    }

    @Test func twoThatBeginAlikeAreSealed() {
        for entries in [entries([ticket(key), ticket(key)]), entries([ticket(key)], [ticket(key)])] {
            #expect(entries.all.map(\.kind) == [.stateless, .stateless])
            #expect(entries.all.allSatisfy { $0.kindWhy == "a 16-byte prefix shared by 2 of 2 tickets" })
            #expect(entries.all.map(\.keyName) == [key.hex, key.hex] && entries.keyNames == [key.hex])
        }
    }

    @Test func twoThatDoNotAreUnknown() {
        let entries = entries([ticket(key)], [ticket(other)])
        #expect(entries.all.allSatisfy { $0.kind == .unknown && $0.kindWhy == "no other ticket begins like it" })
        #expect(entries.all.map(\.prefixHex) == [key.hex, other.hex] && entries.keyNames.isEmpty)
    }

    /// Fifteen bytes in common may be chance, or a counter.
    @Test func theNameIsSixteenBytesLong() {
        let entries = entries([ticket(key.dropLast() + [1]), ticket(key.dropLast() + [2])])
        #expect(entries.all.map(\.kind) == [.unknown, .unknown])
    }

    @Test func keysAreNamedInTheOrderOfTheirAppearance() {
        let stray = ticket(Array(repeating: 1, count: 16))
        let entries = entries([ticket(other), stray], [ticket(key), ticket(other)], [ticket(key)])
        #expect(entries.keyNames == [other.hex, key.hex])
        #expect(entries.all.map(\.kind) == [.stateless, .unknown, .stateless, .stateless, .stateless])
        #expect(entries.all[0].kindWhy == "a 16-byte prefix shared by 2 of 5 tickets")
        #expect(entries.all.map(\.conn) == [1, 1, 2, 2, 3] && entries.all.map(\.index) == [0, 1, 0, 1, 0])
        #expect(entries.all.map(\.address) == ["192.0.2.0", "192.0.2.0", "192.0.2.1", "192.0.2.1", "192.0.2.2"])
    }

    @Test(arguments: [1, 16, 32])
    func whatIsShortIsAReference(count: Int) {
        let entries = entries([ticket(count: count)], [ticket(count: count)])
        for entry in entries.all {
            #expect(entry.kind == .stateful && entry.ticketBytes == count)
            #expect(
                entry.kindWhy
                    == "\(count) bytes: too short to hold a session, so it names one that the server remembers")
            #expect(entry.prefixHex == nil && entry.keyName == nil)
        }
        #expect(entries.keyNames.isEmpty)
    }

    /// A reference that happens to begin like a sealed ticket says nothing of the key.
    @Test func aReferenceIsNotCounted() {
        let entries = entries([ticket(key), ticket(key, count: 32)])
        #expect(entries.all.map(\.kind) == [.unknown, .stateful])
        #expect(self.entries([ticket(count: 33)]).all.map(\.kind) == [.unknown])
    }

    @Test func everyFieldIsTheWires() throws {
        let entry = try #require(entries([ticket(key)]).all.first)
        #expect(entry.version == "TLSv1.3" && entry.lifetimeS == 7200 && entry.ageAdd == 0xFFFF_FFFE)
        #expect(entry.nonce == "0007" && entry.maxEarlyData == 16384 && entry.extensions == ["early_data"])
        #expect(entry.afterData == false)
    }

    @Test func beforeTLS13ThereAreFewer() throws {
        let entry = try #require(entries([ticket(key)], version: .tls12).all.first)
        #expect(entry.version == "TLSv1.2" && entry.lifetimeS == 7200 && entry.ageAdd == nil && entry.nonce == nil)
        #expect(entry.maxEarlyData == nil && entry.extensions.isEmpty && entry.ticketBytes == 208)
    }

    /// An empty one says that there is no ticket after all (RFC 5077, 3.3).
    @Test func anEmptyTicketIsNone() {
        #expect(entries([[]], version: .tls12).all.isEmpty)
    }

    @Test func tellsWhatCameAfterData() {
        let log = WireLog.after([ticket(key)], .tls13)
        log.receivedData()
        log.receive([ticket(key)], .tls13)
        let entries = TicketEntries([.init(connection: 1, address: nil, log: log)])
        #expect(entries.all.map(\.afterData) == [false, true])
    }
}

extension WireLog {
    /// A client's log that has seen a ServerHello and these tickets.
    fileprivate static func after(_ tickets: [[UInt8]], _ version: ProtocolVersion) -> WireLog {
        let recorder = Recorder(
            target: "a.example", detail: .init(keeps: false, includesHandshakeMessages: false), onEvent: nil)
        let log = WireLog(recorder: recorder, role: .client, idleLimit: 64)
        let choice: [UInt8] = version == .tls13 ? [0, 6, 0, 43, 0, 2, 3, 4] : [0, 0]
        let hello: [UInt8] = [3, 3] + Array(repeating: 7, count: 32) + [0, 0x13, 0x01, 0] + choice
        log.receive(message: 2, hello, nil)
        log.isEstablished = true
        log.receive(tickets, version)
        return log
    }

    fileprivate func receive(_ tickets: [[UInt8]], _ version: ProtocolVersion) {
        for ticket in tickets {
            let lifetime: [UInt8] = [0, 0, 0x1C, 0x20]
            let sealed = [UInt8(ticket.count >> 8), UInt8(ticket.count & 0xFF)] + ticket
            let early: [UInt8] = [0, 8, 0, 42, 0, 4, 0, 0, 0x40, 0]
            let body: [UInt8] =
                version == .tls13
                ? lifetime + [0xFF, 0xFF, 0xFF, 0xFE, 2, 0, 7] + sealed + early : lifetime + sealed
            receive(message: 4, body, version)
        }
    }

    private func receive(message type: UInt8, _ body: [UInt8], _ version: ProtocolVersion?) {
        var decoder = MessageDecoder()
        decoder.version = version
        let bytes = [type, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
        let message = bytes.withUnsafeBytes { decoder.decode(direction: .received, contentType: 22, bytes: $0) }
        if let message { observe(message) }
    }
}
