/// What a client offers.
///
/// The structure of the message must be right; the content of an extension that does not parse is left out.
public struct ClientHello: Equatable, Sendable {
    /// The version field; TLS 1.3 clients say TLS 1.2 here.
    public let legacyVersion: ProtocolVersion
    /// The session to resume before TLS 1.3; a meaningless echo in TLS 1.3.
    public let sessionID: [UInt8]
    /// The suites in order of preference, signalling values and GREASE included.
    public let cipherSuites: [CipherSuite]
    /// Compression methods; 0 is none.
    public let compressionMethods: [UInt8]
    /// All extensions in order.
    public private(set) var extensions: [TLSExtension] = []
    /// The versions offered in order; the legacy version alone when there is no such extension.
    public private(set) var versions: [ProtocolVersion]
    /// The host name asked for.
    public private(set) var serverName: PeerText?
    /// Application protocols offered.
    public var alpn: [PeerText] { PeerText.protocols(inWire: protocolList) }
    /// As they came: thousands of names fit in, each of which would be an array.
    private var protocolList: [UInt8] = []
    /// Groups for the key exchange in order of preference.
    public private(set) var groups: [NamedGroup] = []
    /// Signature algorithms in order of preference.
    public private(set) var signatureSchemes: [SignatureScheme] = []
    /// Groups for which a share was sent along.
    public private(set) var keyShareGroups: [NamedGroup] = []
    /// How a PSK may be used: 0 without, 1 with a key exchange.
    public private(set) var pskModes: [UInt8] = []
    /// Whether a TLS 1.3 session or an external PSK is offered.
    public private(set) var offersPSK = false
    /// Whether early data follows.
    public private(set) var offersEarlyData = false
    /// Whether a TLS 1.2 ticket is offered; an empty extension only asks for one.
    public private(set) var offersSessionTicket = false

    /// Whether a session is offered by any of the three mechanisms.
    ///
    /// The identifier counts only where TLS 1.3 is not offered: a TLS 1.3 client may make one up.
    public var offersSession: Bool {
        offersPSK || offersSessionTicket || !sessionID.isEmpty && !versions.contains(.tls13)
    }

    init?(_ reader: ByteReader) {
        var reader = reader
        guard let version = reader.readUInt16(), reader.read(32) != nil, let sessionID = reader.readVector8(),
            let suites = reader.readVector16()?.numbers(CipherSuite.self), let compression = reader.readVector8()
        else { return nil }
        legacyVersion = ProtocolVersion(rawValue: version)
        versions = [legacyVersion]
        self.sessionID = sessionID.array()
        cipherSuites = suites
        compressionMethods = compression.array()
        // Before TLS 1.2 the message may end here.
        if reader.isEmpty { return }
        guard let extensions = TLSExtension.readBlock(&reader, each: { read($0, $1) }), reader.isEmpty else {
            return nil
        }
        self.extensions = extensions
    }

    private mutating func read(_ type: ExtensionType, _ content: ByteReader) {
        var content = content
        switch type {
        case .serverName: serverName = PeerText.readHostName(content)
        case .applicationProtocols: protocolList = PeerText.readProtocolList(content) ?? []
        case .supportedVersions:
            if let offered = content.readVector8()?.numbers(ProtocolVersion.self), !offered.isEmpty {
                versions = offered
            }
        case .supportedGroups: groups = content.readVector16()?.numbers(NamedGroup.self) ?? []
        case .signatureAlgorithms: signatureSchemes = content.readVector16()?.numbers(SignatureScheme.self) ?? []
        case .keyShare: keyShareGroups = Self.readKeyShares(content)
        case .pskKeyExchangeModes: pskModes = content.readVector8()?.array() ?? []
        case .preSharedKey: offersPSK = true
        case .earlyData: offersEarlyData = true
        case .sessionTicket: offersSessionTicket = !content.isEmpty
        default: break
        }
    }

    private static func readKeyShares(_ content: ByteReader) -> [NamedGroup] {
        var content = content
        guard var shares = content.readVector16() else { return [] }
        var groups: [NamedGroup] = []
        while let group = shares.readUInt16(), shares.readVector16() != nil {
            groups.append(NamedGroup(rawValue: group))
        }
        return groups
    }
}
