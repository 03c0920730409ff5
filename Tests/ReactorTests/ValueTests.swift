import Foundation
import Glibc
import Testing

@testable import Reactor

struct ValueTests {
    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1:443"), ("::1", "[::1]:443"), ("2001:DB8:0::7", "[2001:db8::7]:443"),
            ("::ffff:192.0.2.1", "[::ffff:192.0.2.1]:443"), ("fe80::1%lo", "[fe80::1%lo]:443"),
            ("fe80::1%1", "[fe80::1%lo]:443"),
        ])
    func parsesNumericHosts(_ host: String, _ expected: String) throws {
        let address = try #require(SocketAddress(numeric: host, port: 443))
        #expect(address.description == expected)
        #expect(address.isIPv6 == expected.hasPrefix("["))
        let copy = address.withSystemForm { SocketAddress($0, length: $1) }
        #expect(copy == address)
    }

    @Test(
        arguments: [
            "", "localhost", "127.1", "1.2.3.4.5", "256.0.0.1", "[::1]", "::1%", "::1%nosuchif", "127.0.0.1%lo",
            "127.0.0.1\0.example", "::1\0", " ::1", "1.2.3.4 ",
        ])
    func refusesWhatIsNotNumeric(_ host: String) {
        #expect(SocketAddress(numeric: host, port: 443) == nil)
    }

    @Test func saturatesInsteadOfOverflowing() {
        let huge = Duration.seconds(Int64.max)
        #expect(Deadline.after(huge).hasPassed == false)
        #expect(Deadline.after(.seconds(-Int64.max)).hasPassed)
        #expect(Deadline.after(.seconds(-Int64.max)).remaining == .zero)
        #expect(Instant.now.advanced(by: huge) > .now)
        #expect(Instant.now.advanced(by: .zero - huge) < .now)
    }

    @Test func comparesDeadlines() throws {
        let soon = Deadline.after(.seconds(1))
        #expect(soon.earlier(of: .never) == soon)
        #expect(Deadline.never.earlier(of: soon) == soon)
        #expect(Deadline.never.instant == nil)
        #expect(Deadline.never.remaining == nil)
        #expect(try #require(soon.remaining) <= .seconds(1))
        let instant = Instant.now
        #expect(instant.advanced(by: .milliseconds(1500)).milliseconds(since: instant) == 1500)
    }

    @Test func writesTimesAsRFC3339() {
        #expect(WallClock(seconds: 0).description == "1970-01-01T00:00:00.000Z")
        #expect(WallClock(seconds: 1_709_210_096, nanoseconds: 42_999_999).description == "2024-02-29T12:34:56.042Z")
        #expect(WallClock(seconds: 253_402_300_799, nanoseconds: 999_999_999).description == "9999-12-31T23:59:59.999Z")
        #expect(WallClock(seconds: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(WallClock(seconds: .min).description == "0000-01-01T00:00:00.000Z")
        #expect(WallClock(seconds: -62_167_219_200).description == "0000-01-01T00:00:00.000Z")
    }

    @Test func agreesWithFoundationOnEveryKindOfDay() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // From 1600, where the two calendars agree, to 9999, in steps that meet every day of the week, month and year.
        for seconds in stride(from: Int64(-11_676_096_000), through: 253_402_300_799, by: 86_400 * 37 + 4321) {
            let expected = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(style)
            #expect(WallClock(seconds: seconds).description == expected)
        }
    }

    @Test func describesErrorsInLowerCase() {
        #expect(SystemError(operation: "connect", code: ECONNREFUSED).description == "connect: connection refused")
        #expect(SystemError(operation: "write to x", code: ENOSPC).message == "no space left on device")
        #expect(!SystemError(operation: "x", code: 99_999).message.isEmpty)
    }
}
