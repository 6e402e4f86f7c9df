"""The steps of the road as Airflow tasks: the only Airflow imports outside dags/."""
