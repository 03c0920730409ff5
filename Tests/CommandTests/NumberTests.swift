import ProbeKit
import Testing

@testable import sslprobe

/// Numbers as people and scripts get them wrong; none may trap, each names option and range.
@Suite struct NumberTests {
    @Test(arguments: [
        "", " ", ".", "-1", "-0", "+5", "abc", "NaN", "nan", "inf", "infinity", "1e3", "1e308", "0x10", "1,5", "1..2",
        "1.2.3",
        "٥", "5\u{301}", "５", "5 s", " 5", "5S", "5sec", "5d", "5us", "ms", "s", "5\n", "5;", "1_000",
    ])
    func refusesWhatIsNoDuration(word: String) {
        let message = "--after: \(UsageError.quoted(word)) is not a duration; give 500ms, 10s, 2m (1ms to 24h)"
        #expect(throws: UsageError(message)) { try OptionText("--after", word).duration() }
    }

    @Test(arguments: [
        "0", "0s", "0.0", "0ms", "0.9ms", "0.0000000001", "86401", "86400.1", "24.1h", "25h", "1441m",
        "9223372036854775807",
        "9223372036854775808", "18446744073709551616h", String(repeating: "9", count: 400),
    ])
    func refusesDurationsOutOfRange(word: String) {
        let message = "--after: \(UsageError.quoted(word)) is out of range; give 500ms, 10s, 2m (1ms to 24h)"
        #expect(throws: UsageError(message)) { try OptionText("--after", word).duration() }
    }

    @Test(arguments: [
        ("10", Duration.seconds(10)), ("10s", .seconds(10)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)),
        ("1h", .seconds(3600)), ("24h", .seconds(86400)), ("1ms", .milliseconds(1)), ("1.5", .milliseconds(1500)),
        ("1.5ms", .microseconds(1500)), (".5", .milliseconds(500)), ("5.", .seconds(5)), ("0.001", .milliseconds(1)),
        ("0.5h", .seconds(1800)), ("00010", .seconds(10)), ("86400", .seconds(86400)),
    ])
    func readsDurations(word: String, duration: Duration) throws {
        #expect(try OptionText("--after", word).duration() == duration)
    }

    @Test func readsEachDurationOption() throws {
        let client = try plan(
            "connect", "h", "-t", "1", "--connect-timeout=2", "-m", "3s", "--settle", "4s", "--read-for", "5s"
        ).client
        #expect(client.time.timeout == .seconds(1))
        #expect(client.time.connectTimeout == .seconds(2))
        #expect(client.time.maxTime == .seconds(3))
        #expect(client.time.settle == .seconds(4))
        #expect(client.data.readFor == .seconds(5))
    }

    @Test(arguments: ["--timeout", "--connect-timeout", "--max-time", "--read-for", "--settle"])
    func namesEachDurationOption(option: String) {
        for word in ["-1", "NaN", "1e308", "25h"] {
            #expect(mistake("connect", "h", option, word)?.hasPrefix("\(option): \"\(word)\" is ") == true)
        }
    }

    @Test func takesAutoAndNothingForSettle() throws {
        #expect(try plan("connect", "h", "--settle", "auto").client.time.settle == nil)
        #expect(try plan("connect", "h", "--settle", "0").client.time.settle == .zero)
        #expect(
            mistake("connect", "h", "--settle", "Auto")
                == "--settle: \"Auto\" is not a duration; give auto, 500ms, 10s, 2m (0 to 24h)")
    }

    @Test(arguments: [
        "", "-1", "+1", "1.0", "1e1", "NaN", "٣", "0x1", " 1", "9223372036854775808", "4294967296", "2147483648", "1",
        "6",
    ])
    func namesTheRangeOfWholeNumbers(word: String) {
        let message = "--times: \(UsageError.quoted(word)) is not a whole number from 2 to 5"
        #expect(throws: UsageError(message)) { try OptionText("--times", word).integer(in: 2...5) }
    }

    @Test(arguments: [("--seclevel", 0, 5), ("--verify-depth", 0, 100), ("--max-idle-messages", 1, 1_000_000)])
    func namesEachNumberOption(option: String, low: Int, high: Int) {
        for word in ["\(low - 1)", "\(high + 1)"] {
            #expect(
                mistake("connect", "h", option, word)
                    == "\(option): \"\(word)\" is not a whole number from \(low) to \(high)")
        }
        #expect(mistake("connect", "h", option, String(low)) == nil)
        #expect(mistake("connect", "h", option, String(high)) == nil)
    }
}
