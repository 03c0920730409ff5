/// What became of one expectation: how it was typed, whether it holds, and what the report says instead.
package struct Expected: Codable, Sendable {
    package var expression: String
    package var ok: Bool
    /// The value as `--get` prints it; nil when it is null or there is none.
    package var actual: String?

    package init(expression: String, ok: Bool, actual: String?) {
        self.expression = expression
        self.ok = ok
        self.actual = actual
    }
}
