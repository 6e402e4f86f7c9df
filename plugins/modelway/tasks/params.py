"""What a run is asked with: the form of Airflow's Trigger button, and the check of any conf."""

from modelway.tasks.compat import Param

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
VERSION = "^[0-9]+[.][0-9]+[.][0-9]+([+]r[0-9]+)?$"  # Airflow shows it to whom it refuses

# None of the first three has a default: nobody trains or deploys by pressing a button twice.
PARAMS = {
    "project": Param(
        type="string",
        pattern=NAME,
        maxLength=30,
        title="Project",
        description="[model] project in model.toml, such as demo",
    ),
    "model": Param(
        type="string",
        pattern=NAME,
        maxLength=30,
        title="Model",
        description="[model] name in model.toml, such as breast-cancer",
    ),
    "version": Param(
        type="string",
        pattern=VERSION,
        title="Version",
        description="The trained version: 1.4.0, or 1.4.0+r2 for the second training of the same image",
    ),
    "reason": Param(
        "",
        type=["null", "string"],
        maxLength=256,
        title="Reason",
        description="Why, for those who are told (may stay empty)",
    ),
}
