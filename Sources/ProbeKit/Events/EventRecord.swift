/// An event with its envelope: one line of `--jsonl`.
package struct EventRecord: Sendable {
    package static let schemaName = "sslprobe.event/1"

    package var event: Event
    /// Counts from 0 within a target, hidden events included, so that evidence means the same with and without `-v`.
    package var seq: Int
    /// Milliseconds since the probe started, monotonic.
    package var tMs: Double
    /// Which connection of the probe; 0 before there is one.
    package var conn: Int
    /// The target as it was typed.
    package var target: String
    /// RFC 3339, UTC; on the first event only.
    package var time: String?
    /// Set for messages on the wire.
    package var wire: Wire?

    package struct Wire: Codable, Sendable {
        package var dir: Direction
        package var bytes: Int
        /// 0 plaintext, 1 early data (TLS 1.2: encrypted), 2 handshake keys, 3 application keys.
        package var epoch: Int?
        /// How many KeyUpdates this direction's keys have seen.
        package var generation: Int?

        package init(_ dir: Direction, bytes: Int, epoch: Int? = nil, generation: Int? = nil) {
            self.dir = dir
            self.bytes = bytes
            self.epoch = epoch
            self.generation = generation
        }
    }
}

extension EventRecord: Codable {
    enum Key: String, CodingKey {
        case schema, event, seq, tMs, conn, target, time, dir, bytes, epoch, generation
    }

    package func encode(to encoder: any Encoder) throws {
        var line = encoder.container(keyedBy: Key.self)
        try encodeEnvelope(to: &line)
        try event.encodePayload(to: encoder)
    }

    func encodeEnvelope<Line: KeyedEncodingContainerProtocol>(to line: inout Line) throws where Line.Key == Key {
        try line.encode(Self.schemaName, forKey: .schema)
        try line.encode(event.name.rawValue, forKey: .event)
        try line.encode(seq, forKey: .seq)
        try line.encode(tMs, forKey: .tMs)
        try line.encode(conn, forKey: .conn)
        try line.encode(target, forKey: .target)
        if let time { try line.encode(time, forKey: .time) }
        if let wire {
            try line.encode(wire.dir.rawValue, forKey: .dir)
            try line.encode(wire.bytes, forKey: .bytes)
            if let epoch = wire.epoch { try line.encode(epoch, forKey: .epoch) }
            if let generation = wire.generation { try line.encode(generation, forKey: .generation) }
        }
    }

    /// Reads the envelope alone: the schema is derived from what is asked for here.
    package init(from decoder: any Decoder) throws {
        let line = try decoder.container(keyedBy: Key.self)
        _ = try line.decode(String.self, forKey: .schema)
        _ = try line.decode(Event.Name.self, forKey: .event)
        self.init(
            event: .finished, seq: try line.decode(Int.self, forKey: .seq),
            tMs: try line.decode(Double.self, forKey: .tMs), conn: try line.decode(Int.self, forKey: .conn),
            target: try line.decode(String.self, forKey: .target))
    }
}
