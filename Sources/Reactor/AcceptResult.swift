import CPlatform
import Glibc

/// What became of an attempt to accept a client.
package enum AcceptResult: Hashable, Sendable {
    /// A client; who gets the descriptor has to close it.
    case connection(descriptor: Int32, peer: SocketAddress)
    /// Nobody is waiting.
    case none
    /// This client is gone already; the next may be there.
    case again
    /// The process or the system has no room for one more; the client goes on waiting, and no event tells when there is.
    case exhausted(SystemError)
    /// The listener was closed.
    case closed
    case failed(SystemError)

    /// What the number that `accept4(2)` left means.
    init(code: Int32) {
        let error = SystemError(operation: "accept", code: code)
        switch code {
        case EAGAIN: self = .none
        // The last eight are errors of the network that Linux hands over with the client (accept(2), Error handling).
        case EINTR, ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
            ENETUNREACH:
            self = .again
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: self = .exhausted(error)
        // "Not listening", which only close() brings about.
        case EINVAL: self = .closed
        default: self = .failed(error)
        }
    }
}
