"""Whether the arrows of the design hold, by the sources alone: who includes whom, what pure folders touch, what the public headers
bring along, and whether the refusals are the same in the table, in the contract and in C++.

usage: layers.py [ROOT]
"""
import re
import sys
from pathlib import Path

# What a folder's sources may include beside their own folder: everything below, as far as these name it.
USES = {
    'base': [],
    'evm': ['base'],
    'crypto': ['evm'],
    'userop': ['evm'],
    'session': ['evm', 'crypto'],
    'policy': ['session', 'userop'],
    'protocol': ['session', 'policy'],
    'account': ['userop', 'protocol'],
    'session_file': ['session'],
    'chain': ['account'],
    'keys': ['crypto'],
    'cli': ['session_file', 'chain', 'keys', 'policy'],
}
PURE = ['base', 'evm', 'crypto', 'userop', 'session', 'policy', 'protocol', 'account']
# Tests stand on helpers and may look into each other's folders, and at files.
TEST_FILES = re.compile(r'_test\.cpp$|^test_')

# Files, sockets, clocks, the environment, threads, signals, logs. <chrono> has calendars too: its clocks are found by their names.
IMPURE_HEADERS = {
    'fstream', 'iostream', 'filesystem', 'thread', 'mutex', 'shared_mutex', 'condition_variable', 'future', 'stop_token', 'semaphore',
    'latch', 'barrier', 'ctime', 'time.h', 'random', 'csignal', 'signal.h', 'unistd.h', 'pthread.h', 'fcntl.h', 'poll.h',
    'netdb.h', 'cstdio', 'stdio.h', 'print', 'syslog.h', 'spdlog/spdlog.h', 'curl/curl.h', 'yaml-cpp/yaml.h',
}
IMPURE_PREFIXES = ('sys/', 'netinet/', 'arpa/', 'boost/asio', 'boost/beast', 'spdlog/')
IMPURE_WORDS = re.compile(r'\b(getenv|setenv|system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday|random_device|fopen|popen|socket|printf'
                          r'|fprintf|thread_local|std::time|std::cerr|std::cout|std::rand|throw|try|catch|dynamic_cast|typeid)\b')

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def reachable(folder):
    seen, todo = set(), [folder]
    while todo:
        for used in USES[todo.pop()]:
            if used not in seen:
                seen.add(used)
                todo.append(used)
    return seen | {folder}


def without_comments_and_texts(line):
    return re.sub(r'"(\\.|[^"\\])*"', '""', line).split('//')[0]


def check_file(path, folder, root):
    faults = []
    pure = folder in PURE
    for number, line in enumerate(path.read_text().splitlines(), 1):
        where = f'{path.relative_to(root)}:{number}'
        include = INCLUDE.match(line)
        if include:
            kind, header = include.groups()
            first = header.split('/')[0]
            if kind == '"' and '/' in header and first in USES and first not in reachable(folder):
                faults.append(f'{where}: {folder} includes `{header}`, which is not below it')
            if kind == '"' and '/' not in header:
                faults.append(f'{where}: `{header}` is not named by its folder')
            if pure and kind == '<' and (header in IMPURE_HEADERS or header.startswith(IMPURE_PREFIXES)):
                faults.append(f'{where}: {folder} is pure and includes <{header}>')
        elif pure:
            word = IMPURE_WORDS.search(without_comments_and_texts(line))
            if word:
                faults.append(f'{where}: {folder} is pure and says `{word[0]}`')
    return faults


def check_includes(root):
    faults = []
    for folder in sorted(path.name for path in (root / 'src').iterdir() if path.is_dir()):
        if folder not in USES:
            faults.append(f'src/{folder}: not in the list of layers')
            continue
        for path in sorted((root / 'src' / folder).rglob('*.[ch]pp')):
            if not TEST_FILES.search(path.name):
                faults += check_file(path, folder, root)
    return faults


# What a public header may include: the pure half of the library in valetkey.hpp, its edges in edge.hpp; nothing else of ours, no
# library that the user would have to have, and no file that is not there.
PUBLIC = {'valetkey.hpp': PURE, 'edge.hpp': ['chain', 'keys']}


def check_public_headers(root):
    folder = root / 'include' / 'valetkey'
    faults = [f'include/valetkey/{name}: not there' for name in PUBLIC if not (folder / name).is_file()]
    for path in sorted((root / 'include').rglob('*')):
        if path.is_dir():
            continue
        if path.parent != folder or path.name not in PUBLIC:
            faults.append(f'{path.relative_to(root)}: not in the list of public headers')
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            include = INCLUDE.match(line)
            if include is None:
                continue
            kind, header = include.groups()
            where = f'{path.relative_to(root)}:{number}'
            if kind == '<' or header.split('/')[0] not in PUBLIC[path.name]:
                faults.append(f'{where}: a public header includes `{header}`')
            elif not (root / 'src' / header).is_file():
                faults.append(f'{where}: `{header}` is not there')
            else:
                faults += check_reached(root, header, path.name, where)
    return faults


# Heavy headers, and internal ones ("for the folder's own use"), don't come along.
def check_reached(root, header, public, where, seen=None):
    seen = set() if seen is None else seen
    if header in seen:
        return []
    seen.add(header)
    text = (root / 'src' / header).read_text()
    faults = []
    if re.search(r"For the folder's own use", text):
        faults.append(f'{where}: {public} reaches `{header}`, which is for its folder alone')
    for line in text.splitlines():
        include = INCLUDE.match(line)
        if include is None:
            continue
        kind, inner = include.groups()
        if kind == '"' and (root / 'src' / inner).is_file():
            faults += check_reached(root, inner, public, where, seen)
        elif '/' in inner and not inner.startswith('sys/'):
            faults.append(f'{where}: {public} reaches <{inner}> by `{header}`')
    return faults


def check_refusals(root):
    table = (root / 'docs/refusals.md').read_text()
    page = {name: int(code) for code, name in re.findall(r'^\| (\d+) \| `(\w+)` \|', table, re.M)}
    header = (root / 'src/session/refusal.hpp').read_text()
    # 254 and 255 are known off the chain only.
    cpp = {name: int(code) for name, code in re.findall(r'^  (\w+) = (\d+),$', header, re.M) if int(code) < 254}
    contract = (root / 'contracts/src/Refusals.sol').read_text()
    solidity = {snake(name): int(code) for name, code in re.findall(r'constant (\w+) = (\d+);', contract)
                if int(code) < 254}
    if len(page) < 70:
        return [f'docs/refusals.md: only {len(page)} refusals found']
    faults = []
    for side, codes in (('src/session/refusal.hpp', cpp), ('contracts/src/Refusals.sol', solidity)):
        for name in sorted(page.keys() | codes.keys()):
            if page.get(name) != codes.get(name):
                faults.append(f'{side}: `{name}` is {codes.get(name, "not there")}, in docs/refusals.md {page.get(name, "not there")}')
    return faults


def snake(name):
    return name.lower() if name.isupper() else re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name).lower()


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]).resolve()
    faults = check_includes(root) + check_public_headers(root) + check_refusals(root)
    print('\n'.join(faults) or 'the layers hold')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
