import CPlatform
import Glibc

/// How many descriptors the process may have open. Wraps `RLIMIT_NOFILE` of `getrlimit(2)`.
package enum FileLimit {
    /// What "unlimited" is taken for; the system's own bound by default.
    private static let unlimited: rlim_t = 1_048_576

    /// Raises the limit as far as an ordinary user may and returns it.
    package static func raise() -> Int {
        var limit = rlimit()
        // Without an answer, what most systems start with.
        guard platform_file_limit(&limit) == 0 else { return 1024 }
        let target = Self.target(hard: limit.rlim_max)
        if target > limit.rlim_cur {
            var raised = limit
            raised.rlim_cur = target
            if platform_set_file_limit(&raised) == 0 { limit = raised }
        }
        return Int(clamping: min(limit.rlim_cur, target))
    }

    /// The soft limit for a hard one, whose greatest value is RLIM_INFINITY.
    static func target(hard: rlim_t) -> rlim_t { hard == .max ? unlimited : hard }
}
