import ProbeKit

/// What was typed for one option, on its way to a checked value; every mistake names the option.
struct OptionText {
    var option: String
    var text: String

    init(_ option: String, _ text: String) {
        self.option = option
        self.text = text
    }

    /// The error that quotes the value and says what is wrong with it.
    func mistake(_ complaint: String) -> UsageError {
        UsageError("\(option): \(UsageError.quoted(text)) \(complaint)")
    }

    /// Any text but none.
    func notEmpty() throws(UsageError) -> String {
        if text.isEmpty { throw UsageError("\(option): the value is empty") }
        return text
    }

    /// A file to read or write; `-` is none, since this option's place is not stdin or stdout.
    func path() throws(UsageError) -> String {
        if text == "-" { throw UsageError("\(option): \"-\" is not taken here; name a file") }
        return try notEmpty()
    }

    /// A whole number in plain digits.
    func integer(in range: ClosedRange<Int32>) throws(UsageError) -> Int32 {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int32(text),
            range.contains(value)
        else { throw mistake("is not a whole number from \(range.lowerBound) to \(range.upperBound)") }
        return value
    }

    /// One of an enum's names.
    func choice<Choice>() throws(UsageError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let choice = Choice(rawValue: text) else {
            throw mistake("is not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }
}
