import Reactor

/// `explain`: answers from the glossary.
package enum Explainer {
    /// Answers, or tells what can be asked when there are no words, and returns the exit code.
    package static func run(_ words: [String], json: Bool) throws(UsageError) -> Int32 {
        let explanations = try words.isEmpty ? Glossary.everything : Glossary.explanations(of: words)
        if json {
            let list = ExplanationList(
                query: words.isEmpty ? nil : words.joined(separator: " "), explanations: explanations)
            let line = JSONReport.line(list, indented: Output.standard.isTerminal)
            return StandardOutput.write(String(decoding: line, as: UTF8.self))
        }
        let text = ExplanationText(style: Printer.style(OutputPlan(), on: .standard))
        return StandardOutput.write(words.isEmpty ? text.topics(Glossary.entries) : text.text(explanations))
    }
}
