"""Reads deploy/ as its tools would, without a cluster: `problems(folder)` is empty, or says in words what does not fit.

The folder is an argument, so that tests/test_deploy.py can break a copy and see that somebody notices.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import kubernetes_validate
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

PORTS = {"http": 8000, "grpc": 8001, "metrics": 8002}  # where tritonserver listens, unless told otherwise
REPLICAS = {"PORT": "8080", "SOCKET": "/tmp/balancer.sock"} | {
    f"{name}{kind}": f"127.0.0.1:{number}" for name in "ABC" for kind, number in (("", 8000), ("_GRPC", 8001))
}
# Words of PromQL that are no metric
PROMQL = frozenset(
    {"sum", "rate", "by", "without", "clamp_min", "and", "or", "on", "ignoring", "absent", "label_values"}
)
# kubernetes-validate knows Kubernetes' own kinds; this is what the Prometheus operator takes, of what we use
SERVICE_MONITOR = {"selector", "endpoints", "namespaceSelector"}, {"port", "interval", "path", "scheme"}


def problems(deploy: Path, metrics: set[str]) -> list[str]:
    """Return all that is wrong with the files in `deploy`, where `metrics` are the names on a live server's page."""
    found = list(lint(deploy))
    for overlay in ("cpu", "gpu"):
        try:
            objects = render(deploy / "kubernetes" / "overlays" / overlay)
            found += [f"{overlay}: {text}" for text in [*schema(objects), *references(objects, deploy)]]
        except (LookupError, OSError, AttributeError, TypeError, ValueError, StopIteration, yaml.YAMLError) as error:
            found.append(f"{overlay}: cannot be rendered or read: {error!r}")
    for check in (monitoring, balancer, dockerfile, compose, dashboards, classroom):
        try:
            found += check(deploy)
        except (LookupError, OSError, TypeError, ValueError, yaml.YAMLError) as error:
            found.append(f"{check.__name__}: {error!r}")
    return found + unknown_metrics(deploy, metrics)


said: dict[tuple, list[str]] = {}


def run(program: str | Path, *words: str | Path, cwd: Path | None = None, **env: str) -> list[str]:
    """Return what a checking program complains about; [] when it is content, or not installed (a test says so).

    Of sixty broken copies each differs in one file: what the program said of the same files is said again.
    """
    if shutil.which(program) is None:
        return []
    files = [word for word in words if isinstance(word, Path)] + sorted(cwd.glob("*.yml") if cwd else ())
    key = (program, *(word for word in words if word not in files), *((f.name, f.read_bytes()) for f in files))
    if key not in said:
        line = [program, *words]
        done = subprocess.run(line, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, timeout=120)
        complaint = f"{Path(program).name}: {(done.stdout + done.stderr).strip()[-600:]}"
        said[key] = [] if done.returncode == 0 else [complaint]
    return said[key]


def yaml_files(deploy: Path) -> list[Path]:
    return sorted(path for pattern in ("*.yaml", "*.yml") for path in deploy.rglob(pattern))


def lint(deploy: Path) -> list[str]:
    """Ask yamllint, which sees wrong indentation and a key that is there twice."""
    return [f"{path.name}:{text}" for path in yaml_files(deploy) for text in lint_text(path.read_text())]


@functools.cache
def lint_text(text: str) -> list[str]:
    config = YamlLintConfig(file=str(Path(__file__).parents[1] / "deploy" / ".yamllint"))
    return [f"{problem.line}: {problem.desc}" for problem in linter.run(text, config)]


# ---------------------------------------------------------------------------------------------------------- kubernetes


def render(folder: Path) -> list[dict]:
    """Do what `kubectl kustomize` does, for the few words of it that deploy/ uses."""
    plan = yaml.safe_load((folder / "kustomization.yaml").read_text())
    if unknown := set(plan) - {"apiVersion", "kind", "namespace", "resources", "patches"}:
        raise ValueError(f"{folder.name}/kustomization.yaml: {unknown} is not known to this test, or misspelt")
    objects = []
    for name in plan["resources"]:
        path = folder / name
        objects += render(path) if path.is_dir() else [item for item in yaml.safe_load_all(path.read_text()) if item]
    for patch in plan.get("patches", []):
        change = yaml.safe_load((folder / patch["path"]).read_text())
        at = next(i for i, item in enumerate(objects) if identity(item) == identity(change))
        objects[at] = merged(objects[at], change)
    for item in objects if "namespace" in plan else ():
        if item["kind"] != "Namespace":
            item["metadata"]["namespace"] = plan["namespace"]
    return objects


def identity(item: dict) -> tuple[str, str]:
    return item["kind"], item["metadata"]["name"]


def merged(old: object, new: object) -> object:
    """Merge strategically: maps by key, lists of things with a name by that name, all else is replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list) and all("name" in item for item in old + new):
        by_name = {item["name"]: item for item in old}
        return list((by_name | {item["name"]: merged(by_name.get(item["name"]), item) for item in new}).values())
    return new


def schema(objects: list[dict]) -> Iterator[str]:
    """Ask Kubernetes' own schema, strictly: a misspelt field is an error, as is text where a number belongs."""
    for item in objects:
        if item["kind"] == "ServiceMonitor":
            known, of_endpoint = SERVICE_MONITOR
            wrong = set(item["spec"]) - known | {key for end in item["spec"]["endpoints"] for key in end} - of_endpoint
            if wrong:
                yield f"ServiceMonitor: unknown {sorted(wrong)}"
            continue
        if wrong := schema_error(json.dumps(item)):
            yield f"{'/'.join(identity(item))}: {wrong}"


@functools.cache
def schema_error(item: str) -> str:
    try:
        kubernetes_validate.validate(json.loads(item), kubernetes_validate.latest_version(), strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return str(error).strip()[:300] or f"Kubernetes has no such thing: {item[:100]}"
    return ""


def one(objects: list[dict], kind: str) -> dict:
    (item,) = [item for item in objects if item["kind"] == kind]
    return item


def references(objects: list[dict], deploy: Path) -> Iterator[str]:
    """Compare every name in one object with the thing in another that it means."""
    deployment, services = one(objects, "Deployment"), [item for item in objects if item["kind"] == "Service"]
    pod = deployment["spec"]["template"]["spec"]
    labels = deployment["spec"]["template"]["metadata"]["labels"].items()
    (container,) = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    if ports != PORTS:
        yield f"the container's ports are {ports}, tritonserver's are {PORTS}"
    yield from pod_references(deployment["spec"], pod, container, ports)
    namespace = one(objects, "Namespace")["metadata"]["name"]
    for item in objects:
        if item["kind"] != "Namespace" and item["metadata"].get("namespace") != namespace:
            yield f"{identity(item)} is not in the namespace {namespace}"

    selectors = {"Deployment": deployment["spec"]["selector"]["matchLabels"]}
    selectors |= {f"Service {item['metadata']['name']}": item["spec"]["selector"] for item in services}
    selectors["PodDisruptionBudget"] = one(objects, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]
    policy = one(objects, "NetworkPolicy")["spec"]
    selectors["NetworkPolicy"] = policy["podSelector"]["matchLabels"]
    for who, selector in selectors.items():
        if not selector or not selector.items() <= labels:
            yield f"{who} selects {selector}, the pods have {dict(labels)}"
    wanted = [(f"Service {s['metadata']['name']}", p["targetPort"]) for s in services for p in s["spec"]["ports"]]
    wanted += [("NetworkPolicy", port["port"]) for rule in policy["ingress"] for port in rule["ports"]]
    for who, port in wanted:
        if port not in ports and port not in ports.values():
            yield f"{who} wants the port {port}, the pods have {ports}"
    for item in services:
        for port in item["spec"]["ports"]:
            if port["port"] != PORTS.get(port["targetPort"]):
                yield f"Service {item['metadata']['name']}: port {port['port']} leads to {port['targetPort']}"
    if not {"Ingress", "Egress"} <= set(policy["policyTypes"]) or any("from" not in r for r in policy["ingress"]):
        yield "NetworkPolicy lets in everybody, or lets the models call out"
    origins = [origin for rule in policy["ingress"] for origin in rule["from"]]
    known = [{}, {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}]  # Kubernetes sets this label itself
    if [origin["namespaceSelector"] for origin in origins] != known:
        yield f"NetworkPolicy: expected inference from all namespaces, metrics from `monitoring`; found {origins}"
    if any(f'{k}: "{v}"' not in (deploy / "README.md").read_text() for k, v in callers(origins)):
        yield f"the README names another label for clients than {callers(origins)}"
    headless = [item for item in services if item["spec"].get("clusterIP") == "None"]
    if not any(port["targetPort"] == "grpc" for item in headless for port in item["spec"]["ports"]):
        yield "no headless Service for gRPC"

    monitor = one(objects, "ServiceMonitor")["spec"]
    watched = [
        s for s in services if monitor["selector"]["matchLabels"].items() <= s["metadata"].get("labels", {}).items()
    ]
    for end in monitor["endpoints"]:
        named = [s["metadata"]["name"] for s in watched if end["port"] in [port["name"] for port in s["spec"]["ports"]]]
        jobs = set(re.findall(r'job="(\w+)"', (deploy / "monitoring" / "rules.yml").read_text()))
        if set(named) != jobs:  # the operator names the job for the Service
            yield f"ServiceMonitor: the Services {named} have a port {end['port']!r}, the alerts ask for {jobs}"
    yield from scaling(one(objects, "HorizontalPodAutoscaler")["spec"], deployment, deploy)


def callers(origins: list[dict]) -> list[tuple[str, str]]:
    return [item for o in origins for item in o.get("podSelector", {}).get("matchLabels", {}).items()]


def pod_references(spec: dict, pod: dict, container: dict, ports: dict[str, int]) -> Iterator[str]:
    volumes, mounts = {v["name"]: v for v in pod["volumes"]}, {m["mountPath"]: m for m in container["volumeMounts"]}
    if set(volumes) != {mount["name"] for mount in mounts.values()}:
        yield f"volumes {sorted(volumes)}, mounted {sorted(mount['name'] for mount in mounts.values())}"
    elif volumes[mounts["/dev/shm"]["name"]]["emptyDir"].get("medium") != "Memory" or "/tmp" not in mounts:
        yield "/dev/shm is not in memory, or there is no /tmp to write to"
    for probe, path in (("startupProbe", "ready"), ("readinessProbe", "ready"), ("livenessProbe", "live")):
        get = container[probe]["httpGet"]
        if (get["path"], get["port"]) != (f"/v2/health/{path}", "http"):
            yield f"{probe} asks {get}"
    options = dict(word.split("=", 1) for word in container["args"][1:])
    if container["args"][0] != "tritonserver" or options["--model-repository"] != "/models":
        yield f"the image has tritonserver and /models, the container runs {container['args'][:2]}"
    if options.get("--model-control-mode") != "none":
        yield "whoever reaches the port may load models"
    word, sleep = container["lifecycle"]["preStop"]["exec"]["command"]
    if word != "sleep":
        yield f"preStop runs {word}"
    sleep = int(sleep)
    if pod["terminationGracePeriodSeconds"] < sleep + int(options["--exit-timeout-secs"]):
        yield "the pod is killed before its last request is answered: terminationGracePeriodSeconds is too short"
    safe = {**pod["securityContext"], **container["securityContext"]}
    expected = {"runAsNonRoot": True, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}
    if expected.items() - {key: value for key, value in safe.items() if isinstance(value, bool)}.items():
        yield f"securityContext: expected {expected}, found {safe}"
    if safe.get("capabilities", {}).get("drop") != ["ALL"] or not safe.get("runAsUser") or "seccompProfile" not in safe:
        yield "securityContext: the namespace's level `restricted` refuses this pod"
    if container["resources"]["limits"].get("memory") != container["resources"]["requests"].get("memory"):
        yield "memory: what is promised must be what is allowed, or the node runs out"
    limits = container["resources"]["limits"]
    for amount in (*limits.values(), *container["resources"]["requests"].values(), *sizes(volumes)):
        if not re.fullmatch(r"\d+(\.\d+)?([EPTGMk]i?|Ki|m)?", str(amount)):
            yield f"{amount!r} is no quantity: 4Gi, 500m, 2"
    devices = {name for name in limits if "/" in name}
    if devices != {toleration["key"] for toleration in pod.get("tolerations", [])}:
        yield f"the pod asks for {sorted(devices)}, and tolerates the taints of {pod.get('tolerations', [])}"
    spread = [rule["labelSelector"]["matchLabels"] for rule in pod["topologySpreadConstraints"]]
    if any(labels != spec["selector"]["matchLabels"] for labels in spread):
        yield f"topologySpreadConstraints counts other pods: {spread}"
    if "replicas" in spec:
        yield "replicas and a HorizontalPodAutoscaler contradict each other"


def sizes(volumes: dict[str, dict]) -> list[str]:
    return [volume["emptyDir"]["sizeLimit"] for volume in volumes.values()]


def scaling(hpa: dict, deployment: dict, deploy: Path) -> Iterator[str]:
    target = hpa["scaleTargetRef"]
    if (target["kind"], target["name"], target["apiVersion"]) != (*identity(deployment), deployment["apiVersion"]):
        yield f"HorizontalPodAutoscaler scales {target}, which is not there"
    adapter = yaml.safe_load((deploy / "kubernetes" / "prometheus-adapter.yaml").read_text())
    made = {rule["name"]["as"] for rule in adapter["rules"]["custom"]}
    asked = {metric["pods"]["metric"]["name"] for metric in hpa["metrics"]}
    if made != asked:
        yield f"HorizontalPodAutoscaler asks for {asked}, the adapter makes {made}"
    if not 2 <= hpa["minReplicas"] <= hpa["maxReplicas"]:
        yield "fewer than two replicas: an update or a dead node stops the service"


# ---------------------------------------------------------------------------------------------------------- monitoring


def monitoring(deploy: Path) -> list[str]:
    """Ask promtool; every alert needs a unit test, and every file of Grafana's its data source."""
    folder = deploy / "monitoring"
    found = run("promtool", "check", "config", "prometheus.yml", cwd=folder)
    found += run("promtool", "check", "rules", "rules.yml", cwd=folder)
    found += run("promtool", "test", "rules", "rules_test.yml", cwd=folder)
    rules = yaml.safe_load((folder / "rules.yml").read_text())
    tests = yaml.safe_load((folder / "rules_test.yml").read_text())["tests"]
    alerts = {rule["alert"]: rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    fired = {test["alertname"] for group in tests for test in group.get("alert_rule_test", []) if test["exp_alerts"]}
    if fired != set(alerts):
        found.append(f"alerts {sorted(alerts)}, tested {sorted(fired)}")
    for name, rule in alerts.items():
        if {"severity"} != set(rule["labels"]) or {"summary", "todo"} != set(rule["annotations"]) or "for" not in rule:
            found.append(f"{name}: expected a severity, a summary, what to do, and for how long")
    config = yaml.safe_load((folder / "prometheus.yml").read_text())
    services = yaml.safe_load((deploy / "compose.yaml").read_text())["services"]
    for job in config["scrape_configs"]:
        targets = [target for static in job["static_configs"] for target in static["targets"]]
        if any(target.split(":")[0] not in services or target.split(":")[1] != "8002" for target in targets):
            found.append(f"prometheus asks {targets}, and compose.yaml has {sorted(services)}")
        if f'job="{job["job_name"]}"' not in (folder / "rules.yml").read_text():
            found.append(f"no alert asks for the job {job['job_name']!r}")
    return found


def expressions(deploy: Path) -> Iterator[tuple[str, str]]:
    """Yield (where, PromQL) of rules, dashboards and the adapter."""
    rules = yaml.safe_load((deploy / "monitoring" / "rules.yml").read_text())
    yield from ((rule.get("alert") or rule["record"], rule["expr"]) for g in rules["groups"] for rule in g["rules"])
    for path in (deploy / "monitoring" / "grafana" / "dashboards").glob("*.json"):
        board = json.loads(path.read_text())
        yield from ((panel["title"], target["expr"]) for panel in board["panels"] for target in panel["targets"])
        yield from ((f"variable {item['name']}", item["query"]["query"]) for item in board["templating"]["list"])
    for rule in yaml.safe_load((deploy / "kubernetes" / "prometheus-adapter.yaml").read_text())["rules"]["custom"]:
        yield from (("adapter", rule[key]) for key in ("seriesQuery", "metricsQuery"))


def names_in(expression: str) -> set[str]:
    """Return the metrics of a PromQL expression: what is left without texts, labels, ranges and PromQL's own words."""
    text = re.sub(r'"[^"]*"|<<[^>]*>>', "", expression)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring) *\([^)]*\)|, *\w+\)$", "", text)
    return set(re.findall(r"(?<![\w.])[a-zA-Z_][\w:]*", text)) - PROMQL


def unknown_metrics(deploy: Path, metrics: set[str]) -> list[str]:
    """Return the names that neither the live server nor a recording rule makes."""
    try:
        asked = list(expressions(deploy))
        rules = yaml.safe_load((deploy / "monitoring" / "rules.yml").read_text())
    except (KeyError, ValueError, yaml.YAMLError) as error:
        return [f"no expressions to be read: {error!r}"]
    known = metrics | {"up"} | {rule["record"] for g in rules["groups"] for rule in g["rules"] if "record" in rule}
    return [f"{where}: no server has {name}" for where, text in asked for name in sorted(names_in(text) - known)]


def dashboards(deploy: Path) -> list[str]:
    """Compare the dashboards with what provisions them; @grafana/schema looks at their types in a test of its own."""
    folder, found = deploy / "monitoring" / "grafana", []
    sources = yaml.safe_load((folder / "provisioning" / "datasources" / "prometheus.yaml").read_text())["datasources"]
    for path in (folder / "dashboards").glob("*.json"):
        used = set(re.findall(r'"datasource": \{[^}]*"uid": "([^"]*)"', path.read_text()))
        if used != {source["uid"] for source in sources}:
            found.append(f"{path.name} asks the data sources {used}, provisioned are {[s['uid'] for s in sources]}")
        panels = json.loads(path.read_text())["panels"]
        if len({panel["id"] for panel in panels}) < len(panels) or overlapping(panel["gridPos"] for panel in panels):
            found.append(f"{path.name}: two panels with one id, or in one place")
    services = yaml.safe_load((deploy / "compose.yaml").read_text())["services"]
    found += [f"{s['url']}: no such service" for s in sources if re.split("[/:]+", s["url"])[1] not in services]
    mounted = [volume.split(":")[1] for volume in services["grafana"]["volumes"]]
    for provider in yaml.safe_load((folder / "provisioning/dashboards/triton.yaml").read_text())["providers"]:
        if provider["options"]["path"] not in mounted:
            found.append(f"dashboards are looked for in {provider['options']['path']}, mounted are {mounted}")
    return found


def overlapping(places: Iterable[dict]) -> bool:
    taken = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    return len(set(taken)) < len(taken) or max(x for x, _ in taken) > 23


# ------------------------------------------------------------------------------------------- haproxy, docker, compose


def balancer(deploy: Path) -> list[str]:
    """Ask HAProxy, whose warnings count; then see that each replica is looked after."""
    path = deploy / "haproxy.cfg"
    text = path.read_text()
    found = run("haproxy", "-c", "-dW", "-f", path, **REPLICAS)
    if unknown := set(re.findall(r"\$\{(\w+)\}", text)) ^ set(REPLICAS):
        found.append(f"haproxy.cfg: variables that only one side knows: {sorted(unknown)}")
    if "option httpchk GET /v2/health/ready" not in text or len(re.findall(r"^    server .* check$", text, re.M)) != 3:
        found.append("haproxy.cfg: three replicas, each asked for its readiness")
    for name, address, tracked in re.findall(
        r'^    server (\w) "\$\{(\w+)_GRPC\}" proto h2 track rest/(\w)$', text, re.M
    ):
        if not name == tracked == address.lower():
            found.append(f"haproxy.cfg: the gRPC port of {name} follows the REST port of {tracked}")
    if len(re.findall(r"_GRPC\}\" proto h2 track rest/", text)) != 3:
        found.append("haproxy.cfg: three gRPC ports, each with its replica's REST port")
    return found


@functools.cache
def pins() -> dict[str, list[str]]:
    text = (Path(__file__).parents[1] / "constraints.txt").read_text()
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.M):
        found.setdefault(name, []).append(version)
    return found


def dockerfile(deploy: Path) -> list[str]:
    """Ask hadolint; the packages are those of constraints.txt, and every step of an ensemble is copied."""
    path = deploy / "Dockerfile"
    text, tool = path.read_text(), Path(sys.executable).with_name("hadolint")
    found = run(tool, "--failure-threshold", "info", path) if tool.exists() else []
    server = text.partition(" AS server")[2]
    for name, version in re.findall(r"([\w-]+)==([\w.]+)", server):
        if version not in pins().get(name, []):
            found.append(f"Dockerfile: {name}=={version}, tested was {pins().get(name)}")
    copied = re.findall(r"model_repository/(\w+) /models/(\w+)\n", server)
    repository = Path(__file__).parents[1] / "model_repository"
    for source, target in copied:
        config = repository / source / "config.pbtxt"
        steps = re.findall(r'model_name: "(\w+)"', config.read_text()) if config.exists() else ["its config.pbtxt"]
        found += [f"Dockerfile: {source} needs {step}" for step in steps if (step, step) not in copied]
        if source != target:
            found.append(f"Dockerfile: {source} is copied to {target}")
    if "26.07-py3 AS server" not in text or not re.search(r"^USER [1-9]", server, re.M):
        found.append("Dockerfile: not the current Triton, or as root")
    return found


def compose(deploy: Path) -> list[str]:
    """Compare the services with each other, with files that they mount, and with the cluster's image."""
    whole = yaml.safe_load((deploy / "compose.yaml").read_text())
    services, found = whole["services"], []
    gpu = yaml.safe_load((deploy / "compose.gpu.yaml").read_text())["services"]
    for name, service in services.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source not in whole["volumes"] and not (deploy / source).exists():
                found.append(f"compose.yaml: {name} mounts {source}, which is not there")
        waits = set(service.get("depends_on", [])) | (set(gpu) if name == "triton" else set())
        found += [f"compose.yaml: {name} waits for {other}" for other in waits if other not in services]
        found += [f"compose.yaml: {name} opens {p} to all" for p in service["ports"] if not p.startswith("127.0.0.1:")]
        target = service.get("build", {}).get("target")
        if target and f" AS {target}\n" not in (deploy / "Dockerfile").read_text():
            found.append(f"compose.yaml: {name} is built as {target}, which Dockerfile lacks")
    inside = {int(port.rsplit(":", 1)[1]) for port in services["triton"]["ports"]}
    if inside != set(PORTS.values()):
        found.append(f"compose.yaml: triton publishes {inside}")
    if f"image: {services['triton']['image']} " not in (deploy / "kubernetes/base/deployment.yaml").read_text():
        found.append("compose.yaml builds another image than the cluster runs")
    return found


# What the chart's own schema (4.4.0) knows, of what we use; it forbids all else, and cannot be asked without a network
CHART = {
    "hub": {"config": {"JupyterHub", "Authenticator", "DummyAuthenticator"}},
    "proxy": {"service": {"type"}},
    "cull": {"enabled"},
    "prePuller": {"hook": {"enabled"}},
    "scheduling": {"userScheduler": {"enabled"}},
    "singleuser": {
        "image": {"name", "tag"},
        "cpu": {"guarantee", "limit"},
        "memory": {"guarantee", "limit"},
        "storage": {"type", "extraVolumes", "extraVolumeMounts"},
        "networkPolicy": {"egressAllowRules": {"nonPrivateIPs", "privateIPs"}},
        **dict.fromkeys(("cmd", "defaultUrl", "startTimeout", "extraEnv")),
    },
}


def classroom(deploy: Path) -> list[str]:
    """Compare the values for Zero to JupyterHub with the chart's names, the image and themselves."""
    values = yaml.safe_load((deploy / "jupyterhub" / "values.yaml").read_text())
    found = [f"values.yaml: the chart has no {name}" for name in unknown(values, CHART)]
    single = values["singleuser"]
    storage = single["storage"]
    if {v["name"] for v in storage["extraVolumes"]} != {m["name"] for m in storage["extraVolumeMounts"]}:
        found.append(f"values.yaml: volumes and mounts do not fit: {storage}")
    if any(single[what]["guarantee"] > single[what]["limit"] for what in ("cpu", "memory")):
        found.append("values.yaml: more is promised than allowed")
    if "jupyterhub==5.5.0" not in (deploy / "Dockerfile").read_text():
        found.append("Dockerfile: chart 4.4.0 brings JupyterHub 5.5.0, and the image must have the same")
    return found


def unknown(values: dict, known: object, at: str = "") -> list[str]:
    """Return the keys that `known` does not have, as paths."""
    if not isinstance(values, dict) or known is None:
        return []
    found = [f"{at}{key}" for key in values if key not in known]
    for key in set(values) & set(known) if isinstance(known, dict) else ():
        found += unknown(values[key], known[key], f"{at}{key}.")
    return found
