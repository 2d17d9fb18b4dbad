# make demo    a fictional district through the whole machine: planner, results, reasons, proof, programs in out/
# make test    linters, types and all tests, against the wheel as it would be installed
# make bench   how fast it is, beside plain numpy
# make fuzz    random formulas through the engine, LibreOffice and IronCalc (MINUTES=60 SEED=1)
# make conformance, make differences    how many results of Excel are equal; the table engine/DIFFERENCES.md
# Each sets up what it needs from nothing, in .venv and node_modules.

SYSTEM_PYTHON ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
APPORTION := $(VENV)/bin/apportion
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
WHEELS := build/wheels
OUT := out
DEMO := $(foreach name,planner results proof program_review scores cliff realigned review,$(OUT)/$(name).xlsx)
# A school of the sample district, for `apportion explain`.
DEMO_SCHOOL ?= 116

SOURCES := $(shell find engine addin workbook_templates -type f -not -path '*/__pycache__/*' -not -path '*.egg-info*')

.PHONY: demo test lint bench fuzz conformance differences templates clean pin
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	@mkdir -p $(OUT) && rm -f $(DEMO)
	$(APPORTION) new $(OUT)/planner.xlsx --sample
	$(APPORTION) check $(OUT)/planner.xlsx
	$(APPORTION) allocate $(OUT)/planner.xlsx --out $(OUT)/results.xlsx
	$(APPORTION) explain $(OUT)/planner.xlsx $(DEMO_SCHOOL)
	$(APPORTION) prove $(OUT)/planner.xlsx --out $(OUT)/proof.xlsx
	$(APPORTION) new $(OUT)/program_review.xlsx --sample --programs
	$(APPORTION) score $(OUT)/program_review.xlsx --pages --out $(OUT)/scores.xlsx
	$(APPORTION) cliff $(OUT)/program_review.xlsx --out $(OUT)/cliff.xlsx
	$(APPORTION) realign $(OUT)/program_review.xlsx --out $(OUT)/realigned.xlsx
	$(APPORTION) review $(OUT)/program_review.xlsx --out $(OUT)/review.xlsx
	@echo
	@echo "Written, to open in Excel or LibreOffice:"
	@echo "  $(OUT)/planner.xlsx        the planner of a fictional district, where an analyst works"
	@echo "  $(OUT)/results.xlsx        what every school gets, with the reason of every line"
	@echo "  $(OUT)/proof.xlsx          the same results as live formulas, for anyone to audit"
	@echo "  $(OUT)/program_review.xlsx what the district pays for, rated by the eight-part rubric"
	@echo "  $(OUT)/scores.xlsx         every program by its priorities and outcomes, and a page for each"
	@echo "  $(OUT)/cliff.xlsx          what ends when a grant ends, by year and fund"
	@echo "  $(OUT)/realigned.xlsx      what to continue, expand, scale back or end, and what each choice displaces"
	@echo "  $(OUT)/review.xlsx         investments in cycles: what is due, and a tracker to publish"

# The linters come first so that pytest's closing line is the last thing said; neither hides the other's verdict.
test: $(VENV)/with-test-packages $(VENV)/installed
	@tests/needs.sh $(PYTHON)
	@$(MAKE) --no-print-directory --keep-going lint; lint=$$?; \
	echo "== pytest"; $(PYTHON) -m pytest tests --pyargs apportion --numprocesses=2 --dist=loadgroup $(PYTEST); tests=$$?; \
	if [ $$lint != 0 ]; then echo "make test: ruff or mypy found faults, see above the tests." >&2; fi; \
	[ $$lint = 0 ] && [ $$tests = 0 ]

.PHONY: lint-style lint-types
lint: lint-style lint-types
lint-style: $(VENV)/with-test-packages $(VENV)/installed
	@echo "== ruff"; $(VENV)/bin/ruff check --quiet --output-format=concise .
lint-types: $(VENV)/with-test-packages $(VENV)/installed
	@echo "== mypy"; $(VENV)/bin/mypy

bench: $(VENV)/with-test-packages $(VENV)/installed
	$(PYTHON) tests/benchmarks/run.py

MINUTES ?= 5
SEED ?= 1
fuzz: $(VENV)/with-test-packages $(VENV)/installed
	@PYTHONPATH=tests $(PYTHON) -m fuzz.run --minutes $(MINUTES) --seed $(SEED)

# How many of real Excel's results are equal; CASES=FILE takes another file of such results.
conformance: $(VENV)/with-test-packages $(VENV)/installed
	$(PYTHON) tests/tools/conformance.py $(CASES)

differences: $(VENV)/with-test-packages $(VENV)/installed
	PYTHONPATH=tests $(PYTHON) tests/tools/differences.py

templates: $(VENV)/installed
	$(PYTHON) -m apportion.build

clean:
	rm -rf $(VENV) node_modules build $(OUT) *.egg-info engine/*.egg-info

# Writes constraints.txt anew from what pip resolves today for the pinned direct dependencies.
pin:
	rm -rf build/pin && $(SYSTEM_PYTHON) -m venv build/pin
	build/pin/bin/python -m pip install --quiet $(BUILD_TOOL) '.[addin,test]'
	{ head -n 1 constraints.txt; build/pin/bin/python -m pip freeze --all --exclude apportion --exclude pip; } > build/pinned.txt
	mv build/pinned.txt constraints.txt

# --- how the environment comes about: every file below says that its step was done ---

BUILD_TOOL := setuptools==80.9.0

$(VENV)/made:
	@$(SYSTEM_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Apportion needs Python 3.11 or newer; this is $$($(SYSTEM_PYTHON) --version)." >&2; exit 1; }
	@echo "Setting up $(VENV)"
	@$(SYSTEM_PYTHON) -m venv --clear $(VENV) \
	  || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install $(BUILD_TOOL)
	@touch $@

$(WHEELS)/built: pyproject.toml setup.py $(SOURCES) | $(VENV)/made
	@rm -rf build && mkdir -p $(WHEELS)
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir $(WHEELS) .
	@touch $@

# What the wheel needs, at pinned versions: only looked at again when those change.
$(VENV)/with-dependencies: pyproject.toml constraints.txt $(VENV)/made | $(WHEELS)/built
	@echo "Installing Apportion and the packages it needs"
	@$(PIP) install --constraint constraints.txt $(WHEELS)/*.whl
	@touch $@

$(VENV)/installed: $(WHEELS)/built $(VENV)/with-dependencies
	@$(PIP) install --no-deps --no-index --force-reinstall $(WHEELS)/*.whl
	@touch $@

$(VENV)/with-test-packages: pyproject.toml constraints.txt $(VENV)/made | $(WHEELS)/built
	@echo "Installing the packages that the add-in and the tests need"
	@for wheel in $(WHEELS)/*.whl; do $(PIP) install --constraint constraints.txt "$$wheel[addin,test]"; done
	@touch $@
