import OpenSSL
import TestSupport
import Testing

@testable import ProbeKit

/// What many targets show is read once, and told of each of them as if it were the only one.
@Suite struct CertificateEntriesTests {
    private let root: CertificateAuthority

    init() throws { root = try CertificateAuthority("Root") }

    private func text(_ entry: Report.CertificateEntry) throws -> [UInt8] { JSONWriter.bytes(try .encoding(entry)) }

    @Test func tellsTheSameEachTime() throws {
        let entries = CertificateEntries()
        for issued in [try root.issue(), root.certificate] {
            for now: Int64 in [1_700_000_000, 1_800_000_000] {
                for withPEM in [false, true, false] {
                    // As from another connection.
                    let certificate = try Certificate(der: issued.der)
                    let entry = entries.entry(for: certificate, at: now, withPEM: withPEM)
                    let expected = Report.CertificateEntry(certificate, at: now, withPEM: withPEM)
                    #expect(try text(entry) == text(expected))
                }
            }
        }
    }

    @Test func tellsOnesThatLookAlikeApart() throws {
        let entries = CertificateEntries()
        let certificates = try (0..<2).map { _ in try Certificate(der: root.issue().der) }
        let hashes = certificates.map { entries.entry(for: $0, at: 0, withPEM: false).sha256 }
        #expect(hashes == certificates.map(\.sha256) && hashes[0] != hashes[1])
    }
}
