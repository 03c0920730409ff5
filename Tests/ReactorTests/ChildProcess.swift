import Glibc
import Testing

/// Runs the body in a child of this process and returns its wait status; what the body returns is its exit status.
///
/// For what concerns a whole process: signals, limits, the standard descriptors.
func inChild(_ body: () -> Int32) throws -> Int32 {
    // A fork copies one thread. If another one held a lock of the runtime at that moment the child hangs until its
    // alarm: that says nothing about the body, so it is tried again.
    for _ in 0..<3 {
        let child = fork()
        try #require(child >= 0)
        if child == 0 {
            alarm(5)
            _exit(body())
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
        if status & 0x7F != SIGALRM { return status }
    }
    return SIGALRM
}

/// The wait status of a process that ended with the given exit status.
func exited(_ status: Int32) -> Int32 { status << 8 }
