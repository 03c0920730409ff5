import ProbeKit

extension ConnectionOptions {
    /// What is to make the server write: `--elicit`, or the request that `--http` or `--send` names.
    func elicitation(_ elicit: String?, _ data: inout DataPlan) throws(UsageError) -> KeyUpdatePlan.Elicitation {
        let given = [
            (elicit != nil, "--elicit"), (http, "--http"), (httpPath != nil, "--http-path"), (send != nil, "--send"),
        ].filter(\.0).map(\.1)
        if given.count > 1, given != ["--http", "--http-path"] {
            throw UsageError("\(given[0]) and \(given[1]) exclude each other")
        }
        if data.httpPath != nil { return .http }
        if data.send != nil { return .data }
        switch elicit {
        case nil, "auto": return .auto
        case "none": return .none
        case "http":
            data.httpPath = "/"
            return .http
        case let text?:
            data.send = .bytes(Array(try OptionText("--elicit", text).notEmpty().utf8))
            return .data
        }
    }
}
