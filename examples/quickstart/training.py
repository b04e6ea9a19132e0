"""Trains classifiers of handwritten digits with several hyperparameters and logs how each of them learns."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from matplotlib.figure import Figure
from rich.console import Console
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, classification_report, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import mlflow

SEED = 7
EPOCHS = 12


@dataclass(frozen=True)
class Digits:
    """1797 pictures of 8x8 pixels, split into two parts."""

    train_pictures: np.ndarray
    train_labels: np.ndarray
    test_pictures: np.ndarray
    test_labels: np.ndarray


@dataclass(frozen=True)
class Candidate:
    """A model to try, with the hyperparameters that tell it from the others."""

    family: str
    params: dict[str, Any]
    model: SGDClassifier | MLPClassifier

    @property
    def name(self) -> str:
        return " ".join([self.family, *(f"{key}={value}" for key, value in self.params.items())])


def train_models(tracking_uri: str, experiment: str, console: Console) -> None:
    """One parent run, and below it a run for each model."""
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_experiment(experiment)
    digits = _digits()
    with mlflow.start_run(run_name="hyperparameter search", description="Which small model reads digits best?"):
        mlflow.log_params({"seed": SEED, "epochs": EPOCHS, "train_pictures": len(digits.train_labels)})
        accuracies = {}
        for candidate in _candidates():
            accuracies[candidate.name] = _train(candidate, digits)
            console.print(f"  {candidate.name:<40} test accuracy {accuracies[candidate.name]:.3f}")
        best = max(accuracies, key=accuracies.__getitem__)
        mlflow.log_metric("best_test_accuracy", accuracies[best])
        mlflow.set_tag("best_model", best)


def _candidates() -> Iterator[Candidate]:
    for alpha, penalty in itertools.product((1e-4, 1e-2), ("l2", "l1")):
        model = SGDClassifier(loss="log_loss", alpha=alpha, penalty=penalty, random_state=SEED)
        yield Candidate("sgd", {"alpha": alpha, "penalty": penalty}, model)
    for units, rate in itertools.product((16, 64), (0.001, 0.01)):
        model = MLPClassifier((units,), learning_rate_init=rate, batch_size=64, random_state=SEED)
        yield Candidate("mlp", {"hidden_units": units, "learning_rate": rate}, model)


def _train(candidate: Candidate, digits: Digits) -> float:
    """Trains epoch by epoch and returns the accuracy on the pictures that were not trained on."""
    classes = np.unique(digits.train_labels)
    with mlflow.start_run(run_name=candidate.name, nested=True, tags={"family": candidate.family}):
        mlflow.log_params({"model": type(candidate.model).__name__, **candidate.params})
        metrics: dict[str, float] = {}
        for epoch in range(EPOCHS):
            candidate.model.partial_fit(digits.train_pictures, digits.train_labels, classes=classes)
            metrics = _measured(candidate, digits, classes)
            mlflow.log_metrics(metrics, step=epoch)
        _log_files(candidate, digits)
    return metrics["test_accuracy"]


def _measured(candidate: Candidate, digits: Digits, classes: np.ndarray) -> dict[str, float]:
    chances = np.clip(candidate.model.predict_proba(digits.train_pictures), 1e-12, None)
    chances /= chances.sum(axis=1, keepdims=True)
    return {
        "train_loss": log_loss(digits.train_labels, chances, labels=classes),
        "train_accuracy": candidate.model.score(digits.train_pictures, digits.train_labels),
        "test_accuracy": candidate.model.score(digits.test_pictures, digits.test_labels),
    }


def _log_files(candidate: Candidate, digits: Digits) -> None:
    """The model, a picture of what it mixes up, and a report."""
    predicted = candidate.model.predict(digits.test_pictures)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.joblib")
        joblib.dump(candidate.model, path)
        mlflow.log_artifact(path, "model")
    figure = Figure(figsize=(5, 5), layout="tight")
    ConfusionMatrixDisplay.from_predictions(digits.test_labels, predicted, ax=figure.subplots(), colorbar=False)
    mlflow.log_figure(figure, "confusion_matrix.png")
    report = classification_report(digits.test_labels, predicted, output_dict=True, zero_division=0)
    accuracy = accuracy_score(digits.test_labels, predicted)
    mlflow.log_dict({"model": candidate.name, "accuracy": accuracy, "classes": report}, "report.json")


def _digits() -> Digits:
    pictures, labels = load_digits(return_X_y=True)
    train_pictures, test_pictures, train_labels, test_labels = train_test_split(
        pictures, labels, test_size=0.3, random_state=SEED, stratify=labels
    )
    scaler = StandardScaler().fit(train_pictures)
    return Digits(scaler.transform(train_pictures), train_labels, scaler.transform(test_pictures), test_labels)
