import TestSupport
import Testing

/// Which address is dialed, and under which name.
@Suite struct AddressTests {
    @Test func dialsAnotherPlaceUnderTheTargetsName() async throws {
        let leaf = try Fixtures.get().intermediate.issue(.named("service.example"))
        let server = try await OpenSSLServer(
            "-servername", "other.example", "-cert2", leaf.certificatePath, "-key2", leaf.keyPath, certificate: leaf)
        for place in ["127.0.0.1:\(server.port)", "service.example:443:127.0.0.1:\(server.port)"] {
            let run = try await Program.connect(
                "service.example", "--connect-to", place, "--ca", Fixtures.get().root.certificatePath)
            let report = try await run.report(ending: 0)
            #expect(report["target.host"] == "service.example")
            #expect(report["target.port"] == 443)
            #expect(report["address"] == "127.0.0.1")
            #expect(report["tls.sni"] == "service.example")
            #expect(report["verify.checked_name"] == "service.example")
        }
        #expect(try await server.printed("Hostname in TLS extension: \"service.example\""))
    }

    @Test func sendsNoNameForAnAddress() async throws {
        let server = try await OpenSSLServer("-tlsextdebug", certificate: Fixtures.get().ecdsa)
        let run = try await Program.connect("127.0.0.1:\(server.port)", "--ca", Fixtures.get().root.certificatePath)
        let report = try await run.report(ending: 0)
        #expect(report["tls.sni"] == .null)
        #expect(report["target.sni"] == .null)
        #expect(report["verify.checked_name"] == "127.0.0.1")
        #expect(report["verify.name_ok"] == true)
        #expect(try await server.printed("CIPHER is"))
        #expect(!server.transcript.contains("TLS client extension \"server name\""))
    }

    @Test func sendsNoNameWhenToldSo() async throws {
        let server = try await OpenSSLServer("-tlsextdebug", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--sni", "none").report(ending: 0)
        #expect(report["tls.sni"] == .null)
        #expect(report["verify.checked_name"] == "localhost")
        #expect(try await server.printed("CIPHER is"))
        #expect(!server.transcript.contains("TLS client extension \"server name\""))
    }

    @Test func dropsTheTrailingDot() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let run = try await Program.connect(
            "localhost.:\(server.port)", "--connect-to", "127.0.0.1:\(server.port)", "--ca",
            Fixtures.get().root.certificatePath)
        let report = try await run.report(ending: 0)
        #expect(report["tls.sni"] == "localhost")
        #expect(report["verify.ok"] == true)
    }

    @Test func takesAPastedURL() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let run = try await Program.connect(
            "https://localhost:\(server.port)/some/page?x=1", "-4", "--ca", Fixtures.get().root.certificatePath)
        let report = try await run.report(ending: 0)
        #expect(report["target.host"] == "localhost")
    }

    @Test func fourMeansFourAndSixMeansSix() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let four = try await connect(server.port).report(ending: 0)
        #expect(four["address"] == "127.0.0.1")
        #expect(four["addresses"]?.elements.count == 1)
        let six = try await Program.connect("127.0.0.1:\(server.port)", "-6")
        #expect(six.status == 64)
        #expect(six.errors.contains("-6"))
        #expect(six.outputBytes.isEmpty)
    }

    @Test func speaksIPv6() async throws {
        let fixtures = try Fixtures.get()
        var template = CertificateTemplate()
        template.addresses = [Array(repeating: 0, count: 15) + [1]]
        let server = try await OpenSSLServer(certificate: fixtures.intermediate.issue(template), host: "[::1]")
        let run = try await Program.connect("[::1]:\(server.port)", "-6", "--ca", fixtures.root.certificatePath)
        let report = try await run.report(ending: 0)
        #expect(report["address"] == "::1")
        #expect(report["verify.name_ok"] == true)
        let wrong = try await Program.connect("[::1]:\(server.port)", "-4", "--ca", fixtures.root.certificatePath)
        #expect(wrong.status == 64)
    }
}
