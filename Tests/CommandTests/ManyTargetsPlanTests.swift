import ProbeKit
import TestSupport
import Testing

@testable import sslprobe

/// Several targets, all addresses, and what `resume` does with them.
@Suite struct ManyTargetsPlanTests {
    @Test(arguments: ["connect", "renegotiate", "keyupdate", "tickets", "resume"])
    func eachTargetHasAPlanOfItsOwn(command: String) throws {
        let plans = try plans(command, "a:1", "b", "[::1]:3", "--timeout", "3s")
        #expect(plans.map(\.target.host) == ["a", "b", "::1"])
        #expect(plans.map(\.target.port) == [1, 443, 3])
        #expect(plans.allSatisfy { $0.client.time.timeout == .seconds(3) })
    }

    @Test func aMatrixIsOneQuestion() throws {
        let plans = try plans("resume", "a", "b:2", "c", "--matrix")
        #expect(plans.map(\.target.host) == ["a"])
        let question = try question(plans)
        #expect(question.isMatrix && question.others.map(\.host) == ["b", "c"])
        let single = try self.question(try self.plans("resume", "a", "--matrix"))
        #expect(single.isMatrix && single.others.isEmpty)
        #expect(try self.question(try self.plans("resume", "a")).isMatrix == false)
    }

    @Test func aMatrixHasAtMostSixteenPlaces() throws {
        let names = (1...17).map { "h\($0)" }
        #expect(mistake(["resume", "--matrix"] + names.dropLast()) == nil)
        #expect(mistake(["resume", "--matrix"] + names) == "--matrix takes 16 targets at most")
    }

    @Test func takesAllAddresses() throws {
        #expect(try plan("connect", "h", "--all-addresses").client.address.takesAll)
        #expect(try !plan("connect", "h").client.address.takesAll)
    }

    @Test(arguments: [
        (["--save-certs", "f"], "--save-certs: with several targets the name needs {host}, {port} or {address}"),
        (["--save-session", "f"], "--save-session: with several targets the name needs {host}, {port} or {address}"),
        (["--connect-to", "h:1"], "--connect-to takes one target"),
    ])
    func aFileForEachTargetNeedsAName(options: [String], message: String) throws {
        #expect(throws: Never.self) { try plans(["connect", "a"] + options) }
        let mistake = thrown(UsageError.self) { try plans(["connect", "a", "b"] + options) }
        #expect(mistake?.description == message)
    }

    /// The name of the host is not enough for two of its ports, nor for several of its addresses.
    @Test func twoPlacesOfOneNameNeedTwoFiles() throws {
        let twice = ["connect", "a:1", "a:2", "--save-session"]
        let mistake = thrown(UsageError.self) { try plans(twice + ["{host}"]) }
        #expect(
            mistake?.description == "--save-session: with several targets the name needs {host}, {port} or {address}")
        #expect(throws: Never.self) { try plans(twice + ["{host}-{port}"]) }
        let all = thrown(UsageError.self) {
            try plans(["connect", "a", "--all-addresses", "--save-session", "{host}"])
        }
        #expect(all?.description == "--save-session: with --all-addresses the name needs {address}")
        #expect(throws: Never.self) { try plans(["connect", "a", "--all-addresses", "--save-session", "{address}"]) }
    }

    @Test(arguments: ["--save-certs", "--save-session"], ["{host}.pem", "d/{address}"])
    func aNameForEachTargetIsTaken(option: String, path: String) throws {
        #expect(try plans("connect", "a", "b", option, path).count == 2)
    }

    @Test func readsWhatChanges() throws {
        let plans = try plans(
            "resume", "h", "--cert", "c", "--vary", "sni=o.example,alpn=h2:http/1.1", "--vary",
            "no-client-cert,tls=1.2,port=8443")
        #expect(
            try question(plans).variations == [
                .sni(.name("o.example")), .alpn(["h2", "http/1.1"]), .noClientCertificate, .tls(.tls12 ... .tls12),
                .port(8443),
            ])
    }

    @Test func readsTheMoments() throws {
        let waiting = try question(try plans("resume", "h", "--at", "0s,10s,1m"))
        #expect(waiting.schedule?.points == [.zero, .seconds(10), .seconds(60)])
        #expect(waiting.schedule?.state == nil)
        #expect(try question(try plans("resume", "h", "--at", "1s", "--state", "f")).schedule?.state == "f")
        #expect(try question(try plans("resume", "h")).schedule == nil)
    }

    @Test(arguments: [
        (["--vary", "x=1"], "--vary: \"x=1\" is not a list of sni=NAME, alpn=A:B, no-client-cert, tls=1.2, port=N"),
        (["--vary", "port=0"], "--vary: \"0\" is not a port"),
        (["--vary", "no-client-cert"], "--vary no-client-cert needs --cert: which certificate is left out"),
        (["--at", "2s,1s"], "--at: \"2s,1s\" is not a list of up to 100 different times in ascending order"),
        (["--at", "1s,1s"], "--at: \"1s,1s\" is not a list of up to 100 different times in ascending order"),
        (["--state", "f"], "--state needs --at: what is to be done when"),
        (["--at", "1s", "--early-data", "x"], "--at and --early-data exclude each other"),
        (["--matrix", "--early-data", "x"], "--matrix and --early-data exclude each other"),
        (["--matrix", "--at", "1s"], "--matrix and --at exclude each other"),
        (["--matrix", "--vary", "port=1"], "--vary and --matrix exclude each other"),
        (["--count", "1", "--at", "1s"], "--count and --at exclude each other"),
        (["--vary", "port=1", "--early-data", "x"], "--vary and --early-data exclude each other"),
        (["--matrix", "--load-session", "f"], "--matrix and --load-session exclude each other"),
        (["--matrix", "--save-session", "f"], "--matrix and --save-session exclude each other"),
        (["--matrix", "--connect-to", "a:1", "g"], "--matrix and --connect-to exclude each other"),
        (["--matrix", "h"], "--matrix: a target is named twice"),
        (
            ["--at", "1s", "--load-session", "f"],
            "--at and --load-session exclude each other: each moment needs a session of its own"
        ),
        (["--at", "1s", "--state", "f", "g"], "--state is about one target"),
        (["--at", "1s", "--state", "f", "--all-addresses"], "--state and --all-addresses exclude each other"),
    ])
    func saysWhatIsWrong(options: [String], message: String) {
        #expect(mistake(["resume", "h"] + options) == message)
    }

    @Test func readsAList() throws {
        let command = try #require(
            try SSLProbe.parse(command: [
                "connect", "--targets", "f", "--jobs", "64", "--retry", "2", "--retry-delay", "500ms",
            ]) as? any ClientCommand)
        let plan = try command.plan()
        #expect(try command.plans(like: plan).isEmpty)
        #expect(plan.many.source == .file("f") && plan.many.jobs == 64)
        #expect(plan.many.retries == 2 && plan.many.retryDelay == .milliseconds(500))
        let some = try plans("connect", "a", "b", "--targets", "-")
        #expect(some.count == 2 && some.allSatisfy { $0.many.source == .standardInput && $0.many.jobs == 32 })
    }

    @Test(arguments: [
        (["connect", "--targets", ""], "--targets: the value is empty"),
        (["connect", "a", "b", "--jobs", "0"], "--jobs: \"0\" is not a whole number from 1 to 10000"),
        (["connect", "a", "--retry", "-1"], "--retry: \"-1\" is not a whole number from 0 to 1000"),
        (["connect", "a", "--retry-delay", "1s"], "--retry-delay is about --retry: say how often"),
        (["connect", "--targets", "-", "--send", "-"], "--targets and --send cannot both read stdin"),
        (["connect", "--targets", "f", "--connect-to", "a:1"], "--connect-to and --targets exclude each other"),
        (
            ["connect", "--targets", "f", "--save-session", "s"],
            "--save-session: with several targets the name needs {host}, {port} or {address}"
        ),
        (["resume", "--targets", "f", "--matrix"], "--matrix and --targets exclude each other"),
        (["resume", "--targets", "f", "--at", "1s", "--state", "s"], "--state is about one target"),
    ])
    func saysWhatDoesNotGoWithAList(arguments: [String], message: String) throws {
        let mistake = thrown(UsageError.self) { try plans(arguments) }
        #expect(mistake?.description == message)
    }

    private func plans(_ arguments: String...) throws -> [ProbePlan] { try plans(arguments) }

    private func plans(_ arguments: [String]) throws -> [ProbePlan] {
        let command = try #require(try SSLProbe.parse(command: arguments) as? any ClientCommand)
        return try command.plans(like: command.plan())
    }

    private func question(_ plans: [ProbePlan]) throws -> ResumePlan {
        guard case .resume(let question) = try #require(plans.first).question else { throw UsageError("not resume") }
        return question
    }
}
