import Foundation
import Glibc

/// A relay that holds back what a TLS 1.3 server sends after the handshake until so many records are there, and then
/// hands them on in one segment.
public final class JoiningRelay: Sendable {
    /// Where it listens, on 127.0.0.1.
    public var port: UInt16 { server.port }
    private let server: RawServer

    /// Relays to a port of 127.0.0.1.
    public init(to target: UInt16, records: Int) throws {
        server = try RawServer { near in
            guard let far = try? RawSocket.connected(to: target) else { return }
            defer { close(far) }
            Self.relay(near.descriptor, far, records)
        }
    }

    private static func relay(_ near: Int32, _ far: Int32, _ records: Int) {
        var held: [UInt8] = []
        var isHandshakeOver = false
        var isReleased = false
        while true {
            var entries = [near, far].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, -1) > 0 else { return }
            if entries[0].revents != 0 {
                let bytes = Descriptors.read(near)
                guard let first = bytes.first else { return }
                // A handshake record is the ClientHello; after it comes what belongs to Finished.
                if first != 0x16 { isHandshakeOver = true }
                guard Descriptors.send(bytes, to: far) else { return }
            }
            if entries[1].revents != 0 {
                let bytes = Descriptors.read(far)
                guard !bytes.isEmpty else { return }
                held += bytes
                if isHandshakeOver, !isReleased, count(of: held) < records { continue }
                isReleased = isHandshakeOver
                guard Descriptors.send(held, to: near) else { return }
                held = []
            }
        }
    }

    /// How many whole records the bytes hold.
    private static func count(of bytes: [UInt8]) -> Int {
        var rest = bytes[...]
        var count = 0
        while rest.count >= 5 {
            let size = 5 + Int(rest[rest.startIndex + 3]) << 8 + Int(rest[rest.startIndex + 4])
            guard rest.count >= size else { break }
            rest = rest.dropFirst(size)
            count += 1
        }
        return count
    }
}
