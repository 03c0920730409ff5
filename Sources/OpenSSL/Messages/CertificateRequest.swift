/// The server's wish for a client certificate.
public struct CertificateRequest: Equatable, Sendable {
    /// Kinds of certificate before TLS 1.3: 1 RSA, 2 DSS, 64 ECDSA.
    public private(set) var certificateTypes: [UInt8] = []
    /// Signature algorithms that the server takes; TLS 1.0 and 1.1 do not say.
    public private(set) var signatureSchemes: [SignatureScheme] = []
    /// Names of the authorities that the server trusts, each in DER.
    public private(set) var authorities: [[UInt8]] = []
    /// The size of the context; not 0 only after the handshake.
    public private(set) var contextByteCount = 0
    /// The extensions of TLS 1.3.
    public private(set) var extensions: [TLSExtension] = []

    init?(_ reader: ByteReader, version: ProtocolVersion) {
        var reader = reader
        guard version >= .tls13 ? read(&reader) : readLegacy(&reader, version), reader.isEmpty else { return nil }
    }

    private mutating func read(_ reader: inout ByteReader) -> Bool {
        guard let context = reader.readVector8() else { return false }
        contextByteCount = context.count
        let extensions = TLSExtension.readBlock(&reader) { type, content in
            var content = content
            switch type {
            case .signatureAlgorithms: signatureSchemes = content.readVector16()?.numbers(SignatureScheme.self) ?? []
            case .certificateAuthorities: authorities = content.readVector16().flatMap(Self.readNames) ?? []
            default: break
            }
        }
        self.extensions = extensions ?? []
        return extensions != nil
    }

    private mutating func readLegacy(_ reader: inout ByteReader, _ version: ProtocolVersion) -> Bool {
        guard let types = reader.readVector8() else { return false }
        certificateTypes = types.array()
        if version >= .tls12 {
            guard let schemes = reader.readVector16()?.numbers(SignatureScheme.self) else { return false }
            signatureSchemes = schemes
        }
        guard let names = reader.readVector16().flatMap(Self.readNames) else { return false }
        authorities = names
        return true
    }

    private static func readNames(_ list: ByteReader) -> [[UInt8]]? {
        var list = list
        var names: [[UInt8]] = []
        while !list.isEmpty {
            guard let name = list.readVector16() else { return nil }
            names.append(name.array())
        }
        return names
    }
}
