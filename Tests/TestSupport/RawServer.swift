import Foundation
import Glibc
import Synchronization

/// A server inside the tests that knows nothing of TLS: it does with each connection what it is told.
public final class RawServer: Sendable {
    /// Where it listens, on 127.0.0.1.
    public let port: UInt16
    private let state: State

    /// A connection of a raw server, served by a thread of its own.
    public struct Connection: Sendable {
        let descriptor: Int32

        /// Sends bytes; false when the peer is gone.
        @discardableResult
        public func send(_ bytes: [UInt8]) -> Bool { Descriptors.send(bytes, to: descriptor) }

        /// What has arrived, waiting for it; empty at the end.
        public func receive() -> [UInt8] { Descriptors.read(descriptor) }

        /// Reads until the peer, or the test, ends the connection.
        public func drain() { while !receive().isEmpty {} }

        /// Waits so long, reading what comes meanwhile; false when the peer is gone.
        public func pause(milliseconds: Int32) -> Bool {
            let end = monotonicSeconds() + Double(milliseconds) / 1000
            while case let rest = end - monotonicSeconds(), rest > 0 {
                let arrived = Descriptors.wait(descriptor, for: POLLIN, milliseconds: Int32(rest * 1000) + 1)
                if arrived && receive().isEmpty { return false }
            }
            return true
        }

        /// Makes the end of the connection a RST.
        public func resetAtEnd() { RawSocket.resetOnClose(descriptor) }
    }

    /// Listens and serves until it is let go.
    public init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        let listener = try RawSocket.bound()
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        listen(listener, 64)
        port = RawSocket.port(of: listener)
        state = State(listener)
        let state = state
        OwnThread.start { state.serve(serve) }
    }

    deinit { state.stop() }

    /// How many connections have come.
    public var connectionCount: Int { state.connectionCount }

    private final class State: Sendable {
        private let listener: Int32
        private let connections = Mutex((open: Set<Int32>(), count: 0, isOver: false))

        init(_ listener: Int32) { self.listener = listener }

        var connectionCount: Int { connections.withLock { $0.count } }

        func serve(_ body: @escaping @Sendable (Connection) -> Void) {
            while !connections.withLock({ $0.isOver }) {
                _ = Descriptors.wait(listener, for: POLLIN)
                guard let descriptor = Descriptors.accept(listener) else { continue }
                RawSocket.disableNagle(descriptor)
                connections.withLock {
                    $0.open.insert(descriptor)
                    $0.count += 1
                }
                OwnThread.start {
                    body(Connection(descriptor: descriptor))
                    self.connections.withLock {
                        $0.open.remove(descriptor)
                        close(descriptor)
                    }
                }
            }
            close(listener)
        }

        func stop() {
            connections.withLock {
                $0.isOver = true
                // Ends the threads that read or write; they close.
                for descriptor in $0.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
                // Wakes the thread that accepts.
                shutdown(listener, Int32(SHUT_RDWR))
            }
        }
    }
}
