# Werkplaats. `make run` and `make test` do all their own set-up, on the Python that functions are deployed on where it is
# here (tools/runtime-python), and on python3 where it is not; PYTHON=python3.12 takes another.

PYTHON ?=
PORT ?= 8080
DATA ?=
ENV ?=
EMAIL ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: help run test test-long test-domain check publish deploy desk-link survey-key bench bench-follow-up lock clean FORCE

help: ## what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

run: $(READY) ## the whole system on this machine; PORT=8080, DATA=dir keeps what it stores
	@exec env PORT="$(PORT)" DATA="$(DATA)" $(BIN)/python -m local

test: $(READY) ## style, types and all the tests but the longest
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not long" tests

test-long: $(READY) ## the longest tests: recipes with a step left out, and what make installs
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m long tests

test-domain: $(READY) ## the rules alone, without Java, in seconds
	@$(BIN)/python -m pytest tests/domain

check: $(READY) ## style, types, the direction of imports, and that workshops/ can be read
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@PYTHONPATH=functions $(BIN)/lint-imports --no-logo
	@cd functions && ../$(BIN)/python -m werkplaats.cli.check_workshops

publish: $(READY) ## check workshops/*.yaml, show what changes, ask, and put them into Firestore; YES=1 does not ask
	@cd functions && ../$(BIN)/python -m werkplaats.cli.publish $(if $(YES),--yes)

deploy: ## plan, show, ask and apply one environment: ENV=test or production
	@infra/deploy $(ENV)

desk-link: $(READY) ## a link that signs in at the desk once, when mail is down; ENV=test EMAIL=…, without ENV for `make run`
ifeq ($(ENV),)
	@env PORT="$(PORT)" EMAIL="$(EMAIL)" $(BIN)/python -m local.desk_link
else
	@cd functions && ../$(BIN)/python -m werkplaats.cli.desk_link --environment="$(ENV)" --email="$(EMAIL)"
endif

survey-key: $(READY) ## a new pair of keys for survey answers
	@cd functions && ../$(BIN)/python -m werkplaats.cli.survey_key

bench: $(READY) ## sign-ups per second; prints a table
	@PYTHONPATH=functions $(BIN)/python -m bench

bench-follow-up: $(READY) ## 1,000 survey invitations, and what each costs in reads and writes
	@PYTHONPATH=functions $(BIN)/python -m bench.follow_up | grep -v '^{'

lock: $(READY) ## pin what requirements*.in ask for
	@for file in requirements requirements-dev; do \
		$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make lock" $$file.in -o $$file.txt; done

clean: ## remove what was installed
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Looked at each time: another Python, or other requirements, make it anew.
$(READY): FORCE
	@tools/venv $(PYTHON)

FORCE:
