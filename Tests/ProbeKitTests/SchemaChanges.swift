@testable import ProbeKit

/// What a schema no longer promises that an earlier one did.
///
/// Fields, words of closed lists and events may be added. A field that goes, gets another type or may now be absent, and a
/// word that goes, break what users built. What was always null, or always an empty list, may be filled.
struct SchemaChanges {
    private let old: JSONValue
    private let new: JSONValue

    /// One for each broken promise, with its place.
    static func breaking(_ old: JSONValue, _ new: JSONValue) -> [String] {
        var seen: Set<[String]> = []
        return SchemaChanges(old: old, new: new).compare(old, new, at: "$", &seen)
    }

    private func compare(
        _ old: JSONValue, _ new: JSONValue, at place: String, _ seen: inout Set<[String]>
    ) -> [String] {
        if old["$ref"] != nil || new["$ref"] != nil {
            // The same definition is looked at once, wherever it is used.
            let pair = [old, new].map { $0["$ref"].flatMap(\.text) ?? "\(place)" }
            guard seen.insert(pair).inserted else { return [] }
            return compare(
                Self.resolved(old, in: self.old), Self.resolved(new, in: self.new), at: place, &seen)
        }
        if let alternatives = old.alternatives {
            return compare(alternatives, new.alternatives ?? [new], at: place, &seen)
        }
        if old["type"] == .string("null") {
            return new.allowsNull ? [] : ["\(place) is no longer null"]
        }
        return types(old, new, at: place) + words(old, new, at: place) + fields(old, new, at: place, &seen)
            + elements(old, new, at: place, &seen)
    }

    /// Each of the old alternatives has to be among the new ones: the one with the same constants that breaks least.
    private func compare(
        _ old: [JSONValue], _ new: [JSONValue], at place: String, _ seen: inout Set<[String]>
    ) -> [String] {
        var problems: [String] = []
        for alternative in old {
            let constants = alternative.constants
            let name = constants["event"].map { "\(place)(\($0))" } ?? place
            let attempts = new.filter { $0.constants == constants }.map { candidate in
                var tried = seen
                let problems = compare(alternative, candidate, at: name, &tried)
                return (problems: problems, seen: tried)
            }
            guard let best = attempts.min(by: { $0.problems.count < $1.problems.count }) else {
                problems.append("\(name) is gone")
                continue
            }
            seen = best.seen
            problems += best.problems
        }
        return problems
    }

    private func types(_ old: JSONValue, _ new: JSONValue, at place: String) -> [String] {
        let (before, after) = (old.typeNames, new.typeNames)
        guard before != after else { return [] }
        return ["\(place) was \(before.joined(separator: " or ")) and is \(after.joined(separator: " or "))"]
    }

    private func words(_ old: JSONValue, _ new: JSONValue, at place: String) -> [String] {
        if old["const"] != new["const"] { return ["\(place) is another constant"] }
        guard case .array(let after)? = new["enum"] else { return [] }
        guard case .array(let before)? = old["enum"] else { return ["\(place) was open and is a closed list"] }
        return before.filter { !after.contains($0) }.map { "\(place) lacks the word \($0.text ?? "null")" }
    }

    private func fields(
        _ old: JSONValue, _ new: JSONValue, at place: String, _ seen: inout Set<[String]>
    ) -> [String] {
        var problems: [String] = []
        for field in old.properties {
            guard let other = new.properties.first(where: { $0.key == field.key }) else {
                problems.append("\(place).\(field.key) is gone")
                continue
            }
            if old.requires(field.key), !new.requires(field.key) {
                problems.append("\(place).\(field.key) may be absent")
            }
            problems += compare(field.value, other.value, at: "\(place).\(field.key)", &seen)
        }
        return problems
    }

    private func elements(
        _ old: JSONValue, _ new: JSONValue, at place: String, _ seen: inout Set<[String]>
    ) -> [String] {
        // Without elements the list was always empty.
        guard let before = old["items"] else { return [] }
        guard let after = new["items"] else { return ["\(place) is always empty"] }
        return compare(before, after, at: place + "[]", &seen)
    }

    private static func resolved(_ schema: JSONValue, in root: JSONValue) -> JSONValue {
        guard case .string(let reference)? = schema["$ref"] else { return schema }
        var target: JSONValue? = root
        for name in reference.split(separator: "/").dropFirst() { target = target?[String(name)] }
        return target ?? .null
    }
}

extension JSONValue {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

    fileprivate var alternatives: [JSONValue]? {
        guard case .array(let alternatives)? = self["oneOf"] ?? self["anyOf"] else { return nil }
        return alternatives
    }

    /// The fields that have one value only, by which alternatives are told apart.
    fileprivate var constants: [String: String] {
        properties.reduce(into: [:]) { $0[$1.key] = $1.value["const"].flatMap(\.text) }
    }

    fileprivate var typeNames: [String] {
        if self["const"] != nil { return ["string"] }
        if case .array(let values)? = self["enum"] { return values.contains(.null) ? ["string", "null"] : ["string"] }
        switch self["type"] {
        case .string(let name)?: return [name]
        case .array(let names)?: return names.compactMap(\.text)
        default: return []
        }
    }

    fileprivate var allowsNull: Bool {
        typeNames.contains("null") || alternatives?.contains(where: \.allowsNull) == true
    }

    fileprivate func requires(_ key: String) -> Bool {
        guard case .array(let names)? = self["required"] else { return false }
        return names.contains(.string(key))
    }
}
