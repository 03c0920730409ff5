/// Builds a document in memory, piece by piece as `JSONWriter` writes one.
final class JSONTree {
    private struct Container {
        let bracket: JSONWriter.Bracket
        /// The key under which it belongs in the container around it.
        let key: String?
        var members: [JSONValue.Member] = []
        var values: [JSONValue] = []
    }

    private(set) var value = JSONValue.null
    private var containers: [Container] = []
    private var key: String?

    func open(_ bracket: JSONWriter.Bracket) {
        containers.append(Container(bracket: bracket, key: key))
        key = nil
    }

    func close() {
        guard let container = containers.popLast() else { return }
        key = container.key
        switch container.bracket {
        case .object: add(.object(container.members))
        case .array: add(.array(container.values))
        }
    }

    func key(_ name: String) { key = name }

    func add(_ value: JSONValue) {
        guard let innermost = containers.indices.last else {
            self.value = value
            return
        }
        if let key {
            containers[innermost].members.append(.init(key, value))
        } else {
            containers[innermost].values.append(value)
        }
        key = nil
    }
}
