import COpenSSL
import Glibc

/// A moment as certificates state it: whole seconds of UTC, up to the end of the year 9999.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    public let secondsSinceEpoch: Int64
    /// The moment as RFC 3339 writes it, such as `2026-12-29T23:59:59Z`.
    public let rfc3339: String

    /// Reads an `ASN1_TIME`; nil when it is not a valid time. Wraps `ASN1_TIME_to_tm(3)`.
    init?(_ time: UnsafePointer<ASN1_TIME>?) {
        var fields = tm()
        // A missing time would be read as now.
        guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else {
            ERR_clear_error()
            return nil
        }
        let year = Int64(fields.tm_year) + 1900
        let month = Int64(fields.tm_mon) + 1
        let day = Int64(fields.tm_mday)
        let (hour, minute, second) = (Int64(fields.tm_hour), Int64(fields.tm_min), Int64(fields.tm_sec))
        secondsSinceEpoch =
            Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        var text: [UInt8] = []
        text.reserveCapacity(20)
        func append(_ number: Int64, then separator: Unicode.Scalar? = nil) {
            text.append(UInt8(truncatingIfNeeded: 0x30 + number / 10 % 10))
            text.append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
            if let separator { text.append(UInt8(ascii: separator)) }
        }
        append(year / 100)
        append(year % 100, then: "-")
        append(month, then: "-")
        append(day, then: "T")
        append(hour, then: ":")
        append(minute, then: ":")
        append(second, then: "Z")
        rfc3339 = String(decoding: text, as: UTF8.self)
    }

    /// The earlier moment is the smaller one.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March, so that the
    /// leap day is the last of its year.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Certificate {
    /// The beginning of the validity; nil when the field is not a valid time.
    public var notBefore: Timestamp? { Timestamp(X509_get0_notBefore(pointer)) }

    /// The end of the validity; nil when the field is not a valid time.
    public var notAfter: Timestamp? { Timestamp(X509_get0_notAfter(pointer)) }

    /// Whole days from `now` (seconds since 1970) to the end of the validity, rounded down: -1 in the first day after.
    public func daysLeft(at now: Int64) -> Int? {
        guard let notAfter else { return nil }
        let (left, overflow) = notAfter.secondsSinceEpoch.subtractingReportingOverflow(now)
        guard !overflow else { return nil }
        let day: Int64 = 86_400
        return Int(exactly: left >= 0 || left % day == 0 ? left / day : left / day - 1)
    }
}
