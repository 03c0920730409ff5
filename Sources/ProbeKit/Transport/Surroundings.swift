import OpenSSL
import Reactor

/// What in the program's surroundings makes a command mean something else than it says.
enum Surroundings {
    /// One sentence for each such thing; empty on an ordinary machine.
    static func notes(on plan: ClientPlan, _ context: Context) -> [String] {
        var notes = systemStore(plan.trust)
        if let changes = configuration(plan.offer, context.defaults) { notes.append(changes) }
        return notes
    }

    /// OpenSSL passes over a store that is not there; the chain then fails for no reason that one could see.
    private static func systemStore(_ plan: TrustPlan) -> [String] {
        guard plan.sources.isEmpty || plan.sources.contains(.system) else { return [] }
        return ["SSL_CERT_FILE", "SSL_CERT_DIR"].flatMap { variable in
            (Environment.value(of: variable) ?? "").split(
                separator: variable == "SSL_CERT_DIR" ? ":" : "\0" as Character
            ).compactMap {
                FileReader.obstacle(to: String($0)).map { "\(variable): \($0)" }
            }
        }
    }

    private static func configuration(_ offer: TLSOffer, _ defaults: LibraryDefaults) -> String? {
        var changes: [String] = []
        if offer.versions == nil {
            if let minimum = defaults.minimum { changes.append("at least \(minimum)") }
            if let maximum = defaults.maximum { changes.append("at most \(maximum)") }
        }
        if offer.securityLevel == nil, !offer.legacy, let level = defaults.securityLevel {
            changes.append("security level \(level)")
        }
        guard !changes.isEmpty else { return nil }
        return "OpenSSL's configuration \(LibraryDefaults.path ?? "") sets \(changes.joined(separator: ", "))"
    }
}
