// All messages that are known.

enum MessageTable {
    static let all: [any MAVLinkMessage.Type] = [
        Attitude.self,
        AttitudeQuaternion.self,
        CameraFOVStatus.self,
        CameraInformation.self,
        CameraTrackingGeoStatus.self,
        CameraTrackingImageStatus.self,
        CommandAck.self,
        CommandLong.self,
        GPSRawInt.self,
        GimbalDeviceAttitudeStatus.self,
        GlobalPositionInt.self,
        Heartbeat.self,
        RadioStatus.self,
        StatusText.self,
        SystemTime.self,
        TimeSync.self,
        Tunnel.self,
    ]

    static let byID = [UInt32: any MAVLinkMessage.Type](uniqueKeysWithValues: all.map { ($0.id, $0) })
}
