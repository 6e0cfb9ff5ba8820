"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "win4ua.settings.base")
application = get_wsgi_application()

from win4ua import watch  # noqa: E402 - needs a Django that is ready

watch.begin()
