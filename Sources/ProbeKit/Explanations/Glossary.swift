import OpenSSL

/// Everything that `explain` knows, and how it is asked.
package enum Glossary {
    /// All entries of a kind, in the order of their numbers or of their declaration.
    package static func entries(_ kind: Explanation.Kind) -> [Explanation] {
        switch kind {
        case .exitCode:
            Outcome.allCases.flatMap { outcome in
                outcome.exitCodes.map {
                    Explanation(.exitCode, outcome.rawValue, number: $0, outcome.topic(exitCode: $0))
                }
            }
        case .alert:
            (UInt8.min...UInt8.max).map(AlertDescription.init(rawValue:)).compactMap { alert in
                alert.topic.map { Explanation(.alert, alert.name, number: Int32(alert.rawValue), $0) }
            }
        case .verifyError:
            VerificationError.knownCodes.map { VerificationError(depth: 0, code: $0) }.compactMap { error in
                error.topic.map { Explanation(.verifyError, error.name, number: error.code, $0) }
            }
        case .event: Event.Name.allCases.map { Explanation(.event, $0.rawValue, $0.topic) }
        case .errorCode: Failure.Code.allCases.map { Explanation(.errorCode, $0.rawValue, $0.topic) }
        }
    }

    /// All entries.
    package static var everything: [Explanation] { Explanation.Kind.allCases.flatMap(entries) }

    /// Everything that the words may mean: a number or a name, alone or after the word for its kind.
    ///
    /// - Throws: with the nearest names when they mean nothing.
    package static func explanations(of words: [String]) throws(UsageError) -> [Explanation] {
        let query = words.joined(separator: " ")
        let asked = key(query)
        guard !asked.isEmpty else {
            throw UsageError("explain: \(UsageError.quoted(query)) is no name; 'sslprobe explain' lists the topics")
        }
        let everything = everything
        // A name may begin as the word for a kind does: verify_done, error_in_cert_not_before_field.
        let whole = everything.filter { $0.answers(to: asked) }
        if !whole.isEmpty { return whole }
        guard let (kind, rest) = kind(leading: asked) else { throw unknown(query, asked, among: everything) }
        let entries = everything.filter { $0.kind == kind }
        let found = rest.isEmpty ? entries : entries.filter { $0.answers(to: rest) }
        if !found.isEmpty { return found }
        throw unknown(query, rest, among: entries)
    }

    /// A text as names are compared: small letters, and `_` for all that is neither letter nor digit.
    static func key(_ text: String) -> String {
        text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "_")
    }

    /// The word for a kind that a question begins with, and the rest; longer words first. Alone it asks for all of them.
    private static func kind(leading asked: String) -> (Explanation.Kind, String)? {
        let words: [(String, Explanation.Kind)] = [
            ("x509_v_err", .verifyError), ("verify_error", .verifyError), ("verify", .verifyError),
            ("exit_code", .exitCode), ("exit_status", .exitCode), ("exit", .exitCode), ("outcome", .exitCode),
            ("alert", .alert), ("event", .event), ("error_code", .errorCode), ("error", .errorCode),
        ]
        for (word, kind) in words {
            if asked == word || asked == word + "s" { return (kind, "") }
            if asked.hasPrefix(word + "_") { return (kind, String(asked.dropFirst(word.count + 1))) }
        }
        return nil
    }

    /// - Parameter entries: all, or those of the kind that was asked for.
    private static func unknown(_ query: String, _ asked: String, among entries: [Explanation]) -> UsageError {
        let kinds = Set(entries.map(\.kind))
        let kind = kinds.count == 1 ? kinds.first : nil
        let topics = "'sslprobe explain' lists the topics"
        if asked.isNumber {
            guard entries.contains(where: { $0.number != nil }) else {
                return UsageError("explain: \(kind?.singular ?? "that")s have names, not numbers")
            }
            let whose = kind.map { "no \($0.singular)" } ?? "nothing"
            return UsageError("explain: \(whose) has the number \(asked); \(topics)")
        }
        var near: [String] = []
        let names = entries.map(\.key)
        let containing = asked.count > 2 ? names.filter { $0.contains(asked) } : []
        for name in names.nearest(to: asked) + containing where !near.contains(name) { near.append(name) }
        let suggestion = near.isEmpty ? topics : "did you mean \(near.prefix(4).joined(separator: " or "))?"
        let what = kind.map { "is no \($0.singular)" } ?? "is not known"
        return UsageError("explain: \(UsageError.quoted(query)) \(what); \(suggestion)")
    }
}

extension Explanation {
    /// The name as it is compared, without what all names of the kind begin with.
    var key: String {
        let key = Glossary.key(name)
        return kind == .verifyError && key.hasPrefix("x509_v_err_") ? String(key.dropFirst("x509_v_err_".count)) : key
    }

    fileprivate func answers(to asked: String) -> Bool {
        if asked.isNumber { return number != nil && number == Int32(asked) }
        return key == asked || (kind == .verifyError && openSSLWording == asked)
    }

    /// What OpenSSL and the programs that use it say instead of the name, when the linked one knows the number.
    private var openSSLWording: String? {
        guard let number else { return nil }
        let wording = VerificationError(depth: 0, code: number).message
        return wording == VerificationError(depth: 0, code: -1).message ? nil : Glossary.key(wording)
    }
}

extension Explanation.Kind {
    /// `verify error`
    var singular: String { rawValue.split(separator: "_").joined(separator: " ") }
}

extension String {
    fileprivate var isNumber: Bool { utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } }
}
