import OpenSSL
import Reactor

/// A TLS connection on a socket of the loop, driven step by step; it belongs to one task.
final class Channel {
    let log: WireLog
    /// For facts about it; steps are taken through the channel.
    let connection: Connection
    let observer: Observer
    /// Nil once it has hung up.
    private var line: Line?
    private let buffer: ReadBuffer
    /// How much of the peer's data is kept; counting goes on.
    private let keptBytes: Int
    /// Whether a write that has to wait takes in what comes meanwhile.
    private let readsWhileWriting: Bool

    /// Application data received, as far as the report may need it.
    private(set) var received: [UInt8] = []
    private(set) var receivedCount = 0
    /// The size of the last piece of data.
    private(set) var lastReadCount = 0
    private(set) var sentCount = 0
    /// How much data may have been received when a write that has to wait takes in no more.
    var mostRead = Int.max
    /// Bytes that were taken from the socket past OpenSSL.
    private(set) var leftoverCount = 0
    /// Whether the last read gave something, so that more may be there without a wait.
    private var isBusy = false

    /// A channel whose buffer others of the loop use too: no read leaves anything in it for later.
    init(
        _ connection: consuming Connection, on socket: consuming Socket, log: WireLog, buffer: ReadBuffer,
        keptBytes: Int, readsWhileWriting: Bool
    ) throws {
        try connection.attach(descriptor: socket.descriptor)
        observer = connection.observer
        observer.onMessage = log.observe
        self.connection = connection
        line = Line(socket)
        self.log = log
        self.buffer = buffer
        self.keptBytes = keptBytes
        self.readsWhileWriting = readsWhileWriting
    }

    /// The data of the read that just said so; gone with the next wait.
    func withLastRead<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        body(UnsafeRawBufferPointer(rebasing: buffer.bytes.prefix(lastReadCount)))
    }

    /// What the socket still holds, for naming a peer that does not speak TLS.
    func leftover(upTo limit: Int, until deadline: Deadline) async -> [UInt8] {
        var bytes: [UInt8] = []
        // Readable without bytes twice in a row is the end of the stream.
        var emptyTurns = 0
        while bytes.count < limit, emptyTurns < 2, let line,
            (try? await line.socket.wait(for: .read, until: deadline)) != nil
        {
            let more = line.socket.receive(upTo: limit - bytes.count)
            bytes += more
            leftoverCount += more.count
            emptyTurns = more.isEmpty ? emptyTurns + 1 : 0
        }
        return bytes
    }

    /// Shakes hands; `.message` means that the peer floods us instead.
    func handshake(until deadline: Deadline) async -> Turn {
        while true {
            let step = connection.handshake()
            if log.isFlooded { return .message }
            if case .wantsRead(drained: false) = step {
                if let error = await pause(until: deadline) { return .stopped(error) }
            } else if let turn = await settle(step, until: deadline) {
                return turn
            }
        }
    }

    /// Sends all bytes with the ClientHello.
    func writeEarlyData(_ bytes: [UInt8], until deadline: Deadline) async -> Turn {
        var offset = 0
        while offset < bytes.count {
            let step = bytes.withUnsafeBytes { all in
                connection.writeEarlyData(UnsafeRawBufferPointer(rebasing: all[offset...]))
            }
            if case .done(let count) = step {
                offset += count
                sentCount += count
            } else if case .wantsRead(drained: false) = step {
                if let error = await pause(until: deadline) { return .stopped(error) }
            } else if let turn = await settle(step, until: deadline) {
                return turn
            }
        }
        return .done
    }

    /// A server's handshake as far as early data may come with it: `.data` for each piece, `.done` when no more will come
    /// and the handshake goes on.
    func readEarlyData(until deadline: Deadline) async -> Turn {
        while true {
            switch connection.readEarlyData(into: buffer.bytes) {
            case .finished: return .done
            case .data(let count):
                keep(count)
                return .data
            case .step(.wantsRead(drained: false)):
                if log.isFlooded { return .message }
                if let error = await pause(until: deadline) { return .stopped(error) }
            case .step(let step):
                if log.isFlooded { return .message }
                if let turn = await settle(step, until: deadline) { return turn }
            }
        }
    }

    /// Reads until data, another message or the end; a caller that wants data goes on after `.message`.
    ///
    /// - Parameter limit: how many bytes of data to take at most.
    func read(upTo limit: Int = .max, until deadline: Deadline) async -> Turn {
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes.prefix(limit))
        while true {
            // What never ends would never wait, and so never meet its deadline or a signal.
            if isBusy, let error = await pause(until: deadline) { return .stopped(error) }
            isBusy = false
            let messages = log.messageCount
            let step = connection.read(into: room)
            if case .wantsRead(drained: true) = step, log.messageCount > messages {
                // A message, and then nothing more: the caller has something to look at before it waits.
                line?.socket.exhausted(.read)
                return .message
            }
            switch step {
            case .done(let count):
                keep(count)
                isBusy = true
                return .data
            case .wantsRead(drained: false):
                // Told at once: nothing may follow for which to wait.
                isBusy = true
                return .message
            case .wantsRead, .wantsWrite, .closed, .failed:
                if let turn = await settle(step, until: deadline) { return turn }
            }
        }
    }

    /// Reads what is there; nil when nothing is.
    func readAtOnce(upTo limit: Int = .max, until deadline: Deadline) async -> Turn? {
        // A client that never stops sending gives the others no turn but here.
        if isBusy, let error = await pause(until: deadline) { return .stopped(error) }
        isBusy = false
        let messages = log.messageCount
        switch connection.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes.prefix(limit))) {
        case .done(let count):
            keep(count)
            isBusy = true
            return .data
        case .wantsRead(drained: false):
            isBusy = true
            return .message
        case .wantsRead:
            line?.socket.exhausted(.read)
            return log.messageCount > messages ? .message : nil
        case .wantsWrite:
            // An answer of OpenSSL's own that the client does not read: nothing can be read before it is out.
            line?.socket.exhausted(.write)
            return await wait(for: .write, until: deadline) ?? .message
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        }
    }

    /// Calls back when there may be something to read; no task waits meanwhile. Only after `readAtOnce` found nothing.
    func rest(until deadline: Deadline, _ call: @escaping (WaitError?) -> Void) -> Rest {
        guard let line else { preconditionFailure("a channel that has hung up rests for good") }
        return line.socket.rest(until: deadline, call)
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8], until deadline: Deadline) async -> Turn {
        var offset = 0
        while offset < bytes.count {
            let step = bytes.withUnsafeBytes { all in
                connection.write(UnsafeRawBufferPointer(rebasing: all[offset...]))
            }
            if case .done(let count) = step {
                offset += count
                sentCount += count
            } else if case .wantsRead(drained: false) = step {
                if let error = await pause(until: deadline) { return .stopped(error) }
            } else if case .wantsWrite = step {
                if let turn = await makeRoom(until: deadline) { return turn }
            } else if let turn = await settle(step, until: deadline) {
                return turn
            }
        }
        return .done
    }

    /// Waits until more can be written, and takes in what comes meanwhile: a peer that answers while we send stops reading
    /// when nobody reads its answers.
    private func makeRoom(until deadline: Deadline) async -> Turn? {
        line?.socket.exhausted(.write)
        guard readsWhileWriting else { return await wait(for: .write, until: deadline) }
        while receivedCount < mostRead {
            let room = buffer.bytes.prefix(mostRead - receivedCount)
            let step = connection.read(into: UnsafeMutableRawBufferPointer(rebasing: room))
            guard case .done(let count) = step else { break }
            keep(count)
            if let error = await pause(until: deadline) { return .stopped(error) }
        }
        switch await wait(for: .write, until: deadline.earlier(of: .after(.milliseconds(20)))) {
        case .stopped(.deadline)? where !deadline.hasPassed: return nil
        case let turn: return turn
        }
    }

    /// Lets the others have their turn, now and then, between two things that were done without a wait.
    func breathe() async -> Turn? { await pause(until: .never).map(Turn.stopped) }

    /// Says that nothing more will be sent, below TLS.
    func shutdownWriting() { line?.socket.shutdownWriting() }

    /// Closes the socket, below TLS; what is known of the connection stays.
    func hangUp() { line = nil }

    /// A socket that can be let go of before its channel.
    private final class Line {
        let socket: Socket

        init(_ socket: consuming Socket) { self.socket = socket }
    }

    /// Sends what was arranged for: a KeyUpdate, a HelloRequest, tickets.
    func push(until deadline: Deadline) async -> Turn {
        while true {
            let step = connection.handshake()
            if case .wantsRead(drained: false) = step {
                if let error = await pause(until: deadline) { return .stopped(error) }
            } else if let turn = await settle(step, until: deadline) {
                return turn
            }
        }
    }

    /// Sends close_notify, without waiting for the peer's.
    func sendCloseNotify(until deadline: Deadline) async -> Turn {
        while true {
            let step = connection.shutdown()
            if case .wantsRead = step { return .done }
            if let turn = await settle(step, until: deadline) { return turn }
        }
    }

    /// Waits as the step asks; nil means: call again.
    private func settle(_ step: Step, until deadline: Deadline) async -> Turn? {
        switch step {
        case .done: return .done
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        case .wantsRead:
            line?.socket.exhausted(.read)
            return await wait(for: .read, until: deadline)
        case .wantsWrite:
            line?.socket.exhausted(.write)
            return await wait(for: .write, until: deadline)
        }
    }

    private func wait(for interest: Interest, until deadline: Deadline) async -> Turn? {
        do throws(WaitError) {
            try await line?.socket.wait(for: interest, until: deadline)
            return nil
        } catch {
            return .stopped(error)
        }
    }

    /// Between two messages that came without a wait: the deadline counts, and the other tasks get their turn.
    private func pause(until deadline: Deadline) async -> WaitError? {
        do throws(WaitError) {
            // No wait: OpenSSL may have read all there was before epoll could say that it is there.
            try await line?.socket.turn(until: deadline)
            return nil
        } catch {
            return error
        }
    }

    private func keep(_ count: Int) {
        log.receivedData()
        receivedCount += count
        lastReadCount = count
        let room = keptBytes - received.count
        if room > 0 { received.append(contentsOf: buffer.bytes.prefix(min(count, room))) }
    }
}
