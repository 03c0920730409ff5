/// The type of a record.
public struct ContentType: WireNumber {
    /// The byte of the wire.
    public let rawValue: UInt8

    /// Any number is a type, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The switch to new keys; in TLS 1.3 a courtesy to middleboxes.
    public static let changeCipherSpec = ContentType(rawValue: 20)
    /// Alerts.
    public static let alert = ContentType(rawValue: 21)
    /// Handshake messages.
    public static let handshake = ContentType(rawValue: 22)
    /// Application data, and in TLS 1.3 everything encrypted.
    public static let applicationData = ContentType(rawValue: 23)

    /// The name in RFC 8446.
    public var knownName: String? {
        switch rawValue {
        case 20: "change_cipher_spec"
        case 21: "alert"
        case 22: "handshake"
        case 23: "application_data"
        case 24: "heartbeat"
        case 25: "tls12_cid"
        case 26: "ack"
        default: nil
        }
    }
}

/// The type of a handshake message.
public struct HandshakeType: WireNumber {
    /// The byte of the wire.
    public let rawValue: UInt8

    /// Any number is a type, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The server asks for a renegotiation.
    public static let helloRequest = HandshakeType(rawValue: 0)
    /// The client's offer.
    public static let clientHello = HandshakeType(rawValue: 1)
    /// The server's choice; on the wire HelloRetryRequest is one of these as well.
    public static let serverHello = HandshakeType(rawValue: 2)
    /// A ticket for resumption.
    public static let newSessionTicket = HandshakeType(rawValue: 4)
    /// The last message under the keys of early data.
    public static let endOfEarlyData = HandshakeType(rawValue: 5)
    /// What the server answers to the extensions, encrypted.
    public static let encryptedExtensions = HandshakeType(rawValue: 8)
    /// The certificate chain.
    public static let certificate = HandshakeType(rawValue: 11)
    /// The server's share of the key exchange before TLS 1.3.
    public static let serverKeyExchange = HandshakeType(rawValue: 12)
    /// The server wants a client certificate.
    public static let certificateRequest = HandshakeType(rawValue: 13)
    /// The server's flight ends (before TLS 1.3).
    public static let serverHelloDone = HandshakeType(rawValue: 14)
    /// The proof that the sender has the certificate's key.
    public static let certificateVerify = HandshakeType(rawValue: 15)
    /// The client's share of the key exchange before TLS 1.3.
    public static let clientKeyExchange = HandshakeType(rawValue: 16)
    /// The end of the sender's handshake.
    public static let finished = HandshakeType(rawValue: 20)
    /// A stapled OCSP response (before TLS 1.3).
    public static let certificateStatus = HandshakeType(rawValue: 22)
    /// The sender changes its keys.
    public static let keyUpdate = HandshakeType(rawValue: 24)
    /// A compressed certificate chain (RFC 8879).
    public static let compressedCertificate = HandshakeType(rawValue: 25)

    /// The name in the IANA registry.
    public var knownName: String? {
        switch rawValue {
        case 0: "hello_request"
        case 1: "client_hello"
        case 2: "server_hello"
        case 3: "hello_verify_request"
        case 4: "new_session_ticket"
        case 5: "end_of_early_data"
        case 6: "hello_retry_request"
        case 8: "encrypted_extensions"
        case 9: "request_connection_id"
        case 10: "new_connection_id"
        case 11: "certificate"
        case 12: "server_key_exchange"
        case 13: "certificate_request"
        case 14: "server_hello_done"
        case 15: "certificate_verify"
        case 16: "client_key_exchange"
        case 17: "client_certificate_request"
        case 20: "finished"
        case 21: "certificate_url"
        case 22: "certificate_status"
        case 23: "supplemental_data"
        case 24: "key_update"
        case 25: "compressed_certificate"
        case 26: "ekt_key"
        case 67: "next_protocol"
        case 254: "message_hash"
        default: nil
        }
    }
}
