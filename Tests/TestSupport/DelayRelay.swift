import Foundation
import Glibc

/// A relay that hands on every byte after a while, in both directions, as a long line would: without limit of bandwidth.
public final class DelayRelay: Sendable {
    /// Where it listens, on 127.0.0.1.
    public var port: UInt16 { server.port }
    private let server: RawServer

    /// Relays to a port of 127.0.0.1 with so many milliseconds each way.
    public init(to target: UInt16, eachWay milliseconds: Int) throws {
        let delay = Double(milliseconds) / 1000
        server = try RawServer { near in
            guard let far = try? RawSocket.connected(to: target) else { return }
            defer { close(far) }
            let done = DispatchSemaphore(value: 0)
            OwnThread.start {
                Self.relay(from: near.descriptor, to: far, delay)
                done.signal()
            }
            Self.relay(from: far, to: near.descriptor, delay)
            done.wait()
        }
    }

    /// What is under way in one direction.
    private final class Line: @unchecked Sendable {
        // Sendable without a check: only touched under `condition`.
        private let condition = NSCondition()
        private var chunks: [(due: Double, arrival: Descriptors.Arrival)] = []

        func put(_ arrival: Descriptors.Arrival, due: Double) {
            condition.withLock {
                chunks.append((due, arrival))
                condition.signal()
            }
        }

        /// The next arrival, when its time has come.
        func take(waits: Bool) -> Descriptors.Arrival {
            condition.lock()
            while chunks.isEmpty { condition.wait() }
            let chunk = chunks.removeFirst()
            condition.unlock()
            let rest = chunk.due - monotonicSeconds()
            if waits, rest > 0 { usleep(UInt32(rest * 1e6)) }
            return chunk.arrival
        }
    }

    private static func relay(from source: Int32, to sink: Int32, _ delay: Double) {
        let line = Line()
        OwnThread.start {
            var isOver = false
            while !isOver {
                let arrival = Descriptors.receive(source)
                line.put(arrival, due: monotonicSeconds() + delay)
                if case .bytes = arrival { continue }
                isOver = true
            }
        }
        var isSinkOpen = true
        while true {
            switch line.take(waits: isSinkOpen) {
            case .bytes(let bytes):
                guard isSinkOpen, !Descriptors.send(bytes, to: sink) else { continue }
                // The sink is gone: the source learns it, which also ends its reader.
                isSinkOpen = false
                RawSocket.reset(source)
            case .end:
                shutdown(sink, Int32(SHUT_WR))
                return
            case .reset:
                RawSocket.reset(sink)
                return
            }
        }
    }
}
