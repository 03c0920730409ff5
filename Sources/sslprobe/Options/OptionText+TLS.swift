import ProbeKit

extension OptionText {
    /// `1.2`, `1.2-1.3`, `TLSv1.2`, `TLSv1.2-TLSv1.3`.
    func versions() throws(UsageError) -> ClosedRange<TLSOffer.Version> {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        let versions = words.compactMap { Self.version($0) }
        guard (1...2).contains(words.count), versions.count == words.count, let first = versions.first,
            let last = versions.last
        else { throw mistake("is not a TLS version or a range; give 1.0, 1.1, 1.2, 1.3 or 1.2-1.3") }
        guard first <= last else { throw mistake("has the lowest version last; write \(words[1])-\(words[0])") }
        return first...last
    }

    /// Reads OpenSSL's, s_client's and everyday spellings.
    private static func version(_ word: Substring) -> TLSOffer.Version? {
        var number = word.lowercased()[...]
        if number.hasPrefix("tls") {
            number = number.dropFirst(3)
            if number.hasPrefix("v") { number = number.dropFirst() }
        }
        switch number {
        case "1", "1.0", "1_0": return .tls10
        case "1.1", "1_1": return .tls11
        case "1.2", "1_2": return .tls12
        case "1.3", "1_3": return .tls13
        default: return nil
        }
    }

    /// Protocol names in order of preference; RFC 7301 gives each 1 to 255 bytes and the list two bytes of length.
    func protocols() throws(UsageError) -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ (1...255).contains($0.utf8.count) }), text.utf8.count < 65535 else {
            throw mistake("is not a list of ALPN names of 1 to 255 bytes, such as h2,http/1.1")
        }
        return names
    }

    /// A name for SNI, or `none`.
    func serverName() throws(UsageError) -> TLSOffer.ServerName {
        if text == "none" { return .none }
        let (name, isAddress) = try hostName()
        if isAddress { throw mistake("is an address; SNI carries names only (RFC 6066)") }
        return .name(name)
    }

    /// A name or an address, checked as a target's host is.
    func hostName() throws(UsageError) -> (host: String, isAddress: Bool) {
        do {
            return try Target.hostName(text)
        } catch {
            throw UsageError("\(option): \(error)")
        }
    }

    /// `ID:HEXFILE`; the last colon parts them, since identities hold colons more often than file names.
    func preSharedKey() throws(UsageError) -> TLSOffer.PreSharedKey {
        guard let colon = text.lastIndex(of: ":") else { throw mistake("is not ID:HEXFILE") }
        let identity = String(text[..<colon])
        let path = String(text[colon...].dropFirst())
        // OpenSSL takes no longer identity (PSK_MAX_IDENTITY_LEN).
        guard (1...256).contains(identity.utf8.count), !path.isEmpty else {
            throw mistake("is not ID:HEXFILE, the ID having 1 to 256 bytes")
        }
        return TLSOffer.PreSharedKey(identity: identity, keyPath: path)
    }
}
