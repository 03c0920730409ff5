import Testing

/// What the README says that can be made is something that the Makefile makes.
@Suite struct MakefileTests {
    /// The targets that have a recipe: for one without, make says that there is nothing to be done.
    private static func recipes() throws -> Set<String> {
        let lines = try SourceTree.text(of: "Makefile").split(separator: "\n", omittingEmptySubsequences: false)
        let made = zip(lines, lines.dropFirst()).compactMap { line, next -> String? in
            guard let target = line.wholeMatch(of: /([a-z-]+):.*/)?.1, next.hasPrefix("\t") else { return nil }
            return String(target)
        }
        return Set(made)
    }

    @Test func everyTargetHasARecipe() throws {
        let makefile = try SourceTree.text(of: "Makefile")
        let named = try #require(makefile.firstMatch(of: /\.PHONY: (.+)/)).1.split(separator: " ").map(String.init)
        #expect(try Set(named) == Self.recipes())
    }

    @Test func theReadmeNamesNoOther() throws {
        let recipes = try Self.recipes()
        let commands = try SourceTree.text(of: "README.md").matches(of: /(?m)^(?:    )?make ((?:[a-z-]+ ?)+)/)
        let named = commands.flatMap { $0.1.split(separator: " ").map(String.init) }
        #expect(named.contains("memcheck") && Set(named).subtracting(recipes) == [])
    }
}
