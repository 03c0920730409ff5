import OpenSSL
import Reactor

extension Channel {
    /// What a step on the channel ended with.
    enum Turn {
        case done
        case data
        /// A message was handled that is no data; look at the log, then go on.
        case message
        /// The peer sent close_notify.
        case closed
        case failed(StepFailure)
        case stopped(WaitError)
    }
}
