"""Pages of vehicles beside the generic ones."""

from django.urls import path

from rapport.platform.policies import declare, kind
from rapport_vehicles import views

urlpatterns = [path("vehicles/inspections", views.inspections, name="vehicle_inspections")]
declare({"vehicles/inspections": kind("read", of="vehicle")})
