/// A place in a report as its schema describes it; more than one alternative for an event.
struct ReportShape {
    let alternatives: [JSONValue]
    /// The schema of the whole report, without its events.
    private let root: JSONValue

    /// The whole report.
    init(root: JSONValue) { self.init([root], root: root) }

    private init(_ alternatives: [JSONValue], root: JSONValue) {
        self.alternatives = alternatives
        self.root = root
    }

    /// The fields of an object.
    var names: [String] { alternatives.flatMap { $0.properties.map(\.key) } }
    var isList: Bool { alternatives.contains { $0["type"] == .string("array") } }
    /// How many elements a list has.
    var length: ReportShape { ReportShape([.type("integer")], root: root) }
    /// The elements of a list; nil also for a list that nothing fills yet.
    var element: ReportShape? { next { $0["items"] } }

    /// The JSON types that the value may have, such as `string`, `integer` and `null`.
    var types: Set<String> { Set(alternatives.flatMap(Self.types)) }

    /// The texts of a closed list; empty when any text is possible.
    var words: [String] {
        var words: [String] = []
        for alternative in alternatives where Self.types(of: alternative).contains("string") {
            guard let listed = Self.words(of: alternative) else { return [] }
            words += listed.filter { !words.contains($0) }
        }
        return words
    }

    subscript(name: String) -> ReportShape? {
        next { schema in schema.properties.first { $0.key == name }?.value }
    }

    private func next(_ step: (JSONValue) -> JSONValue?) -> ReportShape? {
        let found = alternatives.compactMap(step).flatMap(resolved)
        return found.isEmpty ? nil : ReportShape(found, root: root)
    }

    /// Follows references and takes alternatives apart.
    private func resolved(_ schema: JSONValue) -> [JSONValue] {
        switch schema["$ref"] {
        case .string("#"): return [root]
        case .string: return resolved(Schema.reportEvents)
        default: break
        }
        if case .array(let alternatives)? = schema["oneOf"] ?? schema["anyOf"] {
            return alternatives.flatMap(resolved)
        }
        return [schema]
    }

    private static func types(of schema: JSONValue) -> [String] {
        if schema["const"] != nil { return ["string"] }
        if case .array(let values)? = schema["enum"] {
            return values.contains(.null) ? ["string", "null"] : ["string"]
        }
        switch schema["type"] {
        case .string(let name)?: return [name]
        case .array(let names)?: return names.compactMap(\.text)
        default: return []
        }
    }

    /// The texts that a schema lists, nil when it lists none.
    private static func words(of schema: JSONValue) -> [String]? {
        if let constant = schema["const"] { return [constant].compactMap(\.text) }
        guard case .array(let values)? = schema["enum"] else { return nil }
        return values.compactMap(\.text)
    }

    /// Where else in the report a field of this name is, events apart.
    func paths(endingIn name: String) -> [String] {
        var found: [String] = []
        func search(_ schema: JSONValue, at path: String) {
            for property in schema.properties where property.key != "events" {
                let place = path.isEmpty ? property.key : path + "." + property.key
                if property.key == name { found.append(place) }
                if let items = property.value["items"] {
                    search(items, at: place + "[0]")
                } else {
                    search(property.value, at: place)
                }
            }
        }
        search(root, at: "")
        return found
    }
}

extension JSONValue {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}

extension [String] {
    /// The names that a typing mistake may have meant, nearest first.
    package func nearest(to name: String) -> [String] {
        let limit = Swift.max(1, name.count / 3)
        return map { (name: $0, distance: editDistance($0, name)) }
            .filter { $0.distance <= limit || $0.name.hasPrefix(name) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .map(\.name)
    }
}

/// How many letters have to be inserted, dropped, replaced or swapped with their neighbour.
func editDistance(_ one: String, _ other: String) -> Int {
    let one = Array(one.unicodeScalars.prefix(64))
    let other = Array(other.unicodeScalars.prefix(64))
    var rows = [Array(0...other.count)]
    for (i, left) in one.enumerated() {
        var row = [i + 1]
        for (j, right) in other.enumerated() {
            var distance = Swift.min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (left == right ? 0 : 1))
            if i > 0, j > 0, left == other[j - 1], one[i - 1] == right {
                distance = Swift.min(distance, rows[i - 1][j - 1] + 1)
            }
            row.append(distance)
        }
        rows.append(row)
    }
    return rows[one.count][other.count]
}
