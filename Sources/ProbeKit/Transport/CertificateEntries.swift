import OpenSSL

/// The certificates of a run as the report shows them: of many targets that show the same ones each is read once.
final class CertificateEntries: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    private var known: [Key: Report.CertificateEntry] = [:]

    /// How many are kept; an entry is about as long as its certificate.
    private static let mostKept = 256
    /// What is longer is rare, and nothing to keep.
    private static let mostBytes = 16_384

    private struct Key: Hashable {
        let der: [UInt8]

        func hash(into hasher: inout Hasher) {
            // An array would be hashed byte by byte.
            der.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// - Parameter now: what the days that are left count from, in seconds since 1970.
    func entry(for certificate: Certificate, at now: Int64, withPEM: Bool) -> Report.CertificateEntry {
        let key = Key(der: certificate.der)
        if !withPEM, var entry = known[key] {
            entry.daysLeft = certificate.daysLeft(at: now)
            return entry
        }
        let entry = Report.CertificateEntry(certificate, at: now, withPEM: withPEM)
        if !withPEM, !key.der.isEmpty, key.der.count <= Self.mostBytes {
            if known.count >= Self.mostKept { known.removeAll() }
            known[key] = entry
        }
        return entry
    }
}
