import ProbeKit
import Testing

/// What `resume` makes of its options.
@Suite struct ResumePlanTests {
    @Test func fillsInTheDefaults() throws {
        let question = try question()
        #expect(question.mechanism == .auto && question.repetition == .pairs(3) && question.close == .clean)
        #expect(question.elicitation == .auto && !question.allowsPSKWithoutKeyExchange)
        #expect(payload(question) == nil)
        let client = try plan("resume", "h").client
        #expect(client.offer.versions == nil && client.offer.alpn.isEmpty && !client.offer.noTicket)
        #expect(client.data.httpPath == nil && client.data.send == nil)
        #expect(client.capture.loadSession == nil && client.capture.saveSession == nil)
    }

    @Test func readsEveryOption() throws {
        let question = try question(
            "--mechanism", "psk", "--count", "1000", "--close", "abrupt", "--elicit", "none", "--early-data", "hello",
            "--allow-psk-ke")
        #expect(question.mechanism == .psk && question.repetition == .pairs(1000) && question.close == .abrupt)
        #expect(question.elicitation == .none && question.allowsPSKWithoutKeyExchange)
        #expect(payload(question) == "hello")
        #expect(try self.question("--close", "clean").close == .clean)
    }

    @Test(arguments: [
        ("auto", ResumePlan.Mechanism.auto, TLSOffer.Version?.none), ("id", .id, .tls12), ("ticket", .ticket, .tls12),
        ("psk", .psk, .tls13),
    ])
    func eachMechanismBelongsToAVersion(
        text: String, mechanism: ResumePlan.Mechanism, version: TLSOffer.Version?
    ) throws {
        let plan = try plan("resume", "h", "--mechanism", text)
        #expect(try question("--mechanism", text).mechanism == mechanism)
        #expect(plan.client.offer.versions == version.map { $0...$0 })
    }

    @Test func aRangeOfVersionsNarrowsToTheMechanism() throws {
        let all = ["resume", "h", "--tls", "1.2-1.3", "--mechanism"]
        #expect(try plan(all + ["ticket"]).client.offer.versions == .tls12 ... .tls12)
        #expect(try plan(all + ["psk"]).client.offer.versions == .tls13 ... .tls13)
        #expect(try plan(all + ["auto"]).client.offer.versions == .tls12 ... .tls13)
        #expect(try plan("resume", "h", "--tls", "1.2").client.offer.versions == .tls12 ... .tls12)
    }

    @Test(arguments: ["--count", "--repeat", "--attempts", "--connections"])
    func takesOtherSpellingsOfCount(option: String) throws {
        #expect(try question(option, "5").repetition == .pairs(5))
        #expect(try question(option, "1").repetition == .pairs(1))
    }

    @Test func readsHowToComeBack() throws {
        #expect(try question("--reuse-ticket", "1").repetition == .reuse(1))
        #expect(try question("--reuse-ticket", "1000").repetition == .reuse(1000))
        #expect(try question("--lineage", "1").repetition == .lineage(1))
        #expect(try question("--lineage", "1000").repetition == .lineage(1000))
        #expect(try question("--replay", "--early-data", "x").repetition == .replay)
    }

    /// A session from a file asks for one answer.
    @Test func aLoadedSessionIsOfferedOnce() throws {
        #expect(try question("--load-session", "f").repetition == .pairs(1))
        #expect(try question("--load-session", "f", "--count", "4").repetition == .pairs(4))
        #expect(try question("--load-session", "f", "--reuse-ticket", "2").repetition == .reuse(2))
        #expect(try plan("resume", "h", "--load-session", "f").client.capture.loadSession == "f")
    }

    @Test func readsEarlyData() throws {
        #expect(payload(try question("--early-data", "GET /")) == "GET /")
        #expect(payload(try question("--early-data", "@file")) == "@file")
        #expect(payload(try question("--early-data", "-")) == "-")
    }

    @Test(arguments: [
        ([], KeyUpdatePlan.Elicitation.auto), (["--elicit", "auto"], .auto), (["--elicit", "none"], .none),
        (["--elicit", "http"], .http), (["--http"], .http), (["--http-path", "/x"], .http),
        (["--elicit", "text"], .data), (["--send", "text"], .data),
    ])
    func readsWhatMakesTheServerWrite(options: [String], elicitation: KeyUpdatePlan.Elicitation) throws {
        let plan = try plan(["resume", "h"] + options)
        #expect(try question(options).elicitation == elicitation)
        #expect(plan.client.data.httpPath == (elicitation == .http ? options.last { $0.hasPrefix("/") } ?? "/" : nil))
        #expect((plan.client.data.send != nil) == (elicitation == .data))
        #expect(plan.client.offer.alpn == (elicitation == .http ? ["http/1.1"] : []))
    }

    @Test(arguments: [
        (["--mechanism", "x"], "--mechanism: \"x\" is not one of auto, id, ticket, psk"),
        (["--mechanism", "id", "--tls", "1.3"], "--mechanism id needs TLSv1.2, which --tls excludes"),
        (["--mechanism", "ticket", "--tls", "1.3"], "--mechanism ticket needs TLSv1.2, which --tls excludes"),
        (["--mechanism", "psk", "--tls", "1.2"], "--mechanism psk needs TLSv1.3, which --tls excludes"),
        (["--mechanism", "ticket", "--no-ticket"], "--mechanism ticket and --no-ticket exclude each other"),
        (["--count", "0"], "--count: \"0\" is not a whole number from 1 to 1000"),
        (["--count", "1001"], "--count: \"1001\" is not a whole number from 1 to 1000"),
        (["--reuse-ticket", "0"], "--reuse-ticket: \"0\" is not a whole number from 1 to 1000"),
        (["--reuse-ticket", "1001"], "--reuse-ticket: \"1001\" is not a whole number from 1 to 1000"),
        (["--lineage", "-1"], "--lineage: \"-1\" is not a whole number from 1 to 1000"),
        (["--lineage", "1001"], "--lineage: \"1001\" is not a whole number from 1 to 1000"),
        (["--close", "half"], "--close: \"half\" is not one of clean, abrupt"),
        (["--elicit", ""], "--elicit: the value is empty"),
        (["--early-data", ""], "--early-data: the value is empty"),
        (["--early-data", "@"], "--early-data: \"@\" names no file"),
        (["--replay"], "--replay needs --early-data: what is sent twice"),
        (["--early-data", "x", "--tls", "1.2"], "--early-data needs TLS 1.3"),
        (["--early-data", "x", "--mechanism", "ticket"], "--early-data needs TLS 1.3"),
        (["--allow-psk-ke", "--tls", "1.2"], "--allow-psk-ke needs TLS 1.3"),
        (["--allow-psk-ke", "--mechanism", "id"], "--allow-psk-ke needs TLS 1.3"),
        (["--elicit", "http", "--send", "x"], "--elicit and --send exclude each other"),
        (["--elicit", "none", "--http"], "--elicit and --http exclude each other"),
    ])
    func saysWhatIsWrong(options: [String], message: String) {
        #expect(mistake(["resume", "h"] + options) == message)
    }

    @Test(arguments: [
        ["--count", "1", "--reuse-ticket", "1"], ["--count", "1", "--lineage", "1"],
        ["--reuse-ticket", "1", "--lineage", "1"], ["--count", "1", "--replay", "--early-data", "x"],
        ["--reuse-ticket", "1", "--replay", "--early-data", "x"], ["--lineage", "1", "--replay", "--early-data", "x"],
    ])
    func thereIsOneWayToComeBack(options: [String]) {
        let sentence = "\(options[0]) and \(options[2]) exclude each other"
        #expect(mistake(["resume", "h"] + options) == sentence)
    }

    private func payload(_ question: ResumePlan) -> String? {
        switch question.earlyData {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .file(let path): "@" + path
        case .standardInput: "standard input"
        case nil: nil
        }
    }

    private func question(_ options: String...) throws -> ResumePlan { try question(options) }

    private func question(_ options: [String]) throws -> ResumePlan {
        guard case .resume(let question) = try plan(["resume", "h"] + options).question else {
            throw UsageError("not resume")
        }
        return question
    }
}
