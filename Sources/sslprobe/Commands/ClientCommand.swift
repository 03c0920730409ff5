import ArgumentParser
import ProbeKit

/// A command that connects to servers.
///
/// Each repeats these groups instead of nesting them in one: every group and every level costs the start of the program
/// about a million instructions, spent on looking up generic types.
protocol ClientCommand: ParsableCommand {
    var output: OutputOptions { get }
    var certificates: CertificateOptions { get }
    var offer: OfferOptions { get }
    var connection: ConnectionOptions { get }
    var targets: [String] { get }

    /// Whether several targets make one question.
    var takesSeveralAsOne: Bool { get }

    /// What was asked for, checked.
    func plan() throws(UsageError) -> ProbePlan
}

extension ClientCommand {
    func run() throws {
        let plan = try plan()
        throw ExitCode(try ProbeRun.run(plans(like: plan), like: plan))
    }

    /// One plan for each target that is named; a list has more.
    func plans(like plan: ProbePlan) throws(UsageError) -> [ProbePlan] {
        if plan.many.source != nil { try requireList(plan) }
        guard !targets.isEmpty else { return [] }
        let others = takesSeveralAsOne ? [] : targets.dropFirst()
        var plans = [plan]
        for other in others {
            var next = plan
            next.target = try Target.parse(other)
            // Said once.
            next.notes = []
            plans.append(next)
        }
        if plans.count > 1, plan.client.address.connectTo != nil { throw UsageError("--connect-to takes one target") }
        try requireManyFiles(plans)
        return plans
    }

    var takesSeveralAsOne: Bool { false }

    /// What is for one target cannot be for a list.
    private func requireList(_ plan: ProbePlan) throws(UsageError) {
        if takesSeveralAsOne { throw UsageError("--matrix and --targets exclude each other") }
        if plan.client.address.connectTo != nil { throw UsageError("--connect-to and --targets exclude each other") }
        if plan.many.source == .standardInput, case .standardInput? = plan.client.data.send {
            throw UsageError("--targets and --send cannot both read stdin")
        }
        let capture = plan.client.capture
        for (option, path) in [("--save-certs", capture.saveCertificates), ("--save-session", capture.saveSession)] {
            guard let path, !path.contains("{address}") else { continue }
            if plan.client.address.takesAll {
                throw UsageError("\(option): with --all-addresses the name needs {address}")
            }
            guard !["{host}", "{port}"].contains(where: path.contains) else { continue }
            throw UsageError("\(option): with several targets the name needs {host}, {port} or {address}")
        }
    }

    /// A file for each target needs a name of its own.
    private func requireManyFiles(_ plans: [ProbePlan]) throws(UsageError) {
        guard let plan = plans.first else { return }
        let capture = plan.client.capture
        for (option, path) in [("--save-certs", capture.saveCertificates), ("--save-session", capture.saveSession)] {
            guard let path, !path.contains("{address}") else { continue }
            if plan.client.address.takesAll {
                throw UsageError("\(option): with --all-addresses the name needs {address}")
            }
            guard Set(plans.map { $0.fileName(path) }).count < plans.count else { continue }
            throw UsageError("\(option): with several targets the name needs {host}, {port} or {address}")
        }
    }

    /// The plan of the options that all client commands share.
    ///
    /// - Parameter http: whether a HEAD request will be sent although neither `--http` nor `--http-path` says so.
    func probePlan(
        _ question: ProbePlan.Question, http: Bool = false
    ) throws(UsageError) -> ProbePlan {
        let target = try target()
        var plan = ProbePlan(
            target: target, client: try clientPlan(for: target, http: http), question: question,
            output: try output.plan())
        plan.many = try connection.many()
        if let expectation = try certificates.expectation() { plan.output.expectations.append(expectation) }
        plan.notes = offer.notes
        return plan
    }

    /// How `targets` is explained.
    static var targetHelp: ArgumentHelp {
        ArgumentHelp("HOST, HOST:PORT, [V6]:PORT or https://HOST/ (port 443).", valueName: "target")
    }

    /// The first target.
    private func target() throws(UsageError) -> Target {
        guard let first = targets.first else {
            if let list = connection.list { return .unnamed(list) }
            throw UsageError("no target; give HOST:PORT")
        }
        return try Target.parse(first)
    }

    /// The shared options, checked.
    private func clientPlan(for target: Target, http: Bool) throws(UsageError) -> ClientPlan {
        var plan = ClientPlan()
        plan.address = try connection.address(for: target)
        plan.time = try connection.time()
        plan.offer = try offer.plan(http: http || connection.isHTTP)
        plan.trust = try certificates.trust()
        plan.identity = try certificates.identity()
        plan.data = try connection.data()
        plan.capture = try output.capture()
        plan.capture.saveCertificates = try certificates.saveFile()
        try connection.addSessions(to: &plan.capture)
        plan.maxIdleMessages = try connection.idleMessages()
        return plan
    }
}
