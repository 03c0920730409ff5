import Foundation
import TestSupport
import Testing

/// Why a session is not taken: each reason that the wire can tell, at a server that has it.
@Suite struct ResumeMissTests {
    /// Two servers behind one name that do not share their keys.
    private func expectOtherKeyName(
        _ ports: [UInt16], _ version: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let relay = try AlternatingRelay(to: ports)
        let run = try await resume(relay.port, "--tls", version)
        let miss = ResumptionExpectation.missed("other_key_name", version == "1.2" ? "ticket" : "psk")
        let report = try await run.resumption(
            ending: 10, "not_resumed", verdict: "no", [miss, miss, miss], sourceLocation: sourceLocation)
        #expect(
            report["error.hint"]?.text?.contains("share ticket keys") == true, sourceLocation: sourceLocation)
        #expect(
            Set(report["tickets"]?.elements.compactMap { $0["key_name"]?.text } ?? []).count == 2,
            sourceLocation: sourceLocation)
    }

    @Test(arguments: ["1.2", "1.3"])
    func serversThatDoNotShareTheirKey(version: String) async throws {
        let (one, other) = (try await serveResumable(), try await serveResumable())
        try await expectOtherKeyName([one.port, other.port], version)
    }

    /// The keys of nginx are a file's, or its own.
    private func nginx(_ key: String?) async throws -> NginxServer {
        let directive = key.map { "ssl_session_ticket_key \($0); " } ?? ""
        return try await NginxServer(
            directive + "ssl_protocols TLSv1.2 TLSv1.3;", certificate: Fixtures.get().ecdsa)
    }

    private func key(_ first: UInt8) throws -> String {
        try TemporaryFolder.write((0..<80).map { first &+ $0 })
    }

    @Test(arguments: ["1.2", "1.3"])
    func nginxWithSeparateKeys(version: String) async throws {
        let (one, other) = (try await nginx(key(1)), try await nginx(key(100)))
        try await expectOtherKeyName([one.port, other.port], version)
        let (third, fourth) = (try await nginx(nil), try await nginx(nil))
        try await expectOtherKeyName([third.port, fourth.port], version)
    }

    @Test(arguments: ["1.2", "1.3"])
    func nginxWithASharedKeyTakesThem(version: String) async throws {
        let key = try key(1)
        let (one, other) = (try await nginx(key), try await nginx(key))
        let relay = try AlternatingRelay(to: [one.port, other.port])
        let taken = ResumptionExpectation.taken(version == "1.2" ? "ticket" : "psk")
        try await resume(relay.port, "--tls", version).resumption(ending: 0, verdict: "yes", [taken, taken, taken])
    }

    /// One that is taken for a while, until the key is gone; that it was taken before is not the reason.
    @Test(arguments: ["1.2", "1.3"])
    func aKeyThatChanges(version: String) async throws {
        let server = try await serveResumable("--rotate-ticket-key", "1s")
        // Each attempt takes a tenth of a second, so they last for more than two periods.
        let relay = try DelayRelay(to: server.port, eachWay: 25)
        let run = try await resume(relay.port, "--tls", version, "--reuse-ticket", "40")
        let report = try await run.report(ending: 10)
        let attempts = try #require(report["resumption.attempts"]).elements
        let misses = attempts.filter { $0["resumed"] == false }
        #expect(attempts.first?["resumed"] == true && !misses.isEmpty)
        // In TLS 1.2 there is no second ticket of the first key, which would show its name.
        let why: JSON = version == "1.2" ? "unknown" : "other_key_name"
        #expect(misses.allSatisfy { $0["why_not"] == why }, "\(misses)")
        #expect(report["error.code"] == "not_resumed" && report["resumption.verdict.value"] == "no")
    }

    @Test func anIdentifierThatTheServerDoesNotKnow() async throws {
        let (one, other) = (
            try await serveResumable("--ticket-mode", "stateful"), try await serveResumable("--ticket-mode", "stateful")
        )
        let relay = try AlternatingRelay(to: [one.port, other.port])
        let miss = ResumptionExpectation.missed("id_not_echoed", "id")
        try await resume(relay.port, "--tls", "1.2", "--count", "2")
            .resumption(ending: 10, "not_resumed", verdict: "no", [miss, miss])
    }

    /// Nothing shows which of two servers it was that did not know a random number.
    @Test func aShortTicketThatTheServerDoesNotKnow() async throws {
        let (one, other) = (
            try await serveResumable("--ticket-mode", "stateful"), try await serveResumable("--ticket-mode", "stateful")
        )
        let relay = try AlternatingRelay(to: [one.port, other.port])
        let miss = ResumptionExpectation.missed("unknown", "psk")
        let report = try await resume(relay.port, "--tls", "1.3", "--count", "2")
            .resumption(ending: 10, "not_resumed", verdict: "no", [miss, miss])
        #expect(report["error.message"]?.text?.contains("does not say why") == true)
    }

    @Test(arguments: [("1.2", "1.3"), ("1.3", "1.2")])
    func anotherVersion(first: String, second: String) async throws {
        let (one, other) = (try await serveResumable("--tls", first), try await serveResumable("--tls", second))
        let relay = try AlternatingRelay(to: [one.port, other.port])
        let miss = ResumptionExpectation.missed("version_changed", first == "1.2" ? "ticket" : "psk")
        try await resume(relay.port, "--count", "1").resumption(ending: 10, "not_resumed", verdict: "no", [miss])
    }

    /// The first ClientHello uses a ticket up that is good for one; the second one cannot offer it again.
    @Test func aHelloRetryRequest() async throws {
        let server = try await serveResumable("--early-data", "1000", "--groups", "P-256")
        let miss = ResumptionExpectation.missed("hello_retry", "psk")
        let report = try await resume(server.port, "--groups", "X25519:P-256", "--count", "2")
            .resumption(ending: 10, "not_resumed", verdict: "no", [miss, miss])
        #expect(report["tls.hello_retry_request"] == true)
        // Sealed tickets are not used up.
        let sealed = try await serveResumable("--groups", "P-256")
        try await resume(sealed.port, "--groups", "X25519:P-256", "--count", "2")
            .resumption(ending: 0, verdict: "yes", [.taken("psk"), .taken("psk")])
    }

    @Test func aTicketForOneUse() async throws {
        let server = try await serveResumable("--early-data", "1000")
        let miss = ResumptionExpectation.missed("single_use", "psk")
        let report = try await resume(server.port, "--reuse-ticket", "3")
            .resumption(
                ending: 10, "not_resumed", verdict: "no", [.taken("psk"), miss, miss],
                controls: [[true, false], [true, false]])
        #expect(report["resumption.verdict.why"] == "1 of 3 resumed; it takes a session only once")
        try await resume(server.port, "--lineage", "3")
            .resumption(ending: 0, verdict: "yes", [.taken("psk"), .taken("psk"), .taken("psk")])
    }

    /// Behind a balancer the same session is taken again later: it was not the use that spent it.
    @Test func aMissThatIsFollowedByAHitIsNoSingleUse() async throws {
        let (one, other) = (
            try await serveResumable("--ticket-mode", "stateful"), try await serveResumable("--ticket-mode", "stateful")
        )
        let relay = try AlternatingRelay(to: [one.port, one.port, other.port])
        let report = try await resume(relay.port, "--reuse-ticket", "6").report(ending: 10)
        let misses = (report["resumption.attempts"]?.elements ?? []).compactMap { $0["why_not"]?.text }
        #expect(misses.first == "unknown" && !misses.dropLast().contains("single_use"), "\(misses)")
    }

    /// A server that never resumes forgot nothing when the connection broke.
    @Test func anAbruptCloseIsBlamedOnlyInComparison() async throws {
        let server = try await OpenSSLServer("-no_ticket", "-no_cache", certificate: Fixtures.get().ecdsa)
        let miss = ResumptionExpectation.missed("unknown", "psk")
        try await resume(server.port, "--count", "2", "--close", "abrupt")
            .resumption(ending: 10, "not_resumed", verdict: "no", [miss, miss], controls: [[false]])
    }

    /// An OpenSSL server forgets the session of a client that vanishes, and keeps it when the client says goodbye.
    @Test(arguments: ["1.2", "1.3"])
    func aClientThatVanishes(version: String) async throws {
        let server = try await ForgetfulServer(version, certificate: Fixtures.get().ecdsa)
        let mechanism = version == "1.2" ? "id" : "psk"
        try await resume(server.port, "--count", "2")
            .resumption(ending: 0, verdict: "yes", [.taken(mechanism), .taken(mechanism)])
        let miss = ResumptionExpectation.missed("abrupt_close", mechanism)
        let report = try await resume(server.port, "--count", "2", "--close", "abrupt")
            .resumption(ending: 10, "not_resumed", verdict: "no", [miss, miss], controls: [[true]])
        #expect(report["error.hint"] == "--close clean says goodbye first")
    }

    /// What is sealed into a ticket nobody forgets.
    @Test(arguments: ["stateless", "stateful"], ["1.2", "1.3"])
    func serveForgetsWhatItRemembered(mode: String, version: String) async throws {
        let server = try await serveResumable("--ticket-mode", mode)
        let mechanism = version == "1.3" ? "psk" : mode == "stateful" ? "id" : "ticket"
        let run = try await resume(server.port, "--tls", version, "--count", "2", "--close", "abrupt")
        if mode == "stateless" {
            try await run.resumption(ending: 0, verdict: "yes", [.taken(mechanism), .taken(mechanism)])
        } else {
            let miss = ResumptionExpectation.missed("abrupt_close", mechanism)
            try await run.resumption(ending: 10, "not_resumed", verdict: "no", [miss, miss], controls: [[true]])
        }
    }

    /// nginx keeps its sessions in a cache of its own, whatever becomes of the connection.
    @Test(arguments: [("1.2", "id"), ("1.3", "psk")])
    func nginxForgetsNobody(version: String, mechanism: String) async throws {
        let server = try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache shared:x:1m;",
            certificate: Fixtures.get().ecdsa)
        try await resume(server.port, "--tls", version, "--count", "2", "--close", "abrupt")
            .resumption(ending: 0, verdict: "yes", [.taken(mechanism), .taken(mechanism)])
    }

    /// OpenSSL breaks off over it (RFC 5246, 7.4.1.2).
    @Test func aCipherThatIsNotOfferedAnyMore() async throws {
        let server = try await serveResumable("--tls", "1.2")
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(
            server.port, "--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384", "--save-session", file)
        #expect(saved.status == 0, "\(saved)")
        let run = try await resume(
            server.port, "--tls", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256", "--load-session", file)
        let report = try await run.report(ending: 7)
        #expect(report["error.alert.number"] == 47 && report["resumption"] == .null)
    }

    /// A client of TLS 1.3 does not even offer what is too old. OpenSSL counts whole seconds, so that of two one may be left.
    @Test(arguments: ["1.2", "1.3"])
    func aSessionThatIsTooOld(version: String) async throws {
        let early = version == "1.3" ? ["--early-data", "1000", "--anti-replay", "off"] : []
        let identity = try Fixtures.get().ecdsa
        let server = try await ServeProcess(
            ["--cert", identity.chainPath, "--key", identity.keyPath, "--tls", version, "--ticket-lifetime", "2s"]
                + early)
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(server.port, ["--save-session", file] + patiently)
        #expect(saved.status == 0, "\(saved)")
        // Each attempt takes a tenth of a second, so they last for longer than the session does.
        let relay = try DelayRelay(to: server.port, eachWay: 25)
        let run = try await resume(relay.port, "--reuse-ticket", "40")
        let report = try await run.report(ending: 10)
        let attempts = try #require(report["resumption.attempts"]).elements
        #expect(attempts.first?["resumed"] == true && attempts.last?["why_not"] == "expired", "\(attempts)")
        #expect(attempts.last?["offered"] == .bool(version == "1.2"))
        #expect(report["error.code"] == "not_resumed")

        let late = try await resume(
            server.port, ["--load-session", file] + (version == "1.3" ? ["--early-data", "hello"] : []))
        if version == "1.2" {
            let report = try await late.resumption(
                ending: 10, "not_resumed", verdict: "no", [.missed("expired", "ticket")])
            #expect(report["error.hint"] == "take a newer session")
        } else {
            let report = try await late.resumption(
                ending: 12, "not_resumed", verdict: "unknown", [.missed("expired", earlyData: "not_sent")])
            #expect(report["error.message"]?.text?.contains("older than the server promised") == true)
        }
    }
}
