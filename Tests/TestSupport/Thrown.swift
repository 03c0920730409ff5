/// The error of this type that the body throws; nil when it throws another or none. `#expect(throws:)` hands it out only
/// from Swift 6.1 on.
public func thrown<Failure: Error, Value: ~Copyable>(
    _ type: Failure.Type, by body: () throws -> Value
) -> Failure? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? Failure
    }
}
