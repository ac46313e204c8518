"""Signing in through a provider that the house trusts: OpenID Connect, authorization code with PKCE."""
