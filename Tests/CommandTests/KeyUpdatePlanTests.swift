import ProbeKit
import Testing

/// What `keyupdate` makes of its options.
@Suite struct KeyUpdatePlanTests {
    @Test func fillsInTheDefaults() throws {
        let question = try question()
        #expect(question.direction == .request && question.count == 1 && question.interval == .zero)
        #expect(question.trigger == .write && question.elicitation == .auto)
        #expect(question.answerTimeout == .seconds(3))
        let client = try plan("keyupdate", "h").client
        #expect(client.offer.versions == nil && client.offer.alpn.isEmpty)
        #expect(client.data.httpPath == nil && client.data.send == nil)
    }

    @Test func readsEveryOption() throws {
        let question = try question(
            "--direction", "both", "--count", "1000", "--interval", "24h", "--trigger", "handshake", "--elicit", "none",
            "--answer-timeout", "1ms")
        #expect(question.direction == .both && question.count == 1000 && question.interval == .seconds(86_400))
        #expect(question.trigger == .handshake && question.elicitation == .none)
        #expect(question.answerTimeout == .milliseconds(1))
        #expect(try self.question("--trigger", "write").trigger == .write)
    }

    @Test(arguments: [
        ("request", KeyUpdatePlan.Direction.request), ("one-way", .oneWay), ("local", .oneWay), ("both", .both),
    ])
    func readsTheDirection(text: String, direction: KeyUpdatePlan.Direction) throws {
        #expect(try question("--direction", text).direction == direction)
    }

    @Test(arguments: ["--repeat", "--attempts", "--connections"])
    func takesOtherSpellingsOfCount(option: String) throws {
        #expect(try question(option, "5").count == 5)
    }

    @Test func takesAnotherSpellingOfAnswerTimeout() throws {
        #expect(try question("--refusal-timeout", "1s").answerTimeout == .seconds(1))
    }

    @Test(arguments: [
        ([], KeyUpdatePlan.Elicitation.auto), (["--elicit", "auto"], .auto), (["--elicit", "none"], .none),
        (["--elicit", "http"], .http), (["--http"], .http), (["--http-path", "/x"], .http),
        (["--http", "--http-path", "/x"], .http), (["--elicit", "text"], .data), (["--send", "text"], .data),
        (["--echo-check"], .echo),
    ])
    func readsWhatMakesTheServerWrite(options: [String], elicitation: KeyUpdatePlan.Elicitation) throws {
        let plan = try plan(["keyupdate", "h"] + options)
        #expect(try question(options).elicitation == elicitation)
        #expect(plan.client.data.httpPath == (elicitation == .http ? options.last { $0.hasPrefix("/") } ?? "/" : nil))
        #expect((plan.client.data.send != nil) == (elicitation == .data))
        #expect(plan.client.offer.alpn == (elicitation == .http ? ["http/1.1"] : []))
    }

    @Test func offersTheVersionsThatItIsTold() throws {
        #expect(try plan("keyupdate", "h", "--tls", "1.3").client.offer.versions == .tls13 ... .tls13)
        #expect(try plan("keyupdate", "h", "--tls", "1.2-1.3").client.offer.versions == .tls12 ... .tls13)
    }

    @Test(arguments: [
        (
            ["--tls", "1.2"],
            "--tls excludes TLS 1.3, and KeyUpdate is a message of it; see sslprobe renegotiate"
        ),
        (["--direction", "up"], "--direction: \"up\" is not one of request, one-way, both"),
        (["--trigger", "x"], "--trigger: \"x\" is not one of write, handshake"),
        (["--count", "0"], "--count: \"0\" is not a whole number from 1 to 1000"),
        (["--count", "1001"], "--count: \"1001\" is not a whole number from 1 to 1000"),
        (["--interval", "-1"], "--interval: \"-1\" is not a duration; give 500ms, 10s, 2m (0 to 24h)"),
        (["--answer-timeout", "0"], "--answer-timeout: \"0\" is out of range; give 500ms, 10s, 2m (1ms to 24h)"),
        (["--elicit", ""], "--elicit: the value is empty"),
        (
            ["--trigger", "write", "--elicit", "none"],
            "--trigger write needs something to write, which --elicit none excludes"
        ),
        (["--elicit", "http", "--send", "x"], "--elicit and --send exclude each other"),
        (["--elicit", "none", "--echo-check"], "--elicit and --echo-check exclude each other"),
        (["--http", "--echo-check"], "--echo-check and --http exclude each other"),
        (["--http-path", "/x", "--elicit", "x"], "--elicit and --http-path exclude each other"),
    ])
    func saysWhatIsWrong(options: [String], message: String) {
        #expect(mistake(["keyupdate", "h"] + options) == message)
    }

    private func question(_ options: String...) throws -> KeyUpdatePlan { try question(options) }

    private func question(_ options: [String]) throws -> KeyUpdatePlan {
        guard case .keyUpdate(let question) = try plan(["keyupdate", "h"] + options).question else {
            throw UsageError("not keyupdate")
        }
        return question
    }
}
