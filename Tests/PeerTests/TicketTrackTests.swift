import Foundation
import TestSupport
import Testing

/// `tickets --track`: which key sealed the tickets, from one run to the next.
@Suite struct TicketTrackTests {
    private let path = TemporaryFolder.path(UUID().uuidString)

    private func track(_ server: ServeProcess, _ arguments: String...) async throws -> JSON {
        let run = try await tickets(
            server.port, ["--track", path] + arguments, authority: server.authorityPath)
        return try await run.report(ending: 0)
    }

    private func lines() throws -> [JSON] {
        try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    }

    @Test func tellsNewAndSame() async throws {
        let server = try await ServeProcess()
        let first = try await track(server)
        #expect(first["ticket_summary.rotation"] == .rotation("new"))
        let second = try await track(server)
        let name = try #require(first["ticket_summary.key_names.0"]?.text)
        #expect(second["ticket_summary.key_names.0"]?.text == name)
        let since = try #require(first["started_at"])
        #expect(second["ticket_summary.rotation"] == .rotation("same", name, since))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let entries = try lines()
        #expect(entries.count == 2)
        #expect(entries.allSatisfy { $0["schema"] == "sslprobe.ticket-history/1" && $0["address"] == "127.0.0.1" })
        #expect(entries.allSatisfy { $0["key_names"] == [.string(name)] })
        #expect(entries.allSatisfy { $0["target"] == .string("localhost:\(server.port)") })
        #expect(entries.map { $0["time"] } == [first["started_at"], second["started_at"]])
    }

    /// Nothing but what the tickets show to everybody.
    @Test func holdsNothingSecret() async throws {
        let server = try await ServeProcess()
        let keyLog = TemporaryFolder.path(UUID().uuidString)
        _ = try await track(server, "--keylog", keyLog)
        guard case .object(let entry) = try #require(lines().first) else { throw ProgramRun.BadEntry() }
        #expect(Set(entry.keys) == ["schema", "time", "target", "address", "key_names"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let secrets = try String(contentsOfFile: keyLog, encoding: .utf8).split(separator: "\n").compactMap {
            $0.split(separator: " ").last
        }
        #expect(!secrets.isEmpty && secrets.allSatisfy { !text.contains($0) })
    }

    @Test func seesAKeyThatChanges() async throws {
        let server = try await ServeProcess("--rotate-ticket-key", "1s")
        var name = try await track(server)["ticket_summary.key_names"]?.elements.last
        var values: [JSON] = []
        // A run that lasts longer than a period sees two keys; what matters is that each change is told.
        for _ in 0..<40 where !values.contains("rotated") {
            let report = try await track(server, "--count", "1")
            let rotation = try #require(report["ticket_summary.rotation"])
            let value = try #require(rotation["value"])
            #expect(rotation["previous_key_name"] == name)
            let names = try #require(report["ticket_summary.key_names"]).elements
            if value == "rotated" { #expect(!names.contains(name ?? .null)) }
            if value == "same" { #expect(names.contains(name ?? .null)) }
            values.append(value)
            name = names.last
        }
        #expect(values.contains("rotated"), "\(values)")
    }

    @Test func anothersFileIsLeftAlone() async throws {
        let server = try RawServer.silent()
        let file = try TemporaryFolder.write(Array("precious\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let report = try await tickets(server.port, "--track", file).report(ending: 13)
        #expect(report["error.code"] == "file_unwritable" && server.connectionCount == 0)
        #expect(report["error.message"]?.text?.contains("was not written by tickets --track") == true)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o644)
    }

    /// A pipe that nobody writes to, a link, a folder that is not there: all told before a server is asked.
    @Test func whatIsNoFileIsToldAtOnce() async throws {
        let server = try RawServer.silent()
        let pipe = TemporaryFolder.path(UUID().uuidString)
        try #require(mkfifo(pipe, 0o600) == 0)
        let link = TemporaryFolder.path(UUID().uuidString)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for file in [pipe, link, path + "/x"] {
            let run = try await tickets(server.port, "--track", file)
            #expect(run.status == 13 && run.seconds < 15, "\(run)")
        }
        #expect(server.connectionCount == 0)
    }

    @Test func saysItInText() async throws {
        let server = try await ServeProcess()
        let words = ["tickets", "localhost:\(server.port)", "-4", "--ca", server.authorityPath, "--track", path]
        let first = try await Program.run(words)
        #expect(first.status == 0 && first.output.contains("seen for the first time"), "\(first)")
        let second = try await Program.run(words)
        #expect(second.status == 0 && second.output.contains("the same as before"), "\(second)")
        let other = try await ServeProcess()
        // The same address with another server behind it.
        let moved = try await Program.run(
            [
                "tickets", "localhost:\(server.port)", "-4", "--ca", other.authorityPath, "--track", path,
                "--connect-to",
                "127.0.0.1:\(other.port)",
            ])
        #expect(moved.status == 0 && moved.output.contains("rotated"), "\(moved)")
    }

    @Test func oneTicketTellsNothing() async throws {
        let server = try await ServeProcess()
        let report = try await track(server, "--count", "1", "--tls", "1.2")
        #expect(report["ticket_summary.rotation"] == .rotation("unknown"))
        #expect(try lines().map { $0["key_names"] } == [[]])
        #expect(try await track(server)["ticket_summary.rotation.value"] == "new")
    }

    @Test func survivesATornLine() async throws {
        let server = try await ServeProcess()
        let name = try await track(server)["ticket_summary.key_names.0"]
        let file = try #require(FileHandle(forWritingAtPath: path))
        file.seekToEndOfFile()
        file.write(Data(#"{"schema":"sslprobe.ticket-history/1","time":"2026-"#.utf8))
        file.closeFile()
        let report = try await track(server)
        #expect(report["ticket_summary.rotation.value"] == "same")
        #expect(report["ticket_summary.rotation.previous_key_name"] == name)
        // The new line stands by itself.
        #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 3)
    }

    @Test func restrictsAFileThatOthersCouldRead() async throws {
        try TemporaryFolder.write([], to: URL(fileURLWithPath: path).lastPathComponent)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        _ = try await track(ServeProcess())
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func whatCannotBeWrittenIsOurFault() async throws {
        let server = try await ServeProcess()
        let target = try TemporaryFolder.write(Array("precious".utf8))
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        for file in [path, TemporaryFolder.path("none/such"), TemporaryFolder.url.path, target + "/below"] {
            let run = try await tickets(server.port, "--track", file, authority: server.authorityPath)
            let report = try await run.report(ending: 13)
            #expect(report["error.stage"] == "local" && report["error.message"]?.text?.contains(file) == true)
            #expect(report["ticket_summary"] == .null)
        }
        // It is said before anything is asked.
        #expect(try await server.finish().connections().isEmpty)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
    }

    @Test func aServerThatIsNotReachedIsNotRecorded() async throws {
        let server = try RawServer.closing()
        let run = try await tickets(server.port, "--track", path)
        #expect(run.status == 7, "\(run)")
        #expect(try String(contentsOfFile: path, encoding: .utf8).isEmpty)
    }
}

extension ProgramRun {
    /// A line of a history that is no object.
    fileprivate struct BadEntry: Error {}
}

extension JSON {
    fileprivate static func rotation(_ value: String, _ previous: String? = nil, _ since: JSON = .null) -> JSON {
        .object([
            "value": .string(value), "previous_key_name": previous.map(JSON.string) ?? .null, "since": since,
        ])
    }
}
