"""Stands in for the module of this name in Airflow's checkout."""

AIRFLOW_V_3_0_PLUS = True
