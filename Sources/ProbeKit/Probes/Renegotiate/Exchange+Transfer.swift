import OpenSSL
import Reactor

extension Exchange {
    /// Moves exactly so many bytes of data over the connection, both ways together; says why it could not.
    func transfer(
        _ size: Int, of request: inout Request.Pieces, patience: Duration, into findings: Findings
    ) async throws(Ending) -> String? {
        var left: Int { size - channel.sentCount - channel.receivedCount }
        while left > 0 {
            // What the peer says is read before more is sent: two that only send would wait for each other for ever.
            let heard =
                request.isEmpty
                ? try await hear(until: .after(patience).earlier(of: deadline), upTo: left, into: findings)
                : try await glance(upTo: left, into: findings)
            switch heard {
            case .message, .data: break
            case .nothing:
                try checkLimit("\(size - left) of \(size) bytes of data went over the connection")
                guard let piece = request.next(upTo: min(left, Self.pieceSize)) else {
                    return "only \(size - left) of \(size) bytes of data went over the connection"
                }
                channel.mostRead = channel.receivedCount + left - piece.count
                defer { channel.mostRead = .max }
                try await send(piece)
            case .closed: return "the peer closed the connection after \(size - left) of \(size) bytes"
            case .failed(let failure):
                concludes(with: failure)
                return words(for: failure)
            }
        }
        return nil
    }

    /// What fits into a record.
    private static let pieceSize = 16384
}

extension Ending {
    /// The peer chose TLS 1.3.
    static let noRenegotiation = Ending(
        .notApplicable,
        Failure(
            .postHandshake, .wrongVersion, "the server chose TLS 1.3, which has no renegotiation",
            hint: "without --tls only TLS 1.2 is offered; KeyUpdate is what TLS 1.3 has: sslprobe keyupdate"))
}
