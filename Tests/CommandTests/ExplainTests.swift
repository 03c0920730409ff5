import ArgumentParser
import TestSupport
import Testing

@testable import ProbeKit
@testable import sslprobe

@Suite struct ExplainTests {
    /// Nobody is sent to an option that does not exist, at 3 a.m. least of all.
    @Test(arguments: Glossary.everything)
    func givesCommandsThatTheProgramTakes(entry: Explanation) throws {
        for check in entry.confirm {
            let words = Self.words(of: check.command)
            #expect(words.first == "sslprobe")
            let arguments = Array(words.dropFirst())
            if arguments.last == "--help" {
                #expect(SSLProbe.commands.contains { $0._commandName == arguments.first })
                continue
            }
            do {
                switch try SSLProbe.parse(command: arguments) {
                case let client as any ClientCommand:
                    let plan = try client.plan()
                    _ = try client.plans(like: plan)
                    for path in plan.output.paths { try ReportPath.validate(path) }
                    _ = try Expectations(plan.output.expectations, of: Schema.reportObject)
                case let serve as ServeCommand: _ = try serve.plan()
                case is VersionCommand: break
                case let other: Issue.record("\(check.command): \(other)")
                }
            } catch {
                Issue.record("\(check.command): \(Mistake.sentence(for: error, arguments: arguments))")
            }
        }
    }

    @Test(arguments: [
        [], ["8"], ["alert", "40"], ["-j", "alert 40"], ["alert", "40", "--json"], ["X509_V_ERR_CERT_HAS_EXPIRED"],
    ])
    func takesWordsInAnyOrderWithJSON(arguments: [String]) throws {
        let command = try #require(try SSLProbe.parse(command: ["explain"] + arguments) as? ExplainCommand)
        #expect(command.json == (arguments.contains("-j") || arguments.contains("--json")))
        #expect(command.words == arguments.filter { !$0.hasPrefix("-") })
    }

    @Test func exitsWith64ForAnUnknownName() {
        #expect(mistake("explain", "alert", "unknown_c")?.hasSuffix("did you mean unknown_ca?") == true)
        #expect(mistake("explain", "--jso", "8") == "unknown option '--jso'. Did you mean '--json'?")
        #expect(mistake("explain", "-1")?.hasPrefix("unknown option '-1'") == true)
        #expect(mistake("explian", "8") == "unknown command \"explian\"; did you mean 'explain'?")
    }

    @Test func writesAnswersToStdoutAndMistakesToStderr() async throws {
        let answer = try await Program.run(["explain", "unknown_ca"])
        #expect(answer.status == 0 && answer.output.hasPrefix("alert 48, unknown_ca: ") && answer.errors == "")
        let topics = try await Program.run(["explain"])
        #expect(topics.status == 0 && topics.output.contains("sslprobe explain exit 8"))
        let json = try await Program.run(["explain", "--json"])
        #expect(json.status == 0 && json.output.hasPrefix(#"{"schema":"sslprobe.explanation/1","query":null,"#))
        let mistake = try await Program.run(["explain", "unknown_c"])
        #expect(mistake.status == 64 && mistake.output == "")
        #expect(mistake.errors == "sslprobe: explain: \"unknown_c\" is not known; did you mean unknown_ca?\n")
    }

    // MARK: One source for what is said twice

    @Test func saysOfExitCodesWhatTheManualSays() throws {
        let items = try ManualPage("sslprobe.1").items(of: "EXIT STATUS")
        for entry in Glossary.entries(.exitCode) {
            let number = entry.number.map(String.init)
            let item = try #require(items.first { $0.head.first == number }, "\(entry.name)")
            Self.expect(entry, asIn: item)
        }
    }

    @Test func saysOfErrorCodesWhatTheManualSays() throws {
        let items = try ManualPage("sslprobe-report.5").items(of: "ERROR CODES")
        for entry in Glossary.entries(.errorCode) {
            Self.expect(entry, asIn: try #require(items.first { $0.head == ["Ic", entry.name] }))
        }
    }

    @Test func saysOfEventsWhatTheManualSays() throws {
        let items = try ManualPage("sslprobe-report.5").items(of: "EVENTS")
        for entry in Glossary.entries(.event) {
            let item = try #require(items.first { $0.head.words(after: "Ic").contains(entry.name) })
            // Of the messages of the handshake the page lists the keys only.
            if !item.body.isEmpty { Self.expect(entry, asIn: item) }
        }
    }

    private static func expect(_ entry: Explanation, asIn item: ManualPage.Item) {
        let page = text(of: item.body)
        let meaning = entry.meaning.dropLast()
        let end = page.dropFirst(meaning.count).first
        #expect(page.hasPrefix(meaning) && end.map { ".,:;".contains($0) } == true, "\(entry.name): \(page)")
    }

    /// Lines of mdoc as plain text, as far as these pages need it.
    private static func text(of lines: [[String]]) -> String {
        var words: [String] = []
        for line in lines {
            var rest = line
            if let macro = line.first, macro.hasPrefix(".") {
                rest.removeFirst()
                let argument = rest.first ?? ""
                switch macro {
                case ".Fl": rest = ["-" + argument] + rest.dropFirst()
                case ".Dq": rest = ["\"\(argument)\""] + rest.dropFirst()
                case ".Xr": rest = ["\(argument)(\(rest.dropFirst().first ?? ""))"] + rest.dropFirst(2)
                case ".Nm" where argument.count < 2: rest = ["sslprobe"] + rest
                default: break
                }
            }
            for word in rest {
                if [".", ",", ";", ":"].contains(word), let last = words.popLast() {
                    words.append(last + word)
                } else {
                    words.append(word)
                }
            }
        }
        return words.joined(separator: " ")
    }

    /// The words of a command line as a shell reads them: what is in single quotes is one.
    private static func words(of command: String) -> [String] {
        var words: [String] = []
        for (index, part) in command.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            if index.isMultiple(of: 2) {
                words += part.split(separator: " ").map(String.init)
            } else {
                words.append(String(part))
            }
        }
        return words
    }
}
