"""What Airflow loads of Modelway by itself, in each of its processes: keep its imports few."""

from airflow.plugins_manager import AirflowPlugin

from modelway.tasks import slots


class Modelway(AirflowPlugin):
    """Tells the scheduler's news of a run to those modules."""

    name = "modelway"
    listeners = [slots]  # noqa: RUF012 - Airflow declares it so
