/// An image that a network is calibrated on.
public struct CalibrationImage: Sendable, Hashable {
    public let path: String
    /// The same thing as it should be, for networks that compare.
    public let template: String?

    public init(path: String, template: String? = nil) {
        self.path = path
        self.template = template
    }
}
