"""The arguments of the command line: which commands there are, what each may be told, and its help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from indexcalc import __version__
from indexcalc.cli_words import ARGPARSE_ZH, HELP

REPEATED: dict[str, Any] = {"action": "append", "default": []}
FLAG: dict[str, Any] = {"action": "store_true"}

ARGUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "help": ("-h --help", {"action": "help"}),
    "version": ("--version", {"action": "version", "version": f"indexcalc {__version__}"}),
    "lang": ("--lang", {"choices": ("zh", "en"), "default": "zh"}),
    "yaml": ("yaml", {"nargs": "?", "default": "indicators.yaml", "metavar": "YAML"}),
    "workbook": ("--workbook", {"metavar": "FILE"}),
    "weight": ("--weight", {**REPEATED, "metavar": "CODE=VALUE"}),
    "set": ("--set", {**REPEATED, "metavar": "PATH=VALUE"}),
    "out": ("--out", {"default": "reports", "metavar": "DIR"}),
    "only": ("--only", {**REPEATED, "metavar": "CHARTS"}),
    "format": ("--format", {"default": "png", "metavar": "FORMATS"}),
    "draws": ("--draws", {"metavar": "N"}),
    "seed": ("--seed", {"metavar": "S"}),
    "bounds": ("--bounds", FLAG),
    "sensitivity": ("--sensitivity", FLAG),
    "alternatives": ("--alternatives", FLAG),
    "city": ("city", {"metavar": "CITY"}),
    "against": ("--against", {"metavar": "CITY"}),
    "trace": ("--trace", {"metavar": "INDICATOR"}),
    "year": ("--year", {"metavar": "YEAR"}),
    "study_year": ("--year", {"metavar": "YEAR"}),
    "step": ("step", {"nargs": "?", "metavar": "STEP"}),
    "method": ("method", {"nargs": "?", "metavar": "METHOD"}),
    "folder": ("folder", {"metavar": "DIR"}),
    "template_out": ("--out", {"default": "template.xlsx", "metavar": "FILE.xlsx"}),
    "run_before": ("before", {"metavar": "RUN"}),
    "run_now": ("now", {"metavar": "RUN"}),
}
"""Every argument by the word that explains it: its flags, or its name, and how it is read."""

INDEX, EDITS = ("yaml", "help", "workbook"), ("lang", "weight", "set")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": (*INDEX, "format", "out", "draws", "seed", *EDITS),
    "charts": (*INDEX, "only", "format", "out", "draws", "seed", *EDITS),
    "robustness": (*INDEX, "out", "bounds", "sensitivity", "alternatives", "study_year", "draws", "seed", *EDITS),
    "check": (*INDEX, *EDITS),
    "explain": ("city", *INDEX, "against", "trace", "year", *EDITS),
    "methods": ("step", "method", "help", "lang"),
    "init": ("folder", "help", "lang"),
    "template": ("yaml", "template_out", "help", "lang"),
    "compare": ("run_before", "run_now", "help", "lang"),
    "schema": ("help", "lang"),
}
"""Every command, and what it may be told."""


def language(arguments: Sequence[str]) -> str:
    """The language, before the arguments are parsed: the help and the complaints are in it too."""
    for i, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and list(arguments[i + 1 : i + 2]) == ["en"]):
            return "en"
    return "zh"


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples as written; the same width everywhere, so that the documentation can hold it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


class _Parser(argparse.ArgumentParser):
    lang = "zh"

    def error(self, message: str) -> NoReturn:
        if self.lang == "zh":
            for english, chinese in ARGPARSE_ZH:
                message = re.sub(english, chinese, message)
        self.exit(2, HELP[self.lang]["bad_command"].format(reason=message) + "\n")


def make_parser(lang: str) -> argparse.ArgumentParser:
    """The parser of the whole command line, with its help in a language."""
    words = HELP[lang]
    _Parser.lang = lang
    form: dict[str, Any] = {"formatter_class": _HelpFormatter, "add_help": False}
    parser = _Parser(prog="indexcalc", description=words["program"], epilog=words["examples"], **form)
    _add(parser, ("help", "version", "lang"), words)
    commands = parser.add_subparsers(
        dest="command", title=words["commands"], metavar=words["command"], parser_class=_Parser
    )
    for name, arguments in COMMANDS.items():
        said: dict[str, Any] = {"help": words[name], "description": words[name], "epilog": _examples(words, name)}
        _add(commands.add_parser(name, **said, **form), arguments, words)
    return parser


def _add(parser: argparse.ArgumentParser, arguments: Iterable[str], words: dict[str, str]) -> None:
    for name in arguments:
        flags, options = ARGUMENTS[name]
        parser.add_argument(*flags.split(), help=words[name], **options)
    parser._positionals.title, parser._optionals.title = words["arguments"], words["options"]


def _examples(words: dict[str, str], command: str) -> str:
    """The examples of one command, under the same heading and above the same foot."""
    lines = words["examples"].splitlines()
    own = [line for line in lines if re.match(rf"  indexcalc {command}\b", line)]
    own += [line for line in lines if command == "schema" and "$schema=" in line]
    return "\n".join([lines[0], *own, *lines[-2:]])


def help_text(lang: str) -> dict[str, str]:
    """The help of the program and of each of its commands, for the documentation."""
    parser = make_parser(lang)
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    helps = {"indexcalc": parser.format_help()}
    return {**helps, **{f"indexcalc {name}": command.format_help() for name, command in commands.choices.items()}}
