import Testing

@testable import ProbeKit

private func ladder(_ events: [EventRecord], width: Int = 100) -> String {
    TextRenderer(.init(color: false, unicode: true, width: width)).ladder(events)
}

struct LadderTests {
    @Test func showsWhoSentWhat() {
        let events: [EventRecord] = [
            .sample(.tcpConnected), .sample(.clientHello, wire: .init(.sent, bytes: 517)),
            .sample(.serverHello, wire: .init(.received, bytes: 122)),
            .sample(.encryptedExtensions, wire: .init(.received, bytes: 6)),
            .sample(.certificate, wire: .init(.received, bytes: 2312)),
            .sample(.finished, wire: .init(.received, bytes: 52)), .sample(.alert, wire: .init(.received, bytes: 2)),
            .sample(.error), .sample(.summary),
        ]
        #expect(
            ladder(events) == """
                     14.3    tcp_connected                 203.0.113.7
                     14.3  → client_hello           517 B  sni a.example · alpn h2 · TLSv1.3, TLSv1.2 · 2 ciphers
                                                           x25519, secp256r1
                     14.3  ← server_hello           122 B  TLSv1.3 · TLS_AES_256_GCM_SHA384 · x25519
                     14.3  ← encrypted_extensions     6 B  alpn h2
                     14.3  ← certificate           2.3 kB  2 certificates (1200, 1100 B)
                     14.3  ← finished                52 B
                     14.3  ← alert                    2 B  fatal unknown_ca (48)

                """)
    }

    @Test(arguments: Event.Name.allCases)
    func putsEveryEventOnTidyLines(name: Event.Name) {
        let text = ladder([.sample(name, wire: .init(.sent, bytes: 517))], width: 80)
        #expect([.summary, .clientClosed, .error].contains(name) == text.isEmpty)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 && $0.last != " " })
    }
}
