import Reactor

/// What is sent once the handshake is done.
enum Request {
    /// More than this is not a probe's business.
    private static let limit = 16 << 20

    /// The bytes of `--send` or of our own HEAD request; nil when nothing is to be sent.
    static func bytes(of plan: ProbePlan) throws(Ending) -> [UInt8]? {
        let data = plan.client.data
        if let path = data.httpPath {
            return head(path: path, of: plan.target, keepsAlive: plan.question.command != .connect)
        }
        switch data.send {
        case nil: return nil
        case .bytes(let bytes): return bytes
        case .file(let path): return try LocalFile.read(path, option: "--send", limit: limit)
        case .standardInput:
            do {
                return try FileReader.read(descriptor: 0, name: "standard input", limit: limit)
            } catch {
                throw Ending(.local, Failure(.local, .fileUnreadable, "--send: \(error)"))
            }
        }
    }
}

extension Request {
    /// A request on its way, of which more or less has been sent.
    struct Pieces {
        private let bytes: [UInt8]?
        private var sent = 0

        init(_ bytes: [UInt8]?) { self.bytes = bytes }

        /// Whether anything was to be sent at all.
        var exists: Bool { bytes != nil }
        /// Whether nothing of it was sent.
        var isWhole: Bool { sent == 0 }
        /// Whether nothing is left of it.
        var isEmpty: Bool { sent >= bytes?.count ?? 0 }
        /// All of it.
        var whole: [UInt8]? { bytes }

        /// The next bytes, no more than so many; nil when nothing is left.
        mutating func next(upTo limit: Int) -> [UInt8]? {
            guard let bytes, !isEmpty else { return nil }
            let piece = bytes[sent...].prefix(limit)
            sent += piece.count
            return Array(piece)
        }
    }

    /// A HEAD request; one that does not keep the connection asks the server to close it.
    static func head(path: String = "/", of target: Target, keepsAlive: Bool) -> [UInt8] {
        Array(
            """
            HEAD \(path) HTTP/1.1\r
            Host: \(target.authority)\r
            User-Agent: sslprobe/\(programVersion)\r
            Accept: */*\r
            Connection: \(keepsAlive ? "keep-alive" : "close")\r
            \r

            """.utf8)
    }
}

extension Target {
    /// Host and port as a Host header holds them.
    fileprivate var authority: String {
        let host = isAddress && self.host.contains(":") ? "[\(self.host)]" : self.host
        return port == 443 ? host : "\(host):\(port)"
    }
}
