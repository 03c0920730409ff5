import TestSupport
import Testing

/// `tickets` against servers that people run: how many, of which kind, and what none of them means.
@Suite(.serialized) struct TicketsPeerTests {
    static let openSSL: [([String], Int32, TicketExpectation)] = [
        ([], 0, .stateless), (["-num_tickets", "0"], 12, .none),
        (["-num_tickets", "1"], 0, TicketExpectation(counts: [1, 1])),
        (["-num_tickets", "5"], 0, TicketExpectation(counts: [5, 5])),
        (["-no_ticket"], 0, .stateful),
        // A sealed ticket needs no cache.
        (["-no_cache"], 0, .stateless),
        // They are sent, and nobody can come back with them.
        (["-no_ticket", "-no_cache"], 0, TicketExpectation(afterResumption: nil, sizes: 32...32, kind: "stateful")),
        (["-tls1_2"], 0, .tls12), (["-tls1_2", "-no_ticket"], 10, .identifiers),
        (["-tls1_2", "-no_ticket", "-no_cache"], 10, TicketExpectation(counts: [0, 0], afterResumption: nil)),
        // Each is good for early data once, so the server keeps a list of them (openssl-truth, T16).
        (["-early_data"], 0, TicketExpectation(sizes: 32...32, maxEarlyData: 16384, kind: "stateful")),
        (["-early_data", "-no_anti_replay"], 0, TicketExpectation(maxEarlyData: 16384)),
        (
            ["-early_data", "-max_early_data", "1"], 0,
            TicketExpectation(sizes: 32...32, maxEarlyData: 1, kind: "stateful")
        ),
    ]

    /// Tickets that cannot be used are worth as much as none.
    @Test func saysThatAServerDoesNotTakeItsTickets() async throws {
        let server = try await OpenSSLServer("-no_ticket", "-no_cache", certificate: Fixtures.get().ecdsa)
        #expect(try await tickets(server.port).report(ending: 0)["ticket_summary.resumed"] == false)
        let text = try await Program.run([
            "tickets", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath,
        ])
        #expect(text.output.contains("does not take back what it hands out"), "\(text)")
    }

    @Test(arguments: openSSL)
    func tellsWhatOpenSSLHandsOut(options: [String], code: Int32, expected: TicketExpectation) async throws {
        let server = try await OpenSSLServer(options, certificate: Fixtures.get().ecdsa)
        try await tickets(server.port).tickets(ending: code, expected)
    }

    /// Whoever made the server write knows that none will come.
    @Test func noneAlthoughElicitedIsANo() async throws {
        let web = try await ServeProcess("--tickets", "0")
        for option in [["--http"], ["--elicit", "http"]] {
            try await tickets(web.port, option, authority: web.authorityPath).tickets(ending: 10, .elicited("http"))
        }
        // It answers GET alone, and whoever writes nothing may have a ticket yet.
        let mute = try await OpenSSLServer("-num_tickets", "0", "-www", certificate: Fixtures.get().ecdsa)
        try await tickets(mute.port, "--http").tickets(ending: 12, .elicited("http"))
        let echo = try await OpenSSLServer("-num_tickets", "0", "-rev", certificate: Fixtures.get().ecdsa)
        try await tickets(echo.port, "--elicit", "abc\n").tickets(ending: 10, .elicited("data"))
        try await tickets(echo.port, "--elicit", "none").tickets(ending: 12, .none)
    }

    /// To have asked is not enough: some servers send tickets with their first data, and this one sends none.
    @Test func noneFromAServerThatNeverWritesIsUnknown() async throws {
        let server = try await OpenSSLServer("-num_tickets", "0", certificate: Fixtures.get().ecdsa)
        try await tickets(server.port, "--elicit", "http", "--count", "1", "--timeout", "2s")
            .tickets(ending: 12, .elicited("http", TicketExpectation(counts: [0], afterResumption: nil)))
        let report = try await resume(
            server.port, "--elicit", "http", "--count", "1", "--timeout", "2s"
        ).report(ending: 12)
        #expect(report["resumption.verdict.value"] == "unknown" && report["error.code"] == "no_ticket")
    }

    @Test func someAreNotLateBecauseDataFollow() async throws {
        let server = try await OpenSSLServer("-www", certificate: Fixtures.get().ecdsa)
        try await tickets(server.port, "--http").tickets(ending: 0, .elicited("http", .stateless))
    }

    @Test func countsAsManyConnectionsAsAsked() async throws {
        let server = try await OpenSSLServer("-num_tickets", "1", certificate: Fixtures.get().ecdsa)
        for count in [1, 3] {
            let expected = TicketExpectation(counts: Array(repeating: 1, count: count))
            try await tickets(server.port, "--count", "\(count)").tickets(ending: 0, expected)
        }
    }

    @Test func oneTicketDoesNotTell() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().ecdsa)
        let expected = TicketExpectation(counts: [1], afterResumption: 0, version: "TLSv1.2", kind: "unknown")
        try await tickets(server.port, "--count", "1").tickets(ending: 0, expected)
    }

    @Test(arguments: ["--settle", "--wait"])
    func waitsAsLongAsAsked(option: String) async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let run = try await tickets(server.port, option, "1s", "--count", "1")
        let report = try await run.tickets(ending: 0, TicketExpectation(counts: [2]))
        #expect(try #require(report["timings.total_ms"]?.double) >= 2000)
    }

    @Test func bothSpellingsOfTheWaitAreOneTooMany() async throws {
        let run = try await Program.run(["tickets", "localhost:1", "--wait", "1s", "--settle", "1s"])
        #expect(run.status == 64 && run.errors.contains("--wait and --settle are the same"), "\(run)")
    }

    // MARK: Others

    @Test(
        arguments: [
            (["--priority", "NORMAL"], 0, TicketExpectation(afterResumption: 2, lifetime: 21600)),
            (["--noticket"], 12, .none),
            (
                ["--priority", "NORMAL:-VERS-TLS1.3"], 0,
                TicketExpectation(counts: [1, 1], afterResumption: 0, version: "TLSv1.2", lifetime: 21600)
            ),
            (["--priority", "NORMAL:-VERS-TLS1.3", "--noticket"], 10, .identifiers),
        ] as [([String], Int32, TicketExpectation)])
    func tellsWhatGnuTLSHandsOut(options: [String], code: Int32, expected: TicketExpectation) async throws {
        let server = try await GnuTLSServer(options, certificate: Fixtures.get().ecdsa)
        try await tickets(server.port).tickets(ending: code, expected)
    }

    @Test func gnuTLSWithoutTicketsIsANo() async throws {
        let server = try await GnuTLSServer("--noticket", certificate: Fixtures.get().ecdsa)
        try await tickets(server.port, "--http").tickets(ending: 10, .elicited("http"))
    }

    private static let versions = "ssl_protocols TLSv1.2 TLSv1.3; "

    @Test(arguments: [[], ["--http"]])
    func tellsWhatNginxHandsOut(http: [String]) async throws {
        let how = http.isEmpty ? nil : "http"
        let server = try await NginxServer(Self.versions, certificate: Fixtures.get().ecdsa)
        try await tickets(server.port, http).tickets(ending: 0, TicketExpectation(elicited: how, lifetime: 300))
        try await tickets(server.port, http + ["--tls", "1.2"]).tickets(
            ending: 0, TicketExpectation(counts: [1, 1], afterResumption: 0, version: "TLSv1.2", lifetime: 300))
    }

    /// It remembers them only with a cache.
    @Test(arguments: [("", Int?.none), ("ssl_session_cache builtin:100;", 1)])
    func tellsWhetherNginxRemembers(cache: String, resumed: Int?) async throws {
        let server = try await NginxServer(
            Self.versions + "ssl_session_tickets off; " + cache, certificate: Fixtures.get().ecdsa)
        let expected = TicketExpectation(
            afterResumption: resumed, elicited: "http", lifetime: 300, sizes: 32...32, kind: "stateful")
        try await tickets(server.port, "--http").tickets(ending: 0, expected)
        let identifiers = TicketExpectation(
            counts: [0, 0], afterResumption: resumed.map { _ in 0 }, sessionIDs: 2, version: "TLSv1.2")
        let report = try await tickets(server.port, "--http", "--tls", "1.2").tickets(ending: 10, identifiers)
        let isRemembered = report["error.message"]?.text?.contains("remembers sessions by their identifier")
        #expect(isRemembered == (resumed != nil))
    }
}
