import Foundation

/// Another time of day for a program, by libfaketime: a file says how far it is off, at each look at the clock.
public enum FakeTime {
    /// What a program is to be started with; `clock` is a file with text such as `+3h`.
    public static func environment(clock: String) throws -> [String: String] {
        let folders = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib").map { "/usr/lib/" + $0 }
        let candidates = (["/usr/lib", "/usr/local/lib"] + folders).map { $0 + "/faketime/libfaketimeMT.so.1" }
        guard let library = candidates.first(where: FileManager.default.fileExists) else {
            throw MissingProgram("libfaketimeMT.so.1 is missing: install the Debian package faketime")
        }
        return [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1",
            // Deadlines are none of its business.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        ]
    }
}
