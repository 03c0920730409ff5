/// What the test targets share: peers, certificates, relays.
public enum TestSupport {}
