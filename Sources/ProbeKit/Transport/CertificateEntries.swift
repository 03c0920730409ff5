import OpenSSL

/// The certificates of a run as the report shows them: of many targets that show the same ones each is read once.
final class CertificateEntries: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.

    /// By the SHA-256 of the certificate.
    private var known: [String: Report.CertificateEntry] = [:]

    /// How many are kept: an entry is about as long as its certificate.
    private static let mostKept = 256
    /// What is longer is rare, and nothing to keep.
    private static let mostBytes = 16_384

    /// - Parameter now: what the days that are left count from, in seconds since 1970.
    func entry(for certificate: Certificate, at now: Int64, withPEM: Bool) -> Report.CertificateEntry {
        // With all of a certificate in it an entry is for one target, whoever asks for that.
        if withPEM { return Report.CertificateEntry(certificate, at: now, withPEM: true) }
        let hash = certificate.sha256
        if var entry = known[hash] {
            entry.daysLeft = certificate.daysLeft(at: now)
            return entry
        }
        let entry = Report.CertificateEntry(certificate, at: now, withPEM: false)
        // Without memory there is no hash.
        if !hash.isEmpty, certificate.der.count <= Self.mostBytes {
            if known.count >= Self.mostKept { known.removeAll() }
            known[hash] = entry
        }
        return entry
    }
}
