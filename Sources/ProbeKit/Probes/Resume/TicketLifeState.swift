import OpenSSL
import Reactor

/// What `--at` has to do, and what it has found so far.
struct TicketLifeState {
    /// A moment at which a session is spent.
    struct Point {
        /// After the sessions were collected.
        let after: Duration
        /// Nil once it is spent, or when there were not enough.
        private(set) var session: SavedSession?
        /// How long after the sessions were collected it was spent; nil before.
        private(set) var spentAfter: Duration?
        /// What came of it; nil when the run was killed meanwhile.
        var attempt: Report.Resumption.Attempt?
        /// Whether a miss could not be confirmed by a fresh session.
        var isDoubtful = false

        init(after: Duration, session: SavedSession?) {
            self.after = after
            self.session = session
        }

        var isDone: Bool { spentAfter != nil }

        /// - Parameter milliseconds: since the sessions were collected.
        mutating func spend(after milliseconds: Int64) {
            session = nil
            spentAfter = .milliseconds(max(0, milliseconds))
        }

        /// How the report names it.
        var change: String { "at=" + Words.time(after) }

        /// Whether its session was so old by then that it tells nothing of the moment, when it was not taken.
        var isLate: Bool { spentAfter.map { $0 > after + max(.seconds(2), after / 10) } ?? false }

        /// Of a run that was killed: offered, and nobody knows more.
        fileprivate var result: Report.Resumption.Attempt? {
            guard isDone else { return nil }
            return attempt
                ?? Report.Resumption.Attempt(
                    mechanism: nil, offered: false, resumed: false, address: nil, change: change, sessionAgeS: nil,
                    earlyData: nil, pskKe: nil, durationMs: nil, whyNot: nil, evidence: [])
        }
    }

    let target: String
    /// Where the sessions are from.
    var address: String?
    /// In milliseconds since 1970.
    let start: Int64
    var points: [Point]

    /// What was found so far, in order.
    var attempts: [Report.Resumption.Attempt] { points.compactMap(\.result) }

    var pending: [Point] { points.filter { !$0.isDone } }

    var isDone: Bool { points.allSatisfy(\.isDone) }

    /// When the next point is due; nil when all are done.
    var nextTime: WallClock? {
        pending.first.map { point in
            let time = start + point.after.inMilliseconds
            return WallClock(seconds: time / 1000, nanoseconds: Int32(truncatingIfNeeded: time % 1000 * 1_000_000))
        }
    }

    /// Whether one may have failed for another reason than its age.
    var isDoubtful: Bool { points.contains(where: \.isDoubtful) }

    /// The first that was not taken, and was offered too late to tell by.
    var lateMiss: (planned: Duration, actual: Duration)? {
        let point = points.first { $0.isLate && $0.attempt?.resumed == false && $0.attempt?.whyNot != .noTicket }
        return point.flatMap { point in point.spentAfter.map { (point.after, $0) } }
    }

    /// Those whose time has come.
    func due(at now: Int64) -> [Int] {
        points.indices.filter { !points[$0].isDone && start + points[$0].after.inMilliseconds <= now }
    }

    /// In how many milliseconds the next point is due; nil when there is none.
    func wait(at now: Int64) -> Int64? {
        pending.map { max(0, start + $0.after.inMilliseconds - now) }.min()
    }
}

// The file of `--state`: one JSON document. It holds secrets.

extension TicketLifeState {
    static let schemaName = "sslprobe.ticket-life/1"
    static let largestFile = 16 << 20
    /// What `--at` takes.
    private static let longest: Int64 = 7 * 86_400_000

    private struct Document: Codable {
        var schema: String
        var target: String
        var address: String?
        var startMs: Int64
        var points: [Entry]

        struct Entry: Codable {
            var afterMs: Int64
            var session: String?
            var spentAfterMs: Int64?
            var offered: Bool?
            var resumed: Bool?
            var mechanism: Report.Resumption.Mechanism?
            var address: String?
            var pskKe: Bool?
            var durationMs: Double?
            var whyNot: Report.Resumption.Miss?
            var sessionAgeS: Int64?
            var doubtful: Bool
        }
    }

    func file() throws(OpenSSLError) -> [UInt8] {
        var entries: [Document.Entry] = []
        for point in points {
            let attempt = point.attempt
            entries.append(
                Document.Entry(
                    afterMs: point.after.inMilliseconds, session: try point.session?.file(),
                    spentAfterMs: point.spentAfter?.inMilliseconds, offered: attempt?.offered,
                    resumed: attempt?.resumed, mechanism: attempt?.mechanism, address: attempt?.address,
                    pskKe: attempt?.pskKe, durationMs: attempt?.durationMs, whyNot: attempt?.whyNot,
                    sessionAgeS: attempt?.sessionAgeS, doubtful: point.isDoubtful))
        }
        var bytes: [UInt8] = []
        JSONLineWriter().append(
            own: Document(schema: Self.schemaName, target: target, address: address, startMs: start, points: entries),
            to: &bytes)
        return bytes
    }

    /// Nil for a file that is not ours.
    init?(parsing bytes: [UInt8]) {
        guard let document = JSONParser.parse(bytes), document["schema"] == .string(Self.schemaName),
            case .string(let target)? = document["target"], case .int(let start)? = document["start_ms"],
            // A clock may have been set back, but not so far that sums overflow.
            (0...WallClock.now.milliseconds + 366 * 86_400_000).contains(start),
            case .array(let entries)? = document["points"]
        else { return nil }
        var points: [Point] = []
        for entry in entries {
            guard let point = Point(entry, longest: Self.longest) else { return nil }
            points.append(point)
        }
        self.init(target: target, address: document["address"]?.text, start: start, points: points)
    }
}

extension TicketLifeState.Point {
    fileprivate init?(_ entry: JSONValue, longest: Int64) {
        guard case .int(let after)? = entry["after_ms"], (0...longest).contains(after) else { return nil }
        var session: SavedSession?
        if let text = entry["session"]?.text {
            guard let saved = try? SavedSession(parsing: Array(text.utf8)) else { return nil }
            session = saved
        }
        self.init(after: .milliseconds(after), session: session)
        isDoubtful = entry["doubtful"] == .bool(true)
        guard case .int(let spent)? = entry["spent_after_ms"], (0...400 * 86_400_000).contains(spent) else { return }
        spend(after: spent)
        guard case .bool(let resumed)? = entry["resumed"] else { return }
        attempt = Report.Resumption.Attempt(
            mechanism: entry["mechanism"]?.text.flatMap(Report.Resumption.Mechanism.init),
            offered: entry["offered"] == .bool(true), resumed: resumed, address: entry["address"]?.text, change: change,
            sessionAgeS: entry["session_age_s"]?.integer, earlyData: nil, pskKe: entry["psk_ke"]?.bool,
            durationMs: entry["duration_ms"]?.double,
            whyNot: entry["why_not"]?.text.flatMap(Report.Resumption.Miss.init), evidence: [])
    }
}

extension Duration {
    /// Rounded down.
    var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}

extension WallClock {
    /// Since 1970.
    var milliseconds: Int64 { seconds * 1000 + Int64(nanoseconds) / 1_000_000 }
}

extension JSONValue {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

    fileprivate var integer: Int64? { if case .int(let number) = self { number } else { nil } }

    fileprivate var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    fileprivate var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
