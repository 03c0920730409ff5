import COpenSSL

/// What came of checking a peer's certificates: every error at every depth, and the name on its own.
public struct Verification: Sendable {
    /// All that is wrong, in the order in which OpenSSL found it; empty when nothing is, or nothing was to be verified.
    public internal(set) var errors: [VerificationError] = []
    /// Whether a chain leads to a trusted authority and is valid; nil when there was nothing to verify against.
    public internal(set) var isChainOK: Bool?
    /// Whether the certificate holds the name or address; nil when none was demanded.
    public internal(set) var isNameOK: Bool?
    /// The name or address that was looked for.
    public internal(set) var checkedName: String?
    /// The name of the certificate that matched, such as `*.example.com`; nil for addresses.
    public internal(set) var matchedName: String?
    /// The certificates as the peer sent them.
    public internal(set) var received = CertificateChain([])
    /// The chain that OpenSSL built, leaf first, as far as it got.
    public internal(set) var path: [Certificate] = []
    /// The authorities, as the report names them.
    public internal(set) var store = ""
    /// Whether the system's bundle had to be read.
    public internal(set) var usedBundle = false

    /// What it takes to verify again with the system's bundle; nil when that cannot change anything.
    var pending: VerificationParameters?

    /// True when chain and name are good, false when one is not; nil when nothing was to be verified.
    public var isOK: Bool? { isChainOK.map { $0 && isNameOK ?? true } }

    /// Whether each certificate that was sent was issued by the next.
    public var isSentInOrder: Bool { received.isSentInOrder }

    /// The distinguished name of the issuer that was neither sent nor found; nil when none is missing.
    public var missingIssuer: String? {
        guard errors.contains(where: \.isMissingIssuer), let last = path.last, !last.isSelfIssued else { return nil }
        return last.issuer
    }
}

extension Verification {
    /// Verifies inside the handshake, from the callback of `SSL_CTX_set_cert_verify_callback(3)`.
    ///
    /// Uses the parameters that OpenSSL prepared (purpose, depth, security level) with the identity added, and leaves the
    /// verdict where libssl looks for it: the first error and the chain.
    ///
    /// The system's bundle is left for later: reading it takes longer than a handshake, and the peer would wait for it.
    ///
    /// - Parameter isClients: whether a server verifies its client.
    static func run(
        _ context: OpaquePointer, trust: TrustStore, expectations identity: PeerIdentity, isClients: Bool
    ) -> Verification {
        let leaf = X509_STORE_CTX_get0_cert(context).map { Certificate(sharing: $0) }
        let untrusted = X509_STORE_CTX_get0_untrusted(context)
        let verification = verify(
            leaf: leaf, untrusted: untrusted, parameters: X509_STORE_CTX_get0_param(context), trust: trust,
            identity: identity, handshake: Handshake(isClients: isClients))
        X509_STORE_CTX_set_error(context, verification.errors.first?.code ?? X509_V_OK)
        if let path = try? CertificateStack(verification.path) {
            // set0 takes the stack, so it gets one of its own.
            X509_STORE_CTX_set0_verified_chain(context, X509_chain_up_ref(path.pointer))
        }
        return verification
    }

    /// Who is being verified: it decides which extended key usage the certificate needs.
    public enum Purpose: Sendable {
        /// A TLS server, as a client sees it.
        case server
        /// A TLS client, as a server sees it.
        case client

        /// The name of OpenSSL's set of parameters.
        fileprivate var parameters: String {
            switch self {
            case .server: "ssl_server"
            case .client: "ssl_client"
            }
        }
    }

    /// Verifies a chain without a connection, such as one from a file.
    ///
    /// `depth` is the number of intermediates that may be between leaf and root; `securityLevel` that of the TLS context.
    ///
    /// - Throws: `OpenSSLError` when there is no memory; what is wrong with the chain is in the verdict.
    public static func verify(
        chain: CertificateChain, against trust: TrustStore, identity: PeerIdentity = .none,
        purpose: Purpose = .server, depth: Int32? = nil, securityLevel: Int32? = nil
    ) throws(OpenSSLError) -> Verification {
        let parameters = try require(X509_VERIFY_PARAM_new(), "X509_VERIFY_PARAM_new")
        defer { X509_VERIFY_PARAM_free(parameters) }
        try require(
            X509_VERIFY_PARAM_set1(parameters, X509_VERIFY_PARAM_lookup(purpose.parameters)), "X509_VERIFY_PARAM_set1")
        if let depth { X509_VERIFY_PARAM_set_depth(parameters, depth) }
        if let securityLevel { X509_VERIFY_PARAM_set_auth_level(parameters, securityLevel) }
        let stack = try CertificateStack(chain.certificates)
        return withExtendedLifetime(stack) {
            verify(
                leaf: chain.leaf, untrusted: stack.pointer, parameters: parameters, trust: trust, identity: identity)
        }
    }

    /// A verification inside a handshake: the system's bundle may wait, and what was found good before is good again.
    private struct Handshake {
        let isClients: Bool
    }

    private static func verify(
        leaf: Certificate?, untrusted: OpaquePointer?, parameters: OpaquePointer?, trust: TrustStore,
        identity: PeerIdentity, handshake: Handshake? = nil
    ) -> Verification {
        defer { ERR_clear_error() }
        var verification = Verification()
        verification.store = trust.description
        verification.received = CertificateChain(copying: untrusted)
        verification.checkedName = identity.checked
        guard let leaf else {
            verification.errors = [VerificationError(depth: 0, code: X509_V_ERR_UNSPECIFIED)]
            verification.isChainOK = false
            return verification
        }
        if verification.received.certificates.isEmpty { verification.received = CertificateChain([leaf]) }
        let flags = parameters.map { X509_VERIFY_PARAM_get_hostflags($0) } ?? 0
        let match = identity.match(leaf, flags: flags)
        verification.isNameOK = match?.matches
        verification.matchedName = match?.name
        var question: VerifiedChains.Question?
        if let handshake, let parameters, !trust.isNone, match?.matches != false,
            verification.received.leaf?.pointer == leaf.pointer
        {
            question = VerifiedChains.Question(
                verification.received, verifiedWith: parameters, isClients: handshake.isClients)
        }
        if let question, let issuers = trust.verifiedChains.issuers(for: question) {
            verification.path = [leaf] + issuers
            verification.isChainOK = true
        } else if !trust.isNone {
            let build = { ChainBuilding.run(leaf, untrusted, parameters, store: $0, identity: identity) }
            var building = build(trust.store)
            let isInDoubt = building.errors.contains(where: \.couldDependOnTrust)
            if isInDoubt, handshake != nil {
                verification.pending = parameters.flatMap(VerificationParameters.init)
            } else if isInDoubt, let complete = trust.storeWithBundle() {
                // OpenSSL's own store has directory and bundle at once, so this result replaces the first one.
                building = build(complete)
                verification.usedBundle = true
            }
            verification.errors = building.errors
            verification.path = building.path
            verification.isChainOK = !building.errors.contains { !$0.isAboutName }
            if let question, building.errors.isEmpty { trust.verifiedChains.add(building.path, for: question) }
        }
        if match?.matches == false, !verification.errors.contains(where: \.isAboutName) {
            // OpenSSL does not get as far as the name when it gives up on the chain, nor without authorities.
            verification.errors.append(VerificationError(depth: 0, code: identity.mismatch))
        }
        return verification
    }
}

extension Verification {
    /// The verdict with the system's bundle, where the first one could depend on it.
    func completed(trust: TrustStore, identity: PeerIdentity) -> Verification {
        guard let pending, let untrusted = try? CertificateStack(received.certificates) else { return self }
        return withExtendedLifetime((pending, untrusted)) {
            Self.verify(
                leaf: received.leaf, untrusted: untrusted.pointer, parameters: pending.pointer, trust: trust,
                identity: identity)
        }
    }
}

/// A copy of the parameters that OpenSSL prepared in a handshake: purpose, depth, security level.
final class VerificationParameters: @unchecked Sendable {
    // Sendable without a check: nothing changes it after init.
    let pointer: OpaquePointer

    /// Wraps `X509_VERIFY_PARAM_set1(3)`.
    init?(_ source: OpaquePointer) {
        guard let copy = X509_VERIFY_PARAM_new() else { return nil }
        guard X509_VERIFY_PARAM_set1(copy, source) == 1 else {
            X509_VERIFY_PARAM_free(copy)
            return nil
        }
        pointer = copy
    }

    deinit { X509_VERIFY_PARAM_free(pointer) }
}

extension PeerIdentity {
    /// The error for a certificate that does not hold this identity.
    fileprivate var mismatch: Int32 {
        switch self {
        case .address: X509_V_ERR_IP_ADDRESS_MISMATCH
        case .name, .none: X509_V_ERR_HOSTNAME_MISMATCH
        }
    }
}
