/// A signature algorithm by its number of the wire.
public struct SignatureScheme: WireNumber {
    /// The two bytes of the wire, 0x0804 for `rsa_pss_rsae_sha256`.
    public let rawValue: UInt16

    /// Any number is a scheme, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The name in the IANA registry; the pairs of hash and signature that only TLS 1.2 has, in the same manner.
    ///
    /// In TLS 1.2 the names of ECDSA promise no curve: 0x0403 is ECDSA with SHA-256 there.
    public var knownName: String? {
        switch rawValue {
        case 0x0101: "rsa_pkcs1_md5"
        case 0x0201: "rsa_pkcs1_sha1"
        case 0x0202: "dsa_sha1"
        case 0x0203: "ecdsa_sha1"
        case 0x0301: "rsa_pkcs1_sha224"
        case 0x0302: "dsa_sha224"
        case 0x0303: "ecdsa_sha224"
        case 0x0401: "rsa_pkcs1_sha256"
        case 0x0402: "dsa_sha256"
        case 0x0403: "ecdsa_secp256r1_sha256"
        case 0x0420: "rsa_pkcs1_sha256_legacy"
        case 0x0501: "rsa_pkcs1_sha384"
        case 0x0502: "dsa_sha384"
        case 0x0503: "ecdsa_secp384r1_sha384"
        case 0x0520: "rsa_pkcs1_sha384_legacy"
        case 0x0601: "rsa_pkcs1_sha512"
        case 0x0602: "dsa_sha512"
        case 0x0603: "ecdsa_secp521r1_sha512"
        case 0x0620: "rsa_pkcs1_sha512_legacy"
        case 0x0704: "eccsi_sha256"
        case 0x0705: "iso_ibs1"
        case 0x0706: "iso_ibs2"
        case 0x0707: "iso_chinese_ibs"
        case 0x0708: "sm2sig_sm3"
        case 0x0709: "gostr34102012_256a"
        case 0x070a: "gostr34102012_256b"
        case 0x070b: "gostr34102012_256c"
        case 0x070c: "gostr34102012_256d"
        case 0x070d: "gostr34102012_512a"
        case 0x070e: "gostr34102012_512b"
        case 0x070f: "gostr34102012_512c"
        case 0x0804: "rsa_pss_rsae_sha256"
        case 0x0805: "rsa_pss_rsae_sha384"
        case 0x0806: "rsa_pss_rsae_sha512"
        case 0x0807: "ed25519"
        case 0x0808: "ed448"
        case 0x0809: "rsa_pss_pss_sha256"
        case 0x080a: "rsa_pss_pss_sha384"
        case 0x080b: "rsa_pss_pss_sha512"
        case 0x081a: "ecdsa_brainpoolP256r1tls13_sha256"
        case 0x081b: "ecdsa_brainpoolP384r1tls13_sha384"
        case 0x081c: "ecdsa_brainpoolP512r1tls13_sha512"
        case 0x0904: "mldsa44"
        case 0x0905: "mldsa65"
        case 0x0906: "mldsa87"
        default: nil
        }
    }
}
