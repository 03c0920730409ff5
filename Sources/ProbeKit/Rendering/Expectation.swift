/// What a report has to say, as `--expect` takes it: `FIELD OP VALUE`, such as `tls.version >= 1.2`.
///
/// FIELD is a path as `--get` takes it. `[*]` stands for every element of a list, and an empty list does not hold; `[any]`
/// stands for at least one. They may be mixed: `certificates[*].sans[any].type = DNS`.
///
/// FIELD ends at the first of `= ! < > ~`. Such characters that stand together are one OP, so that a slip such as `=~` is
/// found and not taken for `=` and a VALUE that begins with `~`. Blanks around OP are optional. VALUE is the rest without the
/// blanks around it, as it is: it may hold blanks, quotes and further operators. One pair of double quotes around the whole
/// of it is dropped, for a VALUE that begins or ends with a blank, is empty, or is the text `null`.
///
/// What the field is decides how VALUE is read and compared; see `Operand`. A VALUE that the field can never have is refused.
///
/// Null satisfies nothing, whether the path ends at it or leads through it: what is not known is not unequal to anything
/// either. Only a VALUE of `null`, with `=` and `!=`, asks for null itself, and a path that leads through null satisfies not
/// even that.
package struct Expectation: Sendable {
    /// As it was typed, without blanks around it.
    package let text: String
    package let path: ReportPath
    let comparison: Operator
    let operand: Operand

    enum Operator: String, CaseIterable, Sendable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case matches = "~"
        case differs = "!~"

        /// `==` is another spelling of `=`.
        init?(spelling: String) { self.init(rawValue: spelling == "==" ? "=" : spelling) }
    }

    /// Reads an expectation of a report that has this schema, such as `Schema.reportObject`.
    ///
    /// - Throws: when the report has no such field, with the nearest names, or when it can never have such a value.
    package init(_ text: String, of schema: JSONValue) throws(UsageError) {
        do throws(UsageError) {
            self = try Self.read(text, of: schema)
        } catch {
            throw UsageError("--expect: \(UsageError.quoted(text)): \(error)")
        }
    }

    private init(text: String, path: ReportPath, comparison: Operator, operand: Operand) {
        self.text = text
        self.path = path
        self.comparison = comparison
        self.operand = operand
    }

    private static func read(_ text: String, of schema: JSONValue) throws(UsageError) -> Expectation {
        let whole = text.utf8[...].trimmed
        let field = whole.prefix { !isOperator($0) }
        let symbol = whole[field.endIndex...].prefix(while: isOperator)
        let operators = "= == != < <= > >= ~ !~"
        guard !field.isEmpty, !symbol.isEmpty else {
            throw UsageError("give FIELD OP VALUE, such as \"tls.version >= 1.2\"; OP is one of \(operators)")
        }
        let spelling = String(decoding: symbol, as: UTF8.self)
        guard let comparison = Operator(spelling: spelling) else {
            throw UsageError(
                "\(spelling) is not one of \(operators); a VALUE that begins with such a character needs a blank before it"
            )
        }
        let path = try ReportPath(String(decoding: field.trimmed, as: UTF8.self))
        let place = try path.requireShape(in: schema)
        let value = whole[symbol.endIndex...].trimmed
        guard !value.isEmpty else { throw UsageError("a VALUE is missing; \"\" is the empty text") }
        let operand = try Operand(Value(value), for: comparison, with: path, at: place)
        return Expectation(
            text: String(decoding: whole, as: UTF8.self), path: path, comparison: comparison, operand: operand)
    }

    private static func isOperator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"): true
        default: false
        }
    }

    /// VALUE without the quotes around it.
    struct Value {
        let text: String
        let isQuoted: Bool

        fileprivate init(_ bytes: Substring.UTF8View) {
            let quote = UInt8(ascii: "\"")
            isQuoted = bytes.count >= 2 && bytes.first == quote && bytes.last == quote
            text = String(decoding: isQuoted ? bytes.dropFirst().dropLast() : bytes, as: UTF8.self)
        }
    }
}

extension Expectation {
    /// Holds a report against the expectation.
    ///
    /// What is told as `actual` is, of every element, the first that does not hold, and of any, the one that does, else the
    /// first.
    package func evaluate(in report: JSONValue) -> Expected {
        let found = find(path.steps[...], in: report, Judge(comparison, operand))
        return Expected(expression: text, ok: found.ok, actual: found.value.flatMap { GetRenderer.text(of: $0) })
    }

    private func find(_ steps: ArraySlice<ReportPath.Step>, in value: JSONValue, _ judge: Judge) -> (
        ok: Bool, value: JSONValue?
    ) {
        guard let step = steps.first else { return (judge.accepts(value), value) }
        let rest = steps.dropFirst()
        switch (step, value) {
        case (.key(let key), .object):
            guard let next = value[key] else { return (false, nil) }
            return find(rest, in: next, judge)
        case (.index(let index), .array(let elements)):
            guard elements.indices.contains(index) else { return (false, nil) }
            return find(rest, in: elements[index], judge)
        case (.length, .array(let elements)): return find(rest, in: .int(Int64(elements.count)), judge)
        case (.every, .array(let elements)), (.any, .array(let elements)):
            let isDecisive = step == .any
            var first: (ok: Bool, value: JSONValue?)?
            for element in elements {
                let found = find(rest, in: element, judge)
                if found.ok == isDecisive { return found }
                first = first ?? found
            }
            return first ?? (false, nil)
        case (.key, _), (.index, _), (.length, _), (.every, _), (.any, _): return (false, nil)
        }
    }
}

extension Substring.UTF8View {
    /// Without the blanks around it.
    fileprivate var trimmed: Substring.UTF8View {
        var rest = drop(while: \.isBlank)
        while let last = rest.last, last.isBlank { rest = rest.dropLast() }
        return rest
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || UInt8(ascii: "\t")...UInt8(ascii: "\r") ~= self }
}
