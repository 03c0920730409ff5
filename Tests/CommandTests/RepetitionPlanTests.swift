import ProbeKit
import Testing

/// The options of `connect` that repeat it.
@Suite struct RepetitionPlanTests {
    private func question(_ options: String...) throws -> RepetitionPlan? {
        guard case .connect(let question) = try plan(["connect", "h"] + options).question else { return nil }
        return question
    }

    @Test func isOneHandshakeByDefault() throws {
        let question = try #require(try question())
        #expect(question.count == 1 && question.parallel == 1 && question.interval == .zero)
    }

    @Test(arguments: ["--count", "--repeat", "--attempts", "--connections"])
    func takesOtherSpellingsOfCount(option: String) throws {
        let question = try #require(try question(option, "50", "--parallel", "4", "--interval", "100ms"))
        #expect(question.count == 50 && question.parallel == 4 && question.interval == .milliseconds(100))
    }

    @Test(arguments: [
        (["--count", "0"], "--count: \"0\" is not a whole number from 1 to 100000"),
        (["--count", "2", "--parallel", "1001"], "--parallel: \"1001\" is not a whole number from 1 to 1000"),
        (["--parallel", "2"], "--parallel is about several handshakes: say how many with --count"),
        (["--interval", "1s"], "--interval is about several handshakes: say how many with --count"),
        (["--count", "2", "--all-addresses"], "--count and --all-addresses exclude each other"),
        (["--count", "2", "--retry", "1"], "--count and --retry exclude each other"),
    ])
    func saysWhatIsWrong(options: [String], message: String) {
        #expect(mistake(["connect", "h"] + options) == message)
    }
}
