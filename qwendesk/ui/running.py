"""Choosing, loading and unloading models: the Run dock and the library, the switcher, dropped files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from qwendesk.api.messages import Thinking, Tool
from qwendesk.api.problem import Problem
from qwendesk.app import App
from qwendesk.chat.selftest import try_switch
from qwendesk.chat.talk import Choice, Settings
from qwendesk.chat.tools.builtin import toolbox
from qwendesk.models.facts import Template
from qwendesk.models.library import Model
from qwendesk.models.template import read_template
from qwendesk.runtimes.service import RuntimeState
from qwendesk.ui.background import Background
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.dialogs.switcher import switcher
from qwendesk.ui.docks.library import LibraryView
from qwendesk.ui.docks.run import RunView
from qwendesk.ui.fitting import Fitting
from qwendesk.ui.runplan import next_step
from qwendesk.ui.slices import TURN, Work
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import word
from qwendesk.words.thinking import tested


class Running(QObject):
    """Keeps the list of models and which one the Run dock is about (not yet loaded, perhaps)."""

    def __init__(
        self,
        window: Window,
        app: App,
        background: Background,
        conversing: Conversing,
        views: tuple[RunView, LibraryView],
    ) -> None:
        super().__init__(window)
        self._window, self._app, self._background, self._conversing = window, app, background, conversing
        self._run, self._list = views
        self._fitting = Fitting(app, background, self._run.memory, window)
        self.models: list[Model] = []
        self.picked: Model | None = None
        self._source: str | None = None
        self._template: Template | None = None
        self._run.model_picked.connect(self.pick)
        self._run.runtime.chosen.connect(self._on_runtime)
        self._run.edited.connect(self._offer)
        self._run.edited.connect(self._show_thinking)
        self._run.thinking.changed.connect(self._show_sampling)
        self._run.thinking.test_requested.connect(self._test_switch)
        self._run.bar.load_requested.connect(self.load)
        self._run.bar.unload_requested.connect(self.unload)
        self._list.file_opened.connect(self.open_file)
        self._list.open_requested.connect(self.ask_for_file)
        window.chat.model_pill_clicked.connect(self.show_switcher)
        window.chat.think_toggled.connect(self._on_think)
        window.chat.budget_changed.connect(self._on_budget)
        conversing.changed.connect(self._on_session)

    def settings(self) -> Settings:
        """How the next reply is made, as the forms say."""
        talk, form = self._conversing.talk, self._run.tools
        tools: tuple[Tool, ...] = ()
        if talk is not None:
            talk.calls.box = toolbox(form.chosen(), lambda: talk.conversation.turns)
            tools = talk.calls.box.tools
        return Settings(
            sampling=self._run.sampling.built(),
            thinking=self._run.thinking.value(),
            tools=tools,
            json_schema=form.json_schema(),
        )

    def begin(self, model: Model) -> Work:
        """Start the conversation with this model."""
        self.pick(model)
        yield TURN
        self._conversing.begin(self._app.talk(model), self.settings)

    def list_models(self, models: list[Model]) -> None:
        """What can be loaded now."""
        self.models = models
        self._list.mark(self.picked)
        self._run.show_models(self.models, self.picked)

    def pick(self, model: Model) -> None:
        """Make the Run dock about this model; nothing is loaded yet."""
        self.picked = model
        self._run.show_models(self.models, model)
        self._list.mark(model)
        self._show_sampling()
        self._background.run(
            partial(self._app.runtimes.fitting, model.format), self._on_runtimes, self.failed
        )

    def _show_sampling(self) -> None:
        """Cards recommend other numbers with thinking than without; what the user changed stays."""
        if self.picked is not None:
            self._run.show_sampling(self.picked, self._run.thinking.value().on)

    def _on_runtimes(self, states: list[RuntimeState]) -> None:
        before = self._run.runtime.current
        self._run.runtime.show_states(states, before.spec.id if before else None)
        self._on_runtime(self._run.runtime.current)

    def _on_runtime(self, state: RuntimeState | None) -> None:
        self._run.show_options(state.spec.options if state else None, self._defaults(state))
        self._offer()

    def _defaults(self, state: RuntimeState | None) -> Mapping[str, Any]:
        """The user's own default options for a runtime, or its own where those are wrong."""
        try:
            return self._app.runtimes.defaults(state.spec, self.picked) if state else {}
        except Problem as problem:
            self.failed(problem)
            return {}

    def failed(self, problem: Problem) -> None:
        self._window.notices.show_line("run", word(problem.note()))

    def load(self) -> None:
        """Load what the Run dock says, in place of what is loaded."""
        if self.picked is None or self._conversing.talk is None:
            return
        if (choice := self._chosen()) is not None:
            self._fitting.before(choice, self._freed, self._load)

    def switch(self, model: Model) -> None:
        """Talk with this model, loaded with its defaults."""
        self.pick(model)
        self._fitting.before(Choice(model), self._freed, self._load)

    def load_choice(self, choice: Choice) -> None:
        """Load this; the Run dock shows the model, its runtime and what was chosen for it."""
        self.pick(choice.model)
        form, runtime = self._run.options, self._run.runtime.current
        if form is not None and runtime is not None and choice.runtime in (None, runtime.spec.id):
            shown = form.values()
            form.set_values({name: one for name, one in choice.options.items() if name in shown})
        self._choose(choice)

    def _chosen(self) -> Choice | None:
        """What the Run dock says."""
        runtime = self._run.runtime.current
        options = self._run.options.values() if self._run.options is not None else {}
        return Choice(self.picked, runtime.spec.id if runtime else None, options) if self.picked else None

    @property
    def _freed(self) -> int:
        """Bytes that come back when the loaded model makes room for another."""
        state = self._conversing.state
        return state.memory_bytes if state is not None and not state.over else 0

    def _load(self, choice: Choice, changes: Mapping[str, Any]) -> None:
        """Load it, with changes so that it fits; the form shows them, too."""
        if changes and self._run.options is not None:
            self._run.options.set_values(changes)
        self._choose(replace(choice, options={**choice.options, **changes}))

    def _choose(self, choice: Choice) -> None:
        talk = self._conversing.talk
        if talk is None:
            self.begin(choice.model)
            return
        self._window.notices.dismiss("model")
        talk.choose(choice)
        self._conversing.show_welcome()
        talk.load()
        self._conversing.show_model()
        self._on_session()

    def unload(self) -> None:
        if self._conversing.talk is not None:
            self._conversing.talk.unload()

    def let_go(self, model: Model) -> None:
        """Unload this model, if it is the loaded one: its file is about to go."""
        session = self._conversing.session
        if session is not None and session.recipe.model.path == model.path and not session.state.over:
            self.unload()

    def ask_for_file(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self._window, _("Open model file"), "", _("Models (*.gguf);;All files (*)")
        )
        if path:
            self.open_file(path)

    def open_file(self, path: str) -> None:
        """Talk with the model in this file, which stays where it is and is in the library from now on."""
        known = next((one for one in self.models if one.path == Path(path)), None)
        if known is not None:
            self.switch(known)
        else:
            self._background.run(partial(self._app.keeping.adopt, Path(path)), self.switch, self.failed)

    def open_named(self, name: str) -> None:
        """Talk with the model of this name (ORG/REPO:QUANT)."""
        self._background.run(partial(self._app.library.find, name), self.switch, self.failed)

    def show_switcher(self) -> None:
        switcher(self.models, self.switch, self._window).open_over(self._window)

    def _on_session(self) -> None:
        self._run.show_state(self._conversing.state)
        self._read_template()
        self._offer()
        self._show_thinking()

    def _offer(self) -> None:
        runtime, session = self._run.runtime.current, self._conversing.session
        values = self._run.options.values() if self._run.options is not None else None
        id, recipe = runtime.spec.id if runtime else None, session.recipe if session else None
        step = next_step(self.picked, id, values, self._conversing.state, recipe)
        self._run.bar.offer(step.text, step.enabled)
        self._fitting.show(self._chosen() if runtime else None, self._freed)

    def _on_think(self, on: bool) -> None:
        self.set_thinking(replace(self._run.thinking.value(), on=on))

    def _on_budget(self, budget: int | None) -> None:
        self.set_thinking(replace(self._run.thinking.value(), budget=budget))

    def set_thinking(self, thinking: Thinking) -> None:
        """How the next replies reason; the sampling that is recommended for that becomes the default."""
        self._run.thinking.set_value(thinking)
        self._show_sampling()
        self._show_thinking()

    def toggle_thinking(self) -> None:
        self._on_think(not self._run.thinking.value().on)

    @property
    def thinks(self) -> bool:
        return bool(self._run.thinking.value().on)

    def _read_template(self) -> None:
        """What the loaded model's template offers is read elsewhere, once."""
        report = self._conversing.report
        source = report.template if report is not None else None
        if source == self._source:
            return
        self._source, self._template = source, None
        self._run.thinking.show_template(None)
        if source is not None:
            self._background.run(
                partial(read_template, source), partial(self._on_template, source), self.failed
            )

    def _on_template(self, source: str, template: Template) -> None:
        if source == self._source:
            self._template = template
            self._run.thinking.show_template(template)
            self._show_sampling()
            self._show_thinking()

    def _test_switch(self) -> None:
        """Two tiny replies; the chat can go on meanwhile."""
        session, form = self._conversing.session, self._run.thinking
        if session is None or session.state.over:
            return
        form.show_test(_("Testing the switch…"))
        self._background.run(
            partial(try_switch, session),
            lambda found: form.show_test(tested(found)),
            lambda problem: form.show_test(str(word(problem.note()))),
        )

    def _show_thinking(self) -> None:
        thinking = self._run.thinking.value()
        # Until the template is known, nothing is ruled out.
        mode = self._template.thinking if self._template is not None else "switch"
        self._window.chat.set_thinking(thinking.on, thinking.budget, mode)
