/// Writes documents, one a line. Whoever writes many keeps it: it spells each key and asks for each container once.
package final class JSONLineWriter {
    private let stream: UnsafeMutablePointer<JSONStream>

    package init(indented: Bool = false) { stream = JSONStream.allocate(isIndented: indented) }

    deinit { JSONStream.deallocate(stream) }

    /// Appends the event and its newline.
    package func append(_ record: EventRecord, to buffer: inout [UInt8]) {
        append(to: &buffer) { encoding in
            try record.encode(to: encoding)
            encoding.stream.pointee.finish()
        }
    }

    /// Appends the report and its newline.
    package func append(_ report: Report, to buffer: inout [UInt8]) { append(own: report, to: &buffer) }

    func append(own value: some Encodable, to buffer: inout [UInt8]) {
        append(to: &buffer) { try $0.encode(value) }
    }

    private func append(to buffer: inout [UInt8], encode: (JSONEncoding) throws -> Void) {
        stream.pointee.writer.restart()
        do {
            try encode(JSONEncoding(stream: stream))
        } catch {
            preconditionFailure("neither our encoder nor our types throw: \(error)")
        }
        stream.pointee.writer.endLine()
        buffer.append(contentsOf: stream.pointee.writer.bytes)
    }
}

extension EventRecord {
    /// Asks for the members themselves, since an event is small and most of it is envelope.
    fileprivate func encode(to encoding: JSONEncoding) throws {
        var line = encoding.members(keyedBy: Key.self)
        try encodeEnvelope(to: &line)
        try event.encodePayload(to: encoding)
    }
}

/// `--jsonl`: one event a line.
package enum JSONLines {
    /// The event and its newline.
    package static func line(_ record: EventRecord) -> [UInt8] {
        var line: [UInt8] = []
        JSONLineWriter().append(record, to: &line)
        return line
    }
}

/// `--json`: one report a line, or indented for a person.
package enum JSONReport {
    /// The report and its newline.
    package static func line(_ report: Report, indented: Bool) -> [UInt8] {
        line(own: report, indented)
    }

    /// A served connection's report and its newline.
    package static func line(_ report: ConnectionReport, indented: Bool) -> [UInt8] { line(own: report, indented) }

    /// A server's summary and its newline.
    package static func line(_ summary: ServeSummary, indented: Bool) -> [UInt8] { line(own: summary, indented) }

    /// Explanations and their newline.
    package static func line(_ list: ExplanationList, indented: Bool) -> [UInt8] { line(own: list, indented) }

    private static func line(own value: some Encodable, _ isIndented: Bool) -> [UInt8] {
        var line: [UInt8] = []
        JSONLineWriter(indented: isIndented).append(own: value, to: &line)
        return line
    }
}
