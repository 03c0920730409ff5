import COpenSSL
import OpenSSL
import Testing

@Suite struct MessagesNamesTests {
    @Test func everyAlertOfTheRegistryHasItsName() {
        let names: [UInt8: String] = [
            0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed",
            22: "record_overflow", 30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
            42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
            46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied",
            50: "decode_error", 51: "decrypt_error", 52: "too_many_cids_requested", 60: "export_restriction",
            70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
            90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension", 110: "unsupported_extension",
            111: "certificate_unobtainable", 112: "unrecognized_name", 113: "bad_certificate_status_response",
            114: "bad_certificate_hash_value", 115: "unknown_psk_identity", 116: "certificate_required",
            117: "general_error", 120: "no_application_protocol", 121: "ech_required",
        ]
        for number in UInt8.min...UInt8.max { #expect(AlertDescription(rawValue: number).knownName == names[number]) }
    }

    @Test func namedConstantsAreTheirNumbers() {
        #expect(AlertDescription.noRenegotiation.name == "no_renegotiation")
        #expect(AlertDescription.certificateRequired.name == "certificate_required")
        #expect(AlertDescription.inappropriateFallback.name == "inappropriate_fallback")
        #expect(AlertDescription.noApplicationProtocol.name == "no_application_protocol")
        #expect(AlertDescription.unrecognizedName.name == "unrecognized_name")
        #expect(CipherSuite.fallback.name == "TLS_FALLBACK_SCSV")
        #expect(NamedGroup(rawValue: 4588).name == "X25519MLKEM768")
        #expect(ExtensionType.renegotiationInfo.name == "renegotiation_info")
    }

    @Test func unknownNumbersAreHexadecimal() {
        #expect(AlertDescription(rawValue: 200).name == "0xc8")
        #expect(CipherSuite(rawValue: 0x00fe).name == "0x00fe")
        #expect(ProtocolVersion(rawValue: 0x7f1c).description == "0x7f1c")
        #expect(Alert(level: .init(rawValue: 7), kind: .closeNotify).description == "0x07 close_notify")
    }

    @Test func greaseIsNamed() {
        for value in stride(from: UInt16(0x0a0a), through: 0xfafa, by: 0x1010) {
            #expect(
                CipherSuite(rawValue: value).name == "GREASE_0x" + (value < 0x1000 ? "0" : "")
                    + String(value, radix: 16))
        }
        #expect(!NamedGroup(rawValue: 0x0a1a).isGREASE)
        #expect(!AlertDescription(rawValue: 0x0a).isGREASE)
    }

    @Test func everySuiteOfTheLibraryHasItsName() throws {
        let context = try #require(SSL_CTX_new(TLS_method()))
        defer { SSL_CTX_free(context) }
        #expect(SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0") == 1)
        let suites = SSL_CTX_get_ciphers(context)
        let count = OPENSSL_sk_num(suites)
        #expect(count > 30)
        for index in 0..<count {
            let suite = OpaquePointer(try #require(OPENSSL_sk_value(suites, index)))
            let number = SSL_CIPHER_get_protocol_id(suite)
            #expect(CipherSuite(rawValue: number).knownName == String(cString: SSL_CIPHER_standard_name(suite)))
        }
    }

    @Test(arguments: [
        ("1.2", "TLSv1.2"), ("TLS1.2", "TLSv1.2"), ("TLSv1.2", "TLSv1.2"), ("tlsv1_2", "TLSv1.2"), ("tls12", "TLSv1.2"),
        ("TLS 1.2", "TLSv1.2"), ("tls1_2", "TLSv1.2"), ("TLS-1.2", "TLSv1.2"), ("v1.2", "TLSv1.2"), ("12", "TLSv1.2"),
        ("1.3", "TLSv1.3"), ("TLSv1.3", "TLSv1.3"), ("tls13", "TLSv1.3"), ("1", "TLSv1"), ("1.0", "TLSv1"),
        ("TLSv1", "TLSv1"), ("TLSv1.0", "TLSv1"), ("tls1", "TLSv1"), ("tls10", "TLSv1"), ("1.1", "TLSv1.1"),
        ("tls1_1", "TLSv1.1"), ("SSLv3", "SSLv3"), ("ssl3", "SSLv3"), ("SSL3.0", "SSLv3"), ("DTLS1.2", "DTLSv1.2"),
        ("dtlsv1", "DTLSv1"), ("DTLSv1.3", "DTLSv1.3"),
    ])
    func readsEverySpelling(_ spelling: String, _ expected: String) {
        #expect(ProtocolVersion(spelling: spelling)?.description == expected)
    }

    @Test(arguments: [
        "", "TLS", "v", "1.4", "2", "0", "3", "tls3", "ssl1.2", "SSLv2", "1..2", "1.2.0", "-1.2", " 1.2", "1.2 ",
        "1.2-1.3",
        "TLSvv1.2", "dtls1.1", "tls1٢", "0x0303",
    ])
    func refusesWhatIsNoVersion(_ spelling: String) {
        #expect(ProtocolVersion(spelling: spelling) == nil)
    }

    @Test func versionsAreOrderedByAge() {
        let ordered: [ProtocolVersion] = [.ssl3, .tls10, .tls11, .dtls10, .tls12, .dtls12, .tls13, .dtls13]
        #expect(ordered.reversed().sorted() == ordered)
        #expect(ProtocolVersion.dtls12 < .dtls13 && ProtocolVersion.dtls12 < .tls13)
    }

    @Test func everySpellingIsReadBack() {
        for version: ProtocolVersion in [.ssl3, .tls10, .tls11, .tls12, .tls13, .dtls10, .dtls12, .dtls13] {
            #expect(ProtocolVersion(spelling: version.description) == version)
        }
    }

    @Test func recordHeaderKeepsTheBytesOfAPeerThatSpeaksSomethingElse() {
        var decoder = MessageDecoder()
        let message = decoder.decode(.received, 256, Array("HTTP/".utf8))
        guard case .recordHeader(let header)? = message?.content else {
            Issue.record("not a header")
            return
        }
        #expect(header.bytes == Array("HTTP/".utf8))
        #expect(message?.name == nil)
    }

    @Test func peerTextKeepsBytesThatAreNoText() {
        let text = PeerText(bytes: [0x68, 0xff, 0x32])
        #expect(text.text == "h\u{fffd}2")
        #expect(text.bytes == [0x68, 0xff, 0x32])
    }
}
