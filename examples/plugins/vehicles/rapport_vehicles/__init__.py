"""Vehicles: the cars of a customer's pool, with their mileage, their service and their inspection."""
