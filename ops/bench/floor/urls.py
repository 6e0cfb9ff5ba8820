"""A bare view with one SELECT, and the journey form, save, thanks."""

from django.contrib.contenttypes.models import ContentType
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from ops.bench.floor.models import Submission

Form = modelform_factory(Submission, fields="__all__")


def bare(request: HttpRequest) -> HttpResponse:
    """One SELECT by primary key, a short answer without a template."""
    return HttpResponse(ContentType.objects.values_list("model", flat=True).get(pk=1))


def form(request: HttpRequest) -> HttpResponse:
    """Show the form, or save it and say thanks."""
    sent = Form(request.POST or None)
    if request.method == "POST" and sent.is_valid():
        sent.save()
        return redirect("thanks")
    return render(request, "form.html", {"form": sent})


def thanks(request: HttpRequest) -> HttpResponse:
    """The last page."""
    return render(request, "thanks.html")


urlpatterns = [
    path("bare/", bare, name="bare"),
    path("form/", form, name="form"),
    path("thanks/", thanks, name="thanks"),
]
