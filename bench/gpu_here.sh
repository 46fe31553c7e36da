#!/bin/sh
# Makes .venv for `make gpu-check` on a machine that has torch for its GPU but no package index, so no `make setup`:
#
#     sh bench/gpu_here.sh WHEELS [PYTHON]    # a folder of wheels for that Python, with torch and pip (default: python3)
#     make gpu-check
#
# WHEELS may also hold libpython3.*.so.1.0, for a Python that lacks it.
# The script says what is missing; `pip download --no-deps -c constraints.txt -d WHEELS ...` fetches that where there is an index.
# If it fails, run it again before any make.
set -eu
wheels=$(cd "${1:?which folder of wheels?}" && pwd) python=${2:-python3}
case $python in */*) python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python");; esac
cd "$(dirname "$0")/.."
if [ -e .venv ] && [ ! -e .venv/gpu_here ]; then
    echo "Found a .venv of another kind. Expected none, or one that this script made. Try: mv .venv .venv-before" >&2; exit 1
fi
torch=$("$python" -c 'import pip, importlib.util as i, pathlib; print(pathlib.Path(i.find_spec("torch").origin).parents[1])' 2>/dev/null) ||
    { echo "$python lacks torch or pip. Try: sh bench/gpu_here.sh WHEELS PYTHON, with a Python that has both" >&2; exit 1; }
rm -rf .venv
"$python" -m venv --without-pip .venv
: > .venv/gpu_here # it may be removed when this script runs again
ours=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$python" -m pip install -q --disable-pip-version-check --no-index --no-deps --no-compile --target "$ours" "$wheels"/*.whl
# What ours lacks comes from beside torch, but numpy must be ours, below 2. A PYTHONPATH would not reach the server's
# Python models (tutorial_lib/server/embedded.py)
pwd -P > "$ours/course.pth"
echo "$torch" > "$ours/torch.pth"
# transformers imports these two where it finds them; those beside torch may want numpy 2
echo 'import sys; sys.modules.update(dict.fromkeys(["scipy", "sklearn"]))' > "$ours/without.pth"
.venv/bin/python - <<'END'
import importlib, sys
names = "numpy tritonclient.http.aio tritonclient.grpc.aio cuda.bindings.runtime torch tokenizers PIL tqdm pytest"
names += " transformers.models.resnet.modeling_resnet transformers.models.bert.modeling_bert matplotlib.figure"
missing = []
for name in names.split():
    try:
        importlib.import_module(name)
    except Exception as error:
        missing.append(f"{name}: {error.__cause__ or error}")
if not missing and int(sys.modules["numpy"].__version__.split(".")[0]) > 1:
    missing = [f"numpy below 2; found {sys.modules['numpy'].__version__}"]
if missing:
    sys.exit("\n    ".join(["Missing:", *missing, "Try: wheels of these, with what they need, in the folder of wheels"]))
END
mkdir -p .venv/lib/tutorial_lib
cp "$wheels"/libpython3.*.so.1.0 .venv/lib/tutorial_lib/ 2>/dev/null || true # where it is not installed
.venv/bin/python -m tutorial_lib setup # fetches libpython where it is missing
pwd -P > .venv/made # as make setup does, so that make takes this .venv as it is
pwd -P > .venv/ready
touch -d 'next year' .venv/ready # however new the dates of a copied checkout are
.venv/bin/python -m tutorial_lib doctor || true
