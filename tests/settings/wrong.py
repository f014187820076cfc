"""Wrong settings, each with the sentence that a person reads about it.

The loader has to refuse each, and the JSON schema each that it can.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.formats.registry import FORMATS

*_OTHERS, _LAST = map(repr, FORMATS.names)
_FORMATS = f"{', '.join(_OTHERS)} or {_LAST}"
SECRET = "s3cret"
URL = f"json://me:{SECRET}@example.org/"

_WHOLE_NUMBER = "JSON Schema takes 4.0 for a whole number"
_NOT_A_NUMBER = "JSON has no NaN, and it is not above any bound"
_LONE_SURROGATE = "a text of JSON that is valid holds no half of a character"
_HOMES = "only the machine knows its users"
_NEIGHBOURS = "JSON Schema cannot compare two values"
_OTHER_SECTION = "the rule of a folder depends on another section"
_BRACKETS = "no regular expression tells whether brackets are closed"
_INVISIBLE = "the expressions of ECMA 262 do not know which characters can be seen"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A settings file that is refused.

    Attributes:
        text: The file.
        problem: The sentence about it; one that ends with … is only its beginning.
        beyond_schema: Why a JSON schema cannot refuse it; empty where it can.
    """

    text: str
    problem: str
    beyond_schema: str = ""

    def is_told_by(self, problem: str) -> bool:
        """Whether that is the sentence."""
        if self.problem.endswith("…"):
            return problem.startswith(self.problem[:-1])
        return problem == self.problem


def _each(setting: str, problem: str, *values: object, beyond_schema: str = "") -> list[Wrong]:
    """The same problem of several values, each in place of ``?``; JSON is YAML as well."""
    written = [setting.replace("?", json.dumps(value)) for value in values]
    return [Wrong(text, problem, beyond_schema) for text in written]


VALUES = [
    Wrong('workers: "4"', 'workers: must be a whole number, not "4"'),
    Wrong("workers: true", "workers: must be a whole number, not true"),
    Wrong("workers: 4.0", "workers: must be a whole number, not 4.0", _WHOLE_NUMBER),
    Wrong("workers:", "workers: must be a whole number, not null"),
    Wrong("workers: 0", "workers: must be greater than or equal to 1, not 0"),
    Wrong("workers: 257", "workers: must be less than or equal to 256, not 257"),
    Wrong("settle_seconds: yes", "settle_seconds: must be a number, not true"),
    Wrong("settle_seconds: -1", "settle_seconds: must be greater than or equal to 0, not -1"),
    Wrong(
        "settle_seconds: .nan", "settle_seconds: must be a finite number, not NaN", _NOT_A_NUMBER
    ),
    Wrong("rescan_seconds: .inf", "rescan_seconds: must be a finite number, not Infinity"),
    Wrong("poll_seconds: 0", "poll_seconds: must be greater than 0, not 0"),
    Wrong("poll_seconds: 86401", "poll_seconds: must be less than or equal to 86400, not 86401"),
    Wrong("engine: bidu", "engine: must be 'auto', 'baidu', 'cluster' or 'local', not \"bidu\""),
    Wrong(
        "state_dir: 2026",
        "state_dir: must be a path (in quotes where it looks like a number), not 2026",
    ),
    Wrong('state_dir: ""', "state_dir: must be a path"),
    Wrong('state_dir: "a\\0b"', "state_dir: must be a path"),
    Wrong('state_dir: "a\\ud800b"', "state_dir: must be a path", _LONE_SURROGATE),
    Wrong(
        "state_dir: ~nobody-of-that-name/state",
        "state_dir: begins with ~, but no such home folder is known; give the whole path",
        _HOMES,
    ),
    Wrong(
        "local: {languages: [korean]}",
        "local.languages: needs local.models_dir, the folder that their models lie in",
    ),
    Wrong(
        "local: {models_dir: /models, languages: [../x]}",
        "local.languages[0]: must be what the name of a model begins with, such as cyrillic",
    ),
    Wrong(
        "local: {backend: torch}",
        "local.backend: must be 'auto', 'openvino' or 'onnxruntime', not \"torch\"",
    ),
    Wrong(
        "local: {device: ../gpu}",
        "local.device: must be cpu, gpu, or a name of the backend's own such as NPU or GPU.1",
    ),
    Wrong("local: {threads: 0}", "local.threads: must be greater than or equal to 1, not 0"),
    Wrong("local: {threads: many}", 'local.threads: must be a whole number, not "many"'),
    Wrong("output: {formats: []}", "output.formats: must name at least one"),
    Wrong("output: {formats: txt}", 'output.formats: must be a list, not "txt"'),
    Wrong("output: {formats: [doc]}", f'output.formats[0]: must be {_FORMATS}, not "doc"'),
    Wrong("output: 3", "output: must be a mapping of keys to values, not 3"),
    Wrong(
        "log: {level: loud}",
        "log.level: must be 'debug', 'info', 'warning' or 'error', not \"loud\"",
    ),
    Wrong("retry: {attempts: 0}", "retry.attempts: must be greater than or equal to 1, not 0"),
    Wrong(
        "retry: {first_seconds: 301}",
        "retry.longest_seconds: must not be less than retry.first_seconds",
        _NEIGHBOURS,
    ),
    Wrong("folders: /scans", 'folders: must be a list, not "/scans"'),
    Wrong(
        "folders: [2024]",
        "folders[0].path: must be a path (in quotes where it looks like a number), not 2024",
    ),
    Wrong("folders: [{recursive: false}]", "folders[0].path: must be given"),
    Wrong(
        "folders: [{path: /a, recursive: 1}]", "folders[0].recursive: must be true or false, not 1"
    ),
    Wrong("folders: [{path: /a, formats: []}]", "folders[0].formats: must name at least one"),
    Wrong(
        "folders: [/a/b, /a/./c/../b]",
        "folders: /a/b and /a/b are the same folder; keep one of the two",
        _NEIGHBOURS,
    ),
    Wrong("1: 2", "[1]: is no key; keys are texts, not 1"),
    Wrong(
        "baidu: {api_key: a, api_key_file: /b}",
        "baidu.api_key_file: baidu.api_key is given as well; keep one of the two",
    ),
    Wrong("metrics: {textfile: /a.txt}", "metrics.textfile: must end with .prom…"),
]

UNKNOWN_KEYS = [
    Wrong("baidu: {qsp: 3}", "baidu.qsp: unknown key; did you mean baidu.qps?"),
    Wrong("folder: []", "folder: unknown key; did you mean folders?"),
    Wrong(
        "folders: [{path: /, recursiv: true}]",
        "folders[0].recursiv: unknown key; did you mean folders[0].recursive?",
    ),
    Wrong("log: {colour: true}", "log.colour: unknown key; remove it"),
    Wrong(
        "Zs3cr3tZs3cr3tZs3cr3tZs3cr3tZs3c: 1",
        "settings: unknown key, not shown as it may be a secret",
    ),
    Wrong(
        "baidu: {Zs3cr3tZs3cr3tZs3cr3tZs3cr3tZs3c}",
        "baidu: unknown key, not shown as it may be a secret",
    ),
]

GLOBS = [
    *_each(
        'folders: [{path: /a, exclude: ["*.png", ?]}]',
        "folders[0].exclude[1]: is not a valid pattern of .gitignore",
        *("!", "\\", "# comment", "", "/"),
    ),
    *_each(
        'folders: [{path: /a, exclude: ["*.png", ?]}]',
        "folders[0].exclude[1]: is not a valid pattern of .gitignore",
        "[a",
        beyond_schema=_BRACKETS,
    ),
]

ADDRESSES_OF_THE_SERVICE = [
    *_each(
        "baidu: {base_url: ?}",
        "baidu.base_url: must begin with https://…",
        "http://aip.baidubce.com",
        "http://192.168.0.1",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://[::2]",
    ),
    *_each(
        "baidu: {base_url: ?}",
        "baidu.base_url: must be like https://aip.baidubce.com…",
        "",
        "aip.baidubce.com",
        "ftp://aip.baidubce.com",
        "https://",
        "https://user:pass-word@aip.baidubce.com",
        "https://user:pass-word",
        "https://aip.baidubce.com?pass-word",
        "https://aip.baidubce.com/#pass-word",
        "https://aip.baidubce.com\n",
        "https://aip.baidubce.com/a b",
        "https://aip.baidubce.com:0",
        "https://aip.baidubce.com:65536",
        "https://[pass-word]",
        "http://localhost\\@aip.baidubce.com",
    ),
]

ENDPOINTS_AND_OPTIONS = [
    Wrong(
        "baidu: {endpoint: acurate, options: {any: thing}}",
        f"baidu.endpoint: must be one of {', '.join(ENDPOINTS)}",
    ),
    *_each(
        "baidu: {options: {detect_direction: ?}}",
        "baidu.options.detect_direction: must be a text…",
        1.5,
    ),
    *_each(
        "baidu: {options: {detect_direction: ?}}", "baidu.options: detect_direction: …", 1, "maybe"
    ),
    Wrong("baidu: {options: [paragraph]}", "baidu.options: must be a mapping of keys to values"),
    *(
        Wrong(f"baidu: {{options: {{{name}: x}}}}", f"baidu.options: {name}: …")
        for name in ("nonsense", "image", "url", "access_token")
    ),
    Wrong(
        "baidu: {endpoint: numbers, options: {language_type: ENG}}",
        "baidu.options: language_type: general_basic, …",
    ),
]

OF_FOLDERS = [
    Wrong(
        "folders: [/, {path: /a, endpoint: acurate}]",
        "folders[1].endpoint: must be one of general_basic, …",
    ),
    Wrong("folders: [/, {path: /a, endpoint: 5}]", "folders[1].endpoint: must be a text …"),
    Wrong("folders: [/, {path: /a, options: [a]}]", "folders[1].options: must be a mapping…"),
    Wrong(
        "folders: [/, {path: /a, options: {vertexes_location: true}}]",
        "folders[1].options: vertexes_location: general, accurate take it, general_basic does…",
        _OTHER_SECTION,
    ),
    Wrong(
        "folders: [/, {path: /a, endpoint: numbers, options: {language_type: ENG}}]",
        "folders[1].options: language_type: general_basic, …",
    ),
    Wrong(
        "{folders: [/, {path: /a, endpoint: numbers}], baidu: {options: {probability: true}}}",
        "folders[1].options: probability: …",
        _OTHER_SECTION,
    ),
    Wrong(
        "folders: [/, {path: /a, endpont: numbers}]",
        "folders[1].endpont: unknown key; did you mean folders[1]…",
    ),
]

ADDRESSES_OF_THE_PAGE = [
    *_each(
        "web: {listen: ?}",
        "web.listen: can be reached by other machines, which needs web.pass…",
        *("0.0.0.0:8321", "[::]:8321", "192.168.1.5:80", "[fe80::1]:80"),
    ),
    *_each(
        "web: {listen: ?}",
        "web.listen: must …",
        *("", "8321", ":8321", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536"),
        *("127.0.0.1:99999999999999999999", "127.0.0.1:-1", "127.0.0.1:http", "127.0.0.256:80"),
        *("127.1:80", "::1:8321", "scans.example:80", "http://127.0.0.1:80", "127.0.0.1:80/"),
        *("unix:", "unix:web.sock", "unix:/run/", "unix:/" + "a" * 100, "unix:/a\0b"),
        "unix:@abstract",
    ),
    Wrong('web: {listen: "0.0.0.0:80", password_file: ""}', "web.password_file: must be a path"),
    *_each(
        "web: {hosts: [?]}",
        "web.hosts[0]: must be the name of a host…",
        *("", "*", "http://a", "a:80", "a b", "-a", "a/", "a,b", "ä"),
    ),
]

OF_MESSAGES = [
    *_each(
        "notify: {urls: [?]}",
        "notify.urls[0]: must be an address…",
        *(SECRET, f"json:{SECRET}", f"json://a b{SECRET}", "", f"://{SECRET}"),
    ),
    *_each(
        "notify: {urls: [?]}",
        "notify.urls[0]: must be an address…",
        f"json://{SECRET}\u202e",
        beyond_schema=_INVISIBLE,
    ),
    Wrong(f"notify: {{urls: '{URL}'}}", "notify.urls: must be a list"),
    Wrong("notify: {urls: [7]}", "notify.urls[0]: must be a text…"),
    *_each("notify: {urls: ?}", "notify.urls: …", [URL] * 21),
    Wrong(
        f"notify: {{urls: ['{URL}'], urls_file: x}}",
        "notify.urls_file: notify.urls is given as well…",
    ),
    Wrong("notify: {on: []}", "notify.on: …"),
    Wrong(
        f"notify: {{on: [failed, {SECRET}]}}",
        "notify.on[1]: must be 'failed', 'paused', 'resumed' or…",
    ),
    Wrong("notify: {every_seconds: 0}", "notify.every_seconds: must be greater than 0"),
    Wrong(f"notify: {{{SECRET}: 1}}", "notify: unknown key, not shown as it may be a secret"),
]

OF_THE_CLUSTER = _each(
    "cluster: {scheduler: ?}",
    "cluster.scheduler: …",
    *("scans.example.org", "tls://scans.example.org", "tls://a:0", "tls://a:65536", "udp://a:1"),
    *("tcp://scans.example.org:8786", "tcp://10.0.0.1:8786", "tls://a b:1"),
)

ALL = [
    *VALUES,
    *UNKNOWN_KEYS,
    *GLOBS,
    *ADDRESSES_OF_THE_SERVICE,
    *ENDPOINTS_AND_OPTIONS,
    *OF_FOLDERS,
    *ADDRESSES_OF_THE_PAGE,
    *OF_MESSAGES,
    *OF_THE_CLUSTER,
]
