// What somebody wants of a camera.

/// A camera, and how it is to send pictures; what is `nil` is chosen from what the camera offers.
public struct CameraRequest: Hashable, Sendable {
    /// The device node or the id that `arete cameras` tells.
    public var camera: String
    public var format: FourCC?
    public var width: Int?
    public var height: Int?
    /// Frames a second.
    public var rate: Double?
    /// Settings by their name, in the order in which they are made: some take effect only after others.
    public var controls: [ControlSetting]
    /// Pictures that the driver may fill ahead.
    public var buffers: Int
    /// Where the driver puts its pictures.
    public var memory: BufferMemory
    /// What the pictures are for: a camera mode that shows less than this is chosen only where there is none that shows more.
    public var need: PictureNeed

    public init(
        camera: String, format: FourCC? = nil, width: Int? = nil, height: Int? = nil, rate: Double? = nil,
        controls: [ControlSetting] = [], buffers: Int = 4, memory: BufferMemory = .mmap,
        need: PictureNeed = PictureNeed()
    ) {
        self.camera = camera
        self.format = format
        self.width = width
        self.height = height
        self.rate = rate
        self.controls = controls
        self.buffers = buffers
        self.memory = memory
        self.need = need
    }
}

/// One setting of a camera and its value.
public struct ControlSetting: Hashable, Sendable {
    public var name: String
    public var value: Int64

    public init(name: String, value: Int64) {
        self.name = name
        self.value = value
    }
}

/// The size and colours that pictures are brought to, as a model's input.
public struct PictureNeed: Hashable, Sendable {
    public var width: Int
    public var height: Int
    public var isGrey: Bool

    public init(width: Int = 640, height: Int = 480, isGrey: Bool = false) {
        self.width = width
        self.height = height
        self.isGrey = isGrey
    }
}
