"""One file a check; `CHECKS` in `audit/run.py` lists them."""
