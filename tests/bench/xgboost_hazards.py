#!/usr/bin/python3
"""Learns a hazard with XGBoost for capstan-bench smart --xgboost (see io.capstan.smart.model.Xgboost for the files).

usage: xgboost_hazards.py CHECKS COLUMNS MODEL MARGINS, or --check

How many rounds is chosen by cross-validation over five parts of the disks, whose out-of-fold margins at that number are what
is calibrated; the model then learns from all of them. Needs Debian's python3-xgboost.
"""
import sys

try:
    import numpy
    import xgboost
except ImportError as e:
    print(f"xgboost_hazards: {e}; apt-get install python3-xgboost", file=sys.stderr)
    sys.exit(3)

FOLDS = 5
ROUNDS_MAX = 600
PATIENCE = 30
SETTINGS = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "base_score": 0.5,
    "tree_method": "hist",
    "max_depth": 5,
    "eta": 0.05,
    "min_child_weight": 2,
    "subsample": 0.7,
    "colsample_bytree": 0.5,
    "seed": 1,
}


def matrix(checks):
    return xgboost.DMatrix(
        checks[:, 4:], label=checks[:, 0], weight=checks[:, 1], base_margin=checks[:, 2]
    )


def rounds(parts):
    """Up to where the mean loss of the parts held out falls."""
    boosters = [xgboost.Booster(SETTINGS, [learned, held]) for learned, held in parts]
    weights = [held.get_weight().sum() for _, held in parts]
    best, best_round = float("inf"), 0
    for number in range(ROUNDS_MAX):
        losses = []
        for booster, (learned, held) in zip(boosters, parts):
            booster.update(learned, number)
            losses.append(float(booster.eval(held).split(":")[1]))
        loss = numpy.average(losses, weights=weights)
        if loss < best:
            best, best_round = loss, number
        elif number - best_round >= PATIENCE:
            break
    return best_round + 1, boosters


def main(file, columns, model, margins):
    checks = numpy.fromfile(file, dtype=">f4").astype("f4").reshape(-1, int(columns))
    parts_of_disks = numpy.random.default_rng(1).integers(FOLDS, size=int(checks[:, 3].max()) + 1)
    fold = parts_of_disks[checks[:, 3].astype(int)]
    parts = [(matrix(checks[fold != k]), matrix(checks[fold == k])) for k in range(FOLDS)]
    count, boosters = rounds(parts)
    out = numpy.empty(len(checks))
    for k, (booster, (_, held)) in enumerate(zip(boosters, parts)):
        out[fold == k] = booster.predict(held, output_margin=True, iteration_range=(0, count))
    out.astype(">f8").tofile(margins)
    xgboost.train(SETTINGS, matrix(checks), count).save_model(model)


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        main(*sys.argv[1:])
