import OpenSSL

/// What a handshake settled, read at once when it was done: later, after an error, OpenSSL no longer knows some of it.
struct Negotiated {
    let version: ProtocolVersion
    let cipher: Report.TLS.Cipher?
    let alpn: [UInt8]?
    let isResumed: Bool
    /// RFC 5746 and RFC 7627; nil in TLS 1.3, which has neither.
    let secureRenegotiation: Bool?
    let extendedMasterSecret: Bool?

    init(_ connection: borrowing Connection, usesPreSharedKey: Bool) {
        version = connection.version
        cipher = connection.cipher.map(Report.TLS.Cipher.init)
        alpn = connection.selectedProtocol
        // OpenSSL counts an external key as a session.
        isResumed = connection.isResumed && !usesPreSharedKey
        secureRenegotiation = version < .tls13 ? connection.supportsSecureRenegotiation : nil
        extendedMasterSecret = version < .tls13 ? connection.usesExtendedMasterSecret : nil
    }

    var renegotiationSupport: Report.Renegotiation.Support {
        switch secureRenegotiation {
        case true: .rfc5746
        case false: .none
        default: .unknown
        }
    }
}
