"""The way from a list of the panel to a mailing to those whom its filters choose."""

from django import template
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from core.changelists import kept
from mailing.audiences import audiences_for

register = template.Library()


@register.simple_tag
def ways_to_write(changelist: ChangeList, request: HttpRequest) -> list[dict[str, str]]:
    """Audiences that this list chooses from, for who may write: {label, url}, filters kept."""
    if not request.user.has_perm("mailing.write_mailing"):
        return []
    query = {"query": kept(request.GET)}
    if edition := request.GET.get("edition"):
        query["edition"] = edition
    return [
        {
            "label": str(one.label),
            "url": f"{reverse('admin:mailing_new')}?{urlencode({'audience': one.name, **query})}",
        }
        for one in audiences_for(request.user)
        if one.panel_model == changelist.opts.label_lower
    ]
