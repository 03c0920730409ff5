import ProbeKit
import Testing

@Suite struct PlanTests {
    @Test func fillsInTheDefaults() throws {
        let plan = try plan("connect", "example.com")
        #expect(plan.target.host == "example.com")
        #expect(plan.client.address.family == .any)
        #expect(plan.client.address.connectTo == nil)
        #expect(plan.client.time.timeout == .seconds(10))
        #expect(plan.client.time.connectTimeout == .seconds(5))
        #expect(plan.client.time.maxTime == nil && plan.client.time.settle == nil)
        #expect(plan.client.offer.versions == nil && plan.client.offer.alpn.isEmpty)
        #expect(plan.client.offer.serverName == .target && !plan.client.offer.legacy)
        #expect(plan.client.trust.sources.isEmpty && !plan.client.trust.insecure)
        #expect(plan.client.identity == nil)
        #expect(plan.client.data.send == nil && plan.client.data.httpPath == nil)
        #expect(plan.client.maxIdleMessages == 64)
        #expect(plan.output.format == .text && plan.output.color == .auto && plan.output.file == nil)
        #expect(plan.notes.isEmpty)
    }

    @Test(arguments: ["example.com:443", "localhost:443", "[::1]:1", "https://h/", "10.0.0.1"])
    func takesAFirstWordWithPunctuationForATarget(word: String) throws {
        #expect(try plan(word, "-k").target == Target.parse(word))
        #expect(try plan(word).target == plan("connect", word).target)
    }

    @Test func readsTheAddressGroup() throws {
        #expect(try plan("connect", "h", "-4").client.address.family == .v4)
        #expect(try plan("connect", "-6", "h").client.address.family == .v6)
        let place = try plan("connect", "h", "--connect-to", "[::1]:8443").client.address.connectTo
        #expect(place?.host == "::1" && place?.port == 8443)
    }

    @Test(arguments: [
        ("1.2", TLSOffer.Version.tls12, TLSOffer.Version.tls12), ("TLSv1.2", .tls12, .tls12),
        ("tls1_3", .tls13, .tls13),
        ("TLS1.3", .tls13, .tls13), ("TLSv1", .tls10, .tls10), ("1.2-1.3", .tls12, .tls13),
        ("TLSv1.1-1.3", .tls11, .tls13),
        ("1.3-1.3", .tls13, .tls13),
    ])
    func readsVersions(text: String, lowest: TLSOffer.Version, highest: TLSOffer.Version) throws {
        let plan = try plan("connect", "h", "--tls", text)
        #expect(plan.client.offer.versions == lowest...highest)
        #expect(plan.client.offer.legacy == (lowest < .tls12))
        #expect(plan.notes == (lowest < .tls12 ? ["--tls reaches below TLS 1.2, so --legacy applies"] : []))
    }

    @Test func saysNothingWhenLegacyWasAskedFor() throws {
        #expect(try plan("connect", "h", "--legacy", "--tls", "1.0").notes.isEmpty)
        #expect(try plan("connect", "h", "--legacy").client.offer.legacy)
    }

    @Test func readsTheOffer() throws {
        let offer = try plan(
            "connect", "h", "--ciphers", "ALL", "--ciphersuites", "TLS_AES_128_GCM_SHA256", "--groups", "x25519",
            "--sigalgs", "ed25519", "--alpn", "h2,http/1.1", "--sni", "other.example.", "--seclevel", "2",
            "--no-ticket",
            "--psk", "urn:id:/tmp/key", "--post-handshake-auth"
        ).client.offer
        #expect(offer.ciphers == "ALL")
        #expect(offer.ciphersuites == "TLS_AES_128_GCM_SHA256")
        #expect(offer.groups == "x25519")
        #expect(offer.signatureAlgorithms == "ed25519")
        #expect(offer.alpn == ["h2", "http/1.1"])
        #expect(offer.serverName == .name("other.example"))
        #expect(offer.securityLevel == 2)
        #expect(offer.noTicket && offer.postHandshakeAuth)
        #expect(offer.preSharedKey?.identity == "urn:id")
        #expect(offer.preSharedKey?.keyPath == "/tmp/key")
    }

    @Test func readsTrust() throws {
        let trust = try plan(
            "connect", "h", "--ca", "a.pem", "--ca", "system", "--verify-name", "x.example", "--verify-depth", "3", "-k"
        ).client.trust
        #expect(trust.sources == [.path("a.pem"), .system])
        #expect(trust.name == "x.example")
        #expect(trust.depth == 3)
        #expect(trust.insecure)
        #expect(try plan("connect", "h", "--ca", "none").client.trust.sources == [.none])
        #expect(try plan("connect", "h", "--verify-name", "192.0.2.1").client.trust.name == "192.0.2.1")
    }

    @Test func readsTheIdentity() throws {
        let identity = try #require(
            try plan("connect", "h", "--cert", "c", "--key", "k", "--cert-chain", "i", "--key-password", "env:P").client
                .identity)
        #expect(identity.certificate == "c" && identity.key == "k" && identity.chain == "i")
        guard case .environment("P") = identity.password else {
            Issue.record("not an environment variable")
            return
        }
        let other = try plan("connect", "h", "--cert", "c", "--key-password", "file:/x:y").client.identity
        guard case .file("/x:y") = other?.password else {
            Issue.record("not a file")
            return
        }
    }

    @Test func readsWhatIsSent() throws {
        guard case .bytes(Array("-x é".utf8)) = try plan("connect", "h", "--send", "-x é").client.data.send else {
            Issue.record("not the bytes")
            return
        }
        guard case .file("f") = try plan("connect", "h", "--send", "@f").client.data.send else {
            Issue.record("not the file")
            return
        }
        guard case .standardInput = try plan("connect", "h", "--send", "-").client.data.send else {
            Issue.record("not stdin")
            return
        }
    }

    @Test func offersHTTPWhenItSpeaksHTTP() throws {
        let plain = try plan("connect", "h", "--http").client
        #expect(plain.data.httpPath == "/" && plain.offer.alpn == ["http/1.1"])
        let path = try plan("connect", "h", "--http-path", "/a?b").client
        #expect(path.data.httpPath == "/a?b" && path.offer.alpn == ["http/1.1"])
        #expect(try plan("connect", "h", "--http", "--alpn", "http/1.0").client.offer.alpn == ["http/1.0"])
        #expect(throws: UsageError.self) { try plan("connect", "h", "--http", "--alpn", "h2,http/1.1") }
    }

    @Test func readsCaptureAndOutput() throws {
        let plan = try plan(
            "connect", "h", "--keylog", "k", "--save-certs", "c", "--load-session", "l", "--save-session", "s", "-j",
            "--events", "-o", "out", "--save-report", "r", "--save-junit", "u", "--show-certs", "-v", "--color", "never"
        )
        #expect(plan.client.capture.keyLog == "k" && plan.client.capture.saveCertificates == "c")
        #expect(plan.client.capture.loadSession == "l" && plan.client.capture.saveSession == "s")
        #expect(plan.output.format == .json && plan.output.includesEvents && plan.output.showsCertificates)
        #expect(plan.output.file == "out" && plan.output.reportFile == "r" && plan.output.junitFile == "u")
        #expect(plan.output.isVerbose && !plan.output.isQuiet && plan.output.color == .never)
    }

    @Test(arguments: [
        ([], OutputPlan.Format.text), (["-j"], .json), (["--json"], .json), (["--jsonl"], .jsonl),
        (["--format", "json"], .json), (["--format=jsonl"], .jsonl), (["--format", "text"], .text),
        (["-o", "-"], .text), (["--format", "junit"], .junit), (["--format", "github"], .github),
    ])
    func choosesTheFormat(options: [String], format: OutputPlan.Format) throws {
        let plan = try plan(["connect", "h"] + options)
        #expect(plan.output.format == format && plan.output.file == nil)
    }

    @Test func readsPathsOfTheReport() throws {
        #expect(
            try plan("connect", "h", "--get", "tls.version,.verify.ok").output.paths == ["tls.version", ".verify.ok"])
    }

    @Test func readsExpectations() throws {
        let plan = try plan("connect", "h", "--expect", "tls.version >= 1.2", "--expect=ok = true", "--expect", "-x")
        #expect(plan.output.expectations == ["tls.version >= 1.2", "ok = true", "-x"])
    }

    @Test(arguments: ["connect", "renegotiate", "keyupdate", "tickets", "resume"])
    func takesADayForAnExpectation(command: String) throws {
        let output = try plan(command, "h", "--min-days", "14", "--expect", "ok = true").output
        #expect(output.expectations == ["ok = true", "certificates[*].days_left >= 14"])
        for days in ["0", "3650"] { #expect(mistake(command, "h", "--min-days", days) == nil) }
    }

    @Test func bundlesShortFlags() throws {
        let plan = try plan("connect", "-4kjv", "h")
        #expect(plan.client.address.family == .v4 && plan.client.trust.insecure)
        #expect(plan.output.format == .json && plan.output.isVerbose)
        #expect(try timeout("-kt", "3") == .seconds(3))
    }

    private func timeout(_ options: String...) throws -> Duration {
        try plan(["connect", "h"] + options).client.time.timeout
    }

    @Test(arguments: [
        (["--cacert", "x"], ["--ca", "x"]), (["--capath", "x"], ["--ca", "x"]), (["--CAfile", "x"], ["--ca", "x"]),
        (["--servername", "x.y"], ["--sni", "x.y"]), (["--noservername"], ["--sni", "none"]),
        (["--cipher", "ALL"], ["--ciphers", "ALL"]), (["--tls13-ciphers", "A"], ["--ciphersuites", "A"]),
        (["--curves", "x25519"], ["--groups", "x25519"]), (["--showcerts"], ["--show-certs"]),
        (["--sess-in", "x"], ["--load-session", "x"]), (["--sess-out", "x"], ["--save-session", "x"]),
        (["--expect-client", "ok = true"], ["--expect", "ok = true"]), (["--insecure"], ["-k"]),
        (["--timeout", "3"], ["-t", "3"]), (["--max-time", "3"], ["-m", "3"]),
    ])
    func takesTheAliases(alias: [String], option: [String]) throws {
        func content(_ options: [String]) throws -> String {
            let plan = try plan(["connect", "h"] + options)
            return "\(plan.client) \(plan.output) \(plan.question)"
        }
        #expect(try content(alias) == content(option))
        #expect(try content(alias) != content([]))
    }
}
