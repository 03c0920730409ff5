import Foundation

/// Holds JSON against a JSON Schema, with exactly the keywords that our schemas use; any other is a problem too.
public enum SchemaValidator {
    /// What is wrong, each with its place; empty when the document is valid. `closed` refuses unknown keys as well.
    public static func validate(_ json: Data, schema: Any, closed: Bool) -> [String] {
        do {
            let value = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
            return validate(value, schema: schema, closed: closed)
        } catch {
            return ["not JSON: \(error)"]
        }
    }

    /// The same for what `JSONSerialization` made of a document.
    public static func validate(_ value: Any, schema: Any, closed: Bool) -> [String] {
        Check(root: schema, closed: closed).problems(value, schema, at: "$")
    }
}

private struct Check {
    let root: Any
    let closed: Bool

    func problems(_ value: Any, _ schema: Any, at place: String) -> [String] {
        guard let schema = schema as? [String: Any] else { return ["\(place): the schema is no object"] }
        return schema.keys.sorted().flatMap { keyword -> [String] in
            let rule = schema[keyword] ?? NSNull()
            switch keyword {
            case "$schema", "$id", "$defs", "title": return []
            case "$ref": return reference(value, rule, at: place)
            case "type":
                let types = rule as? [String] ?? [rule as? String ?? ""]
                return types.contains { isOf(value, type: $0) } ? [] : ["\(place): \(value) is not \(types)"]
            case "const":
                return same(value, rule) ? [] : ["\(place): \(value) is not \(rule)"]
            case "enum":
                let cases = rule as? [Any] ?? []
                return cases.contains { same(value, $0) } ? [] : ["\(place): \(value) is not one of \(cases)"]
            case "required":
                guard let object = value as? [String: Any] else { return [] }
                return (rule as? [String] ?? []).filter { object[$0] == nil }.map { "\(place).\($0) is missing" }
            case "properties": return properties(value, rule as? [String: Any] ?? [:], at: place)
            case "items":
                let elements = (value as? [Any] ?? []).enumerated()
                return elements.flatMap { problems($1, rule, at: "\(place)[\($0)]") }
            case "maxItems":
                let most = rule as? Int ?? 0
                return (value as? [Any] ?? []).count <= most ? [] : ["\(place): more than \(most) elements"]
            case "oneOf", "anyOf": return alternatives(value, rule as? [[String: Any]] ?? [], at: place)
            default: return ["\(place): the keyword \(keyword) is unknown"]
            }
        }
    }

    private func properties(_ value: Any, _ properties: [String: Any], at place: String) -> [String] {
        guard let object = value as? [String: Any] else { return [] }
        return object.keys.sorted().flatMap { key -> [String] in
            guard let value = object[key] else { return [] }
            guard let schema = properties[key] else { return closed ? ["\(place).\(key) is unknown"] : [] }
            return problems(value, schema, at: "\(place).\(key)")
        }
    }

    /// The problems of the alternative whose constants fit, for these say most.
    ///
    /// Only where no constant speaks against it is an alternative looked into: there are fifty kinds of events.
    private func alternatives(_ value: Any, _ schemas: [[String: Any]], at place: String) -> [String] {
        let possible = schemas.filter { constantsAllow(value, $0) }
        let results = possible.map { problems(value, $0, at: place) }
        let valid = results.filter(\.isEmpty).count
        if valid == 1 { return [] }
        if valid > 1 { return ["\(place): \(valid) alternatives fit"] }
        let meant = zip(possible, results).filter { constantsFit(value, $0.0) }.map(\.1)
        return meant.first ?? ["\(place): no alternative fits \(value)"]
    }

    private func constantsFit(_ value: Any, _ schema: [String: Any]) -> Bool {
        guard let object = value as? [String: Any], let properties = schema["properties"] as? [String: Any] else {
            return false
        }
        return properties.allSatisfy { key, rule in
            guard let constant = (rule as? [String: Any])?["const"] else { return true }
            return object[key].map { same($0, constant) } ?? false
        }
    }

    private func constantsAllow(_ value: Any, _ schema: [String: Any]) -> Bool {
        let object = value as? [String: Any] ?? [:]
        let properties = schema["properties"] as? [String: Any] ?? [:]
        return properties.allSatisfy { key, rule in
            guard let constant = (rule as? [String: Any])?["const"], let found = object[key] else { return true }
            return same(found, constant)
        }
    }

    private func reference(_ value: Any, _ rule: Any, at place: String) -> [String] {
        var target: Any? = root
        for name in (rule as? String ?? "").split(separator: "/").dropFirst() {
            target = (target as? [String: Any])?[String(name)]
        }
        guard let target else { return ["\(place): \(rule) leads nowhere"] }
        return problems(value, target, at: place)
    }

    private func isOf(_ value: Any, type: String) -> Bool {
        switch type {
        case "null": value is NSNull
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        case "boolean": isBoolean(value)
        case "number": value is NSNumber && !isBoolean(value)
        case "integer":
            !isBoolean(value) && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } ?? false
        default: false
        }
    }

    private func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return false }
        return String(cString: number.objCType) == "c"
    }

    private func same(_ one: Any, _ other: Any) -> Bool {
        guard let one = one as? NSObject, let other = other as? NSObject else { return false }
        return isBoolean(one) == isBoolean(other) && one == other
    }
}
