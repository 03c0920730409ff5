import Foundation
import TestSupport
import Testing

@testable import ProbeKit

/// How questions are understood.
@Suite struct GlossaryQuestionTests {
    @Test(arguments: [
        (["10"], ["exit_code unmet", "alert unexpected_message", "verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["8"], ["exit_code verify", "verify_error X509_V_ERR_CRL_SIGNATURE_FAILURE"]),
        (["0"], ["exit_code ok", "alert close_notify"]),
        (["130"], ["exit_code signal"]),
        (["040"], ["alert handshake_failure", "verify_error X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED"]),
        (["exit", "10"], ["exit_code unmet"]), (["alert 10"], ["alert unexpected_message"]),
        (["Alert", "10"], ["alert unexpected_message"]),
        (["verify", "10"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["exit-code", "10"], ["exit_code unmet"]), (["exit code 10"], ["exit_code unmet"]),
        (["verify_error", "10"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["X509_V_ERR_10"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["unmet"], ["exit_code unmet"]), (["exit", "unmet"], ["exit_code unmet"]),
        (["X509_V_ERR_CERT_HAS_EXPIRED"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["x509-v-err-cert-has-expired"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["cert_has_expired"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["Cert-Has-Expired"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (["certificate has expired"], ["verify_error X509_V_ERR_CERT_HAS_EXPIRED"]),
        (
            ["unable", "to", "get", "local", "issuer", "certificate"],
            ["verify_error X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY"]
        ),
        (["unknown_ca"], ["alert unknown_ca"]), (["UNKNOWN-CA"], ["alert unknown_ca"]),
        (["handshake", "failure"], ["alert handshake_failure"]),
        (["timeout"], ["exit_code timeout", "event timeout"]), (["event", "timeout"], ["event timeout"]),
        (["alert"], ["event alert"]), (["error"], ["event error"]), (["verify"], ["exit_code verify"]),
        (["internal_error"], ["alert internal_error", "error_code internal_error"]),
        (["error", "internal_error"], ["error_code internal_error"]),
        (["close_notify"], ["alert close_notify", "event close_notify"]),
        // Names that begin as the word for a kind does.
        (["alert_received"], ["error_code alert_received"]), (["verify-done"], ["event verify_done"]),
        (["error_in_cert_not_before_field"], ["verify_error X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD"]),
        (["rpk_untrusted"], ["verify_error X509_V_ERR_RPK_UNTRUSTED"]),
    ])
    func answersEveryMeaning(words: [String], meanings: [String]) throws {
        let found = try Glossary.explanations(of: words)
        #expect(found.map { "\($0.kind.rawValue) \($0.name)" } == meanings)
    }

    @Test(arguments: [
        ("exit", Explanation.Kind.exitCode), ("exit codes", .exitCode), ("alerts", .alert),
        ("verify-errors", .verifyError),
        ("events", .event), ("errors", .errorCode), ("error_codes", .errorCode),
    ])
    func answersAWordForAKindWithAllOfIt(word: String, kind: Explanation.Kind) throws {
        #expect(try Glossary.explanations(of: [word]) == Glossary.entries(kind))
    }

    @Test func findsEveryEntryByNameAndByNumber() throws {
        for entry in Glossary.everything {
            #expect(try Glossary.explanations(of: [entry.name]).contains(entry))
            guard let number = entry.number else { continue }
            #expect(try Glossary.explanations(of: [entry.kind.rawValue, "\(number)"]) == [entry])
            #expect(try Glossary.explanations(of: ["\(number)"]).contains(entry))
        }
    }

    @Test(arguments: [
        (
            ["handshake_failur"],
            #"explain: "handshake_failur" is not known; did you mean handshake_failure or handshake_failed?"#
        ),
        (
            ["alert", "handshake_failur"],
            #"explain: "alert handshake_failur" is no alert; did you mean handshake_failure?"#
        ),
        (["alert", "expired"], #"explain: "alert expired" is no alert; did you mean certificate_expired?"#),
        (
            ["verify", "expired"],
            #"explain: "verify expired" is no verify error; did you mean cert_has_expired or crl_has_expired?"#
        ),
        (["alert", "99"], "explain: no alert has the number 99; 'sslprobe explain' lists the topics"),
        (
            ["1234"],
            "explain: nothing has the number 1234; 'sslprobe explain' lists the topics"
        ),
        (
            ["99999999999999999999"],
            "explain: nothing has the number 99999999999999999999; 'sslprobe explain' lists the topics"
        ),
        (["event", "3"], "explain: events have names, not numbers"),
        (
            ["zzz"],
            #"explain: "zzz" is not known; 'sslprobe explain' lists the topics"#
        ),
        ([""], #"explain: "" is no name; 'sslprobe explain' lists the topics"#),
        (
            ["\u{1b}[1m?"],
            #"explain: "\x1b[1m?" is not known; 'sslprobe explain' lists the topics"#
        ),
    ])
    func namesWhatIsNear(words: [String], message: String) {
        #expect(Self.mistake(words) == message)
    }

    @Test func takesAnyWord() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "alert", "x509_v_err_", "_", "-", " ", "4", "0", "é", "\u{0}", "\u{202e}", "🙂", "exit", "Ǆ", "\n", "ß", "٣",
        ]
        for length in 0..<60 {
            let word = (0..<(length % 9)).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            #expect(Self.mistake([word])?.utf8.contains { $0 < 0x20 } != true)
        }
        _ = Self.mistake([String(repeating: "a", count: 100_000)])
    }

    @Test func showsMeaningCausesAndCommands() throws {
        let text = ExplanationText(style: .init()).text(try Glossary.explanations(of: ["alert", "40"]))
        #expect(
            text == """
                alert 40, handshake_failure: No parameters that both sides accept.
                  causes       no cipher, group or signature algorithm in common
                               TLS 1.2: the server requires a client certificate
                               a server that tells so that it does not know the name (SNI)
                  confirm      sslprobe connect HOST --tls 1.0-1.3
                               # with old versions and ciphers
                               sslprobe connect HOST --cert FILE --key FILE
                               # with a client certificate

                """)
    }

    @Test func saysHowToAskForOne() throws {
        let text = ExplanationText(style: .init()).text(try Glossary.explanations(of: ["10"]))
        let end = text.split(separator: "\n").suffix(3).map { $0.drop { $0 == " " } }
        #expect(
            end == ["ask for one  sslprobe explain exit 10", "sslprobe explain alert 10", "sslprobe explain verify 10"])
    }

    @Test func listsTheTopicsWithinEightyColumns() {
        let text = ExplanationText(style: .init()).topics(Glossary.entries)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let named = Glossary.everything.filter { $0.kind != .verifyError }.map(\.name)
        #expect(named.filter { !text.contains($0) } == [])
    }

    @Test(arguments: [nil, "10"])
    func isDescribedByItsSchema(query: String?) throws {
        let found = try query.map { try Glossary.explanations(of: [$0]) } ?? Glossary.everything
        let line = JSONReport.line(ExplanationList(query: query, explanations: found), indented: false)
        let schema = try JSONSerialization.jsonObject(with: Data(JSONWriter.bytes(Schema.explanation)))
        #expect(SchemaValidator.validate(Data(line), schema: schema, closed: true) == [])
    }

    private static func mistake(_ words: [String]) -> String? {
        do throws(UsageError) {
            _ = try Glossary.explanations(of: words)
            return nil
        } catch {
            return error.description
        }
    }
}
