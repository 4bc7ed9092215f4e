// Positions of extremal channels in enlarged images.
import Tensors

extension Graph {
    /// Lets a search for the extremal channel of each pixel enlarge the image itself, where nobody else reads the enlarged bytes.
    /// The same positions are found.
    mutating func fuseResizedArgReductions() {
        let uses = useCounts
        GraphRewriter.rewrite(&self, having: [ArgReduce.self]) { rewriter, node in
            guard let reduction = node.op as? ArgReduce, let image = node.inputs[0], uses[image.index] == 1,
                let before = rewriter.producer(of: image), let resize = before.op as? ResizeImage, resize.isBilinear,
                let data = before.inputs[0], let small = rewriter.graph[data].type,
                let large = rewriter.graph[image].type, small.element == .int8 || small.element == .uint8,
                small.element == large.element, small.quantization == large.quantization,
                let quantization = small.quantization, quantization.isPerTensor,
                large.shape[1] >= small.shape[1], large.shape[2] >= small.shape[2],
                large.shape[3] <= ResizedArgReduce.mostChannels,
                let arguments = rewriter.graph.arguments(of: node),
                (try? reduction.resolvedAxis(arguments)) == 3
            else { return rewriter.keep(node) }
            var along = reduction
            along.axis = 3
            rewriter.add(
                Node(
                    ResizedArgReduce(resize, along), inputs: before.inputs, outputs: node.outputs, origin: node.origin))
        }
    }
}

extension ResizedArgReduce {
    /// Beyond, a thread's scratch memory would be larger than the image saves.
    fileprivate static var mostChannels: Int { 256 }
}
