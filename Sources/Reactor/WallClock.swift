import CPlatform
import Glibc

/// A point of civil time, UTC. Wraps `CLOCK_REALTIME` of `clock_gettime(2)`.
package struct WallClock: Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    package let nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package static var now: WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClock(seconds: Int64(time.tv_sec), nanoseconds: Int32(truncatingIfNeeded: time.tv_nsec))
    }

    /// RFC 3339 with milliseconds, such as `2026-01-31T23:59:59.042Z`; held within the years 0000 to 9999.
    package var description: String {
        let first: Int64 = -62_167_219_200
        let last: Int64 = 253_402_300_799
        let held = min(max(seconds, first), last)
        let fraction = held == seconds ? min(max(nanoseconds, 0), 999_999_999) / 1_000_000 : (seconds < first ? 0 : 999)
        let day = (held - first) / 86_400
        let second = (held - first) % 86_400
        let (year, month, dayOfMonth) = Self.date(ofDay: day)

        var text: [UInt8] = []
        text.reserveCapacity(24)
        func append(_ value: Int64, digits: Int, then separator: Unicode.Scalar) {
            var divisor: Int64 = digits == 4 ? 1000 : digits == 3 ? 100 : 10
            while divisor > 0 {
                text.append(UInt8(truncatingIfNeeded: 0x30 + value / divisor % 10))
                divisor /= 10
            }
            text.append(UInt8(ascii: separator))
        }
        append(year, digits: 4, then: "-")
        append(month, digits: 2, then: "-")
        append(dayOfMonth, digits: 2, then: "T")
        append(second / 3600, digits: 2, then: ":")
        append(second / 60 % 60, digits: 2, then: ":")
        append(second % 60, digits: 2, then: ".")
        append(Int64(fraction), digits: 3, then: "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// The Gregorian date of a day counted from 0000-01-01.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Years are counted from March, so that the leap day comes last (0000-03-01 is day 60).
        let shifted = day - 60 + 146_097
        let cycle = shifted / 146_097
        let inCycle = shifted % 146_097
        let year = (inCycle - inCycle / 1460 + inCycle / 36_524 - inCycle / 146_096) / 365
        let dayOfYear = inCycle - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + (cycle - 1) * 400 + (civilMonth <= 2 ? 1 : 0)
        return (civilYear, civilMonth, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}
