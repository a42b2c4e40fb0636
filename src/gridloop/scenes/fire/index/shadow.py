"""The shadow ranking: learned from kept facts and fires, judged on a later time, never colouring the map."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gridloop.scenes.fire.index.judging import Window, judge, recall
from gridloop.scenes.fire.risk import Floats

TRAINED = 0.6  # of the windows; the rest judges
LEAST_FIRES = 40


def learners() -> dict[str, Any]:
    """Both are small on purpose: fires per grid are few."""
    return {
        "logistic regression": make_pipeline(
            SimpleImputer(keep_empty_features=True),
            StandardScaler(),
            LogisticRegression(C=0.05, max_iter=1000),
        ),
        "gradient boosting": make_pipeline(
            SimpleImputer(keep_empty_features=True),
            GradientBoostingClassifier(
                n_estimators=60,
                max_depth=2,
                learning_rate=0.05,
                subsample=0.7,
                min_samples_leaf=40,
                random_state=1,
            ),
        ),
    }


def features_of(values: Floats, window: Window) -> Floats:
    """What the learner sees: the indicators' values, the size of the grid, last year's fires."""
    return np.column_stack([values, np.log1p(window.addresses), window.past])


def shadow_figures(windows: Sequence[Window], values: Sequence[Floats]) -> dict[str, Any] | None:
    """Train on the earlier windows, judge on the later ones beside the index; None where fires are too few."""
    split = round(TRAINED * len(windows))
    fires = sum(float(window.fires.sum()) for window in windows[:split])
    if split < 2 or len(windows) - split < 2 or fires < LEAST_FIRES:
        return None
    tables = [features_of(each, window) for each, window in zip(values, windows, strict=True)]
    seen = np.vstack(tables[:split])
    burnt = np.concatenate([window.fires > 0 for window in windows[:split]])
    later, judged = windows[split:], {}
    for name, learner in learners().items():
        learner.fit(seen, burnt)
        judged[name] = judge([learner.predict_proba(table)[:, 1] for table in tables[split:]], later)
    index = judge([window.score for window in later], later)
    found = {
        "trained_windows": split,
        "judged_windows": len(later),
        "trained_fires": int(fires),
        "judged_fires": int(sum(window.fires.sum() for window in later)),
        "index": index,
        "last_year": judge([window.past for window in later], later),
        "learned": judged,
    }
    best = max(judged, key=lambda name: judged[name]["recall"]["10%"])
    found["best"] = best
    found["beats_index"] = judged[best]["recall"]["10%"] > recall(
        [window.score for window in later], later, 0.10
    )
    return found
