import OpenSSL
import Testing

@Suite struct MessagesTLS12Tests {
    let messages = MessageDecoder.decode(Captured.tls12)

    @Test func clientHelloWithoutVersionsOffersItsLegacyVersion() {
        guard case .clientHello(let hello) = messages[0].content else {
            Issue.record("not a ClientHello")
            return
        }
        #expect(hello.versions == [.tls12])
        #expect(hello.cipherSuites.contains(.emptyRenegotiationInfo))
        #expect(hello.keyShareGroups.isEmpty)
    }

    @Test func serverHelloTellsTheChoice() {
        guard case .serverHello(let hello) = messages[1].content else {
            Issue.record("not a ServerHello")
            return
        }
        #expect(hello.version == .tls12)
        #expect(hello.cipherSuite.name == "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
        #expect(hello.alpn?.text == "http/1.1")
        #expect(hello.supportsSecureRenegotiation && hello.hasExtendedMasterSecret)
        #expect(hello.extensions.contains(.sessionTicket))
    }

    @Test func serverKeyExchangeTellsGroupAndAlgorithm() {
        guard case .serverKeyExchange(let exchange) = messages[2].content else {
            Issue.record("not a ServerKeyExchange")
            return
        }
        #expect(exchange.group?.name == "x25519")
        #expect(exchange.signatureScheme?.name == "rsa_pss_rsae_sha256")
        #expect(exchange.primeBits == nil)
    }

    @Test func ticketHasLifetimeAndNoAge() throws {
        let ticket = messages.compactMap { message -> NewSessionTicket? in
            if case .newSessionTicket(let ticket) = message.content { ticket } else { nil }
        }.first
        let found = try #require(ticket)
        #expect(found.lifetime == 7200 && found.ticket.count == 176)
        #expect(found.ageAdd == nil && found.nonce.isEmpty && found.maxEarlyData == nil && found.extensions.isEmpty)
    }

    @Test func refusedRenegotiationIsAWarning() throws {
        let alerts = messages.compactMap { message -> Alert? in
            if case .alert(let alert) = message.content { alert } else { nil }
        }
        #expect(alerts.map(\.description) == ["warning no_renegotiation", "fatal handshake_failure"])
        #expect(alerts.map(\.isFatal) == [false, true])
        #expect(alerts.first?.kind == .noRenegotiation)
    }

    @Test func certificateRequestTellsTypesAuthoritiesAndAlgorithms() {
        let messages = MessageDecoder.decode(Captured.clientCertificate12)
        guard case .certificateRequest(let wish) = messages[1].content else {
            Issue.record("not a CertificateRequest")
            return
        }
        #expect(wish.certificateTypes == [1, 2, 64])
        #expect(wish.signatureSchemes.map(\.name).contains("dsa_sha256"))
        #expect(wish.authorities.count == 1)
        #expect(messages[2].content == .certificateVerify(SignatureScheme(rawValue: 0x0403)))
    }

    @Test func finiteFieldKeyExchangeTellsTheSizeOfItsPrime() {
        guard case .serverKeyExchange(let exchange) = MessageDecoder.decode(Captured.finiteField12)[1].content else {
            Issue.record("not a ServerKeyExchange")
            return
        }
        #expect(exchange.group == nil && exchange.primeBits == 2048)
        #expect(exchange.signatureScheme?.name == "rsa_pss_rsae_sha256")
    }

    @Test func keyExchangeWithAnIdentityHintTellsItsGroup() {
        guard case .serverKeyExchange(let exchange) = MessageDecoder.decode(Captured.psk12)[1].content else {
            Issue.record("not a ServerKeyExchange")
            return
        }
        #expect(exchange.group?.name == "x25519" && exchange.signatureScheme == nil)
    }

    @Test func tls10NamesNoSignatureAlgorithms() {
        let messages = MessageDecoder.decode(Captured.tls10)
        guard case .serverKeyExchange(let exchange) = messages[2].content,
            case .certificateRequest(let wish) = messages[3].content
        else {
            Issue.record("not the flight of a TLS 1.0 server")
            return
        }
        #expect(exchange.group?.name == "x25519" && exchange.signatureScheme == nil)
        #expect(wish.certificateTypes == [1, 2, 64] && wish.signatureSchemes.isEmpty && wish.authorities.count == 1)
        let proof = handshake(.certificateVerify, vector(2, [1, 2, 3]))
        #expect(MessageDecoder.content(of: proof, .tls10) == .certificateVerify(nil))
    }

    @Test func certificateHasNoContext() {
        let chain = handshake(.certificate, vector(3, vector(3, [1, 2, 3]) + vector(3, [4])))
        guard case .certificate(let message)? = MessageDecoder.content(of: chain, .tls12) else {
            Issue.record("not a Certificate")
            return
        }
        #expect(message.entries.map(\.byteCount) == [3, 1])
    }

    @Test func stapledResponseTellsItsSize() {
        let bytes = handshake(.certificateStatus, [1] + vector(3, [1, 2, 3, 4, 5]))
        guard case .certificateStatus(let status)? = MessageDecoder.content(of: bytes, .tls12) else {
            Issue.record("not a CertificateStatus")
            return
        }
        #expect(status.type == 1 && status.responseByteCount == 5)
    }

    @Test func emptyMessagesMustBeEmpty() {
        #expect(MessageDecoder.content(of: handshake(.helloRequest, []), .tls12) == .helloRequest)
        #expect(MessageDecoder.content(of: handshake(.helloRequest, [0]), .tls12) == .malformed(.helloRequest))
        #expect(MessageDecoder.content(of: handshake(.serverHelloDone, []), .tls12) == .serverHelloDone)
    }
}
