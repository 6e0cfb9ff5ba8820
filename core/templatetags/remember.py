"""Parts of a page that are the same for everybody, rendered once a process (W1, W2)."""

from typing import Any

from django import template
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 200
# Their equality says that they read alike; a safe and an unsafe text are told apart by their type.
KINDS = (str, SafeString, int, bool, type(None))
_setting_changes = [0]


@receiver(setting_changed)
def _forget(**_signal: object) -> None:
    """Addresses of files and the like hang on settings; only tests change those."""
    _setting_changes[0] += 1


class RememberNode(Node):
    """Remembers what it rendered, by language and the values that it names."""

    def __init__(self, nodelist: NodeList, named: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self.named = named
        self.said: dict[tuple[Any, ...], str] = {}

    def render(self, context: Context) -> str:
        """From memory, or rendered with nothing but the named values."""
        values = {name: _plain(each.resolve(context, True)) for name, each in self.named.items()}
        key = (
            get_language(),
            _setting_changes[0],
            *((type(value), value) for value in values.values()),
        )
        said = self.said.get(key)
        if said is None:
            if len(self.said) >= MOST:
                self.said.clear()
            said = self.said[key] = self.nodelist.render(context.new(values))
        return said


def _plain(value: object) -> object:
    if isinstance(value, Promise):
        value = str(value)
    if type(value) not in KINDS:
        raise TypeError(f"{{% remember %}} takes texts and numbers, not {type(value).__name__}")
    return value


@register.tag
def remember(parser: Parser, token: Token) -> RememberNode:
    """`{% remember deadline %} … {% endremember %}`: the same for everybody who reads the same.

    What stands inside may depend on the language, on settings, and on the variables named: they
    are all it is given, each a text, a number or nothing. For the frame of a page, never for what
    a person typed: it stays in memory.
    """
    names = token.split_contents()[1:]
    if bad := [name for name in names if not name.isidentifier()]:
        raise TemplateSyntaxError(f"{{% remember %}} takes names of variables, not {bad}")
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(nodelist, {name: parser.compile_filter(name) for name in names})
