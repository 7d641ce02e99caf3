# Each target does one thing; the work is in tools/ and in CMake. `make setup` runs before whatever needs it.
.PHONY: all setup artifacts build test demo gas mutants bench fuzz sanitize format clean
.DELETE_ON_ERROR:

preset ?= dev

all: build

setup:
	@tools/setup >&2

artifacts: setup
	@node tools/artifacts.mjs >&2

build: artifacts
	cmake --preset $(preset)
	cmake --build --preset $(preset)

# Unit tests, forge tests, vectors, differential, tracer, ends to end: all of them are ctest's.
test: build
	ctest --preset $(preset) -j 2

demo: artifacts
	cmake --preset $(preset)
	cmake --build --preset $(preset) --target valetkey
	tools/demo

# Only JSON on stdout.
gas: artifacts
	@tools/gas

mutants: artifacts
	tools/mutants

bench: artifacts
	tools/bench

fuzz: setup
	tools/fuzz

# The core under ASan, UBSan and TSan.
sanitize: setup
	tools/sanitize

format:
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

clean:
	rm -rf build
