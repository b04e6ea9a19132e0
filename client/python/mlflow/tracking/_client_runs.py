"""The client's methods for runs, except what is logged to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlflow._tags import PARENT_RUN_ID, USER
from mlflow.entities import Run, RunInfo, RunStatus, RunTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.store.entities.paged_list import PagedList
from mlflow.tracking._client_base import ClientBase
from mlflow.tracking._client_experiments import SEARCH_MAX_RESULTS_DEFAULT, _texts
from mlflow.tracking._paging import every_item
from mlflow.tracking._values import now_ms, tag_text


class RunMethods(ClientBase):
    """Creates, finds and changes runs. All raise RestException for what the service refuses."""

    def create_run(
        self,
        experiment_id: str,
        start_time: int | None = None,
        tags: Mapping[str, Any] | None = None,
        run_name: str | None = None,
    ) -> Run:
        """Creates a run; `start_time` in milliseconds since the epoch, None is now. Sets no tags of its own."""
        from mlflow._convert import runs

        given = dict(tags or {})
        user = given.get(USER)
        return runs.create(
            self._transport,
            str(experiment_id),
            None if user is None else str(user),
            start_time if start_time is not None else now_ms(),
            [RunTag(key, tag_text(key, value)) for key, value in given.items()],
            run_name,
        )

    def get_run(self, run_id: str) -> Run:
        """The run, active or deleted, with the latest value of each metric."""
        from mlflow._convert import runs

        return runs.get(self._transport, run_id)

    def get_parent_run(self, run_id: str) -> Run | None:
        """The run under which `run_id` is nested, or None."""
        parent_id = self.get_run(run_id).data.tags.get(PARENT_RUN_ID)
        return None if parent_id is None else self.get_run(parent_id)

    def search_runs(
        self,
        experiment_ids: Sequence[str],
        filter_string: str = "",
        run_view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = SEARCH_MAX_RESULTS_DEFAULT,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Run]:
        """One page of runs; its `token` asks for the next (docs/search.md tells the languages)."""
        from mlflow._convert import runs

        ids = (
            [str(experiment_ids)] if isinstance(experiment_ids, (str, int)) else [str(item) for item in experiment_ids]
        )
        return runs.search(
            self._transport, ids, filter_string or "", run_view_type, max_results, _texts(order_by), page_token
        )

    def iter_runs(
        self,
        experiment_ids: Sequence[str],
        filter_string: str = "",
        run_view_type: int = ViewType.ACTIVE_ONLY,
        order_by: Sequence[str] | None = None,
    ) -> Iterator[Run]:
        """Every run that matches, however many there are; a page of them is in memory at a time."""
        return every_item(
            lambda size, token: self.search_runs(experiment_ids, filter_string, run_view_type, size, order_by, token)
        )

    def list_run_infos(
        self,
        experiment_id: str,
        run_view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int = SEARCH_MAX_RESULTS_DEFAULT,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[RunInfo]:
        """The 1.x form of `search_runs` for one experiment: what is known of the runs themselves."""
        page = self.search_runs([experiment_id], "", run_view_type, max_results, order_by, page_token)
        return PagedList([run.info for run in page], page.token)

    def update_run(self, run_id: str, status: str | None = None, name: str | None = None) -> None:
        """Changes a run's status (a name such as "FINISHED"), its name, or both."""
        from mlflow._convert import runs

        runs.update(self._transport, run_id, None if status is None else _status_name(status), None, name)

    def set_terminated(self, run_id: str, status: str | None = None, end_time: int | None = None) -> None:
        """Ends a run: status FINISHED unless another is given, now unless `end_time` (milliseconds) is."""
        from mlflow._convert import runs

        name = _status_name("FINISHED" if status is None else status)
        runs.update(self._transport, run_id, name, end_time if end_time is not None else now_ms())

    def delete_run(self, run_id: str) -> None:
        """Marks a run as deleted, which makes it read-only."""
        from mlflow._convert import runs

        runs.delete(self._transport, run_id)

    def restore_run(self, run_id: str) -> None:
        """Makes a deleted run active."""
        from mlflow._convert import runs

        runs.restore(self._transport, run_id)


def _status_name(status: str | int) -> str:
    if isinstance(status, str):
        return RunStatus.from_string(status).name
    if isinstance(status, int):
        return RunStatus.to_string(status)
    raise MlflowException.invalid_parameter_value(f"{status!r} is no run status; use a name such as 'FINISHED'.")
