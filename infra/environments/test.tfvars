# The environment to try things in. Copy nothing: `make deploy ENV=test` and `make deploy ENV=production` use the same
# code, and differ in these files alone. variables.tf says what else can be set.

environment = "test"
project     = "example-werkplaats-test" # yours
region      = "europe-west1"            # the database can never be moved: docs/deploy.md, step 3, before you choose another

alert_emails = ["werkplaats@example.org"]

settings = {
  ORGANISERS        = "platform31@example.org" # comma-separated: who may make new workshops
  SURVEY_PUBLIC_KEY = ""                       # `make survey-key` prints it
}

# billing_account = "000000-000000-000000"
# monthly_budget  = 20
