// A picture as numbers of 0...1, for arithmetic that leaves that range on the way.
import Imaging

struct Samples {
    let width: Int
    let height: Int
    let channels: Int
    /// Rows of pixels, channels interleaved.
    var values: [Float]
    private let format: PixelFormat

    init(_ image: Image) {
        width = image.width
        height = image.height
        channels = image.format.channels
        format = image.format
        values = image.bytes.map { Float($0) / 255 }
    }

    /// The picture, with what is out of range cut off.
    func image() throws(ImageError) -> Image {
        let bytes = values.map { UInt8(min(max($0 * 255, 0), 255).rounded()) }
        return try Image(width: width, height: height, format: format, bytes: bytes)
    }

    mutating func scaleContrast(_ factor: Float) {
        for channel in 0..<channels {
            let places = stride(from: channel, to: values.count, by: channels)
            let mean = Float(places.reduce(0.0) { $0 + Double(values[$1]) } / Double(width * height))
            for place in places { values[place] = (values[place] - mean) * factor + mean }
        }
    }

    /// Raises the value of HSV: hue and saturation stay.
    mutating func brighten(_ amount: Float) {
        for pixel in stride(from: 0, to: values.count, by: channels) {
            let value = values[pixel..<pixel + channels].max() ?? 0
            let raised = min(value + amount, 1)
            for place in pixel..<pixel + channels {
                values[place] = value > 0 ? values[place] * raised / value : raised
            }
        }
    }
}
