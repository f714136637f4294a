# Commands for developers and for whoever deploys. Each target installs what it needs into .venv (tools/venv), with the
# Python that functions are deployed on if it is on this machine (tools/runtime-python), and otherwise with python3.
# `make help` prints the comments that begin with ## (targets) and #: (variables).

#: PYTHON=python3.12	use this Python instead
PYTHON ?=
#: PORT=8080	the port of `make run`
PORT ?= 8080
#: DATA=folder	where `make run` keeps its data; without it the data is removed at the end
DATA ?=
#: ENV=test	the environment that is deployed or checked, or for which a link is made: a file of infra/environments
ENV ?=
#: EMAIL=a@example.org	whom the link of `make desk-link` signs in
EMAIL ?=
#: ONLY="seats survey"	the parts of the rules that `make mutants` changes, or words in the names of planted mistakes, or of what `make gallery` shows
ONLY ?=
#: YES=1	`make publish` and `make check-store REBUILD=…` do not ask
YES ?=
#: SEED=7	with which `make simulate` (1) and `make chaos` (another one each time) begin
SEED ?=
#: LIVES=20	how many lives `make simulate` (100) and `make chaos` (20) live
LIVES ?=
#: STEPS=3,5-8	the only steps of that one life to live again, with its story; all of them with STEPS=all
STEPS ?=
#: REBUILD=workshop	`make check-store` makes the ledger of this workshop anew
REBUILD ?=
#: ERASED="a.csv b.csv"	lists of what was erased, for `make after-restore`
ERASED ?=
#: PARTS="mail cold"	what `make bench` measures (sign-ups, processes, mail, rush, scans, cold)
PARTS ?=
#: JSON=file	where `make bench` writes its figures to
JSON ?=
#: A=file	the figures of the earlier run, for `make bench-compare`
A ?=
#: B=file	the figures of the later run
B ?=
#: SENT=sent.txt	the ids of the mails that were sent since the backup, for `make after-restore`
SENT ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: help run test test-long test-domain chaos mutants simulate planted check gallery publish deploy check-store erased-list after-restore desk-link words survey-key bench bench-compare bench-follow-up lock clean FORCE

help: ## list all targets and variables
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@sed -nE 's/^#: (.*)/  \1/p' $(MAKEFILE_LIST) | expand -t 22

run: $(READY) ## run the whole system on this machine, until Ctrl-C (PORT, DATA)
	@exec env PORT="$(PORT)" DATA="$(DATA)" $(BIN)/python -m local

test: $(READY) ## check, then run all tests but the longest, and show which code they ran
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not long" --cov --cov-report= tests
	@$(BIN)/python tools/coverage_summary.py

test-long: $(READY) ## run the longest tests: recipes, installing, the longest journeys
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m long tests

test-domain: $(READY) ## run the tests of the rules, which need no Java and take seconds
	@$(BIN)/python -m pytest tests/domain

chaos: $(READY) ## live whole lives on the real system, with faults and killed processes (SEED, LIVES)
	@PYTHONPATH=functions $(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(LIVES),--lives $(LIVES))

mutants: $(READY) ## change the rules one detail at a time, and list the changes that no test notices (ONLY)
	@$(BIN)/python tools/mutants.py $(ONLY)

simulate: $(READY) ## live workshops in a simulated world that breaks everything (SEED, LIVES, STEPS)
	@PYTHONPATH=functions $(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(if $(LIVES),--lives $(LIVES)) $(if $(STEPS),--steps $(STEPS))

planted: $(READY) ## plant mistakes in the program, one at a time, and show which simulated life finds each (ONLY)
	@PYTHONPATH=functions $(BIN)/python -m tests.simulation.planted $(if $(ONLY),--only "$(ONLY)")

check: $(READY) ## check style, types, the direction of imports, and the files in workshops/
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@PYTHONPATH=functions $(BIN)/lint-imports --no-logo
	@cd functions && ../$(BIN)/python -m werkplaats.cli.check_workshops

publish: $(READY) ## show what changes in workshops/, ask, and put them into Firestore (YES)
	@cd functions && ../$(BIN)/python -m werkplaats.cli.publish $(if $(YES),--yes)

deploy: ## plan, show, ask and apply one environment (ENV)
	@infra/deploy $(ENV)

check-store: $(READY) ## list what does not fit together in the store; it only reads, without REBUILD (ENV, REBUILD, YES)
	@cd functions && ../$(BIN)/python -m werkplaats.cli.check_store $(if $(ENV),--environment="$(ENV)") \
		$(if $(REBUILD),--rebuild="$(REBUILD)") $(if $(YES),--yes)

erased-list: $(READY) ## print the list of what was erased, for `make after-restore` (ENV)
	@cd functions && ../$(BIN)/python -m werkplaats.cli.erased_list $(if $(ENV),--environment="$(ENV)")

after-restore: $(READY) ## make a restored backup fit for use, before anybody reaches it (ERASED, SENT, ENV, YES)
	@cd functions && ../$(BIN)/python -m werkplaats.cli.after_restore $(if $(ENV),--environment="$(ENV)") \
		$(foreach file,$(ERASED),--erased="$(abspath $(file))") $(if $(SENT),--sent="$(abspath $(SENT))") $(if $(YES),--yes)

desk-link: $(READY) ## print a link that signs in at the desk once, when mail is down (EMAIL; ENV, or without it for `make run`)
ifeq ($(ENV),)
	@env PORT="$(PORT)" EMAIL="$(EMAIL)" $(BIN)/python -m local.desk_link
else
	@cd functions && ../$(BIN)/python -m werkplaats.cli.desk_link --environment="$(ENV)" --email="$(EMAIL)"
endif

gallery: $(READY) ## pictures of every page and mail in every state, in gallery/index.html (ONLY)
	@PYTHONPATH=functions $(BIN)/python -m tests.gallery $(if $(ONLY),--only "$(ONLY)")

words: $(READY) ## bring the catalogues up to date with the texts in the code and the templates
	@$(BIN)/python tools/words.py

survey-key: $(READY) ## make a new pair of keys for survey answers, and print it
	@cd functions && ../$(BIN)/python -m werkplaats.cli.survey_key

bench: $(READY) ## measure sign-ups, mails, a rush, schedules and cold starts (PARTS, JSON)
	@PYTHONPATH=functions $(BIN)/python -m bench $(PARTS) $(if $(JSON),--json $(JSON))

bench-compare: $(READY) ## compare the figures of two runs (A, B)
	@PYTHONPATH=functions $(BIN)/python -m bench.compare $(A) $(B)

bench-follow-up: $(READY) ## send 1,000 survey invitations locally, and count reads and writes
	@PYTHONPATH=functions $(BIN)/python -m bench.follow_up | grep -v '^{'

lock: $(READY) ## pin the packages that requirements*.in ask for
	@for file in requirements requirements-dev; do \
		$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make lock" $$file.in -o $$file.txt; done

clean: ## remove what was installed and measured
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .mutants .coverage

# Checked each time: .venv is made again if the Python or the requirements have changed.
$(READY): FORCE
	@tools/venv $(PYTHON)

FORCE:
