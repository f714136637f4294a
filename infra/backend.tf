# The state of each environment is in a bucket in that environment's project, which keeps old versions. infra/deploy makes
# the bucket and passes its name, so that two environments cannot be mixed up.

terraform {
  backend "gcs" {}
}
