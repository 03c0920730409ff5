import OpenSSL

/// Follows which keys protect each direction, so that events can say so.
struct KeyEpochs {
    private(set) var version: ProtocolVersion?
    private var sent = State()
    private var received = State()

    private struct State {
        var epoch = 0
        var generation = 0
    }

    /// The envelope for a message, which also moves the epochs on.
    mutating func wire(for message: Message) -> EventRecord.Wire {
        switch message.content {
        case .serverHello(let hello): version = hello.version
        // Before TLS 1.3 a Finished is the first message under new keys; its ChangeCipherSpec is not always shown.
        case .finished where !isModern: self[message.direction].epoch = 1
        default: break
        }
        var state = self[message.direction]
        // In TLS 1.3 a ChangeCipherSpec is for middleboxes and never encrypted.
        if isModern, case .changeCipherSpec = message.content { state.epoch = 0 }
        let wire = EventRecord.Wire(
            Direction(message.direction), bytes: message.byteCount, epoch: state.epoch,
            generation: isModern && state.epoch == 3 ? state.generation : nil)
        if isModern { advance(after: message) }
        return wire
    }

    private mutating func advance(after message: Message) {
        switch message.content {
        case .serverHello: (sent.epoch, received.epoch) = (2, 2)
        case .finished: self[message.direction].epoch = 3
        case .keyUpdate: self[message.direction].generation += 1
        default: break
        }
    }

    private var isModern: Bool { version.map { $0 >= .tls13 } ?? false }

    private subscript(direction: OpenSSL.Direction) -> State {
        get { direction == .sent ? sent : received }
        set { if direction == .sent { sent = newValue } else { received = newValue } }
    }
}
