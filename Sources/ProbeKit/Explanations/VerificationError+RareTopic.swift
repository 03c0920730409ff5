import OpenSSL

extension VerificationError {
    /// What hardly anybody meets on the net.
    var rareTopic: Topic? {
        switch code {
        case 1:
            Topic(
                "The verification failed and gave no reason.", "the server showed no certificate",
                "a program's own check said no and nothing else",
                confirm: ["connect HOST -v": "does a certificate come?"])
        case 4:
            Self.chain("The signature of a certificate could not be decrypted (RSA).", "a damaged certificate")
        case 6:
            Self.chain(
                "The public key of an issuer could not be read.", "a kind of key or a curve that this OpenSSL lacks",
                "a damaged certificate")
        case 13: Self.chain("The certificate's first day is no date.", "a bug in the software that issued it")
        case 14: Self.chain("The certificate's last day is no date.", "a bug in the software that issued it")
        case 17:
            Topic(
                "No memory was left to verify with.", "a limit on the process, or a machine that is full",
                confirm: ["connect HOST": "again"])
        case 23:
            Topic(
                "The certificate was revoked by its issuer.", "its key leaked, or it was replaced",
                "reported by programs that read CRLs or OCSP answers",
                confirm: ["connect HOST --get certificates.0.serial_hex": "what the CRL lists it by"])
        case 24: Self.chain("An issuer's certificate has no public key.", "a damaged certificate")
        case 29: Self.passedOver("its subject is not the issuer that the certificate names")
        case 30: Self.passedOver("its key identifier is not the one that the certificate names")
        case 31: Self.passedOver("its issuer and serial are not those that the certificate names")
        case 38: Self.proxy("The chain has more proxy certificates than one of them allows.")
        case 39: Self.proxy("The key usage of a proxy certificate's issuer lacks digitalSignature.")
        case 40: Self.proxy("A proxy certificate (RFC 3820) came, and none is allowed.")
        case 72: Self.proxy("The subject of a proxy certificate is not its issuer's with one name more.")
        case 50:
            Topic(
                "The program that verified said no, by a rule of its own.",
                "only its own log or manual says more",
                confirm: ["connect HOST": "what OpenSSL itself makes of it"])
        case 56: Self.suiteB("A certificate is not of version 3, as Suite B wants.")
        case 57: Self.suiteB("A key is of a kind that Suite B does not allow.")
        case 58: Self.suiteB("A key is on a curve that Suite B does not allow.")
        case 59: Self.suiteB("A signature algorithm is not one of Suite B.")
        case 60: Self.suiteB("The level of security is not that of the Suite B in use.")
        case 61: Self.suiteB("A P-256 key signed a P-384 one, which Suite B does not allow.")
        case 65:
            Topic(
                "No certificate matches the TLSA records of the name (DANE).",
                "a renewal with a new key, and old DNS records",
                "reported by programs that use DANE, such as mail servers",
                confirm: ["connect HOST --get certificates.0.spki_sha256": "for a TLSA record 3 1 1"])
        case 69:
            Topic(
                "The verification was called in a wrong way.", "a bug in the program that verified",
                confirm: ["connect HOST": "what OpenSSL itself makes of it"])
        case 70:
            Topic(
                "An issuer could not be looked up in the trust store.", "a store that cannot be read",
                confirm: ["connect HOST --ca FILE": "with another store"])
        case 71:
            Topic(
                "No valid timestamp of certificate transparency came (SCT).",
                "a private authority, or logs that are not known any more",
                "reported by programs that require them; sslprobe does not",
                confirm: ["connect HOST --show-certs": "the certificates, for openssl x509 -text"])
        case 73: Self.ocsp("The certificate's state has to be asked for by OCSP.")
        case 74: Self.ocsp("The OCSP answer did not verify.")
        case 75: Self.ocsp("The OCSP responder does not know the certificate.")
        case 76:
            Self.chain(
                "A certificate is signed in a way that is not supported.", "an algorithm that this OpenSSL lacks")
        case 77:
            Self.chain(
                "A certificate's signature is of another kind than its issuer's key.", "a forged or damaged certificate"
            )
        case 78:
            Self.chain("A certificate names two different signature algorithms.", "a forged or damaged certificate")
        case 95:
            Topic(
                "A raw public key came, and it is not trusted (RFC 7250; OpenSSL 3.2 and later).",
                "programs that use raw public keys; sslprobe does not")
        default: nil
        }
    }

    private static func passedOver(_ why: String) -> Topic {
        Topic(
            "A certificate was passed over as the issuer.", why, "internal: since OpenSSL 1.1.0 no program is told",
            confirm: ["connect HOST --get verify.missing_issuer": "whose issuer was not found"])
    }

    private static func proxy(_ meaning: String) -> Topic {
        chain(meaning, "grid computing; web servers have no proxy certificates")
    }

    private static func suiteB(_ meaning: String) -> Topic {
        chain(meaning, "only programs that ask for Suite B (RFC 6460) report it")
    }

    private static func ocsp(_ meaning: String) -> Topic {
        Topic(
            meaning, "only programs that use OCSP report it; sslprobe does not",
            confirm: ["connect HOST --show-certs": "for openssl x509 -text: where its responder is"])
    }
}

/// Errors about lists of revoked certificates.
enum CRLErrors {
    static func topic(_ code: Int32) -> Topic? {
        guard let (meaning, cause) = meaning(code) else { return nil }
        return Topic(
            meaning, cause, "only programs that read CRLs report it; sslprobe does not",
            confirm: ["connect HOST --show-certs": "for openssl x509 -text: where its CRL is"])
    }

    private static func meaning(_ code: Int32) -> (String, String)? {
        switch code {
        case 3: ("The CRL of an issuer was not found.", "it was not given, not downloaded, or is another issuer's")
        case 5: ("The signature of a CRL could not be decrypted (RSA).", "a damaged file")
        case 8: ("The signature of a CRL does not verify.", "it was changed, or the authority has a new key")
        case 11: ("A CRL is not valid yet.", "the clock of this machine is slow")
        case 12: ("A CRL has expired: its next update is overdue.", "nobody downloaded the new one")
        case 15: ("The CRL's lastUpdate is no date.", "a bug in the software that issued it")
        case 16: ("The CRL's nextUpdate is no date.", "a bug in the software that issued it")
        case 33: ("The certificate that signed a CRL was not found.", "an indirect CRL, signed by somebody else")
        case 35: ("The key usage of a CRL's issuer does not let it sign CRLs.", "an authority without cRLSign")
        case 36: ("A critical extension of a CRL is not understood.", "an extension that this OpenSSL lacks")
        case 44: ("The CRL that was found is for other certificates.", "CRLs that are split into parts")
        case 45: ("An extension has a feature that is not supported.", "an indirect or partial CRL")
        case 54: ("The chain of a CRL's issuer does not verify.", "an indirect CRL, signed by somebody else")
        default: nil
        }
    }
}

/// Errors of strict checks (RFC 5280), which OpenSSL does not make unless told to.
enum StrictErrors {
    static func topic(_ code: Int32) -> Topic? {
        guard let meaning = meaning(code) else { return nil }
        return VerificationError.chain(
            meaning, "strict checks only: Python 3.13 makes them, OpenSSL by itself not",
            "authorities made by hand; they have to be made again")
    }

    private static func meaning(_ code: Int32) -> String? {
        switch code {
        case 80: "A certificate that is no authority limits the authorities below it (pathlen)."
        case 81: "An authority has a pathlen, but its key usage lacks keyCertSign."
        case 82: "The key usage has keyCertSign, but the certificate is no authority."
        case 83: "The name of a certificate's issuer is empty."
        case 84: "The subject is empty, of an authority or of a certificate without other names."
        case 85: "A certificate does not say which key of its issuer signed it (authorityKeyIdentifier)."
        case 86: "An authority does not name its key (subjectKeyIdentifier)."
        case 87: "The list of names is there, and empty (subjectAltName)."
        case 88: "The subject is empty, and the list of names is not marked critical (subjectAltName)."
        case 89: "The basicConstraints of an authority are not marked critical."
        case 90: "The authorityKeyIdentifier is marked critical, and must not be."
        case 91: "The subjectKeyIdentifier is marked critical, and must not be."
        case 92: "An authority has no key usage."
        case 93: "A certificate has extensions, but is not of version 3."
        case 94: "A key spells its curve out instead of naming it."
        default: nil
        }
    }
}
