import COpenSSL
import Glibc

// @unchecked: nothing changes after init; the ring has a lock of its own.

/// What the callbacks of a server's connections need: which identity to show, which protocol to choose, which keys to use.
final class ServerRole: @unchecked Sendable {
    let identities: [Identity]
    let protocols: ProtocolPreference?
    let ticketKeys: TicketKeyRing?
    let demand: ClientCertificateDemand
    let preSharedKey: PreSharedKey?

    init(_ settings: ServerSettings, identities: [Identity]) throws(SettingError) {
        self.identities = identities
        protocols = settings.alpn.isEmpty ? nil : try ProtocolPreference(settings.alpn)
        ticketKeys = settings.tickets.keys
        demand = settings.clientCertificate
        preSharedKey = settings.preSharedKey
    }

    /// Those whose certificate holds the name, or all when none does; of each kind of key the first.
    func identities(for serverName: String?) -> [Identity] {
        let named = serverName.map { name in identities.filter { $0.matches(serverName: name) } } ?? []
        var kinds: [String] = []
        return (named.isEmpty ? identities : named).filter { identity in
            let kind = identity.certificate.key.type
            defer { kinds.append(kind) }
            return !kinds.contains(kind)
        }
    }

    func install(in context: OpaquePointer) {
        if protocols != nil { installProtocols(in: context) }
        if identities.count > 1 { installIdentities(in: context) }
        if preSharedKey != nil { PreSharedKey.install(inServer: context) }
    }

    /// Wraps `SSL_CTX_set_alpn_select_cb(3)`.
    private func installProtocols(in context: OpaquePointer) {
        SSL_CTX_set_alpn_select_cb(
            context,
            { ssl, chosen, chosenCount, offer, offerCount, _ in
                guard let observer = Observer.of(ssl), let protocols = observer.server?.protocols else {
                    return SSL_TLSEXT_ERR_NOACK
                }
                let offer = UnsafeBufferPointer(start: offer, count: Int(offerCount))
                let choice = protocols.choose(from: offer)
                observer.onALPN?(PeerText.protocols(inWire: Array(offer)), choice.map { PeerText(bytes: Array($0)) })
                guard let choice, let count = UInt8(exactly: choice.count) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                chosen?.pointee = choice.baseAddress
                chosenCount?.pointee = count
                return SSL_TLSEXT_ERR_OK
            }, nil)
    }

    /// Wraps `SSL_CTX_set_cert_cb(3)`: with several identities the one to show depends on the ClientHello.
    private func installIdentities(in context: OpaquePointer) {
        SSL_CTX_set_cert_cb(
            context,
            { ssl, _ in
                guard let ssl, let role = Observer.of(ssl)?.server else { return 0 }
                // OpenSSL refuses a name that holds a NUL.
                let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { name in
                    PeerText(bytes: UnsafeBufferPointer(start: name, count: strlen(name)).map(UInt8.init(bitPattern:)))
                }
                SSL_certs_clear(ssl)
                for identity in role.identities(for: name?.text).reversed() {
                    guard (try? identity.apply(toConnection: ssl)) != nil else { return 0 }
                }
                return 1
            }, nil)
    }
}
