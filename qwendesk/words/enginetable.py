"""Sentences about engine environments, by id; see `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

ENGINES: dict[str, tuple[str, str]] = {
    "engine_no_lock": (
        N_("{runtime} does not say which packages its engine needs, so it cannot be installed from here."),
        N_("Ask whoever made the plugin, or install it as its documentation says."),
    ),
    "engine_variant_unknown": (
        N_("{runtime} has no build named “{variant}” for this computer."),
        N_("There are: {known}."),
    ),
    "engine_unknown": (N_("{runtime} has no engine named {name}."), N_("Installed here: {known}.")),
    "engine_no_way_back": (
        N_("There is no earlier engine of {runtime} to go back to."),
        N_("Choose one with qwendesk engines use, or install one."),
    ),
    "engine_in_use": (
        N_("{name} is in use: models loaded with it: {n}. Nothing was removed."),
        N_("Unload them, then remove it."),
    ),
    "engine_failed_test": (
        N_(
            "{runtime} {name} was installed, but its test with Seedling failed. What held before still holds."
        ),
        N_("It is kept as broken: test it again with Use, or remove it."),
    ),
    "engine_untested": (
        N_("Its test with Seedling did not finish."),
        N_("Choosing it tests it again."),
    ),
    "engine_python_gone": (
        N_("The Python that it stands on is gone: {path}."),
        N_("Remove it and install it again."),
    ),
    "engine_python_missing": (
        N_("No Python {needed} or newer was found on this computer, and an engine needs one."),
        N_("Install it, then try again."),
    ),
    "engine_lock_incomplete": (
        N_("The list of packages of {runtime} is not complete: {packages} would be installed as well."),
        N_("Ask whoever made the plugin, or give a list of your own with --lock."),
    ),
    "engine_no_room": (
        N_("{name} needs {needed}, but the disk of {path} has {free} free, of which {floor} stay free."),
        N_("Make room: qwendesk engines remove takes away engines that are not needed any more."),
    ),
    "engine_disk_full": (
        N_("The disk of {path} was full before {name} was installed. Nothing of it is left there."),
        N_("Make room, then install it again."),
    ),
    "engine_cancelled": (N_("The installation was cancelled. Nothing of it is left."), ""),
    "engines_busy": (
        N_("Another QwenDesk installs or removes an engine at the moment."),
        N_("Wait until it is done, then try again."),
    ),
    "engines_unwritable": (
        N_("The folder of engines {path} cannot be written: {detail}."),
        N_("Make room or check the folder's permissions."),
    ),
    "lock_unreadable": (
        N_("The list of packages {path} cannot be read: {detail}."),
        N_("Choose another file."),
    ),
    "lock_not_exact": (
        N_("“{line}” is no package at an exact version."),
        N_("Write name==version on every line."),
    ),
    "lock_without": (
        N_("The list of packages lacks {package}, which is the engine itself."),
        N_("Add it with its version."),
    ),
    "wheels_missing": (N_("There is no folder {path}."), N_("Name the folder that holds the wheels.")),
    "uv_missing": (
        N_("The program uv, which makes environments, is not installed."),
        N_('Run "pip install uv".'),
    ),
    "uv_failed": (
        N_("The program uv could not do it: {detail}."),
        N_("Nothing was changed. Try again, or another version."),
    ),
    "runtime_ready_there": (N_("{runtime} {version} is ready, in the environment {where}."), ""),
    "engine_worked_with": (
        N_("It worked with {engine}, which is still here ({environment}); now it is {now}."),
        N_("To go back: {command}"),
    ),
}
