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

    /// Looks at the file, which may not exist yet, before anything is asked of a server.
    init(_ path: String) throws(Ending) {
        self.path = path
        let content = try read()
        guard content.isEmpty || !Self.entries(in: content).isEmpty else {
            throw Ending(
                .local,
                Failure(
                    .local, .fileUnwritable, "--track: \(path) was not written by tickets --track",
                    hint: "it is left as it is; name another file"))
        }
        // What cannot be written is said before the network is touched.
        _ = try open()
    }

    /// Says how the keys of this run go with those before, and adds them.
    func record(
        _ keyNames: [String], of target: Target, at address: String?, time: WallClock
    ) throws(Ending) -> Report.TicketSummary.Rotation {
        let name = "\(target.host):\(target.port)"
        let content = try read()
        let earlier = Self.entries(in: content).filter { $0.target == name }
        var line: [UInt8] = content.isEmpty || content.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
        let entry = Entry(time: time.description, target: name, address: address, keyNames: keyNames)
        JSONLineWriter().append(own: entry, to: &line)
        let output = try open()
        do {
            try output.write(line)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--track: \(error)"))
        }
        return Self.rotation(keyNames, at: address, after: earlier)
    }

    private func open() throws(Ending) -> Output {
        do {
            return try FileWriter.append(path)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--track: \(error)"))
        }
    }

    private func read() throws(Ending) -> [UInt8] {
        if FileReader.obstacle(to: path)?.isMissingFile == true { return [] }
        return try LocalFile.read(path, option: "--track", limit: Self.longestFile)
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }

    private static func entries(in content: [UInt8]) -> [Entry] {
        content.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let value = JSONParser.parse(line), value["schema"] == .string(schemaName),
                case .string(let time)? = value["time"], case .string(let target)? = value["target"],
                case .array(let names)? = value["key_names"]
            else { return nil }
            return Entry(
                time: time, target: target, address: Self.text(value["address"]), keyNames: names.compactMap(Self.text))
        }
    }

    /// A key that was seen before is the same, whichever of several servers had it then; another one is new at an address
    /// that was never asked, and tells of a rotation at one that was.
    private static func rotation(
        _ now: [String], at address: String?, after earlier: [Entry]
    ) -> Report.TicketSummary.Rotation {
        // A run that could not tell the name of a key says nothing about it.
        let known = earlier.filter { !$0.keyNames.isEmpty }
        let here = known.filter { $0.address == address }
        guard let last = here.last ?? known.last, let previous = last.keyNames.last else {
            return .init(value: now.isEmpty ? .unknown : .new, previousKeyName: nil, since: nil)
        }
        guard !now.isEmpty else { return .init(value: .unknown, previousKeyName: previous, since: last.time) }
        if let seen = known.last(where: { entry in now.contains { entry.keyNames.contains($0) } }) {
            return .init(value: .same, previousKeyName: previous, since: seen.time)
        }
        return .init(value: here.isEmpty ? .new : .rotated, previousKeyName: previous, since: last.time)
    }
}
