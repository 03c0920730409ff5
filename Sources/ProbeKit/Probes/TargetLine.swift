import Reactor

/// A line of `--targets`: `HOST:PORT`, and after a tab the server name to send.
enum TargetLine {
    case target(Target, serverName: TLSOffer.ServerName?)
    /// What does not name a target, as it was written.
    case mistake(input: String, UsageError)

    /// How many bytes a line may have: a name has 253 at most.
    static let longest = 4096

    /// Nil for an empty line and a comment, which begins with `#` at the start of a line or after a blank.
    init?(_ line: LineReader.Line) {
        guard case .text(let bytes) = line else {
            self = .mistake(
                input: "", UsageError("longer than \(Self.longest) bytes"))
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            self = .mistake(
                input: String(decoding: bytes, as: UTF8.self), UsageError("not valid UTF-8"))
            return
        }
        let content = Self.content(of: text)
        let tab = content.utf8.firstIndex(of: UInt8(ascii: "\t"))
        let first = Self.trimmed(content[..<(tab ?? content.endIndex)])
        let name = tab.map { Self.trimmed(content[$0...]) } ?? ""
        guard !first.isEmpty else {
            guard !name.isEmpty else { return nil }
            self = .mistake(input: String(name), UsageError("there is no target before the tab"))
            return
        }
        do throws(UsageError) {
            self = .target(try Target.parse(String(first)), serverName: try Self.serverName(name))
        } catch {
            self = .mistake(input: String(first), error)
        }
    }

    private static func serverName(_ text: Substring) throws(UsageError) -> TLSOffer.ServerName? {
        if text.isEmpty { return nil }
        if text == "none" { return TLSOffer.ServerName.none }
        return .name(try Target.hostName(String(text)).host)
    }

    private static func content(of text: String) -> Substring {
        var isAfterBlank = true
        // An editor may have left a byte order mark.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
        let end = text.utf8.firstIndex { byte in
            defer { isAfterBlank = isBlank(byte) }
            return byte == UInt8(ascii: "#") && isAfterBlank
        }
        return text[..<(end ?? text.endIndex)]
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.utf8.drop(while: isBlank)
        return Substring(start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? start)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
