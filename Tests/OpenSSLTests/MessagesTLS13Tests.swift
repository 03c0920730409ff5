import OpenSSL
import Testing

@Suite struct MessagesTLS13Tests {
    let messages = MessageDecoder.decode(Captured.tls13)

    @Test func clientHelloTellsTheWholeOffer() throws {
        guard case .clientHello(let hello) = try #require(messages.first).content else {
            Issue.record("not a ClientHello")
            return
        }
        #expect(hello.legacyVersion == .tls12)
        #expect(hello.versions == [.tls13])
        #expect(
            hello.cipherSuites.map(\.name) == [
                "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
                "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
            ])
        #expect(hello.compressionMethods == [0])
        #expect(hello.sessionID.count == 32)
        #expect(hello.serverName?.text == "www.example.com")
        #expect(hello.alpn.map(\.text) == ["h2", "http/1.1"])
        #expect(hello.groups.map(\.name).prefix(3) == ["x25519", "secp256r1", "x448"])
        #expect(hello.signatureSchemes.first?.name == "ecdsa_secp256r1_sha256")
        #expect(hello.signatureSchemes.count == 14)
        #expect(hello.keyShareGroups.map(\.name) == ["x25519"])
        #expect(hello.pskModes == [1])
        #expect(!hello.offersPSK && !hello.offersEarlyData && !hello.offersSessionTicket && !hello.offersSession)
        #expect(
            hello.extensions.map(\.type.name) == [
                "server_name", "ec_point_formats", "supported_groups", "session_ticket",
                "application_layer_protocol_negotiation", "encrypt_then_mac", "extended_master_secret",
                "signature_algorithms", "supported_versions", "psk_key_exchange_modes", "key_share",
            ])
        #expect(hello.extensions.first == TLSExtension(type: .serverName, byteCount: 20))
    }

    @Test func serverHelloTellsTheChoice() throws {
        guard case .serverHello(let hello) = messages[1].content else {
            Issue.record("not a ServerHello")
            return
        }
        #expect(hello.version == .tls13)
        #expect(hello.legacyVersion == .tls12)
        #expect(hello.cipherSuite.name == "TLS_AES_256_GCM_SHA384")
        #expect(hello.group?.name == "x25519")
        #expect(hello.selectedIdentity == nil)
        #expect(!hello.supportsSecureRenegotiation && !hello.hasExtendedMasterSecret)
    }

    @Test func encryptedExtensionsTellTheProtocol() {
        guard case .encryptedExtensions(let answer) = messages[2].content else {
            Issue.record("not EncryptedExtensions")
            return
        }
        #expect(answer.alpn?.text == "h2")
        #expect(!answer.acceptsEarlyData)
    }

    @Test func certificateVerifyTellsTheAlgorithm() {
        #expect(messages[3].content == .certificateVerify(SignatureScheme(rawValue: 0x0403)))
    }

    @Test func ticketsTellAgeNonceAndEarlyData() {
        let tickets = messages.compactMap { message -> NewSessionTicket? in
            if case .newSessionTicket(let ticket) = message.content { ticket } else { nil }
        }
        #expect(tickets.map(\.lifetime) == [7200, 7200])
        #expect(tickets.map(\.ageAdd) == [0xdb21_d5b0, 0x3d1a_a6db])
        #expect(tickets.map(\.nonce) == [[0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]])
        #expect(tickets.map(\.ticket.count) == [32, 32])
        #expect(tickets.first?.ticket.first == 0x83)
        #expect(tickets.map(\.maxEarlyData) == [4096, 4096])
        #expect(tickets.first?.extensions == [TLSExtension(type: .earlyData, byteCount: 4)])
    }

    @Test func keyUpdatesTellWhatIsWanted() {
        let updates = messages.compactMap { message -> String? in
            if case .keyUpdate(let request) = message.content { "\(message.direction) \(request)" } else { nil }
        }
        #expect(updates == ["sent update_requested", "sent update_not_requested", "received update_not_requested"])
    }

    @Test func helloRetryRequestIsNoServerHello() {
        let messages = MessageDecoder.decode(Captured.retry)
        guard case .helloRetryRequest(let retry) = messages[1].content,
            case .clientHello(let second) = messages[2].content, case .serverHello(let hello) = messages[3].content
        else {
            Issue.record("not a retry")
            return
        }
        #expect(retry.isHelloRetryRequest && retry.version == .tls13 && retry.group?.name == "secp384r1")
        #expect(retry.cookieByteCount == nil)
        #expect(second.keyShareGroups.map(\.name) == ["secp384r1"])
        #expect(second.versions == [.tls13, .tls12, .tls11, .tls10])
        #expect(!hello.isHelloRetryRequest && hello.group?.name == "secp384r1")
    }

    @Test func helloRetryRequestTellsTheSizeOfItsCookie() throws {
        var bytes = try #require(Captured.retry.first { $0.name == "hello_retry_request" }).bytes
        let start = 4 + 2 + 32 + 1 + 32 + 3
        let extensions = Array(bytes[(start + 2)...]) + [0, 44] + vector(2, vector(2, [1, 2, 3]))
        bytes = handshake(.serverHello, Array(bytes[4..<start]) + vector(2, extensions))
        guard case .helloRetryRequest(let retry)? = MessageDecoder.content(of: bytes, .tls13) else {
            Issue.record("not a retry")
            return
        }
        #expect(retry.cookieByteCount == 3)
    }

    @Test func resumptionAndEarlyDataAreSeenOnBothSides() {
        let messages = MessageDecoder.decode(Captured.earlyData)
        guard case .clientHello(let offer) = messages[0].content, case .serverHello(let choice) = messages[1].content,
            case .encryptedExtensions(let answer) = messages[2].content
        else {
            Issue.record("not the start of a resumption")
            return
        }
        #expect(offer.offersPSK && offer.offersEarlyData && offer.offersSession)
        #expect(choice.selectedIdentity == 0)
        #expect(answer.acceptsEarlyData)
        #expect(messages[3].content == .endOfEarlyData)
    }

    @Test func certificateRequestTellsAuthoritiesAndAlgorithms() {
        let request = Captured.clientCertificate13[1].bytes
        guard case .certificateRequest(let wish)? = MessageDecoder.content(of: request, .tls13) else {
            Issue.record("not a CertificateRequest")
            return
        }
        #expect(wish.contextByteCount == 0)
        #expect(wish.certificateTypes.isEmpty)
        #expect(wish.signatureSchemes.count == 16)
        #expect(wish.authorities == [Captured.bytes(hex: "30143112301006035504030c096c6f63616c686f7374")])
    }

    @Test func certificateTellsSizesAndWhatCameAlong() {
        let leaf = vector(3, [UInt8](repeating: 1, count: 700)) + vector(2, [0, 5] + vector(2, [1, 0, 0, 1, 9]))
        let issuer = vector(3, [UInt8](repeating: 2, count: 300)) + vector(2, [])
        let message = handshake(.certificate, vector(1, [7]) + vector(3, leaf + issuer))
        guard case .certificate(let chain)? = MessageDecoder.content(of: message, .tls13) else {
            Issue.record("not a Certificate")
            return
        }
        #expect(chain.contextByteCount == 1)
        #expect(chain.entries.map(\.byteCount) == [700, 300])
        #expect(chain.certificateByteCount == 1000)
        #expect(chain.entries.map { $0.extensions.contains(.statusRequest) } == [true, false])
    }

    @Test func compressedCertificateCountsAsCertificate() {
        var decoder = MessageDecoder(version: .tls13)
        let bytes = handshake(.compressedCertificate, [0, 1, 0, 2, 0] + vector(3, [1, 2, 3, 4]))
        let message = decoder.decode(.received, 22, bytes)
        guard case .compressedCertificate(let chain)? = message?.content else {
            Issue.record("not a compressed Certificate")
            return
        }
        #expect(message?.name == "certificate")
        #expect(chain.algorithm == 1 && chain.uncompressedByteCount == 512 && chain.compressedByteCount == 4)
    }
}
