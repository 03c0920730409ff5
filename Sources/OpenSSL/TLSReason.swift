import COpenSSL

/// Reasons of libssl that callers tell apart; equal in 3.0 and 3.5. Texts are never compared.
public enum TLSReason {
    /// A peer without RFC 5746 (338).
    public static let unsafeLegacyRenegotiationDisabled = SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED
    /// Not a TLS record (267).
    public static let wrongVersionNumber = SSL_R_WRONG_VERSION_NUMBER
    /// An HTTP request or answer where a record should be (156).
    public static let httpRequest = SSL_R_HTTP_REQUEST
    /// An HTTPS proxy request where a record should be (155).
    public static let httpsProxyRequest = SSL_R_HTTPS_PROXY_REQUEST
    /// OpenSSL 3.5's word for a record of no known type (443).
    public static let badRecordType = SSL_R_BAD_RECORD_TYPE
    /// The peer chose a version that we do not speak (258).
    public static let unsupportedProtocol = SSL_R_UNSUPPORTED_PROTOCOL
    /// No version is left to offer (191).
    public static let noProtocolsAvailable = SSL_R_NO_PROTOCOLS_AVAILABLE
    /// A version that the settings exclude (259 and relatives).
    public static let wrongSSLVersion = SSL_R_WRONG_SSL_VERSION
    /// A message above the limit (152).
    public static let excessiveMessageSize = SSL_R_EXCESSIVE_MESSAGE_SIZE
    /// A key that is too small for the security level (394).
    public static let diffieHellmanKeyTooSmall = SSL_R_DH_KEY_TOO_SMALL
    /// Six warning alerts in a row (409).
    public static let tooManyWarnAlerts = SSL_R_TOO_MANY_WARN_ALERTS
    /// More than 32 empty records (298).
    public static let recordTooSmall = SSL_R_RECORD_TOO_SMALL
    /// No signature algorithm in common (118).
    public static let noSuitableSignatureAlgorithm = SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM
    /// A signature that the security level or the version rules out (333).
    public static let legacySignature = SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED
    /// A signature of a kind that was not offered (370).
    public static let wrongSignatureType = SSL_R_WRONG_SIGNATURE_TYPE
    /// No ciphers are left to offer (181).
    public static let noCiphersAvailable = SSL_R_NO_CIPHERS_AVAILABLE
    /// A server and a client without a cipher in common (193).
    public static let noSharedCipher = SSL_R_NO_SHARED_CIPHER
    /// No group in common in TLS 1.3 (101), where a HelloRetryRequest could not help.
    public static let noSuitableKeyShare = SSL_R_NO_SUITABLE_KEY_SHARE
    /// No group in common (410).
    public static let noSharedGroups = SSL_R_NO_SHARED_GROUPS
    /// No signature algorithm in common (376).
    public static let noSharedSignatureAlgorithms = SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS
    /// The client did not offer authentication after the handshake (279).
    public static let extensionNotReceived = SSL_R_EXTENSION_NOT_RECEIVED
    /// The client fell back to an older version than it could have had (373).
    public static let inappropriateFallback = SSL_R_INAPPROPRIATE_FALLBACK
    /// No application protocol in common (235).
    public static let noApplicationProtocol = SSL_R_NO_APPLICATION_PROTOCOL
    /// The peer's certificate was refused (134).
    public static let certificateVerifyFailed = SSL_R_CERTIFICATE_VERIFY_FAILED
    /// A client without a certificate where one is demanded (199).
    public static let noPeerCertificate = SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE
}
