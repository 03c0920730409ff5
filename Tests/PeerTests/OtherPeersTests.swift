import TestSupport
import Testing

/// `connect` against servers on other code: gnutls-serv and nginx say in their own words what was negotiated.
@Suite struct OtherPeersTests {
    @Test func agreesWithGnuTLSInTLS13() async throws {
        let server = try await GnuTLSServer(
            "--priority", "NORMAL:-GROUP-ALL:+GROUP-SECP384R1:-VERS-ALL:+VERS-TLS1.3", "--disable-client-cert",
            certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port).report(ending: 0)
        #expect(report["tls.version"] == "TLSv1.3")
        #expect(report["tls.cipher.name"] == "TLS_AES_256_GCM_SHA384")
        #expect(report["tls.group"] == "secp384r1")
        #expect(report["tls.signature_algorithm"] == "ecdsa_secp256r1_sha256")
        #expect(report["verify.ok"] == true)
        #expect(report["client_auth.demand"] == "none")
        #expect(try #require(report["certificates"]).elements.count == 2)
        let words = "(TLS1.3-X.509)-(ECDHE-SECP384R1)-(ECDSA-SECP256R1-SHA256)-(AES-256-GCM)"
        let transcript = try await server.transcript(with: words)
        #expect(transcript.contains(words))
    }

    @Test func agreesWithGnuTLSInTLS12() async throws {
        let server = try await GnuTLSServer(
            "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-X25519", "--disable-client-cert",
            certificate: Fixtures.get().rsa)
        let report = try await connect(server.port, "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256").report(ending: 0)
        #expect(report["tls.version"] == "TLSv1.2")
        #expect(report["tls.cipher.name"] == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
        #expect(report["tls.group"] == "x25519")
        #expect(report["tls.confirmed.basis"] == "finished")
        let transcript = try await server.transcript(with: "(TLS1.2-X.509)")
        #expect(transcript.contains("(TLS1.2-X.509)-(ECDHE-X25519)"))
        #expect(transcript.contains("(AES-128-GCM)"))
        let signature = try #require(report["tls.signature_algorithm"]?.text)
        // GnuTLS 3.7 and 3.8 word PSS differently.
        #expect(transcript.contains("RSA-PSS") == signature.hasPrefix("rsa_pss"))
    }

    /// Without --require-client-cert gnutls-serv asks and takes no for an answer.
    @Test(arguments: ["1.2", "1.3"])
    func seesThatGnuTLSOnlyAsksForACertificate(_ version: String) async throws {
        let server = try await GnuTLSServer(certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--tls", version, "--http").report(ending: 0)
        #expect(report["client_auth.requested"] == true)
        #expect(report["client_auth.certificate_sent"] == false)
        #expect(report["client_auth.demand"] == "requested")
    }

    @Test(arguments: ["1.2", "1.3"])
    func seesThatGnuTLSDemandsACertificate(_ version: String) async throws {
        let server = try await GnuTLSServer(
            "--require-client-cert", "--x509cafile", Fixtures.get().root.certificatePath,
            certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, patiently + ["--tls", version]).report(ending: 9)
        #expect(report["client_auth.demand"] == "required")
        #expect(report["error.code"] == "client_certificate_required")
        #expect(report["client_auth.ca_names"] == ["CN=Test Root"])
    }

    @Test(arguments: [("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")])
    func agreesWithNginx(_ version: String, _ name: String) async throws {
        let server = try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519;", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--tls", version, "--http").report(ending: 0)
        let words = try await server.firstRequest()
        try #require(words.count == 6, "\(words)")
        #expect(report["tls.version"] == .string(name))
        #expect(words[0] == name)
        #expect(report["tls.cipher.openssl_name"] == .string(words[1]))
        #expect(report["tls.group"] == "x25519")
        #expect(words[2].lowercased() == "x25519")
        #expect(report["tls.alpn"] == "http/1.1")
        #expect(words[3] == "http/1.1")
        #expect(report["data.http_status"] == 200)
        #expect(report["data.first_line"] == "HTTP/1.1 200 OK")
        #expect(words[5] == "200")
        #expect(report["client_auth.demand"] == "none")
        #expect(report["verify.ok"] == true)
    }

    /// nginx lets the handshake pass and answers 400 instead.
    @Test(arguments: ["1.2", "1.3"])
    func seesThatNginxAsksForACertificate(_ version: String) async throws {
        let root = try Fixtures.get().root.certificatePath
        let server = try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_verify_client on; ssl_client_certificate \(root);",
            certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--tls", version, "--http").report(ending: 0)
        #expect(report["client_auth.requested"] == true)
        #expect(report["client_auth.demand"] == "requested")
        #expect(report["client_auth.ca_names"] == ["CN=Test Root"])
        #expect(report["data.http_status"] == 400)
    }

    @Test func showsItsCertificateToNginx() async throws {
        let fixtures = try Fixtures.get()
        let server = try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_verify_client on; ssl_client_certificate \(fixtures.root.certificatePath);",
            certificate: fixtures.ecdsa)
        let report = try await connect(
            server.port, "--http", "--cert", fixtures.client.certificatePath, "--key", fixtures.client.keyPath
        ).report(ending: 0)
        #expect(report["client_auth.certificate_sent"] == true)
        #expect(report["client_auth.demand"] == "unknown")
        #expect(report["data.http_status"] == 200)
        #expect(try await server.firstRequest().dropFirst(4).first == "SUCCESS")
    }
}
