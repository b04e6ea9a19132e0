"""Metrics of the machine that a run is on, logged beside its own: ``system/cpu_utilization_percentage`` and so on.

Samples are taken in a thread and averaged over a few before they are logged (rest-facts §15). They need psutil.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlflow import environment_variables as env
from mlflow.entities import Metric, Run
from mlflow.tracking._values import now_ms

if TYPE_CHECKING:
    from mlflow.tracking.client import MlflowClient

MEGABYTE = 1_000_000
"""Bytes of a megabyte."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a machine is sampled."""

    interval_s: float
    samples_before_logging: int
    prefix: str

    @classmethod
    def if_wanted(cls, wanted: bool | None) -> Settings | None:
        """The settings of the environment, or None: `wanted` decides, else MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING."""
        if not (env.MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING.get() if wanted is None else wanted):
            return None
        node = env.MLFLOW_SYSTEM_METRICS_NODE_ID.get()
        return cls(
            env.MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL.get(),
            env.MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING.get(),
            f"system/{node}/" if node else "system/",
        )


class SystemMetrics:
    """Samples the machine until it is stopped. A resumed run's steps go on where they ended."""

    def __init__(self, settings: Settings, client: MlflowClient, run_id: str, first_step: int = 0) -> None:
        """Raises ImportError when psutil is not installed. Samples nothing yet."""
        self._machine = _Machine()
        self._settings = settings
        self._client = client
        self._run_id = run_id
        self._step = first_step
        self._samples: list[Mapping[str, float]] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="mlflow-system-metrics", daemon=True)

    def start(self) -> None:
        """Begins to sample."""
        self._thread.start()

    def stop(self) -> None:
        """Ends sampling and logs what was sampled since the last time; what is queued is the caller's to flush."""
        self._stopped.set()
        self._thread.join()
        self._log()

    def _work(self) -> None:
        try:
            while not self._stopped.wait(self._settings.interval_s):
                self._samples.append(self._machine.sample())
                if len(self._samples) >= self._settings.samples_before_logging:
                    self._log()
        except Exception as error:  # noqa: BLE001 - a run must not fail because its machine cannot be measured
            _logger.warning("System metrics of the run %s end here: %s", self._run_id, error)

    def _log(self) -> None:
        """Logs the average of each measure over the samples there are."""
        samples, self._samples = self._samples, []
        if not samples:
            return
        time_ms = now_ms()
        averages = {name: sum(sample[name] for sample in samples) / len(samples) for name in samples[0]}
        points = [Metric(self._settings.prefix + name, value, time_ms, self._step) for name, value in averages.items()]
        self._step += 1
        self._client.log_batch(self._run_id, points, synchronous=False)


def started(settings: Settings, client: MlflowClient, run: Run) -> SystemMetrics | None:
    """Sampling for a run, under way. Without psutil there is a warning and no sampling."""
    before = [point.step for point in run.data.metric_points if point.key.startswith(settings.prefix)]
    try:
        sampling = SystemMetrics(settings, client, run.info.run_id, max(before, default=-1) + 1)
    except ImportError as error:
        _logger.warning("No system metrics are logged: %s. Install trackwell[system-metrics].", error)
        return None
    sampling.start()
    return sampling


class _Machine:
    """What psutil knows of this machine."""

    def __init__(self) -> None:
        import psutil

        self._psutil: Any = psutil
        self._psutil.cpu_percent()  # the first call only begins the first interval
        self._network_before = self._psutil.net_io_counters()

    def sample(self) -> dict[str, float]:
        """Measures by name, some of them since the start."""
        memory = self._psutil.virtual_memory()
        disk = self._psutil.disk_usage("/")
        measures = {
            "cpu_utilization_percentage": self._psutil.cpu_percent(),
            "system_memory_usage_megabytes": memory.used / MEGABYTE,
            "system_memory_usage_percentage": memory.percent,
            "disk_usage_percentage": disk.percent,
            "disk_usage_megabytes": disk.used / MEGABYTE,
            "disk_available_megabytes": disk.free / MEGABYTE,
        }
        network, before = self._psutil.net_io_counters(), self._network_before
        if network is not None and before is not None:
            measures["network_receive_megabytes"] = (network.bytes_recv - before.bytes_recv) / MEGABYTE
            measures["network_transmit_megabytes"] = (network.bytes_sent - before.bytes_sent) / MEGABYTE
        return measures
