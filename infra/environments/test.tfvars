# The environment for trying things. Do not copy any code for it: `make deploy ENV=test` and `make deploy ENV=production`
# use the same code and differ only in the files of this folder. variables.tf says what else can be set.

environment = "test"
project     = "example-werkplaats-test" # yours
region      = "europe-west1"            # the database can never be moved: docs/deploy.md, step 3, before you choose another

alert_emails = ["werkplaats@example.org"]

settings = {
  ORGANISERS        = "platform31@example.org"      # comma-separated: who may make new workshops
  SURVEY_PUBLIC_KEY = ""                            # `make survey-key` prints it
  SENDGRID_BASE_URL = "https://api.eu.sendgrid.com" # mail stays in the EU; `""` for an account in the US: docs/deploy.md
}

# billing_account = "000000-000000-000000"
# monthly_budget  = 20
