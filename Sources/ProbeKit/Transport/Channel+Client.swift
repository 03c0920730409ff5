import OpenSSL
import Reactor

extension Channel {
    /// A client's channel, which keeps what the peer answers.
    convenience init(
        _ connection: consuming Connection, on socket: consuming Socket, log: WireLog, loop: EventLoop
    ) throws {
        try self.init(
            connection, on: socket, log: log, buffer: ReadBuffer(on: loop), keptBytes: 65536, readsWhileWriting: true)
    }
}
