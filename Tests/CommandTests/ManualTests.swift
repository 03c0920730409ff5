import Foundation
import TestSupport
import Testing

@testable import ProbeKit
@testable import sslprobe

@Suite struct ManualTests {
    private let page: ManualPage

    init() throws { page = try ManualPage("sslprobe.1") }

    @Test func hasASectionForEveryCommandAndNoOther() throws {
        let titles = page.sections.filter { $0.chapter == "COMMANDS" && $0.title != "COMMANDS" }.map(\.title)
        let commands = try HelpDump.of(SSLProbe.self).subcommands ?? []
        #expect(titles.sorted() == (commands.map(\.commandName) + ["Without a command"]).sorted())
    }

    @Test func documentsTheOptionsOfEveryCommandAndNoOthers() throws {
        let root = try HelpDump.of(SSLProbe.self)
        #expect(try page.options(of: "Without a command").sorted() == root.visibleNames.sorted())
        for command in root.subcommands ?? [] {
            let name = command.commandName
            // A command that refers to the shared options takes them all.
            let documented = try ([name] + page.references(of: name)).flatMap { try page.options(of: $0) }
            let taken = command.visibleNames.filter { $0 != "-h" && $0 != "--help" }
            #expect(documented.sorted() == taken.sorted(), "\(name)")
        }
    }

    @Test func groupsTheOptionsOfServeAsItsHelpDoes() throws {
        let serve = try #require(HelpDump.of(SSLProbe.self).subcommands?.first { $0.commandName == "serve" })
        let groups = Dictionary(grouping: serve.arguments ?? []) { $0.sectionTitle ?? "" }
        var documented: [String: [String]] = [:]
        var title = ""
        for line in try page.lines(of: "serve") {
            if line.first == ".Sy" { title = line.dropFirst().joined(separator: " ") }
            guard line.starts(with: [".It", "Fl"]) else { continue }
            documented[title, default: []] += ManualPage.options(in: line)
        }
        #expect(documented.count == 5)
        for (title, names) in documented {
            #expect(names == groups[title]?.flatMap(\.spelledNames), "\(title)")
        }
    }

    @Test(arguments: ["sslprobe.1", "sslprobe-report.5"])
    func mentionsNoOptionThatDoesNotExist(name: String) throws {
        let root = try HelpDump.of(SSLProbe.self)
        let known = Set(([root] + (root.subcommands ?? [])).flatMap(\.visibleNames))
        // Two dashes alone end the options.
        #expect(try ManualPage(name).mentionedOptions.subtracting(known) == (name == "sslprobe.1" ? ["--"] : []))
    }

    @Test func listsEveryExitCodeWithItsOutcome() throws {
        let words = try page.lines(of: "EXIT STATUS").flatMap { $0 }.map {
            $0.hasPrefix(".") ? String($0.dropFirst()) : $0
        }
        var codes: [String: [Int32]] = [:]
        for index in words.indices.dropLast(2) where words[index + 1] == "Pq" {
            codes[words[index + 2], default: []].append(try #require(Int32(words[index])))
        }
        #expect(Set(codes.keys) == Set(Outcome.allCases.map(\.rawValue)))
        for outcome in Outcome.allCases {
            #expect(codes[outcome.rawValue]?.first == outcome.exitCode)
        }
        #expect(codes["signal"] == [130, 143])
    }

    @Test func tellsWhichOfSeveralExitCodesWins() throws {
        let text = try page.lines(of: "EXIT STATUS").joined().joined(separator: " ")
        let list = try #require(text.firstMatch(of: /the exit code is the first of ([0-9, or]+)\./)).output.1
        let codes = list.split { !$0.isNumber }.compactMap { Int32($0) }.filter { $0 != 143 }
        #expect(codes == Outcome.precedence.dropLast().map(\.exitCode))
    }

    @Test(arguments: ["sslprobe.1", "sslprobe-report.5"])
    func givesExamplesThatTheProgramTakes(name: String) throws {
        let examples = try Self.examples(of: ManualPage(name))
        #expect(examples.count >= 4)
        for example in examples {
            #expect(mistake(example) == nil, "\(example)")
            guard let command = try SSLProbe.parse(command: example) as? any ClientCommand else { continue }
            #expect(throws: Never.self) { try Expectations(command.output.expect, of: Schema.reportObject) }
        }
    }

    @Test(arguments: ["sslprobe.1", "sslprobe-report.5"])
    func isCleanForMandocAndFitsEightyColumns(name: String) async throws {
        let path = try ManualPage(name).path
        #expect(try await Self.mandoc("-Tlint", "-W", "warning", path) == "")
        let text = try await Self.mandoc("-Tascii", "-O", "width=78", path)
        // Bold and underlined letters are struck twice.
        #expect(text.replacing(/.\x{8}/, with: "").split(separator: "\n").filter { $0.count > 80 } == [])
    }

    /// The arguments of each `sslprobe` in the examples, without what they are piped into.
    private static func examples(of page: ManualPage) throws -> [[String]] {
        var lines: [[String]] = []
        var continues = false
        for line in try page.lines(of: "EXAMPLES") {
            if continues { lines[lines.count - 1] += line } else { lines.append(line) }
            continues = line.last == "\\e"
        }
        return lines.compactMap { line in
            let words = line.drop { $0 == ".Dl" || $0 == "$" }
            guard words.first == "sslprobe" else { return nil }
            return unquoted(words.dropFirst().filter { $0 != "\\e" }).prefix { !["|", ">", "&"].contains($0) }
        }
    }

    /// The words as a shell reads them: what is in single quotes is one.
    private static func unquoted(_ words: [String]) -> [String] {
        var isOpen = false
        var read: [String] = []
        for word in words {
            if isOpen { read[read.count - 1] += " " + word } else { read.append(word) }
            if !word.filter({ $0 == "'" }).count.isMultiple(of: 2) { isOpen.toggle() }
        }
        return read.map { $0.filter { $0 != "'" } }
    }

    private static func mandoc(_ arguments: String...) async throws -> String {
        let run = try await InstalledProgram.mandoc.run(arguments)
        return run.output + run.errors
    }
}
