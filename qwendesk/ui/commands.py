"""Everything the user can do, as one list; menus, shortcuts and the palette are made from it."""

from __future__ import annotations

from functools import partial

from qwendesk.ui.actions import Action
from qwendesk.ui.controller import Controller
from qwendesk.ui.theme.style import theme
from qwendesk.words import _


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
    return [
        Action(
            "file.open", _("&Open model file…"), "file", controller.open_file, "Ctrl+O", controller.is_open
        ),
        Action("file.quit", _("&Quit"), "file", controller.quit, "Ctrl+Q", group=1),
    ]


def _chat(controller: Controller) -> list[Action]:
    talking = controller.conversing
    return [
        Action("chat.new", _("&New chat"), "chat", talking.new_chat, "Ctrl+N", controller.is_open),
        Action("chat.write", _("&Write a message"), "chat", controller.window.chat.focus_composer, "Ctrl+J"),
        Action("chat.stop", _("&Stop the reply"), "chat", talking.stop, "Esc", lambda: talking.busy, group=1),
        Action(
            "chat.retry",
            _("&Answer again"),
            "chat",
            talking.retry,
            "Ctrl+R",
            lambda: talking.has_question,
            group=1,
        ),
        Action(
            "chat.think",
            _("&Reason before answering"),
            "chat",
            controller.toggle_thinking,
            "Ctrl+T",
            controller.is_open,
            controller.thinks,
            group=2,
        ),
    ]


def _model(controller: Controller) -> list[Action]:
    return [
        Action(
            "model.switch",
            _("&Switch model…"),
            "model",
            controller.switch_model,
            "Ctrl+L",
            controller.is_open,
        ),
        Action(
            "model.load", _("&Load"), "model", controller.load, "Ctrl+Return", controller.can_load, group=1
        ),
        Action("model.unload", _("&Unload"), "model", controller.unload, "", controller.can_unload, group=1),
    ]


def _view(controller: Controller) -> list[Action]:
    window = controller.window
    docks = [
        Action(
            f"view.{id}",
            dock.windowTitle(),
            "view",
            partial(window.toggle_dock, id),
            f"Ctrl+{place}",
            checked=dock.isVisible,
        )
        for place, (id, dock) in enumerate(window.docks.items(), 1)
    ]
    themes = (("system", _("Theme of the system")), ("dark", _("Dark theme")), ("light", _("Light theme")))
    return [
        Action("view.palette", _("&Command palette…"), "view", controller.show_palette, "Ctrl+K"),
        *docks_in_group(docks),
        Action("view.next", _("&Next dock"), "view", window.focus_next_dock, "F6", group=2),
        Action("view.reset", _("&Reset layout"), "view", window.layout_keeper.reset, group=2),
        *(
            Action(
                f"view.theme.{name}",
                title,
                "view",
                partial(controller.choose_theme, name),
                checked=partial(_is_theme, name),
                group=3,
            )
            for name, title in themes
        ),
    ]


def docks_in_group(docks: list[Action]) -> list[Action]:
    """The same actions, set apart by lines."""
    return [
        Action(one.id, one.title, one.menu, one.run, one.shortcut, one.enabled, one.checked, 1)
        for one in docks
    ]


def _is_theme(name: str) -> bool:
    return theme.choice == name


def _help(controller: Controller) -> list[Action]:
    return [
        Action(
            "help.health", _("Run &health checks"), "help", controller.run_checks, "F9", controller.is_open
        ),
        Action("help.plugins", _("&Plugins"), "help", controller.show_plugins, "", controller.is_open),
        Action("help.about", _("&About QwenDesk"), "help", controller.show_about, group=1),
    ]
