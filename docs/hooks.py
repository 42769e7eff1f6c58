"""What the site does to its pages: the switch of language leads to the same page in the other one, a link to a file of
the repository that is not part of the site is its name alone, and Chinese pages have the Chinese pictures."""

import re
import shutil
from pathlib import Path

OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]+\)")
PICTURE = re.compile(r'(src="(?:\.\./)?)(\w+)(\.png")')


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


def translated(config):
    """The pictures of which there are two: `x.png` in Chinese, `x.en.png` in English, which the site calls `x.png`."""
    return {path.name.removesuffix(".en.png") for path in Path(config.docs_dir).glob("*.en.png")}


def on_post_page(output, page, config):
    if not page.url.startswith("zh/"):
        return output
    names = translated(config)
    return PICTURE.sub(lambda m: f"{m[1]}{m[2]}{'.zh' if m[2] in names else ''}{m[3]}", output)


def on_post_build(config):
    for name in translated(config):
        shutil.copyfile(Path(config.docs_dir, f"{name}.png"), Path(config.site_dir, f"{name}.zh.png"))
