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
        let fields = content.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            .map { Self.trimmed($0) }
        guard let first = fields.first, !first.isEmpty else {
            guard let name = fields.last, !name.isEmpty else { return nil }
            self = .mistake(input: String(name), UsageError("there is no target before the tab"))
            return
        }
        do throws(UsageError) {
            let target = try Target.parse(String(first))
            self = .target(target, serverName: fields.count > 1 ? try Self.serverName(fields[1]) : nil)
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
        let text = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        let end = text.firstIndex { character in
            defer { isAfterBlank = character == " " || character == "\t" }
            return character == "#" && isAfterBlank
        }
        return text[..<(end ?? text.endIndex)]
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let blanks: Set<Character> = [" ", "\t"]
        let start = text.drop { blanks.contains($0) }
        return start.lastIndex { !blanks.contains($0) }.map { start[...$0] } ?? ""
    }
}
