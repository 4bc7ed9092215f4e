// The ground of the page's map.
import HTTP
import Imaging
import JSON
import Terrain

extension StationServer {
    private static let png = "image/png"

    /// - Parameters:
    ///   - terrain: `nil`: there is none.
    ///   - search: as `terrain`.
    static func addMap(to router: inout Router, _ terrain: StationTerrain?, _ search: SearchKeeper?) {
        router.get("/api/terrain/:zoom/:x/:y.png") { request in
            guard let zoom = request.number("zoom"), let x = request.number("x"), let y = request.number("y"),
                let tile = MercatorTile(zoom: zoom, x: x, y: y)
            else { return .error(404, "there is no such tile") }
            guard let terrain else { return .error(404, "no terrain was given: --terrain") }
            return .later {
                do throws(ImageError) {
                    guard let file = try terrain.tile(tile) else { return .error(404, "there is no terrain there") }
                    return HTTPResponse(type: png, bytes: file).with("Cache-Control", "private, max-age=3600")
                } catch {
                    return .error(500, "\(error)")
                }
            }
        }
        router.get("/api/terrain") { request in
            guard let latitude = request.target["latitude"].flatMap({ Double($0) }),
                let longitude = request.target["longitude"].flatMap({ Double($0) })
            else { return .error(400, "needs latitude and longitude, in degrees") }
            guard let terrain else { return HTTPResponse(json: ["height": JSONValue(.null)]) }
            return .later {
                let height = terrain.model.height(latitude: latitude, longitude: longitude)
                return HTTPResponse(json: [
                    "height": .optional(height.metres), "reason": .optional(height.reason),
                ])
            }
        }
        router.get("/api/area.png") { _ in
            guard let file = search?.file, !file.isEmpty else { return .error(404, "nothing was searched yet") }
            return HTTPResponse(type: png, bytes: file)
        }
        for format in SearchExport.allCases {
            router.get("/export/\(format.fileName)") { _ in
                guard let search else { return .error(404, "no terrain was given: --terrain") }
                return .later {
                    guard let picture = search.picture else { return .error(404, "nothing was searched yet") }
                    return HTTPResponse(type: format.mediaType, text: format.document(SearchedBands(picture)))
                        .with("Content-Disposition", "attachment; filename=\"\(format.fileName)\"")
                }
            }
        }
    }
}

extension Height {
    /// Why there is none; `nil` where there is one.
    fileprivate var reason: String? {
        switch self {
        case .metres: nil
        case .void: "the terrain has no height there"
        case .missing: "there is no terrain there"
        case .damaged(let reason): reason
        }
    }
}
