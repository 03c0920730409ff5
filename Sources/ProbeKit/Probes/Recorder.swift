import Reactor
import Synchronization

/// Numbers the events of one target, hands each on as it happens and keeps those that the output needs.
final class Recorder {
    /// Events in order, when `keeps` says so, but no more than a person reads: a peer may cause any number of them.
    /// Handshake messages only when the ladder or `--events` wants them.
    private(set) var events: [EventRecord] = []
    /// Which connection the next events belong to.
    var connection = 0

    private static let mostKept = 4096

    private let target: String
    private let detail: Detail
    private let onEvent: ((EventRecord) -> Void)?
    private let numbers: EventNumbers

    /// How much of what happens is turned into events. Nothing is built that nobody sees.
    struct Detail: Sendable {
        var keeps: Bool
        var includesHandshakeMessages: Bool
        /// A server shows what its clients offer, whatever else is shown of the handshake.
        var includesClientHello = false

        func includes(_ name: Event.Name) -> Bool {
            includesHandshakeMessages || !name.isLadderOnly || includesClientHello && name == .clientHello
        }
    }

    init(
        target: String, detail: Detail, numbers: EventNumbers = EventNumbers(), onEvent: ((EventRecord) -> Void)?
    ) {
        self.target = target
        self.detail = detail
        self.numbers = numbers
        self.onEvent = onEvent
    }

    /// One for what is done at the same time for the same target, whose events are numbered along with these.
    func another() -> Recorder { Recorder(target: target, detail: detail, numbers: numbers, onEvent: onEvent) }

    /// What follows belongs to a connection of its own, whose number this returns.
    func nextConnection() -> Int {
        connection = numbers.nextConnection()
        return connection
    }

    /// When the connection that is made now was asked for: what is told of waiting counts from here.
    private(set) var visitStarted = Instant.now

    func beginVisit() { visitStarted = .now }

    /// Milliseconds since the present connection was asked for.
    var waited: Double { Instant.now.milliseconds(since: visitStarted) }

    /// Takes in what another recorder kept, in order.
    func take(_ others: [EventRecord]) {
        guard !others.isEmpty, events.count < Self.mostKept else { return }
        events += others
        events.sort { $0.seq < $1.seq }
        events.removeLast(max(0, events.count - Self.mostKept))
    }

    var started: Instant { numbers.started }
    var startedAt: WallClock { numbers.startedAt }

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

    /// Data that went out, told like data that came: it is often as much as the peer asks for.
    func recordSentData(_ bytes: Int) {
        if sentDataEvents >= Self.dataEventLimit {
            unreportedSent += bytes
        } else {
            sentDataEvents += 1
            add(.applicationData, EventRecord.Wire(.sent, bytes: bytes), .applicationData)
        }
    }

    private static let dataEventLimit = 256
    private var dataEvents = 0
    private var unreported = 0
    private var lastData: Evidence?
    private var sentDataEvents = 0
    private var unreportedSent = 0

    private func flushData() {
        if unreported > 0 {
            add(.applicationData, EventRecord.Wire(.received, bytes: unreported), .applicationData)
            unreported = 0
        }
        if unreportedSent > 0 {
            add(.applicationData, EventRecord.Wire(.sent, bytes: unreportedSent), .applicationData)
            unreportedSent = 0
        }
    }

    @discardableResult
    private func add(_ name: Event.Name, _ wire: EventRecord.Wire?, _ event: @autoclosure () -> Event) -> Evidence {
        let isSeen = (detail.keeps || onEvent != nil) && detail.includes(name)
        return numbers.take { number in
            let evidence = Evidence(seq: number, event: name.rawValue, tMs: elapsed)
            guard isSeen else { return evidence }
            let record = EventRecord(
                event: event(), seq: number, tMs: evidence.tMs, conn: connection, target: target,
                time: number == 0 ? startedAt.description : nil, wire: wire)
            if detail.keeps, events.count < Self.mostKept { events.append(record) }
            onEvent?(record)
            return evidence
        }
    }
}

/// Numbers the events of one stream, which the connections of a server share.
final class EventNumbers: Sendable {
    let started = Instant.now
    let startedAt = WallClock.now
    private let next = Mutex(0)
    private let connections = Mutex(0)

    func nextConnection() -> Int {
        connections.withLock { count in
            count += 1
            return count
        }
    }

    /// Hands out the next number; what is done with it is done before the one after it is handed out, so that a stream that
    /// several threads write is in order.
    func take(_ use: (Int) -> Evidence) -> Evidence {
        next.withLock { next in
            defer { next += 1 }
            return use(next)
        }
    }
}
