/// Numbers as a person reads them.
enum Measure {
    /// `48 ms`, `1.2 s`.
    static func duration(_ milliseconds: Double) -> String {
        guard milliseconds < 999.5 else { return tenths(milliseconds / 1000) + " s" }
        return phase(milliseconds) + " ms"
    }

    /// Whole milliseconds; a tenth where that would be nothing: `22`, `0.4`.
    static func phase(_ milliseconds: Double) -> String {
        guard milliseconds < 0.95 else { return whole(milliseconds) }
        return milliseconds < 0.05 ? "0" : tenths(milliseconds)
    }

    /// `517 B`, `2.9 kB`, `1.4 MB`; a kB is 1024 B.
    static func size(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        return scaled(bytes)
    }

    /// The same in kB from 0.1 kB on, so that two sizes side by side compare.
    static func traffic(_ bytes: Int) -> String { bytes < 103 ? "\(bytes) B" : scaled(bytes) }

    /// `1 ticket`, `2 tickets`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    static func tenths(_ number: Double) -> String {
        let tenths = (number * 10).rounded()
        guard let all = Int(exactly: tenths) else { return number.description }
        let sign = all < 0 ? "-" : ""
        return "\(sign)\(all.magnitude / 10).\(all.magnitude % 10)"
    }

    private static func whole(_ number: Double) -> String {
        Int(exactly: number.rounded()).map(String.init) ?? number.description
    }

    private static func scaled(_ bytes: Int) -> String {
        let kilobytes = Double(bytes) / 1024
        return kilobytes < 1023.95 ? tenths(kilobytes) + " kB" : tenths(kilobytes / 1024) + " MB"
    }
}
