import ArgumentParser
import ProbeKit

/// What is printed, and where.
struct OutputOptions: ParsableArguments {
    @Flag(name: [.customShort("j"), .customLong("json")], help: "The report as JSON.")
    var json = false

    @Flag(name: .customLong("jsonl"), help: "Events as JSON lines, as they happen.")
    var jsonLines = false

    @Option(
        name: .customLong("get"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Print these paths of the report, tab-separated.", valueName: "PATH[,PATH]"))
    var get: [String] = []

    @Option(
        name: [.customLong("expect"), .customLong("expect-client")], parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Exit 1 unless this holds of the report, such as 'tls.version >= 1.2'; repeatable.",
            valueName: "FIELD OP VALUE"))
    var expect: [String] = []

    @Flag(name: .customShort("v"), help: "Show the messages of the handshake.")
    var verbose = false

    @Flag(name: .customShort("q"), help: "No text; one line on stderr for a failure.")
    var quiet = false

    @Option(
        name: .customShort("o"), parsing: .unconditional,
        help: ArgumentHelp("Write the result here; - is stdout.", valueName: "FILE"),
        completion: .file())
    var file: String?

    @Flag(
        name: [.customLong("show-certs"), .customLong("showcerts")], help: "With the peer's certificates as PEM.")
    var showCerts = false

    @Option(
        name: .customLong("save-report"), parsing: .unconditional,
        help: ArgumentHelp("Write what --json prints here as well.", valueName: "FILE"),
        completion: .file())
    var saveReport: String?

    @Option(
        name: .customLong("save-junit"), parsing: .unconditional,
        help: ArgumentHelp("Write what --format junit prints here as well.", valueName: "FILE"),
        completion: .file())
    var saveJUnit: String?

    @Option(
        name: .customLong("keylog"), parsing: .unconditional,
        help: ArgumentHelp("Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)", valueName: "FILE"),
        completion: .file())
    var keylog: String?

    @Option(
        name: .customLong("format"), parsing: .unconditional,
        help: ArgumentHelp("text, json, jsonl, junit or github. (default: text)", valueName: "FORMAT"),
        completion: .list(OutputPlan.Format.allCases.map(\.rawValue)))
    var format: String?

    @Flag(name: .customLong("events"), help: "Events inside the JSON report too.")
    var events = false

    @Option(
        name: .customLong("color"), parsing: .unconditional,
        help: ArgumentHelp("auto, always or never. (default: auto)", valueName: "WHEN"),
        completion: .list(OutputPlan.Color.allCases.map(\.rawValue)))
    var color: String?

    @Flag(name: .customLong("reconnect"), help: .private)
    var reconnect = false

    /// What was asked for, checked.
    func plan() throws(UsageError) -> OutputPlan {
        if reconnect { throw UsageError("--reconnect: resuming sessions is a command of its own, resume") }
        if quiet, verbose { throw UsageError("-q and -v exclude each other") }
        var plan = OutputPlan()
        plan.format = try chosenFormat()
        for list in get { plan.paths += try Self.paths(list) }
        plan.expectations = expect
        plan.file = try checkedFile()
        if let saveReport { plan.reportFile = try OptionText("--save-report", saveReport).path() }
        if let saveJUnit { plan.junitFile = try OptionText("--save-junit", saveJUnit).path() }
        try requireFilesOfTheirOwn(plan)
        if events, plan.format != .json, plan.reportFile == nil {
            throw UsageError("--events needs --json or --save-report: it puts the events into that report")
        }
        plan.includesEvents = events
        plan.showsCertificates = showCerts
        plan.isQuiet = quiet
        plan.isVerbose = verbose
        if let color { plan.color = try OptionText("--color", color).choice() }
        return plan
    }

    /// What was asked for by `serve`, whose clients are no tests of ours.
    func serverPlan() throws(UsageError) -> OutputPlan {
        let plan = try plan()
        switch plan.format {
        case .text, .json, .jsonl: break
        case .junit, .github:
            throw UsageError("--format \(plan.format.rawValue): serve has text, json and jsonl alone")
        }
        if plan.junitFile != nil {
            throw UsageError("--save-junit: serve has no junit; --save-report writes its reports")
        }
        return plan
    }

    /// What to keep of the wire, checked.
    func capture() throws(UsageError) -> CapturePlan {
        var plan = CapturePlan()
        if let keylog { plan.keyLog = try OptionText("--keylog", keylog).path() }
        return plan
    }

    private func chosenFormat() throws(UsageError) -> OutputPlan.Format {
        let given = [(json, "--json"), (jsonLines, "--jsonl"), (format != nil, "--format"), (!get.isEmpty, "--get")]
            .filter(\.0).map(\.1)
        if given.count > 1 { throw UsageError("\(given[0]) and \(given[1]) exclude each other") }
        if json { return .json }
        if jsonLines { return .jsonl }
        if let format { return try OptionText("--format", format).choice() }
        return .text
    }

    private func checkedFile() throws(UsageError) -> String? {
        guard let file, file != "-" else { return nil }
        switch file {
        case "json", "jsonl": throw UsageError("-o \(file): -o names a file; for that form write --\(file)")
        case "junit", "github":
            throw UsageError("-o \(file): -o names a file; for that form write --format \(file)")
        case "text": throw UsageError("-o text: -o names a file; text is what is printed without --json")
        default: return try OptionText("-o", file).path()
        }
    }

    private func requireFilesOfTheirOwn(_ plan: OutputPlan) throws(UsageError) {
        let files = [("-o", plan.file), ("--save-report", plan.reportFile), ("--save-junit", plan.junitFile)]
        for (index, (option, file)) in files.enumerated() {
            guard let file, let other = files[..<index].first(where: { $0.1 == file }) else { continue }
            throw UsageError("\(other.0) and \(option) name the same file")
        }
    }

    private static func paths(_ list: String) throws(UsageError) -> [String] {
        let paths = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard paths.allSatisfy({ !$0.isEmpty && $0 != "." }) else {
            throw OptionText("--get", list).mistake("is not a list of paths, such as tls.version,verify.ok")
        }
        return paths
    }
}
