/// A moment as RFC 3339 spells it, to compare dates by.
struct PointInTime: Hashable, Comparable, Sendable {
    /// Since 1970, UTC.
    private var seconds: Int64
    private var nanoseconds: Int64

    /// Reads `2026-12-29T23:59:59Z`, any offset and fraction, and a plain `2026-12-29`: its first moment in UTC.
    init?(_ text: String) {
        var reader = Reader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        seconds = Self.days(before: year, month, day) * 86400
        nanoseconds = 0
        if reader.isAtEnd { return }
        guard reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"),
            // A leap second is the 60th.
            let second = reader.number(2), hour < 24, minute < 60, second <= 60
        else { return nil }
        if reader.take(".") {
            guard let fraction = reader.nanoseconds() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        seconds += hour * 3600 + minute * 60 + second - offset
    }

    static func < (one: PointInTime, other: PointInTime) -> Bool {
        (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The days from 1970-01-01 to a date; years have four digits, so a loop over months is short and one over years is not
    /// needed.
    private static func days(before year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // 719,162 days lie between the first of January of year 1 and that of 1970. Year 0 is a leap year of its own.
        let past = year - 1
        let leapDays = year == 0 ? -1 : past / 4 - past / 100 + past / 400
        var days = past * 365 + leapDays - 719_162 + day - 1
        for earlier in 1..<month { days += Self.days(in: earlier, of: year) }
        return days
    }

    /// Takes fixed parts off the front of a text.
    private struct Reader {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = text[...].utf8 }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, Unicode.Scalar(first) == character else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func digit() -> Int64? {
            guard let first = rest.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else { return nil }
            rest = rest.dropFirst()
            return Int64(first - UInt8(ascii: "0"))
        }

        mutating func number(_ digits: Int) -> Int64? {
            var number: Int64 = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// A fraction of a second; what is finer than a nanosecond is dropped.
        mutating func nanoseconds() -> Int64? {
            guard var number = digit() else { return nil }
            var count = 1
            while let digit = digit() {
                if count < 9 { number = number * 10 + digit }
                count = min(9, count + 1)
            }
            for _ in count..<9 { number *= 10 }
            return number
        }

        /// `Z`, or hours and minutes east of Greenwich.
        mutating func offset() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let isWest = take("-")
            guard isWest || take("+"), let hours = number(2), take(":"), let minutes = number(2), hours < 24,
                minutes < 60
            else { return nil }
            return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
    }
}
