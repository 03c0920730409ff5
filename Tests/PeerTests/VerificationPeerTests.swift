import Foundation
import TestSupport
import Testing

/// Certificates that are not acceptable: exit 8 with every error by OpenSSL's name, and the rest of the report complete.
@Suite struct VerificationPeerTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Depth and name, in any order.
        let errors: Set<String>
        var host = "localhost"
        var names = [String]()
        let make: @Sendable (Fixtures) throws -> IssuedCertificate
    }

    static let faults = [
        Fault(testDescription: "expired", errors: ["0 X509_V_ERR_CERT_HAS_EXPIRED"]) { fixtures in
            try fixtures.intermediate.issue(validity(from: -90, to: -1))
        },
        Fault(testDescription: "not yet valid", errors: ["0 X509_V_ERR_CERT_NOT_YET_VALID"]) { fixtures in
            try fixtures.intermediate.issue(validity(from: 1, to: 90))
        },
        Fault(testDescription: "wrong host", errors: ["0 X509_V_ERR_HOSTNAME_MISMATCH"]) { fixtures in
            try fixtures.intermediate.issue(.named("other.example"))
        },
        Fault(testDescription: "wrong address", errors: ["0 X509_V_ERR_IP_ADDRESS_MISMATCH"], host: "127.0.0.1") {
            try $0.intermediate.issue(.named("localhost"))
        },
        Fault(testDescription: "self-signed", errors: ["0 X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT"]) { _ in
            try IssuedCertificate.selfSigned()
        },
        Fault(
            testDescription: "untrusted root",
            errors: [
                "0 X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "0 X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            ]
        ) { _ in try CertificateAuthority("Unknown Root").issue() },
        Fault(testDescription: "clientAuth only", errors: ["0 X509_V_ERR_INVALID_PURPOSE"]) { fixtures in
            var template = CertificateTemplate()
            template.usages = [.client]
            return try fixtures.intermediate.issue(template)
        },
        Fault(
            testDescription: "expired, wrong host, clientAuth only",
            errors: [
                "0 X509_V_ERR_CERT_HAS_EXPIRED", "0 X509_V_ERR_HOSTNAME_MISMATCH", "0 X509_V_ERR_INVALID_PURPOSE",
            ]
        ) { fixtures in
            var template = validity(from: -90, to: -1)
            template.names = ["other.example"]
            template.usages = [.client]
            return try fixtures.intermediate.issue(template)
        },
    ]

    @Test(arguments: faults, ["1.2", "1.3"])
    func tellsAllThatIsWrong(_ fault: Fault, _ version: String) async throws {
        let fixtures = try Fixtures.get()
        let certificate = try fault.make(fixtures)
        let server = try await OpenSSLServer("-num_tickets", "1", certificate: certificate)
        let run = try await run(against: fault.host, server.port, version)
        let report = try await run.report(ending: 8)
        #expect(report["outcome"] == "verify")
        #expect(report["error.stage"] == "verify")
        let errors = try #require(report["verify.errors"]).elements
        #expect(Set(errors.map { "\(Int($0["depth"]?.double ?? -1)) \($0["name"]?.text ?? "")" }) == fault.errors)
        #expect(report["verify.ok"] == false)
        try await expectCompleteness(of: report)
        let found = Set(errors.compactMap { $0["code"]?.double.map { Int($0) } })
        #expect(try await found == codes(of: server.port, checking: fault.host, fixtures))
    }

    @Test func namesTheMissingIntermediate() async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            "-cert", fixtures.ecdsa.certificatePath, "-key", fixtures.ecdsa.keyPath, "-num_tickets", "1")
        let report = try await connect(server.port).report(ending: 8)
        #expect(report["verify.missing_issuer"] == "CN=Test Intermediate")
        #expect(report["verify.chain_ok"] == false)
        #expect(report["verify.name_ok"] == true)
        #expect(
            try #require(report["verify.errors"]).elements.map { $0["name"] } == [
                "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            ])
        try await expectCompleteness(of: report)
    }

    /// A root that the server sends does not become trusted by that.
    @Test func tellsARootThatWasSentButIsNotTrusted() async throws {
        let stranger = try CertificateAuthority("Unknown Root")
        let leaf = try stranger.issue()
        let server = try await OpenSSLServer(
            "-cert", leaf.certificatePath, "-key", leaf.keyPath, "-cert_chain", stranger.certificatePath)
        let report = try await connect(server.port).report(ending: 8)
        #expect(report["verify.errors.0.name"] == "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN")
        #expect(report["verify.errors.0.depth"] == 1)
        #expect(report["certificates.1.subject_cn"] == "Unknown Root")
    }

    @Test func keepsTheVerdictWhenToldToIgnoreIt() async throws {
        let server = try await OpenSSLServer(certificate: IssuedCertificate.selfSigned())
        let report = try await connect(server.port, "-k").report(ending: 0)
        #expect(report["outcome"] == "ok")
        #expect(report["verify.ok"] == false)
        #expect(report["verify.errors.0.code"] == 18)
    }

    @Test func verifiesNothingWithoutAuthorities() async throws {
        let server = try await OpenSSLServer(certificate: IssuedCertificate.selfSigned())
        let run = try await Program.connect("localhost:\(server.port)", "-4", "--ca", "none")
        let report = try await run.report(ending: 0)
        #expect(report["verify.ok"] == .null)
        #expect(report["verify.chain_ok"] == .null)
        #expect(report["verify.name_ok"] == true)
    }

    @Test func allowsNoMoreIntermediatesThanTold() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        _ = try await connect(server.port, "--verify-depth", "1").report(ending: 0)
        let report = try await connect(server.port, "--verify-depth", "0").report(ending: 8)
        let names = try #require(report["verify.errors"]).elements.compactMap { $0["name"]?.text }
        #expect(names.contains("X509_V_ERR_CERT_CHAIN_TOO_LONG"))
    }

    private func run(against host: String, _ port: UInt16, _ version: String) async throws -> ProgramRun {
        try await Program.connect(
            "\(host):\(port)", "-4", "--tls", version, "--ca", Fixtures.get().root.certificatePath)
    }

    private func expectCompleteness(of report: JSON) async throws {
        for path in [
            "address", "tls.version", "tls.cipher.name", "tls.group", "tls.signature_algorithm", "tls.confirmed.value",
            "certificates.0.not_after", "certificates.0.sha256", "client_auth.demand", "timings.tls_ms",
            "timings.total_ms", "close.kind",
        ] {
            let value = report[path]
            #expect(value != nil && value != .null, "\(path)")
        }
        #expect(report["tickets"]?.elements.count == 1)
    }

    /// What `openssl s_client` finds, with the same authority and name.
    private func codes(of port: UInt16, checking host: String, _ fixtures: Fixtures) async throws -> Set<Int> {
        let option = host == "localhost" ? "-verify_hostname" : "-verify_ip"
        let arguments = [
            "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", fixtures.root.certificatePath, option, host,
        ]
        return try await OwnThread.run {
            let result = try OpenSSLCommand.outcome(arguments)
            let text = String(decoding: result.output + result.errors, as: UTF8.self)
            return Set(text.matches(of: /verify error:num=(\d+):/).compactMap { Int($0.output.1) })
        }
    }

    private static func validity(from first: Double, to last: Double) -> CertificateTemplate {
        var template = CertificateTemplate()
        template.notBefore = Date(timeIntervalSinceNow: first * 86_400)
        template.notAfter = Date(timeIntervalSinceNow: last * 86_400)
        return template
    }
}
