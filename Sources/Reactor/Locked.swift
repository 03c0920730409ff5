import CPlatform
import Glibc

/// A value that threads share, behind a lock.
///
/// Wraps `pthread_mutex_lock(3)`: the thread sanitizer knows it, unlike the Mutex of Synchronization.
final class Locked<Value: Sendable>: @unchecked Sendable {
    // Unchecked: the value is touched under the lock alone, which stays at one address from first to last. For the same
    // reason exclusivity is not checked at run time, which cost as much as the lock.
    @exclusivity(unchecked) private var value: Value
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init(_ value: Value) {
        self.value = value
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&value)
    }
}
