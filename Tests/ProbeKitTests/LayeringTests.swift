import Testing

/// The house of the architecture, held against the files: who may import whom, and what no file may hold.
@Suite struct LayeringTests {
    /// The folders of Sources with all that their files may import.
    static let allowedImports: [(folder: String, modules: Set<String>)] = [
        ("OpenSSL", ["COpenSSL", "Glibc", "Synchronization"]),
        ("Reactor", ["CPlatform", "Glibc", "Synchronization"]),
        ("ProbeKit/Events", []),
        ("ProbeKit/Report", []),
        ("ProbeKit/Explanations", ["OpenSSL"]),
        ("ProbeKit/Rendering", []),
        ("ProbeKit/Transport", ["OpenSSL", "Reactor", "Synchronization"]),
        ("ProbeKit/Probes", ["OpenSSL", "Reactor", "Synchronization"]),
        ("sslprobe", ["ArgumentParser", "ProbeKit"]),
    ]

    @Test(arguments: allowedImports.map(\.folder))
    func importsOnlyWhatItsLayerMay(_ folder: String) throws {
        let allowed = try #require(Self.allowedImports.first { $0.folder == folder }).modules
        let files = try SourceTree.files(under: "Sources/" + folder)
        #expect(!files.isEmpty)
        for file in files {
            #expect(file.imports.subtracting(allowed) == [], "\(file.path)")
        }
    }

    @Test func everyFileBelongsToALayer() throws {
        let layers = Self.allowedImports.map { "Sources/\($0.folder)/" }
        let strays = try SourceTree.files(under: "Sources").map(\.path).filter { path in
            // A version number is all that ProbeKit holds outside its folders.
            path != "Sources/ProbeKit/Version.swift" && !layers.contains { path.hasPrefix($0) }
        }
        #expect(strays == [])
    }

    @Test func theOnlyOtherCodeIsTheShims() throws {
        let others = try SourceTree.paths(under: "Sources").filter { !$0.hasSuffix(".swift") && !$0.hasSuffix(".md") }
        #expect(others.allSatisfy { $0.hasPrefix("Sources/COpenSSL/") || $0.hasPrefix("Sources/CPlatform/") })
        #expect(others.allSatisfy { $0.hasSuffix(".h") || $0.hasSuffix("module.modulemap") })
    }

    @Test func noFileIsLong() throws {
        // A source page is one file of tests, however much it claims.
        let pages = "Tests/OpenSSLTests/SourcePages/"
        for file in try SourceTree.files(under: "Sources") + SourceTree.files(under: "Tests")
        where !file.path.hasPrefix(pages) {
            #expect(file.lines.count <= 300, "\(file.path)")
        }
    }

    @Test func noFolderIsADrawer() throws {
        let drawers: Set<String> = [
            "Utils", "Util", "Utilities", "Helpers", "Common", "Core", "Shared", "Extensions", "Misc",
        ]
        for path in try SourceTree.paths(under: "Sources") + SourceTree.paths(under: "Tests") {
            #expect(drawers.isDisjoint(with: path.split(separator: "/").map(String.init)), "\(path)")
        }
    }

    /// Swift's print swallows write errors; one checked writer does the output.
    @Test func nothingPrints() throws {
        let calls = /\b(print|debugPrint|dump|puts|fputs|putc|putchar|printf|fprintf|NSLog|readLine)\(/
        try expectNone(calls)
    }

    @Test func nothingTrapsOnPurpose() throws {
        try expectNone(/\btry!|\bas!|[A-Za-z0-9_)\]]!(?=[\s.,)\]\[(?:]|$)/)
        try expectNone(/\bunowned\(unsafe\)|\bunsafeBitCast\b/)
    }

    /// `UInt8(x)` of a value that does not fit ends the program (reliability, mistake 6).
    @Test func narrowConversionsSayWhatHappens() throws {
        try expectNone(
            /\b(Int8|UInt8)\((?!exactly:|truncatingIfNeeded:|clamping:|bigEndian:|ascii:|littleEndian:|bitPattern:|["'])[a-z_]/
        )
    }

    private func expectNone(_ pattern: some RegexComponent, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for file in try SourceTree.files(under: "Sources") {
            for (number, line) in file.code.enumerated() {
                let found = line.firstMatch(of: pattern)
                #expect(found == nil, "\(file.path):\(number + 1): \(line)", sourceLocation: sourceLocation)
            }
        }
    }
}
