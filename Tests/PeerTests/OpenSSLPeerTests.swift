import TestSupport
import Testing

/// `connect` against `openssl s_server`: the report says what the peer says.
@Suite struct OpenSSLPeerTests {
    /// What is negotiated with a server of these arguments.
    struct Negotiation: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var usesRSA = false
        var version: String
        var cipher: String
        var opensslName: String
        var group: String
        var signatureAlgorithm: String
        var testDescription: String { arguments.joined(separator: " ") + (usesRSA ? " RSA" : " ECDSA") }
    }

    static let negotiations = [
        Negotiation(
            arguments: ["-tls1_3", "-groups", "X25519", "-ciphersuites", "TLS_AES_128_GCM_SHA256"],
            version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256", opensslName: "TLS_AES_128_GCM_SHA256",
            group: "x25519", signatureAlgorithm: "ecdsa_secp256r1_sha256"),
        Negotiation(
            arguments: ["-tls1_3", "-groups", "P-384", "-sigalgs", "RSA-PSS+SHA384"], usesRSA: true,
            version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", opensslName: "TLS_AES_256_GCM_SHA384",
            group: "secp384r1", signatureAlgorithm: "rsa_pss_rsae_sha384"),
        Negotiation(
            arguments: ["-tls1_2", "-groups", "P-256", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
            version: "TLSv1.2", cipher: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            opensslName: "ECDHE-ECDSA-CHACHA20-POLY1305", group: "secp256r1",
            signatureAlgorithm: "ecdsa_secp256r1_sha256"),
        Negotiation(
            arguments: ["-tls1_2", "-groups", "X25519", "-sigalgs", "RSA+SHA512"], usesRSA: true,
            version: "TLSv1.2", cipher: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            opensslName: "ECDHE-RSA-AES256-GCM-SHA384", group: "x25519", signatureAlgorithm: "rsa_pkcs1_sha512"),
    ]

    @Test(arguments: negotiations)
    func reportsWhatOpenSSLNegotiates(_ expected: Negotiation) async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            expected.arguments, certificate: expected.usesRSA ? fixtures.rsa : fixtures.ecdsa)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["tls.version"] == .string(expected.version))
        #expect(report["tls.cipher.name"] == .string(expected.cipher))
        #expect(report["tls.cipher.openssl_name"] == .string(expected.opensslName))
        #expect(report["tls.group"] == .string(expected.group))
        #expect(report["tls.signature_algorithm"] == .string(expected.signatureAlgorithm))
        #expect(try await server.printed("CIPHER is \(expected.opensslName)"))
    }
}
