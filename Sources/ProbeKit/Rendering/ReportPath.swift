/// Names a value of the report: `tls.version`, `certificates[0].days_left`, `certificates.0.sans.length`.
package struct ReportPath: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
        /// `.length`: how many elements a list has.
        case length
        /// `[*]`: every element; for expectations.
        case every
        /// `[any]`: at least one element; for expectations.
        case any
    }

    /// As it was typed.
    package let text: String
    package let steps: [Step]

    /// Reads the spelling alone; `validate(_:)` also asks whether the report has such a field.
    package init(_ text: String) throws(UsageError) {
        self.text = text
        var steps: [Step] = []
        var rest = Substring(text)
        if rest.first == "." { rest.removeFirst() }
        var expectsName = true
        while let next = rest.first {
            if next == "[" {
                guard let end = rest.firstIndex(of: "]") else { throw Self.malformed(text, "a ] is missing") }
                let inside = rest[rest.index(after: rest.startIndex)..<end]
                guard let step = Self.bracketed(inside) else {
                    throw Self.malformed(text, "brackets hold a number, * or any")
                }
                steps.append(step)
                rest = rest[rest.index(after: end)...]
                expectsName = false
            } else if next == ".", !expectsName {
                rest.removeFirst()
                expectsName = true
            } else {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard expectsName, !name.isEmpty else { throw Self.malformed(text, "a name is expected after a dot") }
                steps.append(Self.number(name).map(Step.index) ?? .key(String(name)))
                rest = rest[name.endIndex...]
                expectsName = false
            }
        }
        guard !expectsName, !steps.isEmpty else { throw Self.malformed(text, "a name is expected after a dot") }
        if steps.count > 1, steps.last == .key("length") { steps[steps.count - 1] = .length }
        self.steps = steps
    }

    /// The value in a report; null where the report has nothing.
    package func value(in report: JSONValue) -> JSONValue {
        var value = report
        for step in steps {
            switch (step, value) {
            case (.key(let key), _): value = value[key] ?? .null
            case (.index(let index), .array(let values)):
                value = values.indices.contains(index) ? values[index] : .null
            case (.length, .array(let values)): value = .int(Int64(values.count))
            case (.index, _), (.length, _), (.every, _), (.any, _): return .null
            }
        }
        return value
    }

    /// All values that the path leads to, with `[*]` or without.
    func all(in report: JSONValue) -> [JSONValue] {
        var values = [report]
        for step in steps {
            values = values.flatMap { value -> [JSONValue] in
                switch (step, value) {
                case (.key(let key), _): [value[key] ?? .null]
                case (.every, .array(let elements)), (.any, .array(let elements)): elements
                case (.index(let index), .array(let elements)) where elements.indices.contains(index): [elements[index]]
                case (.length, .array(let elements)): [.int(Int64(elements.count))]
                default: [.null]
                }
            }
        }
        return values
    }

    private static func bracketed(_ inside: Substring) -> Step? {
        switch inside {
        case "*": .every
        case "any": .any
        default: number(inside).map(Step.index)
        }
    }

    private static func number(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        return Int(digits)
    }

    private static func malformed(_ text: String, _ why: String) -> UsageError {
        UsageError("\"\(TerminalText.escape(text))\" is not a path such as certificates[0].days_left: \(why)")
    }
}
