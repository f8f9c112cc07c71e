"""`make bench`: every benchmark in turn, as figures and ratios to what is allowed. Nothing here can fail a build."""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    sys.path.insert(0, str(HERE.parents[1]))
    for path in sorted(HERE.glob("bench_*.py")):
        print(f"== {path.stem.removeprefix('bench_')}", flush=True)
        runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main()
