"""Pictures of figures: places are worked out here, templates write them as SVG with real text.

`bars`, `timeline` and `lines` return what `templates/plots/` draws; `drawn.svg_of` gives the SVG for files. Whoever
shows one puts a table beside it that says the same (docs/measures.md, "Pictures of figures").
"""
