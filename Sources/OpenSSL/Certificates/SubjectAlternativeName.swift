import COpenSSL
import Glibc

/// One name of the subjectAltName extension.
public struct SubjectAlternativeName: Hashable, Sendable {
    /// What the name is: `DNS`, `IP`, `email`, `URI`, `dirName`, `otherName`, `RID`, `X400` or `EDI`.
    public let type: String
    /// The name as text: any Unicode, so whoever prints it escapes it.
    public let value: String
    /// The bytes in hex when they were not valid text of their type.
    let raw: String?

    /// Reads a `GENERAL_NAME`, which the caller keeps alive during the call.
    init(_ name: UnsafePointer<GENERAL_NAME>) {
        var kind: Int32 = 0
        let value = GENERAL_NAME_get0_value(name, &kind)
        switch kind {
        case GEN_DNS: self.init(type: "DNS", ascii: value)
        case GEN_EMAIL: self.init(type: "email", ascii: value)
        case GEN_URI: self.init(type: "URI", ascii: value)
        case GEN_IPADD: self.init(address: value.map { ASN1Text.bytes(of: $0.string) } ?? [])
        case GEN_DIRNAME:
            let name = DistinguishedName(value.map { OpaquePointer($0) })
            self.init(type: "dirName", value: name.rfc4514, raw: name.raw.isEmpty ? nil : Self.der(name: name, value))
        case GEN_RID: self.init(type: "RID", value: value.map { ObjectName.dotted(OpaquePointer($0)) } ?? "", raw: nil)
        case GEN_OTHERNAME: self.init(otherName: name)
        case GEN_X400: self.init(type: "X400", opaque: name)
        default: self.init(type: "EDI", opaque: name)
        }
    }

    private init(type: String, value: String, raw: String?) {
        self.type = type
        self.value = value
        self.raw = raw
    }

    /// DNS, email and URI are IA5Strings.
    private init(type: String, ascii value: UnsafeMutableRawPointer?) {
        let bytes = value.map { ASN1Text.bytes(of: $0.string) } ?? []
        let text = ASN1Text(utf8: bytes, isValid: bytes.allSatisfy { $0 < 0x80 })
        self.init(type: type, value: text.text, raw: text.isValid ? nil : bytes.hex)
    }

    private init(address bytes: [UInt8]) {
        let family: Int32? = bytes.count == 4 ? AF_INET : bytes.count == 16 ? AF_INET6 : nil
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard let family, inet_ntop(family, bytes, &text, socklen_t(INET6_ADDRSTRLEN)) != nil else {
            self.init(type: "IP", value: "#" + bytes.hex, raw: bytes.hex)
            return
        }
        let digits = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        self.init(type: "IP", value: String(decoding: digits, as: UTF8.self), raw: nil)
    }

    /// `oid:text` for a text value, `oid:#DER` for others.
    private init(otherName name: UnsafePointer<GENERAL_NAME>) {
        var object: OpaquePointer?
        var value: UnsafeMutablePointer<ASN1_TYPE>?
        guard GENERAL_NAME_get0_otherName(name, &object, &value) == 1, let object, let value else {
            self.init(type: "otherName", value: "", raw: nil)
            return
        }
        let oid = ObjectName.dotted(object)
        let isString = value.pointee.type != V_ASN1_BOOLEAN && value.pointee.type != V_ASN1_OBJECT
        if isString, let string = value.pointee.value.asn1_string, let text = ASN1Text(string) {
            let raw = text.isValid ? nil : ASN1Text.bytes(of: string).hex
            self.init(type: "otherName", value: oid + ":" + text.text, raw: raw)
        } else {
            self.init(
                type: "otherName", value: oid + ":#" + Certificate.encode { i2d_ASN1_TYPE(value, $0) }.hex, raw: nil)
        }
    }

    private init(type: String, opaque name: UnsafePointer<GENERAL_NAME>) {
        self.init(type: type, value: "#" + Certificate.encode { i2d_GENERAL_NAME(name, $0) }.hex, raw: nil)
    }

    private static func der(name: DistinguishedName, _ value: UnsafeMutableRawPointer?) -> String? {
        value.map { value in Certificate.encode { i2d_X509_NAME(OpaquePointer(value), $0) }.hex }
    }
}

extension UnsafeMutableRawPointer {
    /// What `GENERAL_NAME_get0_value` returns for the kinds that hold a string.
    fileprivate var string: UnsafePointer<ASN1_STRING> { UnsafePointer(assumingMemoryBound(to: ASN1_STRING.self)) }
}
