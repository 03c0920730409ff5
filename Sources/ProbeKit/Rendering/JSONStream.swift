/// Takes what is encoded, piece by piece, and writes it as bytes or builds a tree of it.
///
/// The encoder and its containers refer to it by pointer: a reference would be counted and its exclusive use checked at
/// every key, which costs more than the writing.
struct JSONStream {
    typealias Bracket = JSONWriter.Bracket

    /// How far the value that is being encoded has come.
    struct Frame {
        enum Content {
            case nothing, value, object, array
        }

        var content = Content.nothing
        /// How many nested containers are open within its own one.
        var nesting = 0
    }

    var writer: JSONWriter
    /// Takes the place of the writer when there is one.
    let tree: JSONTree?
    var frame = Frame()
    /// The nested containers that are open, those of enclosing frames first.
    private var nested: [Bracket] = []

    private init(_ writer: JSONWriter, _ tree: JSONTree?) {
        self.writer = writer
        self.tree = tree
    }

    static func allocate(isIndented: Bool = false, tree: JSONTree? = nil) -> UnsafeMutablePointer<JSONStream> {
        let stream = UnsafeMutablePointer<JSONStream>.allocate(capacity: 1)
        stream.initialize(to: JSONStream(JSONWriter(isIndented: isIndented), tree))
        return stream
    }

    static func deallocate(_ stream: UnsafeMutablePointer<JSONStream>) {
        stream.pointee.writer.deallocate()
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Opens the container of the frame, unless it is open: whoever asks twice adds to the same one.
    @inline(__always)
    mutating func begin(_ bracket: Bracket) {
        let content: Frame.Content = bracket == .object ? .object : .array
        guard frame.content != content else { return }
        open(bracket)
        frame.content = content
    }

    /// Closes what the frame has opened.
    mutating func finish() {
        settle(0)
        switch frame.content {
        case .nothing: null()
        case .value: break
        case .object: close(.object)
        case .array: close(.array)
        }
        frame = Frame()
    }

    /// Opens a container within that of the frame and returns its level.
    mutating func nest(_ bracket: Bracket) -> Int {
        open(bracket)
        nested.append(bracket)
        frame.nesting += 1
        return frame.nesting
    }

    /// Closes the nested containers above a level, which is about to be written to.
    @inline(__always)
    mutating func settle(_ level: Int) {
        if frame.nesting != level { closeNested(above: level) }
    }

    private mutating func closeNested(above level: Int) {
        precondition(frame.nesting > level, "a nested container is written to after its parent went on")
        while frame.nesting > level, let bracket = nested.popLast() {
            close(bracket)
            frame.nesting -= 1
        }
    }

    /// A key in snake_case, as the name of a property is spelled in JSON.
    mutating func key(_ key: some CodingKey) {
        if let tree { tree.key(snakeCase(key.stringValue)) } else { writer.key(inSnakeCase: key.stringValue) }
    }

    private mutating func open(_ bracket: Bracket) {
        if let tree { tree.open(bracket) } else { writer.open(bracket) }
    }

    private mutating func close(_ bracket: Bracket) {
        if let tree { tree.close() } else { writer.close(bracket) }
    }

    mutating func null() {
        if let tree { tree.add(.null) } else { writer.null() }
    }

    mutating func bool(_ value: Bool) {
        if let tree { tree.add(.bool(value)) } else { writer.bool(value) }
    }

    mutating func integer(_ value: Int64) {
        if let tree { tree.add(.int(value)) } else { writer.integer(value) }
    }

    mutating func integer(_ value: some BinaryInteger) {
        if let value = Int64(exactly: value) { integer(value) } else { number(Double(value)) }
    }

    mutating func number(_ value: Double) {
        if let tree { tree.add(.number(value)) } else { writer.number(value) }
    }

    mutating func string(_ value: String) {
        if let tree { tree.add(.string(value)) } else { writer.string(value) }
    }

    mutating func strings(_ values: [String]) {
        if let tree { tree.add(.array(values.map(JSONValue.string))) } else { writer.strings(values) }
    }
}
