struct TextRenderer {
    struct Style { var color: Bool; var unicode: Bool; var width: Int }
    init(_ s: Style) {}
    func block(_ r: Report, events: [EventRecord]) -> String { "\(r.outcome) \(r.error?.message ?? "")\n" }
    func failureLine(_ r: Report) -> String { "x" }
}
