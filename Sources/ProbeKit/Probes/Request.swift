import Reactor

/// What is sent once the handshake is done.
enum Request {
    /// More than this is not a probe's business.
    private static let limit = 16 << 20

    /// The bytes of `--send` or of our own HEAD request; nil when nothing is to be sent.
    static func bytes(of plan: ConnectPlan) throws(Ending) -> [UInt8]? {
        let data = plan.client.data
        if let path = data.httpPath { return Answer.headRequest(path: path, host: plan.target.authority) }
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

extension Target {
    /// Host and port as a Host header holds them.
    fileprivate var authority: String {
        let host = isAddress && self.host.contains(":") ? "[\(self.host)]" : self.host
        return port == 443 ? host : "\(host):\(port)"
    }
}
