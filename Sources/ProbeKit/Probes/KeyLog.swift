import Reactor
import Synchronization

/// The file that TLS secrets are appended to, for Wireshark; only when asked for.
final class KeyLog: Sendable {
    private let output: Output
    private let firstError = Mutex<SystemError?>(nil)

    private init(_ output: Output) { self.output = output }

    /// Opens what `--keylog` or SSLKEYLOGFILE names; the variable is announced, since nobody typed it.
    static func open(_ plan: CapturePlan) throws(Ending) -> KeyLog? {
        let variable = CapturePlan.keyLogVariable
        guard let path = plan.keyLogPath else { return nil }
        do {
            let log = KeyLog(try FileWriter.append(path))
            if plan.keyLog == nil { Printer.warn("\(variable) is set: TLS secrets go to \(path)") }
            return log
        } catch {
            throw Ending(
                .local, Failure(.local, .fileUnwritable, "\(plan.keyLog == nil ? variable : "--keylog"): \(error)"))
        }
    }

    /// Appends one line. A line that could not be written is told at the end.
    func append(_ line: String) {
        do throws(SystemError) {
            try output.write(line + "\n")
        } catch {
            firstError.withLock { $0 = $0 ?? error }
        }
    }

    /// What went wrong while writing.
    var ending: Ending? {
        firstError.withLock { error in
            error.map { Ending(.local, Failure(.local, .fileUnwritable, "--keylog: \($0)")) }
        }
    }
}

extension CapturePlan {
    /// The variable that browsers and curl read too.
    static let keyLogVariable = "SSLKEYLOGFILE"

    /// Where secrets go; nil for nowhere.
    var keyLogPath: String? { keyLog ?? Environment.value(of: Self.keyLogVariable) }
}
