extension Expectation {
    /// Compares values with what is expected of them.
    struct Judge {
        private let comparison: Operator
        private let operand: Operand
        /// Compiled once for all elements of a list.
        private let pattern: Regex<AnyRegexOutput>?

        init(_ comparison: Operator, _ operand: Operand) {
            self.comparison = comparison
            self.operand = operand
            if case .pattern(let text) = operand { pattern = try? Regex(text) } else { pattern = nil }
        }

        func accepts(_ value: JSONValue) -> Bool {
            switch (operand, value) {
            case (.null, _): orders(value == .null ? 0 : 1, 0)
            case (.flag(let expected), .bool(let flag)): orders(flag ? 1 : 0, expected ? 1 : 0)
            case (.number(let expected), .int(let number)): orders(Double(number), expected)
            case (.number(let expected), .number(let number)): orders(JSONWriter.printed(number), expected)
            case (.text(let expected), .string(let text)): orders(text == expected ? 0 : 1, 0)
            case (.version(let expected), .string(let text)): accepts(VersionAge.of(text), expected)
            case (.date(let expected), .string(let text)): accepts(PointInTime(text), expected)
            case (.pattern, .string(let text)): matches(text)
            case (.flag, _), (.number, _), (.text, _), (.version, _), (.date, _), (.pattern, _): false
            }
        }

        /// What is no version or date that we know is another one, but neither less nor greater.
        private func accepts<Value: Comparable>(_ value: Value?, _ expected: Value) -> Bool {
            guard let value else { return comparison == .unequal }
            return orders(value, expected)
        }

        private func matches(_ text: String) -> Bool {
            guard let pattern else { return false }
            return text.contains(pattern) == (comparison == .matches)
        }

        private func orders<Value: Comparable>(_ value: Value, _ expected: Value) -> Bool {
            switch comparison {
            case .equal: value == expected
            case .unequal: value != expected
            case .less: value < expected
            case .lessOrEqual: value <= expected
            case .greater: value > expected
            case .greaterOrEqual: value >= expected
            case .matches, .differs: false
            }
        }
    }
}
