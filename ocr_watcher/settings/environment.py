"""The settings that environment variables give.

pydantic-settings is not used. Its `EnvSettingsSource` reads the variables of this process, not
those that are passed to it. It accepts lists in JSON's notation only, so ``/scans`` would be no
list of folders, and it ignores unknown variables. Little of it could be used.

Secrets are not among the values. The parts that need a secret read it from the environment, so that
it exists nowhere else.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.notation import read_value
from ocr_watcher.settings.sections import holds_a_secret, setting_fields
from ocr_watcher.values.variable import PREFIX, AlsoShort, short_variable_of, variable_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ocr_watcher.settings.sections import SettingField

SETTINGS_FILE = f"{PREFIX}CONFIG"
"""The variable that names the settings file."""
_OF_A_SERVICE = re.compile(PREFIX + r"(SERVICE_HOST|(SERVICE_)?PORT(_.*)?)")
"""The variables that Kubernetes sets in the containers beside a service named ocr-watcher
(https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables)."""
_PATH = re.compile(r"[a-z_]+(\.[a-z_]+)?")
_FILE = "_file"


@dataclass(frozen=True, slots=True)
class Given:
    """The settings that the environment variables give.

    Attributes:
        values: The values by section (empty for the top) and name, without secrets.
        variables: The name of the variable, by the path of the setting that it gives.
        problems: One sentence for each variable that is unknown, or whose value cannot be read.
    """

    values: Mapping[tuple[str, str], Any]
    variables: Mapping[str, str]
    problems: tuple[str, ...] = ()

    def laid_over(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings file with the values of the environment in place of its own.

        Args:
            data: The content of the settings file; a section that is no mapping stays as it is.
        """
        whole = dict(data)
        for (section, name), value in self.values.items():
            if not section:
                whole[name] = value
            elif isinstance(within := whole.get(section) or {}, dict):
                # Otherwise a secret in the settings file would be given together with the
                # variable's secret file.
                kept = {key: one for key, one in within.items() if f"{key}{_FILE}" != name}
                whole[section] = {**kept, name: value}
        return whole

    def without(self, path: str) -> Given:
        """Return a copy without one setting."""
        values = {
            key: one for key, one in self.values.items() if ".".join(filter(None, key)) != path
        }
        variables = {key: one for key, one in self.variables.items() if key != path}
        return replace(self, values=values, variables=variables)

    def with_variables(self, problems: Iterable[str]) -> list[str]:
        """Return all problems, each with the name of the variable that it is about.

        Args:
            problems: The problems of the settings as a whole, in sentences that begin with a path.
                Problems that only follow from a variable that cannot be read are left out.
        """
        unread = {_source(problem) for problem in self.problems}
        named = map(self._named, problems)
        return [*self.problems, *(one for one in named if _source(one) not in unread)]

    def _named(self, problem: str) -> str:
        path = _PATH.match(problem)
        if path is None or path[0] not in self.variables:
            return problem
        return f"${self.variables[path[0]]}{problem[path.end() :]}"


def _source(problem: str) -> str:
    """Return the path before the colon of a problem, without the part inside of the setting."""
    return re.split(r"[:.\[]", problem, maxsplit=1)[0]


def given_by(environment: Mapping[str, str]) -> Given:
    """Return the settings that the environment gives. An empty variable counts as not set.

    Args:
        environment: The environment variables.
    """
    variables, values, problems = {}, {}, [*_unknown(environment)]
    for setting in setting_fields():
        names = [name for name in _names_of(setting) if environment.get(name)]
        if not names:
            continue
        variables[setting.path] = name = names[0]
        try:
            _check_that_it_is_given_once(setting, names, variables)
            if not holds_a_secret(setting.field.annotation):
                value = read_value(f"${name}", environment[name], setting.field)
                values[setting.section, setting.name] = value
        except SettingsError as error:
            problems += error.problems
    return Given(values, variables, tuple(problems))


def variables_in(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the variables that give settings here, in the order of the settings."""
    names = chain.from_iterable(map(_names_of, setting_fields()))
    return tuple(name for name in names if environment.get(name))


def _check_that_it_is_given_once(
    setting: SettingField, names: Iterable[str], variables: Mapping[str, str]
) -> None:
    first, *others = names
    secret = variables.get(setting.path.removesuffix(_FILE), first)
    for other in (*others, secret):
        if other != first:
            raise SettingsError([f"${first}: ${other} is set as well; keep one of the two"])


def _names_of(setting: SettingField) -> Iterator[str]:
    """Yield the names of a setting's variable; none for a setting of one of several folders."""
    if not setting.is_listed:
        yield variable_of(setting.section, setting.name)
        if AlsoShort() in setting.field.metadata:
            yield short_variable_of(setting.section, setting.name)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    known = {SETTINGS_FILE, *chain.from_iterable(map(_names_of, setting_fields()))}
    ends = sorted(name.removeprefix(PREFIX) for name in known)
    for name in sorted(environment.keys() - known):
        if name.startswith(PREFIX) and not _OF_A_SERVICE.fullmatch(name):
            close = difflib.get_close_matches(name.removeprefix(PREFIX), ends, 1)
            hint = f"did you mean ${PREFIX}{close[0]}?" if close else "unset it"
            yield f"${name}: unknown variable; {hint}"
