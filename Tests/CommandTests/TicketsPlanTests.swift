import ProbeKit
import Testing

@testable import sslprobe

/// What `tickets` makes of its options.
@Suite struct TicketsPlanTests {
    @Test func fillsInTheDefaults() throws {
        let question = try question()
        #expect(question.count == 2 && question.elicitation == .auto && question.track == nil)
        let client = try plan("tickets", "h").client
        #expect(client.time.settle == nil && client.maxIdleMessages == 1024)
        #expect(client.offer.versions == nil && client.offer.alpn.isEmpty)
        #expect(client.data.httpPath == nil && client.data.send == nil)
        #expect(client.capture.loadSession == nil && client.capture.saveSession == nil)
    }

    @Test func readsEveryOption() throws {
        let plan = try plan("tickets", "h", "--count", "1000", "--elicit", "none", "--wait", "24h", "--track", "f")
        guard case .tickets(let question) = plan.question else { throw UsageError("not tickets") }
        #expect(question.count == 1000 && question.elicitation == .none && question.track == "f")
        #expect(plan.client.time.settle == .seconds(86_400))
    }

    @Test(arguments: ["--repeat", "--attempts", "--connections"])
    func takesOtherSpellingsOfCount(option: String) throws {
        #expect(try question(option, "5").count == 5)
    }

    @Test(
        arguments: [
            ([], nil), (["--wait", "auto"], nil), (["--settle", "auto"], nil), (["--wait", "0"], .zero),
            (["--wait", "5"], .seconds(5)), (["--settle", "5s"], .seconds(5)),
        ] as [([String], Duration?)])
    func waitsAsLongAsItIsTold(options: [String], settle: Duration?) throws {
        #expect(try plan(["tickets", "h"] + options).client.time.settle == settle)
    }

    @Test func takesMoreMessagesInARowThanOthers() throws {
        #expect(try plan("tickets", "h", "--max-idle-messages", "3").client.maxIdleMessages == 3)
        #expect(try plan("connect", "h").client.maxIdleMessages == 64)
    }

    @Test(arguments: [
        ([], KeyUpdatePlan.Elicitation.auto), (["--elicit", "auto"], .auto), (["--elicit", "none"], .none),
        (["--elicit", "http"], .http), (["--http"], .http), (["--http-path", "/x"], .http),
        (["--elicit", "text"], .data), (["--send", "text"], .data),
    ])
    func readsWhatMakesTheServerWrite(options: [String], elicitation: KeyUpdatePlan.Elicitation) throws {
        let plan = try plan(["tickets", "h"] + options)
        #expect(try question(options).elicitation == elicitation)
        #expect(plan.client.data.httpPath == (elicitation == .http ? options.last { $0.hasPrefix("/") } ?? "/" : nil))
        #expect((plan.client.data.send != nil) == (elicitation == .data))
        #expect(plan.client.offer.alpn == (elicitation == .http ? ["http/1.1"] : []))
    }

    @Test func readsAFileWithoutATarget() throws {
        let command = try #require(try SSLProbe.parse(command: ["tickets", "--decode", "f"]) as? TicketsCommand)
        #expect(command.tickets.decode == "f" && command.targets.isEmpty)
        #expect {
            var command = try SSLProbe.parse(command: ["tickets", "--decode", "f", "h"])
            try command.run()
        } throws: {
            ($0 as? UsageError)?.description == "--decode reads a file; a target is one too many"
        }
    }

    @Test(arguments: [
        (["--count", "0"], "--count: \"0\" is not a whole number from 1 to 1000"),
        (["--count", "1001"], "--count: \"1001\" is not a whole number from 1 to 1000"),
        (["--wait", "1s", "--settle", "1s"], "--wait and --settle are the same; give one of them"),
        (["--wait", "-1"], "--wait: \"-1\" is not a duration; give auto, 500ms, 10s, 2m (0 to 24h)"),
        (["--elicit", ""], "--elicit: the value is empty"),
        (["--elicit", "http", "--send", "x"], "--elicit and --send exclude each other"),
        (["--elicit", "none", "--http"], "--elicit and --http exclude each other"),
        (["--track", ""], "--track: the value is empty"),
        (["--track", "-"], "--track: \"-\" is not taken here; name a file"),
    ])
    func saysWhatIsWrong(options: [String], message: String) {
        #expect(mistake(["tickets", "h"] + options) == message)
    }

    @Test func needsATarget() {
        #expect(mistake("tickets") == "no target; give HOST:PORT")
    }

    private func question(_ options: String...) throws -> TicketsPlan { try question(options) }

    private func question(_ options: [String]) throws -> TicketsPlan {
        guard case .tickets(let question) = try plan(["tickets", "h"] + options).question else {
            throw UsageError("not tickets")
        }
        return question
    }
}
