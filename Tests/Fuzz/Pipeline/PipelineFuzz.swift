// Feeds the readers of files of pipelines and of a station's sinks: any bytes end in an error that names the file, or in a configuration.

import FuzzDriver

@testable import Pipeline

@main enum PipelineFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            do throws(PipelineError) {
                let configuration = try PipelineConfiguration.read(bytes, path: "fuzz.json")
                precondition(!configuration.sources.isEmpty && configuration.path == "fuzz.json")
            } catch {
                precondition(error.description.hasPrefix("fuzz.json"))
            }
            do throws(PipelineError) {
                let sinks = try PublishingConfiguration(bytes, path: "fuzz.json").sinks
                precondition(!sinks.isEmpty && sinks.allSatisfy { $0.outletName != nil })
            } catch {
                precondition(error.description.hasPrefix("fuzz.json"))
            }
            return 0
        }
    }
}
