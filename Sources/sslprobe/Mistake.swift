import ArgumentParser
import ProbeKit

/// Sentences for mistakes that are not one option's: an unknown word, a missing value.
enum Mistake {
    /// What is wrong with the arguments, in one line.
    static func sentence(for error: any Error, arguments: [String]) -> String {
        if let mistake = error as? UsageError { return mistake.description }
        return TerminalText.escape(line(SSLProbe.message(for: error), arguments: arguments))
    }

    /// What the parser says, in our form, with where to look.
    private static func line(_ message: String, arguments: [String]) -> String {
        if let word = bundle(namedIn: message, arguments: arguments) {
            return "unknown option '\(word)'; long options take two dashes, values a space"
        }
        // Of a bundle that lacks a value the parser also says, first, that it is no option.
        let alternative = message.split(whereSeparator: \.isNewline).last.map { $0.drop { $0 == " " } }
        let sentence = alternative.flatMap { $0.hasPrefix("or: ") ? $0.dropFirst(4) : nil } ?? message[...]
        var line = sentence.prefix(1).lowercased() + sentence.dropFirst()
        if let end = line.firstIndex(of: "?") {
            if isNear(line) { return String(line[...end]) }
            line = String(line.prefix { $0 != "." })
        }
        if line.hasSuffix(".") { line.removeLast() }
        return "\(line); see '\(help(for: arguments))'"
    }

    /// Names the command that was probably meant.
    static func unknownCommand(_ word: String) -> UsageError {
        let names = SSLProbe.commands.map { $0._commandName }
        if let near = names.nearest(to: word).first, !word.isEmpty {
            return UsageError("unknown command \(UsageError.quoted(word)); did you mean '\(near)'?")
        }
        return UsageError(
            "unknown command \(UsageError.quoted(word)); for a host of that name: sslprobe connect HOST, "
                + "for the commands: sslprobe --help")
    }

    /// Whether the word is `--option=` with nothing behind it.
    static func lacksItsValue(_ word: String) -> Bool {
        word.utf8.last == UInt8(ascii: "=") && word.hasPrefix("--")
            && word.dropFirst(2).dropLast().utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: " ") }
    }

    /// The word with one dash that the message is about, such as s_client's `-showcerts`, when it is no bundle of ours.
    private static func bundle(namedIn message: String, arguments: [String]) -> String? {
        guard message.hasPrefix("Unknown option '-") else { return nil }
        let name = message.drop { $0 != "-" }.prefix { $0 != "'" }
        return arguments.first { word in
            guard word.hasPrefix("-"), !word.hasPrefix("--"), word.count > 2 else { return false }
            let letters = word.dropFirst()
            let isNamed = word == name || (name.count == 2 && letters.contains { $0 == name.last })
            return isNamed && !letters.allSatisfy { "46jkmoqtvhV".contains($0) }
        }
    }

    /// Whether the option that the parser suggests is what was typed but for a slip.
    private static func isNear(_ line: String) -> Bool {
        let names = line.split(separator: "'").filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        guard names.count == 2 else { return false }
        return !names.suffix(1).nearest(to: names[0]).isEmpty
    }

    private static func help(for arguments: [String]) -> String {
        switch arguments.first {
        case let word? where SSLProbe.commands.contains { $0._commandName == word }: "sslprobe \(word) --help"
        case let word? where !word.hasPrefix("-") && word != "help": "sslprobe connect --help"
        default: "sslprobe --help"
        }
    }
}
