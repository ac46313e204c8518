"""Pages of sales beside the generic ones."""

from django.urls import path

from rapport.platform.policies import declare, kind
from rapport.sales import views

urlpatterns = [path("sales/flow", views.flow_page, name="sales_flow")]
declare({"sales/flow": kind("read", of="opportunity")})
