/// A cipher suite by its number of the wire.
public struct CipherSuite: WireNumber {
    /// The two bytes of the wire, 0x1301 for `TLS_AES_128_GCM_SHA256`.
    public let rawValue: UInt16

    /// Any number is a suite, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The client supports secure renegotiation (RFC 5746); not a suite.
    public static let emptyRenegotiationInfo = CipherSuite(rawValue: 0x00ff)
    /// The client retries with a lower version (RFC 7507); not a suite.
    public static let fallback = CipherSuite(rawValue: 0x5600)
}
