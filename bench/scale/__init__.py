"""Several machines on one: workers that share PostgreSQL and S3. Outside the suite, never timed."""
