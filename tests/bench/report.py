"""What the figures of `make bench` say: the two tables, as text for the terminal and as the page docs/performance.md.

report.py RESULTS.json PAGE.md

Beside each target stands, where it was measured, what a bare program needs for the same in the same unit: it has no
driver, so no driver can do better. Where that is more than the target, the target says more about psqlODBC than about us.
"""

import json
import sys


# Megabytes of rows that scroll_10M's cursor keeps in memory.
CURSOR_MEMORY = 16


def targets(m):
    """Every line: scenario, what is compared, its value, the bound, what a bare program needs, and which program that is."""

    def ratio(scenario, figure, who="pgodbc"):
        return m[scenario][who][figure] / max(m[scenario]["psqlODBC"][figure], 0.001)

    def both_less(scenario, own):
        """The ratio of what is left without the seconds that are neither driver's."""
        ours, theirs = (m[scenario][who]["cpu"] - own for who in ("pgodbc", "psqlODBC"))
        return ours / max(theirs, 0.001)

    def over_floor(scenario):
        return m[scenario]["pgodbc"]["wall"] / m[scenario]["floor"]["wall"]

    lines = []

    def line(scenario, what, value, bound, bare=None, program=""):
        lines.append((scenario, what, value, bound, bare, program))

    socket = "a bare socket"
    for scenario, wall, cpu in [("fetch_block", 1.25, 1 / 5), ("fetch_ints", 1.25, 1 / 6), ("fetch_row", 1.35, 1 / 4)]:
        line(scenario, "wall / floor", over_floor(scenario), wall)
        line(scenario, "CPU / psqlODBC", ratio(scenario, "cpu"), cpu)
    if "fetch_columns" in m:
        by = [m[scenario]["pgodbc"]["cpu"] for scenario in ("fetch_block", "fetch_columns")]
        line("fetch_columns", "CPU, bound by row and by column, the one / the other", max(by) / min(by), 1.15)
    # What the manager does for a call is the same for both.
    managed = m["fetch_getdata"]["pgodbc"]["cpu"] - m["fetch_getdata"]["without manager"]["cpu"]
    line("fetch_getdata", "CPU / psqlODBC", ratio("fetch_getdata", "cpu"), 1 / 3,
         managed / max(m["fetch_getdata"]["psqlODBC"]["cpu"], 0.001), "the driver manager alone")
    line("fetch_getdata", "CPU / psqlODBC, both less manager", both_less("fetch_getdata", managed), 1 / 3)
    line("fetch_wtext", "CPU / psqlODBC", ratio("fetch_wtext", "cpu"), 1 / 4,
         ratio("fetch_wtext", "cpu", "checksum"), "the check sum, no driver")
    line("fetch_wtext", "CPU / psqlODBC, both less check sum",
         both_less("fetch_wtext", m["fetch_wtext"]["checksum"]["cpu"]), 1 / 4)
    most = max(figures["pgodbc"]["rss_kb"] for name, figures in m.items() if name.startswith("fetch"))
    idle = m["idle"]["pgodbc"]["rss_kb"]
    line("any fetch", "MB beyond an idle connection", (most - idle) / 1024, 16)
    if "scroll_10M" in m:
        scrolled = (m["scroll_10M"]["pgodbc"]["rss_kb"] - idle) / 1024
        line("scroll_10M", f"MB beyond an idle connection and CursorMemory={CURSOR_MEMORY}", scrolled - CURSOR_MEMORY, 16)
    late = m["fetch_row_5M"]["pgodbc"]["first_ms"] - m["fetch_row_5M"]["floor"]["first_ms"]
    line("fetch_row_5M", "ms to the first row, less floor's", late, 5)
    line("point_select", "CPU / psqlODBC", ratio("point_select", "cpu"), 3 / 4,
         ratio("point_select", "cpu", "floor"), socket)
    line("point_select", "wall / psqlODBC", ratio("point_select", "wall"), 0.8,
         ratio("point_select", "wall", "floor"), socket)
    line("insert_row", "wall / psqlODBC", ratio("insert_row", "wall"), 0.8)
    line("insert_array", "wall / psqlODBC", ratio("insert_array", "wall"), 1 / 10)
    line("insert_array", "wall / COPY by psql", m["insert_array"]["pgodbc"]["wall"] / m["insert_array"]["COPY"]["wall"],
         1.5)
    for scenario in ("update_array", "delete_array"):
        line(scenario, "wall / psqlODBC", ratio(scenario, "wall"), 1 / 5,
             ratio(scenario, "wall", "loop in server"), "a loop in the server")
    line("blob", "memory / the value", (m["blob"]["pgodbc"]["rss_kb"] - idle) / 1024 / 64, 1.2)
    line("blob", "wall / psqlODBC", ratio("blob", "wall"), 1 / 3, ratio("blob", "wall", "floor, binary"), socket)
    line("connect", "wall / psqlODBC", ratio("connect", "wall"), 1)
    return lines


def figures_table(m):
    """The rows of the first table, a header first."""
    yield ["scenario", "who", "wall s", "CPU s", "MB", "first ms"]
    for scenario, figures in m.items():
        for who, found in figures.items():
            memory = f"{found['rss_kb'] / 1024:.1f}" if "rss_kb" in found and "floor" not in who else ""
            cpu = f"{found['cpu']:.3f}" if "cpu" in found else ""
            first = f"{found['first_ms']:.1f}" if found.get("first_ms") else ""
            yield [scenario, who, f"{found['wall']:.3f}", cpu, memory, first]
            scenario = ""


def verdict(value, bound, bare):
    if value <= bound:
        return "holds"
    return "missed, as by the bare program" if bare is not None and bare > bound else "MISSED"


def targets_table(m):
    """The rows of the second table, a header first."""
    yield ["scenario", "what", "measured", "target", "", "bare", "of"]
    for scenario, what, value, bound, bare, program in targets(m):
        needs = "" if bare is None else f"{bare:.3f}"
        yield [scenario, what, f"{value:.3f}", f"<= {bound:.3f}", verdict(value, bound, bare), needs, program]


def columns(rows):
    """Rows as aligned text."""
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def markdown(rows):
    header, *rest = rows
    lines = [header, ["---"] * len(header), *rest]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def summary(m):
    verdicts = [verdict(value, bound, bare) for _, _, value, bound, bare, _ in targets(m)]
    missed = [found for found in verdicts if found != "holds"]
    beyond = sum(found != "MISSED" for found in missed)
    return f"{len(missed)} of {len(verdicts)} targets missed, {beyond} of these by the bare program as well."


def text(m, rounds):
    return (f"Median of {rounds} rounds: wall and CPU seconds, peak memory in MB, milliseconds to the first row\n\n"
            f"{columns(figures_table(m))}\n\n{columns(targets_table(m))}\n\n{summary(m)}")


PAGE = """# Performance

Written by `make bench-chart` from the figures of `make bench`, which measures pgodbc, Debian's psqlODBC and a program that
only reads the socket in turns, on a private PostgreSQL 15 on the same machine ({cores} cores). Each figure is the median of
{rounds} rounds. Only ratios of one run mean something; CPU is that of the client process, with the program's own arithmetic
and the driver manager's work in it. What the scenarios do is in `tests/bench/odbcbench.c`.

![Time that pgodbc takes beside psqlODBC](performance.svg)

## Targets

"Bare" is what a program without a driver needs for the same, as a part of what psqlODBC needs.

{targets}

{summary}

## Figures

{figures}
"""


def main():
    source, target = sys.argv[1:]
    with open(source) as file:
        results = json.load(file)
    m = results["figures"]
    page = PAGE.format(rounds=results["rounds"], cores=results["cores"], targets=markdown(targets_table(m)),
                       summary=summary(m), figures=markdown(figures_table(m)))
    with open(target, "w") as file:
        file.write(page)


if __name__ == "__main__":
    main()
