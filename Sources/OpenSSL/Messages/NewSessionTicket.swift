/// A ticket that the server hands out. OpenSSL has no getters for the age and the nonce: this is the only source.
public struct NewSessionTicket: Equatable, Sendable {
    /// The server's hint, in seconds.
    public let lifetime: UInt32
    /// What hides the ticket's age; TLS 1.3 only.
    public private(set) var ageAdd: UInt32?
    /// What tells tickets of one connection apart; empty before TLS 1.3.
    public private(set) var nonce: [UInt8] = []
    /// The ticket, opaque to a client. Empty is allowed before TLS 1.3: no ticket after all.
    public let ticket: [UInt8]
    /// The extensions of TLS 1.3.
    public private(set) var extensions: [TLSExtension] = []
    /// How much early data the server takes with this ticket; `nil` when it takes none.
    public private(set) var maxEarlyData: UInt32?

    init?(_ reader: ByteReader, version: ProtocolVersion) {
        var reader = reader
        guard let lifetime = reader.readUInt32() else { return nil }
        self.lifetime = lifetime
        if version >= .tls13 {
            guard let ageAdd = reader.readUInt32(), let nonce = reader.readVector8() else { return nil }
            self.ageAdd = ageAdd
            self.nonce = nonce.array()
        }
        guard let ticket = reader.readVector16() else { return nil }
        self.ticket = ticket.array()
        if version >= .tls13 {
            var maximum: UInt32?
            let extensions = TLSExtension.readBlock(&reader) { type, content in
                var content = content
                if type == .earlyData { maximum = content.readUInt32() }
            }
            guard let extensions else { return nil }
            self.extensions = extensions
            maxEarlyData = maximum
        }
        guard reader.isEmpty else { return nil }
    }
}

/// Whether the sender of a KeyUpdate wants one back.
public struct KeyUpdateRequest: WireNumber {
    /// The byte of the wire.
    public let rawValue: UInt8
    /// Any number is a request, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// No answer is wanted.
    public static let updateNotRequested = KeyUpdateRequest(rawValue: 0)
    /// The peer is to change its keys as well.
    public static let updateRequested = KeyUpdateRequest(rawValue: 1)
    /// The name in RFC 8446.
    public var knownName: String? {
        switch self {
        case .updateNotRequested: "update_not_requested"
        case .updateRequested: "update_requested"
        default: nil
        }
    }
}
