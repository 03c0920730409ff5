import OpenSSL
import TestSupport
import Testing

/// Settings that OpenSSL does not take are named, though OpenSSL itself often says nothing.
@Suite struct ConnectionSettingTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var setting: SettingError.Setting
        var offender = "NOSUCH"
        var change: @Sendable (inout ClientSettings) -> Void
    }

    static let mistakes = [
        Mistake(testDescription: "cipher", setting: .ciphers) { $0.tls.ciphers = "NOSUCH" },
        Mistake(testDescription: "cipher among known ones", setting: .ciphers) {
            $0.tls.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:NOSUCH:AES128-SHA"
        },
        Mistake(testDescription: "IANA cipher", setting: .ciphers, offender: "TLS_NO_SUCH") {
            $0.tls.ciphers = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_NO_SUCH"
        },
        Mistake(testDescription: "empty cipher list", setting: .ciphers, offender: " : ") { $0.tls.ciphers = " : " },
        Mistake(testDescription: "ciphersuite", setting: .ciphersuites) { $0.tls.ciphersuites = "NOSUCH" },
        Mistake(testDescription: "ciphersuite among known ones", setting: .ciphersuites) {
            $0.tls.ciphersuites = "TLS_AES_128_GCM_SHA256:NOSUCH"
        },
        Mistake(testDescription: "group", setting: .groups) { $0.tls.groups = "NOSUCH" },
        Mistake(testDescription: "group among known ones", setting: .groups) { $0.tls.groups = "X25519:NOSUCH:P-256" },
        Mistake(testDescription: "signature algorithm", setting: .signatureAlgorithms) {
            $0.tls.signatureAlgorithms = "NOSUCH"
        },
        Mistake(testDescription: "signature algorithm among known ones", setting: .signatureAlgorithms) {
            $0.tls.signatureAlgorithms = "RSA+SHA256:NOSUCH"
        },
    ]

    @Test(arguments: mistakes)
    func namesWhatOpenSSLDoesNotKnow(_ mistake: Mistake) throws {
        var settings = ClientSettings()
        mistake.change(&settings)
        let error = try #require(settingError { _ = try Context(client: settings, trust: TrustStore.none()) })
        #expect(error.setting == mistake.setting)
        #expect(error.value.contains(mistake.offender))
    }

    @Test func takesIANANamesOfCiphers() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: ConnectionFixtures.get().leaf)
        var settings = ClientSettings()
        settings.tls.ciphers = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"
        let client = try ConnectionClient(port: server.port, client: settings)
        try client.finishHandshake()
        #expect(client.cipher?.opensslName == "ECDHE-ECDSA-AES128-SHA256")
    }

    @Test func refusesAMinimumAboveTheMaximum() throws {
        var settings = ClientSettings()
        settings.tls.minimum = .tls13
        settings.tls.maximum = .tls12
        let error = try #require(settingError { _ = try Context(client: settings, trust: TrustStore.none()) })
        #expect(error.setting == .versions)
    }

    @Test func refusesNamesThatCannotBeSent() throws {
        try expect(.serverName) { $0.serverName = String(repeating: "a", count: 256) }
        try expect(.verifyName) { $0.peer = .name("") }
        try expect(.verifyName) { $0.peer = .name("a\0b") }
        try expect(.verifyName) { $0.peer = .address("300.1.2.3") }
        try expect(.alpn) { $0.alpn = [""] }
        try expect(.alpn) { $0.alpn = ["h2", String(repeating: "a", count: 256)] }
    }

    private func expect(
        _ setting: SettingError.Setting, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout ConnectionSettings) -> Void
    ) throws {
        let context = try Context(client: ClientSettings(), trust: TrustStore.none())
        var settings = ConnectionSettings()
        change(&settings)
        let error = try #require(
            settingError { _ = try Connection(client: context, settings: settings) }, sourceLocation: sourceLocation)
        #expect(error.setting == setting, sourceLocation: sourceLocation)
    }

    /// The SettingError that the body throws.
    private func settingError(_ body: () throws -> Void) throws -> SettingError? {
        do {
            try body()
            return nil
        } catch let error as SettingError {
            return error
        }
    }
}
