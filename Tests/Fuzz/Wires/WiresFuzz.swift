// Feeds the readers of other people's formats: any bytes end in an error, or in messages, events and packets.

import FuzzDriver
import MAVLink
import Serial
import TAK

@main enum WiresFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = Array(UnsafeRawBufferPointer(start: data, count: size))
            var packets = COBSReader()
            for packet in packets.read(bytes) { precondition(packet.count <= COBS.mostBytes) }
            if let event = try? CoTEvent(xml: bytes) {
                precondition((try? CoTEvent(xml: Array(event.xml.utf8))) != nil)
            }
            if let event = try? CoTEvent(datagram: bytes) { precondition(!event.meshPacket.isEmpty) }
            var vehicle = MAVLinkReader()
            for frame in vehicle.read(bytes) { precondition(frame.payload.count <= 255) }
            var mesh = MeshtasticStreamReader()
            for packet in mesh.read(bytes) { precondition(packet.count <= MeshtasticStream.mostBytes) }
            var stream = TAKStream(mostBytes: 4096)
            stream.add(bytes)
            for _ in 0..<bytes.count + 1 {
                do { if try stream.next() == nil { break } } catch TAKError.stream { break } catch {}
            }
            return 0
        }
    }
}
