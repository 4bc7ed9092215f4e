// The report as a page of its own: one file, no script, no other file.
import Evaluation

extension QuantizationReport {
    public var html: String {
        HTML.page(
            title: "Quantization of \(source)", style: Page.style,
            body: [summary, noisePlot, timePlot, "<h2>Layers</h2>", table].joined(separator: "\n"))
    }

    private var summary: String {
        let lines = text.split(separator: "\n").map { "<li>\(HTML.escaped(String($0)))</li>" }
        let rows = settings.map {
            "<tr><th scope=\"row\">\(HTML.escaped($0.name))</th><td>\(HTML.escaped($0.value))</td></tr>"
        }
        return "<ul>\(lines.joined(separator: "\n"))</ul>\n<table>\(rows.joined(separator: "\n"))</table>"
    }

    /// What each layer alone does to the outputs: a bar for each, the longer the more noise.
    private var noisePlot: String {
        let known = layers.filter { $0.decibels != nil }
        guard !known.isEmpty else { return "" }
        let noise = known.map { Decibels.power(-($0.decibels ?? 120)) }
        let whole = max(noise.reduce(0, +), .leastNormalMagnitude)
        return Page.bars(
            title: "Share of the noise in the outputs, layer by layer",
            zip(known, noise).map { layer, noise in
                Page.Bar(
                    label: "\(layer.name): \(Figures.text(layer.decibels ?? 0, digits: 1)) dB alone",
                    value: noise / whole,
                    isMarked: layer.isWide)
            })
    }

    private var timePlot: String {
        Page.bars(
            title: "Milliseconds, layer by layer",
            layers.map { layer in
                Page.Bar(
                    label: "\(layer.name): \(Figures.text(layer.milliseconds, digits: 3)) ms",
                    value: layer.milliseconds,
                    isMarked: layer.isWide)
            })
    }

    private var table: String {
        let heads = [
            "layer", "operators", "precision", "SNR, dB", "cosine", "ms", "ms in float", "bytes", "bytes in float",
        ]
        let rows = layers.map { layer in
            let cells = [
                HTML.escaped(layer.kind), layer.isFloat ? "float32" : precision,
                layer.decibels.map { Figures.text($0, digits: 1) } ?? "-",
                layer.cosine.map { Figures.text($0, digits: 5) } ?? "-", Figures.text(layer.milliseconds, digits: 3),
                Figures.text(layer.floatMilliseconds, digits: 3), String(layer.bytes), String(layer.floatBytes),
            ]
            return "<tr\(layer.isWide ? " class=\"wide\"" : "")><th scope=\"row\">\(HTML.escaped(layer.name))</th>"
                + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
        }
        return "<table><thead><tr>\(heads.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>\n<tbody>"
            + rows.joined(separator: "\n") + "</tbody></table>"
    }
}

/// Pieces of the page.
private enum Page {
    struct Bar {
        var label: String
        var value: Double
        var isMarked: Bool
    }

    /// Upright bars side by side; what each stands for is told when pointed at.
    static func bars(title: String, _ bars: [Bar]) -> String {
        let (width, height) = (1000.0, 160.0)
        let most = max(bars.map(\.value).max() ?? 0, .leastNormalMagnitude)
        let step = width / Double(max(bars.count, 1))
        let shapes = bars.enumerated().map { index, bar in
            let length = max(bar.value / most, 0) * height
            let (x, y) = (Figures.text(Double(index) * step, digits: 2), Figures.text(height - length, digits: 2))
            return "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(Figures.text(step * 0.85, digits: 2))\" "
                + "height=\"\(Figures.text(length, digits: 2))\" class=\"\(bar.isMarked ? "wide" : "int8")\">"
                + "<title>\(HTML.escaped(bar.label))</title></rect>"
        }
        return
            "<h2>\(HTML.escaped(title))</h2>\n<svg viewBox=\"0 0 1000 160\" role=\"img\" aria-label=\"\(HTML.escaped(title))\">"
            + shapes.joined(separator: "\n") + "</svg>"
    }

    static let style = """
        :root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:0}main{max-width:70rem;margin:auto;padding:1rem}
        table{border-collapse:collapse}th,td{text-align:right;padding:.1rem .6rem;border-bottom:1px solid #8884}
        th[scope=row]{text-align:left;font-weight:normal}svg{width:100%;height:10rem;border-bottom:1px solid #888}
        .int8{fill:#2a7ab8}rect.wide{fill:#d9822b}tr.wide{background:#d9822b33}
        """
}
