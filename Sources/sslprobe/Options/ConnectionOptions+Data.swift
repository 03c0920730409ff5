import ProbeKit

extension ConnectionOptions {
    /// Whether a HEAD request is to be sent.
    var isHTTP: Bool { http || httpPath != nil }

    /// What to send and how long to read, checked.
    func data() throws(UsageError) -> DataPlan {
        var plan = DataPlan()
        if isHTTP, send != nil {
            throw UsageError("\(http ? "--http" : "--http-path") and --send exclude each other")
        }
        if http { plan.httpPath = "/" }
        if let httpPath { plan.httpPath = try Self.checkedPath(httpPath) }
        if let send { plan.send = try Self.payload(send) }
        if let readFor { plan.readFor = try OptionText("--read-for", readFor).duration() }
        return plan
    }

    /// The files of sessions, checked.
    func addSessions(to plan: inout CapturePlan) throws(UsageError) {
        if let loadSession { plan.loadSession = try OptionText("--load-session", loadSession).path() }
        if let saveSession { plan.saveSession = try OptionText("--save-session", saveSession).path() }
    }

    private static func checkedPath(_ path: String) throws(UsageError) -> String {
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw OptionText("--http-path", path).mistake("is not a path of visible ASCII that starts with \"/\"")
        }
        return path
    }

    private static func payload(_ text: String) throws(UsageError) -> DataPlan.Payload {
        if text == "-" { return .standardInput }
        if text == "@" { throw OptionText("--send", text).mistake("names no file") }
        if text.hasPrefix("@") { return .file(String(text.dropFirst())) }
        return .bytes(Array(try OptionText("--send", text).notEmpty().utf8))
    }
}
