"""The page that explains the API."""

urlpatterns: list[object] = []
