"""Pages of vehicles beside the generic ones."""

from django.urls import path

from rapport_vehicles import views

urlpatterns = [path("vehicles/inspections", views.inspections, name="vehicle_inspections")]
