import OpenSSL
import Reactor

/// What follows a handshake with a session: early data that was not taken is sent again, and an answer to it is read.
final class ResumptionErrand: Errand {
    private let data: [UInt8]?

    init(data: [UInt8]?) { self.data = data }

    func needsConsent(_ findings: Findings) -> Bool { true }

    func run(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        guard let data else { return }
        // Otherwise the server has it already.
        if findings.earlyData != .accepted {
            guard !findings.isDistrusted else { return }
            try await exchange.send(data)
        }
        // An answer would be welcome; that the server took the data is known without it.
        let end = Deadline.after(exchange.window).earlier(of: exchange.deadline)
        while exchange.channel.receivedCount == 0 {
            switch try await exchange.hear(until: end, into: findings) {
            case .message, .data: break
            case .closed, .nothing: return
            case .failed(let failure): return exchange.concludes(with: failure)
            }
        }
    }
}
