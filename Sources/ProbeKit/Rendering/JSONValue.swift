/// A JSON document in memory; objects keep the order in which their keys were written.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One key of an object with its value.
    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value under a key; nil when this is no object or has no such key.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }
}

/// The JSON spelling of a Swift property name: `leafSha256` is `leaf_sha256`; snake_case stays as it is.
func snakeCase(_ name: String) -> String {
    guard name.utf8.contains(where: isUpperCase) else { return name }
    var spelled: [UInt8] = []
    spelled.reserveCapacity(name.utf8.count + 4)
    for byte in name.utf8 {
        if isUpperCase(byte) {
            if !spelled.isEmpty { spelled.append(UInt8(ascii: "_")) }
            spelled.append(byte | 0x20)
        } else {
            spelled.append(byte)
        }
    }
    return String(decoding: spelled, as: UTF8.self)
}

private func isUpperCase(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }
