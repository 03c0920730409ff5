extension ReportPath {
    /// The path, when `--get` can print it: one value that the report has.
    @discardableResult
    package static func validate(_ text: String, in root: JSONValue = Schema.reportObject) throws(UsageError)
        -> ReportPath
    {
        do throws(UsageError) {
            let path = try ReportPath(text)
            guard !path.steps.contains(where: { $0 == .every || $0 == .any }) else {
                throw UsageError("\(TerminalText.escape(text)) names many values; ask for one, such as the one at [0]")
            }
            try path.requireShape(in: root)
            return path
        } catch {
            throw UsageError("--get: \(error)")
        }
    }

    /// What the report has there.
    ///
    /// - Parameter root: the schema of the report, such as `Schema.reportObject`.
    /// - Throws: with the nearest names when the report has no such field.
    @discardableResult
    func requireShape(in root: JSONValue) throws(UsageError) -> ReportShape {
        var place = ReportShape(root: root)
        var walked = ""
        for step in steps {
            switch step {
            case .key(let name):
                guard let next = place[name] else { throw unknown(name, in: place, at: walked) }
                place = next
                walked += walked.isEmpty ? name : "." + name
            case .index, .every, .any:
                guard let element = place.element else { throw notAList(place, at: walked) }
                place = element
                walked += spelled(step)
            case .length:
                guard place.isList else { throw notAList(place, at: walked) }
                place = place.length
                walked += ".length"
            }
        }
        return place
    }

    private func spelled(_ step: Step) -> String {
        switch step {
        case .index(let index): "[\(index)]"
        case .every: "[*]"
        case .any: "[any]"
        case .key(let name): "." + name
        case .length: ".length"
        }
    }

    private func unknown(_ name: String, in place: ReportShape, at walked: String) -> UsageError {
        let escaped = TerminalText.escape(name)
        if place.isList {
            return UsageError("\(walked) is a list: \(walked)[0].\(escaped) is a field of its first element")
        }
        guard !place.names.isEmpty else { return UsageError("\(walked) has no fields, so no \"\(escaped)\"") }
        let prefix = walked.isEmpty ? "" : walked + "."
        let near = place.names.nearest(to: name).map { prefix + $0 } + place.paths(endingIn: name)
        let suggestion =
            near.isEmpty
            ? "it has " + place.names.joined(separator: ", ")
            : "did you mean " + near.prefix(4).joined(separator: " or ") + "?"
        return UsageError("\(walked.isEmpty ? "the report" : walked) has no \"\(escaped)\"; \(suggestion)")
    }

    private func notAList(_ place: ReportShape, at walked: String) -> UsageError {
        if place.isList { return UsageError("\(walked) is always empty in this version") }
        return UsageError("\(walked.isEmpty ? "the report" : walked) is not a list")
    }
}
