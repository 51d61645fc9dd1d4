"""The reference of all commands, made from the commands themselves, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import typer

from zhibiao.cli.main import app

_VALUES = {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", "Path": "PATH"}


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How a reference speaks."""

    said: Callable[[str], str]  # a paragraph of help in this language
    joined: str  # between values that may be chosen
    between: str  # between two sentences
    colon: str
    one_of: str
    default: str
    required: str


ENGLISH = Wording(
    said=lambda paragraph: paragraph,
    joined=", ",
    between=" ",
    colon=": ",
    one_of="One of {}.",
    default="Default: {}.",
    required="Required.",
)


def all_commands(group: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """The commands by their whole names: also those of a group, `keys create`."""
    found = typer.main.get_command(app) if group is None else group
    for name, command in sorted(found.commands.items()):
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def reference(wording: Wording = ENGLISH) -> str:
    """A section a command: usage, help, arguments, options."""
    lines: list[str] = []
    for name, command in all_commands():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
        needed = [f"{option.opts[0]} {_metavar(option)}" for option in options if option.required]
        usage = " ".join(["zhibiao", name, *map(_argument, arguments), *needed])
        lines += ["", f"### {name}", "", f"`{usage}`", "", _help(command, wording)]
        lines += [""] if arguments or options else []
        lines += [
            f"- `{_argument(each)}`{wording.colon}{_described(each, wording)}" for each in arguments
        ]
        for option in options:
            names = ", ".join(f"`{flag}`" for flag in option.opts)
            value = "" if option.is_flag else f" {_metavar(option)}"
            lines.append(f"- {names}{value}{wording.colon}{_described(option, wording)}")
    return "\n".join(lines).rstrip() + "\n"


def _help(command: Any, wording: Wording) -> str:
    """Code and lines' ends stay where nothing else is said for a paragraph."""

    def said(paragraph: str) -> str:
        if paragraph.startswith("```"):
            return paragraph
        joined = " ".join(paragraph.split())
        spoken = wording.said(joined)
        return paragraph if spoken == joined else spoken

    return "\n\n".join(map(said, command.help.strip().split("\n\n")))


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _metavar(option: Any) -> str:
    if option.metavar:
        return str(option.metavar)
    kind = option.bare_type().removeprefix("list[").removesuffix("]")
    return "NAME" if option.type_descriptor.choices else _VALUES[kind]


def _described(parameter: Any, wording: Wording) -> str:
    """Its help, what it may be, and what it is where nothing is said."""
    parts = [wording.said(parameter.help)]
    choices = [getattr(each, "value", each) for each in parameter.type_descriptor.choices or ()]
    if choices:
        parts.append(wording.one_of.format(wording.joined.join(f"`{each}`" for each in choices)))
    default = getattr(parameter.default, "value", parameter.default)
    if default not in (None, False, "") and default != [] and not callable(default):
        parts.append(wording.default.format(f"`{default}`"))
    if parameter.required and parameter.param_type_name == "option":
        parts.append(wording.required)
    return wording.between.join(parts)


def options_of(command: Any) -> set[str]:
    """Every option that a command takes, as it is typed."""
    flags = {flag for p in command.params for flag in (*p.opts, *p.secondary_opts)}
    return {flag for flag in flags if re.match("-", flag)} | {"--help"}
