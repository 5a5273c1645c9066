"""The system prompt of the chat in front and assistants: chosen in a dialog, kept, named in the header."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from qwendesk.api.overrides import overridden
from qwendesk.api.prompts import PromptTemplate
from qwendesk.api.sampling import Sampling
from qwendesk.app import App
from qwendesk.chat.prompts.assistants import Assistant
from qwendesk.chat.prompts.shelf import read_shelf
from qwendesk.ui.background import Background, Task
from qwendesk.ui.conversing import Conversing
from qwendesk.ui.dialogs.assistant import AssistantDialog, Front
from qwendesk.ui.docks.run import RunView
from qwendesk.ui.running import Running
from qwendesk.ui.shelving import Shelving
from qwendesk.ui.window import Window
from qwendesk.words import _
from qwendesk.words.problems import Sentence

_TOPIC = "assistant"


class Assisting(QObject):
    """`message_requested` with a slash command that shall be filled in."""

    message_requested = Signal(object)

    def __init__(
        self,
        window: Window,
        app: App,
        background: Background,
        conversing: Conversing,
        running: Running,
        run: RunView,
    ) -> None:
        super().__init__(window)
        self._window, self._app, self._background = window, app, background
        self._conversing, self._running, self._run = conversing, running, run
        self._named: tuple[int, str] | None = None
        self._naming: Task | None = None
        self._awaited: tuple[int, Assistant] | None = None
        window.chat.header.system_clicked.connect(self.show)
        conversing.changed.connect(self._on_changed)

    def show(self) -> None:
        """Open the dialog for the chat in front."""
        self.dialog().open()

    def dialog(self) -> AssistantDialog:
        """The dialog, not yet shown; what there is comes in a moment."""
        made = AssistantDialog(self._front(), self._window, self._window.slices)
        shelving = Shelving(made, self._app, self._background, self._current)
        shelving.changed.connect(self._name)
        made.use_requested.connect(partial(self._on_use, made))
        made.start_requested.connect(partial(self._on_start, made))
        made.message_requested.connect(partial(self._on_message, made))
        shelving.read()
        return made

    def _front(self) -> Front:
        talk = self._conversing.talk
        if talk is None:
            return Front()
        begun = any(one.role == "assistant" for one in talk.conversation.turns)
        return Front(talk.conversation.system, begun, True)

    def _current(self) -> Assistant:
        """The model and the settings in use, not yet named."""
        changes = {name: value for name, value in self._run.sampling.changes().items() if value is not None}
        model = self._running.picked.name if self._running.picked is not None else None
        return Assistant(_("Assistant"), "", model, changes, self._run.thinking.value())

    def _on_use(self, dialog: AssistantDialog, system: str, prompt: PromptTemplate | None) -> None:
        dialog.accept()
        self.use(system)
        if prompt is not None:
            if prompt.thinking is not None:
                self._running.set_thinking(replace(self._run.thinking.value(), on=prompt.thinking))
            self._run.sampling.set_values(dict(prompt.sampling))

    def use(self, system: str) -> None:
        """Make this the system message of the chat in front, and keep it with the chat."""
        talk = self._conversing.talk
        if talk is None:
            return
        talk.conversation.system = system
        if talk.conversation.turns or talk.conversation.about.draft:
            self._app.history.writer.put(talk.conversation.about)
        self._name()

    def _on_message(self, dialog: AssistantDialog, prompt: PromptTemplate) -> None:
        dialog.accept()
        self.message_requested.emit(prompt)

    def _on_start(self, dialog: AssistantDialog, assistant: Assistant) -> None:
        dialog.accept()
        self.start(assistant)

    def start(self, assistant: Assistant) -> None:
        """Begin a chat with this assistant, with its model where that is here."""
        talk = self._conversing.talk
        if talk is None:
            return
        self._window.notices.dismiss(_TOPIC)
        self._conversing.new_chat()
        self.use(assistant.system)
        wanted = next((one for one in self._running.models if one.name == assistant.model), None)
        if wanted is not None and wanted.path != talk.choice.model.path:
            self._running.switch(wanted)
            self._awaited = talk.conversation.id, assistant
        elif wanted is None and assistant.model is not None:
            self._tell_gone(assistant, talk.choice.model.title)
        self._set(assistant)

    def _tell_gone(self, assistant: Assistant, used: str) -> None:
        gone = _("{model}, the model of the assistant {name}, is not here; {used} answers.")
        words = gone.format(model=assistant.model, name=assistant.name, used=used)
        self._window.notices.show_line(_TOPIC, Sentence(words, _("Pull it, or save the assistant anew.")))

    def _set(self, assistant: Assistant) -> None:
        """The settings of the next replies: the assistant's, and else those recommended for the model."""
        self._running.set_thinking(assistant.thinking)
        picked = self._running.picked
        usual = picked.sampling_for(assistant.thinking.on) if picked is not None else None
        self._run.sampling.set_values(asdict(overridden(usual or Sampling(), assistant.sampling)))

    def _on_changed(self) -> None:
        talk, session = self._conversing.talk, self._conversing.session
        if self._awaited is not None and talk is not None:
            chat, assistant = self._awaited
            if talk.conversation.id != chat:
                self._awaited = None
            elif session is not None and session.recipe.model.name == assistant.model:
                # Another model brought its own settings along.
                self._awaited = None
                self._set(assistant)
        front = (talk.conversation.id, talk.conversation.system) if talk is not None else None
        if front != self._named:
            self._name()

    def _name(self) -> None:
        """Name in the header what the chat's system message came from, which is looked up elsewhere."""
        talk, header = self._conversing.talk, self._window.chat.header
        if self._naming is not None:
            self._naming.cancel()
        system = talk.conversation.system if talk is not None else ""
        self._named = (talk.conversation.id, system) if talk is not None else None
        if not system.strip():
            header.show_system("")
            return
        self._naming = self._background.run(
            lambda: read_shelf(self._app.prompts, self._app.assistants).name_of(system),
            lambda name: header.show_system(name or _("System prompt")),
            lambda _problem: header.show_system(_("System prompt")),
        )
