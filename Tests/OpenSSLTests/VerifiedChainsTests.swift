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

    private func question(_ chain: CertificateChain? = nil, isClients: Bool = false) -> VerifiedChains.Question {
        VerifiedChains.Question(chain ?? self.chain, parameters.pointer, isClients: isClients)
    }

    @Test func knowsNothingThatWasNotFoundGood() {
        let known = VerifiedChains()
        #expect(known.path(for: question()) == nil)
        known.add(chain.certificates, for: question())
        #expect(known.path(for: question()) == chain.certificates)
    }

    /// A certificate that ends in the night ends for the targets that are asked after midnight.
    @Test func forgetsWhenACertificateIsNotValid() throws {
        let known = VerifiedChains()
        known.add(chain.certificates, for: question())
        let start = try #require(chain.certificates.compactMap(\.notBefore).max()).secondsSinceEpoch
        let end = try #require(chain.certificates.compactMap(\.notAfter).min()).secondsSinceEpoch
        let moments = [start - 1, start, start + 1, end - 1, end, end + 1]
        #expect(moments.map { known.path(for: question(), at: $0) != nil } == [false, false, true, true, false, false])
    }

    @Test func takesNothingElseForTheSame() {
        let known = VerifiedChains()
        known.add(chain.certificates, for: question())
        #expect(known.path(for: question(CertificateChain([chain.certificates[0]]))) == nil)
        #expect(known.path(for: question(CertificateChain(chain.certificates.reversed()))) == nil)
        #expect(known.path(for: question(isClients: true)) == nil)
        X509_VERIFY_PARAM_set_depth(parameters.pointer, 0)
        #expect(known.path(for: question()) == nil)
        X509_VERIFY_PARAM_set_depth(parameters.pointer, -1)
        #expect(known.path(for: question()) != nil)
        X509_VERIFY_PARAM_set_auth_level(parameters.pointer, 5)
        #expect(known.path(for: question()) == nil)
        X509_VERIFY_PARAM_set_auth_level(parameters.pointer, -1)
        X509_VERIFY_PARAM_set_flags(parameters.pointer, UInt(X509_V_FLAG_X509_STRICT))
        #expect(known.path(for: question()) == nil)
    }

    @Test func keepsNoMoreThanItMay() {
        let known = VerifiedChains()
        let depths = 0...Int32(VerifiedChains.most)
        for depth in depths {
            X509_VERIFY_PARAM_set_depth(parameters.pointer, depth)
            known.add(chain.certificates, for: question())
        }
        let kept = depths.count { depth in
            X509_VERIFY_PARAM_set_depth(parameters.pointer, depth)
            return known.path(for: question()) != nil
        }
        #expect(kept == 1)
    }
}
