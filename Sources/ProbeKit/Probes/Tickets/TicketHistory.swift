import Reactor

/// `--track`: remembers in a file which keys sealed a server's tickets, and says whether they have changed.
///
/// JSON lines, one for each run; nothing in them is secret. A line that was torn is passed over.
struct TicketHistory {
    private let path: String

    private static let longestFile = 16 << 20

    /// One line.
    private struct Entry: Codable {
        var schema = TicketHistory.schemaName
        var time: String
        var target: String
        var address: String?
        var keyNames: [String]
    }

    static let schemaName = "sslprobe.ticket-history/1"

    init(_ path: String) { self.path = path }

    /// Says how the keys of this run go with those before, and adds them.
    func record(
        _ keyNames: [String], of target: Target, at address: String?, time: WallClock
    ) throws(Ending) -> Report.TicketSummary.Rotation {
        let name = "\(target.host):\(target.port)"
        let content = try read()
        let rotation = Self.rotation(keyNames, after: Self.entries(in: content).filter { $0.target == name })
        var line: [UInt8] = content.isEmpty || content.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
        let entry = Entry(
            time: time.description, target: name, address: address, keyNames: keyNames)
        JSONLineWriter().append(own: entry, to: &line)
        do throws(SystemError) {
            try FileWriter.append(path).write(line)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--track: \(error)"))
        }
        return rotation
    }

    private func read() throws(Ending) -> [UInt8] {
        if FileReader.obstacle(to: path)?.isMissingFile == true { return [] }
        return try LocalFile.read(path, option: "--track", limit: Self.longestFile)
    }

    private static func entries(in content: [UInt8]) -> [Entry] {
        content.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let value = JSONParser.parse(line), value["schema"] == .string(schemaName),
                case .string(let time)? = value["time"], case .string(let target)? = value["target"],
                case .array(let names)? = value["key_names"]
            else { return nil }
            let keyNames = names.compactMap { name -> String? in if case .string(let text) = name { text } else { nil }
            }
            return Entry(time: time, target: target, address: nil, keyNames: keyNames)
        }
    }

    private static func rotation(_ now: [String], after earlier: [Entry]) -> Report.TicketSummary.Rotation {
        // A run that could not tell the name of a key says nothing about it.
        guard let last = earlier.last(where: { !$0.keyNames.isEmpty }), let previous = last.keyNames.last else {
            return .init(value: now.isEmpty ? .unknown : .new, previousKeyName: nil, since: nil)
        }
        guard !now.isEmpty else { return .init(value: .unknown, previousKeyName: previous, since: last.time) }
        let isKnown = now.contains { last.keyNames.contains($0) }
        return .init(value: isKnown ? .same : .rotated, previousKeyName: previous, since: last.time)
    }
}
