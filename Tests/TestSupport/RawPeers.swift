import Foundation

/// Peers that do not do what a TLS server does.
extension RawServer {
    /// Reads everything and says nothing.
    public static func silent() throws -> RawServer { try RawServer { $0.drain() } }

    /// Sends a byte of what looks like a long handshake record now and then.
    public static func dripping(everyMilliseconds pause: Int32) throws -> RawServer {
        try RawServer { connection in
            var bytes: [UInt8] = [0x16, 0x03, 0x03, 0x40, 0x00, 0x02, 0x00, 0x3F, 0xFC]
            while connection.send([bytes.isEmpty ? 0 : bytes.removeFirst()]), connection.pause(milliseconds: pause) {}
        }
    }

    /// Says something in another language, and stays.
    public static func banner(_ bytes: [UInt8]) throws -> RawServer {
        try RawServer { connection in
            connection.send(bytes)
            connection.drain()
        }
    }

    /// Closes as soon as the ClientHello is there, so that the end is no reset.
    public static func closing() throws -> RawServer { try RawServer { _ = $0.receive() } }

    /// Resets the connection.
    public static func resetting() throws -> RawServer { try RawServer { $0.resetAtEnd() } }

    /// Sends half a ServerHello, and stays.
    public static func halfServerHello() throws -> RawServer {
        try RawServer { connection in
            _ = connection.receive()
            connection.send(
                [0x16, 0x03, 0x03, 0x00, 0x7A, 0x02, 0x00, 0x00, 0x76, 0x03, 0x03] + Array(repeating: 7, count: 40))
            connection.drain()
        }
    }
}
