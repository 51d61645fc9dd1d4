"""The files under deploy/: checked by the programs that will read them, where these are at hand."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from prometheus_client import generate_latest
from sqlalchemy.engine import make_url

from api.metrics import exposition
from workers import figures
from zhibiao.settings import PREFIX, SECRET_SETTINGS, Settings
from zhibiao.store import Store
from zhibiao.store.database.migrate import upgrade

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields} | {
    f"{PREFIX}{name.upper()}_FILE" for name in SECRET_SETTINGS
}


def checked(program: str, *arguments: str, cwd: Path = DEPLOY) -> str:
    """What the program says; skips where it is not at hand."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not at hand")
    done = subprocess.run(
        [program, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the API and a worker serve."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}")
    upgrade(store)
    text = exposition(store).decode() + generate_latest(figures.registry()).decode()
    store.close()
    return text


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\bzhibiao_[a-z_]+\b", text))


def test_alerts_and_dashboard_ask_for_metrics_that_there_are(metrics: str) -> None:
    there = set(re.findall(r"^# TYPE (zhibiao_\w+)", metrics, flags=re.M))
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    assert len(rules) >= 6
    asked = set().union(*(names_in(rule["expr"]) for rule in rules))
    assert all(rule["annotations"]["todo"] for rule in rules)
    board = json.loads((DEPLOY / "grafana" / "dashboards" / "zhibiao.json").read_text())
    shown = set().union(
        *(names_in(target["expr"]) for panel in board["panels"] for target in panel["targets"])
    )
    assert asked
    assert asked <= there
    assert shown <= there
    asked_or_shown = {name.removesuffix("_total") for name in asked | shown}
    assert {name.removesuffix("_total") for name in there} - asked_or_shown <= {
        "zhibiao_queue_silent_seconds"
    }
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))


def test_promtool_accepts_rules_and_configuration(tmp_path: Path) -> None:
    checked("promtool", "check", "rules", "prometheus/alerts.yml")
    copy = tmp_path / "prometheus"
    shutil.copytree(DEPLOY / "prometheus", copy)
    secret = tmp_path / "token"
    secret.touch()
    text = (copy / "prometheus.yml").read_text().replace("/run/secrets/token", str(secret))
    (copy / "prometheus.yml").write_text(text)
    checked("promtool", "check", "config", "prometheus.yml", cwd=copy)


def test_each_alert_is_raised_by_what_it_is_for_and_by_nothing_less() -> None:
    """The cases beside this file, by Prometheus itself."""
    cases = ROOT / "tests" / "unit" / "alert_cases.yml"
    tried = {
        case["alertname"]: [bool(case["exp_alerts"]) for case in asked]
        for asked in _by_alert(yaml.safe_load(cases.read_text())["tests"])
        for case in asked
    }
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    assert tried == {rule["alert"]: [False, True] for rule in rules}
    checked("promtool", "test", "rules", str(cases))


def _by_alert(tests: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    asked: dict[str, list[dict[str, Any]]] = {}
    for test in tests:
        for case in test["alert_rule_test"]:
            asked.setdefault(case["alertname"], []).append(case)
    return list(asked.values())


def objects() -> list[dict[str, Any]]:
    """The Kubernetes objects as they are written."""
    return [
        made
        for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
        if path.name != "kustomization.yaml"
        for made in yaml.safe_load_all(path.read_text())
    ]


def defects(made: dict[str, Any], version: str) -> list[str]:
    """What a version of Kubernetes would refuse in an object, or not know."""
    path = Path(__file__).parent / "kubernetes_schemas" / f"{version}.json"
    known = json.loads(path.read_text())
    schema = known["kinds"][f"{made['apiVersion']} {made['kind']}"]
    validator = jsonschema.Draft202012Validator(schema | {"$defs": known["$defs"]})
    return [error.message for error in validator.iter_errors(made)]


@pytest.mark.parametrize("version", ["1.27", "1.37"])
def test_kubernetes_knows_every_word_of_the_objects(version: str) -> None:
    for made in objects():
        assert defects(made, version) == []
        assert defects(made | {"sepc": {}}, version)
        wrong = copy.deepcopy(made)
        if made["kind"] == "Deployment":
            wrong["spec"]["template"]["spec"]["containers"][0]["livenessProb"] = {}
            assert defects(wrong, version)


def test_kustomize_renders_every_object() -> None:
    rendered = list(yaml.safe_load_all(checked("kubectl", "kustomize", "kubernetes")))
    kinds = sorted(made["kind"] for made in rendered)
    assert kinds == sorted([*(made["kind"] for made in objects()), "ConfigMap"])
    assert {made["metadata"]["namespace"] for made in rendered} == {"zhibiao"}
    for made in rendered:
        assert defects(made, "1.37") == []
        if made["kind"] == "Deployment":
            pod = made["spec"]["template"]
            wanted = made["spec"]["selector"]["matchLabels"]
            assert wanted.items() <= pod["metadata"]["labels"].items()


def test_every_part_runs_on_kubernetes_as_in_compose_confined_and_probed() -> None:
    deployments = {
        made["metadata"]["name"]: made for made in objects() if made["kind"] == "Deployment"
    }
    assert set(deployments) == {"api", "worker", "beat", "flower"}
    for name, made in deployments.items():
        pod = made["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["command"] == SERVICES[name]["command"]
        assert pod["initContainers"][0]["command"] == SERVICES["migrate"]["command"]
        for each in (container, *pod["initContainers"]):
            assert each["securityContext"]["readOnlyRootFilesystem"] is True
            assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert each["resources"]["limits"]["memory"]
        assert container["livenessProbe"]
        assert container["startupProbe"]
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["volumes"]}
    settings = Settings()
    grace = deployments["worker"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > settings.task_seconds + settings.grace_seconds
    asked = deployments["worker"]["spec"]["template"]["spec"]["containers"][0]["livenessProbe"]
    assert asked["exec"]["command"] == SERVICES["worker"]["healthcheck"]["test"][1:]


def test_workers_are_scaled_by_a_metric_that_there_is_and_budgets_fit_their_parts(
    metrics: str,
) -> None:
    (scaler,) = [made for made in objects() if made["kind"] == "HorizontalPodAutoscaler"]
    (metric,) = scaler["spec"]["metrics"]
    assert f"\n{metric['external']['metric']['name']} " in metrics
    deployments = {
        made["metadata"]["name"]: made for made in objects() if made["kind"] == "Deployment"
    }
    assert "replicas" not in deployments[scaler["spec"]["scaleTargetRef"]["name"]]["spec"]
    for budget in (made for made in objects() if made["kind"] == "PodDisruptionBudget"):
        wanted = budget["spec"]["selector"]["matchLabels"]
        target = deployments[budget["metadata"]["name"]]["spec"]
        assert wanted == target["selector"]["matchLabels"]
        assert target.get("replicas", 1) > budget["spec"].get("minAvailable", 0)


def test_no_part_is_reached_or_reaches_further_than_it_must() -> None:
    policies = {
        made["metadata"]["name"]: made["spec"]
        for made in objects()
        if made["kind"] == "NetworkPolicy"
    }
    deployments = {
        made["metadata"]["name"]: made for made in objects() if made["kind"] == "Deployment"
    }
    (of_all,) = policies["parts"]["podSelector"]["matchExpressions"]
    assert set(of_all["values"]) == deployments.keys()
    assert policies["parts"]["ingress"] == []
    for name in deployments.keys() - {"beat"}:
        (opened,) = policies[name]["ingress"]
        (container,) = deployments[name]["spec"]["template"]["spec"]["containers"]
        assert [each["port"] for each in opened["ports"]] == [
            each["containerPort"] for each in container["ports"]
        ]
    assert set(policies) == deployments.keys() - {"beat"} | {"parts"}
    ports = {each["port"] for rule in policies["parts"]["egress"] for each in rule["ports"]}
    literals = dict(
        each.split("=", 1)
        for each in yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())[
            "configMapGenerator"
        ][0]["literals"]
    )
    assert {53, 5432, urlsplit(literals["ZHIBIAO_BROKER_URL"]).port} <= ports


def test_all_variables_are_settings() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            used = set(re.findall(r"^.*?\b(ZHIBIAO_[A-Z_]+)=", path.read_text(), flags=re.M))
            assert used <= SETTINGS, path
    generated = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())
    literals = dict(each.split("=", 1) for each in generated["configMapGenerator"][0]["literals"])
    assert make_url(literals["ZHIBIAO_DATABASE_URL"]).get_backend_name() == "postgresql"


@pytest.mark.parametrize(
    "unit",
    ["zhibiao@api.service", "zhibiao.target", "zhibiao-backup.timer", "zhibiao-watch@srv.service"],
)
def test_systemd_knows_every_word_of_the_units(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not at hand")
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text().replace("/opt/zhibiao/bin/zhibiao", "/bin/true")
        (tmp_path / path.name).write_text(text.replace("User=zhibiao", "User=root"))
    if "@" in unit:  # an instance
        template = re.sub("@.*[.]", "@.", unit)
        (tmp_path / unit).write_text((tmp_path / template).read_text())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    told = [line for line in done.stderr.splitlines() if "zhibiao" in line]
    assert told == []


def test_proxies_pass_uploads_and_events_on() -> None:
    nginx = (DEPLOY / "proxies" / "nginx.conf").read_text()
    for word in ("client_max_body_size 5g", "proxy_buffering off"):
        assert word in nginx
    assert Settings().max_request_bytes <= 5 * 1024**3
    caddy = (DEPLOY / "proxies" / "Caddyfile").read_text()
    assert "flush_interval -1" in caddy
    for text in (nginx, caddy):
        assert f"127.0.0.1:{Settings().port}" in text
        assert f"127.0.0.1:{Settings().flower_port}" in text


def test_caddy_accepts_its_example() -> None:
    checked("caddy", "validate", "--adapter", "caddyfile", "--config", "proxies/Caddyfile")


def test_nginx_accepts_its_example(tmp_path: Path) -> None:
    written = (
        (DEPLOY / "proxies" / "nginx.conf").read_text().replace("listen 443 ssl", "listen 443")
    )
    own = re.sub(r"^\s*ssl_certificate.*$", "", written, flags=re.M)  # it would look for the files
    for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        own = own.replace("http {", f"http {{ {each}_temp_path {tmp_path}/{each};", 1)
    own = own.replace("http {", "http { access_log off;", 1)
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/log;\n{own}")
    checked("nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"))
