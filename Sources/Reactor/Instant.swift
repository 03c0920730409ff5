import CPlatform
import Glibc

/// A point on the clock that never jumps. Wraps `CLOCK_MONOTONIC` of `clock_gettime(2)`.
package struct Instant: Comparable, Hashable, Sendable {
    let nanoseconds: Int64

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant that much later; the clock's last one when the sum would not fit.
    package func advanced(by duration: Duration) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        guard !overflow else { return Instant(nanoseconds: duration < .zero ? .min : .max) }
        return Instant(nanoseconds: sum)
    }

    /// The time that passed since an earlier instant.
    package func milliseconds(since earlier: Instant) -> Double {
        (Double(nanoseconds) - Double(earlier.nanoseconds)) / 1_000_000
    }
}

/// The instant at which waiting ends, or never.
package struct Deadline: Hashable, Sendable {
    /// Int64.max stands for never, so that comparing needs no unwrapping.
    let nanoseconds: Int64

    package static let never = Deadline(Instant(nanoseconds: .max))

    package init(_ instant: Instant) { nanoseconds = instant.nanoseconds }

    /// A deadline so long from now.
    package static func after(_ duration: Duration) -> Deadline { Deadline(Instant.now.advanced(by: duration)) }

    /// When it falls; nil for never.
    package var instant: Instant? { nanoseconds == .max ? nil : Instant(nanoseconds: nanoseconds) }

    /// The stricter of two deadlines.
    package func earlier(of other: Deadline) -> Deadline { nanoseconds <= other.nanoseconds ? self : other }

    package var hasPassed: Bool { nanoseconds != .max && Instant.now.nanoseconds >= nanoseconds }

    /// The time left, zero once it has passed; nil for never.
    package var remaining: Duration? {
        guard nanoseconds != .max else { return nil }
        let (left, overflow) = nanoseconds.subtractingReportingOverflow(Instant.now.nanoseconds)
        return overflow ? .zero : .nanoseconds(max(0, left))
    }
}

extension Duration {
    /// Whole nanoseconds, held at the ends of the range.
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !tooLong else { return seconds < 0 ? .min : .max }
        let (sum, overflow) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return sum
    }
}
