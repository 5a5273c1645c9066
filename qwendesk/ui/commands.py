"""Everything the user can do, as one list; menus, shortcuts and the palette are made from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from qwendesk.ui.actions import Action
from qwendesk.ui.theme.style import theme
from qwendesk.words import _

if TYPE_CHECKING:
    from qwendesk.ui.controller import Controller
    from qwendesk.ui.room import Room


def commands(controller: Controller) -> list[Action]:
    """The list, in the order of the menus."""
    return [
        *_file(controller),
        *_chat(controller),
        *_model(controller),
        *_view(controller),
        *_help(controller),
    ]


def _file(controller: Controller) -> list[Action]:
    do, when = _doer(controller), _asker(controller)
    file = do(lambda room: room.running.ask_for_file())
    offline = do(lambda room: room.networking.toggle())
    settings = do(lambda room: room.configuring.show())
    lock = do(lambda room: room.locking.show())
    export = do(lambda room: room.exporting.export_front())
    take_in = do(lambda room: room.exporting.ask_for_import())
    has_chat = when(lambda room: room.conversing.has_question)
    is_offline = when(lambda room: room.networking.offline)
    return [
        Action("file.open", _("&Open model file…"), "file", file, "Ctrl+O", when()),
        Action("chat.export", _("&Export the chat…"), "file", export, "Ctrl+E", has_chat, group=0),
        Action("chat.import", _("&Import chats…"), "file", take_in, "", when(), group=0),
        Action("network.offline", _("&Work offline"), "file", offline, "", when(), is_offline, group=1),
        Action("file.lock", _("Lock the &history…"), "file", lock, "", when(), group=2),
        Action("file.settings", _("&Settings…"), "file", settings, "Ctrl+,", when(), group=2),
        Action("file.quit", _("&Quit"), "file", controller.quit, "Ctrl+Q", group=3),
    ]


def _chat(controller: Controller) -> list[Action]:
    do, when = _doer(controller), _asker(controller)
    new = do(lambda room: room.conversing.new_chat())
    stop, busy = do(lambda room: room.conversing.stop()), when(lambda room: room.conversing.busy)
    again, asked = do(lambda room: room.conversing.retry()), when(lambda room: room.conversing.has_question)
    think, thinks = do(lambda room: room.running.toggle_thinking()), when(lambda room: room.running.thinks)
    write = controller.window.chat.focus_composer
    attach = do(lambda room: room.attaching.choose())
    batch = do(lambda room: room.batching.show())
    compare = do(lambda room: room.contesting.show())
    assistant = do(lambda room: room.assisting.show())
    return [
        Action("chat.new", _("&New chat"), "chat", new, "Ctrl+N", when()),
        Action("chat.write", _("&Write a message"), "chat", write, "Ctrl+J"),
        Action("chat.attach", _("Attach &files…"), "chat", attach, "Ctrl+Shift+A", when()),
        Action("chat.stop", _("&Stop the reply"), "chat", stop, "Esc", busy, group=1),
        Action("chat.retry", _("&Answer again"), "chat", again, "Ctrl+R", asked, group=1),
        Action("chat.think", _("&Reason before answering"), "chat", think, "Ctrl+T", when(), thinks, group=2),
        Action(
            "chat.assistant",
            _("&System prompt and assistants…"),
            "chat",
            assistant,
            "Ctrl+Shift+P",
            when(),
            group=2,
        ),
        Action("chat.compare", _("&Compare models…"), "chat", compare, "Ctrl+Shift+C", when(), group=3),
        Action("chat.batch", _("&Batch…"), "chat", batch, "", when(), group=3),
    ]


def _model(controller: Controller) -> list[Action]:
    do, when = _doer(controller), _asker(controller)
    switch, load = do(lambda room: room.running.show_switcher()), do(lambda room: room.running.load())
    unload = do(lambda room: room.running.unload())
    discover = do(lambda room: room.discovering.find())
    compare = do(lambda room: room.comparing.show())
    engines = do(lambda room: room.equipping.show())
    measure = do(lambda room: room.measuring.show_large())
    quantize = do(lambda room: room.quantizing.show())
    can_load, can_unload = when(lambda room: room.can_load()), when(lambda room: room.can_unload())
    return [
        Action("model.discover", _("&Discover models…"), "model", discover, "Ctrl+D", when()),
        Action("model.compare", _("&Compare the Qwen family…"), "model", compare, "", when()),
        Action("model.switch", _("&Switch model…"), "model", switch, "Ctrl+L", when()),
        Action("model.load", _("&Load"), "model", load, "Ctrl+Shift+L", can_load, group=1),
        Action("model.unload", _("&Unload"), "model", unload, "Ctrl+Shift+U", can_unload, group=1),
        Action("model.engines", _("&Engines…"), "model", engines, "", when(), group=1),
        Action("model.lab", _("Compare &quantizations…"), "model", measure, "", when(), group=1),
        Action("model.quantize", _("Q&uantize…"), "model", quantize, "", when(), group=1),
        *_downloads(controller),
    ]


def _downloads(controller: Controller) -> list[Action]:
    do, when = _doer(controller), _asker(controller)
    doubles = do(lambda room: room.doubling.begin())
    adopt = do(lambda room: room.adopting.begin())
    pause, resume = (
        do(lambda room: room.downloading.pause_all()),
        do(lambda room: room.downloading.resume_all()),
    )
    can_pause = when(lambda room: room.downloading.can_pause)
    can_resume = when(lambda room: room.downloading.can_resume)
    return [
        Action("library.adopt", _("Use models of &other programs"), "model", adopt, "", when(), group=2),
        Action(
            "library.doubles", _("&Find models that are here twice"), "model", doubles, "", when(), group=2
        ),
        Action("downloads.pause", _("&Pause all downloads"), "model", pause, "", can_pause, group=3),
        Action("downloads.resume", _("&Resume all downloads"), "model", resume, "", can_resume, group=3),
    ]


def _view(controller: Controller) -> list[Action]:
    window = controller.window
    palette = Action("view.palette", _("&Command palette…"), "view", controller.show_palette, "Ctrl+K")
    following = Action("view.next", _("&Next dock"), "view", window.focus_next_dock, "F6", group=2)
    reset = Action("view.reset", _("&Reset layout"), "view", window.reset_layout, group=2)
    return [palette, *_docks(controller), following, reset, *_themes(controller)]


def _docks(controller: Controller) -> list[Action]:
    window = controller.window
    made = []
    for place, (id, dock) in enumerate(window.docks.items(), 1):
        run = partial(window.toggle_dock, id)
        made.append(
            Action(
                f"view.{id}",
                dock.windowTitle(),
                "view",
                run,
                f"Ctrl+{place}" if place < 10 else "",  # there are no more figures on a keyboard
                checked=dock.isVisible,
                group=1,
            )
        )
    return made


def _themes(controller: Controller) -> list[Action]:
    titles = (("system", _("Theme of the system")), ("dark", _("Dark theme")), ("light", _("Light theme")))
    return [
        Action(
            f"view.theme.{name}",
            title,
            "view",
            partial(controller.choose_theme, name),
            checked=partial(_is_theme, name),
            group=3,
        )
        for name, title in titles
    ]


def _is_theme(name: str) -> bool:
    return theme.choice == name


def _help(controller: Controller) -> list[Action]:
    do, when = _doer(controller), _asker(controller)
    checks = do(lambda room: room.checking.show_and_run())
    report = do(lambda room: room.reporting.show())
    return [
        Action("help.health", _("Run &health checks"), "help", checks, "F9", when()),
        Action("help.report", _("Save a &report…"), "help", report, "", when()),
        Action("help.plugins", _("&Plugins"), "help", controller.show_plugins, "", when()),
        Action("help.about", _("&About QwenDesk"), "help", controller.show_about, group=1),
    ]


def _doer(controller: Controller) -> Callable[[Callable[[Room], None]], Callable[[], None]]:
    """Makes callbacks that do nothing until the engine room is open."""

    def made(do: Callable[[Room], None]) -> Callable[[], None]:
        def run() -> None:
            if controller.room is not None:
                do(controller.room)

        return run

    return made


def _asker(controller: Controller) -> Callable[..., Callable[[], bool]]:
    """Makes questions whose answer is no until the engine room is open."""

    def made(is_so: Callable[[Room], bool] = lambda room: True) -> Callable[[], bool]:
        return lambda: controller.room is not None and is_so(controller.room)

    return made
