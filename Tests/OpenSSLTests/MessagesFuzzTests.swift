import OpenSSL
import Testing

@Suite struct MessagesFuzzTests {
    private static let versions: [ProtocolVersion?] = [nil, .ssl3, .tls10, .tls12, .tls13, .dtls12]

    @Test func noMutationTrapsOrInventsBytes() {
        var random = SplitMix64(state: 0x5eed)
        var malformedCount = 0
        let seeds = Captured.conversations.joined().filter { $0.contentType == 22 }
        for _ in 0..<100_000 {
            guard let seed = seeds.randomElement(using: &random) else { return }
            var bytes = seed.bytes
            mutate(&bytes, using: &random)
            // Half of them get a true length back, so that the damage reaches the parsers of the body.
            if Bool.random(using: &random), bytes.count >= 4 {
                bytes.replaceSubrange(1..<4, with: length(bytes.count - 4))
            }
            if check(bytes, version: Self.versions.randomElement(using: &random) ?? nil) { malformedCount += 1 }
        }
        // Neither outcome is rare: the mutations reach the parsers and do damage.
        #expect((20_000...80_000).contains(malformedCount))
    }

    @Test func noGarbageTraps() {
        var random = SplitMix64(state: 0xbad)
        for round in 0..<20_000 {
            let body = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                // Small numbers are plausible lengths.
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...4, using: &random) : .random(in: 0...255, using: &random)
            }
            let type = HandshakeType(rawValue: UInt8(truncatingIfNeeded: round % 27))
            _ = check(handshake(type, body), version: Self.versions.randomElement(using: &random) ?? nil)
        }
    }

    @Test(arguments: [Int32.min, -1, 0, 20, 21, 22, 23, 24, 25, 255, 256, 257, 0x200, 0x201, Int32.max])
    func noContentTypeTraps(_ contentType: Int32) {
        for count in 0..<20 {
            var decoder = MessageDecoder()
            let message = decoder.decode(.received, contentType, [UInt8](repeating: 2, count: count))
            let isKnown = [20, 21, 22].contains(contentType) || contentType == 256 && count == 5
            #expect((message != nil) == isKnown)
        }
    }

    @Test func nilBufferIsAnEmptyMessage() {
        var decoder = MessageDecoder()
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(decoder.decode(direction: .sent, contentType: 22, bytes: empty)?.content == .malformed(nil))
        #expect(decoder.decode(direction: .sent, contentType: 21, bytes: empty)?.content == .malformed(nil))
        #expect(decoder.decode(direction: .sent, contentType: 256, bytes: empty) == nil)
    }

    /// Decodes, compares what the fields claim with what was there, and tells whether the message was malformed.
    private func check(_ bytes: [UInt8], version: ProtocolVersion?) -> Bool {
        var decoder = MessageDecoder()
        decoder.version = version
        guard let message = decoder.decode(.received, 22, bytes) else {
            Issue.record("a handshake message vanished")
            return false
        }
        if message.byteCount != bytes.count || accountedFor(message.content) > bytes.count {
            Issue.record("\(message) holds more than \(bytes)")
        }
        if case .malformed = message.content { return true }
        return false
    }

    /// The number of bytes that the fields of a message claim to stand for.
    private func accountedFor(_ content: Message.Content) -> Int {
        func size(_ extensions: [TLSExtension]) -> Int { extensions.reduce(0) { $0 + 4 + $1.byteCount } }
        switch content {
        case .clientHello(let hello):
            return size(hello.extensions) + hello.cipherSuites.count * 2 + hello.sessionID.count
        case .serverHello(let hello), .helloRetryRequest(let hello):
            return size(hello.extensions) + hello.sessionID.count
        case .encryptedExtensions(let answer): return size(answer.extensions)
        case .certificateRequest(let wish):
            return wish.authorities.reduce(wish.signatureSchemes.count * 2) { $0 + 2 + $1.count }
        case .certificate(let chain): return chain.entries.reduce(0) { $0 + $1.byteCount + size($1.extensions) }
        case .compressedCertificate(let chain): return chain.compressedByteCount
        case .certificateStatus(let status): return status.responseByteCount
        case .newSessionTicket(let ticket): return ticket.ticket.count + ticket.nonce.count + size(ticket.extensions)
        default: return 0
        }
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard let index = bytes.indices.randomElement(using: &random) else { return }
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[index] = .random(in: 0...255, using: &random)
            case 2: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            case 3: bytes.removeSubrange(index..<min(index + .random(in: 1...8, using: &random), bytes.count))
            case 4: bytes.insert(.random(in: 0...255, using: &random), at: index)
            default: bytes.append(contentsOf: bytes[index...].prefix(16))
            }
        }
    }

    private func length(_ count: Int) -> [UInt8] {
        [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
    }
}

/// A seeded source of numbers, so that a failure can be had again.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
