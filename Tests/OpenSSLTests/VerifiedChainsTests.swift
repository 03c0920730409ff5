import COpenSSL
import TestSupport
import Testing

@testable import OpenSSL

@Suite struct VerifiedChainsTests {
    private let chain: CertificateChain
    private let parameters: Parameters

    /// Parameters of a verification.
    private final class Parameters {
        let pointer: OpaquePointer

        init() throws { pointer = try require(X509_VERIFY_PARAM_new(), "X509_VERIFY_PARAM_new") }
        deinit { X509_VERIFY_PARAM_free(pointer) }
    }

    init() throws {
        let root = try CertificateAuthority("Root")
        let leaf = try root.issue()
        chain = CertificateChain([try Certificate(der: leaf.der), try Certificate(der: root.certificate.der)])
        parameters = try Parameters()
    }

    private func question(_ chain: CertificateChain? = nil, isClients: Bool = false) throws -> VerifiedChains.Question {
        try #require(
            VerifiedChains.Question(chain ?? self.chain, verifiedWith: parameters.pointer, isClients: isClients))
    }

    @Test func knowsNothingThatWasNotFoundGood() throws {
        let known = VerifiedChains()
        #expect(try known.issuers(for: question()) == nil)
        try known.add(chain.certificates, for: question())
        #expect(try known.issuers(for: question()) == Array(chain.certificates.dropFirst()))
    }

    /// A certificate that ends in the night ends for the targets that are asked after midnight.
    @Test func forgetsWhenACertificateIsNotValid() throws {
        let known = VerifiedChains()
        let question = try question()
        known.add(chain.certificates, for: question)
        let start = try #require(chain.certificates.compactMap(\.notBefore).max()).secondsSinceEpoch
        let end = try #require(chain.certificates.compactMap(\.notAfter).min()).secondsSinceEpoch
        let moments = [start - 1, start, start + 1, end - 1, end, end + 1]
        let isKnown = moments.map { known.issuers(for: question, at: $0) != nil }
        #expect(isKnown == [false, false, true, true, false, false])
    }

    @Test func takesNothingElseForTheSame() throws {
        let known = VerifiedChains()
        try known.add(chain.certificates, for: question())
        func isKnown(_ chain: CertificateChain? = nil, isClients: Bool = false) throws -> Bool {
            try known.issuers(for: question(chain, isClients: isClients)) != nil
        }
        #expect(try !isKnown(CertificateChain([chain.certificates[0]])))
        #expect(try !isKnown(CertificateChain(chain.certificates.reversed())))
        #expect(try !isKnown(isClients: true))
        X509_VERIFY_PARAM_set_depth(parameters.pointer, 0)
        #expect(try !isKnown())
        X509_VERIFY_PARAM_set_depth(parameters.pointer, -1)
        #expect(try isKnown())
        X509_VERIFY_PARAM_set_auth_level(parameters.pointer, 5)
        #expect(try !isKnown())
        X509_VERIFY_PARAM_set_auth_level(parameters.pointer, -1)
        X509_VERIFY_PARAM_set_hostflags(parameters.pointer, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        #expect(try !isKnown())
        X509_VERIFY_PARAM_set_hostflags(parameters.pointer, 0)
        X509_VERIFY_PARAM_set_flags(parameters.pointer, UInt(X509_V_FLAG_X509_STRICT))
        #expect(try !isKnown())
    }

    @Test func keepsNoMoreThanItMay() throws {
        let known = VerifiedChains()
        func question(_ depth: Int) throws -> VerifiedChains.Question {
            X509_VERIFY_PARAM_set_depth(parameters.pointer, Int32(depth))
            return try self.question()
        }
        for depth in 0..<VerifiedChains.mostKept { known.add(chain.certificates, for: try question(depth)) }
        // One that is known takes no more room.
        known.add(chain.certificates, for: try question(0))
        #expect(known.issuers(for: try question(1)) != nil)
        known.add(chain.certificates, for: try question(VerifiedChains.mostKept))
        #expect(known.issuers(for: try question(1)) == nil)
    }

    /// A server may send a hundred kilobytes.
    @Test func keepsNothingLong() throws {
        let count = VerifiedChains.mostBytes / chain.certificates[1].der.count + 1
        let long = CertificateChain(chain.certificates + Array(repeating: chain.certificates[1], count: count))
        #expect(VerifiedChains.Question(long, verifiedWith: parameters.pointer, isClients: false) == nil)
        let nothing = CertificateChain([])
        #expect(VerifiedChains.Question(nothing, verifiedWith: parameters.pointer, isClients: false) == nil)
        let known = VerifiedChains()
        known.add([], for: try question())
        #expect(known.issuers(for: try question()) == nil)
    }
}
