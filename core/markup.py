"""Texts that staff write, with a little markup, as HTML that is safe on any page.

A part of Markdown: paragraphs, lists, **bold**, headings (made h3 and h4) and links to http(s),
mailto and tel. HTML stays text, there are no pictures, and whatever else Markdown knows is printed
as it was typed. One renderer for preview and page, so that both are the same (A004, A012).
"""

import re
from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

RULES = ["list", "heading", "emphasis", "link", "escape", "newline"]
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
# What may stand in an address: no white space, no control characters, no name before the host.
SAFE_LINK = re.compile(
    r"^(https?://[^\s@\\/?#]+([/?#]\S*)?|mailto:[^\s@]+@[^\s@]+|tel:\+?[\d\-()./]+)$", re.IGNORECASE
)


class PlainRenderer(RendererHTML):
    """Bold but no italics, two levels of headings, and links that tell the other side nothing."""

    def em_open(self, tokens: Sequence[Token], index: int, _options, _env) -> str:
        """One star or underscore stays what was typed."""
        return tokens[index].markup

    em_close = em_open

    def heading_open(self, tokens: Sequence[Token], index: int, _options, _env) -> str:
        """The page has its own h1 and h2."""
        return f"<{HEADINGS[tokens[index].tag]}>"

    def heading_close(self, tokens: Sequence[Token], index: int, _options, _env) -> str:
        """As it was opened."""
        return f"</{HEADINGS[tokens[index].tag]}>\n"

    def link_open(self, tokens: Sequence[Token], index: int, options, env) -> str:
        """Whoever follows a link does not carry the address of our page along."""
        if str(tokens[index].attrGet("href")).lower().startswith("http"):
            tokens[index].attrSet("rel", "noreferrer")
        tokens[index].attrs.pop("title", None)
        return self.renderToken(tokens, index, options, env)


def is_safe_link(address: str) -> bool:
    """Whether an address may stand in a link: http, https, mailto or tel, and nothing hidden."""
    return SAFE_LINK.match(address) is not None


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False, "linkify": False}, renderer_cls=PlainRenderer)
    markdown.enable(RULES)
    markdown.validateLink = is_safe_link  # type: ignore[method-assign]
    return markdown


MARKDOWN = _renderer()


def markup(text: str) -> SafeString:
    """The text as HTML; an empty one gives nothing."""
    return mark_safe(MARKDOWN.render(text))  # noqa: S308 - everything typed is escaped there
