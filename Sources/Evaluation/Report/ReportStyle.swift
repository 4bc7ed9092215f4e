// How the report looks: on screens light and dark, and on paper.

enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --ink: #1a1f24; --paper: #ffffff; --soft: #f2f4f6; --rule: #c9d0d6; --dim: #56616b;
          --good: #0b6bcb; --bad: #b3470f; --shade: 11, 107, 203; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --paper: #14181c; --soft: #1e242a; --rule: #3a444d;
          --dim: #a3afba; --good: #6db6ff; --bad: #ff9e5e; --shade: 109, 182, 255; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.6rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
        p { max-width: 48rem; margin: .4rem 0; }
        .dim, caption, figcaption { color: var(--dim); font-size: .9rem; }
        dl.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
        dl.cards div { background: var(--soft); border-radius: .4rem; padding: .7rem .9rem; }
        dl.cards dt { color: var(--dim); font-size: .9rem; }
        dl.cards dd { margin: 0; }
        dl.cards dd.figure { font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding-bottom: .3rem; }
        th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
        th[scope=row], thead th:first-child { text-align: left; }
        th { font-weight: 600; }
        .grid-of { display: grid; gap: 1rem; }
        .plots { grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
        .crops { grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); }
        figure { margin: 0; break-inside: avoid; }
        .crops img { width: 100%; height: auto; aspect-ratio: 1; object-fit: contain; background: var(--soft);
          border: 1px solid var(--rule); }
        .crops figcaption { overflow-wrap: anywhere; line-height: 1.35; }
        svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; }
        svg text { fill: var(--dim); }
        .grid { stroke: var(--rule); fill: none; }
        .line { stroke: var(--good); stroke-width: 2; fill: none; }
        .area { fill: rgba(var(--shade), .15); }
        .point { fill: var(--bad); stroke: var(--paper); }
        .mark { stroke: var(--ink); stroke-dasharray: 4 3; fill: none; }
        rect.right { fill: var(--good); } rect.wrong { fill: var(--bad); }
        .key.right { color: var(--good); } .key.wrong { color: var(--bad); }
        .key { font-weight: 600; }
        .miss { border-bottom: 3px solid #0096ff; } .found { border-bottom: 3px solid #ff8800; }
        @media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } .scroll { overflow: visible; }
          td, dl.cards div { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """
}
