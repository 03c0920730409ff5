import Foundation
import Glibc

/// Finds ports for programs that cannot be told to choose one.
enum PortSearch {
    /// Starts something on a free port, with another port when that fails.
    static func withFreePort<Value>(_ start: (UInt16) throws -> Value) throws -> Value {
        for _ in 0..<4 {
            if let port = free(), let value = try? start(port) { return value }
        }
        guard let port = free() else { throw MissingProgram("no free port on 127.0.0.1") }
        return try start(port)
    }

    /// A port outside the range that the system gives away by itself, so that nobody gets it meanwhile.
    private static func free() -> UInt16? {
        (0..<50).lazy.map { _ in UInt16.random(in: 12000...31000) }.first { port in
            guard let probe = try? RawSocket.bound(port: port) else { return false }
            close(probe)
            return true
        }
    }
}
