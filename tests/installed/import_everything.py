"""Run by test_environments.py: imports every module of the wheel, and prints how many there are."""

from __future__ import annotations

import importlib
import pkgutil

PACKAGES = ("mlflow", "trackwell", "trackwell_gateway", "trackwell_migrations", "trackwell_service")
# Alembic runs these itself, within a migration.
RUN_BY_ALEMBIC = ("trackwell_migrations.env",)


def main() -> None:
    imported = 0
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith(".__main__") and module.name not in RUN_BY_ALEMBIC:
                importlib.import_module(module.name)
                imported += 1
    print(imported)


if __name__ == "__main__":
    main()
