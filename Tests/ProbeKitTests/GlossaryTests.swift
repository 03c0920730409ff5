import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import ProbeKit

/// Everything that has a code or a name of ours, or of others, has an entry.
@Suite struct GlossaryTests {
    @Test func explainsEveryOutcomeByItsExitCode() {
        let entries = Glossary.entries(.exitCode)
        for outcome in Outcome.allCases {
            #expect(entries.contains { $0.number == outcome.exitCode && $0.name == outcome.rawValue }, "\(outcome)")
        }
        #expect(entries.filter { $0.name == "signal" }.map(\.number) == [130, 141, 143])
        #expect(Set(entries.map(\.number)).count == entries.count)
    }

    @Test func explainsEveryAlertOfTheRegistry() {
        let registry: KeyValuePairs<Int32, String> = [
            0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed",
            22: "record_overflow", 30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate",
            42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
            45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
            49: "access_denied", 50: "decode_error", 51: "decrypt_error", 52: "too_many_cids_requested",
            60: "export_restriction", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
            86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
            110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
            113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
            116: "certificate_required", 117: "general_error", 120: "no_application_protocol", 121: "ech_required",
        ]
        let entries = Glossary.entries(.alert)
        #expect(entries.map(\.number) == registry.map(\.key))
        #expect(entries.map(\.name) == registry.map(\.value))
        // What has a name has an entry, and the other way round.
        let named = (UInt8.min...UInt8.max).filter { AlertDescription(rawValue: $0).knownName != nil }
        #expect(entries.map(\.number) == named.map(Int32.init))
    }

    @Test func explainsEveryVerificationErrorOfTheHeaders() async throws {
        let entries = Glossary.entries(.verifyError)
        let header = try await String(contentsOfFile: Self.includeFolder() + "/openssl/x509_vfy.h", encoding: .utf8)
        let constants = header.matches(of: /define\s+(X509_V_ERR_[A-Z0-9_]+)\s+([0-9]+)/)
        #expect(constants.count >= 94)
        for constant in constants {
            let (_, name, number) = constant.output
            #expect(entries.contains { $0.name == name && $0.number == Int32(number) }, "\(name)")
        }
    }

    /// Also those that the linked library is too old for.
    @Test func explainsTheVerificationErrorsOfOpenSSL35() {
        let entries = Glossary.entries(.verifyError)
        #expect(entries.map(\.number) == (1...95).map { Int32($0) })
        #expect(entries.last?.name == "X509_V_ERR_RPK_UNTRUSTED")
    }

    @Test func explainsEveryEventAndEveryErrorCode() {
        #expect(Glossary.entries(.event).map(\.name) == Event.Name.allCases.map(\.rawValue))
        #expect(Glossary.entries(.errorCode).map(\.name) == Failure.Code.allCases.map(\.rawValue))
    }

    @Test(arguments: Glossary.everything)
    func isShortAndComplete(entry: Explanation) {
        #expect(entry.meaning.last == "." && entry.meaning.count > 12)
        #expect(!(entry.causes + entry.confirm.map(\.why)).contains { $0.isEmpty || $0.last == "." })
        #expect(!entry.causes.isEmpty || !entry.confirm.isEmpty)
        // Beside a label, in a terminal of 80 columns; a why has # before it.
        #expect(entry.causes.filter { $0.count > 65 } == [])
        #expect(entry.confirm.filter { $0.command.count > 65 || $0.why.count > 63 } == [])
        #expect(entry.confirm.allSatisfy { $0.command.hasPrefix("sslprobe ") })
        let texts = [entry.meaning] + entry.causes + entry.confirm.map(\.why)
        #expect(texts.allSatisfy { $0.utf8.allSatisfy { 0x20..<0x7f ~= $0 } })
        let lines = ExplanationText(style: .init()).text([entry]).split(separator: "\n")
        #expect(2...8 ~= lines.count, "\(lines)")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
    }

    private static func includeFolder() async throws -> String {
        let run = try await InstalledProgram.pkgConfig.run(["--variable=includedir", "openssl"])
        try #require(run.status == 0, "pkg-config does not find openssl: install libssl-dev")
        return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
