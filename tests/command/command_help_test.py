#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that --help, the man page and the completions of tlsdiag list the same options: command_help_test.py [MAN PAGE]"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "command"
OPTION = re.compile(r"(?<![\w*-])--?[a-zA-Z][a-z-]*")

sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER))
from tlsdiag_command import options  # noqa: E402

# A terminal in which somebody types, and Tab; what the line is then goes to the file.
ZSH = r"""
zmodload zsh/zpty
written=$(mktemp)
zpty shell zsh -f -i
zpty -w shell "PATH=$1:/usr/bin:/bin; fpath=($1 \$fpath); autoload -U compinit; compinit -u -D"
zpty -w shell "tell() { print -r -- \$BUFFER >> $written; }; zle -N tell; bindkey '^I' complete-word '^T' tell"
zpty -w -n shell "tlsdiag $2"$'\t\x14'
repeat 200; do
    [[ -s $written ]] && break
    sleep 0.1
done
zpty -d shell
sed 's/[, ]*$//' $written
rm $written
"""

manual = None  # the page that asciidoctor made


def defined():
    return {name for action in options.parser()._actions for name in action.option_strings}


def bash(script, *arguments):
    done = subprocess.run(["bash", "-c", script, "bash", *arguments], capture_output=True, text=True, check=True,
                          env={**os.environ, "PATH": f"{FOLDER}:/usr/bin:/bin"})
    return done.stdout.split()


def bash_completions(*words):
    """What bash offers for the last of these words."""
    return bash('. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _tlsdiag; '
                'printf "%s\\n" "${COMPREPLY[@]}"', str(FOLDER / "completion.bash"), *words)


class Options(unittest.TestCase):
    def test_help(self):
        text = options.parser().format_help()
        self.assertEqual(set(re.findall(r"^  (-\S+?),? ", text, re.MULTILINE))
                         | set(re.findall(r", (--[a-z]+)", text)), defined())
        self.assertIn("exit status: 0", text)

    def test_manual(self):
        source = (REPOSITORY / "docs" / "tlsdiag.adoc").read_text("utf-8")
        entries = re.findall(r"^(\*-.*)::$", source, re.MULTILINE)
        self.assertEqual({name for entry in entries for name in OPTION.findall(entry.replace("*", " "))}, defined())
        for level in options.LEVELS:
            self.assertIn(f"*{level}*", source)

    def test_manual_as_it_is_read(self):
        if not manual:
            self.skipTest("asciidoctor is missing: there is no man page")
        text = pathlib.Path(manual).read_text("utf-8").replace("\\-", "-")
        for name in defined():
            self.assertIn(f"\\fB{name}\\fP", text)

    def test_bash(self):
        self.assertEqual(set(bash_completions("tlsdiag", "-")), defined())
        self.assertEqual(bash_completions("tlsdiag", "--fail-on", ""), list(options.LEVELS))
        self.assertEqual(bash_completions("tlsdiag", "--explain", "missing_"), ["missing_intermediate"])
        self.assertEqual(bash_completions("tlsdiag", "--hide", "expired,missing_i"), ["expired,missing_intermediate"])

    def test_bash_after_an_equals_sign(self):
        """Which parts words, unless it is taken out of COMP_WORDBREAKS."""
        for words in (("--fail-on", "=", "w"), ("--fail-on=w",)):
            self.assertEqual([word.removeprefix("--fail-on=") for word in bash_completions("tlsdiag", *words)], ["warning"])
        self.assertEqual(bash_completions("tlsdiag", "--fail-on", "="), list(options.LEVELS))
        self.assertEqual(bash_completions("tlsdiag", "--hide", "=", "expired,missing_i"), ["expired,missing_intermediate"])
        self.assertEqual(bash_completions("tlsdiag", "--fail-on=w"), ["--fail-on=warning"])

    def test_zsh(self):
        text = (FOLDER / "_tlsdiag").read_text("utf-8")
        specifications = [line.strip(" \\") for line in text.partition("_arguments -s")[2].splitlines()]
        offered = {name for one in specifications
                   for name in OPTION.findall(re.sub(r"^'\([^)]*\)'?|\[.*", "", one).replace("'", " ").replace("*", " ")
                                              .replace("{", " ").replace(",", " "))}
        self.assertEqual(offered, defined())
        self.assertIn(f":({' '.join(options.LEVELS)})", text)

    def test_zsh_takes_it(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is missing")
        script = f"autoload -U compinit; compinit -u -D; fpath=({FOLDER} $fpath); autoload -U _tlsdiag; _tlsdiag"
        done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=False)
        self.assertIn("can only be called from completion function", done.stderr, "it is parsed, and gets that far")

    def test_zsh_completes(self):
        if not shutil.which("zsh"):
            self.skipTest("zsh is missing")
        for begun, whole in (("--fail-on=w", "--fail-on=warning"), ("--only=expi", "--only=expired"),
                             ("--hide expired,missing_i", "--hide expired,missing_intermediate")):
            done = subprocess.run(["zsh", "-f", "-c", ZSH, "zsh", str(FOLDER), begun], capture_output=True, text=True,
                                  timeout=60, check=True)
            self.assertEqual(done.stdout.strip(), f"tlsdiag {whole}")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].endswith(".1"):
        manual = sys.argv.pop(1)
    unittest.main()
