import ProbeKit
import Testing

/// What `renegotiate` makes of its options.
@Suite struct RenegotiationPlanTests {
    @Test func fillsInTheDefaults() throws {
        let question = try question()
        #expect(question.modes == [.full] && question.count == 1 && !question.untilRefused)
        #expect(question.interval == .zero && question.after == nil && question.awaitRequest == nil)
        #expect(question.answerTimeout == .seconds(3) && !question.allowsUnsafe)
    }

    @Test func readsEveryOption() throws {
        let question = try question(
            "--mode", "both", "--count", "1000", "--interval", "2s", "--after", "500ms", "--answer-timeout", "24h",
            "--allow-unsafe")
        #expect(question.modes == [.full, .abbreviated] && question.count == 1000 && !question.untilRefused)
        #expect(question.interval == .seconds(2) && question.after == .time(.milliseconds(500)))
        #expect(question.answerTimeout == .seconds(86_400) && question.allowsUnsafe)
        #expect(try self.question("--mode", "full").modes == [.full])
        #expect(try self.question("--mode", "abbreviated").modes == [.abbreviated])
    }

    @Test(arguments: [
        ("0s", RenegotiationPlan.Moment.time(.zero)), ("24h", .time(.seconds(86_400))), ("1B", .bytes(1)),
        ("4kB", .bytes(4096)), ("1024MB", .bytes(1 << 30)),
    ])
    func readsWhenToBegin(text: String, moment: RenegotiationPlan.Moment) throws {
        #expect(try question("--after", text).after == moment)
    }

    @Test func triesTwentyTimesUntilRefused() throws {
        let question = try question("--until-refused")
        #expect(question.untilRefused && question.count == 20)
    }

    @Test func waitsForTheServer() throws {
        let question = try question("--await-request", "5s", "--count", "2")
        #expect(question.awaitRequest == .seconds(5) && question.count == 2)
    }

    @Test(arguments: ["--repeat", "--attempts", "--connections"])
    func takesOtherSpellingsOfCount(option: String) throws {
        #expect(try question(option, "5").count == 5)
    }

    @Test func takesAnotherSpellingOfAnswerTimeout() throws {
        #expect(try question("--refusal-timeout", "1s").answerTimeout == .seconds(1))
    }

    @Test(arguments: [
        ([], TLSOffer.Version.tls12, TLSOffer.Version.tls12), (["--legacy"], .tls10, .tls12),
        (["--tls", "1.1"], .tls11, .tls11), (["--tls", "1.0-1.2"], .tls10, .tls12),
        (["--tls", "1.2-1.3"], .tls12, .tls13),
    ])
    func offersVersions(options: [String], lowest: TLSOffer.Version, highest: TLSOffer.Version) throws {
        #expect(try plan(["renegotiate", "h"] + options).client.offer.versions == lowest...highest)
    }

    @Test(arguments: [
        (
            ["--tls", "1.3"],
            "--tls 1.3: TLS 1.3 has no renegotiation; give 1.2 or below, or see sslprobe keyupdate"
        ),
        (["--mode", "x"], "--mode: \"x\" is not one of full, abbreviated, both"),
        (["--count", "0"], "--count: \"0\" is not a whole number from 1 to 1000"),
        (["--count", "1001"], "--count: \"1001\" is not a whole number from 1 to 1000"),
        (["--until-refused", "--count", "3"], "--until-refused and --count exclude each other"),
        (["--interval", "-1"], "--interval: \"-1\" is not a duration; give 500ms, 10s, 2m (0 to 24h)"),
        (
            ["--after", "5"],
            "--after: \"5\" needs a unit: 500ms, 10s, 2m for a time, 512B, 4kB, 1MB for a size"
        ),
        (["--after", "0B"], "--after: \"0B\" is out of range: 1 to 1073741824 bytes"),
        (["--await-request", "0"], "--await-request: \"0\" is out of range; give 500ms, 10s, 2m (1ms to 24h)"),
        (["--answer-timeout", "0"], "--answer-timeout: \"0\" is out of range; give 500ms, 10s, 2m (1ms to 24h)"),
    ])
    func saysWhatIsWrong(options: [String], message: String) {
        #expect(mistake(["renegotiate", "h"] + options) == message)
    }

    @Test(arguments: [["--mode", "full"], ["--until-refused"], ["--interval", "1s"], ["--after", "1s"]])
    func leavesTheMomentToAServerThatIsWaitedFor(options: [String]) {
        let sentence = "--await-request and \(options[0]) exclude each other: the server asks, not we"
        #expect(mistake(["renegotiate", "h", "--await-request", "1s"] + options) == sentence)
    }

    private func question(_ options: String...) throws -> RenegotiationPlan {
        guard case .renegotiate(let question) = try plan(["renegotiate", "h"] + options).question else {
            throw UsageError("not renegotiate")
        }
        return question
    }
}
