import Foundation
import TestSupport
import Testing

/// `tickets --decode`: what a file tells without a server.
@Suite struct TicketDecodeTests {
    private func decode(_ bytes: [UInt8], ending code: Int32 = 0) async throws -> JSON {
        let path = try TemporaryFolder.write(bytes)
        let run = try await Program.run(["tickets", "--decode", path, "--json"])
        let report = try await run.report(ending: code)
        #expect(report["target.input"] == .string(path) && report["target.host"] == .null)
        return report
    }

    @Test(arguments: SessionKind.all, ["ours", "theirs", "DER"])
    func readsASession(kind: SessionKind, maker: String) async throws {
        let server = try await kind.server()
        var path = try await savedSession(server.port)
        if maker == "theirs" {
            path = newPath()
            _ = try await openSSLVisit(server.port, "-sess_out", path)
        }
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        if maker == "DER" { bytes = try OpenSSLCommand.run(["sess_id", "-in", path, "-outform", "DER"]) }
        let report = try await decode(bytes)
        let ticket = try #require(report["tickets.0"])
        #expect(ticket["version"] == (kind.isModern ? "TLSv1.3" : "TLSv1.2"))
        let size = try #require(ticket["ticket_bytes"]?.double)
        if kind.name == "id" {
            #expect(size == 0 && ticket["kind"] == "stateful" && ticket["lifetime_s"] == 0)
        } else {
            #expect(size > 100 && ticket["kind"] == "unknown" && ticket["lifetime_s"] == 7200)
            #expect(ticket["kind_why"] == "one ticket does not tell" && ticket["prefix_hex"]?.text?.count == 32)
        }
        #expect(ticket["key_name"] == .null && report["ticket_summary"] == .null)
    }

    private static let bytes = (0..<208).map { UInt8($0) }

    @Test(arguments: ["hex", "HEX", "lines", "base64", "url"])
    func readsABareTicket(form: String) async throws {
        let hex = Self.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let base64 = Data(Self.bytes).base64EncodedString()
        let text =
            switch form {
            case "hex": hex
            case "HEX": hex.uppercased() + "\n"
            case "lines": String(hex.prefix(100)) + "\n  " + String(hex.dropFirst(100)) + "\n"
            case "base64": base64 + "\n"
            default: base64.replacing("+", with: "-").replacing("/", with: "_")
            }
        let ticket = try #require(try await decode(Array(text.utf8))["tickets.0"])
        #expect(ticket["ticket_bytes"] == 208 && ticket["prefix_hex"] == "000102030405060708090a0b0c0d0e0f")
        #expect(ticket["version"] == "unknown" && ticket["kind"] == "unknown" && ticket["max_early_data"] == .null)
    }

    @Test func aShortTicketIsAReference() async throws {
        let ticket = try #require(try await decode(Array(String(repeating: "ab", count: 32).utf8))["tickets.0"])
        #expect(ticket["kind"] == "stateful" && ticket["ticket_bytes"] == 32 && ticket["prefix_hex"] == .null)
    }

    @Test func garbageIsOurFault() async throws {
        let texts = ["", "\n", "abcdef", "not a ticket!", String(repeating: "abc", count: 33) + "!", "-----BEGIN"]
        let binary: [UInt8] = [0xFF, 0, 0x30, 0x82]
        for bytes in texts.map({ Array($0.utf8) }) + [binary] {
            let report = try await decode(bytes, ending: 13)
            #expect(report["tickets"] == [] && report["error.code"] == "file_unreadable")
            #expect(report["error.message"]?.text?.contains("holds neither a session in PEM or DER") == true)
        }
        let huge = try await decode(Array(repeating: 0x61, count: 2 << 20), ending: 13)
        #expect(huge["error.message"]?.text?.hasPrefix("--decode: read ") == true)
    }

    @Test func aFileAndATargetAreOneTooMany() async throws {
        let run = try await Program.run(["tickets", "--decode", "file", "localhost:1"])
        #expect(run.status == 64 && run.outputBytes.isEmpty && run.errors.contains("--decode"), "\(run)")
    }
}
