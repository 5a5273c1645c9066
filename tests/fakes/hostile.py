"""Outputs that a hostile or broken model may write, by name: each is one whole reply."""

from __future__ import annotations

import json

MEGABYTE = 1_000_000
EVIL = "http://evil.example"


def outputs() -> dict[str, str]:
    """Name → reply. Made here rather than kept: some are megabytes."""
    return {**_reaching_out(), **_unclosed(), **_scripts(), **_deep(), **_huge(), **_maths()}


def _reaching_out() -> dict[str, str]:
    images = f"![a]({EVIL}/a.png) ![b][r] ![c](file:///etc/passwd) ![d](data:image/png;base64,{'A' * 9000})"
    links = "[x](javascript:alert(1)) [y](file:///etc/passwd) <data:text/html,x> [z](//evil.example/x)"
    html = (
        f'<link rel="stylesheet" href="{EVIL}/s.css"><style>@import url({EVIL}/i.css);</style>\n'
        f'<script src="{EVIL}/x.js">alert(1)</script>\n<img src={EVIL}/x.png onerror=alert(1)>\n'
        f'<iframe src="{EVIL}"></iframe><object data="file:///etc/passwd"></object>\n'
        f"<svg><image href='{EVIL}/x.svg'/></svg><video poster={EVIL}/p.png autoplay>\n"
    )
    return {
        "remote images": f"{images}\n\n[r]: {EVIL}/b.png\n\n{links}\n" * 20,
        "HTML and scripts": (html + "\n" + html.replace("\n", " ")) * 20,
        "HTML in code, tables and formulas": f"```html\n{html}```\n\n|{html.splitlines()[0]}|\n|-|\n|{EVIL}|\n\n"
        f"$\\text{{{html.splitlines()[0]}}}$ $\\href{{{EVIL}}}{{x}} \\includegraphics{{{EVIL}/x.png}}$\n",
    }


def _unclosed() -> dict[str, str]:
    everything = "**bold _it `code [link](http://x \\( \\[ $$ | ~~ <b> ![i]( \n```py\nx = '\n"
    return {
        "everything unclosed": everything * 40,
        "openers only": "".join(char * 3000 + "\n\n" for char in ("[", "(", "*", "_", "`", "~", "<", "!["))
        + "\\(" * 2900
        + "\n\n"
        + "\\[x" * 1900
        + "\n\n"
        + "$$ " * 1900
        + "\n\n"
        + "\\begin{align} " * 400,
        "emphasis and backticks": "**a _b_ " * 700 + "\n\n" + "".join("`" * n + "a" for n in range(100)),
        "stop tokens and ANSI": "\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07x\x1b]8;;\x07<|im_end|>\x00\x07\x08"
        * 300,
    }


def _scripts() -> dict[str, str]:
    return {
        "direction overrides": "\u202eevil.exe\u202c \u2067abc\u2069 [\u202ekcilc](http://x.example) " * 300,
        "zero-width flood": "a" + "\u200b\u200c\u200d\u2060\ufeff" * 20_000 + "b",
        "combining flood": ("Z" + "\u0300\u0301\u0316\u0489\u20dd" * 200) * 40,
        "one letter under 100,000 marks": "a" + "\u0301" * 100_000,
        "one code line of marks": "```\na" + "\u0301" * 100_000 + "\n```\n",
        "noncharacters": "\ufffc \ufdd0 \ufdd1 \uffff \u2028 \u2029 \x0b \x0c \x85 \U0001f468\u200d\U0001f469 "
        * 500,
        "mixed scripts": "שלום עולם abc مرحبا 你好 नमस्ते ไทย 한국어 😀🏳️‍🌈 " * 800,
        "wide ligatures": "\ufdfd" * 4000 + "\n\n" + "𒐫" * 4000 + "\n\n" + "क्ष्म्य" * 3000,
    }


def _deep() -> dict[str, str]:
    return {
        "quotes 1,000 deep": "> " * 1000 + "deep\n",
        "lists 1,000 deep": "".join(" " * 2 * depth + "- x\n" for depth in range(1000)),
        "list markers in one line": "- " * 3000 + "x\n\n" + "1. " * 2000 + "x\n\n" + "- > " * 1500 + "x\n",
        "lists 30 deep, 200 times": "".join("  " * (at % 30) + f"- item {at}\n" for at in range(6000)),
        "brackets 5,000 deep": "[" * 2500 + "x" + "](a)" * 800 + "\n\n" + "(" * 5000,
        "emphasis 1,000 deep": "*" * 1000 + "x" + "*" * 1000 + "\n\n" + "**_" * 1000 + "x" + "_**" * 1000,
    }


def _huge() -> dict[str, str]:
    columns = range(1000)
    row = "|" + "|".join(f"c{at}" for at in columns) + "|\n"
    table = row + "|" + "-|" * 1000 + "\n" + row * 20
    code = "".join(f"def f{at}(x): return 'a string' + str(x * {at})  # comment\n" for at in range(20_000))
    blob = json.dumps({f"key{at}": ["value"] * 5 for at in range(20_000)})
    return {
        "one line of 1 MB": "x" * MEGABYTE,
        "one line of 1 MB, words": "word " * (MEGABYTE // 5),
        "one code line of 1 MB": f"```json\n{blob[:MEGABYTE]}\n```\n",
        "code of 20,000 lines": f"```python\n{code}```\n",
        "indented code of 20,000 lines": "".join(f"    x{at} = {at}\n" for at in range(20_000)),
        "table of 1,000 columns": table,
        "table of 500 columns, 10 rows": ("|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n")
        + ("|" + "b|" * 500 + "\n") * 10,
        "table of 20,000 rows": "| a | b |\n|---|---|\n" + "| 1 | *2* |\n" * 20_000,
        "table cells of 100 kB": "| a |\n|---|\n| " + "cell " * 20_000 + "|\n",
        "60,000 empty lines": "\n" * 60_000 + "end",
        "20,000 paragraphs": "a\n\n" * 20_000,
        "20,000 rules": "---\n\n" * 20_000,
        "20,000 links": "[a](http://evil.example/x) " * 20_000,
        "1 MB of markdown": (
            "# Title\n\nSome **text** with `code`.\n\n- a\n- b\n\n| a |\n|-|\n| b |\n\n" * 20_000
        )[:MEGABYTE],
        "a heading of 100 kB": "# " + "heading " * 12_500,
        "a language name of 100 kB": "```" + "l" * 100_000 + "\ncode\n```\n",
        "a link address of 100 kB": f"[x]({EVIL}/{'a' * 100_000})",
    }


def _maths() -> dict[str, str]:
    nested = "\\frac{1}{" * 30 + "x" + "}" * 30
    bombs = (
        nested,
        "\\left(" * 18 + "x" + "\\right)" * 18,
        "\\begin{pmatrix}" * 10 + "x" + "\\end{pmatrix}" * 10,
        "\\underbrace{" * 20 + "x" + "}" * 20,
        "\\sqrt{" * 38 + "x" + "}" * 38,
        "x^{" * 38 + "x" + "}" * 38,
        "\\text{" + "a" * 1900 + "}",
        "x+" * 900 + "x",
        "\\hspace{99999999em}x",
        "\\def\\a{\\a\\a}\\a",
        "\\color{url(http://evil.example/x)}{x}",
        "\\begin{matrix}" + "\\\\".join(["&".join("x" * 20)] * 40) + "\\end{matrix}",
        "{" * 900 + "x" + "}" * 900,
    )
    return {
        "maths bombs": "".join(f"$$\n{bomb}\n$$\n\n" for bomb in bombs)
        + " ".join(f"${bomb}$" for bomb in bombs),
        "2,000 formulas in a paragraph": " ".join(f"$x_{{{at}}}^2$" for at in range(2000)),
        "500 displayed formulas": "".join(
            f"$$\\sum_{{i=1}}^{{{at}}} \\frac{{1}}{{i^2}}$$\n\n" for at in range(500)
        ),
        "a formula of 100 kB": "$$\n" + "x + " * 25_000 + "y\n$$\n",
    }
