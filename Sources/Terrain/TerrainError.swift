// Why terrain cannot be used.

/// An error of a folder of terrain, worded for the person who must act.
public enum TerrainError: Error, Hashable, Sendable, CustomStringConvertible {
    case folder(String, reason: String)
    case empty(String)
    /// Files are there, and none can be used: what is wrong with the first one.
    case unusable(String)

    public var description: String {
        switch self {
        case .folder(let path, let reason): "\(path): \(reason)"
        case .empty(let path): "\(path): there is no terrain in it: .hgt tiles named like N44W072.hgt, or GeoTIFFs"
        case .unusable(let trouble): trouble
        }
    }
}
