import COpenSSL

/// Receives what OpenSSL tells about one connection while it runs, and remembers what must outlive a call.
///
/// The SSL owns its Observer: it is retained in ex_data and released when the last reference to the SSL goes, never by
/// a `Connection`, of which several may share the SSL. Observers translate and record; they do not decide.
public final class Observer {
    /// Called for every message in either direction, in the order on the wire.
    public var onMessage: ((Message) -> Void)?
    /// Called for every line of the key log, when `TLSSettings.logsKeys` is set. The line is a secret.
    public var onKeyLogLine: ((String) -> Void)?
    /// Called with each session that can be resumed.
    public var onSession: ((Session) -> Void)?
    /// Called on a server with what the client offered by ALPN and what was chosen; nil when nothing fits.
    public var onALPN: ((_ offered: [PeerText], _ chosen: PeerText?) -> Void)?
    /// Called for each step of the state machine; see `Connection.observeProgress(_:)`.
    var onProgress: ((Connection.Progress) -> Void)?
    /// What a server's callbacks need; nil on a client.
    let server: ServerRole?
    /// Whether a server's client named the key agreed outside TLS.
    public internal(set) var usesPreSharedKey = false
    /// What a server says to a client without an acceptable certificate.
    var demand = ClientCertificateDemand.none
    /// Which key the ticket of the client was sealed with, where a ring of keys decides that.
    public internal(set) var ticketKeyAge: TicketKeyRing.Age?
    /// The verdict on the peer's chain, once it was received.
    public internal(set) var verification: Verification?
    /// The first failure; later calls only echo it (an OpenSSL connection that failed once says misleading things).
    public internal(set) var failure: StepFailure?

    /// How many reads of the socket the step under way may still make.
    var readsLeft = 0

    let peer: PeerIdentity
    let trust: TrustStore
    let preSharedKey: PreSharedKey?
    private var decoder = MessageDecoder()

    /// How much of each message is decoded.
    public var detail: MessageDecoder.Detail {
        get { decoder.detail }
        set { decoder.detail = newValue }
    }

    init(peer: PeerIdentity, trust: TrustStore, preSharedKey: PreSharedKey?) {
        self.peer = peer
        self.trust = trust
        self.preSharedKey = preSharedKey
        server = nil
    }

    init(server role: ServerRole?, trust: TrustStore) {
        peer = .none
        self.trust = trust
        preSharedKey = role?.preSharedKey
        server = role
        demand = role?.demand ?? .none
    }

    /// An Observer for a copy of the connection: same expectations, nothing recorded yet.
    func copy() -> Observer {
        guard let server else { return Observer(peer: peer, trust: trust, preSharedKey: preSharedKey) }
        let copy = Observer(server: server, trust: trust)
        // It may have changed since, and SSL_dup copies that the server asks.
        copy.demand = demand
        return copy
    }

    /// Brings the verdict to its end: reads the system's bundle, if only that can tell. May take a while.
    public func completeVerification() {
        verification = verification?.completed(trust: trust, identity: peer)
    }

    /// Changes what a server says to clients without an acceptable certificate.
    func ask(for demand: ClientCertificateDemand, of ssl: OpaquePointer) {
        self.demand = demand
        SSL_set_verify(ssl, demand.mode, nil)
    }

    func received(_ contentType: Int32, _ bytes: UnsafeRawBufferPointer, _ direction: Direction) {
        guard let onMessage else { return }
        guard let message = decoder.decode(direction: direction, contentType: contentType, bytes: bytes) else { return }
        Self.keepingErrno { onMessage(message) }
    }
}

extension Observer {
    /// The one ex_data slot through which callbacks find their Observer.
    private static let slot: Int32 = CRYPTO_get_ex_new_index(
        CRYPTO_EX_INDEX_SSL, 0, nil, nil,
        // SSL_dup copies the pointer without retaining it; the copy gets an Observer of its own.
        { _, _, source, _, _, _ in
            source?.pointee = nil
            return 1
        },
        { _, stored, _, _, _, _ in
            if let stored { Unmanaged<Observer>.fromOpaque(stored).release() }
        })

    /// Hands the Observer to the SSL, which owns it from here on. Wraps `SSL_set_ex_data(3)`.
    func attach(to ssl: OpaquePointer) throws(OpenSSLError) {
        let retained = Unmanaged.passRetained(self)
        guard SSL_set_ex_data(ssl, Self.slot, retained.toOpaque()) == 1 else {
            retained.release()
            throw OpenSSLError(draining: "SSL_set_ex_data")
        }
    }

    /// The Observer that an SSL owns.
    static func of(_ ssl: OpaquePointer?) -> Observer? {
        guard let ssl, let stored = SSL_get_ex_data(ssl, slot) else { return nil }
        return Unmanaged<Observer>.fromOpaque(stored).takeUnretainedValue()
    }

    /// Runs a receiver, whose own system calls must not look like those of OpenSSL: a write that had to wait leaves EAGAIN,
    /// and the read that goes on afterwards would seem to have found the socket empty.
    private static func keepingErrno(_ receiver: () -> Void) {
        let code = probe_errno()
        receiver()
        probe_set_errno(code)
    }

    /// Installs the callbacks that every connection of a client context inherits.
    static func install(in context: OpaquePointer, logsKeys: Bool) {
        installBoth(in: context, logsKeys: logsKeys)
        installVerification(in: context, mode: SSL_VERIFY_PEER)
    }

    /// Installs the callbacks that every connection of a server context inherits.
    static func install(inServer context: OpaquePointer, role: ServerRole, logsKeys: Bool) {
        installBoth(in: context, logsKeys: logsKeys)
        installVerification(in: context, mode: role.demand.mode)
        role.install(in: context)
    }

    private static func installBoth(in context: OpaquePointer, logsKeys: Bool) {
        SSL_CTX_set_msg_callback(context) { isSent, _, contentType, bytes, count, ssl, _ in
            Observer.of(ssl)?.received(
                contentType, UnsafeRawBufferPointer(start: bytes, count: count), isSent == 1 ? .sent : .received)
        }
        if logsKeys { installKeyLog(in: context) }
        SSL_CTX_sess_set_new_cb(context) { ssl, session in
            guard let session, let handler = Observer.of(ssl)?.onSession else { return 0 }
            // 1 tells OpenSSL that the reference is ours, so adopt it before anything else.
            let adopted = Session(adopting: session)
            Observer.keepingErrno { handler(adopted) }
            return 1
        }
    }

    /// Wraps `SSL_CTX_set_keylog_callback(3)`.
    private static func installKeyLog(in context: OpaquePointer) {
        SSL_CTX_set_keylog_callback(context) { ssl, line in
            guard let line, let handler = Observer.of(ssl)?.onKeyLogLine else { return }
            Observer.keepingErrno { handler(String(cString: line)) }
        }
    }

    /// Reports the steps of one SSL's state machine.
    func installProgress(on ssl: OpaquePointer, _ handler: @escaping (Connection.Progress) -> Void) {
        onProgress = handler
        SSL_set_info_callback(ssl) { ssl, place, value in
            guard let ssl, let handler = Observer.of(ssl)?.onProgress else { return }
            // A constant of the library.
            let state = String(cString: SSL_state_string_long(ssl))
            handler(Connection.Progress(place: place, value: value, state: state))
        }
    }

    private static func installVerification(in context: OpaquePointer, mode: Int32) {
        SSL_CTX_set_verify(context, mode, nil)
        SSL_CTX_set_cert_verify_callback(
            context,
            { storeContext, _ in
                guard let storeContext else { return 1 }
                let ssl = X509_STORE_CTX_get_ex_data(storeContext, SSL_get_ex_data_X509_STORE_CTX_idx())
                guard let ssl = ssl.map({ OpaquePointer($0) }), let observer = Observer.of(ssl) else { return 0 }
                let verification = Verification.run(
                    storeContext, trust: observer.trust, expectations: observer.peer,
                    isClients: SSL_is_server(ssl) == 1)
                observer.verification = verification
                // Nearly always 1: a bad certificate is a finding, and the handshake goes on so that the rest can be told.
                // Only a server that demands a certificate refuses, with the alert that goes with the first error.
                return observer.demand == .require && verification.isOK == false ? 0 : 1
            }, nil)
    }
}
