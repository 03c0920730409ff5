/// The server's share of the key exchange before TLS 1.3.
///
/// The layout depends on the suite, but of the usual ones only one consumes a message exactly, so they are tried in
/// turn. A message that fits none has nothing to say here and is not malformed: the suite may be one we do not know.
public struct ServerKeyExchange: Equatable, Sendable {
    /// The group of an elliptic key exchange.
    public private(set) var group: NamedGroup?
    /// The size of the prime of a finite-field key exchange.
    public private(set) var primeBits: Int?
    /// The algorithm of the signature; TLS 1.0 and 1.1 do not name it, anonymous and PSK suites have none.
    public private(set) var signatureScheme: SignatureScheme?

    init(_ reader: ByteReader, version: ProtocolVersion) {
        if readParameters(reader, version) { return }
        var afterHint = reader
        // PSK suites put the identity hint first and sign nothing.
        if afterHint.readVector16() != nil, readParameters(afterHint, version) { return }
        self = ServerKeyExchange()
    }

    private init() {}

    private mutating func readParameters(_ reader: ByteReader, _ version: ProtocolVersion) -> Bool {
        self = ServerKeyExchange()
        var reader = reader
        if readElliptic(&reader), readSignature(&reader, version) { return true }
        self = ServerKeyExchange()
        return readFiniteField(&reader) && readSignature(&reader, version)
    }

    private mutating func readElliptic(_ reader: inout ByteReader) -> Bool {
        var copy = reader
        // 3 is named_curve; the other two kinds are forbidden (RFC 8422).
        guard copy.readUInt8() == 3, let group = copy.readUInt16(), copy.readVector8() != nil else { return false }
        self.group = NamedGroup(rawValue: group)
        reader = copy
        return true
    }

    private mutating func readFiniteField(_ reader: inout ByteReader) -> Bool {
        guard let prime = reader.readVector16(), reader.readVector16() != nil, reader.readVector16() != nil else {
            return false
        }
        primeBits = Self.bitCount(prime)
        return true
    }

    /// Reads what follows the parameters; nothing is fine too.
    private mutating func readSignature(_ reader: inout ByteReader, _ version: ProtocolVersion) -> Bool {
        if reader.isEmpty { return true }
        if version >= .tls12 {
            guard let scheme = reader.readUInt16() else { return false }
            signatureScheme = SignatureScheme(rawValue: scheme)
        }
        return reader.readVector16() != nil && reader.isEmpty
    }

    private static func bitCount(_ number: ByteReader) -> Int {
        var number = number
        while let byte = number.readUInt8() {
            if byte != 0 { return number.count * 8 + (8 - byte.leadingZeroBitCount) }
        }
        return 0
    }
}
