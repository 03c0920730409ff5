import Foundation
import Testing

@testable import sslprobe

@Suite struct CompletionTests {
    @Test(arguments: ["bash", "zsh", "fish"])
    func matchesTheRecordedScript(shell: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../completions/sslprobe.\(shell)").standardized
        let script = try #require(Self.script(for: shell)) + "\n"
        if ProcessInfo.processInfo.environment["RECORD"] == "1" { try Data(script.utf8).write(to: file) }
        #expect(try Data(contentsOf: file) == Data(script.utf8), "RECORD=1 swift test --filter CompletionTests")
    }

    private static func script(for shell: String) -> String? {
        switch shell {
        case "bash": SSLProbe.completionScript(for: .bash)
        case "zsh": SSLProbe.completionScript(for: .zsh)
        case "fish": SSLProbe.completionScript(for: .fish)
        default: nil
        }
    }
}
