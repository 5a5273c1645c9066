# The front door for people. Everything happens in .venv; the first call sets it up.
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
QT := QT_QPA_PLATFORM=offscreen

.PHONY: run test lint bench bench-cuda soak screenshots catalog clean

run: $(VENV)/.run ## Open the window (without a display: chat in the terminal)
	@$(BIN)/qwendesk

test: $(VENV)/.test ## Run every test
	@$(BIN)/python -m pytest

lint: $(VENV)/.test ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test ## Run the benchmarks; figures land in build/bench
	@for b in startup frames stream_ui keys history lock pipe download decode streams turns drafting library hostile sampler dashboard metrics health qualitytruth benchtruth; do $(QT) $(BIN)/python benchmarks/$$b.py || exit 1; done

bench-cuda: $(VENV)/.test ## What needs a graphics card with CUDA; elsewhere it says so
	@$(BIN)/python benchmarks/card.py

soak: $(VENV)/.test ## Load, chat, kill and unload, over and over; compare memory with its estimate (about an hour)
	@for b in soak kills appkills requests memory; do $(BIN)/python benchmarks/$$b.py || exit 1; done

screenshots: $(VENV)/.test ## Render every dock and dialog, in both themes, to build/screenshots
	@$(QT) $(BIN)/python -m qwendesk.ui.screenshots build/screenshots

catalog: $(VENV)/.test ## Make the shipped form of the catalogue from resources/catalog/*.yaml
	@$(BIN)/python resources/catalog/ship.py

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "QwenDesk needs Python 3.11 or newer. Install it, then run make again."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Setting up QwenDesk in $(VENV): about a minute, once."
	@$(PIP) --editable '.[llamaserver]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need."
	@$(PIP) --editable '.[llamaserver,transformers,test]'
	@if command -v c++ >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null; then \
		echo "Building llama-cpp-python: about 6 minutes on two cores, once (pip keeps the wheel)."; \
		$(PIP) --editable '.[llamacpp]' \
			|| echo "llama-cpp-python could not be built here, so the tests of the llama.cpp runtime will be skipped."; \
	else echo "There is no C++ compiler here, so the tests of the llama.cpp runtime will be skipped."; fi
	@touch $@

clean: ## Remove the environment and everything built
	rm -rf $(VENV) build
