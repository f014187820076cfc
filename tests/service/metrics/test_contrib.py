"""The dashboard and the alert rules ask for what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from tests.documentation import page
from tests.service.metrics.exposition import needs_promtool, promtool

ROOT = Path(__file__).parents[3]
CONTRIB = ROOT / "contrib"
RULES = CONTRIB / "prometheus-alerts.yml"
OF_RULES = CONTRIB / "prometheus-alerts.test.yml"
DASHBOARD = json.loads((CONTRIB / "grafana-dashboard.json").read_text("utf-8"))
OURS = re.compile(r"\bocr_watcher_\w+")
SELECTED = re.compile(r"(\bocr_watcher_\w+)\{([^}]*)\}")
LABEL = re.compile(r'(\w+)(=|!=|=~|!~)"([^"]*)"')
SCRAPED = {"job", "instance"}
"""The labels that Prometheus adds."""


def rules() -> list[dict[str, str]]:
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return group["rules"]


def queries() -> list[str]:
    """The queries of the dashboard, with values for Grafana's variables."""
    targets = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    marks = [mark["expr"] for mark in DASHBOARD["annotations"]["list"]]
    return [
        query.replace("$__rate_interval", "5m").replace("$instance", ".*")
        for query in targets + marks
    ]


def expressions() -> list[str]:
    return queries() + [rule["expr"] for rule in rules()]


def test_every_metric_that_is_asked_for_is_there(bench):
    names = {name for expression in expressions() for name in OURS.findall(expression)}
    assert len(names) > 10
    assert names <= bench.now.names


def test_every_label_that_is_asked_for_is_there_with_its_value(bench):
    scrape = bench.now
    asked = [
        (name, *label)
        for expression in expressions()
        for name, labels in SELECTED.findall(expression)
        for label in LABEL.findall(labels)
    ]
    for name, label, comparison, value in asked:
        if label in SCRAPED:
            continue
        values = scrape.labels(name, label)
        wanted = set(value.split("|")) if "~" in comparison else {value}
        assert wanted <= values, (name, label)


def test_every_reason_of_a_pause_has_an_alert(bench):
    alerts = [rule["expr"] for rule in rules() if "reason" in rule["expr"]]
    named = {reason for expr in alerts for reason in LABEL.findall(expr)[0][2].split("|")}
    assert named == bench.now.labels("ocr_watcher_paused", "reason")


def test_every_metric_is_on_the_dashboard_and_in_the_documentation(bench):
    shown = {name for query in queries() for name in OURS.findall(query)}
    families = {family.name for family in bench.now.families}
    documented = page("metrics.md")
    for name in families:
        assert any(each.startswith(name) for each in shown), name
        assert f"`{name}" in documented, name


def test_every_alert_is_seen_to_fire_in_the_tests_of_the_rules():
    tests = yaml.safe_load(OF_RULES.read_text("utf-8"))["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    names = {rule["alert"] for rule in rules()}
    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == names
    assert {case["alertname"] for case in cases if not case.get("exp_alerts")} == names


@needs_promtool
def test_the_rules_do_what_their_tests_say():
    status, said = promtool("check", "rules", RULES)
    assert status == 0, said
    status, said = promtool("test", "rules", OF_RULES)
    assert status == 0, said


@needs_promtool
def test_the_queries_of_the_dashboard_are_valid(tmp_path):
    recorded = [{"record": f"query:{n}", "expr": expr} for n, expr in enumerate(queries())]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]}))
    status, said = promtool("check", "rules", file)
    assert status == 0, said


def test_the_panels_of_the_dashboard_do_not_lie_on_each_other():
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        across = range(place["x"], place["x"] + place["w"])
        cells = {(x, place["y"] + y) for x in across for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken
        taken |= cells
