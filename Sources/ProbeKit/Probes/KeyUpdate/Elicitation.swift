/// What makes a server write something: it answers a KeyUpdate only with its next data.
enum Elicitation {
    /// A HEAD request that keeps the connection.
    case http([UInt8])
    /// Bytes of the user's, to which nobody knows the answer.
    case data([UInt8])
    /// A line of ours that an echoing server sends back.
    case echo

    /// What was asked for, where it can be had; nil when there is nothing to send.
    ///
    /// - Parameter request: that of `--http`, `--send` or `--elicit STRING`; nil when it is withheld.
    init?(_ asked: KeyUpdatePlan.Elicitation, target: Target, request: [UInt8]?, alpn: [UInt8]?) {
        switch asked {
        case .none: return nil
        case .echo: self = .echo
        case .data:
            guard let request, !request.isEmpty else { return nil }
            self = .data(request)
        case .http:
            guard let request else { return nil }
            self = .http(request)
        case .auto:
            let speaksHTTP = alpn.map { $0 == Array("http/1.1".utf8) } ?? [443, 8443].contains(target.port)
            guard speaksHTTP else { return nil }
            self = .http(Request.head(of: target, keepsAlive: true))
        }
    }

    /// The next request, whose answer is yet to come.
    ///
    /// - Parameter count: how many writes it has to be good for: a header is parted, everything else is repeated.
    func next(writes count: Int = 1) -> Reply {
        switch self {
        case .http(let request): return Reply(pieces: Self.padded(request, to: count).parted(count), expected: .header)
        case .data(let request): return Reply(pieces: Array(repeating: request, count: count), expected: .anything)
        case .echo:
            let lines = (0..<count).map { _ in Array("sslprobe \(UInt64.random(in: .min ... .max))\n".utf8) }
            return Reply(pieces: lines, expected: .lines(lines))
        }
    }

    /// A byte at least for each write; the header ends with an empty line.
    private static func padded(_ request: [UInt8], to count: Int) -> [UInt8] {
        guard request.count < count else { return request }
        let field = "X-Padding: " + String(repeating: ".", count: count - request.count) + "\r\n"
        return request.dropLast(2) + Array(field.utf8) + request.suffix(2)
    }

    /// A request, and what has come of its answer.
    struct Reply {
        /// What to write, one piece after each KeyUpdate.
        let pieces: [[UInt8]]
        fileprivate let expected: Expected
        private var bytes: [UInt8] = []
        /// Whether all of the request went out: what came before is an answer to something else.
        var isSent = false
        private var isTainted = false

        fileprivate enum Expected { case header, anything, lines([[UInt8]]) }

        fileprivate init(pieces: [[UInt8]], expected: Expected) {
            self.pieces = pieces
            self.expected = expected
        }

        private static let kept = 65536

        mutating func take(_ more: UnsafeRawBufferPointer) {
            // Each line of ours is known when it comes back.
            if !isSent, !isOfLines {
                isTainted = true
                return
            }
            bytes.append(contentsOf: more.prefix(Self.kept - bytes.count))
        }

        var isEmpty: Bool { bytes.isEmpty }

        /// Whether it is known when the answer is whole.
        var hasEnd: Bool { if case .anything = expected { false } else { true } }

        /// Whether all of it is there.
        var isWhole: Bool {
            switch expected {
            case .header: Answer(bytes).isHeaderComplete
            case .anything: false
            case .lines(let lines): bytes.count >= lines.reduce(0) { $0 + $1.count }
            }
        }

        /// Whether what came is what was to come; nil when nobody knows, or not all of it came.
        var isIntact: Bool? {
            guard isWhole, !isTainted else { return nil }
            switch expected {
            case .header: return Answer(bytes).httpStatus == nil ? nil : true
            case .anything: return nil
            case .lines(let lines): return isEcho(of: lines)
            }
        }

        /// Whether it shows that the server had read the whole request. Some say these without: a server that is tired of
        /// waiting, that finds fault with the first line, or that is out of order.
        var isAnswer: Bool {
            guard isWhole, isIntact == true else { return false }
            guard let status = Answer(bytes).httpStatus else { return isOfLines }
            return ![400, 408, 413, 414, 417, 421, 429, 431].contains(status) && (200..<500).contains(status)
        }

        private var isOfLines: Bool { if case .lines = expected { true } else { false } }

        /// `openssl s_server -rev` sends lines back in reverse.
        private func isEcho(of lines: [[UInt8]]) -> Bool {
            let echoes = bytes.split(separator: UInt8(ascii: "\n"))
            return echoes.count == lines.count
                && zip(echoes, lines).allSatisfy { echo, line in
                    echo.elementsEqual(line.dropLast()) || echo.elementsEqual(line.dropLast().reversed())
                }
        }
    }
}

extension Elicitation {
    /// How the report names it.
    var kind: Report.Elicited {
        switch self {
        case .http: .http
        case .data: .data
        case .echo: .echo
        }
    }
}

extension [UInt8] {
    /// So many parts of nearly the same size.
    fileprivate func parted(_ parts: Int) -> [[UInt8]] {
        (0..<parts).map { Array(self[($0 * count / parts)..<(($0 + 1) * count / parts)]) }
    }
}
