import OpenSSL
import TestSupport
import Testing

/// BIOs in front of a connection.
@Suite struct LineStreamTests {
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func readsLinesAsTheyCome(version: ProtocolVersion) throws {
        let pair = try connected(version)
        let writer = try LineStream(pair.server)
        let reader = try LineStream(pair.client)
        #expect(text("one\ntwo\nthr") { writer.write($0) } == 11)
        // Nothing goes out before it is said.
        #expect(line(reader) == nil)
        #expect(count(writer.flush()) != nil)
        #expect(line(reader) == "one\n" && line(reader) == "two\n" && line(reader) == "thr" && line(reader) == nil)
        #expect(text("ee\n") { writer.write($0) } == 3)
        #expect(count(writer.flush()) != nil)
        #expect(line(reader) == "ee\n")
    }

    @Test func tellsTheEndOfTheStream() throws {
        let pair = try connected(.tls13)
        let reader = try LineStream(pair.client)
        _ = pair.server.shutdown()
        var buffer = [UInt8](repeating: 0, count: 64)
        var step = buffer.withUnsafeMutableBytes { reader.nextLine(into: $0) }
        while case .wantsRead(drained: false) = step {
            step = buffer.withUnsafeMutableBytes { reader.nextLine(into: $0) }
        }
        guard case .closed = step else {
            Issue.record("\(step)")
            return
        }
    }

    @Test func renegotiatesAfterSoManyBytes() throws {
        var settings = ServerSettings()
        settings.allowsClientRenegotiation = true
        let pair = try connected(.tls12, settings)
        let filter = try ConnectionFilter(pair.client)
        try filter.renegotiate(everyBytes: 1000)
        let bytes = [UInt8](repeating: 7, count: 600)
        for _ in 0..<2 { #expect(count(bytes.withUnsafeBytes { filter.write($0) }) == 600) }
        let arranged = filter.renegotiationCount
        #expect(arranged == 1)
        // The next write begins it, and is to be repeated when it is over.
        #expect(count(bytes.withUnsafeBytes { filter.write($0) }) == nil)
        try pair.settle()
        #expect(count(bytes.withUnsafeBytes { filter.write($0) }) == 600)
        let performed = pair.client.renegotiationCount
        #expect(performed == 1 && !pair.isRenegotiating)
    }

    @Test func refusesLimitsThatOpenSSLWouldNotKeep() throws {
        let pair = try connected(.tls12)
        let filter = try ConnectionFilter(pair.client)
        #expect(throws: OpenSSLError.self) { try filter.renegotiate(everyBytes: 511) }
        #expect(throws: OpenSSLError.self) { try filter.renegotiate(everySeconds: 59) }
    }

    @Test func theConnectionOutlivesItsStream() throws {
        let pair = try connected(.tls13)
        do { _ = try LineStream(pair.client) }
        #expect(text("still there") { pair.server.write($0) } == 11)
        #expect(try pair.drainClient() == Array("still there".utf8))
    }

    private func connected(
        _ version: ProtocolVersion, _ settings: ServerSettings = ServerSettings()
    ) throws -> ConnectionPair {
        var settings = settings
        settings.tls.maximum = version
        let pair = try ConnectionPair(ConnectionEnds(settings))
        try pair.shakeHands()
        try pair.settle()
        return pair
    }

    private func line(_ reader: borrowing LineStream) -> String? {
        var buffer = [UInt8](repeating: 0, count: 64)
        let step = buffer.withUnsafeMutableBytes { reader.nextLine(into: $0) }
        return count(step).map { String(decoding: buffer.prefix($0), as: UTF8.self) }
    }

    private func text(_ text: String, _ write: (UnsafeRawBufferPointer) -> Step) -> Int? {
        count(Array(text.utf8).withUnsafeBytes { write($0) })
    }

    private func count(_ step: Step) -> Int? { if case .done(let count) = step { count } else { nil } }
}
