import Foundation
import Glibc
import Synchronization

/// A relay that hands its connections to several servers in turn, as a load balancer does.
public final class AlternatingRelay: Sendable {
    /// Where it listens, on 127.0.0.1.
    public var port: UInt16 { server.port }
    private let server: RawServer

    /// Relays to these ports of 127.0.0.1, the first connection to the first, and the last one for good.
    ///
    /// - Parameter cycles: whether it starts again after the last one.
    public init(to targets: [UInt16], cycles: Bool = true) throws {
        let counter = Counter()
        server = try RawServer { near in
            let number = counter.next()
            let target = targets[cycles ? number % targets.count : min(number, targets.count - 1)]
            guard let far = try? RawSocket.connected(to: target) else { return }
            defer { close(far) }
            Self.relay(near.descriptor, far)
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    /// Until one of the two ends.
    private static func relay(_ near: Int32, _ far: Int32) {
        while true {
            var entries = [near, far].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, -1) > 0 else { return }
            for (entry, sink) in zip(entries, [far, near]) where entry.revents != 0 {
                let bytes = Descriptors.read(entry.fd)
                guard !bytes.isEmpty, Descriptors.send(bytes, to: sink) else { return }
            }
        }
    }
}
