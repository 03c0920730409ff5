import ProbeKit

extension OptionText {
    /// The longest time that any option takes.
    private static let longest = Duration.seconds(24 * 3600)

    /// A time such as `500ms`, `1.5s`, `2m`, `1h`; a plain number is seconds.
    ///
    /// - Parameter keyword: another value that the option takes, for the message.
    func duration(
        from shortest: Duration = .milliseconds(1), through longest: Duration = longest, or keyword: String? = nil
    ) throws(UsageError) -> Duration {
        let words = keyword.map { "\($0), " } ?? ""
        let first = shortest == .zero ? "0" : shortest < .seconds(1) ? "1ms" : "1s"
        let allowed = "give \(words)500ms, 10s, 2m (\(first) to \(longest.components.seconds / 3600)h)"
        guard let value = parsedDuration else { throw mistake("is not a duration; \(allowed)") }
        guard (shortest...longest).contains(value) else { throw mistake("is out of range; \(allowed)") }
        return value
    }

    /// The time that the text spells, nil when it spells none.
    private var parsedDuration: Duration? {
        let point = UInt8(ascii: ".")
        let number = text.utf8.prefix { ("0"..."9").contains(Unicode.Scalar($0)) || $0 == point }
        let unit: Int64
        switch text[number.endIndex...] {
        case "ms": unit = 1_000_000
        case "s", "": unit = 1_000_000_000
        case "m": unit = 60_000_000_000
        case "h": unit = 3_600_000_000_000
        default: return nil
        }
        let halves = number.split(separator: point, omittingEmptySubsequences: false)
        guard halves.count <= 2, number.contains(where: { $0 != point }) else { return nil }

        var nanoseconds: Int64 = 0
        for digit in halves[0] {
            nanoseconds = nanoseconds * 10 + Int64(digit - 0x30) * unit
            // Far beyond every range; counting on would overflow.
            if nanoseconds > 1_000_000_000_000_000 { return .seconds(nanoseconds / 1_000_000_000) }
        }
        var place = unit
        for digit in halves.dropFirst().joined() {
            place /= 10
            nanoseconds += Int64(digit - 0x30) * place
        }
        return .nanoseconds(nanoseconds)
    }
}
