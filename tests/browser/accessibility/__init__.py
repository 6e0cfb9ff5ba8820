"""Every public page in every state in a browser: axe, and W01 to W27 of `security.md` 5.2."""
