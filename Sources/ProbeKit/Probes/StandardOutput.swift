import Reactor

/// What goes to stdout that is not a probe's result: help, versions, schemas.
package enum StandardOutput {
    /// Writes the text whole and says with which exit code the program ends.
    package static func write(_ text: String) -> Int32 {
        do throws(SystemError) {
            try Output.standard.write(text)
            return 0
        } catch {
            return error.isBrokenPipe ? 141 : Printer.complain(error)
        }
    }
}

/// What goes to stderr: usage errors and notes.
package enum StandardError {
    /// Writes the text; nobody is left to tell when that fails.
    package static func write(_ text: String) { try? Output.diagnostics.write(text) }
}

/// The beginning and the end of the program.
package enum Program {
    /// Comes first: no socket may get the number of a closed stdout, and no broken pipe may end the program.
    package static func begin() {
        Signals.ignorePipe()
        _ = StandardDescriptors.fill()
    }

    /// Ends with this code; everything is written by then. A release build skips what the libraries tidy up at exit;
    /// a debug build does not, since `_exit` switches the leak check off.
    package static func end(_ code: Int32) -> Never {
        #if DEBUG
            Process.exit(code, tidyUp: true)
        #else
            Process.exit(code, tidyUp: false)
        #endif
    }
}
