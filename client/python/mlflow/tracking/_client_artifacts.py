"""The client's methods for artifacts: files of a run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from os import PathLike, fspath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mlflow._tags import LOGGED_ARTIFACTS
from mlflow.entities import FileInfo, Run
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.paths import join
from mlflow.tracking import _state
from mlflow.tracking._client_base import ClientBase, is_synchronous
from mlflow.tracking._values import now_ms, whole_number

if TYPE_CHECKING:
    from mlflow.store.artifact.artifact_repo import ArtifactRepository
    from mlflow.tracking._async.operations import RunOperations

LocalPath = str | PathLike[str]


class ArtifactMethods(ClientBase):
    """Stores, lists and fetches files of runs. Paths are relative to the run's artifact root, with `/`."""

    def log_artifact(self, run_id: str, local_path: LocalPath, artifact_path: LocalPath | None = None) -> None:
        """Stores a local file, or a folder with all in it, under its own name in the folder `artifact_path`."""
        source = Path(local_path)
        folder = _folder(artifact_path)
        repository = self._repository(run_id)
        if source.is_dir():
            repository.log_artifacts(str(source), join(folder, source.resolve().name))
        else:
            repository.log_artifact(str(source), folder or None)

    def log_artifacts(self, run_id: str, local_dir: LocalPath, artifact_path: LocalPath | None = None) -> None:
        """Stores all that is in a local folder in the folder `artifact_path`."""
        self._repository(run_id).log_artifacts(fspath(local_dir), _folder(artifact_path) or None)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Stores a text, as UTF-8, as the file `artifact_file`."""
        with self._file_for(run_id, artifact_file) as path:
            path.write_text(text, encoding="utf-8")

    def log_dict(self, run_id: str, dictionary: Mapping[str, Any] | list[Any], artifact_file: str) -> None:
        """Stores a dictionary: as YAML when the file's name ends in .yml or .yaml, else as JSON."""
        if PurePosixPath(artifact_file).suffix in (".yml", ".yaml"):
            import yaml

            text = yaml.safe_dump(dictionary, sort_keys=False, allow_unicode=True)
        else:
            text = json.dumps(dictionary, indent=2, default=str)
        self.log_text(run_id, text, artifact_file)

    def log_figure(
        self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: Mapping[str, Any] | None = None
    ) -> None:
        """Stores a matplotlib figure, or a plotly figure as .html or picture, in the format that the name ends in."""
        with self._file_for(run_id, artifact_file) as path:
            options = dict(save_kwargs or {})
            if hasattr(figure, "savefig"):
                figure.savefig(path, **options)
            elif path.suffix == ".html" and hasattr(figure, "write_html"):
                figure.write_html(path, include_plotlyjs="cdn", auto_open=False, **options)
            elif hasattr(figure, "write_image"):
                figure.write_image(path, **options)
            else:
                raise MlflowException.invalid_parameter_value(
                    f"A {type(figure).__name__} is no figure of matplotlib or plotly."
                )

    def log_image(
        self,
        run_id: str,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
        timestamp: int | None = None,
        synchronous: bool | None = None,
    ) -> RunOperations | None:
        """Stores a picture as the file `artifact_file`, or as one of the pictures of `key`, by step and time.

        `image` is a PIL image, an `mlflow.Image`, or an array of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) with
        integers in [0, 255], floats in [0, 1] or booleans. Arrays need Pillow and numpy. `step` None is 0, `timestamp`
        (milliseconds since the epoch) None is now; both go with `key` only. With ``synchronous=False``, or without it
        when MLFLOW_ENABLE_ASYNC_LOGGING is true, the file is stored later; `RunOperations.wait` returns or raises then.
        """
        from mlflow.tracking._images import as_picture, path_of_step

        if (artifact_file is None) == (key is None):
            raise MlflowException.invalid_parameter_value("Give log_image either artifact_file or key.")
        if key is not None:
            at_step = 0 if step is None else whole_number("step", step)
            artifact_file = path_of_step(
                key, at_step, now_ms() if timestamp is None else whole_number("timestamp", timestamp)
            )
        elif step is not None or timestamp is not None:
            raise MlflowException.invalid_parameter_value("step and timestamp go with key, not with artifact_file.")
        picture = as_picture(image)
        if is_synchronous(synchronous):
            with self._file_for(run_id, str(artifact_file)) as path:
                picture.save(path)
            return None
        return self._store_later(run_id, str(artifact_file), picture.save)

    def log_table(self, run_id: str, data: Any, artifact_file: str) -> None:
        """Appends rows, a dictionary of columns or a pandas DataFrame, to a table kept as JSON.

        The run's tag mlflow.loggedArtifacts names its tables, which is how `mlflow.load_table` finds them.
        """
        from mlflow._convert import runs
        from mlflow.tracking._tables import append_rows, with_table

        run = runs.get(self._transport, run_id)
        path = append_rows(self.artifact_repository(run), data, artifact_file)
        known = run.data.tags.get(LOGGED_ARTIFACTS)
        named = with_table(known, path)
        if named is not None and named != known:
            runs.set_tag(self._transport, run_id, LOGGED_ARTIFACTS, named)

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        """The content of one folder of a run, sorted by path. Empty for a file or an unknown path."""
        return self._repository(run_id).list_artifacts(path)

    def download_artifacts(self, run_id: str, path: str, dst_path: LocalPath | None = None) -> str:
        """Copies a file, or a folder with all in it, below `dst_path` and returns its local path.

        Without `dst_path` a new temporary folder is made.
        """
        return self._repository(run_id).download_artifacts(path, None if dst_path is None else fspath(dst_path))

    def _repository(self, run_id: str) -> ArtifactRepository:
        from mlflow._convert import runs

        return self.artifact_repository(runs.get(self._transport, run_id))

    def artifact_repository(self, run: Run) -> ArtifactRepository:
        """The place of a run's files, for what the methods here do not offer."""
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

        uri = run.info.artifact_uri
        if uri is None:
            raise MlflowException(f"The run {run.info.run_id!r} has no artifact URI.")
        return get_artifact_repository(uri, self._tracking_uri)

    @contextmanager
    def _file_for(self, run_id: str, artifact_file: str) -> Iterator[Path]:
        """A temporary path of the right name, whose file is stored when the block ends well."""
        from mlflow.store.artifact.artifact_repo import safe_path

        folder, _, name = safe_path(artifact_file).rpartition("/")
        with tempfile.TemporaryDirectory(prefix="mlflow-") as temporary:
            path = Path(temporary, name)
            yield path
            self._repository(run_id).log_artifact(str(path), folder or None)

    def _store_later(self, run_id: str, artifact_file: str, save: Callable[[Path], object]) -> RunOperations:
        """Has a file, which `save` writes now, stored by a thread after those that were given before."""
        from mlflow.store.artifact.artifact_repo import safe_path
        from mlflow.tracking._async.operations import RunOperations

        folder, _, name = safe_path(artifact_file).rpartition("/")
        with ExitStack() as until_stored:
            temporary = until_stored.enter_context(tempfile.TemporaryDirectory(prefix="mlflow-"))
            path = Path(temporary, name)
            save(path)
            kept = until_stored.pop_all()

        def store() -> None:
            with kept:
                self._repository(run_id).log_artifact(str(path), folder or None)

        return RunOperations([_state.file_queue(self._tracking_uri).submit(run_id, store)])


def _folder(artifact_path: LocalPath | None) -> str:
    """A folder given as text or as a path object, with `/` between segments."""
    if artifact_path is None:
        return ""
    text = fspath(artifact_path)
    return text if isinstance(artifact_path, str) else PurePosixPath(text.replace("\\", "/")).as_posix()
