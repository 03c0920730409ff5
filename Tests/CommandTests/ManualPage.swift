import Foundation
import Testing

/// A page of the manual, as far as tests hold it against the program: mdoc lines by section.
struct ManualPage {
    struct Section {
        var title: String
        /// The `.Sh` that a `.Ss` belongs to; its own title for a `.Sh`.
        var chapter: String
        var lines: [[String]]
    }

    /// An entry of a list, with what it says until the next one.
    struct Item {
        /// How many lists it is in.
        var depth: Int
        var head: [String]
        var body: [[String]]
    }

    let path: String
    let sections: [Section]

    /// Reads a page such as `sslprobe.1`.
    init(_ name: String) throws {
        path =
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../man/\(name)").standardized.path
        var sections: [Section] = []
        var chapter = ""
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case ".Sh":
                chapter = words.dropFirst().joined(separator: " ")
                sections.append(Section(title: chapter, chapter: chapter, lines: []))
            case ".Ss":
                let title = words.dropFirst().joined(separator: " ")
                sections.append(Section(title: title, chapter: chapter, lines: []))
            default:
                guard !sections.isEmpty else { continue }
                sections[sections.count - 1].lines.append(words)
            }
        }
        self.sections = sections
    }

    /// A section with its subsections, or one subsection.
    func lines(of title: String) throws -> [[String]] {
        let found = sections.filter { $0.title == title || $0.chapter == title }
        try #require(!found.isEmpty, "\(path) has no section \(title)")
        return found.flatMap(\.lines)
    }

    func items(of title: String) throws -> [Item] {
        var depth = 0
        var items: [Item] = []
        for line in try lines(of: title) {
            switch line.first {
            case ".Bl": depth += 1
            case ".El": depth -= 1
            case ".It": items.append(Item(depth: depth, head: Array(line.dropFirst()), body: []))
            default: if !items.isEmpty { items[items.count - 1].body.append(line) }
            }
        }
        return items
    }

    /// The options that have an entry in a section, such as `-j` and `--json`.
    func options(of title: String) throws -> [String] {
        try items(of: title).filter { $0.head.first == "Fl" }.flatMap { Self.options(in: $0.head) }
    }

    /// Every option that is mentioned anywhere.
    var mentionedOptions: Set<String> { Set(sections.flatMap(\.lines).flatMap { Self.options(in: $0) }) }

    /// The titles that `.Sx` refers to in a section.
    func references(of title: String) throws -> [String] {
        try lines(of: title).filter { $0.first == ".Sx" }.map {
            $0.dropFirst().filter { $0 != "." && $0 != "," }.joined(separator: " ")
        }
    }

    /// The options that a line names.
    static func options(in line: [String]) -> [String] {
        zip(line, line.dropFirst()).filter { $0.0 == "Fl" || $0.0 == ".Fl" }.map { "-" + $0.1 }
    }
}

extension [String] {
    /// The words after a macro, such as the names in `Va host , port`.
    func words(after macro: String) -> [String] {
        guard first == macro else { return [] }
        return dropFirst().filter { $0 != "," }
    }
}
