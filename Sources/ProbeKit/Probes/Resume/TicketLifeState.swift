import OpenSSL
import Reactor

/// What `--at` has to do, and what it has found so far.
struct TicketLifeState {
    /// A moment at which a session is spent.
    struct Point {
        /// After the sessions were collected.
        let after: Duration
        /// Nil once it is spent, or when there were not enough.
        var session: SavedSession?
        var attempt: Report.Resumption.Attempt?
        /// Whether a miss could not be confirmed by a fresh session.
        var isDoubtful = false

        var isDone: Bool { attempt != nil }
    }

    let target: String
    /// Where the sessions are from.
    var address: String?
    /// In seconds since 1970.
    let start: Int64
    var points: [Point]

    var isDone: Bool { points.allSatisfy(\.isDone) }

    /// Those whose time has come.
    func due(at now: Int64) -> [Int] {
        points.indices.filter { !points[$0].isDone && start + points[$0].after.components.seconds <= now }
    }

    /// In how many seconds the next point is due; nil when there is none.
    func wait(at now: Int64) -> Int64? {
        points.filter { !$0.isDone }.map { max(0, start + $0.after.components.seconds - now) }.min()
    }
}

// The file of `--state`: one JSON document. It holds secrets.

extension TicketLifeState {
    static let schemaName = "sslprobe.ticket-life/1"
    static let largestFile = 16 << 20

    private struct Document: Codable {
        var schema: String
        var target: String
        var address: String?
        var start: Int64
        var points: [Entry]

        struct Entry: Codable {
            var afterMs: Int64
            var session: String?
            var resumed: Bool?
            var mechanism: Report.Resumption.Mechanism?
            var durationMs: Double?
            var whyNot: Report.Resumption.Miss?
            var sessionAgeS: Int64?
            var doubtful: Bool
        }
    }

    func file() throws(OpenSSLError) -> [UInt8] {
        var entries: [Document.Entry] = []
        for point in points {
            let (seconds, attoseconds) = point.after.components
            entries.append(
                Document.Entry(
                    afterMs: seconds * 1000 + attoseconds / 1_000_000_000_000_000, session: try point.session?.file(),
                    resumed: point.attempt?.resumed, mechanism: point.attempt?.mechanism,
                    durationMs: point.attempt?.durationMs, whyNot: point.attempt?.whyNot,
                    sessionAgeS: point.attempt?.sessionAgeS, doubtful: point.isDoubtful))
        }
        var bytes: [UInt8] = []
        JSONLineWriter().append(
            own: Document(schema: Self.schemaName, target: target, address: address, start: start, points: entries),
            to: &bytes)
        return bytes
    }

    /// Nil for a file that is not ours.
    init?(parsing bytes: [UInt8]) {
        guard let document = JSONParser.parse(bytes), document["schema"] == .string(Self.schemaName),
            case .string(let target)? = document["target"], case .int(let start)? = document["start"],
            case .array(let entries)? = document["points"]
        else { return nil }
        var points: [Point] = []
        for entry in entries {
            guard let point = Point(entry) else { return nil }
            points.append(point)
        }
        self.init(target: target, address: document["address"]?.text, start: start, points: points)
    }
}

extension TicketLifeState.Point {
    fileprivate init?(_ entry: JSONValue) {
        guard case .int(let after)? = entry["after_ms"], after >= 0 else { return nil }
        var session: SavedSession?
        if let text = entry["session"]?.text {
            guard let saved = try? SavedSession(parsing: Array(text.utf8)) else { return nil }
            session = saved
        }
        self.init(after: .milliseconds(after), session: session, attempt: nil)
        isDoubtful = entry["doubtful"] == .bool(true)
        guard case .bool(let resumed)? = entry["resumed"] else { return }
        let mechanism = entry["mechanism"]?.text.flatMap(Report.Resumption.Mechanism.init)
        var age: Int64?
        if case .int(let seconds)? = entry["session_age_s"] { age = seconds }
        attempt = Report.Resumption.Attempt(
            mechanism: mechanism, offered: mechanism != nil, resumed: resumed, address: nil, change: change,
            sessionAgeS: age, earlyData: nil, pskKe: nil, durationMs: entry["duration_ms"]?.double,
            whyNot: entry["why_not"]?.text.flatMap(Report.Resumption.Miss.init), evidence: [])
    }

    /// How the report names it.
    var change: String { "at=" + Words.time(after) }
}

extension JSONValue {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

    fileprivate var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
