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
    var name = name
    let spelled = name.withUTF8 { name -> String? in
        guard name.contains(where: isUpperCase) else { return nil }
        return String(unsafeUninitializedCapacity: 2 * name.count) { spelled in
            var count = 0
            for byte in name {
                if isUpperCase(byte), count > 0 {
                    spelled[count] = UInt8(ascii: "_")
                    count += 1
                }
                spelled[count] = isUpperCase(byte) ? byte | 0x20 : byte
                count += 1
            }
            return count
        }
    }
    return spelled ?? name
}

private func isUpperCase(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }
