# It needs only GNU make and a Python. Every path is relative, so the checkout may be anywhere, also in a path with spaces.
.DEFAULT_GOAL := help
.PHONY: help setup run tour lab serve build bundle bench bench-peers gpu-check test test-all newest notebooks coverage docs docs-serve grafana-types lint doctor constraints clean FORCE
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
# A .venv is good as long as it has the file `ready`, which names the checkout it was made in: a venv cannot be moved.
STALE := $(shell [ -x $(PY) ] && [ "$$(cat .venv/ready 2>/dev/null)" = "$$(pwd -P)" ] || echo FORCE)
# Runs a program so that make ends after it, and silently: Ctrl-C and a closing terminal reach the program directly, and
# a `kill` of make is passed on. The program runs in the background, because a shell that waits in the foreground dies at
# once and leaves it behind. In the background a shell makes it ignore Ctrl-C, which the line of Python undoes.
HEAR = $(PY) -c 'import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])'
WATCH = watch() { $(HEAR) "$$@" & child=$$!; asked=; trap 'asked=yes' INT HUP; trap 'asked=yes; kill $$child' TERM; \
	while :; do status=0; wait $$child || status=$$?; kill -0 $$child 2>/dev/null || break; done; \
	if [ "$$asked" ]; then exit 0; fi; return $$status; }; watch
# The root is the checkout, so that Lab's file list also shows the model repository; WARN still prints the address to
# click. An encrypted kernel connection avoids a warning in the terminal for each notebook.
LAB = $(PY) -m jupyterlab --ServerApp.root_dir=. --ServerApp.answer_yes=True --LabApp.default_url=/lab/tree/notebooks \
	--log-level=WARN --KernelManager.transport_encryption=auto $$([ "$$(id -u)" != 0 ] || echo --allow-root)

help:  ## show this list
	@echo "The Triton API course. Start with: make run"
	@sed -n 's/^\([a-z-]*\):.*##\(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo "Options: PYTHON=python3.12 (setup), ARGS='...' (test, tour, build, serve, bench, gpu-check, notebooks)"

setup: .venv/ready  ## only make .venv, with everything the course needs
	@echo "set-up: ready (.venv)"

run: .venv/ready  ## set up, build, predict with every model, then open JupyterLab (until Ctrl-C)
	@$(WATCH) $(PY) -m tutorial_lib tour $(ARGS) || exit; \
	if [ -t 1 ] && [ -z "$${CI-}" ]; then echo; echo "JupyterLab is starting; Ctrl-C here ends it."; watch $(LAB); \
	else echo "No terminal: JupyterLab is not started (make lab starts it)."; fi

tour: .venv/ready  ## the same, without JupyterLab
	@$(WATCH) $(PY) -m tutorial_lib tour $(ARGS)

lab: .venv/ready  ## only open the course in JupyterLab (until Ctrl-C)
	@$(WATCH) $(LAB)

serve: .venv/ready  ## serve the guide's models on ports 8000, 8001 and 8002, in the foreground (until Ctrl-C)
	@$(WATCH) $(PY) -m tutorial_lib serve $(ARGS)

build: .venv/ready  ## only build the models' weights
	@$(WATCH) $(PY) -m tutorial_lib build $(ARGS)

# Tests spend most of their time waiting for a server to start or stop, so four files run at a time, even on two cores.
test: .venv/ready  ## run all tests: unit, live, notebooks (ARGS='-k words' for some)
	@$(PY) -m pytest --lanes 4 $(ARGS)

test-all: .venv/ready  ## the same, with a 10-minute soak test, 200 starts and stops of the server, and the bundle installed (an hour)
	@$(PY) deploy/bundle.py || echo "no bundle was made: the test that installs it is skipped"
	@SOAK_SECONDS=600 START_STOP_CYCLES=200 TEST_BUNDLE=yes $(PY) -m pytest --lanes 4 $(ARGS)

bundle: .venv/ready  ## pack everything for a room without a network into one archive (docs/WORKSHOP.md)
	@$(WATCH) $(PY) deploy/bundle.py $(ARGS)

bench: .venv/ready  ## measure the server and compare it with others (ARGS="resnet --rounds 5")
	@$(WATCH) $(PY) -m tutorial_lib bench $(ARGS)

# For a time limit: make gpu-check GPU_BATCHES="1 32" GPU_BF16_BATCHES=64 ARGS="--rounds 2". It runs on one GPU, as its
# tests expect, and without pytest's plugins: a machine prepared by bench/gpu_here.sh lacks ours and may have others.
# A test or a measurement that fails does not stop those that come after it.
GPU_BATCHES ?= 1 2 4 8 16 32
GPU_BF16_BATCHES ?= $(GPU_BATCHES) 64
GPU_RECORDS ?= docs/benchmarks
gpu-check: export GPU_CHECK := yes
gpu-check: export PYTEST_DISABLE_PLUGIN_AUTOLOAD := 1
gpu-check: export CUDA_VISIBLE_DEVICES ?= 0
gpu-check: .venv/ready  ## on an NVIDIA GPU: run its tests, then measure the networks of real size into docs/benchmarks
	@status=0; $(PY) -m pytest -o addopts=-ra -m gpu tests/test_gpu.py || status=$$?; \
	[ $$status -le 1 ] || { echo "gpu-check: nothing was measured, for the reason above"; exit 1; }; \
	measure() { file=$(GPU_RECORDS)/gpu-$$1; shift; $(PY) -m tutorial_lib bench "$$@" --weights random \
	  --json $$file.json --page $$file.md --plot $$file.svg $(ARGS) || status=1; }; \
	for batch in $(GPU_BATCHES); do measure batch-$$batch resnet sentiment --peers --batch $$batch; done; \
	for batch in $(GPU_BF16_BATCHES); do \
	  if [ $$batch -gt 32 ] && [ "$$(df -Pk /dev/shm | awk 'END { print $$4 }')" -lt 200000 ]; then \
	    echo "gpu-check: bf16 with batch $$batch left out: it needs 200 MB in /dev/shm. In a container: --shm-size=1g"; \
	  else measure bf16-batch-$$batch bf16 --clients 32 --batch $$batch; fi; done; \
	exit $$status

# An environment that sees the course's packages and adds to them, so torch is not fetched twice and is the same for all.
# constraints.txt holds for all packages that the peers' own files do not name.
bench-peers: .venv/ready  ## install the others for make bench into .venv-bench (some 350 MB)
	@for peer in .venv-bench:requirements .venv-bench/mlserver:requirements-mlserver; do \
	  folder=$${peer%:*}; file=bench/$${peer#*:}.txt; echo "$$folder: $$file"; \
	  $(PY) -m venv --clear --without-pip $$folder && lib=$$(echo $$folder/lib/python3*/site-packages) && \
	  $(PY) -c 'import os, sys; print(os.path.relpath(sys.argv[2], sys.argv[1]))' $$lib .venv/lib/python3*/site-packages \
	    > $$lib/course.pth || exit 1; \
	  if command -v uv >/dev/null; then set -- uv pip install --python $$folder/bin/python; \
	  else set -- $(PY) -m pip --python $$folder/bin/python install --no-compile --disable-pip-version-check; fi; \
	  sed -n 's/^\([A-Za-z0-9-]\+\).*/^\1==/p' $$file | grep -vif - constraints.txt >$$folder/constraints.txt; \
	  "$$@" -q -c $$folder/constraints.txt -r $$file && continue; \
	  echo "They do not install together; trying one by one:"; \
	  sed 's/ *#.*//; /^$$/d' $$file | while read -r one; do \
	    "$$@" -q -c $$folder/constraints.txt "$$one" || echo "not installed: $$one"; done; \
	done

notebooks: .venv/ready  ## run the notebooks again and store their outputs
	@$(PY) -m tutorial_lib notebooks $(ARGS)

coverage: .venv/ready  ## run all notebooks and write which cell uses which API call (docs/API_COVERAGE.md)
	@UPDATE_COVERAGE=1 $(PY) -m pytest -q notebooks tests/test_coverage.py

docs: .venv/ready  ## build the reference site into .build/site (make docs-serve makes it searchable)
	@$(WATCH) $(PY) docs/make_site.py

docs-serve: .venv/ready  ## build the reference site and show it on http://127.0.0.1:8088 (until Ctrl-C)
	@$(WATCH) $(PY) docs/make_site.py --serve $(ARGS)

newest:  ## install the newest packages that pyproject.toml allows into .venv-newest, and run the tests with them
	@"$${PYTHON:-python3}" -m venv --clear .venv-newest && .venv-newest/bin/python -m pip install -q --disable-pip-version-check -e '.[test]'
	@.venv-newest/bin/python -c 'import re, importlib.metadata as m; \
	  pins = dict(re.findall(r"^([\w.-]+)==([\w.+-]+)", open("constraints.txt").read(), re.M)); \
	  [print(f"{d.name}: {pins[d.name]} -> {d.version}") for d in m.distributions() if pins.get(d.name, d.version) != d.version]'
	@.venv-newest/bin/python -m pytest --lanes 4 $(ARGS)

grafana-types:  ## fetch Grafana's own types with npm, so that tests/test_deploy.py can check the dashboard
	@npm install --no-audit --no-fund --ignore-scripts --prefix .build/grafana-schema @grafana/schema@13.2.3 typescript@7.0.2

lint: .venv/ready  ## check the style and format of code and notebooks
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

doctor:  ## say what this machine has, what it lacks, and what to do about it (works before the set-up too)
	@if [ -x $(PY) ]; then $(PY) -m tutorial_lib doctor; else "$${PYTHON:-python3}" -m tutorial_lib doctor; fi

clean:  ## remove everything that was made here: .venv, weights, caches
	@for item in .venv .venv-bench .venv-newest .build .pytest_cache .ruff_cache tutorial_lib.egg-info; do \
	  if [ -e "$$item" ]; then echo "removing $$item"; rm -rf "$$item"; fi; done
	@for model in linear_regression_model resnet_model sentiment; do if [ -d model_repository/$$model ]; then \
	  find model_repository/$$model \( -name model.pt -o -name tokenizer.json -o -name built.json \) -exec echo removing {} \; -exec rm {} \;; fi; done
	@find . -path ./.git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
	@echo "removed caches; what remains is what git knows and what you added"

# For maintainers, with uv: pins what is new in pyproject.toml and keeps the other pins (ARGS=--upgrade renews them).
# torch names its CUDA packages exactly, so they need no pins here. Markers that hold wherever the tests run are left out.
constraints:
	uv pip compile --universal --python-version 3.10 --extra test --no-header --no-annotate $(ARGS) \
	  pyproject.toml -o constraints.txt >/dev/null
	sed -i -E "/^(nvidia-(cu|nccl|nvjitlink|nvshmem|nvtx)|cuda-toolkit=|triton=)/d; /^#/d; \
	  s/ and (platform_machine == 'x86_64'|sys_platform == 'linux'|python_full_version < '3\.13')//g; \
	  s/ ; python_full_version < '3\.13'$$//; s/ and implementation_name != 'PyPy'//; s/python_full_version < '3\.13' and //" constraints.txt
	uv pip compile --universal --python-version 3.10 --extra test --no-header --no-annotate --generate-hashes -c constraints.txt \
	  pyproject.toml -o hashes.txt >/dev/null
	$(PY) -c 'import re; text = open("hashes.txt").read(); items = re.split(r"\n(?=\S)", text.strip()); \
	  out = [i for i in items if not re.match(r"(torch|triton|nvidia-(?!pytriton)[a-z0-9-]+|cuda-toolkit)==", i)]; \
	  open("hashes.txt", "w").write("\n".join(["# What make setup HASHES=yes compares: made by make constraints. torch (CPU or CUDA build) is not in it.", *out]) + "\n")'
	sed -i '1i # What the tests ran with, on Linux x86-64 with Python 3.11; for 3.10 and 3.12 what goes with it. With pip -c: forces no install.' constraints.txt
	sed -i '2i # Made by: make constraints. The CUDA packages of torch are not here: torch names them exactly.' constraints.txt

# The set-up. After a kill, it continues where it was: `ready` is written last, and what pip left half installed is removed.
define SETUP
set -eu
say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "" "$@" >&2; exit 1; }
step() { title=$1; begun=$(date +%s); say "[$title"; shift; "$@"; say "    done in $(($(date +%s) - begun)) s"; }
version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }
suits() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; }
quiet=-q; if [ -t 1 ]; then quiet=; fi
here=$(pwd -P)
sudo=; if [ "$(id -u)" != 0 ]; then sudo="sudo "; fi
trap 'echo "Interrupted: make setup continues from here." >&2; exit 0' INT  # make got it too, and stops

if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.11 python3.12 python3.10; fi
python=; seen=; bare=
for candidate; do
    found=$(version "$candidate") || { seen="$seen
  $candidate: not found"; continue; }
    if ! suits "$candidate"; then seen="$seen
  $candidate: $found"; continue; fi
    if ! command -v uv >/dev/null && ! "$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
        bare=${bare:-$candidate}; seen="$seen
  $candidate: $found, without venv"; continue; fi
    python=$candidate; break
done
no_venv="Python cannot make a virtual environment here: venv or ensurepip is missing. Found:$seen"
if [ -z "$python" ] && [ -n "$bare" ]; then
    python=$bare; found=$(version "$bare")
    install="Try: ${sudo}apt-get install python${found%.*}-venv     (Debian, Ubuntu), then again: make setup"
    if ! command -v apt-get >/dev/null || ! "$python" -c 'import venv' 2>/dev/null; then fail "$no_venv" "$install"; fi
fi
if [ -z "$python" ]; then fail "The course needs Python 3.10, 3.11 or 3.12. Found:$seen" \
    "Try: install one of them, for example with '${sudo}apt-get install python3.12 python3.12-venv', 'uv python install 3.12'," \
    "     or conda (environment.yml), then: make setup PYTHON=python3.12"; fi

# uv is faster, but it does not read pip's configuration, so if that names a mirror, use pip
tool=pip
if command -v uv >/dev/null && ! "$python" -m pip config list 2>/dev/null | grep -q -E 'index-url|find-links|no-index'; then tool=uv; fi

if [ -e .venv ] && [ ! -e .venv/made ]; then
    if [ ! -e .venv/pyvenv.cfg ] || { ! .venv/bin/python -m pip --version >/dev/null 2>&1 &&
        ! ls .venv/lib/python*/site-packages 2>/dev/null | grep -q -v -E '^(pip|setuptools|wheel|_virtualenv|__pycache__)'; }; then
        rm -rf .venv  # a killed step 1; a .venv with more packages than these is somebody's own
    elif ! .venv/bin/python -m pip --version >/dev/null 2>&1; then fail "Found a .venv of your own, without pip; expected none, or one that make setup made." \
        "Try: uv pip install --python .venv/bin/python pip, or rm -rf .venv, then again: make setup"
    elif ! suits .venv/bin/python; then fail "Found a .venv with Python $(version .venv/bin/python), which is not ours; expected 3.10, 3.11 or 3.12." \
        "Try: rm -rf .venv, then again: make setup"; fi
elif [ -e .venv/made ] && { [ "$(cat .venv/made)" != "$here" ] || ! suits .venv/bin/python; }; then
    say "The checkout or its Python has moved: making a new .venv."; rm -rf .venv
fi
rm -f .venv/ready

create() {
    if [ "$tool" = uv ]; then uv venv -q --seed --python "$python" .venv
    elif "$python" -c 'import ensurepip' 2>/dev/null; then "$python" -m venv .venv
    else "$python" -m venv --without-pip .venv && fetch_pip || fail "$no_venv" "$install"; fi
}
# Debian ships pip's wheel separately from Python. apt-get can download it without root, with our own lists and cache.
fetch_pip() (
    mkdir -p .venv/apt/lists/partial .venv/apt/cache/archives/partial && cd .venv/apt
    apt() { apt-get -qq -o Dir::State::Lists=./lists -o Dir::Cache=./cache -o Debug::NoLocking=1 -o APT::Sandbox::User= "$@"; }
    apt update && apt download python3-pip-whl && dpkg -x python3-pip-whl_*.deb . || exit 1
    for wheel in usr/share/python-wheels/pip-*.whl; do
        ../bin/python "$wheel/pip" install -q --no-warn-script-location --disable-pip-version-check --no-index "$wheel" || exit 1
    done
    cd .. && rm -rf apt
)
if [ ! -e .venv ]; then step "1/4] .venv with Python $(version "$python"), packages by $tool" create; fi
printf '%s\n' "$here" > .venv/made

again=
if [ -e .venv/unfinished ]; then
    say "The last set-up did not finish: continuing."; again=--reinstall
    for info in .venv/lib/python3*/site-packages/*.dist-info; do [ -e "$info/RECORD" ] || rm -rf "$info"; done
fi
: > .venv/unfinished
get() {  # packages
    if [ "$tool" = uv ]; then uv pip install $quiet $again --python .venv/bin/python -c constraints.txt "$@"
    else .venv/bin/python -m pip install $quiet --no-compile --disable-pip-version-check -c constraints.txt "$@"; fi
}
get_torch() {
    # uv can choose: if there is no GPU, the CPU build, from PyTorch's own index, which a closed network may not reach
    if [ "$tool" = uv ] && [ -z "${UV_TORCH_BACKEND:-}" ]; then
        if why=$(UV_HTTP_RETRIES=1 get --torch-backend=auto torch 2>&1); then return; fi
        say "    PyTorch's own index failed ($(printf '%s' "$why" | tail -n 1)): using the default index's build"
    fi
    get torch
}
get_rest() {
    if [ -n "${HASHES:-}" ]; then  # every file must be the same as when the pins were made
        if [ "$tool" = uv ]; then set -- uv pip install $quiet --python .venv/bin/python
        else set -- .venv/bin/python -m pip install $quiet --no-compile --disable-pip-version-check; fi
        "$@" --require-hashes --no-deps -r hashes.txt || return 1
    fi
    get -e '.[test]'
}
size=; if [ "$tool" = pip ] && ! command -v nvidia-smi >/dev/null && ! [ -d .venv/lib/python3.*/site-packages/torch ]; then
    size=" (may be the CUDA build, 2.7 GB; the README says how to get the CPU build, 0.2 GB)"
fi
step "2/4] torch$size" get_torch
step "3/4] JupyterLab, the Triton server and clients, transformers, test tools" get_rest
step "4/4] what the server needs from this system" .venv/bin/python -m tutorial_lib setup
# no question about news when Lab opens, and no request to the outside world
mkdir -p .venv/share/jupyter/lab/settings
printf '%s\n' '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
    > .venv/share/jupyter/lab/settings/overrides.json
rm .venv/unfinished
printf '%s\n' "$here" > .venv/ready
endef

.venv/ready: export SETUP_SCRIPT := $(value SETUP)
.venv/ready: pyproject.toml constraints.txt $(STALE)
	@eval "$$SETUP_SCRIPT"
	@[ -e .venv/ready ]
