// The decoded essentials of handshake messages, as `-v` and `--events` show them.

package struct ClientHello: Codable, Sendable {
    package var sni: String?
    package var alpn: [String]
    package var versions: [String]
    package var ciphers: [String]
    package var groups: [String]
    package var signatureAlgorithms: [String]
    package var extensions: [Extension]
    package var sessionOffered: Bool
    package var earlyDataOffered: Bool
    /// Names that were not valid text, with their bytes.
    package var rawHex: [Report.CertificateEntry.RawField]

    package struct Extension: Codable, Sendable {
        package var number: Int
        package var name: String
        package var bytes: Int
    }
}

/// ServerHello and HelloRetryRequest.
package struct ServerHello: Codable, Sendable {
    package var version: String
    package var cipher: String
    package var group: String?
    package var pskSelected: Bool
    package var extensions: [ClientHello.Extension]
}

package struct EncryptedExtensions: Codable, Sendable {
    package var alpn: String?
    package var earlyDataAccepted: Bool
    package var extensions: [ClientHello.Extension]
}

package struct CertificateRequest: Codable, Sendable {
    package var signatureAlgorithms: [String]
    /// RFC 4514.
    package var caNames: [String]
}

package struct CertificateMessage: Codable, Sendable {
    package var certificates: Int
    package var certificateBytes: [Int]
    package var compressed: Bool
}

package struct ServerKeyExchange: Codable, Sendable {
    package var group: String?
    package var signatureAlgorithm: String?
}

package struct CertificateVerify: Codable, Sendable {
    package var signatureAlgorithm: String?
}
