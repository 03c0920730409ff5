extension Target {
    /// Reads `HOST`, `HOST:PORT`, `[V6]:PORT`, a bare address or an https URL; the port is 443 unless given.
    package static func parse(_ input: String) throws(UsageError) -> Target {
        guard !input.isEmpty else { throw UsageError("the target is empty; give HOST:PORT") }
        let place = try Place(input, authority: authority(of: input))
        return Target(
            input: input, host: place.host, port: place.port ?? 443, isAddress: place.isAddress)
    }

    /// Reads `--connect-to`: `HOST:PORT`, or curl's `HOST1:PORT1:HOST2:PORT2` where an empty field means "the target's".
    package func connectTo(_ text: String) throws(UsageError) -> (host: String, port: UInt16) {
        var fields = Self.fields(of: text)
        if fields.count == 4 {
            let (name, number) = (String(fields[0]), String(fields[1]))
            let isForUs =
                (name.isEmpty || Self.unbracketed(name).lowercased() == host.lowercased())
                && (number.isEmpty || number == String(port))
            guard isForUs else {
                throw UsageError(
                    "--connect-to: \(UsageError.quoted(text)) is for \(name):\(number), not for the target \(input)")
            }
            fields.removeFirst(2)
            if fields[0].isEmpty { fields[0] = Self.bracketed(host)[...] }
            if fields[1].isEmpty { fields[1] = String(port)[...] }
        }
        guard fields.count == 2 else {
            throw UsageError(
                "--connect-to: \(UsageError.quoted(text)) is not HOST:PORT or HOST1:PORT1:HOST2:PORT2; "
                    + "put an IPv6 address in brackets")
        }
        let place: Place
        do {
            place = try Place(text, authority: fields.joined(separator: ":")[...])
        } catch {
            throw UsageError("--connect-to: \(error)")
        }
        return (place.host, place.port ?? port)
    }

    /// Checks a host name as `--sni` and `--verify-name` take it, and drops one trailing dot.
    package static func hostName(_ text: String) throws(UsageError) -> (host: String, isAddress: Bool) {
        let place = try Place(text, host: text)
        return (place.host, place.isAddress)
    }

    /// The part of a URL that names host and port; anything else as it is.
    private static func authority(of input: String) throws(UsageError) -> Substring {
        guard let slash = input.utf8.firstIndex(of: UInt8(ascii: "/")) else { return input[...] }
        let quoted = UsageError.quoted(input)
        let scheme = input[..<slash]
        guard scheme.hasSuffix(":"), input[slash...].hasPrefix("//") else {
            if scheme == "unix:" { throw unknownScheme(quoted) }
            throw UsageError("\(quoted) is not HOST:PORT: it holds \"/\"; write a URL with https:// before it")
        }
        guard scheme.lowercased() == "https:" else { throw unknownScheme(quoted) }
        var authority = input[slash...].dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains(where: { $0 == "@" }) {
            throw UsageError("\(quoted) holds a user name; leave out everything up to the \"@\"")
        }
        // RFC 3986 allows an empty port in a URL.
        if authority.hasSuffix(":"), !authority.hasSuffix("::") { authority.removeLast() }
        return authority
    }

    private static func unknownScheme(_ quoted: String) -> UsageError {
        UsageError("\(quoted) has an unknown scheme; give HOST:PORT or https://HOST[:PORT]/")
    }

    /// Splits at the colons outside brackets.
    private static func fields(of text: String) -> [Substring] {
        var depth = 0
        return text.split(omittingEmptySubsequences: false) { character in
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            return character == ":" && depth == 0
        }
    }

    private static func bracketed(_ host: String) -> String { host.contains(where: { $0 == ":" }) ? "[\(host)]" : host }

    private static func unbracketed(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}

/// A checked host with the port that was written after it, if any.
private struct Place {
    var host: String
    var port: UInt16?
    var isAddress: Bool

    /// Takes `input`, which is quoted in messages, apart by its `authority`.
    init(_ input: String, authority: Substring) throws(UsageError) {
        var quoted: String { UsageError.quoted(input) }
        let host: Substring
        let port: Substring?
        if authority.utf8.first == UInt8(ascii: "[") {
            guard let end = authority.utf8.firstIndex(of: UInt8(ascii: "]")) else {
                throw UsageError("\(quoted): the \"[\" is not closed")
            }
            host = Substring(authority.utf8[..<end].dropFirst())
            guard NumericAddress.isIPv6(host) else {
                throw UsageError("\(quoted): what stands in brackets is not an IPv6 address")
            }
            let rest = authority.utf8[authority.utf8.index(after: end)...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else {
                throw UsageError("\(quoted): only \":PORT\" may follow the \"]\"")
            }
            port = rest.isEmpty ? nil : Substring(rest.dropFirst())
        } else if NumericAddress.isIPv6(authority) {
            host = authority
            port = nil
        } else if let colon = authority.utf8.firstIndex(of: UInt8(ascii: ":")) {
            host = authority[..<colon]
            port = authority[authority.utf8.index(after: colon)...]
            if port?.utf8.contains(UInt8(ascii: ":")) == true {
                throw UsageError("\(quoted) is neither HOST:PORT nor an IPv6 address; write [ADDRESS]:PORT")
            }
        } else {
            host = authority
            port = nil
        }
        if let port {
            let digits = port.utf8
            guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt16(port), number > 0
            else { throw UsageError("\(quoted): the port must be a number from 1 to 65535") }
            self.port = number
        }
        let checked = try Place(input, host: String(host))
        self.host = checked.host
        self.isAddress = checked.isAddress
    }

    /// Checks a host alone: an address, or a name whose trailing dot is dropped.
    init(_ input: String, host: String) throws(UsageError) {
        var quoted: String { UsageError.quoted(input) }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        isAddress = NumericAddress.isIPv4(name) || NumericAddress.isIPv6(host)
        self.host = isAddress && !NumericAddress.isIPv4(name) ? host : name
        if isAddress { return }

        guard !name.isEmpty else { throw UsageError("\(quoted): the host is empty") }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw UsageError("\(quoted): write the name in its ASCII form, with the xn--… labels (A-labels)")
        }
        for scalar in name.unicodeScalars where !Self.allowed.contains(scalar) {
            throw UsageError("\(quoted): a host name cannot hold \(UsageError.quoted(String(scalar)))")
        }
        if name.hasPrefix("-") { throw UsageError("\(quoted): a host name cannot begin with \"-\"") }
        guard name.utf8.count <= 253 else { throw UsageError("\(quoted): a host name has at most 253 characters") }
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count) else {
                throw UsageError("\(quoted): each label of a host name has 1 to 63 characters")
            }
        }
    }

    /// Underscores are no host name's, but service names have them and resolve.
    private static let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".unicodeScalars)
}
