import Synchronization

/// Which signal ended the run, told from the task that waits for it to the one that reports.
final class Interruption: Sendable {
    private let number = Mutex<Int32?>(nil)

    var signal: Int32? {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }
}
