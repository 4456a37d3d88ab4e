"""The card of a fitted model: what it rests on, what was measured, and what it is not for; in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from huoju.models.default_risk.saving import Model
from huoju.models.scale import whole
from huoju.services.words import words_in

Labels = Mapping[str, Mapping[str, str]]


def card(model: Model, labels: Labels) -> str:
    """Return the card as Markdown, Chinese first; ``labels`` name each input in both languages."""
    return "\n".join(_card(model, labels, language) for language in ("zh", "en"))


def _card(model: Model, labels: Labels, language: str) -> str:
    words, about = words_in(language), model.about
    facts = {**_flat(about), "layout": words.say(f"credit.layout.{about['layout']}")}
    lines = [f"# {words.say('credit.card.title')}", ""]
    for part in ("what", "train", "tendency" if about["tendency_stated"] else "tendency-observed", "how", "unknown"):
        lines += [words.say(f"credit.card.{part}", facts), ""]
    lines += [f"## {words.say('credit.card.measured')}", ""]
    validation = about["validation"]
    if isinstance(validation, Mapping):
        lines += [words.say("credit.card.validation", {**_flat(validation), **facts}), "", *_measured(validation), ""]
        lines += [words.say("credit.card.rehearsed", {**_rehearsed(validation), **facts}), ""]
    else:
        lines += [words.say("credit.card.unmeasured"), ""]
    lines += [f"## {words.say('credit.card.points')}", "", *_points(model, labels, language), ""]
    lines += [f"## {words.say('credit.card.not-for')}", "", words.say("credit.card.not-for-text"), ""]
    return "\n".join(lines)


def _measured(validation: Mapping[str, object]) -> list[str]:
    figures, ranges = validation["figures"], validation["intervals"]
    assert isinstance(figures, Mapping)
    assert isinstance(ranges, Mapping)
    names = ("auc", "pr_auc", "ks", "capture_10")
    lines = ["| | AUC | PR-AUC | KS | 10 % |", "| --- | --- | --- | --- | --- |"]
    for who, found in figures.items():
        cells = [f"{found[n]:.3f} [{ranges[who][n][0]:.3f}, {ranges[who][n][1]:.3f}]" for n in names]
        lines.append(f"| {who} | {' | '.join(cells)} |")
    return lines


def _rehearsed(validation: Mapping[str, object]) -> Mapping[str, object]:
    found = validation["rehearsed"]
    assert isinstance(found, Mapping)
    return {name: f"{value:.4f}" for name, value in found["points_table"].items()}


def _points(model: Model, labels: Labels, language: str) -> list[str]:
    """Return the table as it is printed: the bins of each input and the whole points of each."""
    words = words_in(language)
    lines = [words.say("credit.card.base", {"points": model.table.base_points}), ""]
    groups = {each.group for each in model.table.inputs}
    told = {g: words.say(f"credit.group.{g}") if f"credit.group.{g}" in words else g for g in groups}
    points = [whole(each.log_odds).tolist() for each in model.table.inputs]
    for each, given in zip(model.table.inputs, points, strict=True):
        bounds = [f"≤ {edge:.4g}" for edge in each.edges] + [f"> {each.edges[-1]:.4g}" if len(each.edges) else "—"]
        cells = [f"{bound}: {value:+d}" for bound, value in zip(bounds, given[:-1], strict=True)]
        name = labels.get(each.name, {}).get(language, each.name)
        unknown = words.say("credit.card.unknown-points", {"points": f"{given[-1]:+d}"})
        lines.append(f"- **{name}** (`{each.name}`, {told[each.group]}): {', '.join(cells)}; {unknown}")
    return lines


def _flat(found: Mapping[str, object]) -> dict[str, object]:
    """Return what a sentence needs: nested blocks joined by an underscore, shares as percentages."""
    flat: dict[str, object] = {}
    for key, value in found.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}_{name}": each for name, each in _flat(value).items()}
        elif isinstance(value, float):
            flat[key] = f"{value:.2%}" if key in ("tendency", "referred") else f"{value:.3g}"
        else:
            flat[key] = value
    return flat
