// How a pipeline's file says whom a connection believes.
import Credentials
import JSON

/// The members `ca`, `certificate`, `key` and `plain` of a sink.
struct EncryptionConfiguration: Sendable {
    var authority: String?
    var certificate: String?
    var key: String?
    /// Whoever is on the way may read and change everything.
    var isPlain: Bool

    init(_ fields: JSONFields, _ folder: ConfigurationFolder) throws(JSONError) {
        authority = try folder.path(fields, "ca")
        certificate = try folder.path(fields, "certificate")
        key = try folder.path(fields, "key")
        isPlain = try fields.bool("plain") ?? false
        guard (certificate == nil) == (key == nil) else {
            throw fields.failure("certificate", "and \"key\" come together")
        }
    }

    func credentials() throws(CredentialError) -> TLSCredentials {
        try TLSCredentials(authority: authority, certificate: certificate, key: key)
    }
}
