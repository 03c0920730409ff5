import CPlatform
import Glibc

/// What the program was started in.
package enum Environment {
    /// A variable's value; nil when it is not set or empty. Wraps `getenv(3)`.
    package static func value(of name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// Whether the locale writes UTF-8, by the variables in the order of `setlocale(3)`.
    package static var isUTF8: Bool {
        let name = value(of: "LC_ALL") ?? value(of: "LC_CTYPE") ?? value(of: "LANG") ?? ""
        return name.lowercased().split { $0 == "." || $0 == "@" }.contains { $0 == "utf-8" || $0 == "utf8" }
    }

    /// The width of the terminal behind standard output in columns; nil when there is none. Wraps `TIOCGWINSZ`.
    package static var terminalWidth: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// The end of the program.
package enum Process {
    /// Wraps `exit(3)`, or `_exit(2)` when nothing is to be tidied up.
    package static func exit(_ code: Int32, tidyUp: Bool) -> Never {
        if tidyUp { Glibc.exit(code) }
        _exit(code)
    }
}
