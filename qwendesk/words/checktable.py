"""Sentences of the health checks by id, as in `qwendesk.words.table`."""

from __future__ import annotations

from qwendesk.api.words import N_

CHECKS: dict[str, tuple[str, str]] = {
    "seedling_right": (N_("Seedling was asked “{question}” and said “{answer}”"), ""),
    "seedling_wrong": (
        N_("Seedling was asked “{question}” and said “{answer}”, which is wrong."),
        N_("Install this runtime again, or QwenDesk."),
    ),
    "thinking_switches": (N_("Switched on it thought for {tokens} tokens, switched off it did not."), ""),
    "thinking_not_off": (
        N_("It thought although thinking was switched off."),
        N_("Install this runtime again, or QwenDesk."),
    ),
    "thinking_not_on": (
        N_("It did not think although thinking was switched on."),
        N_("Install this runtime again, or QwenDesk."),
    ),
    "speed_first": (N_("{rate} tokens a second; later runs are compared with this one."), ""),
    "speed_usual": (N_("{rate} tokens a second, {percent} % of the usual {usual}."), ""),
    "speed_not_measured": (N_("The reply was too short to tell."), ""),
    "speed_dropped": (
        N_("{rate} tokens a second, only {percent} % of the usual {usual}."),
        N_("See in Monitor what else uses the processor, and whether the computer is hot or saves power."),
    ),
    "instructions_all": (N_("The build uses {used}."), ""),
    "instructions_left": (
        N_("The build uses {used}. This processor also has {left}, which it leaves out."),
        N_("A build made for this processor may be faster: compile llama-cpp-python here."),
    ),
    "instructions_not_told": (N_("This engine does not tell."), ""),
    "plugins_work": (N_("{count} plugins work."), ""),
    "plugin_turned_off": (N_("The plugin {plugin} is off from the next start on."), ""),
    "store_readable": (N_("It can be read."), ""),
    "store_fault": (N_("{detail}"), ""),
    "store_whole": (N_("SQLite read all of it and found no fault."), ""),
    "store_salvaged": (
        N_("{rows} rows could be read and are in a new database. The old file is kept as {aside}."),
        N_("Start QwenDesk again."),
    ),
    "store_save_advice": (
        N_(
            "What can be read is copied into a new database; the old file is kept. Close other windows first."
        ),
        "",
    ),
    "store_opened": (N_("You may read and write {path} again."), N_("Start QwenDesk again.")),
    "models_present": (N_("{count} models are there."), ""),
    "model_is_away": (N_("The drive of {model} is not there: {path}."), N_("Plug it in.")),
    "model_differs": (
        N_("{model} is not what it should be: some of its bytes differ."),
        N_("Repair it: only what differs is fetched again. Or remove it."),
    ),
    "model_replaced": (
        N_("{model} changed since it was first read: some of its bytes are others."),
        N_("If you put another file into its place, accept it. If you did not, a disk damaged it."),
    ),
    "model_accepted": (N_("{model} is accepted as it is now; a later change will show."), ""),
    "model_changed": (
        N_("{model} changed since it was checked."),
        N_("Run all checks: they read it and compare."),
    ),
    "model_same": (N_("{model} is byte for byte what it was."), ""),
    "model_hashed": (N_("{model} was hashed; a later change will show."), ""),
    "models_unchanged": (N_("No file changed since it was checked."), ""),
    "model_repaired": (N_("{model} is repaired: it is byte for byte what the hub has."), ""),
    "model_repair_paused": (N_("The repair of {model} is paused."), N_("Resume it in Downloads.")),
    "model_removed_to_trash": (N_("{model} is in the trash."), N_("qwendesk rm --undo brings it back.")),
    "templates_complete": (N_("{count} models have what the catalogue says of them."), ""),
    "templates_unknown": (N_("No chat model of the catalogue is here."), ""),
    "template_lacks": (
        N_("The chat template in {model} lacks what this model can do: {lacks}."),
        N_("Without it the switch or the tools do nothing. Get a file of another publisher."),
    ),
    "disk_state": (N_("{free} are free at {path}; {waiting} are still to come."), ""),
    "disk_short": (
        N_("{free} are free at {path}, but {waiting} are still to come, and {floor} stay free."),
        N_("Make room, or choose another folder for new models in the settings."),
    ),
    "disk_nearly_full": (
        N_("Only {free} are free at {path}, less than the {floor} that should stay free."),
        N_("Make room, or choose another folder for new models in the settings."),
    ),
    "disk_store_first": (
        N_(
            "Make room on that disk: empty the desktop's trash, or move large files away. Once the database"
            " can be read (qwendesk doctor --fix store), downloads can be paused here, too."
        ),
        "",
    ),
    "disk_full_home": (
        N_("Only {free} are free at {path}: soon nothing that is said can be kept."),
        N_("Make room on that disk."),
    ),
    "trash_emptied": (N_("The trash is empty: {size} are free again."), ""),
    "downloads_paused": (N_("{count} downloads are paused."), N_("Resume them once there is room.")),
    "nothing_loaded": (N_("No model is loaded."), ""),
    "nothing_to_judge": (N_("There is nothing to judge yet."), ""),
    "reply_soon": (N_("{model} begins to reply after {seconds} s."), ""),
    "reply_late": (
        N_("{model} takes {seconds} s to begin a reply; {limit} s are the limit."),
        N_("A shorter prompt, a smaller model or more layers on the graphics card help."),
    ),
    "memory_as_expected": (N_("{model} took {peak}; {expected} were estimated."), ""),
    "memory_above": (
        N_("{model} took {peak}, far more than the estimate of {expected}."),
        N_("Load it again with a smaller context if memory is short."),
    ),
    "speed_good": (N_("{model} writes {rate} tokens a second."), ""),
    "speed_low": (
        N_("{model} writes only {rate} tokens a second; {limit} are the limit."),
        N_("A smaller quantization or model is faster; see in Monitor what else uses the processor."),
    ),
    "layers_fewer": (
        N_("Only {used} of {wanted} layers of {model} are on the graphics card."),
        N_("Its memory holds no more: a smaller context or a smaller quantization makes room."),
    ),
    "weights_on_card": (N_("{model} is on the graphics card ({device})."), ""),
    "layers_on_card": (N_("{used} layers of {model} are on the graphics card."), ""),
    "layers_on_processor": (
        N_("No layer of {model} is on the graphics card: the processor does everything."),
        N_("This build of the engine may not know the card. qwendesk doctor lists the runtimes."),
    ),
    "clock_right": (N_("Today is {date}."), ""),
    "clock_behind": (
        N_("The clock says {date}, which is long over: secure connections will fail."),
        N_("Set the computer's clock."),
    ),
    "clock_before_chats": (
        N_("The clock says {date}, but there are chats of {newest}."),
        N_("Set the computer's clock."),
    ),
    "locale_utf8": (N_("Texts are {encoding}."), ""),
    "locale_other": (
        N_("Texts are {encoding}, which cannot write every script."),
        N_("Choose a UTF-8 locale, such as LANG=C.UTF-8."),
    ),
    "fonts_there": (N_("There are fonts for all three."), ""),
    "fonts_not_told": (N_("Nobody tells which fonts there are."), ""),
    "fonts_missing": (
        N_("No font here covers: {languages}."),
        N_("Install one, such as Noto Sans CJK (Debian, Ubuntu: apt install fonts-noto-cjk)."),
    ),
    "keyring_works": (N_("The keyring keeps what is put into it."), ""),
    "keyring_absent": (
        N_("This computer has no keyring that works, so tokens cannot be stored."),
        N_("A token is set as an environment variable for each run."),
    ),
    "keyring_forgets": (
        N_("The keyring does not give back what was put into it."),
        N_("Set tokens as environment variables for each run."),
    ),
    "hub_reached": (N_("{hub} answered."), ""),
    "check_unknown": (N_("There is no check named {name}."), N_("Known: {known}.")),
    "nothing_to_fix": (N_("{name} needs no fix."), ""),
    "no_fix": (N_("Nothing can be done about {name} at the press of a button."), N_("{advice}")),
}
