// What a client command was asked to do, checked and typed, before anything touches the network.

/// Where to connect and under which name.
package struct Target: Hashable, Sendable {
    /// As it was typed.
    package var input: String
    /// A name without its trailing dot, or a numeric address without brackets.
    package var host: String
    package var port: UInt16
    /// Whether the host is a numeric address; then there is no SNI (RFC 6066).
    package var isAddress: Bool

    package init(input: String, host: String, port: UInt16, isAddress: Bool) {
        self.input = input
        self.host = host
        self.port = port
        self.isAddress = isAddress
    }
}

extension Target {
    /// In place of one that is not known, or is none.
    package static func unnamed(_ input: String) -> Target {
        Target(input: input, host: "", port: 0, isAddress: true)
    }

    var isUnnamed: Bool { host.isEmpty }
}

/// A mistake in what the user asked for; the command line turns it into exit code 64.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence that names the option and its range.
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Options shared by the client commands, by the groups of the manual.
package struct ClientPlan: Sendable {
    package var address = AddressPlan()
    package var time = TimePlan()
    package var offer = TLSOffer()
    package var trust = TrustPlan()
    package var identity: IdentityPlan?
    package var data = DataPlan()
    package var capture = CapturePlan()
    /// `--max-idle-messages`: how many tickets, KeyUpdates, HelloRequests or warning alerts in a row are taken.
    package var maxIdleMessages = 64

    package init() {}
}

package struct AddressPlan: Sendable {
    package enum Family: Sendable { case any, v4, v6 }

    package var family = Family.any
    /// `--all-addresses`: each of them, in place of the first that answers.
    package var takesAll = false
    /// `--connect-to`: what is dialed in place of the target; SNI and the name check keep the target's name.
    package var connectTo: (host: String, port: UInt16)?

    package init() {}
}

package struct TimePlan: Sendable {
    /// `--timeout`: from the lookup to the close, the settle window included.
    package var timeout = Duration.seconds(10)
    /// `--connect-timeout`: of each TCP attempt.
    package var connectTimeout = Duration.seconds(5)
    /// `--max-time`: of the whole run.
    package var maxTime: Duration?
    /// `--settle`; nil is auto: 250 ms or three round trips, whichever is longer. Added to the deadline when given.
    package var settle: Duration?

    package init() {}
}

package struct TLSOffer: Sendable {
    package enum Version: String, CaseIterable, Comparable, Sendable {
        case tls10 = "TLSv1"
        case tls11 = "TLSv1.1"
        case tls12 = "TLSv1.2"
        case tls13 = "TLSv1.3"

        package static func < (one: Version, other: Version) -> Bool { one.rawValue < other.rawValue }
    }

    package enum ServerName: Hashable, Sendable { case target, none, name(String) }

    /// A pre-shared key agreed outside TLS. The key is never printed.
    package struct PreSharedKey: Sendable {
        package var identity: String
        package var keyPath: String

        package init(identity: String, keyPath: String) {
            self.identity = identity
            self.keyPath = keyPath
        }
    }

    package var versions: ClosedRange<Version>?
    package var ciphers: String?
    package var ciphersuites: String?
    package var groups: String?
    package var signatureAlgorithms: String?
    package var alpn: [String] = []
    package var serverName = ServerName.target
    package var securityLevel: Int32?
    /// TLS 1.0 and 1.1, security level 0, servers without RFC 5746.
    package var legacy = false
    package var noTicket = false
    package var preSharedKey: PreSharedKey?
    package var postHandshakeAuth = false

    package init() {}
}

package struct TrustPlan: Sendable {
    package enum Source: Hashable, Sendable { case system, none, path(String) }

    /// Empty: the system's store.
    package var sources: [Source] = []
    /// `--verify-name`; nil: the name sent as SNI, else the target's host.
    package var name: String?
    /// `--verify-depth`: how many intermediates are allowed.
    package var depth: Int32?
    /// `-k`: keep the verdict, drop its exit code.
    package var insecure = false

    package init() {}
}

package struct IdentityPlan: Sendable {
    package enum Password: Sendable { case environment(String), file(String) }

    package var certificate: String
    package var key: String?
    package var chain: String?
    package var password: Password?

    package init(certificate: String) { self.certificate = certificate }
}

package struct DataPlan: Sendable {
    package enum Payload: Sendable { case bytes([UInt8]), file(String), standardInput }

    /// `--send`.
    package var send: Payload?
    /// `--http` (path "/") or `--http-path`: a HEAD request of our own.
    package var httpPath: String?
    package var readFor: Duration?

    package init() {}
}

package struct CapturePlan: Sendable {
    package var keyLog: String?
    package var saveCertificates: String?
    package var saveSession: String?
    /// `--load-session`: offered in the first handshake.
    package var loadSession: String?

    package init() {}
}

/// Where results go and in which form.
package struct OutputPlan: Sendable {
    package enum Format: String, CaseIterable, Sendable { case text, json, jsonl, junit, github }
    package enum Color: String, CaseIterable, Sendable { case auto, always, never }

    package var format = Format.text
    /// `--events`: events inside the JSON report.
    package var includesEvents = false
    /// `--get`: these paths of the report, one line per target, tab-separated.
    package var paths: [String] = []
    /// `--expect`: what has to hold of the report.
    package var expectations: [String] = []
    /// `-o`; nil is stdout.
    package var file: String?
    /// `--save-report`.
    package var reportFile: String?
    /// `--save-junit`.
    package var junitFile: String?
    package var showsCertificates = false
    package var isQuiet = false
    package var isVerbose = false
    package var color = Color.auto

    package init() {}
}
