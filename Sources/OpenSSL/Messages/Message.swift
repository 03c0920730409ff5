/// Who sent something, seen from our side.
public enum Direction: String, Sendable {
    /// By us.
    case sent
    /// By the peer.
    case received
}

/// One protocol message, decoded; it holds no pointer and no more of the bytes than its fields say.
public struct Message: Equatable, Sendable {
    /// Who sent it.
    public let direction: Direction
    /// The kind of record it belongs to.
    public let contentType: ContentType
    /// Its size: with the four bytes of a handshake header, without record headers.
    public let byteCount: Int
    /// What it says.
    public let content: Content

    /// What a message says.
    public enum Content: Equatable, Sendable {
        /// The client's offer.
        indirect case clientHello(ClientHello)
        /// The server wants another ClientHello. OpenSSL calls this a ServerHello.
        indirect case helloRetryRequest(ServerHello)
        /// The server's choice.
        indirect case serverHello(ServerHello)
        /// The server's answer to the extensions.
        case encryptedExtensions(EncryptedExtensions)
        /// The server wants a client certificate.
        indirect case certificateRequest(CertificateRequest)
        /// A certificate chain.
        case certificate(CertificateMessage)
        /// A certificate chain, compressed.
        case compressedCertificate(CompressedCertificate)
        /// A stapled OCSP response.
        case certificateStatus(CertificateStatus)
        /// The server's share of the key exchange.
        case serverKeyExchange(ServerKeyExchange)
        /// The proof of possession, with its algorithm from TLS 1.2 on.
        case certificateVerify(SignatureScheme?)
        /// The end of the server's flight.
        case serverHelloDone
        /// The client's share of the key exchange.
        case clientKeyExchange
        /// The switch to new keys.
        case changeCipherSpec
        /// The end of the sender's handshake.
        case finished
        /// The server asks for a renegotiation.
        case helloRequest
        /// The end of early data.
        case endOfEarlyData
        /// A ticket.
        indirect case newSessionTicket(NewSessionTicket)
        /// New keys of the sender.
        case keyUpdate(KeyUpdateRequest)
        /// An alert.
        case alert(Alert)
        /// The header of a record, also of one that is not TLS at all.
        case recordHeader(RecordHeader)
        /// A handshake message that this decoder does not know.
        case other(HandshakeType)
        /// A message whose structure is broken; `nil` when not even the handshake type is there.
        case malformed(HandshakeType?)
    }
}

extension Message {
    /// The event's name: the RFC's name of the message in snake_case; `nil` for what is no event.
    ///
    /// A compressed certificate is a `certificate`, and close_notify has a name of its own.
    public var name: String? {
        switch content {
        case .clientHello: "client_hello"
        case .helloRetryRequest: "hello_retry_request"
        case .serverHello: "server_hello"
        case .encryptedExtensions: "encrypted_extensions"
        case .certificateRequest: "certificate_request"
        case .certificate, .compressedCertificate: "certificate"
        case .certificateStatus: "certificate_status"
        case .serverKeyExchange: "server_key_exchange"
        case .certificateVerify: "certificate_verify"
        case .serverHelloDone: "server_hello_done"
        case .clientKeyExchange: "client_key_exchange"
        case .changeCipherSpec: "change_cipher_spec"
        case .finished: "finished"
        case .helloRequest: "hello_request"
        case .endOfEarlyData: "end_of_early_data"
        case .newSessionTicket: "new_session_ticket"
        case .keyUpdate: "key_update"
        case .alert(let alert): alert.isCloseNotify ? "close_notify" : "alert"
        case .recordHeader, .other, .malformed: nil
        }
    }
}

/// The five bytes before a record. Where the peer does not speak TLS they are the first bytes of what it does speak.
public struct RecordHeader: Hashable, Sendable {
    /// The record's type.
    public let contentType: ContentType
    /// The record's version field; TLS 1.3 keeps TLS 1.2 in it.
    public let version: ProtocolVersion
    /// The size of the record's content.
    public let length: UInt16

    /// The header as it stood on the wire.
    public var bytes: [UInt8] {
        [
            contentType.rawValue, UInt8(truncatingIfNeeded: version.rawValue >> 8),
            UInt8(truncatingIfNeeded: version.rawValue), UInt8(truncatingIfNeeded: length >> 8),
            UInt8(truncatingIfNeeded: length),
        ]
    }

    init?(_ reader: ByteReader) {
        var reader = reader
        guard let type = reader.readUInt8(), let version = reader.readUInt16(), let length = reader.readUInt16(),
            reader.isEmpty
        else { return nil }
        contentType = ContentType(rawValue: type)
        self.version = ProtocolVersion(rawValue: version)
        self.length = length
    }
}
