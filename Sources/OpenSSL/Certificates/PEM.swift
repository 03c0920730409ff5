import COpenSSL

/// The armour of RFC 7468.
enum PEM {
    private static let lineLength = 64

    /// Writes `bytes` as one block that ends with a newline.
    static func armor(_ bytes: [UInt8], label: String) -> String {
        // EVP_EncodeBlock writes four characters for each three bytes begun, and a NUL.
        let capacity = (bytes.count + 2) / 3 * 4 + 1
        let base64 = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = Int(EVP_EncodeBlock(buffer.baseAddress, bytes, Int32(clamping: bytes.count)))
        }
        var lines = "-----BEGIN \(label)-----\n"
        for start in stride(from: 0, to: base64.count, by: lineLength) {
            lines += String(decoding: base64[start..<min(start + lineLength, base64.count)], as: UTF8.self)
            lines += "\n"
        }
        return lines + "-----END \(label)-----\n"
    }
}
