import COpenSSL

/// Turns what OpenSSL's message callback hands over into messages; total, whatever the bytes.
///
/// Several messages changed their layout with the version, so a decoder belongs to one connection and sees both
/// directions of it in order. The bytes are borrowed for the call alone. Wraps the arguments of
/// `SSL_CTX_set_msg_callback(3)`.
public struct MessageDecoder: Sendable {
    /// The version in use, learned from ServerHello; without one the layout of TLS 1.2 is taken.
    public var version: ProtocolVersion?
    /// How much is decoded.
    public var detail = Detail.everything

    /// How much of a message is decoded.
    public enum Detail: Sendable {
        /// All of it.
        case everything
        /// Alerts, and of handshake messages those that a flood is made of; of the others the type alone.
        case outline
    }

    /// Makes a decoder for a connection that has not begun.
    public init() {}

    /// Decodes one call of the callback; `nil` for pseudo types that say nothing, such as the inner content type.
    public mutating func decode(
        direction: Direction, contentType: Int32, bytes: UnsafeRawBufferPointer
    ) -> Message? {
        let reader = ByteReader(bytes)
        let type: ContentType
        let content: Message.Content
        switch contentType {
        case SSL3_RT_HANDSHAKE:
            type = .handshake
            content = decodeHandshake(reader)
        case SSL3_RT_ALERT:
            type = .alert
            content = decodeAlert(reader)
        case SSL3_RT_CHANGE_CIPHER_SPEC:
            type = .changeCipherSpec
            content = .changeCipherSpec
        case SSL3_RT_HEADER:
            guard let header = RecordHeader(reader) else { return nil }
            type = header.contentType
            content = .recordHeader(header)
        case 0:
            // A ClientHello in the format of SSL 2.0, which is said to be no record at all.
            guard bytes.first == UInt8(SSL2_MT_CLIENT_HELLO) else { return nil }
            type = .handshake
            content = .other(.clientHello)
        default: return nil
        }
        return Message(direction: direction, contentType: type, byteCount: bytes.count, content: content)
    }

    /// What an outline is of: the version, and what floods are made of.
    private static let outlined: [HandshakeType] = [.serverHello, .keyUpdate, .helloRequest]

    private func decodeAlert(_ reader: ByteReader) -> Message.Content {
        var reader = reader
        guard let level = reader.readUInt8(), let kind = reader.readUInt8(), reader.isEmpty else {
            return .malformed(nil)
        }
        return .alert(Alert(level: Alert.Level(rawValue: level), kind: AlertDescription(rawValue: kind)))
    }

    private mutating func decodeHandshake(_ reader: ByteReader) -> Message.Content {
        var reader = reader
        guard let type = reader.readUInt8().map(HandshakeType.init) else { return .malformed(nil) }
        guard let body = reader.readVector24(), reader.isEmpty else { return .malformed(type) }
        if detail == .outline, !Self.outlined.contains(type) { return .other(type) }
        return decode(type, body) ?? .malformed(type)
    }

    private mutating func decode(_ type: HandshakeType, _ body: ByteReader) -> Message.Content? {
        let version = version ?? .tls12
        switch type {
        case .helloRequest: return body.isEmpty ? .helloRequest : nil
        case .clientHello: return ClientHello(body).map(Message.Content.clientHello)
        case .serverHello: return decodeServerHello(body)
        case .newSessionTicket:
            return NewSessionTicket(body, version: version).map(Message.Content.newSessionTicket)
        case .endOfEarlyData: return body.isEmpty ? .endOfEarlyData : nil
        case .encryptedExtensions: return EncryptedExtensions(body).map(Message.Content.encryptedExtensions)
        case .certificate: return CertificateMessage(body, version: version).map(Message.Content.certificate)
        case .serverKeyExchange: return .serverKeyExchange(ServerKeyExchange(body, version: version))
        case .certificateRequest:
            return CertificateRequest(body, version: version).map(Message.Content.certificateRequest)
        case .serverHelloDone: return body.isEmpty ? .serverHelloDone : nil
        case .certificateVerify: return decodeCertificateVerify(body, version)
        case .clientKeyExchange: return .clientKeyExchange
        case .finished: return .finished
        case .certificateStatus: return CertificateStatus(body).map(Message.Content.certificateStatus)
        case .keyUpdate: return decodeKeyUpdate(body)
        case .compressedCertificate: return CompressedCertificate(body).map(Message.Content.compressedCertificate)
        default: return .other(type)
        }
    }

    private mutating func decodeServerHello(_ body: ByteReader) -> Message.Content? {
        guard let hello = ServerHello(body) else { return nil }
        version = hello.version
        return hello.isHelloRetryRequest ? .helloRetryRequest(hello) : .serverHello(hello)
    }

    private func decodeCertificateVerify(_ body: ByteReader, _ version: ProtocolVersion) -> Message.Content? {
        var body = body
        var scheme: SignatureScheme?
        if version >= .tls12 {
            guard let number = body.readUInt16() else { return nil }
            scheme = SignatureScheme(rawValue: number)
        }
        guard body.readVector16() != nil, body.isEmpty else { return nil }
        return .certificateVerify(scheme)
    }

    private func decodeKeyUpdate(_ body: ByteReader) -> Message.Content? {
        var body = body
        guard let request = body.readUInt8(), body.isEmpty else { return nil }
        return .keyUpdate(KeyUpdateRequest(rawValue: request))
    }
}
