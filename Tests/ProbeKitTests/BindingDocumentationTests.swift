import Foundation
import Testing

/// What is written about the binding, held against its files: the table of C functions, and the comments.
@Suite struct BindingDocumentationTests {
    private static let folder = "Sources/OpenSSL"

    // MARK: - The table

    @Test func theTableNamesEachFunctionThatIsCalledOnce() throws {
        let rows = try Self.rows().map(\.function)
        #expect(rows.count == Set(rows).count)
        #expect(try Self.calledFunctions().subtracting(rows) == [])
    }

    @Test func theTableNamesEachFunctionThatTheCommentsWrap() throws {
        let wrapped = try SourceTree.files(under: Self.folder).flatMap { file in
            Self.captures(of: /`(\w+)\(3\)`/, in: file.lines)
        }
        #expect(wrapped.count > 100)
        #expect(try Set(wrapped).subtracting(Self.rows().map(\.function)) == [])
    }

    @Test func theTableNamesNoFunctionThatIsNotCalled() throws {
        let rows = try Self.rows().map(\.function)
        // What a macro or a shim calls, and what is done step by step in its place.
        let replaced: Set<String> = ["EVP_PKEY_Q_keygen", "X509_STORE_set_default_paths"]
        #expect(try Set(rows).subtracting(Self.calledFunctions()).subtracting(replaced) == [])
    }

    @Test func theTableNamesWhatSwiftHas() throws {
        let files = try SourceTree.files(under: Self.folder).map { file in
            Names(
                types: Self.captures(of: /\b(?:struct|class|enum|extension) (?:\w+\.)*(\w+)/, in: file.code),
                members: Self.captures(of: /\b(?:func|var|let|case) (\w+|==)/, in: file.code)
                    .union(Self.captures(of: /^ *(?:\w+ )*(init|deinit)\b/, in: file.code)))
        }
        for row in try Self.rows() {
            #expect(!row.swift.isEmpty, "\(row.function)")
            for name in row.swift {
                let words = name.prefix { $0 != "(" }.split(separator: ".").map(String.init)
                let isThere = files.contains { file in
                    words.suffix(1).allSatisfy(file.members.contains)
                        && words.dropLast().suffix(1).allSatisfy(file.types.contains)
                }
                #expect(isThere, "\(row.function): \(name)")
            }
        }
    }

    /// What a file declares or extends.
    private struct Names {
        let types: Set<String>
        let members: Set<String>
    }

    private static func captures(of pattern: Regex<(Substring, Substring)>, in lines: [Substring]) -> Set<String> {
        Set(lines.flatMap { $0.matches(of: pattern).map { String($0.output.1) } })
    }

    @Test func theTableNamesThePagesByTheirTitles() throws {
        let titles: Set<String> = [
            "SSL_new", "SSL_renegotiate", "SSL_CTX_set_num_tickets", "SSL_key_update", "SSL programming tutorial",
        ]
        let named = try Self.rows().flatMap(\.pages)
        #expect(Set(named) == titles)
    }

    @Test func theTableNamesSuitesThatThereAre() throws {
        let files = try SourceTree.files(under: "Tests/OpenSSLTests")
        let suites = Set(files.flatMap { Self.captures(of: /@Suite.* struct (\w+)/, in: $0.code) })
        for row in try Self.rows() {
            #expect(!row.suites.isEmpty && Set(row.suites).isSubset(of: suites), "\(row.function): \(row.suites)")
        }
    }

    private struct Row {
        let function: String
        let swift: [String]
        let pages: [String]
        let suites: [String]
    }

    /// The rows of the table with the heading "Every C function".
    private static func rows() throws -> [Row] {
        let text = try SourceTree.text(of: folder + "/README.md")
        let section = try #require(text.components(separatedBy: "## Every C function").dropFirst().first)
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let names = cells.map { $0.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
            return Row(
                function: names.first?.first ?? "", swift: names.dropFirst().first ?? [],
                pages: cells.count > 2 && cells[2] != "-" ? cells[2].components(separatedBy: ", ") : [],
                suites: names.dropFirst(3).first ?? [])
        }
        try #require(rows.count > 200)
        return rows
    }

    /// The functions of OpenSSL that the binding calls, by their own names where a shim stands for them.
    private static func calledFunctions() throws -> Set<String> {
        let areas = "SSL|TLS|BIO|X509|EVP|PEM|ERR|ASN1|OBJ|GENERAL|CRYPTO|RAND|CONF|OPENSSL|OSSL|OpenSSL|sk|d2i|i2d"
        // Some are handed on and called elsewhere; what has no small letter is a constant then.
        let call = try Regex(
            #"\b(?:probe_)?((?:\#(areas))_(?:\w*[a-z]\w*|\w+(?=\()))"#, as: (Substring, Substring).self)
        let names = try SourceTree.files(under: folder).flatMap { captures(of: call, in: $0.code) }
        // A type, a shim of several calls, and one that frees what the stack holds as well.
        let ours = ["EVP_MAC_CTX_set_hmac_sha256": "EVP_MAC_CTX_set_params", "sk_X509_free": "sk_X509_pop_free"]
        return Set(names.map { ours[$0] ?? $0 }).subtracting(["ASN1_TYPE"])
    }

    // MARK: - The comments

    @Test func everyPublicDeclarationIsDocumented() throws {
        for declaration in try Self.publicDeclarations() {
            #expect(!declaration.comment.isEmpty, "\(declaration.place): \(declaration.line)")
        }
    }

    @Test func everyPublicDeclarationThatThrowsSaysWhat() throws {
        let throwing = try Self.publicDeclarations().filter { $0.head.contains(/\)\s*throws\b/) }
        #expect(throwing.count > 20)
        for declaration in throwing {
            #expect(declaration.comment.contains { $0.contains("Throws") }, "\(declaration.place): \(declaration.line)")
        }
    }

    private struct Declaration {
        let place: String
        let line: Substring
        /// Up to its body.
        let head: String
        let comment: [Substring]
    }

    /// What is public or of the package, and the cases of such enums.
    private static func publicDeclarations() throws -> [Declaration] {
        var found: [Declaration] = []
        for file in try SourceTree.files(under: folder) {
            var enumIndent: Int?
            for (number, line) in file.lines.enumerated() {
                let indent = line.prefix { $0 == " " }.count
                let text = line.dropFirst(indent)
                if let depth = enumIndent, text.hasPrefix("}"), indent == depth { enumIndent = nil }
                let isCase = enumIndent.map { indent == $0 + 4 && text.contains(/^(indirect )?case\b/) } ?? false
                if text.contains(/^(public|package) (indirect )?enum .*\{$/) { enumIndent = indent }
                guard isCase || text.contains(/^(public|package)\b/) else { continue }
                let above = file.lines[..<number].reversed().map { $0.drop { $0 == " " } }
                let head = file.lines[number...].prefix(6).joined(separator: " ").prefix { $0 != "{" }
                found.append(
                    Declaration(
                        place: "\(file.path):\(number + 1)", line: text, head: String(head),
                        comment: above.drop { $0.hasPrefix("@") }.prefix { $0.hasPrefix("///") }))
            }
        }
        try #require(found.count > 300)
        return found
    }
}
