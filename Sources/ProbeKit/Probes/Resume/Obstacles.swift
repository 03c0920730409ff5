import OpenSSL

/// Why a session is not offered.
enum OfferObstacle {
    case otherName, untrusted, otherMechanism, otherVersion

    /// For a sentence.
    var words: String {
        switch self {
        case .otherName: "the session is for another name"
        case .untrusted: "the session is of a server that was not trusted"
        case .otherMechanism: "the session is not for this --mechanism"
        case .otherVersion: "the session is of a version that is not offered"
        }
    }

    var hint: String {
        switch self {
        case .otherName: "-k offers it all the same"
        case .untrusted: "--ca FILE trusts the server; -k offers it all the same"
        case .otherMechanism: "--mechanism auto takes what the session has"
        case .otherVersion: "a session belongs to the version that it was made with: --tls has to allow that"
        }
    }
}

/// Why early data is not sent with the ClientHello: OpenSSL would kill the connection, or nobody knows who gets it.
enum EarlyDataObstacle: Equatable {
    case noneAllowed
    case tooLarge(Int, limit: Int)
    case untrusted, otherName, otherProtocol, tooOld

    /// For a sentence.
    var words: String {
        switch self {
        case .noneAllowed: "the server allows none (max_early_data 0)"
        case .tooLarge(let count, let limit): "it has \(count) B, and the server allows \(limit) B (max_early_data)"
        case .untrusted: "the session's server was not verified"
        case .otherName: "the session is for another name"
        case .otherProtocol: "the session is for another application protocol"
        case .tooOld: "the session is too old"
        }
    }

    var hint: String? {
        switch self {
        case .noneAllowed: "does the server offer any? sslprobe tickets says how much"
        case .tooLarge: nil
        case .untrusted: "--ca FILE trusts the server"
        case .otherName, .otherProtocol: "--sni and --alpn have to be those of the session"
        case .tooOld: "take a newer session"
        }
    }
}
