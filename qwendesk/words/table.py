"""Sentences by id: what happened (to what), and what to do next. Marked here, translated when shown."""

from __future__ import annotations

from qwendesk.api.words import N_
from qwendesk.words.bench import BENCH
from qwendesk.words.checktable import CHECKS
from qwendesk.words.convertwords import CONVERTING
from qwendesk.words.enginetable import ENGINES
from qwendesk.words.lab import LAB
from qwendesk.words.labnotes import LAB_NOTES
from qwendesk.words.measuring import MEASURING

SENTENCES: dict[str, tuple[str, str]] = {
    **CHECKS,
    **CONVERTING,
    **ENGINES,
    **LAB,
    **LAB_NOTES,
    **MEASURING,
    **BENCH,
    # The home folder and the settings
    "home_unusable": (
        N_("The home folder {path} cannot be made: {detail}."),
        N_("Chat works, but nothing will be kept. Choose another folder with --home."),
    ),
    "home_read_only": (
        N_("The home folder {path} cannot be written."),
        N_("What is there can be read, but nothing new is kept. Choose another folder with --home."),
    ),
    "log_not_written": (
        N_("The log cannot be written to {path}: {detail}. Its last lines are kept in memory."),
        N_("Make room or check the folder's permissions; it is tried again by itself."),
    ),
    "settings_broken": (
        N_("The settings file {path} is not valid TOML ({detail}), so the defaults hold."),
        N_("Mend the file; saving a setting keeps it aside as settings.broken.toml."),
    ),
    "settings_unreadable": (
        N_("The settings file {path} cannot be read: {detail}. The defaults hold."),
        N_("Check its permissions."),
    ),
    "settings_not_saved": (
        N_("The setting holds for now but was not saved to {path}: {detail}."),
        N_("Make room or check the folder's permissions, then change it again."),
    ),
    "resources_missing": (
        N_("The files that come with QwenDesk are missing at {path}."),
        N_("Install QwenDesk again."),
    ),
    "cache_unusable": (
        N_("The cache folder {path} cannot be written: {detail}."),
        N_("Make room or choose another home folder with --home."),
    ),
    "output_failed": (
        N_("The output could not be written: {detail}."),
        N_("Make room, or send it to another place."),
    ),
    # Models
    "model_not_found": (
        N_("There is no model named {name}."),
        N_("Known here: {known}. A path to a GGUF file works, too."),
    ),
    "model_not_a_file": (
        N_("{path} is a folder without a model in it."),
        N_("Give the path of a GGUF file, or of a folder with safetensors files and their config.json."),
    ),
    "model_name_no_text": (
        N_("The name of {path} is not valid UTF-8, and models are known by their names."),
        N_("Rename the file or its folder, then try again."),
    ),
    "model_not_regular": (
        N_("{path} is neither a file nor a folder."),
        N_("Give the path of a GGUF file, or of a folder with safetensors files and their config.json."),
    ),
    "model_missing": (N_("The model file {path} is missing."), N_("Install QwenDesk again to get it back.")),
    "model_unreadable": (N_("The model file {path} cannot be read: {detail}."), N_("Check its permissions.")),
    "model_empty": (N_("The model file {path} is empty."), N_("Download it again.")),
    "model_not_gguf": (
        N_("{path} is not a GGUF file."),
        N_("If it should be one, download it again; a model of other files is opened by its folder."),
    ),
    "model_version": (
        N_("{path} is a GGUF file of version {version}, which is not known here."),
        N_("Update QwenDesk or get a newer file of the model."),
    ),
    "model_truncated": (
        N_("{path} is cut short: it has {size} where its header promises {expected}."),
        N_("Download it again."),
    ),
    "model_header_broken": (N_("The header of {path} is broken ({detail})."), N_("Download it again.")),
    "model_part_missing": (
        N_("{path} is a part of a model whose other part {part} is not there."),
        N_("Download the missing part into the same folder."),
    ),
    "model_away": (
        N_("{name} is known here, but {path} is not there now."),
        N_("Plug in the drive that it lies on, and try again."),
    ),
    "model_bundled": (N_("{name} comes with QwenDesk and cannot be removed."), ""),
    "model_not_ours": (
        N_("{path} does not lie in a folder of the library, so it is not removed."),
        N_("Delete it with the program that it belongs to."),
    ),
    "remove_failed": (
        N_("{path} could not be moved to the trash: {detail}. Everything is where it was."),
        N_("Close what uses the file, or check the folder's permissions."),
    ),
    "trash_empty": (N_("The trash is empty."), ""),
    "trash_unknown": (
        N_("There is no number {number} in the trash."),
        N_("See qwendesk rm --trash for what is there."),
    ),
    "restore_occupied": (
        N_("Another file lies at {path} now, so nothing was brought back."),
        N_("Move or rename that file first."),
    ),
    "restore_failed": (
        N_("{path} could not be brought back: {detail}."),
        N_("Plug in its drive or check the folder's permissions, then try again."),
    ),
    "family_unknown": (N_("There is no family named {family}."), N_("Known: {known}.")),
    # Advice
    "advice_recommended": (
        N_(
            "{model} is the best for this that answers in comfort: {speed} tokens a second, {size} of memory."
        ),
        "",
    ),
    "advice_only": (
        N_("{model} is the quickest for this here: about {speed} tokens a second, {size} of memory."),
        "",
    ),
    "advice_stronger": (
        N_("{model} answers better and takes its time: about {speed} tokens a second, {size} of memory."),
        "",
    ),
    "advice_faster": (
        N_("{model} answers much faster, and simpler: about {speed} tokens a second, in {size} of memory."),
        "",
    ),
    "advice_larger_memory": (
        N_("The next larger, {model}, would need {size} of memory, and {most} are there for a model."),
        "",
    ),
    "advice_larger_disk": (
        N_("The next larger, {model}, would need {size} of disk, and {most} are there for it."),
        "",
    ),
    "advice_larger_slow": (
        N_("The next larger, {model}, would answer at about {speed} tokens a second."),
        "",
    ),
    "advice_no_runtime": (
        N_("No runtime here can do this: {task}."),
        N_("See qwendesk doctor for what is missing, or choose another task."),
    ),
    "advice_unknown": (
        N_("The catalogue knows no model for this: {task}."),
        N_("Choose another task or fewer languages."),
    ),
    "advice_no_memory": (
        N_("Not even {model} fits: it needs {size} of memory, and {most} are there for a model."),
        N_("Seedling, which comes with QwenDesk, runs everywhere."),
    ),
    "advice_no_disk": (
        N_("Not even {model} fits on the disk: it takes {size}, and {most} are there for it."),
        N_("Make room, or choose another folder for models."),
    ),
    "model_not_loaded": (N_("No model is loaded in this worker."), N_("Load the model again.")),
    # The network
    "offline": (
        N_("The offline switch is on, so nothing leaves this computer."),
        N_(
            "Turn it off to go on: in the Network dock, with qwendesk network offline off, or by unsetting "
            "QWENDESK_OFFLINE."
        ),
    ),
    "offline_unsure": (
        N_("{path} cannot be read, so nobody knows whether the offline switch is on: nothing leaves."),
        N_("Mend the settings file, then try again."),
    ),
    "address_unusable": (N_("The address {url} cannot be used."), N_("Correct it in the settings.")),
    "host_unknown": (
        N_("The host {host} cannot be found: {detail}."),
        N_("Check the connection and the address, or set a mirror."),
    ),
    "connection_failed": (
        N_("There is no connection to {host}: {detail}."),
        N_("Check the network and the proxy, or set a mirror."),
    ),
    "connection_stalled": (
        N_("Nothing came from {host} for {seconds} s."),
        N_("Try again, or set a mirror."),
    ),
    "connection_lost": (N_("The connection to {host} broke: {detail}."), N_("Try again.")),
    "tls_failed": (
        N_("The connection to {host} is not secure, so it was not used: {detail}."),
        N_("Check the clock, the address and the proxy of this computer."),
    ),
    "too_many_redirects": (
        N_("{host} sends from one address to the next without end."),
        N_("Try again later."),
    ),
    "redirect_refused": (
        N_("{host} sends on to {target} over a connection that anyone can read, which was refused."),
        N_("Try again later, or set another mirror."),
    ),
    "body_too_large": (N_("The answer of {host} is larger than {most}."), N_("Try another mirror.")),
    "answer_encoded": (
        N_("{host} sends its answer as {encoding}, which was not asked for."),
        N_("Try another mirror."),
    ),
    # What is kept
    "store_unusable": (
        N_("The database {path} cannot be used: {detail}."),
        N_("Check the folder's permissions, or choose another home folder with --home."),
    ),
    "store_full": (N_("The disk is full: {path} was not written."), N_("Make room, then try again.")),
    "store_read_only": (
        N_("The database {path} can be read but not written, so nothing is kept."),
        N_("Check the permissions of the file and its folder, or choose another home folder with --home."),
    ),
    "store_broken": (
        N_("The database {path} is damaged: {detail}."),
        N_("Move it away; QwenDesk starts a new one. Models on disk stay as they are."),
    ),
    "store_newer": (
        N_("The database {path} was written by a newer QwenDesk ({detail})."),
        N_("Update QwenDesk, or choose another home folder with --home."),
    ),
    "store_busy": (
        N_("Another QwenDesk is at work in the database {path} and did not end in time."),
        N_("Try again in a moment."),
    ),
    "store_moved": (
        N_("Another QwenDesk has put a new database into the place of {path}."),
        N_("Close this one and open it again; nothing more is written until then."),
    ),
    # The lock
    "store_locked": (
        N_("The history in {path} is locked with a passphrase."),
        N_("Start QwenDesk in a terminal to be asked for it, or set QWENDESK_PASSPHRASE for this run."),
    ),
    "store_passphrase_wrong": (
        N_("This passphrase does not open {path}."),
        N_("Check capitals and the keyboard's layout, then try again."),
    ),
    "store_locked_unsupported": (
        N_("The history is locked with a passphrase, or is to be, and SQLCipher is not installed here."),
        N_('Install it with pip install "qwendesk[lock]", then start QwenDesk again.'),
    ),
    "store_is_locked": (
        N_("The history in {path} is locked already."),
        N_("qwendesk lock --change gives it another passphrase."),
    ),
    "store_is_plain": (N_("The history in {path} is not locked."), N_("qwendesk lock locks it.")),
    "store_in_use": (
        N_("Another QwenDesk has the database {path} open, so its lock was not changed."),
        N_("Close the other windows and commands, then try again."),
    ),
    "passphrase_unusable": (
        N_("A passphrase has at least one character, and only characters that can be seen."),
        N_("Choose another one."),
    ),
    "passphrase_not_kept": (
        N_("This computer has no keyring that works, so the passphrase was not kept."),
        N_("It will be asked for; for a script, set QWENDESK_PASSPHRASE."),
    ),
    "lock_failed": (
        N_("The lock of {path} could not be changed: {detail}. What was there is there."),
        N_("Make room or check the folder's permissions, then try again."),
    ),
    "lock_not_verified": (
        N_("The new database {path} is not the same as the old one ({detail}), so the old one stays."),
        N_("Check the disk, then try again."),
    ),
    "lock_left_behind": (
        N_("{path} is still there in its old form and could not be removed: {detail}."),
        N_("Close what uses it or change its permissions, then start QwenDesk again."),
    ),
    "keyring_missing": (
        N_("This computer has no keyring that works, so the token was not kept."),
        N_("Set {variable} for each run instead."),
    ),
    # Hubs
    "source_unknown": (N_("There is no source named {source}."), N_("Known: {known}.")),
    "repo_missing": (
        N_("{host} has no repository or revision named {repo}."),
        N_("Check the name: it is ORG/REPO, as the hub writes it."),
    ),
    "repo_gated": (
        N_("{repo} is only given to accounts that accepted its terms."),
        N_("Open {url}, accept them, then run: qwendesk token huggingface (or set $HF_TOKEN)."),
    ),
    "repo_name_wrong": (N_("{repo} is no name of a repository."), N_("Wanted: ORG/REPO or ORG/REPO:QUANT.")),
    "hub_unauthorized": (
        N_("{host} does not show {repo} to you: it does not exist, or is private, or the token is wrong."),
        N_("Check the name and the token."),
    ),
    "hub_busy": (N_("{host} asks to wait: too many requests, or too much to do."), N_("Try again later.")),
    "hub_failed": (N_("{host} answered with the error {status}."), N_("Try again later, or set a mirror.")),
    "hub_answer_wrong": (
        N_("{host} answered with something that is no list of models or files: {detail}."),
        N_("Check the address of the hub or mirror."),
    ),
    # Choosing files
    "quant_missing": (
        N_("{repo} has no file with the quantization {quant}."),
        N_("It has: {known}."),
    ),
    "quant_ambiguous": (
        N_("{repo} has several models with the quantization {quant}."),
        N_("Choose one with --file: {known}."),
    ),
    "files_missing": (N_("{repo} has no file named {name}."), N_("It has: {known}.")),
    "repo_unloadable": (
        N_("{repo} has no GGUF or safetensors files."),
        N_("Other formats are not loaded, because they can run code. Look for a GGUF repository."),
    ),
    "split_incomplete": (
        N_("{repo} lacks parts of {name}: {missing} of {count}."),
        N_("Choose another quantization."),
    ),
    # Downloads
    "name_unsafe": (
        N_("The hub offers a file named {name}, which could lead out of the model's folder. It was refused."),
        N_("Do not use this repository."),
    ),
    "names_collide": (
        N_("The hub offers {name} and {other}, which are one file on many disks. Both were refused."),
        N_("Do not use this repository."),
    ),
    "folder_linked": (
        N_("{path} is a link that leads elsewhere, so nothing was written there."),
        N_("Replace the link with a folder, or choose another folder for models."),
    ),
    "no_room": (
        N_("{what} needs {needed}, but the disk of {path} has {free} free, of which {floor} stay free."),
        N_("Make room, or choose another folder for models. What is there is kept."),
    ),
    "download_disk_full": (
        N_("The disk of {path} is full, so the downloads are paused. What is there is kept."),
        N_("Make room, then resume: qwendesk downloads resume."),
    ),
    "download_unwritable": (
        N_("{path} cannot be written: {detail}."),
        N_("Check its permissions, then resume the download."),
    ),
    "download_root_away": (
        N_("The folder for new models, {path}, is not there."),
        N_("Plug in its drive, or change downloads.root in settings.toml."),
    ),
    "download_paused": (N_("{name} is paused; what is there is kept."), N_("Go on with: {command}")),
    "download_cancelled": (N_("The download of {name} was cancelled."), ""),
    "download_unknown": (N_("There is no download {number}."), N_("See: qwendesk downloads.")),
    "download_elsewhere": (
        N_("Another QwenDesk is fetching {path} into the same folder."),
        N_("Wait for it, or stop it."),
    ),
    "download_size_wrong": (
        N_("{host} has {path} with {size}, where the hub's list says {expected}."),
        N_("Try again later, or another mirror."),
    ),
    "download_range_ignored": (
        N_("{host} answered with the wrong part of {path}."),
        N_("Try again later, or another mirror."),
    ),
    "download_corrupt": (
        N_("{path} does not match its hash, and fetching it again gives the same bytes."),
        N_("The copy at {host} is damaged or was changed. Try another mirror."),
    ),
    "download_repaired": (
        N_("The bytes {first} to {last} of {path} came damaged from {host} and were fetched again."),
        "",
    ),
    "download_resumed": (N_("{path} goes on at {size}."), ""),
    "download_tail_dropped": (
        N_("The last {size} of {path} were not written whole; they are fetched again."),
        "",
    ),
    # Runtimes and options
    "runtime_unknown": (N_("There is no runtime named {runtime}."), N_("Known here: {known}.")),
    "runtime_wrong_format": (N_("{runtime} cannot load {format} files."), N_("Choose another runtime.")),
    "runtime_unavailable": (N_("{runtime} cannot work here: {reason}"), N_("{fix}")),
    "runtime_optional": (
        N_("{runtime} is not used here, and another runtime does its work. {reason}"),
        N_("If you want it: {fix}"),
    ),
    "runtime_probe_raised": (
        N_("{runtime} is not used: asked whether it can work here, its plugin raised {detail}."),
        N_("Tell the plugin's author."),
    ),
    "runtime_ready": (N_("{runtime} {version} is ready."), ""),
    "runtime_cannot": (
        N_("The runtime {runtime} does not offer this: {what}."),
        N_("Choose another runtime; qwendesk doctor lists them."),
    ),
    "no_runtime": (
        N_("No runtime here loads {format} files."),
        N_("See qwendesk doctor for what is missing."),
    ),
    "setting_unknown": (
        N_("There is no setting {name}."),
        N_("“qwendesk settings” lists those that there are."),
    ),
    "conversation_unknown": (
        N_("There is no conversation {id}."),
        N_("“qwendesk conversations list” shows all of them."),
    ),
    "nothing_to_repeat": (
        N_("It is not known how this reply was made."),
        N_("Replies that were made here can be made again, those that were taken in cannot."),
    ),
    "nothing_to_leave_out": (
        N_("There is nothing left to leave out: the last question alone fills the context."),
        N_("Shorten it, or load the model with a larger context."),
    ),
    "summary_empty": (
        N_("The model gave no summary."),
        N_("Leave out the oldest messages instead, or load the model with a larger context."),
    ),
    "reply_interrupted": (
        N_("QwenDesk ended while this reply was written; what had come in is kept."),
        N_("Answer again, or go on from here."),
    ),
    "reply_elsewhere": (
        N_("Another QwenDesk is still writing this reply."),
        N_("Open the conversation again to see more of it."),
    ),
    "repeated_same": (N_("The same text as before, to the letter."), ""),
    "repeated_differs": (
        N_("From token {token} on it is another text: “{now}” where “{was}” stood."),
        N_(
            "A reused prefix or a shared batch adds numbers in another order, which can turn the scale where "
            "two tokens are about as likely."
        ),
    ),
    "attachment_gone": (
        N_("An attachment cannot be read: {path} {detail}"),
        N_("Send the message again without it, or with the file attached anew."),
    ),
    "attachment_not_saved": (
        N_("{name} could not be kept with the conversation: {detail}"),
        N_("See that the home folder can be written and has room."),
    ),
    # Conversations as files
    "import_unknown": (
        N_("{path} holds no conversation that QwenDesk can read."),
        N_(
            "It reads its own JSON and files of ChatGPT, LM Studio, Jan and OpenAI's API; "
            "docs/conversations.md tells which."
        ),
    ),
    "import_too_large": (
        N_("{path} is too large to be read: {size}, where {most} are the most."),
        N_("Split it, or import the conversations in it one by one."),
    ),
    "import_newer": (
        N_("{path} was written by a newer QwenDesk."),
        N_("Update QwenDesk, then import it again."),
    ),
    "import_malformed": (
        N_("{path} says that it is a conversation of QwenDesk, but it is not shaped like one: {detail}."),
        N_("Export the conversation again."),
    ),
    "import_skipped": (N_("“{title}” was left out: {detail}."), ""),
    "import_files_missing": (
        N_("“{title}” names files that could not be found: {count}."),
        N_("Unpack the whole export and import it where its files lie."),
    ),
    "import_lines_skipped": (N_("“{title}” has lines that are no messages: {count}."), ""),
    "prompt_not_kept": (
        N_("No prompt of “{title}” is kept."),
        N_("Prompts are kept of replies that are made here; imported ones have none."),
    ),
    "history_slow": (
        N_("The conversations could not be written in time."),
        N_("See whether another program uses the home folder, then import them again."),
    ),
    "export_unknown_format": (N_("There is no format {format}."), N_("Known: {known}.")),
    "export_failed": (
        N_("The plugin's way to write {format} failed: {detail}."),
        N_("Choose another format, or tell its author."),
    ),
    "export_not_saved": (
        N_("{path} could not be written: {detail}."),
        N_("See that its folder exists, can be written and has room."),
    ),
    "report_exists": (
        N_("{path} is there already, so the report was not written."),
        N_("Give it another name, or add --yes to replace the file."),
    ),
    "report_not_written": (
        N_("The report could not be written to {path}: {detail}."),
        N_("See that its folder exists, can be written and has room."),
    ),
    "option_unknown": (N_("There is no option {option}."), N_("Known: {known}.")),
    "option_type": (N_("{value} does not fit the option {option}."), N_("It wants: {kind}.")),
    "option_range": (
        N_("{value} is out of range for {option}."),
        N_("Choose a value from {low} to {high}."),
    ),
    "option_address": (
        N_("{value} is no web address, which the option {option} wants."),
        N_("Write it in full, as in https://huggingface.co."),
    ),
    "option_sampler": (N_("There is no sampler {sampler}."), N_("Known: {known}.")),
    # Prompts and assistants
    "prompt_unknown": (N_("There is no prompt {prompt}."), N_("Known: {known}.")),
    "prompt_malformed": (
        N_("The prompt {prompt} cannot be used: {detail}."),
        N_("Correct it; the plugin guide shows what a prompt looks like."),
    ),
    "prompt_variable_unknown": (
        N_("The prompt {prompt} has no variable {variable}."),
        N_("It has: {known}."),
    ),
    "prompt_variable_missing": (
        N_("The prompt {prompt} needs more to be filled: {variables}."),
        N_("Give a value for each of them."),
    ),
    "prompt_choice_unknown": (N_("{value} is no choice for {variable}."), N_("Choose from: {known}.")),
    "prompt_file_broken": (
        N_("{path} holds no prompt or assistant that can be used: {detail}."),
        N_("Mend the file or move it away; everything else works."),
    ),
    "prompt_twice": (
        N_("{name} of {path} is not used, because {other} has one with the same name."),
        N_("Rename or remove one of the two."),
    ),
    "prompt_id_taken": (
        N_("The prompt {prompt} of a plugin is not used: one with this id comes with QwenDesk."),
        N_("Tell the plugin's author."),
    ),
    "prompt_taken": (
        N_("There are other prompts here with the same ids: {prompts}. Nothing was imported."),
        N_("Change the ids in the file, or import it with --replace."),
    ),
    "prompt_not_own": (
        N_("{prompt} comes with QwenDesk or a plugin and cannot be removed."),
        "",
    ),
    "prompt_none_own": (
        N_("There are no prompts of your own to export."),
        N_("Name the ones to export; qwendesk prompts lists them."),
    ),
    "prompt_not_saved": (
        N_("{path} was not written: {detail}."),
        N_("Make room or check the folder's permissions, then try again."),
    ),
    "assistant_unknown": (N_("There is no assistant named {name}."), N_("Known: {known}.")),
    "assistant_malformed": (N_("The assistant {name} cannot be used: {detail}."), N_("Correct it.")),
    # Plugins
    "plugin_not_allowed": (
        N_("It does not come with QwenDesk and is off until you allow it."),
        N_("Add its name to plugins.allowed in settings.toml."),
    ),
    "plugin_unknown_hook": (N_("It implements {hook}, which is no hook."), N_("Known hooks: {known}.")),
    "plugin_id_taken": (
        N_("It registers {id}, which another one has registered."),
        N_("Remove one of the two."),
    ),
    "plugin_wrong_answer": (N_("It answered with {got} where {wanted} belongs."), N_("Tell its author.")),
    "plugin_import_failed": (
        N_("It needs something that is missing: {detail}."),
        N_("Install what it needs."),
    ),
    "plugin_raised": (N_("It raised {detail}."), N_("Tell its author.")),
    # Workers
    "worker_not_started": (
        N_("The worker {command} could not be started: {detail}."),
        N_("Check the interpreter in the settings."),
    ),
    "worker_other_version": (
        N_("The worker at {path} speaks another version of the protocol."),
        N_("Update its environment."),
    ),
    "python_missing": (
        N_("The Python interpreter {path} does not exist."),
        N_("Correct the runtime's interpreter in settings.toml."),
    ),
    "engine_missing": (
        N_("The engine needs {module}, which is missing: {detail}."),
        N_("Install the runtime again."),
    ),
    "engine_out_of_memory": (
        N_("Memory ran out: the engine could not get what it asked for. {cause}"),
        N_("Use a smaller context, a smaller KV cache or a smaller quantization, or close other programs."),
    ),
    "engine_out_of_card_memory": (
        N_("The memory of the graphics card ran out. {cause}"),
        N_("Put fewer layers on it, or use a smaller context, KV cache or quantization."),
    ),
    "engine_too_old": (
        N_("The engine is older than this model and cannot load it. {cause}"),
        N_("Update the runtime, use another one, or choose another file of the model."),
    ),
    "engine_too_old_known": (
        N_("The engine is older than this model: it does not know the architecture {what}."),
        N_("Update the runtime: llama.cpp has it in build {build} and later. Or use another runtime."),
    ),
    "engine_file_broken": (
        N_("The model file is damaged or incomplete. {cause}"),
        N_("Verify it, and pull it again: only what differs is fetched."),
    ),
    "engine_file_damaged": (
        N_("The file {path} is damaged or incomplete: {cause}."),
        N_("Verify it, and pull it again: only what differs is fetched."),
    ),
    "engine_cpu_lacks": (
        N_("This build of the engine wants instructions that this processor lacks. {cause}"),
        N_("Use another runtime, or install a build of this one for older processors."),
    ),
    "engine_driver_unfit": (
        N_("The driver of the graphics card is too old for this build of the engine. {cause}"),
        N_("Update the driver, or keep all layers on the processor (-o gpu_layers=0)."),
    ),
    "engine_card_unfit": (
        N_("This build of the engine was not made for this graphics card. {cause}"),
        N_("Keep all layers on the processor (-o gpu_layers=0), or install a build for this card."),
    ),
    "engine_card_failed": (
        N_("The graphics card failed while it computed. {cause}"),
        N_("Start again; if it returns, put fewer layers on it and update its driver."),
    ),
    "weights_not_safe": (
        N_("The folder {path} holds no safetensors files. Others can run code, so they are not loaded."),
        N_("Get the model in safetensors, or as a GGUF file."),
    ),
    "remote_code": (
        N_("The model in {path} wants to run its own Python files: {files}."),
        N_("Read them. If you trust them, allow exactly these: -o remote_code={sha256}"),
    ),
    "remote_code_elsewhere": (
        N_("The model in {path} wants to run code that does not lie in its folder: {place}."),
        N_("Such code never runs here. Get the files that belong to the model, or take it as a GGUF file."),
    ),
    "device_missing": (
        N_("PyTorch finds no device {device} here."),
        N_("Choose another device, or install a build of PyTorch for it."),
    ),
    "copy_failed": (
        N_("The quantized weights could not be written to {path}: {detail}."),
        N_("Choose another folder, or load the model without keeping them."),
    ),
    "quantizer_missing": (
        N_("{method} needs the package {package}, which is not installed."),
        N_("Install it beside the engine, or load the model without it."),
    ),
    "logits_broken": (
        N_("The model computed numbers that are none (NaN)."),
        N_("Try another number format, such as -o dtype=float32; verify the file if that does not help."),
    ),
    "engine_library_missing": (
        N_("The engine needs the library {what}, which is not on this computer. {cause}"),
        N_("Install the runtime again for this computer, or use another one."),
    ),
    "smoke_failed": (
        N_("{runtime} is now version {version} (before: {before}), and a test with Seedling failed: {why}"),
        N_("Installed models may fail, too: qwendesk doctor --models tests them."),
    ),
    "smoke_failed_model": (N_("{model} does not work with {runtime} {version}: {why}"), ""),
    "smoke_passed": (N_("{model} works with {runtime} {version}."), ""),
    "smoke_silent": (N_("{model} loads, but says nothing."), ""),
    "worked_with": (
        N_("It worked with {engine}; this is {now}."),
        N_("To go back: {command}"),
    ),
    "worker_killed": (
        N_("The worker was killed by the system while {doing}, with {memory} in use (peak {peak})."),
        N_("Often memory ran out: try a smaller context or a smaller quantization, then start again."),
    ),
    "worker_crashed": (
        N_("The worker crashed in native code ({signal}) while {doing}, at {memory} (peak {peak}). {cause}"),
        N_("Start again; if it returns, choose another file or runtime."),
    ),
    "worker_aborted": (
        N_("The engine gave up while {doing}: {cause}"),
        N_("The file may be broken or too new for this engine. Try another file or smaller settings."),
    ),
    "worker_ended": (
        N_("The worker ended while {doing} with exit code {code}. {cause}"),
        N_("Start again; the log has its last lines."),
    ),
    "worker_unanswering": (
        N_("The worker did not answer in time and was ended."),
        N_("What had come in is kept. Start again."),
    ),
    "worker_babbled": (
        N_("The worker sent something that is not the protocol and was ended."),
        N_("Start again; if it returns, block the runtime's plugin."),
    ),
    "message_unsendable": (
        N_("The text cannot be sent to the model: {detail}."),
        N_("Remove what is no text."),
    ),
    "answer_too_large": (
        N_("The answer takes {size}, but the worker can send {most} at once."),
        N_("Ask for less at once: a shorter text or fewer candidates."),
    ),
    "session_closed": (N_("The model was unloaded."), N_("Load it again.")),
    # Replies
    "reply_stopped": (N_("The reply was stopped."), ""),
    "no_answer_in_time": (
        N_("{model} did not answer within {seconds} s."),
        N_("See the log for its last lines."),
    ),
    "prompt_too_long": (
        N_("The conversation has {prompt_tokens} tokens, but the context holds {context}."),
        N_("Load the model with a larger context or start a new chat. Nothing was cut."),
    ),
    "context_full": (
        N_("The context of {context} tokens is full, and the reply was not at its end."),
        N_("What had come in is kept. Load the model with a larger context or start a new chat."),
    ),
    "text_empty": (
        N_("Text {number} is empty: there is nothing to embed."),
        N_("Leave it out, or give it words."),
    ),
    "prompt_empty": (N_("There is nothing to send: the prompt is empty."), N_("Type a question.")),
    # Attached files
    "document_inaccessible": (
        N_("{name} cannot be opened: {detail}."),
        N_("Check that it is still there and that you may read it."),
    ),
    "document_not_a_file": (N_("{name} is no file."), N_("Attach the files in it one by one.")),
    "document_too_large": (
        N_("{name} is too large to attach: {size}, where at most {most} are read."),
        N_("Attach a part of it."),
    ),
    "document_unreadable": (
        N_("{name} is not a kind of file that is read as text ({detail})."),
        N_("Attach text, code, CSV, PDF or DOCX; many programs can export one of these."),
    ),
    "document_locked": (
        N_("{name} can only be opened with a password."),
        N_("Save a copy without a password, and attach that."),
    ),
    "document_broken": (
        N_("{name} is damaged or not what its name says: {detail}."),
        N_("Open it in the program that made it, save it again, and attach the copy."),
    ),
    "document_stopped": (N_("The reading of {name} was stopped."), ""),
    "document_empty": (N_("{name} holds no text."), ""),
    "document_cut": (
        N_("Only the first {characters} characters of {name} were read."),
        N_("Attach the part that matters."),
    ),
    "document_pages_cut": (
        N_("Only the first {pages} pages of {name} were read."),
        N_("Attach the part that matters."),
    ),
    "document_rows_cut": (
        N_("The first {kept} rows of {name} were read; {left} more were left out."),
        N_("Attach the rows that matter."),
    ),
    "document_pages_empty": (
        N_("{name} has pages without text: {pages}."),
        N_("If they are scans, attach them as pictures to a model that sees."),
    ),
    "document_pages_failed": (
        N_("{name} has pages that could not be read: {pages} ({detail})."),
        N_("The rest was read."),
    ),
    "document_encoding_guessed": (
        N_("{name} does not tell how its letters are encoded; it was read as {encoding}."),
        N_("If letters look wrong, save it as UTF-8 and attach it again."),
    ),
    "document_characters_lost": (
        N_("{name} holds characters that cannot be read ({count}); they show as “�”."),
        "",
    ),
    "picture_too_large": (
        N_("{name} is too large to attach: {size}, where an image may have {most}."),
        N_("Make it smaller, or save it as JPEG."),
    ),
    "picture_unreadable": (
        N_("{name} cannot be read as an image ({detail})."),
        N_("Open it in a program for images, save it as PNG or JPEG, and attach that."),
    ),
    "picture_unseen": (
        N_("{model} cannot see {name}: as it is loaded, it reads words only."),
        N_("Load a vision model (Qwen-VL; a GGUF file with its projector beside it), or take the image out."),
    ),
    "recording_too_large": (
        N_("{name} is too large to attach: {size}, where a recording may have {most}."),
        N_("Cut it into parts, or save it as MP3 or OGG."),
    ),
    "recording_unheard": (
        N_("{model} cannot hear {name}: as it is loaded, it takes no recordings."),
        N_("Load a model that hears (Qwen2-Audio, in safetensors), or take the recording out."),
    ),
    "recording_too_long": (
        N_("{name} takes {seconds} seconds, and {model} hears {heard} of a recording at most."),
        N_("Cut it into parts, and attach those that matter."),
    ),
    "budget_reached": (
        N_("The reasoning was ended at its budget of {budget} tokens."),
        N_("Raise the budget for longer reasoning."),
    ),
    "invalid_utf8": (
        N_("Not all that the model wrote is text (bytes that are none: {count}); they show as “�”."),
        N_("If it happens often, the file may be damaged: download it again."),
    ),
    "tool_call_unreadable": (
        N_("The model tried to call a tool, but the call cannot be read; it stands in the answer as text."),
        "",
    ),
    "tool_call_cut": (
        N_("The reply ended inside a tool call; what came of it stands in the answer as text."),
        N_("Allow longer replies and try again."),
    ),
    "engine_failed": (N_("The engine reported an error: {detail}."), N_("Try again; the log has more.")),
    "engine_ended_early": (N_("The engine stopped without saying why."), N_("Try again; the log has more.")),
    # Files with messages and tools
    "file_unreadable": (N_("{path} cannot be read: {detail}."), N_("Check its name and its permissions.")),
    "file_not_json": (N_("{path} is not valid JSON: {detail}."), N_("Mend the file.")),
    "messages_malformed": (
        N_("{path} holds no messages as OpenAI's API has them: {detail}."),
        N_("Wanted: a list of objects with role and content, or an object with messages."),
    ),
    "tools_malformed": (
        N_("{path} holds no tools as OpenAI's API has them: {detail}."),
        N_("Wanted: a list of functions with name, description and parameters, or an object with tools."),
    ),
    # Chat templates
    "draft_model_unfit": (
        N_("{path} cannot be the draft model: {detail}."),
        N_("Choose a small model of the same family, or turn the speculation off."),
    ),
    "images_unsupported": (
        N_("This model cannot see images as it is loaded."),
        N_("Load a vision model (a GGUF file with its projector: -o mmproj=FILE), or leave the images out."),
    ),
    "image_unreadable": (
        N_("An image cannot be read: {detail}."),
        N_("Use a PNG or JPEG file."),
    ),
    "image_too_large": (
        N_("An image has {width} × {height} pixels, more than the {limit} million that are read."),
        N_("Make it smaller."),
    ),
    "audio_unsupported": (
        N_("This model cannot hear recordings as it is loaded."),
        N_("Load a model that hears (Qwen2-Audio, in safetensors), or leave the recordings out."),
    ),
    "audio_unreadable": (
        N_("A recording cannot be read: {detail}."),
        N_("Use a WAV, FLAC, OGG or MP3 file."),
    ),
    "audio_too_long": (
        N_("A recording takes {seconds} seconds, and this model hears {heard} of one at most."),
        N_("Cut it into parts, and send those that matter."),
    ),
    "audio_count": (
        N_("There are {audios} recordings, but the prompt has places for {places}."),
        N_("Get another file of the model, or leave <|AUDIO|> out of the text."),
    ),
    "decoder_missing": (
        N_("The model can take more than text, but the package {package} is not installed here."),
        N_('Run "pip install qwendesk[transformers]" again, or qwendesk engines install transformers.'),
    ),
    "processor_unusable": (
        N_("The model can take more than text, but not as it lies here: {path} cannot be used ({detail})."),
        N_("Download the model again with all of its files."),
    ),
    "image_count": (
        N_("There are {images} images, but the prompt has places for {places}."),
        N_("Get another file of the model, or leave <|image_pad|> out of the text."),
    ),
    "score_too_short": (
        N_("The text has {tokens} tokens, too few to be scored in windows of {window}."),
        N_("Give a longer text or a smaller window."),
    ),
    "text_too_short": (
        N_("The text has {tokens} tokens. At least two windows are needed, {least} tokens in all."),
        N_("Give a longer text or a smaller window."),
    ),
    "score_reference": (
        N_("The reference file {path} cannot be used: {detail}."),
        N_("Score the same text with the reference model again, with the same window."),
    ),
    "disk_full": (N_("The disk is full: {path} was not written."), N_("Make room, then try again.")),
    "template_missing": (
        N_("This file has no chat template, so ChatML is used."),
        N_("If the answers look odd, get a file of the model that has its template."),
    ),
    "template_invalid": (
        N_("The chat template cannot be read: {detail} (line {line})."),
        N_("Get another file of the model."),
    ),
    "template_failed": (
        N_("The chat template refused this conversation: {detail}."),
        N_("Change the conversation as it says, or get another file of the model."),
    ),
    "template_endless": (
        N_("The chat template did not end within {seconds} s and was stopped."),
        N_("Get another file of the model."),
    ),
    "template_too_long": (
        N_("The chat template wrote more than {characters} characters and was stopped."),
        N_("Get another file of the model, or shorten the conversation."),
    ),
    # The llama.cpp server engine
    "runtime_missing": (N_("The package {package} is not usable: {detail}."), N_("Install it again.")),
    "load_failed": (
        N_("The engine could not load {path}: {detail}."),
        N_("Try a smaller context, or download the file again."),
    ),
    "model_damaged": (N_("The model file {path} is damaged: {detail}."), N_("Download it again.")),
    "binary_missing": (N_("There is no llama-server binary at {path}."), N_("Correct the option binary.")),
    "binary_failed": (
        N_("The llama-server binary {path} did not start: {detail}."),
        N_("Run it by hand to see why, or clear the option binary."),
    ),
    "fp8_dequantized": (
        N_("Nothing here computes with FP8: as {dtype} the weights take {memory}, and {size} in the file."),
        "",
    ),
    "experts_not_quantized": (
        N_("The experts of this mixture, most of it, are not quantized: {method} cannot do that."),
        N_("A GGUF file holds quantized experts."),
    ),
    "context_capped": (
        N_("The context is {context} tokens, the most this model knows; {wanted} were asked for."),
        "",
    ),
    "memory_short": (
        N_("{model} would take about {memory}, and {most} are free."),
        N_("What would fit: {fix}. To load it all the same: --force."),
    ),
    "gpu_layers_fitted": (
        N_("{layers} of {all} layers fit on the graphics card; the rest runs on the processor."),
        N_("A smaller context or quantization leaves room for more."),
    ),
    "device_unknown": (
        N_("There is no device named {device} for this engine."),
        N_("Known here: {known}. Leave the option empty to use all of them."),
    ),
    "ubatch_capped": (N_("The micro-batch was lowered from {wanted} to the batch size of {batch}."), ""),
    "cache_type_unfit": (
        N_("A KV cache of type {type} does not fit heads of {head_size} values ({option})."),
        N_("Choose f16 for it."),
    ),
    "option_conflict": (
        N_("The option {option} cannot be used together with the value of {other}."),
        N_("Set one of the two back to its default."),
    ),
    "schema_unsupported": (
        N_("The JSON schema uses {keyword}, which the engine does not support."),
        N_("Leave it out of the schema."),
    ),
    "schema_stuck": (
        N_("The reply cannot go on: no token is left that the JSON schema allows."),
        N_("Check the schema, and the biases if there are any."),
    ),
    "schema_ignored": (
        N_("The engine did not keep to the JSON schema."),
        N_("Check the schema, or try another runtime."),
    ),
    "internal": (
        N_("Something in QwenDesk went wrong: {detail}."),
        N_("Please report it with the log."),
    ),
    # Batches
    "batch_row_malformed": (
        N_("The row cannot be read: {detail}."),
        N_("Wanted: a JSON object with a prompt or with messages. See qwendesk batch --help."),
    ),
    "batch_row_long": (N_("The row is longer than {most}."), N_("Make it shorter.")),
    "batch_other_input": (
        N_("{path} was begun with another input or with other settings ({detail})."),
        N_("Choose another file for the results, or throw away what is there and start over (--restart)."),
    ),
    "batch_out_exists": (
        N_("{path} is there already."),
        N_("Choose another file for the results, or replace it: start over (--restart)."),
    ),
    "batch_same_file": (
        N_("{path} would be read and replaced at once."),
        N_("Choose another file for the results."),
    ),
    "batch_elsewhere": (
        N_("Another QwenDesk is writing {path}."),
        N_("Wait for it, or choose another file for the results."),
    ),
    "batch_unwritable": (
        N_("{path} cannot be written: {detail}."),
        N_("Check its folder and permissions, then start the batch again: it goes on where it was."),
    ),
    "batch_input_changed": (
        N_("{path} was changed while its rows were asked."),
        N_("Start over (--restart), or choose another file for the results."),
    ),
    "batch_stopped": (
        N_("The batch for {path} was stopped after {done} of {total} rows, which are kept."),
        N_("Start it again as it was, and it goes on there."),
    ),
    "batch_stopped_early": (N_("The batch was stopped before its first answer."), N_("Start it again.")),
    # Comparing models
    "comparison_count": (
        N_("A comparison is of {low} to {high} models, and these are {count}."),
        N_("Add or leave out some."),
    ),
    "comparison_too_big": (
        N_("{model} would take about {memory}, and {most} are free."),
        N_("Unload what is loaded elsewhere, or choose a smaller model or quantization."),
    ),
    # Faces
    "picture_not_saved": (
        N_("The picture was not saved as {path}: {detail}."),
        N_("Check its folder, its permissions and the space on its disk, then save again."),
    ),
    "values_not_saved": (
        N_("The values were not saved as {path}: {detail}."),
        N_("Check its folder, its permissions and the space on its disk, then save again."),
    ),
    "no_display": (
        N_("There is no display for a window."),
        N_("Set DISPLAY or WAYLAND_DISPLAY, or use qwendesk chat in a terminal."),
    ),
    "display_unreachable": (
        N_("The display {display} cannot be reached, so there is no window."),
        N_("Check DISPLAY, WAYLAND_DISPLAY and the connection, or use qwendesk chat in a terminal."),
    ),
    "qt_unusable": (
        N_("System libraries for the window are missing: {detail}."),
        N_("On Debian and Ubuntu: apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libxcb-cursor0."),
    ),
}
