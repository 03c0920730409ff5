import Reactor

/// Numbers the events of one target, hands each on as it happens and keeps those that the output needs.
final class Recorder {
    let started: Instant
    let startedAt: WallClock
    /// Events in order, when `keeps` says so; handshake messages only when the ladder or `--events` wants them.
    private(set) var events: [EventRecord] = []
    /// Which connection the next events belong to.
    var connection = 0

    private let target: String
    private let detail: Detail
    private let onEvent: ((EventRecord) -> Void)?
    private var next = 0

    /// How much of what happens is turned into events. Nothing is built that nobody sees.
    struct Detail: Sendable {
        var keeps: Bool
        var includesHandshakeMessages: Bool
    }

    init(target: String, detail: Detail, onEvent: ((EventRecord) -> Void)?) {
        self.target = target
        self.detail = detail
        self.onEvent = onEvent
        started = .now
        startedAt = .now
    }

    /// Milliseconds since the probe started.
    var elapsed: Double { Instant.now.milliseconds(since: started) }

    /// Counts an event, and builds it when somebody sees it.
    @discardableResult
    func record(_ name: Event.Name, _ wire: EventRecord.Wire? = nil, _ event: @autoclosure () -> Event) -> Evidence {
        flushData()
        return add(name, wire, event())
    }

    /// Data that came. A stream of it is told piece by piece only at first, then in sum before the next other event: how
    /// much a peer sends must not decide how much we keep.
    @discardableResult
    func recordData(_ bytes: Int) -> Evidence {
        if dataEvents >= Self.dataEventLimit, let lastData {
            unreported += bytes
            return lastData
        }
        dataEvents += 1
        let evidence = add(.applicationData, EventRecord.Wire(.received, bytes: bytes), .applicationData)
        lastData = evidence
        return evidence
    }

    private static let dataEventLimit = 256
    private var dataEvents = 0
    private var unreported = 0
    private var lastData: Evidence?

    private func flushData() {
        guard unreported > 0 else { return }
        add(.applicationData, EventRecord.Wire(.received, bytes: unreported), .applicationData)
        unreported = 0
    }

    @discardableResult
    private func add(_ name: Event.Name, _ wire: EventRecord.Wire?, _ event: @autoclosure () -> Event) -> Evidence {
        let evidence = Evidence(seq: next, event: name.rawValue, tMs: elapsed)
        next += 1
        guard detail.keeps || onEvent != nil, detail.includesHandshakeMessages || !name.isLadderOnly else {
            return evidence
        }
        let record = EventRecord(
            event: event(), seq: evidence.seq, tMs: evidence.tMs, conn: connection, target: target,
            time: evidence.seq == 0 ? startedAt.description : nil, wire: wire)
        if detail.keeps { events.append(record) }
        onEvent?(record)
        return evidence
    }
}
