extension Report {
    /// What was negotiated. Fields are nil until the handshake told them.
    package struct TLS: Codable, Sendable {
        package var version: String?
        /// Of the ClientHello: those that it lists, or before TLS 1.3 the highest alone.
        package var versionsOffered: [String]
        package var cipher: Cipher?
        package var group: String?
        package var signatureAlgorithm: String?
        package var alpn: String?
        /// The bytes of the protocol, when they were not valid UTF-8.
        package var alpnHex: String?
        package var alpnOffered: [String]
        package var sni: String?
        package var resumed: Bool?
        /// How a session was offered, if one was.
        package var sessionOffered: Report.Resumption.Mechanism?
        package var secureRenegotiation: Bool?
        package var extendedMasterSecret: Bool?
        package var helloRetryRequest: Bool
        package var earlyData: String?
        package var confirmed: Confirmation?
        package var roundTrips: Int
        package var bytesSent: Int
        package var bytesReceived: Int

        package struct Cipher: Codable, Sendable {
            /// IANA's name.
            package var name: String
            package var opensslName: String
            package var bits: Int
        }
    }

    /// Whether the peer accepted the handshake, as far as the wire tells.
    package struct Confirmation: Codable, Sendable {
        package var value: Verdict.Value
        package var basis: Basis?
        package var why: String?
        package var evidence: [Evidence]

        package enum Basis: String, Codable, CaseIterable, Sendable {
            case finished, ticket, data
            case closeNotify = "close_notify"
            case silence
        }
    }

    package struct Ticket: Codable, Sendable {
        package var index: Int
        /// Nil for a ticket from a file.
        package var conn: Int?
        package var address: String?
        package var version: String
        /// Nil for a ticket without its session.
        package var lifetimeS: Int?
        /// TLS 1.3 only, as are the nonce and the extensions.
        package var ageAdd: Int?
        package var nonce: String?
        package var ticketBytes: Int
        /// The first 16 bytes, which often name the key; nil for a short ticket.
        package var prefixHex: String?
        package var maxEarlyData: Int?
        package var extensions: [String]
        package var kind: Kind
        package var kindWhy: String
        package var keyName: String?
        /// Nil for a ticket from a file.
        package var afterData: Bool?

        package enum Kind: String, Codable, CaseIterable, Sendable { case stateless, stateful, unknown }
    }

    package struct CertificateEntry: Codable, Sendable {
        /// RFC 4514.
        package var subject: String
        package var issuer: String
        package var subjectCn: String?
        package var issuerCn: String?
        package var sans: [AlternativeName]
        package var notBefore: String?
        package var notAfter: String?
        package var daysLeft: Int?
        package var serialHex: String
        package var sha256: String
        package var spkiSha256: String
        package var key: Key
        package var signatureAlgorithm: String
        package var rawHex: [RawField]
        package var pem: String?

        package struct AlternativeName: Codable, Sendable {
            package var type: String
            package var value: String
        }

        package struct Key: Codable, Sendable {
            package var type: String
            package var bits: Int?
            package var curve: String?
        }

        /// A field that was not valid text, with its bytes.
        package struct RawField: Codable, Sendable {
            package var field: String
            package var hex: String
        }
    }
}
