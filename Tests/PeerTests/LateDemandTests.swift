import TestSupport
import Testing

/// Servers that turn against a client after the handshake.
@Suite struct LateDemandTests {
    struct Scene: Sendable {
        /// What comes before the refusal: an answer, nothing, or not even a request.
        let answer: String
        let request: String
        let delay: Int
    }

    static let scenes = ["answer", "silent", "hasty"].flatMap { answer in
        ["--http", "--send=hello\n"].flatMap { request in
            [0, 100].map { Scene(answer: answer, request: request, delay: $0) }
        }
    }

    /// Far away, the refusal comes long after the answer: who was asked for a certificate has to wait for it.
    @Test(arguments: scenes)
    func aDemandAfterTheRequestIsARejection(_ scene: Scene) async throws {
        let peer = try await FaultPeer(
            "demand-later", scene.answer, "--tls", "1.3", certificate: Fixtures.get().ecdsa)
        let relay = try DelayRelay(to: peer.port, eachWay: scene.delay)
        for _ in 0..<5 {
            let report = try await connect(relay.port, "--post-handshake-auth", scene.request).report(ending: 9)
            #expect(report["outcome"] == "rejected")
            #expect(report["error.code"] == "client_certificate_required")
            #expect(report["error.alert.number"] == 116)
            #expect(report["post_handshake_auth.requested"] == true)
        }
    }

    /// The server took us without a certificate; that it leaves at our request says nothing of certificates.
    @Test(arguments: ["--http", "--send=hello\n"])
    func hangingUpAtTheRequestIsNoRejection(_ request: String) async throws {
        let peer = try await FaultPeer("hang-up-on-request", certificate: Fixtures.get().ecdsa)
        let report = try await connect(peer.port, request).report(ending: 12)
        #expect(report["outcome"] == "inconclusive")
        #expect(report["error.code"] == "closed_after_handshake")
        #expect(report["client_auth.requested"] == true)
        #expect(report["client_auth.demand"] == "requested")
        #expect(report["tls.confirmed.value"] == "yes")
    }
}
