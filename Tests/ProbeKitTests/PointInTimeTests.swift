import Foundation
import Testing

@testable import ProbeKit

@Suite struct PointInTimeTests {
    /// A month begins where the last second of the one before it ends, in leap years and others.
    @Test(arguments: [0, 1, 4, 100, 400, 1900, 1969, 1970, 1999, 2000, 2023, 2024, 2026, 2099, 2100, 9998])
    func leavesNoGapBetweenMonths(_ year: Int) throws {
        func date(_ year: Int, _ month: Int, _ day: Int) -> String {
            String(format: "%04d-%02d-%02d", year, month, day)
        }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        for (month, days) in zip(1..., [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
            let next = month == 12 ? date(year + 1, 1, 1) : date(year, month + 1, 1)
            let end = try #require(PointInTime(date(year, month, days) + "T23:59:60Z"))
            #expect(try #require(PointInTime(next)) == end)
            #expect(PointInTime(date(year, month, days + 1)) == nil)
        }
    }

    @Test func countsFromTheEpochInEveryZone() throws {
        let epoch = try #require(PointInTime("1970-01-01"))
        #expect(epoch == PointInTime("1970-01-01T05:30:00+05:30"))
        #expect(epoch == PointInTime("1969-12-31T12:00:00-12:00"))
    }

    @Test(arguments: [
        ("2026-12-31T23:59:59Z", "2027-01-01"), ("2026-12-31", "2026-12-31T00:00:00.000000001Z"),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.11Z"), ("2026-01-01T00:00:00+00:01", "2026-01-01"),
        ("2024-02-28", "2024-02-29"), ("0000-12-31", "0001-01-01"), ("0000-02-28", "0000-02-29"),
        ("1900-02-28", "1900-03-01"), ("2026-06-30T23:59:59Z", "2026-06-30T23:59:60Z"),
    ])
    func ordersPoints(_ earlier: String, _ later: String) throws {
        let points = try (#require(PointInTime(earlier)), #require(PointInTime(later)))
        #expect(points.0 < points.1)
    }

    @Test(arguments: [
        ("2026-12-29T23:59:59Z", "2026-12-29t23:59:59z"), ("2026-12-29 23:59:59Z", "2026-12-29T23:59:59.000Z"),
        ("2026-12-29", "2026-12-29T00:00:00-00:00"), ("2026-06-30T23:59:60Z", "2026-07-01"),
        ("2026-01-01T00:00:00.1234567891Z", "2026-01-01T00:00:00.123456789Z"),
    ])
    func knowsWhatIsTheSame(_ one: String, _ other: String) throws {
        #expect(try #require(PointInTime(one)) == #require(PointInTime(other)))
    }

    @Test(arguments: [
        "", "2026", "2026-12", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31", "2026-12-00",
        "26-12-01", "2026-1-1", "2026-12-29T", "2026-12-29T23:59", "2026-12-29T23:59:59", "2026-12-29T24:00:00Z",
        "2026-12-29T23:60:00Z", "2026-12-29T23:59:61Z", "2026-12-29T23:59:59.Z", "2026-12-29T23:59:59+02",
        "2026-12-29T23:59:59+0200", "2026-12-29T23:59:59+24:00", "2026-12-29T23:59:59Z ", "2026-12-29Z", "-026-12-29",
        "2026/12/29", "２026-12-29", "tomorrow",
    ])
    func refusesWhatIsNoDate(_ text: String) {
        #expect(PointInTime(text) == nil)
    }
}
