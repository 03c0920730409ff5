import Foundation

/// A program that a test needs is not there, or does not start. Tests fail then; they are never skipped in silence.
public struct MissingProgram: Error, CustomStringConvertible {
    /// A sentence for people.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Programs of the system that the tests use as peers.
public enum InstalledProgram: String {
    /// OpenSSL's command line.
    case openssl
    /// GnuTLS's test server.
    case gnutlsServ = "gnutls-serv"
    /// A web server.
    case nginx
    /// What the hostile peers are written in.
    case python3
    /// A client of HTTP.
    case curl
    /// The shell, which sets limits.
    case sh
    /// The shell that runs what is printed in the README.
    case bash
    /// GnuTLS's test client.
    case gnutlsCli = "gnutls-cli"
    /// What captures packets and decrypts them.
    case tshark
    /// What makes a program see another time.
    case faketime
    /// What formats manual pages, and finds fault with them.
    case mandoc
    /// What knows where the headers of OpenSSL are.
    case pkgConfig = "pkg-config"
    /// What makes a system call take longer.
    case strace
    /// JavaScript with TLS of its own making around OpenSSL; not every test machine has it.
    case node
    /// Java's own TLS; not every test machine has it.
    case java
    /// Java's compiler, which `java` needs to run a source file.
    case javac

    /// The Debian package it comes in.
    var package: String {
        switch self {
        case .openssl: "openssl"
        case .gnutlsServ: "gnutls-bin"
        case .nginx: "nginx-light"
        case .python3: "python3"
        case .curl: "curl"
        case .sh: "dash"
        case .bash: "bash"
        case .gnutlsCli: "gnutls-bin"
        case .tshark: "tshark"
        case .faketime: "faketime"
        case .mandoc: "mandoc"
        case .pkgConfig: "pkg-config"
        case .strace: "strace"
        case .node: "nodejs"
        case .java, .javac: "default-jdk-headless"
        }
    }

    /// Whether it is there; for programs that a test machine may lack.
    public var isInstalled: Bool { (try? path()) != nil }

    /// Where it is; throws a sentence that names its package when it is nowhere.
    public func path() throws -> String {
        let search = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        // Servers live where users without privileges do not look.
        for folder in search + ["/usr/sbin", "/sbin"] {
            let candidate = "\(folder)/\(rawValue)"
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw MissingProgram("\(rawValue) is missing: install the Debian package \(package)")
    }
}
