"""Counts the instructions of each item of work.cpp under callgrind and holds them: ratios, and the counts recorded in instructions.json.

usage: instructions.py VALGRIND bench_instructions [--record]

Counts repeat exactly with one compiler, one libc and one libsecp256k1. Where these change, look at the table and record anew.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASELINE = HERE / 'instructions.json'
TIMES = 10  # of each item in one profile
TOLERANCE = 0.02
# At most so many times the instructions of one bare sign_recoverable.
RATIOS = {'prepare_and_sign': 1.15, 'evaluate_8_permissions': 0.1}
BARE = 'sign_recoverable'


def count(valgrind, program):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([valgrind, '--tool=callgrind', f'--callgrind-out-file={folder}/profile', program, HERE / 'router_abi.json'],
                       check=True, stderr=subprocess.DEVNULL)
        counts = {}
        for profile in Path(folder).iterdir():
            text = profile.read_text()
            name = re.search(r'^desc: Trigger: Client Request: (\w+)$', text, re.M)
            if name:
                counts[name[1]] = int(re.search(r'^summary: (\d+)$', text, re.M)[1]) // TIMES
        return counts


def main():
    valgrind, program, *rest = sys.argv[1:]
    counts = count(valgrind, program)
    if rest == ['--record']:
        BASELINE.write_text(json.dumps(counts, indent=2, sort_keys=True) + '\n')
    recorded = json.loads(BASELINE.read_text())
    if counts.keys() != recorded.keys():
        print(f'items differ from those of {BASELINE.name}: {sorted(counts)}\n  record them anew: {" ".join(sys.argv)} --record')
        return 1

    bad = 0
    for item, instructions in sorted(counts.items()):
        ratio = instructions / counts[BARE]
        change = instructions / recorded[item] - 1
        faults = []
        if item in RATIOS and ratio > RATIOS[item]:
            faults.append(f'over {RATIOS[item]} of a bare signature')
        if change > TOLERANCE:
            faults.append(f'over the recorded {recorded[item]}')
        bad += len(faults)
        words = ', '.join(faults) or ('holds, record it anew to keep the gain' if change < -TOLERANCE else 'holds')
        print(f'{item:26} {instructions:9} {ratio:7.3f} of a bare signature {change:+8.2%}  {words}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
