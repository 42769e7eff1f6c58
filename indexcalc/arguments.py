"""The arguments of the command line: which commands there are, what each accepts, and its help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NoReturn

from indexcalc import __version__
from indexcalc.report.charts.catalogue import names
from indexcalc.voice import Voice, languages, usual_language

MOST_READ = 2**20
"""Characters of a YAML file in which its `language:` is looked for."""
REPEATED: dict[str, Any] = {"action": "append", "default": []}
FLAG: dict[str, Any] = {"action": "store_true"}

ARGUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "help": ("-h --help", {"action": "help"}),
    "version": ("--version", {"action": "version", "version": f"indexcalc {__version__}"}),
    "lang": ("--lang", {"choices": languages(), "default": None}),
    "yaml": ("yaml", {"nargs": "?", "default": "indicators.yaml", "metavar": "YAML"}),
    "workbook": ("--workbook", {"metavar": "FILE"}),
    "tidy": ("--tidy", FLAG),
    "weight": ("--weight", {**REPEATED, "metavar": "CODE=VALUE"}),
    "set": ("--set", {**REPEATED, "metavar": "PATH=VALUE"}),
    "out": ("--out", {"default": "reports", "metavar": "DIR"}),
    "check_out": ("--out", {"metavar": "DIR"}),
    "only": ("--only", {**REPEATED, "metavar": "CHARTS"}),
    "cities": ("--cities", {**REPEATED, "metavar": "CITIES"}),
    "years": ("--years", {"default": "", "metavar": "YEARS"}),
    "shape": ("--shape", {"default": "", "metavar": "4:3|16:9"}),
    "format": ("--format", {"default": "png", "metavar": "FORMATS"}),
    "show": ("--show", {**REPEATED, "metavar": "METHODS"}),
    "write": ("--write", {"metavar": "METHOD"}),
    "draws": ("--draws", {"metavar": "N"}),
    "seed": ("--seed", {"metavar": "S"}),
    "bounds": ("--bounds", FLAG),
    "sensitivity": ("--sensitivity", FLAG),
    "alternatives": ("--alternatives", FLAG),
    "explained": ("city", {"metavar": "CITY"}),
    "named": ("cities", {"nargs": "*", "metavar": "CITY"}),
    "every": ("--all", {**FLAG, "dest": "every"}),
    "city_format": ("--format", {"default": "html,png", "metavar": "FORMATS"}),
    "against": ("--against", {"metavar": "CITY"}),
    "trace": ("--trace", {"metavar": "INDICATOR"}),
    "year": ("--year", {"metavar": "YEAR"}),
    "study_year": ("--year", {"metavar": "YEAR"}),
    "step": ("step", {"nargs": "?", "metavar": "STEP"}),
    "method": ("method", {"nargs": "?", "metavar": "METHOD"}),
    "folder": ("folder", {"metavar": "DIR"}),
    "from": ("--from", {"metavar": "FILE", "dest": "source"}),
    "run_from": ("--from", {"metavar": "run.json", "dest": "source"}),
    "init_set": ("--set", {**REPEATED, "metavar": "PATH=VALUE"}),
    "coin_files": ("files", {"nargs": "+", "metavar": "FILE"}),
    "coin_out": ("--out", {"default": "imported", "metavar": "DIR"}),
    "group": ("--group", {"default": "", "metavar": "COLUMN"}),
    "awaited": ("--awaited", FLAG),
    "template_out": ("--out", {"default": "template.xlsx", "metavar": "FILE.xlsx"}),
    "run_before": ("before", {"metavar": "OLD"}),
    "run_now": ("now", {"metavar": "NEW"}),
    "json": ("--json", FLAG),
    "quiet": ("--quiet", FLAG),
    "verbose": ("--verbose", FLAG),
    "shell": ("shell", {"choices": ("bash", "zsh", "fish")}),
    "compare_out": ("--out", {"metavar": "DIR"}),
    "opened": ("yaml", {"nargs": "?", "default": "indicators.yaml", "metavar": "FILE"}),
    "serve_out": ("--out", {"metavar": "DIR"}),
    "port": ("--port", {"metavar": "N"}),
    "no_open": ("--no-open", FLAG),
    "watch": ("--watch", FLAG),
}
"""Every argument by the key of the word that explains it: its flags, or its name, and how it is read."""

INDEX, EDITS, SAID = ("yaml", "help", "workbook", "tidy"), ("lang", "weight", "set"), ("json", "quiet")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": (*INDEX, "run_from", "format", "out", "watch", "draws", "seed", *EDITS, "verbose", *SAID),
    "serve": ("opened", "help", "workbook", "tidy", "serve_out", "port", "no_open", "draws", "seed", "lang"),
    "charts": (*INDEX, "only", "cities", "years", "shape", "format", "out", "draws", "seed", *EDITS, "quiet"),
    "slides": (*INDEX, "out", "draws", "seed", *EDITS, "quiet"),
    "robustness": (
        *INDEX,
        "out",
        "bounds",
        "sensitivity",
        "alternatives",
        "study_year",
        "draws",
        "seed",
        *EDITS,
        "quiet",
    ),
    "check": (*INDEX, "check_out", *EDITS, *SAID),
    "weights": (*INDEX, "show", "write", *EDITS),
    "city": ("named", *INDEX, "every", "city_format", "out", "draws", "seed", *EDITS),
    "explain": ("explained", *INDEX, "against", "trace", "year", *EDITS, "json"),
    "methods": ("step", "method", "help", "lang"),
    "init": ("folder", "from", "init_set", "help", "lang"),
    "import-coin": ("coin_files", "coin_out", "group", "help", "lang"),
    "template": ("yaml", "awaited", "template_out", "help", "lang"),
    "compare": ("run_before", "run_now", "help", "format", "compare_out", "lang", *SAID),
    "schema": ("help", "lang"),
    "doctor": ("help", "out", "lang"),
    "completion": ("shell", "help", "lang"),
}
"""Every command, and the arguments it accepts."""


def language(arguments: Sequence[str]) -> str:
    """The language, before the arguments are parsed: help and error messages are in it too.

    That of `--lang`, else `language:` of the YAML, else the variable INDEXCALC_LANG, else Chinese. Anything that is not
    one of the languages is ignored here; whoever reads it later refuses it.
    """
    named = [value for option, value in pairwise(arguments) if option == "--lang"]
    named += [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    if not named:
        named = [value.partition("=")[2] for value in arguments if value.replace(" ", "").startswith("language=")]
    known = [lang for lang in named if lang in languages()]
    return known[-1] if known else language_written(_yaml_of(arguments)) or usual_language()


def _yaml_of(arguments: Sequence[str]) -> str | None:
    """The YAML file that a command reads; none where it reads none."""
    if not arguments or not {"yaml", "opened"} & set(COMMANDS.get(arguments[0], ())):
        return None
    alone = [one for one in arguments[1:] if one.casefold().endswith((".yaml", ".yml")) and not one.startswith("-")]
    return alone[0] if alone else str(ARGUMENTS["yaml"][1]["default"])


def language_written(yaml: str | None) -> str | None:
    """`language:` of a YAML file, from its line alone, because errors in the file are reported in that language."""
    try:
        with open(yaml or "", encoding="utf-8-sig", errors="replace") as file:
            text = file.read(MOST_READ)
    except (OSError, ValueError):
        return None
    found = re.search(r"""^language[ \t]*:[ \t]*["']?([A-Za-z-]+)""", text, re.MULTILINE)
    return found[1] if found and found[1] in languages() else None


def in_order(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command with those that stand by themselves first: a file may be named after an option.

    >>> in_order(["explain", "A", "--against", "B", "my.yaml"])
    ['explain', 'A', 'my.yaml', '--against', 'B']
    """
    values = {flag for flags, options in ARGUMENTS.values() if "action" not in options or options["action"] == "append"
              for flag in flags.split() if flag.startswith("-")}  # fmt: skip
    alone: list[str] = []
    others: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            return [*alone, *others, argument, *waiting]
        if not argument.startswith("-") or argument == "-":
            alone.append(argument)
            continue
        others.append(argument)
        if argument in values and waiting:
            others.append(waiting.pop(0))
    return [*alone, *others]


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples as written; the same width everywhere, so that the documentation can hold it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


class _Parser(argparse.ArgumentParser):
    voice: Voice

    def format_help(self) -> str:
        return self._said(super().format_help())

    def error(self, message: str) -> NoReturn:
        self.exit(2, self.voice.say("cli.bad_command", reason=self._said(message)) + "\n")

    def _said(self, text: str) -> str:
        """What argparse has written, in English, in the language of the voice."""
        for english, said in self.voice.table("cli.argparse").items():
            text = re.sub(english, said, text)
        return text


def make_parser(voice: Voice) -> argparse.ArgumentParser:
    """The parser of the whole command line, with its help."""
    _Parser.voice = voice
    form: dict[str, Any] = {"formatter_class": _HelpFormatter, "add_help": False}
    examples = voice.say("cli.examples")
    parser = _Parser(prog="indexcalc", description=voice.say("cli.program"), epilog=examples, **form)
    _add(parser, ("help", "version", "lang"), voice)
    commands = parser.add_subparsers(
        dest="command", title=voice.say("cli.commands"), metavar=voice.say("cli.command"), parser_class=_Parser
    )
    for name, arguments in COMMANDS.items():
        said = voice.say(f"cli.{name}")
        command = commands.add_parser(name, help=said, description=said, epilog=_examples(examples, name), **form)
        _add(command, arguments, voice)
    return parser


def _add(parser: argparse.ArgumentParser, arguments: Iterable[str], voice: Voice) -> None:
    for name in arguments:
        flags, options = ARGUMENTS[name]
        said = voice.say(f"cli.{name}", charts=", ".join(names()))
        parser.add_argument(*flags.split(), help=said, **options)
    parser._positionals.title, parser._optionals.title = voice.say("cli.arguments"), voice.say("cli.options")


def _examples(examples: str, command: str) -> str:
    """The examples of one command, under the same heading and above the same foot."""
    lines = examples.splitlines()
    own = [line for line in lines if re.match(rf"  indexcalc {command}\b", line)]
    own += [line for line in lines if command == "schema" and "$schema=" in line]
    return "\n".join([lines[0], *own, *lines[-2:]])


def help_text(voice: Voice) -> dict[str, str]:
    """The help of the program and of each of its commands, for the documentation."""
    parser = make_parser(voice)
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    helps = {"indexcalc": parser.format_help()}
    return {**helps, **{f"indexcalc {name}": command.format_help() for name, command in commands.choices.items()}}
