import OpenSSL

/// What a renegotiation may change.
struct NegotiatedKeys {
    let cipher: Connection.Cipher?
    let certificate: String?
    private let session: Session?

    init(_ connection: borrowing Connection) {
        cipher = connection.cipher
        certificate = connection.peerCertificate?.sha256
        session = connection.session
    }

    func hasOtherSecret(than before: NegotiatedKeys) -> Bool? {
        guard let session, let other = before.session else { return nil }
        return !session.hasSameSecret(as: other)
    }
}
