extension Expectation {
    /// VALUE as the field has it.
    ///
    /// - `flag`: `true` or `false`, with `=` and `!=`.
    /// - `number`: as JSON spells it, with all but `~` and `!~`; compared with what the report prints.
    /// - `version`: of TLS in any spelling (`1.2`, `TLSv1.2`, `tls1_2`), with all operators; older is less.
    /// - `date`: RFC 3339 or a plain date, with all operators; compared as points in time.
    /// - `text`: any other, exactly as it is, with `=` and `!=`. Where the report has a closed list, one of its words.
    /// - `pattern`: with `~` and `!~`, a regular expression that is found anywhere in a text, a version or a date as printed.
    /// - `null`: with `=` and `!=`, where the field can be null; nothing else is compared with a list or an object.
    enum Operand: Hashable, Sendable {
        case null
        case flag(Bool)
        case number(Double)
        case version(Int)
        case date(PointInTime)
        case text(String)
        case pattern(String)

        /// A longer one could be nested more deeply than the compiler of regular expressions has stack for.
        private static let longestPattern = 500

        init(_ value: Value, for comparison: Operator, with path: ReportPath, at place: ReportShape) throws(UsageError)
        {
            let field = Field(name: TerminalText.escape(path.text), path: path, place: place)
            let types = place.types
            if value.text == "null", !value.isQuoted, comparison == .equal || comparison == .unequal {
                guard types.contains("null") else { throw field.neverNull }
                self = .null
            } else if types.contains("boolean"), let flag = Bool(value.text) {
                try field.require(comparison, in: [.equal, .unequal], "true or false")
                self = .flag(flag)
            } else if !types.isDisjoint(with: ["integer", "number"]), let number = Self.number(value.text) {
                try field.require(comparison, in: Operator.ordering, "a number")
                self = .number(number)
            } else if types.contains("string") {
                self = try field.text(value.text, for: comparison)
            } else {
                throw field.unfit(value.text, comparison)
            }
        }

        /// A number as JSON spells it; Swift alone would also read `nan`, `inf` and `0x1p3`.
        private static func number(_ text: String) -> Double? {
            let isPlain = text.utf8.allSatisfy { byte in
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "+-.eE".utf8.contains(byte)
            }
            guard isPlain, let first = text.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "."),
                let number = Double(text), number.isFinite
            else { return nil }
            return number
        }

        fileprivate static func matching(_ text: String) throws(UsageError) -> Operand {
            guard text.unicodeScalars.count <= longestPattern else {
                throw UsageError("the regular expression has more than \(longestPattern) characters")
            }
            do {
                _ = try Regex(text)
            } catch {
                throw UsageError(
                    "\(UsageError.quoted(text)) is not a regular expression: \(TerminalText.escape("\(error)"))")
            }
            return .pattern(text)
        }
    }
}

extension Expectation.Operator {
    fileprivate static let ordering: [Self] = [.equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual]
}

/// The field of an expectation, for what is wrong with the rest of it.
private struct Field {
    let name: String
    let path: ReportPath
    let place: ReportShape

    /// How the texts of this field compare. The report has them as strings: their names tell, which mean the same everywhere.
    private enum Kind { case version, date, text }

    private var kind: Kind {
        switch path.steps.last(where: { if case .key = $0 { true } else { false } }) {
        // Those of programs are no versions of TLS.
        case .key("version"), .key("versions"), .key("tls_version"):
            path.steps.first == .key("tool") ? .text : .version
        case .key("started_at"), .key("not_before"), .key("not_after"), .key("time"): .date
        default: .text
        }
    }

    func text(_ text: String, for comparison: Expectation.Operator) throws(UsageError) -> Expectation.Operand {
        if comparison == .matches || comparison == .differs { return try .matching(text) }
        switch kind {
        case .version:
            guard let age = VersionAge.of(text) else {
                throw UsageError("\(UsageError.quoted(text)) is not a TLS version, such as 1.2 or TLSv1.2")
            }
            return .version(age)
        case .date:
            guard let date = PointInTime(text) else {
                throw UsageError(
                    "\(UsageError.quoted(text)) is not a date, such as 2027-01-31 or 2027-01-31T23:59:59Z")
            }
            return .date(date)
        case .text:
            try require(comparison, in: [.equal, .unequal, .matches, .differs], "a text")
            try requireWord(text)
            return .text(text)
        }
    }

    func require(
        _ comparison: Expectation.Operator, in allowed: [Expectation.Operator], _ kind: String
    ) throws(UsageError) {
        guard !allowed.contains(comparison) else { return }
        let symbols = allowed.map(\.rawValue).joined(separator: " ")
        throw UsageError("\(name) is \(kind), which \(comparison.rawValue) does not compare; use \(symbols)")
    }

    private func requireWord(_ text: String) throws(UsageError) {
        let words = place.words
        guard !words.isEmpty, !words.contains(text) else { return }
        let near = words.nearest(to: text)
        let suggestion =
            near.isEmpty
            ? "it is one of " + words.joined(separator: ", ") : "did you mean \(near.joined(separator: " or "))?"
        throw UsageError("\(name) is never \(UsageError.quoted(text)); \(suggestion)")
    }

    var neverNull: UsageError {
        let isText = place.types.contains("string")
        return UsageError("\(name) is never null" + (isText ? "; the text null is written \"null\"" : ""))
    }

    /// The value is of another type than the field, or the comparison is.
    func unfit(_ text: String, _ comparison: Expectation.Operator) -> UsageError {
        let types = place.types
        if types.contains("array") {
            return UsageError("\(name) is a list; name its \(name).length, \(name)[*] for every element, [any] or [0]")
        }
        if types.contains("object") {
            return UsageError("\(name) is an object; name one of its fields: \(place.names.joined(separator: ", "))")
        }
        if types == ["null"] { return UsageError("\(name) is always null in this version") }
        let isFlag = types.contains("boolean")
        let kind = isFlag ? "true or false" : "a number"
        do throws(UsageError) {
            try require(comparison, in: isFlag ? [.equal, .unequal] : Expectation.Operator.ordering, kind)
            return UsageError("\(name) is \(kind), not \(UsageError.quoted(text))")
        } catch {
            return error
        }
    }
}
