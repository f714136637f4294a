# The environment in which people really sign up.

environment = "production"
project     = "example-werkplaats" # yours
region      = "europe-west1"       # the database can never be moved: docs/deploy.md, step 3, before you choose another
# domain    = "werkplaats.example.org"

alert_emails = ["werkplaats@example.org"]

settings = {
  ORGANISERS        = "platform31@example.org"      # comma-separated: who may make new workshops
  SURVEY_PUBLIC_KEY = ""                            # `make survey-key` prints it; another pair than the test environment's
  SENDGRID_BASE_URL = "https://api.eu.sendgrid.com" # mail stays in the EU; `""` for an account in the US: docs/deploy.md
  # SENDGRID_WEBHOOK_PUBLIC_KEY = "" # SendGrid shows it on the page where the Event Webhook is configured
}

# billing_account = "000000-000000-000000"
# monthly_budget  = 20
