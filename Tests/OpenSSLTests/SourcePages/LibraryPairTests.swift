import COpenSSL
import Testing

/// What the tests of the source pages stand on.
@Suite struct LibraryPairTests {
    @Test(arguments: LibraryContexts.Version.allCases)
    func shakesHandsAndCarriesData(version: LibraryContexts.Version) throws {
        let pair = try LibraryPair(version)
        try pair.shakeHands()
        #expect(pair.trace.first == "c>client_hello" && pair.trace.contains("c<server_hello"))
        pair.write("ping", from: pair.client)
        pair.write("pong", from: pair.server)
        let data = pair.settle()
        #expect(data.server == Array("ping".utf8) && data.client == Array("pong".utf8))
    }
}
