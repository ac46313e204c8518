"""Pages of sales beside the generic ones."""

from django.urls import path

from rapport.sales import views

urlpatterns = [path("sales/flow", views.flow_page, name="sales_flow")]
