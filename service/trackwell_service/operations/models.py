"""The models that a run logged, kept as a JSON list in one of its tags (rest-facts §6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from trackwell_service.domain.changes import SetTag
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.limits import MAX_MODEL_HISTORY_CHARS, MAX_MODEL_JSON_CHARS
from trackwell_service.domain.mutations import Decision, ReadSet, State
from trackwell_service.domain.tags import LOGGED_MODELS
from trackwell_service.domain.validation import check_run_id, check_text, invalid
from trackwell_service.operations.lifecycle import MUTATION_BYTES, active_run

REQUIRED_FIELDS: Final = ("artifact_path", "flavors", "utc_time_created", "run_id")
"""Fields without which a model cannot be found again."""


@dataclass(slots=True)
class LogModel:
    """Appends one model to the run's history of models. Doing it again appends again, so retries need a request id."""

    run_id: str
    model: dict[str, Any]
    model_chars: int
    request_id: str | None = None

    @property
    def reads(self) -> ReadSet:
        """The run and its history of models."""
        return ReadSet(run_ids=(self.run_id,), tags=((self.run_id, LOGGED_MODELS),))

    @property
    def size_bytes(self) -> int:
        """Memory of the description."""
        return MUTATION_BYTES + 8 * self.model_chars

    def decide(self, state: State) -> Decision[None]:
        """Appends, if the run is active and its history is a list that has room."""
        active_run(state, self.run_id)
        history = _history(state.tag(self.run_id, LOGGED_MODELS), self.run_id)
        text = json.dumps([*history, self.model], ensure_ascii=False)
        if len(text) > MAX_MODEL_HISTORY_CHARS:
            raise InvalidParameter(
                f"The models of run {self.run_id} take {len(text)} characters in tag '{LOGGED_MODELS}', at most "
                f"{MAX_MODEL_HISTORY_CHARS} are allowed. Log further models to another run."
            )
        return Decision((SetTag(self.run_id, LOGGED_MODELS, text),), None)


def log_model(run_id: str, model_json: str, *, request_id: str | None) -> LogModel:
    """One model, described by a JSON object with the required fields."""
    check_run_id(run_id)
    check_text(model_json, "model_json", MAX_MODEL_JSON_CHARS)
    try:
        model = json.loads(model_json, parse_constant=_refuse_constant)
        # A text may be well-formed and yet hold an escaped NUL or half of a surrogate pair.
        check_text(json.dumps(model, ensure_ascii=False), "model_json", MAX_MODEL_JSON_CHARS)
    except (ValueError, RecursionError):
        raise invalid("model_json", model_json, "It must be one JSON object.") from None
    if not isinstance(model, dict):
        raise invalid("model_json", model_json, "It must be one JSON object.")
    absent = [name for name in REQUIRED_FIELDS if name not in model]
    if absent:
        raise invalid("model_json", model_json, f"It lacks the required fields {', '.join(absent)}.")
    return LogModel(run_id, model, len(model_json), request_id)


def _history(text: str | None, run_id: str) -> list[Any]:
    if text is None:
        return []
    try:
        history = json.loads(text)
    except (ValueError, RecursionError):
        history = None
    if not isinstance(history, list):
        raise InvalidParameter(
            f"Tag '{LOGGED_MODELS}' of run {run_id} does not hold a JSON list, so no model can be appended to it. "
            "Delete the tag."
        )
    return history


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
