/// What a server chose, or, as HelloRetryRequest, what it wants to see first.
public struct ServerHello: Equatable, Sendable {
    /// The version field; TLS 1.3 servers say TLS 1.2 here.
    public let legacyVersion: ProtocolVersion
    /// Whether this is a HelloRetryRequest: a ServerHello with a special random (RFC 8446, 4.1.3).
    public let isHelloRetryRequest: Bool
    /// The session's identifier before TLS 1.3; an echo in TLS 1.3.
    public let sessionID: [UInt8]
    /// The suite chosen.
    public let cipherSuite: CipherSuite
    /// All extensions in order.
    public private(set) var extensions: [TLSExtension] = []
    /// The version chosen.
    public private(set) var version: ProtocolVersion
    /// The group of the key exchange in TLS 1.3; the one wanted, in a HelloRetryRequest.
    public private(set) var group: NamedGroup?
    /// The offered PSK that the server took, counted from 0.
    public private(set) var selectedIdentity: UInt16?
    /// The application protocol; in TLS 1.3 it is in EncryptedExtensions.
    public private(set) var alpn: PeerText?
    /// The size of the cookie in a HelloRetryRequest.
    public private(set) var cookieByteCount: Int?

    /// Whether the server supports secure renegotiation (RFC 5746); TLS 1.3 has none.
    public var supportsSecureRenegotiation: Bool { extensions.contains(.renegotiationInfo) }
    /// Whether the keys are bound to the whole handshake (RFC 7627); TLS 1.3 does so without saying.
    public var hasExtendedMasterSecret: Bool { extensions.contains(.extendedMasterSecret) }

    init?(_ reader: ByteReader) {
        var reader = reader
        guard let version = reader.readUInt16(), let random = reader.read(32), let sessionID = reader.readVector8(),
            let suite = reader.readUInt16(), reader.readUInt8() != nil
        else { return nil }
        legacyVersion = ProtocolVersion(rawValue: version)
        self.version = legacyVersion
        isHelloRetryRequest = random.isEqual(to: Self.retryRandom)
        self.sessionID = sessionID.array()
        cipherSuite = CipherSuite(rawValue: suite)
        // Before TLS 1.3 the message may end here.
        if reader.isEmpty { return }
        guard let extensions = TLSExtension.readBlock(&reader, each: { read($0, $1) }), reader.isEmpty else {
            return nil
        }
        self.extensions = extensions
    }

    private mutating func read(_ type: ExtensionType, _ content: ByteReader) {
        var content = content
        switch type {
        case .supportedVersions: if let chosen = content.readUInt16() { version = ProtocolVersion(rawValue: chosen) }
        case .keyShare: group = content.readUInt16().map(NamedGroup.init)
        case .preSharedKey: selectedIdentity = content.readUInt16()
        case .applicationProtocols: alpn = PeerText.readProtocols(content)?.first
        case .cookie: cookieByteCount = content.readVector16()?.count
        default: break
        }
    }

    /// The SHA-256 of "HelloRetryRequest".
    private static let retryRandom: [UInt8] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
        0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ]
}

/// What a TLS 1.3 server answers under encryption to the client's extensions.
public struct EncryptedExtensions: Equatable, Sendable {
    /// All extensions in order.
    public private(set) var extensions: [TLSExtension] = []
    /// The application protocol.
    public private(set) var alpn: PeerText?
    /// Whether the server takes the early data.
    public var acceptsEarlyData: Bool { extensions.contains(.earlyData) }

    init?(_ reader: ByteReader) {
        var reader = reader
        var alpn: PeerText?
        let extensions = TLSExtension.readBlock(&reader) { type, content in
            if type == .applicationProtocols { alpn = PeerText.readProtocols(content)?.first }
        }
        guard let extensions, reader.isEmpty else { return nil }
        self.extensions = extensions
        self.alpn = alpn
    }
}
