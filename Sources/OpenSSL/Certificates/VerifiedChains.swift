import COpenSSL
import Glibc
import Synchronization

/// The chains that were found good: thousands of servers may show the same one, and to verify it is a sixth of a handshake.
///
/// It is the same one when every byte is that was sent and every parameter that OpenSSL verifies with. Only what has no
/// fault is kept, and it is good as long as all of its certificates are valid.
final class VerifiedChains: Sendable {
    /// What was verified, but for the name, which each target has its own of.
    struct Question: Hashable {
        /// The certificates in DER, one behind the other, as the peer sent them.
        let chain: [UInt8]
        let depth: Int32
        let securityLevel: Int32
        let flags: UInt
        /// Whether a server verified its client.
        let isClients: Bool

        init(_ chain: CertificateChain, _ parameters: OpaquePointer, isClients: Bool) {
            self.chain = chain.certificates.flatMap(\.der)
            depth = X509_VERIFY_PARAM_get_depth(parameters)
            securityLevel = X509_VERIFY_PARAM_get_auth_level(parameters)
            flags = X509_VERIFY_PARAM_get_flags(parameters)
            self.isClients = isClients
        }

        func hash(into hasher: inout Hasher) {
            // An array would be hashed byte by byte.
            chain.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    private struct Answer {
        /// Leaf first.
        let path: [Certificate]
        /// When all of its certificates are valid, in seconds since 1970.
        let validity: ClosedRange<Int64>
    }

    private let answers = Mutex<[Question: Answer]>([:])

    /// How many chains are kept: a chain has some kilobytes.
    static let most = 256

    /// The chain that OpenSSL built, leaf first, when the question is known and the answer is still the same.
    func path(for question: Question, at now: Int64 = Int64(time(nil))) -> [Certificate]? {
        answers.withLock { answers in
            guard let answer = answers[question], answer.validity.contains(now) else { return nil }
            return answer.path
        }
    }

    /// Keeps what was found good.
    func add(_ path: [Certificate], for question: Question) {
        var (start, end) = (Int64.min, Int64.max)
        for certificate in path {
            guard let from = certificate.notBefore, let to = certificate.notAfter else { return }
            start = max(start, from.secondsSinceEpoch)
            end = min(end, to.secondsSinceEpoch)
        }
        // The second in which one begins or ends is left to OpenSSL.
        guard start < end - 2 else { return }
        let validity = start + 1...end - 1
        answers.withLock { answers in
            if answers.count >= Self.most { answers.removeAll() }
            answers[question] = Answer(path: path, validity: validity)
        }
    }
}
