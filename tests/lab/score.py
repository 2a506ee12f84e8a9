# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the plugin says of a scenario's capture with what is true of it."""
import collections
import dataclasses

from pki import HOST
from scenario import port_of
from truth import JUDGED_NOTES, NOWHERE


@dataclasses.dataclass
class Score:
    counts: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    wrong: list = dataclasses.field(default_factory=list)  # (kind, scenario, what)
    judged: list = dataclasses.field(default_factory=list)

    def note(self, kind, scenario, what, proven=False):
        self.wrong.append((kind, scenario, what))
        self.counts[kind] += 1
        if proven:
            self.wrong.append(("false and proven", scenario, what))
            self.counts["false and proven"] += 1

    def add(self, scenario, conversations):
        truth = scenario.truth()
        self.counts["scenarios"] += 1
        self.judged.append(scenario)
        if not conversations:
            self.counts["conversations"] += truth.listed
            if truth.listed:
                self.note("not listed", scenario, f"no conversation; it is {truth.outcome}")
        for conversation in conversations:
            self.counts["conversations"] += 1
            self._facts(scenario, conversation)
            self._outcome(scenario, truth, conversation)
            self._findings(scenario, truth, conversation)
            self._missed(scenario, truth, conversation)
            if truth.outcome == "failed" and conversation["outcome"] not in truth.outcomes & {"completed"}:
                self._cause(scenario, truth, conversation)

    def _outcome(self, scenario, truth, conversation):
        outcome = conversation["outcome"]
        self.counts["outcomes"] += 1
        if outcome in truth.may_end():
            self.counts["outcomes right"] += 1
        else:
            self.note("wrong outcome", scenario, f"{outcome} ({conversation['certainty']}); it is {truth.outcome}",
                      conversation["certainty"] == "proven")

    def _facts(self, scenario, conversation):
        """What is said beside the findings."""
        said = {"sni": conversation["sni"] in (None, HOST, "localhost")}
        if scenario.truth().outcome == "completed":
            said["version"] = conversation["version"] in (None, scenario.protocol())
        if scenario.carrier != "eap":
            said["server"] = conversation["server"].rpartition(":")[2] == str(port_of(scenario))
        for name, right in said.items():
            if not right:
                self.note("wrong fact", scenario, f"{name}: {conversation[name]}", True)

    def _findings(self, scenario, truth, conversation):
        for finding in conversation["findings"]:
            name = finding["id"]
            if finding["severity"] == "note" and name not in JUDGED_NOTES:
                continue
            self.counts["findings"] += 1
            if name not in truth.may_say():
                self.note("false finding", scenario, f"{name} ({finding['certainty']}): {finding['detail']}",
                          finding["certainty"] == "proven")
                continue
            self.counts["findings right"] += 1
            if name in truth.never_proven and finding["certainty"] == "proven":
                self.note("overclaimed", scenario, f"{name}: proven by no bytes: {finding['detail']}", True)

    def _missed(self, scenario, truth, conversation):
        if truth.whole and truth.shown != NOWHERE and truth.causes:
            self.counts["shown"] += 1
            if truth.causes & {finding["id"] for finding in conversation["findings"]}:
                self.counts["found"] += 1
            else:
                self.note("missed", scenario, " or ".join(sorted(truth.causes)))

    def _cause(self, scenario, truth, conversation):
        cause, proven = conversation["cause"], conversation["certainty"] == "proven"
        shown = truth.shown != NOWHERE
        self.counts["causes"] += truth.whole
        if cause in truth.causes:
            self.counts["causes right"] += truth.whole
            self._side(scenario, truth, conversation)
        elif cause in truth.weak or cause in truth.also and cause is not None:
            if truth.whole and shown:
                self.note("weak cause", scenario, f"{cause}; it is {' or '.join(sorted(truth.causes))}")
            else:
                self.counts["causes right"] += truth.whole
        elif cause is None:
            if truth.whole:
                self.note("no cause", scenario, f"{conversation['outcome']}; it is {' or '.join(sorted(truth.causes))}")
        else:
            self.note("wrong cause", scenario, f"{cause}: {conversation['verdict']}", proven and cause not in
                      {finding["id"] for finding in conversation["findings"]})

    def _side(self, scenario, truth, conversation):
        side = next((one["side"] for one in conversation["findings"] if one["id"] == conversation["cause"]), None)
        self.counts["sides"] += 1
        if side in truth.sides:
            self.counts["sides right"] += 1
        else:
            self.note("wrong side", scenario, f"{conversation['cause']} at the {side}; it is {' or '.join(sorted(truth.sides))}")

    def ratio(self, part, of):
        return self.counts[part] / self.counts[of] if self.counts[of] else 1.0

    def figures(self):
        return {"recall": self.ratio("found", "shown"), "precision": self.ratio("findings right", "findings"),
                "cause": self.ratio("causes right", "causes"), "side": self.ratio("sides right", "sides"),
                "outcome": self.ratio("outcomes right", "outcomes"), "false and proven": self.counts["false and proven"]}

    def line(self):
        figures = "   ".join(f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
                             for name, value in self.figures().items())
        return f"scenarios {self.counts['scenarios']}   conversations {self.counts['conversations']}   {figures}"
