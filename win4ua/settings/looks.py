"""The house as in production, but on this machine's plain http: for Lighthouse and the scales.

The proxy of production compresses pages; here a middleware does, so that weights agree.
"""

from win4ua.settings.dev import *
from win4ua.settings.dev import MIDDLEWARE

MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]
