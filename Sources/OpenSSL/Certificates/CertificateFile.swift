import COpenSSL

/// The certificates in the bytes of a file.
enum CertificateFile {
    /// Reads all certificates of a PEM file, or the one of a DER file; other PEM blocks are passed over.
    ///
    /// Empty when there is none; throws when there is one that cannot be decoded.
    static func parse(_ bytes: [UInt8]) throws(OpenSSLError) -> [Certificate] {
        guard isPEM(bytes) else {
            // DER begins with a SEQUENCE; anything else is no attempt at a certificate.
            guard bytes.first == 0x30 else { return [] }
            return [try Certificate(der: bytes)]
        }
        ERR_clear_error()
        let input = try MemoryBIO(bytes)
        var certificates: [Certificate] = []
        while let certificate = PEM_read_bio_X509_AUX(input.pointer, nil, refusePassword, nil) {
            certificates.append(Certificate(adopting: certificate))
        }
        let error = OpenSSLError(draining: "PEM_read_bio_X509_AUX")
        let isEnd = error.reasons.last.map { $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE }
        guard isEnd ?? false else { throw error }
        return certificates
    }

    /// Whether the bytes hold a PEM block anywhere; explanations may come before it.
    static func isPEM(_ bytes: [UInt8]) -> Bool {
        let mark = Array("-----BEGIN ".utf8)
        guard bytes.first != 0x30 || bytes.count < 2 || bytes[1] < 0x80 else { return false }
        return bytes.indices.contains { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
    }
}

/// A password callback that has none to give: without any, OpenSSL would ask on the terminal.
func refusePassword(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 { -1 }
