"""Makes an SVG chart of the figures of `make bench`: CPU and wall time of pgodbc as parts of psqlODBC's.

chart.py RESULTS.json CHART.svg
"""

import json
import sys

SCENARIOS = ["fetch_block", "fetch_ints", "fetch_row", "fetch_getdata", "fetch_wtext", "point_select", "insert_row",
             "insert_array", "update_array", "blob", "connect"]
COLOURS = {"CPU": "#2f6f9f", "wall": "#e0923a"}
LEFT, WIDTH, ROW, TOP = 130, 460, 36, 64


def bar(y, share, colour):
    width = max(1, share * WIDTH)
    return (f'<rect x="{LEFT}" y="{y}" width="{min(width, WIDTH * 1.15):.1f}" height="12" fill="{colour}"/>'
            f'<text x="{LEFT + min(width, WIDTH * 1.15) + 6:.1f}" y="{y + 10}" class="n">{share:.2f}</text>')


def chart(results):
    figures = results["figures"]
    height = TOP + ROW * len(SCENARIOS) + 30
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 130}" height="{height}" role="img">',
        "<title>pgodbc beside psqlODBC</title>",
        "<style>text{font:13px sans-serif;fill:#222}.n{font-size:11px}.t{font-size:15px;font-weight:bold}</style>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="12" y="24" class="t">Time that pgodbc takes, where psqlODBC 13.02 takes 1</text>',
        f'<text x="12" y="44" class="n">client CPU (blue) and wall clock (orange); median of {results["rounds"]} rounds; '
        "shorter is better</text>",
        f'<line x1="{LEFT + WIDTH}" y1="{TOP - 6}" x2="{LEFT + WIDTH}" y2="{height - 22}" stroke="#999" '
        'stroke-dasharray="4 3"/>',
        f'<text x="{LEFT + WIDTH - 26}" y="{height - 8}" class="n">psqlODBC</text>',
    ]
    for place, scenario in enumerate(SCENARIOS):
        y = TOP + ROW * place
        ours, peer = figures[scenario]["pgodbc"], figures[scenario]["psqlODBC"]
        out.append(f'<text x="{LEFT - 8}" y="{y + 16}" text-anchor="end">{scenario}</text>')
        out.append(bar(y, ours["cpu"] / max(peer["cpu"], 0.001), COLOURS["CPU"]))
        out.append(bar(y + 14, ours["wall"] / max(peer["wall"], 0.001), COLOURS["wall"]))
    return "\n".join([*out, "</svg>", ""])


def main():
    results, target = sys.argv[1:]
    with open(results) as file:
        drawn = chart(json.load(file))
    with open(target, "w") as file:
        file.write(drawn)


if __name__ == "__main__":
    main()
