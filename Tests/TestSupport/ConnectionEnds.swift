import OpenSSL

/// The contexts of a client and a server that trust each other's authority, which is in memory.
public struct ConnectionEnds {
    /// The authority that both trust.
    public static let authority = Result { try EphemeralAuthority(commonName: "Pair CA") }

    /// The client's.
    public let client: Context
    /// The server's.
    public let server: Context

    /// Makes both; the server shows a certificate for localhost unless told otherwise.
    public init(
        _ settings: ServerSettings = ServerSettings(), client clientSettings: ClientSettings = ClientSettings(),
        identities: [Identity]? = nil, clientIdentity: Identity? = nil
    ) throws {
        let authority = try Self.authority.get()
        let trust = try TrustStore([.certificates([authority.certificate], name: "memory")])
        var clientSettings = clientSettings
        clientSettings.tls.logsKeys = true
        let shown = try identities ?? [authority.issue(LeafTemplate(names: ["localhost"]))]
        self.init(
            client: try Context(client: clientSettings, trust: trust, identity: clientIdentity),
            server: try Context(server: settings, identities: shown, trust: trust))
    }

    /// Takes two that were made before.
    public init(client: Context, server: Context) {
        self.client = client
        self.server = server
    }
}
