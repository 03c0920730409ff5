import OpenSSL
import Testing

/// What the library that runs can do.
@Suite struct LibraryFeaturesTests {
    @Test func speaksTheVersionsOfToday() {
        #expect(LibraryFeatures.versions.suffix(2) == [.tls12, .tls13])
    }

    /// OpenSSL has them from 3.5 on; a provider may bring them to an older one.
    @Test func knowsGroupsSafeAgainstQuantumComputers() {
        let groups = LibraryFeatures.postQuantumGroups
        #expect(groups.contains("X25519MLKEM768") || !LibraryVersion.isAtLeast(3, 5))
    }

    @Test func namesItsProviders() {
        #expect(LibraryFeatures.providers.contains("default") || LibraryFeatures.isFIPSOnly)
    }
}
