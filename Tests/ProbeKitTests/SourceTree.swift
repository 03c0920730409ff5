import Foundation

/// The files of this package, without the build's.
enum SourceTree {
    struct File {
        let path: String
        let lines: [Substring]

        /// The modules of its import lines.
        var imports: Set<String> {
            Set(
                lines.compactMap { line in
                    let words = line.split(separator: " ").drop {
                        $0.hasPrefix("@") || $0 == "public" || $0 == "internal"
                    }
                    guard words.first == "import", let module = words.last else { return nil }
                    return module.split(separator: ".").first.map(String.init)
                })
        }

        /// Its lines without comments and without the text of literals.
        var code: [Substring] {
            lines.map { line in
                let text = line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
                return (text.firstRange(of: "//").map { text[..<$0.lowerBound] } ?? text[...])
            }
        }
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The text of one file.
    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func paths(under folder: String) throws -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
        return (found?.compactMap { $0 as? String } ?? [])
            .filter { found in
                var isFolder: ObjCBool = false
                let path = root.appendingPathComponent("\(folder)/\(found)").path
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            }
            .filter { !$0.contains("__pycache__") }
            .map { "\(folder)/\($0)" }.sorted()
    }

    static func files(under folder: String) throws -> [File] {
        try paths(under: folder).filter { $0.hasSuffix(".swift") }.map { path in
            let text = try text(of: path)
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            return File(path: path, lines: lines)
        }
    }
}
