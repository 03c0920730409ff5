import Foundation
import ProbeKit
import Testing

@testable import sslprobe

@Suite struct HelpTests {
    @Test func fitsIntoEightyColumns() {
        for text in [SSLProbe.helpMessage(columns: 80)] + SSLProbe.commands.map({ $0.helpMessage(columns: 80) }) {
            for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test func documentsEveryOption() throws {
        for command in SSLProbe.commands {
            let help = command.helpMessage(columns: 80)
            for name in try optionNames(of: command._commandName) where name != "--reconnect" {
                #expect(help.contains(name), "\(name)")
            }
            #expect(try arguments(of: command._commandName).allSatisfy { $0.shouldDisplay == ($0.abstract != nil) })
        }
    }

    @Test func groupsTheOptions() throws {
        let help = ConnectCommand.helpMessage(columns: 80)
        let titles = help.split(separator: "\n").filter { $0.hasSuffix(":") && $0.first?.isUppercase == true }
        #expect(
            titles == [
                "ARGUMENTS:", "REPETITION:", "OUTPUT:", "CERTIFICATES:", "TLS OFFER:", "CONNECTION AND DATA:",
                "OPTIONS:",
            ])
    }

    @Test func hasOnlyTheShortOptionsOfTheContract() throws {
        let names = try SSLProbe.commands.flatMap { try optionNames(of: $0._commandName) }
        let short = names.filter { !$0.hasPrefix("--") }
        #expect(Set(short) == ["-4", "-6", "-j", "-k", "-m", "-o", "-q", "-t", "-v", "-h"])
    }

    @Test func answersTheSameByEveryWay() throws {
        let direct = try helpText(["connect", "--help"])
        #expect(try helpText(["connect", "h", "-k", "-h"]) == direct)
        #expect(try helpText(["help", "connect"]) == direct)
        #expect(try helpText(["h.x", "--help"]) == direct)
        #expect(try helpText(["-h"]) == helpText(["help"]))
    }

    @Test(arguments: [
        ["connect", "h:1", "-k", "--json", "--tls", "1.2", "--ca", "a", "--ca", "b"],
        ["connect", "--alpn", "h2", "h", "-4", "-m", "3"],
        ["connect", "-4", "--tls", "1.2", "h"],
        ["connect", "-jv", "--", "h"],
    ])
    func parsesAsThroughTheRoot(arguments: [String]) throws {
        let throughRoot = try #require(try SSLProbe.parseAsRoot(arguments) as? ConnectCommand)
        #expect(try "\(throughRoot.plan())" == "\(plan(arguments))")
    }

    private func helpText(_ arguments: [String]) throws -> String {
        do {
            var command = try SSLProbe.parse(command: arguments)
            try command.run()
        } catch {
            #expect(SSLProbe.exitCode(for: error) == .success)
            return SSLProbe.fullMessage(for: error, columns: 80)
        }
        throw UsageError("no help for \(arguments)")
    }

    private func optionNames(of command: String) throws -> [String] {
        try arguments(of: command).flatMap { $0.names ?? [] }.map { ($0.kind == "short" ? "-" : "--") + $0.name }
    }

    private func arguments(of command: String) throws -> [Dump.Argument] {
        let dump = try JSONDecoder().decode(Dump.self, from: Data(helpText(["--experimental-dump-help"]).utf8))
        let found = try #require(dump.command.subcommands?.first { $0.commandName == command })
        return found.arguments ?? []
    }
}

/// The part of `--experimental-dump-help` that these tests read.
private struct Dump: Decodable {
    struct Command: Decodable {
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?
    }
    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }
        var names: [Name]?
        var abstract: String?
        var shouldDisplay: Bool
    }
    var command: Command
}
