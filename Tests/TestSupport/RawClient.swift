import Glibc

/// A client inside the tests that knows nothing of TLS: a TCP connection that is closed when it is let go.
public final class RawClient: Sendable {
    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1.
    public init(port: UInt16) throws { descriptor = try RawSocket.connected(to: port) }

    deinit { close(descriptor) }

    /// Sends bytes; false when the peer is gone.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool { Descriptors.send(bytes, to: descriptor) }

    /// Says that nothing more will be sent.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until the peer ends the connection; false when it has not after so many seconds.
    public func drain(within seconds: Double = 20) -> Bool {
        let end = monotonicSeconds() + seconds
        while case let rest = end - monotonicSeconds(), rest > 0 {
            guard Descriptors.wait(descriptor, for: POLLIN, milliseconds: Int32(rest * 1000) + 1) else { return false }
            if Descriptors.read(descriptor).isEmpty { return true }
        }
        return false
    }
}
