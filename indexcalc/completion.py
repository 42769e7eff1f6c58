"""The script with which a shell completes commands and options: of bash, zsh and fish, made from the arguments."""

from __future__ import annotations

from collections.abc import Sequence

from indexcalc.arguments import ARGUMENTS, COMMANDS
from indexcalc.report.charts.catalogue import names
from indexcalc.spec.analyses import CHART_FORMATS
from indexcalc.voice import Voice, languages

SHELLS: Sequence[str] = ARGUMENTS["shell"][1]["choices"]


def script(shell: str, voice: Voice) -> str:
    """The script for a shell; where no command or option fits, the shell completes files."""
    return (
        _fish(voice)
        if shell == "fish"
        else ("autoload -U +X bashcompinit && bashcompinit\n" * (shell == "zsh") + _bash())
    )


def _options(command: str) -> list[str]:
    """The long options of a command."""
    flags = [flag for name in COMMANDS[command] for flag in ARGUMENTS[name][0].split()]
    return list(dict.fromkeys(flag for flag in flags if flag.startswith("--")))


def _values() -> dict[str, Sequence[str]]:
    """What may follow an option, or a command."""
    charts = [*names(), "all", "cities", "city:", "pair:", "trend:", "ranks:"]
    return {"--lang": languages(), "--format": CHART_FORMATS, "--only": charts, "completion": SHELLS}


def _bash() -> str:
    before = [f'    {option}) words="{" ".join(values)}" ;;' for option, values in _values().items()]
    options = [f'      {command}) words="{" ".join(_options(command))}" ;;' for command in COMMANDS]
    return "\n".join(
        [
            "_indexcalc() {",
            '  local words="" current="${COMP_WORDS[COMP_CWORD]}"',
            '  if [ "$COMP_CWORD" -eq 1 ]; then',
            f'    words="{" ".join(COMMANDS)} --help --version --lang"',
            '  else case "${COMP_WORDS[COMP_CWORD-1]}" in',
            *before,
            '    *) case "${COMP_WORDS[1]}" in',
            *options,
            "    esac ;;",
            "  esac; fi",
            '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
            "}",
            "complete -o default -F _indexcalc indexcalc",
            "",
        ]
    )


def _fish(voice: Voice) -> str:
    lines = []
    for command, arguments in COMMANDS.items():
        said = voice.say(f"cli.{command}")
        lines.append(f"complete -c indexcalc -n __fish_use_subcommand -a {command} -d {_quoted(said)}")
        here = f"-n '__fish_seen_subcommand_from {command}'"
        for name in arguments:
            flags, options = ARGUMENTS[name]
            long = [flag.removeprefix("--") for flag in flags.split() if flag.startswith("--")]
            values = _values().get(f"--{long[0]}", ()) if long else options.get("choices", ())
            takes = " -r" * ("metavar" in options and bool(long)) + (
                f" -a {_quoted(' '.join(values))}" if values else ""
            )
            if long or values:
                lines.append(f"complete -c indexcalc {here}" + "".join(f" -l {flag}" for flag in long) + takes)
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
