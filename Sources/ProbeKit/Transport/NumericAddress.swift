/// Tells numeric addresses from names, by the rules of `inet_pton(3)`: `127.1` and `0x7f.1` are names.
enum NumericAddress {
    /// Whether the text is a dotted quad.
    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { isOctet($0) }
    }

    /// Whether the text is an IPv6 address, without brackets; `%scope` may follow.
    static func isIPv6(_ text: some StringProtocol) -> Bool {
        let colon = UInt8(ascii: ":")
        guard text.utf8.contains(colon) else { return false }
        let halves = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = halves.first else { return false }
        if halves.count == 2, !isScope(halves[1]) { return false }

        let bytes = Array(address.utf8)
        guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == colon && bytes[$0 + 1] == colon }) else {
            return groupCount(bytes[...], mayEndInIPv4: true) == 8
        }
        guard let head = groupCount(bytes[..<gap], mayEndInIPv4: false),
            let tail = groupCount(bytes[(gap + 2)...], mayEndInIPv4: true)
        else { return false }
        return head + tail < 8
    }

    /// How many 16-bit groups the colon-separated text holds, nil when one of them is none.
    private static func groupCount(_ bytes: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> Int? {
        if bytes.isEmpty { return 0 }
        let groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        for (index, group) in groups.enumerated() {
            if (1...4).contains(group.count), group.allSatisfy(isHexDigit) {
                count += 1
            } else if mayEndInIPv4, index == groups.count - 1, isIPv4(String(decoding: group, as: UTF8.self)) {
                count += 2
            } else {
                return nil
            }
        }
        return count
    }

    private static func isOctet(_ digits: some Collection<UInt8>) -> Bool {
        guard (1...3).contains(digits.count), digits.allSatisfy(isDigit) else { return false }
        if digits.count > 1, digits.first == UInt8(ascii: "0") { return false }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
    }

    /// An interface name or number; the kernel allows 15 bytes.
    private static func isScope(_ text: some StringProtocol) -> Bool {
        (1...15).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
