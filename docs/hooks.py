"""What the site does to its pages: the switch of language leads to the same page in the other language, and a link to a
file of the repository that is not part of the site is its name alone."""

import re

OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]+\)")


def on_page_markdown(markdown, **_):
    return OUTSIDE.sub(r"\1", markdown)


def on_page_context(context, page, config, **_):
    english = page.url.removeprefix("zh/")
    config.theme["language"] = "en" if english == page.url else "zh"
    config.extra["alternate"] = [
        {"name": "English", "link": english, "lang": "en"},
        {"name": "中文", "link": f"zh/{english}", "lang": "zh"},
    ]
    return context
