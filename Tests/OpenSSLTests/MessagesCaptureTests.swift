import OpenSSL
import Testing

/// One message as a run of `openssl s_client -msg` showed it. Certificates are left out: none is committed.
struct Captured: Sendable {
    let direction: Direction
    let name: String
    let bytes: [UInt8]

    init(_ direction: Direction, _ name: String, _ hex: String) {
        self.direction = direction
        self.name = name
        bytes = Self.bytes(hex: hex)
    }

    static let conversations = [
        tls13, retry, clientCertificate13, earlyData, tls12, clientCertificate12, finiteField12, psk12, tls10,
    ]

    /// The content type that OpenSSL passes with the message.
    var contentType: Int32 {
        switch name {
        case "alert", "close_notify": 21
        case "change_cipher_spec": 20
        default: 22
        }
    }

    static func bytes(hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

extension MessageDecoder {
    init(version: ProtocolVersion) {
        self.init()
        self.version = version
    }

    mutating func decode(_ direction: Direction = .received, _ contentType: Int32 = 22, _ bytes: [UInt8]) -> Message? {
        bytes.withUnsafeBytes { decode(direction: direction, contentType: contentType, bytes: $0) }
    }

    static func decode(_ conversation: [Captured]) -> [Message] {
        var decoder = MessageDecoder()
        return conversation.compactMap { decoder.decode($0.direction, $0.contentType, $0.bytes) }
    }

    static func content(of bytes: [UInt8], _ version: ProtocolVersion) -> Message.Content? {
        var decoder = MessageDecoder(version: version)
        return decoder.decode(.received, 22, bytes)?.content
    }
}

/// Builds a vector with its length before it.
func vector(_ lengthBytes: Int, _ content: [UInt8]) -> [UInt8] {
    (0..<lengthBytes).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) } + content
}

/// Builds a handshake message.
func handshake(_ type: HandshakeType, _ body: [UInt8]) -> [UInt8] {
    [type.rawValue] + vector(3, body)
}

@Suite struct MessagesCaptureTests {
    @Test(arguments: Captured.conversations)
    func namesAndSizesOfCapturedMessagesAreRight(_ conversation: [Captured]) {
        let messages = MessageDecoder.decode(conversation)
        #expect(messages.map(\.name) == conversation.map(\.name))
        #expect(messages.map(\.byteCount) == conversation.map(\.bytes.count))
        #expect(messages.map(\.direction) == conversation.map(\.direction))
    }

    @Test(arguments: Captured.conversations)
    func everyTruncationIsMalformed(_ conversation: [Captured]) {
        var decoder = MessageDecoder()
        for captured in conversation where captured.contentType == 22 {
            for count in 0..<captured.bytes.count {
                let type = count == 0 ? nil : HandshakeType(rawValue: captured.bytes[0])
                let message = decoder.decode(captured.direction, 22, Array(captured.bytes.prefix(count)))
                #expect(message?.content == .malformed(type))
            }
            _ = decoder.decode(captured.direction, 22, captured.bytes)
        }
    }

    @Test(arguments: Captured.conversations)
    func everyTruncatedBodyIsDecodedWithoutTheMissingPart(_ conversation: [Captured]) {
        var decoder = MessageDecoder()
        for captured in conversation where captured.contentType == 22 {
            let type = HandshakeType(rawValue: captured.bytes[0])
            let body = Array(captured.bytes.dropFirst(4))
            let whole = decoder.decode(captured.direction, 22, captured.bytes)
            // Nothing of these is read, nor of the nameless signature of TLS 1.0.
            let isOpaque = [.finished, .clientKeyExchange].contains(type)
            if isOpaque || type == .serverKeyExchange && decoder.version == .tls10 { continue }
            for count in body.indices {
                var probe = decoder
                let part = probe.decode(captured.direction, 22, handshake(type, Array(body.prefix(count))))
                #expect(part != nil)
                #expect(part?.content != whole?.content, "\(captured.name) of \(count) bytes")
            }
        }
    }
}
