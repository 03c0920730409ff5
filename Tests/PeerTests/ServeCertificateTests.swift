import Foundation
import TestSupport
import Testing

/// What `serve` shows: certificates made in memory, with and without a fault, and those from files.
@Suite(.serialized) struct ServeCertificateTests {
    /// What a client finds wrong, as our own report spells it and as openssl numbers it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var profile: String
        var errors: Set<String> = []
        /// Any of these: openssl stops at the first error.
        var codes: Set<String> = []
        var testDescription: String { profile }
    }

    static let faults = [
        Fault(profile: "expired", errors: ["CERT_HAS_EXPIRED"], codes: ["10"]),
        Fault(profile: "not-yet-valid", errors: ["CERT_NOT_YET_VALID"], codes: ["9"]),
        Fault(profile: "wrong-host", errors: ["HOSTNAME_MISMATCH"], codes: ["62"]),
        Fault(profile: "self-signed", errors: ["DEPTH_ZERO_SELF_SIGNED_CERT"], codes: ["18"]),
        Fault(
            profile: "no-intermediate",
            errors: ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"], codes: ["20", "21"]),
        Fault(profile: "client-only-eku", errors: ["INVALID_PURPOSE"], codes: ["26"]),
        Fault(profile: "rsa-1024", errors: ["EE_KEY_TOO_SMALL"], codes: ["66"]),
        Fault(profile: "sha1", errors: ["CA_MD_TOO_WEAK"], codes: ["68"]),
        Fault(profile: "many-sans"), Fault(profile: "hostile-subject"),
    ]

    @Test(arguments: faults)
    func aProfileHasItsFaultForUsAndForOthers(_ fault: Fault) async throws {
        let server = try await ServeProcess("--cert-profile", fault.profile)
        let run = try await Program.connect("localhost:\(server.port)", "-4", "--ca", server.authorityPath)
        let report = try await run.report()
        #expect(run.status == (fault.errors.isEmpty ? 0 : 8), "\(run)")
        let names = try #require(report["verify.errors"]).elements.compactMap { $0["name"]?.text }
        #expect(Set(names.map { String($0.dropFirst("X509_V_ERR_".count)) }) == fault.errors)

        // At our own level; at level 1 OpenSSL takes a key of 1024 bits.
        let openssl = try await server.openssl("-verify_hostname", "localhost", "-auth_level", "2")
        let codes = openssl.transcript.matches(of: /verify error:num=(\d+)/).map { String($0.output.1) }
        #expect((openssl.status == 0) == fault.errors.isEmpty, "\(openssl)")
        #expect(Set(codes).isSubset(of: fault.codes) && codes.isEmpty == fault.codes.isEmpty, "\(openssl)")
        #expect(try await server.finish().status == 0)
    }

    /// A client that cannot trust the certificate often says so, and the server hands that on.
    @Test func aClientsDistrustIsReported() async throws {
        let server = try await ServeProcess("--cert-profile", "self-signed")
        let curl = try await server.curl("-i")
        #expect(curl.status == 60, "\(curl)")
        let report = try await server.report(of: 1)
        #expect(report["outcome"] == "handshake")
        #expect(report["error.code"] == "alert_received")
        #expect(report["error.alert.number"] == 48)
        #expect(report["error.alert.dir"] == "received")
        #expect(report["error.hint"]?.text?.contains("--write-ca") == true)
        #expect(try await server.curl("-k", "-i").status == 0)
        let summary = try await server.finish().serveSummary()
        #expect(summary?["ok"] == true && summary?["exit_code"] == 0)
        #expect(summary?["by_outcome.handshake"] == 1 && summary?["by_outcome.ok"] == 1)
    }

    @Test func theCertificateInMemoryIsForTheNamesGiven() async throws {
        let server = try await ServeProcess("--auto-cert", "one.example,*.two.example,192.0.2.7")
        for (name, isGood) in [
            ("one.example", true), ("x.two.example", true), ("two.example", false), ("192.0.2.7", true),
            ("localhost", false),
        ] {
            let curl = try await InstalledProgram.curl.run([
                "-sS", "--cacert", server.authorityPath, "--connect-to", "::127.0.0.1:\(server.port)",
                "https://\(name)/",
            ])
            #expect(curl.status == (isGood ? 0 : 60), "\(name): \(curl)")
        }
    }

    @Test func theDefaultCertificateIsForThisMachine() async throws {
        let server = try await ServeProcess()
        for name in ["localhost", "127.0.0.1", "[::1]"] {
            let curl = try await InstalledProgram.curl.run([
                "-sS", "--cacert", server.authorityPath, "--connect-to", "::127.0.0.1:\(server.port)",
                "https://\(name)/",
            ])
            #expect(curl.status == 0, "\(name): \(curl)")
        }
        let text = try String(contentsOfFile: server.authorityPath, encoding: .utf8)
        #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(!text.contains("PRIVATE"))
        let mode = try FileManager.default.attributesOfItem(atPath: server.authorityPath)[.posixPermissions] as? Int
        #expect(mode == 0o644)
    }

    @Test func eachStartHasAnAuthorityOfItsOwn() async throws {
        let (one, other) = (try await ServeProcess(), try await ServeProcess())
        let curl = try await InstalledProgram.curl.run([
            "-sS", "--cacert", other.authorityPath, "https://localhost:\(one.port)/",
        ])
        #expect(curl.status == 60, "\(curl)")
    }

    @Test func certificatesFromFilesAreChosenByNameAndByKind() async throws {
        let fixtures = try Fixtures.get()
        var other = CertificateTemplate.named("other.example")
        other.key = .rsa(2048)
        let named = try fixtures.intermediate.issue(other)
        let server = try await ServeProcess(
            [fixtures.ecdsa, fixtures.rsa, named].flatMap { ["--cert", $0.chainPath, "--key", $0.keyPath] })
        let root = fixtures.root.certificatePath
        for (arguments, certificate) in [
            (["-servername", "localhost"], fixtures.ecdsa), (["-noservername"], fixtures.ecdsa),
            (["-servername", "localhost", "-sigalgs", "RSA-PSS+SHA256"], fixtures.rsa),
            (["-servername", "localhost", "-tls1_2", "-sigalgs", "RSA+SHA256:RSA-PSS+SHA256"], fixtures.rsa),
            (["-servername", "localhost", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], fixtures.rsa),
            (["-servername", "other.example"], named), (["-servername", "OTHER.example", "-tls1_2"], named),
            (["-servername", "nobody.example"], fixtures.ecdsa),
        ] {
            let run = try await InstalledProgram.openssl.run(
                ["s_client", "-connect", "127.0.0.1:\(server.port)", "-CAfile", root, "-verify_return_error"]
                    + arguments)
            #expect(run.status == 0, "\(arguments): \(run)")
            #expect(try leaf(in: run.output) == certificate.der, "\(arguments): \(run)")
        }
        let reports = try await server.finish().connections()
        #expect(reports.count == 8 && reports.allSatisfy { $0["ok"] == true })
        #expect(reports.map { $0["tls.sni"] }.suffix(3) == ["other.example", "OTHER.example", "nobody.example"])
    }

    /// A name that only an RSA certificate has, and a client that cannot verify RSA.
    @Test func aClientThatCanVerifyNoneOfThemIsRefused() async throws {
        let fixtures = try Fixtures.get()
        let server = try await ServeProcess("--cert", fixtures.rsa.chainPath, "--key", fixtures.rsa.keyPath)
        let run = try await InstalledProgram.openssl.run([
            "s_client", "-connect", "127.0.0.1:\(server.port)", "-sigalgs", "ECDSA+SHA256",
        ])
        #expect(run.status != 0)
        let report = try await server.report(of: 1)
        #expect(report["outcome"] == "handshake")
        #expect(report["error.code"] == "no_shared_parameters")
        #expect(report["error.message"] == "no signature algorithm in common")
        #expect(report["error.alert.number"] == 40 && report["error.alert.dir"] == "sent")
    }

    @Test func aFileMayHoldBoth() async throws {
        let fixtures = try Fixtures.get()
        let both = try [fixtures.ecdsa.chainPath, fixtures.ecdsa.keyPath].map { path in
            try String(contentsOfFile: path, encoding: .utf8)
        }
        let file = try TemporaryFolder.write(Array(both.joined().utf8))
        let server = try await ServeProcess("--cert", file)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["certificates"]?.elements.count == 2)
    }

    /// The certificate that s_client prints, in DER.
    private func leaf(in output: String) throws -> [UInt8] {
        let match = try #require(output.firstMatch(of: /-----BEGIN CERTIFICATE-----([^-]+)-----END/))
        return try Array(#require(Data(base64Encoded: String(match.output.1), options: .ignoreUnknownCharacters)))
    }
}
