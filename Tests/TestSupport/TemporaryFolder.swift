import Foundation

/// The folder of this run of the tests; it is removed at the end, and only this user can read it.
public enum TemporaryFolder {
    /// Where it is.
    public static let url: URL = {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("sslprobe-" + UUID().uuidString)
        // When this fails, so does the first write, with a better message.
        try? FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        atexit { try? FileManager.default.removeItem(at: TemporaryFolder.url) }
        return url
    }()

    /// The path of a file in the folder.
    public static func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file, under a name that nobody else has when none is given, and returns its path.
    @discardableResult
    public static func write(_ bytes: [UInt8], to name: String = UUID().uuidString) throws -> String {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }
}
