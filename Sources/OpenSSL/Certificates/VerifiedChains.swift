import COpenSSL
import Glibc
import Synchronization

/// The chains that were found good: thousands of servers may show the same one, and to verify it is a sixth of a handshake.
///
/// A chain is known by its bytes, by depth, security level and flags, and by the role of who verified it; OpenSSL has no
/// other parameters of ours. The name is no part of it: that is looked for in the leaf each time. Only what has no fault is
/// kept, and it is good as long as all of its certificates are valid.
final class VerifiedChains: Sendable {
    /// What was verified.
    struct Question: Hashable {
        /// The certificates in DER, one behind the other, as the peer sent them.
        private let chain: [UInt8]
        private let depth: Int32
        private let securityLevel: Int32
        private let flags: UInt
        private let hostFlags: UInt32
        private let isClients: Bool

        /// Nil for a chain that is not worth the room, or cannot be told from another.
        ///
        /// Wraps `X509_VERIFY_PARAM_get_depth(3)` and its like.
        ///
        /// - Parameter isClients: whether a server verifies its client.
        init?(_ chain: CertificateChain, verifiedWith parameters: OpaquePointer, isClients: Bool) {
            let encoded = chain.certificates.map(\.der)
            let size = encoded.reduce(0) { $0 + $1.count }
            guard !encoded.isEmpty, !encoded.contains([]), size <= VerifiedChains.mostBytes else { return nil }
            self.chain = Array(encoded.joined())
            depth = X509_VERIFY_PARAM_get_depth(parameters)
            securityLevel = X509_VERIFY_PARAM_get_auth_level(parameters)
            flags = X509_VERIFY_PARAM_get_flags(parameters)
            hostFlags = X509_VERIFY_PARAM_get_hostflags(parameters)
            self.isClients = isClients
        }

        func hash(into hasher: inout Hasher) {
            // An array would be hashed byte by byte.
            chain.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    private struct Answer {
        let issuers: [Certificate]
        /// When leaf and issuers are valid, in seconds since 1970.
        let validity: ClosedRange<Int64>
    }

    private let answers = Mutex<[Question: Answer]>([:])

    /// How many chains are kept.
    static let mostKept = 256
    /// How long a chain may be that is kept; most have 2 to 5 kB.
    static let mostBytes = 16_384

    /// What OpenSSL put above the leaf, when the question is known and the answer is still the same.
    func issuers(for question: Question, at now: Int64 = Int64(time(nil))) -> [Certificate]? {
        answers.withLock { answers in
            guard let answer = answers[question], answer.validity.contains(now) else { return nil }
            return answer.issuers
        }
    }

    /// Keeps a path, leaf first, that was found good.
    func add(_ path: [Certificate], for question: Question) {
        var (start, end) = (Int64.min, Int64.max)
        for certificate in path {
            guard let from = certificate.notBefore, let to = certificate.notAfter else { return }
            start = max(start, from.secondsSinceEpoch)
            end = min(end, to.secondsSinceEpoch)
        }
        // The second in which one begins or ends is left to OpenSSL.
        guard !path.isEmpty, start < end - 2 else { return }
        let answer = Answer(issuers: Array(path.dropFirst()), validity: start + 1...end - 1)
        answers.withLock { answers in
            if answers.count >= Self.mostKept, answers[question] == nil { answers.removeAll() }
            answers[question] = answer
        }
    }
}
