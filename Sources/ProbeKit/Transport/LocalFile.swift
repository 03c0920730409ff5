import Reactor

/// Files that the user named; what is wrong with one is said with its option.
enum LocalFile {
    /// Reads a file of at most `limit` bytes.
    static func read(_ path: String, option: String, limit: Int) throws(Ending) -> [UInt8] {
        do {
            return try FileReader.read(path, limit: limit)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnreadable, "\(option): \(error)"))
        }
    }

    /// Writes a file that only its owner can read, as a whole or not at all.
    static func write(_ bytes: [UInt8], to path: String, option: String) throws(Ending) {
        do {
            try FileWriter.replace(path, with: bytes)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "\(option): \(error)"))
        }
    }
}

extension [UInt8] {
    /// The bytes that a text in hexadecimal stands for; white space does not count. Nil for anything else.
    init?(hexText text: [UInt8]) {
        var digits: [UInt8] = []
        for character in text where ![0x20, 0x09, 0x0a, 0x0d].contains(character) {
            guard let digit = Character(Unicode.Scalar(character)).hexDigitValue else { return nil }
            digits.append(UInt8(truncatingIfNeeded: digit))
        }
        guard digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
