/// Takes a client's data apart into requests and says what each is answered with.
struct Responder {
    /// What a client wants.
    enum Request {
        case http(HTTPRequest)
        /// Data that is no protocol's: what `--reply echo` sends back; empty for `sink`.
        case data([UInt8])
    }

    private let reply: ServePlan.Reply
    private var reader = HTTPRequestReader()
    private var queue: [Request] = []
    /// How many of the queue are answered.
    private var answered = 0
    private var queuedBytes = 0

    /// More is not taken in while the answers wait.
    private static let mostQueuedBytes = 262_144

    init(_ reply: ServePlan.Reply) { self.reply = reply }

    /// Whether everything that came is answered.
    var isIdle: Bool { !waits && !reader.isInsideRequest }

    /// Whether reading on would only pile data up.
    var isFull: Bool { queuedBytes >= Self.mostQueuedBytes || queue.count - answered >= 1024 }

    private var waits: Bool { answered < queue.count }

    /// Takes data in.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        switch reply {
        case .http, .statusJSON: queue += reader.take(bytes).map(Request.http)
        case .echo:
            queue.append(.data(Array(bytes)))
            queuedBytes += bytes.count
        case .sink: if !waits { queue.append(.data([])) }
        }
    }

    /// The next request to answer.
    mutating func next() -> Request? {
        guard waits else { return nil }
        let request = queue[answered]
        queue[answered] = .data([])
        answered += 1
        if !waits {
            queue.removeAll(keepingCapacity: true)
            answered = 0
        }
        if case .data(let bytes) = request { queuedBytes -= bytes.count }
        return request
    }

    /// An answer with headers, closing the connection unless the client wants to keep it.
    static func answer(
        _ request: HTTPRequest, type: String, body: @autoclosure () -> [UInt8]
    ) -> [UInt8] {
        let status = request.isMalformed ? "400 Bad Request" : "200 OK"
        let body = request.isMalformed ? Array("this is not HTTP/1\n".utf8) : body()
        let header = """
            HTTP/1.1 \(status)\r
            Content-Type: \(type)\r
            Content-Length: \(body.count)\r
            Connection: \(request.keepsAlive ? "keep-alive" : "close")\r
            \r

            """
        return Array(header.utf8) + (request.isHead ? [] : body)
    }
}
