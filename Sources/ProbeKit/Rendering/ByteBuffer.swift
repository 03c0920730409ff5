/// Bytes that grow at their end.
///
/// A document consists of thousands of short runs. An array within a class is asked before each of them whether it is
/// unique and whether somebody else reads it: 200 instructions for a comma. Hence memory of our own; whoever holds the
/// buffer deallocates it.
struct ByteBuffer {
    private(set) var start: UnsafeMutablePointer<UInt8>
    /// Where the next byte goes.
    private(set) var end: UnsafeMutablePointer<UInt8>
    private var limit: UnsafeMutablePointer<UInt8>

    init(capacity: Int) {
        start = .allocate(capacity: capacity)
        end = start
        limit = start + capacity
    }

    func deallocate() { start.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: end - start) }

    mutating func removeAll() { end = start }

    /// Makes room for so many bytes, which `append(reserved:)` and `advance(to:)` rely on.
    @inline(__always)
    mutating func reserve(_ count: Int) {
        if limit - end < count { grow(by: count) }
    }

    @inline(never)
    private mutating func grow(by count: Int) {
        let used = end - start
        let capacity = 2 * (used + count)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: used)
        start.deallocate()
        start = larger
        end = larger + used
        limit = larger + capacity
    }

    @inline(__always)
    mutating func append(reserved byte: UInt8) {
        end.pointee = byte
        end += 1
    }

    @inline(__always)
    mutating func advance(to end: UnsafeMutablePointer<UInt8>) { self.end = end }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        append(reserved: byte)
    }

    @inline(__always)
    mutating func append(_ run: UnsafeBufferPointer<UInt8>) {
        guard let first = run.baseAddress else { return }
        reserve(run.count)
        end.update(from: first, count: run.count)
        end += run.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
