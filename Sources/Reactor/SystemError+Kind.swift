import CPlatform
import Glibc

extension SystemError {
    /// What a failed connection attempt means.
    ///
    /// In the order in which they speak for a host of which several addresses failed.
    package enum Kind: Comparable, Sendable {
        case refused
        case reset
        case other
        case unreachable
    }

    /// Whether this process, or the machine, has no descriptor left.
    package var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }

    package var kind: Kind {
        switch code {
        case ECONNREFUSED: .refused
        case ECONNRESET, ECONNABORTED: .reset
        case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT: .unreachable
        default: .other
        }
    }

    /// Whether a socket could not be had because the machine has no IPv6, neither compiled in nor switched on.
    var meansNoIPv6: Bool { code == EAFNOSUPPORT || code == EADDRNOTAVAIL }
}

extension LookupError {
    /// Whether the resolver says that the name, or an address of the wanted family, does not exist.
    package var isNotFound: Bool {
        switch self {
        case .failed(let code, _):
            code == EAI_NONAME || code == platform_no_data() || code == platform_other_family()
        case .cancelled, .deadline: false
        }
    }
}

extension FileWriter {
    /// Makes or empties a file that results are written to as they come; devices and pipes are opened as they are.
    package static func create(_ path: String) throws(SystemError) -> Output {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemError(operation: "open \(path)", code: EINVAL) }
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o644)
        return Output(try Descriptor(adopting: number, from: "open \(path)"), name: path)
    }
}

extension SystemError {
    /// Whether there is no such file.
    package var isMissingFile: Bool { code == ENOENT }
}
