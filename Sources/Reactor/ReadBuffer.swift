/// Memory that all sockets of one loop read into, as much as a TLS record holds: no read goes on across a suspension.
///
/// What was read has to be used up before the task suspends; then others read into it.
package final class ReadBuffer: @unchecked Sendable {
    // Unchecked: the memory is lent on the loop's thread alone.
    private let loop: EventLoop
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)

    package init(on loop: EventLoop) { self.loop = loop }

    deinit { memory.deallocate() }

    package var bytes: UnsafeMutableRawBufferPointer {
        loop.preconditionOnThread()
        return memory
    }
}
