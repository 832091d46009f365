"""Asks pip-audit whether a pinned package has a known vulnerability; `test.sh` calls it among the checks.

A vulnerability fails the check. That the advisory service cannot be reached does not, since a hall's
machines and many builders have no way out; then the last line says so, and nobody mistakes it for a pass.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SECONDS = 120


def main() -> int:
    """Print what was found; 1 when a package that the hall runs on has a known vulnerability."""
    packages, why = ask_advisories(ROOT / "requirements.txt")
    answered = [package for package in packages if "vulns" in package]
    if not answered:
        print(f"audit: advisory service NOT REACHED, nothing was audited. {why}")
        return 0
    vulnerable = [package for package in answered if package["vulns"]]
    for package in vulnerable:
        for advisory in package["vulns"]:
            fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
            print(f"audit: {package['name']} {package['version']}: {advisory['id']}, fixed in {fixed}")
    print(f"audit: {len(answered)} of {len(packages)} packages audited, {len(vulnerable)} vulnerable")
    return 1 if vulnerable else 0


def ask_advisories(requirements: Path) -> tuple[list[dict], str]:
    """pip-audit's list of packages, empty with the reason when it could not be made."""
    with TemporaryDirectory() as folder:
        answer = Path(folder) / "audit.json"
        command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off"]
        command += ["--timeout=10", "--format=json", f"--output={answer}", f"--requirement={requirements}"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            return [], f"No answer within {LONGEST_SECONDS} s."
        if not answer.exists():
            return [], (run.stderr.strip().splitlines() or ["It gave no reason."])[-1]
        packages = json.loads(answer.read_text())["dependencies"]
    skipped = [package["skip_reason"] for package in packages if "skip_reason" in package]
    return packages, skipped[0] if skipped else ""


if __name__ == "__main__":
    sys.exit(main())
