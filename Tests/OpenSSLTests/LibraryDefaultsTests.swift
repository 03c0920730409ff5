import COpenSSL
import Glibc
import Testing

@testable import OpenSSL

/// What the library says of itself: its version, and what its configuration file had set.
@Suite struct LibraryDefaultsTests {
    @Test func tellsWhatWasSetBeforeAnybodySetAnything() throws {
        let context = try #require(SSL_CTX_new(TLS_method()))
        defer { SSL_CTX_free(context) }
        // As the file would.
        #expect(probe_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1)
        #expect(probe_SSL_CTX_set_max_proto_version(context, 0) == 1)
        SSL_CTX_set_security_level(context, 3)
        let strict = LibraryDefaults(of: context)
        #expect(strict.minimum == .tls12 && strict.maximum == nil && strict.securityLevel == 3)
        #expect(probe_SSL_CTX_set_min_proto_version(context, 0) == 1)
        #expect(probe_SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION) == 1)
        SSL_CTX_set_security_level(context, 2)
        let usual = LibraryDefaults(of: context)
        #expect(usual.minimum == nil && usual.maximum == .tls12 && usual.securityLevel == nil)
    }

    @Test func namesTheFileThatTheLibraryReads() {
        let chosen = getenv("OPENSSL_CONF").map { String(cString: $0) }
        let area = String(cString: X509_get_default_cert_area())
        #expect(LibraryDefaults.path == chosen ?? area + "/openssl.cnf")
    }

    @Test func comparesTheVersionThatItNames() throws {
        let numbers = LibraryVersion.linked.split(whereSeparator: { ". ".contains($0) }).compactMap { UInt($0) }
        let (major, minor) = (try #require(numbers.first), try #require(numbers.dropFirst().first))
        #expect(LibraryVersion.isAtLeast(major, minor) && !LibraryVersion.isAtLeast(major, minor + 1))
        #expect(LibraryVersion.isAtLeast(major - 1, minor + 1) && !LibraryVersion.isAtLeast(major + 1, 0))
        let patch = try #require(numbers.dropFirst(2).first)
        #expect(LibraryVersion.isAtLeast(major, minor, patch) && !LibraryVersion.isAtLeast(major, minor, patch + 1))
    }
}
