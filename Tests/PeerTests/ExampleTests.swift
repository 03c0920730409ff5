import Foundation
import TestSupport
import Testing

/// Runs what is in `examples`.
@Suite struct ExampleTests {
    @Test func theWorkflowPassesWhenAllIsWell() async throws {
        let servers = try await CookbookServers()
        let steps = try Self.steps(of: CookbookServers.source("examples/github-actions.yml"))
        #expect(steps.count == 5)
        for step in steps {
            let run = try await servers.run(
                step, environment: ["TARGETS": servers.targets.joined(separator: " ")])
            #expect(run.status == 0 && !run.output.contains("::error"), "\(step)\n\(run)")
        }
        let document = try await Validator.junit(String(contentsOfFile: servers.path("tls.xml"), encoding: .utf8))
        #expect(document["suite.failures"] == "0")
    }

    /// Each step finds what it looks for.
    @Test func theWorkflowFailsWhenItShould() async throws {
        let servers = try await CookbookServers()
        let steps = try Self.steps(of: CookbookServers.source("examples/github-actions.yml"))
        let bad: [(step: Int, options: [String], status: Int32)] = [
            (1, ["--cert-profile", "expired"], 8), (1, ["--tls", "1.0-1.1", "--legacy"], 7),
            (2, ["--tls", "1.0-1.3", "--legacy"], 1), (3, ["--tls", "1.2", "--allow-client-renegotiation"], 1),
            (4, ["--ticket-mode", "off", "--tickets", "0"], 12),
        ]
        for (step, options, status) in bad {
            let server = try await ServeProcess(options)
            let run = try await servers.run(
                steps[step],
                environment: ["TARGETS": "localhost:\(server.port)", "SSL_CERT_FILE": server.authorityPath])
            #expect(run.status == status && run.output.contains("::error"), "\(options)\n\(steps[step])\n\(run)")
        }
    }

    @Test func theGateShowsTheMostUrgentFirst() async throws {
        let servers = try await CookbookServers()
        let script = try CookbookServers.source("examples/expiry-gate.sh")
        try script.write(toFile: servers.path("gate"), atomically: true, encoding: .utf8)
        let (one, other) = (servers.targets[0], servers.targets[1])

        let passed = try await servers.run("sh gate 14 \(one) \(other)")
        #expect(passed.status == 0 && passed.output.split(separator: "\n").count == 2, "\(passed)")
        let early = try await servers.run("sh gate 3650", input: "\(one)\n\(other)\n")
        #expect(early.status == 1 && early.output.contains("\texpectation\t\(other)\t"), "\(early)")
        let unreached = try await servers.run("sh gate 14 \(one) localhost:1")
        #expect(unreached.status == 4 && unreached.output.hasPrefix("-\tconnect\tlocalhost:1\t"), "\(unreached)")
        let careless = try await servers.run("sh gate")
        #expect(careless.status != 0 && careless.errors.contains("how many days"), "\(careless)")
    }

    /// The scripts of the steps with `run`, which are on that line or, after `|`, on the deeper ones that follow.
    private static func steps(of workflow: String) -> [String] {
        var (steps, lines) = ([String](), workflow.components(separatedBy: "\n")[...])
        while let line = lines.popFirst() {
            guard let key = line.firstRange(of: "run: "), line[..<key.lowerBound].allSatisfy({ " -".contains($0) })
            else {
                continue
            }
            let text = String(line[key.upperBound...])
            guard text == "|" else {
                steps.append(text)
                continue
            }
            let depth = line.distance(from: line.startIndex, to: key.lowerBound)
            let block = lines.prefix { $0.prefix(depth + 1).allSatisfy { $0 == " " } && !$0.isEmpty }
            lines = lines.dropFirst(block.count)
            steps.append(block.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n"))
        }
        return steps
    }
}
