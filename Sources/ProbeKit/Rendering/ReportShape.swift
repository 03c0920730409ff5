/// A place in the report as its schema describes it; more than one alternative for an event.
struct ReportShape {
    let alternatives: [JSONValue]

    static var root: ReportShape { ReportShape(alternatives: [Schema.reportObject]) }

    /// The fields of an object.
    var names: [String] { alternatives.flatMap { $0.properties.map(\.key) } }
    var isList: Bool { alternatives.contains { $0["type"] == .string("array") } }
    /// The elements of a list; nil also for a list that nothing fills yet.
    var element: ReportShape? { next { $0["items"] } }

    subscript(name: String) -> ReportShape? {
        next { schema in schema.properties.first { $0.key == name }?.value }
    }

    private func next(_ step: (JSONValue) -> JSONValue?) -> ReportShape? {
        let found = alternatives.compactMap(step).flatMap(Self.resolved)
        return found.isEmpty ? nil : ReportShape(alternatives: found)
    }

    /// Follows references and takes alternatives apart.
    private static func resolved(_ schema: JSONValue) -> [JSONValue] {
        switch schema["$ref"] {
        case .string("#"): return [Schema.reportObject]
        case .string: return resolved(Schema.reportEvents)
        default: break
        }
        if case .array(let alternatives)? = schema["oneOf"] ?? schema["anyOf"] {
            return alternatives.flatMap(resolved)
        }
        return [schema]
    }

    /// Where else in the report a field of this name is, events apart.
    static func paths(endingIn name: String) -> [String] {
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
        search(Schema.reportObject, at: "")
        return found
    }
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
